//! Sitemaps as a source of items (sitemaps.org 0.9): the addresses of a `urlset` in, an item each out.
//!
//! What news and image extensions add stands in `extensions`. A `sitemapindex` names sitemaps and no articles, so it
//! is no feed; `detect` tells which sitemaps it names.

use super::construct::{Unless, construct};
use super::context::{Context, fill, set};
use super::shared::{self, Draft};
use super::xml::{NodeId, Ns, Tree};
use crate::model::{Format, ParsedFeed};

/// The format of a document whose root is `urlset`.
pub(super) fn format(tree: &Tree, root: NodeId) -> Option<Format> {
    (tree.name(root) == "urlset").then_some(Format::Sitemap)
}

/// The addresses, in document order.
pub(super) fn urls(tree: &Tree, root: NodeId) -> Vec<NodeId> {
    tree.children(root).filter(|id| tree.name(*id) == "url" && tree.ns(*id) == Ns::Core).collect()
}

/// A sitemap says nothing of itself. The first publication that its articles name is its title: an outlet has one.
pub(super) fn feed_element(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    if feed.title.is_some() || cx.tree.name(id) != "url" {
        return;
    }
    let named = |child: &NodeId| cx.tree.ns(*child) == Ns::News && cx.tree.name(*child) == "name";
    let name = cx.tree.descendants(id).find(named);
    feed.title = name.and_then(|name| construct(cx, name, Unless::Plain));
}

/// Takes one element of an address. How often it changes and how dear it is to its owner is no news.
pub(super) fn item_element(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    match cx.tree.name(id) {
        "loc" => {
            let address = cx.address_text(id);
            shared::plain_link(cx, &mut draft.item.links, address.clone());
            fill(&mut draft.item.url, address);
        }
        "lastmod" => set(&mut draft.item.date_modified, cx.date(id)),
        _ => {}
    }
}
