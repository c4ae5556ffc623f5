//! Distances between two requests, and why, in words.

use std::time::Duration;

use chrono::{Datelike, TimeDelta, Timelike, Utc};
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::{DAY, HOUR, MINUTE, Policy, WEEK};
use crate::model::{FeedState, Hints, Timestamp};

/// Beyond this nobody is believed to want to be asked so rarely: `max-age` of a year is a mistake.
const MOST_ASKED: Duration = DAY;
/// Where a hub delivers, a feed is asked for its own pace times this,
const PUSHED_TIMES: u32 = 4;
/// and no more often than this.
const PUSHED_LEAST: Duration = Duration::from_secs(6 * 3_600);
/// A body of this many bytes that no validator spares is asked for hourly at most.
const HEAVY_BYTES: u64 = 256 * 1024;
/// The first distance after a failure, unless the operator fixed a shorter one.
const FIRST_BACKOFF: Duration = Duration::from_secs(30 * 60);
/// The longest distance between two tries of a failing feed.
const LONGEST_BACKOFF: Duration = DAY;
/// The longest distance once a feed has failed for a week.
const LONGEST_BACKOFF_OF_THE_LOST: Duration = WEEK;

/// A distance and why, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) length: Duration,
    pub(super) why: String,
}

/// The regular distance: the feed's own pace, or what its server or document asks for where that is longer.
pub(super) fn regular(state: &FeedState, new_7d: u32, policy: &Policy) -> Gap {
    let own = own_pace(new_7d, policy);
    let own = if policy.pushed { rare(&own) } else { own };
    asked(&state.hints, state.validators.is_empty())
        .into_iter()
        .map(|(length, why)| Gap { length, why: format!("every {}: {why}", words(length)) })
        .fold(own, |longest, gap| if gap.length > longest.length { gap } else { longest })
}

/// As often as the feed had news in the last week, within the operator's bounds; or the operator's fixed distance.
fn own_pace(new_7d: u32, policy: &Policy) -> Gap {
    if let Some(length) = policy.interval {
        return Gap { length, why: format!("every {}: the interval set in feeds.toml", words(length)) };
    }
    let wanted = WEEK / new_7d.max(1);
    let length = wanted.min(policy.max_interval).max(policy.min_interval);
    let bound = match length {
        _ if length < wanted => ", max_interval",
        _ if length > wanted => ", min_interval",
        _ => "",
    };
    Gap { length, why: format!("every {}: {new_7d} new in 7 days{bound}", words(length)) }
}

/// The distance between looks for what a hub misses.
fn rare(own: &Gap) -> Gap {
    let length = own.length.saturating_mul(PUSHED_TIMES).max(PUSHED_LEAST);
    Gap { length, why: format!("every {}: its hub pushes what is new", words(length)) }
}

/// From when on nothing that the server asked for forbids a look, a minute after the last one at the earliest.
pub(super) fn allowed_from(state: &FeedState, now: Timestamp) -> Timestamp {
    let asked = asked(&state.hints, state.validators.is_empty()).into_iter().map(|(length, _)| length).max();
    let after_last = state.last_check.map(|at| at.plus(asked.unwrap_or_default().max(MINUTE)));
    let at = now.max(after_last.unwrap_or(now)).max(state.hold_until.unwrap_or(now));
    skip(at, &state.hints)
}

/// What is asked for, each with its reason.
pub(super) fn asked(hints: &Hints, no_validators: bool) -> Vec<(Duration, &'static str)> {
    let heavy = no_validators && hints.body_bytes.is_some_and(|bytes| bytes > HEAVY_BYTES);
    let hints = [
        (hints.ttl, "the feed's ttl asks for it"),
        (hints.update_period, "the feed's update period asks for it"),
        (hints.fresh, "the server's Cache-Control or Expires asks for it"),
        (heavy.then_some(HOUR), "the document is large and its server gives no validators"),
    ];
    hints.into_iter().filter_map(|(length, why)| Some((length?.min(MOST_ASKED), why))).collect()
}

/// The distance after the n-th failure in a row: doubled each time, never given up.
pub(super) fn backoff(regular: Duration, failures: u32, failing_for: Duration, policy: &Policy) -> Gap {
    let first = if policy.interval.is_some() { regular } else { regular.max(FIRST_BACKOFF) };
    let longest = if failing_for >= WEEK { LONGEST_BACKOFF_OF_THE_LOST } else { LONGEST_BACKOFF };
    let doublings = failures.saturating_sub(1).min(31);
    let length = first.saturating_mul(1 << doublings).min(longest.max(first));
    let times = if failures == 1 { "failed once".to_owned() } else { format!("failed {failures} times in a row") };
    Gap { length, why: format!("{times}: tried again after {}", words(length)) }
}

/// `gap` after `now`, and up to a tenth of it later: by the feed's address and the number of failures, so that feeds
/// that failed together do not come back together.
pub(super) fn after(now: Timestamp, gap: Duration, url: &str, failures: u32) -> Timestamp {
    let thousandth = xxh3_64_with_seed(url.as_bytes(), u64::from(failures)) % 1_000;
    let late = gap.as_millis().min(WEEK.as_millis()) as u64 * thousandth / 10_000;
    now.plus(gap).plus(Duration::from_millis(late))
}

/// The first instant at or after `at` that lies in no hour and on no day that the feed wants left out (GMT). Where
/// every hour of the week is left out, the feed means nothing by it.
pub(super) fn skip(at: Timestamp, hints: &Hints) -> Timestamp {
    let left_out = |utc: &chrono::DateTime<Utc>| {
        let (hour, day) = (utc.hour(), utc.weekday().num_days_from_monday());
        hints.skip_hours.iter().any(|skipped| u32::from(*skipped) == hour)
            || hints.skip_days.iter().any(|skipped| u32::from(*skipped) == day)
    };
    let mut candidate = at.to_chrono().with_timezone(&Utc);
    for _ in 0..=7 * 24 {
        if !left_out(&candidate) {
            return if candidate == at.to_chrono() { at } else { Timestamp::from(candidate) };
        }
        let into_hour = TimeDelta::seconds(i64::from(candidate.minute() * 60 + candidate.second()));
        let Some(next) =
            candidate.with_nanosecond(0).and_then(|c| c.checked_add_signed(TimeDelta::hours(1) - into_hour))
        else {
            return at;
        };
        candidate = next;
    }
    at
}

/// "2 h 30 min", "5 s", "3 d": the two largest units.
pub(super) fn words(length: Duration) -> String {
    let seconds = length.as_secs();
    let (minute, hour, day) = (MINUTE.as_secs(), HOUR.as_secs(), DAY.as_secs());
    let two = |large, name, small, small_name| match (seconds / large, seconds % large / small) {
        (n, 0) => format!("{n} {name}"),
        (n, rest) => format!("{n} {name} {rest} {small_name}"),
    };
    match seconds {
        _ if seconds >= day => two(day, "d", hour, "h"),
        _ if seconds >= hour => two(hour, "h", minute, "min"),
        _ if seconds >= minute => two(minute, "min", 1, "s"),
        _ => format!("{seconds} s"),
    }
}
