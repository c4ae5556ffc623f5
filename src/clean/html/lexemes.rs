//! HTML in, the same without what no reader sees out: comments, declarations, the content of scripts. What is left are
//! tags and text alone, every other `<` escaped, so that whoever reads it next cannot see other tags than were measured
//! here. What nobody closes takes no text with it.

use std::borrow::Cow;

use crate::model::MAX_HTML_ATTRIBUTES;

/// Elements whose content is characters to HTML (13.2.5) and nothing to a reader.
const RAW: &[&str] = &["script", "style", "noembed", "noframes", "textarea"];

/// Tags and text of a fragment.
pub(super) struct Lexemes<'a> {
    /// The markup; borrowed where nothing had to go.
    pub(super) html: Cow<'a, str>,
    /// True when the fragment was cut before a tag with too many attributes.
    pub(super) cut: bool,
}

/// Takes out of `html` what is neither tag nor text.
pub(super) fn tags_and_text(html: &str) -> Lexemes<'_> {
    let mut out = String::new();
    let (mut copied, mut at, mut cut) = (0, 0, false);
    let mut ends = Ends { html, known: [Known::Unasked; 3] };
    while let Some(open) = html.get(at..).and_then(|rest| rest.find('<')).map(|index| at + index) {
        let (replacement, next) = match lexeme(html, open, &mut ends) {
            Lexeme::Tag(end) => {
                at = end;
                continue;
            }
            Lexeme::Text => ("&lt;", open + 1),
            Lexeme::Nothing(end) => ("", end),
            Lexeme::Raw(tag_end, end) => {
                out.push_str(&html[copied..tag_end]);
                (copied, at) = (end, end);
                continue;
            }
            Lexeme::Overloaded => {
                cut = true;
                ("", html.len())
            }
        };
        out.push_str(&html[copied..open]);
        out.push_str(replacement);
        (copied, at) = (next, next);
    }
    if copied == 0 {
        return Lexemes { html: Cow::Borrowed(html), cut };
    }
    out.push_str(&html[copied..]);
    Lexemes { html: Cow::Owned(out), cut }
}

/// What a `<` begins, with the index behind it.
enum Lexeme {
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

fn lexeme(html: &str, open: usize, ends: &mut Ends<'_>) -> Lexeme {
    let rest = &html[open + 1..];
    let or_text = |end: Option<usize>| end.map_or(Lexeme::Text, Lexeme::Nothing);
    if let Some(comment) = rest.strip_prefix("!--") {
        // `<!-->` is a whole comment; one without its end closes at the next `>`.
        let at_once = comment.starts_with('>') || comment.starts_with("->");
        let end = if at_once { None } else { ends.after(COMMENT, open + 4) };
        return Lexeme::Nothing(end.or_else(|| ends.after(TAG, open + 4)).unwrap_or(html.len()));
    }
    if rest.starts_with("![CDATA[") {
        // Some wrap twice. What is inside is text to them; a section without an end is none.
        return match ends.after(SECTION, open) {
            Some(_) => Lexeme::Nothing(open + "<![CDATA[".len()),
            None => Lexeme::Text,
        };
    }
    if let Some(declaration) = rest.strip_prefix('!') {
        let begins = declaration.starts_with(|letter: char| letter.is_ascii_alphabetic() || "-[>".contains(letter));
        return if begins { or_text(ends.after(TAG, open)) } else { Lexeme::Text };
    }
    if rest.starts_with('?') {
        return or_text(ends.after(TAG, open));
    }
    let name = rest.strip_prefix('/').unwrap_or(rest);
    if !name.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return if name.len() < rest.len() { or_text(ends.after(TAG, open)) } else { Lexeme::Text };
    }
    let Some((end, attributes)) = measure_tag(html.as_bytes(), open + 1) else { return Lexeme::Nothing(html.len()) };
    if attributes > MAX_HTML_ATTRIBUTES {
        return Lexeme::Overloaded;
    }
    match RAW.iter().find(|raw| is_named(name, raw)) {
        // A self-closing one has no content here: feeds write `<script/>` and mean it.
        Some(raw) if name.len() == rest.len() && !html[..end].ends_with("/>") => {
            Lexeme::Raw(end, closing(html, end, raw).unwrap_or(html.len()))
        }
        _ => Lexeme::Tag(end),
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

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(tags_and_text(html).html, expected, "{html}");
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
                let lexemes = tags_and_text(&html);
                assert!(lexemes.cut || !lexemes.html.contains("a1999"), "{trick}<{tag}");
            }
        }
        let long = format!("<img alt=\"{}\">", "word ".repeat(5_000));
        assert!(!tags_and_text(&long).cut);
    }
}
