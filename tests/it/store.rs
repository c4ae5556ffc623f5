//! Documents through ingest, dedup and a real store in a temporary folder: what becomes one entry, and the laws of it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use proptest::prelude::*;
use warta::dedup::{self, Policy};
use warta::ingest::{self, ingest};
use warta::model::{Applied, Document, Effect, IdentityRule, Known, Timestamp};
use warta::notation::address::Canonical;
use warta::store::{SectionLimits, Store, StoredEntry, Wanted, WantedFeed, WantedSection};

const ALL: SectionLimits = SectionLimits { items: 500, items_for: Duration::ZERO, items_max: 500 };

/// A store with feeds of one section each.
struct Newsroom {
    store: Store,
    _folder: tempfile::TempDir,
    clock: std::cell::Cell<i64>,
}

impl Newsroom {
    async fn open(feeds: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("warta.db")).unwrap();
        let room = Self { store, _folder: folder, clock: std::cell::Cell::new(0) };
        room.configure(feeds).await;
        room
    }

    async fn configure(&self, feeds: &[(&str, &str)]) {
        let feed = |(url, section): &(&str, &str)| WantedFeed {
            url: (*url).to_owned(),
            sections: vec![(*section).to_owned()],
            paused: false,
            was: Vec::new(),
        };
        let sections = ["nasional", "ekonomi"];
        let wanted = Wanted {
            sections: sections.map(|id| WantedSection { id: id.to_owned(), in_all: true, was: Vec::new() }).to_vec(),
            feeds: feeds.iter().map(feed).collect(),
            tag: Some("uji.example,2026".to_owned()),
            authority: None,
            now: at(0),
        };
        self.store.configure(wanted).await.unwrap();
    }

    /// A feed tells these items; each poll is a minute after the last.
    async fn tell(&self, feed: &str, items: &[Told]) -> Applied {
        self.clock.set(self.clock.get() + 60);
        let now = at(self.clock.get());
        let document = Document { body: rss(items).into_bytes(), ..Document::default() };
        let policy = ingest::Policy { timezone: chrono_tz::Asia::Jakarta, language: None, select: None };
        let feed_told = ingest(&document, &policy, now).unwrap();
        let policy = Policy {
            canonical: Canonical::default(),
            identity: IdentityRule::Auto,
            first_batch: usize::MAX,
            own_hosts: Vec::new(),
        };
        let ask = dedup::ask(feed, &feed_told, &policy);
        let decide = move |known: &Known| -> Vec<Effect> { dedup::decide(known, &feed_told, &policy, now) };
        self.store.write(ask, decide).await.unwrap()
    }

    async fn section(&self, id: &str) -> Vec<StoredEntry> {
        self.store.section(id, ALL).await.unwrap()
    }

    /// Which articles are told as one, by the titles of their reports.
    async fn groups(&self) -> BTreeSet<Vec<String>> {
        let titles = |entry: StoredEntry| {
            let mut titles: Vec<String> = entry.others.into_iter().map(|other| other.title).collect();
            titles.push(entry.item.title);
            titles.sort();
            titles
        };
        self.section("all").await.into_iter().map(titles).collect()
    }
}

/// Id, address and title of an item.
type Told = (String, String, String);

fn told(id: &str, url: &str, title: &str) -> Told {
    (id.to_owned(), url.to_owned(), title.to_owned())
}

fn rss(items: &[Told]) -> String {
    let mut text = "<rss version=\"2.0\"><channel><title>t</title><link>https://a.example/</link>".to_owned();
    for (id, url, title) in items {
        let url = url.replace('&', "&amp;");
        text += &format!(
            "<item><guid isPermaLink=\"false\">{id}</guid><link>{url}</link><title>{title}</title>\
             <pubDate>Tue, 24 Nov 2026 07:00:00 +0700</pubDate></item>"
        );
    }
    text + "</channel></rss>"
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_795_500_000_000 + seconds * 1000)
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

const FEEDS: &[(&str, &str)] = &[
    ("https://one.example/rss", "nasional"),
    ("https://two.example/rss", "nasional"),
    ("https://three.example/rss", "ekonomi"),
];

#[tokio::test]
async fn one_article_under_four_addresses_in_three_feeds_is_one_entry() {
    let room = Newsroom::open(FEEDS).await;
    let title = "Gempa guncang Cianjur";
    let plain = "https://kabar.example/berita/77/gempa-guncang-cianjur";
    room.tell(FEEDS[0].0, &[told("77", plain, title), told("78", "https://kabar.example/berita/78/lain", "Lain")])
        .await;
    let tracked = "http://www.kabar.example/berita/77/gempa-guncang-cianjur?utm_source=rss&utm_medium=feed";
    let slashed = "https://kabar.example/berita/77/gempa-guncang-cianjur/";
    let joined = room.tell(FEEDS[1].0, &[told("a", tracked, title), told("b", slashed, title)]).await;
    assert_eq!(joined, Applied { new: 2, changed: 0, duplicates: 2, dropped: 0 });
    let mobile = "https://m.kabar.example/berita/77/gempa-guncang-cianjur";
    room.tell(FEEDS[2].0, &[told("c", mobile, "Cianjur diguncang gempa")]).await;

    let nasional = room.section("nasional").await;
    let gempa: Vec<&StoredEntry> = nasional.iter().filter(|entry| entry.item.title == title).collect();
    assert_eq!((nasional.len(), gempa.len()), (2, 1));
    let sources: Vec<i64> = gempa[0].others.iter().map(|other| other.feed).collect();
    assert_eq!((gempa[0].feed, sources), (1, vec![2, 2, 3]), "every report is named, oldest first");
    let ekonomi = room.section("ekonomi").await;
    assert_eq!(ekonomi[0].item.title, "Cianjur diguncang gempa", "a section is led by a report of its own");
    assert_eq!(ekonomi[0].id, gempa[0].id, "one id in all sections");
    let stored: u64 = room.store.feeds(at(0)).await.unwrap().iter().map(|feed| feed.items).sum();
    assert_eq!(stored, 5);
}

#[tokio::test]
async fn the_same_document_twice_stores_nothing_and_shows_nothing_new() {
    let room = Newsroom::open(FEEDS).await;
    let items: Vec<Told> =
        (0..20).map(|n| told(&n.to_string(), &format!("https://one.example/{n}"), &format!("Judul {n}"))).collect();
    assert_eq!(room.tell(FEEDS[0].0, &items).await.new, 20);
    let before = room.store.sections().await.unwrap();
    assert_eq!(room.tell(FEEDS[0].0, &items).await, Applied::default());
    assert_eq!(room.store.sections().await.unwrap(), before);
}

#[tokio::test]
async fn an_id_stays_with_its_first_owner_and_with_its_item() {
    let room = Newsroom::open(FEEDS).await;
    let (id, url) = ("tag:one.example,2026:1", "https://one.example/berita/1");
    room.tell(FEEDS[0].0, &[told(id, url, "Satu")]).await;
    room.tell(FEEDS[1].0, &[told(id, "https://two.example/berita/9", "Tiruan")]).await;
    room.tell(FEEDS[0].0, &[told(id, "https://one.example/berita/1-baru", "Satu, dikoreksi")]).await;
    let ids: BTreeMap<String, String> =
        room.section("nasional").await.into_iter().map(|entry| (entry.item.title, entry.id)).collect();
    assert_eq!(ids["Satu, dikoreksi"], id);
    assert!(ids["Tiruan"].starts_with("tag:uji.example,2026:item/"), "{ids:?}");
}

#[tokio::test]
async fn writes_that_come_together_are_all_stored() {
    let room = Newsroom::open(FEEDS).await;
    let writes = (0..300).map(|n| {
        let url = format!("https://{n}.example/berita/1");
        let room = &room;
        async move { room.tell(FEEDS[n % 3].0, &[told(&url, &url, &url)]).await.new }
    });
    let new: u32 = futures_util::future::join_all(writes).await.into_iter().sum();
    assert_eq!((new, room.section("all").await.len()), (300, 300));
}

/// Documents of the three feeds: which of eight articles each tells, and under which of its addresses.
fn documents() -> impl Strategy<Value = Vec<(usize, Vec<(usize, usize)>)>> {
    let items = proptest::collection::btree_map(0..8_usize, 0..4_usize, 1..6);
    proptest::collection::vec((0..3_usize, items.prop_map(|items| items.into_iter().collect())), 1..6)
}

/// An article as a feed tells it: ids differ from feed to feed, titles and addresses vary.
fn article(feed: usize, n: usize, variant: usize) -> Told {
    let url = match variant {
        0 => format!("https://kabar.example/berita/{n}"),
        1 => format!("http://www.kabar.example/berita/{n}/?utm_source={feed}"),
        2 => format!("https://m.kabar.example/berita/{n}#atas"),
        _ => format!("https://kabar.example/berita/{n}?fbclid=x&page=all"),
    };
    (format!("{feed}-{n}"), url, format!("Berita nomor {n} dari {feed}"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_documents_does_not_matter(documents in documents()) {
        let told = |order: Vec<(usize, Vec<(usize, usize)>)>| run(async move {
            let room = Newsroom::open(FEEDS).await;
            for (feed, items) in order {
                let items: Vec<Told> = items.iter().map(|(n, variant)| article(feed, *n, *variant)).collect();
                room.tell(FEEDS[feed].0, &items).await;
            }
            room.groups().await
        });
        let backwards = documents.iter().rev().cloned().collect();
        prop_assert_eq!(told(documents), told(backwards));
    }

    #[test]
    fn a_place_is_where_the_first_report_of_its_section_stands(
        documents in documents(),
        moves in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 3), 1..4),
    ) {
        run(async move {
            let room = Newsroom::open(FEEDS).await;
            let mut moves = moves.into_iter();
            for (feed, items) in documents {
                let items: Vec<Told> = items.iter().map(|(n, variant)| article(feed, *n, *variant)).collect();
                room.tell(FEEDS[feed].0, &items).await;
                if let Some(sides) = moves.next() {
                    let section = |side: &bool| if *side { "ekonomi" } else { "nasional" };
                    let feeds: Vec<(&str, &str)> =
                        FEEDS.iter().zip(&sides).map(|((url, _), side)| (*url, section(side))).collect();
                    room.configure(&feeds).await;
                }
            }
            let places = "SELECT section, report, entry FROM places ORDER BY section, report";
            let anew = "SELECT f.section, min(r.id) AS report, r.entry FROM reports r
                JOIN feed_sections f ON f.feed = r.feed WHERE r.left_out IS NULL
                GROUP BY f.section, r.entry ORDER BY f.section, report";
            assert_eq!(rows(room.store.path(), places), rows(room.store.path(), anew));
        });
    }
}

/// Rows of three numbers, asked of the database behind the store's back.
fn rows(path: &std::path::Path, sql: &str) -> Vec<(i64, i64, i64)> {
    let database = rusqlite::Connection::open(path).unwrap();
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    rows.map(Result::unwrap).collect()
}
