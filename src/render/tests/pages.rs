//! What readers see.

use std::collections::BTreeSet;

use dom_query::Document;

use super::super::{View, sample};
use super::{draw, text};
use crate::model::{FeedLink, Republish, Robots, SectionView};

/// What the one style sheet may weigh.
const MAX_STYLE_BYTES: usize = 12 * 1024;

fn page(change: impl FnOnce(&mut SectionView)) -> String {
    let mut section = sample::nasional();
    change(&mut section);
    text("page", View::Section(&section))
}

#[test]
fn a_page_shows_excerpts_and_never_the_full_text() {
    let page = page(|section| {
        for entry in &mut section.entries {
            entry.republish = Republish::Full;
            entry.item.summary = Some(format!("Awal. {} akhir", "kata ".repeat(100)));
        }
    });
    assert!(page.contains("Awal."));
    assert!(!page.contains("akhir"));
}

#[test]
fn the_news_that_most_outlets_tell_leads() {
    let page = page(|_| {});
    let lead = page.split("class=\"lead\"").nth(1).and_then(|rest| rest.split("<h3").nth(1)).unwrap();
    assert!(lead.contains("Sekolah di pulau terluar"), "{lead}");
    assert!(page.contains("Juga diberitakan 3 media</b>: "));
}

#[test]
fn every_entry_stands_once() {
    let section = sample::nasional();
    let page = text("page", View::Section(&section));
    for entry in &section.entries {
        let href = super::super::text::escape(entry.item.url.as_ref().unwrap().as_str());
        assert_eq!(page.matches(&format!("\"{href}\"")).count(), 1, "{href}");
    }
}

#[test]
fn what_is_told_of_one_outlet_twice_counts_it_once() {
    let page = page(|section| {
        section.entries.truncate(1);
        let also = &mut section.entries[0].also;
        also.truncate(1);
        also.push(also[0].clone());
        section.entries[0].story = None;
    });
    assert!(page.contains("Juga diberitakan 1 media</b>: "), "{page}");
}

#[test]
fn only_pages_that_shall_not_be_indexed_say_so() {
    fn check(robots: Robots, expected: bool) {
        let section = SectionView { robots, ..sample::nasional() };
        let drawn = draw("page", View::Section(&section));
        let page = String::from_utf8(drawn.files[0].bytes.clone()).unwrap();
        assert_eq!(drawn.files[0].noindex, expected);
        assert_eq!(page.contains("<meta name=\"robots\" content=\"noindex, follow\">"), expected);
    }
    check(Robots::Index, false);
    check(Robots::Noindex, true);
}

#[test]
fn pages_run_nothing_and_ask_no_third_party_but_for_pictures() {
    for page in [page(|_| {}), text("index", View::Site(&sample::site_view()))] {
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, page.matches("<script type=\"application/ld+json\">").count(), "{page}");
        assert!(!page.contains("style="), "{page}");
        assert_eq!(page.matches("<img").count(), page.matches("referrerpolicy=\"no-referrer\"").count());
        assert_eq!(page.matches("rel=\"stylesheet\"").count(), 1);
        assert_eq!(page.matches("<h1").count(), 1);
    }
}

#[test]
fn a_page_speaks_the_language_of_its_section() {
    let world = text("page", View::Section(&sample::world()));
    assert!(world.contains("<html lang=\"en\" dir=\"ltr\">"));
    assert!(world.contains("Also reported by 2 outlets</b>: "));
    assert!(world.contains("<article lang=\"ar\""), "{world}");
    assert!(world.contains(">Tuesday, 24 Nov 2026, 14:32 WIB</time>"));
}

#[test]
fn times_are_told_in_the_sites_zone_with_their_own_instant() {
    let page = page(|_| {});
    assert!(page.contains("<time datetime=\"2026-11-24T14:35:00+07:00\">Selasa, 24 Nov 2026, 14.35 WIB</time>"));
}

#[test]
fn a_section_that_never_had_anything_says_so() {
    let page = text("page", View::Section(&sample::empty()));
    assert!(page.contains("Belum ada berita di rubrik ini."));
    assert!(!page.contains("1970"));
}

/// All kinds of pages: full, of 500 entries and thirty sections, of one entry, of none.
fn pages() -> Vec<(&'static str, String)> {
    let many = page(|section| {
        let rows = section.entries.clone();
        section.entries = (0..500).map(|at| rows[at % rows.len()].clone()).collect();
        let link = |at| FeedLink { id: format!("r-{at}"), title: format!("Rubrik {at}"), language: "id".to_owned() };
        section.sections.extend((0..30).map(link));
    });
    vec![
        ("nasional", page(|_| {})),
        ("world", text("page", View::Section(&sample::world()))),
        ("many", many),
        ("one", page(|section| section.entries.truncate(1))),
        ("none", text("page", View::Section(&sample::empty()))),
        ("index", text("index", View::Site(&sample::site_view()))),
    ]
}

#[test]
fn a_page_can_be_walked_without_eyes() {
    for (name, page) in pages() {
        let page = Document::from(page.as_str());
        let all = |selector: &str| page.select(selector);
        assert_eq!(all("main").length(), 1, "{name}");
        assert_eq!(all("body > a.skip[href=\"#content\"]").length(), 1, "{name}");
        let levels: Vec<u8> =
            all("h1, h2, h3").nodes().iter().map(|node| node.node_name().unwrap().as_bytes()[1] - b'0').collect();
        assert_eq!(levels[0], 1, "{name}");
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{name} skips a heading: {levels:?}");
        let labels: Vec<String> = all("nav").iter().map(|nav| nav.attr("aria-label").unwrap().to_string()).collect();
        assert_eq!(labels.iter().collect::<BTreeSet<_>>().len(), 2, "{name}: {labels:?}");
        let ids: Vec<String> = all("[id]").iter().map(|node| node.attr("id").unwrap().to_string()).collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{name}: {ids:?}");
        let named = all("[aria-labelledby]").iter().map(|node| node.attr("aria-labelledby").unwrap().to_string());
        let led =
            all("a[href^=\"#\"]").iter().map(|node| node.attr("href").unwrap().trim_start_matches('#').to_owned());
        for id in named.chain(led) {
            assert!(ids.contains(&id), "{name} has no #{id}");
        }
        assert_eq!(all("article").length(), all("article h3").length(), "{name}");
        assert_eq!(all("article").length(), all("article time[datetime]").length(), "{name}");
        assert_eq!(all("article").length(), all("article .outlet").length(), "{name}");
        let boxed = all("img[alt][width][height][loading=\"lazy\"]");
        assert_eq!(all("img").length(), boxed.length(), "{name}");
    }
}

#[test]
fn what_a_page_lists_leads_where_its_headlines_lead() {
    for (name, page) in pages() {
        let page = Document::from(page.as_str());
        let list = page.select("script[type=\"application/ld+json\"]").text();
        if name == "none" {
            assert_eq!(list.as_ref(), "");
            continue;
        }
        let list: serde_json::Value = serde_json::from_str(&list).unwrap();
        let items = list["itemListElement"].as_array().unwrap();
        assert_eq!(list["numberOfItems"], items.len());
        assert_eq!(list["url"].as_str(), page.select("link[rel=\"canonical\"]").attr("href").as_deref(), "{name}");
        for (at, item) in items.iter().enumerate() {
            assert_eq!(item["position"], at + 1);
            let shown = page.select("h3 a").iter().find(|link| link.attr("href").as_deref() == item["url"].as_str());
            assert_eq!(shown.unwrap().text().as_ref(), item["name"].as_str().unwrap(), "{name}");
        }
    }
}

#[test]
fn no_title_ends_the_list() {
    let title = "</script><script>x()</script><!-- & ' \u{2028}";
    let page = page(|section| title.clone_into(&mut section.entries[0].item.title));
    assert_eq!(page.matches("</script>").count(), 1, "{page}");
    let page = Document::from(page.as_str());
    let list: serde_json::Value = serde_json::from_str(&page.select("script").text()).unwrap();
    let names = list["itemListElement"].as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap());
    assert!(names.into_iter().any(|name| name.starts_with("</script><script>x()</script><!-- & '")), "{list}");
}

#[test]
fn the_style_sheet_is_small_and_asks_for_nothing() {
    let drawn = draw("theme", View::Site(&sample::site_view()));
    let style = drawn.files.iter().find(|file| file.path == "style.css").unwrap();
    assert!(style.bytes.len() <= MAX_STYLE_BYTES, "{} bytes", style.bytes.len());
    let style = String::from_utf8_lossy(&style.bytes);
    assert!(!style.contains("url(") && !style.contains("@import"), "{style}");
}

#[test]
fn a_section_on_the_front_page_names_its_language_and_none_of_its_entries_inherits_it() {
    let page = Document::from(text("index", View::Site(&sample::site_view())).as_str());
    assert_eq!(page.select("section[lang]").length(), 0);
    assert_eq!(page.select("h2[lang=\"en\"]").text().as_ref(), "World");
}
