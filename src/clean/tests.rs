use super::*;
use crate::model::{Enclosure, Format, ParsedItem, Person};

mod xss;

fn now() -> Timestamp {
    Timestamp::parse_rfc3339("2026-11-24T12:00:00+07:00").unwrap()
}

fn some(value: &str, kind: TextKind) -> Option<Text> {
    Some(Text { value: value.to_owned(), kind, ..Text::default() })
}

fn html(value: &str) -> Option<Text> {
    some(value, TextKind::Html)
}

fn cleaned(item: ParsedItem) -> (crate::model::Item, Vec<Repair>) {
    let parsed = ParsedFeed { items: vec![item], ..ParsedFeed::new(Format::Rss20) };
    let document = Url::parse("https://kabar.example/rss.xml").ok();
    let mut feed = clean(parsed, &Policy::default(), document.as_ref(), now());
    (feed.items.remove(0), feed.repairs)
}

fn item(item: ParsedItem) -> crate::model::Item {
    cleaned(item).0
}

fn picture(url: &str, width: Option<u32>) -> Enclosure {
    Enclosure { url: url.to_owned(), media_type: Some("image/jpeg".to_owned()), width, ..Enclosure::default() }
}

#[test]
fn the_fuller_text_is_the_content_and_the_shorter_the_summary() {
    let both = item(ParsedItem { summary: html("Ringkas."), content: html("<p>Isi.</p>"), ..ParsedItem::default() });
    assert_eq!(both.content_html.unwrap().as_str(), "<p>Isi.</p>");
    assert_eq!(both.summary.as_deref(), Some("Ringkas."));
    assert_eq!(both.summary_html, None);
    let alone = item(ParsedItem { summary: html("<i>Ringkas</i>."), ..ParsedItem::default() });
    assert_eq!(alone.content_html.unwrap().as_str(), "<i>Ringkas</i>.");
    assert_eq!(alone.summary.as_deref(), Some("Ringkas."));
    assert_eq!(alone.summary_html, None);
    let marked = item(ParsedItem { summary: html("<i>a</i>"), content: html("b"), ..ParsedItem::default() });
    assert_eq!(marked.summary_html.unwrap().as_str(), "<i>a</i>");
    let only = item(ParsedItem { content: html("b"), ..ParsedItem::default() });
    assert_eq!(only.summary, None);
}

#[test]
fn an_empty_richer_content_hides_no_description() {
    let empty = item(ParsedItem { summary: html("Isi."), content: html("<p> &nbsp;</p>"), ..ParsedItem::default() });
    assert_eq!(empty.content_html.unwrap().as_str(), "Isi.");
    let teaser = item(ParsedItem {
        summary: html(&"Kalimat yang panjang. ".repeat(60)),
        content: html("Kalimat."),
        ..ParsedItem::default()
    });
    assert_eq!(teaser.summary.as_deref(), Some("Kalimat."));
}

#[test]
fn plain_text_stays_plain() {
    let plain = item(ParsedItem { content: some(" a <b> & c\n\nd\u{8} ", TextKind::Plain), ..ParsedItem::default() });
    assert_eq!(plain.content_text.as_deref(), Some("a <b> & c\n\nd"));
    assert_eq!(plain.content_html, None);
}

#[test]
fn dates_that_cannot_be_are_left_out_with_a_repair() {
    let at = |text: &str| Timestamp::parse_rfc3339(text);
    let dated = |published, modified| {
        let (item, repairs) =
            cleaned(ParsedItem { date_published: published, date_modified: modified, ..ParsedItem::default() });
        assert_eq!(item.has_own_date, item.date_published.is_some());
        (item.date_published, repairs.iter().any(|repair| repair.kind == RepairKind::Date))
    };
    let past = at("2026-11-24T11:00:00+07:00");
    assert_eq!(dated(past, None), (past, false));
    assert_eq!(dated(None, past), (past, false));
    assert_eq!(dated(at("2026-11-24T12:09:00+07:00"), None), (at("2026-11-24T12:09:00+07:00"), false));
    assert_eq!(dated(at("2026-11-24T12:11:00+07:00"), None), (None, true));
    assert_eq!(dated(at("2027-01-01T00:00:00Z"), past), (past, true));
    assert_eq!(dated(at("0001-01-01T00:00:00Z"), None), (None, true));
    assert_eq!(dated(None, None), (None, false));
}

#[test]
fn the_same_repair_at_many_items_is_told_once() {
    let items = vec![ParsedItem::default(), ParsedItem::default(), ParsedItem::default()];
    let parsed = ParsedFeed { items, ..ParsedFeed::new(Format::Atom10) };
    let feed = clean(parsed, &Policy::default(), None, now());
    assert_eq!(feed.repairs.len(), 1);
    assert!(feed.repairs[0].detail.starts_with("item 1 (and 2 more): no date"), "{}", feed.repairs[0].detail);
}

#[test]
fn the_picture_is_the_best_that_there_is() {
    #[track_caller]
    fn check(parsed: ParsedItem, expected: Option<&str>) {
        let image = item(parsed).image;
        assert_eq!(image.as_ref().map(|image| image.url.path()), expected);
    }
    let text = || html("<img src=/dot.gif width=1 height=1><img src=data:,x><img src=/teks.jpg alt='Foto: Antara'>");
    let full = ParsedItem {
        content: text(),
        thumbnail: Some("/kecil.jpg".to_owned()),
        image: Some("/podcast.jpg".to_owned()),
        enclosures: vec![picture("/a.jpg", Some(140)), picture("/b.jpg", Some(700)), picture("/c.jpg", Some(460))],
        ..ParsedItem::default()
    };
    check(full.clone(), Some("/b.jpg"));
    check(ParsedItem { enclosures: Vec::new(), ..full.clone() }, Some("/kecil.jpg"));
    check(ParsedItem { enclosures: Vec::new(), thumbnail: None, ..full }, Some("/podcast.jpg"));
    check(ParsedItem { content: text(), ..ParsedItem::default() }, Some("/teks.jpg"));
    check(ParsedItem::default(), None);
    let shown = item(ParsedItem { content: text(), ..ParsedItem::default() }).image.unwrap();
    assert_eq!(shown.alt.as_deref(), Some("Foto: Antara"));
    let credited = Enclosure { credit: Some("Reuters".to_owned()), from_media: true, ..picture("/a.jpg", None) };
    let credited = item(ParsedItem { enclosures: vec![credited], ..ParsedItem::default() }).image.unwrap();
    assert_eq!(credited.credit.as_deref(), Some("Reuters"));
}

#[test]
fn attachments_have_types_and_stand_once() {
    let untyped = |url: &str| Enclosure { url: url.to_owned(), ..Enclosure::default() };
    let files = vec![
        Enclosure { from_media: true, ..picture("/a.jpg", None) },
        Enclosure { media_type: Some("image/jpg".to_owned()), length: Some(0), ..untyped(" /b.jpg\n") },
        untyped("/c.MP3"),
        untyped("/d"),
        untyped(""),
        untyped("/c.MP3"),
    ];
    let kept = item(ParsedItem { enclosures: files, ..ParsedItem::default() }).attachments;
    let told: Vec<(&str, &str)> = kept.iter().map(|file| (file.url.path(), file.mime_type.as_str())).collect();
    assert_eq!(
        told,
        [
            ("/b.jpg", "image/jpeg"),
            ("/c.MP3", "audio/mpeg"),
            ("/d", "application/octet-stream"),
            ("/a.jpg", "image/jpeg")
        ]
    );
    assert_eq!(kept[0].size_in_bytes, None);
}

#[test]
fn links_in_a_text_are_relative_to_what_stands_nearest() {
    let link = |base: Option<&str>, url: Option<&str>| {
        let content = Text { base: base.and_then(|base| Url::parse(base).ok()), ..html("<a href=x>x</a>").unwrap() };
        let item = item(ParsedItem { content: Some(content), url: url.map(str::to_owned), ..ParsedItem::default() });
        item.content_html.unwrap().as_str().split('"').nth(1).unwrap().to_owned()
    };
    assert_eq!(link(Some("https://dasar.example/a/"), Some("https://kabar.example/b/c")), "https://dasar.example/a/x");
    assert_eq!(link(None, Some("https://kabar.example/b/c")), "https://kabar.example/b/x");
    assert_eq!(link(None, None), "https://kabar.example/x");
}

#[test]
fn what_is_over_a_limit_is_cut_with_a_repair() {
    let (long, repairs) = cleaned(ParsedItem {
        title: html(&"kata ".repeat(400)),
        summary: html(&"kata ".repeat(900)),
        tags: (0..40).map(|tag| tag.to_string()).collect(),
        enclosures: (0..70).map(|file| picture(&format!("/{file}.jpg"), None)).collect(),
        date_published: Some(now()),
        ..ParsedItem::default()
    });
    assert!((MAX_TITLE_CHARS - 10..=MAX_TITLE_CHARS).contains(&long.title.chars().count()));
    assert!(long.summary.unwrap().chars().count() <= MAX_SUMMARY_CHARS);
    assert_eq!((long.tags.len(), long.attachments.len()), (32, 64));
    assert_eq!(repairs.iter().filter(|repair| repair.kind == RepairKind::Limit).count(), 3);
}

#[test]
fn a_feed_keeps_what_it_told() {
    let link = |rel: &str, href: &str| WebLink { rel: rel.to_owned(), href: href.to_owned(), ..WebLink::default() };
    let parsed = ParsedFeed {
        title: some("Kabar &amp; Berita", TextKind::Unknown),
        home_page_url: Some("https://kabar.example/".to_owned()),
        feed_url: Some("/rss.xml".to_owned()),
        language: Some("id_ID".to_owned()),
        authors: vec![Person { name: Some("redaksi@kabar.example (Redaksi)".to_owned()), ..Person::default() }],
        links: vec![link("hub", "https://hub.example/"), link("self", "/rss.xml"), link("next", "javascript:x")],
        skip_days: vec!["Sunday".to_owned(), " monday".to_owned(), "Minggu".to_owned()],
        skip_hours: vec![0, 23, 24],
        ..ParsedFeed::new(Format::Rss20)
    };
    let feed = clean(parsed, &Policy { language: Some("en".to_owned()) }, None, now());
    assert_eq!(feed.title, "Kabar & Berita");
    assert_eq!(feed.feed_url.unwrap().as_str(), "https://kabar.example/rss.xml");
    assert_eq!(feed.language.as_deref(), Some("id-ID"));
    assert_eq!(feed.authors[0].name.as_deref(), Some("Redaksi"));
    assert_eq!(feed.author_emails, ["redaksi@kabar.example"]);
    assert_eq!(feed.hubs.len(), 1);
    assert_eq!(feed.links.len(), 2);
    assert_eq!(feed.skip_days, [0, 6]);
    assert_eq!(feed.skip_hours, [0, 23]);
}
