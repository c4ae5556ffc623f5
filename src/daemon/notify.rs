//! Words to the service manager (`sd_notify(3)`). Outside of systemd each of them is a no-op.

use std::time::Duration;

use sd_notify::NotifyState;

/// The daemon serves and polls.
pub(super) fn ready(status: &str) {
    send(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// One line for `systemctl status`.
pub(super) fn status(text: &str) {
    send(&[NotifyState::Status(text)]);
}

/// The configuration is being read again. systemd 253 and later want the monotonic time with it.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => send(&[NotifyState::Reloading, now]),
        Err(error) => tracing::debug!(%error, "no monotonic time for the service manager"),
    }
}

/// The daemon is ending.
pub(super) fn stopping() {
    send(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// The scheduler made progress. Sent after a finished tick only, so that a stuck daemon is restarted.
pub(super) fn alive() {
    send(&[NotifyState::Watchdog]);
}

/// How often the service manager wants to hear [`alive`], where it does.
#[must_use]
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

fn send(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "the service manager does not listen");
    }
}
