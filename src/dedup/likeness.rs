//! Whether two items with one address are one article: by hosts and titles. A title joins nothing, it only keeps apart.

use std::collections::HashSet;

use url::Url;

use super::identity::{MATCHES, URL};
use super::sketch::Sketch;
use crate::model::{EntryRef, Remembered};

/// Shared words, of a hundred of the shorter title, under which two titles are wholly unlike.
const MIN_SHARED_WORDS: usize = 20;

/// The report, of those that hold the same address, whose article the item tells: the oldest.
pub(super) fn find<'a>(sketch: &Sketch<'_>, hits: &'a [Remembered]) -> Option<&'a Remembered> {
    let same = MATCHES.iter().find(|row| row.name == URL).map(|row| row.same)?;
    // What a rule dropped is shown nowhere, and nothing folds into it.
    let hits = || hits.iter().filter(|hit| !hit.dropped && same(sketch, hit));
    let entry = hits().next()?.entry;
    // An address under which several entries stand is that of a list or a ticker.
    let is_trusted = sketch.has_own_address && hits().all(|hit| hit.entry == entry);
    hits().find(|hit| is_one_article(sketch, &hit.title, hit.url.as_ref(), is_trusted))
}

/// The reports, of those that hold the same address, that tell the item's article, whoever tells it. Only where another
/// article than what was taken down stands at that address is it no article's own.
pub(super) fn of_one_article<'a>(sketch: &Sketch<'_>, hits: &'a [Remembered]) -> Vec<&'a Remembered> {
    let down: HashSet<EntryRef> = hits.iter().filter(|hit| hit.taken_with.is_some()).map(|hit| hit.entry).collect();
    let is_trusted = hits.iter().all(|hit| down.contains(&hit.entry));
    let is_it = |hit: &&Remembered| is_one_article(sketch, &hit.title, hit.url.as_ref(), is_trusted);
    hits.iter().filter(is_it).collect()
}

/// Whether an item tells the article that another item of its document tells: only where it says so in the same words,
/// for an address that a document gives to several items says little.
pub(super) fn folds_into_sibling(sketch: &Sketch<'_>, other: &Sketch<'_>) -> bool {
    sketch.address.is_some()
        && sketch.address == other.address
        && is_one_article(sketch, &other.item.title, other.item.url.as_ref(), false)
}

/// Where an address is trusted to be one article's, its titles must be wholly unlike and its hosts two to keep items
/// apart; where it is not, titles must be equal to join them.
fn is_one_article(sketch: &Sketch<'_>, title: &str, url: Option<&Url>, is_trusted: bool) -> bool {
    if is_trusted {
        return host(sketch.item.url.as_ref()) == host(url) || !are_wholly_unlike(&sketch.item.title, title);
    }
    let words_here = words(&sketch.item.title);
    !words_here.is_empty() && words_here == words(title)
}

fn host(url: Option<&Url>) -> Option<&str> {
    let host = url?.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host))
}

/// Less than a fifth of the shorter title's words in common. An empty title is like any.
fn are_wholly_unlike(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    let shorter = a.len().min(b.len());
    shorter > 0 && a.intersection(&b).count() * 100 < MIN_SHARED_WORDS * shorter
}

fn words(title: &str) -> HashSet<String> {
    title.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_wholly_unlike_below_a_fifth() {
        fn check(a: &str, b: &str, expected: bool) {
            assert_eq!(are_wholly_unlike(a, b), expected, "{a} / {b}");
            assert_eq!(are_wholly_unlike(b, a), expected, "{b} / {a}");
        }
        check("Gempa guncang Cianjur", "GEMPA GUNCANG CIANJUR!", false);
        check("Gempa guncang Cianjur", "Cianjur diguncang gempa lagi", false);
        check("Gempa guncang Cianjur", "Harga cabai naik", true);
        check("", "Harga cabai naik", false);
        check("a b c d e", "e f g h i", false);
        check("a b c d e f", "f g h i j k", true);
    }
}
