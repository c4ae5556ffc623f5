//! Rows of the store and what feeds.toml asks, in; views for `render`, out. Pure: nothing is read or decided elsewhere.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use url::Url;

use crate::config::{Config, FeedConfig, SectionConfig};
use crate::fetch;
use crate::model::{
    Also, DeletedEntry, Entry, FeedLink, FeedState, Item, NewsArticle, NewsView, Outlet, PagesView, Part, Publication,
    Republish, Robots, SectionState, SectionSummary, SectionView, Site, SiteView, Source, StoryRef, Theme, Timestamp,
};
use crate::notation::address;
use crate::store::{OwnReport, StoredEntry, StoredNews};

/// Id and address of the section that shows all others.
pub(super) const ALL: &str = "all";
/// Name of the index page among the outputs.
pub(super) const INDEX: &str = "index";

/// What rows are read with: the configuration, and each feed's row and settings by its number.
pub(super) struct Reading<'a> {
    config: &'a Config,
    feeds: HashMap<i64, &'a FeedState>,
    settings: HashMap<&'a str, &'a FeedConfig>,
}

impl<'a> Reading<'a> {
    /// Lays the two side by side. A feed that left feeds.toml has a row and no settings.
    pub(super) fn new(config: &'a Config, feeds: &'a [FeedState]) -> Self {
        Self {
            config,
            feeds: feeds.iter().map(|feed| (feed.id, feed)).collect(),
            settings: config.feeds.iter().map(|feed| (feed.key.as_str(), feed)).collect(),
        }
    }

    fn settings(&self, feed: i64) -> Option<&'a FeedConfig> {
        self.feeds.get(&feed).and_then(|row| self.settings.get(row.url.as_str()).copied())
    }

    /// The outlet's name.
    fn outlet(&self, feed: i64) -> String {
        let name = self.feeds.get(&feed).and_then(|row| FeedConfig::outlet_name(self.settings(feed), row));
        name.unwrap_or_else(|| "?".to_owned())
    }

    /// Where an item comes from. An origin that the document itself names wins over the feed that carried it.
    fn source(&self, feed: i64, item: &Item) -> Source {
        let row = self.feeds.get(&feed);
        let address = row.and_then(|row| Url::parse(&row.url).ok());
        let secret = address.as_ref().is_some_and(address::has_secret);
        let public = address.filter(|_| !secret);
        let language = self
            .settings(feed)
            .and_then(|settings| settings.language.clone())
            .or_else(|| row.and_then(|row| row.language.clone()));
        if let Some(origin) = &item.origin
            && let Some(title) = origin.title.as_ref().filter(|title| !title.is_empty())
            && let Some(feed_url) = origin.feed_url.clone().filter(|url| !address::has_secret(url))
        {
            let id = origin.id.clone().filter(|id| Url::parse(id).is_ok());
            return Source {
                title: title.clone(),
                id: id.unwrap_or_else(|| feed_url.to_string()),
                feed_url: Some(feed_url),
                url: origin.url.clone(),
                rights: origin.rights.clone(),
                language,
            };
        }
        let document_id = row
            .and_then(|row| row.document_id.clone())
            .filter(|id| Url::parse(id).is_ok_and(|url| !address::has_secret(&url)));
        let home = row.and_then(|row| row.home_page_url.clone());
        let id = document_id
            .or_else(|| public.as_ref().map(Url::to_string))
            .or_else(|| home.as_ref().map(Url::to_string))
            .unwrap_or_else(|| "urn:x-warta:unnamed-source".to_owned());
        Source {
            title: self.outlet(feed),
            id,
            feed_url: public,
            url: home,
            rights: row.and_then(|row| row.rights.clone()),
            language,
        }
    }

    fn republish(&self, feed: i64, item: &Item) -> Republish {
        let host = item.url.as_ref().and_then(Url::host_str);
        match self.settings(feed) {
            Some(settings) => self.config.republish_for(settings, host),
            // A feed that left feeds.toml is shown by the default that protects.
            None if host.is_some_and(|host| self.config.is_own_host(host)) => Republish::Full,
            None => Republish::Summary,
        }
    }

    /// One row as outputs show it.
    fn entry(&self, stored: StoredEntry) -> Entry {
        let source = self.source(stored.feed, &stored.item);
        let republish = self.republish(stored.feed, &stored.item);
        let also: Vec<Also> = stored
            .others
            .into_iter()
            .map(|other| Also {
                title: other.title,
                url: other.url,
                outlet: self.outlet(other.feed),
                date_published: other.date_published,
                why: other.why,
            })
            .collect();
        let outlets: BTreeSet<&str> =
            also.iter().map(|other| other.outlet.as_str()).chain([source.title.as_str()]).collect();
        let story = StoryRef { id: stored.story, url: None, outlets: u32::try_from(outlets.len()).unwrap_or(u32::MAX) };
        Entry {
            id: stored.id,
            arrival: stored.arrival,
            arrived: stored.arrived,
            item: stored.item,
            source,
            republish,
            story: Some(story),
            also,
        }
    }

    /// Rows in the order in which outputs show them: newest date first, then by id, so that the order is total.
    fn entries(&self, stored: Vec<StoredEntry>) -> Vec<Entry> {
        let mut entries: Vec<Entry> = stored.into_iter().map(|row| self.entry(row)).collect();
        entries.sort_by(|a, b| b.item.date_published.cmp(&a.item.date_published).then_with(|| a.id.cmp(&b.id)));
        entries
    }
}

/// The site as every output knows it.
pub(super) fn site(config: &Config, theme: Theme) -> Site {
    Site {
        title: config.site.title.clone(),
        description: config.site.description.clone(),
        base_url: config.site.base_url.clone(),
        language: config.site.language.clone(),
        timezone: config.site.timezone,
        show_also: config.publish.show_also,
        theme: Arc::new(theme),
        hub: fetch::own_hub(config),
    }
}

/// Title, description, language and robots of a section or of "all".
struct Naming {
    title: String,
    description: String,
    language: String,
    robots: Robots,
}

fn naming(config: &Config, id: &str) -> Naming {
    match config.section(id) {
        Some(section) => Naming {
            title: section.title.clone(),
            description: section.description.clone(),
            language: section.language.clone(),
            robots: config.robots_for(section),
        },
        None => Naming {
            title: config.site.title.clone(),
            description: config.site.description.clone(),
            language: config.site.language.clone(),
            // "all" may be indexed when everything that it shows may.
            robots: match in_all(config).all(|section| config.robots_for(section) == Robots::Index) {
                true if in_all(config).next().is_some() => Robots::Index,
                _ => Robots::Noindex,
            },
        },
    }
}

fn in_all(config: &Config) -> impl Iterator<Item = &SectionConfig> {
    config.sections.iter().filter(|section| section.in_all)
}

/// When anything that these entries show last changed.
fn changed(entries: &[Entry]) -> Timestamp {
    let moments = entries.iter().flat_map(|entry| {
        [Some(entry.arrived), entry.item.date_published, entry.item.date_modified].into_iter().flatten()
    });
    moments.max().map_or_else(Timestamp::epoch, Timestamp::whole_seconds)
}

/// All sections of the site, "all" first.
fn navigation(config: &Config) -> Vec<FeedLink> {
    let all = FeedLink { id: ALL.to_owned(), title: config.site.title.clone(), language: config.site.language.clone() };
    let sections = config.sections.iter().map(|section| FeedLink {
        id: section.id.clone(),
        title: section.title.clone(),
        language: section.language.clone(),
    });
    std::iter::once(all).chain(sections).collect()
}

/// What stands in a section or in one of its archives, and what was taken down there.
pub(super) struct Held {
    pub(super) entries: Vec<StoredEntry>,
    pub(super) deleted: Vec<DeletedEntry>,
}

/// What a section's own outputs show, or one of its archives.
pub(super) fn section(reading: &Reading<'_>, state: &SectionState, part: Part, held: Held) -> SectionView {
    let Held { entries, deleted } = held;
    let Naming { title, description, language, robots } = naming(reading.config, &state.id);
    let entries = reading.entries(entries);
    // What goes changes the whole as much as what comes.
    let gone = deleted.iter().map(|entry| entry.at.whole_seconds()).max();
    let shown = if entries.is_empty() { state.opened.whole_seconds() } else { changed(&entries) };
    SectionView {
        id: state.id.clone(),
        title,
        description,
        language,
        robots,
        feed_id: state.feed_id.clone(),
        updated: gone.into_iter().fold(shown, Timestamp::max),
        sections: navigation(reading.config),
        former_ids: Vec::new(),
        part,
        entries,
        deleted,
    }
}

/// What the index page and the lists of feeds show. `newest` holds each section's newest rows by its id, "all" too;
/// `opened` stands in for the last change of a site that shows nothing yet.
pub(super) fn site_view(
    reading: &Reading<'_>,
    feeds: &[FeedState],
    mut newest: HashMap<String, Vec<StoredEntry>>,
    opened: Timestamp,
) -> SiteView {
    let config = reading.config;
    let sections: Vec<SectionSummary> = config
        .sections
        .iter()
        .map(|section| {
            let Naming { title, description, language, robots } = naming(config, &section.id);
            let newest = each_story_once(reading.entries(newest.remove(&section.id).unwrap_or_default()));
            let id = section.id.clone();
            SectionSummary { id, title, description, language, robots, updated: changed(&newest), newest }
        })
        .collect();
    let newest = each_story_once(reading.entries(newest.remove(ALL).unwrap_or_default()));
    let updated = sections.iter().map(|section| section.updated).chain([changed(&newest), opened]).max();
    SiteView {
        updated: updated.unwrap_or(opened),
        sections,
        newest,
        outlets: config.publish.sources.then(|| outlets(reading, feeds)),
        robots_extra: config.publish.robots_extra.clone(),
    }
}

/// The newest entry of each story: a front page tells each once, and names who else does.
fn each_story_once(mut entries: Vec<Entry>) -> Vec<Entry> {
    let mut told = BTreeSet::new();
    entries.retain(|entry| entry.story.as_ref().is_none_or(|story| told.insert(story.id.clone())));
    entries
}

/// The feeds that are read, for sources.opml. One whose address or access is a secret is not listed.
fn outlets(reading: &Reading<'_>, feeds: &[FeedState]) -> Vec<Outlet> {
    let row = |settings: &FeedConfig| feeds.iter().find(|row| row.url == settings.key);
    let public = |settings: &&FeedConfig| {
        let is_taken_down = row(settings).is_some_and(|row| row.taken_down.is_some());
        settings.auth.is_none() && !address::has_secret(&settings.url) && !is_taken_down
    };
    let outlet = |settings: &FeedConfig| {
        let row = row(settings);
        Outlet {
            title: row.map_or_else(|| settings.key.clone(), |row| reading.outlet(row.id)),
            feed_url: settings.url.clone(),
            url: row.and_then(|row| row.home_page_url.clone()),
            sections: settings.sections.clone(),
            language: settings.language.clone().or_else(|| row.and_then(|row| row.language.clone())),
        }
    };
    reading.config.feeds.iter().filter(public).map(outlet).collect()
}

/// The articles of the news sitemap and, by reason, how many items of the two days are not among them.
pub(super) fn news(reading: &Reading<'_>, stored: &StoredNews, now: Timestamp) -> (NewsView, HashMap<String, u64>) {
    let mut left_out: HashMap<String, u64> = HashMap::new();
    for (reason, items) in [("other_host", stored.foreign), ("no_date", stored.undated), ("rule", stored.ruled)] {
        if items > 0 {
            left_out.insert(reason.to_owned(), items);
        }
    }
    let mut articles = Vec::new();
    let mut seen = BTreeSet::new();
    for (own, row) in &stored.entries {
        match article(reading, own, row) {
            Ok(article) if seen.insert(article.loc.clone()) => articles.push(article),
            Ok(_) => *left_out.entry("same_address".to_owned()).or_default() += 1,
            Err(reason) => *left_out.entry(reason.to_owned()).or_default() += 1,
        }
    }
    (NewsView { now, articles }, left_out)
}

/// One article, or why it is none: only an own host's articles, of sections that take part, with a title, belong into
/// a news sitemap (Google's rules; foreign addresses count as spam).
fn article(reading: &Reading<'_>, own: &OwnReport, row: &StoredEntry) -> Result<NewsArticle, &'static str> {
    let config = reading.config;
    let takes_part = |id: &String| config.section(id).is_some_and(|section| section.sitemap);
    if !row.sections.iter().any(takes_part) {
        return Err("section");
    }
    if own.title.is_empty() {
        return Err("no_title");
    }
    Ok(NewsArticle {
        id: row.id.clone(),
        loc: address::without_tracking(&own.url, &canonical_policy(config)),
        title: own.title.clone(),
        date: own.date,
        publication: publication(reading, own.feed, row),
        image: row.item.image.as_ref().map(|image| image.url.clone()),
    })
}

/// By the order of surface.md: feed, section, `[sitemap]`; else the site's name in the article's language.
fn publication(reading: &Reading<'_>, feed: i64, row: &StoredEntry) -> Publication {
    let config = reading.config;
    let configured = match reading.settings(feed) {
        Some(settings) => config.publication_for(settings),
        None => config.sitemap.publication.as_ref(),
    };
    configured.cloned().unwrap_or_else(|| {
        let language = reading
            .settings(feed)
            .and_then(|settings| settings.language.clone())
            .or_else(|| row.item.language.clone())
            .or_else(|| reading.feeds.get(&feed).and_then(|row| row.language.clone()))
            .or_else(|| row.sections.iter().find_map(|id| config.section(id)).map(|section| section.language.clone()))
            .unwrap_or_else(|| config.site.language.clone());
        Publication { name: config.site.title.clone(), language: news_language(&language) }
    })
}

/// ISO 639 as Google wants it: two or three letters, but `zh-cn` and `zh-tw`; the old `in` is `id`.
fn news_language(tag: &str) -> String {
    let tag = tag.to_ascii_lowercase().replace('_', "-");
    let primary = tag.split('-').next().unwrap_or_default();
    match (primary, tag.as_str()) {
        ("zh", "zh-tw" | "zh-hk" | "zh-hant") => "zh-tw".to_owned(),
        ("zh", _) => "zh-cn".to_owned(),
        ("in", _) => "id".to_owned(),
        (primary, _) if (2..=3).contains(&primary.len()) => primary.to_owned(),
        _ => "id".to_owned(),
    }
}

/// The pages that search engines may index. `changed` tells when what a page shows last changed, by section id,
/// [`ALL`] or [`INDEX`].
pub(super) fn pages(config: &Config, changed: impl Fn(&str) -> Timestamp) -> PagesView {
    let page = |path: &str, id: &str| config.site.base_url.join(path).ok().map(|url| (url, changed(id)));
    let indexable = |section: &&SectionConfig| config.robots_for(section) == Robots::Index;
    let mut pages = Vec::new();
    pages.extend(page("", INDEX));
    if naming(config, ALL).robots == Robots::Index {
        pages.extend(page("all/", ALL));
    }
    let sections = config.sections.iter().filter(indexable);
    pages.extend(sections.filter_map(|section| page(&format!("{}/", section.id), &section.id)));
    PagesView { pages }
}

/// By what addresses are compared and shortened.
pub(super) fn canonical_policy(config: &Config) -> address::Canonical {
    address::Canonical { keep: config.dedup.keep_params.clone(), strip: config.dedup.strip_params.clone() }
}
