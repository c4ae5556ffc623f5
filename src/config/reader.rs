//! Walks a parsed TOML document and collects every mistake on the way, each at its span.
//!
//! In come TOML tables; out come typed values and a list of problems. It knows no setting: `keys` names them, `values`
//! reads them, `check` puts them together.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{self, Kind};
use super::problem::{Problem, Severity, Source, SourceKind, mask};
use super::syntax::Parsed;

/// Characters of a value that a message shows.
const SHOWN_CHARS: usize = 60;

/// A place in one of the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At {
    /// Index of the source.
    pub(super) source: usize,
    start: usize,
    end: usize,
}

impl At {
    /// The place of a span in the source with this index.
    pub(super) fn new(source: usize, span: Range<usize>) -> Self {
        Self { source, start: span.start, end: span.end }
    }
}

/// A value with the place where it stands.
#[derive(Clone, Copy)]
pub(super) struct Given<'a> {
    /// What was written.
    pub(super) value: &'a DeValue<'a>,
    /// Where.
    pub(super) at: At,
    /// The text itself where it comes from a variable: a key that takes a string takes it as it is.
    pub(super) verbatim: Option<&'a str>,
}

/// What is wrong with a value and what would be right. Says nothing of the key; the reader adds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Follows "KEY = VALUE": "is no duration".
    pub(super) wrong: String,
    /// What would be right.
    pub(super) right: String,
}

impl Mistake {
    /// A mistake in these words.
    pub(super) fn new(wrong: impl Into<String>, right: impl Into<String>) -> Self {
        Self { wrong: wrong.into(), right: right.into() }
    }
}

/// One table whose keys are all known.
pub(super) struct Table<'a> {
    /// What kind of table it is.
    pub(super) kind: &'static Kind,
    /// Its header, or its braces.
    pub(super) at: At,
    entries: BTreeMap<&'a str, Given<'a>>,
}

impl<'a> Table<'a> {
    /// A table in which nothing is written.
    pub(super) fn empty(kind: &'static Kind, at: At) -> Self {
        Self { kind, at, entries: BTreeMap::new() }
    }

    /// A key's value, where it is given.
    pub(super) fn get(&self, key: &str) -> Option<Given<'a>> {
        self.entries.get(key).copied()
    }
}

/// Collects problems while values are read.
pub(super) struct Reader<'a> {
    sources: &'a [Source],
    problems: Vec<(At, Problem)>,
}

impl<'a> Reader<'a> {
    /// A reader of these sources that found nothing yet.
    pub(super) fn new(sources: &'a [Source]) -> Self {
        Self { sources, problems: Vec::new() }
    }

    /// Everything found, in the order of the sources and of the places in them.
    pub(super) fn into_problems(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|(at, _)| (at.source, at.start));
        self.problems.into_iter().map(|(_, problem)| problem).collect()
    }

    /// The source of a place.
    pub(super) fn source(&self, at: At) -> &'a Source {
        &self.sources[at.source]
    }

    /// Line of a place, from 1.
    pub(super) fn line(&self, at: At) -> usize {
        self.source(at).position(at.start).0
    }

    /// Notes a mistake.
    pub(super) fn mistake(&mut self, at: At, message: impl Into<String>, hint: impl Into<String>) {
        self.note(at, Severity::Mistake, message.into(), hint.into());
    }

    /// Notes a warning.
    pub(super) fn warn(&mut self, at: At, message: impl Into<String>, hint: impl Into<String>) {
        self.note(at, Severity::Warning, message.into(), hint.into());
    }

    fn note(&mut self, at: At, severity: Severity, message: String, hint: String) {
        let problem = Problem::at(self.source(at), at.start..at.end, severity, message, hint);
        self.problems.push((at, problem));
    }

    /// Notes what is wrong with the syntax of the files, and forgets what was found on the same lines: where the
    /// syntax is wrong, values are guesses. Below a broken header everything is.
    pub(super) fn report_syntax(&mut self, files: &[Parsed<'_>]) {
        let sources = self.sources;
        if files.iter().zip(sources).any(|(file, source)| file.has_broken_header(&source.text)) {
            self.problems.clear();
        }
        for (index, file) in files.iter().enumerate() {
            let line_of = |offset: usize| sources[index].position(offset).0;
            for (span, _) in &file.errors {
                let line = line_of(span.start);
                self.problems.retain(|(at, _)| at.source != index || line_of(at.start) != line);
            }
            for (span, mistake) in &file.errors {
                self.mistake(At::new(index, span.clone()), mistake.wrong.clone(), mistake.right.clone());
            }
        }
    }

    /// Takes a table, noting the keys that its kind does not know.
    pub(super) fn table(&mut self, kind: &'static Kind, at: At, written: &'a DeTable<'a>) -> Table<'a> {
        let mut table = Table::empty(kind, at);
        for (key, value) in written {
            let key_at = At::new(at.source, key.span());
            let given = Given { value: value.get_ref(), at: At::new(at.source, value.span()), verbatim: None };
            self.enter(&mut table, key.get_ref(), key_at, given);
        }
        table
    }

    /// Puts one key into a table if its kind knows it; a later one takes the place of an earlier one.
    pub(super) fn enter(&mut self, table: &mut Table<'a>, key: &'a str, key_at: At, given: Given<'a>) {
        let kind = table.kind;
        if kind.later.contains(&key) {
            self.mistake(key_at, format!("`{key}` is not supported yet"), "leave it out");
        } else if kind.now.contains(&key) {
            table.entries.insert(key, given);
        } else {
            let hint = keys::hint_for_unknown(kind, key);
            self.mistake(key_at, format!("unknown key `{}` in {}", clip(key), kind.name), hint);
        }
    }

    /// Reads a key if it is given; what is wrong with it becomes a problem.
    pub(super) fn read<T>(
        &mut self,
        table: &Table<'a>,
        key: &str,
        read: impl FnOnce(&Given<'a>) -> Result<T, Mistake>,
    ) -> Option<T> {
        let given = table.get(key)?;
        self.judge(key, &given, read)
    }

    /// Reads a value that stands for a key.
    pub(super) fn judge<T>(
        &mut self,
        key: &str,
        given: &Given<'a>,
        read: impl FnOnce(&Given<'a>) -> Result<T, Mistake>,
    ) -> Option<T> {
        match read(given) {
            Ok(value) => Some(value),
            Err(Mistake { wrong, right }) => {
                let shown = self.shown(given);
                self.mistake(given.at, format!("{key} = {shown} {wrong}"), right);
                None
            }
        }
    }

    /// Reads a list, each element by itself; `None` where the key is not given or no list.
    pub(super) fn list<T>(
        &mut self,
        table: &Table<'a>,
        key: &str,
        example: &str,
        mut each: impl FnMut(&Given<'a>) -> Result<T, Mistake>,
    ) -> Option<Vec<T>> {
        let given = table.get(key)?;
        self.list_of(key, &given, example, &mut each)
    }

    /// Reads a list that stands for a key.
    pub(super) fn list_of<T>(
        &mut self,
        key: &str,
        given: &Given<'a>,
        example: &str,
        mut each: impl FnMut(&Given<'a>) -> Result<T, Mistake>,
    ) -> Option<Vec<T>> {
        let Some(array) = given.value.as_array() else {
            let shown = self.shown(given);
            self.mistake(given.at, format!("{key} = {shown} is no list"), format!("write {key} = {example}"));
            return None;
        };
        let elements = array.iter().map(|element| self.element(given, element)).collect::<Vec<_>>();
        Some(elements.iter().filter_map(|element| self.judge(key, element, &mut each)).collect())
    }

    /// One element of a list, with its place.
    pub(super) fn element(&self, list: &Given<'a>, element: &'a Spanned<DeValue<'a>>) -> Given<'a> {
        Given { value: element.get_ref(), at: At::new(list.at.source, element.span()), verbatim: None }
    }

    /// Takes an inline table that stands for a key.
    pub(super) fn inline(&mut self, table: &Table<'a>, key: &str, kind: &'static Kind) -> Option<Table<'a>> {
        let given = table.get(key)?;
        match given.value.as_table() {
            Some(inner) => Some(self.table(kind, given.at, inner)),
            None => {
                let shown = self.shown(&given);
                let keys = kind.now.join(" = \"..\", ");
                let right = format!("write {key} = {{ {keys} = \"..\" }}");
                self.mistake(given.at, format!("{key} = {shown} is no table"), right);
                None
            }
        }
    }

    /// A value as its writer sees it: one line, short, secrets covered.
    pub(super) fn shown(&self, given: &Given<'_>) -> String {
        let source = self.source(given.at);
        // What stands before a value on its line tells whether it is a secret.
        let line =
            source.text.get(..given.at.start).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
        let masked = mask(source.text.get(line..given.at.end).unwrap_or_default());
        let text = masked.get(given.at.start - line..).unwrap_or_default();
        let quoted = source.kind == SourceKind::Variable && given.value.is_str() && !text.starts_with(['"', '\'']);
        let text = clip(text);
        if quoted { format!("\"{text}\"") } else { text }
    }
}

/// The first line of a text, cut where it is long.
fn clip(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(SHOWN_CHARS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}
