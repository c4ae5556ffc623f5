//! A section as RSS 2.0 (rssboard.org/rss-specification and the Best Practices Profile), built and written by the `rss`
//! crate, finished by the pass of `xml`.

use std::collections::BTreeMap;

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Item, Source};

use crate::model::{Attachment, Entry, ItemLink, SectionView, Site, Timestamp};

use super::extensions::{self, Element, Host};
use super::shown::{Shown, name, other_language, shown};
use super::text::{escape, legal, one_line};
use super::{Drawn, Error, View, also, part_file, section_address, xml};

const NAME: &str = "rss";
/// Characters of a description that was made of the content.
const MAX_LEAD_CHARS: usize = 500;

/// Draws `<section>/rss.xml`.
pub(super) fn draw(view: &View<'_>, site: &Site) -> Result<Drawn, Error> {
    let section = view.section(NAME)?;
    let written = channel(section, site).write_to(Vec::new()).map_err(|why| Error::write(NAME, why))?;
    let written = String::from_utf8(written).map_err(|why| Error::write(NAME, why))?;
    let bytes = xml::finish(&written);
    let path = format!("{}/rss.xml", section.id);
    Ok(Drawn::one(path, "application/rss+xml; charset=utf-8", bytes, section.entries.len(), section.updated))
}

fn channel(section: &SectionView, site: &Site) -> Channel {
    let description = one_line(&section.description);
    let this = Link {
        rel: "self".to_owned(),
        href: section_address(site, &section.id, "rss.xml"),
        mime_type: Some("application/rss+xml".to_owned()),
        ..Link::default()
    };
    let hub = site.hub.as_ref().map(|hub| Link { rel: "hub".to_owned(), href: hub.to_string(), ..Link::default() });
    // The archives are written once, in Atom; RFC 5005 links to them from RSS in the same words.
    let previous = section.part.previous.map(|n| Link {
        rel: "prev-archive".to_owned(),
        href: section_address(site, &section.id, &part_file(Some(n), "", "xml")),
        mime_type: Some("application/atom+xml".to_owned()),
        ..Link::default()
    });
    let entries: Vec<Shown<'_>> = section.entries.iter().map(shown).collect();
    let elements: Vec<Vec<Element>> = entries.iter().map(elements).collect();
    let namespaces = extensions::namespaces(elements.iter().flatten());
    let items = section.entries.iter().zip(entries).zip(elements);
    Channel {
        title: one_line(&section.title),
        link: section_address(site, &section.id, ""),
        description: if description.is_empty() { one_line(&section.title) } else { description },
        language: Some(section.language.clone()),
        last_build_date: Some(rfc822(section.updated)),
        generator: Some("warta".to_owned()),
        atom_ext: Some(AtomExtension { links: std::iter::once(this).chain(hub).chain(previous).collect() }),
        namespaces,
        items: items
            .map(|((entry, shown), elements)| {
                let item = item(entry, shown, elements, section);
                if site.show_also { closed(item, also::line(entry, &section.language)) } else { item }
            })
            .collect(),
        ..Channel::default()
    }
}

fn enclosure<'a>(shown: &Shown<'a>) -> Option<&'a Attachment> {
    shown.attachments.iter().find(|file| !file.from_media)
}

fn elements(shown: &Shown<'_>) -> Vec<Element> {
    extensions::elements(shown, Host::Rss, enclosure(shown))
}

fn item(entry: &Entry, shown: Shown<'_>, elements: Vec<Element>, section: &SectionView) -> Item {
    let link = shown.url.map(ToString::to_string);
    let links: Vec<Link> = shown.links.iter().filter(|link| extensions::may_link(&link.rel)).map(atom_link).collect();
    Item {
        guid: Some(Guid { permalink: link.as_ref() == Some(&entry.id), value: entry.id.clone() }),
        description: description(&shown),
        content: shown.html.as_deref().map(str::to_owned),
        pub_date: Some(rfc822(shown.published)),
        source: source(entry),
        comments: shown.whole.and_then(|item| item.comments_url.as_ref()).map(ToString::to_string),
        categories: shown.tags.iter().map(|tag| Category { name: one_line(tag), domain: None }).collect(),
        enclosure: enclosure(&shown).map(enclosed),
        atom_ext: (!links.is_empty()).then_some(AtomExtension { links }),
        dublin_core_ext: dublin_core(entry, &shown, section),
        extensions: in_order(elements),
        title: Some(shown.title),
        link,
        ..Item::default()
    }
}

/// The crate writes maps by their keys; one key keeps the order.
fn in_order(elements: Vec<Element>) -> ExtensionMap {
    let written: Vec<Extension> = elements.into_iter().map(extension).collect();
    if written.is_empty() {
        return ExtensionMap::new();
    }
    ExtensionMap::from([(String::new(), BTreeMap::from([(String::new(), written)]))])
}

fn extension(element: Element) -> Extension {
    let children: Vec<Extension> = element.children.into_iter().map(extension).collect();
    Extension {
        name: element.name.to_owned(),
        value: element.text,
        attrs: element.attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        children: BTreeMap::from([(String::new(), children)]),
    }
}

fn atom_link(link: &&ItemLink) -> Link {
    Link {
        href: link.href.to_string(),
        rel: link.rel.clone(),
        hreflang: link.hreflang.clone(),
        mime_type: link.media_type.clone(),
        title: link.title.clone(),
        length: link.length.map(|bytes| bytes.to_string()),
    }
}

/// The item with a line below what is read of it: its content, else its description.
fn closed(mut item: Item, line: Option<String>) -> Item {
    let Some(line) = line else { return item };
    let text = if item.content.is_some() { &mut item.content } else { &mut item.description };
    text.get_or_insert_default().push_str(&line);
    item
}

/// HTML: the summary with its markup, else as text, else what the content begins with. It stands before each content
/// (Best Practices Profile, content:encoded), empty where that has no words, as a film.
fn description(shown: &Shown<'_>) -> Option<String> {
    match (shown.summary_html, &shown.summary) {
        (Some(html), _) => Some(legal(html).into_owned()),
        (None, Some(summary)) if shown.whole.is_some() => Some(escape(summary)),
        _ => Some(escape(&shown.lead(MAX_LEAD_CHARS))).filter(|text| !text.is_empty() || shown.html.is_some()),
    }
}

/// `<source>` wants the origin's feed; where that address is secret its pages stand for it.
fn source(entry: &Entry) -> Option<Source> {
    let source = &entry.source;
    let url = source.feed_url.as_ref().or(source.url.as_ref()).or(entry.item.url.as_ref())?;
    Some(Source { url: url.to_string(), title: Some(one_line(&source.title)) })
}

fn enclosed(file: &Attachment) -> Enclosure {
    // The length is required; 0 tells that it is not known (Best Practices Profile, enclosure).
    let length = file.size_in_bytes.unwrap_or(0).to_string();
    Enclosure { url: file.url.to_string(), length, mime_type: file.mime_type.clone() }
}

fn dublin_core(entry: &Entry, shown: &Shown<'_>, section: &SectionView) -> Option<DublinCoreExtension> {
    let extension = DublinCoreExtension {
        contributors: shown.whole.into_iter().flat_map(extensions::without_part).map(|(_, name)| name).collect(),
        creators: shown.authors.iter().filter_map(|author| name(author)).collect(),
        languages: other_language(entry, &section.language).map(str::to_owned).into_iter().collect(),
        rights: entry.item.rights.as_deref().map(one_line).into_iter().collect(),
        ..DublinCoreExtension::default()
    };
    (extension != DublinCoreExtension::default()).then_some(extension)
}

/// RFC 822 with a day of two digits, as the profile asks.
pub(super) fn rfc822(at: Timestamp) -> String {
    at.to_chrono().format("%a, %d %b %Y %H:%M:%S %z").to_string()
}

/// Ids, titles and dates (seconds after the epoch) as the crate's own reader finds them.
#[cfg(test)]
pub(super) fn read(bytes: &[u8]) -> Vec<(String, String, i64)> {
    let told = |item: &Item| {
        let date = chrono::DateTime::parse_from_rfc2822(item.pub_date().unwrap()).unwrap();
        (item.guid().unwrap().value.clone(), item.title().unwrap().to_owned(), date.timestamp())
    };
    Channel::read_from(bytes).unwrap().items.iter().map(told).collect()
}
