//! A section as JSON Feed 1.1 (jsonfeed.org/version/1.1). What the format has no field for stands in `_warta`.

use serde::Serialize;

use crate::model::{Also, Attachment, Entry, SectionView, Site, Source, StoryRef, Timestamp};

use super::shown::{Shown, name, other_language, shown};
use super::text::one_line;
use super::{Drawn, Error, View, section_address};

const NAME: &str = "json";

/// Draws `<section>/feed.json`.
pub(super) fn draw(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let section = view.section(NAME)?;
    let mut bytes = serde_json::to_vec(&feed(section, site)).map_err(|why| Error::write(NAME, why))?;
    bytes.push(b'\n');
    let path = format!("{}/feed.json", section.id);
    Ok(Drawn::one(path, "application/feed+json; charset=utf-8", bytes, section.entries.len(), section.updated))
}

#[derive(Serialize)]
struct Feed<'a> {
    version: &'static str,
    title: String,
    home_page_url: String,
    feed_url: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    favicon: String,
    language: &'a str,
    #[serde(rename = "_warta")]
    extension: FeedExtension<'a>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct FeedExtension<'a> {
    id: &'a str,
    updated: Timestamp,
}

#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a str>,
    title: String,
    #[serde(flatten)]
    content: Content<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    banner_image: Option<&'a str>,
    date_published: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Author<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<File<'a>>,
    #[serde(rename = "_warta")]
    extension: ItemExtension<'a>,
}

/// The format wants one of the two on every item.
#[derive(Serialize)]
enum Content<'a> {
    #[serde(rename = "content_html")]
    Html(std::borrow::Cow<'a, str>),
    #[serde(rename = "content_text")]
    Text(String),
}

#[derive(Serialize)]
struct Author<'a> {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
}

#[derive(Serialize)]
struct File<'a> {
    url: &'a str,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<f64>,
}

#[derive(Serialize)]
struct ItemExtension<'a> {
    source: Origin<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    story: Option<Story<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_credit: Option<String>,
}

#[derive(Serialize)]
struct Origin<'a> {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
}

#[derive(Serialize)]
struct Story<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlets: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Other<'a>>,
}

#[derive(Serialize)]
struct Other<'a> {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    outlet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<Timestamp>,
    why: crate::model::Why,
}

fn feed<'a>(section: &'a SectionView, site: &Site) -> Feed<'a> {
    Feed {
        version: "https://jsonfeed.org/version/1.1",
        title: one_line(&section.title),
        home_page_url: section_address(site, &section.id, ""),
        feed_url: section_address(site, &section.id, "feed.json"),
        description: one_line(&section.description),
        favicon: format!("{}favicon.svg", site.base_url),
        language: &section.language,
        extension: FeedExtension { id: &section.feed_id, updated: section.updated },
        items: section.entries.iter().map(|entry| item(entry, section)).collect(),
    }
}

fn item<'a>(entry: &'a Entry, section: &SectionView) -> Item<'a> {
    let shown = shown(entry);
    let full = shown.html.is_some();
    Item {
        id: &entry.id,
        url: entry.item.url.as_ref().map(url::Url::as_str),
        external_url: entry.item.external_url.as_ref().map(url::Url::as_str),
        image: shown.image.map(|image| image.url.as_str()),
        banner_image: entry.item.banner_image.as_ref().filter(|_| full).map(url::Url::as_str),
        date_published: shown.published,
        date_modified: Some(shown.updated).filter(|&updated| updated != shown.published),
        authors: shown.authors.iter().filter_map(|author| person(author)).collect(),
        tags: shown.tags.iter().map(|tag| one_line(tag)).collect(),
        language: other_language(entry, &section.language),
        attachments: shown.attachments.iter().map(file).collect(),
        extension: extension(entry, &shown),
        content: match shown.html {
            Some(html) => Content::Html(html),
            None => Content::Text(shown.summary.clone().unwrap_or_default()),
        },
        title: shown.title,
        summary: shown.summary,
    }
}

fn person(author: &crate::model::Author) -> Option<Author<'_>> {
    let url = author.url.as_ref().map(url::Url::as_str);
    let avatar = author.avatar.as_ref().map(url::Url::as_str);
    name(author).map(|name| Author { name, url, avatar })
}

fn file(file: &Attachment) -> File<'_> {
    File {
        url: file.url.as_str(),
        mime_type: &file.mime_type,
        title: file.title.as_deref().map(one_line),
        size_in_bytes: file.size_in_bytes,
        duration_in_seconds: file.duration_in_seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0),
    }
}

fn extension<'a>(entry: &'a Entry, shown: &Shown<'a>) -> ItemExtension<'a> {
    let item = &entry.item;
    ItemExtension {
        source: origin(&entry.source),
        story: story(entry),
        summary_html: shown.summary_html,
        rights: item.rights.as_deref().or(entry.source.rights.as_deref()).map(one_line),
        comments_url: shown.html.as_ref().and(item.comments_url.as_ref()).map(url::Url::as_str),
        image_credit: shown.image.and_then(|image| image.credit.as_deref()).map(one_line),
    }
}

fn origin(source: &Source) -> Origin<'_> {
    Origin {
        title: one_line(&source.title),
        feed_url: source.feed_url.as_ref().map(url::Url::as_str),
        url: source.url.as_ref().map(url::Url::as_str),
    }
}

fn story(entry: &Entry) -> Option<Story<'_>> {
    let told: Option<&StoryRef> = entry.story.as_ref();
    if told.is_none() && entry.also.is_empty() {
        return None;
    }
    Some(Story {
        id: told.map(|story| story.id.as_str()),
        url: told.and_then(|story| story.url.as_ref()).map(url::Url::as_str),
        outlets: told.map(|story| story.outlets),
        also: entry.also.iter().map(other).collect(),
    })
}

fn other(also: &Also) -> Other<'_> {
    Other {
        title: one_line(&also.title),
        url: also.url.as_ref().map(url::Url::as_str),
        outlet: one_line(&also.outlet),
        date_published: also.date_published,
        why: also.why,
    }
}
