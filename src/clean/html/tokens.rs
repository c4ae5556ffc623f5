//! HTML in, its pieces out, one after the other: start tags, end tags, text with its entities decoded. No tree, no
//! recursion; comments, declarations, NUL and the content of scripts are left out.

use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::lexemes::tags_and_text;

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
/// before a tag with a senseless number of attributes.
pub(crate) fn read(html: &str, take: &mut dyn FnMut(Piece<'_>) -> Next) -> Reading {
    let lexemes = tags_and_text(html);
    let sink = Sink { take: RefCell::new(take), pieces: Cell::new(0), enough: Cell::new(false) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(&lexemes.html));
    let _ = tokenizer.feed(&input);
    if !tokenizer.sink.enough.get() {
        tokenizer.end();
    }
    Reading { pieces: tokenizer.sink.pieces.get(), cut: lexemes.cut }
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
                return if self.enough.get() { TokenSinkResult::Script(()) } else { TokenSinkResult::Continue };
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
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
    fn scripts_have_no_text() {
        assert_eq!(pieces("<script>if (a<b) '</p>'</script>x"), "<script ></script>x");
    }

    #[test]
    fn a_tag_with_a_million_attributes_is_not_read() {
        let bomb = format!("before<p {}>after", (0..300_000).fold(String::new(), |all, n| all + &format!("a{n}=1 ")));
        let reading = read(&bomb, &mut |_| Next::More);
        assert!(reading.cut);
        assert_eq!(reading.pieces, 1);
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
