//! One published document with its codings, and the headers of its answers, built once for each edition.

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
use crate::model::{Coding, EditionFile, Timestamp};

/// Five minutes fresh, ten more while it is looked for anew, a day while this server is down.
const CACHE: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-while-revalidate=600, stale-if-error=86400");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// A published document.
#[derive(Debug)]
pub(super) struct Resource {
    /// Not after the edition was taken over: a time in the future would not be believed (RFC 9110 8.8.2.1).
    last_modified: Timestamp,
    variants: Vec<Variant>,
}

/// One coding of it.
#[derive(Debug)]
pub(super) struct Variant {
    coding: Coding,
    etag: String,
    pub(super) length: u64,
    /// Of 200 and of HEAD.
    pub(super) headers: HeaderMap,
    /// Of 304.
    pub(super) headers_unchanged: HeaderMap,
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

/// Who reads a document decides about its headers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Readers and scripts of any site.
    Feed,
    /// People, in a browser.
    Page,
    /// Crawlers, or a browser for one of our pages.
    Other,
}

impl Resource {
    /// `rows` are the codings of one document, `base_url` is where the site is read.
    pub(super) fn new(rows: Vec<(&EditionFile, Stored)>, base_url: Option<&Url>, now: Timestamp) -> Self {
        let changed = rows.iter().map(|(row, _)| row.changed).max().unwrap_or(now);
        let last_modified = changed.min(now).whole_seconds();
        let is_negotiated = rows.len() > 1;
        let variants = rows
            .into_iter()
            .map(|(row, bytes)| Variant::new(row, bytes, base_url, last_modified, is_negotiated))
            .collect();
        Self { last_modified, variants }
    }

    pub(super) fn codings(&self) -> impl Iterator<Item = Coding> {
        self.variants.iter().map(|variant| variant.coding)
    }

    /// The one with this coding; a document whose plain form is damaged has none.
    pub(super) fn variant(&self, coding: Coding) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.coding == coding)
    }

    pub(super) fn validators<'a>(&self, variant: &'a Variant) -> Validators<'a> {
        Validators { etag: &variant.etag, last_modified: self.last_modified }
    }
}

impl Variant {
    fn new(
        row: &EditionFile,
        bytes: Stored,
        base_url: Option<&Url>,
        last_modified: Timestamp,
        is_negotiated: bool,
    ) -> Self {
        let etag = etag(row);
        let kind = kind(&row.media_type);
        // Both answers to a conditional request say these (RFC 9110 15.4.5).
        let mut unchanged = HeaderMap::new();
        put(&mut unchanged, ETAG, &etag);
        unchanged.insert(CACHE_CONTROL, CACHE);
        if is_negotiated {
            unchanged.insert(VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if kind == Kind::Feed {
            unchanged.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
            unchanged.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("ETag, Link"));
        }
        let mut headers = unchanged.clone();
        put(&mut headers, LAST_MODIFIED, &http_date::format(last_modified));
        put(&mut headers, CONTENT_TYPE, &row.media_type);
        headers.insert(CONTENT_LENGTH, HeaderValue::from(row.length));
        headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if row.coding != Coding::Identity {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(row.coding.token()));
        }
        if row.noindex {
            headers.insert(ROBOTS, HeaderValue::from_static("noindex, follow"));
        }
        mark_for_its_readers(&mut headers, kind, row, base_url);
        Self { coding: row.coding, etag, length: row.length, headers, headers_unchanged: unchanged, bytes }
    }
}

fn mark_for_its_readers(headers: &mut HeaderMap, kind: Kind, row: &EditionFile, base_url: Option<&Url>) {
    let may_be_embedded = if kind == Kind::Page { "same-origin" } else { "cross-origin" };
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(may_be_embedded));
    match kind {
        Kind::Page => protect_page(headers),
        Kind::Feed => {
            if let Some(own) = base_url.and_then(|base| base.join(row.plain_path()).ok()) {
                put(headers, LINK, &format!("<{own}>; rel=\"self\""));
            }
        }
        Kind::Other => {}
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

/// Leaves out a value that no header can hold, as only a damaged edition has one.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
