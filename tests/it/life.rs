//! The life of a feed through the binary: added, moved, removed, woken; and feeds.toml edited as its writer would.

use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;
use warta::store::Store;
use xxhash_rust::xxh3::xxh3_128;

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

mod beside;

/// An RSS document with so many items; `mark` makes ids of its own.
fn rss(items: usize, mark: &str) -> String {
    let items: String = (0..items)
        .map(|n| {
            format!(
                "<item><title>Berita {n}</title><link>https://kabar.example/{n}</link>\
                 <guid isPermaLink=\"false\">{mark}{n}</guid><description>Isi berita {n}</description></item>"
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>{items}</channel></rss>"
    )
}

/// A page with these links in its head.
fn page(links: &str) -> Answer {
    let html = format!("<!doctype html><html><head><title>Kabar</title>{links}</head><body><p>Halo</body></html>");
    Answer::status(200).header("Content-Type", "text/html").body(html)
}

fn alternate(href: &str, title: &str) -> String {
    format!("<link rel=\"alternate\" type=\"application/rss+xml\" title=\"{title}\" href=\"{href}\">")
}

fn toml_of(world: &World) -> PathBuf {
    world.public().parent().unwrap().parent().unwrap().join("feeds.toml")
}

fn toml(world: &World) -> String {
    std::fs::read_to_string(toml_of(world)).unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Runs a command that has to end with this code and to say this on stderr.
#[track_caller]
fn check(world: &World, arguments: &[&str], code: i32, word: &str) -> String {
    let output = world.run(arguments);
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", said(&output));
    assert!(said(&output).contains(word), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn row(world: &World, url: &str) -> Value {
    let status = world.json(&["status", "--json"]);
    let feeds = status["feeds"].as_array().unwrap();
    feeds.iter().find(|row| row["url"] == url).unwrap_or_else(|| panic!("{url}: {status}")).clone()
}

const SECTION: &str = "\n# What happens at home.\n[[section]]\nid = \"nasional\" # the first\n";

#[test]
fn a_page_is_asked_for_its_feeds_and_comments_come_last() {
    let origin = Origin::start();
    let head = format!(
        "{}{}{}",
        alternate("/comments/feed", "Kabar » Komentar"),
        alternate("/dead", "Kabar"),
        alternate("feed", "Kabar")
    );
    origin.on("/", page(&head));
    origin.on("/feed", Answer::ok(rss(2, "a")));
    origin.on("/comments/feed", Answer::ok(rss(2, "c")));
    let world = World::new(SECTION);
    let before = toml(&world);
    let out = check(&world, &["add", &origin.url("/")], 0, "the page offers");
    assert_eq!(out, format!("added {} (Kabar)\n", origin.url("/feed")));
    let added = format!("{before}\n[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", origin.url("/feed"));
    assert_eq!(toml(&world), added);
    assert!(origin.requests_of("/comments/feed").is_empty());
    let agent = origin.requests()[0].header("user-agent").unwrap().to_owned();
    assert!(agent.starts_with("warta/"), "{agent}");
    check(&world, &["add", &origin.url("/feed")], 1, "already");
    check(&world, &["add", &origin.url("/")], 1, "already");
    assert_eq!(toml(&world), added);
    assert_eq!(world.json(&["poll", "--json"])["items"]["new"], 2);
}

#[test]
fn a_link_header_goes_before_the_page() {
    let origin = Origin::start();
    let link = "</by-header>; rel=\"alternate\"; type=\"application/atom+xml\"; title=\"Umpan, utama\"";
    origin.on("/", page(&alternate("/by-page", "Kabar")).header("Link", "</style>; rel=preload").header("Link", link));
    origin.on("/by-header", Answer::ok(rss(1, "h")));
    let world = World::new(SECTION);
    let out = check(&world, &["add", &origin.url("/"), "--section", "nasional"], 0, "/by-page too");
    assert!(out.contains("/by-header"), "{out}");
}

#[test]
fn an_address_that_moved_for_good_is_added_where_it_leads() {
    let origin = Origin::start();
    origin.on("/old", Answer::redirect(301, "/new"));
    origin.on("/away", Answer::redirect(302, "/other"));
    origin.on("/new", Answer::ok(rss(1, "n")));
    origin.on("/other", Answer::ok(rss(1, "o")));
    let world = World::new(SECTION);
    assert!(check(&world, &["add", &origin.url("/old")], 0, "").contains("/new"));
    assert!(check(&world, &["add", &origin.url("/away")], 0, "").contains("/away"), "a temporary redirect is not kept");
}

#[test]
fn what_cannot_be_added_is_refused_and_the_file_stays() {
    let origin = Origin::start();
    origin.on("/page", page(""));
    origin.on("/liar", page(&alternate("/page", "Kabar")));
    let world = World::new(&format!("{SECTION}[[section]]\nid = \"dunia\"\n"));
    let before = toml(&world);
    check(&world, &["add", &origin.url("/page")], 1, "an HTML page, no feed");
    check(&world, &["add", &origin.url("/liar")], 1, "none of the feeds that it offers is one");
    check(&world, &["add", &origin.url("/404")], 1, "404");
    check(&world, &["add", "ftp://a.example/"], 2, "neither http nor https");
    check(&world, &["add", "https://me:pw@a.example/"], 2, "auth");
    check(&world, &["add", &origin.url("/page"), "--section", "olahraga"], 2, "nasional, dunia");
    check(&world, &["add", &origin.url("/page"), "--file", "nowhere.toml"], 66, "nowhere.toml");
    check(&world, &["add"], 2, "URL");
    check(&world, &["--config", "nowhere.toml", "add", &origin.url("/page")], 66, "nowhere.toml");
    assert_eq!(toml(&world), before);
    std::fs::write(toml_of(&world), format!("{before}[log]\nformt = 1\n")).unwrap();
    check(&world, &["add", &origin.url("/page")], 78, "formt");
}

#[test]
fn a_feed_is_never_discovered_at_an_address_that_is_not_asked() {
    let origin = Origin::start_at("127.0.0.9");
    origin.on("/", Answer::ok(rss(1, "a")));
    let world = World::new(SECTION);
    let text = toml(&world).replace("127.0.0.0/8", "127.0.0.1/32");
    std::fs::write(toml_of(&world), &text).unwrap();
    check(&world, &["add", &origin.url("/")], 1, "allow_networks");
    assert!(origin.requests().is_empty());
    assert_eq!(toml(&world), text);
}

#[test]
fn an_included_file_is_edited_where_its_feeds_stand() {
    let origin = Origin::start();
    origin.on("/feed", Answer::ok(rss(1, "a")));
    let world = World::new(SECTION);
    let before = format!("include = [\"feeds.d/*.toml\"]\n{}", toml(&world));
    std::fs::write(toml_of(&world), &before).unwrap();
    let folder = toml_of(&world).with_file_name("feeds.d");
    std::fs::create_dir(&folder).unwrap();
    let more = folder.join("more.toml");
    std::fs::write(&more, "# more of them\n").unwrap();
    std::fs::write(toml_of(&world).with_file_name("other.toml"), "").unwrap();
    check(&world, &["add", &origin.url("/feed"), "--file", "other.toml"], 2, "include");
    check(&world, &["add", &origin.url("/feed"), "--file", "feeds.d/more.toml"], 0, "more.toml is changed");
    let url = origin.url("/feed");
    let added = format!("# more of them\n\n[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n");
    assert_eq!(std::fs::read_to_string(&more).unwrap(), added);
    check(&world, &["moved", &url, "https://baru.example/feed"], 0, "more.toml is changed");
    check(&world, &["remove", "https://baru.example/feed"], 0, "more.toml is changed");
    assert_eq!(std::fs::read_to_string(&more).unwrap(), "# more of them\n\n");
    assert_eq!(toml(&world), before);
}

#[test]
fn rights_and_links_of_the_file_stay() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let world = World::new(&format!("{SECTION}[[feed]]\nurl = \"https://a.example/\"\n"));
    let (link, real) = (toml_of(&world), toml_of(&world).with_file_name("real.toml"));
    std::fs::rename(&link, &real).unwrap();
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).unwrap();
    symlink("real.toml", &link).unwrap();
    let owner = std::fs::metadata(&real).unwrap().uid();
    check(&world, &["remove", "https://a.example/"], 0, "changed");
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    let meta = std::fs::metadata(&real).unwrap();
    assert_eq!((meta.mode() & 0o777, meta.uid()), (0o640, owner));
    assert!(!std::fs::read_to_string(&real).unwrap().contains("[[feed]]"));
    let left: Vec<_> = std::fs::read_dir(link.parent().unwrap()).unwrap().map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left.len(), 2, "nothing else is left beside it: {left:?}");
}

#[test]
fn two_editors_take_turns() {
    let world = World::new(&format!("{SECTION}[[feed]]\nurl = \"https://a.example/\"\n"));
    let before = toml(&world);
    let other = std::fs::File::open(toml_of(&world)).unwrap();
    other.lock().unwrap();
    check(&world, &["remove", "https://a.example/"], 75, "try again");
    assert_eq!(toml(&world), before);
    drop(other);
    check(&world, &["remove", "https://a.example/"], 0, "");
    check(&world, &["remove", "https://a.example/"], 1, "is no feed of");
}

#[test]
fn a_move_seen_by_polls_is_listed_and_written_and_costs_no_item() {
    let origin = Origin::start();
    origin.on("/old", Answer::redirect(301, "/new"));
    origin.on("/new", Answer::ok(rss(3, "n")).etag("\"1\""));
    let (old, new) = (origin.url("/old"), origin.url("/new"));
    let feed = format!("# the agency\n[[feed]]\nurl = \"{old}\" # RSS\nsection = \"nasional\"\n");
    let mut world = World::new(&format!("{SECTION}{feed}\n# the end\n"));
    check(&world, &["moved"], 0, "no feed has moved");
    world.json(&["poll", "--json"]);
    let listed = check(&world, &["moved"], 0, "");
    assert_eq!(listed, format!("{old} -> {new} (seen 1 times in a row since 2026-11-24T07:00:00Z)\n"));
    let items = world.published("nasional/feed.json");
    let before = toml(&world);
    let out = check(&world, &["moved", "--apply"], 0, "follows it");
    assert_eq!(out, format!("{old} -> {new}\n"));
    let expected = before.replace(
        &format!("url = \"{old}\" # RSS\nsection = \"nasional\"\n"),
        &format!("url = \"{new}\" # RSS\nsection = \"nasional\"\nwas = [\"{old}\"]\n"),
    );
    assert_eq!(toml(&world), expected);
    origin.forget_requests();
    world.at("2026-11-24T07:01:00Z");
    let told = world.json(&["poll", "--json"]);
    assert_eq!(told["feeds"]["due"], 0, "it is asked when it was planned to be: {told}");
    world.at("2026-11-25T07:00:00Z");
    let told = world.json(&["poll", "--json"]);
    assert_eq!((told["feeds"]["not_modified"].as_u64(), told["items"]["new"].as_u64()), (Some(1), Some(0)), "{told}");
    assert!(origin.requests_of("/old").is_empty());
    let ids = |text: &str| {
        let feed: Value = serde_json::from_str(text).unwrap();
        feed["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(&world.published("nasional/feed.json")), ids(&items));
    assert!(world.published("nasional/feed.json").contains(&new), "items name their feed's new address");
    let row = row(&world, &new);
    assert_eq!((row["items"].as_u64(), row["state"].as_str()), (Some(3), Some("active")));
    check(&world, &["moved", "--apply"], 0, "no feed has moved");
    assert_eq!(toml(&world), expected);
}

#[test]
fn a_feed_moved_by_hand_keeps_its_items_and_is_asked_at_its_new_address_at_once() {
    let origin = Origin::start();
    origin.sequence("/a", [Answer::ok(rss(3, "n")).etag("\"1\""), Answer::status(410)]);
    let other = Origin::start_at("127.0.0.7");
    other.on("/b", Answer::ok(rss(4, "n")));
    let (old, new) = (origin.url("/a"), other.url("/b"));
    let world = World::new(&format!("{SECTION}[[feed]]\nurl = \"{old}\"\nsection = \"nasional\"\n"));
    world.json(&["poll", "--json"]);
    world.json(&["poll", "--force", "--json"]);
    assert_eq!(row(&world, &old)["state"], "gone");
    check(&world, &["moved", &old, "nonsense"], 2, "is no address");
    check(&world, &["moved", &old, "ftp://a.example/"], 78, "neither http nor https");
    check(&world, &["moved", &old], 2, "NEW");
    check(&world, &["moved", "https://x.example/", &new], 1, "is no feed of");
    check(&world, &["moved", &old, &old], 1, "already");
    check(&world, &["moved", &old, &new], 0, "");
    check(&world, &["moved", &old, &new], 0, "already");
    let told = world.json(&["poll", "--json"]);
    assert_eq!((told["feeds"]["fresh"].as_u64(), told["items"]["new"].as_u64()), (Some(1), Some(1)), "{told}");
    assert!(!other.requests()[0].is_conditional(), "validators are the old server's");
    let row = row(&world, &new);
    assert_eq!((row["items"].as_u64(), row["state"].as_str()), (Some(4), Some("active")));
    check(&world, &["moved", &new, &old], 0, "");
    assert!(toml(&world).contains(&format!("was = [\"{new}\"]")), "{}", toml(&world));
    world.json(&["poll", "--json"]);
    assert_eq!(self::row(&world, &old)["items"], 4, "and back, with all it has");
}

#[test]
fn a_redirect_alone_hands_no_credentials_to_another_server() {
    let other = Origin::start_at("127.0.0.7");
    other.on("/b", Answer::ok(rss(1, "n")));
    let origin = Origin::start();
    origin.on("/a", Answer::redirect(301, &other.url("/b")));
    let feed = format!("[[feed]]\nurl = \"{}\"\nheaders = {{ X-Api-Key = \"rahasia\" }}\n", origin.url("/a"));
    let world = World::new(&format!("{SECTION}{feed}"));
    world.json(&["poll", "--json"]);
    let before = toml(&world);
    check(&world, &["moved", "--apply"], 1, "its credentials or headers would go to");
    assert_eq!(toml(&world), before);
    check(&world, &["moved", &origin.url("/a"), &other.url("/b")], 0, "");
}

#[test]
fn a_former_address_belongs_to_one_feed() {
    let feed = |url: &str, was: &str| format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\nwas = [\"{was}\"]\n");
    let (a, b, old) = ("https://a.example/", "https://b.example/", "https://old.example/");
    let world = World::new(&format!("{SECTION}{}{}", feed(a, old), feed(b, old)));
    check(&world, &["check"], 78, "`https://old.example/` in was belongs to the feed in ./feeds.toml:");
    let world = World::new(&format!("{SECTION}{}{}", feed(a, b), feed(b, old)));
    check(&world, &["check"], 78, "`https://b.example/` in was belongs to the feed");
    let world = World::new(&format!("{SECTION}{}", feed(a, "x")));
    check(&world, &["check"], 78, "is no address");
}

#[test]
fn a_feed_that_ended_is_woken_by_hand() {
    let origin = Origin::start();
    origin.sequence("/a", [Answer::status(410), Answer::ok(rss(1, "a"))]);
    let url = origin.url("/a");
    let world = World::new(&format!("{SECTION}[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n"));
    check(&world, &["resume", &url], 0, "never asked");
    world.json(&["poll", "--json"]);
    assert_eq!(world.json(&["poll", "--force", "--json"])["feeds"]["due"], 0, "nobody asks it");
    check(&world, &["resume", "https://x.example/"], 1, "is no feed of");
    let out = check(&world, &["resume", &url], 0, "");
    assert_eq!(out, format!("{url} was gone and is asked again\n"));
    assert_eq!(row(&world, &url)["next_check_why"], "woken by hand");
    check(&world, &["resume", &url], 0, "needs no waking");
    assert_eq!(world.json(&["poll", "--json"])["items"]["new"], 1);
    assert_eq!(row(&world, &url)["state"], "active");
}

#[test]
fn an_audit_tells_what_the_server_saw() {
    let origin = Origin::start();
    let answer = Answer::ok(rss(2, "a")).etag("\"1\"").header("Cache-Control", "max-age=3600");
    origin.on("/a", answer);
    let url = origin.url("/a");
    let mut world = World::new(&format!("{SECTION}[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n"));
    let never = check(&world, &["audit", &url], 0, "");
    assert_eq!(never, format!("{url}: never asked yet\n"));
    world.json(&["poll", "--json"]);
    world.at("2026-11-24T07:30:00Z");
    world.json(&["poll", "--force", "--json"]);
    world.at("2026-11-24T09:00:00Z");
    world.json(&["poll", "--force", "--json"]);
    let told = check(&world, &["audit", &url], 0, "");
    let bytes = rss(2, "a").len();
    for line in [
        format!("{url}: 3 requests in 7 days as warta/"),
        "conditional   2\n".to_owned(),
        "not modified  2\n".to_owned(),
        "too early     1\n".to_owned(),
        "shortest gap  30m\n".to_owned(),
        format!("received      {bytes} bytes"),
        format!("saved         {} bytes", 2 * bytes),
        "too early: not before 24 Nov 15:00".to_owned(),
    ] {
        assert!(told.contains(&line), "{line:?} in {told}");
    }
    check(&world, &["audit", "https://x.example/"], 1, "is no feed of");
    world.at("2026-12-24T07:00:00Z");
    assert!(check(&world, &["audit", &url], 0, "").contains(": 0 requests"));
}

/// What a process leaves behind that dies while it reads this document, so many times.
fn die_over(world: &World, url: &str, document: &str, times: u32) {
    let database = world.public().with_file_name("warta.db");
    for _ in 0..times {
        let store = Store::open(&database).unwrap();
        assert!(store.begin_reading(url, xxh3_128(document.as_bytes())) > 0);
    }
}

#[test]
fn a_document_that_kills_its_reader_twice_is_not_read_a_third_time() {
    let origin = Origin::start();
    let (deadly, harmless) = (rss(3, "deadly"), rss(4, "new"));
    origin.sequence("/a", [Answer::status(500), Answer::ok(&*deadly)]);
    origin.on("/b", Answer::ok(rss(1, "b")));
    let url = origin.url("/a");
    let feed = |url: &str| format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n");
    let world = World::new(&format!("{SECTION}{}{}", feed(&url), feed(&origin.url("/b"))));
    world.json(&["poll", "--json"]);
    die_over(&world, &url, &deadly, 2);
    let told = world.json(&["poll", "--force", "--json"]);
    assert_eq!((told["feeds"]["failed"].as_u64(), told["items"]["new"].as_u64()), (Some(1), Some(0)), "{told}");
    let quarantined = row(&world, &url);
    assert_eq!(quarantined["state"], "quarantined");
    assert!(quarantined["last_error"].as_str().unwrap().contains("reading this document ended warta before"));
    assert!(quarantined["next_check_why"].as_str().unwrap().contains("warta resume"));
    assert_eq!(quarantined["next_check"], Value::Null);
    origin.forget_requests();
    world.json(&["poll", "--force", "--json"]);
    assert!(origin.requests_of("/a").is_empty(), "nobody asks it");
    assert_eq!(origin.requests_of("/b").len(), 1, "and nobody else suffers");
    assert_eq!(check(&world, &["resume", &url], 0, ""), format!("{url} was quarantined and is asked again\n"));
    assert_eq!(world.json(&["poll", "--json"])["items"]["new"], 3, "it gets another chance");
    assert_eq!(row(&world, &url)["state"], "active");
    die_over(&world, &url, &deadly, 2);
    origin.on("/a", Answer::ok(&*harmless));
    assert_eq!(world.json(&["poll", "--force", "--json"])["items"]["new"], 1, "another document is another matter");
    die_over(&world, &url, &deadly, 1);
    origin.on("/a", Answer::ok(&*deadly));
    world.json(&["poll", "--force", "--json"]);
    die_over(&world, &url, &deadly, 1);
    origin.on("/a", Answer::ok(format!("{deadly} ")));
    world.json(&["poll", "--force", "--json"]);
    assert_eq!(row(&world, &url)["state"], "active", "what was read to its end in between counts as harmless");
}

#[test]
fn a_feed_that_changes_all_its_ids_or_its_host_floods_nothing() {
    let items = |host: &str, mark: &str, numbers: std::ops::Range<usize>| {
        let items: String = numbers
            .map(|n| {
                format!(
                    "<item><title>Berita {n}</title><link>https://{host}/berita/{n}</link><guid isPermaLink=\"false\">\
                     {mark}{n}</guid><pubDate>Tue, 24 Nov 2026 06:{n:02}:00 +0000</pubDate>\
                     <description>&lt;img src=\"https://{host}/{n}.jpg\"&gt; Isi berita {n}</description></item>"
                )
            })
            .collect();
        Answer::ok(format!("<rss version=\"2.0\"><channel><title>Kabar</title>{items}</channel></rss>"))
    };
    let origin = Origin::start();
    let url = origin.url("/a");
    let world = World::new(&format!("{SECTION}[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n"));
    let poll = |answer: Answer, new: u64| {
        origin.on("/a", answer);
        let told = world.json(&["poll", "--force", "--json"]);
        assert_eq!((told["items"]["new"].as_u64(), told["items"]["changed"].as_u64()), (Some(new), Some(0)), "{told}");
        let feed: Value = serde_json::from_str(&world.published("nasional/feed.json")).unwrap();
        let mut ids: Vec<String> = Vec::new();
        ids.extend(feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned()));
        ids
    };
    let before = poll(items("lama.example", "post-", 0..20), 20);
    assert_eq!(poll(items("lama.example", "uuid-", 0..20), 0), before, "new ids");
    assert_eq!(poll(items("baru.example", "baru-", 0..20), 0), before, "new ids and a new host");
    let later = poll(items("baru.example", "baru-", 2..22), 2);
    assert_eq!(later.len(), before.len() + 2, "and what is new is told");
    assert_eq!(poll(items("cdn.example", "cdn-", 4..24), 2).len(), before.len() + 4, "on the day of the move too");
}

#[test]
fn a_running_daemon_notices_what_is_woken_at_once_and_what_moved_at_its_reload() {
    let origin = Origin::start();
    origin.sequence("/a", [Answer::status(410), Answer::ok(rss(3, "a"))]);
    origin.on("/b", Answer::ok(rss(4, "a")));
    let (old, new) = (origin.url("/a"), origin.url("/b"));
    let head = format!("[server]\nlisten = \"127.0.0.1:0\"\n{SECTION}");
    let world = World::new(&format!("{head}[[feed]]\nurl = \"{old}\"\nsection = \"nasional\"\n"));
    let daemon = Daemon::start(&mut world.command(&["run"]), "feed is gone");
    check(&world, &["resume", &old], 0, "");
    assert!(daemon.says("feed has news"), "it is asked again");
    check(&world, &["moved", &old, &new], 0, "the running warta follows at its next reload");
    assert_eq!(row(&world, &new)["items"], 0, "the store follows when the file is loaded");
    daemon.signal("-HUP");
    assert!(daemon.says("feeds.toml is loaded"));
    assert!(daemon.says("feed has news"), "its new address is asked at once");
    let row = row(&world, &new);
    assert_eq!((row["items"].as_u64(), row["state"].as_str()), (Some(4), Some("active")));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn root_keeps_the_owner_of_feeds_toml_and_stays_out_of_the_store_of_another_user() {
    use std::os::unix::fs::{MetadataExt, chown};
    let url = "https://a.example/";
    let world = World::new(&format!("{SECTION}[[feed]]\nurl = \"{url}\"\npaused = true\n"));
    world.json(&["poll", "--json"]);
    let database = world.public().with_file_name("warta.db");
    let given = chown(toml_of(&world), Some(65_534), Some(65_534)).and_then(|()| chown(&database, Some(65_534), None));
    if given.is_err() {
        // Only root can give files away, and only root is what this is about.
        return;
    }
    check(&world, &["resume", url], 73, "sudo -u ");
    check(&world, &["moved", url, "https://b.example/"], 0, "");
    let meta = std::fs::metadata(toml_of(&world)).unwrap();
    assert_eq!((meta.uid(), meta.gid()), (65_534, 65_534));
}

#[test]
fn status_tells_the_last_answer_the_error_and_the_next_check_in_plain_words() {
    let origin = Origin::start();
    origin.on("/a", Answer::status(503).header("Retry-After", "7200"));
    origin.on("/b", Answer::redirect(301, "/c"));
    origin.on("/c", Answer::ok(rss(1, "c")));
    let feeds = ["/a", "/b"].map(|path| format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", origin.url(path)));
    let world = World::new(&format!("{SECTION}{}", feeds.concat()));
    world.json(&["poll", "--json"]);
    let held = row(&world, &origin.url("/a"));
    assert_eq!((held["last_status"].as_u64(), held["state"].as_str()), (Some(503), Some("held")));
    assert_eq!(
        (&held["last_check"], &held["hold_until"]),
        (&"2026-11-24T07:00:00Z".into(), &"2026-11-24T09:00:00Z".into())
    );
    let output = world.command(&["status"]).env("COLUMNS", "400").output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    for words in ["CHECKED", "ANSWER", "503", "200", "24 Nov 14:00", "Service Unavailable", "moves to"] {
        assert!(told.contains(words), "{words:?} in {told}");
    }
}
