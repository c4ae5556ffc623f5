//! What another process wants done (`warta poll URL` beside a running daemon), from its row to its answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::app::{App, Due, PostedAsk, Published, Pump, Refreshed, Report, Selection, StoreError};
use crate::model::Timestamp;
use crate::notation::address::masked;

/// Kind of the ask that polls feeds by name.
pub const POLL: &str = "poll";
/// Asks that are worked on at the same time; later ones wait in the store.
const MAX_OPEN: usize = 32;

/// The particulars of a [`POLL`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollAsk {
    /// Feeds to ask.
    pub urls: Vec<String>,
    /// Of these, without validators.
    pub refetch: Vec<String>,
    /// Over their schedule.
    pub force: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The numbers of the poll.
    pub report: Report,
    /// What the edition after it did.
    pub published: Published,
    /// One line for each named feed that was not asked.
    pub remarks: Vec<String>,
}

/// The asks that are being worked on.
#[derive(Debug, Default)]
pub(super) struct Asks {
    open: Vec<Open>,
}

#[derive(Debug)]
struct Open {
    id: i64,
    waiting_for: BTreeSet<String>,
    answer: Answer,
}

impl Asks {
    /// Takes one: its feeds come in line behind the others of their hosts.
    pub(super) async fn take(
        &mut self,
        app: &App,
        ask: PostedAsk,
        now: Timestamp,
        pump: &mut Pump<Due, Result<Refreshed, StoreError>>,
    ) -> Result<(), StoreError> {
        let wanted = match serde_json::from_str::<PollAsk>(&ask.body) {
            Ok(wanted) if ask.kind == POLL && self.open.len() < MAX_OPEN => wanted,
            Ok(_) | Err(_) => {
                tracing::warn!(ask.kind, "an ask that this warta cannot serve now");
                return app.store().answer_ask(ask.id, "{}").await;
            }
        };
        let selection = Selection { force: wanted.force, urls: wanted.urls, refetch: wanted.refetch };
        let selected = app.select(&selection, now).await?;
        let mut answer =
            Answer { report: Report::default(), published: Published::default(), remarks: selected.remarks };
        let mut waiting_for = BTreeSet::new();
        for due in selected.due {
            let (url, host, id) = (due.state.url.clone(), due.host().to_owned(), due.state.id);
            if pump.offer(id, &host, due) || pump.holds(id) {
                waiting_for.insert(url);
            } else {
                answer.remarks.push(format!("{} is not asked now: too many feeds wait", masked(&url)));
            }
        }
        self.open.push(Open { id: ask.id, waiting_for, answer });
        Ok(())
    }

    /// A refresh ended; whoever waits for it counts it.
    pub(super) fn refreshed(&mut self, refreshed: &Refreshed) {
        for open in &mut self.open {
            if open.waiting_for.remove(&refreshed.url) {
                open.answer.report.add(&masked(&refreshed.url), &refreshed.outcome);
            }
        }
    }

    /// An edition was published; asks whose feeds are done tell its numbers.
    pub(super) fn published(&mut self, published: &Published) {
        for open in self.open.iter_mut().filter(|open| open.waiting_for.is_empty()) {
            open.answer.published = published.clone();
        }
    }

    /// Those that are done: all feeds refreshed and everything published.
    pub(super) fn finished(&mut self, all_published: bool) -> Vec<(i64, String)> {
        if !all_published {
            return Vec::new();
        }
        let done = |open: &mut Open| open.waiting_for.is_empty();
        self.open
            .extract_if(.., done)
            .map(|mut open| {
                open.answer.report.sort();
                (open.id, serde_json::to_string(&open.answer).unwrap_or_else(|_| "{}".to_owned()))
            })
            .collect()
    }
}
