//! Archives (RFC 5005) of a section: which have to be drawn anew, and which document links to which.

use std::time::Duration;

use crate::config::Config;
use crate::model::{MAX_ARCHIVED_AT_ONCE, Part, Timestamp};
use crate::store::{self, ALL, Archive, Store, StoredEntry, kept_since};

/// The archives of a section that is drawn.
#[derive(Default)]
pub(super) struct Archives {
    /// Their numbers, the oldest first.
    pub(super) chain: Vec<i64>,
    /// Those that changed, with what they hold.
    pub(super) entries: Vec<(Part, Vec<StoredEntry>)>,
}

impl Archives {
    /// Paths of the files that stay as they are.
    pub(super) fn kept_files(&self, section: &str) -> impl Iterator<Item = String> {
        let is_drawn = |n: &&i64| self.entries.iter().any(|(part, _)| part.archive == Some(**n));
        let kept = self.chain.iter().filter(move |n| !is_drawn(n));
        kept.flat_map(move |n| ["xml", "json"].map(|ending| format!("{section}/archive/{n}.{ending}")))
    }
}

/// Lays what waits into archives and removes those that are over the time to keep, section by section, until as much is
/// laid away as one edition draws. True where something may be left for the next edition. Writes nothing where there is
/// nothing to do.
pub(super) async fn settle(store: &Store, config: &Config, now: Timestamp) -> Result<bool, store::Error> {
    let since = kept_since(config.storage.keep, now);
    let (mut entries, mut more) = (0, false);
    for id in config.sections.iter().map(|section| section.id.as_str()).chain([ALL]) {
        if entries >= MAX_ARCHIVED_AT_ONCE {
            return Ok(true);
        }
        let settled = store.settle_archives(id, super::limits(config, id), since).await?;
        entries += settled.entries;
        more |= settled.any;
    }
    Ok(more)
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
    let mut entries = Vec::new();
    for part in to_draw(&stored, drawn) {
        if let Some(n) = part.archive {
            entries.push((part, store.archive(id, n).await?));
        }
    }
    Ok(Archives { chain: stored.iter().map(|archive| archive.n).collect(), entries })
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
