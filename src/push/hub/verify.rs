//! Asks callbacks whether they meant it. Nothing changes before they say so.

use super::Hub;
use crate::fetch::host_of;
use crate::model::{Intent, LeaseMode, MAX_SUBSCRIBERS, MAX_SUBSCRIBERS_A_HOST, Timestamp};
use crate::push::fresh::random;
use crate::store;
use crate::websub::hub::{denial, is_confirmed, verification};

/// Random bytes of a challenge.
const CHALLENGE_BYTES: usize = 32;

impl Hub {
    /// Verifies one request, or tells its callback that it is denied.
    ///
    /// # Errors
    /// Only the store's trouble; it is verified again then.
    pub async fn verify(&self, id: i64) -> Result<(), store::Error> {
        let Some(intent) = self.store.intent(id).await? else { return Ok(()) };
        let now = self.clock.now();
        if let Some(reason) = self.denies(&intent, now).await? {
            tracing::warn!(
                topic = intent.topic,
                callback.host = host_of(&intent.callback),
                reason,
                "a subscription was denied"
            );
            let told = self.fetcher.call(&denial(&intent, reason), &self.clock).await;
            if let Err(error) = told {
                tracing::debug!(error = %error.trouble(), "a callback was not told of a denial");
            }
            return self.store.forget_intent(id).await;
        }
        let Some(challenge) = random::<CHALLENGE_BYTES>() else {
            tracing::error!("this machine gives no random numbers; nobody can subscribe");
            return self.store.forget_intent(id).await;
        };
        let heard = self.fetcher.call(&verification(&intent, &challenge), &self.clock).await;
        let why = match heard {
            Ok(heard) if is_confirmed(heard.status, &heard.body, &challenge) => return self.confirm(intent).await,
            Ok(heard) => format!("it answered {} without the challenge alone as its body", heard.status),
            Err(error) => error.trouble().to_string(),
        };
        // The whole address may be known to the subscriber alone.
        let host = host_of(&intent.callback);
        tracing::info!(
            topic = intent.topic,
            callback.host = host,
            mode = intent.mode.name(),
            why,
            "a request to the hub was not confirmed"
        );
        self.store.forget_intent(id).await
    }

    async fn confirm(&self, intent: Intent) -> Result<(), store::Error> {
        let Intent { topic, mode, callback, .. } = intent.clone();
        // The lease counts from the moment at which the callback was told of it.
        if self.store.confirm_intent(intent, self.clock.now()).await? {
            tracing::info!(
                topic,
                callback.host = host_of(&callback),
                mode = mode.name(),
                "a request to the hub was confirmed"
            );
        }
        Ok(())
    }

    /// Why a subscription is denied, in constant words; `None` where it is not.
    async fn denies(&self, intent: &Intent, now: Timestamp) -> Result<Option<&'static str>, store::Error> {
        if intent.mode == LeaseMode::Unsubscribe {
            return Ok(None);
        }
        if !self.is_topic(&intent.topic) {
            return Ok(Some("this feed is published no more"));
        }
        let others = self.store.other_subscribers(intent.clone(), host_of(&intent.callback), now).await?;
        Ok(match others {
            others if others.all >= MAX_SUBSCRIBERS => Some("this hub has as many subscribers as it takes"),
            others if others.of_host >= MAX_SUBSCRIBERS_A_HOST => {
                Some("this hub has as many subscribers on this host as it takes")
            }
            _ => None,
        })
    }
}
