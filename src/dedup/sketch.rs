//! One item as decisions see it: by what it can be found, and hashes over what it says.

use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use super::{Policy, identity};
use crate::model::{Feed, Fields, Item, Key, ParsedItem, Verdict};
use crate::notation::address::{self, Canonical};

/// An item with what is derived from it.
#[derive(Debug)]
pub struct Sketch<'a> {
    /// The item.
    pub item: &'a Item,
    /// What came of it.
    pub raw: &'a ParsedItem,
    /// What the rules say of it, where there are any.
    pub verdict: Option<&'a Verdict>,
    /// Canonical address; none where it has none that could be an article's.
    pub address: Option<String>,
    /// Whether the origin's id is there and stands at no other item of the document.
    pub has_own_id: bool,
    /// Whether the address is there and stands at no other item of the document.
    pub has_own_address: bool,
    /// See [`crate::model::Remembered::content_hash`].
    pub content_hash: u64,
    /// See [`crate::model::Remembered::item_hash`].
    pub item_hash: u64,
    /// The keys that it has, by the table of matches.
    pub(super) keys: Vec<Key>,
}

impl Sketch<'_> {
    /// Whether a rule dropped it.
    pub(super) fn is_dropped(&self) -> bool {
        self.verdict.is_some_and(|verdict| verdict.dropped)
    }

    /// Its key for one match.
    pub(super) fn key(&self, matcher: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.matcher == matcher)
    }
}

/// The items of a document in its order. What stands there twice, with the same id and address, is taken once.
pub(super) fn all<'a>(feed: &'a Feed, policy: &Policy) -> Vec<Sketch<'a>> {
    let mut seen = HashSet::new();
    let mut sketches: Vec<Sketch<'a>> = Vec::with_capacity(feed.items.len());
    for (n, (item, raw)) in feed.items.iter().zip(&feed.raw).enumerate() {
        let verdict = feed.verdicts.get(n);
        let address = article_address(item, &policy.canonical);
        // Where there is no id, an equal title must stand in for it: bare links are often shared.
        let title = if item.origin_id.is_empty() { item.title.as_str() } else { "" };
        let is_named = !item.origin_id.is_empty() || address.is_some();
        if is_named && !seen.insert((item.origin_id.as_str(), address.clone(), title)) {
            continue;
        }
        let (content_hash, item_hash) = (content_hash(item), item_hash(item, verdict, feed.policy_version));
        let (has_own_id, has_own_address, keys) = (false, false, Vec::new());
        sketches.push(Sketch {
            item,
            raw,
            verdict,
            address,
            has_own_id,
            has_own_address,
            content_hash,
            item_hash,
            keys,
        });
    }
    tell_apart(&mut sketches);
    let by_content = identity::needs_content(&sketches, policy);
    for sketch in &mut sketches {
        sketch.keys = identity::keys(sketch, by_content);
    }
    sketches
}

/// Finds out which ids and addresses stand at one item only.
fn tell_apart(sketches: &mut [Sketch<'_>]) {
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut addresses: HashMap<String, usize> = HashMap::new();
    for sketch in sketches.iter() {
        *ids.entry(sketch.item.origin_id.as_str()).or_default() += 1;
        if let Some(address) = &sketch.address {
            *addresses.entry(address.clone()).or_default() += 1;
        }
    }
    for sketch in sketches {
        let id = sketch.item.origin_id.as_str();
        sketch.has_own_id = !id.is_empty() && ids.get(id) == Some(&1);
        sketch.has_own_address = sketch.address.as_ref().is_some_and(|address| addresses.get(address) == Some(&1));
    }
}

/// The canonical address, by the truest address that the origin tells. The bare name of a site is no article's.
pub(super) fn article_address(item: &Item, policy: &Canonical) -> Option<String> {
    let url = item.original_url.as_ref().or(item.url.as_ref())?;
    Some(address::canonical(url, policy)).filter(|address| !address::is_front_page(address))
}

/// Over title and text.
pub(super) fn content_hash(item: &Item) -> u64 {
    said_hash(item, &Fields::default())
}

/// Over title and text, where some of it was something else before.
fn said_hash(item: &Item, before: &Fields) -> u64 {
    let mut said = before.title.as_ref().unwrap_or(&item.title).clone().into_bytes();
    let texts = [
        before.content_html.as_deref().or(item.content_html.as_ref().map(|html| html.as_str())),
        before.content_text.as_deref().or(item.content_text.as_deref()),
        before.summary_html.as_deref().or(item.summary_html.as_ref().map(|html| html.as_str())),
        before.summary.as_deref().or(item.summary.as_deref()),
    ];
    for text in texts {
        said.push(0);
        said.extend_from_slice(text.unwrap_or_default().as_bytes());
    }
    xxh3_64(&said)
}

/// Over everything that is stored of the cleaned item, before rules rewrote it: a document that did not change changes
/// nothing, whatever the rules say by now. What came is not in it: a document that wraps the same item anew each time
/// would be written each time.
fn item_hash(item: &Item, verdict: Option<&Verdict>, policy_version: u32) -> u64 {
    let none = Fields::default();
    let before = verdict.map_or(&none, |verdict| &verdict.before);
    // The JSON is that of the store: all but the texts, which the other hash holds. Writing it into memory cannot fail.
    let mut bytes = if *before == none {
        serde_json::to_vec(item).unwrap_or_default()
    } else {
        let mut item = item.clone();
        before.put_short_into(&mut item);
        serde_json::to_vec(&item).unwrap_or_default()
    };
    bytes.extend_from_slice(&said_hash(item, before).to_le_bytes());
    bytes.extend_from_slice(&policy_version.to_le_bytes());
    xxh3_64(&bytes)
}
