use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::select;
use rss::extension::atom::{AtomExtension, Link as AtomLink};
use rss::extension::dublincore::DublinCoreExtension;
use rss::extension::itunes::ITunesItemExtension;
use rss::{Category, Channel, Enclosure, Guid, Image, Item, Source};

use super::{address, config, lists, moment, names, ours, value, words};
use crate::model::{ParsedFeed, ParsedItem, Timestamp};

fn atom_links() -> impl Strategy<Value = Option<AtomExtension>> {
    let rel = select(vec!["related", "via", "license", "self"]);
    let link = (rel, address(), maybe(words()), maybe(select(vec!["id", "en"])), maybe(0_u64..9_999)).prop_map(
        |(rel, href, title, hreflang, length)| AtomLink {
            rel: rel.to_owned(),
            href,
            title,
            hreflang: hreflang.map(str::to_owned),
            mime_type: Some("text/html".to_owned()),
            length: length.map(|bytes| bytes.to_string()),
        },
    );
    maybe(vec(link, 1..3).prop_map(|links| AtomExtension { links }))
}

fn dublin_core() -> impl Strategy<Value = Option<DublinCoreExtension>> {
    let language = select(vec!["id", "en-GB"]);
    maybe((lists(), lists(), lists(), words(), language).prop_map(
        |(creators, contributors, subjects, rights, language)| DublinCoreExtension {
            creators,
            contributors,
            subjects,
            rights: vec![rights],
            languages: vec![language.to_owned()],
            ..DublinCoreExtension::default()
        },
    ))
}

fn itunes() -> impl Strategy<Value = Option<ITunesItemExtension>> {
    let kind = select(vec!["full", "trailer", "bonus"]);
    maybe((1_u32..100, 1_u32..10_000, kind, 1_u32..100_000, any::<bool>(), address()).prop_map(
        |(season, episode, kind, seconds, explicit, image)| ITunesItemExtension {
            season: Some(season.to_string()),
            episode: Some(episode.to_string()),
            episode_type: Some(kind.to_owned()),
            duration: Some(seconds.to_string()),
            explicit: Some(if explicit { "yes" } else { "no" }.to_owned()),
            image: Some(image),
            ..ITunesItemExtension::default()
        },
    ))
}

fn guid() -> impl Strategy<Value = Guid> {
    prop_oneof![
        address().prop_map(|value| Guid { value, permalink: true }),
        words().prop_map(|value| Guid { value, permalink: false }),
    ]
}

fn item() -> impl Strategy<Value = Item> {
    let texts = (maybe(words()), maybe(words()), maybe(words()), maybe(words()));
    let addresses = (maybe(address()), maybe(address()), maybe(guid()));
    let file = maybe((address(), "[a-z]{1,5}/[a-z]{1,5}", 0_u64..1_000_000));
    let source = maybe((address(), words()));
    (texts, addresses, lists(), maybe(moment()), file, source, (dublin_core(), itunes(), atom_links())).prop_map(
        |(texts, addresses, tags, date, file, source, extensions)| Item {
            title: texts.0,
            description: texts.1,
            content: texts.2,
            author: texts.3,
            link: addresses.0,
            comments: addresses.1,
            guid: addresses.2,
            categories: tags.into_iter().map(Category::from).collect(),
            pub_date: date.map(Timestamp::to_rfc2822),
            enclosure: file.map(|(url, mime_type, length)| Enclosure { url, mime_type, length: length.to_string() }),
            source: source.map(|(url, title)| Source { url, title: Some(title) }),
            dublin_core_ext: extensions.0,
            itunes_ext: extensions.1,
            atom_ext: extensions.2,
            ..Item::default()
        },
    )
}

fn channel() -> impl Strategy<Value = Channel> {
    let texts = (words(), words(), maybe(words()), maybe(words()), maybe(words()), maybe(words()));
    let addresses = (address(), maybe(address()));
    let dates = (maybe(moment()), maybe(moment()), maybe(1_u32..100_000));
    let hours = proptest::collection::btree_set(0_u8..24, 0..4);
    let days = proptest::sample::subsequence(vec!["Monday", "Wednesday", "Sunday"], 0..=3);
    let language = maybe(select(vec!["id", "en-us"]));
    (texts, addresses, dates, (hours, days, language), lists(), atom_links(), vec(item(), 0..4)).prop_map(
        |(texts, addresses, dates, (hours, days, language), tags, atom_ext, items)| Channel {
            title: texts.0,
            description: texts.1,
            copyright: texts.2,
            managing_editor: texts.3,
            webmaster: texts.4,
            generator: texts.5,
            link: addresses.0,
            image: addresses.1.map(|url| Image { url, ..Image::default() }),
            pub_date: dates.0.map(Timestamp::to_rfc2822),
            last_build_date: dates.1.map(Timestamp::to_rfc2822),
            ttl: dates.2.map(|minutes| minutes.to_string()),
            skip_hours: hours.into_iter().map(|hour| hour.to_string()).collect(),
            skip_days: days.into_iter().map(str::to_owned).collect(),
            language: language.map(str::to_owned),
            categories: tags.into_iter().map(Category::from).collect(),
            atom_ext,
            items,
            ..Channel::default()
        },
    )
}

fn date(at: Option<Timestamp>) -> Option<String> {
    at.map(Timestamp::to_rfc2822)
}

fn tags(categories: &[Category]) -> Vec<&str> {
    categories.iter().map(Category::name).collect()
}

fn link(link: &AtomLink) -> super::Link<'_> {
    let length = link.length.as_deref().and_then(|bytes| bytes.parse().ok());
    (&link.rel, &link.href, link.mime_type.as_deref(), link.title.as_deref(), link.hreflang.as_deref(), length)
}

/// Links of Atom stand behind those of RSS itself.
fn same_links(ours: &[crate::model::WebLink], theirs: Option<&AtomExtension>) {
    let theirs: Vec<_> = theirs.map(|extension| extension.links.iter().map(link).collect()).unwrap_or_default();
    let ours: Vec<_> = ours.iter().skip(ours.len() - theirs.len()).map(super::link).collect();
    assert_eq!(ours, theirs);
}

fn same_channel(ours: &ParsedFeed, theirs: &Channel) {
    assert_eq!(value(ours.title.as_ref()), Some(theirs.title()));
    assert_eq!(ours.home_page_url.as_deref(), Some(theirs.link()));
    assert_eq!(value(ours.description.as_ref()), Some(theirs.description()));
    assert_eq!(ours.language.as_deref(), theirs.language());
    assert_eq!(value(ours.rights.as_ref()), theirs.copyright());
    assert_eq!(names(&ours.authors).first().copied().flatten(), theirs.managing_editor());
    assert_eq!(names(&ours.contributors).first().copied().flatten(), theirs.webmaster());
    assert_eq!(ours.generator.as_deref(), theirs.generator());
    assert_eq!(ours.image.as_deref(), theirs.image().map(Image::url));
    assert_eq!(date(ours.published).as_deref(), theirs.pub_date());
    assert_eq!(date(ours.updated).as_deref(), theirs.last_build_date());
    assert_eq!(ours.ttl_minutes.map(|minutes| minutes.to_string()).as_deref(), theirs.ttl());
    let hours: Vec<String> = ours.skip_hours.iter().map(u8::to_string).collect();
    assert_eq!((hours.as_slice(), ours.skip_days.as_slice()), (theirs.skip_hours(), theirs.skip_days()));
    assert_eq!(ours.tags, tags(theirs.categories()));
    same_links(&ours.links, theirs.atom_ext());
    assert_eq!(ours.items.len(), theirs.items().len());
}

fn same_item(ours: &ParsedItem, theirs: &Item) {
    assert_eq!(value(ours.title.as_ref()), theirs.title());
    let permalink = theirs.guid().filter(|guid| guid.is_permalink()).map(Guid::value);
    assert_eq!(ours.url.as_deref(), theirs.link().or(permalink));
    assert_eq!(value(ours.summary.as_ref()), theirs.description());
    assert_eq!(value(ours.content.as_ref()), theirs.content());
    assert_eq!(date(ours.date_published).as_deref(), theirs.pub_date());
    assert_eq!(ours.id.as_deref(), theirs.guid().map(Guid::value));
    assert_eq!(ours.comments_url.as_deref(), theirs.comments());
    let file = |url: &str, kind: &str, length| (url.to_owned(), kind.to_owned(), length);
    let our = ours.enclosures.first().map(|one| file(&one.url, one.media_type.as_deref().unwrap_or(""), one.length));
    assert_eq!(our, theirs.enclosure().map(|one| file(one.url(), one.mime_type(), one.length().parse().ok())));
    let source = ours.source.as_ref();
    assert_eq!(source.and_then(|source| source.feed_url.as_deref()), theirs.source().map(Source::url));
    assert_eq!(source.and_then(|source| value(source.title.as_ref())), theirs.source().and_then(Source::title));
    same_links(&ours.links, theirs.atom_ext());
    let dublin_core = theirs.dublin_core_ext().cloned().unwrap_or_default();
    let mut people: Vec<Option<&str>> = theirs.author().into_iter().map(Some).collect();
    people.extend(dublin_core.creators.iter().map(|name| Some(name.as_str())).filter(|name| *name != theirs.author()));
    assert_eq!(names(&ours.authors), people);
    let contributors: Vec<Option<&str>> = dublin_core.contributors.iter().map(|name| Some(name.as_str())).collect();
    assert_eq!(names(&ours.contributors), contributors);
    let mut all = tags(theirs.categories());
    all.extend(dublin_core.subjects.iter().map(String::as_str).filter(|tag| !tags(theirs.categories()).contains(tag)));
    assert_eq!(ours.tags, all);
    assert_eq!(value(ours.rights.as_ref()), dublin_core.rights.first().map(String::as_str));
    assert_eq!(ours.language.as_ref(), dublin_core.languages.first());
    if let Some(itunes) = theirs.itunes_ext() {
        let podcast = ours.podcast.clone().unwrap_or_default();
        assert_eq!(podcast.season.map(|number| number.to_string()).as_deref(), itunes.season());
        assert_eq!(podcast.episode.map(|number| number.to_string()).as_deref(), itunes.episode());
        assert_eq!(podcast.episode_type.as_deref(), itunes.episode_type());
        assert_eq!(ours.explicit, itunes.explicit().map(|told| told == "yes"));
        assert_eq!(ours.image.as_deref(), itunes.image());
        let seconds = ours.enclosures.first().map_or(podcast.duration_seconds, |file| file.duration_seconds);
        assert_eq!(seconds.map(|seconds| seconds.to_string()).as_deref(), itunes.duration());
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn rss_is_read_as_the_crate_reads_it(channel in channel()) {
        let xml = channel.to_string();
        let theirs = Channel::read_from(xml.as_bytes()).unwrap();
        let ours = ours(&xml);
        same_channel(&ours, &theirs);
        ours.items.iter().zip(theirs.items()).for_each(|(our, their)| same_item(our, their));
    }
}
