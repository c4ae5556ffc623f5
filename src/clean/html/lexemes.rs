//! HTML in, tags and text out, without what no reader sees: comments, declarations, the content of scripts. Every other
//! `<` is told to be a character, so that whoever reads on cannot see other tags than were measured here. What nobody
//! closes takes no text with it.

use memchr::memchr;

use crate::model::MAX_HTML_ATTRIBUTES;

/// Elements whose content is characters to HTML (13.2.5) and nothing to a reader.
const RAW: &[&str] = &["script", "style", "noembed", "noframes", "textarea"];

/// What stands next in a fragment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lexeme<'a> {
    /// Characters, entities as written; no `<` among them.
    Text(&'a str),
    /// A tag from its `<` to its `>`.
    Tag(&'a str),
    /// A `<` that begins nothing.
    Literal,
}

/// The tags and texts of a fragment, in order.
pub(super) struct Lexemes<'a> {
    html: &'a str,
    at: usize,
    ends: Ends<'a>,
    /// True once the fragment was cut before a tag with too many attributes.
    pub(super) cut: bool,
}

/// Reads `html` as tags and texts.
pub(super) fn tags_and_text(html: &str) -> Lexemes<'_> {
    Lexemes { html, at: 0, ends: Ends { html, known: [Known::Unasked; 3] }, cut: false }
}

impl<'a> Iterator for Lexemes<'a> {
    type Item = Lexeme<'a>;

    fn next(&mut self) -> Option<Lexeme<'a>> {
        loop {
            let open = self.at;
            let rest = self.html.get(open..).filter(|rest| !rest.is_empty())?;
            if !rest.starts_with('<') {
                self.at = memchr(b'<', rest.as_bytes()).map_or(self.html.len(), |index| open + index);
                return Some(Lexeme::Text(&self.html[open..self.at]));
            }
            match begins(self.html, open, &mut self.ends) {
                Beginning::Tag(end) => {
                    self.at = end;
                    return Some(Lexeme::Tag(&self.html[open..end]));
                }
                Beginning::Text => {
                    self.at = open + 1;
                    return Some(Lexeme::Literal);
                }
                Beginning::Nothing(end) => self.at = end,
                Beginning::Raw(tag_end, end) => {
                    self.at = end;
                    return Some(Lexeme::Tag(&self.html[open..tag_end]));
                }
                Beginning::Overloaded => {
                    self.cut = true;
                    self.at = self.html.len();
                }
            }
        }
    }
}

/// What a `<` begins, with the index behind it.
enum Beginning {
    Tag(usize),
    /// A start tag, its end, and the end of the characters that follow it.
    Raw(usize, usize),
    Nothing(usize),
    Text,
    Overloaded,
}

/// The ends that are looked for; each is found once, however many beginnings stand before it.
struct Ends<'a> {
    html: &'a str,
    known: [Known; 3],
}

#[derive(Clone, Copy)]
enum Known {
    Unasked,
    At(usize),
    Never,
}

const COMMENT: (usize, &str) = (0, "-->");
const SECTION: (usize, &str) = (1, "]]>");
const TAG: (usize, &str) = (2, ">");

impl Ends<'_> {
    /// The index behind the first `pattern` at or after `from`.
    fn after(&mut self, (slot, pattern): (usize, &str), from: usize) -> Option<usize> {
        match self.known[slot] {
            Known::At(at) if at >= from => return Some(at + pattern.len()),
            Known::Never => return None,
            _ => {}
        }
        let found = self.html.get(from..).and_then(|rest| rest.find(pattern)).map(|index| from + index);
        self.known[slot] = found.map_or(Known::Never, Known::At);
        found.map(|at| at + pattern.len())
    }
}

fn begins(html: &str, open: usize, ends: &mut Ends<'_>) -> Beginning {
    let rest = &html[open + 1..];
    let or_text = |end: Option<usize>| end.map_or(Beginning::Text, Beginning::Nothing);
    if let Some(comment) = rest.strip_prefix("!--") {
        // `<!-->` is a whole comment; one without its end closes at the next `>`.
        let at_once = comment.starts_with('>') || comment.starts_with("->");
        let end = if at_once { None } else { ends.after(COMMENT, open + 4) };
        return Beginning::Nothing(end.or_else(|| ends.after(TAG, open + 4)).unwrap_or(html.len()));
    }
    if rest.starts_with("![CDATA[") {
        // Some wrap twice. What is inside is text to them; a section without an end is none.
        return match ends.after(SECTION, open) {
            Some(_) => Beginning::Nothing(open + "<![CDATA[".len()),
            None => Beginning::Text,
        };
    }
    if let Some(declaration) = rest.strip_prefix('!') {
        let begins = declaration.starts_with(|letter: char| letter.is_ascii_alphabetic() || "-[>".contains(letter));
        return if begins { or_text(ends.after(TAG, open)) } else { Beginning::Text };
    }
    if rest.starts_with('?') {
        return or_text(ends.after(TAG, open));
    }
    let name = rest.strip_prefix('/').unwrap_or(rest);
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return if name.len() < rest.len() { or_text(ends.after(TAG, open)) } else { Beginning::Text };
    }
    let Some((end, attributes)) = measure_tag(html.as_bytes(), open + 1) else { return Beginning::Nothing(html.len()) };
    if attributes > MAX_HTML_ATTRIBUTES {
        return Beginning::Overloaded;
    }
    match RAW.iter().find(|raw| is_named(name, raw)) {
        // A self-closing one has no content here: feeds write `<script/>` and mean it.
        Some(raw) if name.len() == rest.len() && !html[..end].ends_with("/>") => {
            Beginning::Raw(end, closing(html, end, raw).unwrap_or(html.len()))
        }
        _ => Beginning::Tag(end),
    }
}

fn is_named(text: &str, name: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.get(..name.len()).is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
        && bytes.get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'))
}

/// Where the end tag of `name` begins.
fn closing(html: &str, from: usize, name: &str) -> Option<usize> {
    html.get(from..)?.match_indices("</").map(|(index, _)| from + index).find(|at| is_named(&html[at + 2..], name))
}

/// States of the tokenizer within a tag (HTML standard 13.2.5.8 and 13.2.5.32 to 40).
enum State {
    TagName,
    BeforeName,
    Name,
    AfterName,
    BeforeValue,
    Unquoted,
}

/// Where the tag whose name starts at `at` ends, and its attributes; or too many, counted no further. `None` where the
/// text ends first.
fn measure_tag(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (mut index, mut attributes, mut state) = (at, 0, State::TagName);
    loop {
        let byte = *bytes.get(index)?;
        let blank = byte.is_ascii_whitespace();
        index += 1;
        state = match (state, byte) {
            (_, b'>') => return Some((index, attributes)),
            (State::TagName, _) if index == at + 1 => State::TagName,
            (State::TagName, _) if blank || byte == b'/' => State::BeforeName,
            (State::BeforeName | State::AfterName, b'/') => State::BeforeName,
            (State::BeforeName, _) if blank => State::BeforeName,
            (State::AfterName, _) if blank => State::AfterName,
            (State::Name | State::AfterName, b'=') => State::BeforeValue,
            (State::Name, b'/') => State::BeforeName,
            (State::Name, _) if blank => State::AfterName,
            (State::BeforeName | State::AfterName, _) => {
                attributes += 1;
                if attributes > MAX_HTML_ATTRIBUTES {
                    return Some((index, attributes));
                }
                State::Name
            }
            (State::BeforeValue, _) if blank => State::BeforeValue,
            (State::BeforeValue, b'"' | b'\'') => {
                index += bytes.get(index..)?.iter().position(|end| *end == byte)? + 1;
                State::BeforeName
            }
            (State::BeforeValue, _) => State::Unquoted,
            (State::Unquoted, _) if blank => State::BeforeName,
            (state @ (State::TagName | State::Name | State::Unquoted), _) => state,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left, written as HTML, and whether it was cut.
    fn left(html: &str) -> (String, bool) {
        let mut lexemes = tags_and_text(html);
        let written = lexemes.by_ref().map(|lexeme| match lexeme {
            Lexeme::Text(text) => text,
            Lexeme::Tag(tag) => tag,
            Lexeme::Literal => "&lt;",
        });
        (written.collect(), lexemes.cut)
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(left(html).0, expected, "{html}");
    }

    #[test]
    fn tags_and_text_stay_as_they_are() {
        check("a <b title='<!-- x -->'>b</b> &amp; c", "a <b title='<!-- x -->'>b</b> &amp; c");
        check("5 < 6 <3 a<", "5 &lt; 6 &lt;3 a&lt;");
    }

    #[test]
    fn comments_and_declarations_go() {
        check("a<!-- <p> -->b<!-->c<!--->d", "abcd");
        check("<!doctype html><?xml version='1.0'?>a</ x>b", "ab");
        check("<![CDATA[<b>a</b>]]>b", "<b>a</b>]]>b");
    }

    #[test]
    fn what_nobody_closes_takes_no_text_with_it() {
        check("a<!-- b >c<b>d", "ac<b>d");
        check("<!-- a -->b<!-- c", "b");
        check("a <!DOCTYPE b", "a &lt;!DOCTYPE b");
        check("a <!'b' <b>c", "a &lt;!'b' <b>c");
        check("<![CDATA[<b>a</b>]]&gt;", "&lt;![CDATA[<b>a</b>]]&gt;");
        check("a<b title='c>d", "a");
    }

    #[test]
    fn scripts_lose_their_content() {
        check("a<SCRIPT>x('<p>')</Script >b", "a<SCRIPT></Script >b");
        check("a<script/>b", "a<script/>b");
        check("a<script>b", "a<script>");
        check("a<scripture>b", "a<scripture>b");
    }

    #[test]
    fn no_trick_hides_a_tag_with_too_many_attributes() {
        let many: String = (0..2_000).map(|number| format!(" a{number}")).collect();
        for trick in [
            "",
            "<!-->",
            "<script/>",
            "<!--<a title=\"-->",
            "<style><a title=\"</style>",
            "<a b=/\">",
            "<<!-- -->b>",
            "<b c='>",
        ] {
            for tag in ["p", "/p", "P/"] {
                let html = format!("{trick}<{tag}{many}>'\"'");
                let (written, cut) = left(&html);
                assert!(cut || !written.contains("a1999"), "{trick}<{tag}");
            }
        }
        let long = format!("<img alt=\"{}\">", "word ".repeat(5_000));
        assert!(!left(&long).1);
    }
}
