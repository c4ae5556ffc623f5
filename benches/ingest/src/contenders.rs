//! Everything that is measured, as functions from a document to the number of items that it found.

use quick_xml::events::Event;
use warta::clean;
use warta::model::{Document as Input, Timestamp};
use warta::notation::charset;
use warta::parse;

use crate::corpus::{Document, Kind};

/// Something that reads documents.
pub struct Contender {
    /// Its name in the table.
    pub name: &'static str,
    /// Whether it reads documents of this kind.
    pub reads: fn(Kind) -> bool,
    /// Reads one; gives a count that the compiler cannot know.
    pub run: fn(&Prepared) -> usize,
}

/// A document as each contender takes it, made before the clock starts.
pub struct Prepared {
    kind: Kind,
    url: String,
    input: Input,
}

impl Prepared {
    /// Takes a document of the corpus.
    pub fn new(document: Document) -> Self {
        let url = url::Url::parse(&document.url).ok();
        let input = Input { url, content_type: Some("application/xml".to_owned()), body: document.body };
        Self { kind: document.kind, url: document.url, input }
    }

    /// Its format.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its bytes.
    pub fn body(&self) -> &[u8] {
        &self.input.body
    }
}

/// All of them, in the order of the table.
pub const ALL: &[Contender] = &[
    Contender { name: "warta: decode", reads: any, run: decode },
    Contender { name: "quick-xml: scan", reads: any, run: scan },
    Contender { name: "warta: parse", reads: any, run: parse_alone },
    Contender { name: "warta: parse + clean", reads: any, run: parse_and_clean },
    Contender { name: "feed-rs: parse", reads: any, run: feed_rs_alone },
    Contender { name: "feed-rs: parse + sanitise", reads: any, run: feed_rs_sanitised },
    Contender { name: "rss: parse", reads: |kind| kind == Kind::Rss, run: rss_crate },
    Contender { name: "atom_syndication: parse", reads: |kind| kind == Kind::Atom, run: atom_crate },
];

fn any(_: Kind) -> bool {
    true
}

fn decode(document: &Prepared) -> usize {
    charset::decode(&document.input.body, document.input.content_type.as_deref()).text.len()
}

fn scan(document: &Prepared) -> usize {
    let mut reader = quick_xml::Reader::from_reader(document.body());
    let mut events = 0;
    while let Ok(event) = reader.read_event() {
        if event == Event::Eof {
            break;
        }
        events += 1;
    }
    events
}

fn policy() -> parse::Policy {
    parse::Policy { timezone: chrono_tz::Tz::UTC, select: None }
}

/// After every date of the corpus, so that none lies ahead.
fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_800_000_000_000)
}

fn parse_alone(document: &Prepared) -> usize {
    parse::parse(&document.input, &policy()).map_or(0, |feed| feed.items.len())
}

fn parse_and_clean(document: &Prepared) -> usize {
    let Ok(parsed) = parse::parse(&document.input, &policy()) else { return 0 };
    let cleaning = clean::Policy { language: None };
    clean::clean(parsed, &cleaning, document.input.url.as_ref(), now()).items.len()
}

fn feed_rs(document: &Prepared, sanitised: bool) -> usize {
    let reader = feed_rs::parser::Builder::new().base_uri(Some(&document.url)).sanitize_content(sanitised).build();
    reader.parse(document.body()).map_or(0, |feed| feed.entries.len())
}

fn feed_rs_alone(document: &Prepared) -> usize {
    feed_rs(document, false)
}

fn feed_rs_sanitised(document: &Prepared) -> usize {
    feed_rs(document, true)
}

fn rss_crate(document: &Prepared) -> usize {
    rss::Channel::read_from(document.body()).map_or(0, |channel| channel.items().len())
}

fn atom_crate(document: &Prepared) -> usize {
    atom_syndication::Feed::read_from(document.body()).map_or(0, |feed| feed.entries().len())
}
