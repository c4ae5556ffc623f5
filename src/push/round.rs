//! One round over all subscriptions: rows follow what feeds offer, then what is due is sent to hubs.

use futures_util::StreamExt;
use futures_util::stream;

use super::{Hubs, event, lapsed};
use crate::fetch;
use crate::model::{Ask, Effect, Known, Lease, LeaseMode, MAX_PUSH_REQUESTS, MAX_PUSH_ROUND, PushOffer, Timestamp};
use crate::notation::address::masked;
use crate::store;
use crate::websub::{self, Step};

impl Hubs {
    /// Makes rows follow what feeds offer: what nobody wants any more is to be ended, what is offered to be asked for; at
    /// most [`MAX_PUSH_ROUND`] of each.
    ///
    /// # Errors
    /// Only when the store cannot be read or written.
    pub async fn follow(&self) -> Result<(), store::Error> {
        let now = self.clock.now();
        let callbacks = self.acts().then(|| format!("{}websub/", self.config.site.base_url));
        let work = self.store.lease_work(callbacks, MAX_PUSH_ROUND).await?;
        for lease in &work.unwanted {
            self.change(lease, move |lease, _| vec![Effect::Lease(Box::new(websub::end(lease, now)))]).await?;
        }
        for (feed, offer) in work.wishes {
            self.wish(feed, offer, now).await?;
        }
        Ok(())
    }

    /// Sends what is due, at most [`MAX_PUSH_ROUND`] requests.
    ///
    /// # Errors
    /// Only when the store cannot be read or written; a hub's trouble stands in its subscription.
    pub async fn round(&self) -> Result<(), store::Error> {
        let now = self.clock.now();
        let due = self.store.leases_due(now, MAX_PUSH_ROUND).await?;
        let due = stream::iter(due).map(|lease| async move { self.act(&lease, now).await });
        let mut sending = std::pin::pin!(due.buffer_unordered(MAX_PUSH_REQUESTS));
        let mut outcome = Ok(());
        while let Some(sent) = sending.next().await {
            outcome = outcome.and(sent);
        }
        outcome
    }

    /// A subscription that is new. Its request is due at once.
    async fn wish(&self, feed: String, offer: PushOffer, now: Timestamp) -> Result<(), store::Error> {
        let Some(fresh) = self.fresh() else { return Ok(()) };
        let Some(lease) = fresh.wish(&feed, &offer, now) else { return Ok(()) };
        let ask = Ask { feed: Some(feed), ..Ask::default() };
        let decide = move |known: &Known| {
            let is_new = known.feed.is_some() && known.lease.is_none();
            if is_new { vec![Effect::Lease(Box::new(lease.clone()))] } else { Vec::new() }
        };
        match self.store.write(ask, decide).await {
            Err(error) if error.kind() != store::Kind::OneWrite => Err(error),
            _ => Ok(()),
        }
    }

    /// What is due for one subscription.
    async fn act(&self, lease: &Lease, now: Timestamp) -> Result<(), store::Error> {
        match websub::step(lease, now) {
            Step::Wait => Ok(()),
            Step::Forget => {
                let hub = masked(lease.offer.hub.as_str());
                tracing::info!(feed.url = %masked(&lease.feed), %hub, "a subscription is over");
                self.change(lease, move |lease, _| {
                    let text = format!("the subscription at {hub} is over");
                    vec![Effect::ForgetLease(lease.id), event("unsubscribed", text, now)]
                })
                .await
            }
            // The hub took the last request and never verified it.
            Step::Send(LeaseMode::Subscribe) if lease.pending.is_some() && self.turn(lease, now).await? => Ok(()),
            Step::Send(mode) => self.send(lease, mode, now).await,
        }
    }

    /// Turns to the feed's next hub; false where there is none.
    async fn turn(&self, lease: &Lease, now: Timestamp) -> Result<bool, store::Error> {
        let Some(fresh) = self.fresh() else { return Ok(false) };
        self.change(lease, move |lease, feed| fresh.turn(lease, feed, now).unwrap_or_default()).await?;
        Ok(self.store.lease(&lease.token).await?.is_none())
    }

    async fn send(&self, lease: &Lease, mode: LeaseMode, now: Timestamp) -> Result<(), store::Error> {
        let hub = &lease.offer.hub;
        if let Some(until) = self.fetcher.held(fetch::host_of(hub), now) {
            let wait = move |lease: &Lease| Lease { next_try: until, ..lease.clone() };
            return self.change(lease, move |lease, _| vec![Effect::Lease(Box::new(wait(lease)))]).await;
        }
        // Written before anything is sent: some hubs verify before they answer, and a restart must know what is awaited.
        self.change(lease, move |lease, feed| {
            let asked = websub::sent(lease, mode, now);
            let ran_out = lease.until.is_some() && !lease.is_live(now);
            if ran_out { lapsed(&asked, feed, now) } else { vec![Effect::Lease(Box::new(asked))] }
        })
        .await?;
        let answer = self.fetcher.post(hub, &websub::form(lease, mode), &self.clock).await;
        let trouble = match answer {
            Ok(posted) if posted.is_success() => None,
            Ok(posted) => {
                Some(format!("{}: the hub answered {} {}", masked(hub.as_str()), posted.status, posted.words))
            }
            Err(error) => Some(error.to_string()),
        };
        match &trouble {
            None => {
                tracing::debug!(feed.url = %masked(&lease.feed), hub = %masked(hub.as_str()), mode = mode.name(), "asked")
            }
            Some(error) => {
                tracing::warn!(feed.url = %masked(&lease.feed), error = error.trim_end(), mode = mode.name(), "a hub did not take a request");
            }
        }
        let held = self.fetcher.host_rows(fetch::host_of(hub), self.clock.now());
        let fresh = trouble.as_ref().and_then(|_| self.fresh());
        self.change(lease, move |lease, feed| {
            let answered = match &trouble {
                // The hub verified or denied it before it answered.
                _ if lease.pending != Some(mode) => lease.clone(),
                None => websub::accepted(lease),
                Some(why) => websub::refused(lease, why.trim_end()),
            };
            let is_refused = lease.pending == Some(mode) && trouble.is_some();
            let turn = fresh.as_ref().filter(|_| is_refused).and_then(|fresh| fresh.turn(&answered, feed, now));
            let mut effects = turn.unwrap_or_else(|| vec![Effect::Lease(Box::new(answered))]);
            effects.extend(held.iter().cloned().map(Effect::Host));
            effects
        })
        .await
    }
}
