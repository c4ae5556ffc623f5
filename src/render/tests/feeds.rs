//! What RSS, Atom and JSON Feed say of an entry.

use serde_json::Value;

use super::super::{OUTPUTS, View, atom, rss, sample};
use super::{draw, text};
use crate::model::{Entry, Republish, SectionView, Site, Timestamp};

/// The three formats of a section with one entry, changed by `change`.
fn drawn(change: impl FnOnce(&mut Entry)) -> [String; 3] {
    // The fourth of the made-up ones is whole: a story with others, authors, rights, comments, a change.
    let mut entry = sample::nasional().entries.swap_remove(3);
    change(&mut entry);
    let section = sample::section_of(vec![entry]);
    ["rss", "atom", "json"].map(|name| text(name, View::Section(&section)))
}

fn json(change: impl FnOnce(&mut Entry)) -> Value {
    let [_, _, json] = drawn(change);
    serde_json::from_str::<Value>(&json).unwrap()["items"][0].take()
}

#[test]
fn a_whole_entry_is_told_in_three_formats() {
    let [rss, atom, json] = drawn(|_| {});
    insta::assert_snapshot!("rss", rss);
    insta::assert_snapshot!("atom", atom);
    insta::assert_snapshot!(
        "json",
        serde_json::to_string_pretty(&serde_json::from_str::<Value>(&json).unwrap()).unwrap()
    );
}

#[test]
fn republish_says_how_much_is_shown() {
    fn check(republish: Republish, [content, summary, picture]: [bool; 3]) {
        let [rss, atom, _] = drawn(|entry| entry.republish = republish);
        let item = json(|entry| entry.republish = republish);
        let shown = |document: &str, words: &str| document.contains(words);
        assert_eq!([&rss, &atom].map(|document| shown(document, "Isi berita")), [content; 2], "{republish:?}");
        assert_eq!([&rss, &atom].map(|document| shown(document, "Sebanyak 62")), [summary; 2], "{republish:?}");
        assert_eq!([&rss, &atom].map(|document| shown(document, "media:content")), [picture; 2], "{republish:?}");
        let fields = ["content_html", "summary", "image"].map(|field| item.get(field).is_some());
        assert_eq!(fields, [content, summary, picture], "{republish:?}");
        assert_eq!(item["title"], "Sekolah di pulau terluar kini belajar dengan listrik tenaga surya");
        assert!(content || item.get("content_text").is_some(), "{republish:?}");
    }
    check(Republish::Full, [true, true, true]);
    check(Republish::Summary, [false, true, true]);
    check(Republish::Link, [false, false, false]);
}

#[test]
fn a_summary_is_an_excerpt_and_never_the_article() {
    let words = "kata ".repeat(400);
    let item = json(|entry| {
        entry.republish = Republish::Summary;
        entry.item.summary = Some(words.clone());
    });
    assert!(item["summary"].as_str().unwrap().chars().count() <= 500);
    let item = json(|entry| {
        entry.republish = Republish::Summary;
        entry.item.summary = None;
        entry.item.content_html = None;
        entry.item.content_text = Some(words.clone());
    });
    assert!(item["content_text"].as_str().unwrap().ends_with('…'));
}

#[test]
fn a_guid_is_a_permalink_only_where_it_is_the_link() {
    let [rss, ..] = drawn(|_| {});
    assert!(rss.contains("<guid isPermaLink=\"false\">tag:warta.example,2026:nasional/3</guid>"), "{rss}");
    let [rss, ..] = drawn(|entry| entry.id = entry.item.url.as_ref().unwrap().to_string());
    assert!(!rss.contains("isPermaLink=\"false\""), "{rss}");
}

#[test]
fn a_secret_feed_is_named_by_its_pages() {
    let [rss, atom, json] = drawn(|entry| entry.source.feed_url = None);
    assert!(rss.contains("<source url=\"https://kabarnusantara.example/\">Kabar Nusantara</source>"), "{rss}");
    assert!([&rss, &atom, &json].iter().all(|document| !document.contains("rss.xml?a=1")));
}

#[test]
fn an_untitled_item_is_called_by_its_first_words() {
    let titles = |item: &Value| item["title"].as_str().unwrap().to_owned();
    let item = json(|entry| entry.item.title = " ".to_owned());
    let expected = "Sebanyak 62 sekolah menerima panel dan baterai. Guru mengatakan kelas malam untuk orang tua murid…";
    assert_eq!(titles(&item), expected);
    let item = json(|entry| {
        entry.item.title = String::new();
        entry.republish = Republish::Link;
    });
    assert_eq!(titles(&item), "Kabar Nusantara");
}

#[test]
fn an_item_that_is_nothing_but_an_address_is_called_by_the_words_of_that() {
    let check = |url: &str, expected: &str| {
        let item = json(|entry| {
            entry.item = crate::model::Item { url: url.parse().ok(), ..Default::default() };
        });
        assert_eq!(item["title"].as_str(), Some(expected), "{url}");
    };
    check("https://a.example/2026/11/24/banjir-surut-di-pasar-baru-417.html", "Banjir surut di pasar baru");
    check("https://a.example/news/read_all_about_it/", "Read all about it");
    check("https://a.example/news/417", "Kabar Nusantara");
    check("https://a.example/news/tentang-kami", "Kabar Nusantara");
    check("https://a.example/", "Kabar Nusantara");
}

#[test]
fn one_enclosure_stands_in_rss_and_all_files_in_atom_and_json() {
    let section = sample::section_of(sample::nasional().entries.drain(1..2).collect());
    let [rss, atom] = ["rss", "atom"].map(|name| text(name, View::Section(&section)));
    assert_eq!(rss.matches("<enclosure").count(), 1);
    assert!(rss.contains("suara.mp3\" length=\"1234567\" type=\"audio/mpeg\""), "{rss}");
    assert!(rss.contains("<media:content duration=\"61.5\" medium=\"video\""), "{rss}");
    assert_eq!(atom.matches("rel=\"enclosure\"").count(), 2);
    let json: Value = serde_json::from_str(&text("json", View::Section(&section))).unwrap();
    assert_eq!(json["items"][0]["attachments"].as_array().map(Vec::len), Some(2));
}

#[test]
fn an_entry_without_a_link_holds_its_text() {
    let [rss, atom, _] = drawn(|entry| {
        entry.item.url = None;
        entry.item.attachments.clear();
        entry.republish = Republish::Summary;
    });
    assert!(atom.contains("<content type=\"text\">Sebanyak 62"), "{atom}");
    assert!(!rss.contains("<item><link>"));
}

#[test]
fn an_entry_without_a_link_leads_to_its_first_file_where_files_are_not_shown() {
    let [rss, atom, json] = drawn(|entry| {
        entry.item = sample::nasional().entries[1].item.clone();
        entry.item.url = None;
        entry.republish = Republish::Summary;
    });
    assert!(rss.contains("suara.mp3</link>") && !rss.contains("<enclosure"), "{rss}");
    assert!(atom.contains("suara.mp3\" rel=\"alternate\"/>"), "{atom}");
    assert!(json.contains("suara.mp3\","), "{json}");
}

#[test]
fn dates_are_whole_seconds_and_updated_is_never_before_published() {
    let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
    let item = json(|entry| {
        entry.item.date_published = Some(at("2026-11-24T10:00:00.987+07:00"));
        entry.item.date_modified = Some(at("2026-11-24T09:00:00+07:00"));
    });
    assert_eq!(item["date_published"], "2026-11-24T10:00:00+07:00");
    assert_eq!(item.get("date_modified"), None);
}

#[test]
fn a_feed_is_never_older_than_its_entries() {
    let late = sample::now().plus(std::time::Duration::from_secs(300));
    let mut section = sample::nasional();
    section.entries[0].item.date_published = Some(late);
    let atom = text("atom", View::Section(&section));
    assert_eq!(atom.matches(&format!("<updated>{}</updated>", late.to_rfc3339())).count(), 3, "feed, entry and source");
}

#[test]
fn an_empty_section_is_a_valid_feed() {
    let section = sample::empty();
    assert!(rss::read(&draw("rss", View::Section(&section)).files[0].bytes).is_empty());
    assert!(atom::read(&draw("atom", View::Section(&section)).files[0].bytes).is_empty());
    let json: Value = serde_json::from_str(&text("json", View::Section(&section))).unwrap();
    assert_eq!(json["items"], Value::Array(Vec::new()));
}

#[test]
fn all_formats_tell_the_same_items_in_the_same_order() {
    let section: SectionView = sample::all();
    let files = ["rss", "atom", "json"].map(|name| draw(name, View::Section(&section)).files.swap_remove(0).bytes);
    let json: Value = serde_json::from_slice(&files[2]).unwrap();
    let told = |item: &Value| {
        let date = Timestamp::parse_rfc3339(item["date_published"].as_str().unwrap()).unwrap();
        (item["id"].as_str().unwrap().to_owned(), item["title"].as_str().unwrap().to_owned(), date.unix_seconds())
    };
    let json: Vec<_> = json["items"].as_array().unwrap().iter().map(told).collect();
    assert_eq!(json.len(), section.entries.len());
    assert_eq!(rss::read(&files[0]), json);
    assert_eq!(atom::read(&files[1]), json);
}

#[test]
fn an_item_closes_with_who_else_tells_it_where_the_operator_wants_that() {
    let mut section = sample::nasional();
    section.entries.retain(|entry| !entry.also.is_empty());
    section.entries.truncate(1);
    let entry = &mut section.entries[0];
    let mut other = entry.also[0].clone();
    let outlets = ["Kabar <b>", "Kabar <b>", "Dua", "Tiga", "Empat", "Lima", "Enam", "Tujuh"];
    entry.also = outlets
        .iter()
        .map(|outlet| {
            other.outlet = (*outlet).to_owned();
            other.clone()
        })
        .collect();
    other.outlet = entry.source.title.clone();
    entry.also.push(other);
    entry.also[2].url = None;
    let href = super::super::text::escape(entry.also[0].url.as_ref().unwrap().as_str());
    let line = format!("<p>Juga di: <a href=\"{href}\">Kabar &lt;b&gt;</a>, Dua, ");
    let rss = |section: &SectionView, show_also: bool| {
        let site = Site { show_also, ..sample::site() };
        let output = OUTPUTS.iter().find(|output| output.name == "rss").unwrap();
        let drawn = (output.draw)(&View::Section(section), &site).unwrap();
        let channel = ::rss::Channel::read_from(&drawn.files[0].bytes[..]).unwrap();
        let item = &channel.items[0];
        (item.content.clone().unwrap_or_default(), item.description.clone().unwrap_or_default())
    };
    for republish in [Republish::Full, Republish::Summary, Republish::Link] {
        section.entries[0].republish = republish;
        let (plain, shown) = (rss(&section, false), rss(&section, true));
        assert!(!plain.0.contains("Juga di") && !plain.1.contains("Juga di"));
        let (before, after) = if plain.0.is_empty() { (plain.1, shown.1) } else { (plain.0, shown.0) };
        let added = after.strip_prefix(&before).unwrap();
        assert!(added.starts_with(&line) && added.ends_with("Lima</a>, dan 2 media lain</p>"), "{added}");
    }
    section.entries[0].also.clear();
    assert_eq!(rss(&section, false), rss(&section, true));
}
