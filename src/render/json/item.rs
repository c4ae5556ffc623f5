//! One item as a JSON Feed object, drawn once for all: `warta parse` and the published feeds differ in what they tell,
//! never in how.

use std::borrow::Cow;

use serde::Serialize;
use url::Url;

use super::parts::{self, File, Helper, Link, Media, Person, Source};
use super::story::Story;
use crate::model::{Image, Item, Place, Podcast, Timestamp};
use crate::render::text::{legal, one_line};

/// An item (jsonfeed.org/version/1.1, "Items").
#[derive(Serialize, Default)]
pub(super) struct JsonItem<'a> {
    pub(super) id: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) external_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_html: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) content_text: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) image: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) banner_image: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_published: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) date_modified: Option<Timestamp>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) authors: Vec<Person<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attachments: Vec<File<'a>>,
    #[serde(rename = "_warta", skip_serializing_if = "Option::is_none")]
    pub(super) extension: Option<Extension<'a>>,
}

/// What JSON Feed has no field for.
#[derive(Serialize, Default, PartialEq)]
pub(super) struct Extension<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<Source<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) story: Option<Story<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) summary_html: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) links: Vec<Link<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) contributors: Vec<Helper<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) author_emails: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rights: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) created: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comments_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comments_feed_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) comments_count: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) original_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) thumbnail: Option<&'a Url>,
    #[serde(flatten)]
    pub(super) image: Picture,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) media: Vec<Media<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) explicit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) podcast: Option<&'a Podcast>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) geo: &'a [Place],
}

/// What is told of the picture beside its address.
#[derive(Serialize, Default, PartialEq)]
pub(super) struct Picture {
    #[serde(skip_serializing_if = "Option::is_none")]
    image_width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_alt: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image_credit: Option<String>,
}

/// An item with all that is known of it. The id is the origin's, and may be empty.
pub(super) fn whole(item: &Item) -> JsonItem<'_> {
    JsonItem {
        id: Cow::Borrowed(&item.origin_id),
        url: item.url.as_ref(),
        external_url: item.external_url.as_ref(),
        title: one_line(&item.title),
        content_html: item.content_html.as_ref().map(|html| legal(html.as_str())),
        content_text: item.content_text.as_deref().map(legal),
        summary: item.summary.as_deref().map(legal),
        image: item.image.as_ref().map(|image| &image.url),
        banner_image: item.banner_image.as_ref(),
        date_published: item.date_published,
        date_modified: item.date_modified,
        authors: item.authors.iter().map(parts::person).collect(),
        tags: item.tags.iter().map(|tag| one_line(tag)).collect(),
        language: item.language.as_deref(),
        attachments: item.attachments.iter().map(parts::file).collect(),
        extension: Some(extension(item)).filter(|extension| *extension != Extension::default()),
    }
}

fn extension(item: &Item) -> Extension<'_> {
    Extension {
        source: item.origin.as_ref().map(parts::origin),
        story: None,
        summary_html: item.summary_html.as_ref().map(|html| html.as_str()),
        links: item.links.iter().map(parts::link).collect(),
        contributors: item.contributors.iter().map(parts::helper).collect(),
        author_emails: &item.author_emails,
        rights: item.rights.as_deref().map(one_line),
        created: item.created,
        comments_url: item.comments_url.as_ref(),
        comments_feed_url: item.comments_feed_url.as_ref(),
        comments_count: item.comments_count,
        original_url: item.original_url.as_ref(),
        thumbnail: item.thumbnail.as_ref(),
        image: item.image.as_ref().map(picture).unwrap_or_default(),
        media: parts::media(&item.attachments, item.player.as_ref()),
        explicit: item.explicit,
        podcast: item.podcast.as_ref(),
        geo: &item.geo,
    }
}

pub(super) fn picture(image: &Image) -> Picture {
    Picture {
        image_width: image.width,
        image_height: image.height,
        image_alt: image.alt.as_deref().map(one_line),
        image_credit: image.credit.as_deref().map(one_line),
    }
}
