//! A few read-only connections that queries borrow. Each query sees one moment of the store, whatever is written
//! meanwhile, and runs on a blocking thread.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::error::{Error, at};
use super::schema;
use crate::model::MAX_READERS;

/// At most [`MAX_READERS`] connections, opened when first needed.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    permits: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(path: &Path, first: Vec<Connection>) -> Self {
        Self {
            path: path.to_owned(),
            idle: Arc::new(Mutex::new(first)),
            permits: Arc::new(Semaphore::new(MAX_READERS)),
        }
    }

    /// Runs `query` on a connection, in one read transaction.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Error> {
        let path = self.path.clone();
        let closed = || Error::Closed { path: path.clone() };
        let permit = Arc::clone(&self.permits).acquire_owned().await.map_err(|_| closed())?;
        let (idle, file) = (Arc::clone(&self.idle), self.path.clone());
        let task = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let borrowed = lock(&idle).pop();
            let connection = match borrowed {
                Some(connection) => connection,
                None => schema::open_read_only(&file)?,
            };
            let answer = one_moment(&connection, query).map_err(at(&file));
            // A connection that gave an error may be of a file that is no longer there: the next query opens anew.
            if answer.is_ok() {
                lock(&idle).push(connection);
            }
            answer
        });
        task.await.map_err(|_| closed())?
    }
}

fn one_moment<T>(
    connection: &Connection,
    query: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = connection.unchecked_transaction()?;
    let answer = query(&transaction)?;
    transaction.commit()?;
    Ok(answer)
}

/// A list of connections has no state that a panic could leave half done.
fn lock(idle: &Mutex<Vec<Connection>>) -> std::sync::MutexGuard<'_, Vec<Connection>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
