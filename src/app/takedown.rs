//! Takedowns by hand: what an address means, and taking it down or back.

use std::path::Path;

use url::Url;

use super::App;
use crate::config::Config;
use crate::dedup::takedown;
use crate::model::{Ask, Effect, Event, FeedState, Known, Named, Takedown, Timestamp, ToldReport};
use crate::notation::address::{Canonical, canonical, is_front_page, masked};
use crate::store::{self, Store};

/// What an address means.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A feed that is or was configured under it, or is asked there.
    Feed(Box<FeedState>),
    /// Reports that are shown under it.
    Reports(Told),
    /// Nothing that is stored.
    Unknown,
}

/// The reports that an address means, among all that their entries hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    named: Named,
    reports: Vec<ToldReport>,
}

impl Told {
    /// The reports that are meant.
    #[must_use]
    pub fn meant(&self) -> Vec<&ToldReport> {
        takedown::meant(&self.reports, &self.named)
    }

    /// Those that a person took down, of the reports that would be meant if nothing else were there.
    #[must_use]
    pub fn meant_and_down(&self) -> Vec<ToldReport> {
        let is_down = |report: &&ToldReport| report.taken_down.is_some_and(|down| down.root.is_some());
        let down: Vec<ToldReport> = self.reports.iter().filter(is_down).cloned().collect();
        takedown::meant(&down, &self.named).into_iter().cloned().collect()
    }

    /// Reports of the same entries that are not meant and stay published.
    #[must_use]
    pub fn others(&self) -> Vec<&ToldReport> {
        let meant: Vec<i64> = self.meant().iter().map(|report| report.report).collect();
        let stays = |row: &&ToldReport| row.taken_down.is_none() && !meant.contains(&row.report);
        self.reports.iter().filter(stays).collect()
    }
}

/// Looks up what an address means; a feed before an item. Reads only, and where there is no store nothing is known.
///
/// # Errors
/// When the store cannot be read.
pub async fn named(config: &Config, url: &Url, now: Timestamp) -> Result<Subject, store::Error> {
    let Some(store) = existing(&config.storage.path)? else { return Ok(Subject::Unknown) };
    if let Some(row) = feed_of(config, store.feeds(now).await?, url) {
        return Ok(Subject::Feed(Box::new(row)));
    }
    let policy = Canonical { keep: config.dedup.keep_params.clone(), strip: config.dedup.strip_params.clone() };
    let canonical = url.has_host().then(|| canonical(url, &policy)).filter(|key| !is_front_page(key));
    let named = Named { url: url.clone(), canonical };
    let reports = store.told_at(&named).await?;
    let told = Told { named, reports };
    Ok(if told.meant().is_empty() { Subject::Unknown } else { Subject::Reports(told) })
}

/// The takedowns that stand, the oldest first: items, then feeds.
///
/// # Errors
/// When the store cannot be read.
pub async fn takedowns(config: &Config) -> Result<Vec<Takedown>, store::Error> {
    match existing(&config.storage.path)? {
        Some(store) => store.takedowns().await,
        None => Ok(Vec::new()),
    }
}

fn existing(database: &Path) -> Result<Option<Store>, store::Error> {
    if database.exists() { Store::open_read_only(database).map(Some) } else { Ok(None) }
}

/// The feed that stands in the store or in feeds.toml under an address, or did, or is asked there.
fn feed_of(config: &Config, mut rows: Vec<FeedState>, url: &Url) -> Option<FeedState> {
    let is_it = |text: &str| text == url.as_str() || Url::parse(text).is_ok_and(|known| known == *url);
    let configured = config.feeds.iter().find(|feed| is_it(&feed.key) || feed.was.iter().any(|was| is_it(was)));
    let at = |is_it: &dyn Fn(&FeedState) -> bool| rows.iter().position(is_it);
    let found = configured
        .and_then(|feed| at(&|row| row.url == feed.key).or_else(|| at(&|row| feed.was.contains(&row.url))))
        .or_else(|| at(&|row| is_it(&row.url) || row.current_url.as_ref() == Some(url)))?;
    Some(rows.swap_remove(found))
}

impl App {
    /// Takes the reports down that an address means.
    ///
    /// # Errors
    /// When the store cannot be written; nothing has changed then.
    pub async fn take_down(&self, told: &Told) -> Result<(), store::Error> {
        let now = self.now();
        let ask = Ask { reports: told.meant().iter().map(|row| row.report).collect(), ..Ask::default() };
        let named = told.named.clone();
        self.store().write(ask, move |known: &Known| takedown::take_down(known, &named, now)).await?;
        Ok(())
    }

    /// Takes the takedowns of the reports back that an address means.
    ///
    /// # Errors
    /// When the store cannot be written; nothing has changed then.
    pub async fn restore(&self, told: &Told) -> Result<(), store::Error> {
        let now = self.now();
        let ask = Ask { reports: told.meant_and_down().iter().map(|row| row.report).collect(), ..Ask::default() };
        let named = told.named.clone();
        self.store().write(ask, move |known: &Known| takedown::restore(known, &named, now)).await?;
        Ok(())
    }

    /// Takes all of a feed down; what comes of it is stored and not shown.
    ///
    /// # Errors
    /// When the store cannot be written; nothing has changed then.
    pub async fn take_down_feed(&self, feed: &FeedState) -> Result<(), store::Error> {
        self.decide_of(feed, feed_down).await
    }

    /// Takes that back.
    ///
    /// # Errors
    /// When the store cannot be written; nothing has changed then.
    pub async fn restore_feed(&self, feed: &FeedState) -> Result<(), store::Error> {
        self.decide_of(feed, feed_back).await
    }

    /// Writes what is decided about a feed. Its address may have changed since its row was read, by feeds.toml.
    async fn decide_of(
        &self,
        feed: &FeedState,
        decide: fn(&Known, Timestamp) -> Vec<Effect>,
    ) -> Result<(), store::Error> {
        let now = self.now();
        let row = self.store().feeds(now).await?.into_iter().find(|row| row.id == feed.id);
        let ask = Ask { feed: row.map(|row| row.url), ..Ask::default() };
        self.store().write(ask, move |known: &Known| decide(known, now)).await?;
        Ok(())
    }
}

fn feed_down(known: &Known, at: Timestamp) -> Vec<Effect> {
    let Some(row) = known.feed.as_ref().filter(|row| row.taken_down.is_none()) else { return Vec::new() };
    let text = format!("by hand, with all of its feed {}", masked(&row.url));
    let event = Event { at, kind: "taken_down", text: "all of it is taken down by hand".to_owned() };
    vec![Effect::TakeDownFeed { at, text }, Effect::Event(event)]
}

fn feed_back(known: &Known, at: Timestamp) -> Vec<Effect> {
    let Some(row) = known.feed.as_ref().filter(|row| row.taken_down.is_some()) else { return Vec::new() };
    let text = format!("taken down no longer, by hand, with all of its feed {}", masked(&row.url));
    let event = Event { at, kind: "restored", text: "its takedown is undone by hand".to_owned() };
    vec![Effect::RestoreFeed { at, text }, Effect::Event(event)]
}
