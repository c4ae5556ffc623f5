//! Whether the daemon is fit to be asked: what `/readyz` answers from.

use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A daemon that has not ticked for so long is stuck.
const STUCK: Duration = Duration::from_secs(60);

/// Fit or not, and why. Written by the daemon, read by the server.
#[derive(Debug)]
pub(super) struct Readiness {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    last_tick: Instant,
    published: bool,
    trouble: Option<String>,
    store: Option<String>,
}

impl Readiness {
    /// Not ready before the first edition.
    pub(super) fn new() -> Self {
        Self { inner: Mutex::new(Inner { last_tick: Instant::now(), published: false, trouble: None, store: None }) }
    }

    /// A tick ended.
    pub(super) fn ticked(&self) {
        self.with(|inner| inner.last_tick = Instant::now());
    }

    /// An edition was published, or was not for this reason.
    pub(super) fn published(&self, trouble: Option<String>) {
        self.with(|inner| {
            inner.published |= trouble.is_none();
            inner.trouble = trouble;
        });
    }

    /// The store cannot be written for this reason, or can again.
    pub(super) fn store(&self, trouble: Option<String>) {
        self.with(|inner| inner.store = trouble);
    }

    /// Ready, or why not.
    pub(super) fn ready(&self) -> Result<(), String> {
        self.with(|inner| {
            if let Some(trouble) = &inner.store {
                return Err(format!("the store cannot be written: {trouble}"));
            }
            let stuck = inner.last_tick.elapsed() > STUCK;
            match (&inner.trouble, stuck, inner.published) {
                (Some(trouble), _, _) => Err(format!("publishing fails: {trouble}")),
                (None, true, _) => Err("the scheduler is stuck".to_owned()),
                (None, false, false) => Err("nothing is published yet".to_owned()),
                (None, false, true) => Ok(()),
            }
        })
    }

    fn with<T>(&self, use_it: impl FnOnce(&mut Inner) -> T) -> T {
        // Nothing panics while it is held; a poisoned lock would still hold plain values.
        use_it(&mut self.inner.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }
}
