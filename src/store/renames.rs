//! Feeds that stand in feeds.toml under another address: their rows are renamed, so that all they hold stays theirs.

use std::collections::{HashMap, HashSet};

use rusqlite::{Connection, Result, params};
use url::Url;

use super::codec::millis;
use super::configure::{FeedRow, Wanted, WantedFeed};
use super::{archives, feeds};
use crate::model::{FeedState, State, Timestamp, Validators};
use crate::notation::address::masked;

/// Gives each wanted feed without a row the row that it had under a former address; tells each with that and its new
/// address. Rows of addresses that are wanted themselves stay theirs.
pub(super) fn follow(
    connection: &Connection,
    wanted: &Wanted,
    rows: &mut HashMap<String, FeedRow>,
) -> Result<Vec<(String, String)>> {
    let standing: HashSet<&str> = wanted.feeds.iter().map(|feed| feed.url.as_str()).collect();
    let mut renamed = Vec::new();
    for feed in wanted.feeds.iter().filter(|feed| !feed.was.is_empty()) {
        if rows.contains_key(&feed.url) {
            continue;
        }
        let Some(old) = feed.was.iter().find(|url| !standing.contains(url.as_str()) && rows.contains_key(*url)) else {
            continue;
        };
        rename(connection, old, feed, wanted.now)?;
        if let Some(row) = rows.remove(old) {
            rows.insert(feed.url.clone(), row);
        }
        renamed.push((old.clone(), feed.url.clone()));
    }
    Ok(renamed)
}

fn rename(connection: &Connection, old: &str, feed: &WantedFeed, now: Timestamp) -> Result<()> {
    let Some(before) = feeds::by_url(connection, old)? else { return Ok(()) };
    let after = moved(&before, &feed.url, now);
    connection.execute("UPDATE feeds SET url = ?2 WHERE id = ?1", params![before.id, feed.url])?;
    feeds::write(connection, before.id, &after)?;
    // Items name the address of their feed.
    let sql = "UPDATE sections SET revision = revision + 1 WHERE id IN
               (SELECT p.section FROM reports r JOIN places p ON p.entry = r.entry WHERE r.feed = ?1)";
    connection.execute(sql, [before.id])?;
    archives::touch_feed(connection, before.id)?;
    let text = format!("moved in feeds.toml from {} to {}", masked(old), masked(&feed.url));
    let sql = "INSERT INTO events (at, feed, kind, text) VALUES (?1, ?2, 'moved', ?3)";
    connection.execute(sql, params![millis(now), before.id, text])?;
    Ok(())
}

/// The row of a feed under its new address. Where that is the address in use already, nothing but the name changes;
/// a server that was never asked has promised and refused nothing.
fn moved(before: &FeedState, url: &str, now: Timestamp) -> FeedState {
    let (old, new) = (address(before), Url::parse(url).ok());
    let mut after = FeedState {
        url: url.to_owned(),
        current_url: None,
        redirect_to: None,
        redirect_first_seen: None,
        redirect_count: 0,
        ..before.clone()
    };
    let known = [old.as_ref(), before.redirect_to.as_ref()].contains(&new.as_ref());
    if known && before.state != State::Gone {
        return after;
    }
    let same_host = old.as_ref().and_then(Url::host_str) == new.as_ref().and_then(Url::host_str);
    after.state = State::Active;
    after.failures = 0;
    after.failing_since = None;
    after.last_error = None;
    if !known {
        after.validators = Validators::default();
    }
    if !same_host {
        after.hold_until = None;
    }
    after.next_check = after.hold_until.map_or(now, |until| until.max(now));
    after.next_check_why = "its address in feeds.toml is new".to_owned();
    after
}

/// The address in use.
fn address(state: &FeedState) -> Option<Url> {
    state.current_url.clone().or_else(|| Url::parse(&state.url).ok())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const OLD: &str = "https://a.example/old";

    fn now() -> Timestamp {
        Timestamp::from_unix_millis(1_780_000_000_000)
    }

    fn row() -> FeedState {
        let etag = Some("1".to_owned());
        FeedState {
            state: State::BackingOff,
            failures: 3,
            next_check: now().plus(Duration::from_secs(3_600)),
            hold_until: Some(now().plus(Duration::from_secs(60))),
            validators: Validators { url: Url::parse(OLD).ok(), etag, last_modified: None },
            ..FeedState::new(OLD, now())
        }
    }

    #[test]
    fn the_address_in_use_gets_the_name_and_nothing_else_changes() {
        let url = "https://b.example/new";
        let before = FeedState { current_url: Url::parse(url).ok(), ..row() };
        let expected = FeedState { url: url.to_owned(), ..row() };
        assert_eq!(moved(&before, url, now()), expected);
        let before = FeedState { redirect_to: Url::parse(url).ok(), redirect_count: 2, ..row() };
        assert_eq!(moved(&before, url, now()), expected);
    }

    #[test]
    fn a_new_address_begins_anew_but_a_host_that_wants_quiet_gets_it() {
        let check = |url: &str, next_check: Timestamp| {
            let after = moved(&row(), url, now());
            assert_eq!((after.state, after.failures, after.next_check), (State::Active, 0, next_check));
            assert_eq!(after.validators, Validators::default());
        };
        check("https://b.example/new", now());
        check("https://a.example/new", now().plus(Duration::from_secs(60)));
    }

    #[test]
    fn a_feed_that_ended_is_woken_by_its_new_address() {
        let url = "https://a.example/new";
        let gone = FeedState { state: State::Gone, redirect_to: Url::parse(url).ok(), hold_until: None, ..row() };
        let after = moved(&gone, url, now());
        assert_eq!((after.state, after.next_check, after.validators), (State::Active, now(), row().validators));
    }
}
