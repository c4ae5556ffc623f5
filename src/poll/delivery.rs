//! What a hub pushed, through the same flow as a poll: read, cleaned, compared, stored. And what polls learn of a hub.
//!
//! A delivery says what is new and nothing more: it changes neither validators nor what is known of the feed's whole
//! document, and what it leaves out is not gone.

use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::reading::{Unread, ingest_apart};
use super::refresh::{count, tell};
use super::{Refreshed, World, judging};
use crate::config::FeedConfig;
use crate::model::{Ask, Document, Effect, Failure, FeedState, Known, Outcome, PushOffer, Timestamp};
use crate::notation::address::masked;
use crate::{dedup, schedule, store, websub};

/// A document that a hub sent for a feed, its signature found right.
#[derive(Debug, Clone)]
pub struct Pushed {
    /// The feed, by its configured address.
    pub feed: String,
    /// Token of the subscription.
    pub token: String,
    /// What came.
    pub document: Document,
}

/// Stores what is new in a delivery. One that cannot be read makes its feed due.
///
/// # Errors
/// Only when the store cannot be written.
pub async fn take(world: Arc<World>, pushed: Pushed) -> Result<Refreshed, store::Error> {
    let Pushed { feed: url, token, document } = pushed;
    let now = world.clock.now();
    let Some(config) = world.feed(&url).filter(|feed| !feed.paused).cloned() else {
        return Ok(Refreshed { url, outcome: Outcome::Held });
    };
    let policy = world.dedup_policy(&config);
    let (hash, address) = (xxh3_128(&document.body), masked(config.url.as_str()));
    let unread = Unread { feed: &config, address: &address, document, hash };
    let (ask, feed) = match ingest_apart(&world, unread, now).await {
        Ok(feed) => (dedup::ask(&url, &feed, &policy), feed),
        Err(failure) => return unreadable(&world, url, token, failure, now).await,
    };
    let ask = Ask { lease: Some(token), ..ask };
    let rules = world.rules.clone();
    let facts = judging::facts(&world.config, &config, (Some(&feed.title), feed.language.as_deref()));
    let decide = move |known: &Known| {
        let (Some(before), Some(lease)) = (&known.feed, &known.lease) else { return Vec::new() };
        let mut effects = dedup::decide(known, &feed, &policy, now);
        judging::by_arrival(&mut effects, known, &facts, &rules);
        if let Outcome::Fresh { new: 1.., .. } = count(&effects) {
            effects.push(Effect::Feed(Box::new(FeedState { last_new: Some(now), ..before.clone() })));
        }
        effects.push(Effect::Lease(Box::new(websub::delivered(lease, now))));
        effects
    };
    let outcome = match world.store.write(ask, decide).await {
        Ok(applied) => Outcome::Fresh {
            new: applied.new,
            changed: applied.changed,
            duplicates: applied.duplicates,
            dropped: applied.dropped,
        },
        Err(error) if error.kind() == store::Kind::OneWrite => {
            tracing::warn!(feed.url = %masked(&url), %error, "a delivery could not be stored; its feed is asked instead");
            return ask_instead(&world, url, "what its hub delivered could not be stored", now).await;
        }
        Err(error) => return Err(error),
    };
    tracing::debug!(feed.url = %masked(&url), "pushed");
    tell(&url, &outcome);
    Ok(Refreshed { url, outcome })
}

/// A delivery that holds no feed may be a hub's way to say that something changed: the feed is asked.
async fn unreadable(
    world: &World,
    url: String,
    token: String,
    failure: Failure,
    now: Timestamp,
) -> Result<Refreshed, store::Error> {
    tracing::warn!(feed.url = %masked(&url), error = %failure.message, "a delivery is no feed; its feed is asked instead");
    let ask = Ask { feed: Some(url.clone()), lease: Some(token), ..Ask::default() };
    let decide = move |known: &Known| {
        let lease = known.lease.iter().map(|lease| Effect::Lease(Box::new(websub::delivered(lease, now))));
        lease.collect()
    };
    world.store.write(ask, decide).await?;
    ask_instead(world, url, "its hub says that it changed", now).await
}

/// Makes a feed due, as early as its server allows.
///
/// # Errors
/// Only when the store cannot be written.
pub async fn ask_instead(
    world: &World,
    url: String,
    why: &'static str,
    now: Timestamp,
) -> Result<Refreshed, store::Error> {
    let ask = Ask { feed: Some(url.clone()), ..Ask::default() };
    let decide = move |known: &Known| {
        let soon = known.feed.iter().map(|feed| schedule::look_soon(feed, why, now));
        soon.map(|feed| Effect::Feed(Box::new(feed))).collect()
    };
    match world.store.write(ask, decide).await {
        Err(error) if error.kind() != store::Kind::OneWrite => Err(error),
        _ => Ok(Refreshed { url, outcome: Outcome::Held }),
    }
}

/// What a poll that found `new` items first says of the feed's hub: whether it is trusted to deliver, and its row where
/// that changes.
pub(super) fn trust(known: &Known, new: u32, now: Timestamp) -> (bool, Option<Effect>) {
    let Some(lease) = &known.lease else { return (false, None) };
    // A hub that delivered since the last poll told of a change, be it without saying what is new.
    let told = known.feed.as_ref().is_some_and(|feed| lease.last_delivery > feed.last_check);
    if new == 0 || told || !lease.is_live(now) {
        return (websub::is_trusted(lease, now), None);
    }
    let missed = websub::missed(lease, new);
    (websub::is_trusted(&missed, now), Some(Effect::Lease(Box::new(missed))))
}

/// What a document that was polled offers. A topic that is another feed of feeds.toml is that feed's own affair.
pub(super) fn offers(world: &World, feed: &FeedConfig, found: Vec<PushOffer>) -> Vec<PushOffer> {
    let is_of_another =
        |topic: &url::Url| world.config.feeds.iter().any(|other| other.key != feed.key && other.url == *topic);
    // All have one topic.
    if found.first().is_some_and(|offer| is_of_another(&offer.topic)) { Vec::new() } else { found }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Lease;

    #[test]
    fn a_hub_loses_trust_by_what_polls_find_and_not_by_what_it_told_of() {
        let now = Timestamp::parse_rfc3339("2026-11-24T07:00:00Z").unwrap();
        let hour = Duration::from_secs(3_600);
        let url = url::Url::parse("https://a.example/feed").unwrap();
        let offer = PushOffer { hub: url.clone(), topic: url.clone() };
        let live = Lease { until: Some(now.plus(hour)), ..websub::wish(url.as_str(), &offer, "abc", &url, None, now) };
        let row = FeedState { last_check: Some(now.minus(hour)), ..FeedState::new(url.as_str(), now) };
        let check = |lease: Option<Lease>, new: u32, expected: (bool, Option<u32>)| {
            let known = Known { feed: Some(row.clone()), lease, ..Known::default() };
            let (trusted, effect) = trust(&known, new, now);
            let missed = effect.map(|effect| if let Effect::Lease(lease) = effect { lease.missed } else { 0 });
            assert_eq!((trusted, missed), expected, "{known:?} {new}");
        };
        check(None, 5, (false, None));
        check(Some(live.clone()), 0, (true, None));
        check(Some(live.clone()), 1, (true, Some(1)));
        check(Some(live.clone()), 2, (false, Some(2)));
        check(Some(Lease { last_delivery: Some(now), ..live.clone() }), 9, (true, None));
        check(Some(Lease { last_delivery: Some(now.minus(2 * hour)), ..live.clone() }), 9, (false, Some(9)));
        check(Some(Lease { until: None, ..live }), 9, (false, None));
    }
}
