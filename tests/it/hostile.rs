//! Documents made to hurt. Read and cleaned on a small stack they take steps linear in their length; given to the real
//! program they are answered with a feed or with one line, and it never dies.

use chrono_tz::Tz;
use warta::ingest::Policy;
use warta::model::{Document, Timestamp};

use crate::parse::parse;

/// Enough to overflow a stack or to show a square of the length, little enough for a debug build.
const MANY: usize = 30_000;

/// A folder into which each document is written too, for `benches/hostile.sh`.
const KEEP_IN: &str = "WARTA_TEST_HOSTILE";

/// Steps for each byte of a document, and for a document of none.
const STEPS: (usize, usize) = (24, 100_000);

/// Bytes of the stack that the daemon's workers have.
const STACK: usize = 2 * 1024 * 1024;

/// Reads and cleans a document on a small stack and gives the steps that it took.
fn steps(body: &[u8]) -> usize {
    let document = Document { body: body.to_vec(), ..Document::default() };
    let read = move || {
        let policy = Policy { timezone: Tz::UTC, language: None, select: None };
        warta::ingest::ingest(&document, &policy, Timestamp::from_unix_millis(1_795_500_000_000))
            .map_or_else(|refused| refused.steps, |feed| feed.steps)
    };
    std::thread::Builder::new().stack_size(STACK).spawn(read).unwrap().join().unwrap()
}

fn check(body: &[u8]) {
    if let Some(folder) = std::env::var_os(KEEP_IN) {
        let name = format!("{:016x}.xml", xxhash_rust::xxh3::xxh3_64(body));
        std::fs::write(std::path::Path::new(&folder).join(name), body).unwrap();
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
    let taken = steps(body);
    assert!(taken <= STEPS.0 * body.len() + STEPS.1, "{start}: {taken} steps for {} bytes", body.len());
    let output = parse(body);
    let error = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok(), "{start}"),
        Some(1) => assert_eq!(error.lines().count(), 1, "{start}: {error}"),
        code => panic!("{start}: ended with {code:?}: {error}"),
    }
}

fn rss(inside: &str) -> Vec<u8> {
    format!("<rss version='2.0'><channel><title>t</title><item><title>i</title>{inside}</item></channel></rss>")
        .into_bytes()
}

#[test]
fn depth_does_not_reach_the_stack() {
    check("<a>".repeat(MANY * 3).as_bytes());
    check(&rss(&"<x:y>".repeat(MANY * 3)));
    check(&rss(&format!("<description>{}</description>", "<div>".repeat(MANY))));
    check(&rss(&format!("<description>{}</description>", "&lt;div>".repeat(MANY))));
    check(&rss(&format!("<description>{}</description>", "&lt;b>&lt;i>&lt;p>".repeat(MANY))));
    check("[".repeat(MANY * 3).as_bytes());
    check(format!("{{\"items\":{}", "[".repeat(MANY * 3)).as_bytes());
}

#[test]
fn numbers_are_bounded() {
    check(format!("<rss {}/>", "a='b' ".repeat(MANY * 10)).as_bytes());
    check(&rss(&"<category>x</category>".repeat(MANY)));
    check(&rss(&"<enclosure url='http://e.example/1'/>".repeat(MANY)));
    check(&rss(&"<author>a@b.example (A)</author>".repeat(MANY)));
    check(format!("<rss><channel>{}", "<item><title>x".repeat(MANY / 10)).as_bytes());
    check(
        format!("<rss {}><channel/></rss>", (0..MANY).map(|n| format!("xmlns:n{n}='u' ")).collect::<String>())
            .as_bytes(),
    );
}

/// What costs little once, at each of many places.
#[test]
fn work_does_not_grow_with_the_square_of_a_document() {
    let based = "<div xml:base='http://a.example/b/' xml:lang='id'>".repeat(100);
    let atom = |inside: &str| format!("<feed xmlns='http://www.w3.org/2005/Atom'><entry>{inside}</entry></feed>");
    check(atom(&format!("<content type='xhtml'>{based}{}</content>", "<a href='x'/>".repeat(MANY))).as_bytes());
    check(atom(&"<link xml:base='x/' href='y'/>".repeat(MANY)).as_bytes());
    let many_attributes: String = (0..250).map(|n| format!(" a{n}=''")).collect();
    check(
        format!("<rss{many_attributes}><channel{many_attributes} xml:lang='id'><item{many_attributes}>{}", {
            "<title>x</title>".repeat(MANY)
        })
        .as_bytes(),
    );
    for piece in ["&lt;b ", "&lt;p", "&lt;/b ", "&amp;a", "&lt;a href=", "&lt;!--", "&lt;![CDATA[", "&lt;b x='"] {
        check(&rss(&format!("<title>{}</title><description>{0}</description>", piece.repeat(MANY))));
        check(&rss(&format!("<author>{}</author><category>{0}</category>", piece.repeat(MANY))));
    }
    check(&rss(&format!("<description>&lt;p{}", (0..MANY).map(|n| format!(" a{n}=1")).collect::<String>())));
    check(&rss(&format!("<description>&lt;img srcset='{}'", "a 1x,".repeat(MANY))));
    check(&rss(&format!("<pubDate>{}</pubDate><link>{0}</link><guid>{0}</guid>", "1 ".repeat(MANY))));
    check(&rss(&format!("<content:encoded>{}", "x".repeat(MANY * 60))));
    check(format!("<{}>", "n".repeat(MANY * 10)).repeat(3).as_bytes());
    check(format!("<rss>{}", "<item><title>x</title></item>".repeat(MANY)).as_bytes());
}

/// Every element that means something, with the customary prefix of its namespace.
const ELEMENTS: &str = "title link description language copyright managingEditor webMaster category pubDate \
    lastBuildDate generator ttl skipHours skipDays image logo tags keywords body fullitem guid author comments \
    enclosure source summary content rights id contributor published updated modified issued created subtitle icon \
    url loc lastmod content:encoded xhtml:body xhtml:div xhtml:link dc:title dc:description dc:creator \
    dc:contributor dc:publisher dc:subject dc:date dc:language dc:rights dcterms:modified dcterms:issued \
    dcterms:created sy:updatePeriod sy:updateFrequency feedburner:origLink cc:license slash:comments thr:total \
    thr:in-reply-to wfw:commentRss podcast:guid podcast:person podcast:funding podcast:license podcast:season \
    podcast:episode podcast:chapters podcast:transcript podcast:socialInteract podcast:location \
    podcast:alternateEnclosure itunes:title itunes:subtitle itunes:summary itunes:author itunes:owner itunes:image \
    itunes:category itunes:keywords itunes:duration itunes:season itunes:episode itunes:episodeType itunes:explicit \
    news:news news:title news:publication_date news:keywords image:image media:group media:content media:title \
    media:description media:thumbnail media:category media:keywords media:copyright media:player media:rating \
    media:credit georss:point georss:where gml:Point geo:lat geo:long geo:Point admin:generatorAgent \
    admin:errorReportsTo fh:complete at:deleted-entry source:self source:markdown atom:link atom:author atom:content \
    atom:summary atom:category atom:source";

/// An element that looks at its neighbours each time it is met is a bomb where it has many of its kind.
#[test]
fn no_element_is_dear_where_it_stands_often() {
    const OFTEN: usize = 1_500;
    for name in ELEMENTS.split_ascii_whitespace() {
        for written in [format!("<{name}/>"), format!("<{name} url='/a' href='/b'>daily</{name}>")] {
            let many = written.repeat(OFTEN);
            for body in [format!("<rss><channel>{many}"), format!("<rss><channel><item>{many}")] {
                let taken = steps(body.as_bytes());
                assert!(taken <= STEPS.0 * body.len() + STEPS.1, "{written}: {taken} steps for {} bytes", body.len());
            }
        }
    }
}

/// A thousand fragments, each just within the bound of one.
#[test]
fn many_costly_fragments_cost_little_together() {
    let dense = format!("{}{}", "&lt;b>&lt;i>".repeat(55), "&lt;p>x".repeat(200));
    let items = format!("<item><description>{dense}</description></item>").repeat(700);
    check(format!("<rss version='2.0'><channel>{items}</channel></rss>").as_bytes());
}

#[test]
fn json_is_bounded_like_xml() {
    let feed = |inside: &str| format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{inside}]}}");
    check(feed(&"{},".repeat(MANY)).as_bytes());
    check(feed(&format!("{}{{\"id\":2}}", "{\"id\":1},".repeat(MANY))).as_bytes());
    check(format!("{{\"x\":[{}0]}}", "0,".repeat(MANY * 20)).as_bytes());
    check(format!("{{\"x\":[{}{{}}]}}", "{\"a\":0},".repeat(MANY * 3)).as_bytes());
    check(
        feed(&format!("{{\"tags\":[{}\"x\"],\"authors\":[{}{{}}]}}", "\"y\",".repeat(MANY), "{},".repeat(MANY)))
            .as_bytes(),
    );
    check(feed(&format!("{{\"id\":1}},{}", "{\"a\":".repeat(MANY))).as_bytes());
    check(feed(&format!("{{\"id\":1}},{}", "\\\"".repeat(MANY))).as_bytes());
    check(format!("{{{}", "\"items\":[".repeat(MANY)).as_bytes());
    check(feed(&format!("{{\"id\":{}}}", "9".repeat(MANY * 10))).as_bytes());
    check(format!("{}}}", "{,".repeat(MANY)).as_bytes());
}

#[test]
fn what_has_no_end_ends() {
    for piece in ["<![CDATA[", "<!--", "<?", "<!DOCTYPE [", "</", "<", "<a x='", "<a \">", "&", "&#", "<a <"] {
        check(&rss(&piece.repeat(MANY)));
        check(piece.repeat(MANY).as_bytes());
    }
    check(&rss(&format!("<title>{}", "x".repeat(MANY * 10))));
}

#[test]
fn entities_do_not_explode() {
    let levels: String = (1..20).map(|n| format!("<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10))).collect();
    check(
        format!("<!DOCTYPE rss [<!ENTITY e0 'lol'>{levels}]><rss><channel><title>&e19;</title></channel></rss>")
            .as_bytes(),
    );
    check(
        b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><channel><title>&x;</title></channel></rss>",
    );
    check(
        format!("<!DOCTYPE rss [<!ENTITY e ''><!ENTITY f '{}'>]><rss>{}", "&".repeat(MANY * 10), "&e;".repeat(MANY))
            .as_bytes(),
    );
    check(format!("<!DOCTYPE rss [{}]><rss>{}", "<!ENTITY e 'x'>".repeat(MANY), "&x;".repeat(MANY)).as_bytes());
    let long = "a".repeat(MANY);
    check(
        format!(
            "<!DOCTYPE rss [<!ENTITY a '{long}'>]><rss><channel>{}</channel></rss>",
            "<item><title>&a;</title></item>".repeat(200)
        )
        .as_bytes(),
    );
}

#[test]
fn bytes_of_any_kind_are_read() {
    check(b"");
    check(b"\xEF\xBB\xBF");
    check(b"\xFF\xFE<");
    check(&vec![0; MANY]);
    check(&vec![0xFF; MANY]);
    check("<rss><channel><title>é</title>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>().as_slice());
    check(b"<?xml version='1.0' encoding='utf-16'?><rss><channel><title>\xE9</title></channel></rss>");
    check(b"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>caf\xC3</title></channel></rss>");
    check("\u{FEFF}\u{FEFF}\u{0}\u{1}<rss><channel/></rss>".as_bytes());
}
