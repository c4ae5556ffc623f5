//! The text of clean HTML, and clean HTML with another text: what stands between its tags, entities read. It takes the
//! sanitiser's output only, which is well formed; what it writes is to be sanitised again.

use std::borrow::Cow;

/// A piece of markup.
enum Piece<'a> {
    Tag(&'a str),
    Text(&'a str),
}

/// Splits at tags. A `>` in a quoted value ends none.
fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let is_tag = rest.starts_with('<');
        let end = if is_tag { end_of_tag(rest) } else { rest.find('<').unwrap_or(rest.len()) };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(if is_tag { Piece::Tag(piece) } else { Piece::Text(piece) })
    })
}

fn end_of_tag(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// What a person reads of it, with one blank where a tag stands.
pub(super) fn of_html(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    for piece in pieces(html) {
        match piece {
            Piece::Text(said) => text.push_str(&unescaped(said)),
            Piece::Tag(tag) if is_inline(tag) => {}
            Piece::Tag(_) => text.push(' '),
        }
    }
    text
}

/// Whether words run on through it.
fn is_inline(tag: &str) -> bool {
    let name: String = tag.trim_start_matches(['<', '/']).chars().take_while(char::is_ascii_alphanumeric).collect();
    matches!(
        name.as_str(),
        "a" | "abbr"
            | "b"
            | "cite"
            | "code"
            | "em"
            | "i"
            | "mark"
            | "q"
            | "s"
            | "small"
            | "span"
            | "strong"
            | "sub"
            | "sup"
            | "u"
    )
}

/// The HTML with each of its texts changed; none where none is.
pub(super) fn changed(html: &str, change: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut new = String::with_capacity(html.len());
    let mut is_changed = false;
    for piece in pieces(html) {
        match piece {
            Piece::Tag(tag) => new.push_str(tag),
            Piece::Text(said) => match change(&unescaped(said)) {
                Some(other) => {
                    is_changed = true;
                    escape(&other, &mut new);
                }
                None => new.push_str(said),
            },
        }
    }
    is_changed.then_some(new)
}

/// The entities that the sanitiser writes.
fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains('&') {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let known = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>'), ("&quot;", '"'), ("&nbsp;", '\u{a0}')];
        let (length, letter) = known
            .iter()
            .find(|(name, _)| rest.starts_with(name))
            .map_or((1, '&'), |(name, letter)| (name.len(), *letter));
        plain.push(letter);
        rest = &rest[length..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

fn escape(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            letter => out.push(letter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_read_and_changed_between_tags_alone() {
        let html = r#"<p title="a > b">Satu &amp; <b>du</b>a</p><p>tiga</p>"#;
        assert_eq!(of_html(html), " Satu & dua  tiga ");
        let upper = |text: &str| text.contains('&').then(|| text.replace('&', "<i>"));
        let expected = r#"<p title="a > b">Satu &lt;i&gt; <b>du</b>a</p><p>tiga</p>"#;
        assert_eq!(changed(html, upper).unwrap(), expected);
        assert_eq!(changed(html, |_| None), None);
        assert_eq!(of_html("a & b <unclosed \"x"), "a & b  ");
    }
}
