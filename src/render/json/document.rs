//! One cleaned document in, JSON Feed 1.1 out (jsonfeed.org/version/1.1): what `warta parse` shows. It tells all that
//! is known of the document, what was mended included; what the format has no field for stands in `_warta`.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::Serialize;
use sha2::{Digest, Sha256};
use url::Url;

use super::VERSION;
use super::item::{self, JsonItem};
use super::parts::{self, Helper, Link, Person};
use crate::model::{CleanHtml, Deleted, Feed, Item, Repair, Timestamp};
use crate::render::Error;

const NAME: &str = "parse";
/// Bytes of a hash that stands in for an id: enough that no two items of one document share it.
const ID_BYTES: usize = 16;

/// Draws `feed`, indented for people, with a line end behind it.
///
/// # Errors
/// [`Error::Write`] when the writer gives up, which no content of a feed can cause.
pub fn draw(feed: &Feed) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(&document(feed)).map_err(|why| Error::write(NAME, why))?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// Draws items alone: one as an object, where `one` is set and there is one, else an array; indented, with a line end
/// behind it.
///
/// # Errors
/// [`Error::Write`] when the writer gives up, which no content of a page can cause.
pub fn draw_items(items: &[&Item], one: bool) -> Result<Vec<u8>, Error> {
    let drawn: Vec<JsonItem<'_>> = items.iter().map(|item| document_item(item)).collect();
    let written = match drawn.as_slice() {
        [only] if one => serde_json::to_vec_pretty(only),
        all => serde_json::to_vec_pretty(all),
    };
    let mut bytes = written.map_err(|why| Error::write("article", why))?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[derive(Serialize)]
struct Document<'a> {
    version: &'static str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    home_page_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    favicon: Option<&'a Url>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hubs: Vec<Hub<'a>>,
    #[serde(rename = "_warta")]
    extension: Extension<'a>,
    items: Vec<JsonItem<'a>>,
}

#[derive(Serialize)]
struct Hub<'a> {
    r#type: &'static str,
    url: &'a Url,
}

#[derive(Serialize)]
struct Extension<'a> {
    format: &'static str,
    encoding: &'a str,
    bozo: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    repairs: Vec<Mending<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generator: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    tags: &'a [String],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contributors: Vec<Helper<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    author_emails: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ttl_minutes: Option<u32>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    skip_hours: &'a [u8],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    skip_days: &'a [u8],
    #[serde(skip_serializing_if = "Option::is_none")]
    update_period_minutes: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    podcast_guid: Option<&'a str>,
    #[serde(skip_serializing_if = "is_false")]
    complete: bool,
    #[serde(skip_serializing_if = "is_false")]
    archive: bool,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    deleted: &'a [Deleted],
}

#[derive(Serialize)]
struct Mending<'a> {
    kind: &'static str,
    detail: &'a str,
}

fn document(feed: &Feed) -> Document<'_> {
    Document {
        version: VERSION,
        title: &feed.title,
        home_page_url: feed.home_page_url.as_ref(),
        feed_url: feed.feed_url.as_ref(),
        description: feed.description.as_deref(),
        icon: feed.icon.as_ref(),
        favicon: feed.favicon.as_ref(),
        authors: feed.authors.iter().map(parts::person).collect(),
        language: feed.language.as_deref(),
        hubs: feed.hubs.iter().map(|url| Hub { r#type: "WebSub", url }).collect(),
        extension: Extension {
            format: feed.format.name(),
            encoding: &feed.encoding,
            bozo: feed.repairs.iter().any(|repair| repair.kind.is_ill_formed()),
            repairs: feed.repairs.iter().map(mending).collect(),
            id: feed.id.as_deref(),
            rights: feed.rights.as_deref(),
            generator: feed.generator.as_deref(),
            tags: &feed.tags,
            links: feed.links.iter().map(parts::link).collect(),
            contributors: feed.contributors.iter().map(parts::helper).collect(),
            author_emails: &feed.author_emails,
            published: feed.published,
            updated: feed.updated,
            ttl_minutes: feed.ttl_minutes,
            skip_hours: &feed.skip_hours,
            skip_days: &feed.skip_days,
            update_period_minutes: feed.update_period_minutes,
            podcast_guid: feed.podcast_guid.as_deref(),
            complete: feed.is_complete,
            archive: feed.is_archive,
            deleted: &feed.deleted,
        },
        items: feed.items.iter().map(document_item).collect(),
    }
}

fn mending(repair: &Repair) -> Mending<'_> {
    Mending { kind: repair.kind.name(), detail: &repair.detail }
}

fn document_item(item: &Item) -> JsonItem<'_> {
    JsonItem { id: id(item), ..item::whole(item) }
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

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over references")]
fn is_false(flag: &bool) -> bool {
    !flag
}

#[cfg(test)]
mod tests;
