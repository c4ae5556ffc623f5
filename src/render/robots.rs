//! robots.txt (RFC 9309): everything is open, the sitemaps are named, the operator's own lines follow.

use crate::model::Site;

use super::text::one_line;
use super::{Drawn, Error, View};

const NAME: &str = "robots.txt";

/// Draws robots.txt. Pages that shall not be indexed say so themselves; who is kept from fetching them cannot read that.
pub(super) fn draw(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let all = view.site(NAME)?;
    let base = &site.base_url;
    let mut text = String::from("User-agent: *\nAllow: /\n");
    if !all.robots_extra.is_empty() {
        text.push('\n');
    }
    for line in &all.robots_extra {
        text.push_str(&one_line(line));
        text.push('\n');
    }
    text.push_str(&format!("\nSitemap: {base}sitemap.xml\nSitemap: {base}sitemap-news.xml\n"));
    Ok(Drawn::one(NAME.to_owned(), "text/plain; charset=utf-8", text.into_bytes(), 0, all.updated))
}
