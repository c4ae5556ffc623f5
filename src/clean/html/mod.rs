//! HTML of any kind in, HTML that may be published out. The only sanitiser of the house and the only maker of
//! [`CleanHtml`]: one pass bounds what the tree may cost and makes the markup plain, ammonia then decides what is
//! allowed. It asks no network and keeps nothing.

mod attributes;
mod lexemes;
mod nesting;
mod policy;
mod rewrite;
pub(in crate::clean) mod tokens;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

pub(in crate::clean) use self::attributes::Shown;
use self::policy::{DROPPED_WHOLE, ELEMENTS, EVERYWHERE, SCHEMES};
use self::rewrite::{Rewritten, rewrite};
use super::address;
use super::text::{self, is_unwanted};
use crate::model::{CleanHtml, MAX_HTML_BYTES, MAX_HTML_COST};

/// Times that a fragment is parsed anew until it stands still; one more than any that was met in tests.
const MAX_ROUNDS: usize = 4;
/// What links say of themselves: no window handle, no referrer, no endorsement.
const LINK_REL: &str = "noopener noreferrer nofollow ugc";

/// What became of a fragment.
#[derive(Debug, Clone, Default)]
pub struct Sanitised {
    /// The markup that may be published.
    pub html: CleanHtml,
    /// What was over a limit, for a repair; `None` when nothing was lost that way.
    pub over_limit: Option<&'static str>,
    /// Steps taken: pieces read plus the cost that was counted. Bounded by the limits, whatever came.
    pub steps: usize,
    /// The first picture that is meant to be seen.
    pub(in crate::clean) first_image: Option<Shown>,
}

/// Makes `html` publishable; relative links are resolved against `base`, without a base they are left out. Applied to
/// its own output it changes nothing.
#[must_use]
pub fn sanitise(html: &str, base: Option<&Url>) -> Sanitised {
    sanitise_within(html, base, MAX_HTML_COST)
}

/// The same with another bound on its cost than [`MAX_HTML_COST`].
pub(in crate::clean) fn sanitise_within(html: &str, base: Option<&Url>, bound: usize) -> Sanitised {
    if is_plain(html) && html.len() <= MAX_HTML_BYTES {
        return Sanitised { html: CleanHtml::vouch(html.trim().to_owned()), ..Sanitised::default() };
    }
    if html.len() > MAX_HTML_BYTES {
        return text_only(html, "HTML over 256 KiB, only its text was kept", 0);
    }
    let first = rewrite(html, base, bound);
    let (first_image, cut) = (first.first_image.clone(), first.cut);
    let mut sanitised = settle(first, bound).unwrap_or_else(|(why, steps)| text_only(html, why, steps));
    sanitised.first_image = first_image;
    if cut {
        sanitised.over_limit = Some("a tag with too many attributes, what follows it was left out");
    }
    sanitised
}

/// Characters without any meaning to HTML need no parser.
fn is_plain(html: &str) -> bool {
    !html.chars().any(|letter| matches!(letter, '<' | '>' | '&' | '\u{a0}' | '\r') || is_unwanted(letter))
}

/// Sanitises until a further time would change nothing. Parsing and writing HTML is not stable where tags are
/// misnested, and an output that a second reader reads differently is what attacks are made of.
fn settle(mut reading: Rewritten, bound: usize) -> Result<Sanitised, (&'static str, usize)> {
    let (mut steps, mut before) = (0, String::new());
    for _ in 0..MAX_ROUNDS {
        steps += reading.steps;
        if reading.over {
            return Err(("HTML nested too deep or too costly to read, only its text was kept", steps));
        }
        let html = SANITISER.clean(&reading.html).to_string();
        if html.len() > MAX_HTML_BYTES {
            return Err(("HTML over 256 KiB once cleaned, only its text was kept", steps));
        }
        let tidy = reading.tidy;
        if !tidy {
            reading = rewrite(&html, None, bound);
        }
        if tidy || html == before || reading.tidy && reading.same && !reading.over {
            // Blanks at the ends are nobody's, and the ends of a field in every format.
            return Ok(Sanitised { html: CleanHtml::vouch(html.trim().to_owned()), steps, ..Sanitised::default() });
        }
        before = html;
    }
    Err(("HTML that reads differently each time, only its text was kept", steps))
}

/// The text of `html` as paragraphs.
fn text_only(html: &str, why: &'static str, steps: usize) -> Sanitised {
    let mut kept = String::new();
    // Of more paragraphs than this the cost would be over the bound when they are read again.
    for line in text::lines(html).into_iter().take(MAX_HTML_COST / 2) {
        let before = kept.len();
        kept.push_str("<p>");
        rewrite::escape(&line, &mut kept);
        kept.push_str("</p>");
        if kept.len() > MAX_HTML_BYTES {
            kept.truncate(before);
            break;
        }
    }
    let html = SANITISER.clean(&kept).to_string();
    Sanitised { html: CleanHtml::vouch(html), over_limit: Some(why), steps, first_image: None }
}

/// Built once: building it costs as much as cleaning an item.
static SANITISER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let attributes: HashMap<&str, HashSet<&str>> = ELEMENTS
        .iter()
        .filter(|element| !element.attributes.is_empty())
        .map(|element| (element.name, element.attributes.iter().copied().collect()))
        .collect();
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().map(|element| element.name).collect())
        .clean_content_tags(DROPPED_WHOLE.iter().copied().collect())
        .tag_attributes(attributes)
        .generic_attributes(EVERYWHERE.iter().copied().collect())
        .url_schemes(SCHEMES.iter().copied().collect())
        .url_relative(UrlRelative::Deny)
        .link_rel(Some(LINK_REL))
        .attribute_filter(|_, name, value| keep(name, value).then_some(Cow::Borrowed(value)));
    builder
});

/// Judges the attributes whose values ammonia does not know to hold addresses or code.
fn keep(name: &str, value: &str) -> bool {
    match name {
        "srcset" => attributes::candidates(value, None).as_deref() == Some(value),
        "cite" | "poster" => address::resolve(value, None).is_some(),
        "class" => attributes::code_language(value).as_deref() == Some(value),
        _ => true,
    }
}

/// True for the name of an element that may be published.
pub(in crate::clean) fn is_allowed(name: &str) -> bool {
    policy::element(name).is_some()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(in crate::clean) use self::tests::assert_publishable;
