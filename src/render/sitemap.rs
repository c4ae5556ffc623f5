//! Sitemaps (sitemaps.org 0.9): Google News with pictures, the indexable pages, and the index of both.
//!
//! The news sitemap holds what Google asks for and nothing else: articles of two days, a thousand a file, every required
//! tag, never an empty file (developers.google.com, "Create a News sitemap").

use std::collections::{BTreeMap, HashSet};

use url::Url;

use crate::model::{
    MAX_FUTURE, MAX_NEWS_A_FILE, MAX_SITEMAP_URLS, NEWS_FOR, NewsArticle, NewsView, PagesView, Site, Timestamp,
};

use super::text::one_line;
use super::xml::Xml;
use super::{Drawn, DrawnFile, Error, View};

const NEWS: &str = "sitemap-news";
const PAGES: &str = "sitemap-pages";
const INDEX: &str = "sitemap";
const MEDIA_TYPE: &str = "application/xml; charset=utf-8";
const SITEMAP_NS: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";
const NEWS_NS: &str = "http://www.google.com/schemas/sitemap-news/0.9";
const IMAGE_NS: &str = "http://www.google.com/schemas/sitemap-image/1.1";

/// Draws sitemap-news.xml, and sitemap-news-2.xml and so on past a thousand articles.
pub(super) fn draw_news(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let View::News(news) = view else { return Err(Error::WrongView { output: NEWS }) };
    let (articles, left_out) = select(news);
    let mut files = Vec::new();
    for (at, part) in news_files(&articles).into_iter().enumerate() {
        let bytes = if part.is_empty() { home_page(NEWS, site)? } else { news_file(part)? };
        files.push(DrawnFile { path: news_path(at), media_type: MEDIA_TYPE.to_owned(), bytes, noindex: false });
    }
    let changed = articles.first().map_or_else(Timestamp::epoch, |article| article.date);
    Ok(Drawn { files, items: articles.len() as u64, left_out, changed })
}

/// Draws sitemap-pages.xml.
pub(super) fn draw_pages(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let View::Pages(pages) = view else { return Err(Error::WrongView { output: PAGES }) };
    let shown = &pages.pages[..pages.pages.len().min(MAX_SITEMAP_URLS)];
    let bytes = if shown.is_empty() { home_page(PAGES, site)? } else { pages_file(shown)? };
    let path = format!("{PAGES}.xml");
    Ok(Drawn::one(path, MEDIA_TYPE, bytes, shown.len(), newest_page(pages)))
}

/// Draws sitemap.xml, the index of the others.
pub(super) fn draw_index(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let View::Sitemaps(news, pages) = view else { return Err(Error::WrongView { output: INDEX }) };
    let (articles, _) = select(news);
    let parts = news_files(&articles);
    let mut xml = Xml::new(INDEX)?;
    xml.open("sitemapindex", &[("xmlns", SITEMAP_NS)])?;
    for (at, part) in parts.iter().enumerate() {
        child(&mut xml, site, &news_path(at), part.first().map(|article| article.date))?;
    }
    child(&mut xml, site, &format!("{PAGES}.xml"), Some(newest_page(pages)))?;
    let changed = articles.first().map_or_else(Timestamp::epoch, |article| article.date).max(newest_page(pages));
    Ok(Drawn::one(format!("{INDEX}.xml"), MEDIA_TYPE, xml.finish()?, parts.len() + 1, changed))
}

/// The articles that Google takes at `news.now`, newest first, and what was left out by reason.
fn select(news: &NewsView) -> (Vec<&NewsArticle>, Vec<(String, u64)>) {
    let mut seen = HashSet::new();
    let mut left_out: BTreeMap<&str, u64> = BTreeMap::new();
    let mut articles = Vec::new();
    for article in &news.articles {
        match why_not(article, news.now, &mut seen) {
            Some(reason) => *left_out.entry(reason).or_default() += 1,
            None => articles.push(article),
        }
    }
    articles.sort_by(|a, b| b.date.cmp(&a.date).then_with(|| a.id.cmp(&b.id)));
    (articles, left_out.into_iter().map(|(reason, count)| (reason.to_owned(), count)).collect())
}

fn why_not<'a>(article: &'a NewsArticle, now: Timestamp, seen: &mut HashSet<&'a Url>) -> Option<&'static str> {
    if article.date > now.plus(MAX_FUTURE) {
        return Some("future");
    }
    if now.since(article.date) > NEWS_FOR {
        return Some("too_old");
    }
    if one_line(&article.title).is_empty() {
        return Some("no_title");
    }
    (!seen.insert(&article.loc)).then_some("same_address")
}

/// The articles file by file; one empty file where there are none.
fn news_files<'a, 'b>(articles: &'b [&'a NewsArticle]) -> Vec<&'b [&'a NewsArticle]> {
    if articles.is_empty() {
        vec![articles]
    } else {
        articles.chunks(MAX_NEWS_A_FILE).take(MAX_SITEMAP_URLS - 1).collect()
    }
}

fn news_path(at: usize) -> String {
    if at == 0 { format!("{NEWS}.xml") } else { format!("{NEWS}-{}.xml", at + 1) }
}

fn news_file(articles: &[&NewsArticle]) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new(NEWS)?;
    xml.open("urlset", &[("xmlns", SITEMAP_NS), ("xmlns:news", NEWS_NS), ("xmlns:image", IMAGE_NS)])?;
    for article in articles {
        news_url(&mut xml, article)?;
    }
    xml.finish()
}

fn news_url(xml: &mut Xml, article: &NewsArticle) -> Result<(), Error> {
    xml.open("url", &[])?;
    xml.text("loc", article.loc.as_str())?;
    xml.open("news:news", &[])?;
    xml.open("news:publication", &[])?;
    xml.text("news:name", &one_line(&article.publication.name))?;
    xml.text("news:language", &article.publication.language)?;
    xml.close()?;
    xml.text("news:publication_date", &article.date.to_rfc3339())?;
    xml.text("news:title", &one_line(&article.title))?;
    xml.close()?;
    if let Some(image) = &article.image {
        xml.open("image:image", &[])?;
        xml.text("image:loc", image.as_str())?;
        xml.close()?;
    }
    xml.close()
}

fn pages_file(pages: &[(Url, Timestamp)]) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new(PAGES)?;
    xml.open("urlset", &[("xmlns", SITEMAP_NS)])?;
    for (page, changed) in pages {
        xml.open("url", &[])?;
        xml.text("loc", page.as_str())?;
        last_change(&mut xml, Some(*changed))?;
        xml.close()?;
    }
    xml.finish()
}

/// The schema and the Search Console want at least one address; the home page is always true.
fn home_page(output: &'static str, site: &Site) -> Result<Vec<u8>, Error> {
    let mut xml = Xml::new(output)?;
    xml.open("urlset", &[("xmlns", SITEMAP_NS)])?;
    xml.open("url", &[])?;
    xml.text("loc", site.base_url.as_str())?;
    xml.finish()
}

fn child(xml: &mut Xml, site: &Site, path: &str, changed: Option<Timestamp>) -> Result<(), Error> {
    xml.open("sitemap", &[])?;
    xml.text("loc", &format!("{}{path}", site.base_url))?;
    last_change(xml, changed)?;
    xml.close()
}

/// A last change that is not known is not told: search engines believe `lastmod` only where it is always true.
fn last_change(xml: &mut Xml, changed: Option<Timestamp>) -> Result<(), Error> {
    match changed.filter(|&changed| changed > Timestamp::epoch()) {
        Some(changed) => xml.text("lastmod", &changed.to_rfc3339()),
        None => Ok(()),
    }
}

fn newest_page(pages: &PagesView) -> Timestamp {
    pages.pages.iter().map(|(_, changed)| *changed).max().unwrap_or_else(Timestamp::epoch)
}
