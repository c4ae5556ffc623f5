//! A feed that changes all its ids or its host: what it told before is found again, so that it floods nothing.
//!
//! Asked only of a document in which nothing is known by id, address or text. Then many of its items must be like
//! reports of the feed in what a move leaves alone: the title, with the date, or the path of the address.

use std::collections::HashSet;

use super::{Owned, Sketch};
use crate::model::{Known, Remembered};

/// So many items must be found again, at least; two that are alike may be chance.
const LEAST: usize = 3;

/// Which item is which report, for a document of a feed that moved. Empty where it did not.
pub(super) fn find<'a>(known: &'a Known, sketches: &[Sketch<'_>]) -> Owned<'a> {
    let mut owned = Owned::new();
    let mut claimed = HashSet::new();
    for (n, sketch) in sketches.iter().enumerate() {
        // The newest first: of two that are alike, the later is the one that a feed still shows.
        let hit = known.newest.iter().find(|hit| !claimed.contains(&hit.report) && is_same(sketch, hit));
        if let Some(hit) = hit {
            claimed.insert(hit.report);
            owned.insert(n, hit);
        }
    }
    let is_move = owned.len() >= LEAST && owned.len() * 2 >= sketches.len();
    if is_move { owned } else { Owned::new() }
}

/// Whether an item says what a report said, under another id and address. A title alone says nothing: some columns
/// have the same each day.
fn is_same(sketch: &Sketch<'_>, hit: &Remembered) -> bool {
    let item = sketch.item;
    if item.title.is_empty() || item.title != hit.title {
        return false;
    }
    let dated = item.has_own_date && hit.has_own_date;
    let same_date = dated && item.date_published == hit.date_published;
    let path = sketch.address.as_deref().and_then(path_of);
    let same_path = path.is_some() && path == hit.canonical_url.as_deref().and_then(path_of);
    let same_text = !item.has_own_date && !hit.has_own_date && sketch.content_hash == hit.content_hash;
    same_date || same_path || same_text
}

/// What stands behind the host of a canonical address; none where that tells no article.
fn path_of(canonical: &str) -> Option<&str> {
    let address = canonical.split_once("://").map_or(canonical, |(_, address)| address).trim_start_matches('/');
    let (_, path) = address.split_once('/')?;
    (!path.is_empty()).then_some(path)
}
