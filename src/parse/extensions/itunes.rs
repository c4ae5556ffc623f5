//! Apple's podcast elements: the last resort for texts, a source of people, tags and pictures.

use crate::model::{ParsedFeed, Person};
use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill};
use crate::parse::shared::{self, Draft};
use crate::parse::xml::NodeId;

use super::podcast;

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    match cx.tree.name(id) {
        "title" => fill(&mut feed.title, construct(cx, id, Unless::Loose)),
        "subtitle" | "summary" => fill(&mut feed.description, construct(cx, id, Unless::Loose)),
        "author" => shared::named(cx, id, &mut feed.authors, None),
        "owner" => {
            let person = owner(cx, id);
            shared::person_into(cx, person, &mut feed.contributors);
        }
        "image" | "link" => fill(&mut feed.image, picture(cx, id)),
        "category" => categories(cx, id, &mut feed.tags),
        "keywords" => keywords(cx, id, &mut feed.tags),
        _ => {}
    }
}

pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "title" => fill(&mut item.title, construct(cx, id, Unless::Loose)),
        // The longer of the two, whichever comes first.
        "summary" if item.summary.is_none() || draft.summary_is_subtitle => {
            if let Some(text) = construct(cx, id, Unless::Loose) {
                item.summary = Some(text);
                draft.summary_is_subtitle = false;
            }
        }
        "subtitle" if item.summary.is_none() => {
            item.summary = construct(cx, id, Unless::Loose);
            draft.summary_is_subtitle = item.summary.is_some();
        }
        "author" if item.authors.is_empty() => shared::named(cx, id, &mut item.authors, None),
        "image" | "link" => fill(&mut item.image, picture(cx, id)),
        "category" => categories(cx, id, &mut item.tags),
        "keywords" => keywords(cx, id, &mut item.tags),
        "duration" => {
            let Some(seconds) = cx.value(id).and_then(|text| duration(&text)) else { return };
            let slot = match item.enclosures.iter_mut().find(|file| !file.from_media) {
                Some(enclosure) => &mut enclosure.duration_seconds,
                None => &mut item.podcast.get_or_insert_default().duration_seconds,
            };
            fill(slot, Some(seconds));
        }
        "season" => podcast::number(cx, id, draft, |podcast| &mut podcast.season),
        "episode" => podcast::number(cx, id, draft, |podcast| &mut podcast.episode),
        "episodetype" => {
            if let Some(told) = cx.value(id) {
                fill(&mut item.podcast.get_or_insert_default().episode_type, Some(told));
            }
        }
        "explicit" => {
            let told = cx.value(id).and_then(|text| match text.to_ascii_lowercase().as_str() {
                "yes" | "true" | "explicit" => Some(true),
                "no" | "false" | "clean" => Some(false),
                _ => None,
            });
            fill(&mut item.explicit, told);
        }
        _ => {}
    }
}

fn picture(cx: &mut Context<'_>, id: NodeId) -> Option<String> {
    cx.address_attr(id, "href").or_else(|| cx.address_attr(id, "url"))
}

fn owner(cx: &mut Context<'_>, id: NodeId) -> Person {
    let value = |name: &str| cx.tree.child(id, name).and_then(|child| cx.value(child));
    Person { name: value("name"), email: value("email"), role: Some("owner".to_owned()), ..Person::default() }
}

fn categories(cx: &mut Context<'_>, id: NodeId, tags: &mut Vec<String>) {
    let told = cx.tree.attr(id, "text").map(str::to_owned).or_else(|| cx.value(id));
    shared::tag(cx, told, tags);
    let below: Vec<NodeId> = cx.tree.descendants(id).filter(|below| cx.tree.name(*below) == "category").collect();
    for below in below {
        let told = cx.tree.attr(below, "text").map(str::to_owned);
        shared::tag(cx, told, tags);
    }
}

fn keywords(cx: &mut Context<'_>, id: NodeId, tags: &mut Vec<String>) {
    let text = cx.value(id).unwrap_or_default();
    shared::tags_between(cx, &text, tags);
}

/// `3723`, `62:03` or `1:02:03` in seconds.
fn duration(text: &str) -> Option<f64> {
    let parts: Option<Vec<f64>> = text.split(':').take(4).map(|part| part.trim().parse().ok()).collect();
    let parts = parts.filter(|parts| parts.len() <= 3 && parts.iter().all(|part| part.is_finite() && *part >= 0.0))?;
    Some(parts.iter().fold(0.0, |seconds, part| seconds * 60.0 + part))
}
