//! The plain ones of tags and texts in, pieces out without a copy; `None` for those that need the whole tokenizer.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memchr3};

use super::tokens::{Attribute, Attributes, Next, Piece};

/// Names of elements and attributes that are put into lower case here; no name of HTML is longer.
const MAX_NAME_BYTES: usize = 32;

/// Reads a text that holds no `<`.
pub(super) fn text(text: &str, take: &mut impl FnMut(Piece<'_>) -> Next) -> Option<Next> {
    decoded(text).map(|text| take(Piece::Text(&text)))
}

/// Reads a tag from its `<` to its `>`.
pub(super) fn tag(tag: &str, take: &mut impl FnMut(Piece<'_>) -> Next) -> Option<Next> {
    let tag = tag.strip_prefix('<')?.strip_suffix('>')?;
    if let Some(name) = tag.strip_prefix('/') {
        return Some(take(Piece::End(&lower(name).filter(|_| is_name(name))?)));
    }
    let end = tag.bytes().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(tag.len());
    let name = lower(&tag[..end])?;
    let mut attributes: Vec<Attribute<'_>> = Vec::new();
    let mut rest = &tag[end..];
    loop {
        let blanks = rest.bytes().take_while(|byte| is_blank(*byte)).count();
        rest = &rest[blanks..];
        if rest.is_empty() || rest == "/" {
            return Some(take(Piece::Start(&name, Attributes::new(&attributes, rest == "/"))));
        }
        // Quoted values that touch the next name are an error that the tokenizer knows how to read.
        if blanks == 0 {
            return None;
        }
        let (attribute, after) = attribute(rest)?;
        rest = after;
        if !attributes.iter().any(|(known, _)| *known == attribute.0) {
            attributes.push(attribute);
        }
    }
}

/// An attribute at the beginning of `text`, and what follows it.
fn attribute(text: &str) -> Option<(Attribute<'_>, &str)> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':');
    let end = text.bytes().position(|byte| !plain(byte)).unwrap_or(text.len());
    let name = lower(&text[..end]).filter(|name| !name.is_empty())?;
    let rest = &text[end..];
    let Some(value) = rest.strip_prefix('=') else {
        // A name alone; with blanks behind it a value might still come.
        return (rest.is_empty() || rest == "/").then_some(((name, Cow::Borrowed("")), rest));
    };
    let quote = *value.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
    let value = &value[1..];
    let end = memchr(quote, value.as_bytes())?;
    Some(((name, decoded(&value[..end])?), &value[end + 1..]))
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n')
}

fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn lower(name: &str) -> Option<Cow<'_, str>> {
    if name.len() > MAX_NAME_BYTES {
        return None;
    }
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) })
}

/// Characters with the plainest entities decoded.
fn decoded(text: &str) -> Option<Cow<'_, str>> {
    if memchr3(b'&', b'\r', 0, text.as_bytes()).is_none() {
        return Some(Cow::Borrowed(text));
    }
    if memchr2(b'\r', 0, text.as_bytes()).is_some() {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let (letter, length) = reference(behind)?;
        out.push(letter);
        rest = &behind[length..];
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

/// The character that a reference means, and its length; `text` stands behind the `&`. A bare `&` means itself.
fn reference(text: &str) -> Option<(char, usize)> {
    const NAMED: [(&str, char); 6] =
        [("amp;", '&'), ("lt;", '<'), ("gt;", '>'), ("quot;", '"'), ("apos;", '\''), ("nbsp;", '\u{a0}')];
    if text.starts_with(' ') {
        return Some(('&', 0));
    }
    if let Some(digits) = text.strip_prefix('#') {
        let end = digits.bytes().take(7).position(|byte| byte == b';')?;
        let code: u32 = digits[..end].parse().ok().filter(|_| is_name(&digits[..end]))?;
        // Controls and what windows-1252 has in their place are for the tokenizer.
        let letter = char::from_u32(code).filter(|letter| *letter >= ' ' && !('\u{7f}'..'\u{a0}').contains(letter))?;
        return Some((letter, end + 2));
    }
    NAMED.iter().find(|(name, _)| text.starts_with(name)).map(|(name, letter)| (*letter, name.len()))
}
