//! Characters that should be JSON in, a value out where there is one to be had: commas that nothing follows, raw line
//! ends in strings and halves of characters are mended, a document that breaks off or is too large ends behind its last whole item.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

use crate::model::{JSON_OBJECT_VALUES, MAX_JSON_VALUES, RepairKind};
use crate::parse::repairs::Repairs;

/// Reads a document; the number tells the bytes that were looked at, those looked at twice counted twice. The error is
/// the first thing that is wrong with it, where no whole item stands before that.
pub(super) fn read(text: &str, repairs: &mut Repairs) -> Result<(Value, usize), String> {
    let survey = survey(text.as_bytes());
    let mut steps = text.len() * 2;
    let text = if survey.is_full {
        repairs.note(RepairKind::Limit, "the document has too many values, the rest of its items was left out");
        let end = survey.item_end.ok_or("the JSON document is too large, and no item stands at its beginning")?;
        Cow::Owned(closed(&text[..end]))
    } else {
        Cow::Borrowed(text)
    };
    let broken = match value(&text, repairs) {
        Ok(value) => return Ok((value, steps)),
        Err(broken) => broken,
    };
    let mended = whole_characters(&mended(&text));
    steps += text.len() * 2;
    let again = match value(&mended, repairs) {
        Ok(value) => {
            repairs.note(RepairKind::Json, format!("mended where {}", broken.told));
            return Ok((value, steps));
        }
        Err(again) => again,
    };
    let end = self::survey(&mended.as_bytes()[..again.at]).item_end.ok_or_else(|| broken.told.clone())?;
    let value = value(&closed(&mended[..end]), repairs).map_err(|_| broken.told)?;
    repairs.note(RepairKind::Truncated, format!("what stands behind the last whole item was left out: {}", again.told));
    Ok((value, steps + mended.len() * 2))
}

/// A document that was cut behind an item.
fn closed(text: &str) -> String {
    format!("{text}]}}")
}

/// What is wrong with a document, and at which byte.
struct Broken {
    told: String,
    at: usize,
}

/// The value that a document begins with.
fn value(text: &str, repairs: &mut Repairs) -> Result<Value, Broken> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Value::deserialize(&mut reader).map_err(|error| Broken {
        told: format!("the document is not valid JSON: {error}"),
        at: offset(text, error.line(), error.column()),
    })?;
    if reader.end().is_err() {
        repairs.note(RepairKind::Json, "something stands behind the document");
    }
    Ok(value)
}

/// The byte of a line and column, both counted from one.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    (before + column).min(text.len())
}

/// What a look over the signs of a document finds, without judging them.
struct Survey {
    /// Behind the last item that is whole.
    item_end: Option<usize>,
    /// True where [`MAX_JSON_VALUES`] was reached: nothing behind was looked at.
    is_full: bool,
}

/// Looks over `bytes`.
fn survey(bytes: &[u8]) -> Survey {
    let mut survey = Survey { item_end: None, is_full: false };
    let (mut depth, mut values, mut in_items) = (0_usize, 0_usize, false);
    let mut last_string: &[u8] = b"";
    let mut at = 0;
    while at < bytes.len() && !survey.is_full {
        match bytes[at] {
            b'"' => {
                let Some(behind) = string_end(bytes, at + 1) else { break };
                if depth == 1 {
                    last_string = &bytes[at + 1..behind - 1];
                }
                at = behind - 1;
            }
            byte @ (b'{' | b'[') => {
                in_items |= byte == b'[' && depth == 1 && last_string == b"items";
                depth += 1;
                values += if byte == b'{' { JSON_OBJECT_VALUES } else { 1 };
            }
            byte @ (b'}' | b']') => {
                depth = depth.saturating_sub(1);
                if in_items && depth == 2 && byte == b'}' {
                    survey.item_end = Some(at + 1);
                }
                in_items &= depth > 1;
            }
            b',' => values += 1,
            _ => {}
        }
        survey.is_full = values > MAX_JSON_VALUES;
        at += 1;
    }
    survey
}

/// Behind the quote that ends the string of which `from` is the first byte.
fn string_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

/// The text without commas that nothing follows, its raw control characters in strings escaped.
fn mended(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    let mut comma: Option<usize> = None;
    for letter in text.chars() {
        if in_string {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = false,
                _ => {}
            }
            match letter {
                letter if letter.is_ascii_control() => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
                letter => out.push(letter),
            }
            continue;
        }
        match letter {
            ']' | '}' => {
                if let Some(at) = comma.take() {
                    out.truncate(at);
                }
            }
            ',' => comma = Some(out.len()),
            letter if letter.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        in_string = letter == '"';
        out.push(letter);
    }
    out
}

/// The text with every escaped half of a character (`\ud83d` alone) as U+FFFD: who cuts a text after so many UTF-16
/// units leaves one at its end.
fn whole_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let next = escape.chars().nth(1).map_or(0, char::len_utf8);
        let (written, taken) = match half(escape) {
            Some(true) if escape.get(6..).and_then(half) == Some(false) => (&escape[..12], 12),
            Some(_) => ("\\ufffd", 6),
            None => (&escape[..1 + next], 1 + next),
        };
        out.push_str(written);
        rest = &escape[taken..];
    }
    out.push_str(rest);
    out
}

/// Whether `text` begins with the escape of the first half of a character, or of the second; `None` for anything else.
fn half(text: &str) -> Option<bool> {
    let digits = text.strip_prefix("\\u")?.get(..4).filter(|digits| digits.bytes().all(|it| it.is_ascii_hexdigit()))?;
    match u16::from_str_radix(digits, 16).ok()? {
        0xD800..=0xDBFF => Some(true),
        0xDC00..=0xDFFF => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Result<&str, &str>, kinds: &[RepairKind]) {
        let mut repairs = Repairs::default();
        let read = read(text, &mut repairs).map(|(value, steps)| {
            assert!(steps <= text.len() * 10 + 100, "{steps} steps");
            value.to_string()
        });
        assert_eq!(read.as_deref().map_err(String::as_str), expected, "{text}");
        let found: Vec<RepairKind> = repairs.into_list().into_iter().map(|repair| repair.kind).collect();
        assert_eq!(found, kinds, "{text}");
    }

    #[test]
    fn what_is_broken_is_read_as_far_as_it_goes() {
        use RepairKind::{Json, Truncated};
        check(r#"{"items":[{"id":1}]}"#, Ok(r#"{"items":[{"id":1}]}"#), &[]);
        check(r#"{"items":[{"id":1,},],}"#, Ok(r#"{"items":[{"id":1}]}"#), &[Json]);
        check("{\"items\":[{\"id\":\"a\nb\"}]}", Ok(r#"{"items":[{"id":"a\nb"}]}"#), &[Json]);
        let cut = r#"{"items":[{"id":"a\ud83d"},{"id":"\ude00 \ud83d\ude00 \\ud83d \ud83d\ud83d\ude00"}]}"#;
        let read = "{\"items\":[{\"id\":\"a\u{fffd}\"},{\"id\":\"\u{fffd} \u{1f600} \\\\ud83d \u{fffd}\u{1f600}\"}]}";
        check(cut, Ok(read), &[Json]);
        check(r#"{"items":[{"id":1}]} <script>"#, Ok(r#"{"items":[{"id":1}]}"#), &[Json]);
        check(r#"{"items":[{"id":1},{"id":"#, Ok(r#"{"items":[{"id":1}]}"#), &[Truncated]);
        check(r#"{"items":[{"id":[{}]},{"id":"x"#, Ok(r#"{"items":[{"id":[{}]}]}"#), &[Truncated]);
        check(r#"{"items":[{"id":1},{"id":nil},{"id":3}]}"#, Ok(r#"{"items":[{"id":1}]}"#), &[Truncated]);
        check(
            r#"{"x":{"items":[{}]},"items":[{"id":1}"#,
            Ok(r#"{"items":[{"id":1}],"x":{"items":[{}]}}"#),
            &[Truncated],
        );
        check(r#"{"a":1,"a":2}"#, Ok(r#"{"a":2}"#), &[]);
        let end = "the document is not valid JSON: EOF while parsing a list at line 1 column 10";
        check(r#"{"items":["#, Err(end), &[]);
    }

    #[test]
    fn what_is_too_large_ends_behind_an_item() {
        let many = format!("{{\"items\":[{}{{}}]}}", "{\"id\":[0,0]},".repeat(60_000));
        let mut repairs = Repairs::default();
        let (value, _) = read(&many, &mut repairs).unwrap();
        let items = value["items"].as_array().map_or(0, Vec::len);
        assert!((20_000..60_000).contains(&items), "{items}");
        assert_eq!(repairs.into_list()[0].kind, RepairKind::Limit);
        assert!(read(&format!("{{\"x\":[{}0]}}", "0,".repeat(600_000)), &mut Repairs::default()).is_err());
        let deep = format!("{{\"items\":[{{\"id\":1}},{}", "[".repeat(100_000));
        let (value, _) = read(&deep, &mut Repairs::default()).unwrap();
        assert_eq!(value["items"].as_array().map(Vec::len), Some(1));
    }
}
