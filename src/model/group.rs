//! What reports are compared by, and where they were put: plain values between `dedup`, `group` and `store`.

use super::{EntryRef, Item, Timestamp};

/// A text as it is compared with others.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// Hashes of its runs of four words, sorted, each once.
    pub shingles: Vec<u32>,
    /// Hashes of its telling words and how often each counts, sorted by hash.
    pub terms: Vec<(u32, u8)>,
    /// Hash of its title's words.
    pub title: u64,
}

/// A report as it is placed among the others of its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Its row number.
    pub report: i64,
    /// Hash of the outlet's name.
    pub outlet: u64,
    /// When it arrived.
    pub at: Timestamp,
    /// Its text.
    pub signature: Signature,
    /// Whether it never joins a story, because it is a column's.
    pub alone: bool,
}

/// A stored report that was not placed yet.
#[derive(Debug, Clone, PartialEq)]
pub struct Ungrouped {
    /// Its row number.
    pub report: i64,
    /// Its entry.
    pub entry: EntryRef,
    /// The number of the story that its entry tells.
    pub story: i64,
    /// Whether it stands alone: it opened its entry, and that tells no other's story.
    pub is_alone: bool,
    /// Its feed's row number.
    pub feed: i64,
    /// When it arrived.
    pub first_seen: Timestamp,
    /// What it says, with bodies.
    pub item: Item,
}

/// A report that was placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grouped {
    /// The report.
    pub told: Told,
    /// Its entry.
    pub entry: EntryRef,
    /// The story that its entry joins, and why, in words; `None`: it stays where it is.
    pub joins: Option<(i64, String)>,
}
