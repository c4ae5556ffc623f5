//! HTML of any kind in, HTML that may be published out. The only sanitiser of the house and the only maker of
//! [`CleanHtml`]. One pass bounds what a tree may cost and writes what the policy allows, and nothing else, as plain
//! markup. Where that nests as HTML nests, ammonia would write the same bytes, and is spared; everywhere else it builds
//! the tree and has the last word. Tests hold the pass to ammonia's bytes. Nothing here asks the network or keeps
//! anything.

mod attributes;
mod escape;
mod lexemes;
mod nesting;
mod plain;
mod policy;
mod rewrite;
mod tokenizer;
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
use crate::model::{CleanHtml, MAX_HTML_BYTES, MAX_HTML_COST, TextKind};

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
    /// What a person reads of it, as one line: what [`text::plain`] gives.
    pub(in crate::clean) text: String,
}

/// Makes `html` publishable; relative links are resolved against `base`, without a base they are left out. Applied to
/// its own output it changes nothing.
#[must_use]
pub fn sanitise(html: &str, base: Option<&Url>) -> Sanitised {
    sanitise_within(html, base, Reach { cost: MAX_HTML_COST, text: usize::MAX })
}

/// How far a fragment is read.
#[derive(Debug, Clone, Copy)]
pub(in crate::clean) struct Reach {
    /// The bound on its cost, in the place of [`MAX_HTML_COST`].
    pub(in crate::clean) cost: usize,
    /// Bytes of its text that are enough: what comes behind them may be missing.
    pub(in crate::clean) text: usize,
}

/// The same as far as `reach` goes.
pub(in crate::clean) fn sanitise_within(html: &str, base: Option<&Url>, reach: Reach) -> Sanitised {
    if html.len() > MAX_HTML_BYTES {
        return text_only(html, "HTML over 256 KiB, only its text was kept", 0);
    }
    if is_plain(html) {
        let (html, text) = (CleanHtml::vouch(html.trim().to_owned()), text::collapse(html));
        return Sanitised { html, text, ..Sanitised::default() };
    }
    let mut first = rewrite(html, base, reach);
    let (first_image, cut, read) = (first.first_image.take(), first.cut, std::mem::take(&mut first.text));
    let mut sanitised = match settle(first, reach) {
        Ok(sanitised) => Sanitised { text: read, ..sanitised },
        Err((why, steps)) => text_only(html, why, steps),
    };
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
fn settle(mut reading: Rewritten, reach: Reach) -> Result<Sanitised, (&'static str, usize)> {
    let (mut steps, mut before) = (0, String::new());
    for _ in 0..MAX_ROUNDS {
        steps += reading.steps;
        if reading.over {
            return Err(("HTML nested too deep or too costly to read, only its text was kept", steps));
        }
        let html = match reading.exact {
            true => std::mem::take(&mut reading.html),
            false => SANITISER.clean(&reading.html).to_string(),
        };
        if html.len() > MAX_HTML_BYTES {
            return Err(("HTML over 256 KiB once cleaned, only its text was kept", steps));
        }
        let tidy = reading.tidy;
        if !tidy {
            reading = rewrite(&html, None, Reach { text: 0, ..reach });
        }
        if tidy || html == before || reading.tidy && reading.same && !reading.over {
            // Blanks at the ends are nobody's, and the ends of a field in every format.
            let trimmed = html.trim();
            let html = if trimmed.len() == html.len() { html } else { trimmed.to_owned() };
            return Ok(Sanitised { html: CleanHtml::vouch(html), steps, ..Sanitised::default() });
        }
        before = html;
    }
    Err(("HTML that reads differently each time, only its text was kept", steps))
}

/// The text of `html` as paragraphs.
fn text_only(source: &str, why: &'static str, steps: usize) -> Sanitised {
    let mut kept = String::new();
    // Of more paragraphs than this the cost would be over the bound when they are read again.
    for line in text::lines(source).into_iter().take(MAX_HTML_COST / 2) {
        let before = kept.len();
        kept.push_str("<p>");
        escape::escape(&line, &mut kept);
        kept.push_str("</p>");
        if kept.len() > MAX_HTML_BYTES {
            kept.truncate(before);
            break;
        }
    }
    let html = SANITISER.clean(&kept).to_string();
    Sanitised {
        html: CleanHtml::vouch(html),
        over_limit: Some(why),
        steps,
        first_image: None,
        text: text::plain(source, TextKind::Html),
    }
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
