//! The house put together once: configuration, store, fetcher and clock. Commands and the daemon do everything through
//! [`App`]; it wires and decides nothing.

mod hub;
mod life;
mod push;
mod rules;
mod takedown;

use std::collections::HashSet;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use thiserror::Error;
use url::Host;

pub use self::hub::is_hub;
pub use self::life::{DiscoverError, Discovered, Move, Seen, discover, moves, seen};
pub use self::rules::rules_look;
pub use self::takedown::{Subject, Told, named, takedowns};
use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::{Fetcher, SetupError};
use crate::group::Grouper;
use crate::model::{Edition, FeedState, State, Timestamp, Trouble};
use crate::notation::address::masked;
use crate::poll::{self, World};
pub use crate::poll::{Difference, Due, Feeds, MAX_WAITING, Pump, Reapplied, Refreshed, Report, refresh};
use crate::publish;
pub use crate::publish::files::Error as FilesError;
pub use crate::publish::{Error as PublishError, PATIENCE, Published, QUIET};
pub use crate::push::Received;
pub use crate::push::hub::Reply as HubReply;
use crate::push::hub::Shelf;
use crate::store::{self, Configured, Store, Wanted, WantedFeed, WantedSection};
pub use crate::store::{Error as StoreError, HubWork, Kind as StoreKind, Lock, LockError, PostedAsk};

/// Why the house does not stand.
#[derive(Debug, Error)]
pub enum Error {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The client.
    #[error(transparent)]
    Fetch(#[from] SetupError),
    /// The published folder.
    #[error(transparent)]
    Publish(#[from] publish::Error),
}

/// Which feeds a poll asks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// All of them, whatever their schedule says; holds, gone and paused stand.
    pub force: bool,
    /// Only these, by configured address, whatever their schedule says.
    pub urls: Vec<String>,
    /// Of these, drop the validators first; they count as named.
    pub refetch: Vec<String>,
}

impl Selection {
    /// True when feeds are named.
    #[must_use]
    pub fn names_feeds(&self) -> bool {
        !self.urls.is_empty() || !self.refetch.is_empty()
    }

    fn names(&self, url: &str) -> bool {
        self.urls.iter().chain(&self.refetch).any(|named| named == url)
    }
}

/// The feeds of a selection that are asked, and words about those that are not.
#[derive(Debug, Default)]
pub struct Selected {
    /// To be refreshed.
    pub due: Vec<Due>,
    /// One line for each named feed that is not asked.
    pub remarks: Vec<String>,
}

/// Configuration, store, fetcher and clock, put together. Cheap to share behind an `Arc`.
pub struct App {
    world: ArcSwap<World>,
    store: Arc<Store>,
    clock: Clock,
    /// The latest moment that was looked at, in milliseconds; 0 before any was.
    latest: AtomicI64,
    /// What the last edition could not use.
    told: Mutex<Vec<Trouble>>,
    /// What the hub remembers of the published folder.
    shelf: Arc<Shelf>,
    /// The reports of the last days, by which new ones are placed among the stories.
    grouper: tokio::sync::Mutex<Grouper>,
}

/// A clock that is set back by less is nobody's trouble.
const CLOCK_SLACK: Duration = Duration::from_secs(60);

impl App {
    /// Opens the store, brings its rows in line with feeds.toml, and remembers who may not be asked yet.
    ///
    /// # Errors
    /// When the store or the client cannot be had.
    pub async fn open(config: Config, clock: Clock) -> Result<Self, Error> {
        let app = Self::open_beside(config, clock).await?;
        tell_renamed(&app.store.configure(wanted(&app.config(), app.now())).await?);
        app.keep_time(app.now()).await?;
        poll::replan(&app.world(), app.now()).await?;
        Ok(app)
    }

    /// The same, leaving the rows as they are: beside a running daemon they follow the feeds.toml that it read.
    ///
    /// # Errors
    /// When the store or the client cannot be had.
    pub async fn open_beside(config: Config, clock: Clock) -> Result<Self, Error> {
        let config = Arc::new(config);
        let store = Arc::new(Store::open(&config.storage.path)?);
        let fetcher = Arc::new(Fetcher::new(poll::fetch_policy(&config))?);
        fetcher.restore(&store.hosts().await?, clock.now());
        let world = World::new(config, store.clone(), fetcher, clock.clone());
        Ok(Self {
            world: ArcSwap::from_pointee(world),
            store,
            clock,
            latest: AtomicI64::new(0),
            told: Mutex::default(),
            shelf: Arc::default(),
            grouper: tokio::sync::Mutex::default(),
        })
    }

    /// Ends the store in order: what was sent is written, its log is folded in.
    pub async fn close(self) {
        let Self { world, store, .. } = self;
        drop(world);
        match Arc::try_unwrap(store) {
            Ok(store) => store.close().await,
            // Somebody still holds it; the writer ends with the last holder.
            Err(shared) => drop(shared),
        }
    }

    /// The authority of all ids; none yet where they are provisional.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn authority(&self) -> Result<Option<String>, store::Error> {
        self.store.authority().await
    }

    /// The world as configured now.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        self.world.load_full()
    }

    /// The configuration in use.
    #[must_use]
    pub fn config(&self) -> Arc<Config> {
        self.world.load().config.clone()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Swaps the configuration. Refreshes under way end under the old one; the client keeps who was asked when.
    ///
    /// # Errors
    /// When the store cannot follow or the client cannot be set up; the old configuration stays then.
    pub async fn reconfigure(&self, config: Config) -> Result<Configured, Error> {
        let config = Arc::new(config);
        let now = self.now();
        let old = self.world();
        let fetcher = Arc::new(old.fetcher.renewed(poll::fetch_policy(&config))?);
        let configured = self.store.configure(wanted(&config, now)).await?;
        tell_renamed(&configured);
        self.world.store(Arc::new(World::new(config, self.store.clone(), fetcher, self.clock.clone())));
        poll::replan(&self.world(), now).await?;
        Ok(configured)
    }

    /// Heeds what another process learnt of hosts: when they were asked, and until when they want quiet.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn heed_hosts(&self, now: Timestamp) -> Result<(), store::Error> {
        self.world().fetcher.restore(&self.store.hosts().await?, now);
        Ok(())
    }

    /// Feeds whose turn it is, at most so many.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<Due>, store::Error> {
        self.keep_time(now).await?;
        let world = self.world();
        Ok(self.store.due(now, limit).await?.into_iter().filter_map(|state| world.due(state)).collect())
    }

    /// Where the clock was set back, sets back what was planned by it. One that was set forward is believed: time may
    /// have passed while the machine slept, and each feed is asked once then, at its host's pace.
    async fn keep_time(&self, now: Timestamp) -> Result<(), store::Error> {
        let latest = self.latest.swap(now.unix_millis(), Ordering::Relaxed);
        if latest != 0 && now.plus(CLOCK_SLACK).unix_millis() >= latest {
            return Ok(());
        }
        if let Some(by) = self.store.set_back(now).await? {
            self.world().fetcher.set_back(&self.store.hosts().await?);
            tracing::warn!(by_s = by.as_secs(), "the clock was set back; what was planned moves with it");
        }
        Ok(())
    }

    /// The feeds of a selection. What is gone, paused or unknown gets a remark where it was named.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn select(&self, selection: &Selection, now: Timestamp) -> Result<Selected, store::Error> {
        self.keep_time(now).await?;
        let mut selected = Selected::default();
        if !selection.force && !selection.names_feeds() {
            selected.due = self.due(now, MAX_WAITING).await?;
            return Ok(selected);
        }
        let world = self.world();
        let rows = self.store.feeds(now).await?;
        let known: HashSet<&str> = rows.iter().map(|row| row.url.as_str()).collect();
        for url in selection.urls.iter().chain(&selection.refetch) {
            if world.feed(url).is_none() || !known.contains(url.as_str()) {
                selected.remarks.push(format!(
                    "{} is not a feed of {}; it is not asked",
                    masked(url),
                    world.config.path.display()
                ));
            }
        }
        for row in rows {
            if selection.names_feeds() && !selection.names(&row.url) {
                continue;
            }
            let Some(feed) = world.feed(&row.url) else { continue };
            let state = row.seen_at(now, feed.paused);
            if matches!(state, State::Gone | State::Paused | State::Quarantined) {
                if selection.names(&row.url) {
                    selected.remarks.push(format!("{} is {}; it is not asked", masked(&row.url), state.name()));
                }
                continue;
            }
            let refetch = selection.refetch.contains(&row.url);
            selected.due.extend(world.due(row).map(|due| Due { refetch, urgent: true, ..due }));
        }
        Ok(selected)
    }

    /// Refreshes these feeds and waits for all of them; `progress` hears of each one that ends.
    ///
    /// # Errors
    /// When the store cannot be written; feeds that ended before are stored.
    pub async fn refresh_all(
        &self,
        due: Vec<Due>,
        mut progress: impl FnMut(&Refreshed),
    ) -> Result<Report, store::Error> {
        let world = self.world();
        let mut pump = Pump::default();
        let mut report = Report::default();
        for due in due {
            let host = due.host().to_owned();
            pump.offer(due.state.id, &host, due);
        }
        loop {
            pump.start(|due| poll::refresh(world.clone(), due));
            let Some(refreshed) = pump.next().await else {
                if pump.is_empty() {
                    break;
                }
                continue;
            };
            let refreshed = refreshed?;
            report.add(&masked(&refreshed.url), &refreshed.outcome);
            progress(&refreshed);
        }
        report.sort();
        Ok(report)
    }

    /// Publishes what the store holds now, every report in its place.
    ///
    /// # Errors
    /// When it cannot; the old edition stands then.
    pub async fn publish(&self) -> Result<Published, publish::Error> {
        self.grouper.lock().await.run(&self.store, &self.config(), self.now()).await?;
        let published = publish::publish(&self.store, &self.config(), self.now()).await?;
        self.tell(&published.troubles);
        Ok(published)
    }

    /// A number that changes with what the operator lays beside; none where nothing does. Waits for the disk.
    #[must_use]
    pub fn beside(&self) -> Option<u64> {
        publish::beside(&self.config())
    }

    /// One log line for each trouble that was not there at the edition before.
    fn tell(&self, troubles: &[Trouble]) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        for trouble in troubles.iter().filter(|trouble| !told.contains(trouble)) {
            tracing::warn!("{trouble}");
        }
        troubles.clone_into(&mut told);
    }

    /// All rows of feeds.toml's feeds, in its order, with their settings' paused flag applied.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn feeds(&self) -> Result<Vec<FeedState>, store::Error> {
        self.store.feeds(self.now()).await
    }
}

/// feeds.toml as the store needs it.
fn wanted(config: &Config, now: Timestamp) -> Wanted {
    Wanted {
        sections: config
            .sections
            .iter()
            .map(|section| WantedSection { id: section.id.clone(), in_all: section.in_all, was: section.was.clone() })
            .collect(),
        feeds: config
            .feeds
            .iter()
            .map(|feed| WantedFeed {
                url: feed.key.clone(),
                sections: feed.sections.clone(),
                paused: feed.paused,
                was: feed.was.clone(),
            })
            .collect(),
        tag: config.site.tag.clone(),
        authority: public_authority(config, now),
        now,
    }
}

/// One log line a feed that stands in feeds.toml under a new address, or section under a new id.
fn tell_renamed(configured: &Configured) {
    for (old, new) in &configured.renamed_sections {
        tracing::info!(
            section = new,
            was = old,
            "a section has a new id; its items, archives and addresses stay its own"
        );
    }
    for (old, new) in &configured.renamed_feeds {
        tracing::info!(feed.url = %masked(new), feed.was = %masked(old), "a feed has a new address; its items and ids stay");
    }
}

/// Host and year of a `base_url` that is not loopback: the authority of ids where no `tag` is configured (RFC 4151).
fn public_authority(config: &Config, now: Timestamp) -> Option<String> {
    use chrono::Datelike;
    let loopback = match config.site.base_url.host()? {
        Host::Domain(name) => name == "localhost" || name.ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback() || address.is_unspecified(),
        Host::Ipv6(address) => address.is_loopback() || address.is_unspecified(),
    };
    let host = config.site.base_url.host_str()?;
    (!loopback).then(|| format!("{host},{}", now.to_chrono().year()))
}

/// What is wrong with what the operator lays beside for the published folder: the theme, tried with made-up
/// news, and files of their own.
#[must_use]
pub fn troubles(config: &Config) -> Vec<Trouble> {
    publish::troubles_beside(config)
}

/// What `warta status` tells.
#[derive(Debug)]
pub struct Overview {
    /// Rows of all feeds that were ever configured.
    pub feeds: Vec<FeedState>,
    /// What is published now.
    pub edition: Option<Edition>,
    /// The authority of all ids; none yet where they are provisional.
    pub tag: Option<String>,
    /// When the running daemon read feeds.toml; none where no daemon runs.
    pub running_since: Option<Timestamp>,
    /// How many subscribe to the site's own feeds at its hub.
    pub subscribers: u64,
}

/// Reads what there is to tell; writes nothing and works beside a running daemon. A store that is not there yet has no
/// feeds.
///
/// # Errors
/// When store or edition cannot be read.
pub async fn overview(config: &Config, now: Timestamp) -> Result<Overview, Error> {
    let edition = publish::published(config).map_err(publish::Error::from)?;
    if !config.storage.path.exists() {
        let tag = config.site.tag.clone();
        return Ok(Overview { feeds: Vec::new(), edition, tag, running_since: None, subscribers: 0 });
    }
    let store = Store::open_read_only(&config.storage.path)?;
    let running = Lock::is_held(&config.storage.path);
    let running_since = if running { store.configured_at().await? } else { None };
    let (feeds, tag, subscribers) = (store.feeds(now).await?, store.authority().await?, store.subscribers(now).await?);
    Ok(Overview { feeds, edition, tag, running_since, subscribers })
}

/// Version of the bundled `SQLite`.
#[must_use]
pub fn sqlite_version() -> &'static str {
    store::sqlite_version()
}
