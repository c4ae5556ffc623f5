//! What was asked of a feed, for `audit`: kept for seven days.

use rusqlite::{Connection, Result, params};

use super::codec::{millis, opt_millis, opt_time, time};
use crate::model::{RequestRecord, Timestamp};

/// Writes one down.
pub(super) fn insert(connection: &Connection, feed: i64, request: &RequestRecord) -> Result<()> {
    let sql = "INSERT INTO requests (feed, at, not_before, status, conditional, wire_bytes, duration_ms, error)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute(params![
        feed,
        millis(request.at),
        opt_millis(request.not_before),
        request.status,
        request.conditional,
        request.wire_bytes.cast_signed(),
        request.duration_ms.cast_signed(),
        request.error
    ])?;
    Ok(())
}

/// Those of the feed configured under `url` since then, the oldest first.
pub(super) fn since(connection: &Connection, url: &str, since: Timestamp) -> Result<Vec<RequestRecord>> {
    let sql = "SELECT r.* FROM requests r JOIN feeds f ON f.id = r.feed
               WHERE f.url = ?1 AND r.at >= ?2 ORDER BY r.at, r.id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![url, millis(since)], |row| {
        let number = |column: &str| row.get::<_, i64>(column).map(i64::cast_unsigned);
        Ok(RequestRecord {
            at: time(row, "at")?,
            not_before: opt_time(row, "not_before")?,
            status: row.get("status")?,
            conditional: row.get("conditional")?,
            wire_bytes: number("wire_bytes")?,
            duration_ms: number("duration_ms")?,
            error: row.get("error")?,
        })
    })?;
    rows.collect()
}
