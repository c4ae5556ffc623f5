//! Dublin Core elements (1.0, 1.1) and terms.

use crate::model::ParsedFeed;
use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill};
use crate::parse::shared::{self, Draft};
use crate::parse::xml::NodeId;

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    match cx.tree.name(id) {
        "title" => fill(&mut feed.title, construct(cx, id, Unless::Loose)),
        "description" => fill(&mut feed.description, construct(cx, id, Unless::Loose)),
        "creator" | "author" => shared::named(cx, id, &mut feed.authors, None),
        "contributor" => shared::named(cx, id, &mut feed.contributors, None),
        "publisher" => shared::named(cx, id, &mut feed.contributors, Some("publisher")),
        "subject" => shared::tag_element(cx, id, &mut feed.tags),
        "date" => fill(&mut feed.updated, cx.date(id)),
        "language" => fill(&mut feed.language, cx.value(id).map(|tag| tag.replace('_', "-"))),
        "rights" => fill(&mut feed.rights, construct(cx, id, Unless::Loose)),
        _ => {}
    }
}

pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "title" => fill(&mut item.title, construct(cx, id, Unless::Loose)),
        "description" => {
            let text = construct(cx, id, Unless::Loose);
            shared::summary_or_second(draft, text);
        }
        "creator" | "author" => shared::named(cx, id, &mut item.authors, None),
        "contributor" => shared::named(cx, id, &mut item.contributors, None),
        "publisher" => shared::named(cx, id, &mut item.contributors, Some("publisher")),
        "subject" => shared::tag_element(cx, id, &mut item.tags),
        "date" => fill(&mut item.date_published, cx.date(id)),
        "language" => fill(&mut item.language, cx.value(id).map(|tag| tag.replace('_', "-"))),
        "rights" => fill(&mut item.rights, construct(cx, id, Unless::Loose)),
        _ => {}
    }
}

pub(super) fn feed_terms(cx: &mut Context<'_>, id: NodeId, feed_said: &mut ParsedFeed) {
    match cx.tree.name(id) {
        "modified" => fill(&mut feed_said.updated, cx.date(id)),
        "issued" | "created" => fill(&mut feed_said.published, cx.date(id)),
        _ => feed(cx, id, feed_said),
    }
}

pub(super) fn item_terms(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    match cx.tree.name(id) {
        "modified" => fill(&mut draft.item.date_modified, cx.date(id)),
        "issued" => fill(&mut draft.item.date_published, cx.date(id)),
        "created" => fill(&mut draft.item.created, cx.date(id)),
        _ => item(cx, id, draft),
    }
}
