//! Many items with all that breaks writers, published and read again: whatever an origin sends, every output is well
//! formed, all formats of a document say the same, and each item stands there once.

mod documents;
mod tables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use warta::ingest::{Policy, ingest};
use warta::model::{Document, Feed, Item, Timestamp};

use crate::origin::{Answer, Origin};
use crate::world::World;

/// Items of a run where `WARTA_TEST_TRICKY_ITEMS` names no other number; the whole promise is 20,000.
const ITEMS: usize = 1_000;
const SEED: u64 = 7;
/// Items of one document.
const DOCUMENT: usize = 100;
/// Sections with the language of each.
const SECTIONS: [(&str, &str); 4] = [("nasional", "id"), ("dunia", "en"), ("arab", "ar"), ("kosong", "id")];
/// A folder that takes what is published, for validators that are no part of the tests (docs/validators.md).
const KEEP_IN: &str = "WARTA_TEST_KEEP_PUBLISHED";

fn items() -> usize {
    std::env::var("WARTA_TEST_TRICKY_ITEMS").ok().and_then(|n| n.parse().ok()).unwrap_or(ITEMS)
}

fn is_kept() -> bool {
    std::env::var_os(KEEP_IN).is_some()
}

/// A site whose feeds tell `items` made items, polled and published at `now`.
fn published(items: usize, now: DateTime<Utc>) -> World {
    let origin = Origin::start();
    let mut config = "[publish]\nfirst_batch = 1000\nitems = 100\nitems_for = \"0s\"\n\
                      [sitemap]\nhosts = [\"kabar.example\", \"*.kabar.example\"]\n"
        .to_owned();
    // Validators want an item in each feed.
    for (id, language) in SECTIONS.into_iter().filter(|(id, _)| *id != "kosong" || !is_kept()) {
        config += &format!("[[section]]\nid = \"{id}\"\nlanguage = \"{language}\"\n");
    }
    for at in 0..items.div_ceil(DOCUMENT) {
        let numbers = at * DOCUMENT..((at + 1) * DOCUMENT).min(items);
        let made: Vec<_> = numbers.map(|n| documents::item(SEED, n, now, !is_kept())).collect();
        let (media_type, text) = documents::document(at, &made);
        let path = format!("/{at}.xml");
        origin.on(&path, Answer::status(200).header("Content-Type", media_type).body(text));
        let republish = ["full", "summary", "link"][at / 3 % 3];
        let section = SECTIONS[at % 3].0;
        let url = origin.url(&path);
        config += &format!("[[feed]]\nurl = \"{url}\"\nsection = \"{section}\"\nrepublish = \"{republish}\"\n");
    }
    let mut world = World::new(&config);
    world.at(&now.to_rfc3339());
    let told = world.json(&["poll", "--json"]);
    assert_eq!(told["feeds"]["failed"], 0, "{told}");
    assert_eq!(told["items"]["new"], items, "{told}");
    world
}

/// A published document, read by our own reader.
fn read(world: &World, path: &Path, now: DateTime<Utc>) -> Feed {
    let body = std::fs::read(path).unwrap();
    let name = path.strip_prefix(world.public()).unwrap().to_string_lossy().into_owned();
    let url = format!("https://warta.example/{name}").parse().ok();
    let policy = Policy { timezone: Tz::Asia__Jakarta, language: None, select: None };
    let now = Timestamp::from_unix_millis(now.timestamp_millis());
    let feed = ingest(&Document { url, content_type: None, body }, &policy, now).unwrap();
    assert!(feed.repairs.is_empty(), "{name} needed {:?}", feed.repairs);
    feed
}

/// What all formats tell of an item.
fn facts(item: &Item) -> (String, Option<String>, Option<i64>, Option<String>) {
    let source = item.origin.as_ref().and_then(|origin| origin.feed_url.as_ref()).map(ToString::to_string);
    let date = item.date_published.map(|date| date.unix_millis() / 1000);
    (item.origin_id.clone(), item.url.as_ref().map(ToString::to_string), date, source)
}

/// Published documents without their packed forms, by the path that they share but for the format.
fn feeds(world: &World) -> BTreeMap<PathBuf, Vec<PathBuf>> {
    let mut together: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
    for (path, ..) in world.tree() {
        let name = path.file_name().unwrap().to_string_lossy();
        let is_archive = path.parent().unwrap().ends_with("archive") && !name.ends_with("z") && !name.ends_with("br");
        if ["rss.xml", "atom.xml", "feed.json"].contains(&&*name) {
            together.entry(path.with_file_name("feed")).or_default().push(path.clone());
        } else if is_archive {
            together.entry(path.with_extension("")).or_default().push(path.clone());
        }
    }
    together
}

/// A moment as whole seconds; the real one where the result is kept for validators that know the time themselves.
fn now() -> DateTime<Utc> {
    let fixed = DateTime::from_timestamp(1_795_503_600, 0).unwrap();
    if is_kept() { warta::clock::Clock::from_setting(None).unwrap().now().to_chrono().to_utc() } else { fixed }
}

#[test]
fn whatever_comes_is_published_well_formed_and_once_in_every_format() {
    let (items, now) = (items(), now());
    let world = published(items, now);
    let titles: BTreeMap<String, String> =
        (0..items).filter_map(|n| documents::item(SEED, n, now, !is_kept()).told()).collect();
    let mut read_titles = BTreeMap::new();
    let mut met: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (name, paths) in feeds(&world) {
        let documents: Vec<Feed> = paths.iter().map(|path| read(&world, path, now)).collect();
        let told: Vec<Vec<_>> = documents.iter().map(|feed| feed.items.iter().map(facts).collect()).collect();
        for (other, path) in told.iter().zip(&paths) {
            assert_eq!(other, &told[0], "{} differs from {}", path.display(), paths[0].display());
        }
        judge_by_others(&paths);
        for item in &documents[0].items {
            let Some(url) = item.url.as_ref().map(ToString::to_string) else { continue };
            let Some(title) = titles.get(&url) else { continue };
            assert_eq!(&item.title, title, "{url} in {}", paths[0].display());
            read_titles.insert(url, title);
        }
        let section = name.strip_prefix(world.public()).unwrap().components().next().unwrap();
        let ids = met.entry(section.as_os_str().to_string_lossy().into_owned()).or_default();
        ids.extend(told[0].iter().map(|(id, ..)| id.clone()));
    }
    assert_eq!(met["all"].len(), items);
    let of_sections: usize = met.iter().filter(|(section, _)| *section != "all").map(|(_, ids)| ids.len()).sum();
    assert_eq!(of_sections, items);
    assert!(is_kept() || met["kosong"].is_empty());
    assert!(read_titles.len() * 10 > items * 8, "{} titles were compared", read_titles.len());
    check_sitemaps(&world, now);
    if let Some(folder) = std::env::var_os(KEEP_IN) {
        keep(&world, Path::new(&folder), &titles);
    }
}

/// The crates that write RSS and Atom read what the finished documents say.
fn judge_by_others(paths: &[PathBuf]) {
    for path in paths {
        let text = std::fs::read_to_string(path).unwrap();
        if text.starts_with('{') {
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        } else if path.ends_with("rss.xml") {
            rss::Channel::read_from(text.as_bytes()).unwrap();
        } else {
            atom_syndication::Feed::read_from(text.as_bytes()).unwrap();
        }
    }
}

/// At most 1,000 articles a file, each once, on own hosts, of the last two days; and the index names what is there.
fn check_sitemaps(world: &World, now: DateTime<Utc>) {
    let mut seen = BTreeSet::new();
    let index = world.published("sitemap.xml");
    let names = index.split("<loc>https://warta.example/").skip(1).map(|rest| rest.split('<').next().unwrap());
    for name in names.filter(|name| name.starts_with("sitemap-news")) {
        let text = world.published(name);
        let articles: Vec<&str> = text.split("<url>").skip(1).collect();
        assert!((1..=1000).contains(&articles.len()), "{name}: {}", articles.len());
        for article in articles {
            let part = |tag: &str| article.split(&format!("<{tag}>")).nth(1).and_then(|rest| rest.split('<').next());
            let address = part("loc").unwrap();
            assert!(seen.insert(address.to_owned()), "{address} twice");
            let host = url::Url::parse(&address.replace("&amp;", "&")).unwrap().host_str().unwrap().to_owned();
            assert!(host == "kabar.example" || host.ends_with(".kabar.example"), "{address}");
            let date: DateTime<Utc> = part("news:publication_date").unwrap().parse().unwrap();
            // An origin's clock may be ten minutes ahead before its date is not believed.
            let (oldest, newest) = (now - chrono::Duration::days(2), now + chrono::Duration::minutes(10));
            assert!((oldest..=newest).contains(&date), "{date}");
        }
    }
    assert!(!seen.is_empty());
}

/// Copies the whole site, so that `warta serve` can be started in the copy, and says which titles are to be shown.
fn keep(world: &World, folder: &Path, titles: &BTreeMap<String, String>) {
    let site = world.public().join("../..").canonicalize().unwrap();
    std::fs::create_dir_all(folder).unwrap();
    let copied = world.program(Path::new("cp")).arg("-a").arg(site.join(".")).arg(folder).status().unwrap();
    assert!(copied.success());
    let newest = feeds(world).into_iter().filter(|(name, _)| name.ends_with("feed"));
    let feeds: String = newest.map(|(_, paths)| std::fs::read_to_string(&paths[1]).unwrap()).collect();
    let shown = titles.iter().filter(|(url, _)| feeds.contains(&format!("\"{url}\"")));
    let shown: BTreeMap<&String, &String> = shown.collect();
    let shown = serde_json::json!({ "titles": shown }).to_string();
    std::fs::write(folder.join("titles.json"), shown).unwrap();
}
