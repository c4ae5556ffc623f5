//! RSS 1.0's syndication module: how often the feed changes.

use crate::model::ParsedFeed;
use crate::parse::context::{Context, fill};
use crate::parse::xml::NodeId;

/// `sy:updatePeriod` and `sy:updateFrequency` (times a period; 1 where it is not told).
pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    // The first one that can be read counts: looking beside each of a million others would have no bound.
    if cx.tree.name(id) != "updateperiod" || feed.update_period_minutes.is_some() {
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
