//! One cleaned item in, its JSON Feed object out, with all that its document told.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::{Helper, Link};
use crate::model::{Attachment, Author, CleanHtml, Item, Origin, Timestamp};

/// Bytes of a hash that stands in for an id: enough that no two items of one document share it.
const ID_BYTES: usize = 16;

#[derive(Serialize)]
pub(super) struct DocumentItem<'a> {
    id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_html: Option<&'a CleanHtml>,
    #[serde(skip_serializing_if = "Option::is_none")]
    content_text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    banner_image: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attachments: Vec<File<'a>>,
    #[serde(rename = "_warta", skip_serializing_if = "Extension::is_empty")]
    extension: Extension<'a>,
}

#[derive(Serialize)]
pub(super) struct Person<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a Url>,
}

#[derive(Serialize)]
struct File<'a> {
    url: &'a Url,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<f64>,
}

#[derive(Serialize, Default, PartialEq)]
struct Extension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary_html: Option<&'a CleanHtml>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<Helper<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    author_emails: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comments_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thumbnail: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_credit: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    media: Vec<Media<'a>>,
}

impl Extension<'_> {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Serialize, PartialEq)]
struct Source<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
}

/// What JSON Feed's attachments have no place for.
#[derive(Serialize, PartialEq)]
struct Media<'a> {
    url: &'a Url,
    r#type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<&'a str>,
}

pub(super) fn item(item: &Item) -> DocumentItem<'_> {
    DocumentItem {
        id: id(item),
        url: item.url.as_ref(),
        external_url: item.external_url.as_ref(),
        title: &item.title,
        content_html: item.content_html.as_ref(),
        content_text: item.content_text.as_deref(),
        summary: item.summary.as_deref(),
        image: item.image.as_ref().map(|image| &image.url),
        banner_image: item.banner_image.as_ref(),
        date_published: item.date_published,
        date_modified: item.date_modified,
        authors: item.authors.iter().map(person).collect(),
        tags: &item.tags,
        language: item.language.as_deref(),
        attachments: item.attachments.iter().map(file).collect(),
        extension: extension(item),
    }
}

pub(super) fn person(author: &Author) -> Person<'_> {
    Person { name: author.name.as_deref(), url: author.url.as_ref(), avatar: author.avatar.as_ref() }
}

/// JSON Feed wants an id at every item: the origin's, else its address, else a hash of what it says.
fn id(item: &Item) -> Cow<'_, str> {
    if !item.origin_id.is_empty() {
        return Cow::Borrowed(&item.origin_id);
    }
    if let Some(url) = item.url.as_ref().or(item.external_url.as_ref()) {
        return Cow::Borrowed(url.as_str());
    }
    let html = item.content_html.as_ref().map(CleanHtml::as_str).unwrap_or_default();
    let mut hash = Sha256::new();
    for part in [item.title.as_str(), html, item.content_text.as_deref().unwrap_or_default()] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut id = "urn:sha256:".to_owned();
    for byte in hash.finalize().iter().take(ID_BYTES) {
        // Writing to a String does not fail.
        let _ = write!(id, "{byte:02x}");
    }
    Cow::Owned(id)
}

fn file(file: &Attachment) -> File<'_> {
    File {
        url: &file.url,
        mime_type: &file.mime_type,
        title: file.title.as_deref(),
        size_in_bytes: file.size_in_bytes,
        duration_in_seconds: file.duration_in_seconds,
    }
}

fn extension(item: &Item) -> Extension<'_> {
    let told_more = |file: &&Attachment| file.width.is_some() || file.height.is_some() || file.credit.is_some();
    Extension {
        source: item.origin.as_ref().map(source),
        summary_html: item.summary_html.as_ref(),
        links: item.links.iter().map(super::link).collect(),
        contributors: item.contributors.iter().map(super::helper).collect(),
        author_emails: &item.author_emails,
        rights: item.rights.as_deref(),
        created: item.created,
        comments_url: item.comments_url.as_ref(),
        thumbnail: item.thumbnail.as_ref(),
        image_credit: item.image.as_ref().and_then(|image| image.credit.as_deref()),
        media: item.attachments.iter().filter(told_more).map(media).collect(),
    }
}

fn source(origin: &Origin) -> Source<'_> {
    Source {
        title: origin.title.as_deref(),
        id: origin.id.as_deref(),
        feed_url: origin.feed_url.as_ref(),
        url: origin.url.as_ref(),
        updated: origin.updated,
        icon: origin.icon.as_ref(),
        rights: origin.rights.as_deref(),
    }
}

fn media(file: &Attachment) -> Media<'_> {
    Media {
        url: &file.url,
        r#type: &file.mime_type,
        width: file.width,
        height: file.height,
        credit: file.credit.as_deref(),
    }
}
