//! Takedowns: reports that leave every output because a person says so, and come back where they stood.
//!
//! A report that is taken down stays stored with its keys, so that the same item polled again is known and nothing new.
//! The place of its entry goes to the next report that may lead there, else the entry leaves the section. What goes is
//! remembered in `takedown_places`, so that undoing gives each place back, and none that retention took meanwhile.

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params, params};

use super::apply::{add_trail_line, why_left_out};
use super::codec::{millis, opt_time, opt_url, time};
use super::entries::{number_of, sql_limit};
use super::verdicts::{may_stand, sections_of};
use super::{Store, archives, ids, known};
use crate::model::{
    DELETED_FOR, DeletedEntry, EntryRef, KeptOut, Key, KeyScope, LeftOut, MAX_DELETED_ENTRIES, MAX_TOLD_REPORTS, Named,
    NewReport, Takedown, TakedownKind, TakenDown, Timestamp, ToldReport,
};

/// The reports that are worked on, in a table of the connection's own: the statements below are about all of them.
const CHOSEN: &str = "CREATE TEMP TABLE IF NOT EXISTS chosen (report INTEGER PRIMARY KEY)";

/// Numbers of their entries.
const CHOSEN_ENTRIES: &str = "SELECT r.entry FROM chosen c JOIN reports r ON r.id = c.report";

/// Numbers of theirs and of all that tell the same stories, beside which they are named.
const CHOSEN_STORIES: &str = "SELECT r.entry FROM chosen c JOIN reports r ON r.id = c.report
    UNION SELECT e.story FROM chosen c JOIN reports r ON r.id = c.report JOIN entries e ON e.id = r.entry
    UNION SELECT o.id FROM chosen c JOIN reports r ON r.id = c.report JOIN entries e ON e.id = r.entry
        JOIN entries o ON o.story = e.story AND o.story <> o.id";

/// Takes one report down by itself. One that is down with its feed stays down when that is undone.
pub(super) fn take_report(connection: &Connection, report: i64, at: Timestamp) -> Result<()> {
    let sql = "INSERT INTO chosen SELECT id FROM reports WHERE id = ?1";
    choose(connection, sql, report)?;
    let sql = "UPDATE takedowns SET root = report, at = ?2 WHERE report = ?1 AND root IS NULL";
    connection.prepare_cached(sql)?.execute(params![report, millis(at)])?;
    take(connection, Some(report), at)
}

/// Takes all of a feed down.
pub(super) fn take_feed(connection: &Connection, feed: i64, at: Timestamp, text: &str) -> Result<()> {
    let sql = "UPDATE feeds SET taken_down = ?2 WHERE id = ?1 AND taken_down IS NULL";
    connection.prepare_cached(sql)?.execute(params![feed, millis(at)])?;
    choose(connection, "INSERT INTO chosen SELECT id FROM reports WHERE feed = ?1", feed)?;
    tell(connection, at, "taken_down", text)?;
    take(connection, None, at)?;
    redraw_sections_of(connection, feed)
}

/// Takes a person's takedown of a report back, with everything that it kept out. What is down with its feed stays down.
pub(super) fn restore_report(connection: &Connection, report: i64) -> Result<()> {
    let sql = "UPDATE takedowns SET root = NULL WHERE root = ?1 AND EXISTS
               (SELECT 1 FROM reports r JOIN feeds f ON f.id = r.feed
                WHERE r.id = takedowns.report AND f.taken_down IS NOT NULL)";
    connection.prepare_cached(sql)?.execute([report])?;
    choose(connection, "INSERT INTO chosen SELECT report FROM takedowns WHERE root = ?1", report)?;
    restore(connection)
}

/// Takes the takedown of a feed back. What a person took down by itself stays down.
pub(super) fn restore_feed(connection: &Connection, feed: i64, at: Timestamp, text: &str) -> Result<()> {
    connection.prepare_cached("UPDATE feeds SET taken_down = NULL WHERE id = ?1")?.execute([feed])?;
    let sql = "INSERT INTO chosen SELECT r.id FROM reports r JOIN takedowns t ON t.report = r.id
               WHERE r.feed = ?1 AND t.root IS NULL";
    choose(connection, sql, feed)?;
    tell(connection, at, "restored", text)?;
    restore(connection)?;
    redraw_sections_of(connection, feed)
}

/// A report that was stored just now, without places, is kept out from its first moment.
pub(super) fn keep_out(connection: &Connection, id: i64, why: KeptOut, report: &NewReport) -> Result<()> {
    let root = if let KeptOut::Like(root) = why { Some(root) } else { None };
    let left_out = why_left_out(report).map(LeftOut::name);
    let sql = "INSERT INTO takedowns (report, at, root, left_out) VALUES (?1, ?2, ?3, ?4)";
    connection.prepare_cached(sql)?.execute(params![id, millis(report.first_seen), root, left_out])?;
    let sql = "UPDATE reports SET left_out = ?2 WHERE id = ?1";
    connection.prepare_cached(sql)?.execute(params![id, LeftOut::TakenDown.name()])?;
    if left_out.is_none() {
        let sql = "INSERT INTO takedown_places (section, report, entry, stood)
                   SELECT ?2, id, entry, 0 FROM reports WHERE id = ?1";
        for section in sections_of(connection, id)? {
            connection.prepare_cached(sql)?.execute([id, section])?;
        }
    }
    Ok(())
}

/// A feed came into a section or left it: what is down of it may stand there when it comes back. Where it left, its
/// reports lead to nothing any more, and readers are still told of what stood there.
pub(super) fn follow(connection: &Connection, feed: i64, section: i64) -> Result<()> {
    let sql = format!(
        "INSERT OR IGNORE INTO takedown_places (section, report, entry, stood)
         SELECT ?2, r.id, r.entry, 0 FROM reports r JOIN takedowns t ON t.report = r.id
         WHERE r.feed = ?1 AND t.left_out IS NULL AND {}",
        may_stand("?2")
    );
    connection.prepare_cached(&sql)?.execute([feed, section])?;
    Ok(())
}

/// Archive `n` of a section goes, for its time is over: what stood in it does not come back either.
pub(super) fn forget_archived(connection: &Connection, section: i64, n: i64) -> Result<()> {
    let sql = "DELETE FROM takedown_places WHERE section = ?1 AND entry IN
               (SELECT entry FROM archive_entries WHERE section = ?1 AND n = ?2)";
    connection.prepare_cached(sql)?.execute([section, n])?;
    Ok(())
}

/// Fills the table of chosen reports.
fn choose(connection: &Connection, sql: &str, number: i64) -> Result<()> {
    connection.prepare_cached(CHOSEN)?.execute([])?;
    connection.prepare_cached("DELETE FROM chosen")?.execute([])?;
    connection.prepare_cached(sql)?.execute([number])?;
    Ok(())
}

/// Adds a line to the trail of each chosen report.
fn tell(connection: &Connection, at: Timestamp, kind: &str, text: &str) -> Result<()> {
    let mut statement = connection.prepare_cached("SELECT report FROM chosen")?;
    let reports: Vec<i64> = statement.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    reports.into_iter().try_for_each(|report| add_trail_line(connection, report, at, kind, text))
}

/// Takes the chosen reports down; those that are already stay as they are.
fn take(connection: &Connection, root: Option<i64>, at: Timestamp) -> Result<()> {
    let sql = "DELETE FROM chosen WHERE report IN (SELECT report FROM takedowns)";
    connection.prepare_cached(sql)?.execute([])?;
    let sql = "INSERT INTO takedowns (report, at, root, left_out)
               SELECT r.id, ?1, ?2, r.left_out FROM chosen c JOIN reports r ON r.id = c.report";
    connection.prepare_cached(sql)?.execute(params![millis(at), root])?;
    // Where a place has gone by its time, none is given back; where an older report leads, this one may follow it.
    let sql = format!(
        "INSERT INTO takedown_places (section, report, entry, stood)
         SELECT p.section, r.id, r.entry, 1 FROM chosen c JOIN reports r ON r.id = c.report
         JOIN places p ON p.entry = r.entry AND p.report <= r.id
         WHERE r.left_out IS NULL AND {}",
        may_stand("p.section")
    );
    connection.prepare_cached(&sql)?.execute([])?;
    let sql = "UPDATE reports SET left_out = ?1 WHERE id IN (SELECT report FROM chosen)";
    connection.prepare_cached(sql)?.execute([LeftOut::TakenDown.name()])?;
    redraw_where_they_stand(connection)?;
    let sql = format!("DELETE FROM places WHERE entry IN ({CHOSEN_ENTRIES}) AND report IN (SELECT report FROM chosen)");
    connection.prepare_cached(&sql)?.execute([])?;
    // The next report leads: a later one, for an older one that does not lead has lost its place by its time.
    let sql = format!(
        "INSERT INTO places (section, report, entry, archived)
         SELECT t.section, min(r.id), t.entry,
                EXISTS (SELECT 1 FROM archive_entries a WHERE a.section = t.section AND a.entry = t.entry)
         FROM (SELECT section, entry, min(report) AS first FROM takedown_places
               WHERE report IN (SELECT report FROM chosen) GROUP BY section, entry) t
         JOIN reports r ON r.entry = t.entry AND r.id > t.first AND r.left_out IS NULL
         WHERE {} GROUP BY t.section, t.entry
         ON CONFLICT (entry, section) DO NOTHING",
        may_stand("t.section")
    );
    connection.prepare_cached(&sql)?.execute([])?;
    archives::redraw(connection, CHOSEN_STORIES)
}

/// Gives the chosen reports back where they may stand.
fn restore(connection: &Connection) -> Result<()> {
    let sql = "UPDATE reports SET left_out = (SELECT t.left_out FROM takedowns t WHERE t.report = reports.id)
               WHERE id IN (SELECT report FROM chosen)";
    connection.prepare_cached(sql)?.execute([])?;
    let sql = format!(
        "INSERT INTO places (section, report, entry, archived)
         SELECT t.section, min(t.report), t.entry,
                EXISTS (SELECT 1 FROM archive_entries a WHERE a.section = t.section AND a.entry = t.entry)
         FROM chosen c JOIN takedown_places t ON t.report = c.report JOIN reports r ON r.id = t.report
         WHERE r.left_out IS NULL AND {} GROUP BY t.section, t.entry
         ON CONFLICT (entry, section) DO UPDATE SET report = excluded.report
         WHERE excluded.report < places.report",
        may_stand("t.section")
    );
    connection.prepare_cached(&sql)?.execute([])?;
    redraw_where_they_stand(connection)?;
    // A section that the feed has left tells no longer that they are gone.
    let sql = "UPDATE sections SET revision = revision + 1 WHERE id IN
               (SELECT section FROM takedown_places WHERE report IN (SELECT report FROM chosen))";
    connection.prepare_cached(sql)?.execute([])?;
    archives::redraw(connection, CHOSEN_STORIES)?;
    for table in ["takedown_places", "takedowns"] {
        let sql = format!("DELETE FROM {table} WHERE report IN (SELECT report FROM chosen)");
        connection.prepare_cached(&sql)?.execute([])?;
    }
    Ok(())
}

/// The sections that show the chosen reports, alone or beside others, or count them among what is left out.
fn redraw_where_they_stand(connection: &Connection) -> Result<()> {
    let sql = format!(
        "UPDATE sections SET revision = revision + 1 WHERE id IN
             (SELECT section FROM places WHERE entry IN ({CHOSEN_STORIES}))
         OR id IN (SELECT f.section FROM chosen c JOIN reports r ON r.id = c.report
                   JOIN feed_sections f ON f.feed = r.feed)"
    );
    connection.prepare_cached(&sql)?.execute([])?;
    Ok(())
}

/// The sections of a feed, which is listed beside them though it may have no items.
fn redraw_sections_of(connection: &Connection, feed: i64) -> Result<()> {
    let sql = "UPDATE sections SET revision = revision + 1 WHERE id IN
               (SELECT section FROM feed_sections WHERE feed = ?1)";
    connection.prepare_cached(sql)?.execute([feed])?;
    Ok(())
}

/// The columns that [`told`] reads.
const TOLD: &str = "r.id, r.entry, e.public_id, f.url AS feed_url, r.url, r.canonical_url, r.title, t.at, t.root
    FROM reports r JOIN entries e ON e.id = r.entry JOIN feeds f ON f.id = r.feed
    LEFT JOIN takedowns t ON t.report = r.id";

fn told(row: &Row<'_>, authority: Option<&str>) -> Result<ToldReport> {
    let public_id: String = row.get("public_id")?;
    let at: Option<i64> = row.get("at")?;
    let root = row.get("root")?;
    Ok(ToldReport {
        report: row.get("id")?,
        entry: EntryRef(row.get("entry")?),
        id: ids::iri(&public_id, authority),
        feed: row.get("feed_url")?,
        url: opt_url(row, "url")?,
        canonical_url: row.get("canonical_url")?,
        title: row.get("title")?,
        taken_down: at.map(|at| TakenDown { at: Timestamp::from_unix_millis(at), root }),
    })
}

/// Reports by their numbers; those that are not there are left out.
pub(super) fn by_number(connection: &Connection, reports: &[i64]) -> Result<Vec<ToldReport>> {
    if reports.is_empty() {
        return Ok(Vec::new());
    }
    let authority = ids::authority(connection)?;
    let mut statement = connection.prepare_cached(&format!("SELECT {TOLD} WHERE r.id = ?1"))?;
    let mut found = Vec::with_capacity(reports.len());
    for report in reports {
        found.extend(statement.query_row([report], |row| told(row, authority.as_deref())).optional()?);
    }
    Ok(found)
}

/// Reports shown at an address, with this canonical one or under this published id, and all that their entries hold.
/// No index has the shown address: every narrow row is looked at.
fn at_address(connection: &Connection, named: &Named) -> Result<Vec<ToldReport>> {
    let authority = ids::authority(connection)?;
    let key = named.canonical.clone().map(|value| Key { matcher: "url", scope: KeyScope::Everywhere, value });
    let sql = format!(
        "SELECT {TOLD} WHERE r.entry IN
             (SELECT entry FROM reports WHERE url = :url
              UNION SELECT r.entry FROM report_keys k JOIN reports r ON r.id = k.report
                    WHERE k.match = 'url' AND k.hash = :hash AND r.canonical_url = :canonical
              UNION SELECT id FROM entries WHERE public_id = :id)
         ORDER BY t.root IS NOT NULL, r.id LIMIT :limit"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let values = named_params! {
        ":url": named.url.as_str(),
        ":hash": key.as_ref().map(|key| known::key_hash(key, 0)),
        ":canonical": named.canonical,
        ":id": ids::stored(named.url.as_str(), authority.as_deref()),
        ":limit": sql_limit(MAX_TOLD_REPORTS),
    };
    statement.query_map(values, |row| told(row, authority.as_deref()))?.collect()
}

/// What a person took down, the oldest first: items, then feeds.
fn list(connection: &Connection) -> Result<Vec<Takedown>> {
    let authority = ids::authority(connection)?;
    let sql = format!("SELECT {TOLD} WHERE t.root = t.report ORDER BY t.at, r.id");
    let mut statement = connection.prepare_cached(&sql)?;
    let items = statement.query_map([], |row| {
        let told = told(row, authority.as_deref())?;
        Ok(Takedown {
            kind: TakedownKind::Item,
            at: time(row, "at")?,
            url: told.url.map(String::from),
            id: Some(told.id),
            title: Some(told.title).filter(|title| !title.is_empty()),
            feed: told.feed,
        })
    })?;
    let mut all: Vec<Takedown> = items.collect::<Result<_>>()?;
    let sql = "SELECT url, title, taken_down FROM feeds WHERE taken_down IS NOT NULL ORDER BY taken_down, id";
    let mut statement = connection.prepare_cached(sql)?;
    let feeds = statement.query_map([], |row| {
        let feed: String = row.get("url")?;
        let (at, title) = (time(row, "taken_down")?, row.get("title")?);
        Ok(Takedown { kind: TakedownKind::Feed, at, url: Some(feed.clone()), id: None, title, feed })
    })?;
    for feed in feeds {
        all.push(feed?);
    }
    Ok(all)
}

/// When anything was taken down last, an item or a feed, wherever it stood or was named.
fn last(connection: &Connection) -> Result<Option<Timestamp>> {
    let sql = "SELECT max(at) AS at FROM (SELECT max(at) AS at FROM takedowns
                                          UNION ALL SELECT max(taken_down) FROM feeds)";
    connection.prepare_cached(sql)?.query_row([], |row| opt_time(row, "at"))
}

/// Entries that stood in a section, or in its archive `n`, and stand there no longer because they were taken down; the
/// last first.
fn deleted(connection: &Connection, name: &str, archive: Option<i64>) -> Result<Vec<DeletedEntry>> {
    let Some(section) = number_of(connection, name)? else { return Ok(Vec::new()) };
    let sql = "SELECT e.public_id, max(t.at) AS at, max(p.report) AS report FROM takedown_places p
               JOIN takedowns t ON t.report = p.report JOIN entries e ON e.id = p.entry
               WHERE p.section = :section AND p.stood = 1
               AND NOT EXISTS (SELECT 1 FROM places s WHERE s.section = p.section AND s.entry = p.entry)
               AND (:n IS NULL OR EXISTS (SELECT 1 FROM archive_entries a
                                          WHERE a.section = p.section AND a.entry = p.entry AND a.n = :n))
               GROUP BY p.entry HAVING max(t.at) >= :since ORDER BY at DESC, report DESC LIMIT :limit";
    let (since, limit) = match archive {
        Some(_) => (Timestamp::epoch(), usize::MAX),
        None => (told_since(connection, section)?, MAX_DELETED_ENTRIES),
    };
    let authority = ids::authority(connection)?;
    let values =
        named_params! { ":section": section, ":n": archive, ":since": millis(since), ":limit": sql_limit(limit) };
    let mut statement = connection.prepare_cached(sql)?;
    let rows = statement.query_map(values, |row| {
        let public_id: String = row.get("public_id")?;
        Ok(DeletedEntry { id: ids::iri(&public_id, authority.as_deref()), at: time(row, "at")? })
    })?;
    rows.collect()
}

/// From when on a section's feed tells what was taken down, by its newest arrival: the same store gives the same feed.
fn told_since(connection: &Connection, section: i64) -> Result<Timestamp> {
    let sql = "SELECT r.first_seen FROM places p JOIN reports r ON r.id = p.report
               WHERE p.section = ?1 ORDER BY p.report DESC LIMIT 1";
    let newest = connection.prepare_cached(sql)?.query_row([section], |row| time(row, "first_seen")).optional()?;
    Ok(newest.map_or_else(Timestamp::epoch, |newest| newest.minus(DELETED_FOR)))
}

impl Store {
    /// Reports shown at an address, with the same canonical one, or under that published id, and the others of their
    /// entries; the oldest first, at most [`MAX_TOLD_REPORTS`].
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn told_at(&self, named: &Named) -> super::Result<Vec<ToldReport>> {
        let named = named.clone();
        self.readers.read(move |connection| at_address(connection, &named)).await
    }

    /// What a person took down and nobody took back, the oldest first: items, then feeds.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn takedowns(&self) -> super::Result<Vec<Takedown>> {
        self.readers.read(list).await
    }

    /// When anything was taken down last, wherever it stood or was named; none where nothing is down.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn last_takedown(&self) -> super::Result<Option<Timestamp>> {
        self.readers.read(last).await
    }

    /// What stood in a section, or in its archive `n`, and was taken down, the last first. Of the section itself it is
    /// at most [`MAX_DELETED_ENTRIES`] of [`DELETED_FOR`] before its newest arrival.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn deleted(&self, id: &str, archive: Option<i64>) -> super::Result<Vec<DeletedEntry>> {
        let id = id.to_owned();
        self.readers.read(move |connection| deleted(connection, &id, archive)).await
    }
}
