//! Archives (RFC 5005) through the binary: whoever walks from a feed through its archives misses nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use warta::store::Store;

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

/// Items of the long walk where `WARTA_TEST_ARCHIVE_ITEMS` names no other number; the whole promise is 10,000.
const ITEMS: usize = 2_000;
/// Items of one document; fewer than any reader's limit.
const DOCUMENT: usize = 500;
const BASE: &str = "https://warta.example/";

/// A document with the items of these numbers, the newest first.
fn rss(items: std::ops::Range<usize>) -> String {
    let items: String = items
        .rev()
        .map(|n| {
            format!(
                "<item><title>Berita {n}</title><link>https://kabar.example/{n}</link>\
                 <guid>https://kabar.example/{n}</guid><description>Isi {n}</description></item>"
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
         <description>Kabar</description>{items}</channel></rss>"
    )
}

fn world(origin: &Origin, publish: &str) -> World {
    World::new(&format!(
        "[publish]\nfirst_batch = 1000\n{publish}\n[[section]]\nid = \"nasional\"\n\
         [[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
        origin.url("/a.xml")
    ))
}

fn poll(world: &World, origin: &Origin, items: std::ops::Range<usize>) -> Value {
    origin.on("/a.xml", Answer::ok(rss(items)));
    world.json(&["poll", "--force", "--json"])
}

/// What a client meets that reads the JSON feed and follows `next_url` to its end: documents by path, with their ids.
fn walk(world: &World, section: &str) -> Vec<(String, Vec<String>)> {
    let mut documents = Vec::new();
    let mut next = Some(format!("{section}/feed.json"));
    while let Some(path) = next {
        let document: Value = serde_json::from_str(&world.published(&path)).unwrap();
        let ids = document["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        let ids = ids.collect();
        next = document["next_url"].as_str().map(|url| url.strip_prefix(BASE).unwrap().to_owned());
        documents.push((path, ids));
    }
    documents
}

/// The paths that a client of the Atom feed walks by its links.
fn walk_atom(world: &World, section: &str) -> Vec<String> {
    let mut paths = vec![format!("{section}/atom.xml")];
    loop {
        let text = world.published(paths.last().unwrap());
        let Some(link) = text.split("<link ").find(|link| link.contains("rel=\"prev-archive\"")) else { return paths };
        let href = link.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
        paths.push(href.strip_prefix(BASE).unwrap().to_owned());
    }
}

/// Everything from `first` to before `end` is met: in the feed or in exactly one archive.
#[track_caller]
fn check_walk(world: &World, section: &str, kept: std::ops::Range<usize>) {
    let documents = walk(world, section);
    let archived: Vec<&String> = documents[1..].iter().flat_map(|(_, ids)| ids).collect();
    let once: BTreeSet<&String> = archived.iter().copied().collect();
    assert_eq!(once.len(), archived.len(), "an item stands in two archives");
    let met: BTreeSet<&String> = documents.iter().flat_map(|(_, ids)| ids).collect();
    let wanted: BTreeSet<String> = kept.map(|n| format!("https://kabar.example/{n}")).collect();
    assert_eq!(met, wanted.iter().collect());
    let in_json: Vec<String> = documents[1..].iter().map(|(path, _)| path.replace(".json", ".xml")).collect();
    assert_eq!(walk_atom(world, section)[1..], in_json);
}

#[test]
fn a_walk_meets_each_item_once_at_any_moment_between_polls() {
    let origin = Origin::start();
    let world = world(&origin, "items = 7\nitems_for = \"0s\"");
    for end in [3, 7, 8, 20, 21, 22, 40, 41, 90] {
        poll(&world, &origin, end.max(60) - 60..end);
        check_walk(&world, "nasional", 0..end);
        check_walk(&world, "all", 0..end);
    }
}

#[test]
fn a_long_chain_is_walked_whole() {
    let origin = Origin::start();
    let world = world(&origin, "");
    let items = std::env::var("WARTA_TEST_ARCHIVE_ITEMS").ok().and_then(|n| n.parse().ok()).unwrap_or(ITEMS);
    for start in (0..items).step_by(DOCUMENT) {
        poll(&world, &origin, start..(start + DOCUMENT).min(items));
    }
    check_walk(&world, "nasional", 0..items);
    assert_eq!(walk(&world, "nasional").len(), items / 50 + 1);
}

/// Every archive file of a section with its time of change.
fn files(world: &World) -> BTreeMap<String, std::time::SystemTime> {
    let changed = |path: &std::path::Path| std::fs::metadata(path).unwrap().modified().unwrap();
    let tree = world.tree().into_iter().filter(|(path, ..)| path.to_string_lossy().contains("nasional/archive/"));
    tree.map(|(path, ..)| (path.file_name().unwrap().to_string_lossy().into_owned(), changed(&path))).collect()
}

/// The revisions by which it is decided which archives are drawn, the oldest archive first.
fn revisions(world: &World) -> Vec<i64> {
    let store = Store::open_read_only(&world.public().with_file_name("warta.db")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let archives = runtime.block_on(store.archives("nasional")).unwrap();
    archives.iter().map(|archive| archive.revision).collect()
}

#[test]
fn an_archive_is_written_once_and_again_only_when_its_item_changes() {
    let origin = Origin::start();
    let world = world(&origin, "items = 5\nitems_for = \"0s\"");
    poll(&world, &origin, 0..14);
    let before = files(&world);
    assert_eq!(before.len(), 2 * 2 * 3, "two documents in two formats and three codings: {before:?}");
    let told = world.json(&["publish", "--json"]);
    assert_eq!(told["written"], 0);
    let revisions = revisions(&world);
    poll(&world, &origin, 0..15);
    assert_eq!(self::revisions(&world)[..2], revisions, "nothing but the new archive is read and drawn");
    let after = files(&world);
    assert_eq!(after.len(), 3 * 2 * 3);
    assert!(before.iter().all(|(name, at)| after[name] == *at), "a new archive rewrites none before it");
    origin.on("/a.xml", Answer::ok(rss(0..15).replace("Isi 6<", "Isi 6 diralat<")));
    world.json(&["poll", "--force", "--json"]);
    let corrected = files(&world);
    let changed = corrected.iter().filter(|(name, at)| after[*name] != **at);
    let changed: BTreeSet<&str> = changed.filter_map(|(name, _)| name.split('.').next()).collect();
    assert_eq!(changed, BTreeSet::from(["2"]), "the archive of the corrected item alone");
    assert!(world.published("nasional/archive/2.json").contains("diralat"));
    let first = world.published("nasional/archive/1.xml");
    assert!(first.contains("<fh:archive") && first.contains("rel=\"current\""), "{first}");
    assert!(!first.contains("prev-archive"));
    let rss = world.published("nasional/rss.xml");
    assert!(rss.contains("rel=\"prev-archive\"") && rss.contains("nasional/archive/3.xml"), "{rss}");
}

#[test]
fn keep_takes_whole_archives_from_the_oldest_end() {
    let origin = Origin::start();
    let mut world = world(&origin, "items = 5\nitems_for = \"0s\"\n[storage]\nkeep = \"10d\"");
    poll(&world, &origin, 0..5);
    world.at("2026-11-30T07:00:00Z");
    poll(&world, &origin, 0..12);
    world.at("2026-12-03T07:00:00Z");
    world.json(&["publish", "--json"]);
    check_walk(&world, "nasional", 0..12);
    world.at("2026-12-05T07:00:00Z");
    world.json(&["publish", "--json"]);
    check_walk(&world, "nasional", 5..12);
    assert!(!world.public().join("nasional/archive/1.xml").exists());
    assert_eq!(world.json(&["publish", "--json"])["written"], 0);
    world.at("2027-03-01T07:00:00Z");
    let told = poll(&world, &origin, 0..12);
    assert_eq!(told["items"]["new"], 0, "what went is no news");
    check_walk(&world, "nasional", 5..12);
    poll(&world, &origin, 0..24);
    check_walk(&world, "nasional", 10..24);
    assert!(world.public().join("nasional/archive/3.xml").exists(), "numbers are never given twice");
}

#[test]
fn without_archives_none_is_published_and_none_is_lost() {
    let origin = Origin::start();
    let world = world(&origin, "items = 5\nitems_for = \"0s\"\narchives = false");
    poll(&world, &origin, 0..12);
    assert_eq!(walk(&world, "nasional").len(), 1);
    assert!(!world.public().join("nasional/archive").exists());
    let toml = world.public().join("../../feeds.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    std::fs::write(&toml, text.replace("archives = false", "archives = true")).unwrap();
    poll(&world, &origin, 0..12);
    check_walk(&world, "nasional", 0..12);
}

/// Every published archive and feed with its text.
fn texts(world: &World) -> BTreeMap<String, String> {
    let text = |(path, ..): &(std::path::PathBuf, u64, std::time::SystemTime)| {
        let name = path.strip_prefix(world.public()).unwrap().to_string_lossy().into_owned();
        let is_feed = name.contains('/') && (name.ends_with(".xml") || name.ends_with(".json"));
        is_feed.then(|| (name, std::fs::read_to_string(path).unwrap()))
    };
    world.tree().iter().filter_map(text).collect()
}

#[test]
fn archives_that_followed_every_change_are_those_that_are_drawn_anew() {
    let origin = Origin::start();
    let world = world(&origin, "items = 5\nitems_for = \"0s\"");
    poll(&world, &origin, 0..17);
    origin.on("/a.xml", Answer::ok(rss(0..17).replace("Isi 2<", "Isi 2 diralat<").replace(">Kabar<", ">Kabar Baru<")));
    world.json(&["poll", "--force", "--json"]);
    let toml = world.public().join("../../feeds.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    let (old, new) = (origin.url("/a.xml"), origin.url("/b.xml"));
    let renamed = text.replace(&format!("url = \"{old}\""), &format!("url = \"{new}\"\nwas = [\"{old}\"]"));
    std::fs::write(&toml, renamed).unwrap();
    origin.on("/b.xml", Answer::ok(rss(0..18).replace(">Kabar<", ">Kabar Baru<")));
    world.json(&["poll", "--force", "--json"]);
    let followed = texts(&world);
    assert!(followed["nasional/archive/1.xml"].contains("b.xml"), "the new address of its source");
    std::fs::remove_dir_all(world.public()).unwrap();
    world.json(&["publish", "--json"]);
    assert_eq!(texts(&world), followed);
}

#[test]
fn a_daemon_that_hears_no_news_removes_what_is_over_its_time() {
    let origin = Origin::start();
    let settings = "items = 5\nitems_for = \"0s\"\n[storage]\nkeep = \"10d\"\n[server]\nlisten = \"127.0.0.1:0\"";
    let world = world(&origin, settings);
    origin.on("/a.xml", Answer::ok(rss(0..12)));
    let clock = world.public().parent().unwrap().with_file_name("clock");
    std::fs::write(&clock, "2026-11-24T07:05:00Z").unwrap();
    let mut command = world.command(&["run"]);
    let daemon = Daemon::start(command.env("WARTA_NOW", format!("@{}", clock.display())), "feed has news");
    assert!(daemon.says("published"));
    assert!(world.public().join("nasional/archive/1.xml").exists());
    std::fs::write(&clock, "2026-12-05T07:00:00Z").unwrap();
    assert!(daemon.says("published"));
    assert!(!world.public().join("nasional/archive/1.xml").exists());
    check_walk(&world, "nasional", 5..12);
}
