//! On a well-formed document our reader says what the crates `rss` and `atom_syndication` say, field by field.
//! `PROPTEST_CASES` sets how many documents are tried.

mod atom;
mod rss;

use chrono_tz::Tz;
use proptest::collection::btree_set;
use proptest::prelude::*;

use super::super::{Policy, parse};
use crate::model::{Document, ParsedFeed, Person, Text, Timestamp, WebLink};

/// Documents tried of each format where `PROPTEST_CASES` does not say.
const CASES: u32 = 500;

fn config() -> ProptestConfig {
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if told { config } else { ProptestConfig { cases: CASES, ..config } }
}

/// What we read; nothing had to be mended.
fn ours(xml: &str) -> ParsedFeed {
    let document = Document { url: None, content_type: None, body: xml.as_bytes().to_vec() };
    let feed = parse(&document, &Policy { timezone: Tz::UTC, select: None }).unwrap();
    assert_eq!(feed.repairs.iter().filter(|repair| repair.kind.is_ill_formed()).count(), 0, "{:?}", feed.repairs);
    feed
}

/// Characters without blanks at the ends: how those are read is each reader's own matter.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9<>&'\"éΩ漢😀]([a-zA-Z0-9 <>&'\"éΩ漢😀]{0,20}[a-zA-Z0-9<>&'\"éΩ漢😀])?"
}

/// Up to three of them, no two alike: a reader may tell the same once.
fn lists() -> impl Strategy<Value = Vec<String>> {
    btree_set(words(), 0..3).prop_map(|words| words.into_iter().collect())
}

fn address() -> impl Strategy<Value = String> {
    "https://[a-z]{1,8}\\.example/[a-z0-9]{1,8}(\\?a=[0-9]&b=[0-9])?"
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, -12..=12)
        .prop_map(|(seconds, hours)| Timestamp::from_unix_millis_at(seconds * 1_000, hours * 3_600))
}

fn value(text: Option<&Text>) -> Option<&str> {
    text.map(|text| text.value.as_str())
}

fn names(people: &[Person]) -> Vec<Option<&str>> {
    people.iter().map(|person| person.name.as_deref()).collect()
}

/// A link as both tell it: relation, target, type, title, language, length.
type Link<'a> = (&'a str, &'a str, Option<&'a str>, Option<&'a str>, Option<&'a str>, Option<u64>);

fn link(link: &WebLink) -> Link<'_> {
    let [media_type, title, hreflang] = [&link.media_type, &link.title, &link.hreflang].map(Option::as_deref);
    (&link.rel, &link.href, media_type, title, hreflang, link.length)
}
