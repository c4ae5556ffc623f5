//! Values that RSS, Atom and the extensions write alike: links, people, tags.

use super::context::{Context, fill, push_within};
use super::xml::NodeId;
use crate::model::{
    Enclosure, MAX_ATTACHMENTS, MAX_PEOPLE_AND_TAGS, MAX_PLACES, ParsedItem, Person, Place, Position, RepairKind,
    Shape, Text, WebLink,
};

/// An item that is being read, with what is decided when all its elements were seen.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) item: ParsedItem,
    /// A `guid` that is an address: the item's, where nothing better is told.
    pub(super) guid_url: Option<String>,
    /// An alternate that is no page: the item's address at last.
    pub(super) other_url: Option<String>,
    /// A second prose beside the summary: the content, where no element is made for that.
    pub(super) second: Option<Text>,
    /// The summary is an `itunes:subtitle`, which gives way to an `itunes:summary`.
    pub(super) summary_is_subtitle: bool,
    /// Makers that `media:credit` of the item or a group names, for files that name none.
    pub(super) credit: Option<String>,
    /// Groups of files met so far.
    pub(super) groups: u32,
    /// `geo:lat`, until `geo:long` is known too.
    pub(super) latitude: Option<f64>,
    /// `geo:long`.
    pub(super) longitude: Option<f64>,
}

impl Draft {
    /// Settles what was left open.
    pub(super) fn finish(self) -> ParsedItem {
        let Self { mut item, guid_url, other_url, second, credit, latitude, longitude, .. } = self;
        fill(&mut item.content, second);
        fill(&mut item.url, guid_url);
        fill(&mut item.url, other_url);
        if let Some(source) = item.source.as_ref()
            && item.authors.is_empty()
        {
            item.authors.clone_from(&source.authors);
        }
        let position = latitude.zip(longitude).and_then(|(lat, lon)| Position::new(lat, lon));
        let place = position.and_then(|position| Place::new(Shape::Point, vec![position]));
        item.places.extend(place.filter(|place| item.places.len() < MAX_PLACES && !item.places.contains(place)));
        if let Some(credit) = credit {
            for enclosure in item.enclosures.iter_mut().filter(|enclosure| enclosure.from_media) {
                fill(&mut enclosure.credit, Some(credit.clone()));
            }
        }
        item
    }
}

/// Adds a link that has no attributes.
pub(super) fn plain_link(cx: &mut Context<'_>, links: &mut Vec<WebLink>, address: Option<String>) {
    if let Some(href) = address {
        let link = WebLink { rel: "alternate".to_owned(), href, ..WebLink::default() };
        push_within(links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
    }
}

/// Reads an `atom:link` (RFC 4287 4.2.7); `None` where it leads nowhere.
pub(super) fn link(cx: &mut Context<'_>, id: NodeId) -> Option<WebLink> {
    let told = ["href", "url", "uri"].iter().find_map(|name| cx.tree.attr(id, name)).map(str::to_owned);
    let empty = || cx.tree.attributes(id).any(|(_, name, value)| name == "href" && value.trim().is_empty());
    let href = match told {
        Some(text) => cx.address(id, &text)?,
        // A reference to the document itself (RFC 3986 4.4).
        None if empty() => cx.base_of(id).map(String::from)?,
        None => cx.address_text(id)?,
    };
    let rel = cx.tree.attr(id, "rel").unwrap_or("alternate").to_ascii_lowercase();
    let short = rel.strip_prefix("http://www.iana.org/assignments/relation/").unwrap_or(&rel).to_owned();
    Some(WebLink {
        rel: short,
        href,
        media_type: cx.tree.attr(id, "type").map(str::to_owned),
        title: cx.tree.attr(id, "title").map(str::to_owned),
        hreflang: cx.tree.attr(id, "hreflang").map(str::to_owned),
        length: cx.number_attr(id, "length"),
    })
}

/// True for a link to the page itself; false for one that is no page.
pub(super) fn is_page(link: &WebLink) -> bool {
    let page = |media_type: &str| matches!(media_type, "text/html" | "html" | "xhtml" | "application/xhtml+xml");
    link.rel == "alternate" && link.media_type.as_deref().is_none_or(|its| page(&its.trim().to_ascii_lowercase()))
}

/// True for a link to a feed.
fn is_feed(link: &WebLink) -> bool {
    let told = link.media_type.as_deref().unwrap_or("").trim().to_ascii_lowercase();
    ["atom+xml", "rss+xml", "rdf+xml", "feed+json"].iter().any(|kind| told.contains(kind))
}

/// Keeps a link of an item, and what follows from its relation.
pub(super) fn item_link(cx: &mut Context<'_>, link: WebLink, draft: &mut Draft) {
    if is_page(&link) {
        fill(&mut draft.item.url, Some(link.href.clone()));
    } else if link.rel == "alternate" {
        fill(&mut draft.other_url, Some(link.href.clone()));
    } else if link.rel == "enclosure" {
        let enclosure = Enclosure {
            url: link.href.clone(),
            media_type: link.media_type.clone(),
            length: link.length,
            title: link.title.clone(),
            ..Enclosure::default()
        };
        push_within(&mut draft.item.enclosures, enclosure, MAX_ATTACHMENTS, &mut cx.repairs, "attachments");
    } else if link.rel == "replies" {
        let slot = if is_feed(&link) { &mut draft.item.comments_feed_url } else { &mut draft.item.comments_url };
        fill(slot, Some(link.href.clone()));
    }
    push_within(&mut draft.item.links, link, MAX_ATTACHMENTS, &mut cx.repairs, "links");
}

/// Adds a person that one line of text names; `clean` tells name and mail apart.
pub(super) fn named(cx: &mut Context<'_>, id: NodeId, people: &mut Vec<Person>, role: Option<&str>) {
    let person = Person { name: cx.value(id), role: role.map(str::to_owned), ..Person::default() };
    person_into(cx, person, people);
}

/// Adds a person who has a name, mail or page and is not there yet.
pub(super) fn person_into(cx: &mut Context<'_>, person: Person, people: &mut Vec<Person>) {
    let known = person.name.is_some() || person.email.is_some() || person.url.is_some();
    if known && !people.contains(&person) {
        push_within(people, person, MAX_PEOPLE_AND_TAGS, &mut cx.repairs, "people");
    }
}

/// Reads a person construct (RFC 4287 3.2), or the one line of text that stands there instead.
pub(super) fn person(cx: &mut Context<'_>, id: NodeId, role: Option<&str>) -> Person {
    let role = role.map(str::to_owned);
    if !cx.tree.has_children(id) {
        return Person { name: cx.value(id), role, ..Person::default() };
    }
    let page = ["uri", "url", "homepage"].iter().find_map(|name| cx.tree.child(id, name));
    Person {
        name: cx.child_value(id, "name"),
        email: cx.child_value(id, "email"),
        url: page.and_then(|page| cx.address_text(page)),
        role,
        avatar: None,
    }
}

/// A category by its attributes (Atom) or its text (RSS).
pub(super) fn tag_element(cx: &mut Context<'_>, id: NodeId, tags: &mut Vec<String>) {
    let told = cx.tree.attr(id, "term").map(str::to_owned).or_else(|| cx.value(id));
    let told = told.or_else(|| cx.tree.attr(id, "label").map(str::to_owned));
    tag(cx, told, tags);
}

/// Adds a tag that is not there yet.
pub(super) fn tag(cx: &mut Context<'_>, tag: Option<String>, tags: &mut Vec<String>) {
    let Some(tag) = tag.map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()) else { return };
    if !tags.contains(&tag) {
        push_within(tags, tag, MAX_PEOPLE_AND_TAGS, &mut cx.repairs, "tags");
    }
}

/// Adds the tags of a list between commas.
pub(super) fn tags_between(cx: &mut Context<'_>, text: &str, tags: &mut Vec<String>) {
    for one in text.split(',').take(MAX_PEOPLE_AND_TAGS * 4) {
        tag(cx, Some(one.to_owned()), tags);
    }
}

/// The first prose of an item is its summary; a second one is its content, where no element made for that tells one.
pub(super) fn summary_or_second(draft: &mut Draft, text: Option<Text>) {
    fill(if draft.item.summary.is_none() { &mut draft.item.summary } else { &mut draft.second }, text);
}

/// Notes ids that are empty of meaning: more than one item has them.
pub(super) fn note_repeated_ids(cx: &mut Context<'_>, items: &[ParsedItem]) {
    let mut seen = std::collections::HashSet::new();
    let repeated = items.iter().filter_map(|item| item.id.as_deref()).find(|id| !seen.insert(*id));
    if let Some(id) = repeated {
        let detail = format!("the id {} stands at more than one item", super::repairs::quoted(id));
        cx.repairs.note(RepairKind::Id, detail);
    }
}
