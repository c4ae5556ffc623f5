//! Level c: texts that hold one another, found by the smallest hashes of their shingles.

use std::collections::HashMap;

use super::Live;
use crate::dedup::signature::overlap;

/// Shingles below which a text is too short to tell whose it is.
pub(super) const MIN_SHINGLES: usize = 12;
/// Of each text, how many of its smallest hashes are indexed and asked: a short text within a long one shares some.
const SAMPLE: usize = 64;
/// Texts that hold one shingle; what more hold is a phrase of everyone.
const MAX_HOLDERS: usize = 256;
/// Texts that are compared whole, those with the most shared hashes.
const MAX_CANDIDATES: usize = 64;

/// Who holds which hash.
#[derive(Debug, Clone, Default)]
pub(super) struct Reprints {
    holders: HashMap<u32, Vec<u32>>,
}

fn sample(shingles: &[u32]) -> &[u32] {
    if shingles.len() < MIN_SHINGLES { &[] } else { &shingles[..shingles.len().min(SAMPLE)] }
}

impl Reprints {
    pub(super) fn add(&mut self, number: u32, shingles: &[u32]) {
        for shingle in sample(shingles) {
            self.holders.entry(*shingle).or_default().push(number);
        }
    }

    pub(super) fn remove(&mut self, number: u32, shingles: &[u32]) {
        for shingle in sample(shingles) {
            let Some(holders) = self.holders.get_mut(shingle) else { continue };
            holders.retain(|other| *other != number);
            if holders.is_empty() {
                self.holders.remove(shingle);
            }
        }
    }

    /// Texts that share a sampled shingle, and how much of the shorter one is in both.
    pub(super) fn like<'a>(&self, shingles: &[u32], live: impl Fn(u32) -> Option<&'a Live>) -> Vec<(u32, f64)> {
        let mut hits: HashMap<u32, usize> = HashMap::new();
        for shingle in sample(shingles) {
            let holders = self.holders.get(shingle).filter(|holders| holders.len() <= MAX_HOLDERS);
            for number in holders.into_iter().flatten() {
                *hits.entry(*number).or_default() += 1;
            }
        }
        let mut hits: Vec<(u32, usize)> = hits.into_iter().collect();
        hits.sort_unstable_by_key(|(number, count)| (std::cmp::Reverse(*count), *number));
        hits.truncate(MAX_CANDIDATES);
        let compared = |(number, _)| Some((number, overlap(shingles, &live(number)?.told.signature.shingles)));
        hits.into_iter().filter_map(compared).collect()
    }
}
