//! What a document said in, what may be published out: the only sanitiser, plain-text titles, absolute links. It judges
//! nothing by its meaning and asks neither clock nor network.

pub mod address;
pub mod html;
pub mod text;

mod extras;
mod item;
mod media;
mod people;
mod repairs;

use std::cell::Cell;

use url::Url;

use self::repairs::{Place, Repairs};
use crate::model::{
    Feed, ItemLink, MAX_DENSE_HTML_COST, MAX_LINKS, MAX_PEOPLE_AND_TAGS, MAX_REPAIRS, MAX_SUMMARY_CHARS,
    MAX_TITLE_CHARS, MAX_WORD_CHARS, ParsedFeed, Repair, RepairKind, Text, TextKind, Timestamp, WebLink,
};

/// Moves whenever cleaning the same document would give something else, so that what is stored can be cleaned anew.
pub const POLICY_VERSION: u32 = 1;

/// English names of the days, as RSS `skipDays` has them; 0 is Monday.
const DAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Language codes that ISO 639 withdrew and old Java writes to this day, with what they are called now.
const RENAMED_LANGUAGES: &[(&str, &str)] = &[("in", "id"), ("iw", "he"), ("ji", "yi"), ("jw", "jv")];

/// What the operator says about how a feed is cleaned.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// The language of a document that names none.
    pub language: Option<String>,
}

/// Cleans one document. `document_url` is the last resort for relative links; dates are believed up to
/// [`crate::model::MAX_FUTURE`] past `now`.
#[must_use]
pub fn clean(parsed: ParsedFeed, policy: &Policy, document_url: Option<&Url>, now: Timestamp) -> Feed {
    let mut repairs = Repairs::default();
    let home_page_url = url(&parsed.home_page_url, document_url, Place::Feed, &mut repairs);
    let base = document_url.or(home_page_url.as_ref());
    let dense_left = Cell::new(MAX_DENSE_HTML_COST);
    let (mut items, mut steps) = (Vec::with_capacity(parsed.items.len()), parsed.steps);
    for (index, raw) in parsed.items.iter().enumerate() {
        let around =
            item::Around { format: parsed.format, base, now, place: Place::Item(index), dense_left: &dense_left };
        let (item, taken) = item::clean(raw, &around, &mut repairs);
        items.push(item);
        steps += taken;
    }
    let (mut authors, author_emails) = people::authors(&parsed.authors, base);
    let mut contributors = people::contributors(&parsed.contributors, base);
    let mut tags = tags(&parsed.tags);
    for over in [authors.len(), contributors.len(), tags.len()] {
        if over > MAX_PEOPLE_AND_TAGS {
            repairs.note(RepairKind::Limit, Place::Feed, "more than 32 authors or tags, the rest was left out");
        }
    }
    authors.truncate(MAX_PEOPLE_AND_TAGS);
    contributors.truncate(MAX_PEOPLE_AND_TAGS);
    tags.truncate(MAX_PEOPLE_AND_TAGS);
    let links = links(&parsed.links, base);
    let told = |text: &Option<Text>, limit| text.as_ref().and_then(|text| plain_line(text, limit));
    Feed {
        format: parsed.format,
        title: title(parsed.title.as_ref(), Place::Feed, &mut repairs),
        description: told(&parsed.description, MAX_SUMMARY_CHARS),
        feed_url: url(&parsed.feed_url, base, Place::Feed, &mut repairs),
        id: id(parsed.id.as_deref(), MAX_SUMMARY_CHARS),
        language: parsed.language.as_deref().and_then(language).or_else(|| policy.language.clone()),
        rights: told(&parsed.rights, MAX_SUMMARY_CHARS),
        generator: parsed.generator.as_deref().and_then(|generator| line(generator, MAX_WORD_CHARS)),
        icon: url(&parsed.image, base, Place::Feed, &mut repairs),
        favicon: url(&parsed.icon, base, Place::Feed, &mut repairs),
        authors,
        contributors,
        author_emails,
        tags,
        hubs: links.iter().filter(|link| link.rel == "hub").map(|link| link.href.clone()).collect(),
        links,
        published: parsed.published,
        updated: parsed.updated,
        ttl_minutes: parsed.ttl_minutes,
        skip_hours: parsed.skip_hours.iter().copied().filter(|hour| *hour < 24).collect(),
        skip_days: skip_days(&parsed.skip_days),
        update_period_minutes: parsed.update_period_minutes,
        podcast_guid: id(parsed.podcast_guid.as_deref(), MAX_WORD_CHARS),
        is_complete: parsed.is_complete,
        is_archive: parsed.is_archive,
        deleted: extras::deleted(&parsed.deleted),
        items,
        repairs: all_repairs(parsed.repairs, repairs),
        encoding: parsed.encoding,
        raw: parsed.items,
        verdicts: Vec::new(),
        policy_version: POLICY_VERSION,
        steps,
        home_page_url,
    }
}

fn all_repairs(mut known: Vec<Repair>, own: Repairs) -> Vec<Repair> {
    known.extend(own.told());
    known.truncate(MAX_REPAIRS);
    known
}

fn skip_days(names: &[String]) -> Vec<u8> {
    (0..7_u8)
        .zip(DAYS)
        .filter(|(_, day)| names.iter().any(|name| name.trim().eq_ignore_ascii_case(day)))
        .map(|(number, _)| number)
        .collect()
}

/// A title as one line of plain text; empty where there is none.
fn title(text: Option<&Text>, place: Place, repairs: &mut Repairs) -> String {
    let Some(text) = text else { return String::new() };
    let (title, cut) = text::shorten(text::plain(&text.value, text.kind), MAX_TITLE_CHARS);
    if cut {
        repairs.note(RepairKind::Limit, place, "a title over 1,000 characters was cut");
    }
    title
}

/// A text construct as one line of plain text.
fn plain_line(text: &Text, limit: usize) -> Option<String> {
    let (line, _) = text::shorten(text::plain(&text.value, text.kind), limit);
    (!line.is_empty()).then_some(line)
}

/// A word or a name of unknown kind as one line of plain text.
fn line(value: &str, limit: usize) -> Option<String> {
    let (line, _) = text::shorten(text::plain(value, TextKind::Unknown), limit);
    (!line.is_empty()).then_some(line)
}

/// An id as it came, blanks at the ends and forbidden characters left out.
fn id(value: Option<&str>, limit: usize) -> Option<String> {
    let id: String = value?.trim().chars().filter(|letter| !text::is_unwanted(*letter)).take(limit).collect();
    (!id.is_empty()).then_some(id)
}

/// A language tag (BCP 47) where the value looks like one; `in_ID` becomes `id-ID`.
fn language(value: &str) -> Option<String> {
    let tag = value.trim().replace('_', "-");
    let sane = (1..=35).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let (first, rest) = tag.split_at(tag.find('-').unwrap_or(tag.len()));
    let renamed = RENAMED_LANGUAGES.iter().find(|(old, _)| first.eq_ignore_ascii_case(old));
    sane.then(|| renamed.map_or_else(|| tag.clone(), |(_, new)| format!("{new}{rest}")))
}

/// Tags as plain text, each once.
fn tags(values: &[String]) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for value in values {
        tags.extend(line(value, MAX_WORD_CHARS).filter(|tag| !tags.contains(tag)));
    }
    tags
}

/// An address; one that is there but none is a repair.
fn url(value: &Option<String>, base: Option<&Url>, place: Place, repairs: &mut Repairs) -> Option<Url> {
    let value = value.as_deref().map(str::trim).filter(|value| !value.is_empty())?;
    let url = address::resolve(value, base);
    if url.is_none() {
        repairs.note(RepairKind::Url, place, "an address that is not http or https was left out");
    }
    url
}

/// Links with their relations.
fn links(parsed: &[WebLink], base: Option<&Url>) -> Vec<ItemLink> {
    let mut links = Vec::new();
    for link in parsed.iter().take(MAX_LINKS) {
        let Some(href) = address::resolve(&link.href, base) else { continue };
        links.push(ItemLink {
            rel: line(&link.rel, MAX_WORD_CHARS).unwrap_or_else(|| "alternate".to_owned()),
            href,
            media_type: link.media_type.as_deref().and_then(|media_type| id(Some(media_type), MAX_WORD_CHARS)),
            title: link.title.as_deref().and_then(|title| line(title, MAX_TITLE_CHARS)),
            hreflang: link.hreflang.as_deref().and_then(language),
            length: link.length,
        });
    }
    links
}

#[cfg(test)]
mod tests;
