//! One item as it came in, the same item fit to be published out.

use std::cell::Cell;

use url::Url;

use super::html::{self, Sanitised, Shown};
use super::repairs::{Place, Repairs};
use super::{address, extras, links, media, people, tags, text};
use crate::model::{
    CleanHtml, Format, HTML_COST_A_BYTE, Item, MAX_ATTACHMENTS, MAX_FUTURE, MAX_HTML_BYTES, MAX_HTML_COST,
    MAX_ID_CHARS, MAX_PEOPLE_AND_TAGS, MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, Origin, ParsedItem, ParsedSource,
    RepairKind, Text, TextKind, Timestamp,
};

/// What of the document an item needs to be read.
pub(super) struct Around<'a> {
    pub(super) format: Format,
    /// What relative addresses are relative to where the item itself says nothing.
    pub(super) base: Option<&'a Url>,
    pub(super) now: Timestamp,
    pub(super) place: Place,
    /// Steps that costly HTML of the document may still take (`MAX_DENSE_HTML_COST`).
    pub(super) dense_left: &'a Cell<usize>,
}

impl Around<'_> {
    /// Sanitises a fragment. One that costs more than its length lets expect takes the rest from what all of the
    /// document share: a thousand items just below the bound of one would be a bomb too.
    fn sanitise(&self, html: &str, base: Option<&Url>, enough: usize) -> Sanitised {
        let expected = html.len() * HTML_COST_A_BYTE;
        let bound = (expected + self.dense_left.get()).min(MAX_HTML_COST);
        let sanitised = html::sanitise_within(html, base, html::Reach { cost: bound, text: enough });
        self.dense_left.set(self.dense_left.get().saturating_sub(sanitised.steps.saturating_sub(expected)));
        sanitised
    }
}

/// Cleans one item; the number tells the steps that its texts took.
pub(super) fn clean(parsed: &ParsedItem, around: &Around<'_>, repairs: &mut Repairs) -> (Item, usize) {
    let place = around.place;
    let resolve = |text: &Option<String>, repairs: &mut Repairs| super::url(text, around.base, place, repairs);
    let url = resolve(&parsed.url, repairs);
    let base = url.as_ref().or(around.base);
    let body = body(parsed, base, around, repairs);
    let (mut authors, author_emails) = people::authors(&parsed.authors, base);
    let mut contributors = people::contributors(&parsed.contributors, base);
    let mut attachments = media::attachments(&parsed.enclosures, base);
    let mut tags = tags(&parsed.tags);
    let mut over = cut(&mut authors, MAX_PEOPLE_AND_TAGS) | cut(&mut contributors, MAX_PEOPLE_AND_TAGS);
    over |= cut(&mut tags, MAX_PEOPLE_AND_TAGS);
    if over {
        repairs.note(RepairKind::Limit, place, "more than 32 authors, contributors or tags, the rest was left out");
    }
    if cut(&mut attachments, MAX_ATTACHMENTS) {
        repairs.note(RepairKind::Limit, place, "more than 64 attachments, the rest was left out");
    }
    let dates = dates(parsed, around, repairs);
    let image = media::image(parsed, around.format, &attachments, body.shown.as_ref(), base);
    let item = Item {
        origin_id: super::id(parsed.id.as_deref(), MAX_ID_CHARS).unwrap_or_default(),
        external_url: resolve(&parsed.external_url, repairs),
        original_url: resolve(&parsed.original_url, repairs),
        title: super::title(parsed.title.as_ref(), place, repairs),
        summary: body.summary,
        summary_html: body.summary_html,
        content_html: body.content_html,
        content_text: body.content_text,
        date_published: dates.published,
        has_own_date: dates.is_own,
        date_modified: dates.modified,
        created: dates.created,
        authors,
        contributors,
        author_emails,
        tags,
        language: parsed.language.as_deref().and_then(super::language),
        image,
        banner_image: resolve(&parsed.banner_image, repairs),
        thumbnail: resolve(&parsed.thumbnail, repairs),
        attachments,
        rights: parsed.rights.as_ref().and_then(|rights| super::plain_line(rights, MAX_SUMMARY_CHARS)),
        comments_url: resolve(&parsed.comments_url, repairs),
        comments_feed_url: resolve(&parsed.comments_feed_url, repairs),
        comments_count: parsed.comments_count,
        player: resolve(&parsed.player, repairs),
        explicit: parsed.explicit,
        podcast: parsed.podcast.as_ref().and_then(|podcast| extras::podcast(podcast, around.base)),
        geo: extras::places(&parsed.places),
        origin: parsed.source.as_ref().and_then(|source| origin(source, around.base)),
        links: links(&parsed.links, around.base),
        url,
    };
    (item, body.steps)
}

fn cut<T>(list: &mut Vec<T>, limit: usize) -> bool {
    let over = list.len() > limit;
    list.truncate(limit);
    over
}

struct Dates {
    published: Option<Timestamp>,
    modified: Option<Timestamp>,
    created: Option<Timestamp>,
    /// Whether `published` tells when the article came out.
    is_own: bool,
}

/// The item's own dates, those that can be true. An item that only tells when it changed was published by then: Atom
/// demands `updated` alone (RFC 4287 4.1.2). A sitemap's `lastmod` orders its articles and makes none of them news: a
/// page of last year is touched too.
fn dates(parsed: &ParsedItem, around: &Around<'_>, repairs: &mut Repairs) -> Dates {
    let latest = around.now.plus(MAX_FUTURE);
    let (mut ahead, mut before) = (false, false);
    let mut believe = |date: Option<Timestamp>| {
        date.filter(|date| {
            ahead |= *date > latest;
            before |= *date <= Timestamp::epoch();
            *date > Timestamp::epoch() && *date <= latest
        })
    };
    let published = believe(parsed.date_published);
    let modified = believe(parsed.date_modified);
    let created = believe(parsed.created);
    let is_own = published.is_some() || around.format != Format::Sitemap;
    let published = published.or(modified).or(created);
    if ahead {
        repairs.note(RepairKind::Date, around.place, "a date in the future was left out");
    }
    if before {
        repairs.note(RepairKind::Date, around.place, "a date before 1970 was left out");
    }
    if !ahead && !before && published.is_none() && demands_date(around.format) {
        repairs.note(RepairKind::Date, around.place, "no date of its own, though the format demands one");
    }
    Dates { published, modified, created, is_own: is_own && published.is_some() }
}

/// Atom demands a date at every entry (RFC 4287 4.1.2, Atom 0.3 4.13); everywhere else one may be missing.
fn demands_date(format: Format) -> bool {
    matches!(format, Format::Atom03 | Format::Atom10 | Format::Atom)
}

/// The texts of an item, each in the form in which it may be published.
#[derive(Default)]
struct Body {
    summary: Option<String>,
    summary_html: Option<CleanHtml>,
    content_html: Option<CleanHtml>,
    content_text: Option<String>,
    shown: Option<Shown>,
    steps: usize,
}

/// One text, its markup and what a person reads of it.
struct Read {
    html: Option<Sanitised>,
    text: String,
    source: String,
    /// Bytes looked at for the text, and what the sanitiser counted.
    steps: usize,
}

impl Read {
    fn is_empty(&self) -> bool {
        self.text.is_empty()
            && self.html.as_ref().is_none_or(|html| html.first_image.is_none() && !has_media(&html.html))
    }
}

/// Players without text are content too.
fn has_media(html: &CleanHtml) -> bool {
    ["<audio", "<video", "<img", "<picture"].iter().any(|tag| html.as_str().contains(tag))
}

fn body(parsed: &ParsedItem, base: Option<&Url>, around: &Around<'_>, repairs: &mut Repairs) -> Body {
    let mut read = |text: &Option<Text>, enough| {
        let text = text.as_ref().filter(|text| !text.value.trim().is_empty())?;
        let once = text::escaped_twice(text).map(|value| Text { value, ..text.clone() });
        if once.is_some() {
            repairs.note(RepairKind::Structure, around.place, "markup was escaped twice");
        }
        let read = read(once.as_ref().unwrap_or(text), base, enough, around);
        if let Some(why) = read.html.as_ref().and_then(|html| html.over_limit) {
            repairs.note(RepairKind::Limit, around.place, why);
        }
        Some(read)
    };
    let summary = read(&parsed.summary, usize::MAX);
    // Of the content's text it matters whether there is any, and whether the summary says far more.
    let content = read(&parsed.content, summary.as_ref().map_or(0, |summary| summary.text.len() / 2 + 1));
    let (content, summary) = match (content, summary) {
        (Some(content), Some(summary)) if content.is_empty() => (None, Some(summary)),
        (Some(content), Some(summary)) if summary.is_empty() => (Some(content), None),
        (Some(content), Some(summary)) if is_fuller(&summary, &content) => (Some(summary), Some(content)),
        pair => pair,
    };
    let shown = [&content, &summary].into_iter().flatten().find_map(|read| read.html.as_ref()?.first_image.clone());
    let steps = [&content, &summary].into_iter().flatten().map(|read| read.steps).sum();
    let mut body = Body { shown, steps, ..Body::default() };
    if let Some(summary) = &summary {
        let (text, cut) = text::shorten(summary.text.clone(), MAX_SUMMARY_CHARS);
        // Alone it is the content, and with markup it stands beside it: whole, both times.
        if cut && content.is_some() && !summary.html.as_ref().is_some_and(|html| html.html.as_str().contains('<')) {
            repairs.note(RepairKind::Limit, around.place, "a summary over 2,000 characters was cut");
        }
        body.summary = Some(text).filter(|text| !text.is_empty());
    }
    match (content, summary) {
        (Some(content), summary) => {
            body.summary_html = summary
                .and_then(|summary| summary.html)
                .map(|html| html.html)
                .filter(|html| html.as_str().contains('<'));
            // Both say the same, also where markup was broken before it was cleaned.
            if let Some(html) = &body.summary_html {
                let (text, _) = text::shorten(text::plain(html.as_str(), TextKind::Html), MAX_SUMMARY_CHARS);
                body.summary = Some(text).filter(|text| !text.is_empty());
            }
            body.publish(content, around, repairs);
        }
        (None, Some(summary)) => body.publish(summary, around, repairs),
        (None, None) => {}
    }
    body
}

impl Body {
    /// Takes a text as the content.
    fn publish(&mut self, read: Read, around: &Around<'_>, repairs: &mut Repairs) {
        match read.html {
            Some(html) => self.content_html = Some(html.html),
            None => {
                let mut text = read.source;
                if text.len() > MAX_HTML_BYTES {
                    text.truncate(text::head(&text).len());
                    repairs.note(RepairKind::Limit, around.place, "a text over 256 KiB was cut");
                }
                self.content_text = Some(text).filter(|text| !text.is_empty());
            }
        }
    }
}

/// A description that says far more than what stands as the content is the content.
fn is_fuller(summary: &Read, content: &Read) -> bool {
    summary.text.len() > content.text.len() * 2 + 400
}

/// Reads a text, and at least `enough` bytes of what a person sees of it.
fn read(text: &Text, base: Option<&Url>, enough: usize, around: &Around<'_>) -> Read {
    let base = text.base.as_ref().or(base);
    match text.kind {
        TextKind::Plain => {
            Read { html: None, text: text::collapse(&text.value), source: lines(&text.value), steps: text.value.len() }
        }
        // A description is markup by every reader's custom, also where it has none.
        TextKind::Html | TextKind::Unknown => {
            let mut html = around.sanitise(&text.value, base, enough);
            Read {
                steps: text.value.len() + html.steps,
                text: std::mem::take(&mut html.text),
                html: Some(html),
                source: String::new(),
            }
        }
    }
}

/// A plain text with its lines as they are, whatever ends them.
fn lines(value: &str) -> String {
    let wanted = |letter: &char| !text::is_unwanted(*letter);
    let told: String = value.replace("\r\n", "\n").replace('\r', "\n").chars().filter(wanted).collect();
    told.trim().to_owned()
}

fn origin(source: &ParsedSource, base: Option<&Url>) -> Option<Origin> {
    let resolve = |text: &Option<String>| text.as_deref().and_then(|text| address::resolve(text, base));
    let origin = Origin {
        title: source.title.as_ref().and_then(|title| super::plain_line(title, MAX_TITLE_CHARS)),
        id: super::id(source.id.as_deref(), MAX_ID_CHARS),
        feed_url: resolve(&source.feed_url),
        url: resolve(&source.url),
        updated: source.updated,
        icon: resolve(&source.icon),
        rights: source.rights.as_ref().and_then(|rights| super::plain_line(rights, MAX_SUMMARY_CHARS)),
    };
    (origin != Origin::default()).then_some(origin)
}
