//! The pass before the tree: HTML in, HTML of allowed elements and attributes out, or the word that it would cost too
//! much. All that it writes is on the list of `policy`, escaped by itself and small; whether it also nests, so that no
//! tree is needed to publish it, is told beside it.

use std::cell::OnceCell;
use std::collections::HashSet;

use url::Url;

use super::attributes::{self, Publishable, Shown};
use super::escape::{escape, escape_value};
use super::nesting::Nesting;
use super::policy::{self, DROPPED_WHOLE, Element, Kind};
use super::tokens::{self, Attributes, Next, Piece};
use super::{LINK_REL, Reach};
use crate::clean::text::{self, is_unwanted};

/// What one pass made of a fragment.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// The markup, allowed elements and attributes only, text escaped.
    pub(super) html: String,
    /// True when it nests so well that the sanitiser will write what it read.
    pub(super) tidy: bool,
    /// True when it is, byte for byte, what the sanitiser would make of it.
    pub(super) exact: bool,
    /// True when it is what was read as far as nesting goes.
    pub(super) same: bool,
    /// True when a bound on nesting or cost was passed; `html` then ends there.
    pub(super) over: bool,
    /// True when something behind a senseless tag was not read.
    pub(super) cut: bool,
    /// Pieces read and cost counted.
    pub(super) steps: usize,
    /// The first picture that is meant to be seen.
    pub(super) first_image: Option<Shown>,
    /// What a person reads, as far as it was asked for.
    pub(super) text: String,
}

/// Rewrites `html`, links absolute against `base`, as far as its cost stays within `reach`.
pub(super) fn rewrite(html: &str, base: Option<&Url>, reach: Reach) -> Rewritten {
    let mut writer = Writer {
        base,
        html: String::with_capacity(html.len()),
        nesting: Nesting::within(reach.cost),
        dropped: None,
        after_pre: false,
        first_image: None,
        source: html,
        closers: OnceCell::new(),
    };
    let mut reader = text::Reader::new(reach.text);
    let reading = tokens::read(html, &mut |piece| {
        reader.take(&piece);
        writer.take(piece)
    });
    writer.nesting.finish(&mut writer.html);
    Rewritten {
        tidy: writer.nesting.is_tidy(),
        same: !writer.nesting.is_mended(),
        over: writer.nesting.is_over(),
        cut: reading.cut,
        exact: writer.nesting.is_exact(),
        steps: reading.pieces + writer.nesting.cost(),
        text: reader.finish(),
        first_image: writer.first_image,
        html: writer.html,
    }
}

/// An element that is being dropped with its content.
struct Dropped {
    name: &'static str,
    depth: usize,
}

struct Writer<'a> {
    base: Option<&'a Url>,
    html: String,
    nesting: Nesting,
    dropped: Option<Dropped>,
    /// True straight after `<pre>`, where HTML swallows a newline.
    after_pre: bool,
    first_image: Option<Shown>,
    /// Of the elements to drop, those that are closed somewhere. What nobody closes would take the rest of the text with
    /// it, so only its tag goes.
    closers: OnceCell<HashSet<&'static str>>,
    source: &'a str,
}

/// Elements to drop that have an end tag in `html`, and those whose content is no markup anyway.
fn closers(html: &str) -> HashSet<&'static str> {
    let mut found = HashSet::from(["script", "style", "textarea", "noembed", "noframes"]);
    for (at, _) in html.match_indices("</") {
        let rest = &html.as_bytes()[at + 2..];
        let named =
            |name: &&&str| rest.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
        found.extend(DROPPED_WHOLE.iter().filter(named).copied());
    }
    found
}

impl Writer<'_> {
    fn take(&mut self, piece: Piece<'_>) -> Next {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Start(name, attributes) => self.start(name, attributes),
            Piece::End(name) => self.end(name),
        }
        if self.nesting.is_over() { Next::Enough } else { Next::More }
    }

    fn is_closed(&self, name: &str) -> bool {
        self.closers.get_or_init(|| closers(self.source)).contains(name)
    }

    fn text(&mut self, text: &str) {
        if self.dropped.is_some() {
            return;
        }
        let written = text.len();
        let goes = |letter: char| matches!(letter, '\n' | '\r') || is_unwanted(letter);
        let text = if self.after_pre { text.trim_start_matches(goes) } else { text };
        if text.len() < written {
            self.nesting.mend();
        }
        if text.is_empty() {
            return;
        }
        self.after_pre = false;
        self.nesting.text(text.bytes().all(|byte| byte.is_ascii_whitespace()));
        escape(text, &mut self.html);
    }

    fn start(&mut self, name: &str, given: Attributes<'_>) {
        if let Some(dropped) = &mut self.dropped {
            dropped.depth += usize::from(dropped.name == name && !given.closes_itself());
            return;
        }
        if name == "iframe" {
            self.video(given);
        }
        if let Some(name) = DROPPED_WHOLE.iter().find(|dropped| **dropped == name) {
            if !given.closes_itself() && self.is_closed(name) {
                self.dropped = Some(Dropped { name, depth: 1 });
            }
            return;
        }
        let Some(element) = policy::element(name) else { return };
        if name == "img" && attributes::is_pixel(given) {
            return;
        }
        let Some(kept) = attributes::publishable(element, given, self.base) else { return };
        if name == "img" && self.first_image.is_none() {
            self.first_image = attributes::shown(&kept);
        }
        self.write_start(element, &kept);
    }

    fn end(&mut self, name: &str) {
        let element = policy::element(name);
        if let Some(dropped) = &mut self.dropped {
            if dropped.name == name {
                dropped.depth -= 1;
                if dropped.depth == 0 {
                    self.dropped = None;
                }
                return;
            }
            // The end of something around it ends what nobody closed.
            if !element.is_some_and(|element| element.kind == Kind::Block && self.nesting.is_open(element)) {
                return;
            }
            self.dropped = None;
        }
        match element {
            // A stray `</br>` is a line break to every browser; after `<br>` it is XHTML's end tag.
            Some(element) if name == "br" && !self.html.ends_with("<br>") => self.write_start(element, &[]),
            Some(element) => self.nesting.end(element, &mut self.html),
            None => {}
        }
    }

    /// A frame never stays; of a video there is at least the way to it.
    fn video(&mut self, given: Attributes<'_>) {
        let (Some((page, title)), Some(link)) = (attributes::framed_video(given, self.base), policy::element("a"))
        else {
            return;
        };
        self.write_start(link, &[("href", page.into())]);
        escape(&title, &mut self.html);
        self.nesting.end(link, &mut self.html);
    }

    fn write_start(&mut self, element: &'static Element, attributes: &[Publishable<'_>]) {
        if !self.nesting.start(element, &mut self.html) {
            return;
        }
        self.html.push('<');
        self.html.push_str(element.name);
        for (name, value) in attributes {
            self.write_attribute(name, value);
        }
        if element.name == "a" {
            self.write_attribute("rel", LINK_REL);
        }
        self.html.push('>');
        self.after_pre = element.name == "pre";
    }

    fn write_attribute(&mut self, name: &str, value: &str) {
        self.html.push(' ');
        self.html.push_str(name);
        self.html.push_str("=\"");
        escape_value(value, &mut self.html);
        self.html.push('"');
    }
}
