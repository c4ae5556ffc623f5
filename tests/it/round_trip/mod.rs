//! What is read, cleaned and published is read again as the same: in RSS, Atom and JSON Feed, in the fields that each
//! can hold (`held` names them, docs/lossless.md tells why). `PROPTEST_CASES` sets how many feeds are tried.

mod held;
mod said;

use chrono_tz::Tz;
use proptest::prelude::*;
use url::Url;
use warta::clean;
use warta::ingest::{Policy, ingest};
use warta::model::{
    Document, Entry, Feed, FeedLink, Item, ParsedFeed, Republish, Robots, SectionView, Site, Source, Timestamp,
};
use warta::render::{self, OUTPUTS, View};

use self::held::{Told, held_by};

/// Feeds tried of each law where `PROPTEST_CASES` does not say.
const CASES: u32 = 200;

fn config() -> ProptestConfig {
    let told = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if told { config } else { ProptestConfig { cases: CASES, ..config } }
}

/// The moment at which everything is read.
fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_500_000_000)
}

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn cleaned(said: ParsedFeed) -> Feed {
    clean::clean(said, &clean::Policy::default(), None, now())
}

fn read(body: Vec<u8>) -> Feed {
    let document = Document { url: None, content_type: None, body };
    let policy = Policy { timezone: Tz::UTC, language: None, select: None };
    ingest(&document, &policy, now()).unwrap()
}

fn site() -> Site {
    Site {
        title: "Warta".to_owned(),
        description: String::new(),
        base_url: url("https://warta.example/"),
        language: "id".to_owned(),
        timezone: Tz::Asia__Jakarta,
        show_also: false,
        theme: std::sync::Arc::default(),
        hub: Some(url("https://warta.example/hub")),
    }
}

/// An item as the lead of an entry, all of which is republished.
fn entry(at: usize, mut item: Item) -> Entry {
    // What the store does: an item without a date of its own gets the moment at which it was first seen.
    item.date_published = item.date_published.or(Some(now()));
    Entry {
        id: format!("tag:warta.example,2026:item/{at}"),
        arrival: 0,
        arrived: now(),
        source: Source {
            title: "Kabar & \"Nusantara\"".to_owned(),
            id: "tag:kabar.example,2026:feed".to_owned(),
            feed_url: Some(url("https://kabar.example/rss.xml?a=1&b=2")),
            url: Some(url("https://kabar.example/")),
            rights: Some("© 2026 Kabar".to_owned()),
            language: None,
        },
        item,
        republish: Republish::Full,
        story: None,
        also: Vec::new(),
    }
}

fn section(entries: Vec<Entry>) -> SectionView {
    SectionView {
        id: "nasional".to_owned(),
        title: "Nasional & <dunia>".to_owned(),
        description: "Semua kabar".to_owned(),
        language: "id".to_owned(),
        robots: Robots::Index,
        feed_id: "tag:warta.example,2026:nasional".to_owned(),
        updated: now(),
        sections: vec![FeedLink { id: "nasional".to_owned(), title: "Nasional".to_owned(), language: "id".to_owned() }],
        former_ids: Vec::new(),
        part: warta::model::Part::default(),
        deleted: Vec::new(),
        entries,
    }
}

/// Panics unless both are the same, with the lines that differ and the document.
fn assert_same<T: std::fmt::Debug + PartialEq>(found: &T, expected: &T, document: &str) {
    if found != expected {
        let [found, expected] = [format!("{found:#?}"), format!("{expected:#?}")];
        let missing = |from: &str, other: &str| {
            let known: std::collections::HashSet<&str> = other.lines().collect();
            from.lines()
                .filter(|line| !known.contains(line))
                .take(20)
                .map(|line| format!("{line}\n"))
                .collect::<String>()
        };
        let (lost, added) = (missing(&expected, &found), missing(&found, &expected));
        panic!("lost:\n{lost}added:\n{added}in {document}");
    }
}

fn drawn(name: &str, section: &SectionView) -> Vec<u8> {
    let output = OUTPUTS.iter().find(|output| output.name == name).unwrap();
    (output.draw)(&View::Section(section), &site()).unwrap().files.swap_remove(0).bytes
}

/// Publishes what was said and reads it again.
fn survives(name: &str, told: Told, said: ParsedFeed) {
    let entries: Vec<Entry> = cleaned(said).items.into_iter().enumerate().map(|(at, item)| entry(at, item)).collect();
    let section = section(entries);
    let bytes = drawn(name, &section);
    let document = String::from_utf8_lossy(&bytes).into_owned();
    let feed = read(bytes);
    assert_eq!(feed.repairs.iter().filter(|repair| repair.kind.is_ill_formed()).count(), 0, "{:?}", feed.repairs);
    assert_eq!(feed.title, section.title);
    assert_eq!(feed.description.as_deref(), Some(section.description.as_str()));
    assert_eq!(feed.home_page_url, Some(url("https://warta.example/nasional/")));
    assert_eq!(feed.language.as_deref(), Some("id"));
    assert_eq!(feed.items.len(), section.entries.len());
    for (entry, item) in section.entries.iter().zip(feed.items) {
        assert_same(&held::comparable(told, item, entry), &held_by(told, entry), &document);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_rss_holds_survives_it(said in said::feed()) {
        survives("rss", Told::Rss, said);
    }

    #[test]
    fn what_atom_holds_survives_it(said in said::feed()) {
        survives("atom", Told::Atom, said);
    }

    #[test]
    fn what_json_feed_holds_survives_it(said in said::feed()) {
        survives("json", Told::Json, said);
    }

    /// `warta parse` tells all that is known, so that cleaning what it told changes nothing.
    #[test]
    fn what_parse_tells_is_read_again_whole(said in said::feed()) {
        let feed = cleaned(said);
        let bytes = render::document::draw(&feed).unwrap();
        let document = String::from_utf8_lossy(&bytes).into_owned();
        let again = read(bytes);
        assert_same(&held::whole_feed(again), &held::told_feed(feed), &document);
    }
}
