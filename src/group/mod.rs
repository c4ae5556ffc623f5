//! The flow of grouping: stored reports that were not placed yet, in the order of their arrival, against the window of the
//! last days; where they belong goes back into the store.
//!
//! In: the store and the configuration. Out: entries that tell one event have one story. One grouper works on a store at a
//! time, in the process that polls or publishes.

use std::collections::HashMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_64;

use crate::clean::text;
use crate::config::{Config, FeedConfig};
use crate::dedup::{self, Joining, StoryHit, Window};
use crate::model::{Ask, Effect, FeedState, Grouped, Item, TextKind, Timestamp, Told, Ungrouped};
use crate::store::{self, Store};

/// Reports that are read, placed and written at once.
const BATCH: usize = 256;

/// Remembers the window between two calls.
#[derive(Debug, Default)]
pub struct Grouper {
    remembered: Option<Remembered>,
}

#[derive(Debug)]
struct Remembered {
    window: Window,
    joining: Joining,
    /// The newest report in it.
    newest: Option<i64>,
}

impl Grouper {
    /// Places every report that waits. Gives how many joined a story.
    ///
    /// # Errors
    /// When the store cannot be read or written; what was placed before stays.
    pub async fn run(&mut self, store: &Store, config: &Arc<Config>, now: Timestamp) -> Result<u32, store::Error> {
        let mut joined = 0;
        let mut outlets: Option<Outlets> = None;
        loop {
            let waiting = store.ungrouped(BATCH).await?;
            if waiting.is_empty() {
                return Ok(joined);
            }
            if outlets.is_none() {
                outlets = Some(Outlets::new(config, &store.feeds(now).await?));
            }
            let Some(outlets) = &outlets else { return Ok(joined) };
            let mut remembered = self.remembered(store, config, &waiting).await?;
            let placed: Vec<Grouped> =
                waiting.into_iter().map(|report| remembered.place(report, config, outlets)).collect();
            joined +=
                u32::try_from(placed.iter().filter(|grouped| grouped.joins.is_some()).count()).unwrap_or(u32::MAX);
            let oldest = remembered.window.oldest();
            let effects = move |_: &_| {
                let forget = oldest.map(|before| Effect::ForgetSignatures { before });
                placed.iter().cloned().map(|grouped| Effect::Group(Box::new(grouped))).chain(forget).collect()
            };
            store.write(Ask::default(), effects).await?;
            // Only what is on the disk is remembered: after a failure the window is read anew.
            self.remembered = Some(remembered);
        }
    }

    /// The window as it was left, or as the store has it where that is not what another process left.
    async fn remembered(
        &mut self,
        store: &Store,
        config: &Config,
        waiting: &[Ungrouped],
    ) -> Result<Remembered, store::Error> {
        let joining = joining(config);
        let newest = store.newest_grouped().await?;
        let kept = self.remembered.take().filter(|kept| kept.newest == newest && kept.joining == joining);
        if let Some(kept) = kept {
            return Ok(kept);
        }
        let mut window = Window::new(joining.clone());
        let first = waiting.first().map_or_else(Timestamp::epoch, |report| report.first_seen);
        for (told, story) in store.grouped_since(first.minus(joining.remembers())).await? {
            window.put(told, story);
        }
        Ok(Remembered { window, joining, newest })
    }
}

impl Remembered {
    fn place(&mut self, report: Ungrouped, config: &Config, outlets: &Outlets) -> Grouped {
        let Ungrouped { report, entry, story, is_alone, feed, first_seen, item } = report;
        let told = Told {
            report,
            outlet: outlets.of(feed),
            at: first_seen,
            signature: dedup::signature(&item.title, &lines(&item)),
            alone: dedup::is_column(&item.title, &config.dedup.never_group),
        };
        let hit = self.window.place(&told).story.filter(|hit| is_alone && hit.story != story);
        let story = hit.as_ref().map_or(story, |hit| hit.story);
        self.window.put(told.clone(), story);
        self.newest = Some(report);
        Grouped { told, entry, joins: hit.map(|hit| (hit.story, in_words(&hit))) }
    }
}

/// The text of an item, a line a paragraph: its content, else its summary.
fn lines(item: &Item) -> String {
    match (&item.content_html, &item.content_text, &item.summary_html, &item.summary) {
        (Some(html), ..) => text::paragraphs(html.as_str()),
        (None, Some(plain), ..) => plain.clone(),
        (None, None, Some(html), _) => text::paragraphs(html.as_str()),
        (None, None, None, Some(summary)) => text::plain(summary, TextKind::Plain),
        (None, None, None, None) => String::new(),
    }
}

/// Why a report joined a story, for its trail.
fn in_words(hit: &StoryHit) -> String {
    let StoryHit { score, threshold, shared, rival, .. } = hit;
    let rival = rival.map(|(story, score)| format!("; story {story} came next with {score:.2}")).unwrap_or_default();
    format!(
        "tells the event of story {}: {score:.2} alike where {threshold:.2} is enough, {shared} terms shared{rival}",
        hit.story
    )
}

/// How reports are joined, by feeds.toml.
fn joining(config: &Config) -> Joining {
    let dedup = &config.dedup;
    Joining { overlap: None, similarity: dedup.story_similarity, window: dedup.window }
}

/// Who speaks in which feed.
struct Outlets {
    by_feed: HashMap<i64, u64>,
}

impl Outlets {
    fn new(config: &Config, feeds: &[FeedState]) -> Self {
        let settings: HashMap<&str, &FeedConfig> = config.feeds.iter().map(|feed| (feed.key.as_str(), feed)).collect();
        let name = |row: &FeedState| FeedConfig::outlet_name(settings.get(row.url.as_str()).copied(), row);
        let hash = |row: &FeedState| (row.id, xxh3_64(name(row).unwrap_or_default().as_bytes()));
        Self { by_feed: feeds.iter().map(hash).collect() }
    }

    fn of(&self, feed: i64) -> u64 {
        self.by_feed.get(&feed).copied().unwrap_or_default()
    }
}
