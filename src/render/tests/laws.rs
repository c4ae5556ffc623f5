//! What holds for every text that may stand in a view.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use super::super::text::{escape, legal, one_line};
use super::super::{View, atom, rss, sample, xml};
use super::{draw, text};
use crate::model::{CleanHtml, Republish, SectionView, SiteView};

/// Texts with all that breaks writers: markup, CDATA's end, references, controls, noncharacters, both directions.
fn any_text() -> impl Strategy<Value = String> {
    let nasty = select(vec![
        "<",
        ">",
        "&",
        "\"",
        "'",
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&#x26;",
        "&lt;b&gt;",
        "</title>",
        "<script>",
        "--",
        "{{ x }}",
        "{% if %}",
        "\u{0}",
        "\u{b}",
        "\u{1f}",
        "\u{85}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{202e}",
        "العربية",
        "😀",
        "\r\n",
        "\n\n",
        "\t",
        "  ",
        "\\",
        "%",
        "a",
        "kata",
    ]);
    let part = prop_oneof![nasty.prop_map(str::to_owned), any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..12).prop_map(|parts| parts.concat())
}

/// A section of two entries in which every text is one of `texts`.
fn section(texts: &[String], republish: Republish) -> SectionView {
    let mut section = sample::section_of(sample::nasional().entries.drain(2..4).collect());
    let text = |at: usize| texts[at % texts.len()].clone();
    section.title = format!("x{}", text(0));
    section.description = text(1);
    for (at, entry) in section.entries.iter_mut().enumerate() {
        entry.republish = republish;
        entry.source.title = format!("x{}", text(at + 2));
        entry.source.rights = Some(text(at + 3));
        let item = &mut entry.item;
        item.title = text(at + 4);
        item.summary = Some(text(at + 5));
        item.content_html = Some(CleanHtml::for_test(&format!("<p>x{}</p>", escape(&legal(&text(at + 6))))));
        item.rights = Some(text(at + 7));
        item.tags = vec![text(at + 8)];
        item.authors.iter_mut().for_each(|author| author.name = Some(text(at + 9)));
        item.image.iter_mut().for_each(|image| (image.alt, image.credit) = (Some(text(at)), Some(text(at + 1))));
        entry.also.iter_mut().for_each(|also| (also.title, also.outlet) = (text(at + 2), text(at + 3)));
    }
    section
}

fn any_section() -> impl Strategy<Value = SectionView> {
    let texts = prop::collection::vec(any_text(), 10);
    let republish = select(vec![Republish::Full, Republish::Summary, Republish::Link]);
    (texts, republish).prop_map(|(texts, republish)| section(&texts, republish))
}

/// Ids, titles and dates as every format must tell them; a title that is not made up.
fn expected(section: &SectionView) -> Vec<(String, Option<String>, i64)> {
    let told = |entry: &crate::model::Entry| {
        let title = Some(one_line(&entry.item.title)).filter(|title| !title.is_empty());
        (entry.id.clone(), title, entry.item.date_published.unwrap_or(entry.arrived).unix_seconds())
    };
    section.entries.iter().map(told).collect()
}

fn agree(read: Vec<(String, String, i64)>, section: &SectionView) {
    for ((id, title, date), (want_id, want_title, want_date)) in read.into_iter().zip(expected(section)) {
        assert_eq!((id, date), (want_id, want_date));
        assert_eq!(title, want_title.unwrap_or_else(|| title.clone()));
        assert!(!title.is_empty());
    }
}

/// Letters for the characters that HTML treats apart: the structure of a page must not depend on them.
fn without_markup(text: &str) -> String {
    const APART: &[char] = &['<', '>', '&', '"', '\''];
    const LETTERS: &[char] = &['ꔀ', 'ꔁ', 'ꔂ', 'ꔃ', 'ꔄ'];
    text.chars().map(|c| APART.iter().position(|&apart| apart == c).map_or(c, |at| LETTERS[at])).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn rss_and_atom_are_well_formed_and_read_back_the_same(section in any_section()) {
        let rss = draw("rss", View::Section(&section)).files.swap_remove(0).bytes;
        let atom = draw("atom", View::Section(&section)).files.swap_remove(0).bytes;
        xml::assert_well_formed(&rss);
        xml::assert_well_formed(&atom);
        prop_assert_eq!(rss::read(&rss).len(), section.entries.len());
        prop_assert_eq!(atom::read(&atom).len(), section.entries.len());
        agree(rss::read(&rss), &section);
        agree(atom::read(&atom), &section);
    }

    #[test]
    fn json_reads_back_the_same(section in any_section()) {
        let json: Value = serde_json::from_str(&text("json", View::Section(&section))).unwrap();
        for (item, (id, title, _)) in json["items"].as_array().unwrap().iter().zip(expected(&section)) {
            prop_assert_eq!(item["id"].as_str(), Some(id.as_str()));
            if let Some(title) = title {
                prop_assert_eq!(item["title"].as_str(), Some(title.as_str()));
            }
        }
    }

    #[test]
    fn no_text_changes_the_structure_of_a_page(texts in prop::collection::vec(any_text(), 10)) {
        let plain: Vec<String> = texts.iter().map(|text| without_markup(text)).collect();
        let tags = |texts: &[String]| {
            let section = section(texts, Republish::Summary);
            let page = text("page", View::Section(&section));
            // JSON writes a quotation mark of a text as one, with a backslash; it counts in no tag.
            let (before, list) = page.split_once("ld+json\">").unwrap();
            let (list, after) = list.split_once("</script>").unwrap();
            let quotes = before.matches('"').count() + after.matches('"').count();
            (page.matches('<').count(), quotes, serde_json::from_str::<Value>(list).is_ok())
        };
        prop_assert_eq!(tags(&texts), tags(&plain));
    }

    #[test]
    fn lists_and_sitemaps_are_well_formed(title in any_text(), name in any_text()) {
        let mut site: SiteView = sample::site_view();
        site.sections[0].title = format!("x{title}");
        site.sections[0].description = name.clone();
        for outlet in site.outlets.iter_mut().flatten() {
            outlet.title = format!("x{name}");
        }
        let mut news = sample::news_view();
        for article in &mut news.articles {
            article.title.clone_from(&title);
            article.publication.name = format!("x{name}");
        }
        xml::assert_well_formed(text("feeds.opml", View::Site(&site)).as_bytes());
        xml::assert_well_formed(text("sources.opml", View::Site(&site)).as_bytes());
        xml::assert_well_formed(text("sitemap-news", View::News(&news)).as_bytes());
    }
}
