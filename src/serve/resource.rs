//! One published document with its codings, and the headers of its answers.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Bytes;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CACHE_CONTROL, CONTENT_ENCODING,
    CONTENT_LENGTH, CONTENT_TYPE, ETAG, LAST_MODIFIED, LINK, VARY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::answer::protect_page;
use super::conditional::Validators;
use super::http_date;
use super::stored::Cold;
use crate::model::{Coding, Edition, EditionFile, Timestamp, topic_section};

/// Five minutes fresh, ten more while it is looked for anew, a day while this server is down.
const CACHE: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-while-revalidate=600, stale-if-error=86400");
/// An archive changes with a takedown alone: an hour fresh, and after that never shown unasked, so that what was taken down
/// is in no cache for longer.
const CACHE_ARCHIVE: HeaderValue = HeaderValue::from_static("public, max-age=3600, must-revalidate");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");
/// Room for all headers of an answer, so that a map is allocated once.
const MAX_HEADERS: usize = 16;

/// A published document. Its headers' values are made here once; an answer puts them together, because whole maps
/// for each of 50,000 pages would take more memory than the pages.
#[derive(Debug)]
pub(super) struct Resource {
    /// Not after the edition was taken over: a time in the future would not be believed (RFC 9110 8.8.2.1).
    last_modified: Timestamp,
    last_modified_text: Option<HeaderValue>,
    media_type: Option<HeaderValue>,
    /// `Link` of feeds: `rel="self"`, and `rel="hub"` where one can subscribe to them.
    own_link: Option<HeaderValue>,
    kind: Kind,
    is_archive: bool,
    noindex: bool,
    variants: Vec<Variant>,
}

/// One coding of it.
#[derive(Debug)]
pub(super) struct Variant {
    coding: Coding,
    etag: HeaderValue,
    pub(super) length: u64,
    pub(super) bytes: Stored,
}

/// Where its bytes are.
#[derive(Debug, Clone)]
pub(super) enum Stored {
    /// In memory.
    Hot(Bytes),
    /// On the disk.
    Cold(Arc<Cold>),
}

/// Where the site is read, and the WebSub hub of its feeds.
#[derive(Debug)]
pub(super) struct Addresses {
    base: Url,
    hub: Option<Url>,
    /// Those whose feeds name the hub; an operator's own files do not.
    sections: HashSet<String>,
}

impl Addresses {
    /// Of an edition; `None` for one that does not know where it is read.
    pub(super) fn of(edition: &Edition) -> Option<Self> {
        Some(Self {
            base: Url::parse(&edition.base_url).ok()?,
            hub: Url::parse(&edition.hub_url).ok(),
            sections: edition.sections.iter().map(|section| section.id.clone()).collect(),
        })
    }

    fn link(&self, path: &str) -> Option<HeaderValue> {
        let own = self.base.join(path).ok()?;
        let is_topic = topic_section(path).is_some_and(|section| self.sections.contains(section));
        match self.hub.as_ref().filter(|_| is_topic) {
            Some(hub) => value(&format!("<{hub}>; rel=\"hub\", <{own}>; rel=\"self\"")),
            None => value(&format!("<{own}>; rel=\"self\"")),
        }
    }
}

/// Who reads a document decides about its headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Readers and scripts of any site.
    Feed,
    /// People, in a browser.
    Page,
    /// Crawlers, or a browser for one of our pages.
    Other,
}

impl Resource {
    /// `rows` are the codings of one document, `site` is where it is read. `None` without rows.
    pub(super) fn new(rows: Vec<(&EditionFile, Stored)>, site: Option<&Addresses>, now: Timestamp) -> Option<Self> {
        let first = rows.first()?.0;
        let changed = rows.iter().map(|(row, _)| row.changed).max().unwrap_or(now);
        let last_modified = changed.min(now).whole_seconds();
        let kind = kind(&first.media_type);
        Some(Self {
            last_modified,
            last_modified_text: value(&http_date::format(last_modified)),
            media_type: value(&first.media_type),
            own_link: site.filter(|_| kind == Kind::Feed).and_then(|site| site.link(first.plain_path())),
            kind,
            is_archive: is_archive(first.plain_path()),
            noindex: first.noindex,
            variants: rows.into_iter().filter_map(|(row, bytes)| Variant::new(row, bytes)).collect(),
        })
    }

    pub(super) fn codings(&self) -> impl Iterator<Item = Coding> {
        self.variants.iter().map(|variant| variant.coding)
    }

    /// The one with this coding, where there is one.
    pub(super) fn variant(&self, coding: Coding) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.coding == coding)
    }

    pub(super) fn validators<'a>(&self, variant: &'a Variant) -> Validators<'a> {
        Validators { etag: variant.etag.to_str().unwrap_or_default(), last_modified: self.last_modified }
    }

    /// Whether all its codings are in memory.
    pub(super) fn is_hot(&self) -> bool {
        self.variants.iter().all(|variant| matches!(variant.bytes, Stored::Hot(_)))
    }

    /// What a 304 says, and a 200 too (RFC 9110 15.4.5).
    pub(super) fn tell_unchanged(&self, variant: &Variant, headers: &mut HeaderMap) {
        headers.insert(ETAG, variant.etag.clone());
        headers.insert(CACHE_CONTROL, if self.is_archive { CACHE_ARCHIVE } else { CACHE });
        if self.variants.len() > 1 {
            headers.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if self.kind == Kind::Feed {
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Link"));
        }
    }

    /// What a 200 and a HEAD say.
    pub(super) fn tell(&self, variant: &Variant, headers: &mut HeaderMap) {
        headers.reserve(MAX_HEADERS);
        self.tell_unchanged(variant, headers);
        put(headers, LAST_MODIFIED, self.last_modified_text.as_ref());
        put(headers, CONTENT_TYPE, self.media_type.as_ref());
        put(headers, LINK, self.own_link.as_ref());
        headers.insert(CONTENT_LENGTH, HeaderValue::from(variant.length));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if variant.coding != Coding::Identity {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(variant.coding.token()));
        }
        if self.noindex {
            headers.insert(ROBOTS, HeaderValue::from_static("noindex, follow"));
        }
        let may_be_embedded = if self.kind == Kind::Page { "same-origin" } else { "cross-origin" };
        headers.insert(RESOURCE_POLICY, HeaderValue::from_static(may_be_embedded));
        if self.kind == Kind::Page {
            protect_page(headers);
        }
    }
}

impl Variant {
    fn new(row: &EditionFile, bytes: Stored) -> Option<Self> {
        Some(Self { coding: row.coding, etag: value(&etag(row))?, length: row.length, bytes })
    }
}

/// Strong, and another one for each coding (RFC 9110 8.8.3.3), because it comes from the very bytes that are sent.
fn etag(row: &EditionFile) -> String {
    let mut tag = String::from("\"");
    for byte in &row.sha256[..16] {
        // Writing to a String cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag.push_str(match row.coding {
        Coding::Identity => "\"",
        Coding::Gzip => "-gz\"",
        Coding::Brotli => "-br\"",
    });
    tag
}

fn kind(media_type: &str) -> Kind {
    match media_type.split(';').next().unwrap_or_default().trim() {
        "application/rss+xml" | "application/atom+xml" | "application/feed+json" | "text/x-opml" => Kind::Feed,
        "text/html" => Kind::Page,
        _ => Kind::Other,
    }
}

/// `SECTION/archive/N.xml` (RFC 5005) and its JSON.
fn is_archive(path: &str) -> bool {
    path.split('/').nth(1) == Some("archive")
}

/// `None` for what no header can hold, as only a damaged edition has it.
fn value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: Option<&HeaderValue>) {
    if let Some(value) = value {
        headers.insert(name, value.clone());
    }
}
