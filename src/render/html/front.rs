//! What stands on top of a page: the news that most outlets tell, among what is fresh.

use std::cmp::Reverse;
use std::time::Duration;

use super::card::Card;

/// Entries among which the top ones are chosen.
const POOL: usize = 24;
/// How much older than the newest entry one on top may be.
const FRESH: Duration = Duration::from_secs(12 * 3600);

/// Parts cards (newest first) into the lead, `seconds` others beside it, and the rest in their order.
///
/// Among the fresh ones, more outlets come first, then those with a picture, then the newer.
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
    let is_fresh = |card: &Card| newest.since(card.published) <= FRESH;
    let mut fresh: Vec<(usize, &Card)> =
        cards.iter().enumerate().take(POOL).filter(|(_, card)| is_fresh(card)).collect();
    fresh.sort_by_key(|(at, card)| (Reverse(card.outlets), card.picture.is_none(), *at));
    fresh.into_iter().take(count).map(|(at, _)| at).collect()
}
