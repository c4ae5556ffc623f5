//! When a delivery that failed is tried again.

use std::time::Duration;

use crate::model::{FIRST_DELIVERY_WAIT, LONGEST_DELIVERY_WAIT, MAX_RETRY_AFTER, Timestamp};

/// When to try again after `tries` deliveries in a row that failed, the last one at `now`: at doubling distances from
/// [`FIRST_DELIVERY_WAIT`] to [`LONGEST_DELIVERY_WAIT`], later by up to a tenth that differs from subscriber to
/// subscriber, so that those of a host that was down do not come back together. `asked` is the callback's own word, in
/// `Retry-After`.
#[must_use]
pub fn next_delivery(subscriber: i64, tries: u32, asked: Option<Timestamp>, now: Timestamp) -> Timestamp {
    let wait = FIRST_DELIVERY_WAIT.saturating_mul(1 << tries.saturating_sub(1).min(16)).min(LONGEST_DELIVERY_WAIT);
    let own = now.plus(wait + jitter(subscriber, tries, wait / 10));
    let asked = asked.map(|asked| asked.min(now.plus(MAX_RETRY_AFTER)));
    asked.map_or(own, |asked| asked.max(own))
}

/// A part of `most` that comes from a hash, not from chance.
fn jitter(subscriber: i64, tries: u32, most: Duration) -> Duration {
    let mut bytes = subscriber.to_le_bytes().to_vec();
    bytes.extend(tries.to_le_bytes());
    let part = xxhash_rust::xxh3::xxh3_64(&bytes) >> 48;
    most.saturating_mul(u32::try_from(part).unwrap_or(0)) / (1 << 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-24T07:00:00Z").unwrap()
    }

    #[test]
    fn waits_double_up_to_six_hours_and_lie_apart() {
        let wait = |subscriber, tries| next_delivery(subscriber, tries, None, now()).since(now());
        for (tries, seconds) in [(1, 10), (2, 20), (3, 40), (12, 20_480), (13, 21_600), (200, 21_600)] {
            let least = Duration::from_secs(seconds);
            let all: Vec<Duration> = (0..100).map(|subscriber| wait(subscriber, tries)).collect();
            assert!(all.iter().all(|wait| (least..=least + least / 10).contains(wait)), "{tries}: {all:?}");
            assert!(all.iter().max() > all.iter().min(), "{tries}");
        }
    }

    #[test]
    fn a_callback_that_asks_for_more_gets_it_within_a_week() {
        let asked = |seconds| Some(now().plus(Duration::from_secs(seconds)));
        assert_eq!(next_delivery(1, 1, asked(3_600), now()), now().plus(Duration::from_secs(3_600)));
        assert!(next_delivery(1, 1, asked(1), now()) >= now().plus(FIRST_DELIVERY_WAIT));
        assert_eq!(next_delivery(1, 1, asked(u64::from(u32::MAX)), now()), now().plus(MAX_RETRY_AFTER));
    }
}
