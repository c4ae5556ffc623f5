//! The sample outlets. In comes the text of `samples/*.txt`, compiled in; out go values. It never touches the disk.
//!
//! A file has a head of `key: value` lines and then stories, oldest first: `## Title`, `key: value` lines, an empty
//! line, paragraphs with an empty line between them. A story with `wire: ID` prints the text of that agency report.

use std::time::Duration;

/// One sample feed: what it is called, how it writes, what it tells and how it behaves.
#[derive(Debug, Clone)]
pub struct SampleFeed {
    /// Its file's name, and its path on the origin.
    pub id: String,
    /// The feed's title: the outlet's name, with the channel behind a dash where there is one.
    pub title: String,
    /// What it says about itself.
    pub about: String,
    /// Host of its articles, under `.example`. Feeds of one host share an address of the origin.
    pub host: String,
    /// The section it is read into.
    pub section: String,
    /// Language tag.
    pub language: String,
    /// The shape it writes.
    pub shape: Shape,
    /// Address of an article: `{n}` and `{slug}` are filled in.
    pub link: String,
    /// Number of its oldest story.
    pub first: u64,
    /// Stories that are out when the demo starts; the others come one by one.
    pub stock: usize,
    /// Time between two stories of the stock.
    pub pace: Duration,
    /// Time between two new stories; `None` for a feed that never changes.
    pub every: Option<Duration>,
    /// How its address answers.
    pub answer: Answer,
    /// How it writes the addresses of its articles, taken in turn; empty for a feed that writes them plainly.
    pub variants: Vec<Variant>,
    /// Oldest first.
    pub stories: Vec<Story>,
}

impl SampleFeed {
    /// The outlet's name: the title without the channel that stands behind a dash.
    #[must_use]
    pub fn outlet(&self) -> &str {
        self.title.split(" - ").next().unwrap_or(&self.title)
    }
}

/// One piece of invented news.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Story {
    /// Headline.
    pub title: String,
    /// Byline.
    pub by: Option<String>,
    /// Categories.
    pub tags: Vec<String>,
    /// Name of a picture in `samples/pictures`.
    pub picture: Option<String>,
    /// What the picture shows.
    pub caption: Option<String>,
    /// The text.
    pub paragraphs: Vec<String>,
}

/// The shapes that outlets publish in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// RSS 2.0: `<img align="left">` first in a description of CDATA, a guid that is an address and no permalink.
    CdataImage,
    /// RSS 2.0: the `<img>` escaped before the CDATA, no language, one length for all enclosures.
    EscapedImage,
    /// RSS 2.0: `media:content` without a type, with credit and title, and `content:encoded`.
    MediaContent,
    /// RSS 2.0: `media:content` of an odd type, the channel's own link after the items, space before the declaration.
    MediaTyped,
    /// RSS 2.0: everything in CDATA, GMT dates, http links.
    Node,
    /// RSS 2.0 with bare `&` in titles and categories: not well-formed.
    BareAmpersand,
    /// RSS 2.0 in windows-1252, which it declares nowhere.
    Windows1252,
    /// RSS 1.0, RDF.
    Rdf,
    /// Atom 1.0, content as XHTML.
    AtomXhtml,
    /// Atom 1.0, content as escaped HTML.
    AtomHtml,
    /// JSON Feed 1.1.
    JsonFeed,
}

/// How a feed's address answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// With the feed; 304 to the validators of the feed as it is.
    Feed,
    /// 301 from the configured address to the one that has the feed.
    Moved,
    /// 500.
    Down,
}

/// How a feed decorates the address of an article that other feeds write plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variant {
    /// Not at all.
    Plain,
    /// With tracking parameters.
    Tracked,
    /// With the host of its mobile pages.
    Mobile,
    /// With a slash at the end.
    Slash,
    /// With http instead of https.
    Http,
}

/// The feeds, in the order of the demo's configuration.
const FILES: [(&str, &str); 16] = [
    ("kabar-nusantara", include_str!("../../../samples/kabar-nusantara.txt")),
    ("kabar-terkini", include_str!("../../../samples/kabar-terkini.txt")),
    ("simpul-berita", include_str!("../../../samples/simpul-berita.txt")),
    ("kilas-pagi", include_str!("../../../samples/kilas-pagi.txt")),
    ("khatulistiwa-nasional", include_str!("../../../samples/khatulistiwa-nasional.txt")),
    ("khatulistiwa-ekonomi", include_str!("../../../samples/khatulistiwa-ekonomi.txt")),
    ("pasar-rupiah", include_str!("../../../samples/pasar-rupiah.txt")),
    ("neraca-niaga", include_str!("../../../samples/neraca-niaga.txt")),
    ("bursa-nusa", include_str!("../../../samples/bursa-nusa.txt")),
    ("lapangan-hijau", include_str!("../../../samples/lapangan-hijau.txt")),
    ("gelora", include_str!("../../../samples/gelora.txt")),
    ("raket", include_str!("../../../samples/raket.txt")),
    ("meridian-post", include_str!("../../../samples/meridian-post.txt")),
    ("harbour-times", include_str!("../../../samples/harbour-times.txt")),
    ("island-review", include_str!("../../../samples/island-review.txt")),
    ("overseas-desk", include_str!("../../../samples/overseas-desk.txt")),
];

/// The agency's reports, which several outlets print under their own headlines.
const WIRE: &str = include_str!("../../../samples/wire.txt");

/// The pictures, by name: SVG.
const PICTURES: [(&str, &str); 10] = [
    ("sawah", include_str!("../../../samples/pictures/sawah.svg")),
    ("kota", include_str!("../../../samples/pictures/kota.svg")),
    ("laut", include_str!("../../../samples/pictures/laut.svg")),
    ("gunung", include_str!("../../../samples/pictures/gunung.svg")),
    ("pasar", include_str!("../../../samples/pictures/pasar.svg")),
    ("grafik", include_str!("../../../samples/pictures/grafik.svg")),
    ("stadion", include_str!("../../../samples/pictures/stadion.svg")),
    ("raket", include_str!("../../../samples/pictures/raket.svg")),
    ("pelabuhan", include_str!("../../../samples/pictures/pelabuhan.svg")),
    ("langit", include_str!("../../../samples/pictures/langit.svg")),
];

/// A picture's SVG by its name.
#[must_use]
pub fn picture(name: &str) -> Option<&'static str> {
    PICTURES.iter().find(|(known, _)| *known == name).map(|(_, svg)| *svg)
}

/// All sample feeds, in the order of the demo's configuration.
///
/// # Errors
/// A sentence that names the file and the line that cannot be understood; a test sees that there is none.
pub fn all() -> Result<Vec<SampleFeed>, String> {
    let wire = read("wire", WIRE)?.stories;
    let mut feeds: Vec<SampleFeed> = Vec::with_capacity(FILES.len());
    for (id, text) in FILES {
        let file = read(id, text)?;
        feeds.push(understand(id, file, &wire, &feeds)?);
    }
    Ok(feeds)
}

/// A file as written: keys of the head, and stories with their keys.
#[derive(Debug, Default)]
struct Written {
    head: Vec<(String, String)>,
    stories: Vec<WrittenStory>,
}

/// A story as written.
#[derive(Debug, Default)]
struct WrittenStory {
    title: String,
    keys: Vec<(String, String)>,
    paragraphs: Vec<String>,
}

/// Cuts a text into head and stories.
fn read(id: &str, text: &str) -> Result<Written, String> {
    let mut written = Written::default();
    let mut in_keys = true;
    for (index, line) in text.lines().map(str::trim).enumerate() {
        if let Some(title) = line.strip_prefix("## ") {
            written.stories.push(WrittenStory { title: title.to_owned(), ..WrittenStory::default() });
            in_keys = true;
        } else if line.is_empty() {
            in_keys = written.stories.is_empty();
        } else if in_keys {
            let (key, value) =
                line.split_once(": ").ok_or_else(|| format!("samples/{id}.txt:{}: no `key: value`", index + 1))?;
            let keys = written.stories.last_mut().map_or(&mut written.head, |story| &mut story.keys);
            keys.push((key.to_owned(), value.to_owned()));
        } else if let Some(story) = written.stories.last_mut() {
            story.paragraphs.push(line.to_owned());
        }
    }
    Ok(written)
}

/// The value of a key.
fn get<'a>(keys: &'a [(String, String)], key: &str) -> Option<&'a str> {
    keys.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}

/// The words of a list with commas between them.
fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty())
}

/// Makes a feed of its file. One that repeats another takes over its stories, numbers and pace.
fn understand(id: &str, file: Written, wire: &[WrittenStory], earlier: &[SampleFeed]) -> Result<SampleFeed, String> {
    let wrong = |what: &str| format!("samples/{id}.txt: {what}");
    let text = |key: &str| get(&file.head, key).map(str::to_owned).ok_or_else(|| wrong(&format!("`{key}` is missing")));
    let number = |key: &str| text(key)?.parse::<u64>().map_err(|_| wrong(&format!("`{key}` is no number")));
    let variants = get(&file.head, "variants").map_or(Ok(Vec::new()), |list| words(list).map(variant).collect());
    let original = get(&file.head, "repeats")
        .map(|other| earlier.iter().find(|feed| feed.id == other).ok_or_else(|| wrong("it repeats no earlier feed")));
    let feed = SampleFeed {
        id: id.to_owned(),
        title: text("title")?,
        about: text("about")?,
        host: text("host")?,
        section: text("section")?,
        language: text("language")?,
        shape: shape(&text("shape")?).map_err(|what| wrong(&what))?,
        answer: answer(get(&file.head, "answer")).map_err(|what| wrong(&what))?,
        variants: variants.map_err(|what: String| wrong(&what))?,
        link: String::new(),
        first: 0,
        stock: 0,
        pace: Duration::ZERO,
        every: None,
        stories: Vec::new(),
    };
    if let Some(original) = original.transpose()? {
        let SampleFeed { link, first, stock, pace, every, stories, .. } = original.clone();
        return Ok(SampleFeed { link, first, stock, pace, every, stories, ..feed });
    }
    let stories = file.stories.iter().map(|story| tell(story, wire).map_err(|what| wrong(&what)));
    Ok(SampleFeed {
        link: text("link")?,
        first: number("first")?,
        stock: usize::try_from(number("stock")?).map_err(|_| wrong("`stock` is too large"))?,
        pace: Duration::from_secs(60 * number("pace_minutes")?),
        every: Some(number("every_seconds")?).filter(|seconds| *seconds > 0).map(Duration::from_secs),
        stories: stories.collect::<Result<_, _>>()?,
        ..feed
    })
}

/// Makes a story, with the agency's text where it prints that.
fn tell(story: &WrittenStory, wire: &[WrittenStory]) -> Result<Story, String> {
    let report = match get(&story.keys, "wire") {
        Some(id) => Some(wire.iter().find(|report| report.title == id).ok_or_else(|| format!("no wire report {id}"))?),
        None => None,
    };
    let key = |key: &str| {
        get(&story.keys, key).or_else(|| report.and_then(|report| get(&report.keys, key))).map(str::to_owned)
    };
    let mut paragraphs = story.paragraphs.clone();
    paragraphs.extend(report.map(|report| report.paragraphs.clone()).unwrap_or_default());
    if paragraphs.is_empty() {
        return Err(format!("the story {:?} has no text", story.title));
    }
    Ok(Story {
        title: story.title.clone(),
        by: key("by"),
        tags: key("tags").map(|tags| words(&tags).map(str::to_owned).collect()).unwrap_or_default(),
        picture: key("picture"),
        caption: key("caption"),
        paragraphs,
    })
}

/// A shape by its name.
fn shape(name: &str) -> Result<Shape, String> {
    Ok(match name {
        "cdata-image" => Shape::CdataImage,
        "escaped-image" => Shape::EscapedImage,
        "media-content" => Shape::MediaContent,
        "media-typed" => Shape::MediaTyped,
        "node" => Shape::Node,
        "bare-ampersand" => Shape::BareAmpersand,
        "windows-1252" => Shape::Windows1252,
        "rdf" => Shape::Rdf,
        "atom-xhtml" => Shape::AtomXhtml,
        "atom-html" => Shape::AtomHtml,
        "json-feed" => Shape::JsonFeed,
        _ => return Err(format!("there is no shape {name:?}")),
    })
}

/// An answer by its name.
fn answer(name: Option<&str>) -> Result<Answer, String> {
    match name {
        None => Ok(Answer::Feed),
        Some("moved") => Ok(Answer::Moved),
        Some("down") => Ok(Answer::Down),
        Some(other) => Err(format!("there is no answer {other:?}")),
    }
}

/// A variant by its name.
fn variant(name: &str) -> Result<Variant, String> {
    match name {
        "plain" => Ok(Variant::Plain),
        "tracked" => Ok(Variant::Tracked),
        "mobile" => Ok(Variant::Mobile),
        "slash" => Ok(Variant::Slash),
        "http" => Ok(Variant::Http),
        other => Err(format!("there is no variant {other:?}")),
    }
}
