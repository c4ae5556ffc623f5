//! Who is connected, and since when each has been idle. Where all room is taken, whoever has been idle longest goes, so
//! that connections which ask for nothing keep nobody out.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use crate::model::MIN_IDLE;

/// How often it is told that connections had to go.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// All connections of the server, of whatever listener.
pub(super) struct Crowd {
    room: Arc<Semaphore>,
    max: usize,
    began: Instant,
    members: Mutex<Members>,
}

#[derive(Default)]
struct Members {
    next: u64,
    seated: HashMap<u64, (Pulse, CancellationToken)>,
    told_at: Option<Instant>,
}

/// When a connection last began or asked something whole, or took bytes of an answer. What it sends bit by bit counts
/// for nothing.
#[derive(Clone)]
pub(super) struct Pulse {
    began: Instant,
    /// Milliseconds from `began`.
    beat_at: Arc<AtomicU64>,
}

#[cfg(test)]
impl Default for Pulse {
    fn default() -> Self {
        Self::new(Instant::now())
    }
}

impl Pulse {
    fn new(began: Instant) -> Self {
        let pulse = Self { began, beat_at: Arc::default() };
        pulse.beat();
        pulse
    }

    pub(super) fn beat(&self) {
        let now = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.beat_at.store(now, Ordering::Relaxed);
    }

    fn last(&self) -> Instant {
        self.began + Duration::from_millis(self.beat_at.load(Ordering::Relaxed))
    }
}

/// The place of one connection, given back when it is dropped.
pub(super) struct Seat {
    crowd: Arc<Crowd>,
    id: u64,
    pub(super) pulse: Pulse,
    /// Given when the connection has to go.
    pub(super) leave: CancellationToken,
    /// Dropped last: only then is there room.
    _slot: OwnedSemaphorePermit,
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.crowd.members().seated.remove(&self.id);
    }
}

impl Crowd {
    pub(super) fn new(max: usize) -> Arc<Self> {
        let room = Arc::new(Semaphore::new(max));
        Arc::new(Self { room, max, began: Instant::now(), members: Mutex::default() })
    }

    /// A place for one more connection, for which another one may have to go.
    pub(super) async fn seat(self: &Arc<Self>) -> Seat {
        loop {
            if let Ok(slot) = Arc::clone(&self.room).try_acquire_owned() {
                return self.sit(slot);
            }
            let wait = self.shed();
            // The semaphore is never closed: an error is that of the time alone.
            if let Ok(Ok(slot)) = timeout(wait, Arc::clone(&self.room).acquire_owned()).await {
                return self.sit(slot);
            }
        }
    }

    fn sit(self: &Arc<Self>, slot: OwnedSemaphorePermit) -> Seat {
        let (pulse, leave) = (Pulse::new(self.began), CancellationToken::new());
        let mut members = self.members();
        let id = members.next;
        members.next += 1;
        members.seated.insert(id, (pulse.clone(), leave.clone()));
        drop(members);
        Seat { crowd: Arc::clone(self), id, pulse, leave, _slot: slot }
    }

    /// Lets the idlest connection go, unless it is not idle yet. Gives the time after which to look again.
    pub(super) fn shed(&self) -> Duration {
        let mut members = self.members();
        let idlest = members.seated.iter().map(|(id, (pulse, _))| (pulse.last(), *id)).min();
        let Some((last, id)) = idlest else { return MIN_IDLE };
        let idle = last.elapsed();
        if idle < MIN_IDLE {
            return MIN_IDLE - idle;
        }
        if let Some((_, leave)) = members.seated.remove(&id) {
            leave.cancel();
        }
        if members.told_at.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
            members.told_at = Some(Instant::now());
            tracing::warn!(max = self.max, "no room for more connections: those that are idle longest are closed");
        }
        MIN_IDLE
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use tokio::task::JoinSet;
    use tokio::time::sleep;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_one_that_is_idle_longest_goes() {
        let crowd = Crowd::new(3);
        let mut seats = Vec::new();
        for _ in 0..3 {
            seats.push(crowd.seat().await);
            sleep(MIN_IDLE).await;
        }
        seats[0].pulse.beat();
        let mut next = Box::pin(crowd.seat());
        tokio::select! {
            () = seats[1].leave.cancelled() => {}
            _ = &mut next => panic!("there was no room"),
        }
        assert!(!seats[0].leave.is_cancelled() && !seats[2].leave.is_cancelled());
        drop(seats.remove(1));
        let next = next.await;
        assert!(!next.leave.is_cancelled());
        assert_eq!(crowd.members().seated.len(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_is_at_work_stays_and_the_next_one_waits() {
        let crowd = Crowd::new(1);
        let seat = crowd.seat().await;
        let at_work = async {
            for _ in 0..10 {
                sleep(MIN_IDLE / 2).await;
                seat.pulse.beat();
            }
        };
        let mut next = Box::pin(crowd.seat());
        tokio::select! {
            () = at_work => {}
            _ = &mut next => panic!("there was no room"),
        }
        assert!(!seat.leave.is_cancelled());
        // At rest, it goes.
        tokio::select! {
            () = seat.leave.cancelled() => {}
            _ = &mut next => panic!("there was no room"),
        }
        drop(seat);
        next.await;
    }

    #[tokio::test(start_paused = true)]
    async fn a_crowd_that_asks_for_nothing_keeps_nobody_out() {
        let crowd = Crowd::new(8);
        let mut connections = JoinSet::new();
        for _ in 0..1_000 {
            let seat = crowd.seat().await;
            connections.spawn(async move { seat.leave.cancelled().await });
        }
        assert!(crowd.members().seated.len() <= 8);
    }
}
