//! What hubs ask and bring at `/websub/TOKEN`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{Hubs, event, look_soon, without_push};
use crate::model::{Document, Effect, FeedState, Lease};
use crate::notation::address::masked;
use crate::store;
use crate::websub::{self, Call};

/// A delivery as it came, nothing checked yet.
#[derive(Debug, Clone)]
pub struct Received {
    /// Last part of the callback's path.
    pub token: String,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `X-Hub-Signature`.
    pub signature: Option<String>,
    /// The raw body.
    pub body: Vec<u8>,
}

impl Hubs {
    /// Answers a GET at the callback with what is to be sent back; `None`: 404, nothing of the kind is awaited.
    ///
    /// # Errors
    /// The store's trouble; nothing was agreed to then.
    pub async fn answer(&self, token: &str, query: &str) -> Result<Option<String>, store::Error> {
        let Some(lease) = self.store.lease(token).await? else { return Ok(None) };
        match websub::read_call(query) {
            None => Ok(None),
            Some(Call::Denied { topic, reason }) if topic == lease.offer.topic => {
                self.denied(&lease, reason).await?;
                Ok(Some(String::new()))
            }
            Some(Call::Denied { .. }) => Ok(None),
            Some(call @ Call::Verify { .. }) => self.verify(&lease, call).await,
        }
    }

    /// Agrees to what is awaited. It is on the disk before the hub hears of it.
    async fn verify(&self, lease: &Lease, call: Call) -> Result<Option<String>, store::Error> {
        let now = self.clock.now();
        let Call::Verify { challenge, .. } = call.clone() else { return Ok(None) };
        let agreed = Arc::new(AtomicBool::new(false));
        let agrees = agreed.clone();
        let decide = move |lease: &Lease, _: &FeedState| {
            let verified = websub::verify(lease, &call, now);
            // A decision may run twice: the last one counts.
            agrees.store(verified.is_some(), Ordering::SeqCst);
            let hub = masked(lease.offer.hub.as_str());
            match verified {
                None => Vec::new(),
                Some(None) => {
                    let text = format!("the subscription at {hub} is over");
                    vec![Effect::ForgetLease(lease.id), event("unsubscribed", text, now)]
                }
                Some(Some(verified)) => {
                    let mut effects = vec![Effect::Lease(Box::new(verified))];
                    let is_new = !lease.is_live(now);
                    effects.extend(is_new.then(|| event("subscribed", format!("{hub} pushes what is new"), now)));
                    effects
                }
            }
        };
        self.change(lease, decide).await?;
        let agreed = agreed.load(Ordering::SeqCst);
        tracing::info!(feed.url = %masked(&lease.feed), hub = %masked(lease.offer.hub.as_str()), agreed, "a hub verified");
        Ok(agreed.then_some(challenge))
    }

    async fn denied(&self, lease: &Lease, reason: String) -> Result<(), store::Error> {
        let now = self.clock.now();
        let fresh = self.fresh();
        tracing::warn!(feed.url = %masked(&lease.feed), hub = %masked(lease.offer.hub.as_str()), reason, "a hub denied a subscription");
        self.change(lease, move |lease, feed| {
            if !lease.wanted {
                return vec![Effect::ForgetLease(lease.id)];
            }
            let denied = websub::denied(lease, &reason, now);
            let text = denied.last_error.clone().unwrap_or_default();
            let soon = look_soon(feed, now);
            match fresh.as_ref().and_then(|fresh| fresh.turn(&denied, &soon, now)) {
                Some(turn) => [event("push_denied", text, now)].into_iter().chain(turn).collect(),
                None => without_push(denied, feed, "push_denied", text, now),
            }
        })
        .await
    }

    /// Whether deliveries to this callback are read.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn expects(&self, token: &str) -> Result<bool, store::Error> {
        Ok(self.store.lease(token).await?.is_some_and(|lease| lease.wanted))
    }

    /// The feed of a delivery and its document; `None` where it is not the hub's: that is counted, and told nobody.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn authenticate(&self, received: Received) -> Result<Option<(String, Document)>, store::Error> {
        let Received { token, content_type, signature, body } = received;
        let Some(lease) = self.store.lease(&token).await?.filter(|lease| lease.wanted) else { return Ok(None) };
        let secret = lease.secret.clone();
        let check = move || {
            let right = match (&secret, &signature) {
                (None, _) => true,
                (Some(secret), Some(signature)) => websub::is_signed(&secret.0, signature, &body),
                (Some(_), None) => false,
            };
            right.then_some(body)
        };
        let checked = tokio::task::spawn_blocking(check).await.ok().flatten();
        let Some(body) = checked else {
            self.forged(&lease).await?;
            return Ok(None);
        };
        let document = Document { url: Some(lease.offer.topic), content_type, body };
        Ok(Some((lease.feed, document)))
    }

    async fn forged(&self, lease: &Lease) -> Result<(), store::Error> {
        let now = self.clock.now();
        tracing::warn!(feed.url = %masked(&lease.feed), "a delivery without the hub's signature was dropped");
        self.change(lease, move |lease, _| {
            let counted = Lease { forged: lease.forged.saturating_add(1), ..lease.clone() };
            let mut effects = vec![Effect::Lease(Box::new(counted))];
            // Told once: who sends many of them shall fill no table.
            let first = lease.forged == 0;
            effects.extend(first.then(|| {
                let text = "a delivery without the hub's signature was dropped; later ones are counted".to_owned();
                event("push_forged", text, now)
            }));
            effects
        })
        .await
    }
}
