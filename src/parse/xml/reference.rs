//! What stands between `&` and `;`. A name in, characters out, with what was wrong about it.

use super::entities;
use crate::model::{MAX_ENTITIES, MAX_ENTITY_BYTES, RepairKind};
use crate::notation::charset::is_c1;

/// Bytes between `&` and `;` beyond which it is no reference: the longest name of HTML has eight.
const MAX_REFERENCE_BYTES: usize = 64;

/// What a reference stands for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// One character; the repair where it is a control character or the document does not declare its name.
    Char(char, Option<RepairKind>),
    /// Characters of an entity; where it stands for more than these, why that is left out.
    Text(String, Option<&'static str>),
    /// Nothing: the character is one that XML forbids.
    Nothing,
    /// It is no reference: the `&` stands for itself.
    Literal,
}

/// Entities that the document's DTD declares with a plain value. Nested, external and parameter entities are never
/// expanded, so that an expansion is never longer than what was written.
#[derive(Debug, Default)]
pub(super) struct Entities {
    declared: Vec<Declared>,
    expanded: usize,
}

#[derive(Debug)]
struct Declared {
    name: String,
    /// None for what stands in another document.
    value: Option<String>,
    /// True where the value refers to another entity.
    nested: bool,
}

impl Entities {
    /// Takes the declarations out of a DOCTYPE; false where there are more than [`MAX_ENTITIES`].
    pub(super) fn declare(&mut self, doctype: &str) -> bool {
        let all = self.take(doctype);
        let names: Vec<String> = self.declared.iter().map(|one| format!("&{};", one.name)).collect();
        for one in &mut self.declared {
            one.nested = one.value.as_ref().is_some_and(|value| names.iter().any(|name| value.contains(name)));
        }
        all
    }

    fn take(&mut self, doctype: &str) -> bool {
        for declaration in doctype.split("<!ENTITY").skip(1) {
            if self.declared.len() == MAX_ENTITIES {
                return false;
            }
            let declaration = declaration.trim_start();
            let Some((name, rest)) = declaration.split_once(char::is_whitespace) else { continue };
            let rest = rest.trim_start();
            if rest.starts_with("SYSTEM") || rest.starts_with("PUBLIC") {
                self.declared.push(Declared { name: name.to_owned(), value: None, nested: false });
                continue;
            }
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
            let Some(value) = quote.and_then(|quote| rest[1..].split(quote).next()) else { continue };
            if name != "%" && !value.contains('%') {
                self.declared.push(Declared { name: name.to_owned(), value: Some(flat(value)), nested: false });
            }
        }
        true
    }

    /// Tells what `&name;` stands for.
    pub(super) fn meaning(&mut self, name: &str) -> Meaning {
        if let Some(number) = name.strip_prefix('#') {
            return character(number);
        }
        if let Some(c) = predefined(name) {
            return Meaning::Char(c, None);
        }
        match self.declared.iter().find(|one| one.name == name) {
            Some(Declared { value: Some(value), nested, .. }) => {
                self.expanded += value.len();
                if self.expanded > MAX_ENTITY_BYTES {
                    return Meaning::Text(String::new(), Some("entities expand too far"));
                }
                return Meaning::Text(value.clone(), nested.then_some("an entity inside an entity is not expanded"));
            }
            Some(_) => return Meaning::Text(String::new(), Some("an entity of another document is not read")),
            None => {}
        }
        match entities::character(name) {
            Some(c) => Meaning::Char(c, Some(RepairKind::Entity)),
            None => Meaning::Literal,
        }
    }
}

/// The entities of every document (XML 1.0 4.6).
fn predefined(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        _ => return None,
    })
}

/// The value of a declared entity: references to characters are read, those to other entities stay as they are.
fn flat(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('&') {
        text.push_str(before);
        let end = behind.bytes().take(MAX_REFERENCE_BYTES).position(|byte| byte == b';');
        let read = end.and_then(|end| Some((known(&behind[..end])?, &behind[end + 1..])));
        rest = match read {
            Some((c, after)) => {
                text.push(c);
                after
            }
            None => {
                text.push('&');
                behind
            }
        };
    }
    text.push_str(rest);
    text
}

/// The character of a reference that needs no declaration of the document's own.
fn known(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => match character(number) {
            Meaning::Char(c, _) => Some(c),
            _ => None,
        },
        None => quick_xml::escape::resolve_xml_entity(name)
            .and_then(|text| text.chars().next())
            .or_else(|| entities::character(name)),
    }
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
        Some(c) if is_c1(c) => Meaning::Char(c, Some(RepairKind::Mojibake)),
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
        entities.declare(
            "rss [<!ENTITY one \"1\"> <!ENTITY % p 'x'> <!ENTITY bomb '&one;&one;&#65;'>
            <!ENTITY flat 'a &amp; b &lt; &eacute;'> <!ENTITY far SYSTEM 'file:///etc/passwd'>]",
        );
        assert_eq!(entities.meaning(name), expected, "{name}");
    }

    #[test]
    fn references_stand_for_characters() {
        check("amp", Meaning::Char('&', None));
        check("nbsp", Meaning::Char('\u{A0}', Some(RepairKind::Entity)));
        check("one", Meaning::Text("1".into(), None));
        let nested = "an entity inside an entity is not expanded";
        check("bomb", Meaning::Text("&one;&one;A".into(), Some(nested)));
        check("flat", Meaning::Text("a & b < é".into(), None));
        check("far", Meaning::Text(String::new(), Some("an entity of another document is not read")));
        check("p", Meaning::Literal);
        check("#65", Meaning::Char('A', None));
        check("#x41", Meaning::Char('A', None));
        check("#146", Meaning::Char('\u{92}', Some(RepairKind::Mojibake)));
        check("#0", Meaning::Nothing);
        check("#xD800", Meaning::Nothing);
        check("#99999999999", Meaning::Nothing);
        check("#", Meaning::Literal);
        check("#xZZ", Meaning::Literal);
        check("no such", Meaning::Literal);
    }

    #[test]
    fn declaring_is_bounded() {
        let mut entities = Entities::default();
        let many: String = (0..=MAX_ENTITIES).map(|n| format!("<!ENTITY e{n} 'v'>")).collect();
        assert!(!entities.declare(&many));
        assert_eq!(entities.declared.len(), MAX_ENTITIES);
        // Neither may be looked through to its end for each of its signs.
        assert_eq!(flat(&"&".repeat(1_000_000)).len(), 1_000_000);
        assert_eq!(flat(&format!("{};", "&".repeat(1_000_000))).len(), 1_000_001);
    }

    #[test]
    fn declared_entities_cannot_grow_a_document() {
        let mut entities = Entities::default();
        entities.declare(&format!("x [<!ENTITY big \"{}\">]", "a".repeat(60_000)));
        assert!(matches!(entities.meaning("big"), Meaning::Text(text, None) if text.len() == 60_000));
        assert_eq!(entities.meaning("big"), Meaning::Text(String::new(), Some("entities expand too far")));
    }
}
