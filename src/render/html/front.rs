//! What stands on top of a page: the freshest news, where what more outlets tell counts as fresher than it is.

use std::time::Duration;

use super::card::Card;
use crate::model::Timestamp;

/// Entries among which the top ones are chosen, the newest first.
const POOL: usize = 60;
/// How much fresher news counts each time that twice as many outlets tell it.
const DOUBLING: Duration = Duration::from_secs(3 * 3600);
/// How much fresher news counts that has a picture.
const PICTURE: Duration = Duration::from_secs(30 * 60);

/// Parts cards (newest first) into the lead, `seconds` others beside it, and the rest in their order.
pub(super) fn arrange(cards: Vec<Card>, seconds: usize) -> (Option<Card>, Vec<Card>, Vec<Card>) {
    let top = ranked(&cards, seconds + 1);
    let mut chosen: Vec<Option<Card>> = top.iter().map(|_| None).collect();
    let mut rest = Vec::with_capacity(cards.len());
    for (at, card) in cards.into_iter().enumerate() {
        match top.iter().position(|&index| index == at) {
            Some(place) => chosen[place] = Some(card),
            None => rest.push(card),
        }
    }
    let mut chosen = chosen.into_iter().flatten();
    let lead = chosen.next();
    (lead, chosen.collect(), rest)
}

/// The indexes of the first `count` by rank.
fn ranked(cards: &[Card], count: usize) -> Vec<usize> {
    let Some(newest) = cards.first().map(|card| card.published) else { return Vec::new() };
    let mut pool: Vec<(i64, usize)> =
        cards.iter().take(POOL).enumerate().map(|(at, card)| (apparent_age(card, newest), at)).collect();
    pool.sort_unstable();
    pool.into_iter().take(count).map(|(_, at)| at).collect()
}

/// Seconds that a card is older than the newest, less what outlets and a picture are worth.
fn apparent_age(card: &Card, newest: Timestamp) -> i64 {
    let seconds = |time: Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    let doublings = card.outlets.max(1).ilog2();
    let worth = DOUBLING * doublings + if card.picture.is_some() { PICTURE } else { Duration::ZERO };
    seconds(newest.since(card.published)).saturating_sub(seconds(worth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Entry;
    use crate::render::phrases::phrases;
    use crate::render::sample;

    /// A card of news this many minutes old that so many outlets tell.
    fn told(minutes: u64, outlets: usize, pictured: bool) -> Card {
        let sample = sample::nasional().entries.swap_remove(0);
        let mut entry = Entry { story: None, also: Vec::new(), ..sample };
        entry.item.date_published = Some(sample::now().minus(Duration::from_secs(minutes * 60)));
        let mut card = super::super::card::card(&entry, "id", &sample::site(), phrases("id"));
        card.outlets = outlets;
        card.picture = card.picture.filter(|_| pictured);
        card
    }

    #[test]
    fn outlets_and_freshness_lead() {
        fn check(cards: &[(u64, usize, bool)], expected: &[usize]) {
            let cards: Vec<Card> =
                cards.iter().map(|&(minutes, outlets, image)| told(minutes, outlets, image)).collect();
            assert_eq!(ranked(&cards, expected.len()), expected);
        }
        check(&[(0, 1, false), (60, 2, false)], &[1, 0]);
        check(&[(0, 1, false), (200, 2, false)], &[0, 1]);
        check(&[(0, 2, false), (170, 4, false), (400, 16, true)], &[2, 1, 0]);
        check(&[(0, 1, false), (20, 1, true), (40, 1, true)], &[1, 0, 2]);
        check(&[(0, 1, true), (0, 1, true)], &[0, 1]);
        check(&[(0, 1, true), (2_000, 3, true)], &[0]);
        check(&[], &[]);
    }
}
