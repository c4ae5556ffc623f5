//! All that is published at one moment: the rows of `.edition`, to and from text.

use super::Timestamp;

/// Content coding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Coding {
    /// As it is.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// brotli (RFC 7932).
    Brotli,
}

/// One published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionFile {
    /// Relative to the published folder, `/` between parts, the `.gz` or `.br` included.
    pub path: String,
    /// Bytes.
    pub length: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// Media type with charset, as served.
    pub media_type: String,
    /// Content coding.
    pub coding: Coding,
    /// When its bytes last changed (whole seconds).
    pub changed: Timestamp,
    /// Robots and other rules for the response: true adds `X-Robots-Tag: noindex, follow`.
    pub noindex: bool,
}

/// What a section looked like when it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionSection {
    /// Section id.
    pub id: String,
    /// Store revision that was drawn.
    pub revision: i64,
    /// Items shown.
    pub items: u64,
    /// When what it shows last changed.
    pub changed: Timestamp,
    /// What was left out, and how often, by reason.
    pub left_out: Vec<(String, u64)>,
}

/// An address that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Old path.
    pub from: String,
    /// New path.
    pub to: String,
}

/// An address that is gone for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Path, or a folder when it ends with `/`.
    pub path: String,
}

/// Everything that is published at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edition {
    /// Identifies the store that was drawn; another store's edition is drawn anew.
    pub store: String,
    /// Hash over all settings and code that outputs depend on; another one draws everything anew.
    pub look: String,
    /// What each section (and "sitemap-news", "index") looked like.
    pub sections: Vec<EditionSection>,
    /// Every file, sorted by path.
    pub files: Vec<EditionFile>,
    /// 301.
    pub redirects: Vec<Redirect>,
    /// 410.
    pub gone: Vec<Gone>,
}
