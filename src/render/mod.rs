//! Views in, files out: RSS, Atom, JSON Feed, pages, OPML, sitemaps, robots.txt.
//!
//! Every output is a row of [`OUTPUTS`] and a pure function of a view and the site. The same view gives the same bytes:
//! nothing here asks the time, reads a file or knows the store. Only HTML that went through the sanitiser
//! ([`crate::model::CleanHtml`]) is written as HTML; every other text is escaped.

mod also;
mod atom;
mod extensions;
mod html;
mod json;
mod opml;
mod phrases;
mod robots;
mod rss;
mod shown;
mod sitemap;
mod text;
mod xml;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;

pub use self::html::try_theme;
pub use self::json::document;
use thiserror::Error;

use crate::model::{NewsView, PagesView, SectionView, Site, SiteView, Timestamp, Trouble};

/// What an output is drawn from.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// One section.
    Section(&'a SectionView),
    /// The whole site.
    Site(&'a SiteView),
    /// The articles of the news sitemap.
    News(&'a NewsView),
    /// The indexable pages.
    Pages(&'a PagesView),
    /// Both sitemaps, for their index.
    Sitemaps(&'a NewsView, &'a PagesView),
}

/// Which [`View`] an output wants, and so how often it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Once a section, from [`View::Section`].
    Section,
    /// Once an archive, from [`View::Section`] whose part names it.
    Archive,
    /// Once, from [`View::Site`].
    Site,
    /// Once, from [`View::News`].
    News,
    /// Once, from [`View::Pages`].
    Pages,
    /// Once, from [`View::Sitemaps`].
    Sitemaps,
}

/// One published format.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Its name in `publish`, `status` and `why`; a section's outputs are told as `<section>/<name>`.
    pub name: &'static str,
    /// What it is drawn from.
    pub scope: Scope,
    /// Draws it.
    ///
    /// # Errors
    /// [`enum@Error`] when it is handed a view of another scope, or a writer fails (which no content of a view can cause).
    pub draw: fn(&View<'_>, &Site) -> Result<Drawn, Error>,
}

/// All outputs. A new one is a file in this room and a row here.
pub const OUTPUTS: &[Output] = &[
    Output { name: "rss", scope: Scope::Section, draw: rss::draw },
    Output { name: "atom", scope: Scope::Section, draw: atom::draw },
    Output { name: "json", scope: Scope::Section, draw: json::draw },
    Output { name: "page", scope: Scope::Section, draw: html::draw_section },
    Output { name: "moved", scope: Scope::Section, draw: html::draw_former },
    Output { name: "archive.xml", scope: Scope::Archive, draw: atom::draw },
    Output { name: "archive.json", scope: Scope::Archive, draw: json::draw },
    Output { name: "index", scope: Scope::Site, draw: html::draw_index },
    Output { name: "feeds.opml", scope: Scope::Site, draw: opml::draw_feeds },
    Output { name: "sources.opml", scope: Scope::Site, draw: opml::draw_sources },
    Output { name: "robots.txt", scope: Scope::Site, draw: robots::draw },
    Output { name: "theme", scope: Scope::Site, draw: html::draw_theme },
    Output { name: "sitemap-news", scope: Scope::News, draw: sitemap::draw_news },
    Output { name: "sitemap-pages", scope: Scope::Pages, draw: sitemap::draw_pages },
    Output { name: "sitemap", scope: Scope::Sitemaps, draw: sitemap::draw_index },
];

impl Output {
    /// Whether a page of the last edition may stay where this output draws one that could not be drawn: that of the
    /// same section (asked by its id), or of the whole site.
    pub fn stays(&self, view: &View<'_>, was_there: impl Fn(&str) -> bool) -> bool {
        match view {
            View::Section(section) => self.name == html::SECTION && was_there(&section.id),
            _ => true,
        }
    }
}

/// What drawing gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// The files; none where the view says that the output is off.
    pub files: Vec<DrawnFile>,
    /// Items shown.
    pub items: u64,
    /// What was left out, and how often, by reason; sorted by reason.
    pub left_out: Vec<(String, u64)>,
    /// When what it shows last changed.
    pub changed: Timestamp,
}

/// One file of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnFile {
    /// Relative to the published folder, `/` between parts.
    pub path: String,
    /// Media type as served, with its charset where the type has one.
    pub media_type: String,
    /// The content.
    pub bytes: Vec<u8>,
    /// True for a page that search engines shall not index.
    pub noindex: bool,
}

/// Why an output could not be drawn. All but [`Error::Theme`] are mistakes of warta, not of what is drawn.
#[derive(Debug, Error)]
pub enum Error {
    /// The output wants another kind of view.
    #[error("{output} was handed a view of another scope; hand it the one that OUTPUTS names")]
    WrongView {
        /// The output.
        output: &'static str,
    },
    /// The writer or the template gave up.
    #[error("{output} could not be written: {reason}; this is a bug, please report it")]
    Write {
        /// The output.
        output: &'static str,
        /// In the writer's words.
        reason: String,
    },
    /// The operator's theme has a mistake. Warta's own theme draws the same.
    #[error("{trouble}")]
    Theme {
        /// Where and what.
        trouble: Box<Trouble>,
        /// Whether only its bound ended it, so that trying again costs the same again.
        is_endless: bool,
    },
}

impl Error {
    fn write(output: &'static str, reason: impl std::fmt::Display) -> Self {
        Self::Write { output, reason: reason.to_string() }
    }

    fn theme(trouble: Trouble, is_endless: bool) -> Self {
        Self::Theme { trouble: Box::new(trouble), is_endless }
    }

    fn into_trouble(self) -> Option<Trouble> {
        match self {
            Self::Theme { trouble, .. } => Some(*trouble),
            _ => None,
        }
    }
}

/// The files of warta's own theme with their names: what pages look like where no operator says otherwise.
#[must_use]
pub fn own_theme() -> &'static [(&'static str, &'static str)] {
    html::OWN_THEME
}

impl Drawn {
    /// One file that shows `items` items.
    fn one(path: String, media_type: &str, bytes: Vec<u8>, items: usize, changed: Timestamp) -> Self {
        let file = DrawnFile { path, media_type: media_type.to_owned(), bytes, noindex: false };
        Self { files: vec![file], items: items as u64, left_out: Vec::new(), changed }
    }
}

impl<'a> View<'a> {
    fn section(&self, output: &'static str) -> Result<&'a SectionView, Error> {
        match self {
            Self::Section(section) => Ok(section),
            _ => Err(Error::WrongView { output }),
        }
    }

    fn site(&self, output: &'static str) -> Result<&'a SiteView, Error> {
        match self {
            Self::Site(site) => Ok(site),
            _ => Err(Error::WrongView { output }),
        }
    }
}

/// Where a format of a section stands below it: `whole`, or its archive `n.ending`.
fn part_file(archive: Option<i64>, whole: &str, ending: &str) -> String {
    archive.map_or_else(|| whole.to_owned(), |n| format!("archive/{n}.{ending}"))
}

/// Absolute address of a file of a section.
fn section_address(site: &Site, section: &str, file: &str) -> String {
    format!("{}{section}/{file}", site.base_url)
}
