//! The pages that people read: a section's and the index. Excerpts and links only, whatever a feed may republish.

mod card;
mod front;
mod list;
mod theme;
mod trial;

use serde::Serialize;

use crate::model::{Entry, FeedLink, Robots, SectionSummary, SectionView, Site, SiteView, Timestamp};

pub use self::trial::try_theme;
use super::phrases::{Phrases, direction, phrases};
use super::text::{excerpt, one_line};
use super::{Drawn, DrawnFile, Error, View, section_address};
pub(super) use theme::{OWN as OWN_THEME, draw as draw_theme};

use card::{Card, Outlet, Time, card, outlets};
use list::{ItemList, list};

pub(super) const SECTION: &str = "page";
const FORMER: &str = "moved";
const INDEX: &str = "index";
const MEDIA_TYPE: &str = "text/html; charset=utf-8";
/// Characters of a page's description for search engines and previews.
const MAX_DESCRIPTION_CHARS: usize = 160;
/// Entries at the top of a section page beside the lead.
const SECTION_SECONDS: usize = 3;
/// Entries at the top of the index page beside the lead.
const INDEX_SECONDS: usize = 4;
/// Entries of the river with picture and excerpt; those behind are headlines.
const RICH_ENTRIES: usize = 40;
/// Headlines of a section on the index page beside its lead.
const INDEX_HEADLINES: usize = 6;

/// Draws `<section>/index.html`.
pub(super) fn draw_section(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let section = view.section(SECTION)?;
    let page = section_page(section, site);
    let listed = Listed::new(&page, &page.frame, page.all());
    let html = theme::fill(SECTION, &site.theme, "section.html", &listed)?;
    let path = format!("{}/index.html", section.id);
    let mut drawn = Drawn::one(path, MEDIA_TYPE, html.into_bytes(), section.entries.len(), section.updated);
    drawn.files[0].noindex = section.robots == Robots::Noindex;
    Ok(drawn)
}

/// Draws `<former id>/index.html` for each id that the section had before: a page that leads to it, for where files are
/// served by whoever knows no redirects.
pub(super) fn draw_former(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let section = view.section(FORMER)?;
    let mut drawn = Drawn { files: Vec::new(), items: 0, left_out: Vec::new(), changed: section.updated };
    if section.former_ids.is_empty() {
        return Ok(drawn);
    }
    let page = FormerPage { frame: section_frame(section, site), href: format!("../{}/", section.id) };
    let listed = Listed::new(&page, &page.frame, std::iter::empty());
    let html = theme::fill(FORMER, &site.theme, "moved.html", &listed)?.into_bytes();
    drawn.files.extend(section.former_ids.iter().map(|old| DrawnFile {
        path: format!("{old}/index.html"),
        media_type: MEDIA_TYPE.to_owned(),
        bytes: html.clone(),
        noindex: true,
    }));
    Ok(drawn)
}

/// Draws index.html.
pub(super) fn draw_index(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let all = view.site(INDEX)?;
    let page = index_page(all, site);
    let listed = Listed::new(&page, &page.frame, page.all());
    let html = theme::fill(INDEX, &site.theme, "index.html", &listed)?;
    let items = page.all().count();
    Ok(Drawn::one("index.html".to_owned(), MEDIA_TYPE, html.into_bytes(), items, all.updated))
}

/// What every page has around its content.
#[derive(Debug, Serialize)]
struct Frame<'a> {
    language: &'a str,
    direction: &'static str,
    /// The page's own title.
    heading: String,
    site_title: String,
    description: String,
    canonical: String,
    noindex: bool,
    /// Leads from the page to the root of the site.
    root: &'static str,
    feeds: Vec<FeedAddress>,
    navigation: Vec<Target>,
    updated: Option<Time>,
    t: &'static Phrases,
}

/// A feed for autodiscovery and the subscribe row.
#[derive(Debug, Serialize)]
struct FeedAddress {
    name: &'static str,
    media_type: &'static str,
    title: String,
    href: String,
}

/// A link of the navigation.
#[derive(Debug, Serialize)]
struct Target {
    title: String,
    href: String,
    language: Option<String>,
    current: bool,
}

#[derive(Debug, Serialize)]
struct SectionPage<'a> {
    frame: Frame<'a>,
    lead: Option<Card>,
    seconds: Vec<Card>,
    rich: Vec<Card>,
    plain: Vec<Card>,
    outlets: Vec<Outlet>,
}

/// Leads from a former address of a section to the present one.
#[derive(Debug, Serialize)]
struct FormerPage<'a> {
    frame: Frame<'a>,
    href: String,
}

#[derive(Debug, Serialize)]
struct IndexPage<'a> {
    frame: Frame<'a>,
    lead: Option<Card>,
    seconds: Vec<Card>,
    blocks: Vec<Block>,
    has_sources: bool,
}

/// A section on the index page.
#[derive(Debug, Serialize)]
struct Block {
    id: String,
    title: String,
    language: Option<String>,
    href: String,
    lead: Option<Card>,
    cards: Vec<Card>,
}

/// A page with the list of what it shows, so that every template that extends the frame has one.
#[derive(Debug, Serialize)]
struct Listed<'a, P> {
    #[serde(flatten)]
    page: &'a P,
    list: Option<ItemList<'a>>,
}

impl<'a, P> Listed<'a, P> {
    fn new(page: &'a P, frame: &Frame<'_>, cards: impl Iterator<Item = &'a Card>) -> Self {
        Self { page, list: list(cards, &frame.heading, &frame.canonical) }
    }
}

impl SectionPage<'_> {
    /// The cards in the order of the page.
    fn all(&self) -> impl Iterator<Item = &Card> {
        self.lead.iter().chain(&self.seconds).chain(&self.rich).chain(&self.plain)
    }
}

impl IndexPage<'_> {
    /// The cards in the order of the page.
    fn all(&self) -> impl Iterator<Item = &Card> {
        self.lead.iter().chain(&self.seconds).chain(self.blocks.iter().flat_map(Block::all))
    }
}

impl Block {
    /// The cards in the order of the page.
    fn all(&self) -> impl Iterator<Item = &Card> {
        self.lead.iter().chain(&self.cards)
    }
}

fn section_page<'a>(section: &'a SectionView, site: &Site) -> SectionPage<'a> {
    let t = phrases(&section.language);
    let cards = section.entries.iter().map(|entry| card(entry, &section.language, site, t)).collect();
    let (lead, seconds, mut rich) = front::arrange(cards, SECTION_SECONDS);
    let plain = rich.split_off(rich.len().min(RICH_ENTRIES));
    let frame = section_frame(section, site);
    SectionPage { frame, lead, seconds, rich, plain, outlets: outlets(&section.entries, t) }
}

fn section_frame<'a>(section: &'a SectionView, site: &Site) -> Frame<'a> {
    let heading = one_line(&section.title);
    Frame {
        description: description(&section.description, &heading),
        canonical: section_address(site, &section.id, ""),
        noindex: section.robots == Robots::Noindex,
        root: "../",
        feeds: feeds(&heading, ""),
        navigation: navigation(&section.sections, section, "../"),
        ..frame(&section.language, heading, section.updated, site)
    }
}

fn index_page<'a>(all: &'a SiteView, site: &'a Site) -> IndexPage<'a> {
    let t = phrases(&site.language);
    let cards = all.newest.iter().map(|entry| card(entry, &site.language, site, t)).collect();
    let (lead, seconds, _) = front::arrange(cards, INDEX_SECONDS);
    let shown: Vec<&str> = lead.iter().chain(&seconds).map(|card| card.id.as_str()).collect();
    let blocks = all.sections.iter().map(|section| block(section, &shown, site)).collect();
    let heading = one_line(&site.title);
    let frame = Frame {
        description: description(&site.description, &heading),
        canonical: site.base_url.to_string(),
        noindex: false,
        root: "",
        feeds: feeds(&heading, "all/"),
        navigation: front_navigation(all, site),
        ..frame(&site.language, heading, all.updated, site)
    };
    IndexPage { frame, lead, seconds, blocks, has_sources: all.outlets.is_some() }
}

fn frame<'a>(language: &'a str, heading: String, updated: Timestamp, site: &Site) -> Frame<'a> {
    let t = phrases(language);
    Frame {
        language,
        direction: direction(language),
        heading,
        site_title: one_line(&site.title),
        description: String::new(),
        canonical: String::new(),
        noindex: false,
        root: "",
        feeds: Vec::new(),
        navigation: Vec::new(),
        updated: Some(updated).filter(|&at| at > Timestamp::epoch()).map(|at| Time::new(at, site, t)),
        t,
    }
}

/// What stands on top of the index page is not told again in its section, unless nothing else is there.
fn block(section: &SectionSummary, shown: &[&str], site: &Site) -> Block {
    let t = phrases(&site.language);
    let is_new = |entry: &&Entry| !shown.contains(&entry.id.as_str());
    let mut entries: Vec<_> = section.newest.iter().filter(is_new).collect();
    if entries.is_empty() {
        entries = section.newest.iter().collect();
    }
    let cards = entries.into_iter().map(|entry| card(entry, &site.language, site, t)).collect();
    let (lead, _, mut cards) = front::arrange(cards, 0);
    cards.truncate(INDEX_HEADLINES);
    Block {
        id: section.id.clone(),
        title: one_line(&section.title),
        language: other(&section.language, &site.language),
        href: format!("{}/", section.id),
        lead,
        cards,
    }
}

fn description(text: &str, heading: &str) -> String {
    let text = excerpt(text, MAX_DESCRIPTION_CHARS);
    if text.is_empty() { heading.to_owned() } else { text }
}

fn feeds(title: &str, folder: &str) -> Vec<FeedAddress> {
    let feed = |name, media_type, file| FeedAddress {
        name,
        media_type,
        title: format!("{title} ({name})"),
        href: format!("{folder}{file}"),
    };
    vec![
        feed("RSS", "application/rss+xml", "rss.xml"),
        feed("Atom", "application/atom+xml", "atom.xml"),
        feed("JSON Feed", "application/feed+json", "feed.json"),
    ]
}

fn navigation(sections: &[FeedLink], section: &SectionView, root: &str) -> Vec<Target> {
    // The section of everything is named by what it is, in the reader's language, as on the front page.
    let name = |link: &FeedLink| match link.id.as_str() {
        "all" => phrases(&section.language).all.to_owned(),
        _ => one_line(&link.title),
    };
    let target = |link: &FeedLink| Target {
        title: name(link),
        href: format!("{root}{}/", link.id),
        language: other(&link.language, &section.language),
        current: link.id == section.id,
    };
    sections.iter().map(target).collect()
}

/// On the index page: the sections, then the page of everything.
fn front_navigation(all: &SiteView, site: &Site) -> Vec<Target> {
    let target = |id: &str, title: String, language: &str| Target {
        title,
        href: format!("{id}/"),
        language: other(language, &site.language),
        current: false,
    };
    let everything = target("all", phrases(&site.language).all.to_owned(), &site.language);
    let sections = all.sections.iter().map(|section| target(&section.id, one_line(&section.title), &section.language));
    std::iter::once(everything).chain(sections).collect()
}

/// A language tag where it is not the page's own.
fn other(language: &str, page: &str) -> Option<String> {
    (!language.is_empty() && !language.eq_ignore_ascii_case(page)).then(|| language.to_owned())
}
