//! Forgets what is kept for a while only.

use std::time::Duration;

use rusqlite::{Connection, Result};

use super::codec::millis;
use super::subscribers;
use crate::model::{KEEP_ASKS, KEEP_EVENTS, KEEP_REQUESTS, Timestamp};

/// Tables whose rows live for a while, by their column `at`.
const PASSING: &[(&str, Duration)] = &[("requests", KEEP_REQUESTS), ("events", KEEP_EVENTS), ("asks", KEEP_ASKS)];

/// Deletes rows that are too old.
pub(super) fn forget(connection: &Connection, now: Timestamp) -> Result<()> {
    for (table, kept) in PASSING {
        connection.execute(&format!("DELETE FROM {table} WHERE at < ?1"), [millis(now.minus(*kept))])?;
    }
    subscribers::tidy(connection, now)
}

/// Folds the log into the database and empties it. Where a reader is in the way, as much as goes.
pub(super) fn checkpoint(connection: &Connection) -> Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}
