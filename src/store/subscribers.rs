//! Rows of the WebSub hub: topics as they were published, subscribers with what they are owed, and requests that wait for
//! their verification.
//!
//! What is owed is no queue of its own: a subscriber's row says which version it has and when the newest one is tried. So
//! only the newest is ever delivered, and nothing is lost with a process.

use std::collections::HashMap;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params, params};
use url::Url;

use super::codec::{millis, time};
use crate::model::{
    HubCount, HubSecret, Intent, KEEP_INTENTS, LONGEST_DELIVERY_WAIT, LeaseMode, MAX_INTENTS, MAX_INTENTS_A_HOST,
    MAX_SUBSCRIBERS, Subscriber, Timestamp, Topic, TopicVersion,
};

/// What is due at the hub: row numbers, each with the callback's host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HubWork {
    /// Requests to verify, the oldest first.
    pub intents: Vec<(i64, String)>,
    /// Subscribers to deliver to: those first whose last delivery was taken.
    pub subscribers: Vec<(i64, String)>,
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivered {
    /// It was taken.
    Taken,
    /// It failed, for this reason, and is tried again then.
    Failed(String, Timestamp),
    /// Nothing could be sent; it is tried again then.
    Later(Timestamp),
    /// The callback is gone (410): so is the subscriber.
    Gone,
}

/// Takes the topics as they are published now. Who has another version than that is owed the new one, at once; a row
/// whose deliveries fail keeps its next try.
pub(super) fn announce(connection: &Connection, topics: &[Topic], now: Timestamp) -> Result<()> {
    let mut known: HashMap<String, (Vec<u8>, String)> = connection
        .prepare_cached("SELECT topic, version, media_type FROM topics")?
        .query_map([], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?
        .collect::<Result<_>>()?;
    for Topic { url, version, media_type } in topics {
        if known.remove(url).is_some_and(|(old, kind)| old == *version && kind == *media_type) {
            continue;
        }
        let sql = "INSERT INTO topics (topic, version, media_type) VALUES (?1, ?2, ?3) ON CONFLICT (topic)
                   DO UPDATE SET version = excluded.version, media_type = excluded.media_type";
        connection.prepare_cached(sql)?.execute(params![url, version, media_type])?;
        let sql = "UPDATE subscribers SET next_try = iif(tries = 0, ?3, coalesce(next_try, ?3))
                   WHERE topic = ?1 AND delivered IS NOT ?2";
        connection.prepare_cached(sql)?.execute(params![url, version, millis(now)])?;
    }
    // What is left is published no more, and nobody is owed it.
    for url in known.keys() {
        connection.prepare_cached("DELETE FROM topics WHERE topic = ?1")?.execute([url])?;
        connection.prepare_cached("UPDATE subscribers SET next_try = NULL WHERE topic = ?1")?.execute([url])?;
    }
    Ok(())
}

/// What is due at `now`, of requests those of the last [`KEEP_INTENTS`].
pub(super) fn work(connection: &Connection, now: Timestamp) -> Result<HubWork> {
    let named = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let limit = |most: usize| i64::try_from(most).unwrap_or(i64::MAX);
    let sql = "SELECT id, host FROM intents WHERE at > ?1 ORDER BY id LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let since = millis(now.minus(KEEP_INTENTS));
    let intents = statement.query_map(params![since, limit(MAX_INTENTS)], named)?.collect::<Result<_>>()?;
    // A row that was written in the future, by a clock that went wrong, is due too.
    let sql = "SELECT id, host FROM subscribers WHERE next_try IS NOT NULL AND (next_try <= ?1 OR next_try > ?2)
               AND until > ?1 ORDER BY min(tries, 1), next_try, id LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let subscribers =
        statement.query_map(params![millis(now), far(now), limit(MAX_SUBSCRIBERS)], named)?.collect::<Result<_>>()?;
    Ok(HubWork { intents, subscribers })
}

/// The moment behind which nothing is put off: what is, was written by a clock that went wrong, and is due.
fn far(now: Timestamp) -> i64 {
    millis(now.plus(crate::model::MAX_RETRY_AFTER.max(LONGEST_DELIVERY_WAIT)))
}

/// Remembers a request, in place of an older one for the same; `Err` inside: there are so many already.
pub(super) fn take_intent(
    connection: &Connection,
    intent: &Intent,
    host: &str,
) -> Result<std::result::Result<(), HubCount>> {
    let since = millis(intent.at.minus(KEEP_INTENTS));
    connection.prepare_cached("DELETE FROM intents WHERE at <= ?1")?.execute([since])?;
    // Who only knows a callback must not make its own request vanish by asking for the opposite.
    let sql = "DELETE FROM intents WHERE topic = ?1 AND callback = ?2 AND mode = ?3";
    connection.prepare_cached(sql)?.execute(params![intent.topic, intent.callback.as_str(), intent.mode.name()])?;
    let crowd = crowd(connection, "SELECT count(*), count(*) FILTER (WHERE host = ?1) FROM intents", params![host])?;
    if crowd.all >= MAX_INTENTS || crowd.of_host >= MAX_INTENTS_A_HOST {
        return Ok(Err(crowd));
    }
    let sql = "INSERT INTO intents (mode, topic, callback, host, secret, lease_s, version, at)
        SELECT :mode, :topic, :callback, :host, :secret, :lease, (SELECT version FROM topics WHERE topic = :topic), :at";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":mode": intent.mode.name(),
        ":topic": intent.topic,
        ":callback": intent.callback.as_str(),
        ":host": host,
        ":secret": intent.secret.as_ref().map(|secret| &secret.0),
        ":lease": i64::try_from(intent.lease.as_secs()).unwrap_or(i64::MAX),
        ":at": millis(intent.at),
    })?;
    Ok(Ok(()))
}

/// A request that waits for its verification.
pub(super) fn intent(connection: &Connection, id: i64) -> Result<Option<Intent>> {
    let read = |row: &Row<'_>| {
        let mode: String = row.get("mode")?;
        let seconds: i64 = row.get("lease_s")?;
        Ok(Intent {
            id: row.get("id")?,
            mode: LeaseMode::from_name(&mode).unwrap_or(LeaseMode::Unsubscribe),
            topic: row.get("topic")?,
            callback: address(row)?,
            secret: row.get::<_, Option<String>>("secret")?.map(HubSecret),
            lease: Duration::from_secs(u64::try_from(seconds).unwrap_or(0)),
            at: time(row, "at")?,
        })
    };
    connection.prepare_cached("SELECT * FROM intents WHERE id = ?1")?.query_row([id], read).optional()
}

/// Forgets a request, whatever came of it.
pub(super) fn forget_intent(connection: &Connection, id: i64) -> Result<()> {
    connection.prepare_cached("DELETE FROM intents WHERE id = ?1")?.execute([id])?;
    Ok(())
}

/// Makes a verified request true, unless a newer one took its place. False then.
pub(super) fn confirm(connection: &Connection, intent: &Intent, now: Timestamp) -> Result<bool> {
    let sql = "SELECT version, host FROM intents WHERE id = ?1";
    let row = |row: &Row<'_>| Ok((row.get::<_, Option<TopicVersion>>(0)?, row.get::<_, String>(1)?));
    let Some((version, host)) = connection.prepare_cached(sql)?.query_row([intent.id], row).optional()? else {
        return Ok(false);
    };
    // A newer word that was meant takes the place of older ones, confirmed or not.
    let sql = "DELETE FROM intents WHERE topic = ?1 AND callback = ?2 AND id <= ?3";
    connection.prepare_cached(sql)?.execute(params![intent.topic, intent.callback.as_str(), intent.id])?;
    if intent.mode == LeaseMode::Unsubscribe {
        let sql = "DELETE FROM subscribers WHERE topic = ?1 AND callback = ?2";
        connection.prepare_cached(sql)?.execute(params![intent.topic, intent.callback.as_str()])?;
        return Ok(true);
    }
    // One whose lease ran out owes and is owed nothing; a renewal keeps what it is owed, and proves that somebody answers.
    let sql = "DELETE FROM subscribers WHERE topic = ?1 AND callback = ?2 AND until <= ?3";
    connection.prepare_cached(sql)?.execute(params![intent.topic, intent.callback.as_str(), millis(now)])?;
    let sql = "INSERT INTO subscribers (topic, callback, host, secret, until, delivered, next_try, tries)
        VALUES (:topic, :callback, :host, :secret, :until, :version,
            (SELECT :now FROM topics WHERE topic = :topic AND version IS NOT :version), 0)
        ON CONFLICT (topic, callback) DO UPDATE SET secret = excluded.secret, until = excluded.until, tries = 0,
            next_try = min(next_try, :now)";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":topic": intent.topic,
        ":callback": intent.callback.as_str(),
        ":host": host,
        ":secret": intent.secret.as_ref().map(|secret| &secret.0),
        ":until": millis(now.plus(intent.lease)),
        ":version": version,
        ":now": millis(now),
    })?;
    Ok(true)
}

/// Whether a subscription stands, whatever became of its topic.
pub(super) fn is_subscribed(connection: &Connection, topic: &str, callback: &Url) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM subscribers WHERE topic = ?1 AND callback = ?2)";
    connection.prepare_cached(sql)?.query_row(params![topic, callback.as_str()], |row| row.get(0))
}

/// A subscriber that is due and whose lease holds, and its topic as it is published; `None` where it is not, or either is
/// not there any more.
pub(super) fn owed(connection: &Connection, id: i64, now: Timestamp) -> Result<Option<(Subscriber, Topic)>> {
    let sql = "SELECT s.*, t.version, t.media_type FROM subscribers s JOIN topics t ON t.topic = s.topic
               WHERE s.id = ?1 AND s.until > ?2 AND (s.next_try <= ?2 OR s.next_try > ?3)";
    let read = |row: &Row<'_>| {
        let topic = Topic { url: row.get("topic")?, version: row.get("version")?, media_type: row.get("media_type")? };
        Ok((subscriber(row)?, topic))
    };
    connection.prepare_cached(sql)?.query_row(params![id, millis(now), far(now)], read).optional()
}

/// Writes how the delivery of a version ended. What was published meanwhile is owed at once; and to a subscription that was
/// renewed meanwhile, perhaps under another secret, everything is.
pub(super) fn settle(
    connection: &Connection,
    subscriber: &Subscriber,
    version: TopicVersion,
    delivered: &Delivered,
    now: Timestamp,
) -> Result<()> {
    let id = subscriber.id;
    let sql = "UPDATE subscribers SET next_try = ?2 WHERE id = ?1 AND (until <> ?3 OR secret IS NOT ?4)";
    let secret = subscriber.secret.as_ref().map(|secret| &secret.0);
    let renewed =
        connection.prepare_cached(sql)?.execute(params![id, millis(now), millis(subscriber.until), secret])?;
    if renewed > 0 {
        return Ok(());
    }
    match delivered {
        Delivered::Taken => {
            let sql = "UPDATE subscribers SET delivered = ?2, tries = 0, last_error = NULL, next_try =
                (SELECT ?3 FROM topics t WHERE t.topic = subscribers.topic AND t.version IS NOT ?2) WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![id, version, millis(now)])?;
        }
        Delivered::Failed(why, next_try) => {
            let sql = "UPDATE subscribers SET tries = tries + 1, last_error = ?2, next_try = ?3 WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![id, why, millis(*next_try)])?;
        }
        Delivered::Later(next_try) => {
            let sql = "UPDATE subscribers SET next_try = coalesce(
                (SELECT ?3 FROM topics t WHERE t.topic = subscribers.topic AND t.version IS NOT ?4), ?2) WHERE id = ?1";
            connection.prepare_cached(sql)?.execute(params![id, millis(*next_try), millis(now), version])?;
        }
        Delivered::Gone => {
            connection.prepare_cached("DELETE FROM subscribers WHERE id = ?1")?.execute([id])?;
        }
    }
    Ok(())
}

/// How many others than the one that this request renews have subscribed, altogether and on the callback's host.
pub(super) fn others(connection: &Connection, intent: &Intent, host: &str, now: Timestamp) -> Result<HubCount> {
    let sql = "SELECT count(*), count(*) FILTER (WHERE host = ?1) FROM subscribers
               WHERE until > ?2 AND NOT (topic = ?3 AND callback = ?4)";
    crowd(connection, sql, params![host, millis(now), intent.topic, intent.callback.as_str()])
}

/// How many leases hold at `now`.
pub(super) fn count(connection: &Connection, now: Timestamp) -> Result<u64> {
    let sql = "SELECT count(*) FROM subscribers WHERE until > ?1";
    let count: i64 = connection.prepare_cached(sql)?.query_row([millis(now)], |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Forgets subscribers whose lease has ended, and requests that waited too long.
pub(super) fn tidy(connection: &Connection, now: Timestamp) -> Result<()> {
    connection.execute("DELETE FROM subscribers WHERE until <= ?1", [millis(now)])?;
    connection.execute("DELETE FROM intents WHERE at <= ?1", [millis(now.minus(KEEP_INTENTS))])?;
    Ok(())
}

fn crowd(connection: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> Result<HubCount> {
    let size = |row: &Row<'_>, column| row.get(column).map(|count: i64| usize::try_from(count).unwrap_or(0));
    connection.prepare_cached(sql)?.query_row(values, |row| Ok(HubCount { all: size(row, 0)?, of_host: size(row, 1)? }))
}

fn subscriber(row: &Row<'_>) -> Result<Subscriber> {
    Ok(Subscriber {
        id: row.get("id")?,
        topic: row.get("topic")?,
        callback: address(row)?,
        secret: row.get::<_, Option<String>>("secret")?.map(HubSecret),
        until: time(row, "until")?,
        delivered: row.get("delivered")?,
        tries: row.get("tries")?,
    })
}

fn address(row: &Row<'_>) -> Result<Url> {
    let text: String = row.get("callback")?;
    Url::parse(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error)))
}

#[cfg(test)]
mod tests;
