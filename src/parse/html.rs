//! An HTML page as a source of items, by the selectors that its operator wrote: a page in, what its list said out.
//!
//! A selector that finds nothing is never a feed without items: the page was rebuilt, and somebody must know.

use std::collections::HashMap;

use url::Url;

use super::context::{checked_address, fill};
use super::repairs::{Repairs, quoted};
use super::{NotAFeed, Policy, detect};
use crate::model::{
    Format, MAX_HUBS, MAX_ITEMS, MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, ParsedFeed, ParsedItem, RepairKind, Select, Text,
    TextKind, Timestamp, WebLink,
};
use crate::notation::date;
use crate::notation::page::{Element, Page, Selector};

/// The longest character in bytes of UTF-8.
const WIDEST: usize = 4;
/// Where lazy pages keep a picture's address until somebody looks.
const LAZY: [&str; 3] = ["data-src", "data-original", "data-lazy-src"];

/// Reads the page's list.
///
/// # Errors
/// [`NotAFeed`] where the selectors find no item, or the page costs too much to look.
pub(super) fn read(
    text: &str,
    url: Option<&Url>,
    select: &Select,
    policy: &Policy,
    repairs: &mut Repairs,
) -> Result<ParsedFeed, NotAFeed> {
    let selectors = Selectors::compile(select)?;
    let page =
        Page::read(text).map_err(|why| detect::refused(format!("an HTML page that select cannot read: {why}")))?;
    let root = page.root();
    let found = root.all(&selectors.item.compiled);
    if found.is_empty() {
        return Err(detect::refused(format!("an HTML page on which {} matches nothing", selectors.item)));
    }
    let base = one(root, "base[href]").and_then(|base| base.attribute("href"));
    let base = base.and_then(|base| Url::options().base_url(url).parse(&base).ok()).or_else(|| url.cloned());
    let mut reader = Reader { base, policy, repairs, selectors: &selectors, matched: [false; 4] };
    let mut feed = ParsedFeed::new(Format::Html);
    reader.head(root, url, &mut feed);
    reader.items(&found, &mut feed);
    if feed.items.is_empty() {
        let (item, count) = (&selectors.item, found.len());
        let reason = format!("an HTML page on which {item} matches {count} times, never with {} in it", selectors.link);
        return Err(detect::refused(reason));
    }
    reader.tell_what_never_matched();
    Ok(feed)
}

/// One selector with its key.
struct Named {
    key: &'static str,
    text: String,
    compiled: Selector,
}

impl std::fmt::Display for Named {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "select.{} {}", self.key, quoted(&self.text))
    }
}

struct Selectors {
    item: Named,
    link: Named,
    date: Named,
    title: Option<Named>,
    summary: Option<Named>,
    image: Option<Named>,
}

impl Selectors {
    fn compile(select: &Select) -> Result<Self, NotAFeed> {
        let named = |key: &'static str, text: &str| match Selector::parse(text) {
            Ok(compiled) => Ok(Named { key, text: text.to_owned(), compiled }),
            Err(wrong) => Err(detect::refused(format!("select.{key} {} {wrong}", quoted(text)))),
        };
        let told = |key, text: &Option<String>| text.as_ref().map(|text| named(key, text)).transpose();
        Ok(Self {
            item: named("item", &select.item)?,
            link: named("link", select.link.as_deref().unwrap_or("a[href]"))?,
            date: named("date", select.date.as_deref().unwrap_or("time[datetime]"))?,
            title: told("title", &select.title)?,
            summary: told("summary", &select.summary)?,
            image: told("image", &select.image)?,
        })
    }
}

/// The selectors that may match in one item and not in the next.
#[derive(Clone, Copy)]
enum Part {
    Date,
    Title,
    Summary,
    Image,
}

struct Reader<'a> {
    base: Option<Url>,
    policy: &'a Policy,
    repairs: &'a mut Repairs,
    selectors: &'a Selectors,
    /// The parts that some item had.
    matched: [bool; 4],
}

impl Reader<'_> {
    /// What the page says of itself.
    fn head(&mut self, root: Element<'_>, url: Option<&Url>, feed: &mut ParsedFeed) {
        let attribute = |selector: &str, name: &str| one(root, selector).and_then(|found| found.attribute(name));
        feed.title = one(root, "head title").and_then(|title| self.line(title, MAX_TITLE_CHARS));
        let about = attribute("meta[name=description i][content]", "content");
        feed.description = about.map(|about| self.text(about));
        feed.language = attribute("html[lang]", "lang");
        feed.home_page_url = url.map(Url::to_string);
        // Where the page is pushed from (WebSub 4).
        feed.feed_url = attribute("head link[rel~=self i][href]", "href").and_then(|own| self.address(&own));
        let hubs = Selector::parse("head link[rel~=hub i][href]").map(|hubs| root.all(&hubs)).unwrap_or_default();
        let hubs = hubs.iter().take(MAX_HUBS).filter_map(|hub| self.address(&hub.attribute("href")?));
        feed.links = hubs.map(|href| WebLink { rel: "hub".to_owned(), href, ..WebLink::default() }).collect();
        feed.icon = attribute("link[rel~=icon i][href]", "href").and_then(|icon| self.address(&icon));
    }

    /// The items, each article once: a page shows its lead in several places.
    fn items(&mut self, found: &[Element<'_>], feed: &mut ParsedFeed) {
        let mut known: HashMap<String, usize> = HashMap::new();
        let mut without_link = 0_usize;
        for element in found {
            let Some(url) = self.link(*element) else {
                without_link += 1;
                continue;
            };
            let again = known.get(&url).copied();
            if again.is_none() && feed.items.len() == MAX_ITEMS {
                feed.items_left_out += 1;
                continue;
            }
            let item = self.item(*element, url.clone());
            match again.and_then(|at| feed.items.get_mut(at)) {
                Some(first) => complete(first, item),
                None => {
                    known.insert(url, feed.items.len());
                    feed.items.push(item);
                }
            }
        }
        if without_link > 0 {
            let link = &self.selectors.link;
            self.repairs.note(RepairKind::Structure, format!("{without_link} items without {link} were left out"));
        }
        if feed.items_left_out > 0 {
            let more = feed.items_left_out;
            self.repairs.note(RepairKind::Limit, format!("{more} items beyond the first {MAX_ITEMS} were left out"));
        }
    }

    fn item(&mut self, element: Element<'_>, url: String) -> ParsedItem {
        let selectors = self.selectors;
        let title = match &selectors.title {
            Some(title) => self.part(element, title, Part::Title).map(|found| found.text(MAX_TITLE_CHARS * WIDEST)),
            None => self.link_text(element, &url),
        };
        let summary = selectors.summary.as_ref().and_then(|named| self.part(element, named, Part::Summary));
        let date = self.part(element, &selectors.date, Part::Date);
        let image = selectors.image.as_ref().and_then(|named| self.part(element, named, Part::Image));
        ParsedItem {
            title: title.filter(|title| !title.is_empty()).map(|title| self.text(title)),
            summary: summary.and_then(|summary| self.line(summary, MAX_SUMMARY_CHARS)),
            date_published: date.and_then(|date| self.date(date)),
            image: image.and_then(|image| self.image(image)),
            url: Some(url),
            ..ParsedItem::default()
        }
    }

    fn part<'e>(&mut self, element: Element<'e>, named: &Named, part: Part) -> Option<Element<'e>> {
        let found = element.first(&named.compiled);
        self.matched[part as usize] |= found.is_some();
        found
    }

    /// The article's address; a link to the page itself leads nowhere.
    fn link(&mut self, element: Element<'_>) -> Option<String> {
        let href = element.first(&self.selectors.link.compiled)?.attribute("href")?;
        if href.starts_with('#') { None } else { self.address(&href) }
    }

    /// The words of the first link to the article that has some: the one before it often is a picture.
    fn link_text(&mut self, element: Element<'_>, url: &str) -> Option<String> {
        let mut links = element.all(&self.selectors.link.compiled);
        links.extend(element.first(&self.selectors.link.compiled));
        let leads = |link: &Element<'_>| {
            let href = link.attribute("href").unwrap_or_default();
            self.resolved(&href) == url
        };
        let links: Vec<Element<'_>> = links.into_iter().filter(leads).collect();
        let words = links.iter().map(|link| link.text(MAX_TITLE_CHARS * WIDEST)).find(|text| !text.is_empty());
        words.or_else(|| links.iter().find_map(|link| link.attribute("aria-label").or_else(|| link.attribute("title"))))
    }

    /// A date by the attribute that is made for it, else by its text.
    fn date(&mut self, element: Element<'_>) -> Option<Timestamp> {
        let inner = one(element, "time[datetime]").and_then(|time| time.attribute("datetime"));
        let told = element.attribute("datetime").or(inner).or_else(|| element.attribute("content"));
        let text = told.unwrap_or_else(|| element.text(MAX_TITLE_CHARS));
        let read = date::parse(&text, self.policy.timezone);
        if read.is_none() && !text.is_empty() {
            let detail = format!("select.date: {} is no date that can be read", quoted(&text));
            self.repairs.note(RepairKind::Date, detail);
        }
        read
    }

    fn image(&mut self, element: Element<'_>) -> Option<String> {
        let picture = one(element, "img").unwrap_or(element);
        let lazy = LAZY.iter().find_map(|name| picture.attribute(name));
        let plain = || picture.attribute("src").filter(|src| !src.starts_with("data:"));
        let of_several = || picture.attribute("srcset").or_else(|| picture.attribute("data-srcset"));
        let first = || of_several()?.split([',', ' ']).find(|part| !part.is_empty()).map(str::to_owned);
        let address = lazy.or_else(plain).or_else(first).or_else(|| picture.attribute("content"))?;
        self.address(&address)
    }

    fn resolved(&self, text: &str) -> String {
        let text: String = text.chars().filter(|c| !matches!(c, '\n' | '\r' | '\t')).collect();
        Url::options().base_url(self.base.as_ref()).parse(&text).map_or(text, String::from)
    }

    fn address(&mut self, text: &str) -> Option<String> {
        checked_address(self.resolved(text), self.repairs)
    }

    fn text(&self, value: String) -> Text {
        Text { value, kind: TextKind::Plain, base: None, language: None }
    }

    fn line(&self, element: Element<'_>, chars: usize) -> Option<Text> {
        Some(element.text(chars * WIDEST)).filter(|text| !text.is_empty()).map(|text| self.text(text))
    }

    /// Selectors that somebody wrote and that found nothing in any item.
    fn tell_what_never_matched(&mut self) {
        let Selectors { title, summary, image, .. } = self.selectors;
        for (named, part) in [(title, Part::Title), (summary, Part::Summary), (image, Part::Image)] {
            if let Some(named) = named.as_ref().filter(|_| !self.matched[part as usize]) {
                self.repairs.note(RepairKind::Structure, format!("{named} matches nothing in any item"));
            }
        }
    }
}

/// What another place of the page tells of the same article.
fn complete(first: &mut ParsedItem, again: ParsedItem) {
    fill(&mut first.title, again.title);
    fill(&mut first.summary, again.summary);
    fill(&mut first.date_published, again.date_published);
    fill(&mut first.image, again.image);
}

/// The first match of a selector of our own.
fn one<'a>(element: Element<'a>, selector: &str) -> Option<Element<'a>> {
    Selector::parse(selector).ok().and_then(|selector| element.first(&selector))
}

#[cfg(test)]
mod tests;
