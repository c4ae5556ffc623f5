//! A document that came, read apart from everything else, so that what it does to its reader hurts no other feed.
//!
//! In comes a document, out goes a cleaned feed, or its feed's failure. What kills the whole process has left a mark.

use std::panic::AssertUnwindSafe;

use super::{World, judging};
use crate::config::FeedConfig;
use crate::ingest;
use crate::model::{Document, Failure, FailureKind, Feed, MAX_LOST_READINGS, Timestamp};

/// A document on its way to be read.
pub(super) struct Unread<'a> {
    /// Its feed.
    pub(super) feed: &'a FeedConfig,
    /// Its address as people may see it.
    pub(super) address: &'a str,
    /// What came.
    pub(super) document: Document,
    /// Hash of its body.
    pub(super) hash: u128,
}

/// Parses, cleans and judges on a blocking thread. A panic there is this feed's failure and nobody else's. What kills the whole
/// process is known by its mark when it comes again: then it is read alone, so that nobody is blamed in its place, and
/// after [`MAX_LOST_READINGS`] it is not read any more.
pub(super) async fn ingest_apart(world: &World, unread: Unread<'_>, now: Timestamp) -> Result<Feed, Failure> {
    let Unread { feed, address, document, hash } = unread;
    let failure = |kind, message| Failure { kind, status: None, message: format!("{address}: {message}") };
    let policy = world.ingest_policy(feed);
    let mut permit = world.ingesting.acquire().await;
    let begun = world.store.begin_reading(&feed.key, hash);
    if begun > MAX_LOST_READINGS {
        // The feed's row remembers it from here on; whoever wakes the feed gives the document another chance.
        world.store.end_reading(&feed.key);
        let message = "reading this document ended warta before, so it is not read; please report it with the document";
        return Err(failure(FailureKind::Deadly, message.to_owned()));
    }
    if begun > 1 {
        drop(permit);
        permit = world.ingesting.acquire_many(world.cores).await;
    }
    let (store, key) = (world.store.clone(), feed.key.clone());
    let (rules, config, asked) = (world.rules.clone(), world.config.clone(), feed.clone());
    let work = move || {
        let read = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let feed = ingest::ingest(&document, &policy, now);
            feed.map(|feed| judging::judge_all(&rules, &config, &asked, feed, now))
        }));
        store.end_reading(&key);
        read
    };
    let read = tokio::task::spawn_blocking(work).await;
    drop(permit);
    match read {
        Ok(Ok(Ok(feed))) => Ok(feed),
        Ok(Ok(Err(not_a_feed))) => Err(failure(FailureKind::NotAFeed, not_a_feed.to_string())),
        Ok(Err(_)) | Err(_) => {
            let message = "reading this document failed inside warta; please report it with the document";
            Err(failure(FailureKind::Internal, message.to_owned()))
        }
    }
}
