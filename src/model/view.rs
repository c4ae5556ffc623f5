//! What outputs show: values that `publish` reads from the store and `render` draws.

use std::sync::Arc;

use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Item, Theme, Timestamp};

/// How much of an item is republished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Republish {
    /// Everything.
    Full,
    /// Title, link, picture and a plain summary.
    Summary,
    /// Title and link.
    Link,
}

/// What search engines may do with a section's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Robots {
    /// Pages may be indexed.
    Index,
    /// `noindex, follow`.
    Noindex,
}

/// Name and language of a publication, as Google News knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Publication {
    /// Exactly the name on news.google.com.
    pub name: String,
    /// ISO 639, two or three letters (`zh-cn`, `zh-tw` too).
    pub language: String,
}

/// Which kind of sameness put a report beside another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// The same canonical address.
    Url,
    /// The same text.
    Text,
    /// The same event.
    Story,
}

/// Where an entry's lead comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The outlet's name: configured, else the document's title, else the host.
    pub title: String,
    /// Stable id of the origin's feed for `atom:source`: its own id where it is an IRI, else its address.
    pub id: String,
    /// The origin's feed. `None` where its address holds a secret and is published nowhere.
    pub feed_url: Option<Url>,
    /// The origin's pages.
    pub url: Option<Url>,
    /// The origin's rights.
    pub rights: Option<String>,
    /// Language tag of the origin.
    pub language: Option<String>,
}

/// Another report of what an entry tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Also {
    /// Its title.
    pub title: String,
    /// Its address.
    pub url: Option<Url>,
    /// Its outlet's name.
    pub outlet: String,
    /// Its date.
    pub date_published: Option<Timestamp>,
    /// Why it stands here.
    pub why: Why,
}

/// The story an entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoryRef {
    /// Absolute IRI.
    pub id: String,
    /// Its page, where it has one.
    pub url: Option<Url>,
    /// How many outlets tell it, each counted once.
    pub outlets: u32,
}

/// One entry of a section: a lead with its source, and the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Published id, absolute IRI, frozen.
    pub id: String,
    /// Arrival order in the section: larger came later.
    pub arrival: i64,
    /// When it arrived.
    pub arrived: Timestamp,
    /// The lead's item. `date_published` is always there; `date_modified` only where it differs.
    pub item: Item,
    /// The lead's source.
    pub source: Source,
    /// How much of it may be shown.
    pub republish: Republish,
    /// Its story.
    pub story: Option<StoryRef>,
    /// The other reports, oldest first, the lead not among them.
    pub also: Vec<Also>,
}

/// A link to one of warta's own sections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedLink {
    /// Section id, or "all".
    pub id: String,
    /// Title.
    pub title: String,
    /// Language tag.
    pub language: String,
}

/// A section with what its outputs show, newest first (by date, then id).
#[derive(Debug, Clone, PartialEq)]
pub struct SectionView {
    /// Section id, or "all".
    pub id: String,
    /// Title.
    pub title: String,
    /// Plain text; empty where there is none.
    pub description: String,
    /// Language tag.
    pub language: String,
    /// For its pages.
    pub robots: Robots,
    /// Its own id as a feed, absolute IRI, frozen.
    pub feed_id: String,
    /// When anything it shows last changed; the epoch for an empty one that never had anything.
    pub updated: Timestamp,
    /// All sections of the site, in the order of feeds.toml, "all" first: for the navigation.
    pub sections: Vec<FeedLink>,
    /// Ids that it had before; their addresses lead to it.
    pub former_ids: Vec<String>,
    /// Which document of the section this is.
    pub part: Part,
    /// What it shows.
    pub entries: Vec<Entry>,
    /// What stood there and was taken down, the last first.
    pub deleted: Vec<DeletedEntry>,
}

/// An entry that was taken down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeletedEntry {
    /// The id under which it was published, an absolute IRI.
    pub id: String,
    /// When.
    pub at: Timestamp,
}

/// One document of a section and where the older entries are (RFC 5005).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Part {
    /// Its number among the archives; none for the document that readers subscribe to.
    pub archive: Option<i64>,
    /// The archive with what came before, where there is one.
    pub previous: Option<i64>,
}

/// A section on the index page.
#[derive(Debug, Clone, PartialEq)]
pub struct SectionSummary {
    /// Section id.
    pub id: String,
    /// Title.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Language tag.
    pub language: String,
    /// For its pages.
    pub robots: Robots,
    /// When it last changed.
    pub updated: Timestamp,
    /// Its newest few entries, newest first, without bodies.
    pub newest: Vec<Entry>,
}

/// One outlet that is read, for sources.opml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlet {
    /// Name.
    pub title: String,
    /// Its feed; outlets whose address holds a secret are not listed at all.
    pub feed_url: Url,
    /// Its pages.
    pub url: Option<Url>,
    /// Sections it stands in, by id.
    pub sections: Vec<String>,
    /// Language tag.
    pub language: Option<String>,
}

/// The whole site: for the index page, feeds.opml, sources.opml and robots.txt.
#[derive(Debug, Clone, PartialEq)]
pub struct SiteView {
    /// When anything last changed.
    pub updated: Timestamp,
    /// In the order of feeds.toml; "all" is not among them.
    pub sections: Vec<SectionSummary>,
    /// The newest entries of all sections together.
    pub newest: Vec<Entry>,
    /// `None` where `publish.sources` is off.
    pub outlets: Option<Vec<Outlet>>,
    /// Lines that the operator adds to robots.txt.
    pub robots_extra: Vec<String>,
}

/// One article of the news sitemap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsArticle {
    /// Published id, for telling what was left out.
    pub id: String,
    /// Its address, on an own host.
    pub loc: Url,
    /// Title.
    pub title: String,
    /// Its own date with its offset.
    pub date: Timestamp,
    /// Publication.
    pub publication: Publication,
    /// Its picture.
    pub image: Option<Url>,
}

/// What the news sitemap shows: articles of the two days before `now`, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsView {
    /// The moment of publishing.
    pub now: Timestamp,
    /// The articles.
    pub articles: Vec<NewsArticle>,
}

/// What sitemap-pages.xml shows: the indexable pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PagesView {
    /// Address and last change of each, in the order of the site.
    pub pages: Vec<(Url, Timestamp)>,
}

/// What every output needs to know of the site.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Title.
    pub title: String,
    /// Plain text.
    pub description: String,
    /// Ends with a slash.
    pub base_url: Url,
    /// Language tag of the site.
    pub language: String,
    /// The zone in which pages tell times.
    pub timezone: Tz,
    /// Whether an entry of an RSS feed closes with who else tells it.
    pub show_also: bool,
    /// What pages are drawn with.
    pub theme: Arc<Theme>,
    /// The WebSub hub that its feeds name, where there is one.
    pub hub: Option<Url>,
}
