//! What a document is that is no feed, said in one line, with the feeds that a page offers.

use url::Url;

use super::NotAFeed;
use super::repairs::quoted;
use super::xml::{NodeId, Tree};
use crate::notation::link;

/// Links to feeds that are looked at in one page.
const MAX_OFFERS_READ: usize = 64;
/// Feeds named of one page, and sitemaps of one index.
const MAX_OFFERED: usize = 8;

/// Nothing but blanks.
pub(super) fn nothing(text: &str) -> NotAFeed {
    refused(if text.is_empty() { "the document is empty" } else { "the document holds nothing but blanks" }.to_owned())
}

/// A reason without offers.
pub(super) fn refused(reason: String) -> NotAFeed {
    NotAFeed { reason, feeds: Vec::new(), steps: 0 }
}

/// A tree without the root of a feed.
pub(super) fn not_a_feed(tree: &Tree, text: &str, base: Option<&Url>) -> NotAFeed {
    let Some(root) = tree.roots().next() else {
        let start: String = text.trim_start().chars().take(40).collect();
        return refused(format!("no XML and no JSON, it begins with {}", quoted(&start)));
    };
    match tree.name(root) {
        "html" | "head" | "body" | "meta" | "script" | "div" => {
            NotAFeed { feeds: offered(tree, base), ..refused("an HTML page, no feed".to_owned()) }
        }
        "opml" => refused("an OPML list of feeds, no feed".to_owned()),
        "sitemapindex" => {
            NotAFeed { feeds: named(tree, root, base), ..refused("an index of sitemaps, no sitemap itself".to_owned()) }
        }
        "svg" => refused("an SVG picture, no feed".to_owned()),
        name => refused(format!("XML, but no feed: its outermost element is <{}>", quoted(name).trim_matches('"'))),
    }
}

/// Elements that are the roots of feeds where something was put round or before them: a warning that nobody closed, a
/// page's frame. Only those that hold what a feed holds.
pub(super) fn inside(tree: &Tree) -> impl Iterator<Item = NodeId> + '_ {
    let is_root = |id: &NodeId| {
        let holds: &[&str] = match tree.name(*id) {
            "rss" | "rdf" => &["channel", "item"],
            "feed" => &["entry", "updated"],
            "urlset" => &["url"],
            _ => return false,
        };
        tree.children(*id).any(|child| holds.contains(&tree.name(child)))
    };
    tree.roots().flat_map(|root| tree.descendants(root)).filter(is_root)
}

/// The source of a feed as a page shows it: escaped, in its first `pre` or alone in its body.
pub(super) fn escaped(tree: &Tree) -> Option<String> {
    let places = |name: &'static str| {
        tree.roots().flat_map(|root| tree.descendants(root)).filter(move |id| tree.name(*id) == name).take(1)
    };
    let is_feed = |text: &String| ["<?xml", "<rss", "<feed", "<rdf:RDF"].iter().any(|start| text.starts_with(start));
    places("pre").chain(places("body")).map(|id| tree.text(id)).find(is_feed)
}

/// The sitemaps that an index names, the first of them.
fn named(tree: &Tree, index: NodeId, base: Option<&Url>) -> Vec<String> {
    let addresses = tree.children(index).filter_map(|sitemap| tree.child(sitemap, "loc")).map(|loc| tree.text(loc));
    addresses.filter(|text| !text.is_empty()).map(|text| absolute(&text, base)).take(MAX_OFFERED).collect()
}

fn absolute(text: &str, base: Option<&Url>) -> String {
    Url::options().base_url(base).parse(text).map_or_else(|_| text.to_owned(), String::from)
}

/// The feeds that a page's links offer, absolute where `base` tells how; feeds of comments last.
fn offered(tree: &Tree, base: Option<&Url>) -> Vec<String> {
    let said = |id: NodeId, name: &str| tree.attr(id, name).unwrap_or_default();
    let is_feed = |id: &NodeId| tree.name(*id) == "link" && link::is_feed(said(*id, "rel"), said(*id, "type"));
    let offer = |id: NodeId| {
        let href = tree.attr(id, "href")?;
        let address = absolute(href, base);
        Some((link::is_of_comments(&address, said(id, "title")), address))
    };
    let all = tree.roots().flat_map(|root| tree.descendants(root));
    let mut offers: Vec<(bool, String)> = all.filter(is_feed).filter_map(offer).take(MAX_OFFERS_READ).collect();
    // Otherwise in the page's own order.
    offers.sort_by_key(|(is_of_comments, _)| *is_of_comments);
    offers.into_iter().map(|(_, address)| address).take(MAX_OFFERED).collect()
}
