//! html5ever's tokenizer: any markup in, the pieces that the HTML standard says it has out.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};

use html5ever::buffer_queue::BufferQueue;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::tokens::{Attribute, Attributes, Next, Piece};

/// Hands the pieces of `html` to `take` until it has enough.
pub(super) fn read(html: &str, take: &mut dyn FnMut(Piece<'_>) -> Next) -> Next {
    let sink = Sink { take: RefCell::new(take), next: Cell::new(Next::More) };
    // A mark of byte order is a character here: this may be the middle of a fragment.
    let tokenizer = Tokenizer::new(sink, TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() });
    let input = BufferQueue::default();
    input.push_back(StrTendril::from_slice(html));
    let _ = tokenizer.feed(&input);
    if tokenizer.sink.next.get() == Next::More {
        tokenizer.end();
    }
    tokenizer.sink.next.get()
}

struct Sink<'a> {
    take: RefCell<&'a mut dyn FnMut(Piece<'_>) -> Next>,
    next: Cell<Next>,
}

impl Sink<'_> {
    fn hand(&self, piece: Piece<'_>) {
        if self.next.get() == Next::More {
            let mut take = self.take.borrow_mut();
            self.next.set((*take)(piece));
        }
    }

    fn tag(&self, tag: &Tag) {
        if tag.kind == TagKind::EndTag {
            return self.hand(Piece::End(&tag.name));
        }
        let attributes: Vec<Attribute<'_>> =
            tag.attrs.iter().map(|one| (Cow::Borrowed(&*one.name.local), Cow::Borrowed(&*one.value))).collect();
        self.hand(Piece::Start(&tag.name, Attributes::new(&attributes, tag.self_closing)));
    }
}

impl TokenSink for Sink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::CharacterTokens(text) => self.hand(Piece::Text(&text)),
            Token::TagToken(tag) => {
                self.tag(&tag);
                // The one answer that makes the tokenizer return early; a tag is the one token that may give it.
                if self.next.get() == Next::Enough {
                    return TokenSinkResult::Script(());
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
