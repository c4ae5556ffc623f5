//! HTML pages by CSS selector: the characters of a page in, elements, their attributes and texts out.
//!
//! The tree is the one that browsers build (WHATWG HTML 13.2), so that a selector found in a browser's inspector means
//! the same here. What building and searching it may cost is bounded (`build`); nothing recurses over a page.

mod build;
mod outline;
mod readable;

use std::fmt;

use dom_query::{Document, Matcher, NodeData, NodeRef, Selection};

use crate::model::MAX_SELECTOR_CHARS;

pub use self::outline::{Line as TextLine, Picture, Piece, PieceKind};

/// Elements whose characters are no text for readers.
const SILENT: &[&str] = &["script", "style", "template", "noscript", "svg"];
/// Elements that stand in a line of text; all others begin a new word.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "em", "font", "i", "kbd", "mark", "q", "s", "small",
    "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
];

/// A list of CSS selectors (Selectors Level 4, what a static page can match).
#[derive(Debug, Clone)]
pub struct Selector(Matcher);

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, to follow "the selector": "is empty", "is no CSS selector".
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.trim().is_empty() {
            return Err("is empty");
        }
        if text.chars().count() > MAX_SELECTOR_CHARS {
            return Err("is too long");
        }
        Matcher::new(text).map(Self).map_err(|_| "is no CSS selector")
    }
}

/// A page would cost too much to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TooCostly(&'static str);

impl fmt::Display for TooCostly {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// A page that was read.
pub struct Page {
    document: Document,
    #[cfg(test)]
    spent: usize,
}

impl Page {
    /// Reads a page. Any characters are one.
    ///
    /// # Errors
    /// [`TooCostly`] past [`crate::model::MAX_PAGE_BYTES`], [`crate::model::MAX_PAGE_DEPTH`] or
    /// [`crate::model::MAX_PAGE_COST`].
    pub fn read(text: &str) -> Result<Self, TooCostly> {
        let built = build::build(text)?;
        Ok(Self {
            #[cfg(test)]
            spent: built.spent(),
            document: built.into_document(),
        })
    }

    /// The page itself.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element(self.document.root())
    }
}

/// An element of a page.
#[derive(Clone, Copy)]
pub struct Element<'a>(NodeRef<'a>);

impl<'a> Element<'a> {
    /// The elements below that match, in document order.
    #[must_use]
    pub fn all(self, selector: &Selector) -> Vec<Element<'a>> {
        let found = Selection::from(self.0).select_matcher(&selector.0);
        found.nodes().iter().map(|node| Element(*node)).collect()
    }

    /// The first element below that matches, else this one where it matches.
    #[must_use]
    pub fn first(self, selector: &Selector) -> Option<Element<'a>> {
        let below = Selection::from(self.0).select_single_matcher(&selector.0);
        let found = below.nodes().first().copied();
        found.or_else(|| selector.0.match_element(&self.0).then_some(self.0)).map(Element)
    }

    /// An attribute, blanks at its ends cut; `None` where it is empty.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<String> {
        let value = self.0.attr(name)?;
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Its text in one line, cut behind `limit` bytes: blanks are one blank, and what stands in different blocks stands
    /// apart.
    #[must_use]
    pub fn text(self, limit: usize) -> String {
        let mut line = Line { text: String::new(), blank: false };
        let mut next = self.0.first_child();
        while let Some(node) = next.filter(|_| line.text.len() < limit) {
            let silent = line.enter(&node);
            next = node.first_child().filter(|_| !silent).or_else(|| self.behind(node, &mut line));
        }
        line.text
    }

    /// The node behind another one and all that is in it, still inside this element.
    fn behind(self, node: NodeRef<'a>, line: &mut Line) -> Option<NodeRef<'a>> {
        let mut node = node;
        while node.id != self.0.id {
            line.blank |= is_block(&node);
            if let Some(sibling) = node.next_sibling() {
                return Some(sibling);
            }
            node = node.parent()?;
        }
        None
    }
}

/// Text that grows.
#[derive(Default)]
struct Line {
    text: String,
    /// A blank is due before the next word.
    blank: bool,
}

impl Line {
    /// Takes a node without what is below it; true where that is not to be read.
    fn enter(&mut self, node: &NodeRef<'_>) -> bool {
        self.blank |= is_block(node);
        node.query_or(false, |inner| match &inner.data {
            NodeData::Text { contents } => {
                self.push(contents);
                false
            }
            NodeData::Element(element) => SILENT.contains(&element.node_name().as_ref()),
            _ => false,
        })
    }

    fn push(&mut self, text: &str) {
        for letter in text.chars() {
            if letter.is_whitespace() {
                self.blank = true;
            } else {
                if self.blank && !self.text.is_empty() {
                    self.text.push(' ');
                }
                self.blank = false;
                self.text.push(letter);
            }
        }
    }
}

fn is_block(node: &NodeRef<'_>) -> bool {
    node.query_or(false, |inner| match &inner.data {
        NodeData::Element(element) => !INLINE.contains(&element.node_name().as_ref()),
        _ => false,
    })
}

#[cfg(test)]
mod tests;
