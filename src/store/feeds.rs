//! Rows of feeds and hosts, to and from the model.

use rusqlite::{Connection, OptionalExtension, Result, Row, named_params, params};

use super::codec::{from_json, millis, opt_millis, opt_time, opt_url, time, to_json};
use super::leases;
use crate::model::{FeedState, HostHold, IdentityRule, State, Timestamp};

use std::time::Duration;

/// How far ahead of now a row may have been written and still be believed.
const CLOCK_SLACK: Duration = Duration::from_secs(60);
/// What `new_7d` counts.
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

/// The feed configured under `url`, without `new_7d`.
pub(super) fn by_url(connection: &Connection, url: &str) -> Result<Option<FeedState>> {
    connection.prepare_cached("SELECT * FROM feeds WHERE url = ?1")?.query_row([url], state).optional()
}

/// The feed configured under `url`, with its counts at `now`.
pub(super) fn counted(connection: &Connection, url: &str, now: Timestamp) -> Result<Option<FeedState>> {
    by_url(connection, url)?.map(|feed| with_count(connection, feed, now)).transpose()
}

/// Every feed there ever was, in the order of arrival; their reports may still be published.
pub(super) fn all(connection: &Connection, now: Timestamp) -> Result<Vec<FeedState>> {
    let mut statement = connection.prepare_cached("SELECT * FROM feeds ORDER BY id")?;
    let feeds: Vec<FeedState> = statement.query_map([], state)?.collect::<Result<_>>()?;
    feeds.into_iter().map(|feed| with_count(connection, feed, now)).collect()
}

/// Feeds of feeds.toml that are due, the longest overdue first. Not among them: paused, gone and quarantined ones.
pub(super) fn due(connection: &Connection, now: Timestamp, limit: usize) -> Result<Vec<FeedState>> {
    let sql = "SELECT * FROM feeds
               WHERE wanted = 1 AND paused = 0 AND state IN ('active', 'backing_off')
               AND next_check <= ?1
               ORDER BY next_check, id LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut statement = connection.prepare_cached(sql)?;
    let feeds: Vec<FeedState> = statement.query_map(params![millis(now), limit], state)?.collect::<Result<_>>()?;
    feeds.into_iter().map(|feed| with_count(connection, feed, now)).collect()
}

/// Brings rows that were written in the future, by a clock that went wrong since or before, back to now: all by as much,
/// so that what lay apart still does, every promise to a server keeps its length, and nobody waits for that future.
/// Gives by how much; `None` where no row was.
pub(super) fn set_back(connection: &Connection, now: Timestamp) -> Result<Option<Duration>> {
    let newest: Option<Timestamp> =
        connection.query_row("SELECT max(last_check) AS at FROM feeds", [], |row| opt_time(row, "at"))?;
    let sql = "UPDATE feeds SET next_check = :now WHERE last_check IS NULL AND next_check > :future";
    let future = millis(now.plus(CLOCK_SLACK));
    connection.execute(sql, named_params! {":now": millis(now), ":future": future})?;
    let Some(by) = newest.map(|newest| newest.since(now)).filter(|by| *by > CLOCK_SLACK) else { return Ok(None) };
    let by_millis = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
    // A host's hold has no date of its own: it goes with that of the feed whose answer gave it.
    let hosts = "UPDATE hosts SET hold_until = hold_until - :by WHERE EXISTS
        (SELECT 1 FROM feeds WHERE last_check > :future AND feeds.hold_until = hosts.hold_until)";
    connection.execute(hosts, named_params! {":by": by_millis, ":future": future})?;
    let feeds = "UPDATE feeds SET next_check = next_check - :by, hold_until = hold_until - :by,
        last_check = last_check - :by, last_ok = min(last_ok, :now), last_new = min(last_new, :now),
        last_full = min(last_full, :now), failing_since = min(failing_since, :now),
        redirect_first_seen = min(redirect_first_seen, :now), first_document = min(first_document, :now)
        WHERE last_check > :future";
    connection.execute(feeds, named_params! {":by": by_millis, ":now": millis(now), ":future": future})?;
    Ok(Some(by))
}

/// When the next feed will be due.
pub(super) fn next_due(connection: &Connection) -> Result<Option<Timestamp>> {
    let sql = "SELECT min(next_check) AS at FROM feeds
               WHERE wanted = 1 AND paused = 0 AND state IN ('active', 'backing_off')";
    connection.prepare_cached(sql)?.query_row([], |row| opt_time(row, "at"))
}

fn with_count(connection: &Connection, mut feed: FeedState, now: Timestamp) -> Result<FeedState> {
    // An index answers; a feed that had nothing new for a week does not even ask it.
    if feed.last_new.is_some_and(|at| at >= now.minus(WEEK)) {
        let sql = "SELECT count(*) FROM reports WHERE feed = ?1 AND first_seen >= ?2";
        let since = millis(now.minus(WEEK));
        let count: i64 = connection.prepare_cached(sql)?.query_row(params![feed.id, since], |row| row.get(0))?;
        feed.new_7d = u32::try_from(count).unwrap_or(u32::MAX);
    }
    Ok(feed)
}

fn state(row: &Row<'_>) -> Result<FeedState> {
    let name: String = row.get("state")?;
    let identity: String = row.get("identity")?;
    let items: i64 = row.get("items")?;
    Ok(FeedState {
        id: row.get("id")?,
        url: row.get("url")?,
        current_url: opt_url(row, "current_url")?,
        redirect_to: opt_url(row, "redirect_to")?,
        redirect_first_seen: opt_time(row, "redirect_first_seen")?,
        redirect_count: row.get("redirect_count")?,
        state: State::from_name(&name).unwrap_or_default(),
        failures: row.get("failures")?,
        failing_since: opt_time(row, "failing_since")?,
        last_check: opt_time(row, "last_check")?,
        last_ok: opt_time(row, "last_ok")?,
        last_new: opt_time(row, "last_new")?,
        last_full: opt_time(row, "last_full")?,
        last_status: row.get("last_status")?,
        last_error: row.get("last_error")?,
        next_check: time(row, "next_check")?,
        next_check_why: row.get("next_check_why")?,
        hold_until: opt_time(row, "hold_until")?,
        validators: from_json(row, "validators")?,
        hints: from_json(row, "hints")?,
        body_hash: row.get::<_, Option<[u8; 16]>>("body_hash")?.map(u128::from_be_bytes),
        identity: IdentityRule::from_name(&identity).unwrap_or_default(),
        repairs: row.get("repairs")?,
        format: row.get("format")?,
        title: row.get("title")?,
        home_page_url: opt_url(row, "home_page_url")?,
        language: row.get("language")?,
        document_id: row.get("document_id")?,
        rights: row.get("rights")?,
        push: leases::offer(row)?,
        other_hubs: leases::hubs(row, "other_hubs")?,
        first_document: opt_time(row, "first_document")?,
        taken_down: opt_time(row, "taken_down")?,
        new_7d: 0,
        items: items.cast_unsigned(),
    })
}

/// Writes all of a feed's row but what the store counts and what feeds.toml says.
pub(super) fn write(connection: &Connection, id: i64, feed: &FeedState) -> Result<()> {
    let sql = "UPDATE feeds SET current_url = :current_url, redirect_to = :redirect_to,
        redirect_first_seen = :redirect_first_seen, redirect_count = :redirect_count, state = :state,
        failures = :failures, failing_since = :failing_since, last_check = :last_check, last_ok = :last_ok,
        last_new = :last_new, last_full = :last_full, last_status = :last_status, last_error = :last_error,
        next_check = :next_check, next_check_why = :next_check_why, hold_until = :hold_until,
        validators = :validators, hints = :hints, body_hash = :body_hash, identity = :identity,
        repairs = :repairs, format = :format, title = :title, home_page_url = :home_page_url,
        language = :language, document_id = :document_id, rights = :rights, hub = :hub, topic = :topic,
        other_hubs = :other_hubs, first_document = :first_document
        WHERE id = :id";
    connection.prepare_cached(sql)?.execute(named_params! {
        ":id": id,
        ":current_url": feed.current_url.as_ref().map(url::Url::as_str),
        ":redirect_to": feed.redirect_to.as_ref().map(url::Url::as_str),
        ":redirect_first_seen": opt_millis(feed.redirect_first_seen),
        ":redirect_count": feed.redirect_count,
        ":state": feed.state.name(),
        ":failures": feed.failures,
        ":failing_since": opt_millis(feed.failing_since),
        ":last_check": opt_millis(feed.last_check),
        ":last_ok": opt_millis(feed.last_ok),
        ":last_new": opt_millis(feed.last_new),
        ":last_full": opt_millis(feed.last_full),
        ":last_status": feed.last_status,
        ":last_error": feed.last_error,
        ":next_check": millis(feed.next_check),
        ":next_check_why": feed.next_check_why,
        ":hold_until": opt_millis(feed.hold_until),
        ":validators": to_json(&feed.validators)?,
        ":hints": whole_json(&feed.hints)?,
        ":body_hash": feed.body_hash.map(u128::to_be_bytes),
        ":identity": feed.identity.name(),
        ":repairs": feed.repairs,
        ":format": feed.format,
        ":title": feed.title,
        ":home_page_url": feed.home_page_url.as_ref().map(url::Url::as_str),
        ":language": feed.language,
        ":document_id": feed.document_id,
        ":rights": feed.rights,
        ":hub": feed.push.as_ref().map(|offer| offer.hub.as_str()),
        ":topic": feed.push.as_ref().map(|offer| offer.topic.as_str()),
        ":other_hubs": leases::in_one(&feed.other_hubs),
        ":first_document": opt_millis(feed.first_document),
    })?;
    Ok(())
}

/// JSON with everything in it: hints hold lists that have no default.
fn whole_json(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// A row for a feed that is new in feeds.toml; gives its number.
pub(super) fn insert(connection: &Connection, url: &str, now: Timestamp) -> Result<i64> {
    let feed = FeedState::new(url, now);
    connection
        .prepare_cached(
            "INSERT INTO feeds (url, state, next_check, next_check_why, validators, hints, identity)
             VALUES (?1, ?2, ?3, ?4, '{}', ?5, ?6)",
        )?
        .execute(params![
            url,
            feed.state.name(),
            millis(feed.next_check),
            feed.next_check_why,
            whole_json(&feed.hints)?,
            feed.identity.name()
        ])?;
    Ok(connection.last_insert_rowid())
}

/// Hosts with a hold or a spacing that is remembered.
pub(super) fn hosts(connection: &Connection) -> Result<Vec<HostHold>> {
    let mut statement = connection.prepare_cached("SELECT * FROM hosts ORDER BY host")?;
    let rows = statement.query_map([], |row| {
        Ok(HostHold {
            host: row.get("host")?,
            next_at: opt_time(row, "next_at")?,
            hold_until: opt_time(row, "hold_until")?,
        })
    })?;
    rows.collect()
}

/// Sets what is told of a host; what is not told stays.
pub(super) fn write_host(connection: &Connection, host: &HostHold) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO hosts (host, next_at, hold_until) VALUES (?1, ?2, ?3)
             ON CONFLICT (host) DO UPDATE SET next_at = coalesce(excluded.next_at, next_at),
                 hold_until = coalesce(excluded.hold_until, hold_until)",
        )?
        .execute(params![host.host, opt_millis(host.next_at), opt_millis(host.hold_until)])?;
    Ok(())
}
