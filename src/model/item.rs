//! One piece of news, cleaned: safe to publish. Fields are named as JSON Feed 1.1 names them.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{CleanHtml, Place, Podcast, Timestamp};

/// An item as `clean` leaves it. Titles, names and tags are plain text; addresses are absolute http(s); dates keep
/// their offset.
///
/// Serialised without its bodies, so that no HTML can be read back unseen: the store keeps those beside and vouches.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Item {
    /// The id that the origin gave, blanks cut; empty where it gave none. Not the published id, which is the entry's.
    pub origin_id: String,
    /// The article.
    pub url: Option<Url>,
    /// JSON Feed `external_url`.
    pub external_url: Option<Url>,
    /// What identity is judged by where the origin tells a truer address (`feedburner:origLink`).
    pub original_url: Option<Url>,
    /// Plain text, at most [`super::MAX_TITLE_CHARS`]; empty for an untitled item.
    pub title: String,
    /// Plain text, at most [`super::MAX_SUMMARY_CHARS`].
    pub summary: Option<String>,
    /// The summary with its markup, where a fuller content stands beside it.
    #[serde(skip)]
    pub summary_html: Option<CleanHtml>,
    /// The fullest content there is.
    #[serde(skip)]
    pub content_html: Option<CleanHtml>,
    /// Where the origin gave only plain text (JSON Feed `content_text`).
    #[serde(skip)]
    pub content_text: Option<String>,
    /// When it was published, by the origin's word; first-seen where it said nothing believable.
    pub date_published: Option<Timestamp>,
    /// False where `date_published` is first-seen: such an item never enters the news sitemap.
    pub has_own_date: bool,
    /// When it was changed, by the origin's word.
    pub date_modified: Option<Timestamp>,
    /// `dcterms:created`.
    pub created: Option<Timestamp>,
    /// Who wrote it.
    pub authors: Vec<Author>,
    /// Editors, photographers and others.
    pub contributors: Vec<Contributor>,
    /// Mail addresses that the origin told of its authors (never published, shown by `parse`).
    pub author_emails: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Language tag (BCP 47) of the item, where told.
    pub language: Option<String>,
    /// The picture to show.
    pub image: Option<Image>,
    /// JSON Feed `banner_image`.
    pub banner_image: Option<Url>,
    /// `media:thumbnail`.
    pub thumbnail: Option<Url>,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
    /// Rights, plain text.
    pub rights: Option<String>,
    /// Where it is discussed.
    pub comments_url: Option<Url>,
    /// The feed of that discussion.
    pub comments_feed_url: Option<Url>,
    /// How many comments the document counted.
    pub comments_count: Option<u32>,
    /// A page that plays it, where that belongs to none of its files.
    pub player: Option<Url>,
    /// For adults only, or plainly not; `None` where nobody told.
    pub explicit: Option<bool>,
    /// What makes it an episode of a podcast.
    pub podcast: Option<Podcast>,
    /// Where it happened.
    pub geo: Vec<Place>,
    /// Where the document itself says that the item comes from.
    pub origin: Option<Origin>,
    /// Related links.
    pub links: Vec<ItemLink>,
}

/// A person, shown.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Author {
    /// Plain text.
    pub name: Option<String>,
    /// Their page.
    pub url: Option<Url>,
    /// Their picture.
    pub avatar: Option<Url>,
}

/// A person with the part they played.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Contributor {
    /// Plain text.
    pub name: Option<String>,
    /// Mail, where told.
    pub email: Option<String>,
    /// Their page.
    pub url: Option<Url>,
    /// "editor", "photographer", ..
    pub role: Option<String>,
}

/// A picture with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// Address.
    pub url: Url,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// What it shows, plain text.
    pub alt: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// A file that goes with an item (JSON Feed `attachments`).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Address.
    pub url: Url,
    /// Media type; "application/octet-stream" where nothing is known.
    pub mime_type: String,
    /// Title.
    pub title: Option<String>,
    /// Bytes.
    pub size_in_bytes: Option<u64>,
    /// Seconds.
    pub duration_in_seconds: Option<f64>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Who made it.
    pub credit: Option<String>,
    /// What is said of it, plain text.
    #[serde(default)]
    pub description: Option<String>,
    /// A page that plays it.
    #[serde(default)]
    pub player: Option<Url>,
    /// Files of one number show the same in other shapes.
    #[serde(default)]
    pub group: Option<u32>,
    /// From Media RSS rather than an enclosure proper.
    pub from_media: bool,
}

/// Where an item says that it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Origin {
    /// Plain text.
    pub title: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Its feed.
    pub feed_url: Option<Url>,
    /// Its pages.
    pub url: Option<Url>,
    /// When its feed changed.
    pub updated: Option<Timestamp>,
    /// Its icon.
    pub icon: Option<Url>,
    /// Its rights.
    pub rights: Option<String>,
}

/// A link with its relation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemLink {
    /// Relation, lower case.
    pub rel: String,
    /// Target.
    pub href: Url,
    /// Media type.
    pub media_type: Option<String>,
    /// Title, plain text.
    pub title: Option<String>,
    /// Language tag of the target.
    #[serde(default)]
    pub hreflang: Option<String>,
    /// Bytes, where told.
    #[serde(default)]
    pub length: Option<u64>,
}

/// An outlet or another report named beside an item: title and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Plain text.
    pub title: String,
    /// Address.
    pub url: Url,
}
