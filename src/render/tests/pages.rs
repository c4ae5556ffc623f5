//! What readers see.

use super::super::{View, sample};
use super::{draw, text};
use crate::model::{Republish, Robots, SectionView};

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
    assert!(page.contains("Juga diberitakan 3 media: "));
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
    assert!(page.contains("Juga diberitakan 1 media: "), "{page}");
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
        assert!(!page.contains("<script") && !page.contains("style="), "{page}");
        assert_eq!(page.matches("<img").count(), page.matches("referrerpolicy=\"no-referrer\"").count());
        assert_eq!(page.matches("rel=\"stylesheet\"").count(), 1);
        assert_eq!(page.matches("<h1").count(), 1);
    }
}

#[test]
fn a_page_speaks_the_language_of_its_section() {
    let world = text("page", View::Section(&sample::world()));
    assert!(world.contains("<html lang=\"en\" dir=\"ltr\">"));
    assert!(world.contains("Also reported by 2 outlets: "));
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
