//! Sections through their life: new, under another id, gone from feeds.toml, back again. A row stays a section's for good,
//! with its places, its archives and the id that its feeds carry.

use std::collections::{BTreeSet, HashMap, HashSet};

use rusqlite::{Connection, OptionalExtension, Result, params};

use super::codec::millis;
use super::configure::{ALL, Wanted, WantedSection};
use crate::model::Timestamp;

/// Where the addresses of ids lead that no section has any more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FormerIds {
    /// A former id and the present one of the same section, sorted by the former.
    pub moved: Vec<(String, String)>,
    /// Ids, present and former, of sections that left feeds.toml, sorted.
    pub removed: Vec<String>,
}

/// What changed.
#[derive(Debug, Default)]
pub(super) struct Followed {
    /// The number of each wanted section by its id, "all" among them.
    pub(super) numbers: HashMap<String, i64>,
    /// The former and the present id of each section that has another one now.
    pub(super) renamed: Vec<(String, String)>,
    /// How many left feeds.toml.
    pub(super) removed: u32,
    /// Numbers of those that stand in "all" now and did not, or the other way.
    pub(super) in_all: Vec<i64>,
}

/// Brings the rows in line with feeds.toml.
pub(super) fn follow(connection: &Connection, wanted: &Wanted) -> Result<Followed> {
    let standing: HashSet<&str> = wanted.sections.iter().map(|section| section.id.as_str()).chain([ALL]).collect();
    let mut followed = Followed::default();
    let before = in_all(connection)?;
    let all = WantedSection { id: ALL.to_owned(), in_all: true, was: Vec::new() };
    for section in std::iter::once(&all).chain(&wanted.sections) {
        if let Some((number, old)) = former_row(connection, section, &standing)? {
            rename(connection, number, &old, &section.id)?;
            followed.renamed.push((old, section.id.clone()));
        }
        let number = write(connection, section, wanted.now)?;
        followed.numbers.insert(section.id.clone(), number);
    }
    for name in names(connection)?.iter().filter(|name| !standing.contains(name.as_str())) {
        connection.execute("UPDATE sections SET removed_at = ?2 WHERE name = ?1", params![name, millis(wanted.now)])?;
        followed.removed += 1;
    }
    followed.in_all = before.symmetric_difference(&in_all(connection)?).copied().collect();
    Ok(followed)
}

/// Numbers of the sections that "all" shows.
fn in_all(connection: &Connection) -> Result<BTreeSet<i64>> {
    let mut statement = connection.prepare("SELECT id FROM sections WHERE in_all = 1 AND removed_at IS NULL")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// The row that a wanted section without one had under a former id, however long ago, with the id that it has still. The
/// row of a section that is wanted itself stays its own.
fn former_row(
    connection: &Connection,
    section: &WantedSection,
    standing: &HashSet<&str>,
) -> Result<Option<(i64, String)>> {
    if section.was.is_empty() || row_named(connection, &section.id)?.is_some() {
        return Ok(None);
    }
    let sql = "SELECT s.id, s.name FROM former_sections f JOIN sections s ON s.id = f.section WHERE f.name = ?1";
    let mut by_former_name = connection.prepare_cached(sql)?;
    for old in &section.was {
        let found = match row_named(connection, old)? {
            Some(number) => Some((number, old.clone())),
            None => by_former_name.query_row([old], |row| Ok((row.get(0)?, row.get(1)?))).optional()?,
        };
        if let Some(found) = found.filter(|(_, name)| !standing.contains(name.as_str())) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

fn row_named(connection: &Connection, name: &str) -> Result<Option<i64>> {
    connection.prepare_cached("SELECT id FROM sections WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()
}

/// Everything that is drawn with a section's id in it is drawn anew because feeds.toml changed, so no revision moves.
fn rename(connection: &Connection, number: i64, old: &str, new: &str) -> Result<()> {
    connection.execute("UPDATE sections SET name = ?2 WHERE id = ?1", params![number, new])?;
    connection
        .execute("INSERT OR REPLACE INTO former_sections (name, section) VALUES (?1, ?2)", params![old, number])?;
    Ok(())
}

/// Makes a section's row, or takes it back into feeds.toml. An id that a section has now is nobody's former one.
fn write(connection: &Connection, section: &WantedSection, now: Timestamp) -> Result<i64> {
    connection.prepare_cached("DELETE FROM former_sections WHERE name = ?1")?.execute([&section.id])?;
    let sql = "UPDATE sections SET in_all = ?2, removed_at = NULL WHERE name = ?1 RETURNING id";
    let known =
        connection.prepare_cached(sql)?.query_row(params![section.id, section.in_all], |row| row.get(0)).optional()?;
    if let Some(number) = known {
        return Ok(number);
    }
    let sql = "INSERT INTO sections (name, in_all, feed_id, opened) VALUES (?1, ?2, ?3, ?4) RETURNING id";
    let feed_id = free_feed_id(connection, &section.id)?;
    let row = params![section.id, section.in_all, feed_id, millis(now)];
    connection.prepare_cached(sql)?.query_row(row, |row| row.get(0))
}

/// What a new section's feeds are known by: its id, numbered where a section that was called so first carries that.
fn free_feed_id(connection: &Connection, id: &str) -> Result<String> {
    let sql = "SELECT count(*) FROM sections WHERE feed_id = ?1 OR feed_id LIKE ?1 || '/%'";
    let path = format!("section/{id}");
    let taken: i64 = connection.prepare_cached(sql)?.query_row([&path], |row| row.get(0))?;
    Ok(if taken == 0 { path } else { format!("{path}/{}", taken + 1) })
}

/// Ids of the sections that stand in feeds.toml as far as the rows know.
fn names(connection: &Connection) -> Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM sections WHERE removed_at IS NULL")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

/// Every id that a section had, or has that left feeds.toml.
pub(super) fn former_ids(connection: &Connection) -> Result<FormerIds> {
    let sql = "SELECT f.name, s.name FROM former_sections f JOIN sections s ON s.id = f.section
               WHERE s.removed_at IS NULL ORDER BY f.name";
    let mut statement = connection.prepare_cached(sql)?;
    let moved = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_>>()?;
    let sql = "SELECT name FROM sections WHERE removed_at IS NOT NULL
               UNION SELECT f.name FROM former_sections f JOIN sections s ON s.id = f.section
               WHERE s.removed_at IS NOT NULL ORDER BY 1";
    let mut statement = connection.prepare_cached(sql)?;
    let removed = statement.query_map([], |row| row.get(0))?.collect::<Result<_>>()?;
    Ok(FormerIds { moved, removed })
}
