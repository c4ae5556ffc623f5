use atom_syndication::{
    Category, Content, Entry, Feed, FixedDateTime, Generator, Link, Person, Source, Text, TextType,
};
use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::select;

use super::{address, config, lists, moment, ours, value, words};
use crate::model::{ParsedFeed, ParsedItem, ParsedSource, TextKind, Timestamp};

fn text() -> impl Strategy<Value = Text> {
    (words(), any::<bool>()).prop_map(|(words, html)| if html { Text::html(words) } else { Text::plain(words) })
}

fn people(least: usize) -> impl Strategy<Value = Vec<Person>> {
    let person = (words(), maybe("[a-z]{1,5}@[a-z]{1,5}\\.example"), maybe(address()))
        .prop_map(|(name, email, uri)| Person { name, email, uri, ..Person::default() });
    // Who is told twice is told once by us.
    vec(person, least..3).prop_map(|mut people| {
        people.dedup();
        people
    })
}

fn link() -> impl Strategy<Value = Link> {
    let rel = select(vec!["alternate", "related", "via", "license", "enclosure", "self", "replies"]);
    let kind = maybe(select(vec!["text/html", "application/pdf", "application/atom+xml"]));
    let language = maybe(select(vec!["id", "en-GB"]));
    (rel, address(), kind, maybe(words()), language, maybe(0_u64..9_999)).prop_map(
        |(rel, href, kind, title, hreflang, length)| Link {
            rel: rel.to_owned(),
            href,
            mime_type: kind.map(str::to_owned),
            title,
            hreflang: hreflang.map(str::to_owned),
            length: length.map(|bytes| bytes.to_string()),
        },
    )
}

fn categories() -> impl Strategy<Value = Vec<Category>> {
    let category = |(at, term): (usize, String)| Category { term, scheme: None, label: Some(at.to_string()) };
    lists().prop_map(move |terms| terms.into_iter().enumerate().map(category).collect())
}

fn source() -> impl Strategy<Value = Source> {
    let links = vec(link(), 0..3);
    (text(), address(), moment(), links, people(0), maybe(text()), maybe(address())).prop_map(
        |(title, id, updated, links, authors, rights, icon)| Source {
            title,
            id,
            updated: updated.to_chrono(),
            links,
            authors,
            rights,
            icon,
            ..Source::default()
        },
    )
}

fn content() -> impl Strategy<Value = Content> {
    (words(), select(vec!["html", "text"])).prop_map(|(value, kind)| Content {
        value: Some(value),
        content_type: Some(kind.to_owned()),
        ..Content::default()
    })
}

fn entry() -> impl Strategy<Value = Entry> {
    let texts = (text(), maybe(text()), maybe(text()), maybe(content()));
    let rest = (vec(link(), 0..4), categories(), maybe(source()));
    (texts, address(), moment(), maybe(moment()), people(0), people(0), rest).prop_map(
        |(texts, id, updated, published, authors, contributors, (links, categories, source))| Entry {
            title: texts.0,
            summary: texts.1,
            rights: texts.2,
            content: texts.3,
            id,
            updated: updated.to_chrono(),
            published: published.map(Timestamp::to_chrono),
            authors,
            contributors,
            links,
            categories,
            source,
            ..Entry::default()
        },
    )
}

fn feed() -> impl Strategy<Value = Feed> {
    let texts = (text(), maybe(text()), maybe(text()), maybe(words()));
    let addresses = (address(), maybe(address()), maybe(address()));
    let rest = (vec(link(), 0..4), categories());
    (texts, addresses, moment(), people(0), people(0), rest, vec(entry(), 0..4)).prop_map(
        |(texts, addresses, updated, authors, contributors, (links, categories), entries)| Feed {
            title: texts.0,
            subtitle: texts.1,
            rights: texts.2,
            generator: texts.3.map(|value| Generator { value, ..Generator::default() }),
            id: addresses.0,
            icon: addresses.1,
            logo: addresses.2,
            updated: updated.to_chrono(),
            authors,
            contributors,
            links,
            categories,
            entries,
            ..Feed::default()
        },
    )
}

fn same_text(ours: Option<&crate::model::Text>, theirs: Option<&Text>) {
    assert_eq!(value(ours), theirs.map(|text| text.value.as_str()));
    let kind = theirs.map(|text| if text.r#type == TextType::Html { TextKind::Html } else { TextKind::Plain });
    assert_eq!(ours.map(|text| text.kind), kind);
}

fn same_people(ours: &[crate::model::Person], theirs: &[Person]) {
    let ours: Vec<_> = ours.iter().map(|one| (one.name.as_deref(), one.email.as_deref(), one.url.as_deref())).collect();
    let theirs: Vec<_> = theirs.iter().map(|one| (Some(one.name()), one.email(), one.uri())).collect();
    assert_eq!(ours, theirs);
}

fn same_links(ours: &[crate::model::WebLink], theirs: &[Link]) {
    let told = |link: &Link| link.length.as_deref().and_then(|bytes| bytes.parse().ok());
    let theirs: Vec<super::Link<'_>> = theirs
        .iter()
        .map(|link| (link.rel(), link.href(), link.mime_type(), link.title(), link.hreflang(), told(link)))
        .collect();
    assert_eq!(ours.iter().map(super::link).collect::<Vec<_>>(), theirs);
}

/// The first link to a page; with `any`, at last to whatever else is an alternate.
fn page(links: &[Link], any: bool) -> Option<&str> {
    let mut alternates = links.iter().filter(|link| link.rel() == "alternate");
    let found = alternates.clone().find(|link| link.mime_type().is_none_or(|kind| kind == "text/html"));
    found.or_else(|| alternates.next().filter(|_| any)).map(Link::href)
}

fn same_date(ours: Option<Timestamp>, theirs: Option<&FixedDateTime>) {
    assert_eq!(ours.map(Timestamp::to_chrono).as_ref(), theirs);
}

fn terms(categories: &[Category]) -> Vec<&str> {
    categories.iter().map(Category::term).collect()
}

fn same_feed(ours: &ParsedFeed, theirs: &Feed) {
    same_text(ours.title.as_ref(), Some(theirs.title()));
    same_text(ours.description.as_ref(), theirs.subtitle());
    same_text(ours.rights.as_ref(), theirs.rights());
    assert_eq!(ours.generator.as_deref(), theirs.generator().map(Generator::value));
    assert_eq!(ours.id.as_deref(), Some(theirs.id()));
    assert_eq!((ours.icon.as_deref(), ours.image.as_deref()), (theirs.icon(), theirs.logo()));
    same_date(ours.updated, Some(theirs.updated()));
    same_people(&ours.authors, theirs.authors());
    same_people(&ours.contributors, theirs.contributors());
    same_links(&ours.links, theirs.links());
    assert_eq!(ours.home_page_url.as_deref(), page(theirs.links(), false));
    assert_eq!(ours.feed_url.as_deref(), theirs.links().iter().find(|link| link.rel() == "self").map(Link::href));
    assert_eq!(ours.tags, terms(theirs.categories()));
    assert_eq!(ours.items.len(), theirs.entries().len());
}

fn same_source(ours: &ParsedSource, theirs: &Source) {
    same_text(ours.title.as_ref(), Some(theirs.title()));
    same_text(ours.rights.as_ref(), theirs.rights());
    assert_eq!(ours.id.as_deref(), Some(theirs.id()));
    assert_eq!(ours.icon.as_deref(), theirs.icon());
    same_date(ours.updated, Some(theirs.updated()));
    same_people(&ours.authors, theirs.authors());
    assert_eq!(ours.url.as_deref(), page(theirs.links(), false));
    assert_eq!(ours.feed_url.as_deref(), theirs.links().iter().find(|link| link.rel() == "self").map(Link::href));
}

fn same_entry(ours: &ParsedItem, theirs: &Entry, feed: &Feed) {
    same_text(ours.title.as_ref(), Some(theirs.title()));
    same_text(ours.summary.as_ref(), theirs.summary());
    same_text(ours.rights.as_ref(), theirs.rights());
    assert_eq!(value(ours.content.as_ref()), theirs.content().and_then(Content::value));
    assert_eq!(ours.id.as_deref(), Some(theirs.id()));
    same_date(ours.date_modified, Some(theirs.updated()));
    same_date(ours.date_published, theirs.published());
    // An entry without authors has those of its source, then those of the feed (RFC 4287 4.2.1).
    let of_source = theirs.source().map(Source::authors).unwrap_or_default();
    let told = [theirs.authors(), of_source, feed.authors()].into_iter().find(|people| !people.is_empty());
    same_people(&ours.authors, told.unwrap_or_default());
    same_people(&ours.contributors, theirs.contributors());
    same_links(&ours.links, theirs.links());
    assert_eq!(ours.url.as_deref(), page(theirs.links(), true));
    let files = theirs.links().iter().filter(|link| link.rel() == "enclosure").map(Link::href);
    assert!(ours.enclosures.iter().map(|file| file.url.as_str()).eq(files));
    assert_eq!(ours.tags, terms(theirs.categories()));
    assert_eq!(ours.source.is_some(), theirs.source().is_some());
    if let (Some(ours), Some(theirs)) = (&ours.source, theirs.source()) {
        same_source(ours, theirs);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn atom_is_read_as_the_crate_reads_it(feed in feed()) {
        let xml = feed.to_string();
        let theirs = Feed::read_from(xml.as_bytes()).unwrap();
        let ours = ours(&xml);
        same_feed(&ours, &theirs);
        ours.items.iter().zip(theirs.entries()).for_each(|(our, their)| same_entry(our, their, &theirs));
    }
}
