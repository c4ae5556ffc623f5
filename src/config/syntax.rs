//! TOML itself: a text in, its tables and what is wrong with its syntax out, in words that name what would be right.

use std::ops::Range;

use toml::de::DeTable;

use super::reader::Mistake;

/// One file, parsed as far as it can be read.
pub(super) struct Parsed<'a> {
    /// Its tables.
    pub(super) table: DeTable<'a>,
    /// What is wrong with its syntax, and where.
    pub(super) errors: Vec<(Range<usize>, Mistake)>,
}

impl Parsed<'_> {
    /// Whether a table's header is broken: then what stands below it may belong anywhere.
    pub(super) fn has_broken_header(&self, text: &str) -> bool {
        self.errors.iter().any(|(span, mistake)| {
            let line = text[..span.start].rfind('\n').map_or(0, |newline| newline + 1);
            text[line..].trim_start().starts_with('[') && !mistake.wrong.contains("twice")
        })
    }
}

/// Parses a text, going on after each error.
pub(super) fn parse(text: &str) -> Parsed<'_> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut errors: Vec<_> = errors
        .iter()
        .map(|error| {
            let span = error.span().unwrap_or(0..0);
            let span = span.start.min(text.len())..span.end.min(text.len());
            let mistake = in_words(error.message(), text.get(span.clone()).unwrap_or_default());
            (span, mistake)
        })
        .collect();
    errors.sort_by_key(|(span, _)| span.start);
    Parsed { table: table.into_inner(), errors }
}

/// The parser's message, split into what is wrong and what would be right.
fn in_words(message: &str, at: &str) -> Mistake {
    match message {
        "duplicate key" => Mistake::new(format!("`{at}` stands here twice"), "keep one of the two, under one header"),
        _ if message.starts_with("string values must be quoted") => {
            Mistake::new("a value is missing or stands without quotes", "put a text in quotes: key = \"text\"")
        }
        _ => match message.split_once(", expected ") {
            Some((_, quote @ ("`\"`" | "`'`"))) => {
                Mistake::new("a text in quotes has no end", format!("close it with {quote}"))
            }
            Some((wrong, right)) => Mistake::new(wrong, format!("there should be {right}")),
            None => Mistake::new(message, "see https://toml.io for how TOML is written"),
        },
    }
}

/// The patterns of `include`, with their places; what is no list of texts gives none and is told by `check`.
pub(super) fn include_patterns(text: &str) -> Vec<(String, Range<usize>)> {
    let (table, _) = DeTable::parse_recoverable(text);
    let patterns = table.get_ref().get("include").and_then(|include| include.get_ref().as_array());
    let elements = patterns.into_iter().flat_map(|array| array.iter());
    elements.filter_map(|one| Some((one.get_ref().as_str()?.to_owned(), one.span()))).collect()
}

/// Whether a file's name matches a pattern in which `*` is any text and `?` any one character. A name that begins
/// with a dot is hidden from a leading wildcard, as in a shell.
pub(super) fn matches_pattern(pattern: &str, name: &str) -> bool {
    if name.starts_with('.') && !pattern.starts_with('.') {
        return false;
    }
    let (pattern, name): (Vec<char>, Vec<char>) = (pattern.chars().collect(), name.chars().collect());
    let (mut p, mut n) = (0, 0);
    // Where the last star stands, and where in the name what follows it was tried last.
    let mut retry: Option<(usize, usize)> = None;
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (p, n) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, name: &str, expected: bool) {
        assert_eq!(matches_pattern(pattern, name), expected, "{pattern} {name}");
    }

    #[test]
    fn a_pattern_matches_names() {
        check("*.toml", "a.toml", true);
        check("*.toml", ".hidden.toml", false);
        check("*.toml", "a.toml.bak", false);
        check("0?-*.toml", "01-antara.toml", true);
        check("0?-*.toml", "0-antara.toml", false);
        check("**a*b", "xxaxxbxxb", true);
        check("a*", "a", true);
        check("", "a", false);
    }
}
