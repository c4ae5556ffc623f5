//! What is taken out of every output by a person, and what that concerns.

use serde::Serialize;
use url::Url;

use super::{EntryRef, Timestamp};

/// Why a new report is kept out of all outputs from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptOut {
    /// All of its feed is taken down.
    WithFeed,
    /// It is like this report, which a person took down: that one's undoing brings both back.
    Like(i64),
}

/// What a person names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// As it was named: an address, or a published id.
    pub url: Url,
    /// The canonical address of it; none where it can be no article's.
    pub canonical: Option<String>,
}

/// A report as a takedown sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldReport {
    /// Row number.
    pub report: i64,
    /// The entry that it belongs to.
    pub entry: EntryRef,
    /// The published id of that, an absolute IRI.
    pub id: String,
    /// Its feed, by its configured address.
    pub feed: String,
    /// Its address, as shown.
    pub url: Option<Url>,
    /// Canonical address, where it has one.
    pub canonical_url: Option<String>,
    /// Title.
    pub title: String,
    /// Whether and why it is taken down.
    pub taken_down: Option<TakenDown>,
}

/// That something is taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenDown {
    /// Since when.
    pub at: Timestamp,
    /// The report that a person took down: itself, or the one that it is like. None where it is down with its feed alone.
    pub root: Option<i64>,
}

/// What was taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TakedownKind {
    /// One report of an item.
    Item,
    /// All of a feed.
    Feed,
}

/// A takedown that stands, as `takedown --list` tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Takedown {
    /// What was taken down.
    pub kind: TakedownKind,
    /// Since when.
    pub at: Timestamp,
    /// The item's address, or that of the feed as configured.
    pub url: Option<String>,
    /// The item's published id.
    pub id: Option<String>,
    /// Its title, or the feed's.
    pub title: Option<String>,
    /// The feed, by its configured address.
    pub feed: String,
}
