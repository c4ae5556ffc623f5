//! HTML in, its pieces out, one after the other: start tags, end tags, text with its entities decoded. No tree, no
//! recursion; comments, doctypes and NUL are left out. What a browser reads as raw text (scripts, styles) is told as
//! text, which the callers skip together with its element.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Attributes looked at in one tag. The tokenizer compares each attribute with all before it, so this bounds a square.
const MAX_TAG_ATTRIBUTES: usize = 1_024;

/// What stands next in a fragment.
pub(crate) enum Piece<'a> {
    /// A start tag, its name in lower case.
    Start(&'a str, Attributes<'a>),
    /// An end tag, its name in lower case.
    End(&'a str),
    /// Characters, entities decoded.
    Text(&'a str),
}

/// The attributes of one start tag, names in lower case, the first of each name.
#[derive(Clone, Copy)]
pub(crate) struct Attributes<'a>(&'a Tag);

impl<'a> Attributes<'a> {
    /// The value of the attribute `name`, entities decoded.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
    }

    /// All of them, in document order.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.0.attrs.iter().map(|attribute| (&*attribute.name.local, &*attribute.value))
    }

    /// True for `<x/>`, which HTML ignores and feeds mean.
    pub(crate) fn closes_itself(&self) -> bool {
        self.0.self_closing
    }
}

/// Whether a reader of pieces wants more of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Go on.
    More,
    /// Enough was seen: reading ends at the next tag.
    Enough,
}

/// Reads `html` and hands each piece to `take`. Gives how many pieces that were, and whether the fragment had to be cut
/// before a tag with more than [`MAX_TAG_ATTRIBUTES`] attributes.
pub(crate) fn read(html: &str, take: &mut dyn FnMut(Piece<'_>) -> Next) -> Reading {
    let html = mend_declarations(html);
    let whole = before_overloaded_tag(&html);
    let sink = Sink { take: RefCell::new(take), pieces: Cell::new(0), enough: Cell::new(false) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(whole));
    let _ = tokenizer.feed(&input);
    if !tokenizer.sink.enough.get() {
        tokenizer.end();
    }
    Reading { pieces: tokenizer.sink.pieces.get(), cut: whole.len() < html.len() }
}

/// How a reading went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Pieces handed out: the step counter of everything that reads HTML.
    pub(crate) pieces: usize,
    /// True when the fragment was cut.
    pub(crate) cut: bool,
}

struct Sink<'a> {
    take: RefCell<&'a mut dyn FnMut(Piece<'_>) -> Next>,
    pieces: Cell<usize>,
    enough: Cell<bool>,
}

impl Sink<'_> {
    fn hand(&self, piece: Piece<'_>) {
        if !self.enough.get() {
            self.pieces.set(self.pieces.get() + 1);
            let mut take = self.take.borrow_mut();
            self.enough.set((*take)(piece) == Next::Enough);
        }
    }
}

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.hand(Piece::Text(&text)),
            Token::TagToken(tag) => {
                match tag.kind {
                    TagKind::StartTag => self.hand(Piece::Start(&tag.name, Attributes(&tag))),
                    TagKind::EndTag => self.hand(Piece::End(&tag.name)),
                }
                // The one answer that makes the tokenizer return early; a tag is the one token that may give it.
                return if self.enough.get() { TokenSinkResult::Script(()) } else { raw_text(&tag) };
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

/// Elements whose content the HTML standard reads as characters (13.2.5). A self-closing one has no content here,
/// because feeds write `<script/>` and mean it; what follows is sanitised all the same. Frames are not among them: they
/// are taken out, so what HTML 4 lets them say to readers without frames is read as markup.
fn raw_text(tag: &Tag) -> TokenSinkResult<()> {
    if tag.kind != TagKind::StartTag || tag.self_closing {
        return TokenSinkResult::Continue;
    }
    match &*tag.name {
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "style" | "xmp" | "noembed" | "noframes" => TokenSinkResult::RawData(RawKind::Rawtext),
        "textarea" => TokenSinkResult::RawData(RawKind::Rcdata),
        _ => TokenSinkResult::Continue,
    }
}

/// `html` up to the first tag with too many attributes. Attributes are counted as the tokenizer would: quotes hold
/// values together, a `>` outside quotes ends the tag. Comments and scripts are skipped, for they hold no tags.
fn before_overloaded_tag(html: &str) -> &str {
    let bytes = html.as_bytes();
    let mut at = 0;
    while let Some(open) = find(bytes, at, b'<') {
        let rest = &bytes[open..];
        if rest.starts_with(b"<!--") {
            at = find_text(html, open + 4, "-->").unwrap_or(bytes.len());
            continue;
        }
        if !rest.get(1).is_some_and(u8::is_ascii_alphabetic) {
            at = open + 1;
            continue;
        }
        let (end, attributes) = measure_tag(bytes, open + 1);
        if attributes > MAX_TAG_ATTRIBUTES {
            return &html[..open];
        }
        at = end;
        for (name, close) in [("script", "</script"), ("style", "</style")] {
            if rest.get(1..=name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes())) {
                at = find_text(html, end, close).unwrap_or(end);
            }
        }
    }
    html
}

/// Where the tag that starts at `at` ends, and how many attributes it has at most.
fn measure_tag(bytes: &[u8], at: usize) -> (usize, usize) {
    let (mut index, mut attributes, mut in_word, mut after_equals) = (at, 0, true, false);
    while let Some(&byte) = bytes.get(index) {
        match byte {
            b'>' => return (index + 1, attributes),
            b'"' | b'\'' if after_equals => {
                index = find(bytes, index + 1, byte).unwrap_or(bytes.len());
                (in_word, after_equals) = (false, false);
            }
            b'=' if in_word || attributes > 0 => after_equals = true,
            b' ' | b'\t' | b'\n' | b'\r' | b'\x0c' | b'/' => in_word = false,
            _ => {
                attributes += usize::from(!in_word && !after_equals);
                (in_word, after_equals) = (true, false);
            }
        }
        index += 1;
    }
    (bytes.len(), attributes)
}

/// What nobody closes would take the rest of the text with it: a comment without its end closes at the next `>`, a
/// declaration without any `>` is characters, as is `<!` before what begins no declaration.
fn mend_declarations(html: &str) -> Cow<'_, str> {
    let last_end = html.rfind('>');
    let last_comment_end = html.rfind("-->");
    let mut mended = String::new();
    let mut copied = 0;
    for (at, _) in html.match_indices("<!") {
        let rest = &html[at + 2..];
        let begins = rest.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '-' | '[' | '>'));
        let is_open = |end: Option<usize>| end.is_none_or(|end| end < at);
        let replacement = match rest.starts_with("--") {
            true if is_open(last_comment_end) && !is_open(last_end) => "<!x",
            false if !begins || is_open(last_end) => "&lt;!",
            _ => continue,
        };
        mended.push_str(&html[copied..at]);
        mended.push_str(replacement);
        copied = at + 2;
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    mended.push_str(&html[copied..]);
    Cow::Owned(mended)
}

fn find(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    bytes.get(from..)?.iter().position(|found| *found == byte).map(|index| from + index)
}

fn find_text(html: &str, from: usize, text: &str) -> Option<usize> {
    html.get(from..)?.find(text).map(|index| from + index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(html: &str) -> String {
        let mut told = String::new();
        read(html, &mut |piece| {
            match piece {
                Piece::Start(name, attributes) => {
                    told.push_str(&format!("<{name} {}>", attributes.get("href").unwrap_or_default()));
                }
                Piece::End(name) => told.push_str(&format!("</{name}>")),
                Piece::Text(text) => told.push_str(text),
            }
            Next::More
        });
        told
    }

    #[test]
    fn pieces_come_in_order_with_entities_decoded() {
        assert_eq!(pieces("a<A HREF='x&amp;y'>b&eacute;</a><!-- no -->c"), "a<a x&y>b\u{e9}</a>c");
    }

    #[test]
    fn what_nobody_closes_takes_no_text_with_it() {
        assert_eq!(pieces("a<!-- b >c<b>d"), "ac<b >d");
        assert_eq!(pieces("<!-- a -->b<!-- c"), "b");
        assert_eq!(pieces("a <!DOCTYPE b"), "a <!DOCTYPE b");
        assert_eq!(pieces("a <!'b' <b>c"), "a <!'b' <b >c");
        assert_eq!(pieces("<!doctype html>a<![CDATA[b]]>c<!>d"), "acd");
    }

    #[test]
    fn scripts_are_one_text() {
        assert_eq!(pieces("<script>if (a<b) '</p>'</script>x"), "<script >if (a<b) '</p>'</script>x");
    }

    #[test]
    fn a_tag_with_a_million_attributes_is_not_read() {
        let bomb = format!("before<p {}>after", (0..300_000).fold(String::new(), |all, n| all + &format!("a{n}=1 ")));
        let reading = read(&bomb, &mut |_| Next::More);
        assert!(reading.cut);
        assert_eq!(reading.pieces, 1);
    }

    #[test]
    fn long_quoted_values_are_no_attributes() {
        let html = format!("<img alt=\"{}\">", "word ".repeat(5_000));
        assert!(!read(&html, &mut |_| Next::More).cut);
    }

    #[test]
    fn reading_ends_when_enough_was_seen() {
        let mut seen = 0;
        read("<b>1<b>2<b>3<b>4", &mut |_| {
            seen += 1;
            if seen == 3 { Next::Enough } else { Next::More }
        });
        assert_eq!(seen, 3);
    }
}
