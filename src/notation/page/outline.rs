//! A page as a reader sees it from top to bottom: its lines of text and its pictures in document order.

use dom_query::{NodeData, NodeId, NodeRef};

use super::{Element, Line as Words, Page, SILENT, is_block};

/// Where lazy pages keep a picture's address until somebody looks.
const LAZY: [&str; 3] = ["data-src", "data-original", "data-lazy-src"];
/// Elements that hold something to see without any text.
const SEEN: &[&str] = &["img", "picture", "video", "audio", "source", "iframe", "hr", "svg", "object", "embed"];

/// A line of text or a picture.
#[derive(Debug, Clone)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// The nodes that it was read from, to be taken out again.
    nodes: Vec<NodeId>,
}

/// What stands at a place of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceKind {
    /// Text between two borders of blocks.
    Line(Line),
    /// An `img`.
    Picture(Picture),
}

/// A line of text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// Its text, blanks collapsed; never empty.
    pub text: String,
    /// Letters and digits of it that stand in links.
    pub linked: usize,
    /// It stands in an `h1`.
    pub is_title: bool,
    /// It stands in `h1` to `h6`.
    pub is_heading: bool,
    /// It stands in what calls itself a caption.
    pub is_caption: bool,
}

/// A picture as the page names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picture {
    /// Its address as written.
    pub address: String,
    /// What it shows.
    pub alt: Option<String>,
}

/// What an element hands on to all that stands in it.
#[derive(Debug, Clone, Copy, Default)]
struct Around {
    is_title: bool,
    is_heading: bool,
    is_caption: bool,
    is_linked: bool,
}

impl Around {
    fn within(mut self, element: Element<'_>, name: &str) -> Self {
        self.is_title |= name == "h1";
        self.is_heading |= matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        self.is_linked |= name == "a";
        let named = |class: String| class.to_ascii_lowercase().contains("caption");
        self.is_caption |= name == "figcaption" || element.attribute("class").is_some_and(named);
        self
    }
}

/// A line that grows, and what came before it.
#[derive(Default)]
struct Growing {
    pieces: Vec<Piece>,
    words: Words,
    around: Around,
    linked: usize,
    nodes: Vec<NodeId>,
}

impl Growing {
    fn flush(&mut self) {
        let text = std::mem::take(&mut self.words).text;
        let (nodes, linked) = (std::mem::take(&mut self.nodes), std::mem::take(&mut self.linked));
        if text.is_empty() {
            return;
        }
        let Around { is_title, is_heading, is_caption, .. } = self.around;
        let line = Line { text, linked, is_title, is_heading, is_caption };
        self.pieces.push(Piece { kind: PieceKind::Line(line), nodes });
    }

    fn text(&mut self, id: NodeId, text: &str, around: Around) {
        if self.words.text.is_empty() {
            self.around = around;
        }
        if around.is_linked {
            self.linked += text.chars().filter(|letter| letter.is_alphanumeric()).count();
        }
        self.words.push(text);
        self.nodes.push(id);
    }
}

impl Page {
    /// Its lines and pictures in document order, each time by one walk.
    #[must_use]
    pub fn outline(&self) -> Vec<Piece> {
        let mut growing = Growing::default();
        let root = self.document.root();
        let mut open = vec![Around::default()];
        let mut next = Some(root);
        while let Some(node) = next {
            let around = open.last().copied().unwrap_or_default();
            let inside = enter(node, around, &mut growing);
            if let (Some(inside), Some(child)) = (inside, node.first_child()) {
                open.push(inside);
                next = Some(child);
                continue;
            }
            next = leave(node, &mut open, &mut growing);
        }
        growing.flush();
        growing.pieces
    }

    /// Takes what a piece was read from out of the page.
    pub fn take_out(&self, piece: &Piece) {
        for id in &piece.nodes {
            NodeRef::new(*id, &self.document.tree).remove_from_parent();
        }
    }

    /// Cuts the last `letters` characters of a line off, blanks not counted.
    pub fn cut_end(&self, piece: &Piece, letters: usize) {
        let mut left = letters;
        for id in piece.nodes.iter().rev() {
            NodeRef::new(*id, &self.document.tree).update(|node| {
                let NodeData::Text { contents } = &mut node.data else { return };
                let mut end = contents.len();
                for (at, letter) in contents.char_indices().rev() {
                    if left == 0 && !letter.is_whitespace() {
                        break;
                    }
                    left -= usize::from(!letter.is_whitespace());
                    end = at;
                }
                let kept = contents[..end].to_owned();
                *contents = kept.into();
            });
            if left == 0 {
                return;
            }
        }
    }

    /// The markup of its body without elements that hold nothing.
    #[must_use]
    pub fn body_html(&self) -> String {
        let Some(body) = self.document.body() else { return String::new() };
        // Leaves stand behind what holds them, so that from the end each is judged when all in it was.
        let elements: Vec<NodeRef<'_>> = body.descendants_it().filter(NodeRef::is_element).collect();
        for element in elements.into_iter().rev() {
            let is_seen = element.node_name().is_some_and(|name| SEEN.contains(&name.as_ref()) || &*name == "br");
            let holds = |node: NodeRef<'_>| node.is_element() || node.is_nonempty_text();
            if !is_seen && !element.children_it(false).any(holds) {
                element.remove_from_parent();
            }
        }
        body.inner_html().trim().to_owned()
    }
}

/// Reads a node without what is in it; what its children stand in, where they are to be read.
fn enter(node: NodeRef<'_>, around: Around, growing: &mut Growing) -> Option<Around> {
    if is_block(&node) {
        growing.flush();
    }
    if node.is_text() {
        node.query(|inner| {
            if let NodeData::Text { contents } = &inner.data {
                growing.text(node.id, contents, around);
            }
        });
        return None;
    }
    let Some(name) = node.node_name() else { return Some(around) };
    if SILENT.contains(&name.as_ref()) {
        return None;
    }
    let element = Element(node);
    if &*name == "img" {
        let lazy = LAZY.iter().find_map(|name| element.attribute(name));
        let address = lazy.or_else(|| element.attribute("src").filter(|src| !src.starts_with("data:")));
        if let Some(address) = address {
            growing.flush();
            let picture = Picture { address, alt: element.attribute("alt") };
            growing.pieces.push(Piece { kind: PieceKind::Picture(picture), nodes: vec![node.id] });
        }
    }
    Some(around.within(element, &name))
}

/// The node behind one that was read with all that is in it.
fn leave<'a>(node: NodeRef<'a>, open: &mut Vec<Around>, growing: &mut Growing) -> Option<NodeRef<'a>> {
    let mut node = node;
    loop {
        if is_block(&node) {
            growing.flush();
        }
        if let Some(sibling) = node.next_sibling() {
            return Some(sibling);
        }
        open.pop();
        node = node.parent()?;
    }
}
