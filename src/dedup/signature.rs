//! What of a report's text is compared with others: shingles for reprints, terms for stories. Computed once and stored.

use std::collections::BTreeMap;

use xxhash_rust::xxh3::xxh3_64;

use super::boilerplate;
use super::words::{first_words, telling, words};
use crate::model::Signature;

/// Words of a text that are looked at for reprints.
const MAX_WORDS: usize = 400;
/// Words of a shingle.
const SHINGLE: usize = 4;
/// Words of a text that tell what it is about, behind its title.
const MAX_STORY_WORDS: usize = 120;
/// How often a word of the title counts.
const TITLE_WEIGHT: u8 = 2;

/// Of a title and the text behind it, a line a paragraph.
#[must_use]
pub fn signature(title: &str, text: &str) -> Signature {
    let title = words(title);
    let body = first_words(&boilerplate::cut(text), MAX_WORDS);
    let mut shingles: Vec<u32> = body.windows(SHINGLE).map(|run| hash(&run.join(" "))).collect();
    shingles.sort_unstable();
    shingles.dedup();
    let mut terms: BTreeMap<u32, u8> = BTreeMap::new();
    let told = telling(&title).map(|word| (word, TITLE_WEIGHT));
    let short = &body[..body.len().min(MAX_STORY_WORDS)];
    for (word, weight) in told.chain(telling(short).map(|word| (word, 1))) {
        let count = terms.entry(hash(word)).or_default();
        *count = count.saturating_add(weight);
    }
    Signature { shingles, terms: terms.into_iter().collect(), title: xxh3_64(title.join(" ").as_bytes()) }
}

fn hash(text: &str) -> u32 {
    // The lower half of a good hash is one.
    u32::try_from(xxh3_64(text.as_bytes()) & u64::from(u32::MAX)).unwrap_or_default()
}

/// Of the shingles of the shorter text, the share that the longer one holds too.
pub(super) fn overlap(a: &[u32], b: &[u32]) -> f64 {
    let (mut at, mut shared) = (0, 0_u32);
    for shingle in a {
        at += b[at..].partition_point(|other| other < shingle);
        shared += u32::from(b.get(at) == Some(shingle));
    }
    let shorter = u32::try_from(a.len().min(b.len())).unwrap_or(u32::MAX);
    if shorter == 0 { 0.0 } else { f64::from(shared) / f64::from(shorter) }
}
