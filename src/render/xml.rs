//! Writing XML: the pass that finishes what the feed crates wrote, and a small writer for OPML and sitemaps.
//!
//! The pass knows XML as quick-xml writes it: `<`, `>` and `&` stand escaped in text and attributes. It never reads
//! documents from outside.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use super::Error;
use super::text::is_legal;

/// Elements that begin a line of their own, so that a feed can be read and compared line by line.
const LINES: &[&str] = &["<channel>", "<item>", "<entry>", "</channel>", "</feed>"];

/// What the RSS Board's profile and the W3C validator ask for in text: the hexadecimal form is the only one that no
/// reader takes for markup. The quotes need no escape in text.
const REFERENCES: &[(&str, &str)] =
    &[("&amp;", "&#x26;"), ("&lt;", "&#x3C;"), ("&gt;", "&#x3E;"), ("&quot;", "\""), ("&apos;", "'")];

/// Mends what the feed crates let through: characters that XML forbids go, and references in text outside CDATA and
/// tags take the hexadecimal form (RSS Best Practices Profile, character data).
pub(super) fn finish(written: &str) -> Vec<u8> {
    let mut out = String::with_capacity(written.len() + written.len() / 16);
    let mut rest = written;
    while let Some(at) = rest.find(['<', '&']) {
        push_legal(&mut out, &rest[..at]);
        rest = &rest[at..];
        let (taken, put) = step(rest);
        if LINES.iter().any(|start| rest.starts_with(start)) && !out.ends_with('\n') {
            out.push('\n');
        }
        push_legal(&mut out, put);
        rest = &rest[taken..];
    }
    push_legal(&mut out, rest);
    out.push('\n');
    out.into_bytes()
}

/// The markup or reference at the start of `rest`: how many bytes it takes, and what stands for it.
fn step(rest: &str) -> (usize, &str) {
    if let Some((name, put)) = REFERENCES.iter().find(|(name, _)| rest.starts_with(name)) {
        return (name.len(), put);
    }
    if rest.starts_with('&') {
        return (1, "&");
    }
    let end = if rest.starts_with("<![CDATA[") { "]]>" } else { ">" };
    let length = rest.find(end).map_or(rest.len(), |at| at + end.len());
    (length, &rest[..length])
}

fn push_legal(out: &mut String, text: &str) {
    if text.chars().all(is_legal) {
        out.push_str(text);
    } else {
        out.extend(text.chars().filter(|&c| is_legal(c)));
    }
}

/// A value for an attribute that the Atom crate writes as it is (those of extension elements).
pub(super) fn attribute(value: &str) -> String {
    quick_xml::escape::escape(value).into_owned()
}

/// Writes elements, indented, with everything escaped.
pub(super) struct Xml {
    output: &'static str,
    writer: Writer<Vec<u8>>,
    open: Vec<&'static str>,
}

/// Attributes of an element, in order.
pub(super) type Attributes<'a> = &'a [(&'static str, &'a str)];

impl Xml {
    /// A document that `output` will hold.
    pub(super) fn new(output: &'static str) -> Result<Self, Error> {
        let mut xml = Self { output, writer: Writer::new_with_indent(Vec::new(), b' ', 1), open: Vec::new() };
        xml.event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        Ok(xml)
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &'static str, attributes: Attributes<'_>) -> Result<(), Error> {
        self.open.push(name);
        self.event(Event::Start(start(name, attributes)))
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) -> Result<(), Error> {
        match self.open.pop() {
            Some(name) => self.event(Event::End(BytesEnd::new(name))),
            None => Ok(()),
        }
    }

    /// An element that holds nothing.
    pub(super) fn empty(&mut self, name: &'static str, attributes: Attributes<'_>) -> Result<(), Error> {
        self.event(Event::Empty(start(name, attributes)))
    }

    /// An element that holds a text.
    pub(super) fn text(&mut self, name: &'static str, text: &str) -> Result<(), Error> {
        self.event(Event::Start(BytesStart::new(name)))?;
        self.event(Event::Text(BytesText::new(text)))?;
        self.event(Event::End(BytesEnd::new(name)))
    }

    /// The document, all that is still open closed.
    pub(super) fn finish(mut self) -> Result<Vec<u8>, Error> {
        while !self.open.is_empty() {
            self.close()?;
        }
        let written = String::from_utf8(self.writer.into_inner()).map_err(|why| Error::write(self.output, why))?;
        Ok(finish(&written))
    }

    fn event(&mut self, event: Event<'_>) -> Result<(), Error> {
        self.writer.write_event(event).map_err(|why| Error::write(self.output, why))
    }
}

fn start<'a>(name: &'static str, attributes: Attributes<'a>) -> BytesStart<'a> {
    BytesStart::new(name).with_attributes(attributes.iter().copied())
}

/// Panics unless the bytes are one well-formed document of characters that XML knows: tags match, attributes stand
/// once and quoted, every reference can be resolved.
#[cfg(test)]
pub(super) fn assert_well_formed(bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.chars().all(is_legal), "{text:?}");
    let mut reader = quick_xml::Reader::from_str(text);
    let mut depth = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(tag) => {
                assert!(
                    tag.attributes().all(|attribute| attribute
                        .unwrap()
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .is_ok()),
                    "{text}"
                );
                depth += 1;
            }
            Event::Empty(tag) => {
                assert!(
                    tag.attributes().all(|attribute| attribute
                        .unwrap()
                        .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                        .is_ok()),
                    "{text}"
                );
            }
            Event::End(_) => depth -= 1,
            Event::Text(part) => assert!(depth > 0 || part.iter().all(u8::is_ascii_whitespace), "{text}"),
            Event::GeneralRef(name) => {
                assert!(name.is_char_ref(), "{text}");
                assert!(name.resolve_char_ref().unwrap().is_some_and(is_legal), "{text}");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pass_mends_text_and_leaves_markup_and_cdata() {
        fn check(written: &str, expected: &str) {
            assert_eq!(String::from_utf8(finish(written)).unwrap(), format!("{expected}\n"), "{written}");
        }
        check("<t>A &amp; B &lt;b&gt; &quot;C&quot;</t>", "<t>A &#x26; B &#x3C;b&#x3E; \"C\"</t>");
        check("<t><![CDATA[A &amp; <b>]]>]]&gt;</t>", "<t><![CDATA[A &amp; <b>]]>]]&#x3E;</t>");
        check("<l href=\"?a=1&amp;b=2\"/>", "<l href=\"?a=1&amp;b=2\"/>");
        check("<t>a\u{b}b\u{ffff}</t>", "<t>ab</t>");
        check("<t>a<![CDATA[\u{1}]]></t>", "<t>a<![CDATA[]]></t>");
        check("<rss><channel><item></item></channel></rss>", "<rss>\n<channel>\n<item></item>\n</channel></rss>");
        check("<t>&#x26;amp;</t>", "<t>&#x26;amp;</t>");
        check("<t>ekor", "<t>ekor");
    }

    #[test]
    fn the_writer_escapes_and_closes() {
        let mut xml = Xml::new("test").unwrap();
        xml.open("a", &[("x", "1 & \"2\"")]).unwrap();
        xml.text("b", "R&D").unwrap();
        xml.empty("c", &[]).unwrap();
        let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a x=\"1 &amp; &quot;2&quot;\">\n <b>R&#x26;D</b>\n <c/>\n</a>\n";
        assert_eq!(String::from_utf8(xml.finish().unwrap()).unwrap(), expected);
    }
}
