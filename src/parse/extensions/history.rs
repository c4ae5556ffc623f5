//! Feed history (RFC 5005): whether a document is the whole feed, or a part that does not change any more. Its links
//! to the other parts are links of Atom.

use crate::model::ParsedFeed;
use crate::parse::context::Context;
use crate::parse::xml::NodeId;

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    match cx.tree.name(id) {
        "complete" => feed.is_complete = true,
        "archive" => feed.is_archive = true,
        _ => {}
    }
}
