//! All outputs over the made-up views.

mod feeds;
mod laws;
mod pages;
mod sitemaps;
mod themes;

use std::collections::HashSet;
use std::fs;
use std::path::Path;

use super::{Drawn, DrawnFile, Error, OUTPUTS, Scope, View, sample};
use crate::model::{NewsView, PagesView, Part, SectionView, SiteView};

/// Draws one output by its name.
fn draw(name: &str, view: View<'_>) -> Drawn {
    let output = OUTPUTS.iter().find(|output| output.name == name).unwrap();
    (output.draw)(&view, &sample::site()).unwrap()
}

/// The one file of an output, as text.
fn text(name: &str, view: View<'_>) -> String {
    let drawn = draw(name, view);
    assert_eq!(drawn.files.len(), 1, "{name}");
    String::from_utf8(drawn.files[0].bytes.clone()).unwrap()
}

/// Every file of the made-up site.
fn whole_site() -> Vec<DrawnFile> {
    let sections = [sample::all(), sample::nasional(), sample::world(), sample::empty()];
    let (site, news, pages) = (sample::site_view(), sample::news_view(), sample::pages_view());
    draw_all(&sections, &site, &news, &pages)
}

fn draw_all(sections: &[SectionView], site: &SiteView, news: &NewsView, pages: &PagesView) -> Vec<DrawnFile> {
    let part = |section: &SectionView| Part { archive: Some(2), previous: Some(1).filter(|_| section.id != "all") };
    let archives: Vec<SectionView> =
        sections.iter().map(|section| SectionView { part: part(section), ..section.clone() }).collect();
    let mut files = Vec::new();
    for output in OUTPUTS {
        let views: Vec<View<'_>> = match output.scope {
            Scope::Section => sections.iter().map(View::Section).collect(),
            Scope::Archive => archives.iter().map(View::Section).collect(),
            Scope::Site => vec![View::Site(site)],
            Scope::News => vec![View::News(news)],
            Scope::Pages => vec![View::Pages(pages)],
            Scope::Sitemaps => vec![View::Sitemaps(news, pages)],
        };
        for view in views {
            files.extend((output.draw)(&view, &sample::site()).unwrap().files);
        }
    }
    files
}

/// Leaves the made-up site in `target/tmp/render`, where validators and people can look at it.
#[test]
fn the_whole_site_is_drawn_and_twice_the_same() {
    let files = whole_site();
    assert_eq!(files, whole_site());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tmp/render");
    for file in &files {
        let path = folder.join(&file.path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, &file.bytes).unwrap();
    }
}

#[test]
fn each_path_is_drawn_once_and_stays_in_the_folder() {
    let files = whole_site();
    let paths: HashSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths.len(), files.len());
    assert!(paths.iter().all(|path| !path.starts_with('/') && !path.contains("..") && !path.ends_with('/')));
    for path in ["index.html", "style.css", "favicon.svg", "robots.txt", "feeds.opml", "sources.opml", "sitemap.xml"] {
        assert!(paths.contains(path), "{path}");
    }
}

#[test]
fn a_view_of_another_scope_is_refused() {
    let site = sample::site_view();
    let section = sample::nasional();
    for output in OUTPUTS {
        let wrong = if output.scope == Scope::Site { View::Section(&section) } else { View::Site(&site) };
        assert!(matches!((output.draw)(&wrong, &sample::site()), Err(Error::WrongView { .. })), "{}", output.name);
    }
}

#[test]
fn lists_of_feeds_are_drawn() {
    let site = sample::site_view();
    insta::assert_snapshot!(text("feeds.opml", View::Site(&site)));
    insta::assert_snapshot!(text("sources.opml", View::Site(&site)));
    let silent = SiteView { outlets: None, ..site };
    assert!(draw("sources.opml", View::Site(&silent)).files.is_empty());
}

#[test]
fn robots_txt_opens_the_site_and_names_the_sitemaps() {
    let expected = "User-agent: *\nAllow: /\n\nDisallow: /rahasia/\n\n\
        Sitemap: https://warta.example/sitemap.xml\nSitemap: https://warta.example/sitemap-news.xml\n";
    assert_eq!(text("robots.txt", View::Site(&sample::site_view())), expected);
}
