//! What a site repeats under its articles: lines that stand on most of its pages are none of any article.

use std::collections::{HashMap, HashSet};

use super::lines::{Verdict, kept};
use super::visible::line;
use super::words::{core, folded};
use super::{Draft, words};

/// Articles of one site that teach what it repeats. Two may well tell of one event with the same sentence.
const MIN_ARTICLES: usize = 3;

/// Lines that a site repeats, by site.
pub(super) type Repeated = HashMap<String, HashSet<String>>;

/// Learns from the pages of each site: a line of more than half of its different articles, of three at least.
pub(super) fn learn<'a>(drafts: impl Iterator<Item = &'a Draft>) -> Repeated {
    // By site, the lines of each article; the page of an article that came twice teaches once.
    let mut sites: HashMap<&str, HashMap<String, HashSet<String>>> = HashMap::new();
    for draft in drafts {
        let title = draft.item.title.as_ref().map(|title| core(&title.value)).unwrap_or_default();
        let lines = kept(&draft.pieces, &draft.kept).map(|line| words::folded(&line.text));
        sites.entry(&draft.site).or_default().entry(title).or_default().extend(lines);
    }
    let mut repeated = Repeated::new();
    for (site, articles) in sites.into_iter().filter(|(_, articles)| articles.len() >= MIN_ARTICLES) {
        let mut counts: HashMap<&String, usize> = HashMap::new();
        for line in articles.values().flatten() {
            *counts.entry(line).or_default() += 1;
        }
        let often = |count: usize| count >= MIN_ARTICLES && count * 2 > articles.len();
        let lines = counts.into_iter().filter(|(_, count)| often(*count)).map(|(line, _)| line.clone()).collect();
        repeated.insert(site.to_owned(), lines);
    }
    repeated
}

/// Drops from a draft what its site repeats.
pub(super) fn forget(draft: &mut Draft, repeated: &Repeated) {
    let Some(lines) = repeated.get(&draft.site) else { return };
    for (piece, verdict) in draft.pieces.iter().zip(draft.kept.iter_mut()) {
        if line(piece).is_some_and(|line| lines.contains(&folded(&line.text))) {
            *verdict = Verdict::Drop;
        }
    }
}
