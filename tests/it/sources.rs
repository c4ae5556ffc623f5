//! Sources that are no feeds, through `warta poll` to published feeds: sitemaps, news sitemaps, lists of HTML pages.

use serde_json::Value;

use crate::origin::{Answer, Origin};
use crate::world::World;

const SECTION: &str = "[[section]]\nid = \"kota\"\ntitle = \"Kota\"\n";

const NEWS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
    <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
    xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\" \
    xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\
    <url><loc>https://warta.example/kota/halte-baru</loc><news:news><news:publication><news:name>Warta</news:name>\
    <news:language>id</news:language></news:publication><news:title>Halte baru dibuka</news:title>\
    <news:publication_date>2026-11-24T13:05:00+07:00</news:publication_date></news:news>\
    <image:image><image:loc>https://warta.example/halte.jpg</image:loc></image:image></url>\
    <url><loc>https://warta.example/kota/taman-kota</loc><news:news><news:title>Taman kota ramai</news:title>\
    <news:publication_date>2026-11-24T12:05:00+07:00</news:publication_date></news:news></url></urlset>";

const PLAIN: &str = "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\
    <url><loc>https://warta.example/kota/banjir-surut-di-pasar-baru-417.html</loc>\
    <lastmod>2026-11-24T06:00:00Z</lastmod></url></urlset>";

const LIST: &str = "<!doctype html><html lang=\"id\"><head><title>Kabar Kota</title></head><body><ul class=\"berita\">\
    <li><a href=\"/kota/1\"><img data-src=\"/1.jpg\" src=\"data:,\"></a><h3><a href=\"/kota/1\">Pasar &amp; warga</a></h3>\
    <time datetime=\"2026-11-24T13:30:00+07:00\">tadi</time><p>Isi berita.</p>\
    <li><h3><a href=\"/kota/2\">Jalan ditutup</a></h3><time datetime=\"2026-11-24T12:30:00+07:00\">tadi</time>\
    </ul></body></html>";

fn feed(url: &str, more: &str) -> String {
    format!("[[feed]]\nurl = \"{url}\"\nsection = \"kota\"\noutlet = \"Kabar\"\n{more}\n")
}

/// Polls twice; what was published after the first time, which the second must not add to.
fn polled(path: &str, answer: Answer, more: &str, expected: u64) -> World {
    let origin = Origin::start();
    origin.on(path, answer);
    let world = World::new(&format!("{SECTION}{}", feed(&origin.url(path), more)));
    let first = world.json(&["poll", "--json"]);
    assert_eq!(first["items"]["new"], expected, "{first}");
    let second = world.json(&["poll", "--force", "--json"]);
    assert_eq!((&second["feeds"]["fresh"], &second["items"]["new"]), (&Value::from(1), &Value::from(0)), "{second}");
    world
}

/// Every output of the section shows these.
fn check_shown(world: &World, titles: &[&str]) {
    for file in ["rss.xml", "atom.xml", "feed.json", "index.html"] {
        let shown = world.published(&format!("kota/{file}")).replace("&amp;", "&").replace("&#x26;", "&");
        for title in titles {
            assert!(shown.contains(title), "{file} lacks {title}: {shown}");
        }
    }
}

fn xml(body: &str) -> Answer {
    Answer::status(200).header("Content-Type", "text/xml").body(body)
}

#[test]
fn a_news_sitemap_is_a_feed_and_its_dates_keep_their_zone() {
    let world = polled("/sitemap-news.xml", xml(NEWS), "", 2);
    check_shown(&world, &["Halte baru dibuka", "Taman kota ramai", "https://warta.example/kota/halte-baru"]);
    let own = world.published("sitemap-news.xml");
    assert!(own.contains("<news:title>Halte baru dibuka</news:title>"), "{own}");
    assert!(own.contains("<news:publication_date>2026-11-24T13:05:00+07:00</news:publication_date>"), "{own}");
}

#[test]
fn addresses_of_a_plain_sitemap_are_called_by_their_words_and_are_no_news_of_today() {
    let world = polled("/sitemap.xml", xml(PLAIN), "", 1);
    check_shown(&world, &["Banjir surut di pasar baru"]);
    assert!(!world.published("sitemap-news.xml").contains("<news:news>"));
}

#[test]
fn a_sitemap_index_fails_and_names_what_it_lists() {
    let origin = Origin::start();
    let index = "<sitemapindex><sitemap><loc>/a.xml</loc></sitemap><sitemap><loc>/b.xml</loc></sitemap></sitemapindex>";
    origin.on("/sitemap.xml", xml(index));
    let world = World::new(&format!("{SECTION}{}", feed(&origin.url("/sitemap.xml"), "")));
    let told = world.json(&["poll", "--json"]);
    let error = told["failures"][0]["error"].as_str().unwrap();
    let (a, b) = (origin.url("/a.xml"), origin.url("/b.xml"));
    assert!(error.ends_with(&format!("an index of sitemaps, no sitemap itself; it offers {a} and {b}")), "{error}");
}

#[test]
fn the_list_of_a_page_is_a_feed_by_its_selectors() {
    let page = Answer::status(200).header("Content-Type", "text/html; charset=utf-8").body(LIST);
    let select = "select = { item = \".berita > li\", summary = \"p\", image = \"img\" }";
    let world = polled("/kota", page, select, 2);
    check_shown(&world, &["Pasar & warga", "Jalan ditutup", "/kota/2"]);
    let json: Value = serde_json::from_str(&world.published("kota/feed.json")).unwrap();
    let item = &json["items"][0];
    assert_eq!(item["date_published"], "2026-11-24T13:30:00+07:00");
    assert!(item["image"].as_str().unwrap().ends_with("/1.jpg"), "{item}");
    assert_eq!(item["_warta"]["source"]["title"], "Kabar");
}

#[test]
fn a_page_that_was_rebuilt_fails_and_says_which_selector_finds_nothing() {
    let origin = Origin::start();
    origin.on("/kota", Answer::status(200).header("Content-Type", "text/html").body(LIST));
    let feed = feed(&origin.url("/kota"), "select = { item = \"article.berita\" }");
    let world = World::new(&format!("{SECTION}{feed}"));
    assert_eq!(world.json(&["poll", "--json"])["feeds"]["failed"], 1);
    let status = world.json(&["status", "--json"]);
    let error = status["feeds"][0]["last_error"].as_str().unwrap();
    assert!(error.ends_with("an HTML page on which select.item \"article.berita\" matches nothing"), "{error}");
}
