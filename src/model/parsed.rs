//! What a document said, before anything was cleaned. Every text here is hostile.
//!
//! `parse` fills these; `clean` turns them into [`super::Feed`] and [`super::Item`]. They are serialised so that the
//! store can keep what came beside what was cleaned, and clean it again under a new policy.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Deleted, ParsedPicture, ParsedPodcast, Place, Timestamp};

/// The format a document was read as; its name is what `_warta.format` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Format {
    /// RSS 0.90 (Netscape, RDF).
    Rss090,
    /// RSS 0.91 by Netscape, told by its DOCTYPE.
    Rss091Netscape,
    /// RSS 0.91 by `UserLand`.
    Rss091,
    /// RSS 0.92.
    Rss092,
    /// RSS 0.93.
    Rss093,
    /// RSS 0.94.
    Rss094,
    /// RSS 1.0 (RDF).
    Rss10,
    /// RSS 1.1 (RDF).
    Rss11,
    /// RSS 2.0 and its minor versions.
    Rss20,
    /// `<rss>` without a version that is known.
    Rss,
    /// Atom 0.3.
    Atom03,
    /// Atom 1.0, RFC 4287.
    Atom10,
    /// `<feed>` in no namespace that is known.
    Atom,
    /// Channel Definition Format.
    Cdf,
    /// JSON Feed 1.0.
    Json10,
    /// JSON Feed 1.1.
    Json11,
    /// sitemap.xml, with or without the news extension.
    Sitemap,
    /// A page whose list was selected.
    Html,
}

impl Format {
    /// All of them, in the order of this list.
    pub const ALL: [Self; 18] = [
        Self::Rss090,
        Self::Rss091Netscape,
        Self::Rss091,
        Self::Rss092,
        Self::Rss093,
        Self::Rss094,
        Self::Rss10,
        Self::Rss11,
        Self::Rss20,
        Self::Rss,
        Self::Atom03,
        Self::Atom10,
        Self::Atom,
        Self::Cdf,
        Self::Json10,
        Self::Json11,
        Self::Sitemap,
        Self::Html,
    ];

    /// The name that `_warta.format` shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rss090 => "rss-0.90",
            Self::Rss091Netscape => "rss-0.91n",
            Self::Rss091 => "rss-0.91",
            Self::Rss092 => "rss-0.92",
            Self::Rss093 => "rss-0.93",
            Self::Rss094 => "rss-0.94",
            Self::Rss10 => "rss-1.0",
            Self::Rss11 => "rss-1.1",
            Self::Rss20 => "rss-2.0",
            Self::Rss => "rss",
            Self::Atom03 => "atom-0.3",
            Self::Atom10 => "atom-1.0",
            Self::Atom => "atom",
            Self::Cdf => "cdf",
            Self::Json10 => "json-1.0",
            Self::Json11 => "json-1.1",
            Self::Sitemap => "sitemap",
            Self::Html => "html",
        }
    }
}

/// How a text construct is to be read (RFC 4287 3.1; RSS leaves it open).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TextKind {
    /// Characters are characters: `<` is a less-than sign.
    Plain,
    /// Markup, already unescaped once: `<b>` is an element.
    #[default]
    Html,
    /// RSS: the format does not say. `clean` decides by what it finds.
    Unknown,
}

/// A text construct as it came.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Text {
    /// The characters, after XML unescaping.
    pub value: String,
    /// How they are to be read.
    pub kind: TextKind,
    /// What relative links in it are relative to (xml:base in force there).
    pub base: Option<Url>,
    /// xml:lang in force there.
    pub language: Option<String>,
}

/// Somebody named by a document. Any field may hold markup or nonsense.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Person {
    /// The name as written.
    pub name: Option<String>,
    /// The mail address as written.
    pub email: Option<String>,
    /// The person's page, resolved.
    pub url: Option<String>,
    /// What the document calls the part they played ("editor", "photographer"), for contributors.
    pub role: Option<String>,
    /// A picture of them (JSON Feed `avatar`), resolved.
    pub avatar: Option<String>,
}

/// A link with its relation (`atom:link`), resolved.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WebLink {
    /// Relation, lower case, "alternate" where absent; full IANA addresses shortened to their last part.
    pub rel: String,
    /// Target, absolute where a base was known.
    pub href: String,
    /// Media type as written.
    pub media_type: Option<String>,
    /// Title as written.
    pub title: Option<String>,
    /// Language of the target.
    pub hreflang: Option<String>,
    /// Length in bytes where told.
    pub length: Option<u64>,
}

/// A file that goes with an item (RSS `enclosure`, Atom `rel=enclosure`, `media:content`, JSON Feed attachments).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Enclosure {
    /// Address, resolved.
    pub url: String,
    /// Media type as written, or guessed by nobody.
    pub media_type: Option<String>,
    /// Bytes; unbelievable values are left out by `clean`.
    pub length: Option<u64>,
    /// Seconds.
    pub duration_seconds: Option<f64>,
    /// Title.
    pub title: Option<String>,
    /// Media RSS `medium` ("image", "audio", "video"), where told.
    pub medium: Option<String>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Who made it (`media:credit`).
    pub credit: Option<String>,
    /// What is said of it (`media:description`, plain text).
    pub description: Option<String>,
    /// A page that plays it (`media:player`), resolved.
    pub player: Option<String>,
    /// Files of one number show the same in other shapes (`media:group`).
    pub group: Option<u32>,
    /// The document says that it is the one to show (`media:content isDefault`).
    pub is_default: bool,
    /// From Media RSS rather than an enclosure proper.
    pub from_media: bool,
}

/// Where an item says that it comes from (RSS `source`, `atom:source`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ParsedSource {
    /// Title as written.
    pub title: Option<Text>,
    /// Its id.
    pub id: Option<String>,
    /// Address of the origin's feed (RSS `source url`, `rel=self`).
    pub feed_url: Option<String>,
    /// Address of the origin's pages.
    pub url: Option<String>,
    /// When the origin's feed changed.
    pub updated: Option<Timestamp>,
    /// Its icon.
    pub icon: Option<String>,
    /// Its rights.
    pub rights: Option<Text>,
    /// Its authors, which an entry without authors inherits (RFC 4287 4.2.1).
    pub authors: Vec<Person>,
}

/// What of a document had to be mended, so that somebody can tell its makers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RepairKind {
    /// The bytes are not what the declaration or the header says.
    Encoding,
    /// Markup that XML does not allow: a bare `&`, a tag that nobody closed, an attribute without quotes.
    Markup,
    /// An entity that the document does not declare.
    Entity,
    /// A character that XML forbids.
    Character,
    /// Well-formed text that was decoded wrongly before the document was made: UTF-8 taken for Latin-1, characters of
    /// windows-1252 under the numbers of control characters.
    Mojibake,
    /// A prefix that nobody bound.
    Namespace,
    /// A date that could not be read, cannot be true, or is missing where the format demands one.
    Date,
    /// An address that could not be read or is not http(s).
    Url,
    /// The document ends in the middle.
    Truncated,
    /// Something was over a limit and was cut or left out.
    Limit,
    /// Ids that are empty or stand at more than one item.
    Id,
    /// A JSON value of another type than the format asks for.
    Json,
    /// Something stands where the format has no place for it.
    Structure,
    /// The content coding or content type is not what the header says.
    Header,
}

impl RepairKind {
    /// All of them, in the order in which the documentation lists them.
    pub const ALL: [Self; 14] = [
        Self::Encoding,
        Self::Markup,
        Self::Entity,
        Self::Character,
        Self::Namespace,
        Self::Truncated,
        Self::Mojibake,
        Self::Structure,
        Self::Date,
        Self::Url,
        Self::Id,
        Self::Json,
        Self::Limit,
        Self::Header,
    ];

    /// True for those that make a document ill-formed in feedparser's sense (`bozo`).
    #[must_use]
    pub fn is_ill_formed(self) -> bool {
        matches!(
            self,
            Self::Encoding | Self::Markup | Self::Entity | Self::Character | Self::Namespace | Self::Truncated
        )
    }

    /// The name that `_warta.repairs[].kind` shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Encoding => "encoding",
            Self::Markup => "markup",
            Self::Entity => "entity",
            Self::Character => "character",
            Self::Mojibake => "mojibake",
            Self::Namespace => "namespace",
            Self::Date => "date",
            Self::Url => "url",
            Self::Truncated => "truncated",
            Self::Limit => "limit",
            Self::Id => "id",
            Self::Json => "json",
            Self::Structure => "structure",
            Self::Header => "header",
        }
    }
}

/// One mending: kind and a sentence fragment that says where and what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repair {
    /// What kind of trouble.
    pub kind: RepairKind,
    /// Where and what, for people. Never longer than 200 characters.
    pub detail: String,
}

/// One document, as it said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ParsedFeed {
    /// What it was read as.
    pub format: Format,
    /// The encoding that its bytes were read in (WHATWG name, lower case; "utf-32be" and "utf-32le" too).
    pub encoding: String,
    /// `channel/title`, `feed/title`, JSON `title`.
    pub title: Option<Text>,
    /// `channel/description`, `feed/subtitle`, JSON `description`.
    pub description: Option<Text>,
    /// `channel/link`, `rel=alternate`, JSON `home_page_url`.
    pub home_page_url: Option<String>,
    /// `rel=self`, JSON `feed_url`.
    pub feed_url: Option<String>,
    /// `feed/id`, `rdf:about`.
    pub id: Option<String>,
    /// `language`, `xml:lang` at the root, JSON `language`.
    pub language: Option<String>,
    /// `copyright`, `rights`, `dc:rights`.
    pub rights: Option<Text>,
    /// `generator`.
    pub generator: Option<String>,
    /// A small square picture (`icon`, JSON `favicon`).
    pub icon: Option<String>,
    /// A larger picture (`image/url`, `logo`, JSON `icon`).
    pub image: Option<String>,
    /// `managingEditor`, `author`, `dc:creator`, JSON `authors`.
    pub authors: Vec<Person>,
    /// `webMaster`, `contributor`.
    pub contributors: Vec<Person>,
    /// `category`.
    pub tags: Vec<String>,
    /// Every `atom:link` and its like, hubs included.
    pub links: Vec<WebLink>,
    /// `pubDate` of the channel.
    pub published: Option<Timestamp>,
    /// `lastBuildDate`, `updated`, `dc:date`.
    pub updated: Option<Timestamp>,
    /// RSS `ttl`, minutes.
    pub ttl_minutes: Option<u32>,
    /// RSS `skipHours`, 0 to 23, GMT.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`, English names as in the specification.
    pub skip_days: Vec<String>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, minutes.
    pub update_period_minutes: Option<u32>,
    /// `podcast:guid`.
    pub podcast_guid: Option<String>,
    /// `fh:complete`: what it does not hold is gone (RFC 5005 2).
    pub is_complete: bool,
    /// `fh:archive`: it does not change any more (RFC 5005 4).
    pub is_archive: bool,
    /// `at:deleted-entry` (RFC 6721 3), at most [`super::MAX_ITEMS`].
    pub deleted: Vec<Deleted>,
    /// The items in document order, at most [`super::MAX_ITEMS`].
    pub items: Vec<ParsedItem>,
    /// Items that the document holds beyond the limit.
    pub items_left_out: usize,
    /// What was mended, at most 100 named.
    pub repairs: Vec<Repair>,
    /// Steps that reading took: bytes, elements and attributes looked at, those looked at twice counted twice. Linear
    /// in the document's length, whatever it holds.
    #[serde(default)]
    pub steps: usize,
}

impl ParsedFeed {
    /// A feed that said nothing yet.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            encoding: "utf-8".to_owned(),
            title: None,
            description: None,
            home_page_url: None,
            feed_url: None,
            id: None,
            language: None,
            rights: None,
            generator: None,
            icon: None,
            image: None,
            authors: Vec::new(),
            contributors: Vec::new(),
            tags: Vec::new(),
            links: Vec::new(),
            published: None,
            updated: None,
            ttl_minutes: None,
            skip_hours: Vec::new(),
            skip_days: Vec::new(),
            update_period_minutes: None,
            podcast_guid: None,
            is_complete: false,
            is_archive: false,
            deleted: Vec::new(),
            items: Vec::new(),
            items_left_out: 0,
            repairs: Vec::new(),
            steps: 0,
        }
    }
}

/// One item of a document, as it said.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParsedItem {
    /// `guid`, `atom:id`, `rdf:about`, JSON `id`; blanks at the ends cut.
    pub id: Option<String>,
    /// The address of the article: `link`, `rel=alternate`, a permalink `guid`, JSON `url`; resolved.
    pub url: Option<String>,
    /// JSON `external_url`, resolved.
    pub external_url: Option<String>,
    /// `feedburner:origLink`, resolved: a better address for identity than `url`.
    pub original_url: Option<String>,
    /// `title`, `dc:title`, `media:title` at last.
    pub title: Option<Text>,
    /// `description`, `atom:summary`, JSON `summary`.
    pub summary: Option<Text>,
    /// `content:encoded`, `atom:content`, JSON `content_html` or `content_text`.
    pub content: Option<Text>,
    /// `pubDate`, `published`, `issued`, `dc:date`, JSON `date_published`.
    pub date_published: Option<Timestamp>,
    /// `updated`, `modified`, `dcterms:modified`, JSON `date_modified`.
    pub date_modified: Option<Timestamp>,
    /// `created`, `dcterms:created`.
    pub created: Option<Timestamp>,
    /// `author`, `dc:creator`, `itunes:author`, JSON `authors`.
    pub authors: Vec<Person>,
    /// `contributor`, `dc:contributor`, `media:credit` with its role.
    pub contributors: Vec<Person>,
    /// `category`, `dc:subject`, `media:keywords`, JSON `tags`.
    pub tags: Vec<String>,
    /// All of them, in document order.
    pub enclosures: Vec<Enclosure>,
    /// JSON `image`, `itunes:image`, an item's own `image/url`; resolved.
    pub image: Option<String>,
    /// JSON `banner_image`, resolved.
    pub banner_image: Option<String>,
    /// `media:thumbnail`, resolved.
    pub thumbnail: Option<String>,
    /// xml:lang at the item, `dc:language`, JSON `language`.
    pub language: Option<String>,
    /// `rights`, `dc:rights`.
    pub rights: Option<Text>,
    /// RSS `comments`, `rel=replies` of a page, resolved.
    pub comments_url: Option<String>,
    /// `wfw:commentRss`, `rel=replies` of a feed, resolved.
    pub comments_feed_url: Option<String>,
    /// `slash:comments`, `thr:total`, `thr:count`.
    pub comments_count: Option<u32>,
    /// What is told of `image`.
    pub picture: Option<ParsedPicture>,
    /// A page that plays the item, where it stands at no file of its own (`media:player`); resolved.
    pub player: Option<String>,
    /// For adults only or not: `itunes:explicit`, `media:rating` of the simple scheme, `media:adult`.
    pub explicit: Option<bool>,
    /// What makes it an episode.
    pub podcast: Option<ParsedPodcast>,
    /// Where it happened (`GeoRSS`, W3C Basic Geo, `podcast:location`), at most [`super::MAX_PLACES`].
    pub places: Vec<Place>,
    /// RSS `source`, `atom:source`.
    pub source: Option<ParsedSource>,
    /// Every `atom:link` of the item.
    pub links: Vec<WebLink>,
}
