//! What a page tells of its article by JSON-LD (schema.org `NewsArticle` and its like).

use serde_json::{Map, Value};

use crate::model::{MAX_LINKED_DATA_BYTES, MAX_PEOPLE_AND_TAGS, Person};
use crate::notation::page::{Page, Selector};

/// Blocks of JSON-LD that are looked at.
const MAX_BLOCKS: usize = 32;
/// Objects that are looked at for an article.
const MAX_OBJECTS: usize = 1_000;

/// The article's object; empty where there is none.
#[derive(Debug, Default)]
pub(super) struct LinkedData(Map<String, Value>);

impl LinkedData {
    /// The first article of a page.
    pub(super) fn of(page: &Page) -> Self {
        let Ok(selector) = Selector::parse("script[type=\"application/ld+json\" i]") else { return Self::default() };
        let blocks = page.root().all(&selector);
        let texts = blocks.iter().take(MAX_BLOCKS).map(|block| block.text(MAX_LINKED_DATA_BYTES));
        texts.filter_map(|text| serde_json::from_str(&text).ok()).find_map(article).map(Self).unwrap_or_default()
    }

    /// A text of the article.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        self.0.get(key).and_then(text)
    }

    /// The name of what the article names under a key.
    pub(super) fn name(&self, key: &str) -> Option<String> {
        self.people(key).into_iter().find_map(|person| person.name)
    }

    /// Whoever the article names under a key.
    pub(super) fn people(&self, key: &str) -> Vec<Person> {
        each(self.0.get(key)).filter_map(person).take(MAX_PEOPLE_AND_TAGS).collect()
    }

    /// The first address that the article names under a key.
    pub(super) fn address(&self, key: &str) -> Option<String> {
        each(self.0.get(key)).find_map(|value| match value {
            Value::Object(object) => {
                ["url", "contentUrl", "@id"].iter().find_map(|key| object.get(*key).and_then(text))
            }
            value => text(value),
        })
    }

    /// The words under a key, one text or several.
    pub(super) fn words(&self, key: &str) -> Vec<String> {
        each(self.0.get(key)).filter_map(text).take(MAX_PEOPLE_AND_TAGS).collect()
    }
}

/// The first article among all that a block holds, what is nearer to its root first.
fn article(block: Value) -> Option<Map<String, Value>> {
    let mut waiting = std::collections::VecDeque::from([block]);
    for _ in 0..MAX_OBJECTS {
        match waiting.pop_front()? {
            Value::Array(list) => waiting.extend(list),
            Value::Object(mut object) => {
                if each(object.get("@type")).filter_map(Value::as_str).any(is_article) {
                    return Some(object);
                }
                waiting
                    .extend(["@graph", "mainEntity", "mainEntityOfPage"].iter().filter_map(|key| object.remove(*key)));
            }
            _ => {}
        }
    }
    None
}

fn is_article(kind: &str) -> bool {
    kind.ends_with("Article") || kind.ends_with("Posting") || kind == "Report"
}

/// A list's values, or the one.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let list = match value {
        Some(Value::Array(list)) => list.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    list.iter()
}

fn text(value: &Value) -> Option<String> {
    value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn person(value: &Value) -> Option<Person> {
    let Value::Object(object) = value else { return text(value).map(|name| super::names::person(&name, None)) };
    let told = |key: &str| each(object.get(key)).find_map(text);
    let name = told("name")?;
    let url = told("url").filter(|url| url.starts_with("http"));
    Some(Person { name: Some(name), url, ..Person::default() })
}
