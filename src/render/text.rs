//! Plain text and HTML, turned into each other for outputs. Nothing here makes untrusted markup trusted.

use std::borrow::Cow;

/// True for characters that may stand in an output: those of XML 1.0 (2.2) without the ones that it discourages
/// (C1 controls, noncharacters), which validators and readers stumble over.
pub(super) fn is_legal(c: char) -> bool {
    match c {
        '\t' | '\n' | '\r' => true,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' => false,
        _ => u32::from(c) & 0xfffe != 0xfffe,
    }
}

/// The text without the characters that no output may hold.
pub(super) fn legal(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_legal) { Cow::Borrowed(text) } else { text.chars().filter(|&c| is_legal(c)).collect() }
}

/// One line: runs of white space that is only layout become one blank, the ends are cut. No-break spaces and others of
/// a certain width are the writer's and stay.
pub(super) fn one_line(text: &str) -> String {
    let is_layout = |c: char| c.is_ascii_whitespace() || matches!(c, '\u{b}' | '\u{85}' | '\u{2028}' | '\u{2029}');
    let mut line = String::with_capacity(text.len());
    for word in legal(text.trim()).split(is_layout).filter(|word| !word.is_empty()) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    line
}

/// Text as HTML that shows just these characters, in content and in quoted attributes.
pub(super) fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 8);
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(c),
        }
    }
    html
}

/// Text as HTML paragraphs; an empty line parts them.
pub(super) fn paragraphs(text: &str) -> String {
    let text = legal(text).replace("\r\n", "\n");
    let blocks = text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    blocks.map(|block| format!("<p>{}</p>", escape(block).replace('\n', "<br>"))).collect()
}

/// The text of sanitised HTML on one line. Knows the few entities that the sanitiser's serializer writes.
pub(super) fn plain(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        text.push_str(&rest[..at]);
        let tag = &rest[at..];
        let end = tag_end(tag);
        if !is_inline(&tag[1..end]) {
            text.push(' ');
        }
        rest = &tag[end..];
        rest = rest.strip_prefix('>').unwrap_or(rest);
    }
    text.push_str(rest);
    one_line(&decode(&text))
}

/// Where the tag ends that opens `tag`: the index of its `>` outside quotes, or the end of the text.
fn tag_end(tag: &str) -> usize {
    let mut quote = None;
    for (at, byte) in tag.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    tag.len()
}

/// Whether words on both sides of a tag belong together.
fn is_inline(tag: &str) -> bool {
    const INLINE: &[&str] = &[
        "a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q",
        "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
    ];
    let tag = tag.trim_start_matches('/');
    let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    INLINE.contains(&name)
}

fn decode(text: &str) -> String {
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}

/// At most `max` characters of a text on one line, cut behind a sentence where one ends in the last half, else between
/// words, with an ellipsis.
pub(super) fn excerpt(text: &str, max: usize) -> String {
    let line = one_line(text);
    let Some((limit, _)) = line.char_indices().nth(max.saturating_sub(1)) else { return line };
    if line[limit..].chars().nth(1).is_none() {
        return line;
    }
    let head = &line[..limit];
    let sentence = [". ", "! ", "? "].iter().filter_map(|end| head.rfind(end)).max();
    if let Some(end) = sentence.filter(|&end| end >= limit / 2) {
        return head[..=end].to_owned();
    }
    let words = head.rfind(' ').filter(|&end| end >= limit / 2).map_or(head, |end| &head[..end]);
    format!("{}…", words.trim_end_matches([' ', ',', ';', ':', '.', '-', '–', '—']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_text() {
        fn check(html: &str, expected: &str) {
            assert_eq!(plain(html), expected, "{html}");
        }
        check("<p>Satu</p><p>dua</p>", "Satu dua");
        check("a<b>b</b>c<br>d", "abc d");
        check("AT&amp;amp;T &lt;b&gt; R&amp;D", "AT&amp;T <b> R&D");
        check(r#"<img alt="1 > 0" src="x">teks"#, "teks");
        check("<a href='x", "");
        check("", "");
    }

    #[test]
    fn an_excerpt_ends_where_a_reader_would_end() {
        fn check(text: &str, max: usize, expected: &str) {
            assert_eq!(excerpt(text, max), expected, "{text}");
        }
        check("Pendek.", 20, "Pendek.");
        check("0123456789", 10, "0123456789");
        check("Satu kalimat. Dua kalimat yang panjang.", 25, "Satu kalimat.");
        check("Tidak ada titik di sini sama sekali", 20, "Tidak ada titik di…");
        check("Aaaaaaaaaaaaaaaaaaaaaaaa", 10, "Aaaaaaaaa…");
        check("日本語日本語日本語", 5, "日本語日…");
        check("a  b\n c", 20, "a b c");
        check("", 5, "");
    }

    #[test]
    fn characters_that_xml_forbids_are_dropped() {
        assert_eq!(legal("a\u{b}b\u{fffe}c\u{85}d\u{1f600}\t"), "abcd\u{1f600}\t");
    }

    #[test]
    fn text_becomes_paragraphs() {
        assert_eq!(paragraphs("a < b\r\nc\n\n\n\nd"), "<p>a &lt; b<br>c</p><p>d</p>");
    }
}
