//! Start and end tags in, the elements that are open out: a bound on what building the tree will cost, known before
//! anybody builds one, and whether the tags nest so well that the tree is written back as it was read.
//!
//! ammonia's parser is quadratic in nesting and opens formatting elements again in each paragraph, so 34 KB of HTML
//! can become 7 MB. What counts is therefore not the length alone but depth and, for each tag, the formatting elements
//! that are open at it.

use super::policy::{Element, Kind};
use crate::model::MAX_HTML_OPEN;

/// The open elements of a fragment that is read tag by tag.
#[derive(Debug, Default)]
pub(super) struct Nesting {
    open: Vec<&'static Element>,
    /// Formatting elements that the parser will open again wherever they were closed by another's end tag.
    formatting: Vec<&'static str>,
    /// Open elements that HTML does not close by itself, formatting ones apart.
    depth: usize,
    cost: usize,
    bound: usize,
    untidy: bool,
    mended: bool,
    overflown: bool,
    /// A table was met, or ruby: HTML puts in elements there that nobody wrote.
    filled: bool,
}

impl Nesting {
    /// Nothing is open yet; it may cost so much.
    pub(super) fn within(bound: usize) -> Self {
        Self { bound, ..Self::default() }
    }

    /// True while every end tag met its own element on top and nothing stood where HTML would move it: the fragment
    /// then survives parsing and writing unchanged.
    pub(super) fn is_tidy(&self) -> bool {
        !self.untidy
    }

    /// True when in addition HTML adds nothing to it: parsing and writing then gives the same bytes.
    pub(super) fn is_exact(&self) -> bool {
        !self.untidy && !self.filled && !self.overflown
    }

    /// True when end tags were left out or put in: what was written is not what was read.
    pub(super) fn is_mended(&self) -> bool {
        self.mended
    }

    /// Takes note that something else was left out or put in.
    pub(super) fn mend(&mut self) {
        self.mended = true;
    }

    /// True once [`MAX_HTML_OPEN`] or the bound on cost was passed.
    pub(super) fn is_over(&self) -> bool {
        self.overflown
    }

    /// The steps that were counted.
    pub(super) fn cost(&self) -> usize {
        self.cost
    }

    /// The innermost open element.
    pub(super) fn innermost(&self) -> Option<&'static Element> {
        self.open.last().copied()
    }

    /// True when `element` is open.
    pub(super) fn is_open(&self, element: &'static Element) -> bool {
        self.open.contains(&element)
    }

    /// Takes note of text; text between the cells of a table is moved by HTML.
    pub(super) fn text(&mut self, blank: bool) {
        if !blank && self.innermost().is_some_and(|element| element.kind.is_table_frame()) {
            self.untidy = true;
        }
    }

    /// Takes note of a start tag. End tags that HTML implies before it are written to `out`. False means that the
    /// parser would ignore the tag, so it is not to be written.
    pub(super) fn start(&mut self, element: &'static Element, out: &mut String) -> bool {
        if !self.make_room(element.kind, out) {
            self.mended = true;
            return false;
        }
        self.filled |= is_table_part(element.kind) || matches!(element.kind, Kind::Column | Kind::Ruby);
        if element.kind == Kind::Formatting {
            if element.name == "a" && self.formatting.contains(&"a") {
                self.untidy = true;
                self.formatting.retain(|name| *name != "a");
            }
            self.formatting.push(element.name);
        }
        let tags = if matches!(element.kind, Kind::Void | Kind::Break | Kind::Column) {
            1
        } else {
            self.depth += usize::from(counts(element));
            self.open.push(element);
            2
        };
        self.count(tags);
        true
    }

    /// Takes note of an end tag and writes what of it is to be written. An end tag without its start is left out.
    pub(super) fn end(&mut self, element: &'static Element, out: &mut String) {
        let found = match element.kind {
            Kind::Void | Kind::Break | Kind::Column => None,
            Kind::Formatting => return self.end_formatting(element, out),
            Kind::Inline | Kind::Ruby => {
                self.find(element, |open| !matches!(open.kind, Kind::Inline | Kind::Ruby | Kind::Formatting))
            }
            Kind::ListItem => self.find(element, |open| open.kind.is_scope() || open.kind == Kind::List),
            kind if is_table_part(kind) => self.find(element, |open| open.kind == Kind::Table),
            _ => self.find(element, |open| open.kind.is_scope()),
        };
        let Some(index) = found else {
            self.mended = true;
            return;
        };
        self.mended |= index + 1 < self.open.len();
        if !self.close_through(index, out) {
            push_end(element.name, out);
        }
    }

    /// The end of the fragment: what is open is closed.
    pub(super) fn finish(&mut self, out: &mut String) {
        if self.is_exact() {
            self.mended |= !self.open.is_empty();
            for element in self.open.drain(..).rev() {
                push_end(element.name, out);
            }
        }
    }

    fn end_formatting(&mut self, element: &'static Element, out: &mut String) {
        let Some(active) = self.formatting.iter().rposition(|name| *name == element.name) else {
            self.mended = true;
            return;
        };
        self.formatting.remove(active);
        if self.innermost() == Some(element) {
            self.open.pop();
        } else {
            self.untidy = true;
            self.count(1);
            if let Some(index) = self.open.iter().rposition(|open| *open == element) {
                self.open.remove(index);
            }
        }
        push_end(element.name, out);
    }

    /// Closes what HTML closes before an element of `kind` starts. False where the element has no place.
    fn make_room(&mut self, kind: Kind, out: &mut String) -> bool {
        let open = self.open.len();
        let placed = self.close_before(kind, out);
        self.mended |= self.open.len() < open;
        placed
    }

    /// Closes what has to be closed; false as above.
    fn close_before(&mut self, kind: Kind, out: &mut String) -> bool {
        if is_table_part(kind) && kind != Kind::Table || kind == Kind::Column {
            return self.make_room_in_table(kind, out);
        }
        match kind {
            Kind::ListItem | Kind::Definition => self.close_earlier(kind, out),
            Kind::Ruby => self.close_in_ruby(out),
            _ => {}
        }
        let paragraph = self.find_kind(Kind::Paragraph, |open| open.kind.is_scope());
        if let Some(index) = paragraph.filter(|_| kind.closes_paragraph()) {
            self.close_through(index, out);
        }
        if kind == Kind::Heading && self.innermost().is_some_and(|open| open.kind == Kind::Heading) {
            self.close_through(self.open.len() - 1, out);
        }
        // HTML moves what stands in a table's frame before the table.
        self.untidy |= self.innermost().is_some_and(|open| open.kind.is_table_frame());
        true
    }

    /// An `li` ends the `li` before it unless another list, or any element of weight, lies between (13.2.6.4.7).
    fn close_earlier(&mut self, kind: Kind, out: &mut String) {
        let stops = |open: &Element| match open.kind {
            Kind::Formatting | Kind::Inline | Kind::Ruby | Kind::Paragraph => false,
            Kind::Block => !matches!(open.name, "address" | "div"),
            _ => true,
        };
        if let Some(index) = self.find_kind(kind, stops) {
            self.close_through(index, out);
        }
    }

    /// A part of a ruby ends the part before it, and in the ruby also what has no need of an end tag (13.2.6.4.7).
    fn close_in_ruby(&mut self, out: &mut String) {
        let is_inside = self.open.iter().rev().take_while(|open| !open.kind.is_scope()).any(|open| open.name == "ruby");
        let ends = |kind: Kind| match kind {
            Kind::Ruby => true,
            Kind::Paragraph | Kind::ListItem | Kind::Definition => is_inside,
            _ => false,
        };
        while self.innermost().is_some_and(|open| ends(open.kind)) {
            self.close_through(self.open.len() - 1, out);
        }
    }

    /// Parts of a table end parts of the same or a lower rank; without a table they are nothing.
    fn make_room_in_table(&mut self, kind: Kind, out: &mut String) -> bool {
        let parents: &[Kind] = match kind {
            Kind::Cell => &[Kind::Row, Kind::Rows, Kind::Table],
            Kind::Row => &[Kind::Rows, Kind::Table],
            Kind::Column => &[Kind::Columns, Kind::Table],
            _ => &[Kind::Table],
        };
        let Some(parent) = self.open.iter().rposition(|open| parents.contains(&open.kind)) else { return false };
        if parent + 1 < self.open.len() {
            self.close_through(parent + 1, out);
        }
        true
    }

    /// The innermost open `element`, unless one at which `stops` says so lies in between.
    fn find(&self, element: &Element, stops: impl Fn(&Element) -> bool) -> Option<usize> {
        for (index, open) in self.open.iter().enumerate().rev() {
            if *open == element {
                return Some(index);
            }
            if stops(open) {
                return None;
            }
        }
        None
    }

    fn find_kind(&self, kind: Kind, stops: impl Fn(&Element) -> bool) -> Option<usize> {
        for (index, open) in self.open.iter().enumerate().rev() {
            if open.kind == kind {
                return Some(index);
            }
            if stops(open) {
                return None;
            }
        }
        None
    }

    /// Closes everything from the innermost element to the one at `index`. Where HTML would do exactly this, the end
    /// tags are written out, so that nothing is left to be implied, and true is given.
    fn close_through(&mut self, index: usize, out: &mut String) -> bool {
        let implied = self.open.iter().skip(index + 1).all(|open| open.kind.closes_itself());
        self.untidy |= !implied;
        let written = !self.untidy;
        for element in self.open.drain(index..).rev() {
            self.depth -= usize::from(counts(element));
            if written {
                push_end(element.name, out);
            }
        }
        written
    }

    /// Takes note of what so many tags cost. An end tag is counted with its start, for it comes, written or implied:
    /// what was within the bound when it was read must be so when it is written.
    fn count(&mut self, tags: usize) {
        self.cost += tags * (1 + self.formatting.len());
        self.overflown |= self.depth + self.formatting.len() > MAX_HTML_OPEN || self.cost > self.bound;
    }
}

fn counts(element: &Element) -> bool {
    element.kind != Kind::Formatting && !element.kind.closes_itself()
}

fn is_table_part(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::Caption | Kind::Columns | Kind::Rows | Kind::Row | Kind::Cell)
}

fn push_end(name: &str, out: &mut String) {
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}
