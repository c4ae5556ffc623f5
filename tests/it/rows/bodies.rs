//! Rows 23 to 26: codings, pages in place of feeds, encodings, and parts of a feed.

use std::io::Write;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn row_23_codings_are_undone_and_wrong_labels_are_seen_through() {
    let text = rss("", &["dua", "satu"]);
    let bytes = text.as_bytes();
    let two_members = [gzip(&bytes[..300]), gzip(&bytes[300..])].concat();
    let cases: [(&str, Vec<u8>); 10] = [
        ("gzip", gzip(bytes)),
        ("x-gzip", gzip(bytes)),
        ("gzip", two_members),
        ("deflate", zlib(bytes)),
        ("deflate", deflate(bytes)),
        ("gzip", bytes.to_vec()),
        ("br", bytes.to_vec()),
        ("gzip, gzip", gzip(&gzip(bytes))),
        ("utf-8", bytes.to_vec()),
        ("", gzip(bytes)),
    ];
    for (label, body) in cases {
        let answer = Answer::ok(body);
        let site = Site::of(if label.is_empty() { answer } else { answer.header("Content-Encoding", label) });
        assert_eq!(site.poll()["feeds"]["fresh"], 1, "{label:?}: {}", site.row("/a.xml"));
        assert_eq!(site.titles(), ["Berita dua", "Berita satu"], "{label:?}");
    }
}

#[test]
fn row_24_a_page_is_an_error_that_names_the_feeds_it_links() {
    let page = "<!doctype html><html><head><title>Kabar</title>\
        <link rel=\"alternate\" type=\"application/rss+xml\" href=\"/rss.xml\">\
        <link rel='alternate' type='application/atom+xml' href='https://feeds.kabar.example/atom'></head><body>..";
    let site = Site::of(Answer::status(200).header("Content-Type", "text/html").body(page));
    site.origin.on("/rss.xml", Answer::ok(one()));
    site.poll();
    let error = site.row("/a.xml")["last_error"].as_str().unwrap().to_owned();
    for words in ["HTML page", &site.origin.url("/rss.xml"), "https://feeds.kabar.example/atom"] {
        assert!(error.contains(words), "{words}: {error}");
    }
    assert_eq!(site.origin.requests().len(), 1, "it is named, not followed");
}

#[test]
fn row_25_the_encoding_is_that_of_mark_header_declaration_in_this_order() {
    let document = |declared: &str| {
        let declaration = format!("<?xml version=\"1.0\"{declared}?>");
        rss("", &["X"]).replace("<?xml version=\"1.0\"?>", &declaration).replace("Berita X", "Вести €")
    };
    let ansi = |text: &str| encoding_rs::WINDOWS_1251.encode(text).0.into_owned();
    let utf16 = |text: &str| {
        [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect::<Vec<u8>>()
    };
    let utf8_mark = |text: &str| [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let cases: [(&str, Vec<u8>); 7] = [
        ("text/xml; charset=windows-1251", utf8_mark(&document(""))),
        ("text/xml; charset=utf-8", utf16(&document(" encoding=\"utf-16\""))),
        ("text/xml; charset=windows-1251", ansi(&document(" encoding=\"utf-8\""))),
        ("application/rss+xml; charset=\"utf-8\"", document(" encoding=\"windows-1251\"").into_bytes()),
        ("application/rss+xml", ansi(&document(" encoding=\"windows-1251\""))),
        ("application/rss+xml", document("").into_bytes()),
        ("text/xml", document(" encoding='UTF-8'").into_bytes()),
    ];
    for (n, (content_type, body)) in cases.into_iter().enumerate() {
        let site = Site::of(Answer::status(200).header("Content-Type", content_type).body(body));
        site.poll();
        assert_eq!(site.titles(), ["Вести €"], "{n}: {content_type}");
    }
    let latin = rss("", &["X"]).replace("Berita X", "Caf\u{e9}");
    let body: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let site = Site::of(Answer::status(200).header("Content-Type", "application/rss+xml").body(body));
    site.poll();
    assert_eq!(site.titles(), ["Café"], "no UTF-8 and nothing said: windows-1252");
}

#[test]
fn row_26_a_part_of_a_feed_is_asked_for_and_read_as_one() {
    let part = |name: &str| {
        Answer::status(226).header("IM", "feed").header("Content-Type", "application/rss+xml").body(rss("", &[name]))
    };
    let mut site = Site::telling([
        Answer::ok(one()).etag("\"1\""),
        part("dua").etag("\"2\""),
        Answer::status(304),
        part("tiga").etag("\"3\""),
        part("empat"),
        part("lima"),
        Answer::ok(rss("", &["lima"])),
    ]);
    site.poll();
    for _ in 0..3 {
        site.force();
    }
    assert_eq!(site.titles(), ["Berita dua", "Berita satu", "Berita tiga"], "a part takes nothing away");
    site.later(8 * DAY);
    site.force();
    assert_eq!(site.row("/a.xml")["state"], "active");
    site.force();
    let row = site.row("/a.xml");
    assert!(row["last_error"].as_str().unwrap().contains("226"), "nobody asked for this part: {row}");
    site.force();
    let sent: Vec<_> = site
        .origin
        .requests()
        .iter()
        .map(|seen| (seen.header("if-none-match").map(str::to_owned), seen.header("a-im").map(str::to_owned)))
        .collect();
    let asks = |etag: &str| (Some(etag.to_owned()), Some("feed".to_owned()));
    let plainly = (None, None);
    let expected =
        [plainly.clone(), asks("\"1\""), asks("\"2\""), asks("\"2\""), asks("\"3\""), plainly.clone(), plainly];
    assert_eq!(sent, expected, "whole again after eight days of parts");
}
