//! One edition in the making: views drawn by all outputs, laid beside as they are drawn; what the operator's theme cannot
//! draw is kept, or drawn by warta's own.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::time::Duration;

use super::archives::{Archives, Documents};
use super::files::{Folder, NewFile};
use super::view::{self, INDEX, Reading};
use super::{Changed, Error, moves};
use crate::config::Config;
use crate::model::{
    Edition, EditionSection, NEWS_FOR, PagesView, Part, SectionState, Site, SiteView, Theme, Timestamp, Trouble,
};
use crate::render::{self, Drawn, DrawnFile, OUTPUTS, Output, Scope, View};
use crate::store::StoredNews;

/// Name of the news sitemap among the outputs.
const NEWS: &str = "sitemap-news";

/// An edition in the making.
pub(super) struct Draft<'a> {
    config: &'a Config,
    /// With the operator's theme, and with warta's own.
    pub(super) site: Site,
    plain: Site,
    /// The edition whose pages stay where the operator's theme cannot draw them.
    last: &'a Edition,
    folder: &'a mut Folder,
    documents: Documents,
    pub(super) rows: Vec<EditionSection>,
    now: Timestamp,
    pub(super) ages_at: Option<Timestamp>,
    /// When something was last taken down of what has to be drawn.
    taken_down: Option<Timestamp>,
    /// Published pages that stay because they could not be drawn anew.
    pub(super) stays: HashSet<String>,
    /// Outputs that are drawn no more with the operator's theme, because each costs all that a page may.
    given_up: HashSet<&'static str>,
    pub(super) troubles: BTreeSet<Trouble>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
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

    pub(super) fn section(
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

    pub(super) fn site(&mut self, view: &SiteView) -> Result<(), Error> {
        self.draw(Scope::Site, &View::Site(view))?;
        let items = view.newest.len() as u64;
        self.rows.push(row(INDEX, items, view.updated, Vec::new()));
        Ok(())
    }

    pub(super) fn sitemaps(&mut self, reading: &Reading<'_>, stored: &StoredNews) -> Result<(), Error> {
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
