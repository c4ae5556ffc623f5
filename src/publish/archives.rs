//! Archives (RFC 5005) of a section: which have to be drawn anew, and which document links to which.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::mpsc;

use super::view::Held;
use crate::config::Config;
use crate::model::{Part, Timestamp};
use crate::store::{self, ALL, Archive, Store, kept_since};

/// Archives that are read and not drawn yet, at most: the next one while one is drawn.
const READ_AHEAD: usize = 1;

/// The archives of a section that is drawn.
#[derive(Default)]
pub(super) struct Archives {
    /// Their numbers, the oldest first.
    pub(super) chain: Vec<i64>,
    /// Those that changed.
    pub(super) changed: Vec<Part>,
}

impl Archives {
    /// Paths of the files that stay as they are.
    pub(super) fn kept_files(&self, section: &str) -> impl Iterator<Item = String> {
        let changed: BTreeSet<i64> = self.changed.iter().filter_map(|part| part.archive).collect();
        let kept = self.chain.iter().filter(move |n| !changed.contains(n));
        kept.flat_map(move |n| ["xml", "json"].map(|ending| format!("{section}/archive/{n}.{ending}")))
    }
}

/// What archives hold, one after the other in the order in which they are drawn, so that a whole history is never in
/// memory.
pub(super) type Documents = mpsc::Receiver<Result<Held, store::Error>>;

/// The two ends of the way on which archives come from the store to where they are drawn.
pub(super) fn documents() -> (mpsc::Sender<Result<Held, store::Error>>, Documents) {
    mpsc::channel(READ_AHEAD)
}

/// Reads archives, by section and number, as fast as they are drawn. Ends early where nobody draws any more.
pub(super) async fn read(store: &Store, wanted: Vec<(String, i64)>, to: mpsc::Sender<Result<Held, store::Error>>) {
    for (id, n) in wanted {
        if to.send(document(store, &id, n).await).await.is_err() {
            return;
        }
    }
}

async fn document(store: &Store, id: &str, n: i64) -> Result<Held, store::Error> {
    Ok(Held { entries: store.archive(id, n).await?, deleted: store.deleted(id, Some(n)).await? })
}

/// Lays what waits into archives and removes those that are over the time to keep, in every section, in writes of a
/// bounded length. Writes nothing where there is nothing to do.
pub(super) async fn settle(store: &Store, config: &Config, now: Timestamp) -> Result<(), store::Error> {
    let since = kept_since(config.storage.keep, now);
    for id in config.sections.iter().map(|section| section.id.as_str()).chain([ALL]) {
        while store.settle_archives(id, super::limits(config, id), since).await? {}
    }
    Ok(())
}

/// When the next archive is over the time to keep; none where all is kept, or nothing is archived.
pub(super) async fn end_at(store: &Store, config: &Config, now: Timestamp) -> Result<Option<Timestamp>, store::Error> {
    let Some(keep) = config.storage.keep else { return Ok(None) };
    let ends = store.oldest_archives().await?.into_iter().map(|newest| newest.plus(keep + Duration::from_secs(1)));
    Ok(ends.filter(|end| *end > now).min())
}

/// The archives of a section of which revision `drawn` is published; without one, all have to be drawn.
pub(super) async fn changed(
    store: &Store,
    config: &Config,
    id: &str,
    drawn: Option<i64>,
) -> Result<Archives, store::Error> {
    if !config.publish.archives {
        return Ok(Archives::default());
    }
    let stored = store.archives(id).await?;
    Ok(Archives { chain: stored.iter().map(|archive| archive.n).collect(), changed: to_draw(&stored, drawn) })
}

/// The archives that changed after revision `drawn` of their section, each with the one before it.
fn to_draw(archives: &[Archive], drawn: Option<i64>) -> Vec<Part> {
    let before = std::iter::once(None).chain(archives.iter().map(|archive| Some(archive.n)));
    let changed = archives.iter().zip(before).filter(|(archive, _)| drawn.is_none_or(|drawn| archive.revision > drawn));
    changed.map(|(archive, previous)| Part { archive: Some(archive.n), previous }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_changed_is_read_and_drawn() {
        let archives = [(4, 9), (5, 2), (6, 3), (7, 9)].map(|(n, revision)| Archive { n, revision });
        let part = |n, previous| Part { archive: Some(n), previous };
        assert_eq!(to_draw(&archives, Some(8)), [part(4, None), part(7, Some(6))]);
        assert_eq!(to_draw(&archives, Some(9)), []);
        assert_eq!(to_draw(&archives, None).len(), 4);
    }
}
