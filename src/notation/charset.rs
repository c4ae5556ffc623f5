//! Bytes in, text out: which encoding a document is really in. It never fails: what does not decode cleanly is read
//! with the fewest losses and named as a repair. It knows XML declarations, no other markup.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::model::{Repair, RepairKind};

/// How far into a document its declaration is looked for.
const DECLARATION_BYTES: usize = 1_024;
/// So many well-formed sequences must stand beside one bad byte for a document to be taken for damaged UTF-8.
const GOOD_PER_BAD: usize = 4;

/// A document's characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The characters, without a byte order mark.
    pub text: String,
    /// WHATWG name in lower case; "utf-32be" and "utf-32le" too.
    pub encoding: String,
    /// Set where the bytes are not what the header or the declaration says, or end in the middle of a character.
    pub repair: Option<Repair>,
}

/// Decodes `bytes`. In order: byte order mark, zero bytes of UTF-16 and UTF-32 (XML 1.0 appendix F), the charset of
/// `content_type`, the XML declaration, UTF-8 if it is valid, a guess. A candidate counts only where it decodes
/// without errors.
#[must_use]
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    if let Some(wide) = decode_wide(bytes) {
        return wide;
    }
    let (marked, bytes) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (Some("utf-8".to_owned()), rest),
        None => (None, bytes),
    };
    let header = content_type.and_then(charset_of);
    let declared = declaration_of(bytes);
    let mut refused: Option<String> = None;
    for label in [marked, header, declared].into_iter().flatten() {
        match decode_as(bytes, &label) {
            Some((text, encoding)) => {
                let repair = refused.map(|wrong| told_wrong(&wrong, &encoding));
                return Decoded { text, encoding, repair };
            }
            None => refused = refused.or(Some(label)),
        }
    }
    let (text, encoding, cut) = decode_unlabelled(bytes);
    let repair = match (refused, cut) {
        (Some(wrong), _) => Some(told_wrong(&wrong, &encoding)),
        (None, Cut::Nothing) if encoding == "utf-8" => None,
        (None, Cut::Nothing) => Some(repair(format!("no encoding is declared and it is no UTF-8: read as {encoding}"))),
        (None, Cut::Tail) => {
            Some(Repair { kind: RepairKind::Truncated, detail: "the document ends inside a character".to_owned() })
        }
        (None, Cut::Bytes(count)) => Some(repair(format!("{count} bytes are no UTF-8 and were read as windows-1252"))),
    };
    Decoded { text, encoding, repair }
}

/// What a lenient reading of UTF-8 had to give up.
enum Cut {
    Nothing,
    /// An unfinished character at the end.
    Tail,
    /// So many bytes in between.
    Bytes(usize),
}

fn repair(detail: String) -> Repair {
    Repair { kind: RepairKind::Encoding, detail }
}

fn told_wrong(wrong: &str, encoding: &str) -> Repair {
    let wrong: String = wrong.chars().take(60).collect();
    repair(format!("declared as {wrong:?}, read as {encoding}"))
}

/// UTF-16 and UTF-32, told by a byte order mark or by the zero bytes beside the first `<` or `{`.
fn decode_wide(bytes: &[u8]) -> Option<Decoded> {
    let (skip, name) = match bytes {
        [0, 0, 0xFE, 0xFF, ..] => (4, "utf-32be"),
        [0xFF, 0xFE, 0, 0, ..] => (4, "utf-32le"),
        [0xFE, 0xFF, ..] => (2, "utf-16be"),
        [0xFF, 0xFE, ..] => (2, "utf-16le"),
        [0, 0, 0, b'<' | b'{', ..] => (0, "utf-32be"),
        [b'<' | b'{', 0, 0, 0, ..] => (0, "utf-32le"),
        [0, b'<' | b'{', 0, _, ..] => (0, "utf-16be"),
        [b'<' | b'{', 0, _, 0, ..] => (0, "utf-16le"),
        _ => return None,
    };
    let body = &bytes[skip..];
    let (text, damaged) = match name {
        "utf-32be" => decode_utf32(body, u32::from_be_bytes),
        "utf-32le" => decode_utf32(body, u32::from_le_bytes),
        "utf-16be" => decode_utf16(body, UTF_16BE),
        _ => decode_utf16(body, UTF_16LE),
    };
    let repair = damaged.then(|| repair(format!("some bytes are no {name}")));
    Some(Decoded { text, encoding: name.to_owned(), repair })
}

fn decode_utf32(bytes: &[u8], read: fn([u8; 4]) -> u32) -> (String, bool) {
    let mut damaged = !bytes.len().is_multiple_of(4);
    let text = bytes
        .chunks_exact(4)
        .map(|unit| {
            let code = read([unit[0], unit[1], unit[2], unit[3]]);
            char::from_u32(code).unwrap_or_else(|| {
                damaged = true;
                char::REPLACEMENT_CHARACTER
            })
        })
        .collect();
    (text, damaged)
}

fn decode_utf16(bytes: &[u8], encoding: &'static Encoding) -> (String, bool) {
    let whole = &bytes[..bytes.len() / 2 * 2];
    let (text, damaged) = encoding.decode_without_bom_handling(whole);
    (text.into_owned(), damaged || whole.len() != bytes.len())
}

/// Decodes under a label that somebody declared; `None` where the label is unknown or the bytes contradict it.
fn decode_as(bytes: &[u8], label: &str) -> Option<(String, String)> {
    let encoding = Encoding::for_label_no_replacement(label.as_bytes())?;
    // The label itself was read as ASCII, or the zero bytes would have told.
    if encoding == UTF_16BE || encoding == UTF_16LE || encoding == REPLACEMENT {
        return None;
    }
    // Every byte is something in windows-1252, so that it never contradicts; a server's default charset and the
    // label "us-ascii" are wrong far more often than a Latin text happens to be valid UTF-8.
    if encoding == WINDOWS_1252 && !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text.into_owned(), encoding.name().to_ascii_lowercase()))
}

/// Decodes what nobody labelled rightly: UTF-8, damaged UTF-8, or a guess.
fn decode_unlabelled(bytes: &[u8]) -> (String, String, Cut) {
    let utf8 = || UTF_8.name().to_ascii_lowercase();
    match std::str::from_utf8(bytes) {
        Ok(text) => return (text.to_owned(), utf8(), Cut::Nothing),
        Err(error) if error.error_len().is_none() => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]).into_owned();
            return (text, utf8(), Cut::Tail);
        }
        Err(_) => {}
    }
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good >= bad * GOOD_PER_BAD {
        return (decode_damaged_utf8(bytes), utf8(), Cut::Bytes(bad));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let (text, _) = guessed.decode_without_bom_handling(bytes);
    (text.into_owned(), guessed.name().to_ascii_lowercase(), Cut::Nothing)
}

/// Reads the stray bytes of an otherwise sound UTF-8 document as windows-1252: most come from pasted text.
fn decode_damaged_utf8(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    text
}

/// The charset parameter of a media type (RFC 9110 8.3.1).
fn charset_of(content_type: &str) -> Option<String> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']).trim();
        (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
    })
}

/// The encoding that an XML declaration at the start names.
fn declaration_of(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]);
    let head = head.trim_start().strip_prefix("<?xml")?;
    let (_, rest) = head.split(['>']).next()?.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = rest[1..].split(quote).next()?.trim();
    (!label.is_empty()).then(|| label.to_owned())
}

/// Mends what wrong decoding before the document was made leaves in a text: UTF-8 that was taken for Latin-1 and
/// encoded again, and C1 controls, which are windows-1252 characters by a wrong name. `None` where nothing is amiss.
#[must_use]
pub fn mend(text: &str) -> Option<String> {
    // U+0080 to U+00FF are those that begin with these two bytes in UTF-8.
    if !text.bytes().any(|byte| matches!(byte, 0xC2 | 0xC3)) {
        return None;
    }
    let twice = decode_twice(text);
    let text = twice.as_deref().unwrap_or(text);
    if !text.chars().any(is_c1) {
        return twice;
    }
    Some(text.chars().map(|c| if is_c1(c) { from_windows_1252(c) } else { c }).collect())
}

fn decode_twice(text: &str) -> Option<String> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
    bytes.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// True for U+0080 to U+009F.
#[must_use]
pub fn is_c1(c: char) -> bool {
    ('\u{80}'..='\u{9F}').contains(&c)
}

/// The character that windows-1252 has at a C1 control's place; other characters stay.
#[must_use]
pub fn from_windows_1252(c: char) -> char {
    match u8::try_from(u32::from(c)) {
        Ok(byte) if is_c1(c) => WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next().unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], content_type: Option<&str>, text: &str, encoding: &str, repaired: bool) {
        let decoded = decode(bytes, content_type);
        assert_eq!((decoded.text.as_str(), decoded.encoding.as_str()), (text, encoding));
        assert_eq!(decoded.repair.is_some(), repaired, "{:?}", decoded.repair);
    }

    #[test]
    fn the_first_candidate_that_decodes_is_taken() {
        check("é".as_bytes(), None, "é", "utf-8", false);
        check(b"\xEF\xBB\xBFa", None, "a", "utf-8", false);
        check("\u{feff}д".as_bytes(), Some("text/xml; charset=windows-1251"), "д", "utf-8", false);
        check(b"\xE9", Some("text/xml; charset=\"ISO-8859-1\""), "é", "windows-1252", false);
        check(
            b"<?xml version='1.0' encoding='koi8-r'?>\xC1",
            None,
            "<?xml version='1.0' encoding='koi8-r'?>а",
            "koi8-r",
            false,
        );
        check("é".as_bytes(), Some("text/xml; charset=iso-8859-1"), "é", "utf-8", true);
        check("é".as_bytes(), Some("text/xml; charset=us-ascii"), "é", "utf-8", true);
        check("é".as_bytes(), Some("text/xml; charset=nonsense"), "é", "utf-8", true);
        check(
            b"<?xml version='1.0' encoding='utf-16'?>a",
            None,
            "<?xml version='1.0' encoding='utf-16'?>a",
            "utf-8",
            true,
        );
    }

    #[test]
    fn wide_encodings_are_told_by_mark_or_zero_bytes() {
        check(b"\xFE\xFF\0<\0a", None, "<a", "utf-16be", false);
        check(b"<\0a\0", None, "<a", "utf-16le", false);
        check(b"<\0a\0>", None, "<a", "utf-16le", true);
        check(b"\0\0\xFE\xFF\0\0\0<", None, "<", "utf-32be", false);
        check(b"<\0\0\0a\0\0\0", None, "<a", "utf-32le", false);
        check(b"<\0\0\0\xFF\xFF\xFF\xFF", None, "<\u{FFFD}", "utf-32le", true);
    }

    #[test]
    fn one_bad_byte_does_not_cost_the_document() {
        check(b"caf\xC3\xA9 caf\xC3\xA9 \xC3\xA9\xC3\xA9 \x93", None, "café café éé \u{201C}", "utf-8", true);
        check(b"caf\xC3\xA9 caf\xC3", None, "café caf", "utf-8", true);
    }

    #[test]
    fn text_that_was_encoded_twice_is_mended() {
        assert_eq!(mend("cafÃ©").as_deref(), Some("café"));
        assert_eq!(mend("it\u{92}s").as_deref(), Some("it\u{2019}s"));
        assert_eq!(mend("café"), None);
        assert_eq!(mend("plain"), None);
    }
}
