//! The words in which the flow talks with the store: what is asked, what is known, what shall happen.
//!
//! `Store::write(ask, decide)` looks up what is asked, hands it to the pure `decide`, and applies the effects, all in
//! one transaction. `decide` may run more than once (a rolled back group), so it must depend on its arguments alone.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::{FeedState, Grouped, Item, KeptOut, Lease, ParsedItem, Timestamp, ToldReport, Verdict};

/// An entry's row number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntryRef(pub i64);

/// Among which reports a key is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyScope {
    /// Reports of the same feed (identity, level a).
    Feed,
    /// Reports of all feeds (level b and above).
    Everywhere,
}

/// One thing by which reports are found again: a row of `dedup`'s table of matches, applied to one item.
/// The store keeps a 64-bit hash of it; whoever gets a hit compares (`dedup::Match::same`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Name of the match, stable for ever: "guid", "link", "content", "url", ..
    pub matcher: &'static str,
    /// Where it is looked up.
    pub scope: KeyScope,
    /// What is compared.
    pub value: String,
}

/// What a decision wants to know.
#[derive(Debug, Clone, Default)]
pub struct Ask {
    /// The feed, by its configured address; `None` for decisions that concern no feed.
    pub feed: Option<String>,
    /// Keys whose reports are wanted.
    pub keys: Vec<Key>,
    /// Published ids of which it must be known whether an entry holds them.
    pub public_ids: Vec<String>,
    /// Where no key brings back a report of the asked feed, so many of its newest reports are wanted.
    pub newest: usize,
    /// The subscription whose callback ends in this token; without it the asked feed's wanted one is looked up.
    pub lease: Option<String>,
    /// Reports of which it must be known whether they are taken down.
    pub reports: Vec<i64>,
}

/// What the store knows of what was asked: ids, keys, titles and hashes, never bodies.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// The feed's row; `None` where the ask named none or the store has none.
    pub feed: Option<FeedState>,
    /// For each key that was asked and is there, the reports that hold it, oldest first.
    pub by_key: HashMap<Key, Vec<Remembered>>,
    /// Those of the asked published ids that an entry holds.
    pub taken_ids: HashSet<String>,
    /// The asked feed's newest reports, where none of its keys was known; the newest first.
    pub newest: Vec<Remembered>,
    /// The asked subscription.
    pub lease: Option<Lease>,
    /// The asked reports.
    pub told: Vec<ToldReport>,
}

/// What is remembered of one report.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered {
    /// Its row number.
    pub report: i64,
    /// Its feed's row number.
    pub feed: i64,
    /// The entry it belongs to.
    pub entry: EntryRef,
    /// The origin's id.
    pub origin_id: String,
    /// Its address, as shown.
    pub url: Option<Url>,
    /// Canonical address, where it has one.
    pub canonical_url: Option<String>,
    /// Title.
    pub title: String,
    /// Hash over title and text: moves when a reader would see a change.
    pub content_hash: u64,
    /// Hash over everything that is stored of it: moves when anything has to be written.
    pub item_hash: u64,
    /// Its date, frozen.
    pub date_published: Option<Timestamp>,
    /// Whether that date is the origin's.
    pub has_own_date: bool,
    /// The date of its last change that a reader would see.
    pub date_modified: Option<Timestamp>,
    /// When it came first.
    pub first_seen: Timestamp,
    /// The report that a person took down, where that keeps this one out of all outputs: itself, or one that it is like.
    pub taken_with: Option<i64>,
    /// Whether a rule dropped it: nothing folds into it.
    pub dropped: bool,
}

/// How a report's identity was found, for the trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemIdentity {
    /// Name of the match.
    pub matcher: &'static str,
    /// The value.
    pub value: String,
}

/// Which entry a new report belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Joins {
    /// It opens one.
    Nothing,
    /// One that is there.
    Entry(EntryRef),
    /// That of the n-th [`Effect::New`] of the same list (0 is the first).
    Sibling(usize),
}

/// Why an item is in the store and not in an output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LeftOut {
    /// Beyond the newest `first_batch` of a feed's first document.
    FirstBatch,
    /// Taken down by a person, or with all of its feed.
    TakenDown,
    /// Dropped by a rule.
    Rule,
}

impl LeftOut {
    /// The word that `status` and `why` show.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstBatch => "first_batch",
            Self::TakenDown => "taken_down",
            Self::Rule => "rule",
        }
    }
}

/// A report to store.
#[derive(Debug, Clone, PartialEq)]
pub struct NewReport {
    /// Cleaned.
    pub item: Item,
    /// As it came.
    pub raw: ParsedItem,
    /// Version of the policy that cleaned it.
    pub policy_version: u32,
    /// By what it shall be found again.
    pub keys: Vec<Key>,
    /// By what it was told to be new.
    pub identity: ItemIdentity,
    /// Canonical address.
    pub canonical_url: Option<String>,
    /// See [`Remembered::content_hash`].
    pub content_hash: u64,
    /// See [`Remembered::item_hash`].
    pub item_hash: u64,
    /// When it came.
    pub first_seen: Timestamp,
    /// Which entry it belongs to.
    pub joins: Joins,
    /// The id under which its entry will be published, when it opens one: an absolute IRI, or a path without a
    /// colon (`item/0123abcd`) that reading puts behind the store's own authority to make a `tag:` IRI (RFC 4151).
    pub public_id: String,
    /// Stored, shown in no output, for this reason, where no rule drops it.
    pub left_out: Option<LeftOut>,
    /// What the rules say of it.
    pub verdict: Verdict,
    /// Stored, shown in no output until a takedown is undone, whatever the other reason.
    pub kept_out: Option<KeptOut>,
}

/// A report to rewrite in place; its entry, first-seen and date stay.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateReport {
    /// Row number.
    pub report: i64,
    /// Cleaned, with the frozen date put back.
    pub item: Item,
    /// As it came.
    pub raw: ParsedItem,
    /// Version of the policy that cleaned it.
    pub policy_version: u32,
    /// All keys it has from now on.
    pub keys: Vec<Key>,
    /// Canonical address.
    pub canonical_url: Option<String>,
    /// See [`Remembered::content_hash`].
    pub content_hash: u64,
    /// See [`Remembered::item_hash`].
    pub item_hash: u64,
    /// When the change was seen.
    pub at: Timestamp,
    /// True when a reader would see the change: a revision is kept and the entry's `date_modified` moves.
    pub revision: bool,
    /// What the rules say of it now.
    pub verdict: Verdict,
}

/// A stored report that changed rules say something else of.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedReport {
    /// Row number.
    pub report: i64,
    /// As rewritten now.
    pub item: Item,
    /// Keys that it has from now on in the place of those of the same matches.
    pub keys: Vec<Key>,
    /// Canonical address.
    pub canonical_url: Option<String>,
    /// See [`Remembered::content_hash`].
    pub content_hash: u64,
    /// See [`Remembered::item_hash`]: of the report that was judged. One that changed since is left as it is.
    pub item_hash: u64,
    /// The entry of the same article that it joins, where it stood apart because a rule dropped it.
    pub joins: Option<EntryRef>,
    /// What the rules say of it now.
    pub verdict: Verdict,
}

/// A host's politeness, kept through restarts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostHold {
    /// Host name or address, lower case, without port; `*.` and a registrable domain for all hosts of that.
    pub host: String,
    /// No request to it may start before.
    pub next_at: Option<Timestamp>,
    /// Nobody asks it before (429).
    pub hold_until: Option<Timestamp>,
}

/// One request, for `audit` (kept 7 days).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRecord {
    /// When it started.
    pub at: Timestamp,
    /// Before this the server wanted no request, by what its answers until then said: `Retry-After`, freshness, the
    /// document's own interval. None where it never said.
    pub not_before: Option<Timestamp>,
    /// HTTP status; none when no answer came.
    pub status: Option<u16>,
    /// Whether validators were sent.
    pub conditional: bool,
    /// Bytes of the body on the wire.
    pub wire_bytes: u64,
    /// Milliseconds until it was over.
    pub duration_ms: u64,
    /// Failure in words.
    pub error: Option<String>,
}

/// One line of an item's decision trail (bounded per item).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrailLine {
    /// The n-th [`Effect::New`] of the same list, or a report that is there.
    pub about: TrailSubject,
    /// When.
    pub at: Timestamp,
    /// "fetched", "repaired", "identity", "merged", `left_out`, and so on
    pub kind: &'static str,
    /// In words.
    pub text: String,
}

/// Whose trail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrailSubject {
    /// The n-th [`Effect::New`] of the same list.
    New(usize),
    /// A report that is there.
    Report(i64),
}

/// Something that an operator wants to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// "failing", "recovered", "gone", "moved", ..
    pub kind: &'static str,
    /// In words.
    pub text: String,
}

/// One thing that the store shall do. Effects of one list are applied in order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Puts a report among the stories.
    Group(Box<Grouped>),
    /// Forgets what reports are compared by that arrived earlier.
    ForgetSignatures {
        /// Than this.
        before: Timestamp,
    },
    /// Writes the asked feed's row (all fields but the counted ones).
    Feed(Box<FeedState>),
    /// Stores a report of the asked feed.
    New(Box<NewReport>),
    /// Rewrites a report.
    Update(Box<UpdateReport>),
    /// Writes what rules say of a report, and what they rewrote in it. Its date of change stays.
    Judge(Box<JudgedReport>),
    /// Sets a host's politeness; fields that are `None` stay.
    Host(HostHold),
    /// Logs a request of the asked feed.
    Request(RequestRecord),
    /// Adds a trail line.
    Trail(TrailLine),
    /// Adds an event of the asked feed.
    Event(Event),
    /// Writes a subscription of the asked feed; one without a row number gets a row.
    Lease(Box<Lease>),
    /// Forgets the subscription with this row number.
    ForgetLease(i64),
    /// Takes a report out of every output, and what is like it.
    TakeDown {
        /// Row number.
        report: i64,
        /// When.
        at: Timestamp,
    },
    /// Takes that back, with what was kept out because of it. What is down with all of its feed stays down.
    Restore {
        /// Row number.
        report: i64,
    },
    /// Takes all of the asked feed out of every output, what comes of it too.
    TakeDownFeed {
        /// When.
        at: Timestamp,
        /// The trail line of each of its reports.
        text: String,
    },
    /// Takes that back. What was taken down by itself stays down.
    RestoreFeed {
        /// When.
        at: Timestamp,
        /// The trail line of each of its reports.
        text: String,
    },
}

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// Reports that were stored.
    pub new: u32,
    /// Reports that were rewritten with a change that readers see.
    pub changed: u32,
    /// Of the new ones, those that joined an entry.
    pub duplicates: u32,
    /// Of the new ones, those that a rule dropped.
    pub dropped: u32,
}
