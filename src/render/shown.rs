//! What of an entry may be shown, and in which words: the one place that honours `republish`, so that all formats show
//! the same title, dates and parts.

use std::borrow::Cow;

use url::Url;

use crate::model::{Attachment, Author, Entry, Image, Item, ItemLink, Republish, Timestamp};

use super::text::{excerpt, legal, one_line, paragraphs, plain};

/// Characters of a summary where only a summary is republished: an excerpt, never the article.
const MAX_REPUBLISHED_CHARS: usize = 500;
/// Characters of a title made of the text of an untitled item.
const MAX_MADE_TITLE_CHARS: usize = 100;

/// One entry as outputs show it. Formats take these fields from here and never from the item.
#[derive(Debug)]
pub(super) struct Shown<'a> {
    /// Plain text, never empty.
    pub(super) title: String,
    /// Plain text: the origin's summary; where only that is republished, made of the content if need be.
    pub(super) summary: Option<String>,
    /// The summary with its markup, beside a full `html`.
    pub(super) summary_html: Option<&'a str>,
    /// The full content.
    pub(super) html: Option<Cow<'a, str>>,
    /// The same where the origin gave plain text, for formats that can say so.
    pub(super) text: Option<&'a str>,
    /// The item itself, where all of it may be shown.
    pub(super) whole: Option<&'a Item>,
    /// Links to other things than the article and its files; where less than all is shown, licences only.
    pub(super) links: Vec<&'a ItemLink>,
    /// Where it leads: the article; of what has none, and whose files are not shown, the first of these.
    pub(super) url: Option<&'a Url>,
    /// The picture.
    pub(super) image: Option<&'a Image>,
    /// Files.
    pub(super) attachments: &'a [Attachment],
    /// Tags.
    pub(super) tags: &'a [String],
    /// Those who wrote it, the nameless left out.
    pub(super) authors: Vec<&'a Author>,
    /// When it was published.
    pub(super) published: Timestamp,
    /// When it last changed; never before `published`.
    pub(super) updated: Timestamp,
}

/// What may be shown of `entry`.
pub(super) fn shown(entry: &Entry) -> Shown<'_> {
    let item = &entry.item;
    let full = entry.republish == Republish::Full;
    let linked_only = entry.republish == Republish::Link;
    let html = full.then(|| full_html(entry)).flatten();
    let published = item.date_published.unwrap_or(entry.arrived).whole_seconds();
    Shown {
        title: title(entry),
        summary: summary(entry),
        summary_html: html.as_ref().and(item.summary_html.as_ref()).map(|html| html.as_str()),
        text: item.content_text.as_deref().filter(|_| html.is_some() && item.content_html.is_none()),
        html,
        whole: full.then_some(item),
        links: item.links.iter().filter(|link| link.rel == "license" || full && leads_elsewhere(link)).collect(),
        url: item.url.as_ref().or_else(|| item.attachments.first().filter(|_| !full).map(|file| &file.url)),
        image: item.image.as_ref().filter(|_| !linked_only),
        attachments: if full { &item.attachments } else { &[] },
        tags: if linked_only { &[] } else { &item.tags },
        authors: item.authors.iter().filter(|author| name(author).is_some()).collect(),
        published,
        updated: item.date_modified.map_or(published, |modified| modified.whole_seconds().max(published)),
    }
}

impl Shown<'_> {
    /// The summary, or an excerpt of the content: what stands where a short text must stand. Empty for a bare link.
    pub(super) fn lead(&self, max: usize) -> String {
        match (&self.summary, &self.html) {
            (Some(summary), _) => excerpt(summary, max),
            (None, Some(html)) => excerpt(&plain(html), max),
            (None, None) => String::new(),
        }
    }
}

/// False for what an output tells by fields of its own, or what is about the origin's document.
fn leads_elsewhere(link: &ItemLink) -> bool {
    !matches!(link.rel.as_str(), "alternate" | "self" | "enclosure" | "replies" | "edit" | "edit-media" | "hub")
}

/// An author's name, where there is one.
pub(super) fn name(author: &Author) -> Option<String> {
    author.name.as_deref().map(one_line).filter(|name| !name.is_empty())
}

/// Language of an entry where it is not that of the section, compared without case (RFC 5646 2.1.1).
pub(super) fn other_language<'a>(entry: &'a Entry, section: &str) -> Option<&'a str> {
    let language = entry.item.language.as_deref().or(entry.source.language.as_deref())?;
    (!language.is_empty() && !language.eq_ignore_ascii_case(section)).then_some(language)
}

fn full_html(entry: &Entry) -> Option<Cow<'_, str>> {
    let item = &entry.item;
    match (&item.content_html, &item.content_text) {
        (Some(html), _) => Some(legal(html.as_str())),
        (None, Some(text)) => Some(Cow::Owned(paragraphs(text))),
        (None, None) => None,
    }
    .filter(|html| !html.is_empty())
}

fn summary(entry: &Entry) -> Option<String> {
    let item = &entry.item;
    let given = item.summary.as_deref().map(|text| legal(text).trim().to_owned()).filter(|text| !text.is_empty());
    match entry.republish {
        Republish::Full => given,
        Republish::Summary => given.or_else(|| content_text(entry)).map(|text| excerpt(&text, MAX_REPUBLISHED_CHARS)),
        Republish::Link => None,
    }
}

fn content_text(entry: &Entry) -> Option<String> {
    let item = &entry.item;
    let text = match (&item.content_html, &item.content_text) {
        (Some(html), _) => plain(html.as_str()),
        (None, Some(text)) => one_line(text),
        (None, None) => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// The title; of an untitled item its first words, else those of its address, at last its outlet's name.
fn title(entry: &Entry) -> String {
    let item = &entry.item;
    let given = one_line(&item.title);
    if !given.is_empty() {
        return given;
    }
    let text = item.summary.as_deref().map(one_line).filter(|text| !text.is_empty()).or_else(|| content_text(entry));
    match text {
        Some(text) if entry.republish != Republish::Link => excerpt(&text, MAX_MADE_TITLE_CHARS),
        _ => item.url.as_ref().and_then(address_words).unwrap_or_else(|| one_line(&entry.source.title)),
    }
}

/// The words of which an address is made (`/2026/11/24/banjir-surut-di-pasar-baru-417.html`), as sitemaps name articles
/// by nothing else. None where it has fewer than three of them, for then they are no headline.
fn address_words(url: &Url) -> Option<String> {
    let last = url.path_segments()?.rev().find(|segment| !segment.is_empty())?;
    let ending = last.rfind('.').filter(|at| (1..=5).contains(&(last.len() - at - 1)));
    let readable = |word: &&str| !word.is_empty() && word.chars().all(char::is_alphabetic);
    let words: Vec<&str> = last[..ending.unwrap_or(last.len())].split(['-', '_', '+']).filter(readable).collect();
    let text = words.join(" ");
    let mut letters = text.chars();
    let first = letters.next().filter(|_| words.len() >= 3)?;
    Some(excerpt(&format!("{}{}", first.to_uppercase(), letters.as_str()), MAX_MADE_TITLE_CHARS))
}
