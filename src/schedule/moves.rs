//! Permanent redirects: recorded when seen, adopted when they are meant.
//!
//! The configured address stays the key and the operator's; what changes is the address in use.

use url::Url;

use super::{Report, WEEK};
use crate::model::{FeedState, Hop, Outcome, Timestamp};

/// How often in a row a move has to be seen.
const SIGHTINGS: u32 = 3;

/// What the hops of a refresh say of the feed's address, written into the next row.
pub(super) fn record(next: &mut FeedState, report: &Report, now: Timestamp) {
    let read = matches!(report.outcome, Outcome::Fresh { .. } | Outcome::NotModified);
    let here = report.hops.is_empty();
    match (move_of(&report.hops), next.redirect_to.clone()) {
        (Some(target), _) if read && is_upgrade(&report.hops) => adopt(next, target),
        (Some(target), known) if read => {
            let again = known.as_ref() == Some(&target);
            next.redirect_count = if again { next.redirect_count.saturating_add(1) } else { 1 };
            let since = next.redirect_first_seen.filter(|_| again).unwrap_or(now);
            next.redirect_first_seen = Some(since);
            next.redirect_to = Some(target.clone());
            if next.redirect_count >= SIGHTINGS && now.since(since) >= WEEK {
                adopt(next, target);
            }
        }
        // The old address has ended while a move was on record: the move was meant.
        (None, Some(known)) if here && is_lost(report.status) => adopt(next, known),
        // The adopted address has ended: the configured one is asked what it knows.
        (None, None) if here && is_lost(report.status) => next.current_url = None,
        // Another answer of the old address: the move was not meant.
        (None, Some(_)) if report.status.is_some() => forget(next),
        _ => {}
    }
}

/// True when a refresh that ended as "gone" or "not found" has still somewhere to go: at the configured address or at
/// the end of a recorded move. Asked of the row before [`record`].
pub(super) fn has_another(state: &FeedState, report: &Report) -> bool {
    report.hops.is_empty() && is_lost(report.status) && (state.redirect_to.is_some() || state.current_url.is_some())
}

/// Where the hops lead, when all of them are permanent.
fn move_of(hops: &[Hop]) -> Option<Url> {
    let last = hops.last()?;
    hops.iter().all(Hop::is_permanent).then(|| last.to.clone())
}

/// True when all that changed is http to https.
fn is_upgrade(hops: &[Hop]) -> bool {
    let (Some(first), Some(last)) = (hops.first(), hops.last()) else { return false };
    let (from, to) = (&first.from, &last.to);
    let plain = |url: &Url| url.port().is_none();
    let same = from.host() == to.host() && from.path() == to.path() && from.query() == to.query();
    from.scheme() == "http" && to.scheme() == "https" && plain(from) && plain(to) && same
}

fn is_lost(status: Option<u16>) -> bool {
    matches!(status, Some(404 | 410))
}

fn adopt(next: &mut FeedState, target: Url) {
    next.current_url = Some(target);
    forget(next);
}

fn forget(next: &mut FeedState) {
    next.redirect_to = None;
    next.redirect_first_seen = None;
    next.redirect_count = 0;
}
