//! Each limit on a document, one document just over it: what is over is left out, the rest is read, a repair says so.

use chrono_tz::Tz;
use warta::ingest::{Policy, ingest};
use warta::model::{
    Document, Feed, MAX_ATTACHMENTS, MAX_ATTRIBUTES, MAX_ENTITIES, MAX_ENTITY_BYTES, MAX_HTML_BYTES, MAX_HTML_OPEN,
    MAX_ITEMS, MAX_JSON_VALUES, MAX_NAME_BYTES, MAX_NAMESPACES, MAX_PEOPLE_AND_TAGS, MAX_SUMMARY_CHARS,
    MAX_TITLE_CHARS, MAX_URL_BYTES, MAX_XML_DEPTH, MAX_XML_NODES, Timestamp,
};

/// Reads a document that must say that something of it was left out.
#[track_caller]
fn check(body: &str, repair: &str) -> Feed {
    let document = Document { body: body.as_bytes().to_vec(), ..Document::default() };
    let policy = Policy { timezone: Tz::UTC, language: None, select: None };
    let feed = ingest(&document, &policy, Timestamp::from_unix_millis(1_795_500_000_000)).unwrap();
    let told: Vec<&str> = feed.repairs.iter().map(|repair| repair.detail.as_str()).collect();
    assert!(told.iter().any(|detail| detail.contains(repair)), "{repair}: {told:?}");
    feed
}

fn rss(item: &str) -> String {
    format!("<rss version='2.0'><channel><title>T</title><item><title>I</title>{item}</item></channel></rss>")
}

fn numbered(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect()
}

#[test]
fn of_xml() {
    let deep = "<i>".repeat(MAX_XML_DEPTH);
    let feed = check(&rss(&format!("<description>{deep}x</description>")), "deeper than 128");
    assert!(feed.items[0].content_html.as_ref().unwrap().as_str().contains('x'));
    let attributes = numbered(MAX_ATTRIBUTES + 1, |n| format!(" a{n}=''"));
    check(&rss(&format!("<x{attributes}/>")), "more than 256 attributes");
    check(&rss(&format!("<{}/>", "n".repeat(MAX_NAME_BYTES + 1))), "longer than 256 bytes");
    let half = numbered(MAX_NAMESPACES / 2 + 1, |n| format!(" xmlns:n{n}='u'"));
    check(&rss(&format!("<x{half}><x{half}></x></x>")), "too many namespaces");
    check(&rss(&"<x/>".repeat(MAX_XML_NODES)), "too many elements");
}

#[test]
fn of_declared_entities() {
    let many = numbered(MAX_ENTITIES + 1, |n| format!("<!ENTITY e{n} 'v'>"));
    check(&format!("<!DOCTYPE rss [{many}]>{}", rss("")), "more than 64 entities");
    let big = format!("<!DOCTYPE rss [<!ENTITY e '{}'>]>", "v".repeat(MAX_ENTITY_BYTES / 2));
    check(&format!("{big}{}", rss("<description>&e;&e;&e;</description>")), "expand too far");
}

#[test]
fn of_json() {
    let items = |one: &str, count| format!("{{\"items\":[{}{{\"id\":\"last\"}}]}}", one.repeat(count));
    let dated = numbered(MAX_ITEMS + 1, |n| {
        let at = Timestamp::from_unix_millis(1_700_000_000_000 + 1_000 * i64::try_from(n).unwrap());
        format!("{{\"id\":\"{n}\",\"date_published\":\"{at}\"}},")
    });
    let feed = check(&items(&dated, 1), "beyond the newest 1000");
    assert_eq!((feed.items.len(), feed.items[0].origin_id.as_str()), (MAX_ITEMS, "1"));
    check(&items("{},", MAX_JSON_VALUES / 16), "too many values");
    let deep = format!("{{\"items\":[{{\"id\":\"1\"}},{}", "[".repeat(MAX_XML_DEPTH + 1));
    assert_eq!(check(&deep, "last whole item").items.len(), 1);
}

#[test]
fn of_items_and_their_values() {
    let items = "<item><title>x</title></item>".repeat(MAX_ITEMS + 1);
    check(&format!("<rss><channel>{items}</channel></rss>"), "beyond the newest 1000");
    let long = "kata ".repeat(MAX_SUMMARY_CHARS / 5 + 1);
    let feed = check(&rss(&format!("<title>{long}</title>")).replace("<title>I</title>", ""), "title over 1,000");
    assert!(feed.items[0].title.chars().count() <= MAX_TITLE_CHARS);
    let both = format!("<description>{long}</description><content:encoded>{long}{long}</content:encoded>");
    check(&rss(&both), "summary over 2,000");
    check(&rss(&numbered(MAX_PEOPLE_AND_TAGS + 1, |n| format!("<author>{n}</author>"))), "more than 32 people");
    check(&rss(&numbered(MAX_PEOPLE_AND_TAGS + 1, |n| format!("<category>{n}</category>"))), "more than 32 tags");
    let files = numbered(MAX_ATTACHMENTS + 1, |n| format!("<enclosure url='http://a.example/{n}'/>"));
    check(&rss(&files), "more than 64 attachments");
    check(&rss(&format!("<link>http://a.example/{}</link>", "x".repeat(MAX_URL_BYTES))), "no address to link to");
}

#[test]
fn of_html() {
    let content = |html: String| rss(&format!("<description><![CDATA[{html}]]></description>"));
    check(&content(format!("<b>x</b>{}", "kata ".repeat(MAX_HTML_BYTES / 5))), "over 256 KiB");
    check(&content(format!("{}x", "<div>".repeat(MAX_HTML_OPEN + 1))), "nested too deep or too costly");
    check(&content(format!("{}{}", "<b>".repeat(200), "<p>x".repeat(200))), "nested too deep or too costly");
    check(&content(format!("a<p{}>b", numbered(1_025, |n| format!(" a{n}")))), "too many attributes");
}
