//! Politeness: how many requests a host gets at once, how far apart they start, and who wants quiet.
//!
//! Spacing runs on the monotonic clock; holds are instants, for they outlive the process. A worker of the whole is
//! taken only when the host's turn has come, so that a slow host never keeps one from the others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;
use url::Url;

use crate::clock::Clock;
use crate::model::{HostHold, MAX_QUIET_HOSTS, Timestamp};
use crate::notation::domain::registrable_domain;

/// The host of an address as pacing knows it: lower case, without port and without the dot of a full name.
#[must_use]
pub fn host_of(url: &Url) -> &str {
    let host = url.host_str().unwrap_or_default();
    host.strip_suffix('.').unwrap_or(host)
}

/// The name under which a whole registrable domain is held; no host can be called so.
fn domain_of(host: &str) -> String {
    format!("*.{}", registrable_domain(host))
}

/// All hosts that were asked of late.
#[derive(Debug)]
pub(super) struct Hosts {
    per_host: usize,
    delay: Duration,
    workers: Arc<Semaphore>,
    known: Arc<Mutex<Known>>,
}

#[derive(Debug)]
struct Known {
    hosts: HashMap<String, Arc<Host>>,
    /// At so many hosts, those that are free again are forgotten.
    sweep_at: usize,
}

#[derive(Debug)]
struct Host {
    /// One at a time waits for the next start.
    gate: tokio::sync::Mutex<()>,
    /// Told when a visit ends; only the one at the gate listens.
    freed: Notify,
    pace: Mutex<Pace>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    /// Visits under way.
    busy: usize,
    next_start: Option<Instant>,
    hold_until: Option<Timestamp>,
}

/// One of the workers that the operator allows. Whoever holds a body holds its worker, so that there are never more
/// bodies in memory than workers, however slow the reading is.
#[derive(Debug, Clone)]
pub struct Worker {
    _permit: Option<Arc<OwnedSemaphorePermit>>,
}

/// The right to ask a host once; it ends with the value.
#[derive(Debug)]
pub(super) struct Visit {
    _turn: Turn,
    worker: Option<OwnedSemaphorePermit>,
}

impl Visit {
    /// Gives the host's turn back and keeps the worker.
    pub(super) fn into_worker(self) -> Worker {
        Worker { _permit: self.worker.map(Arc::new) }
    }
}

/// One of the requests that a host gets at once.
#[derive(Debug)]
struct Turn(Arc<Host>);

impl Turn {
    /// Begins a visit; the next one begins `delay` later at the earliest.
    fn begin(host: &Arc<Host>, delay: Duration) -> Self {
        let mut pace = host.pace();
        pace.busy += 1;
        pace.next_start = Some(Instant::now() + delay);
        drop(pace);
        Self(Arc::clone(host))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.pace().busy -= 1;
        self.0.freed.notify_one();
    }
}

impl Host {
    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn hold(&self, until: Timestamp) {
        let mut pace = self.pace();
        pace.hold_until = pace.hold_until.max(Some(until));
    }

    fn held(&self, now: Timestamp) -> Option<Timestamp> {
        self.pace().hold_until.filter(|until| *until > now)
    }

    fn row(&self, name: &str, now: Timestamp) -> Option<HostHold> {
        let pace = *self.pace();
        let wait = pace.next_start.and_then(|at| at.checked_duration_since(Instant::now()));
        let next_at = wait.filter(|wait| !wait.is_zero()).map(|wait| now.plus(wait));
        let hold_until = pace.hold_until.filter(|until| *until > now);
        (next_at.is_some() || hold_until.is_some()).then(|| HostHold { host: name.to_owned(), next_at, hold_until })
    }

    /// True when forgetting it changes nothing.
    fn is_free(&self, now: Timestamp) -> bool {
        let pace = *self.pace();
        pace.hold_until.is_none_or(|until| until <= now) && pace.next_start.is_none_or(|at| at <= Instant::now())
    }
}

impl Hosts {
    pub(super) fn new(workers: usize, per_host: usize, delay: Duration) -> Self {
        let known = Known { hosts: HashMap::new(), sweep_at: MAX_QUIET_HOSTS };
        let workers = Arc::new(Semaphore::new(workers.clamp(1, Semaphore::MAX_PERMITS)));
        let known = Arc::new(Mutex::new(known));
        Self { per_host: per_host.max(1), delay, workers, known }
    }

    /// The same hosts under other limits: who was asked when is known to both, for requests of the old ones are still
    /// under way and count.
    pub(super) fn renewed(&self, workers: usize, per_host: usize, delay: Duration) -> Self {
        Self { known: Arc::clone(&self.known), ..Self::new(workers, per_host, delay) }
    }

    /// Waits for a turn at this host, then for a worker. The error is until when the host is held.
    pub(super) async fn enter(&self, name: &str, clock: &Clock) -> Result<Visit, Timestamp> {
        let host = self.host(name, clock.now());
        let not_held = || self.held(name, clock.now()).map_or(Ok(()), Err);
        not_held()?;
        let gate = host.gate.lock().await;
        while host.pace().busy >= self.per_host {
            host.freed.notified().await;
        }
        not_held()?;
        let next = host.pace().next_start;
        if let Some(at) = next {
            tokio::time::sleep_until(at).await;
        }
        // The semaphore is never closed, so it gives its permit.
        let worker = Arc::clone(&self.workers).acquire_owned().await.ok();
        // A 429 may have come while this one waited.
        not_held()?;
        let turn = Turn::begin(&host, self.delay);
        drop(gate);
        Ok(Visit { _turn: turn, worker })
    }

    /// Nobody asks this host before `until`; a longer hold stays.
    pub(super) fn hold(&self, name: &str, until: Timestamp) {
        self.host(name, Timestamp::epoch()).hold(until);
    }

    /// Nobody asks a host of this one's registrable domain before `until`; a longer hold stays.
    pub(super) fn hold_domain(&self, name: &str, until: Timestamp) {
        self.hold(&domain_of(name), until);
    }

    /// Until when a host or its domain is held; `None` when neither is.
    pub(super) fn held(&self, name: &str, now: Timestamp) -> Option<Timestamp> {
        let known = self.known();
        let held = |name: &str| known.hosts.get(name).and_then(|host| host.held(now));
        held(name).max(held(&domain_of(name)))
    }

    /// What has to survive a restart, of one host and its domain; nothing when it may be asked at once.
    pub(super) fn rows(&self, name: &str, now: Timestamp) -> Vec<HostHold> {
        let known = self.known();
        let row = |name: &str| known.hosts.get(name).and_then(|host| host.row(name, now));
        row(name).into_iter().chain(row(&domain_of(name))).collect()
    }

    /// What has to survive a restart, by host name.
    pub(super) fn snapshot(&self, now: Timestamp) -> Vec<HostHold> {
        let mut rows: Vec<_> = self.known().hosts.iter().filter_map(|(name, host)| host.row(name, now)).collect();
        rows.sort_by(|one, other| one.host.cmp(&other.host));
        rows
    }

    /// Takes over what an earlier process left. A wait is never longer than the spacing, whatever the clock did since.
    pub(super) fn restore(&self, rows: &[HostHold], now: Timestamp) {
        for row in rows {
            let wait = row.next_at.map(|at| at.since(now).min(self.delay)).filter(|wait| !wait.is_zero());
            let hold = row.hold_until.filter(|until| *until > now);
            if wait.is_none() && hold.is_none() {
                continue;
            }
            let host = self.host(&row.host, now);
            let mut pace = host.pace();
            pace.next_start = pace.next_start.max(wait.map(|wait| Instant::now() + wait));
            pace.hold_until = pace.hold_until.max(hold);
        }
    }

    /// Takes the holds of these rows for what is true, also shorter ones: the clock was set back, and they with it.
    pub(super) fn set_back(&self, rows: &[HostHold]) {
        let known = self.known();
        for (row, host) in rows.iter().filter_map(|row| Some((row, known.hosts.get(&row.host)?))) {
            host.pace().hold_until = row.hold_until;
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn host(&self, name: &str, now: Timestamp) -> Arc<Host> {
        let mut known = self.known();
        if let Some(host) = known.hosts.get(name) {
            return Arc::clone(host);
        }
        if known.hosts.len() >= known.sweep_at {
            known.hosts.retain(|_, host| Arc::strong_count(host) > 1 || !host.is_free(now));
            known.sweep_at = (known.hosts.len() * 2).max(MAX_QUIET_HOSTS);
        }
        let (gate, freed) = (tokio::sync::Mutex::new(()), Notify::new());
        let host = Arc::new(Host { gate, freed, pace: Mutex::new(Pace::default()) });
        known.hosts.insert(name.to_owned(), Arc::clone(&host));
        host
    }
}

#[cfg(test)]
mod tests;
