//! `warta poll`, from bytes on the wire to published files.

use std::time::Duration;

use serde_json::{Value, json};

use crate::origin::{Answer, Origin};
use crate::world::World;

/// An RSS document with these items: guid, link, title.
fn rss(items: &[(&str, &str, &str)]) -> String {
    let items: String = items
        .iter()
        .map(|(guid, link, title)| {
            format!(
                "<item><title>{title}</title><link>{link}</link><guid isPermaLink=\"false\">{guid}</guid>\
                 <pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate><description>Isi {title}</description></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
         <description>Kabar</description>{items}</channel></rss>"
    )
}

fn section(id: &str) -> String {
    format!("[[section]]\nid = \"{id}\"\ntitle = \"{id}\"\n")
}

fn feed(url: &str, outlet: &str) -> String {
    format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\noutlet = \"{outlet}\"\n")
}

fn items_of(world: &World, section: &str) -> Vec<Value> {
    let feed: Value = serde_json::from_str(&world.published(&format!("{section}/feed.json"))).unwrap();
    feed["items"].as_array().unwrap().clone()
}

#[test]
fn a_second_poll_sends_the_validators_stores_nothing_and_rewrites_no_file() {
    let origin = Origin::start();
    let body = rss(&[("1", "https://kabar.example/1", "Satu"), ("2", "https://kabar.example/2", "Dua")]);
    origin.on("/a.xml", Answer::ok(body).etag("W/\"x-gzip\"").last_modified("Tue, 24 Nov 2026 06:00:00 GMT"));
    let world = World::new(&format!("{}{}", section("nasional"), feed(&origin.url("/a.xml"), "Kabar")));
    let first = world.json(&["poll", "--json"]);
    assert_eq!(first["feeds"], json!({"due": 1, "fresh": 1, "not_modified": 0, "failed": 0, "held": 0, "gone": 0}));
    assert_eq!(first["items"], json!({"new": 2, "changed": 0, "duplicates": 0, "dropped": 0}));
    let before = world.tree();
    let second = world.json(&["poll", "--force", "--json"]);
    assert_eq!(second["feeds"]["not_modified"], 1);
    assert_eq!(second["items"], json!({"new": 0, "changed": 0, "duplicates": 0, "dropped": 0}));
    assert_eq!(second["published"]["written"], 0);
    assert_eq!(world.tree(), before);
    let asked = origin.requests_of("/a.xml");
    assert_eq!(asked[1].header("if-none-match"), Some("W/\"x-gzip\""));
    assert_eq!(asked[1].header("if-modified-since"), Some("Tue, 24 Nov 2026 06:00:00 GMT"));
    let third = world.json(&["poll", "--json"]);
    assert_eq!(third["feeds"]["due"], 0, "it is not due yet");
    assert_eq!(origin.requests().len(), 2);
}

#[test]
fn one_story_through_four_addresses_is_one_item_that_names_its_sources() {
    let origin = Origin::start();
    let title = "Gempa Guncang Cianjur";
    origin
        .on("/a.xml", Answer::ok(rss(&[("a1", "https://kabar.example/gempa?utm_source=rss&utm_medium=feed", title)])));
    origin.on("/b.xml", Answer::ok(rss(&[("b1", "http://kabar.example/gempa/", title)])));
    let twice = [("c1", "https://m.kabar.example/gempa", title), ("c2", "https://kabar.example/gempa", title)];
    origin.on("/c.xml", Answer::ok(rss(&twice)));
    let feeds: String = [("a", "Satu"), ("b", "Dua"), ("c", "Tiga")]
        .iter()
        .map(|(name, outlet)| feed(&origin.url(&format!("/{name}.xml")), outlet))
        .collect();
    let world = World::new(&format!("{}{feeds}", section("nasional")));
    let told = world.json(&["poll", "--json"]);
    assert_eq!(told["items"]["new"], 4);
    assert_eq!(told["items"]["duplicates"], 3);
    let items = items_of(&world, "nasional");
    assert_eq!(items.len(), 1);
    let mut outlets = vec![items[0]["_warta"]["source"]["title"].as_str().unwrap().to_owned()];
    let also = items[0]["_warta"]["story"]["also"].as_array().unwrap();
    outlets.extend(also.iter().map(|other| other["outlet"].as_str().unwrap().to_owned()));
    outlets.sort();
    outlets.dedup();
    assert_eq!(outlets, ["Dua", "Satu", "Tiga"]);
    let status = world.json(&["status", "--json"]);
    let stored: u64 = status["feeds"].as_array().unwrap().iter().map(|feed| feed["items"].as_u64().unwrap()).sum();
    assert_eq!(stored, 4, "the store keeps every report");
}

#[test]
fn the_news_sitemap_forgets_by_itself_what_is_older_than_two_days() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::ok(rss(&[("1", "https://warta.example/berita/1", "Satu")])));
    let mut world = World::new(&format!("{}{}", section("nasional"), feed(&origin.url("/a.xml"), "Warta")));
    world.json(&["poll", "--json"]);
    assert!(world.published("sitemap-news.xml").contains("<news:title>Satu</news:title>"));
    world.at("2026-11-26T08:00:00Z");
    world.json(&["publish", "--json"]);
    let sitemap = world.published("sitemap-news.xml");
    assert!(!sitemap.contains("news:news>"), "{sitemap}");
    assert!(sitemap.contains("<loc>https://warta.example/</loc>"), "never empty without need: {sitemap}");
    assert_eq!(items_of(&world, "nasional").len(), 1, "feeds keep it");
    assert_eq!(origin.requests().len(), 1, "nothing was fetched for it");
}

#[test]
fn a_feed_in_trouble_hurts_no_other_and_status_tells_which_and_why() {
    let origin = Origin::start();
    origin.on("/good.xml", Answer::ok(rss(&[("1", "https://kabar.example/1", "Satu")])));
    origin.on("/500.xml", Answer::status(500));
    origin.on("/410.xml", Answer::status(410));
    origin.on("/forever.xml", Answer::redirect_forever());
    origin.on(
        "/page.xml",
        Answer::status(200).header("Content-Type", "text/html").body("<html><title>Halo</title></html>"),
    );
    origin.on("/bomb.xml", Answer::gzip_bomb(1 << 30));
    origin.on("/cut.xml", Answer::ok(rss(&[("9", "https://kabar.example/9", "Sembilan")])).truncated());
    let other = Origin::start_at("127.0.0.3");
    other.on("/429.xml", Answer::status(429).header("Retry-After", "7200"));
    let mut urls: Vec<String> = ["good", "500", "410", "forever", "page", "bomb", "cut"]
        .iter()
        .map(|name| origin.url(&format!("/{name}.xml")))
        .collect();
    urls.push(other.url("/429.xml"));
    let feeds: String = urls.iter().map(|url| feed(url, "Kabar")).collect();
    let world = World::new(&format!("{}{feeds}", section("nasional")));
    let told = world.json(&["poll", "--json"]);
    assert_eq!(told["feeds"], json!({"due": 8, "fresh": 1, "not_modified": 0, "failed": 6, "held": 0, "gone": 1}));
    assert_eq!(told["failures"].as_array().unwrap().len(), 7);
    assert_eq!(items_of(&world, "nasional").len(), 1);
    let status = world.json(&["status", "--json"]);
    let state = |name: &str| {
        let feeds = status["feeds"].as_array().unwrap();
        let row = feeds.iter().find(|row| row["url"].as_str().unwrap().ends_with(name)).unwrap();
        (row["state"].as_str().unwrap().to_owned(), row["last_error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(state("/good.xml"), ("active".to_owned(), String::new()));
    assert_eq!(state("/410.xml").0, "gone");
    assert_eq!(state("/429.xml").0, "held");
    for (name, word) in
        [("/500.xml", "500"), ("/forever.xml", "redirect"), ("/bomb.xml", "max_body"), ("/page.xml", "page")]
    {
        let (state, error) = state(name);
        assert_eq!(state, "backing_off", "{name}");
        assert!(error.contains(word), "{name}: {error}");
    }
    let forced = world.json(&["poll", "--force", "--json"]);
    assert_eq!((&forced["feeds"]["held"], &forced["feeds"]["gone"]), (&json!(1), &json!(0)));
    assert_eq!(other.requests().len(), 1, "a hold stands against --force");
    assert_eq!(origin.requests_of("/410.xml").len(), 1, "what is gone is not asked");
}

#[test]
fn two_pollers_never_share_a_store() {
    let world = World::new(&section("nasional"));
    world.json(&["poll", "--json"]);
    let lock = std::fs::File::options().write(true).open(world.public().join("../warta.db.lock")).unwrap();
    lock.lock().unwrap();
    let refused = world.run(&["poll"]);
    assert_eq!(refused.status.code(), Some(75), "{}", String::from_utf8_lossy(&refused.stderr));
    assert_eq!(world.run(&["publish"]).status.code(), Some(0), "publish works beside it");
}

#[test]
fn a_feed_that_hangs_or_drips_ends_at_the_timeout_and_holds_no_other_up() {
    let origin = Origin::start();
    origin.on("/good.xml", Answer::ok(rss(&[("1", "https://kabar.example/1", "Satu")])));
    origin.on("/hang.xml", Answer::hang());
    origin
        .on("/drip.xml", Answer::ok(rss(&[("2", "https://kabar.example/2", "Dua")])).drip(Duration::from_millis(200)));
    let feeds: String =
        ["hang", "drip", "good"].iter().map(|name| feed(&origin.url(&format!("/{name}.xml")), "Kabar")).collect();
    let world = World::new(&format!("timeout = \"1s\"\n{}{feeds}", section("nasional")));
    let told = world.json(&["poll", "--json"]);
    assert_eq!((&told["feeds"]["fresh"], &told["feeds"]["failed"]), (&json!(1), &json!(2)));
    for failure in told["failures"].as_array().unwrap() {
        assert!(failure["error"].as_str().unwrap().contains("1 s"), "{failure}");
    }
    assert_eq!(items_of(&world, "nasional").len(), 1);
}
