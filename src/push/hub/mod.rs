//! warta's own hub: subscribers to its feeds are taken in, verified, and brought what is new.
//!
//! In: what is posted to `/hub`, the edition that is published, and rows that say who is owed what. Out: answers, requests
//! to callbacks, and rows. What is decided is decided in `websub::hub`.

mod deliver;
mod edition;
mod take;
mod verify;

use std::sync::Arc;

use url::Url;

pub use self::edition::Shelf;
pub use self::take::Reply;
use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::{self, Fetcher};
use crate::model::{is_published_path, topic_section};
use crate::store::{self, HubWork, Store};

/// Everything that the hub needs.
#[derive(Debug, Clone)]
pub struct Hub {
    /// As meant.
    pub config: Arc<Config>,
    /// The store.
    pub store: Arc<Store>,
    /// The one client.
    pub fetcher: Arc<Fetcher>,
    /// The clock.
    pub clock: Clock,
    /// What it remembers of the published folder.
    pub shelf: Arc<Shelf>,
}

impl Hub {
    /// Its address; `None` where it does not act.
    #[must_use]
    pub fn url(&self) -> Option<Url> {
        fetch::own_hub(&self.config)
    }

    /// Looks whether another edition is published than the one seen last, in which case everybody who has other bytes is
    /// owed the new ones, and tells what is due. Nothing is, where the hub does not act.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn look(&self) -> Result<HubWork, store::Error> {
        if self.url().is_none() {
            return Ok(HubWork::default());
        }
        self.heed_edition().await?;
        self.store.hub_work(self.clock.now()).await
    }

    /// Whether somebody may subscribe to this address: it is a feed of a section of feeds.toml, or of all together.
    fn is_topic(&self, topic: &str) -> bool {
        let section = self.topic_path(topic).and_then(topic_section);
        section.is_some_and(|section| section == store::ALL || self.config.section(section).is_some())
    }

    /// The path of a topic relative to `base_url`; `None` for an address that can be none.
    fn topic_path<'a>(&self, topic: &'a str) -> Option<&'a str> {
        let path = topic.strip_prefix(self.config.site.base_url.as_str())?;
        (is_published_path(path) && topic_section(path).is_some()).then_some(path)
    }
}
