//! The operator's rules: what each one looks for and does, and what they said of one item.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Author, CleanHtml, Item};

/// One `[[rule]]`. Its patterns were found to be good when the file was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name, once in the file.
    pub name: String,
    /// The file that it stands in, as messages name it.
    pub file: String,
    /// Its line there.
    pub line: usize,
    /// True: it works only where a `rules` key names it.
    pub listed: bool,
    /// What must hold.
    pub when: When,
    /// What is done then.
    pub then: Then,
}

/// What must hold, all of it. Patterns are regular expressions, case ignored; of a list any suffices.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct When {
    /// Of the title.
    pub title: Vec<String>,
    /// Of summary and content, as plain text.
    pub text: Vec<String>,
    /// Of the link.
    pub url: Vec<String>,
    /// Of an author's name.
    pub author: Vec<String>,
    /// Of a tag.
    pub tag: Vec<String>,
    /// Of the feed's address or title.
    pub feed: Vec<String>,
    /// Of the language tag.
    pub language: Vec<String>,
    /// Published at least so long before it arrived.
    pub older_than: Option<Duration>,
    /// What the item does not have, all of it.
    pub missing: Vec<Missing>,
    /// One of these.
    pub any: Vec<When>,
    /// Not this.
    pub not: Option<Box<When>>,
}

/// Something that an item may lack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// A title.
    Title,
    /// Summary and content.
    Text,
    /// A link.
    Url,
    /// An author.
    Author,
    /// A tag.
    Tag,
    /// A picture.
    Image,
    /// A date of its own.
    Date,
}

/// What a rule does.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Then {
    /// No later rule is asked.
    pub keep: bool,
    /// It is shown nowhere.
    pub drop: bool,
    /// Tags that it gets.
    pub tag: Vec<String>,
    /// Sections in which it stands too.
    pub add_to: Vec<String>,
    /// Sections in which it stands instead.
    pub move_to: Vec<String>,
    /// Outputs that do not show it.
    pub leave_out: Vec<LeaveOut>,
    /// A field that is written anew.
    pub rewrite: Option<Rewrite>,
}

/// An output that a rule can leave an item out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeaveOut {
    /// The news sitemap.
    SitemapNews,
    /// The section "all".
    All,
    /// The index page.
    Index,
}

impl LeaveOut {
    /// As feeds.toml writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SitemapNews => "sitemap-news",
            Self::All => "all",
            Self::Index => "index",
        }
    }
}

/// A field written anew where a pattern matches, at each place.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewrite {
    /// Which.
    pub field: RewriteField,
    /// What is replaced: a regular expression, case ignored.
    pub find: String,
    /// By what; `$1` stands for the first group.
    pub with: String,
}

/// A field that a rule can rewrite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RewriteField {
    /// The title.
    Title,
    /// Each author's name.
    Author,
    /// The link.
    Url,
    /// Summary and content, between their tags.
    Text,
}

impl RewriteField {
    /// As feeds.toml writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Author => "author",
            Self::Url => "url",
            Self::Text => "text",
        }
    }
}

/// What the rules say of one item.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Verdict {
    /// What each rule did, in their order.
    pub hits: Vec<RuleHit>,
    /// Stored, shown nowhere, folded into nothing.
    pub dropped: bool,
    /// It stands in none of its feed's sections.
    pub moved: bool,
    /// Sections in which it stands beside or instead.
    pub added: Vec<String>,
    /// Sections of its feed in which it does not stand.
    pub left: Vec<String>,
    /// Outputs that do not show it.
    pub leave_out: Vec<LeaveOut>,
    /// What changed in it, as it is now. HTML in it is not clean yet.
    pub rewritten: Fields,
    /// And as it came.
    pub before: Fields,
}

impl Verdict {
    /// Whether two verdicts come to the same, whatever rule of whatever line said so.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let bare = |verdict: &Self| Self { hits: Vec::new(), ..verdict.clone() };
        bare(self) == bare(other)
    }

    /// Whether it says where the item stands: other sections than its feed's, or not in "all".
    #[must_use]
    pub fn places(&self) -> bool {
        self.moved || !self.added.is_empty() || !self.left.is_empty() || self.leave_out.contains(&LeaveOut::All)
    }

    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.is_same(&Self::default())
    }
}

/// What one rule did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleHit {
    /// Its name.
    pub rule: String,
    /// Its file.
    pub file: String,
    /// Its line.
    pub line: usize,
    /// What it did, in words: "dropped it".
    pub did: String,
}

/// Fields that rules can change; those that are none are not changed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Fields {
    /// Title.
    pub title: Option<String>,
    /// Link.
    pub url: Option<Url>,
    /// Authors.
    pub authors: Option<Vec<Author>>,
    /// Tags.
    pub tags: Option<Vec<String>>,
    /// Summary, plain text.
    pub summary: Option<String>,
    /// Summary with its markup.
    pub summary_html: Option<String>,
    /// Content with its markup.
    pub content_html: Option<String>,
    /// Content, plain text.
    pub content_text: Option<String>,
}

impl Fields {
    /// Puts all but what is HTML into an item.
    pub fn put_short_into(&self, item: &mut Item) {
        let Self { title, url, authors, tags, summary, content_text, .. } = self.clone();
        item.title = title.unwrap_or_else(|| std::mem::take(&mut item.title));
        item.url = url.or_else(|| item.url.take());
        item.authors = authors.unwrap_or_else(|| std::mem::take(&mut item.authors));
        item.tags = tags.unwrap_or_else(|| std::mem::take(&mut item.tags));
        item.summary = summary.or_else(|| item.summary.take());
        item.content_text = content_text.or_else(|| item.content_text.take());
    }

    /// What an item has in the fields that these change.
    #[must_use]
    pub fn of(&self, item: &Item) -> Self {
        let html = |html: &Option<CleanHtml>| html.as_ref().map(|html| html.as_str().to_owned());
        Self {
            title: self.title.as_ref().map(|_| item.title.clone()),
            url: self.url.as_ref().and_then(|_| item.url.clone()),
            authors: self.authors.as_ref().map(|_| item.authors.clone()),
            tags: self.tags.as_ref().map(|_| item.tags.clone()),
            summary: self.summary.as_ref().and_then(|_| item.summary.clone()),
            summary_html: self.summary_html.as_ref().and_then(|_| html(&item.summary_html)),
            content_html: self.content_html.as_ref().and_then(|_| html(&item.content_html)),
            content_text: self.content_text.as_ref().and_then(|_| item.content_text.clone()),
        }
    }
}
