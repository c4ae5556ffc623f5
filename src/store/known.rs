//! What is known of what a write asks about. Reads inside the write's own transaction; never a body.

use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use xxhash_rust::xxh3::xxh3_64;

use super::codec::{hash, opt_url, time, time_east};
use super::{feeds, ids, leases, takedowns};
use crate::model::{Ask, EntryRef, Key, KeyScope, Known, LeftOut, MAX_KEY_HITS, Remembered};

/// Looks up feed, keys and published ids.
pub(super) fn look_up(connection: &Connection, ask: &Ask) -> Result<Known> {
    let feed = match &ask.feed {
        Some(url) => feeds::by_url(connection, url)?,
        None => None,
    };
    let lease = match (&ask.lease, &feed) {
        (Some(token), _) => leases::by_token(connection, token)?,
        (None, Some(feed)) => leases::of_feed(connection, &feed.url)?,
        (None, None) => None,
    };
    let mut known = Known { feed, lease, ..Known::default() };
    // 0 is no feed's number.
    let feed = known.feed.as_ref().map_or(0, |feed| feed.id);
    for key in &ask.keys {
        let hits = reports_of(connection, key, feed)?;
        if !hits.is_empty() {
            known.by_key.insert(key.clone(), hits);
        }
    }
    if ask.newest > 0 && !known.by_key.values().flatten().any(|hit| hit.feed == feed) {
        known.newest = newest(connection, feed, ask.newest)?;
    }
    if !ask.public_ids.is_empty() {
        let authority = ids::authority(connection)?;
        for id in &ask.public_ids {
            let sql = "SELECT 1 FROM entries WHERE public_id = ?1";
            let stored = ids::stored(id, authority.as_deref());
            let taken = connection.prepare_cached(sql)?.query_row([stored], |_| Ok(())).optional()?;
            if taken.is_some() {
                known.taken_ids.insert(id.clone());
            }
        }
    }
    known.told = takedowns::by_number(connection, &ask.reports)?;
    Ok(known)
}

/// The 64 bits under which a key is stored, as SQLite holds them. `feed` counts in keys of one feed only.
pub(super) fn key_hash(key: &Key, feed: i64) -> i64 {
    let scope = match key.scope {
        KeyScope::Feed => feed,
        KeyScope::Everywhere => 0,
    };
    let mut bytes = Vec::with_capacity(key.value.len() + 8);
    bytes.extend_from_slice(&scope.to_le_bytes());
    bytes.extend_from_slice(key.value.as_bytes());
    xxh3_64(&bytes).cast_signed()
}

/// The column of [`Remembered::taken_with`] beside those of reports `r`.
const TAKEN_WITH: &str =
    "CASE WHEN r.left_out = 'taken_down' THEN (SELECT t.root FROM takedowns t WHERE t.report = r.id) END AS taken_with";

/// The reports that hold a key, oldest first; where there are too many, those of the asked feed before all others.
fn reports_of(connection: &Connection, key: &Key, feed: i64) -> Result<Vec<Remembered>> {
    let sql = format!(
        "SELECT r.*, {TAKEN_WITH} FROM report_keys k JOIN reports r ON r.id = k.report
         WHERE k.match = ?1 AND k.hash = ?2 ORDER BY r.feed <> ?3, r.id LIMIT ?4"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map(params![key.matcher, key_hash(key, feed), feed, MAX_KEY_HITS as i64], remembered)?;
    let mut hits: Vec<Remembered> = rows.collect::<Result<_>>()?;
    hits.sort_by_key(|hit| hit.report);
    Ok(hits)
}

/// The newest reports of a feed.
fn newest(connection: &Connection, feed: i64, limit: usize) -> Result<Vec<Remembered>> {
    let sql = format!(
        "SELECT r.*, {TAKEN_WITH} FROM reports r WHERE r.feed = ?1 ORDER BY r.first_seen DESC, r.id DESC LIMIT ?2"
    );
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    connection.prepare_cached(&sql)?.query_map([feed, limit], remembered)?.collect()
}

fn remembered(row: &Row<'_>) -> Result<Remembered> {
    Ok(Remembered {
        report: row.get("id")?,
        feed: row.get("feed")?,
        entry: EntryRef(row.get("entry")?),
        origin_id: row.get("origin_id")?,
        url: opt_url(row, "url")?,
        canonical_url: row.get("canonical_url")?,
        title: row.get("title")?,
        content_hash: hash(row, "content_hash")?,
        item_hash: hash(row, "item_hash")?,
        date_published: time_east(row, "published", "published_east")?,
        has_own_date: row.get("own_date")?,
        date_modified: time_east(row, "modified", "modified_east")?,
        first_seen: time(row, "first_seen")?,
        taken_with: row.get("taken_with")?,
        dropped: row.get::<_, Option<String>>("left_out")?.as_deref() == Some(LeftOut::Rule.name()),
    })
}
