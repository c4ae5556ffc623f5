//! What a page tells of its article but for the text: each value by the first that tells it.

use url::Url;

use super::linked_data::LinkedData;
use super::meta::{self, Meta};
use super::visible::{self, Seen};
use super::{Policy, caption, names, title, words};
use crate::model::{MAX_PEOPLE_AND_TAGS, ParsedItem, ParsedPicture, Person, Text, TextKind, Timestamp};
use crate::notation::address::absolute;
use crate::notation::date;
use crate::notation::domain::registrable_domain;
use crate::notation::page::{Page, Piece};

/// Where pages keep the day of an article, the better place first.
const PUBLISHED: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "datepublished",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "published-date",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
    "content_publisheddate",
    "content_publishdate",
];
/// The same of its last change.
const MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "lastmod",
    "last-modified",
    "dcterms.modified",
];
/// And of who wrote and edited it.
const AUTHOR: &[&str] =
    &["author", "article:author", "content_author", "parsely-author", "dc.creator", "twitter:creator"];
const EDITOR: &[&str] = &["editor", "content_editor", "article:editor"];
/// Elements that hold the name of a writer.
const BYLINES: &[&str] = &[
    "[rel~=author]",
    "[itemprop=author]",
    "[class*=byline]",
    "[class*=penulis]",
    "[class*=reporter]",
    "[class*=author]",
];
/// Bytes of the longest byline.
const MAX_BYLINE: usize = 200;

/// What was found.
pub(super) struct Found {
    pub(super) item: ParsedItem,
    /// To whom the page belongs; empty where its address is unknown.
    pub(super) site: String,
    pub(super) known: Known,
}

/// What stands in the item already and is no part of the text.
#[derive(Default)]
pub(super) struct Known {
    /// Lines, folded.
    pub(super) lines: Vec<String>,
    /// The lead picture as the page writes it.
    pub(super) picture: Option<String>,
}

/// Gathers all that a page tells.
pub(super) fn gather(page: &Page, address: Option<&Url>, policy: Policy) -> Found {
    let (linked, meta, pieces) = (LinkedData::of(page), Meta::of(page), page.outline());
    let base = meta.base.as_deref().and_then(|base| absolute(base, address)).or_else(|| address.cloned());
    let url = address_of(&meta, address, base.as_ref());
    let site = url.as_ref().or(address).and_then(Url::host_str).map(registrable_domain).unwrap_or_default().to_owned();
    let sites = site_names(&linked, &meta, &site);
    let heading = heading(&pieces);
    let told = [linked.text("headline"), told(&meta, &["og:title", "twitter:title"]), meta.title.clone()];
    let headline = title::headline(&told, heading.as_deref(), &sites);
    let at = headline.as_deref().map_or(0, |title| visible::headline(&pieces, title));
    let seen = visible::see(&pieces, at, policy.timezone);
    let image = linked_or(&linked, "image", &meta, &["og:image", "og:image:url", "twitter:image", "twitter:image:src"]);
    let lead = caption::lead(&pieces, image.as_deref(), at);
    let credit = lead.caption.and_then(caption::credit);
    let known = Known {
        lines: known_lines(headline.as_deref(), &seen, lead.caption),
        picture: lead.address.map(str::to_owned).or_else(|| image.clone()),
    };
    let resolve = |address: &str| absolute(address, base.as_ref()).map_or_else(|| address.to_owned(), String::from);
    let when =
        |key: &str, names: &[&str]| day(linked.text(key).as_deref(), policy).or_else(|| day(meta.first(names), policy));
    let picture = image.as_deref().or(lead.address).map(resolve);
    let alt = lead.caption.or(lead.alt).map(str::to_owned);
    let item = ParsedItem {
        id: url.as_ref().map(Url::to_string),
        date_published: when("datePublished", PUBLISHED).or_else(|| by_element(page, policy)).or(seen.published),
        date_modified: when("dateModified", MODIFIED).or(seen.modified),
        authors: authors(page, &linked, &meta, &seen, &sites),
        contributors: editors(&linked, &meta, seen.editors),
        tags: tags(&linked, &meta),
        language: linked.text("inLanguage").or(meta.language.clone()).or_else(|| told_language(&meta)),
        summary: linked_or(&linked, "description", &meta, &["og:description", "description"]).map(text),
        picture: picture.as_ref().map(|_| ParsedPicture { alt, credit, ..ParsedPicture::default() }),
        image: picture,
        title: headline.map(text),
        url: url.map(String::from),
        ..ParsedItem::default()
    };
    Found { item, site, known }
}

fn told(meta: &Meta, names: &[&str]) -> Option<String> {
    meta.first(names).map(str::to_owned)
}

fn linked_or(linked: &LinkedData, key: &str, meta: &Meta, names: &[&str]) -> Option<String> {
    linked.address(key).or_else(|| told(meta, names))
}

fn text(value: String) -> Text {
    Text { value, kind: TextKind::Unknown, base: None, language: None }
}

/// The canonical address, else that of Open Graph, where it is of the same site; else the one that was asked.
fn address_of(meta: &Meta, asked: Option<&Url>, base: Option<&Url>) -> Option<Url> {
    let domain = |url: &Url| url.host_str().map(|host| registrable_domain(host).to_owned());
    let told = [meta.canonical.as_deref(), meta.first(&["og:url"])];
    let mut told = told.into_iter().flatten().filter_map(|address| absolute(address, base));
    told.find(|url| matches!(url.scheme(), "http" | "https") && asked.is_none_or(|asked| domain(asked) == domain(url)))
        .or_else(|| asked.cloned())
}

/// What the site may be called in a title or be named as its author.
fn site_names(linked: &LinkedData, meta: &Meta, site: &str) -> Vec<String> {
    let label = site.split('.').next().unwrap_or_default();
    let told = [linked.name("publisher"), told(meta, &["og:site_name"]), told(meta, &["application-name"])];
    told.into_iter().flatten().chain([site.to_owned(), label.to_owned()]).filter(|name| !name.is_empty()).collect()
}

/// The first `h1` that is no link.
fn heading(pieces: &[Piece]) -> Option<String> {
    let mut lines = pieces.iter().filter_map(visible::line);
    lines.find(|line| line.is_title && line.linked == 0).map(|line| line.text.clone())
}

fn known_lines(title: Option<&str>, seen: &Seen, caption: Option<&str>) -> Vec<String> {
    let seen = seen.lines.iter().map(String::as_str);
    title.into_iter().chain(caption).chain(seen).map(words::folded).collect()
}

fn day(told: Option<&str>, policy: Policy) -> Option<Timestamp> {
    date::parse(told?, policy.timezone)
}

/// A day that an element is made for.
fn by_element(page: &Page, policy: Policy) -> Option<Timestamp> {
    let found = meta::all(page.root(), "[itemprop=datePublished], article time[datetime]");
    let first = found.first()?;
    day(first.attribute("content").or_else(|| first.attribute("datetime")).as_deref(), policy)
}

fn authors(page: &Page, linked: &LinkedData, meta: &Meta, seen: &Seen, sites: &[String]) -> Vec<Person> {
    let is_site = |name: &str| sites.iter().any(|site| words::core(site) == words::core(name));
    let someone = |person: &Person| {
        let name = person.name.as_deref().unwrap_or_default();
        !is_site(name) && !name.starts_with("http") && !name.starts_with('@')
    };
    let linked: Vec<Person> = linked.people("author").into_iter().flat_map(apart).filter(someone).collect();
    if !linked.is_empty() {
        return linked;
    }
    let named = |name: String| names::person(&name, None);
    let told = AUTHOR.iter().flat_map(|name| meta.all(name)).find_map(|byline| {
        let people: Vec<Person> = names::split(byline).into_iter().map(named).filter(someone).collect();
        (!people.is_empty()).then_some(people)
    });
    let by_class = || {
        BYLINES.iter().flat_map(|selector| meta::all(page.root(), selector)).take(MAX_PEOPLE_AND_TAGS).find_map(
            |element| {
                let line = element.text(MAX_BYLINE);
                let people: Vec<Person> = visible::people(&line).into_iter().map(named).filter(someone).collect();
                (!people.is_empty()).then_some(people)
            },
        )
    };
    let seen = || {
        Some(seen.writers.iter().cloned().map(named).filter(someone).collect()).filter(|list: &Vec<_>| !list.is_empty())
    };
    told.or_else(by_class).or_else(seen).unwrap_or_default()
}

/// Several names in one are several people; whoever has a page of their own is one.
fn apart(person: Person) -> Vec<Person> {
    let name = person.name.clone().unwrap_or_default();
    let names = names::split(&name);
    if person.url.is_some() || names.len() < 2 || !names.iter().all(|name| names::is_name(name)) {
        return vec![person];
    }
    names.into_iter().map(|name| names::person(&name, None)).collect()
}

fn editors(linked: &LinkedData, meta: &Meta, seen: Vec<String>) -> Vec<Person> {
    let role = Some("editor");
    let mut found = linked.people("editor");
    if found.is_empty() {
        let told = meta.first(EDITOR).map(names::split).unwrap_or_default();
        let told = if told.is_empty() { seen } else { told };
        found = told.iter().map(|name| names::person(name, role)).collect();
    }
    found.into_iter().map(|person| Person { role: role.map(str::to_owned), ..person }).collect()
}

/// The section, then key words.
fn tags(linked: &LinkedData, meta: &Meta) -> Vec<String> {
    let mut tags = linked.words("articleSection");
    tags.extend(meta.first(&["article:section"]).map(str::to_owned));
    let mut words = linked.words("keywords");
    words.extend(meta.all("article:tag").into_iter().map(str::to_owned));
    words.extend(meta.first(&["news_keywords", "keywords"]).map(str::to_owned));
    tags.extend(words.iter().flat_map(|list| list.split([',', ';'])).map(|word| word.trim().to_owned()));
    let mut seen: Vec<String> = Vec::new();
    tags.retain(|tag| {
        let folded = words::folded(tag);
        let is_new = !folded.is_empty() && !seen.contains(&folded) && seen.len() < MAX_PEOPLE_AND_TAGS;
        if is_new {
            seen.push(folded);
        }
        is_new
    });
    tags
}

fn told_language(meta: &Meta) -> Option<String> {
    told(meta, &["og:locale", "content-language", "language"])
}
