//! A section as RSS 2.0 (rssboard.org/rss-specification and the Best Practices Profile), built and written by the `rss`
//! crate, finished by the pass of `xml`.

use std::collections::BTreeMap;

use rss::extension::atom::{AtomExtension, Link};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::{Extension, ExtensionMap};
use rss::{Category, Channel, Enclosure, Guid, Item, Source};

use crate::model::{Attachment, Entry, SectionView, Site, Timestamp};

use super::media::{self, Media};
use super::shown::{Shown, name, other_language, shown};
use super::text::{escape, legal, one_line};
use super::{Drawn, Error, View, section_address, xml};

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
    Channel {
        title: one_line(&section.title),
        link: section_address(site, &section.id, ""),
        description: if description.is_empty() { one_line(&section.title) } else { description },
        language: Some(section.language.clone()),
        last_build_date: Some(section.updated).filter(|&updated| updated > Timestamp::epoch()).map(rfc822),
        generator: Some("warta".to_owned()),
        atom_ext: Some(AtomExtension { links: vec![this] }),
        namespaces: BTreeMap::from([("media".to_owned(), media::NAMESPACE.to_owned())]),
        items: section.entries.iter().map(|entry| item(entry, section)).collect(),
        ..Channel::default()
    }
}

fn item(entry: &Entry, section: &SectionView) -> Item {
    let shown = shown(entry);
    let enclosure = shown.attachments.iter().find(|file| !file.from_media);
    let link = entry.item.url.as_ref().map(ToString::to_string);
    Item {
        guid: Some(Guid { permalink: link.as_ref() == Some(&entry.id), value: entry.id.clone() }),
        description: description(&shown),
        content: shown.html.as_deref().map(str::to_owned),
        pub_date: Some(rfc822(shown.published)),
        source: source(entry),
        comments: shown.html.as_ref().and(entry.item.comments_url.as_ref()).map(ToString::to_string),
        categories: shown.tags.iter().map(|tag| Category { name: one_line(tag), domain: None }).collect(),
        enclosure: enclosure.map(enclosed),
        dublin_core_ext: dublin_core(entry, &shown, section),
        extensions: media_extensions(&shown, enclosure),
        title: Some(shown.title),
        link,
        ..Item::default()
    }
}

/// HTML: the summary with its markup, else as text, else what the content begins with.
fn description(shown: &Shown<'_>) -> Option<String> {
    match shown.summary_html {
        Some(html) => Some(legal(html).into_owned()),
        None => Some(escape(&shown.lead(MAX_LEAD_CHARS))).filter(|text| !text.is_empty()),
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
        creators: shown.authors.iter().filter_map(|author| name(author)).collect(),
        languages: other_language(entry, &section.language).map(str::to_owned).into_iter().collect(),
        rights: entry.item.rights.as_deref().map(one_line).into_iter().collect(),
        ..DublinCoreExtension::default()
    };
    (extension != DublinCoreExtension::default()).then_some(extension)
}

fn media_extensions(shown: &Shown<'_>, enclosure: Option<&Attachment>) -> ExtensionMap {
    let all = media::picture(shown).into_iter().chain(media::files(shown, enclosure));
    let all: Vec<Extension> = all.map(extension).collect();
    if all.is_empty() {
        return ExtensionMap::new();
    }
    ExtensionMap::from([("media".to_owned(), BTreeMap::from([("content".to_owned(), all)]))])
}

fn extension(media: Media) -> Extension {
    let child = |(name, text): (&str, String)| {
        let child = Extension { name: name.to_owned(), value: Some(text), ..Extension::default() };
        (name.to_owned(), vec![child])
    };
    Extension {
        name: "media:content".to_owned(),
        attrs: media.attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        children: media.children.into_iter().map(child).collect(),
        ..Extension::default()
    }
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
