//! What the daemon asks of warta's own hub.

use super::App;
use crate::config::Config;
use crate::fetch;
use crate::push::hub::{Hub, Reply};
use crate::store::{self, HubWork};

/// True where others can subscribe to the feeds that are published under this configuration.
#[must_use]
pub fn is_hub(config: &Config) -> bool {
    fetch::own_hub(config).is_some()
}

impl App {
    /// What a request to the hub is answered with.
    ///
    /// # Errors
    /// When the store cannot be written; nothing was taken then.
    pub async fn hub_take(&self, body: &[u8]) -> Result<Reply, store::Error> {
        self.hub().take(body).await
    }

    /// What is due at the hub. With `published`, another edition may be there than its file's date says.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn hub_look(&self, published: bool) -> Result<HubWork, store::Error> {
        if published {
            self.shelf.forget();
        }
        self.hub().look().await
    }

    /// Verifies the request with this number.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn hub_verify(&self, intent: i64) -> Result<(), store::Error> {
        self.hub().verify(intent).await
    }

    /// Brings the subscriber with this number what is new.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn hub_deliver(&self, subscriber: i64) -> Result<(), store::Error> {
        self.hub().deliver(subscriber).await
    }

    fn hub(&self) -> Hub {
        let world = self.world();
        Hub {
            config: world.config.clone(),
            store: world.store.clone(),
            fetcher: world.fetcher.clone(),
            clock: world.clock.clone(),
            shelf: self.shelf.clone(),
        }
    }
}
