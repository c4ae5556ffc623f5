//! What one document said, cleaned.

use url::Url;

use super::{Author, Contributor, Deleted, Format, Item, ItemLink, ParsedItem, Repair, Timestamp, Verdict};

/// One document, cleaned: what `warta parse` shows and what `dedup` looks at.
#[derive(Debug, Clone, PartialEq)]
pub struct Feed {
    /// What it was read as.
    pub format: Format,
    /// The encoding its bytes were read in.
    pub encoding: String,
    /// Plain text; empty where it has none.
    pub title: String,
    /// Plain text.
    pub description: Option<String>,
    /// Its pages.
    pub home_page_url: Option<Url>,
    /// Where it says that it lives.
    pub feed_url: Option<Url>,
    /// Its id.
    pub id: Option<String>,
    /// Language tag.
    pub language: Option<String>,
    /// Rights, plain text.
    pub rights: Option<String>,
    /// The program that wrote it.
    pub generator: Option<String>,
    /// A larger picture (JSON Feed `icon`).
    pub icon: Option<Url>,
    /// A small picture (JSON Feed `favicon`).
    pub favicon: Option<Url>,
    /// Its authors.
    pub authors: Vec<Author>,
    /// Others.
    pub contributors: Vec<Contributor>,
    /// Mail addresses told of its authors.
    pub author_emails: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
    /// Its links: self, hub, alternate, next, ..
    pub links: Vec<ItemLink>,
    /// Addresses of its WebSub hubs, in order of preference.
    pub hubs: Vec<Url>,
    /// `pubDate` of the channel.
    pub published: Option<Timestamp>,
    /// Last change, by its own word.
    pub updated: Option<Timestamp>,
    /// Minutes.
    pub ttl_minutes: Option<u32>,
    /// 0 to 23, GMT.
    pub skip_hours: Vec<u8>,
    /// 0 is Monday, GMT.
    pub skip_days: Vec<u8>,
    /// Minutes.
    pub update_period_minutes: Option<u32>,
    /// `podcast:guid`: the same podcast under whatever address.
    pub podcast_guid: Option<String>,
    /// What it does not hold is gone (RFC 5005 2).
    pub is_complete: bool,
    /// It does not change any more (RFC 5005 4).
    pub is_archive: bool,
    /// Entries that it says are gone (RFC 6721). Shown by `parse`, acted upon by nobody.
    pub deleted: Vec<Deleted>,
    /// Its items in document order.
    pub items: Vec<Item>,
    /// What came of each item, index by index with `items`: kept in the store so that it can be cleaned anew.
    pub raw: Vec<ParsedItem>,
    /// What the operator's rules say of each item, index by index; empty as long as none were asked. What they rewrote
    /// stands in `items`.
    pub verdicts: Vec<Verdict>,
    /// What was mended on the way, by `parse` and by `clean`.
    pub repairs: Vec<Repair>,
    /// The version of the cleaning policy that made this.
    pub policy_version: u32,
    /// Steps that reading and cleaning took ([`super::ParsedFeed::steps`], and the pieces and cost of its HTML). Linear
    /// in the document's length.
    pub steps: usize,
}
