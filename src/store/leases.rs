//! Rows of WebSub subscriptions, to and from the model.

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params, params};
use url::Url;

use super::codec::{millis, opt_millis, opt_time, opt_url, time};
use crate::model::{FeedState, Lease, LeaseMode, PushOffer, Timestamp};

/// What the rows say that there is to do for subscriptions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeaseWork {
    /// Feeds that are offered a push and have no wanted subscription, with what is offered.
    pub wishes: Vec<(String, PushOffer)>,
    /// Wanted subscriptions of feeds that left feeds.toml, are paused or gone, or are pushed from elsewhere now.
    pub unwanted: Vec<Lease>,
    /// Subscriptions of which something is due.
    pub due: Vec<Lease>,
}

const ALL: &str = "SELECT l.*, f.url AS feed_url FROM leases l JOIN feeds f ON f.id = l.feed";
/// A feed of feeds.toml that is asked at all.
const ASKED: &str = "f.wanted = 1 AND f.paused = 0 AND f.state IN ('active', 'backing_off')";

/// What there is to do at `now`, at most so much of each kind. `callbacks` is what all callbacks begin with; without it
/// nobody shall be subscribed to.
pub(super) fn work(
    connection: &Connection,
    callbacks: Option<&str>,
    now: Timestamp,
    limit: usize,
) -> Result<LeaseWork> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let sql = format!(
        "SELECT f.url, f.hub, f.topic FROM feeds f WHERE ?1 IS NOT NULL AND f.hub IS NOT NULL AND {ASKED}
         AND NOT EXISTS (SELECT 1 FROM leases l WHERE l.feed = f.id AND l.wanted = 1) ORDER BY f.id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let wishes = statement.query_map(params![callbacks, limit], |row| Ok((row.get("url")?, offer(row)?)))?;
    let wishes = wishes.collect::<Result<Vec<_>>>()?;
    let sql = format!(
        "{ALL} WHERE l.wanted = 1 AND NOT ({ASKED} AND f.hub IS l.hub AND f.topic IS l.topic AND l.callback IS ?1 || l.token)
         ORDER BY l.id LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let unwanted = statement.query_map(params![callbacks, limit], lease)?.collect::<Result<Vec<_>>>()?;
    let sql = format!("{ALL} WHERE l.next_try <= ?1 ORDER BY l.next_try, l.id LIMIT ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let due = statement.query_map(params![millis(now), limit], lease)?.collect::<Result<Vec<_>>>()?;
    let wishes = wishes.into_iter().filter_map(|(url, offer)| Some((url, offer?))).collect();
    Ok(LeaseWork { wishes, unwanted, due })
}

/// The subscription whose callback ends in `token`.
pub(super) fn by_token(connection: &Connection, token: &str) -> Result<Option<Lease>> {
    let sql = format!("{ALL} WHERE l.token = ?1");
    connection.prepare_cached(&sql)?.query_row([token], lease).optional()
}

/// The wanted subscription of a feed.
pub(super) fn of_feed(connection: &Connection, feed: &FeedState) -> Result<Option<Lease>> {
    let sql = format!("{ALL} WHERE l.feed = ?1 AND l.wanted = 1");
    connection.prepare_cached(&sql)?.query_row([feed.id], lease).optional()
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
        ":secret": lease.secret,
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

fn lease(row: &Row<'_>) -> Result<Lease> {
    let pending: Option<String> = row.get("pending")?;
    Ok(Lease {
        id: row.get("id")?,
        feed: row.get("feed_url")?,
        offer: PushOffer { hub: address(row, "hub")?, topic: address(row, "topic")? },
        token: row.get("token")?,
        callback: address(row, "callback")?,
        secret: row.get("secret")?,
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
