//! HTML that may be published.

use serde::Serialize;

/// HTML that went through the one sanitiser. The only HTML that `render` takes, so that unsanitised HTML cannot be
/// published. Only `clean::html` makes one, and `store` gives back what it was handed (`tests/it/house.rs` checks both).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(transparent)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// Vouches that `html` is the sanitiser's own output.
    pub(crate) fn vouch(html: String) -> Self {
        Self(html)
    }

    /// Harmless HTML that a unit test writes down, where no sanitiser is in reach.
    #[cfg(test)]
    pub(crate) fn for_test(html: &str) -> Self {
        Self(html.to_owned())
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
