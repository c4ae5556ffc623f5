//! Archives (RFC 5005): documents of a section's entries in the order of their arrival. Which entry stands in which
//! document is a row that never changes; a document ends when it is full, and retention takes whole ones, the oldest
//! first.

use std::time::Duration;

use rusqlite::{Connection, Result, params};

use super::SectionLimits;
use super::codec::{millis, time};
use super::entries::{self, StoredEntry, number_of, sql_limit};
use super::takedowns;
use crate::model::{MAX_ARCHIVE_ENTRIES, MAX_ARCHIVED_AT_ONCE, Timestamp};

/// One archive document of a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Archive {
    /// Its number in the section, from 1; never given twice.
    pub n: i64,
    /// The section's revision with which it last changed.
    pub revision: i64,
}

/// What has to be done to the archives of one section.
#[derive(Debug, Default, PartialEq, Eq)]
struct Work {
    /// Entries of each document to be made, the oldest arrival first.
    made: Vec<Vec<i64>>,
    /// Numbers of documents that are over the time to keep.
    expired: Vec<i64>,
}

/// An entry that stands in no document yet.
struct Waiting {
    report: i64,
    entry: i64,
}

/// Whether [`settle`] would change anything.
pub(super) fn is_unsettled(
    connection: &Connection,
    name: &str,
    limits: SectionLimits,
    since: Option<Timestamp>,
) -> Result<bool> {
    let Some(section) = number_of(connection, name)? else { return Ok(false) };
    Ok(work(connection, section, limits, since)? != Work::default())
}

/// Makes the documents that are full and removes those whose newest entry arrived before `since`, of at most
/// [`MAX_ARCHIVED_AT_ONCE`] entries, so that the write does not grow with what has gathered.
/// True where it did anything: then there may be more to do. The section's revision moves with that.
pub(super) fn settle(
    connection: &Connection,
    name: &str,
    limits: SectionLimits,
    since: Option<Timestamp>,
) -> Result<bool> {
    let Some(section) = number_of(connection, name)? else { return Ok(false) };
    let Work { made, expired } = work(connection, section, limits, since)?;
    if made.is_empty() && expired.is_empty() {
        return Ok(false);
    }
    connection.prepare_cached("UPDATE sections SET revision = revision + 1 WHERE id = ?1")?.execute([section])?;
    for entries in &made {
        make(connection, section, entries)?;
    }
    for n in expired {
        remove(connection, section, n)?;
    }
    Ok(true)
}

fn work(connection: &Connection, section: i64, limits: SectionLimits, since: Option<Timestamp>) -> Result<Work> {
    let shown = limits.items.min(limits.items_max).max(1);
    let oldest_shown = oldest_shown(connection, section, shown)?;
    let size = shown.min(MAX_ARCHIVE_ENTRIES);
    // Whole documents at a time, so that none ends early where a step ends.
    let waiting = waiting(connection, section, MAX_ARCHIVED_AT_ONCE / size * size)?;
    let hidden = waiting.iter().filter(|row| row.report < oldest_shown).count();
    let mut rest = waiting.as_slice();
    let mut made = Vec::new();
    for length in cuts(waiting.len(), hidden, size) {
        let (document, after) = rest.split_at(length);
        made.push(document.iter().map(|row| row.entry).collect());
        rest = after;
    }
    let expired = match since {
        Some(since) => expired(connection, section, since, oldest_shown)?,
        None => Vec::new(),
    };
    Ok(Work { made, expired })
}

/// How many entries go into each new document: full ones, so that they never change, and what is left where the feed
/// does not show it, so that whoever reads the feed and its archives misses nothing.
fn cuts(waiting: usize, hidden: usize, size: usize) -> Vec<usize> {
    let full = waiting / size;
    let left = hidden.saturating_sub(full * size);
    let mut cuts = vec![size; full];
    cuts.extend(Some(left).filter(|left| *left > 0));
    cuts
}

/// The report at which the newest `shown` arrivals begin; 0 where the section has no more than that.
fn oldest_shown(connection: &Connection, section: i64, shown: usize) -> Result<i64> {
    let sql = "SELECT coalesce(min(report), 0), count(*) FROM
               (SELECT report FROM places WHERE section = ?1 ORDER BY report DESC LIMIT ?2)";
    let (oldest, count): (i64, i64) = connection
        .prepare_cached(sql)?
        .query_row(params![section, sql_limit(shown)], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(if count < sql_limit(shown) { 0 } else { oldest })
}

fn waiting(connection: &Connection, section: i64, most: usize) -> Result<Vec<Waiting>> {
    let sql = "SELECT report, entry FROM places WHERE section = ?1 AND archived = 0 ORDER BY report LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement
        .query_map(params![section, sql_limit(most)], |row| Ok(Waiting { report: row.get(0)?, entry: row.get(1)? }))?;
    rows.collect()
}

/// The documents of which no entry arrived at or after `since` and none is shown by the feed. They are the oldest ones,
/// but for what came with a feed from another section: that stands behind what arrived there before.
fn expired(connection: &Connection, section: i64, since: Timestamp, oldest_shown: i64) -> Result<Vec<i64>> {
    let sql = "SELECT n FROM archives WHERE section = ?1 AND newest < ?2 AND last_report < ?3 ORDER BY n LIMIT ?4";
    let mut statement = connection.prepare_cached(sql)?;
    let most = sql_limit(MAX_ARCHIVED_AT_ONCE);
    statement.query_map(params![section, millis(since), oldest_shown, most], |row| row.get(0))?.collect()
}

fn make(connection: &Connection, section: i64, entries: &[i64]) -> Result<()> {
    let sql = "UPDATE sections SET archives = archives + 1 WHERE id = ?1 RETURNING archives, revision";
    let (n, revision): (i64, i64) =
        connection.prepare_cached(sql)?.query_row([section], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut member =
        connection.prepare_cached("INSERT INTO archive_entries (section, entry, n) VALUES (?1, ?2, ?3)")?;
    let mut mark = connection.prepare_cached("UPDATE places SET archived = 1 WHERE section = ?1 AND entry = ?2")?;
    for entry in entries {
        member.execute([section, *entry, n])?;
        mark.execute([section, *entry])?;
    }
    let sql = "INSERT INTO archives (section, n, revision, newest, last_report)
               SELECT ?1, ?2, ?3, max(r.first_seen), max(r.id) FROM archive_entries a
               JOIN places p ON p.entry = a.entry AND p.section = a.section JOIN reports r ON r.id = p.report
               WHERE a.section = ?1 AND a.n = ?2";
    connection.prepare_cached(sql)?.execute([section, n, revision])?;
    Ok(())
}

/// Takes a document away with the places of what it held. The one behind it links elsewhere now.
fn remove(connection: &Connection, section: i64, n: i64) -> Result<()> {
    let held = "SELECT entry FROM archive_entries WHERE section = ?1 AND n = ?2";
    let sql = format!("DELETE FROM places WHERE section = ?1 AND entry IN ({held})");
    connection.prepare_cached(&sql)?.execute([section, n])?;
    takedowns::forget_archived(connection, section, n)?;
    connection.prepare_cached("DELETE FROM archive_entries WHERE section = ?1 AND n = ?2")?.execute([section, n])?;
    connection.prepare_cached("DELETE FROM archives WHERE section = ?1 AND n = ?2")?.execute([section, n])?;
    let sql = "UPDATE archives SET revision = (SELECT revision FROM sections WHERE id = ?1)
               WHERE section = ?1 AND n = (SELECT min(n) FROM archives WHERE section = ?1 AND n > ?2)";
    connection.prepare_cached(sql)?.execute([section, n])?;
    Ok(())
}

/// The documents of a section, the oldest first.
pub(super) fn of_section(connection: &Connection, name: &str) -> Result<Vec<Archive>> {
    let Some(section) = number_of(connection, name)? else { return Ok(Vec::new()) };
    let sql = "SELECT n, revision FROM archives WHERE section = ?1 ORDER BY n";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map([section], |row| Ok(Archive { n: row.get(0)?, revision: row.get(1)? }))?.collect()
}

/// When the newest entry arrived of the document of each section that is over the time to keep first.
pub(super) fn oldest(connection: &Connection) -> Result<Vec<Timestamp>> {
    let sql = "SELECT min(newest) AS newest FROM archives GROUP BY section";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_map([], |row| time(row, "newest"))?.collect()
}

/// What document `n` of a section holds, whole, the newest arrival first.
pub(super) fn entries_of(connection: &Connection, name: &str, n: i64) -> Result<Vec<StoredEntry>> {
    let Some(section) = number_of(connection, name)? else { return Ok(Vec::new()) };
    entries::archived(connection, section, n)
}

/// Documents that hold an entry changed with it: they take their section's revision, which has to have moved before.
pub(super) fn touch(connection: &Connection, section: i64, entry: i64) -> Result<()> {
    let sql = "UPDATE archives SET revision = (SELECT revision FROM sections WHERE id = ?1)
               WHERE section = ?1 AND n = (SELECT n FROM archive_entries WHERE section = ?1 AND entry = ?2)";
    connection.prepare_cached(sql)?.execute([section, entry])?;
    Ok(())
}

/// An entry arrives in a section that it had left, such as with a feed that moved: it waits for a document as what is
/// new does. The one that it stood in was drawn without it when it left.
pub(super) fn forget(connection: &Connection, section: i64, entry: i64) -> Result<()> {
    let sql = "DELETE FROM archive_entries WHERE section = ?1 AND entry = ?2";
    connection.prepare_cached(sql)?.execute([section, entry])?;
    Ok(())
}

/// Judges by the places of now how late the documents of a section hold something that a report of this feed tells: with
/// a feed that came or went, others lead there. A document that is empty now keeps its time.
pub(super) fn measure(connection: &Connection, section: i64, feed: i64) -> Result<()> {
    let sql = "UPDATE archives SET (newest, last_report) =
                   (SELECT coalesce(max(r.first_seen), archives.newest), coalesce(max(r.id), archives.last_report)
                    FROM archive_entries a JOIN places p ON p.entry = a.entry AND p.section = a.section
                    JOIN reports r ON r.id = p.report WHERE a.section = archives.section AND a.n = archives.n)
               WHERE section = ?1 AND n IN (SELECT a.n FROM reports r
                                            JOIN archive_entries a ON a.entry = r.entry WHERE r.feed = ?2 AND a.section = ?1)";
    connection.prepare_cached(sql)?.execute([section, feed])?;
    Ok(())
}

/// Documents that hold an entry which a report of this feed tells changed with it, in all sections.
pub(super) fn touch_feed(connection: &Connection, feed: i64) -> Result<()> {
    let sql = "UPDATE archives SET revision = (SELECT s.revision FROM sections s WHERE s.id = archives.section)
               WHERE (section, n) IN (SELECT a.section, a.n FROM reports r
                                      JOIN archive_entries a ON a.entry = r.entry WHERE r.feed = ?1)";
    connection.prepare_cached(sql)?.execute([feed])?;
    Ok(())
}

/// Documents that hold one of these entries, given as a SELECT of their numbers, changed with them: judged anew by the
/// places of now, and drawn with their section's revision, which has to have moved before.
pub(super) fn redraw(connection: &Connection, entries: &str) -> Result<()> {
    let sql = format!(
        "UPDATE archives SET revision = (SELECT revision FROM sections WHERE id = archives.section),
             (newest, last_report) =
             (SELECT coalesce(max(r.first_seen), archives.newest), coalesce(max(r.id), archives.last_report)
              FROM archive_entries a JOIN places p ON p.entry = a.entry AND p.section = a.section
              JOIN reports r ON r.id = p.report WHERE a.section = archives.section AND a.n = archives.n)
         WHERE (section, n) IN (SELECT a.section, a.n FROM archive_entries a WHERE a.entry IN ({entries}))"
    );
    connection.prepare_cached(&sql)?.execute([])?;
    Ok(())
}

/// The earliest moment from which something is kept; none where all is.
#[must_use]
pub fn kept_since(keep: Option<Duration>, now: Timestamp) -> Option<Timestamp> {
    keep.map(|keep| now.minus(keep)).filter(|since| millis(*since) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_full_but_where_the_feed_would_hide_the_rest() {
        assert_eq!(cuts(0, 0, 50), [0; 0]);
        assert_eq!(cuts(49, 0, 50), [0; 0]);
        assert_eq!(cuts(50, 0, 50), [50]);
        assert_eq!(cuts(149, 99, 50), [50, 50]);
        assert_eq!(cuts(30, 12, 50), [12]);
        assert_eq!(cuts(60, 60, 50), [50, 10]);
        assert_eq!(cuts(3, 2, 1), [1, 1, 1]);
    }
}
