//! What outputs show: entries of a section in the order of their arrival, each with the report that leads it there and
//! the others that tell it.

use std::collections::BTreeSet;
use std::time::Duration;

use rusqlite::{Connection, Result, Row, params};
use url::Url;

use super::codec::{item, millis, opt_url, time, time_east};
use super::{groups, ids, verdicts};
use crate::model::{EntryRef, Item, MAX_NEWS_ENTRIES, MAX_OTHERS, MAX_STORY_OTHERS, SectionState, Timestamp, Why};

/// How much of a section its outputs show (surface.md "publish").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SectionLimits {
    /// The newest so many by arrival, always.
    pub items: usize,
    /// And what arrived so long before the newest arrival, at most.
    pub items_for: Duration,
    /// But never more than this.
    pub items_max: usize,
}

/// One entry as it stands in a section.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEntry {
    /// Row number.
    pub entry: EntryRef,
    /// Published id, an absolute IRI.
    pub id: String,
    /// Its story's id, an absolute IRI.
    pub story: String,
    /// And number.
    pub story_number: i64,
    /// Arrival: larger came later.
    pub arrival: i64,
    /// When it arrived.
    pub arrived: Timestamp,
    /// The feed of the report that leads it here: row number.
    pub feed: i64,
    /// The leading report's item; without its bodies where they were not asked for.
    pub item: Item,
    /// The other reports of the entry, whatever their sections, oldest first; at most [`MAX_OTHERS`].
    pub others: Vec<OtherReport>,
    /// Ids of the sections in which it stands, "all" among them.
    pub sections: Vec<String>,
}

/// Another report of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherReport {
    /// Its feed's row number.
    pub feed: i64,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<Url>,
    /// Its date.
    pub date_published: Option<Timestamp>,
    /// Why it stands beside the leading one.
    pub why: Why,
}

/// How many items were left out of a section, by reason.
pub type LeftOutCount = (String, u64);

/// The columns that [`head`] reads.
const HEAD: &str = "p.report AS arrival, p.entry, r.feed, r.first_seen, r.published, r.published_east, r.own_date,
    r.modified, r.modified_east, e.public_id, e.story, b.item";

/// The tables that they come from.
const FROM: &str = "FROM places p JOIN reports r ON r.id = p.report JOIN entries e ON e.id = p.entry
    JOIN bodies b ON b.report = p.report";

/// Sections of feeds.toml and "all", with their revisions.
pub(super) fn sections(connection: &Connection) -> Result<Vec<SectionState>> {
    let authority = ids::authority(connection)?;
    let sql = "SELECT name, revision, feed_id, archives, opened FROM sections WHERE removed_at IS NULL ORDER BY id";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        let feed_id: String = row.get("feed_id")?;
        Ok(SectionState {
            id: row.get("name")?,
            revision: row.get("revision")?,
            opened: super::codec::time(row, "opened")?,
            feed_id: ids::iri(&feed_id, authority.as_deref()),
            archives: row.get("archives")?,
        })
    })?;
    rows.collect()
}

/// What a section shows, the newest arrival first, with bodies. An unknown section shows nothing.
pub(super) fn section(connection: &Connection, name: &str, limits: SectionLimits) -> Result<Vec<StoredEntry>> {
    let Some(number) = number_of(connection, name)? else { return Ok(Vec::new()) };
    let shown = count_shown(connection, number, limits)?;
    newest(connection, number, shown, true)
}

/// The newest arrivals of a section, without bodies.
pub(super) fn section_newest(connection: &Connection, name: &str, n: usize) -> Result<Vec<StoredEntry>> {
    match number_of(connection, name)? {
        Some(number) => newest_of_index(connection, number, n),
        None => Ok(Vec::new()),
    }
}

pub(super) fn number_of(connection: &Connection, name: &str) -> Result<Option<i64>> {
    use rusqlite::OptionalExtension;
    let sql = "SELECT id FROM sections WHERE name = ?1 AND removed_at IS NULL";
    connection.prepare_cached(sql)?.query_row([name], |row| row.get(0)).optional()
}

/// How many of the newest arrivals the limits let through.
fn count_shown(connection: &Connection, section: i64, limits: SectionLimits) -> Result<usize> {
    let sql = "SELECT r.first_seen FROM places p JOIN reports r ON r.id = p.report
               WHERE p.section = ?1 ORDER BY p.report DESC LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let arrivals: Vec<Timestamp> = statement
        .query_map(params![section, sql_limit(limits.items_max)], |row| time(row, "first_seen"))?
        .collect::<Result<_>>()?;
    let Some(newest) = arrivals.first() else { return Ok(0) };
    let since = newest.minus(limits.items_for);
    let fresh = arrivals.iter().take_while(|at| **at >= since).count();
    Ok(fresh.max(limits.items).min(arrivals.len()))
}

fn newest(connection: &Connection, section: i64, n: usize, whole: bool) -> Result<Vec<StoredEntry>> {
    newest_with(connection, section, n, whole, 0)
}

/// The newest arrivals of a section that rules do not leave out of the index page.
fn newest_of_index(connection: &Connection, section: i64, n: usize) -> Result<Vec<StoredEntry>> {
    newest_with(connection, section, n, false, verdicts::NOT_IN_INDEX)
}

/// The newest arrivals, but for those whose leading report rules leave out of an output.
fn newest_with(connection: &Connection, section: i64, n: usize, whole: bool, out: i64) -> Result<Vec<StoredEntry>> {
    let bodies = if whole { ", b.content_html, b.summary_html, b.content_text" } else { "" };
    let sql = format!(
        "SELECT {HEAD} {bodies} {FROM} WHERE p.section = ?1 AND r.ruled & ?3 = 0 ORDER BY p.report DESC LIMIT ?2"
    );
    let authority = ids::authority(connection)?;
    let mut statement = connection.prepare_cached(&sql)?;
    let rows =
        statement.query_map(params![section, sql_limit(n), out], |row| head(row, authority.as_deref(), whole))?;
    let mut entries: Vec<StoredEntry> = rows.collect::<Result<_>>()?;
    fill(connection, &mut entries)?;
    Ok(entries)
}

/// What an archive document holds, with bodies, the newest arrival first.
pub(super) fn archived(connection: &Connection, section: i64, n: i64) -> Result<Vec<StoredEntry>> {
    let sql = format!(
        "SELECT {HEAD}, b.content_html, b.summary_html, b.content_text {FROM}
         WHERE p.section = ?1 AND p.entry IN (SELECT entry FROM archive_entries WHERE section = ?1 AND n = ?2)
         ORDER BY p.report DESC"
    );
    let authority = ids::authority(connection)?;
    let mut statement = connection.prepare_cached(&sql)?;
    let rows = statement.query_map([section, n], |row| head(row, authority.as_deref(), true))?;
    let mut entries: Vec<StoredEntry> = rows.collect::<Result<_>>()?;
    fill(connection, &mut entries)?;
    Ok(entries)
}

/// What the news sitemap is drawn from.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StoredNews {
    /// Entries with a report at an own address that has a date of its own in the window, the newest date first, without
    /// bodies; each once, whatever the number of its sections. The date is that of the own report.
    pub entries: Vec<(OwnReport, StoredEntry)>,
    /// Entries of the window that are other people's alone.
    pub foreign: u64,
    /// Entries of the window whose own report has no date of its own.
    pub undated: u64,
    /// Entries of the window that rules leave out of the news sitemap.
    pub ruled: u64,
}

/// The report by which an entry stands in the news sitemap: that of the site itself, whoever told it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnReport {
    /// Its feed's row number.
    pub feed: i64,
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Url,
    /// Its own date.
    pub date: Timestamp,
}

/// One report of an entry that is looked at for the news sitemap.
struct Candidate {
    entry: i64,
    feed: i64,
    title: String,
    url: Option<Url>,
    date: Option<Timestamp>,
    is_dated: bool,
    is_left_out: bool,
}

/// Reads what the news sitemap may show: reports published at or after `since`, standing in some section, at an `own`
/// address. An aggregator's two days are mostly other people's news, so only what is shown is read whole.
pub(super) fn news(connection: &Connection, since: Timestamp, own: impl Fn(&Url) -> bool) -> Result<StoredNews> {
    let sql =
        "SELECT r.entry, r.feed, r.title, r.url, r.published, r.published_east, r.own_date, r.ruled FROM reports r
         WHERE r.published >= ?1 AND r.left_out IS NULL
         AND EXISTS (SELECT 1 FROM places p JOIN sections s ON s.id = p.section
                     WHERE p.entry = r.entry AND s.removed_at IS NULL)
         ORDER BY r.published DESC, r.id";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query_map([millis(since)], candidate)?;
    let mut own_reports: Vec<(i64, OwnReport)> = Vec::new();
    let (mut shown, mut undated, mut seen) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let mut ruled = BTreeSet::new();
    while let Some(Candidate { entry, feed, title, url, date, is_dated, is_left_out }) = rows.next().transpose()? {
        seen.insert(entry);
        let Some((url, date)) = url.filter(&own).zip(date) else { continue };
        if is_left_out {
            ruled.insert(entry);
        } else if !is_dated {
            undated.insert(entry);
        } else if shown.len() < MAX_NEWS_ENTRIES && shown.insert(entry) {
            own_reports.push((entry, OwnReport { feed, title, url, date }));
        }
    }
    let authority = ids::authority(connection)?;
    let sql = format!("SELECT {HEAD} {FROM} WHERE p.entry = ?1 ORDER BY p.report LIMIT 1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut entries = Vec::with_capacity(own_reports.len());
    for (entry, _) in &own_reports {
        entries.push(statement.query_row([entry], |row| head(row, authority.as_deref(), false))?);
    }
    fill(connection, &mut entries)?;
    undated.retain(|entry| !shown.contains(entry));
    ruled.retain(|entry| !shown.contains(entry) && !undated.contains(entry));
    let others = seen.len() - shown.len() - undated.len() - ruled.len();
    Ok(StoredNews {
        entries: own_reports.into_iter().map(|(_, own)| own).zip(entries).collect(),
        foreign: others as u64,
        undated: undated.len() as u64,
        ruled: ruled.len() as u64,
    })
}

fn candidate(row: &Row<'_>) -> Result<Candidate> {
    Ok(Candidate {
        entry: row.get("entry")?,
        feed: row.get("feed")?,
        title: row.get("title")?,
        url: opt_url(row, "url")?,
        date: time_east(row, "published", "published_east")?,
        is_dated: row.get("own_date")?,
        is_left_out: row.get::<_, i64>("ruled")? & verdicts::NOT_IN_NEWS_SITEMAP != 0,
    })
}

/// What is stored of a section's feeds and stands in none of its outputs, by reason.
pub(super) fn left_out(connection: &Connection, name: &str) -> Result<Vec<LeftOutCount>> {
    let Some(section) = number_of(connection, name)? else { return Ok(Vec::new()) };
    let sql = "SELECT r.left_out, count(*) FROM feed_sections f
               JOIN reports r ON r.feed = f.feed AND r.left_out IS NOT NULL
               WHERE f.section = ?1
               AND NOT EXISTS (SELECT 1 FROM places p WHERE p.entry = r.entry AND p.section = ?1)
               GROUP BY r.left_out ORDER BY r.left_out";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map([section], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
    rows.collect()
}

pub(super) fn sql_limit(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

fn head(row: &Row<'_>, authority: Option<&str>, whole: bool) -> Result<StoredEntry> {
    let public_id: String = row.get("public_id")?;
    Ok(StoredEntry {
        entry: EntryRef(row.get("entry")?),
        id: ids::iri(&public_id, authority),
        story: ids::story_iri(row.get("story")?, authority),
        story_number: row.get("story")?,
        arrival: row.get("arrival")?,
        arrived: time(row, "first_seen")?,
        feed: row.get("feed")?,
        item: item(row, whole)?,
        others: Vec::new(),
        sections: Vec::new(),
    })
}

/// Adds what stands beside each entry: a few look-ups by index for each.
fn fill(connection: &Connection, entries: &mut [StoredEntry]) -> Result<()> {
    let mut others = connection.prepare_cached(
        "SELECT feed, title, url, published, published_east FROM reports
         WHERE entry = ?1 AND id <> ?2 AND (left_out IS NULL OR left_out = 'first_batch') ORDER BY id LIMIT ?3",
    )?;
    let mut tellers = connection.prepare_cached(
        "SELECT r.feed, r.title, r.url, r.published, r.published_east FROM reports r
         WHERE r.entry = ?1 AND r.left_out IS NULL ORDER BY r.id LIMIT ?2",
    )?;
    let mut sections = connection.prepare_cached(
        "SELECT s.name FROM places p JOIN sections s ON s.id = p.section
         WHERE p.entry = ?1 AND s.removed_at IS NULL ORDER BY s.id",
    )?;
    for entry in entries {
        let rows = others.query_map(params![entry.entry.0, entry.arrival, sql_limit(MAX_OTHERS)], other)?;
        entry.others = rows.collect::<Result<_>>()?;
        let most = MAX_OTHERS.min(entry.others.len() + MAX_STORY_OTHERS);
        let of_story = groups::named(connection, entry.story_number)?;
        for teller in of_story.into_iter().filter(|teller| *teller != entry.entry.0) {
            let room = most.saturating_sub(entry.others.len());
            let rows = tellers.query_map(params![teller, sql_limit(room)], |row| {
                Ok(OtherReport { why: Why::Story, ..other(row)? })
            })?;
            entry.others.extend(rows.collect::<Result<Vec<_>>>()?);
            if entry.others.len() >= most {
                break;
            }
        }
        let rows = sections.query_map([entry.entry.0], |row| row.get(0))?;
        entry.sections = rows.collect::<Result<_>>()?;
    }
    Ok(())
}

fn other(row: &Row<'_>) -> Result<OtherReport> {
    Ok(OtherReport {
        feed: row.get("feed")?,
        title: row.get("title")?,
        url: opt_url(row, "url")?,
        date_published: time_east(row, "published", "published_east")?,
        why: Why::Url,
    })
}
