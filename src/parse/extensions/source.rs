//! The source namespace of Scripting News: where a feed lives, and an item's text in Markdown, which is readable as
//! plain text where nothing better is told.

use crate::model::ParsedFeed;
use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill};
use crate::parse::shared::Draft;
use crate::parse::xml::NodeId;

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    if cx.tree.name(id) == "self" {
        fill(&mut feed.feed_url, cx.address_text(id));
    }
}

pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let item = &mut draft.item;
    if cx.tree.name(id) == "markdown" && item.content.is_none() && item.summary.is_none() {
        item.content = construct(cx, id, Unless::Plain);
    }
}
