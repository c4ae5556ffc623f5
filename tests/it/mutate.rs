//! The fixtures, broken in seeded ways: whatever becomes of them, the laws hold. What fails names its seed, and the
//! same seed breaks the same document in the same way again.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;

use warta::model::Document;

use crate::laws;

/// Mutants of one test: a few seconds of a debug build.
const MUTANTS: u64 = 1_000;
/// How many mutants instead, for a longer run.
const MORE: &str = "WARTA_TEST_MUTANTS";
/// Bytes of the longest mutant: repeats double quickly.
const MAX_BYTES: usize = 64 * 1024;
/// A folder into which the seeds are written, one folder a fuzz target (docs/fuzzing.md).
const KEEP_IN: &str = "WARTA_TEST_CORPUS";

/// Documents of every format, shortly: what the fixtures do not have.
const SHORT: &[&str] = &[
    "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'>\
     <channel rdf:about='http://a.example/'><title>T</title></channel><item rdf:about='http://a.example/1'>\
     <title>I</title><link>http://a.example/1</link></item></rdf:RDF>",
    "<rss version='0.91'><channel><title>T</title><image><url>/i.png</url></image><skipHours><hour>3</hour>\
     </skipHours><item><title>A &amp; B</title><description>&lt;p>C</description></item></channel></rss>",
    "<feed version='0.3' xmlns='http://purl.org/atom/ns#' xml:lang='id' xml:base='http://a.example/x/'><entry>\
     <title mode='escaped'>T</title><content mode='base64' type='text/html'>PGI+Qjwvc2k+</content>\
     <issued>2003-12-31T10:14:55Z</issued><link rel='alternate' href='y'/></entry></feed>",
    "<channel href='http://a.example/'><item href='/1' lastmod='1998-11-05T20:14'><abstract>A</abstract></item>\
     </channel>",
    "<!DOCTYPE rss [<!ENTITY e 'value &#65;'>]><rss><channel><title>&e; &eacute; &#150; & x</title>\
     <item><guid>1</guid><media:group><media:content url='/a.jpg' medium='image' width='640'/></media:group>\
     <itunes:duration>1:02</itunes:duration></item></channel></rss>",
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"T\",\"items\":[{\"id\":1,\"content_html\":\"<p>A\",\
     \"tags\":[\"x\"],\"attachments\":[{\"url\":\"/a\",\"mime_type\":\"a/b\",\"size_in_bytes\":3}]}]}",
    "<html><head><link rel=alternate type=application/rss+xml href=/rss.xml></head><body>x</body></html>",
];

/// Fragments of HTML that HTML reads in its own way.
const FRAGMENTS: &[&str] = &[
    "<p>a <b>b<p>c</b> <a href=/x>d<a href=//y>e",
    "<table><tr>x<td><ul><li>a<li>b</ul><caption>c</table><pre>\n\nd</pre>",
    "<img src=x data-src=/a.jpg srcset='/b 1x,/c 2x' width=10><iframe src=//player.vimeo.com/video/12></iframe>",
    "<svg><style><a title='</style><img src=x onerror=y>'>z</svg><math><mi><script>1</script>",
    "<!-- a --><![CDATA[<b>]]><ruby>a<rt>b<rp>c</ruby>&nbsp;&lt;x&gt;&#0;\r\n",
    "<h1>a<h2>b</h1><code class='x language-rust'>c</code><form><p>d</form><div></p>",
];

/// Dates of every kind that is read.
const DATES: &[&str] = &[
    "Sun, 15 Mar 2020 18:34:46 +0700",
    "2020-03-15T18:34:46.123+07:00",
    "Kamis, 17 Desember 2020 | 14.35 WIT",
    "Thu Aug 30 17:26:16 2012",
    "17/12/2020 11:35 PM",
    "20031231T101455Z",
    "2003-335",
    "1795500000000",
    "Wed, 19 Aug 2009 18:28:00 America/New_York",
    "2004\u{b144} 5\u{c6d4} 28\u{c77c} \u{c624}\u{d6c4} 11:31:25",
    "Thu, 01 Jan 04 24:00:00 GMT-01:01",
];

/// Pieces that mutants are broken with.
const PIECES: &[&str] = &[
    "<",
    ">",
    "</",
    "/>",
    "&",
    ";",
    "\"",
    "'",
    "=",
    "<![CDATA[",
    "]]>",
    "<!--",
    "-->",
    "<?",
    "<!DOCTYPE x [",
    "&#150;",
    "&lt;",
    "&e;",
    "<item>",
    "</item>",
    "</channel>",
    "<entry>",
    "<b>",
    "<x:y>",
    "xmlns=''",
    "xml:base='//b/'",
    " xmlns:x='y'",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\\u12",
    "null",
    "-1e999",
    "\u{0}",
    "\u{feff}",
    "\u{c9}",
    "\u{1f33e}",
    "2020-13-45",
    "+99:99",
    "javascript:",
    "data:",
    "http://",
    "\r",
    "\n\n",
    "<script>",
    "<table>",
    "<a href='",
];

/// A small generator of numbers (splitmix64), so that a seed stands for one mutant on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ self.0 >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ mixed >> 31
    }

    /// A number below `bound`, zero where that is zero.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(bound.max(1)).unwrap()).unwrap()
    }

    fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len())]
    }
}

/// A document broken in one to eight places: bits, cuts, repeats, pieces, parts of another document.
fn mutant(seed: u64, documents: &[Vec<u8>]) -> Vec<u8> {
    let mut dice = Dice(seed);
    let mut body = documents[dice.below(documents.len())].clone();
    for _ in 0..=dice.below(8) {
        let (at, other) = (dice.below(body.len() + 1), dice.below(body.len() + 1));
        let (from, to) = (at.min(other), at.max(other));
        match dice.below(8) {
            0 if at < body.len() => body[at] ^= 1 << dice.below(8),
            1 => body.truncate(at),
            2 => drop(body.drain(from..to.min(from + 40))),
            3 => {
                let repeated = body[from..to.min(from + 60)].repeat(1 + dice.below(40));
                body.splice(from..from, repeated);
            }
            4 => {
                let donor = &documents[dice.below(documents.len())];
                let start = dice.below(donor.len());
                let end = (start + dice.below(200)).min(donor.len());
                body.splice(from..from, donor[start..end].to_vec());
            }
            5 => {
                let moved: Vec<u8> = body.drain(from..to.min(from + 80)).collect();
                let place = dice.below(body.len() + 1);
                body.splice(place..place, moved);
            }
            _ => drop(body.splice(at..at, dice.one(PIECES).bytes())),
        }
        body.truncate(MAX_BYTES);
    }
    body
}

/// The fixtures and the short documents.
fn documents() -> &'static [Vec<u8>] {
    static DOCUMENTS: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    DOCUMENTS.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/feeds");
        let listed = |path: &Path| fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
        let mut paths: Vec<_> = listed(&folder).iter().flat_map(|kind| listed(kind)).collect();
        paths.retain(|path| path.to_string_lossy().contains(".in."));
        assert!(paths.len() > 100, "the fixtures are where they are looked for");
        paths.sort();
        let fixtures = paths.iter().map(|path| fs::read(path).unwrap());
        fixtures.chain(texts(SHORT)).collect()
    })
}

fn texts(of: &[&str]) -> Vec<Vec<u8>> {
    of.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// Holds the law to the documents as they are and to mutants of them; what fails tells its seed.
fn check(documents: &[Vec<u8>], law: fn(&[u8])) {
    documents.iter().for_each(|body| law(body));
    let asked = std::env::var(MORE).ok().and_then(|number| number.parse().ok());
    for seed in 0..asked.unwrap_or(MUTANTS) {
        let body = mutant(seed, documents);
        if std::panic::catch_unwind(|| law(&body)).is_err() {
            panic!("seed {seed} made {:?}", String::from_utf8_lossy(&body));
        }
    }
}

#[test]
fn documents_however_broken_keep_the_laws() {
    check(documents(), |body| drop(laws::document(&laws::chosen(body))));
}

#[test]
fn fragments_however_broken_keep_the_laws() {
    check(&texts(FRAGMENTS), |body| laws::fragment(&String::from_utf8_lossy(body)));
}

#[test]
fn dates_however_broken_keep_the_laws() {
    check(&texts(DATES), |body| laws::day(&String::from_utf8_lossy(body)));
}

#[test]
fn bytes_however_broken_keep_the_laws() {
    check(documents(), |body| {
        let Document { content_type, .. } = laws::chosen(body);
        laws::bytes(body, content_type.as_deref());
    });
}

/// Writes the corpus that fuzzing begins with, where the environment names a folder for it.
#[test]
fn a_corpus_to_fuzz_with_is_written_where_one_asks_for_it() {
    let Some(folder) = std::env::var_os(KEEP_IN) else { return };
    let seeds = [
        ("parse", documents().to_vec()),
        ("decode", documents().to_vec()),
        ("date", texts(DATES)),
        ("clean", texts(FRAGMENTS)),
    ];
    for (target, bodies) in seeds {
        let folder = Path::new(&folder).join(target);
        fs::create_dir_all(&folder).unwrap();
        for body in bodies {
            fs::write(folder.join(format!("{:016x}", xxhash_rust::xxh3::xxh3_64(&body))), body).unwrap();
        }
    }
}
