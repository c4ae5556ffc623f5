//! What a page tells by `meta` and `link` elements: Open Graph and what came before it.

use crate::model::{MAX_PEOPLE_AND_TAGS, MAX_URL_BYTES};
use crate::notation::page::{Element, Page, Selector};

/// The meta elements of a page, in document order.
pub(super) struct Meta {
    named: Vec<(String, String)>,
    pub(super) canonical: Option<String>,
    pub(super) base: Option<String>,
    pub(super) title: Option<String>,
    pub(super) language: Option<String>,
}

/// Elements of a page's head that are looked at.
const MAX_METAS: usize = 500;
/// Bytes of a `title` element.
const MAX_TITLE_BYTES: usize = 4_000;

impl Meta {
    pub(super) fn of(page: &Page) -> Self {
        let root = page.root();
        let mut named = Vec::new();
        for element in all(root, "meta[content]").into_iter().take(MAX_METAS) {
            let name = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|key| element.attribute(key));
            if let (Some(name), Some(content)) = (name, element.attribute("content")) {
                named.push((name.to_ascii_lowercase(), content));
            }
        }
        let link = |selector: &str| all(root, selector).first().and_then(|link| link.attribute("href"));
        Self {
            named,
            canonical: link("link[rel~=\"canonical\" i]").filter(|address| address.len() <= MAX_URL_BYTES),
            base: link("base[href]"),
            title: all(root, "title")
                .first()
                .map(|title| title.text(MAX_TITLE_BYTES))
                .filter(|title| !title.is_empty()),
            language: all(root, "html").first().and_then(|html| html.attribute("lang")),
        }
    }

    /// The first of `names`, in their order, that the page tells.
    pub(super) fn first(&self, names: &[&str]) -> Option<&str> {
        names
            .iter()
            .find_map(|wanted| self.named.iter().find(|(name, _)| name == wanted).map(|(_, content)| content.as_str()))
    }

    /// All that is told under a name.
    pub(super) fn all(&self, wanted: &str) -> Vec<&str> {
        let found = self.named.iter().filter(|(name, _)| name == wanted).map(|(_, content)| content.as_str());
        found.take(MAX_PEOPLE_AND_TAGS).collect()
    }
}

/// The elements that a selector of our own finds.
pub(super) fn all<'a>(root: Element<'a>, selector: &str) -> Vec<Element<'a>> {
    Selector::parse(selector).map(|selector| root.all(&selector)).unwrap_or_default()
}
