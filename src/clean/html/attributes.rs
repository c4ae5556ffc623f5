//! The attributes of one element in, those that may be published out: addresses absolute, lazy pictures made plain
//! ones, pixels that only count readers left out, videos of known hosts turned into links.

use std::borrow::Cow;

use url::Url;

use super::policy::{EVERYWHERE, Element, SCHEMES};
use super::tokens::Attributes;
use crate::clean::address;
use crate::clean::text::is_unwanted;
use crate::model::MAX_SRCSET_CANDIDATES;

/// Where lazy loaders keep the address of the picture, best first.
const LAZY_SOURCES: &[&str] = &["data-src", "data-original", "data-lazy-src", "data-lazy", "src"];
/// Where lazy loaders keep the set of addresses.
const LAZY_SETS: &[&str] = &["data-srcset", "data-lazy-srcset", "srcset"];

/// An attribute that may be published.
pub(super) type Publishable<'a> = (&'static str, Cow<'a, str>);

/// A picture that a fragment shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    /// Its address.
    pub(crate) url: Url,
    /// Pixels.
    pub(crate) width: Option<u32>,
    /// Pixels.
    pub(crate) height: Option<u32>,
    /// What it shows.
    pub(crate) alt: Option<String>,
}

/// The attributes of `element` that may be published, in the order in which they are written. `None` where the
/// element lost the address without which it is nothing.
pub(super) fn publishable<'a>(
    element: &Element,
    given: Attributes<'a>,
    base: Option<&Url>,
) -> Option<Vec<Publishable<'a>>> {
    let mut kept = Vec::new();
    for name in element.attributes.iter().chain(EVERYWHERE) {
        let value = match (element.name, *name) {
            ("img", "loading") => Some(Cow::Borrowed("lazy")),
            ("img", "referrerpolicy") => Some(Cow::Borrowed("no-referrer")),
            ("img", "src") => owned(LAZY_SOURCES.iter().find_map(|source| resource(given.get(source)?, base))),
            ("img" | "source", "srcset") => owned(LAZY_SETS.iter().find_map(|set| candidates(given.get(set)?, base))),
            (_, "href") => owned(given.get("href").and_then(|href| link(href, base))),
            (_, "src" | "poster" | "cite") => owned(given.get(name).and_then(|address| resource(address, base))),
            (_, "class") => owned(given.get("class").and_then(code_language)),
            (_, "dir") => owned(given.get("dir").and_then(direction)),
            _ => given.get(name).map(Cow::Borrowed),
        };
        kept.extend(value.map(|value| (*name, value)));
    }
    let has = |name: &str| kept.iter().any(|(kept, _)| *kept == name);
    let told = |names: &[&str]| names.iter().any(|name| given.get(name).is_some());
    // What never had an address is odd but harmless.
    let is_emptied = match element.name {
        "a" => !has("href") && told(&["href", "name"]),
        "img" => !has("src") && !has("srcset") && (told(LAZY_SOURCES) || told(LAZY_SETS)),
        "source" => !has("src") && !has("srcset") && told(&["src", "srcset"]),
        "track" => !has("src") && told(&["src"]),
        _ => false,
    };
    (!is_emptied).then_some(kept)
}

fn owned<'a>(value: Option<String>) -> Option<Cow<'a, str>> {
    value.map(Cow::Owned)
}

/// True for pictures that nobody is meant to see: a pixel wide or high, or hidden.
pub(super) fn is_pixel(given: Attributes<'_>) -> bool {
    let tiny = |name: &str| given.get(name).and_then(pixels).is_some_and(|size| size <= 1);
    let style = given.get("style").unwrap_or_default().to_ascii_lowercase().replace(' ', "");
    let styled = |property: &str| {
        style.split(';').any(|rule| {
            rule.strip_prefix(property).and_then(|rest| rest.strip_prefix(':')).is_some_and(|value| {
                matches!(value, "0" | "0px" | "1px") || property == "display" && value.starts_with("none")
            })
        })
    };
    tiny("width") || tiny("height") || styled("width") || styled("height") || styled("display")
}

/// The picture of an `img` whose attributes were found publishable.
pub(super) fn shown(attributes: &[Publishable<'_>]) -> Option<Shown> {
    let get = |name: &str| attributes.iter().find(|(kept, _)| *kept == name).map(|(_, value)| &**value);
    Some(Shown {
        url: Url::parse(get("src")?).ok()?,
        width: get("width").and_then(pixels),
        height: get("height").and_then(pixels),
        alt: get("alt").map(str::to_owned).filter(|alt| !alt.trim().is_empty()),
    })
}

/// The page of a video that a frame of a known host shows, with what to call it. Other frames lead nowhere.
pub(super) fn framed_video(given: Attributes<'_>, base: Option<&Url>) -> Option<(String, String)> {
    let frame = ["data-src", "src"].iter().find_map(|name| address::resolve(given.get(name)?, base))?;
    let id = |prefix: &str| {
        let id = frame.path().strip_prefix(prefix)?.split('/').next()?;
        (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')))
            .then(|| id.to_owned())
    };
    let (page, host) = match frame.host_str()?.trim_start_matches("www.") {
        "youtube.com" | "youtube-nocookie.com" => {
            (format!("https://www.youtube.com/watch?v={}", id("/embed/")?), "YouTube")
        }
        "player.vimeo.com" => (format!("https://vimeo.com/{}", id("/video/")?), "Vimeo"),
        "dailymotion.com" => (format!("https://www.dailymotion.com/video/{}", id("/embed/video/")?), "Dailymotion"),
        _ => return None,
    };
    let title = given.get("title").map(str::trim).filter(|title| !title.is_empty());
    Some((page, title.map_or_else(|| format!("Video: {host}"), |title| format!("Video: {title}"))))
}

/// The part of a `class` that tells a programming language.
pub(super) fn code_language(class: &str) -> Option<String> {
    let is_language = |word: &&str| {
        word.strip_prefix("language-").is_some_and(|name| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+#-_.".contains(&byte))
        })
    };
    class.split_ascii_whitespace().find(is_language).map(str::to_owned)
}

/// A `srcset` (HTML standard 4.8.4.3.4) with its addresses absolute; candidates that are none are left out.
pub(super) fn candidates(set: &str, base: Option<&Url>) -> Option<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut rest = set;
    for _ in 0..MAX_SRCSET_CANDIDATES {
        rest = rest.trim_start_matches(|letter: char| letter.is_ascii_whitespace() || letter == ',');
        if rest.is_empty() {
            break;
        }
        let end = rest.find(|letter: char| letter.is_ascii_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        let (descriptor, next) =
            if word.ends_with(',') { ("", after) } else { after.split_once(',').unwrap_or((after, "")) };
        rest = next;
        let descriptor = descriptor.trim();
        let known = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        if let (Some(address), true) = (resource(word.trim_end_matches(','), base), known(descriptor)) {
            // A comma at either end of an address would be read as the end of the candidate.
            if !address.ends_with(',') {
                kept.push(if descriptor.is_empty() { address } else { format!("{address} {descriptor}") });
            }
        }
    }
    (!kept.is_empty()).then(|| kept.join(", "))
}

fn link(href: &str, base: Option<&Url>) -> Option<String> {
    let url = address::read(href, base)?;
    (SCHEMES.contains(&url.scheme()) && href.trim() != "#").then(|| url.into())
}

fn resource(address: &str, base: Option<&Url>) -> Option<String> {
    address::resolve(address, base).map(Into::into)
}

fn direction(value: &str) -> Option<String> {
    let value = value.trim().to_ascii_lowercase();
    matches!(value.as_str(), "" | "ltr" | "rtl" | "auto").then_some(value)
}

/// A length as it will be written, so that it is judged the same when it is read again.
fn pixels(value: &str) -> Option<u32> {
    let value: String = value.chars().filter(|letter| !is_unwanted(*letter)).collect();
    let value = value.trim();
    value.strip_suffix("px").unwrap_or(value).trim().parse().ok()
}
