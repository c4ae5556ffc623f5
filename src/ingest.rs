//! A document in, a cleaned feed out: `parse`, then `clean`. No decision is made here.

use chrono_tz::Tz;

use crate::clean;
use crate::model::{Document, Feed, Timestamp};
use crate::parse::{self, NotAFeed};

/// What the operator says about how a feed's documents are read.
#[derive(Debug, Clone)]
pub struct Policy {
    /// The zone of dates that name none.
    pub timezone: Tz,
    /// The language of a document that names none.
    pub language: Option<String>,
}

/// Reads and cleans one document.
///
/// # Errors
/// [`NotAFeed`] when it is none; everything less is a repair beside the result.
pub fn ingest(document: &Document, policy: &Policy, now: Timestamp) -> Result<Feed, NotAFeed> {
    let parsed = parse::parse(document, &parse::Policy { timezone: policy.timezone })?;
    let cleaning = clean::Policy { language: policy.language.clone() };
    Ok(clean::clean(parsed, &cleaning, document.url.as_ref(), now))
}
