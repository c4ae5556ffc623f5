//! Characters of any XML in, a flat tree out, always. The tree's nodes stand in document order, so that what is
//! below a node is a range: nothing here or behind it recurses.

mod attributes;
mod build;
mod entities;
mod namespace;
mod read;
mod reference;
mod scope;

use std::cell::Cell;

pub(super) use namespace::Ns;
pub(super) use read::read;

/// Where a node stands in [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct NodeId(u32);

/// A piece of one of the tree's two buffers.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn of(self, buffer: &str) -> &str {
        buffer.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

#[derive(Debug, Clone, Copy)]
struct Attribute {
    ns: Ns,
    /// Local name in lower case.
    name: Span,
    value: Span,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text(Span),
    /// Qualified name in lower case, where its local part begins, and its attributes from .. to.
    Element {
        ns: Ns,
        name: Span,
        local: u32,
        attributes: (u32, u32),
    },
}

#[derive(Debug, Clone, Copy)]
struct Node {
    kind: Kind,
    /// Itself at the top.
    parent: NodeId,
    /// One behind its last descendant.
    end: u32,
}

/// A document's elements and texts. Names are in lower case: feeds disagree about case, no format depends on it.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    /// Names and attribute values.
    strings: String,
    /// Character data.
    texts: String,
    /// Addresses that the root declares in lower case, its own first.
    root_namespaces: Vec<String>,
    /// What the DOCTYPE says, without its internal subset.
    doctype: String,
    /// Bytes looked at while it was read, and nodes and attributes since: those looked at twice count twice. What tests
    /// hold against the input's length.
    steps: Cell<usize>,
    /// Where xml:base is in force.
    bases: scope::Scopes,
    /// Where xml:lang is.
    languages: scope::Scopes,
    /// True where some element carries xml:base; else no look-up is needed.
    has_base: bool,
    /// The same for xml:lang.
    has_language: bool,
}

/// What a walk below a node meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step<'a> {
    /// An element begins.
    Open(NodeId),
    /// It ends.
    Close(NodeId),
    /// Characters.
    Text(&'a str),
}

impl Tree {
    /// Bytes, nodes and attributes looked at so far.
    pub(super) fn steps(&self) -> usize {
        self.steps.get()
    }

    fn step(&self, by: usize) {
        self.steps.set(self.steps.get().saturating_add(by));
    }

    /// Nodes and attributes: what its memory is made of.
    #[cfg(test)]
    pub(super) fn size(&self) -> usize {
        self.nodes.len() + self.attributes.len()
    }

    /// True where the root declares this address, given in lower case; a slash or hash at the end does not matter.
    pub(super) fn declares(&self, address: &str) -> bool {
        let bare = |text: &str| text.trim_end_matches(['/', '#']).to_owned();
        self.root_namespaces.iter().any(|declared| bare(declared) == bare(address))
    }

    pub(super) fn doctype(&self) -> &str {
        &self.doctype
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id.0 as usize)
    }

    fn end(&self, id: NodeId) -> u32 {
        self.node(id).map_or(id.0, |node| node.end)
    }

    fn is_element(&self, id: NodeId) -> bool {
        matches!(self.node(id), Some(Node { kind: Kind::Element { .. }, .. }))
    }

    /// Elements without a parent: the root, and what stands beside it in broken documents.
    pub(super) fn roots(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.siblings(0, u32::try_from(self.nodes.len()).unwrap_or(u32::MAX))
    }

    /// Child elements, in document order.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.siblings(id.0 + 1, self.end(id))
    }

    fn siblings(&self, start: u32, end: u32) -> impl Iterator<Item = NodeId> + '_ {
        let mut next = start;
        std::iter::from_fn(move || {
            let id = NodeId(next);
            (next < end).then(|| next = self.end(id).max(next + 1))?;
            self.step(1);
            Some(id)
        })
        .filter(|id| self.is_element(*id))
    }

    /// Elements below, at any depth, in document order.
    pub(super) fn descendants(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        let (start, end) = (id.0 + 1, self.end(id));
        self.step(end.saturating_sub(start) as usize);
        (start..end).map(NodeId).filter(|id| self.is_element(*id))
    }

    /// All elements, in document order.
    fn elements(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.step(self.nodes.len());
        (0..u32::try_from(self.nodes.len()).unwrap_or(u32::MAX)).map(NodeId).filter(|id| self.is_element(*id))
    }

    /// The first child element of this name.
    pub(super) fn child(&self, id: NodeId, name: &str) -> Option<NodeId> {
        self.children(id).find(|child| self.name(*child) == name)
    }

    /// The element that contains it.
    pub(super) fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.node(id).map(|node| node.parent).filter(|parent| *parent != id)
    }

    pub(super) fn ns(&self, id: NodeId) -> Ns {
        match self.node(id) {
            Some(Node { kind: Kind::Element { ns, .. }, .. }) => *ns,
            _ => Ns::Other,
        }
    }

    /// Local name in lower case.
    pub(super) fn name(&self, id: NodeId) -> &str {
        match self.node(id) {
            Some(Node { kind: Kind::Element { name, local, .. }, .. }) => {
                Span { start: *local, end: name.end }.of(&self.strings)
            }
            _ => "",
        }
    }

    /// Name with its prefix, in lower case.
    fn qualified_name(&self, id: NodeId) -> &str {
        match self.node(id) {
            Some(Node { kind: Kind::Element { name, .. }, .. }) => name.of(&self.strings),
            _ => "",
        }
    }

    /// Attributes with namespace, local name and value, in document order.
    pub(super) fn attributes(&self, id: NodeId) -> impl Iterator<Item = (Ns, &str, &str)> + '_ {
        let (start, end) = match self.node(id) {
            Some(Node { kind: Kind::Element { attributes, .. }, .. }) => *attributes,
            _ => (0, 0),
        };
        let own = self.attributes.get(start as usize..end as usize).unwrap_or(&[]);
        self.step(own.len());
        own.iter().map(|one| (one.ns, one.name.of(&self.strings), one.value.of(&self.strings)))
    }

    /// An attribute without a prefix, blanks at its ends cut; `None` where it is empty.
    pub(super) fn attr(&self, id: NodeId, name: &str) -> Option<&str> {
        self.attr_in(id, Ns::Core, name)
    }

    /// The same for one of a namespace.
    pub(super) fn attr_in(&self, id: NodeId, ns: Ns, name: &str) -> Option<&str> {
        let found = self.attributes(id).find(|(its, local, _)| *its == ns && *local == name);
        found.map(|(.., value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All characters below, blanks at the ends cut.
    pub(super) fn text(&self, id: NodeId) -> String {
        // Most elements hold one text and nothing else.
        if self.end(id) == id.0 + 2
            && let Some(Node { kind: Kind::Text(span), .. }) = self.node(NodeId(id.0 + 1))
        {
            return trimmed(span.of(&self.texts)).to_owned();
        }
        let mut text = String::new();
        for step in self.walk(id) {
            if let Step::Text(piece) = step {
                text.push_str(piece);
            }
        }
        let trimmed = trimmed(&text);
        if trimmed.len() == text.len() { text } else { trimmed.to_owned() }
    }

    /// True where an element stands below.
    pub(super) fn has_children(&self, id: NodeId) -> bool {
        self.children(id).next().is_some()
    }

    /// Everything below a node in document order, without the node itself.
    pub(super) fn walk(&self, id: NodeId) -> impl Iterator<Item = Step<'_>> + '_ {
        let end = self.end(id);
        let mut open: Vec<NodeId> = Vec::new();
        let mut next = id.0 + 1;
        std::iter::from_fn(move || {
            if let Some(top) = open.last().copied().filter(|top| self.end(*top) <= next) {
                open.pop();
                return Some(Step::Close(top));
            }
            if next >= end {
                return None;
            }
            let here = NodeId(next);
            next += 1;
            self.step(1);
            Some(match self.node(here)?.kind {
                Kind::Text(span) => Step::Text(span.of(&self.texts)),
                Kind::Element { .. } => {
                    open.push(here);
                    Step::Open(here)
                }
            })
        })
    }

    /// True where some element carries xml:base.
    pub(super) fn has_base(&self) -> bool {
        self.has_base
    }

    /// The values of xml:base in force at an element, each with the element that carries it, from the inside out.
    pub(super) fn bases(&self, id: NodeId) -> impl Iterator<Item = (NodeId, &str)> + '_ {
        let told = self.bases.around(id).filter_map(|at| Some((at, self.attr_in(at, Ns::Xml, "base")?)));
        told.inspect(|_| self.step(1))
    }

    /// xml:lang in force at an element (XML 1.0 2.12), `_` read as `-`. An empty one says that nothing is known.
    pub(super) fn language(&self, id: NodeId) -> Option<String> {
        let told = self.languages.around(id).next()?;
        self.attr_in(told, Ns::Xml, "lang").map(|value| value.replace('_', "-"))
    }
}

/// A text without blanks at its ends. U+0085 is one to Unicode, and an ellipsis to those who write windows-1252.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() && c != '\u{85}')
}

#[cfg(test)]
mod tests;
