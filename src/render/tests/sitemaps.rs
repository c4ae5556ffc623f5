//! Google's rules for the news sitemap, and the index.

use std::time::Duration;

use super::super::{View, sample};
use super::{draw, text};
use crate::model::{NewsArticle, NewsView, PagesView, Timestamp};

/// Made-up articles, one a minute before now.
fn articles(count: usize) -> Vec<NewsArticle> {
    let pattern = sample::news_view().articles.swap_remove(0);
    let article = |at: usize| NewsArticle {
        id: format!("tag:warta.example,2026:{at:05}"),
        loc: sample::url(&format!("https://kabarnusantara.example/{at}")),
        date: sample::now().minus(Duration::from_secs(60 * at as u64)),
        ..pattern.clone()
    };
    (0..count).map(article).collect()
}

fn view(articles: Vec<NewsArticle>) -> NewsView {
    NewsView { now: sample::now(), articles }
}

#[test]
fn sitemaps_are_drawn() {
    let (news, pages) = (sample::news_view(), sample::pages_view());
    insta::assert_snapshot!(text("sitemap-news", View::News(&news)));
    insta::assert_snapshot!(text("sitemap-pages", View::Pages(&pages)));
    insta::assert_snapshot!(text("sitemap", View::Sitemaps(&news, &pages)));
}

#[test]
fn a_thousand_articles_stand_in_a_file_and_the_index_names_all_files() {
    fn check(count: usize, files: &[(&str, usize)]) {
        let news = view(articles(count));
        let drawn = draw("sitemap-news", View::News(&news));
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let told = drawn.files.iter().map(|file| (file.path.clone(), text(&file.bytes).matches("<news:news>").count()));
        let expected = files.iter().map(|&(path, articles)| (path.to_owned(), articles));
        assert_eq!(told.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        let index = super::text("sitemap", View::Sitemaps(&news, &sample::pages_view()));
        assert!(
            files.iter().all(|(path, _)| index.contains(&format!("<loc>https://warta.example/{path}</loc>"))),
            "{index}"
        );
    }
    check(0, &[("sitemap-news.xml", 0)]);
    check(1000, &[("sitemap-news.xml", 1000)]);
    check(1001, &[("sitemap-news.xml", 1000), ("sitemap-news-2.xml", 1)]);
    check(2500, &[("sitemap-news.xml", 1000), ("sitemap-news-2.xml", 1000), ("sitemap-news-3.xml", 500)]);
}

#[test]
fn what_google_would_refuse_is_left_out_and_counted() {
    fn check(change: impl FnOnce(&mut Vec<NewsArticle>), reason: &str) {
        let mut all = articles(2);
        change(&mut all);
        let drawn = draw("sitemap-news", View::News(&view(all)));
        assert_eq!((drawn.items, drawn.left_out), (1, vec![(reason.to_owned(), 1)]));
    }
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    check(|all| all[1].date = sample::now().minus(days(2) + Duration::from_secs(1)), "too_old");
    check(|all| all[1].date = sample::now().plus(days(1)), "future");
    check(|all| all[1].title = " \u{b} ".to_owned(), "no_title");
    check(|all| all[1].loc = all[0].loc.clone(), "same_address");
    let edge = |all: &mut Vec<NewsArticle>| all[1].date = sample::now().minus(days(2));
    let mut all = articles(2);
    edge(&mut all);
    assert_eq!(draw("sitemap-news", View::News(&view(all))).items, 2);
}

#[test]
fn a_sitemap_without_entries_holds_the_home_page() {
    let news = text("sitemap-news", View::News(&view(Vec::new())));
    assert!(news.contains("<loc>https://warta.example/</loc>") && !news.contains("news:news"), "{news}");
    let pages = PagesView { pages: Vec::new() };
    assert!(text("sitemap-pages", View::Pages(&pages)).contains("<loc>https://warta.example/</loc>"));
}

#[test]
fn a_change_that_is_not_known_is_not_told() {
    let pages = PagesView { pages: vec![(sample::site().base_url, Timestamp::epoch())] };
    assert!(!text("sitemap-pages", View::Pages(&pages)).contains("lastmod"));
}
