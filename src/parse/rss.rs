//! RSS 0.90 to 2.0 and CDF, which shares their shape: a channel and its items in, values out.
//!
//! Sources: RSS 2.0 (rssboard.org), RSS 1.0 (web.resource.org/rss/1.0/spec), RSS 0.9x, CDF (W3C note of 1997).

use super::construct::{Unless, construct};
use super::context::{Context, fill, is_absolute, is_plainly_relative, push_within, set};
use super::shared::{self, Draft};
use super::xml::{NodeId, Ns, Tree};
use crate::model::{Enclosure, Format, MAX_ATTACHMENTS, ParsedFeed, ParsedItem, ParsedSource, WebLink};

/// Days of the week as `skipDays` names them.
pub(super) const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// The format of a document whose root is `rss`, `RDF` or `channel`.
pub(super) fn format(tree: &Tree, root: NodeId) -> Option<Format> {
    match tree.name(root) {
        "rss" => Some(match tree.attr(root, "version").unwrap_or("") {
            "0.91" if tree.doctype().to_ascii_lowercase().contains("netscape") => Format::Rss091Netscape,
            "0.91" => Format::Rss091,
            "0.92" => Format::Rss092,
            "0.93" => Format::Rss093,
            "0.94" => Format::Rss094,
            version if version.starts_with('2') => Format::Rss20,
            _ => Format::Rss,
        }),
        "rdf" if tree.declares("http://my.netscape.com/rdf/simple/0.9/") => Some(Format::Rss090),
        "rdf" if tree.declares("http://channel.netscape.com/rdf/simple/0.9/") => Some(Format::Rss090),
        "rdf" => Some(Format::Rss10),
        "channel" if tree.declares("http://purl.org/net/rss1.1") => Some(Format::Rss11),
        "channel" if is_cdf(tree, root) => Some(Format::Cdf),
        "channel" => Some(Format::Rss),
        _ => None,
    }
}

fn is_cdf(tree: &Tree, root: NodeId) -> bool {
    let told = |id: NodeId| ["href", "lastmod", "base"].iter().any(|name| tree.attr(id, name).is_some());
    told(root) || tree.children(root).any(|child| told(child) || tree.name(child) == "abstract")
}

/// The element that holds what is said of the whole feed.
pub(super) fn channel(tree: &Tree, root: NodeId) -> NodeId {
    let mut channels = tree.children(root).filter(|child| tree.name(*child) == "channel");
    channels.next().unwrap_or(root)
}

/// The items, in document order, inside the channel or beside it; one inside a foreign element is none.
pub(super) fn items(tree: &Tree, root: NodeId) -> Vec<NodeId> {
    let is_item = |id: &NodeId| matches!(tree.name(*id), "item" | "entry") && tree.ns(*id) == Ns::Core;
    let holds = |id: &NodeId| matches!(tree.name(*id), "channel" | "items") && tree.ns(*id) == Ns::Core;
    let mut found = Vec::new();
    for child in tree.children(root) {
        if is_item(&child) {
            found.push(child);
        } else if holds(&child) {
            for inner in tree.children(child) {
                match holds(&inner) {
                    true => found.extend(tree.children(inner).filter(is_item)),
                    false => found.extend(Some(inner).filter(is_item)),
                }
            }
        }
    }
    found
}

/// Takes one element of a channel; false where RSS knows no such element.
pub(super) fn channel_element(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) -> bool {
    match cx.tree.name(id) {
        "title" => fill(&mut feed.title, construct(cx, id, Unless::Loose)),
        "link" if cx.tree.attr(id, "href").is_some() => return false,
        "link" => {
            let address = cx.address_text(id);
            shared::plain_link(cx, &mut feed.links, address.clone());
            fill(&mut feed.home_page_url, address);
        }
        "description" | "abstract" => fill(&mut feed.description, construct(cx, id, Unless::Loose)),
        "language" => fill(&mut feed.language, cx.value(id).map(|tag| tag.replace('_', "-"))),
        "copyright" => fill(&mut feed.rights, construct(cx, id, Unless::Loose)),
        "managingeditor" | "author" if !cx.tree.has_children(id) => shared::named(cx, id, &mut feed.authors, None),
        "webmaster" => shared::named(cx, id, &mut feed.contributors, Some("webmaster")),
        "category" | "keywords" => shared::tag_element(cx, id, &mut feed.tags),
        "pubdate" => set(&mut feed.published, cx.date(id)),
        "lastbuilddate" => set(&mut feed.updated, cx.date(id)),
        "generator" => fill(&mut feed.generator, cx.value(id)),
        "ttl" => fill(&mut feed.ttl_minutes, cx.value(id).and_then(|text| text.parse().ok())),
        "skiphours" => feed.skip_hours = skip_hours(cx, id),
        "skipdays" => feed.skip_days = skip_days(cx, id),
        "image" => fill(&mut feed.image, image(cx, id)),
        "logo" if cx.tree.attr(id, "href").is_some() => {
            let icon = cx.tree.attr(id, "style").is_some_and(|style| style.eq_ignore_ascii_case("icon"));
            let address = cx.address_attr(id, "href");
            fill(if icon { &mut feed.icon } else { &mut feed.image }, address);
        }
        "tags" => tags_apart(cx, id, &mut feed.tags),
        _ => return false,
    }
    true
}

/// Takes one element of an item; false where RSS knows no such element.
pub(super) fn item_element(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) -> bool {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "title" => fill(&mut item.title, construct(cx, id, Unless::Loose)),
        "link" if cx.tree.attr(id, "href").is_some() => return false,
        "link" => {
            let address = cx.address_text(id);
            shared::plain_link(cx, &mut item.links, address.clone());
            fill(&mut item.url, address);
        }
        "description" | "abstract" => {
            let text = construct(cx, id, Unless::Loose);
            shared::summary_or_second(draft, text);
        }
        "body" => fill(&mut item.content, construct(cx, id, Unless::Xhtml)),
        "fullitem" => fill(&mut item.content, construct(cx, id, Unless::Html)),
        "guid" => guid(cx, id, draft),
        "pubdate" => set(&mut item.date_published, cx.date(id)),
        "author" if !cx.tree.has_children(id) => shared::named(cx, id, &mut item.authors, None),
        "category" | "keywords" => shared::tag_element(cx, id, &mut item.tags),
        "comments" => fill(&mut item.comments_url, cx.address_text(id)),
        "enclosure" => enclosure(cx, id, item),
        "source" if !cx.tree.has_children(id) => {
            let source = ParsedSource {
                title: construct(cx, id, Unless::Loose),
                feed_url: cx.address_attr(id, "url"),
                ..ParsedSource::default()
            };
            fill(&mut item.source, Some(source));
        }
        "image" | "logo" => fill(&mut item.image, image(cx, id)),
        "tags" => tags_apart(cx, id, &mut item.tags),
        "language" => fill(&mut item.language, cx.value(id).map(|tag| tag.replace('_', "-"))),
        _ => return false,
    }
    true
}

/// What the tag of a channel or item says (RDF's `about`, CDF's `href` and `lastmod`).
pub(super) fn item_attributes(cx: &mut Context<'_>, id: NodeId, item: &mut ParsedItem) {
    item.id = cx.tree.attr_in(id, Ns::Rdf, "about").map(str::to_owned);
    if let Some(address) = cx.address_attr(id, "href") {
        shared::plain_link(cx, &mut item.links, Some(address.clone()));
        item.url = Some(address);
    }
    if let Some(text) = cx.tree.attr(id, "lastmod").map(str::to_owned) {
        item.date_modified = cx.date_text(&text, "lastmod");
    }
}

/// The same for a channel.
pub(super) fn channel_attributes(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    feed.id = cx.tree.attr_in(id, Ns::Rdf, "about").map(str::to_owned);
    if let Some(address) = cx.address_attr(id, "href") {
        shared::plain_link(cx, &mut feed.links, Some(address.clone()));
        feed.home_page_url = Some(address);
    }
    if let Some(text) = cx.tree.attr(id, "lastmod").map(str::to_owned) {
        feed.updated = cx.date_text(&text, "lastmod");
    }
}

/// A permalink `guid` is the item's address where `link` tells none; that is settled when all elements were read. Many
/// that are no addresses do not say so: a bare word is one only where somebody set xml:base.
fn guid(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let Some(text) = cx.value(id) else { return };
    let permalink = !cx.tree.attr(id, "ispermalink").is_some_and(|told| told.eq_ignore_ascii_case("false"));
    let address = if permalink { cx.address(id, &text) } else { None };
    let leads = cx.tree.has_base() || is_absolute(&text) || is_plainly_relative(&text);
    let text = if cx.tree.has_base() { address.clone().unwrap_or(text) } else { text };
    fill(&mut draft.item.id, Some(text));
    if let Some(address) =
        address.filter(|_| leads).filter(|address| url::Url::parse(address).is_ok_and(|url| url.has_host()))
    {
        fill(&mut draft.guid_url, Some(address));
    }
}

fn enclosure(cx: &mut Context<'_>, id: NodeId, item: &mut ParsedItem) {
    let address = cx.address_attr(id, "url").or_else(|| cx.address_attr(id, "href"));
    let Some(url) = address.or_else(|| cx.address_attr(id, "uri")) else { return };
    let enclosure = Enclosure {
        url,
        media_type: cx.tree.attr(id, "type").map(str::to_owned),
        length: cx.number_attr(id, "length"),
        ..Enclosure::default()
    };
    let link = WebLink {
        rel: "enclosure".to_owned(),
        href: enclosure.url.clone(),
        media_type: enclosure.media_type.clone(),
        length: enclosure.length,
        ..WebLink::default()
    };
    push_within(&mut item.enclosures, enclosure, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
    push_within(&mut item.links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
}

fn image(cx: &mut Context<'_>, id: NodeId) -> Option<String> {
    let child = cx.tree.child(id, "url").or_else(|| cx.tree.child(id, "href"));
    match child {
        Some(child) => cx.address_text(child),
        None => {
            let told = cx.address_attr(id, "href").or_else(|| cx.address_attr(id, "url"));
            told.or_else(|| cx.address_text(id).filter(|_| !cx.tree.has_children(id)))
        }
    }
}

/// Hours of the day in GMT; 24 is the old way to write 0 (RSS 0.91).
fn skip_hours(cx: &Context<'_>, id: NodeId) -> Vec<u8> {
    let hours = cx.tree.children(id).filter_map(|hour| cx.tree.text(hour).parse::<u8>().ok());
    let mut hours: Vec<u8> = hours.filter(|hour| *hour <= 24).map(|hour| hour % 24).take(24).collect();
    hours.sort_unstable();
    hours.dedup();
    hours
}

fn skip_days(cx: &Context<'_>, id: NodeId) -> Vec<String> {
    let told: Vec<String> = cx.tree.children(id).map(|day| cx.tree.text(day)).take(7).collect();
    DAYS.iter()
        .filter(|day| told.iter().any(|told| told.eq_ignore_ascii_case(day)))
        .map(|day| (*day).to_owned())
        .collect()
}

/// A list between commas in one element.
fn tags_apart(cx: &mut Context<'_>, id: NodeId, tags: &mut Vec<String>) {
    let text = cx.value(id).unwrap_or_default();
    shared::tags_between(cx, &text, tags);
}
