//! A document in, what it said out. Tolerant, namespace-aware, bounded, never recursing over its input.
//!
//! Bytes become characters (`notation::charset`), characters a flat tree (`xml`), the tree values (`rss`, `atom`,
//! `extensions`). What is broken is mended and named as a repair; the one error is [`NotAFeed`]. Nothing is sanitised
//! here and nothing trusted: `clean` does that.

mod atom;
mod construct;
mod context;
mod detect;
mod extensions;
mod feed;
mod html;
mod json;
mod repairs;
mod rss;
mod shared;
mod sitemap;
mod xml;

use std::fmt;

use chrono_tz::Tz;
use url::Url;

use crate::model::{Document, Format, ParsedFeed, RepairKind, Select};
use crate::notation::charset;
use repairs::Repairs;
use xml::{NodeId, Tree};

/// What the operator says about a feed's documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The zone of dates that name none.
    pub timezone: Tz,
    /// By which selectors a page is read as a feed; a document that is no page then is none either.
    pub select: Option<Select>,
}

/// The document is no feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAFeed {
    /// What it is instead, in one line for people.
    pub reason: String,
    /// Feeds that a page offers by `<link rel=alternate>`, absolute where a base was known; those of comments last.
    pub feeds: Vec<String>,
    /// Steps that looking at it took, as [`ParsedFeed::steps`] counts them.
    pub steps: usize,
}

impl fmt::Display for NotAFeed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        match self.feeds.as_slice() {
            [] => Ok(()),
            feeds => write!(f, "; it offers {}", feeds.join(" and ")),
        }
    }
}

impl std::error::Error for NotAFeed {}

/// A way to read a tree.
struct FormatReader {
    /// The format that a root element tells, if it is one of these.
    format: fn(&Tree, NodeId) -> Option<Format>,
    /// The element that holds what is said of the whole feed.
    head: fn(&Tree, NodeId) -> NodeId,
    /// The items, in document order.
    items: fn(&Tree, NodeId) -> Vec<NodeId>,
    /// Whose elements its own are.
    family: Family,
}

/// What elements without a foreign namespace mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Family {
    Rss,
    Atom,
    Sitemap,
}

/// The formats that are read from XML. JSON Feed is told by its first character and has no tree.
const FORMATS: &[FormatReader] = &[
    FormatReader { format: rss::format, head: rss::channel, items: rss::items, family: Family::Rss },
    FormatReader { format: atom::format, head: |_, root| root, items: atom::entries, family: Family::Atom },
    FormatReader { format: sitemap::format, head: |_, root| root, items: sitemap::urls, family: Family::Sitemap },
];

/// Reads a document. Its body may be anything; the work is bounded by its length.
///
/// # Errors
/// [`NotAFeed`] where neither a feed nor something that can be read as one was found.
pub fn parse(document: &Document, policy: &Policy) -> Result<ParsedFeed, NotAFeed> {
    let mut repairs = Repairs::default();
    let decoded = charset::decode(&document.body, document.content_type.as_deref());
    repairs.add(decoded.repair);
    let base = document.url.as_ref();
    let mut feed = match (decoded.text.trim_start().as_bytes().first(), &policy.select) {
        (None, _) => return Err(detect::nothing(&decoded.text)),
        (_, Some(select)) => {
            let mut feed = html::read(&decoded.text, base, select, policy, &mut repairs)?;
            feed.repairs = repairs.into_list();
            feed
        }
        (Some(b'{'), None) => {
            let mut feed = json::read(&decoded.text, base, policy, &mut repairs).map_err(detect::refused)?;
            feed.repairs = repairs.into_list();
            feed
        }
        (Some(_), None) => read_xml(&decoded.text, base, policy, repairs)?,
    };
    feed.encoding = decoded.encoding;
    Ok(feed)
}

fn read_xml(text: &str, base: Option<&Url>, policy: &Policy, repairs: Repairs) -> Result<ParsedFeed, NotAFeed> {
    let (tree, mut repairs) = xml::read(text, repairs);
    if let Some((reader, root, format)) = tree.roots().find_map(|root| format_of(&tree, root)) {
        return Ok(feed::read(&tree, root, reader, format, base, policy, repairs));
    }
    if let Some((reader, root, format)) = detect::inside(&tree).find_map(|root| format_of(&tree, root)) {
        repairs.note(RepairKind::Structure, "the feed stands inside of another document");
        return Ok(feed::read(&tree, root, reader, format, base, policy, repairs));
    }
    if let Some(inner) = detect::escaped(&tree) {
        repairs.note(RepairKind::Structure, "the feed stands in a page that shows its source");
        let (inner, repairs) = xml::read(&inner, repairs);
        if let Some((reader, root, format)) = inner.roots().find_map(|root| format_of(&inner, root)) {
            return Ok(feed::read(&inner, root, reader, format, base, policy, repairs));
        }
    }
    let refused = detect::not_a_feed(&tree, text, base);
    Err(NotAFeed { steps: tree.steps(), ..refused })
}

/// How an element is read, where it is the root of a feed.
fn format_of(tree: &Tree, root: NodeId) -> Option<(&'static FormatReader, NodeId, Format)> {
    FORMATS.iter().find_map(|reader| (reader.format)(tree, root).map(|format| (reader, root, format)))
}

#[cfg(test)]
mod tests;
