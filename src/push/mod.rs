//! WebSub's traffic: what is due for subscriptions goes to hubs, what hubs ask at the callback is answered. `hub` is the
//! other side: warta's own hub, and who subscribes there.
//!
//! In: the rows that say what is offered, held and due. Out: requests through the one client, answers, and rows. What
//! is decided is decided in `websub`; what a delivery holds is read in `poll`.

mod callback;
mod fresh;
pub mod hub;
mod round;

use std::sync::Arc;

pub use callback::Received;

use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::{self, Fetcher};
use crate::model::{Ask, Effect, Event, FeedState, Known, Lease, Timestamp};
use crate::notation::address::masked;
use crate::store::{self, Store};
use crate::{schedule, websub};

/// Everything that the traffic with hubs needs.
#[derive(Debug, Clone)]
pub struct Hubs {
    /// As meant.
    pub config: Arc<Config>,
    /// The store.
    pub store: Arc<Store>,
    /// The one client.
    pub fetcher: Arc<Fetcher>,
    /// The clock.
    pub clock: Clock,
}

impl Hubs {
    /// True where feeds may be subscribed to: the operator wants it, and hubs can call `base_url`.
    fn acts(&self) -> bool {
        self.config.websub.subscribe && fetch::is_open(&self.config.site.base_url, &self.config)
    }

    /// Looks a subscription and its feed up and stores what `decide` makes of them, in one transaction.
    async fn change(
        &self,
        lease: &Lease,
        decide: impl Fn(&Lease, &FeedState) -> Vec<Effect> + Send + 'static,
    ) -> Result<(), store::Error> {
        let ask = Ask { feed: Some(lease.feed.clone()), lease: Some(lease.token.clone()), ..Ask::default() };
        let decide = move |known: &Known| match (&known.lease, &known.feed) {
            (Some(lease), Some(feed)) => decide(lease, feed),
            _ => Vec::new(),
        };
        match self.store.write(ask, decide).await {
            // One row's trouble is no trouble of the store; it comes up again.
            Err(error) if error.kind() == store::Kind::OneWrite => {
                tracing::warn!(feed.url = %masked(&lease.feed), %error, "a subscription could not be stored");
                Ok(())
            }
            stored => stored.map(|_| ()),
        }
    }
}

fn event(kind: &'static str, text: String, now: Timestamp) -> Effect {
    Effect::Event(Event { at: now, kind, text })
}

/// The hub's promise is over: nobody is told by it any more, so the feed is looked at.
fn without_push(lease: Lease, feed: &FeedState, kind: &'static str, text: String, now: Timestamp) -> Vec<Effect> {
    let soon = look_soon(feed, now);
    vec![Effect::Lease(Box::new(lease)), Effect::Feed(Box::new(soon)), event(kind, text, now)]
}

fn look_soon(feed: &FeedState, now: Timestamp) -> FeedState {
    schedule::look_soon(feed, "its hub does not push any more", now)
}

/// Writes the row of a subscription whose promise ran out.
fn lapsed(lease: &Lease, feed: &FeedState, now: Timestamp) -> Vec<Effect> {
    let text = format!("the lease at {} ran out before it was renewed", masked(lease.offer.hub.as_str()));
    without_push(websub::lost(lease), feed, "push_lost", text, now)
}
