use serde_json::{Value, json};

use super::*;
use crate::model::{Author, Format, Image, Item, ItemLink, RepairKind};

fn feed() -> Feed {
    Feed {
        format: Format::Rss20,
        encoding: "utf-8".to_owned(),
        title: "Kabar".to_owned(),
        description: None,
        home_page_url: Url::parse("https://kabar.example/").ok(),
        feed_url: None,
        id: None,
        language: Some("id".to_owned()),
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
        ttl_minutes: Some(60),
        skip_hours: Vec::new(),
        skip_days: vec![6],
        update_period_minutes: None,
        podcast_guid: None,
        is_complete: false,
        is_archive: false,
        deleted: Vec::new(),
        items: Vec::new(),
        raw: Vec::new(),
        repairs: Vec::new(),
        verdicts: Vec::new(),
        policy_version: 1,
        steps: 0,
    }
}

fn drawn(feed: &Feed) -> Value {
    serde_json::from_slice(&draw(feed).expect("drawn")).expect("JSON")
}

#[test]
fn what_is_not_known_is_left_out() {
    let expected = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Kabar",
        "home_page_url": "https://kabar.example/",
        "language": "id",
        "_warta": {"format": "rss-2.0", "encoding": "utf-8", "bozo": false, "ttl_minutes": 60, "skip_days": [6]},
        "items": [],
    });
    assert_eq!(drawn(&feed()), expected);
}

#[test]
fn bozo_is_what_feedparser_too_would_call_ill_formed() {
    let mut feed = feed();
    feed.repairs = vec![Repair { kind: RepairKind::Date, detail: "item 1: no date".to_owned() }];
    assert_eq!(drawn(&feed)["_warta"]["bozo"], json!(false));
    feed.repairs.push(Repair { kind: RepairKind::Markup, detail: "a bare &".to_owned() });
    assert_eq!(drawn(&feed)["_warta"]["bozo"], json!(true));
    assert_eq!(drawn(&feed)["_warta"]["repairs"][1], json!({"kind": "markup", "detail": "a bare &"}));
}

#[test]
fn every_item_has_an_id() {
    let url = Url::parse("https://kabar.example/1").ok();
    let mut feed = feed();
    feed.items = vec![
        Item { origin_id: "satu".to_owned(), url: url.clone(), ..Item::default() },
        Item { url: url.clone(), ..Item::default() },
        Item { title: "Tanpa alamat".to_owned(), ..Item::default() },
        Item { title: "Lain".to_owned(), ..Item::default() },
    ];
    let items = drawn(&feed);
    assert_eq!(items["items"][0], json!({"id": "satu", "url": "https://kabar.example/1"}));
    assert_eq!(items["items"][1]["id"], json!("https://kabar.example/1"));
    let ids: Vec<&str> =
        items["items"].as_array().expect("items").iter().filter_map(|item| item["id"].as_str()).collect();
    assert!(ids[2].starts_with("urn:sha256:"));
    assert_ne!(ids[2], ids[3]);
}

#[test]
fn an_item_tells_all_that_is_known_of_it() {
    let url = Url::parse("https://kabar.example/1.jpg").expect("address");
    let mut feed = feed();
    feed.items = vec![Item {
        origin_id: "1".to_owned(),
        image: Some(Image {
            url: url.clone(),
            width: None,
            height: None,
            alt: None,
            credit: Some("Antara".to_owned()),
        }),
        date_published: Timestamp::parse_rfc3339("2026-11-24T14:35:00+07:00"),
        authors: vec![Author { name: Some("Siti".to_owned()), ..Author::default() }],
        author_emails: vec!["siti@kabar.example".to_owned()],
        links: vec![ItemLink {
            rel: "related".to_owned(),
            href: url,
            media_type: None,
            title: None,
            hreflang: None,
            length: None,
        }],
        ..Item::default()
    }];
    let expected = json!({
        "id": "1",
        "image": "https://kabar.example/1.jpg",
        "date_published": "2026-11-24T14:35:00+07:00",
        "authors": [{"name": "Siti"}],
        "_warta": {
            "links": [{"rel": "related", "href": "https://kabar.example/1.jpg"}],
            "author_emails": ["siti@kabar.example"],
            "image_credit": "Antara",
        },
    });
    assert_eq!(drawn(&feed)["items"][0], expected);
}
