//! What holds of anything that comes from outside: given to documents of all kinds by `mutate` and by the fuzz targets
//! (`fuzz/targets`), which include this file. Each law panics where it does not hold.

use chrono_tz::Tz;
use url::Url;
use warta::clean::{html, text};
use warta::ingest::{Policy, ingest};
use warta::model::{
    Document, Feed, Item, MAX_ATTACHMENTS, MAX_HTML_BYTES, MAX_HTML_COST, MAX_ITEMS, MAX_PEOPLE_AND_TAGS, MAX_REPAIRS,
    MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, MAX_URL_BYTES, ParsedFeed, TextKind, Timestamp,
};
use warta::notation::{charset, date};
use warta::{clean, parse};

/// Characters of one repair's detail, with the words that `clean` puts round it.
const MAX_DETAIL_CHARS: usize = 250;

/// The moment at which all documents are read.
fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_795_500_000_000)
}

/// A document that says of itself what the last byte chooses, so that one corpus of plain documents tries all of it.
pub(crate) fn chosen(body: &[u8]) -> Document {
    let choice = body.last().copied().unwrap_or(0);
    let content_type = match choice % 5 {
        0 => None,
        1 => Some("application/rss+xml; charset=utf-8"),
        2 => Some("text/xml; charset=iso-8859-1"),
        3 => Some("application/feed+json"),
        _ => Some("text/html"),
    };
    Document {
        url: Url::parse("https://kabar.example/a/rss.xml").ok().filter(|_| choice & 0x40 == 0),
        content_type: content_type.map(str::to_owned),
        body: body.to_vec(),
    }
}

/// Reads and cleans a document. It gives a feed within all limits, of which cleaning can be done again, or one line.
pub(crate) fn document(document: &Document) -> Option<Feed> {
    let policy = Policy { timezone: Tz::Asia__Jakarta, language: Some("id".to_owned()), select: None };
    match ingest(document, &policy, now()) {
        Ok(feed) => {
            published(&feed);
            cleaned_anew(&feed, document, &policy);
            Some(feed)
        }
        Err(refused) => {
            let reason = refused.to_string();
            assert!(!reason.is_empty() && !reason.contains('\n'), "{reason:?}");
            None
        }
    }
}

/// What was read is the same each time, and what is stored of it can be cleaned again.
fn cleaned_anew(feed: &Feed, document: &Document, policy: &Policy) {
    let read = parse::parse(document, &parse::Policy { timezone: policy.timezone, select: None });
    let Ok(read) = read else { panic!("a document that was read is refused the second time") };
    assert_eq!(read.items, feed.raw);
    let again = ParsedFeed { items: feed.raw.clone(), ..read };
    let cleaning = clean::Policy { language: policy.language.clone() };
    assert_eq!(&clean::clean(again, &cleaning, document.url.as_ref(), now()), feed);
}

fn published(feed: &Feed) {
    assert!(feed.items.len() <= MAX_ITEMS);
    assert_eq!(feed.items.len(), feed.raw.len());
    assert!(feed.repairs.len() <= MAX_REPAIRS);
    for repair in &feed.repairs {
        assert!(repair.detail.chars().count() <= MAX_DETAIL_CHARS && !repair.detail.contains('\n'), "{repair:?}");
    }
    line(&feed.title, MAX_TITLE_CHARS);
    assert!(feed.authors.len().max(feed.contributors.len()).max(feed.tags.len()) <= MAX_PEOPLE_AND_TAGS);
    assert!(feed.links.len() <= MAX_ATTACHMENTS);
    addresses([&feed.home_page_url, &feed.feed_url, &feed.icon, &feed.favicon].into_iter().flatten());
    feed.items.iter().for_each(item);
}

fn item(item: &Item) {
    line(&item.title, MAX_TITLE_CHARS);
    line(item.summary.as_deref().unwrap_or_default(), MAX_SUMMARY_CHARS);
    assert!(item.authors.len().max(item.contributors.len()).max(item.tags.len()) <= MAX_PEOPLE_AND_TAGS);
    assert!(item.attachments.len() <= MAX_ATTACHMENTS && item.links.len() <= MAX_ATTACHMENTS);
    assert!(item.content_text.as_ref().is_none_or(|text| text.len() <= MAX_HTML_BYTES));
    for markup in [&item.content_html, &item.summary_html].into_iter().flatten() {
        publishable(markup.as_str());
    }
    let told = [&item.url, &item.external_url, &item.original_url, &item.banner_image, &item.thumbnail];
    addresses(told.into_iter().flatten());
    addresses([&item.comments_url].into_iter().flatten());
    addresses(item.attachments.iter().map(|file| &file.url));
    addresses(item.links.iter().map(|link| &link.href));
    addresses(item.image.iter().map(|image| &image.url));
}

/// A line of plain text: within its limit, one line, and read again as the same line.
fn line(told: &str, limit: usize) {
    assert!(told.chars().count() <= limit, "{told:?}");
    assert!(!told.contains(char::is_control), "{told:?}");
    assert_eq!(text::plain(told, TextKind::Plain), told);
}

fn addresses<'a>(told: impl Iterator<Item = &'a Url>) {
    for url in told {
        assert!(matches!(url.scheme(), "http" | "https") && url.has_host(), "{url}");
        assert!(url.as_str().len() <= MAX_URL_BYTES, "{url}");
        assert!(url.username().is_empty() && url.password().is_none(), "{url}");
    }
}

/// Cleans a fragment. Twice gives the same as once, work and size stay within the limits.
pub(crate) fn fragment(source: &str) {
    let base = Url::parse("https://kabar.example/berita/1").ok();
    for base in [base.as_ref(), None] {
        let once = html::sanitise(source, base);
        assert!(once.steps <= MAX_HTML_COST * 8, "{} steps", once.steps);
        publishable(once.html.as_str());
    }
    for kind in [TextKind::Html, TextKind::Unknown, TextKind::Plain] {
        let (told, _) = text::shorten(text::plain(source, kind), MAX_TITLE_CHARS);
        line(&told, MAX_TITLE_CHARS);
    }
}

/// Markup that went through the sanitiser: nothing runs in it, and the sanitiser leaves it as it is.
fn publishable(markup: &str) {
    assert!(markup.len() <= MAX_HTML_BYTES);
    let again = html::sanitise(markup, None);
    assert_eq!(again.html.as_str(), markup);
    assert_eq!(again.over_limit, None, "{markup}");
    for tag in markup.split('<').skip(1) {
        start_tag(tag);
    }
}

/// Judges a tag as written: the sanitiser writes each attribute as ` name="value"` with `"` escaped.
fn start_tag(tag: &str) {
    const FORBIDDEN: &[&str] = &[
        "applet", "base", "button", "embed", "form", "frame", "frameset", "iframe", "input", "link", "math", "meta",
        "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title", "xmp",
    ];
    let name_end = tag.find([' ', '>']).unwrap_or(tag.len());
    let name = tag[..name_end].trim_start_matches('/');
    assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{tag}");
    assert!(!FORBIDDEN.contains(&name), "{tag}");
    let mut rest = &tag[name_end..];
    while let Some((attribute, value)) = rest.strip_prefix(' ').and_then(|rest| rest.split_once("=\"")) {
        assert!(!attribute.starts_with("on") && !matches!(attribute, "style" | "id" | "name" | "srcdoc"), "{tag}");
        let (value, behind) = value.split_once('"').unwrap_or((value, ""));
        if matches!(attribute, "href" | "src" | "cite" | "poster") {
            let known = ["http://", "https://", "mailto:"].iter().any(|scheme| value.starts_with(scheme));
            assert!(known, "{tag}");
        }
        rest = behind;
    }
    assert!(rest.starts_with('>'), "{tag}");
}

/// Decodes bytes: any bytes are some text, and mending what was mended changes nothing that is well-formed.
pub(crate) fn bytes(body: &[u8], content_type: Option<&str>) {
    let decoded = charset::decode(body, content_type);
    assert!(decoded.text.len() <= body.len().saturating_mul(4), "{} bytes of {}", decoded.text.len(), body.len());
    assert_eq!(decoded.encoding, decoded.encoding.to_ascii_lowercase());
    if let Some(repair) = &decoded.repair {
        assert!(repair.detail.chars().count() <= MAX_DETAIL_CHARS && !repair.detail.contains('\n'), "{repair:?}");
    }
    if std::str::from_utf8(body).is_ok() && decoded.encoding == "utf-8" {
        assert_eq!(decoded.text.as_bytes(), body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body));
    }
    if let Some(mended) = charset::mend(&decoded.text) {
        assert!(mended.len() <= decoded.text.len().saturating_mul(3));
    }
}

/// Reads a date. One that was read is written and read again as the same moment, in the same offset.
pub(crate) fn day(told: &str) {
    for zone in [Tz::UTC, Tz::Asia__Jakarta, Tz::America__New_York] {
        let Some(at) = date::parse(told, zone) else { continue };
        let written = at.to_rfc3339();
        let again = date::parse(&written, Tz::UTC);
        // A written date has whole seconds.
        assert_eq!(again, Some(at.whole_seconds()), "{told:?} as {written}");
        assert_eq!(again.map(Timestamp::offset_seconds), Some(at.offset_seconds()), "{told:?} as {written}");
    }
}
