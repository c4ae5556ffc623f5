//! One subscription through its life: asked for, verified, renewed, denied, lost, ended. Pure: each function takes the
//! subscription as it is remembered and gives it as it is from then on.
//!
//! A subscription asks its hub until the hub verifies it, at growing distances and never without an end to how often;
//! it is renewed at two thirds of its lease, and ended by an unsubscription that is tried a few times.

use std::time::Duration;

use url::Url;

use super::Call;
use crate::model::{ASKED_LEASE, HubSecret, Lease, LeaseMode, MAX_LEASE, MIN_LEASE_STEP, PushOffer, Timestamp};

/// The first wait for a verification; doubled with each request that led to nothing.
const FIRST_WAIT: Duration = Duration::from_secs(5 * 60);
/// The longest wait between two requests of a subscription that leads to nothing.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 3600);
/// The first wait after a denial.
const DENIED_WAIT: Duration = Duration::from_secs(24 * 3600);
/// The longest wait after denials.
const LONGEST_DENIED_WAIT: Duration = Duration::from_secs(7 * 24 * 3600);
/// Unsubscriptions that are tried; the lease then ends by itself.
const MAX_GOODBYES: u32 = 4;
/// Items that polls found first since the last delivery, from which on a hub counts as one that never delivers.
const MISSED_TOO_MANY: u32 = 2;

/// What is due for a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing yet.
    Wait,
    /// Send this to the hub.
    Send(LeaseMode),
    /// Nothing is left to do for it.
    Forget,
}

/// A subscription that is new: its first request is due.
#[must_use]
pub fn wish(
    feed: &str,
    offer: &PushOffer,
    token: &str,
    callback: &Url,
    secret: Option<HubSecret>,
    now: Timestamp,
) -> Lease {
    Lease {
        id: 0,
        feed: feed.to_owned(),
        offer: offer.clone(),
        token: token.to_owned(),
        callback: callback.clone(),
        secret,
        wanted: true,
        pending: None,
        until: None,
        next_try: now,
        tries: 0,
        denied: None,
        last_error: None,
        last_delivery: None,
        deliveries: 0,
        forged: 0,
        missed: 0,
    }
}

/// What is due at `now`.
#[must_use]
pub fn step(lease: &Lease, now: Timestamp) -> Step {
    // A row that was written by a clock that went wrong is due.
    let waits = lease.next_try > now && lease.next_try <= now.plus(MAX_LEASE);
    match lease.wanted {
        false if !lease.is_live(now) => Step::Forget,
        _ if waits => Step::Wait,
        true => Step::Send(LeaseMode::Subscribe),
        false if lease.tries >= MAX_GOODBYES => Step::Forget,
        false => Step::Send(LeaseMode::Unsubscribe),
    }
}

/// A request is about to be sent. Remembered before it is: a hub may verify it before it answers.
#[must_use]
pub fn sent(lease: &Lease, mode: LeaseMode, now: Timestamp) -> Lease {
    let wait = doubled(FIRST_WAIT, lease.tries, LONGEST_WAIT);
    let tries = lease.tries.saturating_add(1);
    Lease { pending: Some(mode), next_try: now.plus(wait), tries, ..lease.clone() }
}

/// The hub took the request; its verification is awaited.
#[must_use]
pub fn accepted(lease: &Lease) -> Lease {
    Lease { last_error: None, ..lease.clone() }
}

/// The hub did not take the request, or was not reached: no verification is awaited.
#[must_use]
pub fn refused(lease: &Lease, why: &str) -> Lease {
    Lease { pending: None, last_error: Some(why.to_owned()), ..lease.clone() }
}

/// A hub asks whether we meant it. What to answer with, and the subscription from then on (`None`: it has ended); `None`
/// for what is not awaited, which is answered 404.
#[must_use]
pub fn verify(lease: &Lease, call: &Call, now: Timestamp) -> Option<Option<Lease>> {
    let Call::Verify { mode, topic, lease: given, .. } = call else { return None };
    if lease.pending != Some(*mode) || *topic != lease.offer.topic {
        return None;
    }
    if *mode == LeaseMode::Unsubscribe {
        return Some(None);
    }
    // A hub that says 0 means no end, or nothing.
    let length = given.filter(|given| !given.is_zero()).unwrap_or(ASKED_LEASE).min(MAX_LEASE);
    let renewal = (length * 2 / 3).max(MIN_LEASE_STEP);
    Some(Some(Lease {
        pending: None,
        until: Some(now.plus(length)),
        next_try: now.plus(renewal),
        tries: 0,
        denied: None,
        last_error: None,
        ..lease.clone()
    }))
}

/// The hub will not deliver. It is asked again after days, for its mind may change.
#[must_use]
pub fn denied(lease: &Lease, reason: &str, now: Timestamp) -> Lease {
    let wait = doubled(DENIED_WAIT, lease.tries.saturating_sub(1), LONGEST_DENIED_WAIT);
    let words = if reason.is_empty() { "without a reason" } else { reason };
    Lease {
        pending: None,
        until: None,
        next_try: now.plus(wait),
        denied: Some(now),
        last_error: Some(format!("the hub denied it: {words}")),
        ..lease.clone()
    }
}

/// The subscription at the next of `hubs` hubs, in place of one that led to nothing. Until each was asked once nobody
/// waits; then the wait grows as with one hub, and as after a denial where one of them denied it.
#[must_use]
pub fn turned(lease: &Lease, next: Lease, hubs: usize, now: Timestamp) -> Lease {
    let rounds = lease.tries.checked_sub(u32::try_from(hubs).unwrap_or(u32::MAX));
    let (first, longest) = match lease.denied {
        Some(_) => (DENIED_WAIT, LONGEST_DENIED_WAIT),
        None => (FIRST_WAIT, LONGEST_WAIT),
    };
    let wait = rounds.map_or(Duration::ZERO, |rounds| doubled(first, rounds, longest));
    let why = lease.last_error.as_ref().map(|why| format!("the hub before it: {why}"));
    Lease { tries: lease.tries, denied: lease.denied, last_error: why, next_try: now.plus(wait), ..next }
}

/// The promise ran out before it was renewed; it is still asked for.
#[must_use]
pub fn lost(lease: &Lease) -> Lease {
    Lease { until: None, ..lease.clone() }
}

/// It is not wanted any more; a goodbye is due.
#[must_use]
pub fn end(lease: &Lease, now: Timestamp) -> Lease {
    Lease { wanted: false, pending: None, next_try: now, tries: 0, ..lease.clone() }
}

/// A delivery with a right signature was read.
#[must_use]
pub fn delivered(lease: &Lease, now: Timestamp) -> Lease {
    let deliveries = lease.deliveries.saturating_add(1);
    Lease { last_delivery: Some(now), deliveries, missed: 0, ..lease.clone() }
}

/// A poll found `new` items that no delivery had brought.
#[must_use]
pub fn missed(lease: &Lease, new: u32) -> Lease {
    Lease { missed: lease.missed.saturating_add(new), ..lease.clone() }
}

/// True when polls may be rare: the hub's promise holds, and nothing says that it does not deliver.
#[must_use]
pub fn is_trusted(lease: &Lease, now: Timestamp) -> bool {
    lease.wanted && lease.is_live(now) && lease.missed < MISSED_TOO_MANY
}

fn doubled(first: Duration, times: u32, most: Duration) -> Duration {
    first.saturating_mul(1 << times.min(16)).min(most)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-24T07:00:00Z").unwrap()
    }

    /// One that was never asked for.
    pub(in crate::websub) fn lease() -> Lease {
        let offer = PushOffer { hub: url("https://hub.example/"), topic: url("https://kabar.example/rss") };
        let callback = url("https://warta.example/websub/abc");
        wish("https://kabar.example/rss", &offer, "abc", &callback, Some(HubSecret("s3cret".to_owned())), now())
    }

    fn question(mode: LeaseMode, topic: &str, seconds: Option<u64>) -> Call {
        let lease = seconds.map(Duration::from_secs);
        Call::Verify { mode, topic: url(topic), challenge: "c".to_owned(), lease }
    }

    /// A live one.
    fn live(seconds: Option<u64>) -> Lease {
        let asked = sent(&lease(), LeaseMode::Subscribe, now());
        verify(&asked, &question(LeaseMode::Subscribe, "https://kabar.example/rss", seconds), now()).unwrap().unwrap()
    }

    #[test]
    fn only_what_is_awaited_is_verified() {
        let topic = "https://kabar.example/rss";
        let asked = sent(&lease(), LeaseMode::Subscribe, now());
        let goodbye = sent(&end(&live(None), now()), LeaseMode::Unsubscribe, now());
        let check = |lease: &Lease, mode, topic: &str, expected: bool| {
            assert_eq!(
                verify(lease, &question(mode, topic, None), now()).is_some(),
                expected,
                "{lease:?} {mode:?} {topic}"
            );
        };
        check(&asked, LeaseMode::Subscribe, topic, true);
        check(&asked, LeaseMode::Unsubscribe, topic, false);
        check(&asked, LeaseMode::Subscribe, "https://kabar.example/other", false);
        check(&lease(), LeaseMode::Subscribe, topic, false);
        check(&live(None), LeaseMode::Subscribe, topic, false);
        check(&live(None), LeaseMode::Unsubscribe, topic, false);
        check(&refused(&asked, "no"), LeaseMode::Subscribe, topic, false);
        check(&denied(&asked, "no", now()), LeaseMode::Subscribe, topic, false);
        check(&goodbye, LeaseMode::Unsubscribe, topic, true);
        check(&goodbye, LeaseMode::Subscribe, topic, false);
        assert_eq!(verify(&goodbye, &question(LeaseMode::Unsubscribe, topic, None), now()), Some(None), "it is over");
    }

    #[test]
    fn a_lease_is_believed_within_bounds_and_renewed_at_two_thirds() {
        let check = |seconds, until: Duration, renewal: Duration| {
            let lease = live(seconds);
            assert_eq!((lease.until, lease.next_try), (Some(now().plus(until)), now().plus(renewal)), "{seconds:?}");
            assert_eq!(step(&lease, now()), Step::Wait);
            assert_eq!(step(&lease, now().plus(renewal)), Step::Send(LeaseMode::Subscribe));
        };
        check(Some(86_400 * 9), 9 * DAY, 6 * DAY);
        check(None, 10 * DAY, 10 * DAY * 2 / 3);
        check(Some(86_400 * 365), 14 * DAY, 14 * DAY * 2 / 3);
        check(Some(u64::MAX), 14 * DAY, 14 * DAY * 2 / 3);
        check(Some(0), 10 * DAY, 10 * DAY * 2 / 3);
        check(Some(3), Duration::from_secs(3), MIN_LEASE_STEP);
    }

    #[test]
    fn what_leads_to_nothing_is_tried_again_at_growing_distances() {
        let mut lease = lease();
        let mut waits = Vec::new();
        for _ in 0..12 {
            assert_eq!(step(&lease, lease.next_try), Step::Send(LeaseMode::Subscribe));
            let at = lease.next_try;
            lease = refused(&sent(&lease, LeaseMode::Subscribe, at), "503");
            waits.push(lease.next_try.since(at).as_secs() / 60);
        }
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 640, 1_280, 1_440, 1_440, 1_440]);
        assert_eq!(lease.last_error.as_deref(), Some("503"));
        let denied_once = denied(&sent(&self::lease(), LeaseMode::Subscribe, now()), "", now());
        assert_eq!(denied_once.next_try, now().plus(DAY));
        assert_eq!(denied(&lease, "no", now()).next_try, now().plus(7 * DAY));
    }

    #[test]
    fn the_next_hub_is_asked_at_once_until_each_was_and_later_from_then_on() {
        let waits = |fails: &dyn Fn(&Lease) -> Lease| {
            let (mut lease, mut waits) = (lease(), Vec::new());
            for _ in 0..5 {
                let at = lease.next_try;
                lease = turned(&fails(&sent(&lease, LeaseMode::Subscribe, at)), self::lease(), 2, at);
                waits.push(lease.next_try.since(at).as_secs() / 60);
            }
            waits
        };
        assert_eq!(waits(&|lease| refused(lease, "503")), [0, 5, 10, 20, 40]);
        assert_eq!(waits(&|lease| denied(lease, "no", now())), [0, 1_440, 2_880, 5_760, 10_080]);
        let next = turned(&refused(&sent(&lease(), LeaseMode::Subscribe, now()), "503"), lease(), 2, now());
        assert_eq!((next.tries, next.pending, next.last_error.as_deref()), (1, None, Some("the hub before it: 503")));
    }

    #[test]
    fn a_clock_that_went_wrong_keeps_nothing_waiting_and_no_promise_alive() {
        let long_ago = now().minus(400 * DAY);
        assert_eq!(step(&live(None), long_ago), Step::Send(LeaseMode::Subscribe));
        assert!(!is_trusted(&live(None), long_ago));
    }

    #[test]
    fn an_end_is_told_a_few_times_and_then_waited_for() {
        let over = end(&lease(), now());
        assert_eq!(step(&over, now()), Step::Forget, "nobody knows of it");
        let mut lease = end(&live(None), now());
        for _ in 0..MAX_GOODBYES {
            assert_eq!(step(&lease, lease.next_try), Step::Send(LeaseMode::Unsubscribe));
            let at = lease.next_try;
            lease = sent(&lease, LeaseMode::Unsubscribe, at);
        }
        assert_eq!(step(&lease, lease.next_try), Step::Forget);
        assert_eq!(step(&end(&live(Some(60)), now()), now().plus(HOUR)), Step::Forget, "its lease ran out");
    }

    #[test]
    fn a_hub_is_trusted_until_polls_find_two_items_first() {
        let check = |lease: &Lease, at: Timestamp, expected: bool| assert_eq!(is_trusted(lease, at), expected);
        check(&lease(), now(), false);
        check(&live(None), now(), true);
        check(&live(None), now().plus(11 * DAY), false);
        check(&missed(&live(None), 1), now(), true);
        check(&missed(&missed(&live(None), 1), 1), now(), false);
        check(&delivered(&missed(&live(None), 9), now()), now(), true);
        check(&denied(&live(None), "no", now()), now(), false);
        check(&end(&live(None), now()), now(), false);
        check(&lost(&live(None)), now(), false);
    }
}
