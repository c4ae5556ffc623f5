//! A theme tried before anything is published with it: every page, with much to show and with nothing.

use std::sync::Arc;

use url::Url;

use super::theme;
use crate::model::{
    Also, Author, Entry, FeedLink, Image, Item, Part, Republish, Robots, SectionSummary, SectionView, Site, SiteView,
    Source, StoryRef, Theme, Timestamp, Trouble, Why,
};
use crate::render::{Error, View};

/// What is wrong with a theme, each once. Nothing for warta's own.
#[must_use]
pub fn try_theme(theme: Theme) -> Vec<Trouble> {
    let Ok(base_url) = Url::parse("https://example.com/") else { return Vec::new() };
    let entries = vec![entry(&base_url), Entry { also: Vec::new(), story: None, item: bare(), ..entry(&base_url) }];
    let site = Site {
        title: "Warta".to_owned(),
        description: "Warta".to_owned(),
        base_url,
        language: "id".to_owned(),
        timezone: chrono_tz::Asia::Jakarta,
        show_also: false,
        theme: Arc::new(theme),
        hub: None,
    };
    let mut errors = theme::broken(&site.theme);
    for entries in [entries, Vec::new()] {
        let section = section(entries);
        let all = all(&section);
        errors.extend(super::draw_section(&View::Section(&section), &site).err());
        errors.extend(super::draw_former(&View::Section(&section), &site).err());
        errors.extend(super::draw_index(&View::Site(&all), &site).err());
        errors.extend(super::draw_theme(&View::Site(&all), &site).err());
    }
    let mut troubles: Vec<Trouble> = errors.into_iter().filter_map(Error::into_trouble).collect();
    troubles.sort();
    troubles.dedup();
    troubles
}

/// An item of which nothing is known but its title.
fn bare() -> Item {
    Item { title: "Warta".to_owned(), date_published: Some(Timestamp::epoch()), ..Item::default() }
}

fn entry(url: &Url) -> Entry {
    let text = || Some("Warta".to_owned());
    let image = Image { url: url.clone(), width: Some(320), height: Some(180), alt: text(), credit: text() };
    let author = Author { name: text(), ..Author::default() };
    let also = Also {
        title: "Warta".to_owned(),
        url: Some(url.clone()),
        outlet: "Kabar".to_owned(),
        date_published: None,
        why: Why::Url,
    };
    Entry {
        id: url.to_string(),
        arrival: 1,
        arrived: Timestamp::epoch(),
        item: Item {
            url: Some(url.clone()),
            summary: Some("Isi".to_owned()),
            language: Some("en".to_owned()),
            authors: vec![author],
            image: Some(image),
            ..bare()
        },
        source: Source {
            title: "Warta".to_owned(),
            id: url.to_string(),
            feed_url: Some(url.clone()),
            url: Some(url.clone()),
            rights: None,
            language: None,
        },
        republish: Republish::Summary,
        story: Some(StoryRef { id: url.to_string(), url: None, outlets: 2 }),
        also: vec![also],
    }
}

fn section(entries: Vec<Entry>) -> SectionView {
    let link = |id: &str| FeedLink { id: id.to_owned(), title: id.to_owned(), language: "en".to_owned() };
    SectionView {
        id: "warta".to_owned(),
        title: "Warta".to_owned(),
        description: "Isi".to_owned(),
        language: "id".to_owned(),
        robots: Robots::Noindex,
        feed_id: "tag:example.com,2026:section/warta".to_owned(),
        updated: Timestamp::from_unix_millis(entries.len() as i64),
        sections: vec![link("all"), link("warta")],
        former_ids: vec!["lama".to_owned()],
        part: Part::default(),
        entries,
        deleted: Vec::new(),
    }
}

fn all(section: &SectionView) -> SiteView {
    let summary = SectionSummary {
        id: section.id.clone(),
        title: section.title.clone(),
        description: section.description.clone(),
        language: "en".to_owned(),
        robots: section.robots,
        updated: section.updated,
        newest: section.entries.clone(),
    };
    SiteView {
        updated: section.updated,
        sections: vec![summary],
        newest: section.entries.clone(),
        outlets: Some(Vec::new()),
        robots_extra: Vec::new(),
    }
}
