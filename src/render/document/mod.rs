//! One cleaned document in, JSON Feed 1.1 out (jsonfeed.org/version/1.1): what `warta parse` shows. It tells all that
//! is known of the document, what was mended included; what the format has no field for stands in `_warta`.

mod item;

use serde::Serialize;
use url::Url;

use self::item::{DocumentItem, Person};
use super::Error;
use crate::model::{Contributor, Feed, ItemLink, Repair, Timestamp};

const NAME: &str = "parse";
const VERSION: &str = "https://jsonfeed.org/version/1.1";

/// Draws `feed`, indented for people, with a line end behind it.
///
/// # Errors
/// [`Error::Write`] when the writer gives up, which no content of a feed can cause.
pub fn draw(feed: &Feed) -> Result<Vec<u8>, Error> {
    let mut bytes = serde_json::to_vec_pretty(&document(feed)).map_err(|why| Error::write(NAME, why))?;
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
    items: Vec<DocumentItem<'a>>,
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
}

#[derive(Serialize)]
struct Mending<'a> {
    kind: &'static str,
    detail: &'a str,
}

#[derive(Serialize, PartialEq)]
struct Link<'a> {
    rel: &'a str,
    href: &'a Url,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    media_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hreflang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

#[derive(Serialize, PartialEq)]
struct Helper<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
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
        authors: feed.authors.iter().map(item::person).collect(),
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
            links: feed.links.iter().map(link).collect(),
            contributors: feed.contributors.iter().map(helper).collect(),
            author_emails: &feed.author_emails,
            published: feed.published,
            updated: feed.updated,
            ttl_minutes: feed.ttl_minutes,
            skip_hours: &feed.skip_hours,
            skip_days: &feed.skip_days,
            update_period_minutes: feed.update_period_minutes,
        },
        items: feed.items.iter().map(item::item).collect(),
    }
}

fn mending(repair: &Repair) -> Mending<'_> {
    Mending { kind: repair.kind.name(), detail: &repair.detail }
}

fn link(link: &ItemLink) -> Link<'_> {
    Link {
        rel: &link.rel,
        href: &link.href,
        media_type: link.media_type.as_deref(),
        title: link.title.as_deref(),
        hreflang: link.hreflang.as_deref(),
        length: link.length,
    }
}

fn helper(contributor: &Contributor) -> Helper<'_> {
    Helper {
        name: contributor.name.as_deref(),
        email: contributor.email.as_deref(),
        url: contributor.url.as_ref(),
        role: contributor.role.as_deref(),
    }
}

#[cfg(test)]
mod tests;
