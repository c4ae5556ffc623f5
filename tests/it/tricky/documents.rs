//! Documents of made items, in the formats and with the habits of real feeds: escaped once, twice, or in CDATA.

use std::fmt::Write as _;

use chrono::{DateTime, Duration, FixedOffset, Utc};
use serde_json::json;

use super::tables::{CONTENTS, DATES, FILES, IDS, LANGUAGES, LINKS, PEOPLE, QUIBBLES, TITLES};

/// One in so many items has no link but a file.
const LINKLESS_EVERY: usize = 700;
/// Where relative addresses start.
const BASE: &str = "https://kabar.example/";

/// One made item.
pub(super) struct Made {
    n: usize,
    pub(super) title: String,
    pub(super) id: String,
    pub(super) link: String,
    content: String,
    language: Option<&'static str>,
    date: Option<DateTime<FixedOffset>>,
    files: Vec<(String, &'static str, &'static str)>,
    people: Vec<&'static str>,
}

/// The `n`th item of the run that has this seed: the tables, mixed; without what is right but draws a remark of the W3C's
/// validator where that is to be run.
pub(super) fn item(seed: u64, n: usize, now: DateTime<Utc>, quibbles: bool) -> Made {
    let mut dice = Dice(seed ^ (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut link = dice.text(LINKS, n);
    let mut id = dice.text(&IDS[..IDS.len() - if quibbles { 0 } else { QUIBBLES }], n);
    let title = dice.text(TITLES, n);
    if !quibbles && title.contains('<') {
        // Validators of sitemaps take a title that speaks of markup for one that holds it.
        link = format!("https://lain.example/{n}");
    }
    let mut files: Vec<_> = (0..dice.below(4)).map(|_| dice.pick(FILES)).collect();
    files.dedup();
    if n % LINKLESS_EVERY == 77 && !id.is_empty() {
        // What has neither a link nor a file leads nowhere, which is no item for a reader.
        link.clear();
        files.insert(0, FILES[0]);
    }
    if id.starts_with("https://kabar.example/berita/") && !link.is_empty() {
        // Two items of one feed would be one if the id of one were the address of the other.
        id = format!("https://kabar.example/berita/{n}");
    }
    Made {
        n,
        title,
        id,
        link,
        content: dice.text(CONTENTS, n),
        language: dice.pick(LANGUAGES),
        date: dice.pick(DATES).map(|(minutes, east)| {
            let moment = now - Duration::minutes(minutes) - Duration::seconds(i64::try_from(n % 60).unwrap());
            moment.with_timezone(&FixedOffset::east_opt(east * 60).unwrap())
        }),
        files: files.into_iter().map(|(url, kind, length)| (numbered(url, n), kind, length)).collect(),
        people: (0..dice.below(3)).map(|_| dice.pick(PEOPLE)).collect(),
    }
}

/// A document of these items with the media type that it is sent as. `at` chooses format and habits.
pub(super) fn document(at: usize, items: &[Made]) -> (&'static str, String) {
    let habit = Habit::ALL[at / 4 % Habit::ALL.len()];
    let title = TITLES[at % TITLES.len()].replace("{n}", "kabar");
    // It stands in for the title of an item that has nothing else, and there it is one.
    let title = if title.is_empty() || title.contains('<') { "Kabar" } else { &title };
    match at % 4 {
        0 | 3 => ("application/rss+xml", rss(title, habit, items)),
        1 => ("application/atom+xml", atom(title, habit, items)),
        _ => ("application/feed+json", json_feed(title, items)),
    }
}

impl Made {
    /// Address and title under which it is to be published; nothing of what has no link or no title.
    pub(super) fn told(&self) -> Option<(String, String)> {
        let url = url::Url::parse(BASE).unwrap().join(&self.link).unwrap().to_string();
        let legal = |c: &char| !matches!(c, '\0'..='\x08' | '\x0e'..='\x1f' | '\u{feff}');
        let title = self.title.chars().filter(legal).collect::<String>();
        let title = title
            .split([' ', '\n', '\t', '\x0b', '\x0c'])
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        (!self.link.is_empty() && !title.is_empty()).then_some((url, title))
    }
}

/// How a feed writes markup into XML.
#[derive(Clone, Copy, PartialEq)]
enum Habit {
    /// HTML, escaped.
    Escaped,
    /// HTML in CDATA.
    Cdata,
    /// Titles too are HTML: their plain text is escaped twice.
    Twice,
}

impl Habit {
    const ALL: [Self; 3] = [Self::Escaped, Self::Cdata, Self::Twice];

    /// Plain text in an element of plain text.
    fn plain(self, text: &str) -> String {
        match self {
            Self::Escaped => escape(text),
            Self::Cdata => cdata(&escape(text)),
            Self::Twice => escape(&escape(text)),
        }
    }

    /// HTML in an element that may hold it.
    fn html(self, html: &str) -> String {
        match self {
            Self::Cdata => cdata(html),
            _ => escape(html),
        }
    }
}

fn rss(title: &str, habit: Habit, items: &[Made]) -> String {
    let mut text = format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\" xml:base=\"{BASE}\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:media=\"http://search.yahoo.com/mrss/\"><channel>\
         <title>{}</title><link>https://kabar.example/</link><description/>",
        habit.plain(title)
    );
    for item in items {
        let permanent = item.id == item.link;
        write!(text, "<item><title>{}</title>", habit.plain(&item.title)).unwrap();
        element(&mut text, "link", &item.link);
        if !item.id.is_empty() {
            write!(text, "<guid isPermaLink=\"{permanent}\">{}</guid>", escape(&item.id)).unwrap();
        }
        element(&mut text, "pubDate", &item.date.map(|date| date.to_rfc2822()).unwrap_or_default());
        element(&mut text, "dc:language", item.language.unwrap_or_default());
        item.people.iter().for_each(|name| element(&mut text, "dc:creator", name));
        match item.n % 3 {
            0 => write!(text, "<description>{}</description>", habit.html(&item.content)),
            1 => write!(text, "<content:encoded>{}</content:encoded>", habit.html(&item.content)),
            _ => write!(
                text,
                "<description>Ringkasan {} &amp;amp; lain</description><content:encoded>{}</content:encoded>",
                item.n,
                habit.html(&item.content)
            ),
        }
        .unwrap();
        for (at, (url, kind, length)) in item.files.iter().enumerate() {
            let url = escape(url);
            match at % 2 {
                0 => write!(text, "<enclosure url=\"{url}\" type=\"{kind}\" length=\"{length}\"/>"),
                _ => write!(text, "<media:content url=\"{url}\" type=\"{kind}\" fileSize=\"{length}\"/>"),
            }
            .unwrap();
        }
        text.push_str("</item>");
    }
    text + "</channel></rss>"
}

fn atom(title: &str, habit: Habit, items: &[Made]) -> String {
    let mut text = format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"{BASE}\"><title>{}</title>\
         <id>https://kabar.example/</id><updated>2026-11-24T00:00:00Z</updated>",
        escape(title)
    );
    for item in items {
        let language = item.language.map(|tag| format!(" xml:lang=\"{tag}\"")).unwrap_or_default();
        let (kind, title) = match habit {
            Habit::Escaped => ("text", escape(&item.title)),
            Habit::Cdata => ("html", cdata(&escape(&item.title))),
            Habit::Twice => ("html", escape(&escape(&item.title))),
        };
        write!(text, "<entry{language}><title type=\"{kind}\">{title}</title>").unwrap();
        element(&mut text, "id", &item.id);
        if !item.link.is_empty() {
            write!(text, "<link href=\"{}\"/>", escape(&item.link)).unwrap();
        }
        let date = item.date.map(|date| date.to_rfc3339()).unwrap_or_default();
        element(&mut text, "published", &date);
        element(&mut text, "updated", &date);
        for name in &item.people {
            write!(text, "<author><name>{}</name></author>", escape(name)).unwrap();
        }
        write!(text, "<content type=\"html\">{}</content>", habit.html(&item.content)).unwrap();
        for (url, kind, length) in &item.files {
            let url = escape(url);
            write!(text, "<link rel=\"enclosure\" href=\"{url}\" type=\"{kind}\" length=\"{length}\"/>").unwrap();
        }
        text.push_str("</entry>");
    }
    text + "</feed>"
}

fn json_feed(title: &str, items: &[Made]) -> String {
    let items = items.iter().map(|item| {
        let files = item.files.iter().map(
            |(url, kind, length)| json!({"url": absolute(url), "mime_type": kind, "size_in_bytes": length.parse::<i64>().ok()}),
        );
        json!({
            "id": if item.id.is_empty() { absolute(&item.link) } else { item.id.clone() },
            "url": Some(absolute(&item.link)).filter(|link| link != BASE),
            "title": item.title,
            "content_html": item.content.replace("=\"/", &format!("=\"{BASE}")).replace(", /", &format!(", {BASE}")),
            "language": item.language,
            "date_published": item.date.map(|date| date.to_rfc3339()),
            "authors": item.people.iter().map(|name| json!({"name": name})).collect::<Vec<_>>(),
            "attachments": files.collect::<Vec<_>>(),
        })
    });
    json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": title,
        "home_page_url": "https://kabar.example/",
        "items": items.collect::<Vec<_>>(),
    })
    .to_string()
}

/// JSON Feed knows no base.
fn absolute(address: &str) -> String {
    url::Url::parse(BASE).unwrap().join(address).unwrap().to_string()
}

fn element(text: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        write!(text, "<{name}>{}</{name}>", escape(value)).unwrap();
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn cdata(text: &str) -> String {
    format!("<![CDATA[{}]]>", text.replace("]]>", "]]]]><![CDATA[>"))
}

/// `{n}` becomes the number, `{n:012}` the number in twelve digits.
fn numbered(text: &str, n: usize) -> String {
    text.replace("{n}", &n.to_string()).replace("{n:012}", &format!("{n:012}"))
}

/// Throws the same each time (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn pick<T: Copy>(&mut self, table: &[T]) -> T {
        table[self.below(table.len())]
    }

    fn text(&mut self, table: &[&str], n: usize) -> String {
        numbered(self.pick(table), n)
    }
}
