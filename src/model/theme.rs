//! What an operator lays beside warta for the published folder, as it was read: the theme, and what is wrong with what
//! was found.

use std::collections::BTreeMap;
use std::fmt;

/// The operator's templates, style sheet and icon. Empty for warta's own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Theme {
    /// The folder as messages name it; empty where none is configured.
    pub folder: String,
    /// What was read of it by its name, or why that cannot be used.
    pub files: BTreeMap<String, Result<String, String>>,
    /// Why nothing of it can be used.
    pub trouble: Option<String>,
}

impl Theme {
    /// Whether a folder is configured.
    #[must_use]
    pub fn is_own(&self) -> bool {
        !self.folder.is_empty()
    }
}

/// Something of the operator's that publishing works around. Displayed as `FILE:LINE: what is wrong; what to do`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Trouble {
    /// The file or folder, as it was named.
    pub file: String,
    /// From 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do, or what is done meanwhile.
    pub hint: String,
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}; {}", self.file, self.message, self.hint),
            None => write!(f, "{}: {}; {}", self.file, self.message, self.hint),
        }
    }
}
