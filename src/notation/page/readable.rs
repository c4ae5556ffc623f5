//! A page in, the part of it that is its article out, as Readability finds it.

use dom_smoothie::{Config, Readability};

use super::Page;
use crate::model::MAX_ARTICLE_ELEMENTS;

impl Page {
    /// The page's article as a page of its own; `None` where it has none, or more elements than
    /// [`MAX_ARTICLE_ELEMENTS`]. Takes the page, which is not the same afterwards.
    #[must_use]
    pub fn main_text(self) -> Option<Self> {
        let config = Config { disable_json_ld: true, max_elements_to_parse: MAX_ARTICLE_ELEMENTS, ..Config::default() };
        let article = Readability::with_document(self.document, None, Some(config)).ok()?.parse().ok()?;
        Self::read(&article.content).ok()
    }
}
