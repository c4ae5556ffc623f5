//! Namespaces that add to every format: one table, a file a namespace. Each takes an element of a channel or of an
//! item and fills what the document's own format left empty; their order in the table is their rank.

mod creative_commons;
mod dublin_core;
mod itunes;
mod media;
mod small;

use super::context::Context;
use super::shared::Draft;
use super::xml::{NodeId, Ns};
use crate::model::ParsedFeed;

/// One namespace.
struct Extension {
    ns: Ns,
    feed: fn(&mut Context<'_>, NodeId, &mut ParsedFeed),
    item: fn(&mut Context<'_>, NodeId, &mut Draft),
}

const EXTENSIONS: &[Extension] = &[
    Extension { ns: Ns::Content, feed: |_, _, _| {}, item: small::content },
    Extension { ns: Ns::Xhtml, feed: |_, _, _| {}, item: small::xhtml_body },
    Extension { ns: Ns::Dc, feed: dublin_core::feed, item: dublin_core::item },
    Extension { ns: Ns::DcTerms, feed: dublin_core::feed_terms, item: dublin_core::item_terms },
    Extension { ns: Ns::Sy, feed: small::syndication, item: |_, _, _| {} },
    Extension { ns: Ns::FeedBurner, feed: |_, _, _| {}, item: small::feedburner },
    Extension { ns: Ns::Cc, feed: creative_commons::feed, item: creative_commons::item },
    Extension { ns: Ns::Itunes, feed: itunes::feed, item: itunes::item },
    Extension { ns: Ns::Media, feed: media::feed, item: media::item },
];

/// Where a namespace stands in the table: smaller is heard first. `None` for one without a row.
pub(super) fn rank(ns: Ns) -> Option<usize> {
    EXTENSIONS.iter().position(|extension| extension.ns == ns)
}

/// Takes an element of a channel.
pub(super) fn feed_element(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    if let Some(at) = rank(cx.tree.ns(id)) {
        (EXTENSIONS[at].feed)(cx, id, feed);
    }
}

/// Takes an element of an item.
pub(super) fn item_element(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    if let Some(at) = rank(cx.tree.ns(id)) {
        (EXTENSIONS[at].item)(cx, id, draft);
    }
}
