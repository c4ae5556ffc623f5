//! A document in, a cleaned feed out: `parse`, then `clean`; pages of articles in, items out: `article`, then `clean`.
//! No decision is made here.

use chrono_tz::Tz;

use crate::article::{self, NotAnArticle};
use crate::clean;
use crate::model::{Document, Feed, Format, ParsedFeed, ParsedItem, Select, Timestamp};
use crate::parse::{self, NotAFeed};

/// What the operator says about how a feed's documents are read.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The zone of dates that name none.
    pub timezone: Tz,
    /// The language of a document that names none.
    pub language: Option<String>,
    /// By which selectors a page is read as a feed.
    pub select: Option<Select>,
}

/// Reads and cleans one document.
///
/// # Errors
/// [`NotAFeed`] when it is none; everything less is a repair beside the result.
pub fn ingest(document: &Document, policy: &Policy, now: Timestamp) -> Result<Feed, NotAFeed> {
    let reading = parse::Policy { timezone: policy.timezone, select: policy.select.clone() };
    let parsed = parse::parse(document, &reading)?;
    tracing::trace!(
        title = parsed.title.as_ref().map(|title| title.value.as_str()),
        items = parsed.items.len(),
        "a document is parsed"
    );
    let cleaning = clean::Policy { language: policy.language.clone() };
    Ok(clean::clean(parsed, &cleaning, document.url.as_ref(), now))
}

/// Reads and cleans pages of articles: each becomes a feed of one item, in the order of `documents`. Several pages of one
/// site teach what that site repeats.
#[must_use]
pub fn articles(documents: &[Document], policy: &Policy, now: Timestamp) -> Vec<Result<Feed, NotAnArticle>> {
    let reading = article::Policy { timezone: policy.timezone };
    let cleaning = clean::Policy { language: policy.language.clone() };
    let read = article::read(documents, reading).into_iter().zip(documents);
    let whole = |(item, document): (Result<ParsedItem, NotAnArticle>, &Document)| {
        let parsed = ParsedFeed { items: vec![item?], ..ParsedFeed::new(Format::Html) };
        Ok(clean::clean(parsed, &cleaning, document.url.as_ref(), now))
    };
    read.map(whole).collect()
}
