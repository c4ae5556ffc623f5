//! The manners of fetching, row by row: each test is named by its row in the table of behaviours that warta keeps.
//! All go through the real binary, against an origin that remembers every request, on a clock that the test sets.

mod bodies;
mod clock;
mod hosts;
mod pace;
mod trouble;
mod validators;

use std::time::Duration;

use serde_json::Value;
use warta::model::Timestamp;

use crate::origin::{Answer, Origin};
use crate::world::World;

/// When every story begins: a Tuesday.
const START: &str = "2026-11-24T07:00:00Z";

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

/// An RSS document with `head` in its channel and one item for each name.
fn rss(head: &str, items: &[&str]) -> String {
    let items: String = items
        .iter()
        .map(|name| {
            format!(
                "<item><title>Berita {name}</title><link>https://kabar.example/{name}</link>\
                 <guid>https://kabar.example/{name}</guid><pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">\
         <channel><title>Kabar</title><link>https://kabar.example/</link><description>Kabar</description>\
         {head}{items}</channel></rss>"
    )
}

/// A document of one item.
fn one() -> String {
    rss("", &["satu"])
}

/// A site that reads feeds of one origin.
struct Site {
    origin: Origin,
    world: World,
    now: Timestamp,
}

impl Site {
    /// One feed, `/a.xml`, answered so.
    fn of(answer: Answer) -> Self {
        Self::with("", [("/a.xml", answer)])
    }

    /// One feed, `/a.xml`, answered with one after the other; the last one stays.
    fn telling(answers: impl IntoIterator<Item = Answer>) -> Self {
        let site = Self::with("", [("/a.xml", Answer::status(500))]);
        site.origin.sequence("/a.xml", answers);
        site
    }

    /// A feed for each path, `keys` in each of their tables.
    fn with<'a>(keys: &str, feeds: impl IntoIterator<Item = (&'a str, Answer)>) -> Self {
        let origin = Origin::start();
        let mut config = "[[section]]\nid = \"nasional\"\n".to_owned();
        for (path, answer) in feeds {
            origin.on(path, answer);
            config.push_str(&format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n{keys}\n", origin.url(path)));
        }
        Self { origin, world: World::new(&config), now: instant(START) }
    }

    /// Lets time pass.
    fn later(&mut self, by: Duration) {
        self.to(self.now.plus(by));
    }

    fn to(&mut self, now: Timestamp) {
        self.now = now;
        self.world.at(&now.to_rfc3339());
    }

    /// Asks what is due.
    fn poll(&self) -> Value {
        self.world.json(&["poll", "--json"])
    }

    /// Asks whatever the schedule says.
    fn force(&self) -> Value {
        self.world.json(&["poll", "--force", "--json"])
    }

    /// Goes to the moment at which `path` is due and asks what is due then; how long that was away.
    fn poll_when_due(&mut self, path: &str) -> Duration {
        let due = self.next_check(path);
        let wait = due.since(self.now);
        // `status` tells whole seconds; the row may be due within the second after.
        self.to(due.plus(SECOND));
        assert_ne!(self.poll()["feeds"]["due"], 0, "{path} is due");
        wait
    }

    /// The row of a feed, as `status` tells it.
    fn row(&self, path: &str) -> Value {
        let status = self.world.json(&["status", "--json"]);
        let feeds = status["feeds"].as_array().unwrap();
        feeds.iter().find(|feed| feed["url"] == self.origin.url(path)).expect(path).clone()
    }

    fn next_check(&self, path: &str) -> Timestamp {
        instant(self.row(path)["next_check"].as_str().unwrap())
    }

    /// Asserts that a feed waits so long, or up to a tenth longer.
    fn check_wait(&self, path: &str, length: Duration) {
        let wait = self.next_check(path).since(self.now);
        let why = self.row(path)["next_check_why"].clone();
        assert!(wait + SECOND >= length && wait <= length * 11 / 10, "{path} waits {wait:?}, not {length:?}: {why}");
    }

    /// Both validators of each request for `path` so far.
    fn validators_sent(&self, path: &str) -> Vec<(Option<String>, Option<String>)> {
        let sent = |name: &str, seen: &crate::origin::Seen| seen.header(name).map(str::to_owned);
        let requests = self.origin.requests_of(path);
        requests.iter().map(|seen| (sent("if-none-match", seen), sent("if-modified-since", seen))).collect()
    }

    /// Titles of the published items.
    fn titles(&self) -> Vec<String> {
        let feed: Value = serde_json::from_str(&self.world.published("nasional/feed.json")).unwrap();
        let items = feed["items"].as_array().unwrap();
        let mut titles: Vec<String> = items.iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    }
}

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
