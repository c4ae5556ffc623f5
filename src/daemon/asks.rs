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
    /// Feeds that could not come in line yet: a request that began before the ask is no answer to it.
    to_offer: Vec<Due>,
    waiting_for: BTreeSet<String>,
    /// The edition that shows what was refreshed, once all of it is.
    edition: Option<u64>,
    answer: Answer,
}

impl Open {
    fn is_refreshed(&self) -> bool {
        self.to_offer.is_empty() && self.waiting_for.is_empty()
    }
}

impl Asks {
    /// How many more may be taken; the others wait in the store.
    pub(super) fn room(&self) -> usize {
        MAX_OPEN.saturating_sub(self.open.len())
    }

    /// Takes one.
    pub(super) async fn take(&mut self, app: &App, ask: PostedAsk, now: Timestamp) -> Result<(), StoreError> {
        let wanted = match serde_json::from_str::<PollAsk>(&ask.body) {
            Ok(wanted) if ask.kind == POLL => wanted,
            Ok(_) | Err(_) => {
                tracing::warn!(ask.kind, "an ask that this warta does not know");
                return app.store().answer_ask(ask.id, "{}").await;
            }
        };
        let selection = Selection { force: wanted.force, urls: wanted.urls, refetch: wanted.refetch };
        let selected = app.select(&selection, now).await?;
        let answer = Answer { report: Report::default(), published: Published::default(), remarks: selected.remarks };
        self.open.push(Open {
            id: ask.id,
            to_offer: selected.due,
            waiting_for: BTreeSet::new(),
            edition: None,
            answer,
        });
        Ok(())
    }

    /// Brings what is asked for in line behind the others of its host, as soon as it is not in line already.
    pub(super) fn offer(&mut self, pump: &mut Pump<Due, Result<Refreshed, StoreError>>) {
        for open in &mut self.open {
            let waiting_for = &mut open.waiting_for;
            open.to_offer.retain(|due| {
                let taken = pump.offer(due.state.id, due.host(), due.clone());
                if taken {
                    waiting_for.insert(due.state.url.clone());
                }
                !taken
            });
        }
    }

    /// A refresh ended; whoever waits for it counts it. `due` is the number of the edition that will show it.
    pub(super) fn refreshed(&mut self, refreshed: &Refreshed, due: u64) {
        for open in &mut self.open {
            if open.waiting_for.remove(&refreshed.url) {
                open.answer.report.add(&masked(&refreshed.url), &refreshed.outcome);
                open.edition = open.is_refreshed().then_some(due);
            }
        }
    }

    /// The edition of this number was published, or was not for this reason. Whoever waited for it hears of it.
    pub(super) fn published(&mut self, number: u64, published: &Result<Published, String>) {
        let waits = |open: &&mut Open| open.is_refreshed() && open.edition.is_some_and(|wanted| wanted <= number);
        for open in self.open.iter_mut().filter(waits) {
            match published {
                Ok(published) => open.answer.published = published.clone(),
                Err(trouble) => open.answer.remarks.push(format!("publishing failed: {trouble}")),
            }
        }
    }

    /// Those that are done. `due` is the number of the edition that will show what was refreshed until now, `last` that
    /// of the last one that ended.
    pub(super) fn finished(&mut self, due: u64, last: u64) -> Vec<(i64, String)> {
        for open in self.open.iter_mut().filter(|open| open.is_refreshed()) {
            open.edition.get_or_insert(due);
        }
        let done = |open: &mut Open| open.edition.is_some_and(|wanted| wanted <= last);
        self.open
            .extract_if(.., done)
            .map(|mut open| {
                open.answer.report.sort();
                (open.id, serde_json::to_string(&open.answer).unwrap_or_else(|_| "{}".to_owned()))
            })
            .collect()
    }
}
