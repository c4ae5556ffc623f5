//! Tags and texts in, the tree out: closes what nobody closed, drops what nobody opened, knows which prefix means
//! what, and keeps depth and counts within limits.

use std::borrow::Cow;

use super::namespace::{Ns, by_address, by_prefix};
use super::scope::Scopes;
use super::{Attribute, Kind, Node, NodeId, Span, Tree};
use crate::model::{MAX_NAMESPACES, MAX_XML_DEPTH, MAX_XML_NODES, RepairKind};
use crate::parse::repairs::{Repairs, quoted};

/// HTML elements that have no content: one that nobody closed ends where the next thing begins.
const VOID: &[&str] = &["br", "img", "hr", "input", "wbr", "area", "col", "embed", "param"];
/// Elements that hold plain values: none of them contains another of [`FIELDS`].
const LEAVES: &[&str] =
    &["enclosure", "title", "link", "guid", "pubdate", "author", "category", "comments", "description"];
/// Elements that begin a new value of an item or channel, and are no HTML.
const FIELDS: &[&str] = &["guid", "pubdate", "enclosure", "comments", "description", "item", "channel"];

/// Bytes of news feeds that one node of the tree comes from.
const BYTES_A_NODE: usize = 64;

/// An attribute as written: name with its prefix, value as meant.
pub(super) type Written<'a> = (Cow<'a, str>, Cow<'a, str>);

/// One declaration of a prefix that is in force.
struct Binding {
    /// Open elements when it was made: it goes with that one.
    depth: usize,
    prefix: String,
    ns: Option<Ns>,
}

/// A tree that grows.
pub(super) struct Builder<'a> {
    source: &'a str,
    pub(super) tree: Tree,
    pub(super) repairs: Repairs,
    open: Vec<NodeId>,
    /// Names of the open elements as written, and where each begins: the tree has them in lower case.
    written: String,
    written_at: Vec<usize>,
    bindings: Vec<Binding>,
    /// Elements open beyond the depth limit, which are not built.
    too_deep: usize,
    /// Set where the limit of nodes is reached: reading ends there.
    pub(super) full: bool,
    /// Where the reader stands in the source, for details.
    pub(super) at: usize,
    /// The line of a place that was asked for, counted on from there for the next one.
    line: (usize, usize),
}

impl<'a> Builder<'a> {
    pub(super) fn new(source: &'a str, repairs: Repairs) -> Self {
        let tree = Tree {
            texts: String::with_capacity(source.len()),
            nodes: Vec::with_capacity((source.len() / BYTES_A_NODE).min(MAX_XML_NODES)),
            ..Tree::default()
        };
        Self {
            source,
            tree,
            repairs,
            open: Vec::new(),
            written: String::new(),
            written_at: Vec::new(),
            bindings: Vec::new(),
            too_deep: 0,
            full: false,
            at: 0,
            line: (0, 1),
        }
    }

    /// Notes a repair with the line where it was needed.
    pub(super) fn note(&mut self, kind: RepairKind, what: &str) {
        if self.repairs.wants(kind) {
            let (counted, line) = self.line;
            let passed = self.source.as_bytes().get(counted..self.at).unwrap_or_default();
            self.line = (self.at.max(counted), line + passed.iter().filter(|byte| **byte == b'\n').count());
            self.repairs.note(kind, format!("line {}: {what}", self.line.1));
        }
    }

    /// A start tag. `attributes` are name and value as meant.
    pub(super) fn start(&mut self, name: &str, attributes: &[Written<'_>], empty: bool) {
        let declared = self.declarations(attributes);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let ns = self.resolve(prefix, &declared, true);
        self.make_room(ns, local);
        if self.open.len() >= MAX_XML_DEPTH {
            self.note(RepairKind::Limit, "elements stand deeper than 128 and were left out, their text kept");
            self.too_deep += usize::from(!empty);
            return;
        }
        if self.tree.nodes.len() + self.tree.attributes.len() >= MAX_XML_NODES {
            self.note(RepairKind::Limit, "too many elements: the rest of the document was left out");
            self.full = true;
            return;
        }
        if self.open.is_empty() {
            if !self.is_before_root() {
                let name = quoted(name);
                self.note(
                    RepairKind::Markup,
                    &format!("<{}> stands beside another outermost element", name.trim_matches('"')),
                );
            }
            if self.tree.root_namespaces.is_empty() {
                self.tree.root_namespaces = root_namespaces(prefix, attributes);
            }
        }
        let attributes = self.add_attributes(attributes, &declared);
        let stored = self.intern(name);
        let local = stored.end - u32::try_from(local.len()).unwrap_or(0);
        let id = self.push(Kind::Element { ns, name: stored, local, attributes });
        if empty {
            return;
        }
        self.open.push(id);
        self.written_at.push(self.written.len());
        self.written.push_str(name);
        let depth = self.open.len();
        for (prefix, ns) in declared {
            if self.bindings.len() >= MAX_NAMESPACES {
                self.note(RepairKind::Limit, "too many namespaces are declared at once");
                break;
            }
            self.bindings.push(Binding { depth, prefix, ns });
        }
    }

    /// An end tag.
    pub(super) fn end(&mut self, name: &str) {
        let found = self.open.iter().rposition(|id| self.tree.qualified_name(*id).eq_ignore_ascii_case(name));
        if self.too_deep > 0 {
            let structural = matches!(name, "item" | "entry" | "channel" | "rss" | "feed");
            if !(structural && found.is_some()) {
                self.too_deep -= 1;
                return;
            }
            self.too_deep = 0;
        }
        let Some(at) = found else {
            self.note(RepairKind::Markup, &format!("</{}> ends nothing", quoted(name).trim_matches('"')));
            return;
        };
        if at + 1 < self.open.len() {
            let inner = quoted(self.tree.qualified_name(self.open[at + 1]));
            self.note(RepairKind::Markup, &format!("<{}> was not closed", inner.trim_matches('"')));
        }
        if self.written_name(at) != name {
            let name = quoted(name);
            self.note(RepairKind::Markup, &format!("</{}> differs in case from its start", name.trim_matches('"')));
        }
        self.close_to(at);
    }

    /// The name of an open element as its start tag has it.
    fn written_name(&self, at: usize) -> &str {
        let start = self.written_at.get(at).copied().unwrap_or(0);
        let end = self.written_at.get(at + 1).copied().unwrap_or(self.written.len());
        &self.written[start..end]
    }

    /// Characters, already unescaped.
    pub(super) fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let blank = text.trim_ascii().is_empty();
        if !blank && self.top_is_void() {
            self.close_void();
        }
        if self.open.is_empty() {
            if !blank {
                self.note(RepairKind::Markup, "text stands outside of the document's element");
            }
            return;
        }
        let start = offset(&self.tree.texts);
        self.tree.texts.push_str(text);
        let end = offset(&self.tree.texts);
        let parent = self.open.last().copied();
        if let Some(Node { kind: Kind::Text(span), parent: its, .. }) = self.tree.nodes.last_mut()
            && Some(*its) == parent
            && span.end == start
        {
            span.end = end;
            return;
        }
        if self.tree.nodes.len() + self.tree.attributes.len() < MAX_XML_NODES {
            self.push(Kind::Text(Span { start, end }));
        }
    }

    /// The end of the document.
    pub(super) fn finish(mut self, complete: bool) -> (Tree, Repairs) {
        if self.top_is_void() {
            self.close_void();
        }
        if let Some(top) = self.open.last().copied()
            && complete
        {
            let name = quoted(self.tree.qualified_name(top));
            self.note(RepairKind::Truncated, &format!("the document ends inside <{}>", name.trim_matches('"')));
        }
        self.close_to(0);
        if self.tree.has_base {
            self.tree.bases = Scopes::of(&self.tree, "base");
        }
        if self.tree.has_language {
            self.tree.languages = Scopes::of(&self.tree, "lang");
        }
        (self.tree, self.repairs)
    }

    /// Name of the innermost open element, as its start tag has it.
    pub(super) fn top_written(&self) -> &str {
        self.open.len().checked_sub(1).map_or("", |at| self.written_name(at))
    }

    /// The same in lower case.
    fn top_name(&self) -> &str {
        self.open.last().map_or("", |id| self.tree.qualified_name(*id))
    }

    /// True where no element has begun.
    pub(super) fn is_before_root(&self) -> bool {
        self.tree.nodes.is_empty()
    }

    fn push(&mut self, kind: Kind) -> NodeId {
        let id = NodeId(u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX));
        let parent = self.open.last().copied().unwrap_or(id);
        self.tree.nodes.push(Node { kind, parent, end: id.0 + 1 });
        id
    }

    fn close_to(&mut self, depth: usize) {
        let end = u32::try_from(self.tree.nodes.len()).unwrap_or(u32::MAX);
        for id in self.open.drain(depth..) {
            if let Some(node) = self.tree.nodes.get_mut(id.0 as usize) {
                node.end = end;
            }
        }
        self.written.truncate(self.written_at.get(depth).copied().unwrap_or(self.written.len()));
        self.written_at.truncate(depth);
        while self.bindings.last().is_some_and(|binding| binding.depth > depth) {
            self.bindings.pop();
        }
    }

    fn top_is_void(&self) -> bool {
        VOID.contains(&self.top_name())
    }

    fn close_void(&mut self) {
        let name = quoted(self.top_name());
        self.note(RepairKind::Markup, &format!("<{}> was not closed", name.trim_matches('"')));
        self.close_to(self.open.len() - 1);
    }

    /// Closes open elements that the new one cannot stand in: an element without content, a value that ran into the
    /// next one, an item that ran into the next one.
    fn make_room(&mut self, ns: Ns, local: &str) {
        if self.too_deep > 0 {
            return;
        }
        if self.top_is_void() {
            self.close_void();
        }
        if !matches!(ns, Ns::Core | Ns::Atom) {
            return;
        }
        let item = ["item", "entry"].iter().find(|name| local.eq_ignore_ascii_case(name));
        if let Some(item) = item
            && let Some(at) = self.open.iter().rposition(|id| self.tree.name(*id) == *item)
            && self.open[at..].iter().all(|id| self.is_own(*id) && !self.is_atom_source(*id))
        {
            self.note(RepairKind::Markup, &format!("<{item}> was not closed"));
            self.close_to(at);
        }
        let field = FIELDS.iter().any(|name| local.eq_ignore_ascii_case(name));
        let next_link = local.eq_ignore_ascii_case("link");
        let next_title = local.eq_ignore_ascii_case("title");
        let Some(top) = self.open.last().copied().filter(|id| self.is_own(*id)) else { return };
        let leaf = self.tree.name(top);
        let prose = leaf == "description";
        let has_text = matches!(self.tree.nodes.last(), Some(Node { kind: Kind::Text(_), .. }));
        let hollow = leaf == "enclosure" && (next_link || next_title);
        if ns == Ns::Core && LEAVES.contains(&leaf) && (field || hollow || next_link && !prose && has_text) {
            let name = quoted(leaf);
            self.note(RepairKind::Markup, &format!("<{}> was not closed", name.trim_matches('"')));
            self.close_to(self.open.len() - 1);
        }
    }

    /// What stands in it belongs to another feed, and is closed there.
    fn is_atom_source(&self, id: NodeId) -> bool {
        self.tree.ns(id) == Ns::Atom && self.tree.name(id) == "source"
    }

    fn is_own(&self, id: NodeId) -> bool {
        matches!(self.tree.ns(id), Ns::Core | Ns::Atom)
    }

    /// The prefixes that a tag declares.
    fn declarations(&mut self, attributes: &[Written<'_>]) -> Vec<(String, Option<Ns>)> {
        let declared = attributes.iter().filter_map(|(name, value)| {
            let prefix = if name == "xmlns" { "" } else { name.strip_prefix("xmlns:")? };
            Some((prefix.to_owned(), by_address(value)))
        });
        declared.collect()
    }

    /// The namespace that a prefix stands for here. Unknown addresses are the document's own format where they are
    /// the default, and nobody's otherwise.
    fn resolve(&mut self, prefix: &str, declared: &[(String, Option<Ns>)], element: bool) -> Ns {
        if prefix.eq_ignore_ascii_case("xml") {
            return Ns::Xml;
        }
        // Names of attributes come in lower case, so that a prefix is declared in lower case whatever was written.
        let is = |its: &str| its.eq_ignore_ascii_case(prefix);
        let own = declared.iter().rev().find(|(its, _)| is(its)).map(|(_, ns)| *ns);
        let bound = own.or_else(|| self.bindings.iter().rev().find(|one| is(&one.prefix)).map(|one| one.ns));
        match (bound, prefix.is_empty()) {
            (_, true) if !element => Ns::Core,
            (Some(ns), true) => ns.unwrap_or(Ns::Core),
            (Some(ns), false) => ns.unwrap_or(Ns::Other),
            (None, true) => Ns::Core,
            (None, false) => {
                self.note(RepairKind::Namespace, &format!("nobody declares the prefix {}", quoted(prefix)));
                by_prefix(&prefix.to_ascii_lowercase()).unwrap_or(Ns::Other)
            }
        }
    }

    fn add_attributes(&mut self, attributes: &[Written<'_>], declared: &[(String, Option<Ns>)]) -> (u32, u32) {
        let start = self.tree.attributes.len();
        for (name, value) in attributes.iter().filter(|(name, _)| *name != "xmlns" && !name.starts_with("xmlns:")) {
            let (prefix, local) = name.split_once(':').unwrap_or(("", name));
            let ns = if prefix.is_empty() { Ns::Core } else { self.resolve(prefix, declared, false) };
            let name = self.intern(local);
            let taken = self.tree.attributes[start..]
                .iter()
                .any(|one| one.ns == ns && one.name.of(&self.tree.strings) == name.of(&self.tree.strings));
            if taken {
                self.note(RepairKind::Markup, &format!("the attribute {} stands twice", quoted(local)));
                continue;
            }
            let from = offset(&self.tree.strings);
            self.tree.strings.push_str(value);
            let value = Span { start: from, end: offset(&self.tree.strings) };
            self.tree.has_base |= ns == Ns::Xml && name.of(&self.tree.strings) == "base";
            self.tree.has_language |= ns == Ns::Xml && name.of(&self.tree.strings) == "lang";
            self.tree.attributes.push(Attribute { ns, name, value });
        }
        let index = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        (index(start), index(self.tree.attributes.len()))
    }

    /// Stores a name in lower case.
    fn intern(&mut self, name: &str) -> Span {
        let start = offset(&self.tree.strings);
        self.tree.strings.push_str(name);
        let end = offset(&self.tree.strings);
        if let Some(own) = self.tree.strings.get_mut(start as usize..) {
            own.make_ascii_lowercase();
        }
        Span { start, end }
    }
}

/// The addresses that the root declares, its own first.
fn root_namespaces(prefix: &str, attributes: &[Written<'_>]) -> Vec<String> {
    let own = if prefix.is_empty() { "xmlns".to_owned() } else { format!("xmlns:{prefix}") };
    let (mut first, rest): (Vec<_>, Vec<_>) =
        attributes.iter().filter(|(name, _)| name.starts_with("xmlns")).partition(|(name, _)| *name == own);
    first.extend(rest);
    first.into_iter().map(|(_, address)| address.trim().to_ascii_lowercase()).collect()
}

fn offset(buffer: &str) -> u32 {
    u32::try_from(buffer.len()).unwrap_or(u32::MAX)
}
