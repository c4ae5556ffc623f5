//! The store through its doors, on a database in a temporary folder. Decisions are written by hand: what `dedup` makes
//! of documents is tested in tests/it/store.rs.

use std::time::Duration;

use super::*;
use crate::model::{
    CleanHtml, EntryRef, Item, ItemIdentity, Joins, Key, KeyScope, LeftOut, NewReport, ParsedItem, RequestRecord,
    TrailLine, TrailSubject, UpdateReport, Verdict,
};

mod archives;
mod sections;
mod takedowns;

const LIMITS: SectionLimits = SectionLimits { items: 50, items_for: Duration::from_secs(24 * 3600), items_max: 500 };

struct Fixture {
    store: Store,
    folder: tempfile::TempDir,
}

impl Fixture {
    /// A store with feeds, each with its sections; section "out" is not in "all".
    async fn new(feeds: &[(&str, &[&str])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("data/warta.db")).unwrap();
        let fixture = Self { store, folder };
        fixture.configure(feeds).await;
        fixture
    }

    async fn configure(&self, feeds: &[(&str, &[&str])]) -> Configured {
        self.store.configure(wanted(feeds)).await.unwrap()
    }

    /// Titles of a section, the newest arrival first.
    async fn shown(&self, section: &str) -> Vec<String> {
        let entries = self.store.section(section, LIMITS).await.unwrap();
        entries.into_iter().map(|entry| entry.item.title).collect()
    }

    async fn revision(&self, section: &str) -> i64 {
        let sections = self.store.sections().await.unwrap();
        sections.iter().find(|state| state.id == section).unwrap().revision
    }

    async fn add(&self, feed: &str, effects: Vec<Effect>) -> Applied {
        self.store.write(ask(feed), move |_| effects.clone()).await.unwrap()
    }
}

fn wanted(feeds: &[(&str, &[&str])]) -> Wanted {
    let sections = ["a", "b", "out"];
    Wanted {
        sections: sections.map(|id| WantedSection { id: id.to_owned(), in_all: id != "out", was: Vec::new() }).to_vec(),
        feeds: feeds
            .iter()
            .map(|(url, sections)| WantedFeed {
                url: (*url).to_owned(),
                sections: sections.iter().map(|id| (*id).to_owned()).collect(),
                paused: false,
                was: Vec::new(),
            })
            .collect(),
        tag: None,
        authority: None,
        now: at(0),
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_780_000_000_000 + seconds * 1000)
}

fn ask(feed: &str) -> Ask {
    Ask { feed: Some(feed.to_owned()), ..Ask::default() }
}

fn key(value: &str, scope: KeyScope) -> Key {
    Key { matcher: "guid", scope, value: value.to_owned() }
}

fn report(title: &str, seconds: i64, joins: Joins) -> NewReport {
    NewReport {
        item: Item {
            origin_id: title.to_owned(),
            url: format!("https://own.example/{title}").parse().ok(),
            title: title.to_owned(),
            content_html: Some(CleanHtml::vouch(format!("<p>{title}</p>"))),
            date_published: Some(at(seconds)),
            has_own_date: true,
            ..Item::default()
        },
        raw: ParsedItem::default(),
        policy_version: 1,
        keys: vec![key(title, KeyScope::Feed)],
        identity: ItemIdentity { matcher: "guid", value: title.to_owned() },
        canonical_url: None,
        content_hash: 1,
        item_hash: u64::MAX,
        first_seen: at(seconds),
        joins,
        public_id: format!("item/{title}"),
        left_out: None,
        verdict: Verdict::default(),
        kept_out: None,
    }
}

fn new(title: &str, seconds: i64) -> Effect {
    Effect::New(Box::new(report(title, seconds, Joins::Nothing)))
}

fn joining(title: &str, seconds: i64, joins: Joins) -> Effect {
    Effect::New(Box::new(report(title, seconds, joins)))
}

#[tokio::test]
async fn what_was_written_comes_back_whole() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let applied = fixture.add("f", vec![new("satu", 1)]).await;
    assert_eq!(applied, Applied { new: 1, changed: 0, duplicates: 0, dropped: 0 });
    let entries = fixture.store.section("a", LIMITS).await.unwrap();
    let entry = &entries[0];
    assert_eq!(entry.item, report("satu", 1, Joins::Nothing).item);
    assert_eq!((entry.id.as_str(), entry.arrived), ("tag:localhost,2026:item/satu", at(1)));
    assert_eq!(entry.story, "tag:localhost,2026:story/1");
    assert_eq!(entry.sections, ["all", "a"]);
    let bare = fixture.store.section_newest("all", 1).await.unwrap();
    assert_eq!((bare[0].item.content_html.as_ref(), bare[0].item.title.as_str()), (None, "satu"));
}

#[tokio::test]
async fn known_is_what_was_asked_of_the_asking_feed() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["a"])]).await;
    let mut shared = report("satu", 1, Joins::Nothing);
    shared.keys.push(key("iri", KeyScope::Everywhere));
    fixture.add("f", vec![Effect::New(Box::new(shared))]).await;
    for (feed, own) in [("f", 1), ("g", 0)] {
        let ask = Ask {
            keys: vec![key("satu", KeyScope::Feed), key("iri", KeyScope::Everywhere)],
            public_ids: vec!["item/satu".into(), "tag:localhost,2026:item/satu".into(), "item/dua".into()],
            ..ask(feed)
        };
        let (send, seen) = std::sync::mpsc::channel();
        let decide = move |known: &Known| {
            send.send(known.clone()).unwrap();
            Vec::new()
        };
        fixture.store.write(ask, decide).await.unwrap();
        let known = seen.recv().unwrap();
        assert_eq!(known.by_key.get(&key("satu", KeyScope::Feed)).map_or(0, Vec::len), own, "{feed}");
        let everywhere = &known.by_key[&key("iri", KeyScope::Everywhere)][0];
        assert_eq!((everywhere.title.as_str(), everywhere.item_hash), ("satu", u64::MAX));
        assert_eq!(known.taken_ids.len(), 2);
        assert_eq!(known.feed.unwrap().items, u64::from(feed == "f"));
    }
}

#[tokio::test]
async fn an_entry_stands_once_in_a_section_and_names_the_others() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["a", "b"])]).await;
    fixture.add("f", vec![new("satu", 1)]).await;
    let before = (fixture.revision("a").await, fixture.revision("b").await);
    let applied = fixture.add("g", vec![joining("lain", 2, Joins::Entry(EntryRef(1)))]).await;
    assert_eq!(applied.duplicates, 1);
    assert_eq!(fixture.shown("a").await, ["satu"]);
    assert_eq!(fixture.shown("b").await, ["lain"], "the earliest report among its own feeds leads");
    let in_b = &fixture.store.section("b", LIMITS).await.unwrap()[0];
    assert_eq!((in_b.others[0].title.as_str(), in_b.id.as_str()), ("satu", "tag:localhost,2026:item/satu"));
    assert!(fixture.revision("a").await > before.0, "a shows another source");
    assert!(fixture.revision("b").await > before.1);
    assert_eq!(fixture.store.news(at(0), |_| true).await.unwrap().entries.len(), 1, "news hold an entry once");
}

#[tokio::test]
async fn siblings_of_one_document_share_an_entry() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let effects = vec![new("satu", 1), joining("dua", 1, Joins::Sibling(0))];
    assert_eq!(fixture.add("f", effects).await, Applied { new: 2, changed: 0, duplicates: 1, dropped: 0 });
    assert_eq!(fixture.shown("a").await, ["satu"]);
}

#[tokio::test]
async fn the_first_authority_stays_and_a_tag_wins() {
    let fixture = Fixture::new(&[]).await;
    let check = async |tag: Option<&str>, authority: Option<&str>, expected: Option<&str>| {
        let wanted = Wanted { tag: tag.map(str::to_owned), authority: authority.map(str::to_owned), ..wanted(&[]) };
        fixture.store.configure(wanted).await.unwrap();
        assert_eq!(fixture.store.authority().await.unwrap().as_deref(), expected);
    };
    let provisional = fixture.revision("a").await;
    check(None, None, None).await;
    assert_eq!(fixture.revision("a").await, provisional);
    check(None, Some("one.example,2026"), Some("one.example,2026")).await;
    assert!(fixture.revision("a").await > provisional, "ids are other ids now");
    check(None, Some("two.example,2026"), Some("one.example,2026")).await;
    check(Some("tag.example,2020"), None, Some("tag.example,2020")).await;
    check(None, None, Some("one.example,2026")).await;
    let sections = fixture.store.sections().await.unwrap();
    assert_eq!(sections[0].feed_id, "tag:one.example,2026:section/all");
}

#[tokio::test]
async fn an_update_rewrites_in_place() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    fixture.add("f", vec![new("satu", 1), new("dua", 2)]).await;
    let NewReport { mut item, raw, .. } = report("satu", 1, Joins::Nothing);
    item.title = "Satu baru".to_owned();
    item.date_modified = Some(at(9));
    let update = UpdateReport {
        report: 1,
        item,
        raw,
        policy_version: 2,
        keys: vec![key("lain", KeyScope::Feed)],
        canonical_url: None,
        content_hash: 2,
        item_hash: 2,
        at: at(9),
        revision: true,
        verdict: Verdict::default(),
    };
    let before = fixture.revision("a").await;
    let applied = fixture.add("f", vec![Effect::Update(Box::new(update))]).await;
    assert_eq!(applied, Applied { new: 0, changed: 1, duplicates: 0, dropped: 0 });
    assert!(fixture.revision("a").await > before);
    assert_eq!(fixture.shown("a").await, ["dua", "Satu baru"]);
    let database = rusqlite::Connection::open(fixture.store.path()).unwrap();
    let kept: String = database.query_row("SELECT title FROM revisions", [], |row| row.get(0)).unwrap();
    let keys: i64 = database.query_row("SELECT count(*) FROM report_keys", [], |row| row.get(0)).unwrap();
    assert_eq!((kept.as_str(), keys), ("satu", 2));
}

#[tokio::test]
async fn what_is_left_out_is_counted_until_a_section_shows_it() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["a"])]).await;
    let mut hidden = report("satu", 1, Joins::Nothing);
    hidden.left_out = Some(LeftOut::FirstBatch);
    fixture.add("f", vec![Effect::New(Box::new(hidden)), new("dua", 2)]).await;
    assert_eq!(fixture.shown("a").await, ["dua"]);
    assert_eq!(fixture.store.left_out("a").await.unwrap(), [("first_batch".to_owned(), 1)]);
    assert_eq!(fixture.store.news(at(0), |_| true).await.unwrap().entries.len(), 1);
    fixture.add("g", vec![joining("satu", 3, Joins::Entry(EntryRef(1)))]).await;
    assert_eq!(fixture.shown("a").await, ["satu", "dua"]);
    assert!(fixture.store.left_out("a").await.unwrap().is_empty());
}

#[tokio::test]
async fn a_section_shows_the_newest_and_a_day_of_arrivals() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let effects = (0..10).map(|n| new(&n.to_string(), n * 3600)).collect();
    fixture.add("f", effects).await;
    let check = async |items, hours: u64, items_max, expected| {
        let limits = SectionLimits { items, items_for: Duration::from_secs(hours * 3600), items_max };
        assert_eq!(fixture.store.section("a", limits).await.unwrap().len(), expected, "{limits:?}");
    };
    check(3, 0, 500, 3).await;
    check(3, 4, 500, 5).await;
    check(3, 24, 6, 6).await;
    check(20, 0, 500, 10).await;
    check(5, 0, 2, 2).await;
}

#[tokio::test]
async fn a_feeds_row_comes_back_as_it_was_written() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let mut state = fixture.store.feed("f", at(0)).await.unwrap().unwrap();
    assert_eq!(state, FeedState { id: 1, ..FeedState::new("f", at(0)) });
    state.validators.etag = Some("W/\"x\"".into());
    state.hints.skip_hours = vec![1, 2];
    state.hints.fresh = Some(Duration::from_millis(1500));
    state.body_hash = Some(u128::MAX - 7);
    state.state = crate::model::State::BackingOff;
    state.identity = crate::model::IdentityRule::Link;
    state.next_check = at(60);
    state.last_new = Some(at(5));
    state.redirect_to = url::Url::parse("https://b.example/f").ok();
    let request = RequestRecord {
        at: at(1),
        not_before: Some(at(3)),
        status: Some(200),
        conditional: true,
        wire_bytes: 7,
        duration_ms: 8,
        error: None,
    };
    fixture.add("f", vec![new("satu", 1), Effect::Feed(Box::new(state.clone())), Effect::Request(request)]).await;
    state.items = 1;
    state.new_7d = 1;
    assert_eq!(fixture.store.feed("f", at(60)).await.unwrap(), Some(state));
    assert_eq!(fixture.store.next_due().await.unwrap(), Some(at(60)));
    fixture.store.tidy(at(30 * 24 * 3600)).await.unwrap();
    let database = rusqlite::Connection::open(fixture.store.path()).unwrap();
    let requests: i64 = database.query_row("SELECT count(*) FROM requests", [], |row| row.get(0)).unwrap();
    assert_eq!(requests, 0);
}

#[tokio::test]
async fn what_is_not_told_of_a_host_stays() {
    let fixture = Fixture::new(&[]).await;
    let host = |next_at, hold_until| HostHold { host: "a.example".into(), next_at, hold_until };
    for told in [host(Some(at(1)), None), host(None, Some(at(9)))] {
        let told = Effect::Host(told);
        fixture.store.write(Ask::default(), move |_| vec![told.clone()]).await.unwrap();
    }
    assert_eq!(fixture.store.hosts().await.unwrap(), [host(Some(at(1)), Some(at(9)))]);
}

#[tokio::test]
async fn a_panic_in_a_decision_undoes_its_own_write_alone() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let good = new("satu", 1);
    let (one, two) = tokio::join!(
        fixture.store.write(ask("f"), move |_| vec![good.clone()]),
        fixture.store.write(ask("f"), |_| panic!("no decision")),
    );
    assert_eq!(one.unwrap().new, 1);
    let error = two.unwrap_err();
    assert_eq!(error.kind(), Kind::OneWrite);
    assert!(error.to_string().contains("no decision"), "{error}");
    assert_eq!(fixture.shown("a").await, ["satu"]);
}

#[tokio::test]
async fn on_a_full_disk_what_fits_is_stored_and_the_rest_is_told() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let grow = |pages: i64| {
        fixture.store.alone(move |connection| {
            let now: i64 = connection.query_row("PRAGMA page_count", [], |row| row.get(0))?;
            connection.query_row(&format!("PRAGMA max_page_count = {}", now + pages), [], |_| Ok(()))
        })
    };
    grow(20).await.unwrap();
    let large = |title: &str| {
        let mut report = report(title, 1, Joins::Nothing);
        report.item.content_text = Some("x".repeat(1024 * 1024));
        Effect::New(Box::new(report))
    };
    let (large, small, other) = (large("besar"), new("kecil", 1), new("lain", 2));
    let (one, two, three) = tokio::join!(
        fixture.store.write(ask("f"), move |_| vec![small.clone()]),
        fixture.store.write(ask("f"), move |_| vec![large.clone()]),
        fixture.store.write(ask("f"), move |_| vec![other.clone()]),
    );
    assert_eq!((one.unwrap().new, three.unwrap().new), (1, 1));
    let error = two.unwrap_err();
    assert!(matches!(error, Error::Full { .. }), "{error}");
    assert_eq!(fixture.shown("a").await, ["lain", "kecil"]);
    grow(1_000).await.unwrap();
    fixture.add("f", vec![new("lagi", 3)]).await;
    assert_eq!(fixture.shown("a").await.len(), 3);
}

#[tokio::test]
async fn effects_for_a_feed_without_a_row_are_refused() {
    let fixture = Fixture::new(&[]).await;
    let effect = new("satu", 1);
    let error = fixture.store.write(ask("f"), move |_| vec![effect.clone()]).await.unwrap_err();
    assert!(matches!(error, Error::UnknownFeed { .. }), "{error}");
}

#[tokio::test]
async fn trails_are_bounded() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let mut effects = vec![new("satu", 1)];
    effects.extend((0..100).map(|n| {
        let line = TrailLine { about: TrailSubject::New(0), at: at(n), kind: "identity", text: n.to_string() };
        Effect::Trail(line)
    }));
    fixture.add("f", effects).await;
    let database = rusqlite::Connection::open(fixture.store.path()).unwrap();
    let sql = "SELECT count(*), max(CAST(text AS INTEGER)) FROM trail";
    let kept: (i64, i64) = database.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(kept, (crate::model::MAX_TRAIL_LINES, 99));
}

#[tokio::test]
async fn an_ask_is_taken_once_and_again_after_a_restart() {
    let fixture = Fixture::new(&[]).await;
    let other = Store::open(fixture.store.path()).unwrap();
    let before = fixture.store.changed_elsewhere().await.unwrap();
    let id = other.post_ask("poll", "https://a.example/f", at(0)).await.unwrap();
    assert_ne!(fixture.store.changed_elsewhere().await.unwrap(), before);
    let taken = fixture.store.take_asks(10).await.unwrap();
    assert_eq!((taken[0].id, taken[0].kind.as_str(), taken[0].body.as_str()), (id, "poll", "https://a.example/f"));
    assert!(fixture.store.take_asks(10).await.unwrap().is_empty());
    assert_eq!(other.ask_answer(id).await.unwrap(), None);
    let Fixture { store, folder } = fixture;
    let path = store.path().to_owned();
    store.close().await;
    let again = Store::open(&path).unwrap();
    assert_eq!(again.take_asks(10).await.unwrap().len(), 1);
    let unmoved = again.changed_elsewhere().await.unwrap();
    again.answer_ask(id, "done").await.unwrap();
    assert_eq!(again.changed_elsewhere().await.unwrap(), unmoved, "own writes do not count");
    assert_eq!(other.ask_answer(id).await.unwrap().as_deref(), Some("done"));
    drop(folder);
}

#[tokio::test]
async fn a_file_that_is_not_ours_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let check = |name: &str, expected: fn(&Error) -> bool| {
        let path = folder.path().join(name);
        let error = Store::open(&path).unwrap_err();
        assert!(expected(&error), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
    };
    let database = |name: &str, sql: &str| {
        rusqlite::Connection::open(folder.path().join(name)).unwrap().execute_batch(sql).unwrap();
    };
    database("foreign.db", "CREATE TABLE t (x)");
    database("other.db", "PRAGMA application_id = 7");
    drop(Store::open(&folder.path().join("newer.db")).unwrap());
    database("newer.db", "PRAGMA user_version = 99");
    std::fs::write(folder.path().join("text.db"), "This is a letter, not a database. ".repeat(100)).unwrap();
    std::fs::create_dir(folder.path().join("folder.db")).unwrap();
    check("foreign.db", |error| matches!(error, Error::Foreign { .. }));
    check("other.db", |error| matches!(error, Error::Foreign { .. }));
    check("newer.db", |error| matches!(error, Error::Newer { found: 99, .. }));
    check("text.db", |error| matches!(error, Error::Damaged { .. }));
    check("folder.db", |error| error.kind() == Kind::CannotWrite);
    let missing = Store::open_read_only(&folder.path().join("none.db")).unwrap_err();
    assert!(matches!(missing, Error::Missing { .. }), "{missing}");
}

#[tokio::test]
async fn a_reader_reads_beside_the_writer_and_cannot_write() {
    let fixture = Fixture::new(&[("f", &["a"])]).await;
    let reader = Store::open_read_only(fixture.store.path()).unwrap();
    fixture.add("f", vec![new("satu", 1)]).await;
    assert_eq!(reader.section("a", LIMITS).await.unwrap().len(), 1);
    assert_eq!(reader.store_id().await.unwrap(), fixture.store.store_id().await.unwrap());
    assert_eq!(reader.store_id().await.unwrap().len(), 32);
    let error = reader.write(ask("f"), |_| Vec::new()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::CannotWrite);
}

#[tokio::test]
async fn news_hold_what_has_an_own_address_and_count_the_rest() {
    let fixture = Fixture::new(&[("f", &["a"]), ("g", &["a"])]).await;
    let mut foreign = report("asing", 60, Joins::Nothing);
    foreign.item.url = "https://other.example/asing".parse().ok();
    let mut old = report("lama", 1, Joins::Nothing);
    old.item.url = "https://own.example/lama".parse().ok();
    fixture.add("f", vec![new("satu", 70), Effect::New(Box::new(foreign)), Effect::New(Box::new(old))]).await;
    let mut undated = report("tanpa", 80, Joins::Nothing);
    undated.item.has_own_date = false;
    fixture.add("g", vec![Effect::New(Box::new(undated))]).await;
    let own = |url: &url::Url| url.host_str() == Some("own.example");
    let news = fixture.store.news(at(50), own).await.unwrap();
    let titles: Vec<&str> = news.entries.iter().map(|(own, _)| own.title.as_str()).collect();
    assert_eq!((titles, news.foreign, news.undated), (vec!["satu"], 1, 1));
}
