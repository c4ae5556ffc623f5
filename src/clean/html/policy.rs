//! Which HTML may be published: the one table of elements and attributes. Everything that reads or writes HTML here
//! asks it, ammonia included, so that the pass before the tree and the sanitiser cannot disagree.

/// What an element means to the rules by which HTML closes elements by itself (HTML standard, 13.2.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// No content.
    Void,
    /// `hr`: no content, and closes a paragraph.
    Break,
    /// Opened again by the parser after a misnested end tag.
    Formatting,
    /// Nothing special.
    Inline,
    /// Closes a paragraph.
    Block,
    /// Sections of lists, of which an `li` inside is another list's.
    List,
    /// `p`.
    Paragraph,
    /// `li`.
    ListItem,
    /// `dt`, `dd`.
    Definition,
    /// `h1` to `h6`.
    Heading,
    /// `rp`, `rt`, `rtc`.
    Ruby,
    /// `table`.
    Table,
    /// `caption`.
    Caption,
    /// `colgroup`.
    Columns,
    /// `col`.
    Column,
    /// `thead`, `tbody`, `tfoot`.
    Rows,
    /// `tr`.
    Row,
    /// `td`, `th`.
    Cell,
}

impl Kind {
    /// Part of a table's frame: other content does not belong directly into it.
    pub(super) fn is_table_frame(self) -> bool {
        matches!(self, Self::Table | Self::Rows | Self::Row | Self::Columns)
    }

    /// Elements before which HTML closes a paragraph.
    pub(super) fn closes_paragraph(self) -> bool {
        matches!(
            self,
            Self::Block
                | Self::List
                | Self::Paragraph
                | Self::ListItem
                | Self::Definition
                | Self::Heading
                | Self::Table
                | Self::Break
        )
    }

    /// Elements beyond which an end tag finds nothing (HTML standard, "has an element in scope").
    pub(super) fn is_scope(self) -> bool {
        matches!(self, Self::Table | Self::Caption | Self::Cell)
    }

    /// Elements that HTML closes by itself; they do not count as nesting.
    pub(super) fn closes_itself(self) -> bool {
        matches!(
            self,
            Self::Paragraph
                | Self::ListItem
                | Self::Definition
                | Self::Ruby
                | Self::Caption
                | Self::Columns
                | Self::Rows
                | Self::Row
                | Self::Cell
        )
    }
}

/// One allowed element.
#[derive(Debug)]
pub(super) struct Element {
    /// Its name.
    pub(super) name: &'static str,
    /// How it nests.
    pub(super) kind: Kind,
    /// Its own attributes, beside [`EVERYWHERE`], in the order in which they are written.
    pub(super) attributes: &'static [&'static str],
}

/// There is one of each name.
impl PartialEq for Element {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Attributes that every element may have.
pub(super) const EVERYWHERE: &[&str] = &["lang", "title", "dir"];

/// Elements that go away with all that is in them.
pub(super) const DROPPED_WHOLE: &[&str] = &[
    "script", "style", "noscript", "template", "svg", "math", "form", "select", "textarea", "object", "applet",
    "noembed", "noframes", "frameset",
];

/// Schemes that a link may have.
pub(super) const SCHEMES: &[&str] = &["http", "https", "mailto"];

/// The allowed element called `name`.
pub(super) fn element(name: &str) -> Option<&'static Element> {
    ELEMENTS.binary_search_by(|element| element.name.cmp(name)).ok().map(|index| &ELEMENTS[index])
}

const fn allow(name: &'static str, kind: Kind, attributes: &'static [&'static str]) -> Element {
    Element { name, kind, attributes }
}

/// The allowed elements by name, ammonia's defaults and what news pages need beside them.
#[rustfmt::skip]
pub(super) const ELEMENTS: &[Element] = &[
    allow("a", Kind::Formatting, &["href", "hreflang"]),
    allow("abbr", Kind::Inline, &[]),
    allow("acronym", Kind::Inline, &[]),
    allow("address", Kind::Block, &[]),
    allow("area", Kind::Void, &[]),
    allow("article", Kind::Block, &[]),
    allow("aside", Kind::Block, &[]),
    allow("audio", Kind::Inline, &["src", "controls"]),
    allow("b", Kind::Formatting, &[]),
    allow("bdi", Kind::Inline, &[]),
    allow("bdo", Kind::Inline, &[]),
    allow("blockquote", Kind::Block, &["cite"]),
    allow("br", Kind::Void, &[]),
    allow("caption", Kind::Caption, &[]),
    allow("center", Kind::Block, &[]),
    allow("cite", Kind::Inline, &[]),
    allow("code", Kind::Formatting, &["class"]),
    allow("col", Kind::Column, &["align", "span"]),
    allow("colgroup", Kind::Columns, &["align", "span"]),
    allow("data", Kind::Inline, &[]),
    allow("dd", Kind::Definition, &[]),
    allow("del", Kind::Inline, &["cite", "datetime"]),
    allow("details", Kind::Block, &[]),
    allow("dfn", Kind::Inline, &[]),
    allow("div", Kind::Block, &[]),
    allow("dl", Kind::Block, &[]),
    allow("dt", Kind::Definition, &[]),
    allow("em", Kind::Formatting, &[]),
    allow("figcaption", Kind::Block, &[]),
    allow("figure", Kind::Block, &[]),
    allow("footer", Kind::Block, &[]),
    allow("h1", Kind::Heading, &[]),
    allow("h2", Kind::Heading, &[]),
    allow("h3", Kind::Heading, &[]),
    allow("h4", Kind::Heading, &[]),
    allow("h5", Kind::Heading, &[]),
    allow("h6", Kind::Heading, &[]),
    allow("header", Kind::Block, &[]),
    allow("hgroup", Kind::Block, &[]),
    allow("hr", Kind::Break, &["align", "size", "width"]),
    allow("i", Kind::Formatting, &[]),
    allow("img", Kind::Void, &["src", "srcset", "sizes", "alt", "width", "height", "align", "loading", "referrerpolicy"]),
    allow("ins", Kind::Inline, &["cite", "datetime"]),
    allow("kbd", Kind::Inline, &[]),
    allow("li", Kind::ListItem, &[]),
    allow("main", Kind::Block, &[]),
    allow("map", Kind::Inline, &[]),
    allow("mark", Kind::Inline, &[]),
    allow("nav", Kind::Block, &[]),
    allow("ol", Kind::List, &["start"]),
    allow("p", Kind::Paragraph, &[]),
    allow("picture", Kind::Inline, &[]),
    allow("pre", Kind::Block, &[]),
    allow("q", Kind::Inline, &["cite"]),
    allow("rp", Kind::Ruby, &[]),
    allow("rt", Kind::Ruby, &[]),
    allow("rtc", Kind::Ruby, &[]),
    allow("ruby", Kind::Inline, &[]),
    allow("s", Kind::Formatting, &[]),
    allow("samp", Kind::Inline, &[]),
    allow("section", Kind::Block, &[]),
    allow("small", Kind::Formatting, &[]),
    allow("source", Kind::Void, &["src", "srcset", "sizes", "type", "media"]),
    allow("span", Kind::Inline, &[]),
    allow("strike", Kind::Formatting, &[]),
    allow("strong", Kind::Formatting, &[]),
    allow("sub", Kind::Inline, &[]),
    allow("summary", Kind::Block, &[]),
    allow("sup", Kind::Inline, &[]),
    allow("table", Kind::Table, &["align", "summary"]),
    allow("tbody", Kind::Rows, &["align"]),
    allow("td", Kind::Cell, &["align", "colspan", "headers", "rowspan"]),
    allow("tfoot", Kind::Rows, &["align"]),
    allow("th", Kind::Cell, &["align", "colspan", "headers", "rowspan", "scope"]),
    allow("thead", Kind::Rows, &["align"]),
    allow("time", Kind::Inline, &["datetime"]),
    allow("tr", Kind::Row, &["align"]),
    allow("track", Kind::Void, &["src", "kind", "srclang", "label"]),
    allow("tt", Kind::Formatting, &[]),
    allow("u", Kind::Formatting, &[]),
    allow("ul", Kind::List, &[]),
    allow("var", Kind::Inline, &[]),
    allow("video", Kind::Inline, &["src", "poster", "controls", "width", "height"]),
    allow("wbr", Kind::Void, &[]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_it_can_be_searched() {
        assert!(ELEMENTS.windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(ELEMENTS.iter().all(|known| element(known.name) == Some(known)));
        assert_eq!(element("script"), None);
    }

    #[test]
    fn nothing_is_both_allowed_and_dropped() {
        assert!(DROPPED_WHOLE.iter().all(|name| element(name).is_none()));
    }
}
