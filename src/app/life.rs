//! The life of one feed: found at an address, moved by its server, woken by hand, looked at as its server sees it.

use std::collections::HashMap;

use thiserror::Error;
use url::Url;

use super::App;
use crate::clock::Clock;
use crate::config::Config;
use crate::fetch::{Fetched, Fetcher, Request, SetupError};
use crate::ingest;
use crate::model::{
    Ask, Document, Effect, Event, FeedState, Hop, HostHold, KEEP_REQUESTS, Known, Lease, MAX_OFFERS_TRIED,
    RequestRecord, Timestamp,
};
use crate::notation::address::{absolute, masked};
use crate::notation::link::{Link, is_of_comments, links};
use crate::poll;
use crate::schedule;
use crate::store::{self, Store};

/// A feed that stands at an address, or that a page there offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovered {
    /// Its address: the one asked, or where that has moved for good.
    pub url: Url,
    /// What it calls itself; may be empty.
    pub title: String,
    /// Other feeds that the page offers, in the order in which they would have been tried.
    pub others: Vec<Url>,
}

/// Why no feed was found.
#[derive(Debug, Error)]
pub enum DiscoverError {
    /// The client.
    #[error(transparent)]
    Setup(#[from] SetupError),
    /// The store, which knows whom not to ask yet.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Nothing came, or no feed.
    #[error("{0}")]
    NoFeed(String),
}

/// Asks an address for a feed; where it is a page, the feeds that its `Link` header and its links offer, in their order
/// but those of comments last, until one is a feed indeed.
///
/// The same client as for feeds, under the same limits and guards; hosts that want quiet are left alone. Where
/// `may_write` is set and there is a store, it remembers when hosts were asked and what they want, for the next poll.
///
/// # Errors
/// When no feed is found, with what was found instead.
pub async fn discover(config: &Config, url: &Url, clock: &Clock, may_write: bool) -> Result<Discovered, DiscoverError> {
    let fetcher = Fetcher::new(poll::fetch_policy(config))?;
    if config.storage.path.exists() {
        let store = Store::open_read_only(&config.storage.path)?;
        fetcher.restore(&store.hosts().await?, clock.now());
    }
    let before = fetcher.host_snapshot(clock.now());
    let finding = Finding { config, fetcher, clock };
    let found = finding.find(url).await;
    if may_write && config.storage.path.exists() {
        finding.remember_hosts(&before).await;
    }
    found
}

/// What was learned of hosts since `before`: a hold that was known then is not told again, for a daemon may have written
/// a longer one in the meantime.
fn news_of_hosts(before: &[HostHold], mut rows: Vec<HostHold>) -> Vec<HostHold> {
    let holds: HashMap<&str, _> = before.iter().map(|row| (row.host.as_str(), row.hold_until)).collect();
    for row in &mut rows {
        row.hold_until = row.hold_until.filter(|_| holds.get(row.host.as_str()) != Some(&row.hold_until));
    }
    rows.retain(|row| row.next_at.is_some() || row.hold_until.is_some());
    rows
}

/// What stands at one address.
enum Look {
    Feed(Discovered),
    Page { offers: Vec<Url>, reason: String },
}

struct Finding<'a> {
    config: &'a Config,
    fetcher: Fetcher,
    clock: &'a Clock,
}

impl Finding<'_> {
    /// Asks an address, then the feeds that it offers.
    async fn find(&self, url: &Url) -> Result<Discovered, DiscoverError> {
        let offers = match self.look(url).await? {
            Look::Feed(found) => return Ok(found),
            Look::Page { offers, reason } if offers.is_empty() => {
                let what =
                    format!("{}: {reason}, and it offers none; name the address of a feed", masked(url.as_str()));
                return Err(DiscoverError::NoFeed(what));
            }
            Look::Page { offers, .. } => offers,
        };
        let mut troubles = Vec::new();
        for (n, offer) in offers.iter().enumerate().take(MAX_OFFERS_TRIED) {
            match self.look(offer).await {
                Ok(Look::Feed(found)) => {
                    let mut others = offers.clone();
                    others.remove(n);
                    return Ok(Discovered { others, ..found });
                }
                Ok(Look::Page { reason, .. }) => troubles.push(format!("{}: {reason}", masked(offer.as_str()))),
                Err(DiscoverError::NoFeed(trouble)) => troubles.push(trouble),
                Err(other) => return Err(other),
            }
        }
        let page = masked(url.as_str());
        Err(DiscoverError::NoFeed(format!("{page}: none of the feeds that it offers is one: {}", troubles.join("; "))))
    }

    /// Stores when the hosts were asked, and which want quiet. The feed was found all the same where that fails.
    async fn remember_hosts(&self, before: &[HostHold]) {
        let rows = news_of_hosts(before, self.fetcher.host_snapshot(self.clock.now()));
        let decide = move |_: &Known| rows.iter().cloned().map(Effect::Host).collect();
        let written = match Store::open(&self.config.storage.path) {
            Ok(store) => store.write(Ask::default(), decide).await.map(|_| ()),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            tracing::warn!(%error, "the next poll will not know that these hosts were asked just now");
        }
    }

    /// Asks one address.
    async fn look(&self, url: &Url) -> Result<Look, DiscoverError> {
        let answer = self.fetcher.send(&Request::new(url.clone()), self.clock).await;
        let (document, link, hops) = match answer {
            Ok(Fetched::Document { document, link, hops, .. }) => (document, link, hops),
            Ok(Fetched::NotModified { .. }) => return Err(no_feed(url, "the server answered 304 to no condition")),
            Err(error) => return Err(DiscoverError::NoFeed(error.to_string())),
        };
        let from = document.url.clone().unwrap_or_else(|| url.clone());
        let policy = ingest::Policy { timezone: self.config.site.timezone, language: None, select: None };
        let now = self.clock.now();
        let document = Document { url: Some(from.clone()), ..document };
        let work = tokio::task::spawn_blocking(move || ingest::ingest(&document, &policy, now));
        match work.await {
            Ok(Ok(feed)) => {
                Ok(Look::Feed(Discovered { url: meant(url, &hops), title: feed.title, others: Vec::new() }))
            }
            Ok(Err(no_feed)) => Ok(Look::Page { offers: offers(&link, &no_feed.feeds, &from), reason: no_feed.reason }),
            Err(_) => Err(no_feed(url, "reading this document failed inside warta; please report it")),
        }
    }
}

fn no_feed(url: &Url, why: &str) -> DiscoverError {
    DiscoverError::NoFeed(format!("{}: {why}", masked(url.as_str())))
}

/// The address to keep: the end of permanent redirects; after a temporary one, what was asked.
fn meant(asked: &Url, hops: &[Hop]) -> Url {
    let last = hops.last().filter(|_| hops.iter().all(Hop::is_permanent));
    last.map_or_else(|| asked.clone(), |hop| hop.to.clone())
}

/// What a page offers, by its header lines and then by itself; each address once, feeds of comments last.
fn offers(header: &str, page: &[String], from: &Url) -> Vec<Url> {
    let links = links(header).into_iter().filter(Link::is_feed);
    let mut offers: Vec<(bool, Url)> = Vec::new();
    let by_header = links.map(|link| (is_of_comments(&link.target, &link.title), link.target));
    // The page's own come sorted by their titles.
    let by_page = page.iter().map(|address| (is_of_comments(address, ""), address.clone()));
    for (is_of_comments, address) in by_header.chain(by_page) {
        let Some(url) = absolute(&address, Some(from)).filter(|url| matches!(url.scheme(), "http" | "https")) else {
            continue;
        };
        if offers.iter().all(|(_, known)| *known != url) {
            offers.push((is_of_comments, url));
        }
    }
    offers.sort_by_key(|(is_of_comments, _)| *is_of_comments);
    offers.into_iter().map(|(_, url)| url).collect()
}

/// A permanent redirect of a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The feed's address as configured.
    pub from: String,
    /// Where it leads.
    pub to: Url,
    /// Whether it is asked there already; else it was seen so often since then.
    pub adopted: bool,
    /// How often in a row the redirect was seen, for one that is not adopted.
    pub sightings: u32,
    /// When it was first seen, for one that is not adopted.
    pub since: Option<Timestamp>,
}

/// The permanent redirects of the feeds of feeds.toml, in its order. A store that is not there yet knows of none.
///
/// # Errors
/// When the store cannot be read.
pub async fn moves(config: &Config, now: Timestamp) -> Result<Vec<Move>, store::Error> {
    if !config.storage.path.exists() {
        return Ok(Vec::new());
    }
    let rows = Store::open_read_only(&config.storage.path)?.feeds(now).await?;
    let row_of = |key: &str| rows.iter().find(|row| row.url == key);
    Ok(config.feeds.iter().filter_map(|feed| move_of(row_of(&feed.key)?)).collect())
}

fn move_of(row: &FeedState) -> Option<Move> {
    let seen = row.redirect_to.as_ref().map(|to| (to, false));
    // Of two, the later one: where an adopted address leads on.
    let (to, adopted) = seen.or_else(|| row.current_url.as_ref().map(|to| (to, true)))?;
    Some(Move {
        from: row.url.clone(),
        to: to.clone(),
        adopted,
        sightings: row.redirect_count,
        since: row.redirect_first_seen,
    })
}

impl App {
    /// Wakes the feed that is configured under `url`. Gives its row as it was; `None` where the store has none. A feed
    /// that is neither gone nor quarantined stays as it is.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn resume(&self, url: &str) -> Result<Option<FeedState>, store::Error> {
        let now = self.now();
        let before = self.store().feed(url, now).await?;
        if before.as_ref().is_some_and(|row| schedule::wake(row, now).is_some()) {
            let ask = Ask { feed: Some(url.to_owned()), ..Ask::default() };
            self.store().write(ask, move |known: &Known| woken(known, now)).await?;
        }
        Ok(before)
    }
}

fn woken(known: &Known, now: Timestamp) -> Vec<Effect> {
    let Some(row) = &known.feed else { return Vec::new() };
    let Some(next) = schedule::wake(row, now) else { return Vec::new() };
    let text = format!("woken by hand; it was {}", row.state.name());
    vec![Effect::Event(Event { at: now, kind: "resumed", text }), Effect::Feed(Box::new(next))]
}

/// What a feed's server saw of warta.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// The feed's row.
    pub feed: FeedState,
    /// The requests of the last seven days, the oldest first.
    pub requests: Vec<RequestRecord>,
    /// Its subscription at a hub, where it has one.
    pub lease: Option<Lease>,
}

/// Reads what was asked of the feed configured under `url`; `None` where the store knows nothing of it.
///
/// # Errors
/// When the store cannot be read.
pub async fn seen(config: &Config, url: &str, now: Timestamp) -> Result<Option<Seen>, store::Error> {
    if !config.storage.path.exists() {
        return Ok(None);
    }
    let store = Store::open_read_only(&config.storage.path)?;
    let Some(feed) = store.feed(url, now).await? else { return Ok(None) };
    let requests = store.requests(url, now.minus(KEEP_REQUESTS)).await?;
    let lease = store.lease_of(url).await?;
    Ok(Some(Seen { feed, requests, lease }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_that_was_known_before_is_not_told_again() {
        let at = |hours: i64| Some(Timestamp::from_unix_millis(1_780_000_000_000 + hours * 3_600_000));
        let row = |host: &str, next_at, hold_until| HostHold { host: host.to_owned(), next_at, hold_until };
        let before = [row("a.example", None, at(1)), row("b.example", None, at(1)), row("c.example", None, at(1))];
        let after = vec![
            row("a.example", None, at(1)),
            row("b.example", at(0), at(1)),
            row("c.example", None, at(2)),
            row("d.example", at(0), at(1)),
        ];
        let told = [row("b.example", at(0), None), row("c.example", None, at(2)), row("d.example", at(0), at(1))];
        assert_eq!(news_of_hosts(&before, after), told);
    }
}
