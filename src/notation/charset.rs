//! Bytes in, text out: which encoding a document is really in. It never fails: what does not decode cleanly is read
//! with the fewest losses and named as a repair. It knows XML declarations and the `meta` of HTML, no other markup.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use memchr::{memchr_iter, memchr2};

use crate::model::{Repair, RepairKind};

/// How far into a document its declaration is looked for.
const DECLARATION_BYTES: usize = 1_024;
/// So many well-formed sequences must stand beside one bad byte for a document to be taken for damaged UTF-8.
const GOOD_PER_BAD: usize = 4;
/// So many characters beyond ASCII make a text that is valid UTF-8 UTF-8, whatever other encoding is declared.
const SURELY_UTF_8: usize = 8;
/// Names that WHATWG does not list and documents have for encodings that it does.
const ALIASES: &[(&str, &str)] = &[
    ("ansi", "windows-1252"),
    ("cp874", "windows-874"),
    ("cp932", "shift_jis"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("latin-1", "iso-8859-1"),
    ("mac-cyrillic", "x-mac-cyrillic"),
    ("maccyrillic", "x-mac-cyrillic"),
    ("macroman", "macintosh"),
    ("u16", "utf-16"),
    ("utf16", "utf-16"),
    ("utf8mb4", "utf-8"),
];

/// A document's characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The characters, without a byte order mark; borrowed where the bytes are UTF-8 as they stand.
    pub text: Cow<'a, str>,
    /// WHATWG name in lower case; "utf-32be" and "utf-32le" too.
    pub encoding: String,
    /// Set where the bytes are not what the header or the declaration says, or end in the middle of a character.
    pub repair: Option<Repair>,
}

/// Decodes `bytes`. In order (RFC 7303 3, XML 1.0 appendix F): byte order mark, zero bytes of UTF-16 and UTF-32, the
/// charset of `content_type`, the declaration of the document, UTF-8 if it is valid, a guess. A candidate counts only
/// where it decodes without errors; where none does, one that nearly does.
#[must_use]
pub fn decode<'a>(bytes: &'a [u8], content_type: Option<&str>) -> Decoded<'a> {
    let header = content_type.and_then(charset_of).map(|label| Label { by: "header", label });
    if let Some(wide) = decode_wide(bytes, header.as_ref()) {
        return wide;
    }
    let (bytes, marked) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]);
    let declared = declaration_of(&head).or_else(|| meta_of(&head));
    let declared = declared.map(|label| Label { by: "document", label });
    let labels: Vec<Label> = [header, declared].into_iter().flatten().collect();
    if let Some(text) = marked.then(|| std::str::from_utf8(bytes).ok()).flatten() {
        let wrong = labels.iter().find(|label| label.encoding() != Some(UTF_8));
        return Decoded {
            text: text.into(),
            encoding: name_of(UTF_8),
            repair: wrong.map(|wrong| wrong.read_as("utf-8")),
        };
    }
    let mut refused = None;
    for label in &labels {
        match decode_as(bytes, label.encoding()) {
            Some((text, encoding)) => {
                let repair = refused.map(|wrong: &Label| wrong.read_as(&encoding));
                return Decoded { text, encoding, repair };
            }
            None => refused = refused.or(Some(label)),
        }
    }
    nearly(bytes, &labels).unwrap_or_else(|| decode_unlabelled(bytes, refused))
}

/// Characters of a label that a repair tells; the longest known name has 30.
const MAX_LABEL_TOLD_CHARS: usize = 60;

/// An encoding by the name that somebody gave it.
struct Label {
    /// Who: "header" or "document".
    by: &'static str,
    label: String,
}

impl Label {
    /// The encoding that is meant; `None` where nobody knows the name.
    fn encoding(&self) -> Option<&'static Encoding> {
        let known = |label: &str| Encoding::for_label_no_replacement(label.as_bytes());
        let lower = self.label.to_ascii_lowercase();
        let alias = ALIASES.iter().find(|(alias, _)| *alias == lower).map(|(_, name)| *name);
        known(&lower).or_else(|| known(alias?)).or_else(|| known(&lower.replace('_', "-")))
    }

    /// True where it names UTF-16 or UTF-32 in either order, as the wide encoding `name` is.
    fn is_family_of(&self, name: &str) -> bool {
        let label = self.label.to_ascii_lowercase().replace('_', "-");
        if ["utf-32", "utf32", "ucs-4", "csucs4", "iso-10646-ucs-4"].iter().any(|known| label.starts_with(known)) {
            return name.starts_with("utf-32");
        }
        matches!(self.encoding(), Some(encoding) if [UTF_16BE, UTF_16LE].contains(&encoding))
            && name.starts_with("utf-16")
    }

    fn read_as(&self, encoding: &str) -> Repair {
        // Cut when it is escaped: a label of nonsense is several times longer then.
        let label: String = self.label.escape_debug().take(MAX_LABEL_TOLD_CHARS).collect();
        repair(format!("the {} says \"{label}\", read as {encoding}", self.by))
    }
}

fn name_of(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

fn repair(detail: String) -> Repair {
    Repair { kind: RepairKind::Encoding, detail }
}

/// UTF-16 and UTF-32, told by a byte order mark or by the zero bytes beside the first `<` or `{`.
fn decode_wide<'a>(bytes: &'a [u8], header: Option<&Label>) -> Option<Decoded<'a>> {
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
    let head: String = text.chars().take(DECLARATION_BYTES).collect();
    let declared = declaration_of(&head).map(|label| Label { by: "document", label });
    let wrong = header.into_iter().chain(&declared).find(|label| !label.is_family_of(name));
    let repair = match (damaged, wrong) {
        (true, _) => Some(repair(format!("some bytes are no {name}"))),
        (false, wrong) => wrong.map(|wrong| wrong.read_as(name)),
    };
    Some(Decoded { text: text.into(), encoding: name.to_owned(), repair })
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

/// Decodes under a name that somebody gave; `None` where the bytes contradict it.
fn decode_as<'a>(bytes: &'a [u8], encoding: Option<&'static Encoding>) -> Option<(Cow<'a, str>, String)> {
    let encoding = encoding?;
    // The label itself was read as ASCII, or the zero bytes would have told.
    if encoding == UTF_16BE || encoding == UTF_16LE || encoding == REPLACEMENT {
        return None;
    }
    // A server's default charset and the label "us-ascii" are wrong far more often than a Latin text happens to be
    // valid UTF-8: every byte is something in windows-1252, so that it never contradicts. Of other encodings a text
    // must be longer to be told from UTF-8.
    if encoding != UTF_8 && !bytes.is_ascii() {
        let enough = if encoding == WINDOWS_1252 { 1 } else { SURELY_UTF_8 };
        let valid = std::str::from_utf8(bytes).ok();
        if valid.is_some_and(|text| text.chars().filter(|c| !c.is_ascii()).take(enough).count() == enough) {
            return None;
        }
    }
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some((text, name_of(encoding)))
}

/// Decodes under the first name that only a few bytes contradict; UTF-8 is left to [`decode_unlabelled`].
fn nearly<'a>(bytes: &'a [u8], labels: &[Label]) -> Option<Decoded<'a>> {
    let candidates = labels.iter().filter_map(Label::encoding);
    let mut candidates = candidates.filter(|encoding| ![UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252].contains(encoding));
    candidates.find_map(|encoding| {
        if std::str::from_utf8(bytes).is_ok() {
            return None;
        }
        let (text, _) = encoding.decode_without_bom_handling(bytes);
        let bad = text.chars().filter(|c| *c == char::REPLACEMENT_CHARACTER).count();
        let good = text.chars().filter(|c| !c.is_ascii()).count() - bad;
        let encoding = name_of(encoding);
        let repair = repair(format!("characters that are no {encoding}: {bad}"));
        (good >= bad * GOOD_PER_BAD).then_some(Decoded { text, encoding, repair: Some(repair) })
    })
}

/// Decodes what nobody labelled rightly: UTF-8, damaged UTF-8, or a guess. `refused` was told and is wrong.
fn decode_unlabelled<'a>(bytes: &'a [u8], refused: Option<&Label>) -> Decoded<'a> {
    let wrong = refused.filter(|label| label.encoding() != Some(UTF_8));
    let utf8 = |text: Cow<'a, str>, repair: Option<Repair>| Decoded { text, encoding: name_of(UTF_8), repair };
    let told_wrong = |encoding: &str| wrong.map(|wrong| wrong.read_as(encoding));
    match std::str::from_utf8(bytes) {
        Ok(text) => return utf8(text.into(), told_wrong("utf-8")),
        Err(error) if error.error_len().is_none() => {
            let text = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let detail = "the document ends inside a character".to_owned();
            let cut = Repair { kind: RepairKind::Truncated, detail };
            return utf8(text, told_wrong("utf-8").or(Some(cut)));
        }
        Err(_) => {}
    }
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    if good >= bad * GOOD_PER_BAD {
        let detail = format!("bytes that are no UTF-8, read as windows-1252: {bad}");
        return utf8(decode_damaged_utf8(bytes).into(), Some(repair(detail)));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Deny);
    let (text, _) = guessed.decode_without_bom_handling(bytes);
    let encoding = name_of(guessed);
    let repair = match refused {
        Some(wrong) => wrong.read_as(&encoding),
        None => repair(format!("no encoding is declared and it is no UTF-8: read as {encoding}")),
    };
    Decoded { text, encoding, repair: Some(repair) }
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
fn declaration_of(head: &str) -> Option<String> {
    let head = head.trim_start().strip_prefix("<?xml")?;
    let (_, rest) = head.split(['>']).next()?.split_once("encoding")?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let label = rest[1..].split(quote).next()?.trim();
    (!label.is_empty()).then(|| label.to_owned())
}

/// The encoding that a `meta` of an HTML page names (HTML 4.2.5.4), in either of its two forms.
fn meta_of(head: &str) -> Option<String> {
    let head = head.trim_start().to_ascii_lowercase();
    if !(head.starts_with("<!doctype html") || head.starts_with("<html")) {
        return None;
    }
    head.split("<meta").skip(1).find_map(|meta| {
        let (_, rest) = meta.split('>').next()?.split_once("charset")?;
        let rest = rest.trim_start().strip_prefix('=')?.trim_start().trim_start_matches(['"', '\'']);
        let label = rest.split(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';' | '/')).next()?;
        (!label.is_empty()).then(|| label.to_owned())
    })
}

/// Mends what wrong decoding before the document was made leaves in a text: UTF-8 that was taken for Latin-1 or
/// windows-1252 and encoded again, and C1 controls, which are windows-1252 characters by a wrong name. `None` where nothing is amiss.
#[must_use]
pub fn mend(text: &str) -> Option<String> {
    // U+0080 to U+00FF are those that begin with these two bytes in UTF-8.
    memchr2(0xC2, 0xC3, text.as_bytes())?;
    let twice = decode_twice(text);
    let text = twice.as_deref().unwrap_or(text);
    // C1 controls are C2 80 to C2 9F in UTF-8.
    let bytes = text.as_bytes();
    if !memchr_iter(0xC2, bytes).any(|at| bytes.get(at + 1).is_some_and(|byte| *byte < 0xA0)) {
        return twice;
    }
    Some(text.chars().map(|c| if is_c1(c) { from_windows_1252(c) } else { c }).collect())
}

fn decode_twice(text: &str) -> Option<String> {
    // Most are refused by their first character beyond ASCII: it must be what a sequence of UTF-8 begins with, and the
    // next what one goes on with.
    let mut beyond = text.chars().skip_while(char::is_ascii);
    let begins = beyond.next().is_some_and(|c| ('\u{C2}'..='\u{F4}').contains(&c));
    if !begins || !beyond.next().and_then(byte_of).is_some_and(|byte| (0x80..=0xBF).contains(&byte)) {
        return None;
    }
    // A letter before two no-break spaces, or before a closing quotation mark, is a sequence of UTF-8 too. What honest text
    // hardly has is a C1 control, or what U+0080 to U+00FF begin with; beyond U+00FF see below.
    if !text.chars().any(|c| is_c1(c) || matches!(c, '\u{C2}' | '\u{C3}' | '\u{100}'..)) {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
    let decoded = String::from_utf8(bytes?).ok()?;
    // `É’` is as much a sequence of two bytes as `Ã©`, and what people write: dashes and quotation marks tell only in
    // longer ones, such as `â€™`.
    let mut read = text.chars();
    let told = decoded.chars().all(|c| {
        let length = c.len_utf8();
        read.by_ref().take(length).filter(|was| u32::from(*was) > 0xFF).count() == 0 || length > 2
    });
    told.then_some(decoded)
}

/// The byte that a character is in Latin-1, or else in windows-1252.
fn byte_of(c: char) -> Option<u8> {
    let named = || (0x80..=0x9F).find(|byte| from_windows_1252(char::from(*byte)) == c);
    u8::try_from(u32::from(c)).ok().or_else(named)
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
mod labels_tests;
#[cfg(test)]
mod tests;
