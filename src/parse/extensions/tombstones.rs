//! Tombstones (RFC 6721): entries that a feed says are gone.

use crate::model::{Deleted, MAX_ITEMS, ParsedFeed};
use crate::parse::context::{Context, push_within};
use crate::parse::xml::NodeId;

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    if cx.tree.name(id) != "deleted-entry" {
        return;
    }
    let Some(entry) = cx.tree.attr(id, "ref").map(str::to_owned) else { return };
    let when = cx.tree.attr(id, "when").map(str::to_owned);
    let when = when.and_then(|text| cx.date_text(&text, "deleted-entry when"));
    push_within(&mut feed.deleted, Deleted { id: entry, when }, MAX_ITEMS, &mut cx.repairs, "deleted entries");
}
