//! Podcasting 2.0: what a reader of episodes has use for. Payments, locks and live streams are none of it.

use crate::model::{Enclosure, MAX_ATTACHMENTS, ParsedFeed, ParsedPodcast, Person, Shape, WebLink};
use crate::parse::context::{Context, fill, push_within};
use crate::parse::shared::{self, Draft};
use crate::parse::xml::NodeId;

use super::geo;

pub(super) fn feed(cx: &mut Context<'_>, id: NodeId, feed: &mut ParsedFeed) {
    match cx.tree.name(id) {
        "guid" => fill(&mut feed.podcast_guid, cx.value(id)),
        "person" => person(cx, id, &mut feed.contributors),
        "funding" => link(cx, id, "payment", &mut feed.links),
        "license" => link(cx, id, "license", &mut feed.links),
        _ => {}
    }
}

pub(super) fn item(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let item = &mut draft.item;
    match cx.tree.name(id) {
        "season" => number(cx, id, draft, |podcast| &mut podcast.season),
        "episode" => number(cx, id, draft, |podcast| &mut podcast.episode),
        "person" => person(cx, id, &mut item.contributors),
        "license" => link(cx, id, "license", &mut item.links),
        "chapters" => {
            if let Some(address) = cx.address_attr(id, "url") {
                fill(&mut item.podcast.get_or_insert_default().chapters, Some(address));
            }
        }
        "transcript" => {
            let Some(href) = cx.address_attr(id, "url") else { return };
            let [media_type, hreflang] = ["type", "language"].map(|name| cx.tree.attr(id, name).map(str::to_owned));
            let told = WebLink { rel: "transcript".to_owned(), href, media_type, hreflang, ..WebLink::default() };
            let transcripts = &mut item.podcast.get_or_insert_default().transcripts;
            push_within(transcripts, told, MAX_ATTACHMENTS, &mut cx.repairs, "transcripts");
        }
        "socialinteract" => fill(&mut item.comments_url, cx.address_attr(id, "uri")),
        "location" => {
            // A geo URI (RFC 5870): what follows the two numbers is no position.
            let told = cx.tree.attr(id, "geo").and_then(|uri| uri.strip_prefix("geo:"));
            let numbers = told.map(|told| told.split([',', ';']).take(2).collect::<Vec<_>>().join(" "));
            if let Some(numbers) = numbers {
                geo::add(cx, Shape::Point, &numbers, draft);
            }
        }
        "alternateenclosure" => alternate(cx, id, draft),
        _ => {}
    }
}

/// A whole number; 3.5 and words are none.
pub(super) fn number(
    cx: &mut Context<'_>,
    id: NodeId,
    draft: &mut Draft,
    slot: fn(&mut ParsedPodcast) -> &mut Option<u32>,
) {
    if let Some(number) = cx.value(id).and_then(|text| text.parse().ok()) {
        fill(slot(draft.item.podcast.get_or_insert_default()), Some(number));
    }
}

/// Whoever tells no role is a host (podcast namespace, person).
fn person(cx: &mut Context<'_>, id: NodeId, people: &mut Vec<Person>) {
    let role = cx.tree.attr(id, "role").unwrap_or("host").to_lowercase();
    let url = cx.address_attr(id, "href");
    let person = Person { name: cx.value(id), role: Some(role), url, ..Person::default() };
    shared::person_into(cx, person, people);
}

fn link(cx: &mut Context<'_>, id: NodeId, rel: &str, links: &mut Vec<WebLink>) {
    if let Some(href) = cx.address_attr(id, "url") {
        let link = WebLink { rel: rel.to_owned(), href, title: cx.value(id), ..WebLink::default() };
        push_within(links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
    }
}

/// The same episode in another shape; the first source that can be fetched by its address.
fn alternate(cx: &mut Context<'_>, id: NodeId, draft: &mut Draft) {
    let sources: Vec<NodeId> = cx.tree.children(id).filter(|child| cx.tree.name(*child) == "source").collect();
    let Some(url) = sources
        .into_iter()
        .take(MAX_ATTACHMENTS)
        .find_map(|source| cx.address_attr(source, "uri").filter(|address| address.starts_with("http")))
    else {
        return;
    };
    let enclosure = Enclosure {
        url,
        media_type: cx.tree.attr(id, "type").map(str::to_owned),
        length: cx.number_attr(id, "length"),
        title: cx.tree.attr(id, "title").map(str::to_owned),
        height: cx.number_attr(id, "height"),
        from_media: true,
        ..Enclosure::default()
    };
    push_within(&mut draft.item.enclosures, enclosure, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
}
