//! Signatures of the last days' reports, and the stories that their entries tell.
//!
//! A report that has to be placed is a row of `ungrouped` from the moment it is stored, so that none is forgotten when a
//! process dies in between. A story is the number of the entry that opened it.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use super::codec::{item, millis, time};
use super::entries::sql_limit;
use crate::model::{EntryRef, Grouped, MAX_STORY_OTHERS, Signature, Timestamp, Told, Ungrouped};

/// Notes that a new report waits for its place.
pub(super) fn wait(connection: &Connection, report: i64) -> Result<()> {
    connection.prepare_cached("INSERT INTO ungrouped (report) VALUES (?1)")?.execute([report])?;
    Ok(())
}

/// A report that was withdrawn waits anew.
pub(super) fn wait_again(connection: &Connection, report: i64) -> Result<()> {
    connection.prepare_cached("INSERT OR IGNORE INTO ungrouped (report) VALUES (?1)")?.execute([report])?;
    Ok(())
}

/// Nothing is placed by what this report says, and it waits for no place.
pub(super) fn withdraw(connection: &Connection, report: i64) -> Result<()> {
    for table in ["ungrouped", "signatures"] {
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE report = ?1"))?.execute([report])?;
    }
    Ok(())
}

/// Reports that wait, in the order of their arrival, at most so many. What is left out meanwhile waits in vain.
pub(super) fn waiting(connection: &Connection, limit: usize) -> Result<Vec<Ungrouped>> {
    let sql = "SELECT r.id, r.entry, r.feed, r.first_seen, r.published, r.published_east, r.own_date, r.modified,
                   r.modified_east, b.item, b.content_html, b.summary_html, b.content_text, e.story,
                   e.story = e.id AND NOT EXISTS (SELECT 1 FROM reports o WHERE o.entry = r.entry AND o.id < r.id)
                   AND NOT EXISTS (SELECT 1 FROM entries j WHERE j.story = e.id AND j.story <> j.id) AS is_alone
               FROM ungrouped u JOIN reports r ON r.id = u.report JOIN entries e ON e.id = r.entry
               JOIN bodies b ON b.report = r.id ORDER BY u.report LIMIT ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([sql_limit(limit)], |row| {
        Ok(Ungrouped {
            report: row.get("id")?,
            entry: EntryRef(row.get("entry")?),
            story: row.get("story")?,
            is_alone: row.get("is_alone")?,
            feed: row.get("feed")?,
            first_seen: time(row, "first_seen")?,
            item: item(row, true)?,
        })
    })?;
    rows.collect()
}

/// The placed reports that arrived since, in the order of their arrival, each with its story.
pub(super) fn since(connection: &Connection, since: Timestamp) -> Result<Vec<(Told, i64)>> {
    let sql = "SELECT s.report, s.outlet, s.at, s.title, s.alone, s.shingles, s.terms, e.story
               FROM signatures s JOIN reports r ON r.id = s.report JOIN entries e ON e.id = r.entry
               WHERE s.at >= ?1 ORDER BY s.report";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([millis(since)], |row| Ok((told(row)?, row.get("story")?)))?;
    rows.collect()
}

fn told(row: &Row<'_>) -> Result<Told> {
    let shingles: Vec<u8> = row.get("shingles")?;
    let terms: Vec<u8> = row.get("terms")?;
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
    Ok(Told {
        report: row.get("report")?,
        outlet: row.get::<_, i64>("outlet")?.cast_unsigned(),
        at: time(row, "at")?,
        signature: Signature {
            shingles: shingles.chunks_exact(4).map(number).collect(),
            terms: terms.chunks_exact(5).map(|term| (number(&term[..4]), term[4])).collect(),
            title: row.get::<_, i64>("title")?.cast_unsigned(),
        },
        alone: row.get("alone")?,
    })
}

/// The newest report that was placed: who remembers another one remembers the wrong window.
pub(super) fn newest(connection: &Connection) -> Result<Option<i64>> {
    connection.prepare_cached("SELECT max(report) FROM signatures")?.query_row([], |row| row.get(0))
}

/// Stores where a report was put. Gives the entries that tell something else now.
pub(super) fn place(connection: &Connection, grouped: &Grouped) -> Result<Vec<i64>> {
    let Told { report, outlet, at, signature, alone } = &grouped.told;
    let shingles: Vec<u8> = signature.shingles.iter().flat_map(|hash| hash.to_le_bytes()).collect();
    let term = |(hash, count): &(u32, u8)| hash.to_le_bytes().into_iter().chain([*count]).collect::<Vec<u8>>();
    let terms: Vec<u8> = signature.terms.iter().flat_map(term).collect();
    let sql = "INSERT OR REPLACE INTO signatures (report, outlet, at, title, alone, shingles, terms)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let (outlet, title) = (outlet.cast_signed(), signature.title.cast_signed());
    connection.prepare_cached(sql)?.execute(params![report, outlet, millis(*at), title, alone, shingles, terms])?;
    connection.prepare_cached("DELETE FROM ungrouped WHERE report = ?1")?.execute([report])?;
    let Some((story, _)) = grouped.joins else { return Ok(Vec::new()) };
    let sql = "UPDATE entries SET story = ?2 WHERE id = ?1 AND story = id";
    if connection.prepare_cached(sql)?.execute([grouped.entry.0, story])? == 0 {
        return Ok(Vec::new());
    }
    let named = named(connection, story)?;
    // Behind those that are named, one more changes nothing but itself: a flood of equal reports stays cheap.
    Ok(if named.contains(&grouped.entry.0) { named } else { vec![grouped.entry.0] })
}

/// The entries of a story that are named beside one of them, the oldest, and that one.
pub(super) fn named(connection: &Connection, story: i64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM entries WHERE id = ?1 AND story = ?1
               UNION ALL SELECT * FROM (SELECT id FROM entries WHERE story = ?1 AND story <> id ORDER BY id LIMIT ?2)";
    connection.prepare_cached(sql)?.query_map([story, sql_limit(MAX_STORY_OTHERS)], |row| row.get(0))?.collect()
}

/// Forgets the signatures of reports that arrived before.
pub(super) fn forget(connection: &Connection, before: Timestamp) -> Result<()> {
    connection.prepare_cached("DELETE FROM signatures WHERE at < ?1")?.execute([millis(before)])?;
    Ok(())
}

/// Every entry that tells a story.
pub(super) fn of_story(connection: &Connection, story: i64) -> Result<Vec<i64>> {
    let sql = "SELECT id FROM entries WHERE id = ?1 AND story = ?1
               UNION ALL SELECT id FROM entries WHERE story = ?1 AND story <> id";
    connection.prepare_cached(sql)?.query_map([story], |row| row.get(0))?.collect()
}

/// Every entry that tells the story of this one, itself among them.
pub(super) fn beside(connection: &Connection, entry: i64) -> Result<BTreeSet<i64>> {
    let sql = "SELECT story FROM entries WHERE id = ?1";
    let story = connection.prepare_cached(sql)?.query_row([entry], |row| row.get(0)).optional()?;
    let others = story.map_or_else(|| Ok(Vec::new()), |story| of_story(connection, story))?;
    Ok(others.into_iter().chain([entry]).collect())
}
