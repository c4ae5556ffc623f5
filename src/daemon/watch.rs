//! Looks now and then whether the operator changed what lies beside, the theme for one, so that an edition follows. The
//! look waits for the disk on a thread of its own, and is the rarer the longer it takes.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::app::App;

/// The shortest time between two looks.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How much longer than a look lasted the time to the next one is at least.
const REST: u32 = 50;

/// What was seen last, and the look that is under way.
pub(super) struct Watch {
    app: Arc<App>,
    seen: Option<u64>,
    next: Instant,
    began: Instant,
    task: JoinSet<Option<u64>>,
}

impl Watch {
    pub(super) fn new(app: Arc<App>) -> Self {
        let now = Instant::now();
        Self { app, seen: None, next: now, began: now, task: JoinSet::new() }
    }

    /// Once a second: whether a look has ended that saw something else than the one before. The first one always does,
    /// for nobody knows what lay there when the first edition was drawn.
    pub(super) fn tick(&mut self) -> bool {
        let mut is_other = false;
        if let Some(ended) = self.task.try_join_next() {
            let seen = ended.unwrap_or(self.seen);
            is_other = seen != std::mem::replace(&mut self.seen, seen);
            self.next = Instant::now() + LOOK_EVERY.max(self.began.elapsed() * REST);
        }
        if self.task.is_empty() && self.next <= Instant::now() {
            self.began = Instant::now();
            let app = self.app.clone();
            self.task.spawn_blocking(move || app.beside());
        }
        is_other
    }
}
