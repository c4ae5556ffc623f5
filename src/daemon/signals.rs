//! Signals in, intentions out.

use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intention {
    /// SIGTERM or SIGINT: finish what is open and end.
    Stop,
    /// SIGHUP: load feeds.toml again.
    Reload,
}

/// The signals that the daemon listens to.
pub(super) struct Signals {
    term: Signal,
    int: Signal,
    hup: Signal,
}

impl Signals {
    /// Starts listening.
    ///
    /// # Errors
    /// When the handlers cannot be installed.
    pub(super) fn listen() -> std::io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
            hup: signal(SignalKind::hangup())?,
        })
    }

    /// The next intention.
    pub(super) async fn next(&mut self) -> Intention {
        tokio::select! {
            _ = self.term.recv() => Intention::Stop,
            _ = self.int.recv() => Intention::Stop,
            _ = self.hup.recv() => Intention::Reload,
        }
    }
}
