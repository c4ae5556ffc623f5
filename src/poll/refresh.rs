//! One feed through the whole flow: asked, read, cleaned, compared, settled, stored.
//!
//! In: a feed that is due. Out: its outcome, stored. A feed's trouble of any kind is an outcome; only a broken store is
//! an error.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use url::Url;
use xxhash_rust::xxh3::xxh3_128;

use super::reading::{Unread, ingest_apart};
use super::{World, delivery, judging};
use crate::config::FeedConfig;
use crate::fetch::{self, Fetched};
use crate::model::{
    Ask, Effect, Event, Failure, FailureKind, Feed, FeedState, Hints, Hop, IdentityRule, Known, Outcome, PushOffer,
    RequestRecord, State, Timestamp,
};
use crate::notation::address::masked;
use crate::{dedup, schedule, store, websub};

/// A feed whose turn it is: what the operator asked and what is remembered.
#[derive(Debug, Clone)]
pub struct Due {
    /// As configured.
    pub feed: Arc<FeedConfig>,
    /// Its row.
    pub state: FeedState,
    /// Ask without validators this once.
    pub refetch: bool,
    /// Somebody wants it now, whatever its own schedule says. Holds count all the same.
    pub urgent: bool,
}

impl Due {
    /// The address that is asked: an adopted one, else the configured one.
    #[must_use]
    pub fn address(&self) -> &Url {
        self.state.current_url.as_ref().unwrap_or(&self.feed.url)
    }

    /// The host that is asked, for politeness.
    #[must_use]
    pub fn host(&self) -> &str {
        fetch::host_of(self.address())
    }
}

/// How a refresh ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Refreshed {
    /// The configured address.
    pub url: String,
    /// How it ended.
    pub outcome: Outcome,
}

/// Refreshes one feed and stores what came of it.
///
/// # Errors
/// Only when the store cannot be written.
pub async fn refresh(world: Arc<World>, due: Due) -> Result<Refreshed, store::Error> {
    let attempt = AssertUnwindSafe(attempt(world.clone(), due.clone()));
    match attempt.catch_unwind().await {
        Ok(refreshed) => refreshed,
        Err(_) => broken(&world, due).await,
    }
}

/// A panic of ours is this feed's failure: it is stored, so that the feed does not come up again each second.
async fn broken(world: &Arc<World>, due: Due) -> Result<Refreshed, store::Error> {
    let now = world.clock.now();
    let url = due.state.url.clone();
    let message = format!("{}: warta itself failed over this feed; please report it", masked(due.address().as_str()));
    let record = RequestRecord {
        at: now,
        not_before: None,
        status: None,
        conditional: false,
        wire_bytes: 0,
        duration_ms: 0,
        error: Some(message.clone()),
    };
    let report = schedule::Report {
        outcome: Outcome::Failed(Failure { kind: FailureKind::Internal, status: None, message }),
        status: None,
        validators: None,
        hints: Hints::default(),
        hops: Vec::new(),
        final_url: None,
        full: false,
    };
    let hosts = hosts_asked(&due, &[]);
    let outcome =
        settle(world, due, Read { feed: None, push: Vec::new(), report, body_hash: None, hosts }, record, now).await?;
    Ok(Refreshed { url, outcome })
}

async fn attempt(world: Arc<World>, due: Due) -> Result<Refreshed, store::Error> {
    let url = due.state.url.clone();
    // While it waited in line the operator may have paused it, removed it, or changed how it is asked.
    let Some(feed) = world.feed(&url).filter(|feed| !feed.paused).cloned() else {
        return Ok(Refreshed { url, outcome: Outcome::Held });
    };
    let due = Due { feed, ..due };
    let started = world.clock.now();
    if let Some(until) = held_until(&world, &due, started) {
        let why = format!("{} asked for quiet until then", due.host());
        return wait(&world, due, until, why).await;
    }
    // It may have become due in time and come up late: the poll of a timer, a long line before its host.
    // Times that the operator chose stand.
    let chosen = due.urgent || world.schedule_policy(&due.feed).cron.is_some();
    let until = schedule::skipped(&due.state.hints, started).filter(|_| !chosen);
    if let Some(until) = until {
        return wait(&world, due, until, "the feed wants these hours or days left out".to_owned()).await;
    }
    let watch = Instant::now();
    let request = request(&due);
    let conditional = !request.validators.is_empty();
    let answer = world.fetcher.send(&request, &world.clock).await;
    let now = world.clock.now();
    let mut record = RequestRecord {
        at: started,
        not_before: schedule::promised(&due.state),
        status: None,
        conditional,
        wire_bytes: 0,
        duration_ms: u64::try_from(watch.elapsed().as_millis()).unwrap_or(u64::MAX),
        error: None,
    };
    let read = read(&world, &due, answer, &mut record, now).await;
    let outcome = settle(&world, due, read, record, now).await?;
    Ok(Refreshed { url, outcome })
}

/// What an answer came to, before the store was asked.
#[derive(Clone)]
struct Read {
    /// The document, when a new one was read.
    feed: Option<Arc<Feed>>,
    /// Where that document says that it is pushed from.
    push: Vec<PushOffer>,
    /// What `schedule` needs; its outcome is made final by the store.
    report: schedule::Report,
    /// Hash of the whole decoded body, when one came.
    body_hash: Option<u128>,
    /// The hosts that were asked: the feed's own, and those that redirects led to.
    hosts: Vec<String>,
}

/// The hosts of a request that went this way.
fn hosts_asked(due: &Due, hops: &[Hop]) -> Vec<String> {
    let mut hosts = vec![due.host().to_owned()];
    for host in hops.iter().map(|hop| fetch::host_of(&hop.to)) {
        if !hosts.iter().any(|known| known == host) {
            hosts.push(host.to_owned());
        }
    }
    hosts
}

/// When the feed or its host may be asked again, if not now.
fn held_until(world: &World, due: &Due, now: Timestamp) -> Option<Timestamp> {
    let feed = due.state.hold_until.filter(|until| *until > now);
    let host = world.fetcher.held(due.host(), now);
    feed.max(host)
}

/// A feed that may not be asked now waits; its next check moves, so that it does not come up each second.
async fn wait(world: &World, due: Due, until: Timestamp, why: String) -> Result<Refreshed, store::Error> {
    let url = due.state.url.clone();
    let until = world.schedule_policy(&due.feed).not_before(until);
    tracing::debug!(feed.url = %masked(&url), %until, why, "held");
    if due.state.next_check < until {
        let ask = Ask { feed: Some(url.clone()), ..Ask::default() };
        let decide = move |known: &Known| {
            let Some(mut state) = known.feed.clone() else { return Vec::new() };
            state.next_check = until;
            state.next_check_why.clone_from(&why);
            vec![Effect::Feed(Box::new(state))]
        };
        world.store.write(ask, decide).await?;
    }
    Ok(Refreshed { url, outcome: Outcome::Held })
}

fn request(due: &Due) -> fetch::Request {
    fetch::Request {
        url: due.address().clone(),
        home: Some(due.feed.url.clone()),
        validators: if due.refetch { Default::default() } else { due.state.validators.clone() },
        headers: due.feed.headers.clone(),
        user_agent: due.feed.user_agent.clone(),
        authorization: due.feed.auth.as_ref().map(|credential| credential.header().to_owned()),
        http1_only: due.feed.http1_only,
        scope: due.feed.scope,
    }
}

/// Reads the answer. A whole document is ingested on a blocking thread, as many at a time as there are cores.
async fn read(
    world: &Arc<World>,
    due: &Due,
    answer: Result<Fetched, fetch::Error>,
    record: &mut RequestRecord,
    now: Timestamp,
) -> Read {
    match answer {
        Err(error) => {
            record.status = error.status();
            record.error = Some(error.to_string());
            let hosts = hosts_asked(due, error.hops());
            let report = schedule::Report {
                outcome: error.outcome(),
                status: error.status(),
                validators: None,
                hints: error.hints().clone(),
                hops: error.hops().to_vec(),
                final_url: None,
                full: false,
            };
            Read { feed: None, push: Vec::new(), report, body_hash: None, hosts }
        }
        Ok(Fetched::NotModified { validators, hints, hops, .. }) => {
            record.status = Some(304);
            let hosts = hosts_asked(due, &hops);
            let report = schedule::Report {
                outcome: Outcome::NotModified,
                status: Some(304),
                validators,
                hints,
                hops,
                final_url: None,
                full: false,
            };
            Read { feed: None, push: Vec::new(), report, body_hash: None, hosts }
        }
        Ok(Fetched::Document {
            document,
            validators,
            mut hints,
            hops,
            status,
            wire_bytes,
            link,
            repairs,
            worker,
            ..
        }) => {
            record.status = Some(status);
            record.wire_bytes = wire_bytes;
            let final_url = document.url.clone();
            let hosts = hosts_asked(due, &hops);
            let hash = xxh3_128(&document.body);
            // The same bytes as last time say nothing new, but their validators and headers do.
            let same = !due.refetch && due.state.body_hash == Some(hash) && due.state.identity != IdentityRule::Auto;
            let fresh = Outcome::Fresh { new: 0, changed: 0, duplicates: 0, dropped: 0 };
            let (outcome, feed) = if same {
                (fresh, None)
            } else {
                let address = masked(due.address().as_str());
                let unread = Unread { feed: &due.feed, address: &address, document, hash };
                match ingest_apart(world, unread, now).await {
                    Ok(mut feed) => {
                        feed.repairs.splice(0..0, repairs);
                        (fresh, Some(Arc::new(feed)))
                    }
                    Err(failure) => {
                        record.error = Some(failure.message.clone());
                        (Outcome::Failed(failure), None)
                    }
                }
            };
            let ok = matches!(outcome, Outcome::Fresh { .. });
            let whole = ok && status != 226;
            // The body is gone with the reading of it.
            drop(worker);
            if let Some(feed) = &feed {
                document_hints(&mut hints, feed);
            } else if same {
                keep_document_hints(&mut hints, &due.state.hints);
            }
            let report = schedule::Report {
                outcome,
                status: Some(status),
                // Validators of a body that could not be read would hide its repair behind a 304.
                validators: ok.then_some(validators),
                hints,
                hops,
                final_url,
                full: whole,
            };
            let push = feed.as_ref().zip(report.final_url.as_ref()).map_or_else(Vec::new, |(feed, from)| {
                let found = websub::discover(&link, &feed.hubs, feed.feed_url.as_ref(), from);
                delivery::offers(world, &due.feed, found)
            });
            Read { feed, push, report, body_hash: whole.then_some(hash), hosts }
        }
    }
}

/// Decides and stores what the refresh changes. A decision that fails over this document is this feed's failure, which
/// is stored in its place: no feed hurts another, and none comes up again each second.
async fn settle(
    world: &Arc<World>,
    due: Due,
    read: Read,
    record: RequestRecord,
    now: Timestamp,
) -> Result<Outcome, store::Error> {
    let outcome = match commit(world, &due, read.clone(), record.clone(), now).await {
        Err(error) if error.kind() == store::Kind::OneWrite => {
            let message = format!("{}: its items could not be stored: {error}", masked(due.address().as_str()));
            let failure = Failure { kind: FailureKind::Internal, status: read.report.status, message };
            let report = schedule::Report {
                outcome: Outcome::Failed(failure.clone()),
                validators: None,
                full: false,
                ..read.report
            };
            let failed = Read { feed: None, push: Vec::new(), report, body_hash: None, hosts: read.hosts };
            match commit(world, &due, failed, record, now).await {
                // The feed left feeds.toml while it was fetched: there is no row to tell of it.
                Err(error) if error.kind() == store::Kind::OneWrite => Outcome::Failed(failure),
                settled => settled?,
            }
        }
        settled => settled?,
    };
    tell(&due.state.url, &outcome);
    Ok(outcome)
}

/// One transaction: what is known is asked, everything is decided over it, and applied.
async fn commit(
    world: &Arc<World>,
    due: &Due,
    read: Read,
    record: RequestRecord,
    now: Timestamp,
) -> Result<Outcome, store::Error> {
    let Read { feed, push, report, body_hash, hosts } = read;
    let outcome = report.outcome.clone();
    let failed_to_connect = matches!(&outcome, Outcome::Failed(failure) if failure.kind == FailureKind::Connect);
    let is_our_network = world.network.is_to_blame(failed_to_connect);
    let dedup_policy = world.dedup_policy(&due.feed);
    let schedule_policy = world.schedule_policy(&due.feed);
    let (url, new_7d) = (due.state.url.clone(), due.state.new_7d);
    let ask = match &feed {
        Some(feed) => dedup::ask(&url, feed, &dedup_policy),
        None => Ask { feed: Some(url), ..Ask::default() },
    };
    let host_rows: Vec<_> = hosts.iter().flat_map(|host| world.fetcher.host_rows(host, now)).collect();
    let rules = world.rules.clone();
    let facts = feed
        .as_ref()
        .map(|feed| judging::facts(&world.config, &due.feed, (Some(&feed.title), feed.language.as_deref())));
    let decide = move |known: &Known| {
        let Some(row) = &known.feed else { return Vec::new() };
        // The store counts a feed's news where it gives out what is due, and not here.
        let before = &FeedState { new_7d, ..row.clone() };
        let mut effects = Vec::new();
        let mut report = report.clone();
        if let Some(feed) = &feed {
            effects = dedup::decide(known, feed, &dedup_policy, now);
            if let Some(facts) = &facts {
                judging::by_arrival(&mut effects, known, facts, &rules);
            }
            report.outcome = count(&effects);
        }
        let (pushed, learnt) = delivery::trust(known, new_items(&report.outcome), now);
        effects.extend(learnt);
        let schedule_policy = schedule::Policy { pushed, ..schedule_policy.clone() };
        let mut after = match is_our_network {
            true => schedule::postpone(before, now),
            false => schedule::settle(before, &report, &schedule_policy, now),
        };
        if let Some(feed) = &feed {
            (after.push, after.other_hubs) = websub::choose(before.push.as_ref(), &push);
            remember_document(&mut after, feed, dedup::identity_of(known, feed, &dedup_policy), now);
        }
        if body_hash.is_some() {
            after.body_hash = body_hash;
        }
        effects.extend(event(before, &after, now).map(Effect::Event));
        effects.push(Effect::Feed(Box::new(after)));
        // What a hold kept from being sent is no request.
        if report.outcome != Outcome::Held {
            effects.push(Effect::Request(record.clone()));
        }
        effects.extend(host_rows.iter().cloned().map(Effect::Host));
        effects
    };
    let applied = world.store.write(ask, decide).await?;
    Ok(match outcome {
        Outcome::Fresh { .. } => Outcome::Fresh {
            new: applied.new,
            changed: applied.changed,
            duplicates: applied.duplicates,
            dropped: applied.dropped,
        },
        other => other,
    })
}

fn new_items(outcome: &Outcome) -> u32 {
    if let Outcome::Fresh { new, .. } = outcome { *new } else { 0 }
}

/// What the effects amount to, for the schedule: a feed that brings news is asked more often.
pub(super) fn count(effects: &[Effect]) -> Outcome {
    let mut new = 0;
    let mut changed = 0;
    let mut duplicates = 0;
    let mut dropped = 0;
    for effect in effects {
        match effect {
            Effect::New(report) => {
                new += 1;
                duplicates += u32::from(report.joins != crate::model::Joins::Nothing);
                dropped += u32::from(report.verdict.dropped);
            }
            Effect::Update(update) => changed += u32::from(update.revision),
            _ => {}
        }
    }
    Outcome::Fresh { new, changed, duplicates, dropped }
}

/// Keeps what the document said of itself: outputs name their sources by it.
fn remember_document(state: &mut FeedState, feed: &Feed, identity: IdentityRule, now: Timestamp) {
    state.identity = identity;
    state.repairs = u32::try_from(feed.repairs.len()).unwrap_or(u32::MAX);
    state.format = Some(feed.format.name().to_owned());
    state.title = Some(feed.title.clone()).filter(|title| !title.is_empty());
    state.home_page_url = feed.home_page_url.clone();
    state.language = feed.language.clone();
    state.document_id = feed.id.clone();
    state.rights = feed.rights.clone();
    state.first_document = state.first_document.or(Some(now));
}

/// A change of state that an operator wants to hear of.
fn event(before: &FeedState, after: &FeedState, now: Timestamp) -> Option<Event> {
    let (kind, text) = match (before.state, after.state) {
        (State::BackingOff, State::Active) => ("recovered", "answers again".to_owned()),
        (State::Active, State::BackingOff) => ("failing", after.last_error.clone().unwrap_or_default()),
        (old, State::Quarantined) if old != State::Quarantined => {
            ("quarantined", after.last_error.clone().unwrap_or_default())
        }
        (old, State::Gone) if old != State::Gone => ("gone", "answered 410 Gone".to_owned()),
        _ => {
            let moved = after.current_url.as_ref().filter(|_| before.current_url != after.current_url)?;
            ("moved", format!("moved for good to {}", masked(moved.as_str())))
        }
    };
    Some(Event { at: now, kind, text })
}

/// What the document itself asks of the next check (RSS 2.0 `ttl`, `skipHours`, `skipDays`; the syndication module).
fn document_hints(hints: &mut Hints, feed: &Feed) {
    let minutes = |minutes: u32| Duration::from_secs(u64::from(minutes) * 60);
    hints.ttl = feed.ttl_minutes.map(minutes);
    hints.update_period = feed.update_period_minutes.map(minutes);
    hints.skip_hours.clone_from(&feed.skip_hours);
    hints.skip_days.clone_from(&feed.skip_days);
}

/// The same bytes ask the same.
fn keep_document_hints(hints: &mut Hints, known: &Hints) {
    hints.ttl = known.ttl;
    hints.update_period = known.update_period;
    hints.skip_hours.clone_from(&known.skip_hours);
    hints.skip_days.clone_from(&known.skip_days);
}

/// One log line a refresh, at the level that its outcome deserves.
pub(super) fn tell(url: &str, outcome: &Outcome) {
    let url = masked(url);
    match outcome {
        Outcome::Fresh { new, changed, duplicates, dropped } if new + changed > 0 => {
            tracing::info!(feed.url = %url, items.new = new, items.changed = changed, items.duplicates = duplicates, items.dropped = dropped, "feed has news");
        }
        Outcome::Failed(failure) => tracing::warn!(feed.url = %url, error = %failure.message, "feed failed"),
        Outcome::Gone => tracing::warn!(feed.url = %url, "feed is gone for good (410)"),
        Outcome::Fresh { .. } | Outcome::NotModified | Outcome::Held => {
            tracing::debug!(feed.url = %url, ?outcome, "feed has nothing new")
        }
    }
}
