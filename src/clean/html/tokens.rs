//! HTML in, its pieces out, one after the other: start tags, end tags, text with its entities decoded. No tree, no
//! recursion; comments, declarations, NUL and the content of scripts are left out.
//!
//! Most markup is plain: a name, attributes in quotes, one of five entities. That is read here, in place. Each piece
//! that is odder than that goes to html5ever's tokenizer, alone: [`tags_and_text`] left nothing that would reach from
//! one piece into the next. A test holds both ways to the same pieces.

use std::borrow::Cow;

use super::lexemes::{Lexeme, tags_and_text};
use super::{plain, tokenizer};

/// What stands next in a fragment.
pub(crate) enum Piece<'a> {
    /// A start tag, its name in lower case.
    Start(&'a str, Attributes<'a>),
    /// An end tag, its name in lower case.
    End(&'a str),
    /// Characters, entities decoded.
    Text(&'a str),
}

/// Name in lower case and value, entities decoded.
pub(super) type Attribute<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The attributes of one start tag, names in lower case, the first of each name.
#[derive(Clone, Copy)]
pub(crate) struct Attributes<'a> {
    list: &'a [Attribute<'a>],
    closes_itself: bool,
}

impl<'a> Attributes<'a> {
    /// Those that a tag was written with.
    pub(super) fn new(list: &'a [Attribute<'a>], closes_itself: bool) -> Self {
        Self { list, closes_itself }
    }

    /// The value of the attribute `name`, entities decoded.
    pub(crate) fn get(&self, name: &str) -> Option<&'a str> {
        self.list.iter().find(|(its, _)| its == name).map(|(_, value)| &**value)
    }

    /// All of them, in document order.
    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.list.iter().map(|(name, value)| (&**name, &**value))
    }

    /// True for `<x/>`, which HTML ignores and feeds mean.
    pub(crate) fn closes_itself(&self) -> bool {
        self.closes_itself
    }
}

/// Whether a reader of pieces wants more of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// Go on.
    More,
    /// Enough was seen: reading ends here.
    Enough,
}

/// How a reading went.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading {
    /// Pieces handed out: the step counter of everything that reads HTML.
    pub(crate) pieces: usize,
    /// True when the fragment was cut before a tag with a senseless number of attributes.
    pub(crate) cut: bool,
}

/// Reads `html` and hands each piece to `take`.
pub(crate) fn read(html: &str, take: &mut dyn FnMut(Piece<'_>) -> Next) -> Reading {
    let mut lexemes = tags_and_text(html);
    let mut pieces = 0;
    let mut counted = |piece: Piece<'_>| {
        pieces += 1;
        take(piece)
    };
    for lexeme in &mut lexemes {
        let next = match lexeme {
            Lexeme::Text(text) => plain::text(text, &mut counted).ok_or(text),
            Lexeme::Tag(tag) => plain::tag(tag, &mut counted).ok_or(tag),
            Lexeme::Literal => Ok(counted(Piece::Text("<"))),
        };
        if next.unwrap_or_else(|odd| tokenizer::read(odd, &mut counted)) == Next::Enough {
            break;
        }
    }
    Reading { pieces, cut: lexemes.cut }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(read: impl FnOnce(&mut dyn FnMut(Piece<'_>) -> Next)) -> String {
        let mut told = String::new();
        read(&mut |piece| {
            match piece {
                Piece::Start(name, attributes) => {
                    told.push_str(&format!("<{name}"));
                    attributes.iter().for_each(|(name, value)| told.push_str(&format!(" {name}={value:?}")));
                    told.push_str(if attributes.closes_itself() { "/>" } else { ">" });
                }
                Piece::End(name) => told.push_str(&format!("</{name}>")),
                Piece::Text(text) => told.push_str(text),
            }
            Next::More
        });
        told
    }

    fn quickly(html: &str) -> String {
        told(|take| {
            read(html, take);
        })
    }

    #[track_caller]
    fn check(html: &str, expected: &str) {
        assert_eq!(quickly(html), expected, "{html}");
    }

    #[test]
    fn pieces_come_in_order_with_entities_decoded() {
        check("a<A HREF='x&amp;y'>b&eacute;</a><!-- no -->c", "a<a href=\"x&y\">b\u{e9}</a>c");
        check("&lt;b&gt; &#8211; &#x2013; &#150; &nbsp;&ampx &", "<b> \u{2013} \u{2013} \u{2013} \u{a0}&x &");
        check("<img alt=\"\" src='a' hidden /><br/>", "<img alt=\"\" src=\"a\" hidden=\"\"/><br/>");
        check("<a b=1 b=2 c=d/></a x=1>", "<a b=\"1\" c=\"d/\"></a>");
    }

    #[test]
    fn scripts_have_no_text() {
        check("<script>if (a<b) '</p>'</script>x", "<script></script>x");
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

    fn scraps() -> impl Strategy<Value = String> {
        let scrap = prop::sample::select(vec![
            "<",
            ">",
            "/",
            "=",
            "\"",
            "'",
            " ",
            "\n",
            "\r",
            "&",
            ";",
            "#",
            "x",
            "a",
            "B",
            "1",
            "-",
            ":",
            "\0",
            "\u{e9}",
            "&amp;",
            "&lt;",
            "&quot;",
            "&#39;",
            "&#8211;",
            "&#x41;",
            "&#0;",
            "&#55296;",
            "&notit;",
            "&nbsp",
            "<a href=\"x\">",
            "<P>",
            "</p>",
            "</p >",
            "<br/>",
            "<img src='a' alt=b>",
            "<x y=\"&amp;\">",
            "<i a a=1>",
            "\u{feff}",
            "\t",
        ]);
        prop::collection::vec(scrap, 0..16).prop_map(|scraps| scraps.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 4_000, ..ProptestConfig::default() })]

        /// What is read in place is what html5ever reads.
        #[test]
        fn both_ways_give_the_same_pieces(html in scraps()) {
            let slowly = |take: &mut dyn FnMut(Piece<'_>) -> Next| {
                for lexeme in tags_and_text(&html) {
                    let (Lexeme::Text(written) | Lexeme::Tag(written)) = lexeme else {
                        take(Piece::Text("<"));
                        continue;
                    };
                    tokenizer::read(written, take);
                }
            };
            prop_assert_eq!(quickly(&html), told(slowly));
        }
    }
}
