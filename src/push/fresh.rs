//! Subscriptions that are new: a feed's first one, and the one at its next hub where a hub leads to nothing.

use std::sync::Arc;

use super::{Hubs, event};
use crate::config::Config;
use crate::fetch;
use crate::model::{Effect, FeedState, HubSecret, Lease, PushOffer, Timestamp};
use crate::notation::address::masked;
use crate::websub;

/// The random part of a subscription, drawn before the store is asked for the rest.
#[derive(Clone)]
pub(super) struct Fresh {
    config: Arc<Config>,
    token: String,
    secret: HubSecret,
}

impl Hubs {
    /// Draws one; `None` where the machine gives no random numbers.
    pub(super) fn fresh(&self) -> Option<Fresh> {
        let drawn = random::<16>().zip(random::<32>());
        if drawn.is_none() {
            tracing::error!("this machine gives no random numbers; nothing is subscribed to");
        }
        drawn.map(|(token, secret)| Fresh { config: self.config.clone(), token, secret: HubSecret(secret) })
    }
}

impl Fresh {
    /// A subscription whose request is due at once.
    pub(super) fn wish(&self, feed: &str, offer: &PushOffer, now: Timestamp) -> Option<Lease> {
        let callback = self.config.site.base_url.join(&format!("websub/{}", self.token)).ok()?;
        let may_know = offer.hub.scheme() == "https" || fetch::is_open(&offer.hub, &self.config);
        let secret = may_know.then(|| self.secret.clone());
        Some(websub::wish(feed, offer, &self.token, &callback, secret, now))
    }

    /// Turns from a hub that led to nothing to the next one that the feed names; `None` where there is no other, or
    /// where the hub has promised something that still holds.
    pub(super) fn turn(&self, lease: &Lease, feed: &FeedState, now: Timestamp) -> Option<Vec<Effect>> {
        let used = feed.push.as_ref().filter(|offer| **offer == lease.offer)?;
        let (next, rest) = feed.other_hubs.split_first().filter(|_| lease.wanted && !lease.is_live(now))?;
        let offer = PushOffer { hub: next.clone(), topic: used.topic.clone() };
        let wished = self.wish(&lease.feed, &offer, now)?;
        let turned = websub::turned(lease, wished, feed.other_hubs.len() + 1, now);
        let text = format!("{} is asked to push instead of {}", masked(next.as_str()), masked(used.hub.as_str()));
        let other_hubs = rest.iter().chain([&used.hub]).cloned().collect();
        let feed = FeedState { push: Some(offer), other_hubs, ..feed.clone() };
        // The old row first: a feed has one wanted subscription.
        Some(vec![
            Effect::ForgetLease(lease.id),
            Effect::Lease(Box::new(turned)),
            Effect::Feed(Box::new(feed)),
            event("push_turned", text, now),
        ])
    }
}

/// Random bytes as hexadecimal digits; `None` where the machine has none.
pub(in crate::push) fn random<const N: usize>() -> Option<String> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).ok()?;
    Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
