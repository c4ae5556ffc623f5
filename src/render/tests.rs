//! All outputs over the made-up views.

use std::fs;
use std::path::Path;

use super::{DrawnFile, OUTPUTS, Scope, View, sample};
use crate::model::{NewsView, PagesView, SectionView, SiteView};

/// Every file of the made-up site.
fn whole_site() -> Vec<DrawnFile> {
    let sections = [sample::all(), sample::nasional(), sample::world(), sample::empty()];
    let (site, news, pages) = (sample::site_view(), sample::news_view(), sample::pages_view());
    draw_all(&sections, &site, &news, &pages)
}

fn draw_all(sections: &[SectionView], site: &SiteView, news: &NewsView, pages: &PagesView) -> Vec<DrawnFile> {
    let mut files = Vec::new();
    for output in OUTPUTS {
        let views: Vec<View<'_>> = match output.scope {
            Scope::Section => sections.iter().map(View::Section).collect(),
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
