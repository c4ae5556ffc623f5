//! Pages of articles in, what they tell out: by JSON-LD first, then Open Graph and other meta elements, then what a
//! reader sees; the main text without lines that are none of it. Words of the language decide, nothing of a single
//! outlet. Several pages of one site teach what that site repeats (`tails`). Nothing is sanitised here and nothing
//! trusted: `clean` does that.

mod caption;
mod facts;
mod linked_data;
mod lines;
mod meta;
mod names;
mod tails;
mod title;
mod visible;
mod words;

use std::fmt;

use chrono_tz::Tz;

use crate::model::{Document, MAX_ARTICLE_BYTES, ParsedItem, Text, TextKind};
use crate::notation::charset;
use crate::notation::page::{Page, Piece};

/// Letters and digits of the shortest main text.
const MIN_TEXT: usize = 140;

/// What the operator says about how pages are read.
#[derive(Debug, Clone, Copy)]
pub struct Policy {
    /// The zone of dates that name none.
    pub timezone: Tz,
}

/// The page is no article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAnArticle {
    /// Why, in one line for people.
    pub reason: String,
}

impl fmt::Display for NotAnArticle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for NotAnArticle {}

/// A page that was read but for what only other pages of its site can tell.
struct Draft {
    item: ParsedItem,
    site: String,
    body: Page,
    pieces: Vec<Piece>,
    kept: Vec<lines::Verdict>,
}

/// Reads pages, each for itself but for what several of one site repeat. In the order of `documents`.
#[must_use]
pub fn read(documents: &[Document], policy: Policy) -> Vec<Result<ParsedItem, NotAnArticle>> {
    let mut drafts: Vec<Result<Draft, NotAnArticle>> = documents.iter().map(|one| draft(one, policy)).collect();
    let repeated = tails::learn(drafts.iter().flatten());
    for draft in drafts.iter_mut().flatten() {
        tails::forget(draft, &repeated);
        lines::end(&draft.pieces, &mut draft.kept);
    }
    drafts.into_iter().map(|draft| finish(draft?)).collect()
}

fn draft(document: &Document, policy: Policy) -> Result<Draft, NotAnArticle> {
    let refused = |reason: &str| NotAnArticle { reason: reason.to_owned() };
    if document.body.len() > MAX_ARTICLE_BYTES {
        return Err(refused("the page is larger than 2 MiB"));
    }
    let decoded = charset::decode(&document.body, document.content_type.as_deref());
    let page = Page::read(&decoded.text).map_err(|why| refused(&why.to_string()))?;
    let found = facts::gather(&page, document.url.as_ref(), policy);
    if found.item.title.is_none() {
        return Err(refused("the page has no title"));
    }
    let body = page.main_text().ok_or_else(|| refused("the page has no text of an article"))?;
    let pieces = body.outline();
    let kept = lines::judge(&pieces, &found.known);
    Ok(Draft { item: found.item, site: found.site, body, pieces, kept })
}

fn finish(draft: Draft) -> Result<ParsedItem, NotAnArticle> {
    let Draft { mut item, body, pieces, kept, .. } = draft;
    let letters: usize = lines::kept(&pieces, &kept).map(|line| words::letters(&line.text)).sum();
    if letters < MIN_TEXT {
        return Err(NotAnArticle { reason: "the page has no text of an article".to_owned() });
    }
    for (piece, verdict) in pieces.iter().zip(&kept) {
        match verdict {
            lines::Verdict::Keep => {}
            lines::Verdict::Cut(letters) => body.cut_end(piece, *letters),
            lines::Verdict::Drop => body.take_out(piece),
        }
    }
    item.content = Some(Text { value: body.body_html(), kind: TextKind::Html, base: None, language: None });
    Ok(item)
}

#[cfg(test)]
mod tests;
