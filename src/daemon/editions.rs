//! When an edition is due: after a second of quiet, five seconds after the first change at most, and when an item of
//! the news sitemap ages out. One edition at a time.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::{App, PATIENCE, PublishError, Published, QUIET};
use crate::model::Timestamp;

/// Decides when to publish, and does it in a task.
pub(super) struct Editions {
    app: Arc<App>,
    /// First and last change that no edition shows.
    pending: Option<(Instant, Instant)>,
    /// When the next item leaves the news sitemap.
    ages_at: Option<Timestamp>,
    task: JoinSet<Result<Published, PublishError>>,
    /// Editions that were started, and those that ended.
    started: u64,
    ended: u64,
}

impl Editions {
    /// The first edition is due at once: the folder may be of an older run.
    pub(super) fn new(app: Arc<App>) -> Self {
        let long_ago = Instant::now().checked_sub(PATIENCE).unwrap_or_else(Instant::now);
        Self { app, pending: Some((long_ago, long_ago)), ages_at: None, task: JoinSet::new(), started: 0, ended: 0 }
    }

    /// Something may have changed.
    pub(super) fn changed(&mut self) {
        let now = Instant::now();
        let first = self.pending.map_or(now, |(first, _)| first);
        self.pending = Some((first, now));
    }

    /// When the next item leaves the news sitemap.
    pub(super) fn ages_at(&mut self, at: Option<Timestamp>) {
        self.ages_at = at;
    }

    /// The last edition failed: try again after [`PATIENCE`].
    pub(super) fn failed(&mut self) {
        let later = Instant::now() + PATIENCE;
        self.pending = Some((later, later));
    }

    /// Looks at the clock once a second.
    pub(super) fn tick(&mut self, now: Timestamp) {
        if self.ages_at.is_some_and(|at| at <= now) {
            self.ages_at = None;
            self.changed();
        }
        self.start_if_due();
    }

    /// The edition that ends next, or its trouble. Waits for ever when none is under way, and starts one that is due.
    pub(super) async fn next(&mut self) -> Option<Result<Published, PublishError>> {
        loop {
            if !self.task.is_empty() {
                let ended = self.task.join_next().await?;
                self.ended = self.started;
                return Some(ended.unwrap_or_else(|error| Err(PublishError::Thread(error.to_string()))));
            }
            match self.due_at() {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
            self.start_if_due();
        }
    }

    /// The number of the edition that shows, or will show, everything that has changed until now.
    pub(super) fn due(&self) -> u64 {
        self.started + u64::from(self.pending.is_some())
    }

    /// The number of the last edition that ended, well or not.
    pub(super) fn last(&self) -> u64 {
        self.ended
    }

    /// Waits for the edition that is being written; starts none.
    pub(super) async fn finish(&mut self) {
        while self.task.join_next().await.is_some() {}
    }

    fn due_at(&self) -> Option<Instant> {
        self.pending.map(|(first, last)| (last + QUIET).min(first + PATIENCE))
    }

    fn start_if_due(&mut self) {
        if self.task.is_empty() && self.due_at().is_some_and(|at| at <= Instant::now()) {
            self.pending = None;
            self.started += 1;
            let app = self.app.clone();
            self.task.spawn(async move { app.publish().await });
        }
    }
}
