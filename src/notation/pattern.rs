//! Regular expressions of the operator: in comes a text of feeds.toml, out goes whether it matches and what a text
//! becomes. Linear in the text, whatever the pattern (no backtracking), and bounded in size.

use std::borrow::Cow;
use std::fmt;

use regex::{Regex, RegexBuilder};

use crate::model::{MAX_PATTERN_BYTES, MAX_PATTERN_CHARS, MAX_PATTERN_DEPTH};

/// A regular expression, case ignored in every script.
#[derive(Clone)]
pub struct Pattern(Regex);

impl Pattern {
    /// Reads one.
    ///
    /// # Errors
    /// In words, what is wrong: its syntax, or that it is empty, too long or too large when compiled.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.is_empty() {
            return Err("is empty and would match everything".to_owned());
        }
        if text.chars().count() > MAX_PATTERN_CHARS {
            return Err(format!("is longer than {MAX_PATTERN_CHARS} characters"));
        }
        let built = RegexBuilder::new(text)
            .case_insensitive(true)
            .size_limit(MAX_PATTERN_BYTES)
            .dfa_size_limit(MAX_PATTERN_BYTES)
            .nest_limit(MAX_PATTERN_DEPTH)
            .build();
        built.map(Self).map_err(|error| match error {
            regex::Error::CompiledTooBig(_) => "is too large when compiled".to_owned(),
            // The last line of the picture says what is wrong.
            error => {
                let text = error.to_string();
                let reason = text.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                format!("is no regular expression ({reason})")
            }
        })
    }

    /// Whether it matches somewhere in `text`.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// `text` with each match written anew, `$1` standing for its first group; none where that changes nothing.
    #[must_use]
    pub fn rewritten(&self, text: &str, with: &str) -> Option<String> {
        match self.0.replace_all(text, with) {
            Cow::Owned(new) if new != text => Some(new),
            _ => None,
        }
    }
}

impl fmt::Debug for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.0.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_ignore_case_in_every_script_and_are_bounded() {
        assert!(Pattern::parse("^éKONOMI").unwrap().is_match("Ékonomi hari ini"));
        assert_eq!(Pattern::parse(r"(\w+) - tempo$").unwrap().rewritten("Banjir - Tempo", "$1").unwrap(), "Banjir");
        assert_eq!(Pattern::parse("x").unwrap().rewritten("abc", "y"), None);
        let wrong = |text: &str| Pattern::parse(text).unwrap_err();
        assert_eq!(wrong("a("), "is no regular expression (unclosed group)");
        assert_eq!(wrong(r"(a)\1"), "is no regular expression (backreferences are not supported)");
        assert_eq!(wrong(&r"\w{200}".repeat(20)), "is too large when compiled");
        assert!(wrong(&"(".repeat(100)).starts_with("is no regular expression"));
        assert!(wrong(&"a".repeat(MAX_PATTERN_CHARS + 1)).starts_with("is longer"));
        assert!(wrong("").starts_with("is empty"));
    }
}
