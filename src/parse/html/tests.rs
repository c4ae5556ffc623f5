use chrono_tz::Tz;

use crate::model::{Document, Format, ParsedFeed, ParsedItem, Select};
use crate::parse::{NotAFeed, Policy, parse};

const HEAD: &str = "<!doctype html><html lang=id><head><title> Kabar\n Selat </title>\
                    <meta name=Description content='Berita pulau.'><link rel='shortcut icon' href=/i.png></head><body>";

fn read(body: &str, select: &Select) -> Result<ParsedFeed, NotAFeed> {
    let document = Document {
        url: "https://kabarselat.example/kota/".parse().ok(),
        content_type: Some("text/html".to_owned()),
        body: format!("{HEAD}{body}").into_bytes(),
    };
    parse(&document, &Policy { timezone: Tz::Asia__Jakarta, select: Some(select.clone()) })
}

fn items(item: &str) -> Select {
    Select { item: item.to_owned(), ..Select::default() }
}

fn whole() -> Select {
    Select {
        item: "li".to_owned(),
        title: Some("h3".to_owned()),
        link: Some("h3 a".to_owned()),
        date: Some(".date".to_owned()),
        summary: Some("p".to_owned()),
        image: Some("img".to_owned()),
    }
}

/// Some values of an item, written down shortly.
fn said(item: &ParsedItem) -> String {
    let text = |text: &Option<crate::model::Text>| text.as_ref().map(|text| text.value.clone());
    let date = item.date_published.map(|at| at.to_rfc3339());
    let parts = [item.url.clone(), text(&item.title), date, text(&item.summary), item.image.clone()];
    parts.map(|part| part.unwrap_or_else(|| "-".to_owned())).join(" | ")
}

fn check(body: &str, select: &Select, expected: &[&str]) {
    let feed = read(body, select).unwrap();
    assert_eq!(feed.items.iter().map(said).collect::<Vec<_>>(), expected, "{body}");
}

#[test]
fn a_list_becomes_items() {
    check(
        "<ul><li><a href=/topik/x>Topik</a><h3><a href='/1'>Satu &amp; dua</a></h3><span class=date>24 November 2026 \
         10:15</span><p>Isi <b>tebal</b>.</p><img src=/1.jpg><li><h3><a href=2>Dua</a></h3></ul>",
        &whole(),
        &[
            "https://kabarselat.example/1 | Satu & dua | 2026-11-24T10:15:00+07:00 | Isi tebal. | https://kabarselat.example/1.jpg",
            "https://kabarselat.example/kota/2 | Dua | - | - | -",
        ],
    );
}

#[test]
fn link_title_and_date_have_defaults() {
    check(
        "<article><a href=/1><img src=x></a><h2><a href=/1>Satu</a></h2>\
         <time datetime='2026-11-24T10:00:00+07:00'>tadi</time></article>\
         <article><a href=/2 aria-label=Dua></a></article>",
        &items("article"),
        &[
            "https://kabarselat.example/1 | Satu | 2026-11-24T10:00:00+07:00 | - | -",
            "https://kabarselat.example/2 | Dua | - | - | -",
        ],
    );
    check("<a class=x href=/1>Satu</a>", &items("a.x"), &["https://kabarselat.example/1 | Satu | - | - | -"]);
}

#[test]
fn dates_stand_in_an_attribute_or_a_text() {
    let dated = |date: &str, selector: &str| {
        let select = Select { date: Some(selector.to_owned()), ..items("li") };
        let feed = read(&format!("<li><a href=/1>x</a>{date}"), &select).unwrap();
        (feed.items[0].date_published.map(|at| at.to_rfc3339()), feed.repairs.len())
    };
    let at = |text: &str| (Some(text.to_owned()), 0);
    assert_eq!(dated("<time datetime=2026-11-24T03:00:00Z>x</time>", "time"), at("2026-11-24T03:00:00Z"));
    assert_eq!(dated("<i><time datetime=2026-11-24T03:00:00Z>x</time></i>", "i"), at("2026-11-24T03:00:00Z"));
    assert_eq!(dated("<i>Selasa, 24/11/2026 10:00 WIB</i>", "i"), at("2026-11-24T10:00:00+07:00"));
    assert_eq!(dated("<i>2 jam yang lalu</i>", "i"), (None, 1));
}

#[test]
fn pictures_are_found_where_lazy_pages_keep_them() {
    let picture = |tag: &str| {
        let select = Select { image: Some(".p".to_owned()), ..items("li") };
        read(&format!("<li><a href=/1>x</a>{tag}"), &select).unwrap().items[0].image.clone()
    };
    let at = |path: &str| Some(format!("https://kabarselat.example{path}"));
    assert_eq!(picture("<img class=p src=/a.jpg>"), at("/a.jpg"));
    assert_eq!(picture("<img class=p src=/blank.gif data-src=/a.jpg>"), at("/a.jpg"));
    assert_eq!(picture("<img class=p src='data:image/gif;base64,x' srcset='/a.jpg 1x, /b.jpg 2x'>"), at("/a.jpg"));
    assert_eq!(picture("<div class=p><picture><img src=/a.jpg></picture></div>"), at("/a.jpg"));
    assert_eq!(picture("<img class=p>"), None);
}

#[test]
fn an_article_that_a_page_shows_twice_is_one_item() {
    check(
        "<li><a href=/1><img src=x></a></li><li><a href=/2>Dua</a></li><li><a href=/1>Satu</a></li>",
        &items("li"),
        &["https://kabarselat.example/1 | Satu | - | - | -", "https://kabarselat.example/2 | Dua | - | - | -"],
    );
}

#[test]
fn the_page_tells_title_language_base_and_icon() {
    let feed = read("<base href=//cdn.example/x/><li><a href=1>x</a>", &items("li")).unwrap();
    assert_eq!(feed.format, Format::Html);
    assert_eq!(feed.title.unwrap().value, "Kabar Selat");
    assert_eq!(feed.description.unwrap().value, "Berita pulau.");
    assert_eq!(feed.language.as_deref(), Some("id"));
    assert_eq!(feed.home_page_url.as_deref(), Some("https://kabarselat.example/kota/"));
    assert_eq!(feed.items[0].url.as_deref(), Some("https://cdn.example/x/1"));
    assert_eq!(feed.icon.as_deref(), Some("https://cdn.example/i.png"));
}

#[test]
fn selectors_that_find_nothing_fail_loudly() {
    let fails = |body: &str, select: &Select, expected: &str| {
        assert_eq!(read(body, select).unwrap_err().to_string(), expected);
    };
    fails("<p>x", &items("li.berita"), "an HTML page on which select.item \"li.berita\" matches nothing");
    fails(
        "<li>x<li><a href='javascript:x()'>x</a><li><a href='#'>x</a>",
        &items("li"),
        "an HTML page on which select.item \"li\" matches 3 times, never with select.link \"a[href]\" in it",
    );
    fails("<p>x", &items("li >"), "select.item \"li >\" is no CSS selector");
    let feed = read("<li><a href=/1>x</a><li>x", &whole_but_link()).unwrap();
    let told: Vec<&str> = feed.repairs.iter().map(|repair| repair.detail.as_str()).collect();
    assert_eq!(
        told,
        [
            "1 items without select.link \"a[href]\" were left out",
            "select.title \"h3\" matches nothing in any item",
            "select.summary \"p\" matches nothing in any item",
            "select.image \"img\" matches nothing in any item",
        ]
    );
}

fn whole_but_link() -> Select {
    Select { link: None, date: None, ..whole() }
}

#[test]
fn a_thousand_items_are_kept() {
    let list: String = (0..1_500).map(|n| format!("<li><a href=/{n}>x</a>")).collect();
    let feed = read(&list, &items("li")).unwrap();
    assert_eq!((feed.items.len(), feed.items_left_out), (1_000, 500));
}

#[test]
fn a_page_tells_its_encoding_itself() {
    let body =
        b"<html><head><meta charset='windows-1251'></head><li><a href=http://a.example/1>\xcf\xf0\xe8</a>".to_vec();
    let document = Document { url: None, content_type: None, body };
    let feed = parse(&document, &Policy { timezone: Tz::UTC, select: Some(items("li")) }).unwrap();
    assert_eq!((feed.encoding.as_str(), feed.items[0].title.as_ref().unwrap().value.as_str()), ("windows-1251", "При"));
    assert_eq!(feed.repairs, []);
}

#[test]
fn a_page_names_its_hubs_in_its_head_alone() {
    let head = "<link rel='self' href='/kota/?hal=1'><link rel='HUB' href='https://hub.example/'>\
                <link rel='preconnect hub' href='//kedua.example/'><link rel=hub>";
    let body = format!("{head}</head><body><link rel=hub href=/palsu><ul><li><a href=/1>Satu</a></ul>");
    let document = Document {
        url: "https://kabarselat.example/kota/".parse().ok(),
        content_type: Some("text/html".to_owned()),
        body: format!("<!doctype html><html><head><title>Kabar</title>{body}").into_bytes(),
    };
    let policy = Policy { timezone: Tz::Asia__Jakarta, select: Some(items("li")) };
    let feed = parse(&document, &policy).unwrap();
    assert_eq!(feed.feed_url.as_deref(), Some("https://kabarselat.example/kota/?hal=1"));
    let hubs: Vec<_> = feed.links.iter().map(|link| (link.rel.as_str(), link.href.as_str())).collect();
    assert_eq!(hubs, [("hub", "https://hub.example/"), ("hub", "https://kedua.example/")]);
}
