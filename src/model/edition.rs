//! All that is published at one moment: the rows of `.edition`, to and from text. Reads and writes no file.
//!
//! The text is lines of tab-separated fields: a first line with the version, a line a row, a last line that counts
//! them, so that a file cut short is never taken for a smaller edition.

use std::fmt::Write as _;

use chrono::SecondsFormat;

use super::{MAX_EDITION_BYTES, MAX_PUBLISHED_PATH_BYTES, Timestamp};

/// Name of the edition file in the published folder.
pub const EDITION_FILE: &str = ".edition";

/// The first word of an edition's text, and the version of what follows.
const HEAD: &str = "warta-edition\t1";

/// Content coding of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Coding {
    /// As it is.
    Identity,
    /// gzip (RFC 1952).
    Gzip,
    /// brotli (RFC 7932).
    Brotli,
}

impl Coding {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Identity, Self::Gzip, Self::Brotli];

    /// The token of `Content-Encoding` (RFC 9110 8.4.1).
    #[must_use]
    pub fn token(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }

    /// What a coded file's path has behind the plain one's.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => ".gz",
            Self::Brotli => ".br",
        }
    }
}

/// One published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionFile {
    /// Relative to the published folder, `/` between parts, the `.gz` or `.br` included.
    pub path: String,
    /// Bytes.
    pub length: u64,
    /// SHA-256 of the bytes.
    pub sha256: [u8; 32],
    /// Media type with charset, as served.
    pub media_type: String,
    /// Content coding.
    pub coding: Coding,
    /// When its bytes last changed (whole seconds).
    pub changed: Timestamp,
    /// Robots and other rules for the response: true adds `X-Robots-Tag: noindex, follow`.
    pub noindex: bool,
}

impl EditionFile {
    /// The path of the plain file that this is a coding of: its own path for a plain one.
    #[must_use]
    pub fn plain_path(&self) -> &str {
        self.path.strip_suffix(self.coding.suffix()).unwrap_or(&self.path)
    }
}

/// What a section looked like when it was drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditionSection {
    /// Section id.
    pub id: String,
    /// Store revision that was drawn.
    pub revision: i64,
    /// Items shown.
    pub items: u64,
    /// When what it shows last changed.
    pub changed: Timestamp,
    /// What was left out, and how often, by reason.
    pub left_out: Vec<(String, u64)>,
}

/// An address that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// Old path, relative to the published folder; one that ends with `/` covers the folder and all that lay in it.
    pub from: String,
    /// New path, in the same form; for a folder, the rest of the asked path is put behind it.
    pub to: String,
}

/// An address that is gone for good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gone {
    /// Path relative to the published folder, or a folder with all that lay in it when it ends with `/`.
    pub path: String,
    /// Where it is there, of the folder only the files named by a number up to this one and an ending, such as
    /// `archive/7.xml`: so that one row tells of all the archives that a section ever had.
    pub up_to: Option<u64>,
}

/// Everything that is published at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edition {
    /// Identifies the store that was drawn; another store's edition is drawn anew.
    pub store: String,
    /// Hash over all settings and code that outputs depend on; another one draws everything anew.
    pub look: String,
    /// Where the site is read, ending with a slash; the `Link: rel="self"` of feeds is made from it. May be empty.
    pub base_url: String,
    /// The WebSub hub that its feeds name; empty where there is none.
    pub hub_url: String,
    /// What each section (and "sitemap-news", "index") looked like.
    pub sections: Vec<EditionSection>,
    /// Every file, sorted by path.
    pub files: Vec<EditionFile>,
    /// 301.
    pub redirects: Vec<Redirect>,
    /// 410.
    pub gone: Vec<Gone>,
}

/// Why a text is not an edition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAnEdition {
    /// Its first line names no version that this program knows.
    #[error("it is of another version of warta, or none of warta's files")]
    Version,
    /// More than [`MAX_EDITION_BYTES`].
    #[error("it is over {MAX_EDITION_BYTES} bytes")]
    TooLong,
    /// A line that says something else than it must.
    #[error("line {0} is damaged")]
    Line(usize),
    /// Its last line is missing or counts other lines.
    #[error("it is cut short")]
    CutShort,
}

impl Edition {
    /// Its text. What [`Edition::parse`] reads of it equals it.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = Lines::default();
        text.line(&["store", &self.store]);
        text.line(&["look", &self.look]);
        text.line(&["base", &self.base_url]);
        text.line(&["hub", &self.hub_url]);
        for section in &self.sections {
            let mut fields = vec!["section".to_owned(), section.id.clone(), section.revision.to_string()];
            fields.extend([section.items.to_string(), time_text(section.changed)]);
            fields.extend(section.left_out.iter().flat_map(|(reason, count)| [reason.clone(), count.to_string()]));
            text.line(&fields);
        }
        for file in &self.files {
            text.line(&[
                "file",
                &file.path,
                &file.length.to_string(),
                &hex(&file.sha256),
                &file.media_type,
                file.coding.token(),
                &time_text(file.changed),
                if file.noindex { "noindex" } else { "index" },
            ]);
        }
        for redirect in &self.redirects {
            text.line(&["redirect", &redirect.from, &redirect.to]);
        }
        for gone in &self.gone {
            let up_to = gone.up_to.map(|number| number.to_string());
            let fields: Vec<&str> = ["gone", &gone.path].into_iter().chain(up_to.as_deref()).collect();
            text.line(&fields);
        }
        text.finish()
    }

    /// Reads what [`Edition::to_text`] wrote.
    ///
    /// # Errors
    /// [`NotAnEdition`] for a text that is longer than [`MAX_EDITION_BYTES`], of another version, damaged or cut
    /// short, and for a file whose path could lie outside of the published folder.
    pub fn parse(text: &str) -> Result<Self, NotAnEdition> {
        if text.len() > MAX_EDITION_BYTES {
            return Err(NotAnEdition::TooLong);
        }
        let body = text.strip_prefix(HEAD).and_then(|rest| rest.strip_prefix('\n')).ok_or(NotAnEdition::Version)?;
        let (rows, last) = body.strip_suffix('\n').map(cut_last_line).ok_or(NotAnEdition::CutShort)?;
        if last != format!("end\t{}", rows.lines().count()) {
            return Err(NotAnEdition::CutShort);
        }
        let mut edition = Self::default();
        for (index, line) in rows.lines().enumerate() {
            edition.read_line(line).ok_or(NotAnEdition::Line(index + 2))?;
        }
        Ok(edition)
    }

    fn read_line(&mut self, line: &str) -> Option<()> {
        let fields: Vec<String> = line.split('\t').map(unescape).collect::<Option<_>>()?;
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        match fields.as_slice() {
            ["store", store] => self.store = (*store).to_owned(),
            ["look", look] => self.look = (*look).to_owned(),
            ["base", base] => self.base_url = (*base).to_owned(),
            ["hub", hub] => self.hub_url = (*hub).to_owned(),
            ["section", rest @ ..] => self.sections.push(read_section(rest)?),
            ["file", rest @ ..] => self.files.push(read_file(rest)?),
            ["redirect", from, to] => {
                self.redirects.push(Redirect { from: (*from).to_owned(), to: (*to).to_owned() });
            }
            ["gone", path] => self.gone.push(Gone { path: (*path).to_owned(), up_to: None }),
            ["gone", path, up_to] => {
                self.gone.push(Gone { path: (*path).to_owned(), up_to: Some(up_to.parse().ok()?) });
            }
            _ => return None,
        }
        Some(())
    }
}

/// Whether a file may be published under this path: relative, `/` between parts, no part that is empty or begins with
/// a dot (`.`, `..`, the edition file, what is half written), no backslash or control character, and short enough for
/// every file system. `.well-known/` alone may begin with a dot (RFC 8615).
#[must_use]
pub fn is_published_path(path: &str) -> bool {
    const RESERVED: &str = "publish.lock";
    const WELL_KNOWN: &str = ".well-known/";
    path.len() <= MAX_PUBLISHED_PATH_BYTES
        && path != RESERVED
        && !path.contains(|c: char| c == '\\' || c.is_control())
        && path.strip_prefix(WELL_KNOWN).unwrap_or(path).split('/').all(is_published_name)
}

fn is_published_name(part: &str) -> bool {
    !part.is_empty() && !part.starts_with('.') && part.len() <= 200
}

fn read_section(fields: &[&str]) -> Option<EditionSection> {
    let [id, revision, items, changed, left_out @ ..] = fields else { return None };
    let pairs = left_out.chunks(2).map(|pair| match pair {
        [reason, count] => Some(((*reason).to_owned(), count.parse().ok()?)),
        _ => None,
    });
    Some(EditionSection {
        id: (*id).to_owned(),
        revision: revision.parse().ok()?,
        items: items.parse().ok()?,
        changed: Timestamp::parse_rfc3339(changed)?,
        left_out: pairs.collect::<Option<_>>()?,
    })
}

fn read_file(fields: &[&str]) -> Option<EditionFile> {
    let [path, length, sha256, media_type, coding, changed, robots] = fields else { return None };
    Some(EditionFile {
        path: is_published_path(path).then(|| (*path).to_owned())?,
        length: length.parse().ok()?,
        sha256: unhex(sha256)?,
        media_type: (*media_type).to_owned(),
        coding: Coding::ALL.into_iter().find(|known| known.token() == *coding)?,
        changed: Timestamp::parse_rfc3339(changed)?,
        noindex: match *robots {
            "noindex" => true,
            "index" => false,
            _ => return None,
        },
    })
}

/// The text while it is written: escapes fields, counts lines.
#[derive(Default)]
struct Lines {
    text: String,
    count: usize,
}

impl Lines {
    fn line(&mut self, fields: &[impl AsRef<str>]) {
        let fields: Vec<String> = fields.iter().map(|field| escape(field.as_ref())).collect();
        self.text.push_str(&fields.join("\t"));
        self.text.push('\n');
        self.count += 1;
    }

    fn finish(self) -> String {
        format!("{HEAD}\n{}end\t{}\n", self.text, self.count)
    }
}

fn cut_last_line(text: &str) -> (&str, &str) {
    text.rsplit_once('\n').unwrap_or(("", text))
}

/// Milliseconds are written where there are any, so that nothing moves by being written.
fn time_text(at: Timestamp) -> String {
    at.to_chrono().to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn escape(field: &str) -> String {
    field.replace('\\', r"\\").replace('\t', r"\t").replace('\n', r"\n").replace('\r', r"\r")
}

fn unescape(field: &str) -> Option<String> {
    if !field.contains('\\') {
        return Some(field.to_owned());
    }
    let mut plain = String::with_capacity(field.len());
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        plain.push(match c {
            '\\' => match chars.next()? {
                '\\' => '\\',
                't' => '\t',
                'n' => '\n',
                'r' => '\r',
                _ => return None,
            },
            other => other,
        });
    }
    Some(plain)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
