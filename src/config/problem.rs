//! One mistake in the configuration, with the place where it stands and a picture of it.
//!
//! In comes a source's text and a span in it; out goes text for people. Secrets in addresses are masked.

use std::fmt;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::notation::address::is_secret_name;

/// Lines of a picture; a span over more is cut.
const PICTURE_LINES: usize = 3;

/// A text that settings are read from: a file, or a variable of the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    /// The file's path as messages name it, or the variable's name.
    pub(super) name: String,
    /// What it holds.
    pub(super) text: String,
    /// Which kind it is.
    pub(super) kind: SourceKind,
}

/// Kinds of [`Source`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SourceKind {
    /// feeds.toml itself.
    Main,
    /// A file that it includes.
    Included,
    /// A variable of the environment.
    Variable,
}

impl Source {
    /// Line and column (in characters) of a byte offset, from 1.
    pub(super) fn position(&self, offset: usize) -> (usize, usize) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[start..].chars().count() + 1)
    }
}

/// Whether a problem stops warta.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing starts with it.
    Mistake,
    /// Legal, and most likely not meant.
    Warning,
}

impl Severity {
    /// The word that `check --json` shows.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mistake => "mistake",
            Self::Warning => "warning",
        }
    }
}

/// One thing that is wrong with the configuration. Displayed as `FILE:LINE: what is wrong; what would be right`
/// with a picture of the line below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file as it was named, or the variable's name.
    pub file: String,
    /// From 1; `None` for a variable.
    pub line: Option<usize>,
    /// In characters, from 1; `None` for a variable.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub hint: String,
    /// Whether it stops warta.
    pub severity: Severity,
    /// The line with its mark, several lines, without a line end; empty for what lies outside of the configuration.
    pub picture: String,
}

impl Problem {
    /// Builds a problem at a span of a source.
    pub(super) fn at(source: &Source, span: Range<usize>, severity: Severity, message: String, hint: String) -> Self {
        let (line, column) = source.position(span.start);
        let place = (source.kind != SourceKind::Variable).then_some((line, column));
        Self {
            file: source.name.clone(),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            message,
            hint,
            severity,
            picture: picture(source, span, severity),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: ", self.file)?,
            None => write!(f, "{}: ", self.file)?,
        }
        if self.severity == Severity::Warning {
            f.write_str("warning: ")?;
        }
        write!(f, "{}; {}", self.message, self.hint)?;
        if !self.picture.is_empty() {
            write!(f, "\n{}", self.picture)?;
        }
        Ok(())
    }
}

/// All mistakes of a configuration, in the order of their places.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let gap = if index == 0 { "" } else { "\n" };
            write!(f, "{gap}{problem}")?;
        }
        Ok(())
    }
}

/// The lines that a span touches, with a mark below it.
fn picture(source: &Source, span: Range<usize>, severity: Severity) -> String {
    let text = source.text.as_str();
    let begin = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let rest = text.get(begin..).unwrap_or_default();
    let shown: String = rest.split_inclusive('\n').take(PICTURE_LINES).collect();
    let within = |offset: usize| offset.saturating_sub(begin).min(shown.trim_end_matches(['\r', '\n']).len());
    let (from, to) = (within(span.start), within(span.end));
    // A span that ends on its own line is drawn with that line alone.
    let end = shown[from..].find('\n').map_or(shown.len(), |newline| from + newline);
    let shown = if to <= end { &shown[..end] } else { &shown[..] };
    let masked = mask(shown);
    let (line, _) = source.position(begin);
    let level = if severity == Severity::Mistake { Level::ERROR } else { Level::WARNING };
    let snippet = Snippet::source(masked.as_str())
        .line_start(line)
        .path(source.name.as_str())
        .annotation(AnnotationKind::Primary.span(from..to.max(from)));
    Renderer::plain().render(&[Group::with_level(level).element(snippet)])
}

/// Covers user names, passwords and secret query values of the addresses in a text with asterisks, byte for byte,
/// so that every position stays where it was; so are texts behind names such as `auth` and `X-Api-Key`.
pub(super) fn mask(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for span in secrets(text) {
        bytes[span].fill(b'*');
    }
    String::from_utf8(bytes).unwrap_or_else(|_| "***".to_owned())
}

/// Where secrets stand in a text.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (scheme, _) in text.match_indices("://") {
        let start = scheme + 3;
        let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>');
        let end = text[start..].find(stop).map_or(text.len(), |length| start + length);
        let address = &text[start..end];
        let authority = address.find(['/', '?', '#']).unwrap_or(address.len());
        if let Some(at) = address[..authority].rfind('@') {
            found.push(start..start + at);
        }
        let query = address.find('?').map_or(end, |mark| start + mark + 1);
        let mut from = query;
        for pair in text[query..end].split('&') {
            let value = pair.find('=').map_or(pair.len(), |equals| equals + 1);
            if is_secret_name(pair[..value].trim_end_matches('=')) {
                found.push(from + value..from + pair.len());
            }
            from += pair.len() + 1;
        }
    }
    found.extend(text.match_indices('=').filter_map(|(equals, _)| secret_value(text, equals)));
    found
}

/// The text in quotes behind an equals sign, where the name before it says that it is a secret. The name of a
/// credential is none.
fn secret_value(text: &str, equals: usize) -> Option<Range<usize>> {
    let after = &text[equals + 1..];
    let open = equals + 1 + after.len() - after.trim_start().len();
    let quote = text[open..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = text[open + 1..].find(quote).map_or(text.len(), |length| open + 1 + length);
    let before = text[..equals].trim_end().trim_end_matches(['"', '\'']);
    let name = before.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_').next()?.to_ascii_lowercase();
    let plain =
        text[open + 1..end].bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let secret = match name.as_str() {
        "credential" => !plain,
        "authorization" | "proxy-authorization" | "cookie" => true,
        name => is_secret_name(name),
    };
    secret.then_some(open + 1..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
        assert_eq!(mask(text).len(), text.len(), "positions stay");
    }

    #[test]
    fn secrets_are_covered() {
        check(r#"url = "https://me:pw@a.example/x""#, r#"url = "https://*****@a.example/x""#);
        check("https://a.example/f?a=1&token=abc&key=d#e", "https://a.example/f?a=1&token=***&key=***");
        check("https://a.example/f?TOKEN=abc", "https://a.example/f?TOKEN=***");
        check("https://a.example/a@b?tokens=abc", "https://a.example/a@b?tokens=abc");
        check(r#"headers = { Authorization = "Basic é" }"#, r#"headers = { Authorization = "********" }"#);
        check(r#"auth = "me:pw" # x"#, r#"auth = "*****" # x"#);
        check(r#"auth = { credential = "press-a" }"#, r#"auth = { credential = "press-a" }"#);
        check("auth = { credential = 'me:pw' }", "auth = { credential = '*****' }");
        check(
            r#"headers = { "X-Api-Key" = "abc", Accept = "x" }"#,
            r#"headers = { "X-Api-Key" = "***", Accept = "x" }"#,
        );
        check("nothing = 1, = \"", "nothing = 1, = \"");
    }

    #[test]
    fn a_picture_points_at_the_span() {
        let source = Source { name: "feeds.toml".into(), text: "a = 1\nbé = 22\n".into(), kind: SourceKind::Main };
        let problem = Problem::at(&source, 12..14, Severity::Mistake, "22 is odd".into(), "write 23".into());
        assert_eq!(
            problem.to_string(),
            "feeds.toml:2: 22 is odd; write 23\n --> feeds.toml:2:6\n  |\n2 | bé = 22\n  |      ^^"
        );
    }
}
