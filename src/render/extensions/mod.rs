//! What RSS and Atom say in other namespaces than their own, built once for both: files in Media RSS, places in `GeoRSS`,
//! episodes in Podcasting 2.0, comments, dates. Apple's elements are not among them: they ask for a channel that is a
//! podcast itself.

mod media;

use std::collections::BTreeMap;

use crate::model::{Attachment, Contributor, DeletedEntry, Item, Place, Podcast, Position, Shape};

use super::shown::Shown;
use super::text::one_line;

/// Prefixes as written here, and what they stand for.
const NAMESPACES: &[(&str, &str)] = &[
    ("at", "http://purl.org/atompub/tombstones/1.0"),
    ("dcterms", "http://purl.org/dc/terms/"),
    ("fh", "http://purl.org/syndication/history/1.0"),
    ("georss", "http://www.georss.org/georss"),
    ("gml", "http://www.opengis.net/gml"),
    ("media", "http://search.yahoo.com/mrss/"),
    ("podcast", "https://podcastindex.org/namespace/1.0"),
    ("slash", "http://purl.org/rss/1.0/modules/slash/"),
    ("thr", "http://purl.org/syndication/thread/1.0"),
    ("wfw", "http://wellformedweb.org/CommentAPI/"),
];

/// The relations that an `atom:link` of another namespace's making may have: registered ones that say something of an
/// item. Any relation that is an address may stand too (RFC 4287 4.2.7.2).
const RELATIONS: &[&str] = &["describedby", "license", "payment", "related", "up", "via"];

/// The format that the elements stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
}

/// An element of another namespace, not yet escaped.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Element {
    /// Qualified name.
    pub(super) name: &'static str,
    /// Attributes.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// Plain text.
    pub(super) text: Option<String>,
    /// Elements inside, in order.
    pub(super) children: Vec<Element>,
}

impl Element {
    fn new(name: &'static str) -> Self {
        Self { name, ..Self::default() }
    }

    fn text(name: &'static str, text: impl ToString) -> Self {
        Self { name, text: Some(text.to_string()), ..Self::default() }
    }

    fn with(mut self, name: &'static str, value: Option<impl ToString>) -> Self {
        self.attributes.extend(value.map(|value| (name, value.to_string())));
        self
    }

    /// Adds an element that holds a line of text, unless that is empty.
    fn holding(mut self, name: &'static str, text: Option<&str>) -> Self {
        let text = text.map(one_line).filter(|text| !text.is_empty());
        self.children.extend(text.map(|text| Self::text(name, text)));
        self
    }
}

/// Tells that an entry was taken down (RFC 6721 3).
pub(super) fn deleted(entry: &DeletedEntry) -> Element {
    Element::new("at:deleted-entry")
        .with("ref", Some(&entry.id))
        .with("when", Some(entry.at.whole_seconds().to_rfc3339()))
}

/// The elements of an entry, in order. `enclosed` is the file that RSS names by itself.
pub(super) fn elements(shown: &Shown<'_>, host: Host, enclosed: Option<&Attachment>) -> Vec<Element> {
    let mut elements = media::elements(shown, host, enclosed);
    if host == Host::Rss && shown.updated != shown.published {
        elements.push(Element::text("dcterms:modified", shown.updated.to_rfc3339()));
    }
    let answered = shown.links.iter().filter(|link| link.rel == "in-reply-to");
    elements.extend(answered.map(|link| {
        let answer = Element::new("thr:in-reply-to").with("ref", Some(&link.href)).with("href", Some(&link.href));
        answer.with("type", link.media_type.as_ref())
    }));
    if let Some(item) = shown.whole {
        elements.extend(item.created.map(|at| Element::text("dcterms:created", at.whole_seconds().to_rfc3339())));
        elements.extend(comments(item, host));
        elements.extend(item.podcast.iter().flat_map(podcast));
        elements.extend(item.contributors.iter().filter_map(person));
        elements.extend(item.geo.iter().map(place));
    }
    elements
}

/// The namespaces that the elements are of, by prefix.
pub(super) fn namespaces<'a>(elements: impl Iterator<Item = &'a Element>) -> BTreeMap<String, String> {
    let mut used = BTreeMap::new();
    let mut waiting: Vec<&Element> = elements.collect();
    while let Some(element) = waiting.pop() {
        let prefix = element.name.split(':').next().unwrap_or_default();
        let known = NAMESPACES.iter().find(|(known, _)| *known == prefix);
        used.extend(known.map(|(prefix, address)| ((*prefix).to_owned(), (*address).to_owned())));
        waiting.extend(&element.children);
    }
    used
}

/// True for a relation that may stand in an `atom:link` of an item.
pub(super) fn may_link(rel: &str) -> bool {
    RELATIONS.contains(&rel) || url::Url::parse(rel).is_ok_and(|url| url.has_host() && url.as_str() == rel)
}

/// Contributors for whom the format has an element of its own: those of whom no part is told.
pub(super) fn without_part(item: &Item) -> impl Iterator<Item = (&Contributor, String)> {
    let plain = item.contributors.iter().filter(|helper| helper.role.is_none());
    plain.filter_map(|helper| Some((helper, name(helper)?)))
}

fn name(helper: &Contributor) -> Option<String> {
    helper.name.as_deref().map(one_line).filter(|name| !name.is_empty())
}

/// The others: Podcasting 2.0 alone has a place for the part, and is read by more than podcasts.
fn person(helper: &Contributor) -> Option<Element> {
    let role = helper.role.as_deref()?;
    let person = Element::text("podcast:person", name(helper)?);
    Some(person.with("role", Some(role)).with("href", helper.url.as_ref()))
}

fn comments(item: &Item, host: Host) -> impl Iterator<Item = Element> {
    let name = if host == Host::Rss { "slash:comments" } else { "thr:total" };
    let feed = item.comments_feed_url.as_ref().map(|url| Element::text("wfw:commentRss", url));
    item.comments_count.map(|count| Element::text(name, count)).into_iter().chain(feed)
}

fn podcast(podcast: &Podcast) -> Vec<Element> {
    let mut elements = Vec::new();
    elements.extend(podcast.season.map(|number| Element::text("podcast:season", number)));
    elements.extend(podcast.episode.map(|number| Element::text("podcast:episode", number)));
    elements.extend(podcast.chapters.iter().map(|url| {
        Element::new("podcast:chapters").with("url", Some(url)).with("type", Some("application/json+chapters"))
    }));
    elements.extend(podcast.transcripts.iter().map(|transcript| {
        let told = Element::new("podcast:transcript").with("url", Some(&transcript.url));
        told.with("type", transcript.media_type.as_ref()).with("language", transcript.language.as_ref())
    }));
    elements
}

fn place(place: &Place) -> Element {
    let pair = |position: &Position| format!("{} {}", position.lat, position.lon);
    let all = || place.positions.iter().map(pair).collect::<Vec<_>>().join(" ");
    match (place.shape, place.positions.as_slice()) {
        // `georss:box` is what few readers and no validator know.
        (Shape::Box, [corner, other]) => {
            let corners = [("gml:lowerCorner", corner), ("gml:upperCorner", other)];
            let children = corners.map(|(name, at)| Element::text(name, pair(at))).into();
            let envelope = Element { children, ..Element::new("gml:Envelope") };
            Element { children: vec![envelope], ..Element::new("georss:where") }
        }
        (Shape::Polygon, _) => Element::text("georss:polygon", all()),
        (Shape::Line, _) => Element::text("georss:line", all()),
        _ => Element::text("georss:point", all()),
    }
}
