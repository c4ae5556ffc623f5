//! Atom 1.0 (RFC 4287), Atom 0.3 and feeds that look like them: elements in, values out.

use super::construct::{Unless, construct};
use super::context::{Context, fill, is_plainly_relative, push_within, set};
use super::shared::{self, Draft};
use super::xml::{NodeId, Ns, Tree};
use crate::model::{Enclosure, Format, MAX_ATTACHMENTS, ParsedFeed, ParsedItem, ParsedSource};

/// The format of a document whose root is `feed` or a lone `entry`.
pub(super) fn format(tree: &Tree, root: NodeId) -> Option<Format> {
    if !matches!(tree.name(root), "feed" | "entry") {
        return None;
    }
    let old = tree.attr(root, "version").is_some_and(|version| version.starts_with("0.3"));
    Some(match () {
        () if tree.declares("http://www.w3.org/2005/atom") || tree.declares("https://www.w3.org/2005/atom") => {
            Format::Atom10
        }
        () if old || tree.declares("http://purl.org/atom/ns#") => Format::Atom03,
        () => Format::Atom,
    })
}

/// The entries, in document order; one inside a foreign element or a source is none.
pub(super) fn entries(tree: &Tree, root: NodeId) -> Vec<NodeId> {
    let is_entry =
        |id: &NodeId| matches!(tree.name(*id), "entry" | "item") && matches!(tree.ns(*id), Ns::Core | Ns::Atom);
    if tree.name(root) == "entry" {
        return vec![root];
    }
    tree.children(root).filter(is_entry).collect()
}

/// Takes one element of a feed; false where Atom knows no such element.
pub(super) fn feed_element(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) -> bool {
    match cx.tree.name(id) {
        "title" => fill(&mut feed.title, construct(cx, id, plain(cx.format))),
        "subtitle" | "tagline" => fill(&mut feed.description, construct(cx, id, plain(cx.format))),
        "rights" | "copyright" => fill(&mut feed.rights, construct(cx, id, plain(cx.format))),
        "id" => fill(&mut feed.id, identity(cx, id)),
        "link" => {
            let Some(link) = shared::link(cx, id) else { return true };
            if shared::is_page(&link) {
                fill(&mut feed.home_page_url, Some(link.href.clone()));
            } else if link.rel == "self" {
                fill(&mut feed.feed_url, Some(link.href.clone()));
            }
            push_within(&mut feed.links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
        }
        "author" => {
            let person = shared::person(cx, id, None);
            shared::person_into(cx, person, &mut feed.authors);
        }
        "contributor" => {
            let person = shared::person(cx, id, None);
            shared::person_into(cx, person, &mut feed.contributors);
        }
        "category" => shared::tag_element(cx, id, &mut feed.tags),
        "updated" | "modified" => set(&mut feed.updated, cx.date(id)),
        "published" | "issued" | "created" => set(&mut feed.published, cx.date(id)),
        "generator" => fill(&mut feed.generator, cx.value(id)),
        "icon" => fill(&mut feed.icon, cx.address_text(id)),
        "logo" => fill(&mut feed.image, cx.address_text(id)),
        _ => return false,
    }
    true
}

/// Takes one element of an entry; false where Atom knows no such element.
pub(super) fn entry_element(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) -> bool {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "title" => fill(&mut item.title, construct(cx, id, plain(cx.format))),
        "summary" => {
            let text = construct(cx, id, plain(cx.format));
            shared::summary_or_second(draft, text);
        }
        "content" if cx.tree.attr(id, "src").is_some() => content_elsewhere(cx, id, item),
        "content" => fill(&mut item.content, construct(cx, id, plain(cx.format))),
        "rights" | "copyright" => fill(&mut item.rights, construct(cx, id, plain(cx.format))),
        "id" => fill(&mut item.id, identity(cx, id)),
        "link" => {
            if let Some(link) = shared::link(cx, id) {
                if link.rel == "replies" {
                    let count = cx.tree.attr_in(id, Ns::Thread, "count").and_then(|count| count.parse().ok());
                    fill(&mut draft.item.comments_count, count);
                }
                shared::item_link(cx, link, draft);
            }
        }
        "author" => {
            let person = shared::person(cx, id, None);
            shared::person_into(cx, person, &mut item.authors);
        }
        "contributor" => {
            let person = shared::person(cx, id, None);
            shared::person_into(cx, person, &mut item.contributors);
        }
        "category" => shared::tag_element(cx, id, &mut item.tags),
        "published" | "issued" => set(&mut item.date_published, cx.date(id)),
        "updated" | "modified" => set(&mut item.date_modified, cx.date(id)),
        "created" => set(&mut item.created, cx.date(id)),
        "source" => {
            let source = source(cx, id);
            fill(&mut item.source, Some(source));
        }
        _ => return false,
    }
    true
}

/// Content that stands at another address (RFC 4287 4.1.3.2): a file of the entry, unless it is a page.
fn content_elsewhere(cx: &mut Context<'_>, id: NodeId, item: &mut ParsedItem) {
    let media_type = cx.tree.attr(id, "type").map(str::to_owned);
    let is_file = media_type
        .as_deref()
        .is_some_and(|told| ["image/", "audio/", "video/"].iter().any(|kind| told.starts_with(kind)));
    if let Some(url) = cx.address_attr(id, "src").filter(|_| is_file) {
        let enclosure = Enclosure { url, media_type, ..Enclosure::default() };
        push_within(&mut item.enclosures, enclosure, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
    }
}

/// Atom's constructs without a type are characters; feeds that only look like Atom cannot be trusted in that.
fn plain(format: Format) -> Unless {
    match format {
        Format::Atom10 | Format::Atom03 => Unless::Plain,
        _ => Unless::Loose,
    }
}

/// An id is compared as written (RFC 4287 4.2.6.1); made absolute only where it is plainly relative or somebody set
/// xml:base.
fn identity(cx: &mut Context<'_>, id: NodeId) -> Option<String> {
    let text = cx.value(id)?;
    if cx.tree.has_base() || is_plainly_relative(&text) { cx.address(id, &text).or(Some(text)) } else { Some(text) }
}

/// The feed that an entry was copied from (RFC 4287 4.2.11).
fn source(cx: &mut Context<'_>, id: NodeId) -> ParsedSource {
    let mut source = ParsedSource::default();
    let children: Vec<NodeId> = cx.tree.children(id).collect();
    for child in children {
        match cx.tree.name(child) {
            "title" => fill(&mut source.title, construct(cx, child, plain(cx.format))),
            "id" => fill(&mut source.id, identity(cx, child)),
            "link" => {
                let Some(link) = shared::link(cx, child) else { continue };
                if shared::is_page(&link) {
                    fill(&mut source.url, Some(link.href));
                } else if link.rel == "self" {
                    fill(&mut source.feed_url, Some(link.href));
                }
            }
            "updated" | "modified" => fill(&mut source.updated, cx.date(child)),
            "icon" => fill(&mut source.icon, cx.address_text(child)),
            "rights" | "copyright" => fill(&mut source.rights, construct(cx, child, plain(cx.format))),
            "author" => {
                let person = shared::person(cx, child, None);
                shared::person_into(cx, person, &mut source.authors);
            }
            _ => {}
        }
    }
    source
}
