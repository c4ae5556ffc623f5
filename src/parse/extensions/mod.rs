//! Namespaces that add to every format: one table, a file a namespace. Each takes an element of a channel or of an
//! item and fills what the document's own format left empty; their order in the table is their rank.

mod admin;
mod comments;
mod content;
mod creative_commons;
mod dublin_core;
mod feedburner;
mod geo;
mod history;
mod image_sitemap;
mod itunes;
mod media;
mod news_sitemap;
mod podcast;
mod source;
mod syndication;
mod tombstones;

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
    item_only(Ns::Content, content::item),
    item_only(Ns::Xhtml, content::xhtml),
    Extension { ns: Ns::Dc, feed: dublin_core::feed, item: dublin_core::item },
    Extension { ns: Ns::DcTerms, feed: dublin_core::feed_terms, item: dublin_core::item_terms },
    feed_only(Ns::Sy, syndication::feed),
    item_only(Ns::FeedBurner, feedburner::item),
    Extension { ns: Ns::Cc, feed: creative_commons::feed, item: creative_commons::item },
    item_only(Ns::Slash, comments::slash),
    item_only(Ns::Thread, comments::thread),
    item_only(Ns::Wfw, comments::wfw),
    Extension { ns: Ns::Podcast, feed: podcast::feed, item: podcast::item },
    Extension { ns: Ns::Itunes, feed: itunes::feed, item: itunes::item },
    item_only(Ns::News, news_sitemap::item),
    item_only(Ns::Image, image_sitemap::item),
    Extension { ns: Ns::Media, feed: media::feed, item: media::item },
    item_only(Ns::GeoRss, geo::georss),
    item_only(Ns::Gml, geo::gml),
    item_only(Ns::Geo, geo::basic),
    feed_only(Ns::Admin, admin::feed),
    feed_only(Ns::History, history::feed),
    feed_only(Ns::Tombstones, tombstones::feed),
    Extension { ns: Ns::Source, feed: source::feed, item: source::item },
];

const fn item_only(ns: Ns, item: fn(&mut Context<'_>, NodeId, &mut Draft)) -> Extension {
    Extension { ns, feed: |_, _, _| {}, item }
}

const fn feed_only(ns: Ns, feed: fn(&mut Context<'_>, NodeId, &mut ParsedFeed)) -> Extension {
    Extension { ns, feed, item: |_, _, _| {} }
}

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

#[cfg(test)]
mod tests;
