//! One entry as a page shows it: headline, outlet, time, picture, excerpt, and who else reports it.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::{Entry, Image, Republish, Site, Timestamp};

use super::super::phrases::Phrases;
use super::super::shown::{Shown, name, other_language, shown};
use super::super::text::{excerpt, one_line};

/// Characters of an excerpt on a page.
const MAX_EXCERPT_CHARS: usize = 220;
/// Other outlets that are named; the rest is counted.
const MAX_NAMED_OUTLETS: usize = 5;
/// Authors that are named.
const MAX_NAMED_AUTHORS: usize = 3;

/// An entry on a page. All texts are plain.
#[derive(Debug, Serialize)]
pub(super) struct Card {
    /// Published id.
    #[serde(skip)]
    pub(super) id: String,
    /// Instant of publishing.
    #[serde(skip)]
    pub(super) published: Timestamp,
    /// How many outlets tell it, its own included.
    #[serde(skip)]
    pub(super) outlets: usize,
    pub(super) title: String,
    /// The article; a card without one is text only.
    pub(super) url: Option<String>,
    /// Language tag where it is not the page's.
    language: Option<String>,
    outlet: String,
    time: Time,
    byline: Option<String>,
    excerpt: Option<String>,
    pub(super) picture: Option<Picture>,
    also: Option<Also>,
}

/// A time in words and for machines.
#[derive(Debug, Serialize)]
pub(super) struct Time {
    /// RFC 3339.
    iso: String,
    /// In words, in the site's zone.
    text: String,
}

/// A picture.
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    url: String,
    /// Empty where nobody told what it shows: the headline stands beside it.
    alt: String,
    credit: Option<String>,
}

/// Who else reports it.
#[derive(Debug, Serialize)]
struct Also {
    /// "Juga diberitakan 3 media".
    text: String,
    reports: Vec<Report>,
    /// "dan 2 media lain".
    more: Option<String>,
}

#[derive(Debug, Serialize)]
struct Report {
    outlet: String,
    url: Option<String>,
    title: String,
}

/// An outlet with the number of its entries on the page, in words.
#[derive(Debug, Serialize)]
pub(super) struct Outlet {
    title: String,
    url: Option<String>,
    count: String,
}

impl Time {
    /// `at` as a page tells it.
    pub(super) fn new(at: Timestamp, site: &Site, t: &Phrases) -> Self {
        Self { iso: at.to_rfc3339(), text: t.time(at, site.timezone) }
    }
}

/// The card of an entry on a page in `language`.
pub(super) fn card(entry: &Entry, language: &str, site: &Site, t: &Phrases) -> Card {
    let shown = shown(entry);
    let excerpt = page_excerpt(entry, &shown);
    let reports = reports(entry);
    let told = entry.story.as_ref().map_or(0, |story| story.outlets as usize);
    Card {
        id: entry.id.clone(),
        published: shown.published,
        outlets: told.max(reports.len() + 1),
        url: shown.url.map(ToString::to_string),
        language: other_language(entry, language).map(str::to_owned),
        outlet: one_line(&entry.source.title),
        time: Time::new(shown.published, site, t),
        byline: byline(&shown, t),
        picture: shown.image.map(picture),
        also: also(reports, t),
        title: shown.title,
        excerpt,
    }
}

/// The outlets of the entries, those with most entries first, then by name.
pub(super) fn outlets(entries: &[Entry], t: &Phrases) -> Vec<Outlet> {
    let mut counted: BTreeMap<String, (Option<String>, usize)> = BTreeMap::new();
    for entry in entries {
        let url = entry.source.url.as_ref().map(ToString::to_string);
        counted.entry(one_line(&entry.source.title)).or_insert((url, 0)).1 += 1;
    }
    let mut outlets: Vec<_> = counted.into_iter().collect();
    outlets.sort_by_key(|(_, (_, entries))| Reverse(*entries));
    outlets.into_iter().map(|(title, (url, entries))| Outlet { title, url, count: t.entries(entries) }).collect()
}

/// An excerpt, unless it only says the title again.
fn page_excerpt(entry: &Entry, shown: &Shown<'_>) -> Option<String> {
    if entry.republish == Republish::Link {
        return None;
    }
    let text = shown.lead(MAX_EXCERPT_CHARS);
    (!text.is_empty() && !shown.title.starts_with(text.trim_end_matches(['…', '.']))).then_some(text)
}

fn byline(shown: &Shown<'_>, t: &Phrases) -> Option<String> {
    let names: Vec<String> = shown.authors.iter().filter_map(|author| name(author)).take(MAX_NAMED_AUTHORS).collect();
    (!names.is_empty()).then(|| format!("{} {}", t.by, names.join(", ")))
}

fn picture(image: &Image) -> Picture {
    let credit = image.credit.as_deref().map(one_line).filter(|credit| !credit.is_empty());
    let alt = image.alt.as_deref().map(|alt| excerpt(alt, MAX_EXCERPT_CHARS)).unwrap_or_default();
    Picture { url: image.url.to_string(), alt, credit }
}

/// Each other outlet once, by its oldest report.
fn reports(entry: &Entry) -> Vec<Report> {
    let own = one_line(&entry.source.title);
    let mut reports: Vec<Report> = Vec::new();
    for also in &entry.also {
        let outlet = one_line(&also.outlet);
        if outlet != own && !reports.iter().any(|report| report.outlet == outlet) {
            let url = also.url.as_ref().map(ToString::to_string);
            reports.push(Report { outlet, url, title: one_line(&also.title) });
        }
    }
    reports
}

fn also(mut reports: Vec<Report>, t: &Phrases) -> Option<Also> {
    if reports.is_empty() {
        return None;
    }
    let text = t.also(reports.len());
    let unnamed = reports.split_off(reports.len().min(MAX_NAMED_OUTLETS)).len();
    Some(Also { text, reports, more: (unnamed > 0).then(|| t.others(unnamed)) })
}
