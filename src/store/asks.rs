//! What another process wants done by the one that polls (`warta poll URL` beside `warta run`), and the answers.

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::codec::millis;
use crate::model::Timestamp;

/// Something that another process wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostedAsk {
    /// Number, for the answer.
    pub id: i64,
    /// What kind: "poll".
    pub kind: String,
    /// Its particulars, as the kind has them.
    pub body: String,
}

/// Leaves an ask; gives its number.
pub(super) fn post(connection: &Connection, kind: &str, body: &str, now: Timestamp) -> Result<i64> {
    connection.execute("INSERT INTO asks (at, kind, body) VALUES (?1, ?2, ?3)", params![millis(now), kind, body])?;
    Ok(connection.last_insert_rowid())
}

/// Takes what nobody answered and `taker` has not taken yet, at most so many, oldest first. What a dead process took is taken again.
pub(super) fn take(connection: &Connection, taker: &str, most: usize) -> Result<Vec<PostedAsk>> {
    let sql = "SELECT id, kind, body FROM asks WHERE answer IS NULL AND taken_by IS NOT ?1 ORDER BY id LIMIT ?2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![taker, most], |row| {
        Ok(PostedAsk { id: row.get(0)?, kind: row.get(1)?, body: row.get(2)? })
    })?;
    let asks: Vec<PostedAsk> = rows.collect::<Result<_>>()?;
    for ask in &asks {
        connection.execute("UPDATE asks SET taken_by = ?2 WHERE id = ?1", params![ask.id, taker])?;
    }
    Ok(asks)
}

/// Answers an ask.
pub(super) fn answer(connection: &Connection, id: i64, text: &str) -> Result<()> {
    connection.execute("UPDATE asks SET answer = ?2 WHERE id = ?1", params![id, text])?;
    Ok(())
}

/// The answer to an ask, once there is one.
pub(super) fn answer_of(connection: &Connection, id: i64) -> Result<Option<String>> {
    let answer = connection
        .prepare_cached("SELECT answer FROM asks WHERE id = ?1")?
        .query_row([id], |row| row.get::<_, Option<String>>(0))
        .optional()?;
    Ok(answer.flatten())
}
