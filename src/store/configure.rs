//! Rows follow feeds.toml: which feeds and sections are wanted, and which feed stands where.
//!
//! What was stored stays: a feed that left the file keeps its items published, one that moved takes them along. They
//! take the places of their arrival, so nothing stands at the top that arrived long ago.

use std::collections::{BTreeSet, HashMap};

use rusqlite::{Connection, Result, params};

use super::codec::millis;
use super::verdicts::may_stand;
use super::{archives, feeds, ids, renames, sections, takedowns, verdicts};
use crate::model::Timestamp;

/// The section that shows all sections with `in_all`.
pub const ALL: &str = "all";

/// What feeds.toml asks for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Every section, "all" not among them.
    pub sections: Vec<WantedSection>,
    /// Every feed.
    pub feeds: Vec<WantedFeed>,
    /// `[site] tag`: the authority of all ids as long as it stands in the file.
    pub tag: Option<String>,
    /// The authority to take where none was ever stored: host and year of a public `base_url`.
    pub authority: Option<String>,
    /// When.
    pub now: Timestamp,
}

/// One section of feeds.toml.
#[derive(Debug, Clone)]
pub struct WantedSection {
    /// Id.
    pub id: String,
    /// Whether "all" shows it.
    pub in_all: bool,
    /// Ids under which it stood in the file before. The row of the first that has one becomes this section's, where it
    /// has none of its own.
    pub was: Vec<String>,
}

/// One feed of feeds.toml.
#[derive(Debug, Clone)]
pub struct WantedFeed {
    /// Address as configured.
    pub url: String,
    /// Ids of its sections.
    pub sections: Vec<String>,
    /// A paused feed is never due.
    pub paused: bool,
    /// Addresses under which it stood in the file before. The row of the first that has one becomes this feed's, where
    /// the feed has none of its own.
    pub was: Vec<String>,
}

/// What changed with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Configured {
    /// Feeds that have a row now and had none; they are due at once.
    pub new_feeds: u32,
    /// Feeds that stood in the file before and no longer do.
    pub removed_feeds: u32,
    /// Feeds whose sections changed; their stored items moved along.
    pub moved_feeds: u32,
    /// Feeds that stand in the file under another address, the former and the new one; their state, items and ids stayed.
    pub renamed_feeds: Vec<(String, String)>,
    /// Sections that stand in the file under another id, the former and the new one; their items, archives and the id of
    /// their feeds stayed.
    pub renamed_sections: Vec<(String, String)>,
    /// Sections that stood in the file before and no longer do.
    pub removed_sections: u32,
}

/// Makes the rows what `wanted` says. Asking for the same twice changes nothing.
pub(super) fn configure(connection: &Connection, wanted: &Wanted) -> Result<Configured> {
    let mut configured = Configured::default();
    authority(connection, wanted)?;
    ids::set_value(connection, "configured_at", Some(&millis(wanted.now).to_string()))?;
    let followed = sections::follow(connection, wanted)?;
    (configured.renamed_sections, configured.removed_sections) = (followed.renamed, followed.removed);
    let mut moved = follow_feeds(connection, wanted, &followed.numbers, &mut configured)?;
    // What rules put into a section goes into "all" with it.
    for section in &followed.in_all {
        let feeds = verdicts::feeds_in(connection, *section)?;
        moved.extend(feeds.into_iter().filter_map(|feed| Some((feed, *followed.numbers.get(ALL)?))));
    }
    for (feed, section) in moved {
        take_places(connection, feed, section)?;
    }
    Ok(configured)
}

/// Ids depend on the authority: where it changes, everything shown changes.
fn authority(connection: &Connection, wanted: &Wanted) -> Result<()> {
    let before = ids::authority(connection)?;
    if ids::value(connection, "authority")?.is_none() && wanted.authority.is_some() {
        ids::set_value(connection, "authority", wanted.authority.as_deref())?;
    }
    if ids::value(connection, "tag")? != wanted.tag {
        ids::set_value(connection, "tag", wanted.tag.as_deref())?;
    }
    if ids::authority(connection)? != before {
        connection.execute("UPDATE sections SET revision = revision + 1", [])?;
        connection.execute(
            "UPDATE archives SET revision = (SELECT s.revision FROM sections s WHERE s.id = archives.section)",
            [],
        )?;
    }
    Ok(())
}

/// Gives the pairs of feed and section that came or went.
fn follow_feeds(
    connection: &Connection,
    wanted: &Wanted,
    sections: &HashMap<String, i64>,
    configured: &mut Configured,
) -> Result<Vec<(i64, i64)>> {
    let mut rows = feed_rows(connection)?;
    configured.renamed_feeds = renames::follow(connection, wanted, &mut rows)?;
    let mut places = memberships(connection)?;
    let in_all: BTreeSet<&str> =
        wanted.sections.iter().filter(|section| section.in_all).map(|section| section.id.as_str()).collect();
    let mut moved = Vec::new();
    for feed in &wanted.feeds {
        let id = match rows.remove(&feed.url) {
            Some(row) => {
                if (row.wanted, row.paused) != (true, feed.paused) {
                    let sql = "UPDATE feeds SET wanted = 1, paused = ?2 WHERE id = ?1";
                    connection.execute(sql, params![row.id, feed.paused])?;
                }
                row.id
            }
            None => {
                configured.new_feeds += 1;
                let id = feeds::insert(connection, &feed.url, wanted.now)?;
                connection.execute("UPDATE feeds SET paused = ?2 WHERE id = ?1", params![id, feed.paused])?;
                id
            }
        };
        let mut target: BTreeSet<i64> = feed.sections.iter().filter_map(|name| sections.get(name).copied()).collect();
        if feed.sections.iter().any(|name| in_all.contains(name.as_str())) {
            target.extend(sections.get(ALL));
        }
        let before = places.remove(&id);
        let is_known = before.is_some();
        let before = before.unwrap_or_default();
        let changed = set_membership(connection, id, &before, &target)?;
        configured.moved_feeds += u32::from(is_known && !changed.is_empty());
        moved.extend(changed.into_iter().map(|section| (id, section)));
    }
    // Their places and sections stay: what they told stays published.
    for row in rows.values().filter(|row| row.wanted) {
        connection.execute("UPDATE feeds SET wanted = 0 WHERE id = ?1", [row.id])?;
        configured.removed_feeds += 1;
    }
    Ok(moved)
}

/// What of a feed's row decides about feeds.toml.
pub(super) struct FeedRow {
    id: i64,
    wanted: bool,
    paused: bool,
}

fn feed_rows(connection: &Connection) -> Result<HashMap<String, FeedRow>> {
    let mut statement = connection.prepare("SELECT url, id, wanted, paused FROM feeds")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get(0)?, FeedRow { id: row.get(1)?, wanted: row.get(2)?, paused: row.get(3)? }))
    })?;
    rows.collect()
}

fn memberships(connection: &Connection) -> Result<HashMap<i64, BTreeSet<i64>>> {
    let mut statement = connection.prepare("SELECT feed, section FROM feed_sections")?;
    let mut sections: HashMap<i64, BTreeSet<i64>> = HashMap::new();
    for row in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (feed, section) = row?;
        sections.entry(feed).or_default().insert(section);
    }
    Ok(sections)
}

/// Puts a feed where it shall stand; gives the sections that it came into or left.
fn set_membership(
    connection: &Connection,
    feed: i64,
    before: &BTreeSet<i64>,
    target: &BTreeSet<i64>,
) -> Result<Vec<i64>> {
    for section in before.difference(target) {
        connection
            .prepare_cached("DELETE FROM feed_sections WHERE feed = ?1 AND section = ?2")?
            .execute([feed, *section])?;
    }
    for section in target.difference(before) {
        connection
            .prepare_cached("INSERT INTO feed_sections (feed, section) VALUES (?1, ?2)")?
            .execute([feed, *section])?;
    }
    Ok(before.symmetric_difference(target).copied().collect())
}

/// Gives the entries of a feed the places in a section that they have by its feeds of now.
fn take_places(connection: &Connection, feed: i64, section: i64) -> Result<()> {
    let entries = "SELECT entry FROM reports WHERE feed = ?2";
    let sql = format!("DELETE FROM places WHERE section = ?1 AND entry IN ({entries})");
    let gone = connection.prepare_cached(&sql)?.execute([section, feed])?;
    let sql = format!(
        "INSERT INTO places (section, report, entry, archived)
         SELECT ?1, min(r.id), r.entry,
                EXISTS (SELECT 1 FROM archive_entries a WHERE a.section = ?1 AND a.entry = r.entry)
         FROM reports r
         WHERE r.left_out IS NULL AND r.entry IN ({entries}) AND {} GROUP BY r.entry",
        may_stand("?1")
    );
    let come = connection.prepare_cached(&sql)?.execute([section, feed])?;
    takedowns::follow(connection, feed, section)?;
    if gone + come > 0 {
        connection.prepare_cached("UPDATE sections SET revision = revision + 1 WHERE id = ?1")?.execute([section])?;
        archives::measure(connection, section, feed)?;
        archives::touch_feed(connection, feed)?;
    }
    Ok(())
}
