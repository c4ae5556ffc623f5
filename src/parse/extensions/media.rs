//! Media RSS 1.5: pictures and films of an item, alone or in groups, with what is said of them.

use crate::model::{Enclosure, MAX_ATTACHMENTS, MAX_PEOPLE_AND_TAGS, ParsedFeed, Person};
use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill, push_within};
use crate::parse::shared::{self, Draft};
use crate::parse::xml::{NodeId, Ns};

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    match cx.tree.name(id) {
        "title" => fill(&mut feed.title, construct(cx, id, Unless::Loose)),
        "description" => fill(&mut feed.description, construct(cx, id, Unless::Loose)),
        "thumbnail" => fill(&mut feed.image, address(cx, id)),
        "category" => shared::tag_element(cx, id, &mut feed.tags),
        "keywords" => {
            let text = cx.value(id).unwrap_or_default();
            shared::tags_between(cx, &text, &mut feed.tags);
        }
        _ => {}
    }
}

/// Groups and contents hold what stands for their item where the item says nothing itself.
pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    match cx.tree.name(id) {
        "group" => {
            draft.groups += 1;
            let number = draft.groups;
            for child in media_children(cx, id) {
                match cx.tree.name(child) {
                    "group" => {}
                    "content" => content(cx, child, draft, Some(number)),
                    _ => said(cx, child, draft),
                }
            }
        }
        "content" => content(cx, id, draft, None),
        _ => said(cx, id, draft),
    }
}

fn media_children(cx: &Context<'_>, id: NodeId) -> Vec<NodeId> {
    cx.tree.children(id).filter(|child| cx.tree.ns(*child) == Ns::Media).collect()
}

/// What is said of the item, or of a group or file that stands for it.
fn said(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "title" => fill(&mut item.title, construct(cx, id, Unless::Loose)),
        "description" => fill(&mut item.summary, construct(cx, id, Unless::Loose)),
        "thumbnail" => fill(&mut item.thumbnail, address(cx, id)),
        "category" => shared::tag_element(cx, id, &mut item.tags),
        "keywords" => {
            let text = cx.value(id).unwrap_or_default();
            shared::tags_between(cx, &text, &mut item.tags);
        }
        "copyright" => fill(&mut item.rights, construct(cx, id, Unless::Loose)),
        "player" => fill(&mut item.player, address(cx, id)),
        "rating" | "adult" => fill(&mut item.explicit, explicit(cx, id)),
        "credit" => {
            let name = cx.value(id);
            fill(&mut draft.credit, name);
            credit(cx, id, draft);
        }
        _ => {}
    }
}

/// The simple scheme of `media:rating`, or `media:adult` from before it; other schemes rate for somewhere.
fn explicit(cx: &Context<'_>, id: NodeId) -> Option<bool> {
    let simple = cx.tree.attr(id, "scheme").is_none_or(|scheme| scheme.eq_ignore_ascii_case("urn:simple"));
    match cx.tree.text(id).to_ascii_lowercase().as_str() {
        "adult" | "true" if simple => Some(true),
        "nonadult" | "false" if simple => Some(false),
        _ => None,
    }
}

/// A credit names the makers of the media; a role tells which.
fn credit(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let Some(name) = cx.value(id) else { return };
    let role = cx.tree.attr(id, "role").map(str::to_ascii_lowercase);
    let person = Person { name: Some(name), role, ..Person::default() };
    let people = &mut draft.item.contributors;
    if !people.contains(&person) {
        push_within(people, person, MAX_PEOPLE_AND_TAGS, &mut cx.repairs, "people");
    }
}

fn content(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft, group: Option<u32>) {
    let children = media_children(cx, id);
    let child = |name: &str| children.iter().copied().find(|child| cx.tree.name(*child) == name);
    let (title, description, credit, player) = (child("title"), child("description"), child("credit"), child("player"));
    let player = player.and_then(|player| address(cx, player));
    match cx.address_attr(id, "url") {
        Some(url) => {
            let enclosure = Enclosure {
                url,
                media_type: cx.tree.attr(id, "type").map(str::to_owned),
                length: cx.number_attr(id, "filesize"),
                duration_seconds: cx.number_attr(id, "duration").filter(|seconds: &f64| seconds.is_finite()),
                title: title.and_then(|title| cx.value(title)),
                medium: cx.tree.attr(id, "medium").map(str::to_ascii_lowercase),
                width: cx.number_attr(id, "width"),
                height: cx.number_attr(id, "height"),
                credit: credit.and_then(|credit| cx.value(credit)),
                description: description.and_then(|description| cx.value(description)),
                player,
                group,
                is_default: cx.tree.attr(id, "isdefault").is_some_and(|told| told.eq_ignore_ascii_case("true")),
                from_media: true,
            };
            push_within(&mut draft.item.enclosures, enclosure, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
        }
        None => fill(&mut draft.item.player, player),
    }
    for child in children {
        match cx.tree.name(child) {
            // Title, description and player of one file are not the item's.
            "title" | "description" | "player" | "content" | "group" => {}
            // Who made one picture took no part in the item, unless a part is told.
            "credit" if cx.tree.attr(child, "role").is_none() => {}
            "credit" => self::credit(cx, child, draft),
            _ => said(cx, child, draft),
        }
    }
}

fn address(cx: &mut Context<'_>, id: NodeId) -> Option<String> {
    cx.address_attr(id, "url").or_else(|| cx.address_attr(id, "href")).or_else(|| cx.address_text(id))
}
