//! Whether the fault is here: when nearly nothing of the last minute could be connected to, this machine is without
//! network, and no feed is to blame.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::schedule;

/// How far back requests count.
const WINDOW: Duration = Duration::from_secs(60);
/// Requests that are remembered, the newest.
const MOST: usize = 4_096;

/// The requests of the last minute, and which of them failed to connect.
#[derive(Debug, Default)]
pub(super) struct Network {
    requests: Mutex<VecDeque<(Instant, bool)>>,
}

impl Network {
    /// Counts a request; true when it failed to connect and so did nearly all others.
    pub(super) fn is_to_blame(&self, failed_to_connect: bool) -> bool {
        let now = Instant::now();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        while requests.len() >= MOST || requests.front().is_some_and(|(at, _)| now.duration_since(*at) > WINDOW) {
            requests.pop_front();
        }
        requests.push_back((now, failed_to_connect));
        let failed = requests.iter().filter(|(_, failed)| *failed).count();
        failed_to_connect && schedule::is_network_down(requests.len(), failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_network_is_told_from_feeds_that_fail() {
        let network = Network::default();
        assert!((0..19).all(|_| !network.is_to_blame(true)), "a few prove nothing");
        assert!(network.is_to_blame(true));
        assert!(!network.is_to_blame(false), "this one was reached");
        for _ in 0..5 {
            network.is_to_blame(false);
        }
        assert!(!network.is_to_blame(true), "others are reached");
    }
}
