//! What every refresh needs, put together once for each configuration.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::available_parallelism;

use tokio::sync::Semaphore;

use super::Due;
use super::judging;
use super::network::Network;
use crate::clock::Clock;
use crate::config::{Config, FeedConfig};
use crate::fetch::{self, Fetcher};
use crate::model::FeedState;
use crate::notation::address::Canonical;
use crate::rules::Rules;
use crate::store::Store;
use crate::{dedup, ingest, schedule};

/// The configuration with everything that it is applied to. A reload makes a new one; refreshes under way keep theirs.
pub struct World {
    /// As meant.
    pub config: Arc<Config>,
    /// The store.
    pub store: Arc<Store>,
    /// The one client.
    pub fetcher: Arc<Fetcher>,
    /// The clock.
    pub clock: Clock,
    /// Documents that are read at the same time: as many as there are cores.
    pub ingesting: Semaphore,
    /// So many permits has `ingesting`.
    pub(super) cores: u32,
    pub(super) network: Network,
    feeds: HashMap<String, Arc<FeedConfig>>,
    canonical: Canonical,
    pub(super) rules: Arc<Rules>,
}

impl World {
    /// Puts it together. No I/O.
    #[must_use]
    pub fn new(config: Arc<Config>, store: Arc<Store>, fetcher: Arc<Fetcher>, clock: Clock) -> Self {
        let feeds = config.feeds.iter().map(|feed| (feed.key.clone(), Arc::new(feed.clone()))).collect();
        let canonical = Canonical { keep: config.dedup.keep_params.clone(), strip: config.dedup.strip_params.clone() };
        let cores = available_parallelism().map_or(1, std::num::NonZero::get);
        let rules = Arc::new(judging::rules(&config));
        Self {
            config,
            store,
            fetcher,
            clock,
            ingesting: Semaphore::new(cores),
            cores: u32::try_from(cores).unwrap_or(u32::MAX),
            network: Network::default(),
            feeds,
            canonical,
            rules,
        }
    }

    /// A row with its settings; `None` for a feed that is not in feeds.toml or is paused there.
    #[must_use]
    pub fn due(&self, state: FeedState) -> Option<Due> {
        let feed = self.feeds.get(&state.url).filter(|feed| !feed.paused)?.clone();
        Some(Due { feed, state, refetch: false, urgent: false })
    }

    /// Settings of a feed by its configured address.
    #[must_use]
    pub fn feed(&self, url: &str) -> Option<&Arc<FeedConfig>> {
        self.feeds.get(url)
    }

    pub(super) fn ingest_policy(&self, feed: &FeedConfig) -> ingest::Policy {
        ingest::Policy {
            timezone: feed.timezone.unwrap_or(self.config.site.timezone),
            language: feed.language.clone(),
            select: feed.select.clone(),
        }
    }

    pub(super) fn dedup_policy(&self, feed: &FeedConfig) -> dedup::Policy {
        dedup::Policy {
            canonical: self.canonical.clone(),
            identity: feed.identity,
            first_batch: self.config.publish.first_batch,
            own_hosts: self.config.sitemap.hosts.clone(),
        }
    }

    pub(super) fn schedule_policy(&self, feed: &FeedConfig) -> schedule::Policy {
        schedule::Policy {
            min_interval: self.config.fetch.min_interval,
            max_interval: self.config.fetch.max_interval,
            interval: self.config.interval_for(feed),
            cron: self.config.cron_for(feed).cloned(),
            pushed: false,
        }
    }
}

/// The client's limits, as the operator set them.
#[must_use]
pub fn fetch_policy(config: &Config) -> fetch::Policy {
    let settings = &config.fetch;
    fetch::Policy {
        user_agent: settings.user_agent.clone(),
        timeout: settings.timeout,
        max_body: settings.max_body,
        concurrency: settings.concurrency,
        per_host_concurrency: settings.per_host_concurrency,
        per_host_delay: settings.per_host_delay,
        redirects: settings.redirects,
        allow_private_networks: settings.allow_private_networks,
        allow_networks: settings.allow_networks.clone(),
        callback_networks: fetch::callback_networks(config),
        proxy: settings.proxy.clone(),
    }
}
