//! What stands between `&` and `;`. A name in, characters out, with what was wrong about it.

use super::entities;
use crate::model::RepairKind;
use crate::notation::charset::is_c1;

/// Entities that a document's own DTD may declare.
const MAX_ENTITIES: usize = 64;
/// Bytes that declared entities may put into a document altogether.
const MAX_EXPANSION: usize = 64 * 1024;

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One character; the repair where it is a control character or the document does not declare its name.
    Char(char, Option<RepairKind>),
    /// Characters of an entity; the repair where it was one too many.
    Text(String, Option<RepairKind>),
    /// Nothing: the character is one that XML forbids.
    Nothing,
    /// It is no reference: the `&` stands for itself.
    Literal,
}

/// Entities that the document's DTD declares with a plain value. Nested, external and parameter entities are never
/// expanded, so that an expansion is never longer than what was written.
#[derive(Debug, Default)]
pub(super) struct Entities {
    declared: Vec<(String, String)>,
    expanded: usize,
}

impl Entities {
    /// Takes the declarations out of a DOCTYPE.
    pub(super) fn declare(&mut self, doctype: &str) {
        for declaration in doctype.split("<!ENTITY").skip(1) {
            if self.declared.len() == MAX_ENTITIES {
                return;
            }
            let declaration = declaration.trim_start();
            let Some((name, rest)) = declaration.split_once(char::is_whitespace) else { continue };
            let rest = rest.trim_start();
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some(value) = quote.and_then(|quote| rest[1..].split(quote).next()) else { continue };
            if name != "%" && !value.contains('%') {
                self.declared.push((name.to_owned(), flat(value)));
            }
        }
    }

    /// Tells what `&name;` stands for.
    pub(super) fn meaning(&mut self, name: &str) -> Meaning {
        if let Some(number) = name.strip_prefix('#') {
            return character(number);
        }
        if let Some(text) = quick_xml::escape::resolve_xml_entity(name) {
            return Meaning::Text(text.to_owned(), None);
        }
        if let Some((_, value)) = self.declared.iter().find(|(declared, _)| declared == name) {
            self.expanded += value.len();
            if self.expanded > MAX_EXPANSION {
                return Meaning::Text(String::new(), Some(RepairKind::Limit));
            }
            return Meaning::Text(value.clone(), None);
        }
        match entities::character(name) {
            Some(c) => Meaning::Char(c, Some(RepairKind::Entity)),
            None => Meaning::Literal,
        }
    }
}

/// The value of a declared entity: character references are read, names stay as they are.
fn flat(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once("&#") {
        text.push_str(before);
        let read = behind.split_once(';').and_then(|(number, after)| match character(number) {
            Meaning::Char(c, _) => Some((c, after)),
            _ => None,
        });
        rest = match read {
            Some((c, after)) => {
                text.push(c);
                after
            }
            None => {
                text.push_str("&#");
                behind
            }
        };
    }
    text.push_str(rest);
    text
}

/// A numeric reference (XML 1.0 4.1). C1 controls stay for `charset::mend`, which sees the text around them.
fn character(number: &str) -> Meaning {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => u32::from_str_radix(hex, 16),
        None if number.bytes().all(|byte| byte.is_ascii_digit()) => number.parse(),
        _ => return Meaning::Literal,
    };
    if number.trim_start_matches(['x', 'X']).is_empty() {
        return Meaning::Literal;
    }
    match code.ok().and_then(char::from_u32) {
        Some(c) if is_c1(c) => Meaning::Char(c, Some(RepairKind::Character)),
        Some(c) if is_xml_char(c) => Meaning::Char(c, None),
        _ => Meaning::Nothing,
    }
}

/// True for the characters of XML 1.0 2.2.
pub(super) fn is_xml_char(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Meaning) {
        let mut entities = Entities::default();
        entities.declare("rss [<!ENTITY one \"1\"> <!ENTITY % p 'x'> <!ENTITY bomb '&one;&one;&#65;'>]");
        assert_eq!(entities.meaning(name), expected, "{name}");
    }

    #[test]
    fn references_stand_for_characters() {
        check("amp", Meaning::Text("&".into(), None));
        check("nbsp", Meaning::Char('\u{A0}', Some(RepairKind::Entity)));
        check("one", Meaning::Text("1".into(), None));
        check("bomb", Meaning::Text("&one;&one;A".into(), None));
        check("p", Meaning::Literal);
        check("#65", Meaning::Char('A', None));
        check("#x41", Meaning::Char('A', None));
        check("#146", Meaning::Char('\u{92}', Some(RepairKind::Character)));
        check("#0", Meaning::Nothing);
        check("#xD800", Meaning::Nothing);
        check("#99999999999", Meaning::Nothing);
        check("#", Meaning::Literal);
        check("#xZZ", Meaning::Literal);
        check("no such", Meaning::Literal);
    }

    #[test]
    fn declared_entities_cannot_grow_a_document() {
        let mut entities = Entities::default();
        entities.declare(&format!("x [<!ENTITY big \"{}\">]", "a".repeat(60_000)));
        assert!(matches!(entities.meaning("big"), Meaning::Text(text, None) if text.len() == 60_000));
        assert_eq!(entities.meaning("big"), Meaning::Text(String::new(), Some(RepairKind::Limit)));
    }
}
