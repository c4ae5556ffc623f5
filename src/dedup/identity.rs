//! By what an item is found again: the table of matches, and level a, which item of a document is which report.
//!
//! The best that a feed's documents allow is taken: the origin's id, else the address, else what is said. It degrades
//! by itself when too many ids of a document are empty, repeated or changing (`FreshRSS` does the same).

use std::collections::HashSet;

use super::sketch::{self, Sketch};
use super::{Owned, Policy, ids};
use crate::model::{Feed, IdentityRule, ItemIdentity, Key, KeyScope, Known, Remembered};

/// Name of the match by the origin's id.
pub(super) const GUID: &str = "guid";
/// Name of the match by canonical address.
pub(super) const URL: &str = "url";
/// Name of the match by what is said.
pub(super) const CONTENT: &str = "content";

/// One way to find a report again. Names are stored with the keys: they never change.
pub struct Match {
    /// Name, stable for ever.
    pub name: &'static str,
    /// Its key of an item; none where the item has nothing of the kind.
    pub key: fn(&Sketch<'_>) -> Option<Key>,
    /// Whether a report that holds the key's hash is meant indeed.
    pub same: fn(&Sketch<'_>, &Remembered) -> bool,
}

/// Every way to find a report again.
pub const MATCHES: &[Match] = &[
    Match {
        name: GUID,
        // Numbers and the like mean nothing outside their feed; an IRI must be known everywhere, so that it can be
        // told who had it first.
        key: |sketch| {
            let id = Some(sketch.item.origin_id.clone()).filter(|id| !id.is_empty())?;
            let scope = if ids::own_id(sketch.item).is_some() { KeyScope::Everywhere } else { KeyScope::Feed };
            Some(Key { matcher: GUID, scope, value: id })
        },
        same: |sketch, remembered| sketch.item.origin_id == remembered.origin_id,
    },
    Match {
        name: URL,
        key: |sketch| {
            let value = sketch.address.clone()?;
            Some(Key { matcher: URL, scope: KeyScope::Everywhere, value })
        },
        same: |sketch, remembered| sketch.address.is_some() && sketch.address == remembered.canonical_url,
    },
    Match {
        name: CONTENT,
        key: |sketch| {
            Some(Key { matcher: CONTENT, scope: KeyScope::Feed, value: format!("{:016x}", sketch.content_hash) })
        },
        same: |sketch, remembered| {
            sketch.content_hash == remembered.content_hash && sketch.item.title == remembered.title
        },
    },
];

/// Makes the keys of an item. What is said is a key only where something else is missing: each key costs an index.
pub(super) fn keys(sketch: &Sketch<'_>, by_content: bool) -> Vec<Key> {
    let with_content = by_content || !sketch.has_own_id || !sketch.has_own_address;
    MATCHES.iter().filter(|row| row.name != CONTENT || with_content).filter_map(|row| (row.key)(sketch)).collect()
}

/// By what the items of a document of this feed are told apart; the row keeps it for `status` and for the next time.
#[must_use]
pub fn identity_of(known: &Known, feed: &Feed, policy: &Policy) -> IdentityRule {
    rule(known, &sketch::all(feed, policy), policy)
}

/// The rule, of the sketches.
pub(super) fn rule(known: &Known, sketches: &[Sketch<'_>], policy: &Policy) -> IdentityRule {
    let by_document = document_rule(sketches, policy);
    if policy.identity != IdentityRule::Auto || by_document == IdentityRule::Content {
        return by_document;
    }
    // Ids that once were no good are not trusted again: what is stored since would come back as new.
    let was_degraded =
        known.feed.as_ref().is_some_and(|feed| matches!(feed.identity, IdentityRule::Link | IdentityRule::Content));
    if was_degraded || has_changing_ids(known, sketches) { IdentityRule::Link } else { by_document }
}

/// Whether what is said is the only thing that tells items of this document apart.
pub(super) fn needs_content(sketches: &[Sketch<'_>], policy: &Policy) -> bool {
    document_rule(sketches, policy) == IdentityRule::Content
}

/// What the operator says, else what the document alone allows.
fn document_rule(sketches: &[Sketch<'_>], policy: &Policy) -> IdentityRule {
    if policy.identity != IdentityRule::Auto {
        return policy.identity;
    }
    let count = |is_bad: fn(&Sketch<'_>) -> bool| sketches.iter().filter(|sketch| is_bad(sketch)).count();
    if !too_many(count(|sketch| !sketch.has_own_id), sketches.len()) {
        IdentityRule::Guid
    } else if !too_many(count(|sketch| sketch.address.is_some() && !sketch.has_own_address), sketches.len()) {
        IdentityRule::Link
    } else {
        IdentityRule::Content
    }
}

/// More than one in ten.
fn too_many(bad: usize, all: usize) -> bool {
    bad * 10 > all
}

/// Whether too many items have an id that is new under an address that the feed told before.
fn has_changing_ids(known: &Known, sketches: &[Sketch<'_>]) -> bool {
    let own = |sketch: &Sketch<'_>, matcher| candidates(known, sketch, matcher).next().is_some();
    let told: Vec<&Sketch<'_>> =
        sketches.iter().filter(|sketch| sketch.has_own_id && sketch.has_own_address && own(sketch, URL)).collect();
    let changed = told.iter().filter(|sketch| !own(sketch, GUID)).count();
    // One article that got a new id is no habit.
    changed > 1 && too_many(changed, told.len())
}

/// The matches that a rule asks, the best first.
fn chain(rule: IdentityRule) -> &'static [&'static str] {
    match rule {
        IdentityRule::Auto | IdentityRule::Guid => &[GUID, URL, CONTENT],
        IdentityRule::Link => &[URL, CONTENT],
        IdentityRule::Content => &[CONTENT],
    }
}

/// Whether a match tells an item from the others of its document. What is said counts where nothing better does: a
/// column that says the same each day has new items.
fn is_usable(sketch: &Sketch<'_>, matcher: &str, rule: IdentityRule) -> bool {
    match matcher {
        GUID => sketch.has_own_id,
        URL => sketch.has_own_address,
        _ => !chain(rule).iter().any(|better| *better != CONTENT && is_usable(sketch, better, rule)),
    }
}

/// By what an item is told to be new.
pub(super) fn of(sketch: &Sketch<'_>, rule: IdentityRule) -> ItemIdentity {
    let matcher = chain(rule).iter().find(|matcher| is_usable(sketch, matcher, rule)).copied().unwrap_or(CONTENT);
    let value = match matcher {
        GUID => sketch.item.origin_id.clone(),
        URL => sketch.address.clone().unwrap_or_default(),
        _ => format!("{:016x}", sketch.content_hash),
    };
    ItemIdentity { matcher, value }
}

/// What is worth a line in the trail: an identity that is not the best there is.
pub(super) fn remark(identity: &ItemIdentity, rule: IdentityRule) -> Option<String> {
    let why = match (identity.matcher, rule) {
        (GUID, _) => return None,
        (_, IdentityRule::Auto | IdentityRule::Guid) => "its id is missing or stands at another item too",
        _ => "its feed's ids are not to be relied on, or the feed is configured so",
    };
    Some(format!("told apart by its {}: {why}", if identity.matcher == URL { "address" } else { "title and text" }))
}

/// Level a: which item is which report of its own feed, each report at most once.
pub(super) fn find<'a>(known: &'a Known, sketches: &[Sketch<'_>], rule: IdentityRule) -> Owned<'a> {
    let ids: HashSet<&str> =
        sketches.iter().filter(|sketch| sketch.has_own_id).map(|sketch| sketch.item.origin_id.as_str()).collect();
    let mut owned = Owned::new();
    let mut claimed = HashSet::new();
    for matcher in chain(rule) {
        for (n, sketch) in sketches.iter().enumerate() {
            if owned.contains_key(&n) || !is_usable(sketch, matcher, rule) {
                continue;
            }
            // By its address an item may be a report that had another id, unless that id stands in the document still.
            let is_others = |hit: &Remembered| {
                *matcher != GUID
                    && ids.contains(hit.origin_id.as_str())
                    && hit.origin_id != sketch.item.origin_id
                    && rule != IdentityRule::Link
            };
            let hit = candidates(known, sketch, matcher)
                .filter(|hit| !claimed.contains(&hit.report) && !is_others(hit))
                .min_by_key(|hit| closeness(sketch, hit));
            if let Some(hit) = hit {
                claimed.insert(hit.report);
                owned.insert(n, hit);
            }
        }
    }
    owned
}

/// Reports of the same feed that a match means.
fn candidates<'a>(known: &'a Known, sketch: &Sketch<'_>, matcher: &str) -> impl Iterator<Item = &'a Remembered> {
    let feed = known.feed.as_ref().map_or(0, |feed| feed.id);
    let same = MATCHES.iter().find(|row| row.name == matcher).map(|row| row.same);
    let hits = sketch.key(matcher).and_then(|key| known.by_key.get(key));
    // The filter is asked at once: a sketch need not live as long as what it finds.
    let found: Vec<&Remembered> = hits
        .into_iter()
        .flatten()
        .filter(|hit| hit.feed == feed && same.is_some_and(|same| same(sketch, hit)))
        .collect();
    found.into_iter()
}

/// Of several reports, the one that is most like the item; then the oldest.
fn closeness(sketch: &Sketch<'_>, hit: &Remembered) -> (bool, bool, bool, i64) {
    (
        hit.item_hash != sketch.item_hash,
        hit.origin_id != sketch.item.origin_id,
        hit.title != sketch.item.title,
        hit.report,
    )
}
