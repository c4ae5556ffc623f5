//! `SQLite`: one writer thread, read-only readers. The only room that knows SQL.
//!
//! What comes in is an [`Ask`] with a pure decision, or a question; what goes out are values of the model. No SQL and no
//! type of the database leaves, nothing is decided about news here, no time is asked and no network touched.

mod apply;
mod archives;
mod asks;
mod codec;
mod configure;
mod entries;
mod error;
mod feeds;
mod groups;
mod hub;
mod ids;
mod known;
mod leases;
mod lock;
mod readers;
mod readings;
mod renames;
mod requests;
mod schema;
mod sections;
mod takedowns;
mod subscribers;
mod tidy;
mod verdicts;
mod worker;

use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

pub use archives::{Archive, kept_since};
pub use asks::PostedAsk;
pub use configure::{ALL, Configured, Wanted, WantedFeed, WantedSection};
pub use entries::{LeftOutCount, OtherReport, OwnReport, SectionLimits, StoredEntry, StoredNews};
pub use error::{Error, Kind};
pub use leases::LeaseWork;
pub use lock::{Lock, LockError};
pub use sections::FormerIds;
pub use subscribers::{Delivered, HubWork};
use url::Url;
pub use verdicts::StoredReport;

use crate::model::{
    Applied, Ask, Effect, FeedState, HostHold, Known, Lease, MAX_WAITING_WRITES, RequestRecord, SectionState,
    Timestamp, Told, Ungrouped,
};
use error::at;
use readers::Readers;
use readings::Readings;
use worker::{Job, Write};

/// What a call of the store gives.
pub type Result<T> = std::result::Result<T, Error>;

/// A handle on one database. Shared by reference; when it is dropped, what waits is written and the writer ends.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    readers: Readers,
    readings: Readings,
    writer: Option<WriterHandle>,
    /// Unlike that of any other opened store: marks the asks that this one took.
    token: String,
}

#[derive(Debug)]
struct WriterHandle {
    jobs: mpsc::Sender<Job>,
    thread: JoinHandle<()>,
}

impl Store {
    /// Opens the store at `path` for reading and writing; makes folder and file where they are missing.
    ///
    /// # Errors
    /// Where the file is damaged, another program's, of a newer warta, locked, or cannot be written.
    pub fn open(path: &Path) -> Result<Self> {
        let connection = schema::open(path)?;
        let token = connection.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0)).map_err(at(path))?;
        let (jobs, inbox) = mpsc::channel(MAX_WAITING_WRITES);
        let file = path.to_owned();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || worker::run(connection, &file, inbox))
            .map_err(|error| Error::Failed { path: path.to_owned(), cause: error.to_string() })?;
        let writer = Some(WriterHandle { jobs, thread });
        Ok(Self {
            path: path.to_owned(),
            readings: Readings::beside(path),
            readers: Readers::new(path, Vec::new()),
            writer,
            token,
        })
    }

    /// Opens the store at `path` for reading alone; every write is refused.
    ///
    /// # Errors
    /// As [`Store::open`], and where there is no store.
    pub fn open_read_only(path: &Path) -> Result<Self> {
        let connection = schema::open_read_only(path)?;
        let readers = Readers::new(path, vec![connection]);
        Ok(Self {
            path: path.to_owned(),
            readings: Readings::beside(path),
            readers,
            writer: None,
            token: String::new(),
        })
    }

    /// The database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Looks up what is asked, lets `decide` decide and stores the effects, all in one transaction that is on the disk
    /// when this returns. `decide` may run more than once; a panic in it undoes this write and no other.
    ///
    /// # Errors
    /// [`Kind::OneWrite`] where this write alone failed, else the store's trouble. Nothing of it is stored then.
    pub async fn write(&self, ask: Ask, decide: impl Fn(&Known) -> Vec<Effect> + Send + 'static) -> Result<Applied> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Write(Write { ask, decide: Box::new(decide), reply })).await?;
        answer.await.map_err(|_| self.closed())?
    }

    /// Remembers that reading a document of a feed begins, so that one whose reading kills the process is known to the
    /// next. Tells how often that began, this time included, and did not end. Waits for no disk.
    #[must_use]
    pub fn begin_reading(&self, feed: &str, document: u128) -> u32 {
        self.readings.begin(feed, document)
    }

    /// Reading a document of this feed has ended, well or not.
    pub fn end_reading(&self, feed: &str) {
        self.readings.end(feed);
    }

    /// Makes the rows of feeds and sections what feeds.toml says.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn configure(&self, wanted: Wanted) -> Result<Configured> {
        self.change(move |connection| configure::configure(connection, &wanted)).await
    }

    /// Feeds that are due at `now`, the longest overdue first, at most `limit`. Never among them: paused, gone and
    /// quarantined ones, and those that left feeds.toml.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<FeedState>> {
        self.readers.read(move |connection| feeds::due(connection, now, limit)).await
    }

    /// Brings what a wrong clock wrote in the future back to `now`, all of it by as much; by how much, where it did.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn set_back(&self, now: Timestamp) -> Result<Option<std::time::Duration>> {
        self.change(move |connection| feeds::set_back(connection, now)).await
    }

    /// When the next feed is due; none where no feed can be.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.readers.read(feeds::next_due).await
    }

    /// Every feed that the store remembers, those that left feeds.toml too: their items stay published.
    /// `now` is the end of the seven days that `new_7d` counts.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn feeds(&self, now: Timestamp) -> Result<Vec<FeedState>> {
        self.readers.read(move |connection| feeds::all(connection, now)).await
    }

    /// The feed configured under `url`.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn feed(&self, url: &str, now: Timestamp) -> Result<Option<FeedState>> {
        let url = url.to_owned();
        self.readers.read(move |connection| feeds::counted(connection, &url, now)).await
    }

    /// What was asked of the feed configured under `url` at or after `since`, the oldest first.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn requests(&self, url: &str, since: Timestamp) -> Result<Vec<RequestRecord>> {
        let url = url.to_owned();
        self.readers.read(move |connection| requests::since(connection, &url, since)).await
    }

    /// What is remembered of hosts.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn hosts(&self) -> Result<Vec<HostHold>> {
        self.readers.read(feeds::hosts).await
    }

    /// Where the rows of WebSub subscriptions do not follow what feeds offer, at most so much of each kind. `callbacks`
    /// is what all callbacks begin with; without it nobody shall be subscribed to.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn lease_work(&self, callbacks: Option<String>, limit: usize) -> Result<LeaseWork> {
        self.readers.read(move |connection| leases::work(connection, callbacks.as_deref(), limit)).await
    }

    /// WebSub subscriptions of which something is due, the longest overdue first, at most `limit`.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn leases_due(&self, now: Timestamp, limit: usize) -> Result<Vec<Lease>> {
        self.readers.read(move |connection| leases::due(connection, now, limit)).await
    }

    /// The WebSub subscription whose callback ends in `token`.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn lease(&self, token: &str) -> Result<Option<Lease>> {
        let token = token.to_owned();
        self.readers.read(move |connection| leases::by_token(connection, &token)).await
    }

    /// The wanted WebSub subscription of the feed configured under `url`.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn lease_of(&self, url: &str) -> Result<Option<Lease>> {
        let url = url.to_owned();
        self.readers.read(move |connection| leases::of_feed(connection, &url)).await
    }

    /// Every section of feeds.toml and "all", each with a revision that moves whenever its outputs may have changed.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn sections(&self) -> Result<Vec<SectionState>> {
        self.readers.read(entries::sections).await
    }

    /// Ids that no section of feeds.toml has any more, and where their addresses lead.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn former_ids(&self) -> Result<FormerIds> {
        self.readers.read(sections::former_ids).await
    }

    /// What a section shows, whole, the newest arrival first; nothing for an unknown section.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn section(&self, id: &str, limits: SectionLimits) -> Result<Vec<StoredEntry>> {
        let id = id.to_owned();
        self.readers.read(move |connection| entries::section(connection, &id, limits)).await
    }

    /// Makes the archive documents of a section that are full, and removes those whose newest entry arrived before
    /// `since`, in one write of bounded length. True where there may be more to do; nothing is written where there is
    /// nothing.
    ///
    /// # Errors
    /// The store's trouble; nothing has changed then.
    pub async fn settle_archives(&self, id: &str, limits: SectionLimits, since: Option<Timestamp>) -> Result<bool> {
        let name = id.to_owned();
        if !self.readers.read(move |connection| archives::is_unsettled(connection, &name, limits, since)).await? {
            return Ok(false);
        }
        let name = id.to_owned();
        self.change(move |connection| archives::settle(connection, &name, limits, since)).await
    }

    /// The archive documents of a section, the oldest first.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn archives(&self, id: &str) -> Result<Vec<Archive>> {
        let id = id.to_owned();
        self.readers.read(move |connection| archives::of_section(connection, &id)).await
    }

    /// When the newest entry arrived of the archive of each section that is to be removed first.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn oldest_archives(&self) -> Result<Vec<Timestamp>> {
        self.readers.read(archives::oldest).await
    }

    /// What archive document `n` of a section holds, whole, the newest arrival first.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn archive(&self, id: &str, n: i64) -> Result<Vec<StoredEntry>> {
        let id = id.to_owned();
        self.readers.read(move |connection| archives::entries_of(connection, &id, n)).await
    }

    /// The newest `n` arrivals of a section without their bodies.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn section_newest(&self, id: &str, n: usize) -> Result<Vec<StoredEntry>> {
        let id = id.to_owned();
        self.readers.read(move |connection| entries::section_newest(connection, &id, n)).await
    }

    /// What the news sitemap may show: reports published at or after `since` at an `own` address.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn news(&self, since: Timestamp, own: impl Fn(&Url) -> bool + Send + 'static) -> Result<StoredNews> {
        self.readers.read(move |connection| entries::news(connection, since, own)).await
    }

    /// Reports that wait to be placed among the stories, in the order of their arrival, at most so many.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn ungrouped(&self, limit: usize) -> Result<Vec<Ungrouped>> {
        self.readers.read(move |connection| groups::waiting(connection, limit)).await
    }

    /// The placed reports that arrived since, in the order of their arrival, each with its story's number.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn grouped_since(&self, since: Timestamp) -> Result<Vec<(Told, i64)>> {
        self.readers.read(move |connection| groups::since(connection, since)).await
    }

    /// The number of the newest report that was placed.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn newest_grouped(&self) -> Result<Option<i64>> {
        self.readers.read(groups::newest).await
    }

    /// Reports that came at or after `since` and have a number above `after`, the oldest first, at most so many: whole,
    /// with what rules said of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn judged(&self, since: Timestamp, after: i64, most: usize) -> Result<Vec<StoredReport>> {
        self.readers.read(move |connection| verdicts::stored(connection, since, after, most)).await
    }

    /// How many items of a section's feeds are stored and shown in none of its outputs, by reason.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn left_out(&self, id: &str) -> Result<Vec<LeftOutCount>> {
        let id = id.to_owned();
        self.readers.read(move |connection| entries::left_out(connection, &id)).await
    }

    /// The authority of all ids ("berita.example,2026"); none as long as ids are provisional.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn authority(&self) -> Result<Option<String>> {
        self.readers.read(ids::authority).await
    }

    /// When rows last followed a feeds.toml.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn configured_at(&self) -> Result<Option<Timestamp>> {
        let text = self.readers.read(|connection| ids::value(connection, "configured_at")).await?;
        Ok(text.and_then(|millis| millis.parse().ok()).map(Timestamp::from_unix_millis))
    }

    /// What makes this store unlike any other: 32 hexadecimal digits, drawn when it was made.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn store_id(&self) -> Result<String> {
        Ok(self.readers.read(|connection| ids::value(connection, "store_id")).await?.unwrap_or_default())
    }

    /// Asks the process that polls to do something; gives the number of the ask.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn post_ask(&self, kind: &str, body: &str, now: Timestamp) -> Result<i64> {
        let (kind, body) = (kind.to_owned(), body.to_owned());
        self.change(move |connection| asks::post(connection, &kind, &body, now)).await
    }

    /// Takes what others asked for; each ask is given to this handle once.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn take_asks(&self, most: usize) -> Result<Vec<PostedAsk>> {
        let token = self.token.clone();
        self.change(move |connection| asks::take(connection, &token, most)).await
    }

    /// Answers an ask.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn answer_ask(&self, id: i64, text: &str) -> Result<()> {
        let text = text.to_owned();
        self.change(move |connection| asks::answer(connection, id, &text)).await
    }

    /// The answer to an ask, once there is one.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn ask_answer(&self, id: i64) -> Result<Option<String>> {
        self.readers.read(move |connection| asks::answer_of(connection, id)).await
    }

    /// A number that moves whenever another process has written to the store, and never by our own writes.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn changed_elsewhere(&self) -> Result<i64> {
        // Only on the writer's own connection do its commits not count.
        self.alone(|connection| connection.query_row("PRAGMA data_version", [], |row| row.get(0))).await
    }

    /// Writes a little, to see whether the store can be written.
    ///
    /// # Errors
    /// When it cannot.
    pub async fn probe(&self, now: Timestamp) -> Result<()> {
        self.change(move |connection| ids::set_value(connection, "probed_at", Some(&now.to_rfc3339()))).await
    }

    /// Forgets requests, events and asks that are too old, and folds the log into the database.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn tidy(&self, now: Timestamp) -> Result<()> {
        self.change(move |connection| tidy::forget(connection, now)).await?;
        self.alone(|connection| tidy::checkpoint(connection)).await
    }

    /// Writes what waits, folds the log into the database, and ends the writer.
    pub async fn close(mut self) {
        if let Some(WriterHandle { jobs, thread }) = self.writer.take() {
            drop(jobs);
            // The thread ends after what was sent; it answers nobody who could be told of a failure now.
            let _ = tokio::task::spawn_blocking(move || thread.join()).await;
        }
    }

    /// Runs `work` on the writer's connection in a transaction of its own.
    async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        self.alone(move |connection| {
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = work(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })
        .await
    }

    /// Runs `work` on the writer's connection.
    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Alone(Box::new(move |connection| {
            let _ = reply.send(work(connection));
        })))
        .await?;
        answer.await.map_err(|_| self.closed())?.map_err(at(&self.path))
    }

    async fn send(&self, job: Job) -> Result<()> {
        let Some(writer) = &self.writer else {
            let cause = "opened for reading alone".to_owned();
            return Err(Error::ReadOnly { path: self.path.clone(), cause });
        };
        writer.jobs.send(job).await.map_err(|_| self.closed())
    }

    fn closed(&self) -> Error {
        Error::Closed { path: self.path.clone() }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Some(WriterHandle { jobs, thread }) = self.writer.take() {
            drop(jobs);
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests;

/// Version of the bundled `SQLite`.
#[must_use]
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}
