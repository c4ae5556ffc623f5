//! An item while rules go over it: each rule sees what those before it wrote.

use std::cell::OnceCell;

use url::Url;

use super::text;
use crate::model::{
    Author, Fields, Item, MAX_HTML_BYTES, MAX_PEOPLE_AND_TAGS, MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, MAX_URL_BYTES,
    MAX_WORD_CHARS, RewriteField,
};
use crate::notation::pattern::Pattern;

/// The item and what is changed in it.
pub(super) struct Draft<'a> {
    pub(super) item: &'a Item,
    pub(super) fields: Fields,
    text: OnceCell<String>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(item: &'a Item) -> Self {
        Self { item, fields: Fields::default(), text: OnceCell::new() }
    }

    pub(super) fn title(&self) -> &str {
        self.fields.title.as_deref().unwrap_or(&self.item.title)
    }

    pub(super) fn url(&self) -> Option<&Url> {
        self.fields.url.as_ref().or(self.item.url.as_ref())
    }

    pub(super) fn authors(&self) -> &[Author] {
        self.fields.authors.as_deref().unwrap_or(&self.item.authors)
    }

    pub(super) fn tags(&self) -> &[String] {
        self.fields.tags.as_deref().unwrap_or(&self.item.tags)
    }

    fn summary(&self) -> Option<&str> {
        self.fields.summary.as_deref().or(self.item.summary.as_deref())
    }

    fn summary_html(&self) -> Option<&str> {
        self.fields.summary_html.as_deref().or_else(|| self.item.summary_html.as_ref().map(|html| html.as_str()))
    }

    fn content_html(&self) -> Option<&str> {
        self.fields.content_html.as_deref().or_else(|| self.item.content_html.as_ref().map(|html| html.as_str()))
    }

    fn content_text(&self) -> Option<&str> {
        self.fields.content_text.as_deref().or(self.item.content_text.as_deref())
    }

    /// Summary and content as plain text, a line each.
    pub(super) fn text(&self) -> &str {
        self.text.get_or_init(|| {
            let content = self.content_html().map(text::of_html).or_else(|| self.content_text().map(str::to_owned));
            let parts = [self.summary().map(str::to_owned), content];
            parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
        })
    }

    /// Adds the tags that it does not have; false where it has all, or no room for one.
    pub(super) fn tag(&mut self, tags: &[String]) -> bool {
        let mut all = self.tags().to_vec();
        let before = all.len();
        for tag in tags {
            if all.len() < MAX_PEOPLE_AND_TAGS && !all.contains(tag) {
                all.push(tag.clone());
            }
        }
        let has_grown = all.len() > before;
        if has_grown {
            self.fields.tags = Some(all);
        }
        has_grown
    }

    /// Writes a field anew; false where nothing changes, or what comes out is none: no address, or over a limit.
    pub(super) fn rewrite(&mut self, field: RewriteField, find: &Pattern, with: &str) -> bool {
        match field {
            RewriteField::Title => self.rewrite_title(find, with),
            RewriteField::Url => self.rewrite_url(find, with),
            RewriteField::Author => self.rewrite_authors(find, with),
            RewriteField::Text => self.rewrite_text(find, with),
        }
    }

    fn rewrite_title(&mut self, find: &Pattern, with: &str) -> bool {
        let new = find.rewritten(self.title(), with).map(|title| line(&title));
        let new = new.filter(|title| title.chars().count() <= MAX_TITLE_CHARS && title != self.title());
        let is_changed = new.is_some();
        self.fields.title = new.or_else(|| self.fields.title.take());
        is_changed
    }

    fn rewrite_url(&mut self, find: &Pattern, with: &str) -> bool {
        let new = self.url().and_then(|url| find.rewritten(url.as_str(), with));
        let new = new.filter(|url| url.len() <= MAX_URL_BYTES).and_then(|url| Url::parse(&url).ok());
        let is_public = |url: &Url| matches!(url.scheme(), "http" | "https") && url.username().is_empty();
        let new = new.filter(|url| is_public(url) && Some(url) != self.url());
        let is_changed = new.is_some();
        self.fields.url = new.or_else(|| self.fields.url.take());
        is_changed
    }

    fn rewrite_authors(&mut self, find: &Pattern, with: &str) -> bool {
        let mut authors = self.authors().to_vec();
        let mut is_changed = false;
        for author in &mut authors {
            let new = author.name.as_deref().and_then(|name| find.rewritten(name, with)).map(|name| line(&name));
            let Some(new) = new.filter(|name| name.chars().count() <= MAX_WORD_CHARS) else { continue };
            author.name = Some(new).filter(|name| !name.is_empty());
            is_changed = true;
        }
        // Whoever has no name left, and nothing else, is nobody.
        authors.retain(|author| *author != Author::default());
        if is_changed {
            self.fields.authors = Some(authors);
        }
        is_changed
    }

    fn rewrite_text(&mut self, find: &Pattern, with: &str) -> bool {
        let in_text = |text: &str| find.rewritten(text, with);
        let in_html = |html: &str| text::changed(html, in_text).filter(|html| html.len() <= MAX_HTML_BYTES);
        let summary = self.summary().and_then(in_text).filter(|text| text.chars().count() <= MAX_SUMMARY_CHARS);
        let content_text = self.content_text().and_then(in_text).filter(|text| text.len() <= MAX_HTML_BYTES);
        let (summary_html, content_html) =
            (self.summary_html().and_then(in_html), self.content_html().and_then(in_html));
        let fields = &mut self.fields;
        let mut is_changed = false;
        for (field, new) in [
            (&mut fields.summary, summary),
            (&mut fields.content_text, content_text),
            (&mut fields.summary_html, summary_html),
            (&mut fields.content_html, content_html),
        ] {
            is_changed |= new.is_some();
            *field = new.or_else(|| field.take());
        }
        if is_changed {
            self.text = OnceCell::new();
        }
        is_changed
    }
}

/// One line, blanks collapsed, without control characters.
fn line(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
