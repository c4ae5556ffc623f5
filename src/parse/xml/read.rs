//! Characters of any XML in, a tree and what was mended out. It never fails: quick-xml finds texts and tags, and what
//! it refuses is cut at the next `<` or `>` and read on.
//!
//! Work is bounded by the input's length: what has no end is looked for once, and when more bytes were looked at in
//! vain than the document has, tags are cut at the next `<` or `>` without asking for their quotes.

use std::borrow::Cow;

use memchr::{memchr, memchr3};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Tree;
use super::attributes;
use super::build::{Builder, Written};
use super::reference::{Entities, Meaning, is_xml_char};
use crate::model::{MAX_DOCUMENT_BYTES, MAX_NAME_BYTES, RepairKind};
use crate::parse::repairs::Repairs;

/// Bytes that are judged at once.
const BLOCK: usize = 256;

/// Reads `source`; `repairs` are those made so far.
pub(in crate::parse) fn read(source: &str, mut repairs: Repairs) -> (Tree, Repairs) {
    let source = prepare(source, &mut repairs);
    let mut session = Session {
        source: &source,
        builder: Builder::new(&source, repairs),
        entities: Entities::default(),
        scratch: String::new(),
        steps: source.len(),
        vain: 0,
        endless: Endless::default(),
    };
    let complete = session.run();
    session.builder.tree.step(session.steps);
    session.builder.finish(complete)
}

/// Cuts what is too long, normalises line ends (XML 1.0 2.11) and drops characters that XML forbids.
fn prepare<'a>(source: &'a str, repairs: &mut Repairs) -> Cow<'a, str> {
    let mut source = source;
    if source.len() > MAX_DOCUMENT_BYTES {
        let mut end = MAX_DOCUMENT_BYTES;
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        source = &source[..end];
        repairs.note(RepairKind::Limit, "the document is too long and was cut");
    }
    let source = if memchr(b'\r', source.as_bytes()).is_some() {
        Cow::Owned(source.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(source)
    };
    // Judged in whole blocks, which compilers turn into a few wide instructions each.
    let suspicious = |byte: &u8| *byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r') || *byte == 0xEF;
    let mut blocks = source.as_bytes().chunks(BLOCK);
    let suspicious = blocks.any(|block| block.iter().fold(false, |found, byte| found | suspicious(byte)));
    if !suspicious || source.chars().all(is_xml_char) {
        return source;
    }
    repairs.note(RepairKind::Character, "characters that XML forbids were dropped");
    Cow::Owned(source.chars().filter(|c| is_xml_char(*c)).collect())
}

/// Which delimiters do not come any more.
#[derive(Default)]
struct Endless {
    comment: bool,
    cdata: bool,
    instruction: bool,
    doctype: bool,
}

/// What stands at a `<`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Markup {
    /// quick-xml may read it.
    Sound,
    /// It is a character.
    Literal,
    /// `<![CDATA[` that nothing ends.
    EndlessCdata,
    /// A comment, an instruction or a declaration that nothing ends, or that is none.
    Junk,
    /// A tag, where quick-xml is not asked any more.
    Tag,
}

struct Session<'a> {
    source: &'a str,
    builder: Builder<'a>,
    entities: Entities,
    /// Characters of a text that has references, on their way into the tree.
    scratch: String,
    steps: usize,
    /// Bytes that quick-xml looked at in vain.
    vain: usize,
    endless: Endless,
}

impl<'a> Session<'a> {
    /// Reads all; false where a limit ended the reading.
    fn run(&mut self) -> bool {
        let mut position = 0;
        while position < self.source.len() && !self.builder.full {
            position = self.run_from(position);
        }
        !self.builder.full
    }

    /// Reads from `from` until something needs mending, mends it, and returns where to go on.
    fn run_from(&mut self, from: usize) -> usize {
        // quick-xml drops one byte order mark without counting it, so none is left for it.
        let rest: &'a str = self.source[from..].trim_start_matches('\u{FEFF}');
        let mut reader = Reader::from_str(rest);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        loop {
            let mut at = self.source.len() - reader.get_ref().len();
            if let Some(end) = self.text(at) {
                // Texts are read here: quick-xml would cut them at each reference.
                *reader.get_mut() = &self.source.as_bytes()[end..];
                at = end;
            }
            match self.markup(at) {
                Markup::Sound => {}
                Markup::Literal => {
                    self.note(at, RepairKind::Markup, "a bare < stands in the text");
                    self.builder.text("<");
                    return at + 1;
                }
                Markup::EndlessCdata => return self.endless_cdata(at),
                Markup::Junk => return self.skip_junk(at),
                Markup::Tag => return self.cut_tag(at),
            }
            match reader.read_event() {
                Ok(Event::Eof) => return self.source.len(),
                Ok(event) => {
                    let end = self.source.len() - reader.get_ref().len();
                    if let Some(resume) = self.event(event, at, end) {
                        return resume;
                    }
                }
                Err(_) => return self.refused(at),
            }
            if self.builder.full {
                return self.source.len();
            }
        }
    }

    /// Takes one event that stands from `at` to `end`; `Some` where reading must go on elsewhere than behind it.
    fn event(&mut self, event: Event<'a>, at: usize, end: usize) -> Option<usize> {
        match event {
            Event::Start(_) | Event::Empty(_) => return self.tag(at, end),
            Event::End(tag) => {
                let name = tag.name();
                let name = std::str::from_utf8(name.as_ref()).unwrap_or("");
                self.close(at, name);
            }
            Event::CData(_) => {
                let text = self.source.get(at + "<![CDATA[".len()..end - "]]>".len());
                self.builder.text(text.unwrap_or_default());
            }
            Event::Decl(_) if at > 0 => {
                self.note(at, RepairKind::Markup, "the XML declaration does not stand at the beginning");
            }
            Event::DocType(text) => {
                let text = std::str::from_utf8(&text).unwrap_or("");
                self.endless.doctype = true;
                if self.builder.is_before_root() {
                    if !self.entities.declare(text) {
                        self.note(at, RepairKind::Limit, "more than 64 entities are declared, the rest was left out");
                    }
                    text.split('[').next().unwrap_or("").clone_into(&mut self.builder.tree.doctype);
                }
            }
            Event::Comment(text) if text.windows(2).any(|pair| pair == b"--") => {
                self.note(at, RepairKind::Markup, "two hyphens stand in a comment");
            }
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => {}
            // Taken by `text` before quick-xml sees them.
            Event::Text(_) | Event::GeneralRef(_) => {}
        }
        None
    }

    /// Takes the text that stands at `at`, up to the next `<`; gives its end, or `None` where there is none.
    fn text(&mut self, at: usize) -> Option<usize> {
        let rest: &'a str = &self.source[at..];
        let text = &rest[..memchr(b'<', rest.as_bytes()).unwrap_or(rest.len())];
        if text.is_empty() {
            return None;
        }
        if memchr(b'&', text.as_bytes()).is_some() {
            let mut meant = std::mem::take(&mut self.scratch);
            meant.clear();
            self.unescape(at, text, "a bare & stands in the text", &mut meant);
            self.builder.text(&meant);
            self.scratch = meant;
        } else {
            self.builder.text(text);
        }
        Some(at + text.len())
    }

    /// Looks at what stands at `at` before quick-xml reads to its end.
    fn markup(&self, at: usize) -> Markup {
        let rest = &self.source.as_bytes()[at..];
        if rest.first() != Some(&b'<') {
            return Markup::Sound;
        }
        let known = |endless: bool| if endless { Markup::Junk } else { Markup::Sound };
        match rest.get(1) {
            Some(b'!') if rest.starts_with(b"<!--") => known(self.endless.comment),
            Some(b'!') if rest.starts_with(b"<![CDATA[") && self.endless.cdata => Markup::EndlessCdata,
            Some(b'!') if rest.starts_with(b"<![CDATA[") => Markup::Sound,
            Some(b'!') if rest.get(2..9).is_some_and(|name| name.eq_ignore_ascii_case(b"DOCTYPE")) => {
                known(self.endless.doctype)
            }
            Some(b'!') => Markup::Junk,
            Some(b'?') => known(self.endless.instruction),
            Some(b'/') => match rest.get(2) {
                Some(byte) if is_name_start(*byte) => self.tag_or_cut(),
                _ => Markup::Junk,
            },
            Some(byte) if is_name_start(*byte) => self.tag_or_cut(),
            _ => Markup::Literal,
        }
    }

    fn tag_or_cut(&self) -> Markup {
        if self.vain > self.source.len() { Markup::Tag } else { Markup::Sound }
    }

    /// quick-xml looked to the end of the document and found no end of what stands at `at`.
    fn refused(&mut self, at: usize) -> usize {
        let rest = &self.source[at..];
        self.look_in_vain(rest.len());
        match rest.as_bytes() {
            [b'<', b'!', b'-', ..] => self.endless.comment = true,
            [b'<', b'!', b'[', ..] => self.endless.cdata = true,
            [b'<', b'!', ..] => self.endless.doctype = true,
            [b'<', b'?', ..] => self.endless.instruction = true,
            [b'<', ..] => return self.cut_tag(at),
            _ => {
                // Text is never refused; if it were, the rest is still text.
                self.builder.text(rest);
                return self.source.len();
            }
        }
        at
    }

    fn look_in_vain(&mut self, bytes: usize) {
        self.steps += bytes;
        self.vain += bytes;
    }

    /// CDATA without an end goes to the end tag of the element it stands in, else to the end of the document.
    fn endless_cdata(&mut self, at: usize) -> usize {
        let start = at + "<![CDATA[".len();
        let rest = &self.source[start..];
        let closer = format!("</{}", self.builder.top_written());
        let end = rest.find(&closer).filter(|_| closer.len() > 2).unwrap_or(rest.len());
        self.steps += end;
        self.note(at, RepairKind::Truncated, "a CDATA section has no end");
        self.builder.text(&rest[..end]);
        start + end
    }

    /// Something that is no text and no tag and has no end of its own goes to the next `>`.
    fn skip_junk(&mut self, at: usize) -> usize {
        self.note(at, RepairKind::Markup, "a comment or declaration is not well formed");
        self.source[at..].find('>').map_or(self.source.len(), |end| at + end + 1)
    }

    /// A tag that is cut at the next `<` or `>`, whatever its quotes say.
    fn cut_tag(&mut self, at: usize) -> usize {
        self.note(at, RepairKind::Markup, "a tag has no end or a quote that nobody closed");
        let rest = &self.source[at + 1..];
        let Some(end) = rest.find(['<', '>']) else {
            self.note(at, RepairKind::Truncated, "the document ends inside a tag");
            return self.source.len();
        };
        self.steps += end;
        match rest[..end].strip_prefix('/') {
            Some(name) => self.close(at, name.split_ascii_whitespace().next().unwrap_or("")),
            None => self.open(at, &with_quote(&rest[..end])),
        }
        at + 1 + end + usize::from(rest.as_bytes()[end] == b'>')
    }

    /// A start tag from `at` to `end`. Where a `<` in it shows that it was not closed, or that a quote was not, it
    /// is cut there and reading goes on behind the cut.
    fn tag(&mut self, at: usize, end: usize) -> Option<usize> {
        let content = &self.source[at + 1..end - 1];
        if memchr(b'<', content.as_bytes()).is_some()
            && let Some((cut, resume)) = broken_at(content)
        {
            self.note(at, RepairKind::Markup, "a tag has no end or a quote that nobody closed");
            self.look_in_vain(content.len() - cut);
            self.open(at, &with_quote(&content[..cut]));
            return Some(at + 1 + resume);
        }
        self.open(at, content);
        None
    }

    /// Takes what stands between `<` and `>`.
    fn open(&mut self, at: usize, content: &str) {
        self.builder.at = at;
        let content = content.trim_ascii_end();
        let (content, empty) = match content.strip_suffix('/') {
            Some(content) => (content, true),
            None => (content, false),
        };
        let name_end = content.find(|c: char| c.is_ascii_whitespace() || c == '/').unwrap_or(content.len());
        let name = self.short(at, &content[..name_end]);
        if name_end == content.len() {
            self.builder.start(name, &[], empty);
            return;
        }
        let tag = BytesStart::from_content(content, name_end);
        let attributes = self.attributes(at, &tag);
        self.builder.start(name, &attributes, empty);
    }

    fn close(&mut self, at: usize, name: &str) {
        self.builder.at = at;
        let name = self.short(at, name);
        self.builder.end(name);
    }

    /// A name within its limit.
    fn short<'n>(&mut self, at: usize, name: &'n str) -> &'n str {
        if name.len() <= MAX_NAME_BYTES {
            return name;
        }
        self.note(at, RepairKind::Limit, "a name is longer than 256 bytes and was cut");
        let end = (0..=MAX_NAME_BYTES).rev().find(|end| name.is_char_boundary(*end)).unwrap_or(0);
        &name[..end]
    }

    /// The attributes of a tag, as meant.
    fn attributes<'t>(&mut self, at: usize, tag: &'t BytesStart<'_>) -> Vec<Written<'t>> {
        let (written, trouble) = attributes::read(tag);
        if let Some((kind, what)) = trouble {
            self.note(at, kind, what);
        }
        let meant = written.into_iter().map(|(name, value)| {
            let name = match name {
                Cow::Borrowed(name) => Cow::Borrowed(self.short(at, name)),
                Cow::Owned(name) => Cow::Owned(self.short(at, &name).to_owned()),
            };
            (name, self.attribute_value(at, value))
        });
        meant.collect()
    }

    /// An attribute's value as meant: references read, line ends and tabs as blanks (XML 1.0 3.3.3).
    fn attribute_value<'t>(&mut self, at: usize, value: Cow<'t, str>) -> Cow<'t, str> {
        if memchr3(b'&', b'\n', b'\t', value.as_bytes()).is_none() {
            return value;
        }
        let mut meant = String::with_capacity(value.len());
        self.unescape(at, &value, "a bare & stands in an attribute", &mut meant);
        if meant.contains(['\n', '\t']) {
            meant = meant.replace(['\n', '\t'], " ");
        }
        Cow::Owned(meant)
    }

    /// Adds characters with their references read; `bare` says what is wrong about a `&` that begins none.
    fn unescape(&mut self, at: usize, text: &str, bare: &str, into: &mut String) {
        let mut rest = text;
        while let Some(start) = memchr(b'&', rest.as_bytes()) {
            into.push_str(&rest[..start]);
            rest = &rest[start + 1..];
            let end = rest.bytes().position(|byte| matches!(byte, b';' | b'&'));
            match end.filter(|end| rest.as_bytes()[*end] == b';') {
                Some(end) => {
                    self.reference(at, &rest[..end], into);
                    rest = &rest[end + 1..];
                }
                None => {
                    self.note(at, RepairKind::Markup, bare);
                    into.push('&');
                }
            }
        }
        into.push_str(rest);
    }

    /// Adds what `&name;` stands for.
    fn reference(&mut self, at: usize, name: &str, into: &mut String) {
        match self.entities.meaning(name) {
            Meaning::Char(c, repair) => {
                into.push(c);
                match repair {
                    Some(RepairKind::Entity) => self.note(at, RepairKind::Entity, &format!("&{name}; is not declared")),
                    Some(kind) => self.note(at, kind, &format!("&{name}; was read as a character of windows-1252")),
                    None => {}
                }
            }
            Meaning::Text(text, left_out) => {
                into.push_str(&text);
                if let Some(why) = left_out {
                    self.note(at, RepairKind::Limit, why);
                }
            }
            Meaning::Nothing => self.note(at, RepairKind::Character, "a reference to a character that XML forbids"),
            Meaning::Literal => {
                self.note(at, RepairKind::Markup, "a bare & stands in the text");
                into.push('&');
                into.push_str(name);
                into.push(';');
            }
        }
    }

    fn note(&mut self, at: usize, kind: RepairKind, what: &str) {
        self.builder.at = at;
        self.builder.note(kind, what);
    }
}

/// Where the content of a tag shows that the tag was not closed: how much of it belongs to the tag, and from where to
/// read on. A `<` inside quotes is bad style; one outside, or one behind a `>` inside quotes, belongs to another tag.
fn broken_at(content: &str) -> Option<(usize, usize)> {
    let mut quote: Option<u8> = None;
    let mut ended: Option<usize> = None;
    for (index, byte) in content.bytes().enumerate() {
        match (byte, quote) {
            (b'"' | b'\'', None) => (quote, ended) = (Some(byte), None),
            (_, Some(open)) if byte == open => quote = None,
            (b'>', Some(_)) if ended.is_none() => ended = Some(index),
            (b'<', None) => return Some((index, index)),
            (b'<', Some(_)) => {
                if let Some(end) = ended {
                    return Some((end, end + 1));
                }
            }
            _ => {}
        }
    }
    None
}

/// A tag's content with the quotes that its values lack: one that ends in ` name=` ended before that name, and the
/// last ends with the tag.
fn with_quote(content: &str) -> Cow<'_, str> {
    let mut mended = String::new();
    let (mut open, mut taken, mut start) = (None, 0, 0);
    for (index, c) in content.char_indices() {
        match open {
            None if matches!(c, '"' | '\'') => (open, start) = (Some(c), index + 1),
            Some(quote) if c == quote => match next_name(&content[start..index]) {
                Some(end) => {
                    mended.push_str(&content[taken..start + end]);
                    mended.push(quote);
                    (taken, start) = (start + end, index + 1);
                }
                None => open = None,
            },
            _ => {}
        }
    }
    let Some(quote) = open else {
        return if taken == 0 { Cow::Borrowed(content) } else { Cow::Owned(mended + &content[taken..]) };
    };
    let (rest, slash) = match content[taken..].strip_suffix('/') {
        Some(rest) => (rest, "/"),
        None => (&content[taken..], ""),
    };
    Cow::Owned(format!("{mended}{rest}{quote}{slash}"))
}

/// Where a value ends that ran into the name of the next attribute: before the blank in front of it.
fn next_name(value: &str) -> Option<usize> {
    let (rest, name) = value.strip_suffix('=')?.rsplit_once(char::is_whitespace)?;
    let is_name = name.bytes().next().is_some_and(is_name_start)
        && name.bytes().all(|byte| is_name_start(byte) || byte.is_ascii_digit() || byte == b'-');
    is_name.then(|| rest.trim_end().len())
}

fn is_name_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || matches!(byte, b'_' | b':') || byte >= 0x80
}
