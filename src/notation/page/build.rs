//! Characters of a page in, its tree out, or the refusal of one that costs too much.
//!
//! A browser's parser is quadratic on some shapes: elements that nobody closes, formatting that is opened again in each
//! paragraph, a tag with a hundred thousand attributes. So the characters are given to it in small pieces, everything
//! that it does is charged at the price of its worst case, and behind each piece the sum is looked at.

use std::borrow::Cow;
use std::cell::{Cell, Ref};

use dom_query::{Document, NodeId, NodeRef};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::{ElementFlags, NodeOrText, QuirksMode, TreeBuilderOpts, TreeSink};
use html5ever::{Attribute, ParseOpts, QualName, parse_document};

use super::TooCostly;
use crate::model::{MAX_ATTRIBUTES, MAX_PAGE_BYTES, MAX_PAGE_COST, MAX_PAGE_CROWD, MAX_PAGE_DEPTH};

/// Bytes between two looks at the cost.
const PIECE: usize = 256;
/// What a node costs beside its place, for the memory that it takes.
const NODE: usize = 100;
/// The same for an attribute and for a piece of text.
const PART: usize = 20;
/// Separators of attributes that the tokenizer compares for the price of one step.
const COMPARED: usize = 16;

/// Builds the tree of a page.
pub(super) fn build(text: &str) -> Result<Bounded, TooCostly> {
    if text.len() > MAX_PAGE_BYTES {
        return Err(TooCostly("the page is larger than 4 MiB"));
    }
    let tree_builder = TreeBuilderOpts { scripting_enabled: false, drop_doctype: true, ..TreeBuilderOpts::default() };
    let mut parser = parse_document(Bounded::default(), ParseOpts { tree_builder, ..ParseOpts::default() });
    let mut rest = text;
    let mut quiet = 0;
    while !rest.is_empty() {
        let (piece, behind) = rest.split_at(piece_of(rest));
        rest = behind;
        parser.process(StrTendril::from_slice(piece));
        let sink = &parser.tokenizer.sink.sink;
        // A piece of which nothing came stands inside a tag: each attribute is compared with all before it.
        quiet = if sink.touched.take() { 0 } else { quiet + separators(piece) };
        sink.charge(quiet * separators(piece) / COMPARED);
        sink.judge()?;
    }
    let built = parser.finish();
    built.judge()?;
    built.judge_crowds()?;
    Ok(built)
}

/// Where the next piece ends.
fn piece_of(text: &str) -> usize {
    let mut end = PIECE.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

fn separators(piece: &str) -> usize {
    piece.bytes().filter(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'"' | b'\'')).count()
}

/// A tree that keeps an account.
#[derive(Default)]
pub(super) struct Bounded {
    document: Document,
    /// Steps so far.
    spent: Cell<usize>,
    too_deep: Cell<bool>,
    /// Whether anything came of the last piece.
    touched: Cell<bool>,
}

impl Bounded {
    /// The tree.
    pub(super) fn into_document(self) -> Document {
        self.document
    }

    /// Steps that were charged.
    #[cfg(test)]
    pub(super) fn spent(&self) -> usize {
        self.spent.get()
    }

    fn charge(&self, steps: usize) {
        self.spent.set(self.spent.get().saturating_add(steps));
    }

    fn judge(&self) -> Result<(), TooCostly> {
        if self.too_deep.get() {
            return Err(TooCostly("the page nests more than 512 elements"));
        }
        if self.spent.get() > MAX_PAGE_COST {
            return Err(TooCostly("the page holds too many elements"));
        }
        Ok(())
    }

    /// Selectors may look from each element at all its siblings.
    fn judge_crowds(&self) -> Result<(), TooCostly> {
        let crowd = |node: NodeRef<'_>| node.children_it(false).filter(NodeRef::is_element).count();
        let root = self.document.root();
        let pairs: usize = root.descendants_it().map(|node| crowd(node).pow(2)).fold(0, usize::saturating_add);
        if pairs > MAX_PAGE_CROWD { Err(TooCostly("too many elements of the page stand side by side")) } else { Ok(()) }
    }

    fn node(&self, id: NodeId) -> NodeRef<'_> {
        NodeRef::new(id, &self.document.tree)
    }

    fn attributes_of(&self, id: NodeId) -> usize {
        self.node(id).query_or(0, |node| node.as_element().map_or(0, |element| element.attrs.len()))
    }

    /// Charges what an element costs at its place: those that contain it, with the attributes that are compared when
    /// formatting is opened again.
    fn placed(&self, id: NodeId) {
        self.touched.set(true);
        let node = self.node(id);
        let around = node.ancestors_it(Some(MAX_PAGE_DEPTH + 1));
        let (depth, cost) =
            around.fold((0, 0), |(depth, cost), above| (depth + 1, cost + 1 + self.attributes_of(above.id)));
        self.charge(cost);
        if depth > MAX_PAGE_DEPTH {
            self.too_deep.set(true);
        }
    }

    /// Charges a text, or gives the node that must be charged once it has its place.
    fn arriving(&self, child: &NodeOrText<NodeId>) -> Option<NodeId> {
        self.touched.set(true);
        match child {
            NodeOrText::AppendNode(id) => Some(*id),
            NodeOrText::AppendText(_) => {
                self.charge(PART);
                None
            }
        }
    }
}

impl TreeSink for Bounded {
    type Handle = NodeId;
    type Output = Self;
    type ElemName<'a> = Ref<'a, QualName>;

    fn finish(self) -> Self {
        self
    }

    /// Errors are what pages are made of.
    fn parse_error(&self, _message: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        self.document.get_document()
    }

    /// Asked for each open element that the parser looks at: what it searches is charged here.
    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Ref<'a, QualName> {
        self.touched.set(true);
        self.charge(1);
        self.document.elem_name(target)
    }

    fn create_element(&self, name: QualName, mut attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        self.touched.set(true);
        self.charge(NODE + PART * attributes.len());
        attributes.truncate(MAX_ATTRIBUTES);
        self.document.create_element(name, attributes, flags)
    }

    fn create_comment(&self, _text: StrTendril) -> NodeId {
        self.charge(NODE);
        self.document.create_comment(StrTendril::new())
    }

    fn create_pi(&self, _target: StrTendril, _data: StrTendril) -> NodeId {
        self.create_comment(StrTendril::new())
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        let node = self.arriving(&child);
        self.document.append(parent, child);
        node.into_iter().for_each(|node| self.placed(node));
    }

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let node = self.arriving(&child);
        self.document.append_before_sibling(sibling, child);
        node.into_iter().for_each(|node| self.placed(node));
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let node = self.arriving(&child);
        self.document.append_based_on_parent_node(element, previous, child);
        node.into_iter().for_each(|node| self.placed(node));
    }

    fn append_doctype_to_document(&self, _name: StrTendril, _public: StrTendril, _system: StrTendril) {}

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.document.get_template_contents(target)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.document.set_quirks_mode(mode);
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.touched.set(true);
        let known = self.attributes_of(*target);
        self.charge(known + PART * attributes.len());
        if known + attributes.len() <= MAX_ATTRIBUTES {
            self.document.add_attrs_if_missing(target, attributes);
        }
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.document.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &NodeId, parent: &NodeId) {
        self.charge(self.node(*node).children_it(false).count());
        self.document.reparent_children(node, parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &NodeId) -> bool {
        TreeSink::is_mathml_annotation_xml_integration_point(&self.document, handle)
    }
}
