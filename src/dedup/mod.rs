//! Decides which item is new, changed, known, or another copy of one that is there. Pure.
//!
//! In: one document, cleaned, and what the store remembers of it. Out: what to ask the store for, then effects. Level a
//! finds an item again within its feed, level b finds the same article in other feeds by its address. A title alone
//! never joins anything: of five equal titles under two addresses in three days of Indonesian news, three were two events.

mod boilerplate;
mod columns;
mod identity;
mod ids;
mod likeness;
mod migration;
mod signature;
mod sketch;
mod stop_words;
pub mod takedown;
mod window;
mod words;

use std::collections::{BTreeSet, HashMap, HashSet};

pub use columns::is_column;
pub use identity::{MATCHES, Match, identity_of};
pub use signature::signature;
pub use sketch::Sketch;
pub use window::{Joining, Placement, StoryHit, Window};

use url::Url;

use crate::model::{
    Ask, Effect, EntryRef, Event, Feed, IdentityRule, Item, ItemIdentity, Joins, KeptOut, Key, KeyScope, Known,
    LeftOut, MAX_ITEMS, NewReport, ParsedItem, Remembered, Timestamp, TrailLine, TrailSubject, UpdateReport, Verdict,
};
use crate::notation::address::Canonical;
use crate::notation::domain;

/// How one feed's documents are decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// What the operator adds to the rules for addresses.
    pub canonical: Canonical,
    /// What the operator says of the feed's ids; `Auto` lets each document degrade by itself.
    pub identity: IdentityRule,
    /// Of a feed's first document, how many of the newest items are shown.
    pub first_batch: usize,
    /// Hosts whose articles the news sitemap lists (`[sitemap] hosts`), so that the trail tells which of them it cannot.
    pub own_hosts: Vec<String>,
}

/// What [`decide`] has to know of a document of the feed configured under `feed_url`.
#[must_use]
pub fn ask(feed_url: &str, feed: &Feed, policy: &Policy) -> Ask {
    let sketches = sketch::all(feed, policy);
    let keys: BTreeSet<Key> = sketches.iter().flat_map(|sketch| sketch.keys.clone()).collect();
    let ids: BTreeSet<&str> = sketches.iter().filter_map(|sketch| ids::own_id(sketch.item)).collect();
    Ask {
        feed: Some(feed_url.to_owned()),
        keys: keys.into_iter().collect(),
        public_ids: ids.into_iter().map(str::to_owned).collect(),
        newest: MAX_ITEMS,
        ..Ask::default()
    }
}

/// What shall be stored of a document. The same document twice gives no effect the second time.
///
/// Items arrive in the order of their dates, so that the newest of a document arrives last.
#[must_use]
pub fn decide(known: &Known, feed: &Feed, policy: &Policy, now: Timestamp) -> Vec<Effect> {
    let sketches = sketch::all(feed, policy);
    let rule = identity::rule(known, &sketches, policy);
    let mut owned = identity::find(known, &sketches, rule);
    let moved = migration::find(known, &sketches);
    let has_moved = !moved.is_empty();
    owned.extend(moved);
    let shown = first_batch(known, &sketches, policy, now);
    let mut deciding =
        Deciding { known, feed, policy, now, news: Vec::new(), public_ids: HashSet::new(), effects: Vec::new() };
    for n in by_arrival(&sketches, now) {
        let sketch = &sketches[n];
        match owned.get(&n) {
            Some(remembered) if remembered.item_hash == sketch.item_hash => {}
            Some(remembered) => deciding.update(sketch, remembered, has_moved),
            None => deciding.store(sketch, rule, !shown.contains(&n)),
        }
    }
    if has_moved {
        let text = format!("it changed its ids or its host; {} of {} items are known", owned.len(), sketches.len());
        deciding.effects.push(Effect::Event(Event { at: now, kind: "renumbered", text }));
    }
    deciding.effects
}

/// Numbers of the sketches, the oldest date first; what has no date came now. Of equal dates the last of the document
/// is first, for documents begin with the newest.
fn by_arrival(sketches: &[Sketch<'_>], now: Timestamp) -> Vec<usize> {
    let mut order: Vec<usize> = (0..sketches.len()).rev().collect();
    order.sort_by_key(|n| sketches[*n].item.date_published.unwrap_or(now));
    order
}

/// Numbers of the sketches that may be shown: all, but of a feed's first document the newest few.
fn first_batch(known: &Known, sketches: &[Sketch<'_>], policy: &Policy, now: Timestamp) -> HashSet<usize> {
    let is_first = known.feed.as_ref().is_none_or(|feed| feed.first_document.is_none());
    let limit = if is_first { policy.first_batch } else { sketches.len() };
    by_arrival(sketches, now).into_iter().rev().take(limit).collect()
}

/// A document being decided about.
struct Deciding<'a> {
    known: &'a Known,
    feed: &'a Feed,
    policy: &'a Policy,
    now: Timestamp,
    /// The sketches that became new reports, in order, and what they joined.
    news: Vec<&'a Sketch<'a>>,
    /// Ids under which this document opens entries.
    public_ids: HashSet<String>,
    effects: Vec<Effect>,
}

impl<'a> Deciding<'a> {
    /// A report that is there says something else now. What a whole feed's move changed in it is no news to readers.
    fn update(&mut self, sketch: &Sketch<'_>, remembered: &Remembered, has_moved: bool) {
        let revision = remembered.content_hash != sketch.content_hash && !has_moved;
        let item = Item {
            date_published: remembered.date_published,
            has_own_date: remembered.has_own_date,
            date_modified: if revision {
                modified(sketch.item, remembered, self.now)
            } else {
                remembered.date_modified
            },
            ..sketch.item.clone()
        };
        self.effects.push(Effect::Update(Box::new(UpdateReport {
            report: remembered.report,
            item,
            raw: sketch.raw.clone(),
            policy_version: self.feed.policy_version,
            keys: sketch.keys.clone(),
            canonical_url: sketch.address.clone(),
            content_hash: sketch.content_hash,
            item_hash: sketch.item_hash,
            at: self.now,
            revision,
            verdict: sketch.verdict.cloned().unwrap_or_default(),
        })));
        let about = TrailSubject::Report(remembered.report);
        self.effects.extend(sketch.verdict.into_iter().flat_map(|verdict| rule_lines(verdict, about, self.now)));
    }

    /// An item that its feed never told before.
    fn store(&mut self, sketch: &'a Sketch<'a>, rule: IdentityRule, is_over_batch: bool) {
        let identity = identity::of(sketch, rule);
        let (joins, merged) = self.joins(sketch);
        let mut trail = Vec::new();
        trail.extend(identity::remark(&identity, rule).map(|text| ("identity", text)));
        trail.extend(merged.map(|text| ("merged", text)));
        if sketch.item.date_published.is_none() {
            trail.push(("repaired", "it has no date that can be believed; first seen stands in for it".to_owned()));
        }
        if is_over_batch {
            trail.push(("left_out", "beyond the newest of its feed's first document (first_batch)".to_owned()));
        }
        trail.extend(self.why_no_news(sketch.item).map(|text| ("left_out", text.to_owned())));
        let kept_out = takedown::keeps_out(self.known, sketch);
        trail.extend(kept_out.map(|why| match why {
            KeptOut::WithFeed => ("left_out", "all of its feed is taken down".to_owned()),
            KeptOut::Like(report) => ("left_out", format!("it is what report {report} was, which is taken down")),
        }));
        let public_id = self.public_id(sketch, &identity);
        let item = Item {
            date_published: sketch.item.date_published.or(Some(self.now)),
            has_own_date: sketch.item.has_own_date && sketch.item.date_published.is_some(),
            ..sketch.item.clone()
        };
        self.effects.push(Effect::New(Box::new(NewReport {
            item,
            raw: sketch.raw.clone(),
            policy_version: self.feed.policy_version,
            keys: sketch.keys.clone(),
            identity,
            canonical_url: sketch.address.clone(),
            content_hash: sketch.content_hash,
            item_hash: sketch.item_hash,
            first_seen: self.now,
            joins,
            public_id,
            left_out: is_over_batch.then_some(LeftOut::FirstBatch),
            kept_out,
            verdict: sketch.verdict.cloned().unwrap_or_default(),
        })));
        let about = TrailSubject::New(self.news.len());
        self.effects.extend(sketch.verdict.into_iter().flat_map(|verdict| rule_lines(verdict, about, self.now)));
        let lines = trail.into_iter().map(|(kind, text)| TrailLine { about, at: self.now, kind, text });
        self.effects.extend(lines.map(Effect::Trail));
        self.news.push(sketch);
    }

    /// Why the news sitemap cannot list an article that is the operator's own. Those of others are beyond question.
    fn why_no_news(&self, item: &Item) -> Option<&'static str> {
        let host = item.url.as_ref().and_then(Url::host_str)?;
        if !domain::is_among(host, &self.policy.own_hosts) {
            return None;
        }
        if item.date_published.is_none() || !item.has_own_date {
            return Some("sitemap-news: it has no date of its own that can be believed (no_date)");
        }
        item.title.is_empty().then_some("sitemap-news: it has no title (no_title)")
    }

    /// Level b: the entry of the same article, and why, in words.
    fn joins(&self, sketch: &Sketch<'_>) -> (Joins, Option<String>) {
        let Some(key) = sketch.key(identity::URL).filter(|_| !sketch.is_dropped()) else {
            return (Joins::Nothing, None);
        };
        let hits = self.known.by_key.get(key).map_or(&[][..], Vec::as_slice);
        if let Some(hit) = likeness::find(sketch, hits) {
            return (Joins::Entry(hit.entry), Some(format!("same address as report {}: {}", hit.report, key.value)));
        }
        let sibling =
            self.news.iter().position(|other| !other.is_dropped() && likeness::folds_into_sibling(sketch, other));
        match sibling {
            Some(n) => {
                (Joins::Sibling(n), Some(format!("same address as another item of its document: {}", key.value)))
            }
            None => (Joins::Nothing, None),
        }
    }

    /// The origin's id where it may be taken, else one of ours.
    fn public_id(&mut self, sketch: &Sketch<'_>, identity: &ItemIdentity) -> String {
        let feed = self.known.feed.as_ref();
        let feed_number = feed.map_or(0, |feed| feed.id);
        let is_foreign = || {
            let hits = sketch.key(identity::GUID).and_then(|key| self.known.by_key.get(key));
            let origin_id = &sketch.item.origin_id;
            hits.is_some_and(|hits| hits.iter().any(|hit| hit.feed != feed_number && hit.origin_id == *origin_id))
        };
        let id = ids::own_id(sketch.item)
            .filter(|id| !self.known.taken_ids.contains(*id) && !self.public_ids.contains(*id) && !is_foreign())
            .map_or_else(|| ids::made(feed.map_or("", |feed| feed.url.as_str()), identity), str::to_owned);
        self.public_ids.insert(id.clone());
        id
    }
}

/// A line for each rule that did something.
pub fn rule_lines(verdict: &Verdict, about: TrailSubject, at: Timestamp) -> impl Iterator<Item = Effect> + '_ {
    verdict.hits.iter().map(move |hit| {
        let text = format!("rule \"{}\" ({}:{}) {}", hit.rule, hit.file, hit.line, hit.did);
        Effect::Trail(TrailLine { about, at, kind: "rule", text })
    })
}

/// What is compared of an item that is stored already and was rewritten: keys, canonical address, hash of what it says.
#[must_use]
pub fn compared(item: &Item, policy: &Canonical) -> (Vec<Key>, Option<String>, u64) {
    let address = sketch::article_address(item, policy);
    let content_hash = sketch::content_hash(item);
    let url = address.clone().map(|value| Key { matcher: identity::URL, scope: KeyScope::Everywhere, value });
    let content = Key { matcher: identity::CONTENT, scope: KeyScope::Feed, value: format!("{content_hash:016x}") };
    (url.into_iter().chain([content]).collect(), address, content_hash)
}

/// The entry of the same article, of the reports that hold its address, for a stored item that rules drop no longer.
#[must_use]
pub fn folds_into(report: i64, item: &Item, address: Option<&str>, known: &Known) -> Option<EntryRef> {
    let address = address?.to_owned();
    let key = Key { matcher: identity::URL, scope: KeyScope::Everywhere, value: address.clone() };
    let hits: Vec<Remembered> = known.by_key.get(&key)?.iter().filter(|hit| hit.report != report).cloned().collect();
    let raw = ParsedItem::default();
    let sketch = Sketch {
        item,
        raw: &raw,
        verdict: None,
        address: Some(address),
        has_own_id: false,
        has_own_address: true,
        content_hash: 0,
        item_hash: 0,
        keys: vec![key],
    };
    likeness::find(&sketch, &hits).map(|hit| hit.entry)
}

/// When a change that readers see was made: the origin's word where it moved and can be, else now.
fn modified(item: &Item, remembered: &Remembered, now: Timestamp) -> Option<Timestamp> {
    let before = remembered.date_modified.max(remembered.date_published);
    item.date_modified.filter(|at| Some(*at) > before && *at <= now).or(Some(now))
}

/// Reports of the asked feed by the number of the sketch that tells them.
type Owned<'a> = HashMap<usize, &'a Remembered>;

#[cfg(test)]
mod tests;
