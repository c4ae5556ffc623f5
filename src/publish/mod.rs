//! The flow of one edition: changed sections from the store, drawn, written beside, renamed.
//!
//! In: the store, the configuration, and the moment. Out: an edition in the published folder, and what it did. Only
//! what changed is read and drawn, and laid beside as it is drawn; the news sitemap alone depends on the moment and is drawn
//! each time.

mod archives;
mod compress;
pub mod files;
mod look;
mod moves;
mod theme;
mod view;
mod watch;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use self::archives::{Archives, Documents};
use self::files::{Folder, NewFile};
use self::moves::Moves;
use self::view::{ALL, Held, INDEX, Reading};
use crate::config::Config;
use crate::model::{
    Edition, EditionSection, FeedState, NEWS_FOR, PagesView, Part, SectionState, Site, SiteView, Theme, Timestamp,
    Trouble,
};
use crate::render::{self, Drawn, DrawnFile, OUTPUTS, Output, Scope, View};
use crate::store::{self, SectionLimits, Store, StoredEntry, StoredNews};

/// Entries of each section that the index page shows.
const INDEX_SECTION_ENTRIES: usize = 8;
/// Entries of all sections together that the index page shows.
const INDEX_ENTRIES: usize = 24;
/// Name of the news sitemap among the outputs.
const NEWS: &str = "sitemap-news";

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
    let dir = config.publish.dir.clone();
    let folder = apart(move || Folder::open(&dir)).await??;
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

/// What is wrong with the operator's theme, found by trying it. Waits for the disk.
#[must_use]
pub fn try_theme(config: &Config) -> Vec<Trouble> {
    let theme = theme::read(config);
    if theme.is_own() { render::try_theme(theme) } else { Vec::new() }
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
    let changed = plan.sections.iter().filter_map(|(_, changed)| changed.as_ref());
    let taken_down = changed.flat_map(|changed| &changed.held.deleted).map(|entry| entry.at).max();
    let mut edition = Draft::new(config, theme, last_good, taken_down, &mut folder, documents, now);
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
    let Draft { rows, ages_at, stays, troubles, site, .. } = edition;
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
    let keep = |path: &str| match path.split_once('/') {
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
        troubles: troubles.into_iter().collect(),
    })
}

/// An edition in the making.
struct Draft<'a> {
    config: &'a Config,
    /// With the operator's theme, and with warta's own.
    site: Site,
    plain: Site,
    /// The edition whose pages stay where the operator's theme cannot draw them.
    last: &'a Edition,
    folder: &'a mut Folder,
    documents: Documents,
    rows: Vec<EditionSection>,
    now: Timestamp,
    ages_at: Option<Timestamp>,
    /// When something was last taken down of what has to be drawn.
    taken_down: Option<Timestamp>,
    /// Published pages that stay because they could not be drawn anew.
    stays: HashSet<String>,
    /// Outputs that are drawn no more with the operator's theme, because each costs all that a page may.
    given_up: HashSet<&'static str>,
    troubles: BTreeSet<Trouble>,
}

impl<'a> Draft<'a> {
    fn new(
        config: &'a Config,
        theme: Theme,
        last: &'a Edition,
        taken_down: Option<Timestamp>,
        folder: &'a mut Folder,
        documents: Documents,
        now: Timestamp,
    ) -> Self {
        Self {
            config,
            site: view::site(config, theme),
            plain: view::site(config, Theme::default()),
            last,
            folder,
            documents,
            rows: Vec::with_capacity(config.sections.len() + 3),
            now,
            ages_at: None,
            taken_down,
            stays: HashSet::new(),
            given_up: HashSet::new(),
            troubles: BTreeSet::new(),
        }
    }

    /// Draws all outputs of a scope and lays them beside; gives what the last of them counted.
    fn draw(&mut self, scope: Scope, view: &View<'_>) -> Result<Option<Drawn>, Error> {
        let mut files = Vec::new();
        let mut counted = None;
        for output in OUTPUTS.iter().filter(|output| output.scope == scope) {
            let mut drawn = self.draw_one(output, view)?;
            files.extend(drawn.files.drain(..).map(new_file));
            counted = Some(drawn);
        }
        if let (Scope::Section, View::Section(section)) = (scope, view) {
            files.extend(moves::feeds_under(&section.former_ids, &section.id, &files));
        }
        self.folder.stage(files, self.now)?;
        Ok(counted)
    }

    /// Draws an output. What the operator's theme cannot draw stays as it was published last; what was not published
    /// yet is drawn with warta's own.
    fn draw_one(&mut self, output: &Output, view: &View<'_>) -> Result<Drawn, Error> {
        if !self.given_up.contains(output.name) {
            match (output.draw)(view, &self.site) {
                Err(render::Error::Theme { trouble, is_endless }) => {
                    self.troubles.insert(*trouble);
                    self.given_up.extend(is_endless.then_some(output.name));
                }
                drawn => return Ok(drawn?),
            }
        }
        let mut drawn = (output.draw)(view, &self.plain)?;
        // A page that was another section's, or led elsewhere, is no former form of this one.
        let was_there = |id: &str| self.last.sections.iter().any(|row| row.id == id);
        if output.stays(view, was_there) {
            // What was taken down is in no page of before that stays.
            let may_stay = |at: Timestamp| self.taken_down.is_none_or(|taken| at > taken);
            let stays = |file: &DrawnFile| self.folder.stands_since(&file.path).is_some_and(may_stay);
            let (stay, files): (Vec<_>, Vec<_>) = drawn.files.into_iter().partition(stays);
            drawn.files = files;
            self.stays.extend(stay.into_iter().map(|file| file.path));
        }
        Ok(drawn)
    }

    fn section(
        &mut self,
        reading: &Reading<'_>,
        state: SectionState,
        former_ids: Vec<String>,
        changed: Changed,
    ) -> Result<(), Error> {
        let Archives { chain, changed: archives } = changed.archives;
        let newest = Part { archive: None, previous: chain.last().copied() };
        let mut view = view::section(reading, &state, newest, changed.held);
        view.former_ids = former_ids;
        self.draw(Scope::Section, &View::Section(&view))?;
        for part in archives {
            let gone = || Error::Thread("nobody reads the archives any more".to_owned());
            let held = self.documents.blocking_recv().ok_or_else(gone)??;
            let archive = view::section(reading, &state, part, held);
            self.draw(Scope::Archive, &View::Section(&archive))?;
        }
        self.rows.push(EditionSection {
            id: state.id,
            revision: state.revision,
            items: view.entries.len() as u64,
            changed: view.updated,
            left_out: changed.left_out,
        });
        Ok(())
    }

    fn site(&mut self, view: &SiteView) -> Result<(), Error> {
        self.draw(Scope::Site, &View::Site(view))?;
        let items = view.newest.len() as u64;
        self.rows.push(row(INDEX, items, view.updated, Vec::new()));
        Ok(())
    }

    fn sitemaps(&mut self, reading: &Reading<'_>, stored: &StoredNews) -> Result<(), Error> {
        let now = self.now;
        let (news, mut left_out) = view::news(reading, stored, now);
        let ends = news.articles.iter().map(|article| article.date.plus(NEWS_FOR + Duration::from_secs(1)));
        self.ages_at = ends.filter(|end| *end > now).min();
        let pages: PagesView = view::pages(self.config, |id| {
            self.rows.iter().find(|row| row.id == id).map_or_else(Timestamp::epoch, |row| row.changed)
        });
        if let Some(drawn) = self.draw(Scope::News, &View::News(&news))? {
            for (reason, items) in drawn.left_out {
                *left_out.entry(reason).or_default() += items;
            }
            let left_out: BTreeMap<String, u64> = left_out.into_iter().collect();
            self.rows.push(row(NEWS, drawn.items, drawn.changed, left_out.into_iter().collect()));
        }
        self.draw(Scope::Pages, &View::Pages(&pages))?;
        self.draw(Scope::Sitemaps, &View::Sitemaps(&news, &pages))?;
        Ok(())
    }
}

/// A row of an output that is no section: it has no revision.
fn row(id: &str, items: u64, changed: Timestamp, left_out: Vec<(String, u64)>) -> EditionSection {
    EditionSection { id: id.to_owned(), revision: 0, items, changed, left_out }
}

fn new_file(drawn: DrawnFile) -> NewFile {
    NewFile { path: drawn.path, media_type: drawn.media_type, bytes: drawn.bytes, noindex: drawn.noindex }
}

/// Runs blocking work on a thread of its own.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Thread(error.to_string()))
}

/// How long a change waits for others before an edition follows (surface.md "Commands").
pub const QUIET: Duration = Duration::from_secs(1);
/// How long an edition may be put off by further changes.
pub const PATIENCE: Duration = Duration::from_secs(5);
