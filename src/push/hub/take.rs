//! What is posted to `/hub`: answered at once, verified later.

use super::Hub;
use crate::fetch::host_of;
use crate::model::{Intent, LeaseMode, MAX_INTENTS};
use crate::store;
use crate::websub::hub::{Asked, BadRequest, read_request};

/// Seconds after which there may be room for another request.
const ROOM_SOON: u32 = 60;

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Plain text for people, nothing of the request in it.
    pub text: String,
    /// Seconds after which to come again.
    pub retry_after: Option<u32>,
}

impl Reply {
    fn new(status: u16, text: impl ToString) -> Self {
        Self { status, text: text.to_string(), retry_after: None }
    }

    fn later(status: u16, text: &str) -> Self {
        Self { retry_after: Some(ROOM_SOON), ..Self::new(status, text) }
    }
}

impl Hub {
    /// Takes a request in. That it is taken does not depend on its verification (WebSub 5.1.2); it is on the disk before
    /// the subscriber hears of it.
    ///
    /// # Errors
    /// The store's trouble; nothing was taken then.
    pub async fn take(&self, body: &[u8]) -> Result<Reply, store::Error> {
        let asked = match read_request(body, |topic| self.is_topic(topic)) {
            Ok(asked) => asked,
            Err(BadRequest::Topic) => match self.ending(body).await? {
                Some(asked) => asked,
                None => return Ok(Reply::new(404, BadRequest::Topic)),
            },
            Err(wrong) => return Ok(Reply::new(400, wrong)),
        };
        if self.fetcher.judge_callback(&asked.callback).is_err() {
            return Ok(Reply::new(400, "hub.callback lies in a network that this hub does not call"));
        }
        let Asked { mode, topic, callback, secret, lease } = asked;
        let host = host_of(&callback).to_owned();
        let intent = Intent { id: 0, mode, topic, callback, secret, lease, at: self.clock.now() };
        Ok(match self.store.take_intent(intent, &host).await? {
            Ok(()) => Reply::new(202, "accepted; the callback is asked whether it meant it"),
            Err(crowd) if crowd.all >= MAX_INTENTS => {
                Reply::later(503, "too many requests wait for their verification; come again later")
            }
            Err(_) => {
                Reply::later(429, "too many requests for this host wait for their verification; come again later")
            }
        })
    }

    /// A request that ends a subscription which stands, to a feed that is not there any more or has another address now.
    async fn ending(&self, body: &[u8]) -> Result<Option<Asked>, store::Error> {
        let asked = read_request(body, |_| true).ok().filter(|asked| asked.mode == LeaseMode::Unsubscribe);
        let Some(asked) = asked else { return Ok(None) };
        let stands = self.store.is_subscribed(asked.topic.clone(), asked.callback.clone()).await?;
        Ok(stands.then_some(asked))
    }
}
