mod extension;
mod oracle;

use chrono_tz::Tz;

use super::{NotAFeed, Policy, parse};
use crate::model::{Document, ParsedFeed, RepairKind};

fn document(body: &[u8]) -> Document {
    Document { url: None, content_type: None, body: body.to_vec() }
}

fn policy() -> Policy {
    Policy { timezone: Tz::Asia__Jakarta, select: None }
}

fn feed_of(body: &str) -> ParsedFeed {
    parse(&document(body.as_bytes()), &policy()).unwrap()
}

fn rss_item(elements: &str) -> ParsedFeed {
    feed_of(&format!(
        "<rss version='2.0' xmlns:media='http://search.yahoo.com/mrss/' xmlns:dc='http://purl.org/dc/elements/1.1/' \
         xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:atom='http://www.w3.org/2005/Atom' \
         xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd' \
         xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0'>\
         <channel><link>http://example.org/</link><item>{elements}</item></channel></rss>"
    ))
}

fn entry(elements: &str) -> ParsedFeed {
    feed_of(&format!(
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='http://example.org/'><author><name>F</name></author>\
         <entry>{elements}</entry></feed>"
    ))
}

/// Some values of the only item, written down shortly.
fn said(feed: &ParsedFeed) -> String {
    let item = &feed.items[0];
    let people = |people: &[crate::model::Person]| {
        people.iter().filter_map(|person| person.name.clone().or(person.email.clone())).collect::<Vec<_>>().join("+")
    };
    let parts = [
        ("id", item.id.clone()),
        ("url", item.url.clone()),
        ("orig", item.original_url.clone()),
        ("title", item.title.as_ref().map(|text| text.value.clone())),
        ("summary", item.summary.as_ref().map(|text| text.value.clone())),
        ("content", item.content.as_ref().map(|text| format!("{:?} {}", text.kind, text.value))),
        ("published", item.date_published.map(|at| at.to_rfc3339())),
        ("modified", item.date_modified.map(|at| at.to_rfc3339())),
        ("authors", Some(people(&item.authors)).filter(|names| !names.is_empty())),
        ("contributors", Some(people(&item.contributors)).filter(|names| !names.is_empty())),
        ("tags", Some(item.tags.join("+")).filter(|tags| !tags.is_empty())),
        (
            "files",
            Some(item.enclosures.iter().map(|one| one.url.as_str()).collect::<Vec<_>>().join("+"))
                .filter(|urls| !urls.is_empty()),
        ),
        ("image", item.image.clone()),
        ("thumbnail", item.thumbnail.clone()),
        ("source", item.source.as_ref().and_then(|source| source.feed_url.clone().or(source.url.clone()))),
    ];
    parts
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| format!("{name}={value}")))
        .collect::<Vec<_>>()
        .join("; ")
}

#[test]
fn rss_items() {
    let check = |elements, expected| assert_eq!(said(&rss_item(elements)), expected, "{elements}");
    check(
        "<title>T</title><link> http://example.org/a \n</link><guid isPermaLink='false'>7</guid>\
         <description>&lt;b&gt;S</description><content:encoded><![CDATA[<p>C</p>]]></content:encoded>\
         <pubDate>Sun, 15 Mar 2020 18:34:46 +0700</pubDate><author>a@b.example (A)</author><category>x</category>\
         <category>x</category><category>y</category>",
        "id=7; url=http://example.org/a; title=T; summary=<b>S; content=Html <p>C</p>; \
         published=2020-03-15T18:34:46+07:00; authors=a@b.example (A); tags=x+y",
    );
    check("<guid>http://example.org/p</guid>", "id=http://example.org/p; url=http://example.org/p");
    check("<guid>/p</guid>", "id=/p; url=http://example.org/p");
    check("<guid>5f0a-77b1</guid>", "id=5f0a-77b1");
    check("<guid>17 at http://example.org</guid>", "id=17 at http://example.org");
    check(
        "<description>S</description><summary>A</summary><content:encoded>C</content:encoded>",
        "summary=S; content=Html C",
    );
    check("<description>S</description><dc:description>A</dc:description>", "summary=S; content=Unknown A");
    check("<itunes:subtitle>A</itunes:subtitle><itunes:summary>B</itunes:summary>", "summary=B");
    check("<itunes:summary>B</itunes:summary><itunes:subtitle>A</itunes:subtitle>", "summary=B");
    check("<itunes:subtitle>A</itunes:subtitle><itunes:summary/>", "summary=A");
    check("<image>http://e/i.jpg</image>", "image=http://e/i.jpg");
    check("<title type='string'>Good News</title>", "title=Good News");
    check("<link><![CDATA[http://e/?a=1&amp;b=2]]></link>", "url=http://e/?a=1&b=2");
    check("<title>Hello <b>bold</b> world</title>", "title=Hello <b>bold</b> world");
    check("<description>S</description><content:encoded> </content:encoded>", "summary=S");
    check("<dc:creator>A</dc:creator><dc:date>2020-03-15</dc:date>", "published=2020-03-15T00:00:00+07:00; authors=A");
    check("<pubDate>soon</pubDate><dc:date>2020-03-15T01:00:00Z</dc:date>", "published=2020-03-15T01:00:00Z");
    check("<title>T</title><media:title>M</media:title>", "title=T");
    check("<media:title>M</media:title><media:description>D</media:description>", "title=M; summary=D");
    check("<itunes:summary>I</itunes:summary><description>D</description>", "summary=D");
    check(
        "<enclosure url=' http://e/1 '/><enclosure url='http://e/2'/><enclosure type='a/b'/>",
        "files=http://e/1+http://e/2",
    );
    check(
        "<media:group><media:content url='http://e/1'><media:title>no</media:title></media:content></media:group>\
         <media:thumbnail url='http://e/t'/>",
        "files=http://e/1; thumbnail=http://e/t",
    );
    check(
        "<image><title>no</title><url>http://e/i</url><link>http://no/</link></image><title>T</title>",
        "title=T; image=http://e/i",
    );
    check("<source url='http://e/rss'>S</source>", "source=http://e/rss");
    check(
        "<link>http://t/1</link><feedburner:origLink>http://o/1</feedburner:origLink>",
        "url=http://t/1; orig=http://o/1",
    );
    check("<atom:link rel='self' href='http://e/s'/><atom:link href='http://e/p'/>", "url=http://e/p");
    check("<link>javascript:alert(1)</link><title>T</title>", "title=T");
    check("<description>&lt;img src='a'&gt;<![CDATA[\"D\"]]></description>", "summary=<img src='a'>\"D\"");
    check("<x:item xmlns:x='http://x/'><title>no</title></x:item><title>T</title>", "title=T");
}

#[test]
fn a_cdata_section_that_nobody_closed_ends_with_its_element() {
    let feed = feed_of(
        "<rss><channel><item><pubDate><![CDATA[Sun, 15 Mar 2020 18:34:46 +0700</pubDate><title>T</title></item>\
         <item><title>U</title></item></channel></rss>",
    );
    assert_eq!(said(&feed), "title=T; published=2020-03-15T18:34:46+07:00");
    assert_eq!(feed.items.len(), 2);
}

#[test]
fn atom_entries() {
    let check = |elements, expected| assert_eq!(said(&entry(elements)), expected, "{elements}");
    check(
        "<id>tag:e,1</id><title type='html'>&lt;i&gt;T</title><link href='a'/><link rel='enclosure' href='b'/>\
         <published>2020-03-15T01:00:00Z</published><updated>2020-03-15T02:00:00Z</updated>\
         <author><name>A</name><email>a@e</email></author><contributor><name>C</name></contributor>\
         <category term='x' label='X'/><summary>a &lt; b</summary>",
        "id=tag:e,1; url=http://example.org/a; title=<i>T; summary=a < b; published=2020-03-15T01:00:00Z; \
         modified=2020-03-15T02:00:00Z; authors=A; contributors=C; tags=x; files=http://example.org/b",
    );
    check(
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>a &lt; <b>c</b><br/></div></content>",
        "content=Html a &lt; <b>c</b><br>; authors=F",
    );
    check("<content type='html'>&lt;p&gt;</content>", "content=Html <p>; authors=F");
    check("<content type='text/plain'>&lt;p&gt;</content>", "content=Plain <p>; authors=F");
    check("<content type='image/svg+x' >PHA+YmFzZTY0PC9wPg==</content>", "content=Unknown <p>base64</p>; authors=F");
    check(
        "<link rel='http://www.iana.org/assignments/relation/alternate' href='x'/>",
        "url=http://example.org/x; authors=F",
    );
    check(
        "<link type='application/json' href='j'/><link type='text/html' href='h'/>",
        "url=http://example.org/h; authors=F",
    );
    check(
        "<source><title>S</title><link href='http://s/'/><author><name>SA</name></author></source><title>T</title>",
        "title=T; authors=SA; source=http://s/",
    );
    check("<link xml:base='http://other/' href='x'/>", "url=http://other/x; authors=F");
    check("<author><name> </name></author>", "authors=F");
}

#[test]
fn json_feeds() {
    let feed = feed_of(
        r#"{"version":"https://jsonfeed.org/version/1.1","title":"T","home_page_url":"https://e.example/","language":"id",
            "hubs":[{"type":"WebSub","url":"https://hub.example/"}],
            "items":[{"id":5,"url":"a","content_text":"a < b","date_published":"2020-03-15T01:00:00+07:00",
            "author":{"name":"A"},"tags":["x","x",1],"attachments":[{"url":"f","mime_type":"a/b","size_in_bytes":3}]}]}"#,
    );
    assert_eq!(
        said(&feed),
        "id=5; url=https://e.example/a; content=Plain a < b; published=2020-03-15T01:00:00+07:00; authors=A; tags=x; \
         files=https://e.example/f"
    );
    assert_eq!((feed.format.name(), feed.language.as_deref()), ("json-1.1", Some("id")));
    assert_eq!(feed.links[0].rel, "hub");
    assert!(feed.repairs.iter().all(|repair| repair.kind == RepairKind::Json));
}

#[test]
fn formats_are_told_by_root_version_and_namespace() {
    let check = |body: &str, expected: &str| assert_eq!(feed_of(body).format.name(), expected, "{body}");
    let rdf = |namespace: &str| {
        format!(
            "<r:RDF xmlns:r='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='{namespace}'><channel/><item/></r:RDF>"
        )
    };
    check("<rss version='0.91'/>", "rss-0.91");
    check("<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'x'><rss version='0.91'/>", "rss-0.91n");
    check("<rss version='2.0.1'/>", "rss-2.0");
    check("<rss/>", "rss");
    check(&rdf("http://purl.org/rss/1.0/"), "rss-1.0");
    check(&rdf("http://my.netscape.com/rdf/simple/0.9/"), "rss-0.90");
    check("<feed xmlns='http://www.w3.org/2005/Atom'/>", "atom-1.0");
    check("<a:feed xmlns:a='http://www.w3.org/2005/Atom'/>", "atom-1.0");
    check("<feed xmlns='http://purl.org/atom/ns#' version='0.3'/>", "atom-0.3");
    check("<feed/>", "atom");
    check("<channel href='http://e/'><item href='http://e/1'/></channel>", "cdf");
    check("<channel><item/></channel>", "rss");
    assert_eq!(feed_of(&rdf("http://purl.org/rss/1.0/")).items.len(), 1);
}

#[test]
fn what_a_channel_says() {
    let feed = feed_of(
        "<rss version='2.0' xmlns:sy='http://purl.org/rss/1.0/modules/syndication/'><channel><title>T</title>\
         <link>http://example.org/</link><description>D</description><language>id_ID</language><ttl>15</ttl>\
         <skipHours><hour>24</hour><hour>3</hour><hour>99</hour></skipHours><skipDays><day>sunday</day></skipDays>\
         <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>\
         <image><url>http://example.org/i.png</url><title>no</title><link>http://no/</link></image>\
         <lastBuildDate>Sun, 15 Mar 2020 18:34:46 +0700</lastBuildDate><textInput><title>no</title></textInput>\
         <managingEditor>m@e</managingEditor><webMaster>w@e</webMaster></channel></rss>",
    );
    assert_eq!(feed.title.map(|text| text.value).as_deref(), Some("T"));
    assert_eq!(feed.home_page_url.as_deref(), Some("http://example.org/"));
    assert_eq!(feed.language.as_deref(), Some("id-ID"));
    assert_eq!((feed.ttl_minutes, feed.update_period_minutes), (Some(15), Some(15)));
    assert_eq!((feed.skip_hours, feed.skip_days), (vec![0, 3], vec!["Sunday".to_owned()]));
    assert_eq!(feed.image.as_deref(), Some("http://example.org/i.png"));
    assert_eq!((feed.authors.len(), feed.contributors.len()), (1, 1));
    assert_eq!(feed.repairs, []);
}

#[test]
fn what_is_no_feed_says_what_it_is() {
    let check = |body: &str, expected: &str| {
        let refused: NotAFeed =
            parse(&document(body.as_bytes()), &Policy { timezone: Tz::UTC, select: None }).unwrap_err();
        assert_eq!(refused.to_string(), expected, "{body}");
    };
    check("", "the document is empty");
    check(" \n", "the document holds nothing but blanks");
    check("hello", "no XML and no JSON, it begins with \"hello\"");
    check("<svg/>", "an SVG picture, no feed");
    check("<opml/>", "an OPML list of feeds, no feed");
    check("<foo/>", "XML, but no feed: its outermost element is <foo>");
    check("{}", "a JSON document, but no JSON Feed: it has neither \"version\" nor \"items\"");
    check("{", "the document is not valid JSON: EOF while parsing an object at line 1 column 1");
    check(
        "<!DOCTYPE html><html><head><link rel=alternate type=application/rss+xml href=http://e.example/rss></head></html>",
        "an HTML page, no feed; it offers http://e.example/rss",
    );
}

#[test]
fn the_newest_items_are_kept_in_document_order() {
    let items: String = (0..1_005)
        .map(|n| {
            format!(
                "<item><guid>{n}</guid><pubDate>{}</pubDate></item>",
                crate::model::Timestamp::from_unix_millis(n * 60_000).to_rfc2822()
            )
        })
        .collect();
    let feed = feed_of(&format!("<rss><channel>{items}</channel></rss>"));
    assert_eq!((feed.items.len(), feed.items_left_out), (1_000, 5));
    assert_eq!(feed.items[0].id.as_deref(), Some("5"));
    assert!(feed.repairs.iter().any(|repair| repair.kind == RepairKind::Limit));
}

/// Documents made to hurt: each is read on a small stack, and whether it is a feed does not matter.
#[test]
fn hostile_documents_end() {
    const MANY: usize = 100_000;
    let rss = |inside: String| format!("<rss version='2.0'><channel><item>{inside}</item></channel></rss>");
    let utf16: Vec<u8> = "<rss><channel><title>é</title>".encode_utf16().flat_map(u16::to_be_bytes).collect();
    let texts = vec![
        "<a>".repeat(MANY),
        rss("<x:y>".repeat(MANY)),
        rss(format!("<description>{}", "<div>".repeat(MANY))),
        format!("<rss {}/>", "a='b' ".repeat(MANY * 10)),
        format!("<rss>{}", "<item a='b'>".repeat(MANY)),
        rss("<category>x</category>".repeat(MANY)),
        rss((0..MANY).map(|n| format!("<category>{n}</category>")).collect()),
        rss("<enclosure url='http://e/'/>".repeat(MANY)),
        rss("<dc:creator>a</dc:creator>".repeat(MANY)),
        rss("&amp;".repeat(MANY)),
        rss(format!("<title>{}</title>", "&".repeat(MANY))),
        rss("<![CDATA[".repeat(MANY)),
        rss(format!("<title><![CDATA[{}", "x".repeat(MANY))),
        rss("<!--".repeat(MANY)),
        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]><rss><channel><title>&c;</title></channel></rss>".to_owned(),
        "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><title>&x;</title></channel></rss>".to_owned(),
        format!("<!DOCTYPE rss [<!ENTITY a '{}'>]><rss><channel>{}</channel></rss>", "a".repeat(MANY), "<item><title>&a;</title></item>".repeat(100)),
        "<rss version='2.0'><channel><title>T</tit".to_owned(),
        "<rss version='2.0'><channel><item><title>T".to_owned(),
        "[".repeat(MANY),
        format!("{{\"items\":{}", "[".repeat(MANY)),
        format!("{{\"items\":[{}{{}}]}}", "{},".repeat(MANY)),
        format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{{\"tags\":[{}\"x\"]}}]}}", "\"y\",".repeat(MANY)),
        "<feed xmlns='http://www.w3.org/2005/Atom'>".to_owned() + &"<entry><source>".repeat(MANY),
        "<feed xml:base='http://e/'>".to_owned() + &"<entry xml:base='a/'><link href='x'/>".repeat(MANY / 10),
        "<html>".to_owned() + &"<link rel=alternate type=application/rss+xml href=x>".repeat(MANY),
        format!("<rss><channel><pubDate>{}</pubDate></channel></rss>", "9".repeat(MANY)),
        rss("<guid>same</guid>".to_owned()).repeat(3),
        "\u{FEFF}\u{FEFF}\u{0}\u{1}<rss/>".to_owned(),
        "<rss><channel>".to_owned() + &"</channel>".repeat(MANY),
    ];
    let mut bodies: Vec<Vec<u8>> = texts.into_iter().map(String::into_bytes).collect();
    bodies.extend([utf16, vec![0; MANY], vec![0xFF; MANY], vec![b'<'; MANY], b"\xFF\xFE<".to_vec()]);
    let small = std::thread::Builder::new().stack_size(2 * 1024 * 1024);
    let reader = small.spawn(move || {
        for body in bodies {
            let read = parse(&document(&body), &Policy { timezone: Tz::UTC, select: None });
            if let Ok(feed) = read {
                assert!(feed.items.len() <= crate::model::MAX_ITEMS && feed.repairs.len() <= 100);
            }
        }
    });
    assert!(reader.unwrap().join().is_ok());
}

fn sitemap(elements: &str) -> ParsedFeed {
    feed_of(&format!(
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' \
         xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>\
         <url><loc>http://example.org/a</loc>{elements}</url></urlset>"
    ))
}

#[test]
fn addresses_of_a_sitemap_are_items() {
    let check = |elements, expected| assert_eq!(said(&sitemap(elements)), expected, "{elements}");
    check(
        "<lastmod>2026-11-24T10:00:00+07:00</lastmod>",
        "url=http://example.org/a; modified=2026-11-24T10:00:00+07:00",
    );
    check(
        "<n:news><n:publication><n:name>P</n:name><n:language>id</n:language></n:publication><n:title>T</n:title>\
         <n:keywords>x, y,x</n:keywords><n:publication_date>2026-11-24T09:00:00+07:00</n:publication_date></n:news>",
        "url=http://example.org/a; title=T; published=2026-11-24T09:00:00+07:00; tags=x+y",
    );
    check(
        "<image:image><image:loc>/i.jpg</image:loc></image:image><image:image/>",
        "url=http://example.org/a; files=/i.jpg",
    );
    let feed = sitemap("<n:news><n:publication><n:name>P</n:name></n:publication></n:news>");
    assert_eq!((feed.format.name(), feed.title.map(|title| title.value)), ("sitemap", Some("P".to_owned())));
}

#[test]
fn the_newest_addresses_of_a_long_sitemap_are_kept() {
    let urls: String = (1..=1_500)
        .map(|n| format!("<url><loc>http://example.org/{n}</loc><lastmod>{}</lastmod></url>", 1_790_000_000 + n))
        .collect();
    let feed = feed_of(&format!("<urlset>{urls}</urlset>"));
    assert_eq!((feed.items.len(), feed.items_left_out), (1_000, 500));
    assert_eq!(feed.items[0].url.as_deref(), Some("http://example.org/501"));
}

#[test]
fn an_index_names_its_sitemaps() {
    let list: String = (1..=20).map(|n| format!("<sitemap><loc>http://example.org/{n}.xml</loc></sitemap>")).collect();
    let error = parse(&document(format!("<sitemapindex>{list}</sitemapindex>").as_bytes()), &policy()).unwrap_err();
    assert_eq!(error.feeds.len(), 8);
    assert!(error.to_string().starts_with(
        "an index of sitemaps, no sitemap itself; it offers http://example.org/1.xml and http://example.org/2.xml and"
    ));
}
