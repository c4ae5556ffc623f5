//! Brings subscribers what is new.

use std::sync::Arc;
use std::time::Duration;

use super::Hub;
use crate::fetch::{Error, Heard, Parcel, Turn, host_of};
use crate::model::{Subscriber, Timestamp, Topic};
use crate::store::{self, Delivered};
use crate::websub;
use crate::websub::hub::next_delivery;

/// How long to wait where other bytes lie in the folder than the edition says. The next edition ends the wait.
const EDITION_SOON: Duration = Duration::from_secs(60);

impl Hub {
    /// Brings one subscriber the newest version of its topic, where it has another one.
    ///
    /// # Errors
    /// Only the store's trouble; it is brought again then.
    pub async fn deliver(&self, id: i64) -> Result<(), store::Error> {
        let Some((first, _)) = self.store.owed(id, self.clock.now()).await? else { return Ok(()) };
        let turn = self.fetcher.turn(&first.callback, &self.clock).await;
        // Others went first meanwhile: what is owed is what is owed now, under the secret and the lease of now.
        let now = self.clock.now();
        let Some((subscriber, topic)) = self.store.owed(id, now).await? else { return Ok(()) };
        let delivered = if subscriber.delivered == Some(topic.version) {
            Delivered::Taken
        } else if let Some(body) = self.body(&topic).await {
            self.bring(turn, &subscriber, &topic, body).await
        } else {
            Delivered::Later(now.plus(EDITION_SOON))
        };
        self.store.settle_delivery(subscriber, topic.version, delivered, self.clock.now()).await
    }

    async fn bring(
        &self,
        turn: Result<Turn<'_>, Error>,
        subscriber: &Subscriber,
        topic: &Topic,
        body: Arc<Vec<u8>>,
    ) -> Delivered {
        let Some(hub) = self.url() else { return Delivered::Later(self.clock.now().plus(EDITION_SOON)) };
        let signature = subscriber.secret.as_ref().and_then(|secret| websub::sign(&secret.0, &body));
        let parcel = Parcel {
            content_type: &topic.media_type,
            link: &format!("<{hub}>; rel=\"hub\", <{}>; rel=\"self\"", topic.url),
            signature: signature.as_deref(),
            body: &body,
        };
        let heard = match turn {
            Ok(turn) => turn.call(Some(parcel), &self.clock).await,
            Err(error) => Err(error),
        };
        let delivered = outcome(subscriber, heard, self.clock.now());
        // The whole address may be known to the subscriber alone.
        let host = host_of(&subscriber.callback);
        match &delivered {
            Delivered::Taken => tracing::debug!(topic = topic.url, callback.host = host, "delivered"),
            Delivered::Gone => {
                tracing::info!(topic = topic.url, callback.host = host, "a callback is gone, and its subscription")
            }
            Delivered::Failed(error, next_try) => {
                tracing::info!(topic = topic.url, callback.host = host, error, %next_try, "a delivery failed");
            }
            Delivered::Later(_) => {}
        }
        delivered
    }
}

/// What an answer, or none, means for the subscriber.
fn outcome(subscriber: &Subscriber, heard: Result<Heard, Error>, now: Timestamp) -> Delivered {
    let tries = subscriber.tries.saturating_add(1);
    let failed = |why, asked| Delivered::Failed(why, next_delivery(subscriber.id, tries, asked, now));
    match heard {
        Ok(Heard { status: 200..300, .. }) => Delivered::Taken,
        Ok(Heard { status: 410, .. }) => Delivered::Gone,
        Ok(Heard { status, retry_at, .. }) => failed(format!("it answered {status}"), retry_at),
        Err(error) => failed(error.trouble().to_string(), None),
    }
}
