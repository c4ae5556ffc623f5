//! What stands between a tag's name and its `>` in, names and values as written out: by the rules of XML, or where those
//! are broken, by those of HTML.

use std::borrow::Cow;

use memchr::memchr;
use quick_xml::events::BytesStart;

use super::build::Written;
use crate::model::{MAX_ATTRIBUTES, RepairKind};

/// What was wrong with the attributes of a tag.
pub(super) type Trouble = (RepairKind, &'static str);

/// Reads the attributes of a tag: names in lower case, values with their references unread.
pub(super) fn read<'t>(tag: &'t BytesStart<'_>) -> (Vec<Written<'t>>, Option<Trouble>) {
    let whole = std::str::from_utf8(tag).unwrap_or_default();
    match plain(whole.get(tag.name().as_ref().len()..).unwrap_or_default()) {
        Some(read) => (read, None),
        None => loose(tag),
    }
}

/// `name="value"` after `name="value"`, blanks between them; `None` for anything else.
fn plain(text: &str) -> Option<Vec<Written<'_>>> {
    let mut read = Vec::new();
    let mut rest = text;
    loop {
        let blanks = rest.bytes().take_while(u8::is_ascii_whitespace).count();
        rest = &rest[blanks..];
        if rest.is_empty() {
            return Some(read);
        }
        let end = rest.bytes().position(|byte| !is_name(byte))?;
        let (name, value) = (&rest[..end], rest[end..].strip_prefix('=')?);
        let quote = *value.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        let value = &value[1..];
        let end = memchr(quote, value.as_bytes())?;
        if blanks == 0 || name.is_empty() || read.len() == MAX_ATTRIBUTES {
            return None;
        }
        read.push((lower(name), Cow::Borrowed(&value[..end])));
        rest = &value[end + 1..];
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'-' | b'_' | b'.')
}

fn lower(name: &str) -> Cow<'_, str> {
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_ascii_lowercase()) }
}

fn loose<'t>(tag: &'t BytesStart<'_>) -> (Vec<Written<'t>>, Option<Trouble>) {
    let mut strict = tag.attributes();
    let well_formed = strict.with_checks(false).take(MAX_ATTRIBUTES).all(|one| one.is_ok());
    let mut trouble = (!well_formed).then_some((RepairKind::Markup, "an attribute has no quotes or no value"));
    let mut reader = if well_formed { tag.attributes() } else { tag.html_attributes() };
    let mut read = Vec::new();
    for attribute in reader.with_checks(false).take(MAX_ATTRIBUTES + 1) {
        if read.len() == MAX_ATTRIBUTES {
            trouble = Some((RepairKind::Limit, "an element has more than 256 attributes, the rest was left out"));
            break;
        }
        let Ok(attribute) = attribute else { continue };
        let name = match String::from_utf8_lossy(attribute.key.0) {
            Cow::Borrowed(name) => lower(name),
            Cow::Owned(name) => Cow::Owned(name.to_ascii_lowercase()),
        };
        let value = match attribute.value {
            Cow::Borrowed(value) => String::from_utf8_lossy(value),
            Cow::Owned(value) => Cow::Owned(String::from_utf8_lossy(&value).into_owned()),
        };
        read.push((name, value));
    }
    (read, trouble)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(content: &str) {
        let tag = BytesStart::from_content(content, 1);
        assert_eq!(plain(&content[1..]), Some(loose(&tag).0), "{content}");
        assert!(loose(&tag).1.is_none(), "{content}");
    }

    #[test]
    fn plain_attributes_are_read_as_quick_xml_reads_them() {
        check("a");
        check("a ");
        check("a b=\"c\" xml:d='e'\n\tF-g=\"'&amp;>\" ");
        check("a b='' b=''");
    }

    #[test]
    fn the_rest_is_left_to_it() {
        for odd in [" b", " b=c", " b = 'c'", " b='c'd='e'", " b='c", " =''", " \u{e9}=''", " b='c' <"] {
            assert_eq!(plain(odd), None, "{odd}");
        }
    }
}
