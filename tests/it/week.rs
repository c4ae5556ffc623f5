//! A week in a minute: many origins with every habit that servers have, polled each quarter of an hour on a clock of
//! its own, with kills in between. The origins' records judge: nothing asked earlier than promised, validators told
//! back byte for byte, nothing lost, nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::origin::{Answer, Origin, Seen};
use crate::world::World;

/// Minutes between two polls.
const STEP: i64 = 15;
/// Minutes of the least distance between two looks at a feed that works (`min_interval`), and of the first distance
/// after a failure, which may be a tenth shorter.
const LEAST: i64 = 30;
/// Hours between two new items of a feed.
const PACE_HOURS: i64 = 7;
/// Items that a feed has from the start.
const OLD_ITEMS: i64 = 5;
/// Items in one document.
const WINDOW: i64 = 30;
const ITEM_MINUTES: i64 = PACE_HOURS * 60;

/// How an origin behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    Steady,
    NoValidators,
    Ttl,
    MaxAge,
    Failing,
    TooMany,
    Gone,
    Moved,
    Elsewhere,
    SkipHours,
    Cut,
    Unavailable,
    Forgetful,
    Page,
}

const HABITS: [Habit; 14] = [
    Habit::Steady,
    Habit::NoValidators,
    Habit::Ttl,
    Habit::MaxAge,
    Habit::Failing,
    Habit::TooMany,
    Habit::Gone,
    Habit::Moved,
    Habit::Elsewhere,
    Habit::SkipHours,
    Habit::Cut,
    Habit::Unavailable,
    Habit::Forgetful,
    Habit::Page,
];

/// How much is simulated.
struct Size {
    feeds: usize,
    steps: i64,
    kills: i64,
}

impl Size {
    /// Thirty hours for everybody; the week where `WARTA_TEST_WEEK` is set.
    fn chosen() -> Self {
        match std::env::var_os("WARTA_TEST_WEEK") {
            Some(_) => Self { feeds: 200, steps: 7 * 24 * 60 / STEP, kills: 20 },
            None => Self { feeds: HABITS.len(), steps: 30 * 60 / STEP, kills: 6 },
        }
    }
}

/// What a feed's origin says at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    status: u16,
    etag: Option<String>,
    /// The newest item of the document.
    newest: i64,
    /// Minutes for which it wants no request.
    quiet: Option<i64>,
    cut: bool,
}

/// What the judge knows of a feed.
#[derive(Debug, Default)]
struct Record {
    /// The minute before which no request may come, and why.
    not_before: Option<(i64, &'static str)>,
    /// What `If-None-Match` may say: more than one thing only after a kill, which may have come before the commit.
    may_send: BTreeSet<Option<String>>,
    /// Newest item of a whole document that was surely read, and of one that may have been.
    surely: Option<i64>,
    perhaps: Option<i64>,
    gone: bool,
    requests: u64,
    /// Answers of each status, with 304 for what the origin did not send again.
    answers: BTreeMap<u16, u64>,
}

struct Feed {
    number: usize,
    habit: Habit,
    path: String,
    record: Record,
}

impl Feed {
    fn told(&self, minute: i64) -> Told {
        let newest = OLD_ITEMS + minute / ITEM_MINUTES;
        let whole = Told { status: 200, etag: Some(format!("\"{newest}-gzip\"")), newest, quiet: None, cut: false };
        let hour = minute / 60;
        match self.habit {
            Habit::NoValidators => Told { etag: None, ..whole },
            Habit::Failing if (10..20).contains(&(hour % 72)) => Told { status: 500, etag: None, ..whole },
            Habit::TooMany if hour % 24 == 5 => Told { status: 429, etag: None, quiet: Some(180), ..whole },
            Habit::Gone if hour >= 20 => Told { status: 410, etag: None, ..whole },
            Habit::Cut if hour % 3 == 1 => Told { etag: Some("\"broken\"".to_owned()), cut: true, ..whole },
            Habit::Unavailable if hour % 12 == 3 => Told { status: 503, etag: None, quiet: Some(120), ..whole },
            Habit::Forgetful if hour / 8 % 2 == 1 => Told { etag: None, ..whole },
            Habit::Page if (10..12).contains(&(hour % 24)) => {
                Told { status: 201, etag: Some("\"page\"".to_owned()), ..whole }
            }
            _ => whole,
        }
    }

    /// The answer of the path that gives the document.
    fn answer(&self, told: &Told, minute: i64) -> Answer {
        let answer = match (told.status, self.habit) {
            (201, _) => Answer::ok("<!DOCTYPE html><html><body><p>Sedang dirawat</p></body></html>")
                .header("Content-Type", "text/html"),
            (200, _) => Answer::ok(self.document(told.newest)),
            (status, _) => Answer::status(status),
        };
        let answer = match (told.quiet, told.status) {
            (Some(quiet), 503) => answer.header("Retry-After", &http_date(minute + quiet)),
            (Some(quiet), _) => answer.header("Retry-After", &(quiet * 60).to_string()),
            (None, _) => answer,
        };
        let answer = if self.habit == Habit::MaxAge { answer.header("Cache-Control", "max-age=10800") } else { answer };
        let answer = told.etag.iter().fold(answer, |answer, etag| answer.etag(etag));
        if told.cut { answer.truncated() } else { answer }
    }

    fn document(&self, newest: i64) -> String {
        let items: String = ((newest - WINDOW).max(0)..=newest)
            .map(|item| {
                let url = format!("https://kabar.example/{}/{item}", self.number);
                let date = rfc2822((item - OLD_ITEMS) * ITEM_MINUTES);
                format!(
                    "<item><title>Berita {item} dari {}</title><link>{url}</link><guid>{url}</guid>\
                     <pubDate>{date}</pubDate></item>",
                    self.number
                )
            })
            .collect();
        let asks = match self.habit {
            Habit::Ttl => "<ttl>180</ttl>".to_owned(),
            Habit::SkipHours => {
                format!("<skipHours>{}</skipHours>", (0..6).map(|h| format!("<hour>{h}</hour>")).collect::<String>())
            }
            _ => String::new(),
        };
        format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar {}</title><link>https://kabar.example/\
             </link><description>Kabar</description>{asks}{items}</channel></rss>",
            self.number
        )
    }

    /// Judges one request for the document, and takes down what its answer promised.
    fn judge(&mut self, seen: &Seen, told: &Told, minute: i64, killed: bool) {
        let place = format!("feed {} ({:?}) at minute {minute}", self.number, self.habit);
        let record = &mut self.record;
        record.requests += 1;
        assert!(!record.gone, "{place}: asked after 410");
        if let Some((at, why)) = record.not_before {
            assert!(minute >= at, "{place}: asked before minute {at}: {why}");
        }
        if self.habit == Habit::SkipHours && record.surely.is_some() {
            assert!(minute / 60 % 24 >= 6, "{place}: asked in an hour that it wants left out");
        }
        let sent = seen.header("if-none-match").map(str::to_owned);
        let first = record.may_send.is_empty();
        assert!(if first { sent.is_none() } else { record.may_send.contains(&sent) }, "{place}: sent {sent:?}");

        let unchanged = told.status == 200 && told.etag.is_some() && sent == told.etag;
        let read = told.status == 200 && !told.cut;
        *record.answers.entry(if unchanged { 304 } else { told.status }).or_default() += 1;
        let promise = match (told.status, told.quiet) {
            (410, _) => None,
            (_, Some(quiet)) => Some((minute + quiet, "Retry-After")),
            _ if !read && !unchanged => Some((minute + LEAST * 9 / 10, "the distance after a failure")),
            _ if self.habit == Habit::Ttl => Some((minute + 180, "ttl")),
            _ if self.habit == Habit::MaxAge => Some((minute + 180, "max-age")),
            _ => Some((minute + LEAST, "min_interval")),
        };
        if killed {
            // The commit may have come or not: both are right.
            record.not_before = None;
            if read && !unchanged {
                if first {
                    record.may_send.insert(None);
                }
                record.may_send.insert(told.etag.clone());
                record.perhaps = record.perhaps.max(Some(told.newest));
            }
            return;
        }
        record.not_before = promise;
        record.gone = told.status == 410;
        if unchanged {
            record.may_send = BTreeSet::from([sent]);
        } else if read {
            record.may_send = BTreeSet::from([told.etag.clone()]);
            record.surely = record.surely.max(Some(told.newest));
        }
        record.perhaps = record.perhaps.max(record.surely);
    }
}

fn moment(minute: i64) -> chrono::DateTime<chrono::Utc> {
    let start = chrono::DateTime::parse_from_rfc3339("2026-11-24T00:00:00Z").unwrap();
    start.with_timezone(&chrono::Utc) + chrono::TimeDelta::minutes(minute)
}

fn rfc2822(minute: i64) -> String {
    moment(minute).to_rfc2822()
}

fn http_date(minute: i64) -> String {
    moment(minute).format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// Numbers without a pattern that are the same in every run (a 64-bit linear congruential generator).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// One host for each habit, so that what one of them holds back holds back its like alone.
fn hosts() -> BTreeMap<usize, Origin> {
    (0..HABITS.len()).map(|habit| (habit, Origin::start_at(&format!("127.0.1.{}", habit + 1)))).collect()
}

/// Ids that an output holds; no id may stand twice.
fn ids(world: &World, path: &str) -> BTreeSet<String> {
    let Ok(text) = std::fs::read_to_string(world.public().join(path)) else { return BTreeSet::new() };
    let feed: Value = serde_json::from_str(&text).expect("a whole document");
    let ids: Vec<&str> = feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    let all: BTreeSet<String> = ids.iter().map(|id| (*id).to_owned()).collect();
    assert_eq!(all.len(), ids.len(), "an item is told twice in {path}");
    all
}

#[test]
fn a_week_of_every_habit_with_kills_breaks_no_promise_and_loses_no_item() {
    let size = Size::chosen();
    let hosts = hosts();
    let mut feeds: Vec<Feed> = (0..size.feeds)
        .map(|number| Feed {
            number,
            habit: HABITS[number % HABITS.len()],
            path: format!("/{number}.xml"),
            record: Record::default(),
        })
        .collect();
    let host_of = |feed: &Feed| &hosts[&(feed.number % HABITS.len())];
    for feed in &feeds {
        let status = match feed.habit {
            Habit::Moved => 301,
            Habit::Elsewhere => 302,
            _ => continue,
        };
        host_of(feed).on(&format!("/old{}", feed.path), Answer::redirect(status, &feed.path));
    }
    let asked = |feed: &Feed| match feed.habit {
        Habit::Moved | Habit::Elsewhere => format!("/old{}", feed.path),
        _ => feed.path.clone(),
    };
    let list: String = feeds
        .iter()
        .map(|feed| format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", host_of(feed).url(&asked(feed))))
        .collect();
    let mut world = World::new(&format!("max_interval = \"45m\"\n[[section]]\nid = \"nasional\"\n{list}"));
    let mut seed = 20_261_124;
    let mut shown: Vec<Option<Told>> = vec![None; feeds.len()];
    let kill_each = size.steps / (size.kills + 1);
    // Until when a host wants no request of any feed, as told in an answer that was surely read.
    let mut quiet_hosts: BTreeMap<usize, i64> = BTreeMap::new();

    for step in 0..size.steps {
        let minute = step * STEP;
        for feed in &feeds {
            let told = feed.told(minute);
            let moves = told.status == 503; // its date counts from now
            if moves || shown[feed.number].as_ref() != Some(&told) {
                host_of(feed).on(&feed.path, feed.answer(&told, minute));
                shown[feed.number] = Some(told);
            }
        }
        let now = moment(minute).to_rfc3339();
        world.at(&now);
        let killed = step > 0 && step % kill_each == 0 && step / kill_each <= size.kills;
        if killed {
            let mut child = world.command(&["poll"]).spawn().unwrap();
            // The moment of the kill is the experiment itself; nothing below depends on how far the poll had come.
            std::thread::sleep(Duration::from_millis(next(&mut seed) % 160));
            drop(child.kill());
            child.wait().unwrap();
            hosts.values().for_each(Origin::wait_for_hang_ups);
        } else {
            let output = world.run(&["poll"]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            ids(&world, "nasional/feed.json");
        }
        for feed in &mut feeds {
            let host = &hosts[&(feed.number % HABITS.len())];
            let old = if matches!(feed.habit, Habit::Moved | Habit::Elsewhere) {
                host.requests_of(&format!("/old{}", feed.path)).len()
            } else {
                0
            };
            let seen = host.requests_of(&feed.path);
            assert!(seen.len() <= 1, "feed {}: asked {} times in one poll", feed.number, seen.len());
            if old > 0 && !killed {
                assert_eq!(seen.len(), 1, "feed {}: a redirect was not followed", feed.number);
            }
            for request in &seen {
                let until = quiet_hosts.get(&(feed.number % HABITS.len()));
                assert!(until.is_none_or(|until| minute >= *until), "feed {}: its host wants quiet", feed.number);
                let told = feed.told(minute);
                feed.judge(request, &told, minute, killed);
            }
        }
        for (habit, host) in &hosts {
            let hit = HABITS[*habit] == Habit::TooMany && (minute / 60) % 24 == 5;
            if hit && !killed && !host.requests().is_empty() {
                quiet_hosts.insert(*habit, minute + 180);
            }
            host.forget_requests();
        }
    }

    for (status, habit) in [
        (500, Habit::Failing),
        (429, Habit::TooMany),
        (410, Habit::Gone),
        (503, Habit::Unavailable),
        (201, Habit::Page),
        (304, Habit::Steady),
        (304, Habit::Moved),
    ] {
        let met = feeds.iter().any(|feed| feed.habit == habit && feed.record.answers.contains_key(&status));
        assert!(met, "no feed met {status} of {habit:?}: the simulation shows nothing of it");
    }
    let status = world.json(&["status", "--json"]);
    for feed in &feeds {
        let url = host_of(feed).url(&asked(feed));
        let row = status["feeds"].as_array().unwrap().iter().find(|row| row["url"] == url.as_str()).unwrap();
        let items = row["items"].as_i64().unwrap();
        let held = |newest: Option<i64>| newest.map_or(0, |newest| newest + 1);
        let (least, most) = (held(feed.record.surely), held(feed.record.perhaps));
        assert!((least..=most).contains(&items), "feed {} {:?}: {items} items: {row}", feed.number, feed.habit);
        assert!(feed.record.requests >= 2, "feed {} {:?} starves", feed.number, feed.habit);
        let wanted = if feed.record.gone { "gone" } else { "active" };
        if !matches!(feed.habit, Habit::Cut | Habit::Failing | Habit::TooMany | Habit::Unavailable | Habit::Page) {
            assert_eq!(row["state"], wanted, "feed {}: {row}", feed.number);
        }
    }
}
