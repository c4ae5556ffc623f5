//! Hubs: the doors of their callback, what they bring in line to be read, and a round with them each second.
//!
//! A delivery is taken at once and read later. What waits is bounded in number and in bytes; what comes beyond makes
//! its feed due instead.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::app::{App, Received, Refreshed, StoreError};
use crate::model::{MAX_WAITING_DELIVERIES, MAX_WAITING_DELIVERY_BYTES};
use crate::serve::{Busy, Callback, Delivery};

/// Deliveries that are read at the same time.
const MAX_READ_AT_ONCE: usize = 4;

/// Rounds from one look over all feeds and subscriptions to the next: it costs more than to ask what is due.
const FOLLOW_EVERY: u32 = 5;

/// What a task ends with: a round with nothing, a delivery with what became of it.
type Outcome = Result<Option<Refreshed>, StoreError>;

/// Deliveries that wait to be read.
#[derive(Debug, Default)]
struct Line {
    waiting: VecDeque<Received>,
    bytes: u64,
    /// Tokens whose deliveries found no room or could not be stored; no more than there are subscriptions.
    over: BTreeSet<String>,
}

impl Line {
    fn push(&mut self, received: Received) {
        let bytes = self.bytes + received.body.len() as u64;
        if self.waiting.len() >= MAX_WAITING_DELIVERIES || bytes > MAX_WAITING_DELIVERY_BYTES {
            tracing::warn!("more deliveries of hubs than can be read at once; the feed is asked instead");
            self.over.insert(received.token);
        } else {
            self.bytes = bytes;
            self.waiting.push_back(received);
        }
    }

    fn pop(&mut self) -> Option<Received> {
        let received = self.waiting.pop_front()?;
        self.bytes -= received.body.len() as u64;
        Some(received)
    }
}

/// Rounds with the hubs and deliveries, as tasks.
pub(super) struct Pushes {
    app: Arc<App>,
    line: Arc<Mutex<Line>>,
    arrived: Arc<Notify>,
    rounds: u32,
    round: JoinSet<Outcome>,
    reading: JoinSet<Outcome>,
}

impl Pushes {
    /// With the doors for the server.
    pub(super) fn new(app: Arc<App>) -> (Self, Callback) {
        let line = Arc::new(Mutex::new(Line::default()));
        let arrived = Arc::new(Notify::new());
        let callback = doors(&app, &line, &arrived);
        (Self { app, line, arrived, rounds: 0, round: JoinSet::new(), reading: JoinSet::new() }, callback)
    }

    /// Once a second: a round with the hubs, unless the last one is still under way.
    pub(super) fn tick(&mut self) {
        if self.round.is_empty() {
            let (app, follow) = (self.app.clone(), self.rounds.is_multiple_of(FOLLOW_EVERY));
            self.rounds = self.rounds.wrapping_add(1);
            self.round.spawn(async move { app.push_round(follow).await.map(|()| None) });
        }
        for token in std::mem::take(&mut lock(&self.line).over) {
            let app = self.app.clone();
            self.reading.spawn(async move { app.push_overflow(&token).await });
        }
        self.read();
    }

    /// The round or delivery that ends next. Waits for ever when none does.
    pub(super) async fn next(&mut self) -> Option<Outcome> {
        loop {
            self.read();
            let ended = tokio::select! {
                Some(ended) = self.round.join_next() => ended,
                Some(ended) = self.reading.join_next() => ended,
                () = self.arrived.notified() => continue,
            };
            match ended {
                Ok(outcome) => return Some(outcome),
                Err(error) => tracing::error!(%error, "a task for a hub ended early"),
            }
        }
    }

    /// Drops what waits and what is under way; a write that has begun is finished by the store.
    pub(super) async fn stop(&mut self) {
        self.round.shutdown().await;
        self.reading.shutdown().await;
    }

    fn read(&mut self) {
        while self.reading.len() < MAX_READ_AT_ONCE {
            let Some(received) = lock(&self.line).pop() else { return };
            let (app, line, token) = (self.app.clone(), self.line.clone(), received.token.clone());
            self.reading.spawn(async move {
                // What could not be stored is lost: its feed is asked as soon as the store can be written.
                let taken = app.push_take(received).await;
                if taken.is_err() {
                    lock(&line).over.insert(token);
                }
                taken
            });
        }
    }
}

fn doors(app: &Arc<App>, line: &Arc<Mutex<Line>>, arrived: &Arc<Notify>) -> Callback {
    let (asked, checked) = (app.clone(), app.clone());
    let (line, arrived) = (line.clone(), arrived.clone());
    Callback {
        answer: Arc::new(move |token, query| {
            let app = asked.clone();
            Box::pin(async move { told(app.push_answer(&token, &query).await) })
        }),
        room: Arc::new(move |token| {
            let app = checked.clone();
            Box::pin(async move { told(app.push_room(&token).await) })
        }),
        take: Arc::new(move |delivery| {
            let Delivery { token, content_type, signature, body } = delivery;
            lock(&line).push(Received { token, content_type, signature, body });
            arrived.notify_one();
        }),
    }
}

fn told<T>(answer: Result<T, StoreError>) -> Result<T, Busy> {
    answer.map_err(|error| {
        tracing::warn!(%error, "a hub could not be answered");
        Busy
    })
}

fn lock(line: &Mutex<Line>) -> std::sync::MutexGuard<'_, Line> {
    line.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn received(token: &str, bytes: usize) -> Received {
        Received { token: token.to_owned(), content_type: None, signature: None, body: vec![0; bytes] }
    }

    #[test]
    fn what_waits_is_bounded_in_number_and_in_bytes() {
        let mut line = Line::default();
        for _ in 0..MAX_WAITING_DELIVERIES + 10 {
            line.push(received("many", 1));
        }
        assert_eq!((line.waiting.len(), line.over.len()), (MAX_WAITING_DELIVERIES, 1));
        while line.pop().is_some() {}
        assert_eq!(line.bytes, 0);
        let mut line = Line::default();
        let half = usize::try_from(MAX_WAITING_DELIVERY_BYTES / 2).unwrap();
        for token in ["a", "b", "c"] {
            line.push(received(token, half));
        }
        assert_eq!(line.waiting.len(), 2);
        assert_eq!(line.over.into_iter().collect::<Vec<_>>(), ["c"]);
    }
}
