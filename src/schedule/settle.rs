//! One refresh into the row: the state machine of a feed.
//!
//! `active` stays so by a document or a 304; a failure makes it `backing_off`, the first success `active` again; 410
//! makes it `gone`, and nobody asks it. A hold lies over all of them.

use std::time::Duration;

use super::next::{Gap, after, backoff, regular, skip, words};
use super::{Policy, Report, moves};
use crate::model::{
    Failure, FailureKind, FeedState, Hints, MAX_RETRY_AFTER, Outcome, State, TOO_MANY_HOLD, Timestamp, Validators,
};

/// After so long of nothing but 304 and parts the validators are dropped once: some servers answer 304 for ever.
const LONGEST_UNREAD: Duration = Duration::from_secs(8 * 24 * 3_600);
/// Where the due date of a feed lies that nobody asks.
const NEVER: Duration = Duration::from_secs(100 * 365 * 24 * 3_600);

/// The whole next row of a feed after one refresh. What the document itself said (title, format, identity, ..) is the
/// caller's to fill in.
#[must_use]
pub fn settle(state: &FeedState, report: &Report, policy: &Policy, now: Timestamp) -> FeedState {
    let mut next = state.clone();
    if report.outcome == Outcome::Held {
        hold(&mut next, report.hints.retry_at, policy, now);
        return next;
    }
    next.last_check = Some(now);
    next.last_status = report.status;
    moves::record(&mut next, report, now);
    match &report.outcome {
        Outcome::Fresh { new, .. } => fresh(&mut next, report, *new, now),
        Outcome::NotModified => not_modified(&mut next, report, now),
        Outcome::Gone if !moves::has_another(state, report) => return gone(next, now),
        Outcome::Gone => failed(&mut next, "it has ended at this address (410); its other address is asked next", now),
        Outcome::Failed(failure) if failure.kind == FailureKind::Deadly => {
            return quarantined(next, &failure.message, now);
        }
        Outcome::Failed(failure) => failed(&mut next, &failure.message, now),
        Outcome::Held => {}
    }
    match &report.outcome {
        Outcome::Fresh { .. } | Outcome::NotModified => plan(&mut next, new_items(&report.outcome), policy, now),
        _ => plan_retry(&mut next, report, policy, now),
    }
    next
}

/// A host that wants quiet was not asked: the feed waits with it.
fn hold(next: &mut FeedState, until: Option<Timestamp>, policy: &Policy, now: Timestamp) {
    let until = until.map(|until| until.min(now.plus(MAX_RETRY_AFTER)));
    next.hold_until = next.hold_until.max(until);
    if let Some(until) = next.hold_until.filter(|until| *until > next.next_check) {
        next.next_check = until;
        next.next_check_why = format!("its host wants no request before {until}");
        fit(next, policy);
    }
}

fn new_items(outcome: &Outcome) -> u32 {
    if let Outcome::Fresh { new, .. } = outcome { *new } else { 0 }
}

/// A document was read: it replaces all that was known of the last one.
fn fresh(next: &mut FeedState, report: &Report, new: u32, now: Timestamp) {
    recovered(next, now);
    next.validators = report.validators.clone().unwrap_or_default();
    next.hints = Hints { retry_at: None, ..report.hints.clone() };
    if new > 0 {
        next.last_new = Some(now);
    }
    if report.full {
        next.last_full = Some(now);
        next.first_document = next.first_document.or(Some(now));
    }
    forget_what_is_long_unread(next, now);
}

/// Nothing new: what the last body said stays true; header lines that came are newer than the known ones.
fn not_modified(next: &mut FeedState, report: &Report, now: Timestamp) {
    recovered(next, now);
    if let Some(validators) = &report.validators {
        next.validators = validators.clone();
    }
    next.hints.fresh = report.hints.fresh.or(next.hints.fresh);
    next.hints.retry_at = None;
    forget_what_is_long_unread(next, now);
}

/// Without validators the next answer is the whole document.
fn forget_what_is_long_unread(next: &mut FeedState, now: Timestamp) {
    if next.last_full.is_some_and(|at| now.since(at) >= LONGEST_UNREAD) {
        next.validators = Validators::default();
    }
}

fn recovered(next: &mut FeedState, now: Timestamp) {
    next.state = State::Active;
    next.failures = 0;
    next.failing_since = None;
    next.last_error = None;
    next.last_ok = Some(now);
    next.hold_until = None;
}

fn failed(next: &mut FeedState, message: &str, now: Timestamp) {
    next.state = State::BackingOff;
    next.failures = next.failures.saturating_add(1);
    next.failing_since = next.failing_since.or(Some(now));
    next.last_error = Some(message.to_owned());
}

fn quarantined(mut next: FeedState, message: &str, now: Timestamp) -> FeedState {
    failed(&mut next, message, now);
    next.state = State::Quarantined;
    next.next_check = now.plus(NEVER);
    next.next_check_why = "never: reading its document ended warta; `warta resume` wakes it".to_owned();
    next
}

fn gone(mut next: FeedState, now: Timestamp) -> FeedState {
    failed(&mut next, "its server says that it has ended (410 Gone)", now);
    next.state = State::Gone;
    next.next_check = now.plus(NEVER);
    next.next_check_why = "never: it has ended (410); its items stay".to_owned();
    next
}

/// The next check of a feed that works. `new` came with this very document, and the row does not count them yet.
fn plan(next: &mut FeedState, new: u32, policy: &Policy, now: Timestamp) {
    if let Some(cron) = &policy.cron {
        next.next_check = policy.not_before(now.plus(Duration::from_millis(1)));
        next.next_check_why = format!("at \"{cron}\", as feeds.toml says");
        return;
    }
    let Gap { length, why } = regular(next, next.new_7d.saturating_add(new), policy);
    next.next_check = after(now, length, &next.url, 0);
    next.next_check_why = why;
    fit(next, policy);
}

/// Moves the next check to a time at which the operator wants the feed to be asked; where he names none, past the hours
/// and days that the feed wants left out.
fn fit(next: &mut FeedState, policy: &Policy) {
    let planned = next.next_check;
    next.next_check = if policy.cron.is_some() { policy.not_before(planned) } else { skip(planned, &next.hints) };
    if next.next_check > planned {
        let how =
            if policy.cron.is_some() { "at the next time of its cron" } else { "past its skipped hours and days" };
        next.next_check_why = format!("{}, {how}", next.next_check_why);
    }
}

/// The row of a feed that works, under other settings than those it was planned with; `None` where nothing changes.
/// What the server asked for stands.
#[must_use]
pub fn replan(state: &FeedState, policy: &Policy) -> Option<FeedState> {
    let last = state.last_check.filter(|_| state.state == State::Active)?;
    let mut next = state.clone();
    plan(&mut next, 0, policy, last);
    next.next_check = next.next_check.max(state.hold_until.unwrap_or(next.next_check));
    let adapts = policy.interval.is_none() && policy.cron.is_none();
    let moves = if adapts { next.next_check < state.next_check } else { next.next_check != state.next_check };
    moves.then_some(next)
}

/// The next try of one that failed, not before the end of what its server asked for.
fn plan_retry(next: &mut FeedState, report: &Report, policy: &Policy, now: Timestamp) {
    let failing_for = next.failing_since.map_or(Duration::ZERO, |since| now.since(since));
    // A failure is no reason to trust the hub alone for hours.
    let policy = &Policy { pushed: false, ..policy.clone() };
    let usual = match &policy.cron {
        Some(_) => Duration::ZERO,
        None => regular(next, next.new_7d, policy).length,
    };
    let Gap { length, why } = backoff(usual, next.failures, failing_for, policy);
    next.next_check = after(now, length, &next.url, next.failures);
    next.next_check_why = why;
    next.hold_until = next.hold_until.max(hold_of(report, now));
    if let Some(until) = next.hold_until.filter(|until| *until > next.next_check) {
        next.next_check = until;
        next.next_check_why = format!("its server wants no request for {}", words(until.since(now)));
    }
    fit(next, policy);
}

/// Until when a failure forbids to ask again: what a 429 or 503 named, an hour for a 429 that named nothing.
fn hold_of(report: &Report, now: Timestamp) -> Option<Timestamp> {
    let Outcome::Failed(Failure { kind, .. }) = &report.outcome else { return None };
    let named = report.hints.retry_at.map(|at| at.min(now.plus(MAX_RETRY_AFTER)));
    match kind {
        FailureKind::TooMany => Some(named.unwrap_or_else(|| now.plus(TOO_MANY_HOLD))),
        FailureKind::Unavailable => named,
        _ => None,
    }
}
