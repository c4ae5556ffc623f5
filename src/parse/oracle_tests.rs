//! On a well-formed document our reader says what the crates `rss` and `atom_syndication` say, field by field.

use atom_syndication as atom;
use chrono_tz::Tz;
use proptest::option::of as maybe;
use proptest::prelude::*;

use super::{Policy, parse};
use crate::model::{Document, ParsedFeed, Person, Text, Timestamp};

fn ours(xml: String) -> ParsedFeed {
    let document = Document { url: None, content_type: None, body: xml.into_bytes() };
    parse(&document, &Policy { timezone: Tz::UTC }).unwrap()
}

/// Characters without blanks at the ends: how those are read is each reader's own matter.
fn words() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9<>&'\"éΩ漢😀]([a-zA-Z0-9 <>&'\"éΩ漢😀]{0,20}[a-zA-Z0-9<>&'\"éΩ漢😀])?"
}

fn address() -> impl Strategy<Value = String> {
    "https://[a-z]{1,8}\\.example/[a-z0-9]{1,8}(\\?a=[0-9]&b=[0-9])?"
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000, -12..=12)
        .prop_map(|(seconds, hours)| Timestamp::from_unix_millis_at(seconds * 1_000, hours * 3_600))
}

fn value(text: Option<&Text>) -> Option<&str> {
    text.map(|text| text.value.as_str())
}

fn rss_item() -> impl Strategy<Value = rss::Item> {
    let tags = proptest::collection::btree_set(words(), 0..3);
    let parts = (maybe(words()), maybe(address()), maybe(words()), maybe(words()), maybe(moment()), tags);
    (parts, maybe(words()), maybe((address(), words(), 0_u64..1_000_000))).prop_map(|(parts, author, enclosure)| {
        let (title, link, description, content, date, tags) = parts;
        let mut item = rss::Item::default();
        item.set_title(title);
        item.set_link(link);
        item.set_description(description);
        item.set_content(content);
        item.set_pub_date(date.map(Timestamp::to_rfc2822));
        item.set_author(author);
        item.set_guid(rss::Guid { value: "tag:example,1".to_owned(), permalink: false });
        item.set_categories(tags.into_iter().map(rss::Category::from).collect::<Vec<_>>());
        item.set_enclosure(enclosure.map(|(url, mime_type, length)| rss::Enclosure {
            url,
            mime_type,
            length: length.to_string(),
        }));
        item
    })
}

fn atom_entry() -> impl Strategy<Value = atom::Entry> {
    let tags = proptest::collection::btree_set(words(), 0..3);
    let people = proptest::collection::btree_set(words(), 1..3);
    (words(), address(), maybe(words()), maybe(words()), moment(), maybe(moment()), tags, people).prop_map(
        |(title, link, summary, content, updated, published, tags, people)| {
            let mut entry = atom::Entry::default();
            entry.set_id(link.clone());
            entry.set_title(atom::Text::html(title));
            entry.set_links(vec![atom::Link { href: link, rel: "alternate".to_owned(), ..atom::Link::default() }]);
            entry.set_summary(summary.map(atom::Text::plain));
            entry.set_content(content.map(|value| atom::Content {
                value: Some(value),
                content_type: Some("html".to_owned()),
                ..atom::Content::default()
            }));
            entry.set_updated(updated.to_chrono());
            entry.set_published(published.map(Timestamp::to_chrono));
            entry.set_categories(
                tags.into_iter().map(|term| atom::Category { term, ..atom::Category::default() }).collect::<Vec<_>>(),
            );
            entry.set_authors(
                people.into_iter().map(|name| atom::Person { name, ..atom::Person::default() }).collect::<Vec<_>>(),
            );
            entry
        },
    )
}

fn names(people: &[Person]) -> Vec<Option<&str>> {
    people.iter().map(|person| person.name.as_deref()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn rss_is_read_as_the_crate_reads_it(title in words(), link in address(), items in proptest::collection::vec(rss_item(), 0..4)) {
        let channel = rss::Channel { title, link, description: "D".to_owned(), items, ..rss::Channel::default() };
        let xml = channel.to_string();
        let theirs = rss::Channel::read_from(xml.as_bytes()).unwrap();
        let ours = ours(xml);
        prop_assert_eq!(&ours.repairs.iter().filter(|repair| repair.kind.is_ill_formed()).count(), &0);
        prop_assert_eq!(value(ours.title.as_ref()), Some(theirs.title()));
        prop_assert_eq!(ours.home_page_url.as_deref(), Some(theirs.link()));
        prop_assert_eq!(ours.items.len(), theirs.items().len());
        for (our, their) in ours.items.iter().zip(theirs.items()) {
            prop_assert_eq!(value(our.title.as_ref()), their.title());
            prop_assert_eq!(our.url.as_deref(), their.link());
            prop_assert_eq!(value(our.summary.as_ref()), their.description());
            prop_assert_eq!(value(our.content.as_ref()), their.content());
            let date = our.date_published.map(Timestamp::to_rfc2822);
            prop_assert_eq!(date.as_deref(), their.pub_date());
            prop_assert_eq!(our.id.as_deref(), their.guid().map(rss::Guid::value));
            prop_assert_eq!(our.authors.first().and_then(|person| person.name.as_deref()), their.author());
            let tags: Vec<&str> = their.categories().iter().map(rss::Category::name).collect();
            prop_assert_eq!(&our.tags, &tags);
            let file = our.enclosures.first().map(|file| (file.url.clone(), file.media_type.clone().unwrap_or_default(), file.length));
            let told = their.enclosure().map(|file| (file.url.clone(), file.mime_type.clone(), file.length.parse().ok()));
            prop_assert_eq!(file, told);
        }
    }

    #[test]
    fn atom_is_read_as_the_crate_reads_it(title in words(), id in address(), entries in proptest::collection::vec(atom_entry(), 0..4)) {
        let mut feed = atom::Feed::default();
        feed.set_title(atom::Text::plain(title));
        feed.set_id(id);
        feed.set_entries(entries);
        let xml = feed.to_string();
        let theirs = atom::Feed::read_from(xml.as_bytes()).unwrap();
        let ours = ours(xml);
        prop_assert_eq!(value(ours.title.as_ref()), Some(theirs.title().value.as_str()));
        prop_assert_eq!(ours.id.as_deref(), Some(theirs.id()));
        prop_assert_eq!(ours.items.len(), theirs.entries().len());
        for (our, their) in ours.items.iter().zip(theirs.entries()) {
            prop_assert_eq!(value(our.title.as_ref()), Some(their.title().value.as_str()));
            prop_assert_eq!(our.id.as_deref(), Some(their.id()));
            prop_assert_eq!(our.url.as_deref(), their.links().first().map(atom::Link::href));
            prop_assert_eq!(value(our.summary.as_ref()), their.summary().map(|text| text.value.as_str()));
            prop_assert_eq!(value(our.content.as_ref()), their.content().and_then(atom::Content::value));
            prop_assert_eq!(our.date_modified.map(Timestamp::to_chrono), Some(*their.updated()));
            prop_assert_eq!(our.date_published.map(Timestamp::to_chrono), their.published().copied());
            let tags: Vec<&str> = their.categories().iter().map(atom::Category::term).collect();
            prop_assert_eq!(&our.tags, &tags);
            prop_assert_eq!(names(&our.authors), their.authors().iter().map(|person| Some(person.name())).collect::<Vec<_>>());
        }
    }
}
