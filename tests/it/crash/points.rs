//! Three points at which a process dies, each with many sites that chance made up: before the commit, after it, and
//! while publishing. What the next processes do is judged by the records of the origins: nobody is asked before what
//! was promised to him, validators are sent by those alone that hold the items behind them, and no item is there twice.

use std::collections::BTreeSet;
use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use warta::model::{Edition, FeedState, Timestamp};
use warta::store::Store;

use super::dies::{self, Point};
use super::{next, published_ids};
use crate::origin::{Answer, Origin, Seen};
use crate::world::World;

/// Sites of one point where `WARTA_TEST_KILLS` names no other number: a hundred take some minutes.
const SITES: u64 = 20;
/// Changes of the published folder that the very first edition makes at least, and each later one with news: files
/// written beside, then renamed, the edition's name last.
const CHANGES: (u64, u64) = (100, 60);

/// What a feed's server answers at the poll that dies, and at the one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// As before: 304 to who holds it.
    Unchanged,
    /// So many items more.
    News(u64),
    /// The same, and it stays fresh for as long as [`Site::quiet`].
    Fresh(u64),
    /// 429 with `Retry-After`, which holds the whole host.
    TooMany,
    /// 503 with `Retry-After`.
    Unavailable,
    /// 500.
    Failing,
}

impl Turn {
    fn of_chance(seed: &mut u64) -> Self {
        let news = 1 + next(seed) % 3;
        match next(seed) % 8 {
            0 | 1 => Self::Unchanged,
            2 | 3 => Self::News(news),
            4 => Self::Fresh(news),
            5 => Self::TooMany,
            6 => Self::Unavailable,
            _ => Self::Failing,
        }
    }
}

struct Feed {
    path: String,
    host: usize,
    turn: Turn,
    /// Items of its document before and from the turn on.
    old: u64,
    new: u64,
    /// What warta holds by everything that was seen: how many items, and the validator behind them.
    holds: u64,
}

impl Feed {
    fn etag(items: u64) -> String {
        format!("\"{items}\"")
    }

    fn document(&self, items: u64) -> Answer {
        let items_of = |n: u64| {
            let url = format!("https://kabar.example{}/{n}", self.path);
            format!(
                "<item><title>Berita {n}</title><link>{url}</link><guid>{url}</guid>\
                 <pubDate>Tue, 24 Nov 2026 06:00:00 +0000</pubDate></item>"
            )
        };
        let items_told: String = (0..items).map(items_of).collect();
        let head = format!("<title>Kabar {}</title><link>https://kabar.example/</link>", self.path);
        Answer::ok(format!("<rss version=\"2.0\"><channel>{head}{items_told}</channel></rss>")).etag(&Self::etag(items))
    }

    fn answer(&self, quiet: TimeDelta) -> Answer {
        let quiet = quiet.num_seconds().to_string();
        match self.turn {
            Turn::Unchanged | Turn::News(_) => self.document(self.new),
            Turn::Fresh(_) => self.document(self.new).header("Cache-Control", &format!("max-age={quiet}")),
            Turn::TooMany => Answer::status(429).header("Retry-After", &quiet),
            Turn::Unavailable => Answer::status(503).header("Retry-After", &quiet),
            Turn::Failing => Answer::status(500),
        }
    }

    /// Whether the turn's answer is a document, or that there is no other.
    fn is_read(&self) -> bool {
        matches!(self.turn, Turn::Unchanged | Turn::News(_) | Turn::Fresh(_))
    }
}

/// A site, and what its origins know of it.
struct Site<'a> {
    /// For whoever reads of a failure.
    name: String,
    world: World,
    hosts: &'a [Origin; 3],
    feeds: Vec<Feed>,
    now: DateTime<Utc>,
    /// For how long a server that wants quiet wants it.
    quiet: TimeDelta,
}

impl<'a> Site<'a> {
    fn of_chance(point: Point, number: u64, hosts: &'a [Origin; 3]) -> Self {
        let mut seed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        next(&mut seed);
        let some = 2 + next(&mut seed) % 6;
        let feeds: Vec<Feed> = (0..some)
            .map(|feed| {
                // Where nothing is new there is nothing to publish.
                let turn = match (point, feed) {
                    (Point::Publishing, 0) => Turn::News(1),
                    _ => Turn::of_chance(&mut seed),
                };
                let old = 1 + next(&mut seed) % 6;
                let news = if let Turn::News(news) | Turn::Fresh(news) = turn { news } else { 0 };
                // The first feed has a host of its own, which nobody else's trouble holds.
                let host = if feed == 0 { 0 } else { 1 + usize::try_from(next(&mut seed) % 2).unwrap() };
                Feed { path: format!("/{number}/{feed}"), host, turn, old, new: old + news, holds: 0 }
            })
            .collect();
        let list: String = feeds
            .iter()
            .map(|feed| format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", hosts[feed.host].url(&feed.path)))
            .collect();
        let world = World::new(&format!(
            "max_interval = \"45m\"\n[publish]\nitems = 5000\nitems_max = 5000\nfirst_batch = 1000\n\
             [[section]]\nid = \"nasional\"\n{list}"
        ));
        let now = "2026-11-24T07:00:00Z".parse().unwrap();
        let quiet = TimeDelta::hours(2 + i64::try_from(next(&mut seed) % 3).unwrap());
        Self { name: format!("{point:?} of site {number}"), world, hosts, feeds, now, quiet }
    }

    fn pass(&mut self, time: TimeDelta) {
        self.now += time;
        self.world.at(&self.now.to_rfc3339());
    }

    fn script(&self, answer: impl Fn(&Feed) -> Answer) {
        for feed in &self.feeds {
            self.hosts[feed.host].on(&feed.path, answer(feed));
        }
    }

    /// Polls to the end.
    fn poll(&self) {
        let output = self.world.run(&["poll"]);
        assert!(output.status.success(), "{}: {}", self.name, String::from_utf8_lossy(&output.stderr));
    }

    /// The requests of each feed since they were last taken; nobody may be asked twice in that time.
    fn take_requests(&self) -> Vec<Option<Seen>> {
        let mut requests = Vec::new();
        for feed in &self.feeds {
            let mut seen = self.hosts[feed.host].requests_of(&feed.path);
            assert!(seen.len() <= 1, "{}: {} is asked {} times", self.name, feed.path, seen.len());
            requests.push(seen.pop());
        }
        for host in self.hosts {
            host.forget_requests();
        }
        for (feed, request) in self.feeds.iter().zip(&requests) {
            let Some(request) = request else { continue };
            let sent = request.header("if-none-match").map(str::to_owned);
            let expected = (feed.holds > 0).then(|| Feed::etag(feed.holds));
            assert_eq!(sent, expected, "{}: {} sends other validators than those of its items", self.name, feed.path);
        }
        requests
    }

    /// The rows of the feeds, in their order.
    fn rows(&self) -> Vec<FeedState> {
        let store = Store::open_read_only(&self.world.public().with_file_name("warta.db")).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let now = Timestamp::from_unix_millis(self.now.timestamp_millis());
        let rows = runtime.block_on(store.feeds(now)).unwrap();
        let row_of = |feed: &Feed| {
            let url = self.hosts[feed.host].url(&feed.path);
            rows.iter().find(|row| row.url == url).unwrap().clone()
        };
        self.feeds.iter().map(row_of).collect()
    }

    /// All that is stored stands in the outputs once, and every file is the one that the edition names.
    fn check_published(&self) {
        let rows = self.rows();
        for (feed, row) in self.feeds.iter().zip(&rows) {
            assert_eq!(row.items, feed.holds, "{}: items of {}", self.name, feed.path);
            let expected = (feed.holds > 0).then(|| Feed::etag(feed.holds));
            assert_eq!(row.validators.etag, expected, "{}: validators of {}", self.name, feed.path);
        }
        let stored: u64 = rows.iter().map(|row| row.items).sum();
        assert_eq!(published_ids(&self.world).len() as u64, stored, "{}: what is published", self.name);
        let public = self.world.public();
        let edition = Edition::parse(&std::fs::read_to_string(public.join(".edition")).unwrap()).unwrap();
        assert!(edition.files.len() > 9, "{}: {} files", self.name, edition.files.len());
        for file in &edition.files {
            let bytes = std::fs::read(public.join(&file.path)).unwrap();
            assert_eq!(<[u8; 32]>::from(Sha256::digest(&bytes)), file.sha256, "{}: {}", self.name, file.path);
        }
        assert!(left_beside(&public).is_empty(), "{}: {:?}", self.name, left_beside(&public));
    }
}

/// What a publisher wrote beside the published files and has not renamed.
fn left_beside(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut left = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        match path.is_dir() {
            true => left.extend(left_beside(&path)),
            false if name.starts_with('.') && name != ".edition" => left.push(path),
            false => {}
        }
    }
    left
}

/// One site through its life: polled, dead at the point, and polled on.
fn check(point: Point, number: u64, hosts: &[Origin; 3]) {
    let mut site = Site::of_chance(point, number, hosts);
    let mut seed = number;
    // Now and then the very first poll dies.
    let is_first = next(&mut seed).is_multiple_of(4);
    if !is_first {
        site.script(|feed| feed.document(feed.old));
        site.poll();
        assert!(site.take_requests().iter().all(Option::is_some), "{}: the first poll", site.name);
        site.feeds.iter_mut().for_each(|feed| feed.holds = feed.old);
        site.check_published();
        site.pass(TimeDelta::hours(2));
    }
    let quiet = site.quiet;
    site.script(|feed| feed.answer(quiet));
    let passes = match point {
        Point::Publishing => next(&mut seed) % if is_first { CHANGES.0 } else { CHANGES.1 },
        _ => next(&mut seed) % site.feeds.len() as u64,
    };
    dies::poll(&site.world, point, passes, &[]);
    hosts.iter().for_each(Origin::wait_for_hang_ups);
    let asked = site.take_requests();
    published_ids(&site.world);

    // What stands in the store at the moment of the death: each feed wholly as before, or wholly as after.
    let now = Timestamp::from_unix_millis(site.now.timestamp_millis());
    let rows = site.rows();
    let mut committed = Vec::new();
    for (feed, row) in site.feeds.iter_mut().zip(&rows) {
        let is_committed = row.last_check == Some(now);
        if is_committed && feed.is_read() {
            feed.holds = feed.new;
        }
        let holds = (row.items, row.validators.etag.clone());
        let expected = (feed.holds, (feed.holds > 0).then(|| Feed::etag(feed.holds)));
        assert_eq!(holds, expected, "{}: {} holds items or validators without each other", site.name, feed.path);
        committed.push(is_committed);
    }
    match point {
        Point::BeforeCommit => assert!(committed.contains(&false), "{}: all is committed", site.name),
        Point::AfterCommit => assert!(rows.iter().any(|row| row.next_check > now), "{}: nothing is", site.name),
        _ => assert!(rows.iter().all(|row| row.next_check > now), "{}: it publishes before all is", site.name),
    }
    let held: BTreeSet<usize> = (site.feeds.iter().zip(&committed))
        .filter_map(|(feed, committed)| (*committed && feed.turn == Turn::TooMany).then_some(feed.host))
        .collect();

    // The next process, at the same moment: whoever was asked and stored is left alone, and so is a host that said 429.
    site.poll();
    let again = site.take_requests();
    for (n, feed) in site.feeds.iter().enumerate() {
        let (name, path, is_asked) = (&site.name, &feed.path, again[n].is_some());
        assert!(asked[n].is_some() || !committed[n], "{name}: {path} is committed and was never asked");
        assert!(!(is_asked && committed[n]), "{name}: {path} is asked again, and its answer was stored");
        assert!(!(is_asked && held.contains(&feed.host)), "{name}: {path} is asked while its host wants quiet");
    }
    // One of the two processes heard the 429 of such a host; the row of a feed that waits for it may be all that the
    // first one stored.
    let loud = |feed: &Feed| (feed.turn == Turn::TooMany).then_some(feed.host);
    let quiet_hosts: BTreeSet<usize> = site.feeds.iter().filter_map(loud).collect();
    for (n, feed) in site.feeds.iter_mut().enumerate() {
        let is_asked = again[n].is_some();
        let may_wait = committed[n] || quiet_hosts.contains(&feed.host);
        assert!(is_asked || may_wait, "{}: {} is not asked by the next process", site.name, feed.path);
        if is_asked && feed.is_read() {
            feed.holds = feed.new;
        }
    }
    site.check_published();

    // Half an hour is promised to everybody.
    site.script(|feed| feed.document(feed.new));
    site.pass(TimeDelta::minutes(25));
    site.poll();
    assert!(site.take_requests().iter().all(Option::is_none), "{}: asked within min_interval", site.name);

    // A minute before the end of what some asked for, the others alone are asked.
    site.pass(quiet - TimeDelta::minutes(26));
    site.poll();
    let last = site.take_requests();
    for (n, feed) in site.feeds.iter_mut().enumerate() {
        let is_quiet = matches!(feed.turn, Turn::Fresh(_) | Turn::Unavailable) || quiet_hosts.contains(&feed.host);
        assert_eq!(last[n].is_none(), is_quiet, "{}: {} a minute before its quiet ends", site.name, feed.path);
        if !is_quiet {
            feed.holds = feed.new;
        }
    }
    site.pass(TimeDelta::hours(1));
    site.poll();
    assert!(site.take_requests().iter().all(Option::is_some), "{}: somebody is forgotten", site.name);
    site.feeds.iter_mut().for_each(|feed| feed.holds = feed.new);
    site.check_published();
}

fn check_all(point: Point, net: u8) {
    let sites = std::env::var("WARTA_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(SITES);
    let hosts = [1, 2, 3].map(|host| Origin::start_at(&format!("127.0.{net}.{host}")));
    for number in 0..sites {
        check(point, number, &hosts);
    }
}

#[test]
fn a_process_that_dies_before_a_commit_leaves_all_as_it_was() {
    check_all(Point::BeforeCommit, 11);
}

#[test]
fn a_process_that_dies_after_a_commit_leaves_it_whole() {
    check_all(Point::AfterCommit, 12);
}

#[test]
fn a_process_that_dies_while_publishing_leaves_whole_files_and_is_finished_by_the_next() {
    check_all(Point::Publishing, 13);
}
