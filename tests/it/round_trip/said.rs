//! Feeds as documents may say them: each field there or not, texts with all that breaks writers and readers.

use proptest::collection::vec;
use proptest::option::of as maybe;
use proptest::prelude::*;
use proptest::sample::select;
use warta::model::{
    Deleted, Enclosure, Format, ParsedFeed, ParsedItem, ParsedPicture, ParsedPodcast, ParsedSource, Person, Place,
    Position, Shape, Text, TextKind, Timestamp, WebLink,
};

/// Plain words with what is special to XML, HTML, JSON, and to nobody.
fn words() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "kabar",
        "laut",
        "a",
        "<",
        ">",
        "&",
        "\"",
        "'",
        "]]>",
        "&amp;",
        "&lt;b&gt;",
        "&#38;",
        "<b>",
        "</b>",
        "<br>",
        "5 < 6",
        "R&D",
        "é",
        "漢",
        "😀",
        "العربية",
        "\u{a0}",
        "\u{b}",
        "\u{85}",
        "\u{fffe}",
        "\u{fdd0}",
        "\u{2028}",
        "\r\n",
        "\n",
        "\t",
        "  ",
        "--",
        "\\",
        "%20",
        "(",
        ")",
        ",",
        "{{",
        "-",
    ]);
    let piece = prop_oneof![4 => piece.prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    vec(piece, 1..8).prop_map(|pieces| pieces.join(" "))
}

/// HTML as feeds have it.
fn markup() -> impl Strategy<Value = String> {
    let piece = select(vec![
        "<p>",
        "</p>",
        "<b>",
        "</b>",
        "<br>",
        "<ul><li>",
        "</ul>",
        "kata",
        "lagi",
        "&amp;",
        "&lt;",
        "&nbsp;",
        "]]>",
        "é",
        "<a href=\"https://a.example/?a=1&amp;b=2\">tautan</a>",
        "<img src=\"https://img.example/1.jpg\" alt=\"Laut &amp; pantai\">",
        "<img src=\"https://img.example/2.jpg\" width=\"640\" height=\"360\">",
        "<script>x</script>",
        "<blockquote>",
        "</blockquote>",
        "\n",
        " ",
        "<pre>a\n  b</pre>",
        "<table><tr><td>1</table>",
        "😀",
        "<!-- x -->",
        "\"",
        "'",
    ]);
    vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn text() -> impl Strategy<Value = Text> {
    let kinds = select(vec![TextKind::Plain, TextKind::Html, TextKind::Unknown]);
    (prop_oneof![words(), markup()], kinds).prop_map(|(value, kind)| Text { value, kind, ..Text::default() })
}

fn address() -> impl Strategy<Value = String> {
    let path = select(vec!["", "1", "a/b.jpg", "c.mp3", "d.mp4?a=1&b=2", "e%20f", "g h", "i'j", "ü", "?x=\"y\"", "#k"]);
    let host = select(vec!["kabar.example", "img.example", "a.example:8080", "bücher.example"]);
    (host, path).prop_map(|(host, path)| format!("https://{host}/{path}"))
}

fn moment() -> impl Strategy<Value = Timestamp> {
    (1_i64..1_795_500_000_000, -12..=14)
        .prop_map(|(millis, hours)| Timestamp::from_unix_millis_at(millis, hours * 3_600))
}

fn person() -> impl Strategy<Value = Person> {
    let mail = maybe(select(vec!["budi@a.example", "siti@b.example", "redaksi@kabar.example"]));
    let role = maybe(select(vec!["editor", "photographer", "host"]));
    (maybe(words()), mail, maybe(address()), role, maybe(address())).prop_map(|(name, email, url, role, avatar)| {
        Person { name, email: email.map(str::to_owned), url, role: role.map(str::to_owned), avatar }
    })
}

fn link() -> impl Strategy<Value = WebLink> {
    let rel = select(vec![
        "alternate",
        "self",
        "related",
        "via",
        "license",
        "payment",
        "enclosure",
        "replies",
        "in-reply-to",
        "canonical",
        "https://a.example/rel",
        "hub",
        "edit",
        "describedby",
    ]);
    let kind = maybe(select(vec!["text/html", "application/pdf", "application/atom+xml"]));
    let language = maybe(select(vec!["id", "en-GB"]));
    (rel, address(), kind, maybe(words()), language, maybe(1_u64..10_000)).prop_map(
        |(rel, href, media_type, title, hreflang, length)| WebLink {
            rel: rel.to_owned(),
            href,
            media_type: media_type.map(str::to_owned),
            title,
            hreflang: hreflang.map(str::to_owned),
            length,
        },
    )
}

fn file() -> impl Strategy<Value = Enclosure> {
    let kind = maybe(select(vec!["image/jpeg", "image/png", "audio/mpeg", "video/mp4", "application/pdf", "nonsense"]));
    let medium = maybe(select(vec!["image", "audio", "video"]));
    let size = (maybe(0_u64..10_000_000), maybe(0.0..100_000.0), maybe(0_u32..5_000), maybe(0_u32..5_000));
    let told = (maybe(words()), maybe(words()), maybe(words()), maybe(address()));
    let flags = (maybe(1_u32..4), any::<bool>(), any::<bool>());
    (address(), kind, medium, size, told, flags).prop_map(|(url, kind, medium, size, told, flags)| Enclosure {
        url,
        media_type: kind.map(str::to_owned),
        medium: medium.map(str::to_owned),
        length: size.0,
        duration_seconds: size.1,
        width: size.2,
        height: size.3,
        title: told.0,
        credit: told.1,
        description: told.2,
        player: told.3,
        group: flags.0,
        is_default: flags.1,
        from_media: flags.2,
    })
}

fn place() -> impl Strategy<Value = Place> {
    let position = (-90.0..=90.0, -180.0..=180.0).prop_filter_map("on Earth", |(lat, lon)| Position::new(lat, lon));
    let shape = select(vec![Shape::Point, Shape::Line, Shape::Polygon, Shape::Box]);
    (shape, vec(position, 3..6)).prop_filter_map("a place", |(shape, mut positions)| {
        match shape {
            Shape::Point => positions.truncate(1),
            Shape::Line => {}
            Shape::Polygon => positions.push(positions[0]),
            Shape::Box => positions.truncate(2),
        }
        Place::new(shape, positions)
    })
}

fn podcast() -> impl Strategy<Value = ParsedPodcast> {
    let kind = maybe(select(vec!["full", "Trailer", "nonsense"]));
    (maybe(0_u32..9), maybe(0_u32..99), kind, maybe(0.0..9_999.0), maybe(address()), vec(link(), 0..3)).prop_map(
        |(season, episode, kind, duration_seconds, chapters, transcripts)| ParsedPodcast {
            season,
            episode,
            episode_type: kind.map(str::to_owned),
            duration_seconds,
            chapters,
            transcripts,
        },
    )
}

fn source() -> impl Strategy<Value = ParsedSource> {
    let texts = (maybe(text()), maybe(text()));
    (texts, maybe(address()), maybe(address()), maybe(address()), maybe(moment()), maybe(address())).prop_map(
        |((title, rights), id, feed_url, url, updated, icon)| ParsedSource {
            title,
            id,
            feed_url,
            url,
            updated,
            icon,
            rights,
            authors: Vec::new(),
        },
    )
}

fn language() -> impl Strategy<Value = Option<String>> {
    maybe(select(vec!["id", "ID", "en", "en-GB", "zh_TW"]).prop_map(str::to_owned))
}

fn item() -> impl Strategy<Value = ParsedItem> {
    let texts = (maybe(text()), maybe(text()), maybe(text()), maybe(text()));
    let dates = (maybe(moment()), maybe(moment()), maybe(moment()));
    let people = (vec(person(), 0..3), vec(person(), 0..4), vec(words(), 0..4));
    let addresses = (maybe(address()), maybe(address()), maybe(address()), maybe(address()), maybe(address()));
    let files = (vec(file(), 0..5), maybe(address()), maybe(address()), maybe(any::<bool>()));
    let comments = (maybe(address()), maybe(address()), maybe(any::<u32>()));
    let rest = (vec(link(), 0..5), vec(place(), 0..3), maybe(podcast()), maybe(source()), language());
    (texts, dates, people, addresses, files, comments, rest).prop_map(
        |(texts, dates, people, addresses, files, comments, rest)| ParsedItem {
            id: addresses.0.clone(),
            url: addresses.0,
            external_url: addresses.1,
            original_url: addresses.2,
            banner_image: addresses.3,
            image: addresses.4,
            picture: Some(ParsedPicture { alt: Some("Laut".to_owned()), ..ParsedPicture::default() }),
            title: texts.0,
            summary: texts.1,
            content: texts.2,
            rights: texts.3,
            date_published: dates.0,
            date_modified: dates.1,
            created: dates.2,
            authors: people.0,
            contributors: people.1,
            tags: people.2,
            enclosures: files.0,
            thumbnail: files.1,
            player: files.2,
            explicit: files.3,
            comments_url: comments.0,
            comments_feed_url: comments.1,
            comments_count: comments.2,
            links: rest.0,
            places: rest.1,
            podcast: rest.2,
            source: rest.3,
            language: rest.4,
        },
    )
}

/// A feed in a format that decides how pictures are chosen.
pub(super) fn feed() -> impl Strategy<Value = ParsedFeed> {
    let format = select(vec![Format::Rss20, Format::Atom10, Format::Json11]);
    let texts = (maybe(text()), maybe(text()), maybe(text()), maybe(words()));
    let addresses = (maybe(address()), maybe(address()), maybe(address()), maybe(address()));
    let people = (vec(person(), 0..3), vec(person(), 0..3), vec(words(), 0..3), vec(link(), 0..4));
    let dates = (maybe(moment()), maybe(moment()), maybe(1_u32..9_999), maybe(1_u32..9_999));
    let flags = (any::<bool>(), any::<bool>(), language(), vec((address(), maybe(moment())), 0..3));
    (format, texts, addresses, people, dates, flags, vec(item(), 1..3)).prop_map(
        |(format, texts, addresses, people, dates, flags, items)| ParsedFeed {
            title: texts.0,
            description: texts.1,
            rights: texts.2,
            generator: texts.3,
            home_page_url: addresses.0,
            feed_url: addresses.1,
            icon: addresses.2,
            image: addresses.3,
            id: Some("tag:kabar.example,2026:feed".to_owned()),
            authors: people.0,
            contributors: people.1,
            tags: people.2,
            links: people.3,
            published: dates.0,
            updated: dates.1,
            ttl_minutes: dates.2,
            update_period_minutes: dates.3,
            skip_hours: vec![0, 23],
            skip_days: vec!["Sunday".to_owned()],
            is_complete: flags.0,
            is_archive: flags.1,
            language: flags.2,
            deleted: flags.3.into_iter().map(|(id, when)| Deleted { id, when }).collect(),
            items,
            ..ParsedFeed::new(format)
        },
    )
}
