//! Characters in, HTML that any reader reads back as the same characters out, written as html5ever writes it.

use crate::clean::text::is_unwanted;

/// Writes the text of an element; characters that XML forbids are left out.
pub(super) fn escape(text: &str, out: &mut String) {
    write(text, false, out);
}

/// Writes the value of an attribute, which stands between double quotes.
pub(super) fn escape_value(value: &str, out: &mut String) {
    write(value, true, out);
}

fn write(text: &str, is_value: bool, out: &mut String) {
    let mut rest = text;
    loop {
        let run = plain_run(rest.as_bytes());
        out.push_str(&rest[..run]);
        rest = &rest[run..];
        let Some(letter) = rest.chars().next() else { return };
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            '"' if is_value => out.push_str("&quot;"),
            // HTML reads a carriage return as a line feed, so that it would not come back.
            '\r' => out.push('\n'),
            letter if is_unwanted(letter) => {}
            letter => out.push(letter),
        }
        rest = &rest[letter.len_utf8()..];
    }
}

/// How many bytes stay as they are.
fn plain_run(bytes: &[u8]) -> usize {
    // Whole blocks first: a loop that never ends early becomes a few instructions.
    let is_plain = |block: &[u8; BLOCK]| {
        let mut odd = false;
        for &byte in block.iter() {
            odd |= (byte < b' ') | (byte == 0x7F) | (byte == 0xC2) | (byte >= 0xEF);
            odd |= (byte == b'"') | (byte == b'&') | (byte == b'<') | (byte == b'>');
        }
        !odd
    };
    let blocks = bytes.as_chunks::<BLOCK>().0.iter().take_while(|block| is_plain(block)).count();
    let rest = &bytes[blocks * BLOCK..];
    blocks * BLOCK + rest.iter().position(|byte| ODD[usize::from(*byte)]).unwrap_or(rest.len())
}

/// Bytes that are judged at once.
const BLOCK: usize = 32;

/// Bytes with which a character begins that may not stay as it is.
const ODD: [bool; 256] = {
    let mut odd = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        odd[byte] = byte < 0x20 && byte != 0x09 && byte != 0x0A
            || byte == 0x22
            || byte == 0x26
            || byte == 0x3C
            || byte == 0x3E
            || byte == 0x7F
            || byte == 0xC2
            || byte >= 0xEF;
        byte += 1;
    }
    odd
};

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str, as_value: &str) {
        let (mut element, mut value) = (String::new(), String::new());
        escape(text, &mut element);
        escape_value(text, &mut value);
        assert_eq!((element.as_str(), value.as_str()), (expected, as_value), "{text:?}");
    }

    #[test]
    fn what_means_something_is_escaped() {
        check("a < b > c & \"d\"", "a &lt; b &gt; c &amp; \"d\"", "a &lt; b &gt; c &amp; &quot;d&quot;");
        check("\u{a0}\u{a9}\u{e9}\u{1f33e}\t\n", "&nbsp;\u{a9}\u{e9}\u{1f33e}\t\n", "&nbsp;\u{a9}\u{e9}\u{1f33e}\t\n");
        let long = "kabar pagi ".repeat(9);
        check(&format!("{long}&{long}\""), &format!("{long}&amp;{long}\""), &format!("{long}&amp;{long}&quot;"));
        check("a\rb\u{0}\u{8}\u{7f}\u{9f}\u{feff}\u{fffe}\u{7ffff}\u{10fffe}\u{ff01}", "a\nb\u{ff01}", "a\nb\u{ff01}");
    }
}
