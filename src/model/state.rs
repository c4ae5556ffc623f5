//! What is remembered of a feed between two refreshes, and how a refresh ended.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Hints, PushOffer, Timestamp, Validators};

/// A feed that answers and has no news for so long is stale.
pub const STALE_AFTER: Duration = Duration::from_secs(30 * 24 * 3600);

/// Where a feed stands. `Held` and `Paused` are seen, not stored: they follow from `hold_until` and from feeds.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Polled as planned.
    #[default]
    Active,
    /// Failing; polled at growing distances.
    BackingOff,
    /// Its server asked not to be asked before `hold_until` (RFC 9110 10.2.3).
    Held,
    /// Answered 410; never asked again until it is resumed or its configuration changes.
    Gone,
    /// The operator paused it.
    Paused,
    /// Its last document killed or exhausted the parser.
    Quarantined,
}

impl State {
    /// The word that `status` shows and the store keeps.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::BackingOff => "backing_off",
            Self::Held => "held",
            Self::Gone => "gone",
            Self::Paused => "paused",
            Self::Quarantined => "quarantined",
        }
    }

    /// The reverse of [`State::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Active, Self::BackingOff, Self::Held, Self::Gone, Self::Paused, Self::Quarantined]
            .into_iter()
            .find(|state| state.name() == name)
    }
}

/// By what a feed's items are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityRule {
    /// The best that the feed's own documents allow: guid, else link, else content.
    #[default]
    Auto,
    /// The origin's id.
    Guid,
    /// The canonical address.
    Link,
    /// Title and content.
    Content,
}

impl IdentityRule {
    /// The word used in feeds.toml and in the store.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Guid => "guid",
            Self::Link => "link",
            Self::Content => "content",
        }
    }

    /// The reverse of [`IdentityRule::name`].
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Auto, Self::Guid, Self::Link, Self::Content].into_iter().find(|rule| rule.name() == name)
    }
}

/// One feed's row: everything that has to survive a restart, so that a restart never causes a burst.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedState {
    /// Row number in the store; 0 before it has one.
    pub id: i64,
    /// The address as configured: the key.
    pub url: String,
    /// The address in use where a permanent move was adopted.
    pub current_url: Option<Url>,
    /// Where a permanent redirect leads that is not adopted yet.
    pub redirect_to: Option<Url>,
    /// When that redirect was first seen.
    pub redirect_first_seen: Option<Timestamp>,
    /// How often in a row it was seen.
    pub redirect_count: u32,
    /// `Active`, `BackingOff`, `Gone` or `Quarantined`.
    pub state: State,
    /// Failures in a row.
    pub failures: u32,
    /// The first failure of the present row of failures.
    pub failing_since: Option<Timestamp>,
    /// The last request.
    pub last_check: Option<Timestamp>,
    /// The last answer that was a feed or a 304.
    pub last_ok: Option<Timestamp>,
    /// When it last had an item that was new.
    pub last_new: Option<Timestamp>,
    /// When a whole body was last read; 304 for ever is suspicious.
    pub last_full: Option<Timestamp>,
    /// HTTP status of the last answer.
    pub last_status: Option<u16>,
    /// The last failure in plain words; none after a success.
    pub last_error: Option<String>,
    /// When it is due.
    pub next_check: Timestamp,
    /// Why then, in plain words.
    pub next_check_why: String,
    /// Never asked before this, by nobody.
    pub hold_until: Option<Timestamp>,
    /// Sent with the next request.
    pub validators: Validators,
    /// Hints of the last answers; a 304 keeps what the body said.
    pub hints: Hints,
    /// xxh3-128 of the last whole decoded body.
    pub body_hash: Option<u128>,
    /// By what its items are told apart just now (`Auto` until a document was read).
    pub identity: IdentityRule,
    /// Repairs that the last document needed.
    pub repairs: u32,
    /// Format of the last document.
    pub format: Option<String>,
    /// Title in the last document.
    pub title: Option<String>,
    /// Pages, by the last document.
    pub home_page_url: Option<Url>,
    /// Language, by the last document.
    pub language: Option<String>,
    /// Feed id, by the last document (`atom:source` shows it).
    pub document_id: Option<String>,
    /// Rights, by the last document.
    pub rights: Option<String>,
    /// Where its last document says that it is pushed from.
    pub push: Option<PushOffer>,
    /// Hubs that it names beside that one, in the order in which they are tried when that one does not deliver.
    pub other_hubs: Vec<Url>,
    /// When the first document was read; none before. Its first document's items are a first batch.
    pub first_document: Option<Timestamp>,
    /// Since when all of it is taken down. Written by takedowns alone.
    pub taken_down: Option<Timestamp>,
    /// Items that were new in the seven days before the row was read. Counted by the store, never written.
    pub new_7d: u32,
    /// Reports stored of it. Counted by the store, never written.
    pub items: u64,
}

impl FeedState {
    /// A feed that was never asked: due at once.
    #[must_use]
    pub fn new(url: &str, now: Timestamp) -> Self {
        Self {
            id: 0,
            url: url.to_owned(),
            current_url: None,
            redirect_to: None,
            redirect_first_seen: None,
            redirect_count: 0,
            state: State::Active,
            failures: 0,
            failing_since: None,
            last_check: None,
            last_ok: None,
            last_new: None,
            last_full: None,
            last_status: None,
            last_error: None,
            next_check: now,
            next_check_why: "never asked before".to_owned(),
            hold_until: None,
            validators: Validators::default(),
            hints: Hints::default(),
            body_hash: None,
            identity: IdentityRule::Auto,
            repairs: 0,
            format: None,
            title: None,
            home_page_url: None,
            language: None,
            document_id: None,
            rights: None,
            push: None,
            other_hubs: Vec::new(),
            first_document: None,
            taken_down: None,
            new_7d: 0,
            items: 0,
        }
    }

    /// True for a feed that answers and has had no news for [`STALE_AFTER`]: it may have moved without a word.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        let since = self.last_new.or(self.first_document);
        self.state == State::Active && since.is_some_and(|at| now.since(at) > STALE_AFTER)
    }

    /// The state as people see it: what is stored, under what the clock and the operator say.
    #[must_use]
    pub fn seen_at(&self, now: Timestamp, paused: bool) -> State {
        match self.state {
            State::Gone | State::Quarantined => self.state,
            _ if paused => State::Paused,
            _ if self.hold_until.is_some_and(|until| until > now) => State::Held,
            stored => stored,
        }
    }
}

/// How one refresh ended. A feed's trouble is an outcome, never an error of the poll.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// A whole document was read (also when its bytes were those of last time).
    Fresh {
        /// Reports that are new.
        new: u32,
        /// Reports whose title or text changed.
        changed: u32,
        /// Of the new ones, those that joined an entry that was there.
        duplicates: u32,
        /// Of the new ones, those that a rule dropped.
        dropped: u32,
    },
    /// 304.
    NotModified,
    /// No feed came.
    Failed(Failure),
    /// Not asked, because its server or host asked for quiet.
    Held,
    /// Answered 410.
    Gone,
}

/// Why no feed came.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// What kind: decides about holds and whether the network itself is suspect.
    pub kind: FailureKind,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// One line for people: what happened, to what, what to do.
    pub message: String,
}

/// Kinds of failure that callers treat differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// Name look-up, connection or TLS failed.
    Connect,
    /// A time limit ran out.
    Timeout,
    /// The address or a redirect is one that warta does not ask.
    Refused,
    /// An HTTP status that is no success.
    Status,
    /// 429: the host wants fewer requests (RFC 6585 4).
    TooMany,
    /// 503, with or without Retry-After.
    Unavailable,
    /// A body over a limit, cut off, or not decodable.
    Body,
    /// The document is no feed.
    NotAFeed,
    /// warta's own trouble with this document (a panic while reading it).
    Internal,
    /// Reading this very document ended the process before: it is not read again.
    Deadly,
}

/// What publish has to know of a section to decide whether to draw it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionState {
    /// Its id, as configured.
    pub id: String,
    /// Moves whenever anything that its outputs show may have changed.
    pub revision: i64,
    /// When it first stood in feeds.toml.
    pub opened: Timestamp,
    /// Its feed id's year part and more: the id that its outputs carry, frozen.
    pub feed_id: String,
    /// The highest number that an archive document of it ever had; 0 where it had none.
    pub archives: i64,
}
