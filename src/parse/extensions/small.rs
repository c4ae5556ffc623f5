//! Namespaces with an element or two: the RSS 1.0 modules content and syndication, `FeedBurner`, XHTML bodies.

use crate::model::ParsedFeed;
use crate::parse::construct::{Unless, construct};
use crate::parse::context::{Context, fill};
use crate::parse::shared::Draft;
use crate::parse::xml::NodeId;

/// `content:encoded`: fuller than anything that RSS itself has.
pub(super) fn content(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "encoded" {
        fill(&mut draft.item.content, construct(cx, id, Unless::Html));
    }
}

/// `xhtml:body`.
pub(super) fn xhtml_body(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if matches!(cx.tree.name(id), "body" | "div") {
        fill(&mut draft.item.content, construct(cx, id, Unless::Xhtml));
    }
}

/// `feedburner:origLink`: the address before the counting redirect.
pub(super) fn feedburner(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if cx.tree.name(id) == "origlink" {
        fill(&mut draft.item.original_url, cx.address_text(id));
    }
}

/// `sy:updatePeriod` and `sy:updateFrequency` (times a period; 1 where it is not told).
pub(super) fn syndication(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    if cx.tree.name(id) != "updateperiod" {
        return;
    }
    let minutes: u32 = match cx.tree.text(id).to_ascii_lowercase().as_str() {
        "hourly" => 60,
        "daily" => 24 * 60,
        "weekly" => 7 * 24 * 60,
        "monthly" => 30 * 24 * 60,
        "yearly" => 365 * 24 * 60,
        _ => return,
    };
    let channel = cx.tree.parent(id).unwrap_or(id);
    let told = cx.tree.child(channel, "updatefrequency").and_then(|times| cx.tree.text(times).parse::<u32>().ok());
    let times = told.filter(|times| *times > 0).unwrap_or(1);
    fill(&mut feed.update_period_minutes, Some((minutes / times).max(1)));
}
