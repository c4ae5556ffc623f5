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
            let children: Vec<NodeId> = cx.tree.children(id).filter(|child| cx.tree.ns(*child) == Ns::Media).collect();
            for child in children {
                if cx.tree.name(child) != "group" {
                    item(cx, child, draft);
                }
            }
        }
        "content" => content(cx, id, draft),
        _ => {
            said(cx, id, draft);
        }
    }
}

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
        "credit" => credit(cx, id, draft),
        _ => {}
    }
}

/// A credit names the makers of the media; a role tells which.
fn credit(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let Some(name) = cx.value(id) else { return };
    fill(&mut draft.credit, Some(name.clone()));
    let role = cx.tree.attr(id, "role").map(str::to_ascii_lowercase);
    let person = Person { name: Some(name), role, ..Person::default() };
    let people = &mut draft.item.contributors;
    if !people.contains(&person) {
        push_within(people, person, MAX_PEOPLE_AND_TAGS, &mut cx.repairs, "people");
    }
}

fn content(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let children: Vec<NodeId> = cx.tree.children(id).filter(|child| cx.tree.ns(*child) == Ns::Media).collect();
    let child = |name: &str| children.iter().copied().find(|child| cx.tree.name(*child) == name);
    let (title, description, credit) = (child("title"), child("description"), child("credit"));
    if let Some(url) = cx.address_attr(id, "url") {
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
            from_media: true,
        };
        push_within(&mut draft.item.enclosures, enclosure, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
    }
    for child in children {
        // Title and description of one picture are not the item's.
        if !matches!(cx.tree.name(child), "title" | "description" | "content" | "group") {
            said(cx, child, draft);
        }
    }
}

fn address(cx: &mut Context<'_>, id: NodeId) -> Option<String> {
    cx.address_attr(id, "url").or_else(|| cx.address_attr(id, "href")).or_else(|| cx.address_text(id))
}
