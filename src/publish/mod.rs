//! The flow of one edition: changed sections from the store, drawn, written beside, renamed.
//!
//! In: the store, the configuration, and the moment. Out: an edition in the published folder, and what it did. Only
//! what changed is read and drawn, and laid beside as it is drawn; the news sitemap alone depends on the moment and is drawn
//! each time.

mod archives;
mod compress;
mod draft;
pub mod files;
mod look;
mod moves;
mod statics;
mod theme;
mod view;
mod watch;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::archives::{Archives, Documents};
use self::draft::Draft;
use self::files::Folder;
use self::moves::Moves;
use self::statics::Own;
use self::view::{ALL, Held, INDEX, Reading};
use crate::config::Config;
use crate::model::{Edition, EditionSection, FeedState, NEWS_FOR, SectionState, Theme, Timestamp, Trouble};
use crate::render;
use crate::store::{self, SectionLimits, Store, StoredEntry, StoredNews};

/// Entries of each section that the index page shows.
const INDEX_SECTION_ENTRIES: usize = 8;
/// Entries of all sections together among which the index page chooses what stands on top.
const INDEX_ENTRIES: usize = 60;
/// Troubles that one edition tells of.
const MAX_TROUBLES: usize = 50;

/// Why nothing was published. The old edition stands.
#[derive(Debug, Error)]
pub enum Error {
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// An output could not be drawn.
    #[error(transparent)]
    Render(#[from] render::Error),
    /// The folder could not be written.
    #[error(transparent)]
    Files(#[from] files::Error),
    /// A thread of ours died.
    #[error("publishing stopped in the middle: {0}; the old edition stands")]
    Thread(String),
}

/// What publishing did, as `publish --json` tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// Files that are new or have new bytes, without their packed forms.
    pub written: u64,
    /// Files that are as they were.
    pub unchanged: u64,
    /// What is left out of which output, and why.
    pub left_out: Vec<LeftOut>,
    /// When the next article leaves the news sitemap, or an archive the site, by age: then it has to be published again.
    #[serde(skip)]
    pub ages_at: Option<Timestamp>,
    /// What of the operator's own could not be used, sorted. All else is published.
    #[serde(skip)]
    pub troubles: Vec<Trouble>,
    /// Whether something waits for the place of what went with this edition, so that another one has to follow.
    #[serde(skip)]
    again: bool,
}

/// Items that are not in an output, for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// A section's id, "all", "index" or "sitemap-news".
    pub output: String,
    /// "`first_batch`", "`other_host`", ..
    pub reason: String,
    /// How many.
    pub items: u64,
}

/// Publishes what the store holds now. Waits for another publisher of the same folder as long as
/// [`crate::model::PUBLISH_LOCK_WAIT`].
///
/// # Errors
/// [`enum@Error`]; the old edition stands then.
pub async fn publish(store: &Store, config: &Arc<Config>, now: Timestamp) -> Result<Published, Error> {
    let first = edition(store, config, now).await?;
    if !first.again {
        return Ok(first);
    }
    let second = edition(store, config, now).await?;
    Ok(Published { written: first.written + second.written, ..second })
}

async fn edition(store: &Store, config: &Arc<Config>, now: Timestamp) -> Result<Published, Error> {
    let (dir, own) = (config.publish.dir.clone(), Own::new(config, [], []));
    let folder = apart(move || statics::make_room(Folder::open(&dir)?, &dir, &own)).await??;
    let last = folder.edition().cloned().unwrap_or_default();
    let plan = gather(store, config, &last, now).await?;
    let archive_ends = archives::end_at(store, config, now).await?;
    let (to, documents) = archives::documents();
    let reading = archives::read(store, plan.archives_to_draw(), to);
    let config = config.clone();
    let writing = apart(move || write(folder, &last, &config, plan, documents, now));
    let ((), published) = tokio::join!(reading, writing);
    let mut published = published??;
    published.ages_at = published.ages_at.into_iter().chain(archive_ends).min();
    Ok(published)
}

/// What is wrong with what the operator lays beside: the theme, found by trying it, and files that are in the way of
/// warta's own. Waits for the disk.
#[must_use]
pub fn troubles_beside(config: &Config) -> Vec<Trouble> {
    let theme = theme::read(config);
    let mut troubles = if theme.is_own() { render::try_theme(theme) } else { Vec::new() };
    troubles.extend(statics::troubles(config, &Own::new(config, [], [])));
    bounded(troubles)
}

/// No more of them than anybody reads, and how many more there are.
fn bounded(mut troubles: Vec<Trouble>) -> Vec<Trouble> {
    let more = troubles.split_off(troubles.len().min(MAX_TROUBLES));
    troubles.extend(more.first().map(|first| {
        let message = format!("this and {} more are in trouble", more.len() - 1);
        Trouble { message, hint: "mend those above first".to_owned(), ..first.clone() }
    }));
    troubles
}

/// A number that changes with what the operator lays beside; none where nothing does. Waits for the disk.
#[must_use]
pub fn beside(config: &Config) -> Option<u64> {
    watch::fingerprint(config)
}

async fn read_theme(config: &Arc<Config>) -> Result<Theme, Error> {
    let config = config.clone();
    apart(move || theme::read(&config)).await
}

/// What is published just now, for whoever only wants to tell.
///
/// # Errors
/// [`files::Error`] when the edition file cannot be read.
pub fn published(config: &Config) -> Result<Option<Edition>, files::Error> {
    files::read_edition(&config.publish.dir)
}

/// The same numbers as [`publish`] gives, of an edition that stands.
#[must_use]
pub fn left_out(edition: &Edition) -> Vec<LeftOut> {
    let of = |row: &EditionSection| {
        let output = row.id.clone();
        row.left_out.clone().into_iter().map(move |(reason, items)| LeftOut { output: output.clone(), reason, items })
    };
    edition.sections.iter().flat_map(of).collect()
}

/// Everything that one edition needs of the store.
struct Plan {
    store: String,
    look: String,
    theme: Theme,
    feeds: Vec<FeedState>,
    /// Every section with, where it changed, what it shows and what was left out.
    sections: Vec<(SectionState, Option<Changed>)>,
    /// The index page's rows, where anything changed.
    newest: Option<HashMap<String, Vec<StoredEntry>>>,
    news: StoredNews,
    moves: Moves,
    /// When anything was taken down last: no page drawn before that stays.
    taken_down: Option<Timestamp>,
}

impl Plan {
    /// Section and number of each archive that has to be drawn, in that order.
    fn archives_to_draw(&self) -> Vec<(String, i64)> {
        let changed = self.sections.iter().filter_map(|(state, changed)| Some((state, changed.as_ref()?)));
        let parts = changed.flat_map(|(state, changed)| changed.archives.changed.iter().map(move |part| (state, part)));
        parts.filter_map(|(state, part)| Some((state.id.clone(), part.archive?))).collect()
    }
}

/// A section that has to be drawn.
struct Changed {
    held: Held,
    left_out: Vec<(String, u64)>,
    archives: Archives,
}

/// Reads what changed since `last`.
async fn gather(store: &Store, config: &Arc<Config>, last: &Edition, now: Timestamp) -> Result<Plan, Error> {
    let theme = read_theme(config).await?;
    let store_id = store.store_id().await?;
    let look = look::of(config, &theme);
    let same_look = last.look == look && last.store == store_id;
    archives::settle(store, config, now).await?;
    let drawn: HashMap<&str, i64> = last.sections.iter().map(|row| (row.id.as_str(), row.revision)).collect();
    let mut sections = Vec::new();
    let mut any = !same_look;
    for state in store.sections().await? {
        let drawn = drawn.get(state.id.as_str()).copied().filter(|_| same_look);
        if drawn == Some(state.revision) {
            sections.push((state, None));
            continue;
        }
        any = true;
        let entries = store.section(&state.id, limits(config, &state.id)).await?;
        let held = Held { entries, deleted: store.deleted(&state.id, None).await? };
        let left_out = store.left_out(&state.id).await?;
        let archives = archives::changed(store, config, &state.id, drawn).await?;
        sections.push((state, Some(Changed { held, left_out, archives })));
    }
    any |= last.sections.iter().any(|row| row.revision != 0 && !sections.iter().any(|(state, _)| state.id == row.id));
    let newest = match any {
        true => Some(newest(store, config).await?),
        false => None,
    };
    Ok(Plan {
        store: store_id,
        look,
        theme,
        feeds: store.feeds(now).await?,
        sections,
        newest,
        news: {
            let config = config.clone();
            store.news(now.minus(NEWS_FOR), move |url| config.is_own(url)).await?
        },
        moves: Moves::new(config, store.former_ids().await?),
        taken_down: store.last_takedown().await?,
    })
}

async fn newest(store: &Store, config: &Config) -> Result<HashMap<String, Vec<StoredEntry>>, store::Error> {
    let mut newest = HashMap::new();
    for section in &config.sections {
        newest.insert(section.id.clone(), store.section_newest(&section.id, INDEX_SECTION_ENTRIES).await?);
    }
    newest.insert(ALL.to_owned(), store.section_newest(ALL, INDEX_ENTRIES).await?);
    Ok(newest)
}

fn limits(config: &Config, id: &str) -> SectionLimits {
    match config.section(id) {
        Some(section) => {
            SectionLimits { items: section.items, items_for: section.items_for, items_max: section.items_max }
        }
        None => {
            let publish = &config.publish;
            SectionLimits { items: publish.items, items_for: publish.items_for, items_max: publish.items_max }
        }
    }
}

/// Draws and writes, an output of a section at a time. Runs on a blocking thread.
fn write(
    mut folder: Folder,
    last: &Edition,
    config: &Config,
    mut plan: Plan,
    documents: Documents,
    now: Timestamp,
) -> Result<Published, Error> {
    let theme = std::mem::take(&mut plan.theme);
    let last_good = if last.store == plan.store { last } else { &Edition::default() };
    let mut edition = Draft::new(config, theme, last_good, plan.taken_down, &mut folder, documents, now);
    let reading = Reading::new(config, &plan.feeds);
    let opened = plan.sections.iter().map(|(state, _)| state.opened).min();
    let mut kept = HashSet::new();
    let mut kept_files = HashSet::new();
    let gone = plan.moves.gone(plan.sections.iter().map(|(state, _)| state), config.publish.archives);
    for (state, changed) in plan.sections {
        let former_ids = plan.moves.former_ids(&state.id);
        let old = last.sections.iter().find(|row| row.id == state.id);
        match (changed, old) {
            (Some(changed), _) => {
                kept_files.extend(changed.archives.kept_files(&state.id));
                edition.section(&reading, state, former_ids, changed)?;
            }
            (None, Some(old)) => {
                kept.extend(former_ids);
                kept.insert(state.id);
                edition.rows.push(old.clone());
            }
            (None, None) => {}
        }
    }
    let keep_site = plan.newest.is_none();
    let opened = opened.map_or(now, Timestamp::whole_seconds);
    match plan.newest {
        Some(newest) => edition.site(&view::site_view(&reading, &plan.feeds, newest, opened))?,
        None => edition.rows.extend(last.sections.iter().find(|row| row.id == INDEX).cloned()),
    }
    edition.sitemaps(&reading, &plan.news)?;
    let Draft { rows, ages_at, stays, mut troubles, site, .. } = edition;
    let own = Own::new(config, plan.moves.all_former_ids(), plan.moves.removed_ids());
    let next = Edition {
        store: plan.store,
        look: plan.look,
        base_url: site.base_url.to_string(),
        hub_url: site.hub.map(|hub| hub.to_string()).unwrap_or_default(),
        sections: rows,
        files: Vec::new(),
        redirects: plan.moves.redirects(),
        gone,
    };
    let left_out = left_out(&next);
    let again = statics::lay(&mut folder, config, &own, now, &mut troubles)?;
    let keep = |path: &str| match path.split_once('/') {
        _ if !own.is_own(path) => false,
        _ if stays.contains(path) => true,
        Some(_) if kept_files.contains(path) => true,
        Some((folder, _)) => kept.contains(folder),
        None => keep_site && !path.starts_with("sitemap"),
    };
    let written = folder.publish(keep, next)?;
    Ok(Published {
        written: written.written,
        unchanged: written.unchanged,
        left_out,
        ages_at,
        troubles: bounded(troubles.into_iter().collect()),
        again,
    })
}

/// Runs blocking work on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Thread(error.to_string()))
}

/// How long a change waits for others before an edition follows (surface.md "Commands").
pub const QUIET: Duration = Duration::from_secs(1);
/// How long an edition may be put off by further changes.
pub const PATIENCE: Duration = Duration::from_secs(5);
