//! Text constructs (RFC 4287 3.1, Atom 0.3, the loose ways of RSS): an element in, a [`Text`] with its kind out.
//! Nothing is sanitised here.

use url::Url;

use super::context::Context;
use super::xml::{NodeId, Ns, Step};
use crate::model::{Format, Text, TextKind};

/// HTML elements without content.
const VOID: &[&str] = &["area", "br", "col", "embed", "hr", "img", "input", "param", "source", "track", "wbr"];
/// Attributes of HTML that hold one address.
const ADDRESSES: &[&str] = &[
    "href",
    "src",
    "cite",
    "action",
    "background",
    "longdesc",
    "poster",
    "data",
    "codebase",
    "classid",
    "usemap",
    "profile",
    "formaction",
];

/// What an element is read as where its own attributes do not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unless {
    /// RSS: markup or not, nobody knows.
    Loose,
    /// Known to hold escaped HTML.
    Html,
    /// Atom: characters.
    Plain,
    /// Markup of its own.
    Xhtml,
}

enum Type {
    Untold,
    Plain,
    Html,
    Xhtml,
    Foreign,
}

fn type_of(told: Option<&str>) -> Type {
    let told = told.map(|told| told.split(';').next().unwrap_or("").trim().to_ascii_lowercase());
    match told.as_deref() {
        None | Some("") => Type::Untold,
        Some("text" | "plain") => Type::Plain,
        Some("html" | "text/html") => Type::Html,
        Some("xhtml") => Type::Xhtml,
        Some(told) if told.ends_with("+xml") || told.ends_with("/xml") => Type::Xhtml,
        Some(told) if told.starts_with("text/") => Type::Plain,
        Some(told) if told.contains('/') => Type::Foreign,
        // No word that Atom knows and no media type.
        Some(_) => Type::Untold,
    }
}

/// Reads a text construct; `None` where it holds nothing.
pub(super) fn construct(cx: &Context<'_>, id: NodeId, unless: Unless) -> Option<Text> {
    let told = type_of(cx.tree.attr(id, "type"));
    let base64 = cx.tree.attr(id, "mode").is_some_and(|mode| mode.eq_ignore_ascii_case("base64"));
    let plain = if unless == Unless::Plain { TextKind::Plain } else { TextKind::Unknown };
    let (value, kind) = match told {
        _ if base64 => {
            let value = decoded(&cx.tree.text(id))?;
            (value, if matches!(told, Type::Html | Type::Xhtml) { TextKind::Html } else { TextKind::Unknown })
        }
        Type::Foreign => (decoded(&cx.tree.text(id))?, TextKind::Unknown),
        Type::Xhtml => (markup(cx, id, false), TextKind::Html),
        Type::Untold if unless == Unless::Xhtml => (markup(cx, id, false), TextKind::Html),
        _ if cx.tree.has_children(id) => (markup(cx, id, true), TextKind::Html),
        Type::Html => (cx.tree.text(id), TextKind::Html),
        Type::Plain => (cx.tree.text(id), plain),
        Type::Untold if unless == Unless::Html => (cx.tree.text(id), TextKind::Html),
        Type::Untold => (cx.tree.text(id), plain),
    };
    let value = cx.mended(value);
    let trimmed = value.trim();
    let value = if trimmed.len() == value.len() { value } else { trimmed.to_owned() };
    (!value.is_empty()).then(|| Text {
        value,
        kind,
        base: cx.base_of(wrapper(cx, id).unwrap_or(id)),
        language: cx.tree.language(id),
    })
}

/// The one `div` that Atom 1.0 wants round XHTML (RFC 4287 3.1.1.3), where nothing stands beside it.
fn wrapper(cx: &Context<'_>, id: NodeId) -> Option<NodeId> {
    let is_atom = cx.format == Format::Atom10 || cx.format != Format::Atom03 && cx.tree.ns(id) == Ns::Atom;
    if !is_atom {
        return None;
    }
    let mut children = cx.tree.children(id);
    let only = children.next().filter(|only| cx.tree.name(*only) == "div" && children.next().is_none())?;
    let mut open = 0_usize;
    let beside = cx.tree.walk(id).any(|step| {
        match step {
            Step::Open(_) => open += 1,
            Step::Close(_) => open = open.saturating_sub(1),
            Step::Text(text) => return open == 0 && !text.trim().is_empty(),
        }
        false
    });
    (!beside).then_some(only)
}

/// Everything below an element as HTML. `loose`: text before the first element is escaped markup, as feeds have it
/// that write both ways in one element.
fn markup(cx: &Context<'_>, id: NodeId, loose: bool) -> String {
    let inside = wrapper(cx, id).unwrap_or(id);
    let base = cx.base_of(inside);
    let mut html = String::new();
    let mut raw = loose;
    for step in cx.tree.walk(inside) {
        match step {
            Step::Text(text) if raw => html.push_str(text),
            Step::Text(text) => escape(text, &mut html),
            Step::Open(element) => {
                raw = false;
                open(cx, element, base.as_ref(), &mut html);
            }
            Step::Close(element) => {
                let name = cx.tree.name(element);
                if !VOID.contains(&name) {
                    html.push_str("</");
                    html.push_str(name);
                    html.push('>');
                }
            }
        }
    }
    html
}

/// A start tag. Where another xml:base governs the element than the text, its addresses are made absolute here.
fn open(cx: &Context<'_>, element: NodeId, base: Option<&Url>, html: &mut String) {
    let own = if cx.tree.has_base() { cx.base_of(element) } else { None };
    let moved = own.filter(|own| Some(own) != base);
    html.push('<');
    html.push_str(cx.tree.name(element));
    for (_, name, value) in cx.tree.attributes(element).filter(|(ns, ..)| matches!(ns, Ns::Core | Ns::Xhtml)) {
        html.push(' ');
        html.push_str(name);
        html.push_str("=\"");
        match moved.as_ref().filter(|_| ADDRESSES.contains(&name)).and_then(|own| own.join(value.trim()).ok()) {
            Some(absolute) => escape(absolute.as_str(), html),
            None => escape(value, html),
        }
        html.push('"');
    }
    html.push('>');
}

fn escape(text: &str, html: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| matches!(byte, b'&' | b'<' | b'>' | b'"')) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&quot;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

/// Base64 (RFC 4648 4) of UTF-8 text, blanks ignored; what is neither stays as it is, what is no text is nothing.
fn decoded(text: &str) -> Option<String> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let Some(bytes) = base64(&digits) else { return Some(text.to_owned()) };
    String::from_utf8(bytes).ok()
}

fn base64(digits: &[u8]) -> Option<Vec<u8>> {
    let padding = digits.iter().rev().take_while(|digit| **digit == b'=').count();
    if digits.is_empty() || !digits.len().is_multiple_of(4) || padding > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3);
    let (mut bits, mut held) = (0_u32, 0_u32);
    for digit in &digits[..digits.len() - padding] {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xFF).unwrap_or(0));
        }
    }
    Some(bytes)
}
