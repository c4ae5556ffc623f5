//! Rows of WebSub subscriptions, to and from the model.

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params, params};
use url::Url;

use super::codec::{millis, opt_millis, opt_time, opt_url, time};
use crate::model::{HubSecret, Lease, LeaseMode, MAX_LEASE, PushOffer, Timestamp};

/// Where rows of subscriptions do not follow what feeds offer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeaseWork {
    /// Feeds that are offered a push and have no wanted subscription, with what is offered.
    pub wishes: Vec<(String, PushOffer)>,
    /// Wanted subscriptions of feeds that left feeds.toml, are paused or gone, or are pushed from elsewhere now.
    pub unwanted: Vec<Lease>,
}

const ALL: &str = "SELECT l.*, f.url AS feed_url FROM leases l JOIN feeds f ON f.id = l.feed";
/// A feed of feeds.toml that is asked at all.
const ASKED: &str = "f.wanted = 1 AND f.paused = 0 AND f.state IN ('active', 'backing_off')";

/// Where rows do not follow what feeds offer, at most so much of each kind. `callbacks` is what all callbacks begin
/// with; without it nobody shall be subscribed to.
pub(super) fn work(connection: &Connection, callbacks: Option<&str>, limit: usize) -> Result<LeaseWork> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT f.url, f.hub, f.topic FROM feeds f WHERE ?1 IS NOT NULL AND f.hub IS NOT NULL AND {ASKED}
         AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.feed = f.id AND l.wanted = 1) ORDER BY f.id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let wishes = statement.query_map(params![callbacks, limit], |row| Ok((row.get("url")?, offer(row)?)))?;
    let wishes = wishes.collect::<Result<Vec<_>>>()?;
    let sql = format!(
        "{ALL} WHERE l.wanted = 1
         AND NOT ({ASKED} AND f.hub IS l.hub AND f.topic IS l.topic AND l.callback IS ?1 || l.token)
         ORDER BY l.id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let unwanted = statement.query_map(params![callbacks, limit], lease)?.collect::<Result<Vec<_>>>()?;
    let wishes = wishes.into_iter().filter_map(|(url, offer)| Some((url, offer?))).collect();
    Ok(LeaseWork { wishes, unwanted })
}

/// Subscriptions of which something is due at `now`, the longest overdue first, at most `limit`.
pub(super) fn due(connection: &Connection, now: Timestamp, limit: usize) -> Result<Vec<Lease>> {
    // A row that was written in the future, by a clock that went wrong, is due too.
    // The plus sorts what the index found by both ends: in the order of the index SQLite would walk all of it.
    let sql = format!("{ALL} WHERE l.next_try <= ?1 OR l.next_try > ?2 ORDER BY +l.next_try, l.id LIMIT ?3");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let future = millis(now.plus(MAX_LEASE));
    let mut statement = connection.prepare_cached(&sql)?;
    statement.query_map(params![millis(now), future, limit], lease)?.collect()
}

/// The subscription whose callback ends in `token`.
pub(super) fn by_token(connection: &Connection, token: &str) -> Result<Option<Lease>> {
    let sql = format!("{ALL} WHERE l.token = ?1");
    connection.prepare_cached(&sql)?.query_row([token], lease).optional()
}

/// The wanted subscription of a feed.
pub(super) fn of_feed(connection: &Connection, url: &str) -> Result<Option<Lease>> {
    let sql = format!("{ALL} WHERE f.url = ?1 AND l.wanted = 1");
    connection.prepare_cached(&sql)?.query_row([url], lease).optional()
}

/// Writes a subscription of the feed with this number; one without a row number gets a row.
pub(super) fn write(connection: &Connection, feed: i64, lease: &Lease) -> Result<()> {
    let sql = "INSERT INTO leases (id, feed, hub, topic, token, callback, secret, wanted, pending, until, next_try,
            tries, denied, last_error, last_delivery, deliveries, forged, missed)
        VALUES (nullif(:id, 0), :feed, :hub, :topic, :token, :callback, :secret, :wanted, :pending, :until, :next_try,
            :tries, :denied, :last_error, :last_delivery, :deliveries, :forged, :missed)
        ON CONFLICT (id) DO UPDATE SET hub = excluded.hub, topic = excluded.topic, callback = excluded.callback,
            secret = excluded.secret, wanted = excluded.wanted, pending = excluded.pending, until = excluded.until,
            next_try = excluded.next_try, tries = excluded.tries, denied = excluded.denied,
            last_error = excluded.last_error, last_delivery = excluded.last_delivery,
            deliveries = excluded.deliveries, forged = excluded.forged, missed = excluded.missed";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":id": lease.id,
        ":feed": feed,
        ":hub": lease.offer.hub.as_str(),
        ":topic": lease.offer.topic.as_str(),
        ":token": lease.token,
        ":callback": lease.callback.as_str(),
        ":secret": lease.secret.as_ref().map(|secret| &secret.0),
        ":wanted": lease.wanted,
        ":pending": lease.pending.map(LeaseMode::name),
        ":until": opt_millis(lease.until),
        ":next_try": millis(lease.next_try),
        ":tries": lease.tries,
        ":denied": opt_millis(lease.denied),
        ":last_error": lease.last_error,
        ":last_delivery": opt_millis(lease.last_delivery),
        ":deliveries": lease.deliveries,
        ":forged": lease.forged,
        ":missed": lease.missed,
    })?;
    Ok(())
}

/// Forgets a subscription.
pub(super) fn forget(connection: &Connection, id: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM leases WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// What is offered by the columns `hub` and `topic`; rows are written from addresses.
pub(super) fn offer(row: &Row<'_>) -> Result<Option<PushOffer>> {
    Ok(opt_url(row, "hub")?.zip(opt_url(row, "topic")?).map(|(hub, topic)| PushOffer { hub, topic }))
}

/// Addresses as one text: none holds a blank.
pub(super) fn in_one(hubs: &[Url]) -> String {
    hubs.iter().map(Url::as_str).collect::<Vec<_>>().join(" ")
}

/// The reverse of [`in_one`].
pub(super) fn hubs(row: &Row<'_>, column: &str) -> Result<Vec<Url>> {
    let text: String = row.get(column)?;
    Ok(text.split(' ').filter_map(|hub| Url::parse(hub).ok()).collect())
}

fn lease(row: &Row<'_>) -> Result<Lease> {
    let pending: Option<String> = row.get("pending")?;
    Ok(Lease {
        id: row.get("id")?,
        feed: row.get("feed_url")?,
        offer: PushOffer { hub: address(row, "hub")?, topic: address(row, "topic")? },
        token: row.get("token")?,
        callback: address(row, "callback")?,
        secret: row.get::<_, Option<String>>("secret")?.map(HubSecret),
        wanted: row.get("wanted")?,
        pending: pending.as_deref().and_then(LeaseMode::from_name),
        until: opt_time(row, "until")?,
        next_try: time(row, "next_try")?,
        tries: row.get("tries")?,
        denied: opt_time(row, "denied")?,
        last_error: row.get("last_error")?,
        last_delivery: opt_time(row, "last_delivery")?,
        deliveries: row.get("deliveries")?,
        forged: row.get("forged")?,
        missed: row.get("missed")?,
    })
}

fn address(row: &Row<'_>, column: &str) -> Result<Url> {
    let text: String = row.get(column)?;
    Url::parse(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Store, Wanted, WantedFeed};
    use super::*;
    use crate::model::{Ask, Effect, FeedState, Known};

    const FEED: &str = "https://kabar.example/rss";
    const CALLBACKS: &str = "https://warta.example/websub/";

    fn now() -> Timestamp {
        Timestamp::parse_rfc3339("2026-11-24T07:00:00Z").unwrap()
    }

    fn offer(hub: &str) -> PushOffer {
        PushOffer { hub: Url::parse(hub).unwrap(), topic: Url::parse(FEED).unwrap() }
    }

    fn lease() -> Lease {
        Lease {
            id: 0,
            feed: FEED.to_owned(),
            offer: offer("https://hub.example/"),
            token: "abc".to_owned(),
            callback: Url::parse(CALLBACKS).unwrap().join("abc").unwrap(),
            secret: Some(HubSecret("s3cret".to_owned())),
            wanted: true,
            pending: Some(LeaseMode::Subscribe),
            until: Some(now().plus(Duration::from_secs(60))),
            next_try: now(),
            tries: 3,
            denied: Some(now()),
            last_error: Some("no".to_owned()),
            last_delivery: Some(now()),
            deliveries: 4,
            forged: 5,
            missed: 6,
        }
    }

    async fn store(folder: &tempfile::TempDir) -> Store {
        let store = Store::open(&folder.path().join("warta.db")).unwrap();
        configure(&store, &[FEED]).await;
        store
    }

    async fn configure(store: &Store, feeds: &[&str]) {
        let feeds =
            feeds.iter().map(|url| WantedFeed { url: (*url).to_owned(), sections: vec![], paused: false, was: vec![] });
        let wanted = Wanted { sections: vec![], feeds: feeds.collect(), tag: None, authority: None, now: now() };
        store.configure(wanted).await.unwrap();
    }

    async fn write(store: &Store, effects: impl Fn(&Known) -> Vec<Effect> + Send + 'static) {
        store.write(Ask { feed: Some(FEED.to_owned()), ..Ask::default() }, effects).await.unwrap();
    }

    async fn hold(store: &Store, lease: Lease) {
        write(store, move |_| vec![Effect::Lease(Box::new(lease.clone()))]).await;
    }

    /// What the feed's last document offers.
    async fn tell(store: &Store, push: Option<PushOffer>) {
        write(store, move |known| {
            let feed = known.feed.iter().map(|feed| FeedState { push: push.clone(), ..feed.clone() });
            feed.map(|feed| Effect::Feed(Box::new(feed))).collect()
        })
        .await;
    }

    /// How many feeds wish for a subscription, and how many subscriptions are unwanted.
    async fn check(store: &Store, callbacks: Option<&str>, expected: (usize, usize)) {
        let work = store.lease_work(callbacks.map(str::to_owned), 10).await.unwrap();
        assert_eq!((work.wishes.len(), work.unwanted.len()), expected, "{work:?}");
    }

    #[tokio::test]
    async fn a_subscription_comes_back_as_it_was_and_is_forgotten_when_told() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        hold(&store, lease()).await;
        let read = store.lease("abc").await.unwrap().unwrap();
        assert_eq!(Lease { id: 0, ..read.clone() }, lease());
        let next = Lease { secret: None, pending: None, until: None, denied: None, last_error: None, ..read.clone() };
        hold(&store, next.clone()).await;
        assert_eq!(store.lease("abc").await.unwrap(), Some(next));
        write(&store, move |_| vec![Effect::ForgetLease(read.id)]).await;
        assert_eq!(store.lease("abc").await.unwrap(), None);
    }

    #[tokio::test]
    async fn rows_that_do_not_follow_what_feeds_offer_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        check(&store, Some(CALLBACKS), (0, 0)).await;
        tell(&store, Some(offer("https://hub.example/"))).await;
        check(&store, Some(CALLBACKS), (1, 0)).await;
        check(&store, None, (0, 0)).await;
        hold(&store, lease()).await;
        check(&store, Some(CALLBACKS), (0, 0)).await;
        check(&store, Some("https://other.example/websub/"), (0, 1)).await;
        check(&store, None, (0, 1)).await;
        tell(&store, Some(offer("https://another.example/"))).await;
        check(&store, Some(CALLBACKS), (0, 1)).await;
        tell(&store, None).await;
        check(&store, Some(CALLBACKS), (0, 1)).await;
        tell(&store, Some(offer("https://hub.example/"))).await;
        configure(&store, &[]).await;
        check(&store, Some(CALLBACKS), (0, 1)).await;
    }

    #[tokio::test]
    async fn what_is_due_comes_by_time_and_a_row_of_the_future_is_due() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(&folder).await;
        hold(&store, lease()).await;
        let second = Duration::from_secs(1);
        for (at, expected) in [(now(), 1), (now().minus(second), 0), (now().minus(MAX_LEASE).minus(second), 1)] {
            assert_eq!(store.leases_due(at, 10).await.unwrap().len(), expected, "{at}");
        }
    }
}
