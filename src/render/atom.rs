//! A section as Atom 1.0 (RFC 4287), built and written by `atom_syndication`, finished by the pass of `xml`.

use std::collections::BTreeMap;

use atom_syndication::extension::{Extension, ExtensionMap};
use atom_syndication::{
    Category, Content, Entry as AtomEntry, Feed, FixedDateTime, Generator, Link, Person, Source as AtomSource, Text,
};

use crate::model::{Also, Attachment, Author, Contributor, Entry, ItemLink, SectionView, Site, Source, Timestamp};

use super::extensions::{self, Element, Host};
use super::shown::{Shown, name, other_language, shown};
use super::text::{legal, one_line};
use super::{Drawn, Error, View, part_file, section_address, xml};

const NAME: &str = "atom";
const ATOM_TYPE: &str = "application/atom+xml";

/// Links of an entry to what others tell of it; JSON Feed names them all, and readers bound how many links they take.
const MAX_RELATED: usize = 32;

/// Draws `<section>/atom.xml`, or `<section>/archive/N.xml` (RFC 5005).
pub(super) fn draw(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let section = view.section(NAME)?;
    let written = feed(section, site).write_to(Vec::new()).map_err(|why| Error::write(NAME, why))?;
    let written = String::from_utf8(written).map_err(|why| Error::write(NAME, why))?;
    let path = format!("{}/{}", section.id, file(section.part.archive));
    let bytes = xml::finish(&written);
    Ok(Drawn::one(path, "application/atom+xml; charset=utf-8", bytes, section.entries.len(), section.updated))
}

fn feed(section: &SectionView, site: &Site) -> Feed {
    let all: Vec<Shown<'_>> = section.entries.iter().map(shown).collect();
    let elements: Vec<Vec<Element>> = all.iter().map(|shown| extensions::elements(shown, Host::Atom, None)).collect();
    let history = section.part.archive.iter().map(|_| Element { name: "fh:archive", ..Element::default() });
    let history: Vec<Element> = history.chain(section.deleted.iter().map(extensions::deleted)).collect();
    let namespaces = extensions::namespaces(elements.iter().flatten().chain(&history));
    let rows = section.entries.iter().zip(&all).zip(elements);
    let entries: Vec<AtomEntry> =
        rows.map(|((entry, shown), elements)| atom_entry(entry, shown, elements, section)).collect();
    let newest = entries.iter().map(|entry| entry.updated).max();
    let updated = date(section.updated);
    Feed {
        title: plain(&section.title, None),
        id: section.feed_id.clone(),
        // A feed is never older than what it holds (RFC 4287 4.2.15).
        updated: newest.map_or(updated, |newest| newest.max(updated)),
        authors: vec![named(one_line(&site.title), Some(site.base_url.to_string()))],
        generator: Some(Generator { value: "warta".to_owned(), uri: None, version: None }),
        icon: Some(format!("{}favicon.svg", site.base_url)),
        links: feed_links(section, site),
        extensions: in_order(history),
        subtitle: Some(one_line(&section.description)).filter(|text| !text.is_empty()).map(Text::plain),
        lang: Some(section.language.clone()),
        namespaces,
        entries,
        ..Feed::default()
    }
}

fn file(archive: Option<i64>) -> String {
    part_file(archive, "atom.xml", "xml")
}

/// Where it stands, where people read it, and where the other documents of the section are (RFC 5005 4).
fn feed_links(section: &SectionView, site: &Site) -> Vec<Link> {
    let part = section.part;
    let document = |rel, archive| link(rel, section_address(site, &section.id, &file(archive)), Some(ATOM_TYPE), None);
    let mut links = vec![
        document("self", part.archive),
        link("alternate", section_address(site, &section.id, ""), Some("text/html"), None),
    ];
    match (part.archive, &site.hub) {
        (Some(_), _) => links.push(document("current", None)),
        // Archives are no topics: they hardly ever change.
        (None, Some(hub)) => links.push(link("hub", hub.to_string(), None, None)),
        (None, None) => {}
    }
    if part.previous.is_some() {
        links.push(document("prev-archive", part.previous));
    }
    links
}

fn atom_entry(entry: &Entry, shown: &Shown<'_>, elements: Vec<Element>, section: &SectionView) -> AtomEntry {
    let language = other_language(entry, &section.language);
    AtomEntry {
        title: plain(&shown.title, language),
        id: entry.id.clone(),
        updated: date(shown.updated),
        published: Some(date(shown.published)),
        authors: shown.authors.iter().filter_map(|author| person(author)).collect(),
        categories: shown.tags.iter().map(|tag| category(tag)).collect(),
        contributors: shown.whole.into_iter().flat_map(extensions::without_part).map(contributor).collect(),
        links: links(entry, shown),
        rights: entry.item.rights.as_deref().map(|rights| plain(rights, None)),
        source: Some(source(entry, shown)),
        summary: summary(entry, shown, language),
        content: content(shown, language),
        extensions: in_order(elements),
        ..AtomEntry::default()
    }
}

/// The summary. An entry shall hold some text (RFC 4287 4.1.2 asks for it, validators warn): a bare link names its outlet.
fn summary(entry: &Entry, shown: &Shown<'_>, language: Option<&str>) -> Option<Text> {
    if let Some(html) = shown.summary_html {
        let lang = language.map(str::to_owned);
        return Some(Text { lang, ..Text::html(legal(html).into_owned()) });
    }
    let bare = shown.html.is_none() && shown.url.is_some();
    shown.summary.as_deref().or(bare.then_some(&entry.source.title)).map(|text| plain(text, language))
}

/// The content; an entry without a link must have one (RFC 4287 4.1.2), so there the summary or the title stands.
fn content(shown: &Shown<'_>, language: Option<&str>) -> Option<Content> {
    let (kind, value) = match (shown.text, &shown.html, shown.url) {
        (Some(text), ..) => ("text", legal(text).into_owned()),
        (None, Some(html), _) => ("html", html.clone().into_owned()),
        (None, None, Some(_)) => return None,
        (None, None, None) => ("text", shown.summary.clone().unwrap_or_else(|| shown.title.clone())),
    };
    let lang = language.map(str::to_owned);
    Some(Content { value: Some(value), content_type: Some(kind.to_owned()), lang, ..Content::default() })
}

fn links(entry: &Entry, shown: &Shown<'_>) -> Vec<Link> {
    let is_page = entry.item.url.is_some();
    let article = shown.url.map(|url| link("alternate", url.to_string(), is_page.then_some("text/html"), None));
    let files = shown.attachments.iter().map(enclosure);
    let comments = shown.whole.and_then(|item| item.comments_url.as_ref());
    let comments = comments.into_iter().map(|url| link("replies", url.to_string(), Some("text/html"), None));
    let others = shown.links.iter().filter(|link| extensions::may_link(&link.rel)).map(|link| own_link(link));
    let also = entry.also.iter().filter_map(related).take(MAX_RELATED);
    article.into_iter().chain(files).chain(comments).chain(others).chain(also).collect()
}

fn enclosure(file: &Attachment) -> Link {
    let title = file.title.as_deref().map(one_line);
    let length = file.size_in_bytes.map(|bytes| bytes.to_string());
    Link { length, ..link("enclosure", file.url.to_string(), Some(&file.mime_type), title) }
}

/// A link that the item itself came with.
fn own_link(told: &ItemLink) -> Link {
    Link {
        hreflang: told.hreflang.clone(),
        length: told.length.map(|bytes| bytes.to_string()),
        ..link(&told.rel, told.href.to_string(), told.media_type.as_deref(), told.title.clone())
    }
}

fn contributor((helper, name): (&Contributor, String)) -> Person {
    named(name, helper.url.as_ref().map(ToString::to_string))
}

/// Another outlet's report of the same.
fn related(also: &Also) -> Option<Link> {
    let url = also.url.as_ref()?;
    let title = one_line(&format!("{}: {}", also.outlet, also.title));
    Some(link("related", url.to_string(), Some("text/html"), Some(title)))
}

/// Where the entry comes from (RFC 4287 4.2.11). Its author is the outlet, and so the author of an entry that names
/// none. When the origin's feed changed is not kept: it cannot have been before this entry did.
fn source(entry: &Entry, shown: &Shown<'_>) -> AtomSource {
    let Source { title, id, feed_url, url, rights, .. } = &entry.source;
    let outlet = named(one_line(title), url.as_ref().map(ToString::to_string));
    let feed = feed_url.iter().map(|url| link("self", url.to_string(), None, None));
    let pages = url.iter().map(|url| link("alternate", url.to_string(), Some("text/html"), None));
    let mut links: Vec<Link> = feed.chain(pages).collect();
    if links.is_empty() {
        links.extend(entry.item.url.iter().map(|url| link("via", url.to_string(), Some("text/html"), None)));
    }
    AtomSource {
        title: plain(title, None),
        id: id.clone(),
        updated: date(shown.updated),
        authors: vec![outlet],
        links,
        rights: rights.as_deref().map(|rights| plain(rights, None)),
        ..AtomSource::default()
    }
}

fn person(author: &Author) -> Option<Person> {
    let uri = author.url.as_ref().map(ToString::to_string);
    name(author).map(|name| named(name, uri))
}

fn named(name: String, uri: Option<String>) -> Person {
    Person { name, uri, ..Person::default() }
}

fn category(tag: &str) -> Category {
    Category { term: one_line(tag), scheme: None, label: None }
}

fn plain(text: &str, language: Option<&str>) -> Text {
    Text { value: legal(text).trim().to_owned(), lang: language.map(str::to_owned), ..Text::default() }
}

fn link(rel: &str, href: String, media_type: Option<&str>, title: Option<String>) -> Link {
    Link { href, rel: rel.to_owned(), mime_type: media_type.map(str::to_owned), title, ..Link::default() }
}

/// The crate writes maps by their keys; one key keeps the order.
fn in_order(elements: Vec<Element>) -> ExtensionMap {
    let written: Vec<Extension> = elements.into_iter().map(extension).collect();
    if written.is_empty() {
        return ExtensionMap::new();
    }
    ExtensionMap::from([(String::new(), BTreeMap::from([(String::new(), written)]))])
}

/// The crate writes attributes of extensions as they are, so they are escaped here.
fn extension(element: Element) -> Extension {
    let children: Vec<Extension> = element.children.into_iter().map(extension).collect();
    Extension {
        name: element.name.to_owned(),
        value: element.text,
        attrs: element.attributes.iter().map(|(name, value)| ((*name).to_owned(), xml::attribute(value))).collect(),
        children: BTreeMap::from([(String::new(), children)]),
    }
}

/// Whole seconds: the crate would write fractions.
fn date(at: Timestamp) -> FixedDateTime {
    at.whole_seconds().to_chrono()
}

/// Ids, titles and dates (seconds after the epoch) as the crate's own reader finds them.
#[cfg(test)]
pub(super) fn read(bytes: &[u8]) -> Vec<(String, String, i64)> {
    let told = |entry: &AtomEntry| (entry.id.clone(), entry.title.value.clone(), entry.published.unwrap().timestamp());
    Feed::read_from(bytes).unwrap().entries.iter().map(told).collect()
}
