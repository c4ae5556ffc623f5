//! Atom 1.0 as outlets write it.

use super::{each, esc, html, lead};
use crate::daemon::demo::script::{Page, Told};

/// Content as XHTML, with the picture in a figure; relative addresses against `xml:base`.
pub(super) fn xhtml(page: &Page<'_>) -> String {
    let entries = each(page, |told| {
        let figure = told.picture.as_deref().map_or(String::new(), |url| {
            let caption = esc(told.caption.unwrap_or(&told.title));
            let url = esc(url);
            format!("<figure><img src=\"{url}\" alt=\"{caption}\"/><figcaption>{caption}</figcaption></figure>\n")
        });
        let content = format!(
            "    <content type=\"xhtml\" xml:base=\"https://{}/\">\n      <div xmlns=\"http://www.w3.org/1999/xhtml\">\n\
             {figure}{}\n<p><a href=\"/rubrik/terbaru\">Berita lain hari ini</a></p>\n      </div>\n    </content>\n",
            page.feed.host,
            html(told),
        );
        entry(page, told, &content)
    });
    feed(page, &entries)
}

/// Content as escaped HTML.
pub(super) fn html_escaped(page: &Page<'_>) -> String {
    let entries = each(page, |told| {
        let image = told.picture.as_deref().map_or(String::new(), |url| {
            let caption = esc(told.caption.unwrap_or(""));
            format!("<p><img src=\"{}\" alt=\"{caption}\" width=\"1200\" height=\"675\"></p>\n", esc(url))
        });
        let content = format!("    <content type=\"html\">{}</content>\n", esc(&format!("{image}{}", html(told))));
        entry(page, told, &content)
    });
    feed(page, &entries)
}

/// One entry around its content.
fn entry(page: &Page<'_>, told: &Told<'_>, content: &str) -> String {
    let date = told.date.to_rfc3339();
    let tags: String = told.tags.iter().map(|tag| format!("    <category term=\"{}\"/>\n", esc(tag))).collect();
    format!(
        "  <entry>\n    <id>tag:{},2026:{}</id>\n    <title type=\"html\">{}</title>\n\
         \x20   <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n    <published>{date}</published>\n\
         \x20   <updated>{date}</updated>\n    <author><name>{}</name></author>\n{tags}\
         \x20   <summary>{}</summary>\n{content}  </entry>\n",
        page.feed.host,
        told.number,
        // Type html: what is escaped for HTML is escaped once more for XML.
        esc(&esc(&told.title)),
        esc(&told.link),
        esc(told.by.unwrap_or(&page.feed.title)),
        esc(lead(told)),
    )
}

/// The feed around its entries.
fn feed(page: &Page<'_>, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         \x20 <id>https://{}/</id>\n  <title>{}</title>\n  <subtitle>{}</subtitle>\n  <updated>{}</updated>\n\
         \x20 <link rel=\"self\" href=\"{}\"/>\n  <link rel=\"alternate\" type=\"text/html\" href=\"https://{}/\"/>\n\
         \x20 <rights>© 2026 {}</rights>\n{entries}</feed>\n",
        page.feed.language,
        page.feed.host,
        esc(&page.feed.title),
        esc(&page.feed.about),
        page.updated.to_rfc3339(),
        page.self_url,
        page.feed.host,
        esc(&page.feed.title),
    )
}
