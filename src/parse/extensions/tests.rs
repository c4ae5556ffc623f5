use chrono_tz::Tz;

use crate::model::{Document, MAX_PLACES, MAX_POSITIONS, ParsedFeed, ParsedItem, Place, RepairKind};
use crate::parse::{Policy, parse};

/// A channel in which every prefix is declared by nobody: each is known by its custom.
fn feed_of(channel: &str) -> ParsedFeed {
    let body = format!("<rss version='2.0'><channel><link>http://example.org/</link>{channel}</channel></rss>");
    let document = Document { url: None, content_type: None, body: body.into_bytes() };
    parse(&document, &Policy { timezone: Tz::UTC, select: None }).unwrap()
}

fn item_of(elements: &str) -> ParsedItem {
    feed_of(&format!("<item>{elements}</item>")).items.swap_remove(0)
}

fn entry_of(elements: &str) -> ParsedItem {
    let body = format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:t='http://purl.org/syndication/thread/1.0' \
         xmlns:at='http://purl.org/atompub/tombstones/1.0'><entry>{elements}</entry></feed>"
    );
    let document = Document { url: None, content_type: None, body: body.into_bytes() };
    parse(&document, &Policy { timezone: Tz::UTC, select: None }).unwrap().items.swap_remove(0)
}

/// Places as `point 1 2`, in one line.
fn told(places: &[Place]) -> String {
    let one = |place: &Place| {
        let numbers = place.positions.iter().map(|at| format!("{} {}", at.lat, at.lon));
        format!("{:?} {}", place.shape, numbers.collect::<Vec<_>>().join(" ")).to_lowercase()
    };
    places.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[test]
fn comments_are_read_in_every_way_they_are_told() {
    fn check(item: &ParsedItem, url: &str, feed: &str, count: Option<u32>) {
        assert_eq!(item.comments_url.as_deref().unwrap_or_default(), url);
        assert_eq!(item.comments_feed_url.as_deref().unwrap_or_default(), feed);
        assert_eq!(item.comments_count, count);
    }
    let rss =
        item_of("<comments>/c</comments><slash:comments>7</slash:comments><wfw:commentRss>/c.xml</wfw:commentRss>");
    check(&rss, "http://example.org/c", "http://example.org/c.xml", Some(7));
    check(&item_of("<slash:comments>many</slash:comments>"), "", "", None);
    check(&entry_of("<t:total>3</t:total>"), "", "", Some(3));
    let atom = entry_of(
        "<link rel='replies' type='text/html' href='http://a.example/c'/>\
         <link rel='replies' type='application/atom+xml' href='http://a.example/c.xml' t:count='4'/>",
    );
    check(&atom, "http://a.example/c", "http://a.example/c.xml", Some(4));
    let answer = entry_of("<t:in-reply-to ref='tag:a,1' href='http://a.example/1'/>");
    assert_eq!((answer.links[0].rel.as_str(), answer.links[0].href.as_str()), ("in-reply-to", "http://a.example/1"));
}

#[test]
fn places_are_read_in_every_notation() {
    fn check(elements: &str, expected: &str) {
        assert_eq!(told(&item_of(elements).places), expected, "{elements}");
    }
    check("<georss:point>-6.2 106.8</georss:point>", "point -6.2 106.8");
    check("<georss:point> -6.2,\n106.8 </georss:point>", "point -6.2 106.8");
    check("<georss:line>1 2 3 4</georss:line>", "line 1 2 3 4");
    check("<georss:polygon>1 2 3 4 5 6 1 2</georss:polygon>", "polygon 1 2 3 4 5 6 1 2");
    check("<georss:polygon>1 2 3 4 5 6</georss:polygon>", "polygon 1 2 3 4 5 6 1 2");
    check("<georss:box>3 4 1 2</georss:box>", "box 1 2 3 4");
    check(
        "<georss:where><gml:Point><gml:pos>1 2</gml:pos></gml:Point></georss:where>\
         <georss:where><gml:LineString><gml:posList>1 2 3 4</gml:posList></gml:LineString></georss:where>",
        "point 1 2; line 1 2 3 4",
    );
    check(
        "<georss:where><gml:Envelope><gml:lowerCorner>1 2</gml:lowerCorner><gml:upperCorner>3 4</gml:upperCorner>\
         </gml:Envelope></georss:where>",
        "box 1 2 3 4",
    );
    check("<geo:lat>1</geo:lat><geo:long>2</geo:long>", "point 1 2");
    check("<geo:Point><geo:lat>1</geo:lat><geo:long>2</geo:long></geo:Point>", "point 1 2");
    check("<podcast:location geo='geo:1,2,30;u=5'>Bogor</podcast:location>", "point 1 2");
    check("<georss:point>1 2</georss:point><geo:lat>1</geo:lat><geo:long>2</geo:long>", "point 1 2");
}

#[test]
fn what_is_no_place_on_earth_is_a_repair() {
    let endless = "1 ".repeat(MAX_POSITIONS * 2 + 2);
    for text in ["91 0", "0 181", "1", "1 2 3", "satu dua", "NaN 1", "inf 1", "", &endless] {
        let feed = feed_of(&format!("<item><georss:point>{text}</georss:point></item>"));
        assert!(feed.items[0].places.is_empty(), "{text}");
        assert!(feed.repairs.iter().any(|repair| repair.kind == RepairKind::Structure), "{text}");
    }
    let many: String = (0..MAX_PLACES * 2).map(|at| format!("<georss:point>1 {at}</georss:point>")).collect();
    assert_eq!(item_of(&many).places.len(), MAX_PLACES);
}

#[test]
fn episodes_are_read() {
    let item = item_of(
        "<podcast:season name='Dua'>2</podcast:season><itunes:season>9</itunes:season><itunes:episode>14</itunes:episode>\
         <itunes:episodeType>Full</itunes:episodeType><itunes:duration>1:01</itunes:duration>\
         <podcast:chapters url='/bab.json' type='application/json+chapters'/>\
         <podcast:transcript url='/t.vtt' type='text/vtt' language='id'/><podcast:transcript url='/t.srt'/>\
         <podcast:person href='/siti'>Siti</podcast:person><podcast:person role='Guest'>Budi</podcast:person>\
         <podcast:alternateEnclosure type='audio/opus' length='9'><podcast:source uri='ipfs://x'/>\
         <podcast:source uri='/a.opus'/></podcast:alternateEnclosure><itunes:explicit>clean</itunes:explicit>",
    );
    let podcast = item.podcast.unwrap();
    assert_eq!((podcast.season, podcast.episode, podcast.duration_seconds), (Some(2), Some(14), Some(61.0)));
    assert_eq!(podcast.episode_type.as_deref(), Some("Full"));
    assert_eq!(podcast.chapters.as_deref(), Some("http://example.org/bab.json"));
    let transcripts: Vec<&str> = podcast.transcripts.iter().map(|one| one.href.as_str()).collect();
    assert_eq!(transcripts, ["http://example.org/t.vtt", "http://example.org/t.srt"]);
    let roles: Vec<Option<&str>> = item.contributors.iter().map(|person| person.role.as_deref()).collect();
    assert_eq!(roles, [Some("host"), Some("guest")]);
    assert_eq!(item.explicit, Some(false));
    assert_eq!(item.enclosures[0].url, "http://example.org/a.opus");
    assert_eq!(item_of("<podcast:episode>3.5</podcast:episode>").podcast, None);
}

#[test]
fn files_keep_what_is_told_of_each() {
    let item = item_of(
        "<media:group><media:content url='/a.mp4' type='video/mp4' width='640'><media:player url='/putar'/>\
         <media:credit>Sari</media:credit><media:description>Laut</media:description></media:content>\
         <media:content url='/b.webm' isDefault='true'/><media:credit role='Editor'>Bayu</media:credit></media:group>\
         <media:content url='/c.png'><media:credit role='photographer'>Lia</media:credit></media:content>\
         <media:player url='/semua'/><media:rating>adult</media:rating><media:copyright>2026 Kabar</media:copyright>",
    );
    let [a, b, c] = item.enclosures.as_slice() else { panic!("{:?}", item.enclosures) };
    assert_eq!((a.group, b.group, c.group), (Some(1), Some(1), None));
    assert_eq!(a.player.as_deref(), Some("http://example.org/putar"));
    assert_eq!(
        (a.credit.as_deref(), b.credit.as_deref(), c.credit.as_deref()),
        (Some("Sari"), Some("Bayu"), Some("Lia"))
    );
    assert_eq!((a.description.as_deref(), b.is_default), (Some("Laut"), true));
    assert_eq!(item.player.as_deref(), Some("http://example.org/semua"));
    assert_eq!((item.explicit, item.rights.unwrap().value.as_str()), (Some(true), "2026 Kabar"));
    let people: Vec<_> = item.contributors.iter().map(|one| (one.name.as_deref(), one.role.as_deref())).collect();
    assert_eq!(people, [(Some("Bayu"), Some("editor")), (Some("Lia"), Some("photographer"))]);
}

#[test]
fn ratings_of_other_schemes_say_nothing() {
    fn check(elements: &str, expected: Option<bool>) {
        assert_eq!(item_of(elements).explicit, expected, "{elements}");
    }
    check("<media:rating scheme='urn:simple'>nonadult</media:rating>", Some(false));
    check("<media:rating scheme='urn:mpaa'>pg</media:rating>", None);
    check("<media:adult>true</media:adult>", Some(true));
    check("<itunes:explicit>yes</itunes:explicit>", Some(true));
    check("<itunes:explicit>perhaps</itunes:explicit>", None);
}

#[test]
fn a_channel_tells_of_itself() {
    let feed = feed_of(
        "<admin:generatorAgent rdf:resource='http://a.example/1'/>\
         <admin:errorReportsTo rdf:resource='mailto:web@a.example'/><fh:complete/><podcast:guid>p-1</podcast:guid>\
         <podcast:funding url='/dukung'>Dukung</podcast:funding><source:self>http://a.example/rss</source:self>\
         <at:deleted-entry ref='tag:a,1' when='2026-11-24T00:00:00Z'/><at:deleted-entry when='x'/>",
    );
    assert_eq!(feed.generator.as_deref(), Some("http://a.example/1"));
    assert_eq!(feed.contributors[0].email.as_deref(), Some("mailto:web@a.example"));
    assert!(feed.is_complete && !feed.is_archive);
    assert_eq!(feed.podcast_guid.as_deref(), Some("p-1"));
    assert!(feed.links.iter().any(|link| link.rel == "payment" && link.title.as_deref() == Some("Dukung")));
    assert_eq!(feed.feed_url.as_deref(), Some("http://a.example/rss"));
    let deleted: Vec<_> = feed.deleted.iter().map(|one| (one.id.as_str(), one.when.is_some())).collect();
    assert_eq!(deleted, [("tag:a,1", true)]);
}

#[test]
fn markdown_stands_in_where_nothing_else_is_told() {
    let text = |elements: &str| item_of(elements).content.map(|content| content.value);
    assert_eq!(text("<source:markdown># Satu</source:markdown>").as_deref(), Some("# Satu"));
    assert_eq!(text("<description>D</description><source:markdown># Satu</source:markdown>"), None);
}
