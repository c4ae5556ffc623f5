//! The one thread that writes. Whatever waits goes into one transaction, a savepoint each; all are told after its
//! fsync. While one group is made durable the next one gathers, so that no timer is needed.
//!
//! No async code here, and nothing that knows what an item is: `known` reads, `apply` writes.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use rusqlite::{Connection, Transaction, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::error::Error;
use super::{apply, known};
use crate::model::{Applied, Ask, Effect, Known, MAX_GROUP, MAX_GROUP_EFFECTS};
use crate::notation::address;

/// A decision over what is known. It may run more than once.
pub(super) type Decide = Box<dyn Fn(&Known) -> Vec<Effect> + Send>;

/// One write that waits for its group.
pub(super) struct Write {
    /// What is asked about.
    pub ask: Ask,
    /// What shall be done about it.
    pub decide: Decide,
    /// Who waits for the answer; one that waits no longer is no trouble.
    pub reply: oneshot::Sender<Result<Applied, Error>>,
}

/// What the writer is handed.
pub(super) enum Job {
    /// Goes into a group.
    Write(Write),
    /// Stands alone, with the connection for itself.
    Alone(Box<dyn FnOnce(&mut Connection) + Send>),
}

/// What a job inside a transaction fails with.
pub(super) enum Fault {
    /// SQLite's word.
    Sqlite(rusqlite::Error),
    /// The decision panicked.
    Decide(String),
    /// The asked feed has no row.
    UnknownFeed,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Works until nobody can send any more, then folds the log into the database.
pub(super) fn run(mut connection: Connection, path: &Path, mut jobs: mpsc::Receiver<Job>) {
    let writer = Writer { path };
    while let Some(job) = jobs.blocking_recv() {
        let mut next = Some(job);
        while let Some(job) = next.take() {
            match job {
                Job::Alone(work) => work(&mut connection),
                Job::Write(first) => next = writer.group(&mut connection, first, &mut jobs),
            }
        }
    }
    // A reader that is still busy makes this fail, which costs nothing but room on the disk.
    let _ = connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE);");
}

struct Writer<'a> {
    path: &'a Path,
}

impl Writer<'_> {
    /// Does `first` and what waits behind it in one transaction and answers all; gives back a job that cannot go along.
    fn group(&self, connection: &mut Connection, first: Write, jobs: &mut mpsc::Receiver<Job>) -> Option<Job> {
        let mut left = None;
        let mut members: Vec<Write> = vec![first];
        let results = self.commit(connection, |transaction, results| {
            let mut effects = 0;
            loop {
                let (result, cost) = self.one(transaction, &members[results.len()]);
                results.push(result);
                effects += cost;
                if transaction.is_autocommit() || members.len() >= MAX_GROUP || effects >= MAX_GROUP_EFFECTS {
                    return;
                }
                match jobs.try_recv() {
                    Ok(Job::Write(write)) => members.push(write),
                    Ok(other) => {
                        left = Some(other);
                        return;
                    }
                    Err(_) => return,
                }
            }
        });
        let results = match results {
            Ok(results) => results,
            // The group is undone: SQLite rolls everything back on a full disk. Each write gets a transaction of its
            // own, so that what can be stored is stored, and everybody gets an answer of their own.
            Err(_) if members.len() > 1 => members.iter().map(|write| self.alone(connection, write)).collect(),
            Err(error) => vec![Err(error)],
        };
        for (write, result) in members.into_iter().zip(results) {
            let _ = write.reply.send(result);
        }
        left
    }

    fn alone(&self, connection: &mut Connection, write: &Write) -> Result<Applied, Error> {
        let mut results = self.commit(connection, |transaction, results| {
            results.push(self.one(transaction, write).0);
        })?;
        results.pop().unwrap_or_else(|| Err(Error::Closed { path: self.path.to_owned() }))
    }

    /// One transaction round `work`, which pushes a result for each write. An error means that nothing was stored.
    fn commit(
        &self,
        connection: &mut Connection,
        work: impl FnOnce(&mut Transaction<'_>, &mut Vec<Result<Applied, Error>>),
    ) -> Result<Vec<Result<Applied, Error>>, Error> {
        let failed = |error| Error::sqlite(self.path, &error);
        let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let mut results = Vec::new();
        work(&mut transaction, &mut results);
        if transaction.is_autocommit() {
            let cause = results.pop().and_then(Result::err);
            return Err(cause.unwrap_or_else(|| Error::Closed { path: self.path.to_owned() }));
        }
        let writes = results.len();
        tracing::trace!(writes, "a group of writes is decided");
        transaction.commit().map_err(failed)?;
        tracing::trace!(writes, "a group of writes is stored");
        Ok(results)
    }

    /// One write in its savepoint, with the number of its effects; an error has undone it and nothing else.
    fn one(&self, transaction: &mut Transaction<'_>, write: &Write) -> (Result<Applied, Error>, usize) {
        let mut cost = 0;
        let mut attempt = || -> Result<Applied, Fault> {
            let savepoint = transaction.savepoint()?;
            let known = known::look_up(&savepoint, &write.ask)?;
            let effects = catch_unwind(AssertUnwindSafe(|| (write.decide)(&known))).map_err(panic_words)?;
            cost = effects.len();
            let applied = apply::apply(&savepoint, known.feed.as_ref(), effects)?;
            savepoint.commit()?;
            Ok(applied)
        };
        let result = attempt();
        (result.map_err(|fault| self.error(fault, &write.ask)), cost)
    }

    fn error(&self, fault: Fault, ask: &Ask) -> Error {
        let path = self.path.to_owned();
        let feed = || address::masked(ask.feed.as_deref().unwrap_or("no feed"));
        match fault {
            // What one write alone can cause is its own trouble: a store that refuses it is a healthy store.
            Fault::Sqlite(error) if is_of_one_write(&error) => {
                Error::Decide { path, about: feed(), cause: error.to_string() }
            }
            Fault::Sqlite(error) => Error::sqlite(&path, &error),
            Fault::Decide(cause) => Error::Decide { path, about: feed(), cause },
            Fault::UnknownFeed => Error::UnknownFeed { path, url: feed() },
        }
    }
}

/// Errors that come of the values of a write, not of the database or the disk.
fn is_of_one_write(error: &rusqlite::Error) -> bool {
    use rusqlite::{Error as E, ErrorCode};
    match error {
        E::FromSqlConversionFailure(..)
        | E::ToSqlConversionFailure(_)
        | E::IntegralValueOutOfRange(..)
        | E::InvalidColumnType(..) => true,
        error => matches!(
            error.sqlite_error_code(),
            Some(ErrorCode::ConstraintViolation | ErrorCode::TooBig | ErrorCode::TypeMismatch)
        ),
    }
}

fn panic_words(panic: Box<dyn std::any::Any + Send>) -> Fault {
    let words = panic.downcast_ref::<&str>().map(|words| (*words).to_owned());
    Fault::Decide(words.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a panic".to_owned()))
}
