//! Pieces of a JSON Feed: people, files, links, sources. The published feeds and `warta parse` draw them alike.

use serde::Serialize;
use url::Url;

use crate::model::{Attachment, Author, Contributor, ItemLink, Origin, Source as Outlet, Timestamp};
use crate::render::text::one_line;

/// An author.
#[derive(Serialize)]
pub(super) struct Person<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a Url>,
}

pub(super) fn person(author: &Author) -> Person<'_> {
    Person {
        name: author.name.as_deref().map(one_line).filter(|name| !name.is_empty()),
        url: author.url.as_ref(),
        avatar: author.avatar.as_ref(),
    }
}

/// A file, as far as JSON Feed has fields for it.
#[derive(Serialize)]
pub(super) struct File<'a> {
    url: &'a Url,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size_in_bytes: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_in_seconds: Option<f64>,
}

pub(super) fn file(file: &Attachment) -> File<'_> {
    File {
        url: &file.url,
        mime_type: &file.mime_type,
        title: file.title.as_deref().map(one_line),
        size_in_bytes: file.size_in_bytes,
        duration_in_seconds: file.duration_in_seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0),
    }
}

/// What JSON Feed's attachments have no place for; without an address, what is told of the item itself.
#[derive(Serialize, Default, PartialEq)]
pub(super) struct Media<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    media_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    height: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    player: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<u32>,
}

/// Files of which more is told than [`File`] holds, and the player of the item.
pub(super) fn media<'a>(files: &'a [Attachment], player: Option<&'a Url>) -> Vec<Media<'a>> {
    let told_more = |file: &&Attachment| {
        file.width.is_some()
            || file.height.is_some()
            || file.credit.is_some()
            || file.description.is_some()
            || file.player.is_some()
            || file.group.is_some()
    };
    let of_file = |file: &'a Attachment| Media {
        url: Some(&file.url),
        media_type: Some(&file.mime_type),
        width: file.width,
        height: file.height,
        credit: file.credit.as_deref().map(one_line),
        description: file.description.as_deref().map(one_line),
        player: file.player.as_ref(),
        group: file.group,
    };
    let of_item = player.map(|player| Media { player: Some(player), ..Media::default() });
    files.iter().filter(told_more).map(of_file).chain(of_item).collect()
}

/// A link with its relation.
#[derive(Serialize, PartialEq)]
pub(super) struct Link<'a> {
    rel: &'a str,
    href: &'a Url,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    media_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hreflang: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<u64>,
}

pub(super) fn link(link: &ItemLink) -> Link<'_> {
    Link {
        rel: &link.rel,
        href: &link.href,
        media_type: link.media_type.as_deref(),
        title: link.title.as_deref(),
        hreflang: link.hreflang.as_deref(),
        length: link.length,
    }
}

/// Somebody who took another part than the author's.
#[derive(Serialize, PartialEq)]
pub(super) struct Helper<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<&'a str>,
}

pub(super) fn helper(contributor: &Contributor) -> Helper<'_> {
    Helper {
        name: contributor.name.as_deref(),
        email: contributor.email.as_deref(),
        url: contributor.url.as_ref(),
        role: contributor.role.as_deref(),
    }
}

impl Helper<'_> {
    /// False for one who would be nobody without a mail address.
    pub(super) fn is_known_without_mail(&self) -> bool {
        self.name.is_some() || self.url.is_some()
    }
}

/// Where an item comes from.
#[derive(Serialize, PartialEq)]
pub(super) struct Source<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feed_url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    icon: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rights: Option<String>,
}

/// As the document told it.
pub(super) fn origin(origin: &Origin) -> Source<'_> {
    Source {
        title: origin.title.as_deref().map(one_line),
        id: origin.id.as_deref(),
        feed_url: origin.feed_url.as_ref(),
        url: origin.url.as_ref(),
        updated: origin.updated,
        icon: origin.icon.as_ref(),
        rights: origin.rights.as_deref().map(one_line),
    }
}

/// As outputs attribute it.
pub(super) fn outlet(outlet: &Outlet) -> Source<'_> {
    Source {
        title: Some(one_line(&outlet.title)),
        id: Some(&outlet.id),
        feed_url: outlet.feed_url.as_ref(),
        url: outlet.url.as_ref(),
        updated: None,
        icon: None,
        rights: outlet.rights.as_deref().map(one_line).filter(|rights| !rights.is_empty()),
    }
}
