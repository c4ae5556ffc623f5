//! A section as JSON Feed 1.1 (jsonfeed.org/version/1.1). What the format has no field for stands in `_warta`.

pub mod document;
mod item;
mod parts;
mod story;

use std::borrow::Cow;

use serde::Serialize;
use url::Url;

use self::item::{Extension, JsonItem};
use crate::model::{Entry, SectionView, Site, Timestamp};

use super::shown::{Shown, other_language, shown};
use super::text::one_line;
use super::{Drawn, Error, View, part_file, section_address};

const NAME: &str = "json";
const VERSION: &str = "https://jsonfeed.org/version/1.1";

/// Draws `<section>/feed.json`, or `<section>/archive/N.json`.
pub(super) fn draw(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let section = view.section(NAME)?;
    let mut bytes = serde_json::to_vec(&feed(section, site)).map_err(|why| Error::write(NAME, why))?;
    bytes.push(b'\n');
    let path = format!("{}/{}", section.id, file(section.part.archive));
    Ok(Drawn::one(path, "application/feed+json; charset=utf-8", bytes, section.entries.len(), section.updated))
}

fn file(archive: Option<i64>) -> String {
    part_file(archive, "feed.json", "json")
}

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_url: Option<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    favicon: String,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hubs: Option<[Hub<'a>; 1]>,
    #[serde(rename = "_warta")]
    extension: FeedExtension<'a>,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a Url,
}

#[derive(Serialize)]
struct FeedExtension<'a> {
    id: &'a str,
    updated: Timestamp,
}

fn feed<'a>(section: &'a SectionView, site: &'a Site) -> Feed<'a> {
    // Archives are no topics: they hardly ever change.
    let hub = site.hub.as_ref().filter(|_| section.part.archive.is_none());
    Feed {
        version: VERSION,
        title: one_line(&section.title),
        home_page_url: section_address(site, &section.id, ""),
        feed_url: section_address(site, &section.id, "feed.json"),
        next_url: section.part.previous.map(|n| section_address(site, &section.id, &file(Some(n)))),
        description: one_line(&section.description),
        favicon: format!("{}favicon.svg", site.base_url),
        language: &section.language,
        hubs: hub.map(|url| [Hub { r#type: "WebSub", url }]),
        extension: FeedExtension { id: &section.feed_id, updated: section.updated },
        items: section.entries.iter().map(|entry| entry_item(entry, section)).collect(),
    }
}

/// What may be shown of an entry: the whole item where that is republished, else the few fields named here.
fn entry_item<'a>(entry: &'a Entry, section: &SectionView) -> JsonItem<'a> {
    let shown = shown(entry);
    let mut whole = shown.whole.map(item::whole).unwrap_or_default();
    let extension = extension(entry, &shown, whole.extension.take().unwrap_or_default());
    let (content_html, content_text) = content(&shown);
    JsonItem {
        id: Cow::Borrowed(&entry.id),
        url: shown.url,
        external_url: entry.item.external_url.as_ref(),
        content_html,
        content_text,
        image: shown.image.map(|image| &image.url),
        date_published: Some(shown.published),
        date_modified: Some(shown.updated).filter(|&updated| updated != shown.published),
        authors: shown.authors.iter().map(|author| parts::person(author)).collect(),
        tags: shown.tags.iter().map(|tag| one_line(tag)).collect(),
        language: other_language(entry, &section.language),
        extension: Some(extension),
        title: shown.title,
        summary: shown.summary.map(Cow::Owned),
        ..whole
    }
}

/// The format wants one of the two on every item.
fn content<'a>(shown: &Shown<'a>) -> (Option<Cow<'a, str>>, Option<Cow<'a, str>>) {
    match (shown.text, &shown.html) {
        (Some(text), _) => (None, Some(super::text::legal(text))),
        (None, Some(html)) => (Some(html.clone()), None),
        (None, None) => (None, Some(Cow::Owned(shown.summary.clone().unwrap_or_default()))),
    }
}

/// Mail addresses are never published.
fn extension<'a>(entry: &'a Entry, shown: &Shown<'a>, mut whole: Extension<'a>) -> Extension<'a> {
    whole.contributors.retain(parts::Helper::is_known_without_mail);
    whole.contributors.iter_mut().for_each(|helper| helper.email = None);
    Extension {
        source: Some(parts::outlet(&entry.source)),
        story: story::story(entry),
        links: shown.links.iter().map(|link| parts::link(link)).collect(),
        author_emails: &[],
        rights: entry.item.rights.as_deref().map(one_line),
        image: shown.image.map(item::picture).unwrap_or_default(),
        ..whole
    }
}
