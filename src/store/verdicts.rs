//! What the operator's rules say of reports: the row beside each, where it stands because of it, and judging it anew.
//!
//! A report that a rule dropped stays stored with its keys, so that the same item polled again is known; it leads to no
//! place, as long as that stands.

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::apply::write_body;
use super::codec::{from_json, hash, item, millis, time, to_json};
use super::entries::{number_of, sql_limit};
use super::{archives, groups, known};
use crate::model::{EntryRef, Item, JudgedReport, LeaveOut, LeftOut, Timestamp, Verdict};

/// In `reports.ruled`: `verdict_sections` has rows of it.
const PLACED: i64 = 1;
/// It stands in none of its feed's sections.
const MOVED: i64 = 2;
/// It does not stand in "all".
const NOT_IN_ALL: i64 = 4;
/// It does not stand in the news sitemap.
pub(super) const NOT_IN_NEWS_SITEMAP: i64 = 8;
/// It does not stand on the index page.
pub(super) const NOT_IN_INDEX: i64 = 16;

/// A stored report with what rules said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReport {
    /// Row number.
    pub report: i64,
    /// Its feed's row number.
    pub feed: i64,
    /// When it came.
    pub first_seen: Timestamp,
    /// Hash over everything that is stored of it as it came.
    pub item_hash: u64,
    /// As it is shown, with contents.
    pub item: Item,
    /// What they said.
    pub verdict: Verdict,
}

/// The condition, in SQL, that a report `r` may stand in a section by its feed and the rules, and nothing else.
/// "all" follows from the others.
pub(super) fn may_stand(section: &str) -> String {
    let by_feed = |section: &str| {
        format!("EXISTS (SELECT 1 FROM feed_sections f WHERE f.feed = r.feed AND f.section = {section})")
    };
    let by_rules = |section: &str| {
        format!(
            "coalesce((SELECT g.stands FROM verdict_sections g WHERE g.report = r.id AND g.section = {section}),
                      r.ruled & {MOVED} = 0 AND {})",
            by_feed(section)
        )
    };
    format!(
        "CASE WHEN r.ruled & {} = 0 THEN {}
              WHEN {section} = (SELECT id FROM sections WHERE name = 'all') THEN r.ruled & {NOT_IN_ALL} = 0 AND EXISTS
                  (SELECT 1 FROM sections x WHERE x.in_all = 1 AND x.name <> 'all' AND x.removed_at IS NULL AND {})
              ELSE {} END",
        PLACED | MOVED | NOT_IN_ALL,
        by_feed(section),
        by_rules("x.id"),
        by_rules(section)
    )
}

/// The sections in which a report may stand, whatever keeps it out of all.
pub(super) fn sections_of(connection: &Connection, report: i64) -> Result<Vec<i64>> {
    let sql = format!(
        "SELECT s.id FROM sections s JOIN reports r ON r.id = ?1 WHERE s.removed_at IS NULL AND {} ORDER BY s.id",
        may_stand("s.id")
    );
    connection.prepare_cached(&sql)?.query_map([report], |row| row.get(0))?.collect()
}

/// Writes a report's verdict beside it, and nothing that follows from it.
pub(super) fn write(connection: &Connection, report: i64, verdict: &Verdict, left_out: Option<&str>) -> Result<()> {
    connection.prepare_cached("DELETE FROM verdict_sections WHERE report = ?1")?.execute([report])?;
    for (sections, stands) in [(&verdict.left, false), (&verdict.added, true)] {
        for id in sections {
            // A section that the store does not know yet is one that feeds.toml had not when it was read.
            let Some(section) = number_of(connection, id)? else { continue };
            let sql = "INSERT OR REPLACE INTO verdict_sections (report, section, stands) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(sql)?.execute(params![report, section, stands])?;
        }
    }
    let sql = "UPDATE reports SET ruled = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute([report, ruled(verdict)])?;
    if verdict.is_empty() && verdict.hits.is_empty() {
        connection.prepare_cached("DELETE FROM verdicts WHERE report = ?1")?.execute([report])?;
    } else {
        let sql = "INSERT OR REPLACE INTO verdicts (report, verdict, left_out) VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute(params![report, to_json(verdict)?, left_out])?;
    }
    Ok(())
}

fn ruled(verdict: &Verdict) -> i64 {
    let bits = [
        (!verdict.added.is_empty() || !verdict.left.is_empty(), PLACED),
        (verdict.moved, MOVED),
        (verdict.leave_out.contains(&LeaveOut::All), NOT_IN_ALL),
        (verdict.leave_out.contains(&LeaveOut::SitemapNews), NOT_IN_NEWS_SITEMAP),
        (verdict.leave_out.contains(&LeaveOut::Index), NOT_IN_INDEX),
    ];
    bits.into_iter().filter(|(is_set, _)| *is_set).map(|(_, bit)| bit).sum()
}

/// The feeds of reports that rules put into a section.
pub(super) fn feeds_in(connection: &Connection, section: i64) -> Result<Vec<i64>> {
    let sql = "SELECT DISTINCT r.feed FROM verdict_sections g JOIN reports r ON r.id = g.report WHERE g.section = ?1";
    connection.prepare_cached(sql)?.query_map([section], |row| row.get(0))?.collect()
}

/// Whether rules said anything of a report.
pub(super) fn is_judged(connection: &Connection, report: i64) -> Result<bool> {
    connection.prepare_cached("SELECT 1 FROM verdicts WHERE report = ?1")?.exists([report])
}

/// Where a report stands and why it does not, before a verdict of it is changed.
pub(super) struct Before {
    report: i64,
    entry: i64,
    feed: i64,
    places: Vec<i64>,
    was_shown: bool,
    /// Why it is left out whatever rules say.
    left_out: Option<String>,
    is_taken_down: bool,
}

/// Looks at a report before its verdict changes; none where there is no such report.
pub(super) fn before(connection: &Connection, report: i64) -> Result<Option<Before>> {
    let sql = "SELECT r.entry, r.feed, r.left_out, v.left_out, t.left_out FROM reports r
               LEFT JOIN verdicts v ON v.report = r.id LEFT JOIN takedowns t ON t.report = r.id WHERE r.id = ?1";
    type Columns = (i64, i64, Option<String>, Option<String>, Option<String>);
    let columns = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?));
    let found: Option<Columns> = connection.prepare_cached(sql)?.query_row([report], columns).optional()?;
    let Some((entry, feed, shown, by_rule, by_takedown)) = found else { return Ok(None) };
    let is_taken_down = shown.as_deref() == Some(LeftOut::TakenDown.name());
    let was_shown = shown.is_none();
    let places = if was_shown { sections_of(connection, report)? } else { Vec::new() };
    let now = if is_taken_down { by_takedown } else { shown };
    let left_out = if now.as_deref() == Some(LeftOut::Rule.name()) { by_rule } else { now };
    Ok(Some(Before { report, entry, feed, places, was_shown, left_out, is_taken_down }))
}

/// Writes another verdict and lets the report's places follow: it comes where it may stand now, in the order of its
/// arrival, and the next report of its entry leads where it goes.
pub(super) fn change(connection: &Connection, before: &Before, verdict: &Verdict) -> Result<()> {
    let Before { report, entry, feed, places, was_shown, left_out, is_taken_down } = before;
    write(connection, *report, verdict, left_out.as_deref().filter(|_| verdict.dropped))?;
    let why = if verdict.dropped { Some(LeftOut::Rule.name()) } else { left_out.as_deref() };
    if *is_taken_down {
        let sql = "UPDATE takedowns SET left_out = ?2 WHERE report = ?1";
        connection.prepare_cached(sql)?.execute(params![report, why])?;
        // It may stand there when it comes back.
        let sql = "INSERT OR IGNORE INTO takedown_places (section, report, entry, stood) VALUES (?1, ?2, ?3, 0)";
        for section in sections_of(connection, *report)?.into_iter().filter(|_| why.is_none()) {
            connection.prepare_cached(sql)?.execute([section, *report, *entry])?;
        }
        return Ok(());
    }
    connection.prepare_cached("UPDATE reports SET left_out = ?2 WHERE id = ?1")?.execute(params![report, why])?;
    let after = if why.is_none() { sections_of(connection, *report)? } else { Vec::new() };
    // It stands beside all that tell its story, which show something else too.
    let beside: Vec<String> = groups::beside(connection, *entry)?.iter().map(i64::to_string).collect();
    let beside = beside.join(", ");
    let touched = format!(
        "UPDATE sections SET revision = revision + 1 WHERE id IN (SELECT section FROM places WHERE entry IN ({beside}))
         OR id IN (SELECT section FROM feed_sections WHERE feed = ?1)"
    );
    connection.execute(&touched, [feed])?;
    for section in places.iter().filter(|section| !after.contains(section)) {
        leave(connection, *section, *report, *entry)?;
    }
    for section in after.iter().filter(|section| !places.contains(section)) {
        let sql = "INSERT INTO places (section, report, entry, archived) VALUES (?1, ?2, ?3,
                       EXISTS (SELECT 1 FROM archive_entries a WHERE a.section = ?1 AND a.entry = ?3))
                   ON CONFLICT (entry, section) DO UPDATE SET report = excluded.report
                   WHERE excluded.report < places.report";
        connection.prepare_cached(sql)?.execute([section, report, entry])?;
        let sql = "UPDATE sections SET revision = revision + 1 WHERE id = ?1";
        connection.prepare_cached(sql)?.execute([section])?;
    }
    match why {
        None if !was_shown => groups::wait_again(connection, *report)?,
        None => {}
        Some(_) => groups::withdraw(connection, *report)?,
    }
    archives::redraw(connection, &beside)
}

/// The report leads its entry in a section no longer; the next that may does, where it did.
fn leave(connection: &Connection, section: i64, report: i64, entry: i64) -> Result<()> {
    let sql = "DELETE FROM places WHERE section = ?1 AND report = ?2";
    if connection.prepare_cached(sql)?.execute([section, report])? == 0 {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO places (section, report, entry, archived)
         SELECT ?1, min(r.id), r.entry, EXISTS (SELECT 1 FROM archive_entries a WHERE a.section = ?1 AND a.entry = ?3)
         FROM reports r WHERE r.entry = ?3 AND r.id > ?2 AND r.left_out IS NULL AND {} GROUP BY r.entry",
        may_stand("?1")
    );
    connection.prepare_cached(&sql)?.execute([section, report, entry])?;
    Ok(())
}

/// Writes what changed rules say of a report: the item as they leave it, its keys, its verdict, its places.
pub(super) fn judge(connection: &Connection, judged: &JudgedReport) -> Result<()> {
    let Some(mut before) = before(connection, judged.report)? else { return Ok(()) };
    let JudgedReport { report, item, keys, canonical_url, content_hash, item_hash, joins, verdict } = judged;
    let sql = "UPDATE reports SET url = ?2, canonical_url = ?3, title = ?4, content_hash = ?5
               WHERE id = ?1 AND item_hash = ?6";
    let written = connection.prepare_cached(sql)?.execute(params![
        report,
        item.url.as_ref().map(url::Url::as_str),
        canonical_url,
        item.title,
        content_hash.cast_signed(),
        item_hash.cast_signed()
    ])?;
    if written == 0 {
        return Ok(());
    }
    if let Some(EntryRef(other)) = joins {
        // Whoever shares its entry stays with it.
        let sql = "UPDATE reports SET entry = ?2 WHERE id = ?1 AND NOT EXISTS
                   (SELECT 1 FROM reports o WHERE o.entry = reports.entry AND o.id <> ?1)";
        if connection.prepare_cached(sql)?.execute([report, other])? > 0 {
            before.entry = *other;
        }
    }
    write_body(connection, *report, item)?;
    for key in keys {
        let sql = "DELETE FROM report_keys WHERE report = ?1 AND match = ?2";
        let had = connection.prepare_cached(sql)?.execute(params![report, key.matcher])? > 0;
        // What is said is a key only where it was one: each costs an index.
        if had || key.matcher != "content" {
            let sql = "INSERT OR IGNORE INTO report_keys (match, hash, report) VALUES (?1, ?2, ?3)";
            connection.prepare_cached(sql)?.execute(params![key.matcher, known::key_hash(key, before.feed), report])?;
        }
    }
    change(connection, &before, verdict)
}

/// Reports that came at or after `since`, behind number `after`, the oldest first, whole.
pub(super) fn stored(connection: &Connection, since: Timestamp, after: i64, most: usize) -> Result<Vec<StoredReport>> {
    let sql = "SELECT r.id, r.feed, r.first_seen, r.item_hash, r.published, r.published_east, r.own_date, r.modified,
                      r.modified_east, b.item, b.content_html, b.summary_html, b.content_text, v.verdict
               FROM reports r JOIN bodies b ON b.report = r.id LEFT JOIN verdicts v ON v.report = r.id
               WHERE r.id > ?1 AND r.first_seen >= ?2 ORDER BY r.id LIMIT ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(params![after, millis(since), sql_limit(most)], |row| {
        let is_judged = row.get_ref("verdict")?.as_str_or_null().is_ok_and(|text| text.is_some());
        Ok(StoredReport {
            report: row.get("id")?,
            feed: row.get("feed")?,
            first_seen: time(row, "first_seen")?,
            item_hash: hash(row, "item_hash")?,
            item: item(row, true)?,
            verdict: if is_judged { from_json(row, "verdict")? } else { Verdict::default() },
        })
    })?;
    rows.collect()
}
