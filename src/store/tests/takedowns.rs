//! Takedowns against what they mean: whatever is taken down and back, in whatever order, feeds moving meanwhile, each
//! section shows what its rows would show if nobody had ever been asked.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::dedup::takedown;
use crate::model::{DELETED_FOR, KeptOut, LeftOut, MAX_DELETED_ENTRIES, Named, TakedownKind};

const SECTIONS: [&str; 4] = ["all", "a", "b", "out"];
const FEEDS: [&str; 3] = ["f", "g", "h"];
/// Everything is shown, and nothing is archived but what the smaller limits below are asked for.
const WIDE: SectionLimits = SectionLimits { items: 1_000, items_for: Duration::ZERO, items_max: 1_000 };
const NARROW: SectionLimits = SectionLimits { items: 3, items_for: Duration::ZERO, items_max: 3 };

/// A report of the world: its feed, the earlier report whose entry it joins, and whether its feed's first batch hides it.
#[derive(Debug, Clone)]
struct Row {
    feed: usize,
    joins: Option<usize>,
    is_over_batch: bool,
}

#[derive(Debug, Clone)]
enum Step {
    Take(usize),
    Restore(usize),
    TakeFeed(usize),
    RestoreFeed(usize),
    Move(usize, Vec<usize>),
    /// A report comes; where the other number is that of one a person took down, it is like that one.
    Arrive(Row, usize),
    Settle,
}

fn row() -> impl Strategy<Value = Row> {
    let row = (0..FEEDS.len(), proptest::option::of(0..64_usize), proptest::bool::weighted(0.1));
    row.prop_map(|(feed, joins, is_over_batch)| Row { feed, joins, is_over_batch })
}

fn places() -> impl Strategy<Value = Vec<usize>> {
    proptest::sample::subsequence(vec![1, 2, 3], 1..3)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..64_usize).prop_map(Step::Take),
        3 => (0..64_usize).prop_map(Step::Restore),
        1 => (0..FEEDS.len()).prop_map(Step::TakeFeed),
        1 => (0..FEEDS.len()).prop_map(Step::RestoreFeed),
        1 => (0..FEEDS.len(), places()).prop_map(|(feed, to)| Step::Move(feed, to)),
        2 => (row(), 0..64_usize).prop_map(|(row, like)| Step::Arrive(row, like)),
        1 => Just(Step::Settle),
    ];
    proptest::collection::vec(step, 1..16)
}

/// What is meant, without a database.
struct Meant {
    rows: Vec<Row>,
    /// Sections of each feed, "all" not among them.
    sections: Vec<Vec<usize>>,
    /// What a person took down, by what was taken down then.
    down: BTreeMap<usize, usize>,
    feeds_down: BTreeSet<usize>,
}

impl Meant {
    /// The first report of the entry of report `n`.
    fn entry(&self, n: usize) -> usize {
        match self.rows[n].joins {
            Some(earlier) if n > 0 => self.entry(earlier % n),
            _ => n,
        }
    }

    fn is_down(&self, n: usize) -> bool {
        self.down.contains_key(&n) || self.feeds_down.contains(&self.rows[n].feed)
    }

    fn stands_in(&self, feed: usize, section: usize) -> bool {
        let in_all = section == 0 && self.sections[feed].iter().any(|section| *section != 3);
        in_all || self.sections[feed].contains(&section)
    }

    /// Entries of a section by the report that leads each there, and the others that are told beside it.
    fn shown(&self, section: usize) -> BTreeMap<usize, Vec<usize>> {
        let mut leads: BTreeMap<usize, usize> = BTreeMap::new();
        for (n, row) in self.rows.iter().enumerate() {
            if !row.is_over_batch && !self.is_down(n) && self.stands_in(row.feed, section) {
                leads.entry(self.entry(n)).or_insert(n);
            }
        }
        let others = |entry: usize, lead: usize| {
            (0..self.rows.len()).filter(|n| *n != lead && self.entry(*n) == entry && !self.is_down(*n)).collect()
        };
        leads.into_iter().map(|(entry, lead)| (lead, others(entry, lead))).collect()
    }
}

fn number(title: &str) -> usize {
    title.strip_prefix("r").unwrap().parse().unwrap()
}

/// Everything that the outputs of all sections are drawn from, but revisions.
async fn drawn_from(store: &Store) -> String {
    let mut told = String::new();
    for section in SECTIONS {
        told += &format!("{:#?}", store.section(section, WIDE).await.unwrap());
        for archive in store.archives(section).await.unwrap() {
            told += &format!("{} {:#?}", archive.n, store.archive(section, archive.n).await.unwrap());
            told += &format!("{:?}", store.deleted(section, Some(archive.n)).await.unwrap());
        }
        told += &format!("{:?}", store.deleted(section, None).await.unwrap());
        told += &format!("{:?}", store.left_out(section).await.unwrap());
    }
    told
}

async fn settle(store: &Store) {
    for section in SECTIONS {
        while store.settle_archives(section, NARROW, None).await.unwrap() {}
    }
}

async fn check(store: &Store, meant: &Meant, before: &BTreeMap<usize, BTreeSet<String>>) {
    for (section, name) in SECTIONS.iter().enumerate() {
        let entries = store.section(name, WIDE).await.unwrap();
        let shown: BTreeMap<usize, Vec<usize>> = entries
            .iter()
            .map(|entry| {
                let others = entry.others.iter().map(|other| number(&other.title)).collect();
                (number(&entry.item.title), others)
            })
            .collect();
        assert_eq!(shown, meant.shown(section), "{name}");
        let ids: BTreeSet<String> = entries.iter().map(|entry| entry.id.clone()).collect();
        let deleted: BTreeSet<String> =
            store.deleted(name, None).await.unwrap().into_iter().map(|entry| entry.id).collect();
        assert!(ids.is_disjoint(&deleted), "{name} shows what it says is gone");
        assert!(deleted.is_subset(&before[&section]), "{name} says that is gone which it never had");
        let mut archived = BTreeSet::new();
        for archive in store.archives(name).await.unwrap() {
            let held: BTreeSet<String> =
                store.archive(name, archive.n).await.unwrap().into_iter().map(|entry| entry.id).collect();
            assert!(held.is_subset(&ids) && held.is_disjoint(&archived), "{name} archives {held:?}");
            archived.extend(held);
        }
    }
}

async fn step(fixture: &Fixture, meant: &mut Meant, step: &Step) {
    let store = &fixture.store;
    let named = Named { url: "https://own.example/".parse().unwrap(), canonical: None };
    match step {
        Step::Take(n) => {
            let n = n % meant.rows.len();
            meant.down.entry(n).or_insert(n);
            let ask = Ask { reports: vec![n as i64 + 1], ..Ask::default() };
            store.write(ask, move |known| takedown::take_down(known, &named, at(100))).await.unwrap();
        }
        Step::Restore(n) => {
            let n = n % meant.rows.len();
            if let Some(root) = meant.down.get(&n).copied() {
                meant.down.retain(|_, taken_with| *taken_with != root);
            }
            let ask = Ask { reports: vec![n as i64 + 1], ..Ask::default() };
            store.write(ask, move |known| takedown::restore(known, &named, at(200))).await.unwrap();
        }
        Step::TakeFeed(feed) => {
            meant.feeds_down.insert(*feed);
            fixture.add(FEEDS[*feed], vec![Effect::TakeDownFeed { at: at(100), text: String::new() }]).await;
        }
        Step::RestoreFeed(feed) => {
            meant.feeds_down.remove(feed);
            fixture.add(FEEDS[*feed], vec![Effect::RestoreFeed { at: at(200), text: String::new() }]).await;
        }
        Step::Move(feed, to) => {
            meant.sections[*feed].clone_from(to);
            configure(fixture, meant).await;
        }
        Step::Arrive(row, like) => {
            let root = meant.down.get(&(like % meant.rows.len())).copied();
            arrive(fixture, meant, row.clone(), root).await;
        }
        Step::Settle => settle(store).await,
    }
}

async fn configure(fixture: &Fixture, meant: &Meant) {
    let sections: Vec<Vec<&str>> =
        meant.sections.iter().map(|sections| sections.iter().map(|n| SECTIONS[*n]).collect()).collect();
    let feeds: Vec<(&str, &[&str])> =
        FEEDS.iter().zip(&sections).map(|(feed, sections)| (*feed, sections.as_slice())).collect();
    fixture.configure(&feeds).await;
}

/// Stores a report as it would be decided about, where it is like one that a person took down or not.
async fn arrive(fixture: &Fixture, meant: &mut Meant, row: Row, root: Option<usize>) {
    let n = meant.rows.len();
    meant.rows.push(row.clone());
    let joins = match meant.entry(n) {
        own if own == n => Joins::Nothing,
        first => {
            let ask = Ask { reports: vec![first as i64 + 1], ..Ask::default() };
            let (send, told) = std::sync::mpsc::channel();
            let look = move |known: &Known| {
                send.send(known.told[0].entry).unwrap();
                Vec::new()
            };
            fixture.store.write(ask, look).await.unwrap();
            Joins::Entry(told.recv().unwrap())
        }
    };
    let mut told = report(&format!("r{n}"), n as i64, joins);
    told.left_out = row.is_over_batch.then_some(LeftOut::FirstBatch);
    told.kept_out = match root {
        Some(root) => Some(KeptOut::Like(root as i64 + 1)),
        None => meant.feeds_down.contains(&row.feed).then_some(KeptOut::WithFeed),
    };
    meant.down.extend(root.map(|root| (n, root)));
    fixture.add(FEEDS[row.feed], vec![Effect::New(Box::new(told))]).await;
}

async fn walk(rows: Vec<Row>, sections: Vec<Vec<usize>>, steps: Vec<Step>) {
    let mut meant = Meant { rows: Vec::new(), sections, down: BTreeMap::new(), feeds_down: BTreeSet::new() };
    let fixture = Fixture::new(&[]).await;
    configure(&fixture, &meant).await;
    for row in rows {
        arrive(&fixture, &mut meant, row, None).await;
    }
    settle(&fixture.store).await;
    let first = drawn_from(&fixture.store).await;
    let mut stood: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut has_moved = false;
    for one in &steps {
        for (section, name) in SECTIONS.iter().enumerate() {
            let entries = fixture.store.section(name, WIDE).await.unwrap();
            stood.entry(section).or_default().extend(entries.into_iter().map(|entry| entry.id));
        }
        step(&fixture, &mut meant, one).await;
        check(&fixture.store, &meant, &stood).await;
        has_moved |= matches!(one, Step::Move(..) | Step::Arrive(..) | Step::Settle);
    }
    for takedown in fixture.store.takedowns().await.unwrap() {
        let feed = FEEDS.iter().position(|feed| *feed == takedown.feed).unwrap();
        let undone = match takedown.kind {
            TakedownKind::Feed => Step::RestoreFeed(feed),
            TakedownKind::Item => Step::Restore(number(&takedown.title.unwrap())),
        };
        step(&fixture, &mut meant, &undone).await;
    }
    assert!(meant.down.is_empty() && meant.feeds_down.is_empty(), "everything that is down is listed");
    check(&fixture.store, &meant, &stood).await;
    if !has_moved {
        assert_eq!(drawn_from(&fixture.store).await, first, "as it was before");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_taken_down_and_back_leaves_what_its_rows_would_show(
        rows in proptest::collection::vec(row(), 1..16),
        sections in proptest::collection::vec(places(), FEEDS.len()),
        steps in steps(),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(walk(rows, sections, steps));
    }
}

/// Seven reports of one feed, the first three of them archived.
async fn seven() -> Fixture {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    for n in 0..7 {
        fixture.add("f", vec![new(&format!("r{n}"), n)]).await;
    }
    while fixture.store.settle_archives("a", NARROW, None).await.unwrap() {}
    fixture
}

impl Fixture {
    async fn take(&self, report: i64) {
        self.store.write(Ask::default(), move |_| vec![Effect::TakeDown { report, at: at(100) }]).await.unwrap();
    }

    async fn restore(&self, report: i64) {
        self.store.write(Ask::default(), move |_| vec![Effect::Restore { report }]).await.unwrap();
    }

    async fn deleted(&self, archive: Option<i64>) -> usize {
        self.store.deleted("a", archive).await.unwrap().len()
    }
}

#[tokio::test]
async fn what_retention_took_meanwhile_does_not_come_back() {
    let fixture = seven().await;
    fixture.take(1).await;
    fixture.take(6).await;
    assert_eq!(fixture.shown("a").await, ["r6", "r4", "r3", "r2", "r1"]);
    assert_eq!((fixture.deleted(None).await, fixture.deleted(Some(1)).await), (2, 1));
    while fixture.store.settle_archives("a", NARROW, Some(at(3))).await.unwrap() {}
    let archives: Vec<i64> = fixture.store.archives("a").await.unwrap().iter().map(|archive| archive.n).collect();
    assert_eq!((archives.as_slice(), fixture.deleted(None).await), (&[2][..], 1));
    fixture.restore(1).await;
    fixture.restore(6).await;
    assert_eq!(fixture.shown("a").await, ["r6", "r5", "r4", "r3"]);
    assert_eq!(fixture.deleted(None).await, 0);
    assert_eq!(fixture.store.left_out("a").await.unwrap(), []);
}

#[tokio::test]
async fn a_feed_tells_the_last_that_went_and_for_a_while() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let many = MAX_DELETED_ENTRIES as i64 + 5;
    fixture.add("f", (0..many).map(|n| new(&format!("r{n}"), n)).collect()).await;
    fixture.add("f", vec![Effect::TakeDownFeed { at: at(100), text: "x".to_owned() }]).await;
    assert_eq!(fixture.deleted(None).await, MAX_DELETED_ENTRIES);
    let last = fixture.store.deleted("a", None).await.unwrap().remove(0);
    assert_eq!((last.id, last.at), (format!("tag:localhost,2026:item/r{}", many - 1), at(100)));
    fixture.configure(&[("f", &["a"]), ("g", &["a"])]).await;
    let later = |seconds: u64| 100 + (DELETED_FOR.as_secs() + seconds) as i64;
    fixture.add("g", vec![new("baru", later(0))]).await;
    assert_eq!(fixture.deleted(None).await, MAX_DELETED_ENTRIES);
    fixture.add("g", vec![new("lagi", later(1))]).await;
    assert_eq!(fixture.deleted(None).await, 0);
}

#[tokio::test]
async fn each_takedown_and_its_end_is_a_line_of_the_trail() {
    let fixture = seven().await;
    let named = Named { url: "https://own.example/r0?token=rahasia".parse().unwrap(), canonical: None };
    let ask = Ask { reports: vec![1], ..Ask::default() };
    let by = named.clone();
    fixture.store.write(ask.clone(), move |known| takedown::take_down(known, &by, at(100))).await.unwrap();
    fixture.store.write(ask, move |known| takedown::restore(known, &named, at(200))).await.unwrap();
    fixture.add("f", vec![Effect::TakeDownFeed { at: at(300), text: "all of it".to_owned() }]).await;
    fixture.add("f", vec![Effect::RestoreFeed { at: at(400), text: "back".to_owned() }]).await;
    let connection = rusqlite::Connection::open(fixture.store.path()).unwrap();
    let mut statement = connection.prepare("SELECT at, kind, text FROM trail WHERE report = 1 ORDER BY n").unwrap();
    let line = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get(2)?));
    let lines: Vec<(i64, String, String)> = statement.query_map([], line).unwrap().map(|line| line.unwrap()).collect();
    let expected = [
        (100, "taken_down", "by hand, named as https://own.example/r0?token=***"),
        (200, "restored", "taken down no longer, by hand, named as https://own.example/r0?token=***"),
        (300, "taken_down", "all of it"),
        (400, "restored", "back"),
    ];
    assert_eq!(lines, expected.map(|(at, kind, text)| (super::at(at).unix_millis(), kind.to_owned(), text.to_owned())));
}
