//! A document in, a cleaned feed out: `parse`, then `clean`. No decision is made here.

use chrono_tz::Tz;

use crate::clean;
use crate::model::{Document, Feed, Select, Timestamp};
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
