//! Decisions over made-up documents. What the store makes of them is tested in tests/it/store.rs.

use url::Url;

use super::*;
use crate::model::{EntryRef, FeedState, Format, ParsedItem};

/// An item told in one line: id, address, title.
fn item(id: &str, url: &str, title: &str) -> Item {
    Item {
        origin_id: id.to_owned(),
        url: Url::parse(url).ok(),
        title: title.to_owned(),
        date_published: Some(at(1)),
        has_own_date: true,
        ..Item::default()
    }
}

fn document(items: Vec<Item>) -> Feed {
    Feed {
        format: Format::Rss20,
        encoding: "utf-8".to_owned(),
        title: String::new(),
        description: None,
        home_page_url: None,
        feed_url: None,
        id: None,
        language: None,
        rights: None,
        generator: None,
        icon: None,
        favicon: None,
        authors: Vec::new(),
        contributors: Vec::new(),
        author_emails: Vec::new(),
        tags: Vec::new(),
        links: Vec::new(),
        hubs: Vec::new(),
        published: None,
        updated: None,
        ttl_minutes: None,
        skip_hours: Vec::new(),
        skip_days: Vec::new(),
        update_period_minutes: None,
        podcast_guid: None,
        is_complete: false,
        is_archive: false,
        deleted: Vec::new(),
        raw: vec![ParsedItem::default(); items.len()],
        items,
        repairs: Vec::new(),
        verdicts: Vec::new(),
        policy_version: 1,
        steps: 0,
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix_millis(1_780_000_000_000 + seconds * 1000)
}

const NOW: i64 = 1_000;

fn policy() -> Policy {
    Policy { canonical: Canonical::default(), identity: IdentityRule::Auto, first_batch: 10, own_hosts: Vec::new() }
}

/// What a store would know: reports of feed 1 ("a") or of others, each with the keys of its item.
#[derive(Default)]
struct Memory {
    feed: Option<FeedState>,
    reports: Vec<(i64, Item)>,
}

impl Memory {
    fn with(feed: i64, items: Vec<Item>) -> Self {
        Self { feed: None, reports: items.into_iter().map(|item| (feed, item)).collect() }
    }

    fn known(&self) -> Known {
        let mut feed = FeedState::new("https://a.example/rss", at(0));
        feed.id = 1;
        feed.first_document = Some(at(0));
        let mut known = Known { feed: self.feed.clone().or(Some(feed)), ..Known::default() };
        let policy = Policy { identity: IdentityRule::Content, ..policy() };
        for (n, (feed, item)) in (1..).zip(&self.reports) {
            let document = document(vec![item.clone()]);
            let sketch = &sketch::all(&document, &policy)[0];
            let remembered = Remembered {
                report: n,
                feed: *feed,
                entry: EntryRef(n),
                origin_id: item.origin_id.clone(),
                url: item.url.clone(),
                canonical_url: sketch.address.clone(),
                title: item.title.clone(),
                content_hash: sketch.content_hash,
                item_hash: sketch.item_hash,
                date_published: item.date_published,
                has_own_date: item.has_own_date,
                date_modified: item.date_modified,
                first_seen: at(2),
                taken_with: None,
                dropped: false,
            };
            for key in &sketch.keys {
                known.by_key.entry(key.clone()).or_default().push(remembered.clone());
            }
        }
        known
    }

    fn decide(&self, items: Vec<Item>) -> Vec<Effect> {
        let document = document(items);
        let mut known = self.known();
        let asked = ask("https://a.example/rss", &document, &policy());
        let of_feed = |reports: &Vec<Remembered>| reports.iter().any(|report| report.feed == 1);
        if !asked.keys.iter().any(|key| known.by_key.get(key).is_some_and(of_feed)) {
            let mut newest: Vec<Remembered> = known.by_key.values().flatten().cloned().collect();
            newest.retain(|report| report.feed == 1);
            newest.sort_by_key(|report| std::cmp::Reverse(report.report));
            newest.dedup_by_key(|report| report.report);
            known.newest = newest;
        }
        decide(&known, &document, &policy(), at(NOW))
    }

    /// The effects in short: "new satu", "update 1", with what was joined.
    fn told(&self, items: Vec<Item>) -> Vec<String> {
        let short = |effect: Effect| match effect {
            Effect::New(report) => match report.joins {
                Joins::Nothing => Some(format!("new {}", report.item.title)),
                Joins::Entry(entry) => Some(format!("{} joins {}", report.item.title, entry.0)),
                Joins::Sibling(n) => Some(format!("{} joins sibling {n}", report.item.title)),
            },
            Effect::Update(report) => Some(format!("update {}", report.report)),
            _ => None,
        };
        self.decide(items).into_iter().filter_map(short).collect()
    }
}

const ONE: &str = "https://a.example/1";
const TWO: &str = "https://a.example/2";

#[test]
fn an_item_is_found_again_in_its_feed() {
    fn check(memory: Item, came: Item, expected: &[&str]) {
        let context = format!("{came:?}");
        assert_eq!(Memory::with(1, vec![memory]).told(vec![came]), expected, "{context}");
    }
    check(item("1", ONE, "satu"), item("1", ONE, "satu"), &[]);
    check(item("1", ONE, "satu"), item("1", ONE, "satu, lagi"), &["update 1"]);
    check(item("1", ONE, "satu"), item("1", TWO, "satu"), &["update 1"]);
    check(item("", ONE, "satu"), item("", ONE, "lain"), &["update 1"]);
    check(item("", "", "satu"), item("", "", "satu"), &[]);
    check(item("", "", "satu"), item("", "", "dua"), &["new dua"]);
    // An article that got a new id is still the article.
    check(item("1", ONE, "satu"), item("9", ONE, "satu"), &["update 1"]);
    // Nothing joins by title alone.
    check(item("1", ONE, "satu"), item("2", TWO, "satu"), &["new satu"]);
    // A column that says the same each day has new items.
    check(item("1", "", "jadwal"), item("2", "", "jadwal"), &["new jadwal"]);
}

#[test]
fn the_same_article_of_another_feed_is_joined_by_its_address() {
    fn check(came: Item, expected: &[&str]) {
        let memory = Memory::with(2, vec![item("x", "https://www.a.example/1", "Gempa guncang Cianjur")]);
        let context = format!("{came:?}");
        assert_eq!(memory.told(vec![came]), expected, "{context}");
    }
    check(item("1", "http://a.example/1/?utm_source=rss", "Gempa guncang Cianjur"), &["Gempa guncang Cianjur joins 1"]);
    check(item("1", "https://m.a.example/1", "Cianjur: gempa"), &["Cianjur: gempa joins 1"]);
    check(item("1", ONE, "Harga cabai"), &["Harga cabai joins 1"]);
    check(item("1", "https://m.a.example/1", "Harga cabai"), &["new Harga cabai"]);
    check(item("1", TWO, "Gempa guncang Cianjur"), &["new Gempa guncang Cianjur"]);
    check(item("x", TWO, "Gempa guncang Cianjur"), &["new Gempa guncang Cianjur"]);
}

#[test]
fn addresses_that_are_no_articles_join_nothing() {
    let told = |items| Memory::default().told(items);
    let front = "https://a.example/";
    assert_eq!(told(vec![item("1", front, "satu"), item("2", front, "satu")]), ["new satu", "new satu"]);
    assert_eq!(
        told(vec![item("1", ONE, "Gempa di Cianjur"), item("2", ONE, "Gempa di Ambon")]),
        ["new Gempa di Ambon", "new Gempa di Cianjur"],
        "a list of events behind one address"
    );
    assert_eq!(told(vec![item("1", ONE, "Satu"), item("2", ONE, "satu!")]), ["new satu!", "Satu joins sibling 0"]);
}

#[test]
fn what_a_document_holds_twice_is_taken_once() {
    let told = |items| Memory::default().told(items);
    assert_eq!(told(vec![item("1", ONE, "satu"), item("1", ONE, "satu")]), ["new satu"]);
    assert_eq!(told(vec![item("", ONE, "satu"), item("", ONE, "satu")]), ["new satu"]);
    assert_eq!(
        told(vec![item("", "", "satu"), item("", "", "satu")]),
        ["new satu"; 2],
        "nothing tells that they are one"
    );
    assert_eq!(told(vec![item("1", ONE, "satu"), item("1", TWO, "dua")]), ["new dua", "new satu"]);
}

#[test]
fn identity_degrades_by_itself() {
    /// Twenty items with the ids and addresses that the functions make of their numbers.
    fn items(id: fn(usize) -> String, page: fn(usize) -> usize) -> Vec<Item> {
        (0..20).map(|n| item(&id(n), &format!("https://a.example/{}", page(n) + 1), &format!("judul {n}"))).collect()
    }
    fn check(what: &str, memory: &Memory, items: Vec<Item>, expected: IdentityRule) {
        assert_eq!(identity_of(&memory.known(), &document(items), &policy()), expected, "{what}");
    }
    let fresh = Memory::default();
    check("all well", &fresh, items(|n| n.to_string(), |n| n), IdentityRule::Guid);
    check("one in ten ids twice", &fresh, items(|n| n.max(1).to_string(), |n| n), IdentityRule::Guid);
    check("ids repeated", &fresh, items(|n| (n / 2).to_string(), |n| n), IdentityRule::Link);
    check("no ids", &fresh, items(|_| String::new(), |n| n), IdentityRule::Link);
    check("no ids, one address", &fresh, items(|_| String::new(), |_| 0), IdentityRule::Content);
    let told = Memory::with(1, items(|n| n.to_string(), |n| n));
    check("ids change", &told, items(|n| format!("other-{n}"), |n| n), IdentityRule::Link);
    let mut state = FeedState::new("https://a.example/rss", at(0));
    state.identity = IdentityRule::Link;
    let degraded = Memory { feed: Some(state), ..Memory::default() };
    check("ids changed once", &degraded, items(|n| n.to_string(), |n| n), IdentityRule::Link);
}

#[test]
fn an_origins_id_is_published_unless_somebody_else_had_it() {
    fn check(memory: &Memory, came: Item, expected: Option<&str>) {
        let effects = memory.decide(vec![came]);
        let Some(Effect::New(report)) = effects.first() else { panic!("{effects:?}") };
        match expected {
            Some(id) => assert_eq!(report.public_id, id),
            None => assert!(report.public_id.starts_with("item/"), "{}", report.public_id),
        }
    }
    let fresh = Memory::default();
    check(&fresh, item("tag:a.example,2026:1", ONE, "satu"), Some("tag:a.example,2026:1"));
    check(&fresh, item("1", ONE, "satu"), None);
    let other = Memory::with(2, vec![item("tag:a.example,2026:1", TWO, "dua")]);
    check(&other, item("tag:a.example,2026:1", ONE, "satu"), None);
    let mut known = fresh.known();
    known.taken_ids.insert("tag:a.example,2026:1".to_owned());
    let effects = decide(&known, &document(vec![item("tag:a.example,2026:1", ONE, "satu")]), &policy(), at(NOW));
    assert!(matches!(&effects[0], Effect::New(report) if report.public_id.starts_with("item/")));
}

#[test]
fn dates_are_frozen_and_modified_moves_with_what_is_read() {
    let updated = |came: Item| {
        let mut first = item("1", ONE, "satu");
        first.date_modified = Some(at(5));
        match Memory::with(1, vec![first]).decide(vec![came]).pop() {
            Some(Effect::Update(report)) => *report,
            other => panic!("{other:?}"),
        }
    };
    let mut came = item("1", ONE, "satu");
    came.tags = vec!["baru".to_owned()];
    came.date_published = Some(at(99));
    came.date_modified = Some(at(100));
    let report = updated(came.clone());
    assert!(!report.revision);
    assert_eq!((report.item.date_published, report.item.date_modified), (Some(at(1)), Some(at(5))));
    came.title = "satu, dikoreksi".to_owned();
    let report = updated(came.clone());
    assert!(report.revision);
    assert_eq!((report.item.date_published, report.item.date_modified), (Some(at(1)), Some(at(100))));
    came.date_modified = None;
    assert_eq!(updated(came).item.date_modified, Some(at(NOW)));
}

#[test]
fn first_seen_stands_in_for_a_missing_date() {
    let mut undated = item("1", ONE, "satu");
    undated.date_published = None;
    undated.has_own_date = false;
    let effects = Memory::default().decide(vec![undated]);
    let Some(Effect::New(report)) = effects.first() else { panic!("{effects:?}") };
    assert_eq!((report.item.date_published, report.item.has_own_date), (Some(at(NOW)), false));
    assert!(matches!(&effects[1], Effect::Trail(line) if line.kind == "repaired"));
}

#[test]
fn of_a_first_document_the_newest_are_shown() {
    let mut feed = FeedState::new("https://a.example/rss", at(0));
    feed.id = 1;
    let memory = Memory { feed: Some(feed), ..Memory::default() };
    let items = (0..30).map(|n| {
        let mut item = item(&n.to_string(), &format!("https://a.example/{n}"), &n.to_string());
        item.date_published = Some(at(100 - n));
        item
    });
    let mut shown = Vec::new();
    for effect in memory.decide(items.collect()) {
        if let Effect::New(report) = effect
            && report.left_out.is_none()
        {
            shown.push(report.item.title);
        }
    }
    assert_eq!(shown, ["9", "8", "7", "6", "5", "4", "3", "2", "1", "0"], "the newest arrives last");
}

/// Items under ids and addresses of one generation of a site, each with a date of its own.
fn generation(mark: &str, numbers: std::ops::Range<i64>, change: impl Fn(i64, &mut Item)) -> Vec<Item> {
    let made = |n: i64| {
        let mut item = item(&format!("{mark}-{n}"), &format!("https://{mark}.example/{n}"), &format!("judul {n}"));
        item.date_published = Some(at(n));
        change(n, &mut item);
        item
    };
    numbers.map(made).collect()
}

#[test]
fn a_feed_that_changes_all_ids_and_its_host_floods_nothing() {
    let memory = Memory::with(1, generation("old", 0..20, |_, _| {}));
    let check = |items: Vec<Item>, new: usize, updated: usize| {
        let told = memory.told(items);
        let count = |word: &str| told.iter().filter(|line| line.starts_with(word)).count();
        assert_eq!((count("new"), count("update")), (new, updated), "{told:?}");
    };
    check(generation("new", 0..20, |_, _| {}), 0, 20);
    // The host changed and the dates are lost with it: the paths stay.
    check(generation("new", 0..20, |n, item| item.date_published = Some(at(900 + n))), 0, 20);
    // Ids, paths and texts changed: titles and dates stay.
    let rewritten = |n: i64, item: &mut Item| {
        item.url = Url::parse(&format!("https://new.example/berita/{n}-x")).ok();
        item.content_text = Some(format!("teks baru {n}"));
    };
    check(generation("new", 0..20, rewritten), 0, 20);
    check(generation("new", 5..25, rewritten), 5, 15);
    // Another feed took the address: nothing that it tells was told before.
    check(generation("new", 100..120, rewritten), 20, 0);
    // Too little to tell a move from chance.
    check(generation("new", 18..38, rewritten), 20, 0);
    check(generation("new", 0..2, rewritten), 2, 0);
}

#[test]
fn what_a_move_changed_is_no_change_for_readers() {
    let memory = Memory::with(1, generation("old", 0..5, |_, _| {}));
    let effects = memory.decide(generation("new", 0..5, |_, item| item.content_text = Some("baru".to_owned())));
    let revisions = effects.iter().filter(|effect| matches!(effect, Effect::Update(update) if update.revision));
    assert_eq!(revisions.count(), 0);
    let told = |effect: &Effect| match effect {
        Effect::Event(event) => Some((event.kind, event.text.clone())),
        _ => None,
    };
    let events: Vec<_> = effects.iter().filter_map(told).collect();
    assert_eq!(events, [("renumbered", "it changed its ids or its host; 5 of 5 items are known".to_owned())]);
}

#[test]
fn columns_that_say_the_same_each_day_are_no_move() {
    let today = |mark: &'static str, day: i64| {
        generation(mark, 0..10, move |n, item| {
            item.title = format!("Cuaca kota {n}");
            item.date_published = Some(at(day));
            item.url = Url::parse(&format!("https://a.example/{mark}/{n}")).ok();
        })
    };
    let told = Memory::with(1, today("senin", 1)).told(today("selasa", 500));
    assert_eq!(told.len(), 10);
    assert!(told.iter().all(|line| line.starts_with("new ")), "{told:?}");
}

#[test]
fn the_trail_tells_which_own_articles_the_news_sitemap_cannot_list() {
    let told = |change: fn(&mut Item)| {
        let mut own = item("1", "https://www.a.example/berita/1", "Banjir surut");
        change(&mut own);
        let policy = Policy { own_hosts: vec!["*.a.example".to_owned()], ..policy() };
        let effects = decide(&Memory::default().known(), &document(vec![own]), &policy, at(NOW));
        let trail = effects.into_iter().filter_map(|effect| match effect {
            Effect::Trail(line) if line.kind == "left_out" => Some(line.text),
            _ => None,
        });
        trail.collect::<Vec<_>>().join("; ")
    };
    assert_eq!(told(|_| {}), "");
    assert!(told(|own| own.has_own_date = false).contains("no_date"));
    assert!(told(|own| own.date_published = None).contains("no_date"));
    assert!(told(|own| own.title.clear()).contains("no_title"));
    let foreign = told(|own| {
        own.title.clear();
        own.url = Url::parse("https://lain.example/1").ok();
    });
    assert_eq!(foreign, "", "articles of others are beyond question");
}
