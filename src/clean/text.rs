//! Text constructs in, plain text out: what a person would read, white space collapsed, nothing that XML forbids.
//! Markup is taken out by reading it, never by cutting at angle brackets.

use super::html::tokens::{self, Next, Piece};
use crate::model::{MAX_HTML_BYTES, Text, TextKind};

/// Elements whose content no reader sees.
const UNSEEN: &[&str] = &["script", "style", "template", "noscript", "noembed", "noframes", "textarea", "svg", "math"];

/// Elements that begin and end lines, in the order of their names.
const LINES: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "br",
    "caption",
    "center",
    "dd",
    "details",
    "dir",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "legend",
    "li",
    "main",
    "menu",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
];

/// Elements that have no end tag, so that their start alone shows that a text is markup.
const ALONE: &[&str] = &["br", "hr", "img", "p", "wbr"];

/// Bytes beyond which no element's name goes: "blockquote" and a few more.
const MAX_ELEMENT_NAME: usize = 16;

/// The plain text of a construct, white space collapsed. Entities are decoded once where it is markup.
#[must_use]
pub fn plain(value: &str, kind: TextKind) -> String {
    let is_markup = match kind {
        TextKind::Plain => false,
        TextKind::Html => value.contains(['<', '&']),
        TextKind::Unknown => looks_like_markup(value),
    };
    if is_markup { collapse(&read(value)) } else { collapse(head(value)) }
}

/// The text of `html`, a line a paragraph.
#[must_use]
pub fn paragraphs(html: &str) -> String {
    lines(html).join("\n")
}

/// The lines of the text of `html`, white space collapsed, empty ones left out.
pub(super) fn lines(html: &str) -> Vec<String> {
    read(html).lines().map(collapse).filter(|line| !line.is_empty()).collect()
}

/// White space to single blanks, none at the ends; characters that nobody wants left out.
#[must_use]
pub fn collapse(text: &str) -> String {
    let mut line = Line::with_capacity(text.len().min(MAX_HTML_BYTES));
    line.push(text);
    line.finish()
}

/// A line of text that grows: white space collapses over the seams too.
#[derive(Debug, Default)]
struct Line {
    text: String,
    /// White space came and nothing behind it yet.
    gap: bool,
    /// Bytes of it that are surely no white space.
    solid: usize,
}

impl Line {
    fn with_capacity(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ..Self::default() }
    }

    fn push(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            // Most of a text is words with one blank between them: those are taken as they are.
            let run = sound_run(rest.as_bytes());
            if run > 0 {
                self.close_gap();
                self.text.push_str(&rest[..run]);
                self.solid += run;
                rest = &rest[run..];
            }
            let Some(letter) = rest.chars().next() else { return };
            if is_blank(letter) {
                self.gap = !self.text.is_empty();
            } else if !is_unwanted(letter) {
                self.close_gap();
                self.text.push(letter);
            }
            rest = &rest[letter.len_utf8()..];
        }
    }

    fn close_gap(&mut self) {
        if self.gap {
            self.text.push(' ');
            self.gap = false;
        }
    }

    fn finish(mut self) -> String {
        self.text.truncate(self.text.trim_end().len());
        let leading = self.text.len() - self.text.trim_start().len();
        self.text.drain(..leading);
        self.text
    }
}

/// How many bytes stay as they are: printable ASCII with single blanks inside, and characters of other scripts that are
/// neither blank nor unwanted, told by their first byte.
fn sound_run(bytes: &[u8]) -> usize {
    let mut at = 0;
    // Whole blocks first. A blank at the end of one is left to what follows: only that tells whether it stays.
    while let Some(block) = bytes[at..].first_chunk::<BLOCK>() {
        if !is_sound_block(block) || at == 0 && block[0] == b' ' {
            break;
        }
        at += BLOCK - usize::from(block[BLOCK - 1] == b' ');
    }
    while let Some(byte) = bytes.get(at) {
        match SOUNDNESS[usize::from(*byte)] {
            Soundness::Sound => at += 1,
            Soundness::Between if at > 0 && bytes.get(at + 1).is_some_and(is_sound) => at += 2,
            _ => break,
        }
    }
    at
}

/// Bytes that are judged at once, which a compiler makes a few instructions of as long as no loop ends early.
const BLOCK: usize = 32;

/// Whether a block has nothing odd in it and no blank behind another.
fn is_sound_block(block: &[u8; BLOCK]) -> bool {
    let mut odd = false;
    for byte in block {
        odd |= (*byte < b' ') | (*byte == 0x7F) | (*byte == 0xC2) | (*byte == 0xE2) | (*byte >= 0xEF);
    }
    let mut wide = false;
    for at in 1..BLOCK {
        wide |= (block[at - 1] == b' ') & (block[at] == b' ');
    }
    !(odd | wide)
}

/// What a byte says of the character that it begins or belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Soundness {
    /// It stays.
    Sound,
    /// A blank: it stays between two that stay.
    Between,
    /// Perhaps white space, perhaps unwanted.
    Odd,
}

const SOUNDNESS: [Soundness; 256] = {
    let mut table = [Soundness::Sound; 256];
    let mut byte = 0;
    while byte < b' ' {
        table[byte as usize] = Soundness::Odd;
        byte += 1;
    }
    table[b' ' as usize] = Soundness::Between;
    table[0x7F] = Soundness::Odd;
    table[0xC2] = Soundness::Odd;
    table[0xE2] = Soundness::Odd;
    // U+FFFE and U+FFFF, and the two last of every plane behind, which are no characters either.
    let mut byte = 0xEF;
    while byte < 256 {
        table[byte] = Soundness::Odd;
        byte += 1;
    }
    table
};

fn is_sound(byte: &u8) -> bool {
    SOUNDNESS[usize::from(*byte)] == Soundness::Sound
}

/// White space that is only layout. No-break and other spaces of a certain width are the writer's and stay.
fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// At most `limit` characters, cut between words and marked with an ellipsis; the flag tells whether it was cut.
#[must_use]
pub fn shorten(text: String, limit: usize) -> (String, bool) {
    if text.len() <= limit {
        return (text, false);
    }
    let Some((end, _)) = text.char_indices().nth(limit) else { return (text, false) };
    let room = text.char_indices().nth(limit.saturating_sub(1)).map_or(end, |(index, _)| index);
    let head = &text[..room];
    // A single endless word is cut where the room ends.
    let cut = head.rfind(' ').filter(|index| *index > room / 2).unwrap_or(room);
    (format!("{}\u{2026}", head[..cut].trim_end()), true)
}

/// Control characters, but for tab and line ends, and what Unicode says is no character: XML 1.0 forbids or discourages
/// them all, and no reader shows any.
pub(super) fn is_unwanted(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
        || matches!(letter, '\u{feff}' | '\u{fdd0}'..='\u{fdef}')
        || u32::from(letter) & 0xfffe == 0xfffe
}

/// RSS does not say whether a text is markup. It is where a known element is closed, stands with an attribute, or needs
/// no closing, and where an entity stands: "5 < 6 & 7" and "a <- b" are none of these.
fn looks_like_markup(value: &str) -> bool {
    let (mut close, mut equals) = (Ahead::new(value, b'>'), Ahead::new(value, b'='));
    value.match_indices(['<', '&']).any(|(index, found)| match found {
        "&" => starts_with_entity(&value[index + 1..]),
        _ => starts_with_tag(value, index + 1, &mut close, &mut equals),
    })
}

/// The next place of one byte, looked for once however many ask from before it: a text of a million `<b ` has no `>`.
struct Ahead<'a> {
    bytes: &'a [u8],
    byte: u8,
    /// Where it is known to stand next, its end where it stands nowhere.
    at: usize,
    /// Bytes looked at.
    steps: usize,
}

impl<'a> Ahead<'a> {
    fn new(text: &'a str, byte: u8) -> Self {
        let mut ahead = Self { bytes: text.as_bytes(), byte, at: 0, steps: 0 };
        ahead.look(0);
        ahead
    }

    fn look(&mut self, from: usize) {
        let rest = self.bytes.get(from..).unwrap_or_default();
        let passed = rest.iter().position(|byte| *byte == self.byte).unwrap_or(rest.len());
        self.at = from + passed;
        self.steps += passed;
    }

    /// Its first place at or behind `from`; the text's end where there is none. `from` never goes back.
    fn from(&mut self, from: usize) -> usize {
        if self.at < from {
            self.look(from);
        }
        self.at
    }
}

fn starts_with_entity(rest: &str) -> bool {
    let name = rest.strip_prefix('#').unwrap_or(rest);
    let end = name.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(name.len());
    (1..=32).contains(&end) && name.as_bytes().get(end) == Some(&b';')
}

/// Judges what stands behind the `<` before `start`.
fn starts_with_tag(value: &str, start: usize, close: &mut Ahead<'_>, equals: &mut Ahead<'_>) -> bool {
    let rest = &value[start..];
    let (closing, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
    let name_end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let name = rest[..name_end.min(MAX_ELEMENT_NAME)].to_ascii_lowercase();
    let after = &rest[name_end..];
    if !is_element(&name) {
        return false;
    }
    let end = value.len() - after.len();
    closing && after.trim_start().starts_with('>')
        || ALONE.contains(&name.as_str()) && close.from(end) < value.len()
        || after.starts_with(|letter: char| letter.is_ascii_whitespace()) && equals.from(end) < close.from(end)
}

fn is_element(name: &str) -> bool {
    super::html::is_allowed(name)
        || LINES.binary_search(&name).is_ok()
        || UNSEEN.contains(&name)
        || matches!(
            name,
            "font" | "big" | "body" | "html" | "object" | "embed" | "button" | "input" | "select" | "label"
        )
}

/// What a text that must be markup reads as when it was escaped once too often: it has no element, and begins with one
/// that would be if it were unescaped.
pub(super) fn escaped_twice(text: &Text) -> Option<String> {
    let value = text.value.trim_start();
    if text.kind == TextKind::Plain || value.contains('<') || !value.starts_with("&lt;") {
        return None;
    }
    let once = head(value).replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    let closes = once.contains("</") || once[1..].starts_with("img") || once[1..].starts_with("br");
    (closes && is_start_tag(&once[1..])).then_some(once)
}

fn is_start_tag(rest: &str) -> bool {
    let end = rest.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(rest.len());
    let (name, after) = rest.split_at(end);
    is_element(&name.to_ascii_lowercase())
        && after.starts_with(|letter: char| letter == '>' || letter == '/' || letter.is_ascii_whitespace())
        && after.contains('>')
}

/// As much of a text as is looked at: whole characters, at most [`MAX_HTML_BYTES`].
pub(super) fn head(text: &str) -> &str {
    let end = (0..=MAX_HTML_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    &text[..end]
}

/// What a person sees of `html`, a line end at each edge of a block.
fn read(html: &str) -> String {
    let mut text = String::new();
    let mut eyes = Eyes::default();
    tokens::read(head(html), &mut |piece| {
        text.push_str(eyes.see(&piece));
        Next::More
    });
    text
}

/// The plain text of a fragment, taken piece by piece while somebody else reads it.
#[derive(Debug)]
pub(super) struct Reader {
    eyes: Eyes,
    line: Line,
    enough: usize,
}

impl Reader {
    /// One that may leave off once it has `enough` bytes.
    pub(super) fn new(enough: usize) -> Self {
        Self { eyes: Eyes::default(), line: Line::default(), enough }
    }

    /// Takes the next piece.
    pub(super) fn take(&mut self, piece: &Piece<'_>) {
        if self.line.solid < self.enough {
            self.line.push(self.eyes.see(piece));
        }
    }

    /// What [`plain`] gives for the same fragment, or a beginning of it.
    pub(super) fn finish(self) -> String {
        self.line.finish()
    }
}

/// What a person sees of pieces of markup.
#[derive(Debug, Default)]
struct Eyes {
    /// The element that nobody sees, and how many of its name are open.
    unseen: Option<(&'static str, usize)>,
}

impl Eyes {
    /// What is seen of the next piece; the edges of blocks are white space.
    fn see<'p>(&mut self, piece: &Piece<'p>) -> &'p str {
        match (piece, &mut self.unseen) {
            (Piece::Start(name, given), Some((element, depth))) if element == name && !given.closes_itself() => {
                *depth += 1;
            }
            (Piece::End(name), Some((element, depth))) if element == name => {
                *depth -= 1;
                if *depth == 0 {
                    self.unseen = None;
                }
            }
            (_, Some(_)) => {}
            (Piece::Text(text), None) => return text,
            (Piece::Start(name, given), None) => {
                let Some(element) = UNSEEN.iter().find(|element| *element == name) else { return edge(name) };
                if !given.closes_itself() {
                    self.unseen = Some((element, 1));
                }
            }
            (Piece::End(name), None) => return edge(name),
        }
        ""
    }
}

fn edge(name: &str) -> &'static str {
    match name {
        _ if LINES.binary_search(&name).is_ok() => "\n",
        "td" | "th" => " ",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(value: &str, kind: TextKind, expected: &str) {
        assert_eq!(plain(value, kind), expected, "{value}");
    }

    proptest::proptest! {
        #[test]
        fn a_long_text_collapses_as_its_characters_do(
            words in proptest::collection::vec(
                "[a-z\u{e9}\u{1f33e}]{1,20}|[ \n\t\u{1}\u{a0}\u{2028}\u{ffff}\u{7ffff}\u{10fffe}]{1,3}",
                0..40,
            ),
        ) {
            let text = words.concat();
            let mut expected = String::new();
            for letter in text.chars().filter(|letter| is_blank(*letter) || !is_unwanted(*letter)) {
                match is_blank(letter) {
                    false => expected.push(letter),
                    true if expected.ends_with(' ') => {}
                    true => expected.push(' '),
                }
            }
            proptest::prop_assert_eq!(collapse(&text), expected.trim());
        }
    }

    #[test]
    fn white_space_collapses_and_forbidden_characters_go() {
        check("  Harga \n\t beras\u{a0}naik \u{1}\u{ffff}", TextKind::Plain, "Harga beras\u{a0}naik");
        check("\u{5d0}\u{5d1} \u{1f33e}", TextKind::Plain, "\u{5d0}\u{5d1} \u{1f33e}");
    }

    #[test]
    fn markup_is_read_where_it_is_markup() {
        check("a <b>b</b> &amp; c", TextKind::Html, "a b & c");
        check("a <b>b</b> &amp; c", TextKind::Plain, "a <b>b</b> &amp; c");
        check("a<p>b</p>c<br>d<td>e", TextKind::Html, "a b c d e");
        check("a<script>if (1<2) x()</script>b<style>p{}</style>", TextKind::Html, "ab");
        check("&lt;b&gt;", TextKind::Html, "<b>");
        check("x<!-- <b>y</b> -->z", TextKind::Html, "xz");
    }

    #[test]
    fn rss_texts_are_markup_where_they_look_so() {
        check("AT&amp;T", TextKind::Unknown, "AT&T");
        check("AT&T & 5 < 6", TextKind::Unknown, "AT&T & 5 < 6");
        check("a <b>b</b>", TextKind::Unknown, "a b");
        check("a<br>b<br/>c", TextKind::Unknown, "a b c");
        check("<a href='/x'>a", TextKind::Unknown, "a");
        check("&lt;b&gt; tebal", TextKind::Unknown, "<b> tebal");
        check("Cara memakai <b> di HTML", TextKind::Unknown, "Cara memakai <b> di HTML");
        check("List<String> dan <T>", TextKind::Unknown, "List<String> dan <T>");
        check("i <3 u", TextKind::Unknown, "i <3 u");
    }

    #[test]
    fn judging_a_text_is_linear_in_its_length() {
        for hostile in ["<b ", "<p", "</b ", "<a =", "<a >", "&a", "<b =<p>"] {
            let text = hostile.repeat(40_000);
            let (mut close, mut equals) = (Ahead::new(&text, b'>'), Ahead::new(&text, b'='));
            for (index, _) in text.match_indices('<') {
                let _ = starts_with_tag(&text, index + 1, &mut close, &mut equals);
            }
            assert!(close.steps.max(equals.steps) <= text.len(), "{hostile}: {}, {}", close.steps, equals.steps);
        }
        check("<b <i <a href=x", TextKind::Unknown, "");
        check("<b <i <a href", TextKind::Unknown, "<b <i <a href");
    }

    #[test]
    fn long_texts_end_between_words() {
        assert_eq!(shorten("satu dua tiga".to_owned(), 13), ("satu dua tiga".to_owned(), false));
        assert_eq!(shorten("satu dua tiga".to_owned(), 12), ("satu dua\u{2026}".to_owned(), true));
        assert_eq!(shorten("abcdefghij".to_owned(), 5), ("abcd\u{2026}".to_owned(), true));
    }

    #[test]
    fn markup_that_was_escaped_twice_is_told_from_markup_that_is_spoken_of() {
        let once = |value: &str| {
            let text = Text { value: value.to_owned(), kind: TextKind::Unknown, ..Text::default() };
            escaped_twice(&text)
        };
        assert_eq!(once(" &lt;p&gt;a &amp;amp; b&lt;/p&gt;").as_deref(), Some("<p>a &amp; b</p>"));
        assert_eq!(once("&lt;img src=&quot;a&quot;&gt;teks").as_deref(), Some("<img src=\"a\">teks"));
        assert_eq!(once("&lt;b&gt; menebalkan teks"), None);
        assert_eq!(once("Cara memakai &lt;p&gt; dan &lt;/p&gt;"), None);
        assert_eq!(once("&lt;kabar&gt; x &lt;/kabar&gt;"), None);
        assert_eq!(once("&lt;p&gt;a&lt;/p&gt; <b>c</b>"), None);
    }

    #[test]
    fn blanks_collapse_wherever_they_stand() {
        check(" a  b\u{2028}c \u{e9} \u{201c}d\u{201d} \u{85}e ", TextKind::Plain, "a b c \u{e9} \u{201c}d\u{201d} e");
        check("<p> a </p> <p>b<i> </i> c</p>", TextKind::Html, "a b c");
        assert!(LINES.is_sorted());
    }

    #[test]
    fn unclosed_tags_are_no_text() {
        check("a <img src=x onerror=y", TextKind::Html, "a");
    }
}
