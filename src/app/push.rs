//! What the daemon asks of WebSub: rounds with the hubs, answers at the callback, deliveries through the flow of a poll.

use super::App;
use crate::poll::{self, Pushed, Refreshed};
use crate::push::{Hubs, Received};
use crate::store;

impl App {
    /// Sends hubs what is due; before that, where `follow` is set, subscriptions follow what feeds offer and feeds.toml
    /// says.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn push_round(&self, follow: bool) -> Result<(), store::Error> {
        let hubs = self.hubs();
        if follow {
            hubs.follow().await?;
        }
        hubs.round().await
    }

    /// What a hub's GET at the callback is answered with; `None`: 404.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn push_answer(&self, token: &str, query: &str) -> Result<Option<String>, store::Error> {
        self.hubs().answer(token, query).await
    }

    /// How many bytes a delivery to this callback may have; `None`: there is no such subscription.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn push_room(&self, token: &str) -> Result<Option<u64>, store::Error> {
        let hubs = self.hubs();
        Ok(hubs.expects(token).await?.then_some(hubs.config.fetch.max_body))
    }

    /// Stores what is new in a delivery; `None` where it is not the hub's.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn push_take(&self, received: Received) -> Result<Option<Refreshed>, store::Error> {
        let token = received.token.clone();
        match self.hubs().authenticate(received).await? {
            Some((feed, document)) => poll::take(self.world(), Pushed { feed, token, document }).await.map(Some),
            None => Ok(None),
        }
    }

    /// Makes the feed due whose delivery found no room.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn push_overflow(&self, token: &str) -> Result<Option<Refreshed>, store::Error> {
        let Some(lease) = self.store.lease(token).await? else { return Ok(None) };
        let why = "its hub delivered more than could be read at once";
        poll::ask_instead(&self.world(), lease.feed, why, self.now()).await.map(Some)
    }

    fn hubs(&self) -> Hubs {
        let world = self.world();
        Hubs {
            config: world.config.clone(),
            store: world.store.clone(),
            fetcher: world.fetcher.clone(),
            clock: world.clock.clone(),
        }
    }
}
