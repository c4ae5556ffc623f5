use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::origin;
use super::samples::{self, Answer, SampleFeed};
use super::script::feed_at;
use crate::config::{Environment, load_with_floor};
use crate::ingest::{self, ingest};
use crate::model::{Document, Timestamp};

fn start() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-24T07:00:00+07:00").unwrap()
}

fn feeds() -> Vec<SampleFeed> {
    samples::all().unwrap()
}

fn feed(id: &str) -> SampleFeed {
    feeds().into_iter().find(|feed| feed.id == id).unwrap()
}

/// The feed's text after so many seconds.
fn text(feed: &SampleFeed, seconds: u64) -> String {
    let (bytes, _, _) = feed_at(feed, "http://127.0.0.2:80", start(), start().plus(Duration::from_secs(seconds)));
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// How many items the feed has after so many seconds.
fn items(feed: &SampleFeed, seconds: u64) -> usize {
    let text = text(feed, seconds);
    ["</item>", "<entry>", "\"content_html\""].iter().map(|mark| text.matches(mark).count()).sum()
}

/// Every picture that a story names is there.
#[test]
fn samples_name_pictures_that_are_there() {
    let names: Vec<String> = feeds().iter().flat_map(|feed| &feed.stories).filter_map(|s| s.picture.clone()).collect();
    assert!(names.len() > 50);
    for name in names {
        assert!(samples::picture(&name).is_some(), "samples/pictures/{name}.svg");
    }
}

#[test]
fn samples_fill_four_sections() {
    let sections: HashSet<String> = feeds().into_iter().map(|feed| feed.section).collect();
    assert_eq!(sections.len(), 4);
    assert!(feeds().len() >= 12);
}

#[test]
fn each_feed_starts_with_its_stock() {
    for feed in feeds() {
        assert_eq!(items(&feed, 0), feed.stock, "{}", feed.id);
    }
}

#[test]
fn a_feed_stays_the_same_until_a_story_comes() {
    let feed = feed("kabar-nusantara");
    assert_eq!(text(&feed, 0), text(&feed, 32));
    assert_ne!(text(&feed, 0), text(&feed, 33));
}

#[test]
fn a_feed_grows_to_its_bound_and_goes_on_with_updates() {
    let feed = feed("kilas-pagi");
    assert_eq!(items(&feed, 39), 12);
    assert_eq!(items(&feed, 3600), 25);
    assert!(text(&feed, 3600).contains("(pembaruan "));
}

#[test]
fn nothing_comes_in_a_steady_feed() {
    let feed = feed("raket");
    assert_eq!(text(&feed, 0), text(&feed, 86_400));
}

#[test]
fn new_stories_are_dated_when_they_come() {
    assert!(text(&feed("kabar-nusantara"), 33).contains("Tue, 24 Nov 2026 07:00:33 +0700"));
    assert!(text(&feed("meridian-post"), 36).contains("Tue, 24 Nov 2026 00:00:36 GMT"));
}

#[test]
fn one_article_stands_in_three_feeds_under_four_addresses() {
    let all = [text(&feed("kabar-nusantara"), 0), text(&feed("kabar-terkini"), 0), text(&feed("simpul-berita"), 0)];
    for address in
        ["https://kabarnusantara.example/", "https://m.kabarnusantara.example/", "http://kabarnusantara.example/"]
    {
        assert!(all.iter().any(|text| text.contains(address)), "{address}");
    }
    assert!(all[1].contains("?utm_source=rss&amp;"));
    assert!(all[2].contains("/</link>"));
}

#[test]
fn faults_of_real_feeds_are_there() {
    assert!(text(&feed("pasar-rupiah"), 0).contains("<title>Emas & Rupiah"));
    assert!(
        text(&feed("harbour-times"), 0).contains("B\u{e9}atrice No\u{eb}l")
            && text(&feed("harbour-times"), 0).contains("Larkhaven\u{92}s")
    );
    assert!(text(&feed("khatulistiwa-nasional"), 0).contains("<category>\n"));
    assert!(text(&feed("lapangan-hijau"), 0).starts_with("\n<?xml"));
}

/// Asks the address with extra header lines: the status line with the headers, and the body.
fn ask(url: &str, extra: &str) -> (String, String) {
    let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(address.parse::<SocketAddr>().unwrap()).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{extra}\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

/// The value of a header line.
fn value<'a>(head: &'a str, name: &str) -> &'a str {
    head.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("").trim()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_origin_answers_as_the_samples_say() {
    let origin = origin::start(start()).await.unwrap();
    let asked: Vec<(SampleFeed, String)> = origin.feeds.clone();
    tokio::task::spawn_blocking(move || {
        for (feed, url) in &asked {
            let (head, body) = ask(url, "");
            match feed.answer {
                Answer::Down => assert!(head.starts_with("HTTP/1.1 500"), "{head}"),
                Answer::Moved => {
                    assert!(head.starts_with("HTTP/1.1 301"), "{head}");
                    assert_eq!(value(&head, "location:"), format!("/feeds/{}", feed.id));
                }
                Answer::Feed => assert!(head.starts_with("HTTP/1.1 200") && !body.is_empty(), "{head}"),
            }
        }
        let steady = &asked.iter().find(|(feed, _)| feed.every.is_none() && feed.answer == Answer::Feed).unwrap().1;
        let (head, _) = ask(steady, "");
        let (again, body) = ask(steady, &format!("if-none-match: {}\r\n", value(&head, "etag:")));
        assert!(again.starts_with("HTTP/1.1 304") && body.is_empty(), "{again}");
        let (later, _) = ask(steady, &format!("if-modified-since: {}\r\n", value(&head, "last-modified:")));
        assert!(later.starts_with("HTTP/1.1 304"), "{later}");
        let base = steady.split("/feeds/").next().unwrap();
        let (picture, svg) = ask(&format!("{base}/pictures/raket.svg"), "");
        assert!(picture.contains("image/svg+xml") && svg.starts_with("<svg"), "{picture}");
        assert!(ask(&format!("{base}/pictures/none.svg"), "").0.starts_with("HTTP/1.1 404"));
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn the_configuration_names_every_feed_once() {
    let origin = origin::start(start()).await.unwrap();
    let text = origin.config_toml("127.0.0.1:4711".parse().unwrap());
    assert!(text.contains("listen = \"127.0.0.1:4711\""));
    for (feed, url) in &origin.feeds {
        assert_eq!(text.matches(&format!("\"{url}\"")).count(), 1, "{}", feed.id);
    }
    assert_eq!(text.matches("[[feed]]").count(), origin.feeds.len());
}

#[tokio::test]
async fn the_configuration_is_right() {
    let origin = origin::start(start()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feeds.toml");
    std::fs::write(&path, origin.config_toml("127.0.0.1:4711".parse().unwrap())).unwrap();
    let loaded = load_with_floor(&path, &Environment::default(), Duration::from_secs(5)).unwrap();
    assert_eq!(loaded.config.feeds.len(), origin.feeds.len());
}

#[test]
fn every_shape_is_read_in_full() {
    let policy = ingest::Policy { timezone: chrono_tz::Asia::Jakarta, language: None, select: None };
    for feed in feeds() {
        let (body, media_type, _) = feed_at(&feed, "http://127.0.0.2:80", start(), start());
        let document = Document { url: None, content_type: Some(media_type.to_owned()), body };
        let read = ingest(&document, &policy, start()).unwrap();
        assert_eq!(read.items.len(), feed.stock, "{}", feed.id);
        for (item, story) in read.items.iter().zip(feed.stories[..feed.stock].iter().rev()) {
            assert_eq!(item.title, story.title, "{}", feed.id);
            assert!(item.url.is_some() && item.date_published.is_some(), "{}: {}", feed.id, story.title);
            assert_eq!(item.image.is_some(), story.picture.is_some(), "{}: {}", feed.id, story.title);
        }
    }
}
