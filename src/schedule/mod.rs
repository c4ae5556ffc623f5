//! Decides when a feed is asked again. Pure.
//!
//! In: a feed's row, how its refresh ended, what the operator wants, and the time. Out: the whole next row. Everything
//! that a server, a document or a failure asks for is a lower bound; nothing makes a feed be asked earlier than
//! promised. It never asks the clock, and keeps nothing.

mod moves;
mod next;
mod settle;
mod wake;

use std::time::Duration;

use url::Url;

use crate::model::{FeedState, Hints, Hop, Outcome, State, Timestamp, Validators};
use crate::notation::cron::Cron;

pub use settle::{replan, settle};
pub use wake::{promised, wake};

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
const WEEK: Duration = Duration::from_secs(7 * 24 * 3_600);

/// How often the operator wants a feed to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The adaptive distance is never shorter.
    pub min_interval: Duration,
    /// The adaptive distance is never longer.
    pub max_interval: Duration,
    /// A fixed distance in place of the adaptive one. What the server asks for still counts.
    pub interval: Option<Duration>,
    /// A hub delivers what is new: polls are only for what it misses.
    pub pushed: bool,
    /// Times of day and week in place of any distance: then nothing but a hold or a failure counts beside them.
    pub cron: Option<Cron>,
}

impl Policy {
    /// The first moment at or after `at` at which the operator wants a feed to be asked.
    #[must_use]
    pub fn not_before(&self, at: Timestamp) -> Timestamp {
        let just_before = at.minus(Duration::from_millis(1));
        self.cron.as_ref().and_then(|cron| cron.next_after(just_before)).map_or(at, Timestamp::utc)
    }
}

/// How a refresh ended, with what the answer said of the next one.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How it ended. For `Held` the hints' `retry_at` tells until when.
    pub outcome: Outcome,
    /// HTTP status of the last answer, where one came.
    pub status: Option<u16>,
    /// For `Fresh`, the validators of the document, which replace the known ones (`None`: it had none); for
    /// `NotModified`, those that the answer named.
    pub validators: Option<Validators>,
    /// Of the header lines, and for `Fresh` of the document too.
    pub hints: Hints,
    /// The redirects before the last answer.
    pub hops: Vec<Hop>,
    /// The address that gave the document or the 304.
    pub final_url: Option<Url>,
    /// Whether a whole body was read: not so for a 226, which is a part of the feed (RFC 3229).
    pub full: bool,
}

/// True when a feed may be asked and its time has come.
#[must_use]
pub fn is_due(state: &FeedState, now: Timestamp) -> bool {
    let asleep = matches!(state.state, State::Gone | State::Quarantined | State::Paused);
    let held = state.hold_until.is_some_and(|until| until > now);
    !asleep && !held && state.next_check <= now
}

/// Until when a feed is left alone that wants the hour or the day of `now` left out (RSS 2.0 `skipHours`, `skipDays`);
/// `None` where it may be asked.
#[must_use]
pub fn skipped(hints: &Hints, now: Timestamp) -> Option<Timestamp> {
    Some(next::skip(now, hints)).filter(|until| *until > now)
}

/// True when so many of so many requests of the last minute failed to connect that the fault must be here: then none
/// of them is held against its feed (see [`postpone`]).
#[must_use]
pub fn is_network_down(requests: usize, failed_to_connect: usize) -> bool {
    requests >= 20 && failed_to_connect * 10 > requests * 8
}

/// The row of a feed whose failure was not its own: asked again in five minutes, nothing else changed.
#[must_use]
pub fn postpone(state: &FeedState, now: Timestamp) -> FeedState {
    FeedState {
        next_check: now.plus(5 * MINUTE),
        next_check_why: "this machine seems to be without network: all feeds wait 5 minutes".to_owned(),
        ..state.clone()
    }
}

/// The row of a feed that is to be looked at soon, for a reason that its own pace does not know. Still not before what
/// its server asked for, and never twice a minute.
#[must_use]
pub fn look_soon(state: &FeedState, why: &str, now: Timestamp) -> FeedState {
    let at = next::allowed_from(state, now);
    if state.state != State::Active || at >= state.next_check {
        return state.clone();
    }
    FeedState { next_check: at, next_check_why: why.to_owned(), ..state.clone() }
}

#[cfg(test)]
mod tests;
