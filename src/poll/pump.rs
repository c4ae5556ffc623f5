//! Many feeds, few hosts, bounded work: which refresh starts next.
//!
//! In: feeds that are due. Out: refreshes as they end. It never fetches by itself and never decides who is due.
//! Feeds of one host stand in one queue, and queues take turns, so that the order of requests is mixed and a host with
//! hundreds of feeds keeps no other host waiting. The callbacks of our own hub are called in the same order.

use std::collections::{HashMap, HashSet, VecDeque};
use std::future::Future;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use tokio::task::JoinSet;

/// Refreshes under way at the same time, waiting for their host's turn included.
const MAX_UNDER_WAY: usize = 512;
/// Of these, how many may belong to one host. More than any host is asked at once, so that its turn is never missed.
const MAX_UNDER_WAY_A_HOST: usize = 16;
/// Feeds that may wait here; the rest stays due in the store until there is room.
pub const MAX_WAITING: usize = 20_000;

/// A queue of due feeds and the tasks that refresh them. `Out` is what a refresh ends with.
pub struct Pump<Feed, Out> {
    most: usize,
    most_a_host: usize,
    queues: HashMap<String, VecDeque<(i64, Feed)>>,
    turns: VecDeque<String>,
    known: HashSet<i64>,
    under_way: HashMap<String, usize>,
    tasks: JoinSet<(i64, String, Option<Out>)>,
    waiting: usize,
}

impl<Feed, Out: Send + 'static> Default for Pump<Feed, Out> {
    fn default() -> Self {
        Self::with_room(MAX_UNDER_WAY, MAX_UNDER_WAY_A_HOST)
    }
}

impl<Feed, Out: Send + 'static> Pump<Feed, Out> {
    /// One with other limits: so many are under way at the same time, of these so many of one host.
    #[must_use]
    pub fn with_room(most: usize, most_a_host: usize) -> Self {
        Self {
            most,
            most_a_host,
            queues: HashMap::new(),
            turns: VecDeque::new(),
            known: HashSet::new(),
            under_way: HashMap::new(),
            tasks: JoinSet::new(),
            waiting: 0,
        }
    }

    /// Takes a feed in line behind the others of its host. False when it is in line already, or when the line is full.
    pub fn offer(&mut self, id: i64, host: &str, feed: Feed) -> bool {
        if self.waiting >= MAX_WAITING || !self.known.insert(id) {
            return false;
        }
        let queue = self.queues.entry(host.to_owned()).or_default();
        if queue.is_empty() {
            self.turns.push_back(host.to_owned());
        }
        queue.push_back((id, feed));
        self.waiting += 1;
        true
    }

    /// True when this feed waits or is under way.
    #[must_use]
    pub fn holds(&self, id: i64) -> bool {
        self.known.contains(&id)
    }

    /// Starts what may start now. `refresh` makes the future that refreshes one feed.
    pub fn start<F>(&mut self, mut refresh: impl FnMut(Feed) -> F)
    where
        F: Future<Output = Out> + Send + 'static,
    {
        // Each host is looked at once a call: a host that is full goes to the back of the line.
        let mut full_in_a_row = 0;
        while self.tasks.len() < self.most && full_in_a_row < self.turns.len() {
            let Some(host) = self.turns.pop_front() else { break };
            let busy = self.under_way.get(&host).copied().unwrap_or(0);
            if busy >= self.most_a_host {
                self.turns.push_back(host);
                full_in_a_row += 1;
                continue;
            }
            full_in_a_row = 0;
            let Some(queue) = self.queues.get_mut(&host) else { continue };
            let Some((id, feed)) = queue.pop_front() else { continue };
            if queue.is_empty() {
                self.queues.remove(&host);
            } else {
                self.turns.push_back(host.clone());
            }
            self.waiting -= 1;
            *self.under_way.entry(host.clone()).or_default() += 1;
            let work = refresh(feed);
            // Caught here, so that a lost refresh gives its feed and its host free all the same.
            self.tasks.spawn(async move { (id, host, AssertUnwindSafe(work).catch_unwind().await.ok()) });
        }
    }

    /// The next refresh that ends; `None` when none is under way. One that was lost to a panic is skipped, its feed and
    /// its host are free again.
    pub async fn next(&mut self) -> Option<Out> {
        loop {
            match self.tasks.join_next().await? {
                Ok((id, host, out)) => {
                    self.known.remove(&id);
                    if let Some(busy) = self.under_way.get_mut(&host) {
                        *busy -= 1;
                        if *busy == 0 {
                            self.under_way.remove(&host);
                        }
                    }
                    match out {
                        Some(out) => return Some(out),
                        None => tracing::error!(feed.id = id, "a refresh ended without a result"),
                    }
                }
                Err(error) => tracing::debug!(%error, "a refresh was dropped"),
            }
        }
    }

    /// Refreshes that have not ended, waiting ones included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len() + self.waiting
    }

    /// True when nothing waits and nothing is under way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets what waits and drops what is under way: a write that has begun is finished by the store, not by the task.
    pub async fn stop(&mut self) {
        self.queues.clear();
        self.turns.clear();
        self.waiting = 0;
        self.tasks.shutdown().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn order(feeds: &[(i64, &str)]) -> Vec<i64> {
        let mut pump = Pump::default();
        for (id, host) in feeds {
            assert!(pump.offer(*id, host, *id));
        }
        let started = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        while !pump.is_empty() {
            let started = started.clone();
            pump.start(move |id| {
                started.lock().unwrap().push(id);
                async move { id }
            });
            pump.next().await;
        }
        std::sync::Arc::into_inner(started).unwrap().into_inner().unwrap()
    }

    #[tokio::test]
    async fn hosts_take_turns() {
        assert_eq!(order(&[(1, "a"), (2, "a"), (3, "a"), (4, "b"), (5, "c")]).await, [1, 4, 5, 2, 3]);
    }

    #[tokio::test]
    async fn a_host_never_has_more_than_its_share_under_way_and_all_are_done() {
        let feeds: Vec<(i64, &str)> = (0..100).map(|id| (id, "a")).collect();
        let mut pump = Pump::default();
        for (id, host) in &feeds {
            pump.offer(*id, host, *id);
        }
        pump.start(|id| async move { id });
        assert_eq!(pump.under_way["a"], MAX_UNDER_WAY_A_HOST);
        let mut done = Vec::new();
        while let Some(id) = pump.next().await {
            done.push(id);
            pump.start(|id| async move { id });
        }
        done.sort_unstable();
        assert_eq!(done, (0..100).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_feed_in_line_is_not_taken_twice() {
        let mut pump: Pump<i64, i64> = Pump::default();
        assert!(pump.offer(7, "a", 7));
        assert!(!pump.offer(7, "a", 7));
        pump.start(|id| async move { id });
        assert!(!pump.offer(7, "a", 7), "still under way");
        assert_eq!(pump.next().await, Some(7));
        assert!(pump.offer(7, "a", 7));
    }

    #[tokio::test]
    async fn a_lost_refresh_gives_its_feed_and_its_host_free() {
        let mut pump: Pump<i64, i64> = Pump::default();
        for id in 0..40 {
            pump.offer(id, "a", id);
        }
        let mut done = 0;
        while !pump.is_empty() {
            pump.start(|id| async move {
                assert!(id % 2 == 0, "a document that breaks its reader");
                id
            });
            done += i32::from(pump.next().await.is_some());
        }
        assert_eq!(done, 20);
        assert!(pump.known.is_empty() && pump.under_way.is_empty());
        assert!(pump.offer(1, "a", 1), "it may be asked again");
    }
}
