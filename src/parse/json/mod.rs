//! JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1): a value in, what it said out. Of a value of another type than the
//! format asks for is taken what can be meant by it, with a repair.

mod extension;
mod salvage;

use std::str::FromStr;

use serde_json::{Map, Value};
use url::Url;

use super::Policy;
use super::context::{checked_address, push_within};
use super::repairs::{Repairs, quoted};
use crate::model::{
    Enclosure, Format, MAX_ATTACHMENTS, MAX_ITEMS, MAX_PEOPLE_AND_TAGS, ParsedFeed, ParsedItem, Person, RepairKind,
    Text, TextKind, Timestamp, WebLink,
};
use crate::notation::date;

type Object = Map<String, Value>;

/// Reads a document that begins with `{`. The error says what is wrong with it. Depth is bounded by `serde_json`
/// itself, which refuses more than 128 levels; a key that stands twice counts the second time.
pub(super) fn read(
    text: &str,
    base: Option<&Url>,
    policy: &Policy,
    repairs: &mut Repairs,
) -> Result<ParsedFeed, String> {
    let (value, steps) = salvage::read(text, repairs)?;
    let Value::Object(object) = value else { return Err("the JSON document is no object".to_owned()) };
    let version = object.get("version").and_then(Value::as_str).unwrap_or("");
    let format = match version.trim_end_matches('/').rsplit('/').next() {
        Some("1.1") => Format::Json11,
        Some("1") => Format::Json10,
        _ if object.get("items").is_some_and(Value::is_array) => {
            repairs.note(RepairKind::Json, "version: no JSON Feed version that is known");
            Format::Json11
        }
        _ => return Err("a JSON document, but no JSON Feed: it has neither \"version\" nor \"items\"".to_owned()),
    };
    let home = object.get("home_page_url").and_then(Value::as_str).and_then(|text| Url::parse(text).ok());
    let mut reader = Reader { base: base.cloned().or(home), policy, repairs };
    let mut feed = reader.feed(&object, format);
    feed.steps = steps;
    Ok(feed)
}

/// Of the hubs that JSON Feed names, those of the one protocol that is spoken here; the type is often left out.
fn is_websub(hub: &Object) -> bool {
    let kind = hub.get("type").and_then(Value::as_str);
    kind.is_none_or(|kind| kind.eq_ignore_ascii_case("websub") || kind.eq_ignore_ascii_case("pubsubhubbub"))
}

struct Reader<'a> {
    base: Option<Url>,
    policy: &'a Policy,
    repairs: &'a mut Repairs,
}

impl Reader<'_> {
    fn feed(&mut self, object: &Object, format: Format) -> ParsedFeed {
        let mut feed = ParsedFeed::new(format);
        feed.title = self.plain(object, "title");
        feed.description = self.plain(object, "description");
        feed.home_page_url = self.address(object, "home_page_url");
        feed.feed_url = self.address(object, "feed_url");
        feed.id.clone_from(&feed.feed_url);
        feed.language = self.string(object, "language");
        feed.icon = self.address(object, "favicon");
        feed.image = self.address(object, "icon");
        feed.authors = self.people(object);
        let hubs = self.list(object, "hubs").into_iter().filter_map(Value::as_object).filter(|hub| is_websub(hub));
        for hub in hubs.take(MAX_ATTACHMENTS) {
            if let Some(href) = self.address(hub, "url") {
                feed.links.push(WebLink { rel: "hub".to_owned(), href, ..WebLink::default() });
            }
        }
        self.feed_extension(object, &mut feed);
        let items = self.list(object, "items");
        for item in self.newest(items, &mut feed.items_left_out) {
            match item {
                Value::Object(item) => {
                    let item = self.item(item);
                    feed.items.push(item);
                }
                other => self.wrong("items", other),
            }
        }
        feed
    }

    /// At most [`MAX_ITEMS`] of the items, the newest by the dates they tell, in document order.
    fn newest<'o>(&mut self, items: Vec<&'o Value>, left_out: &mut usize) -> Vec<&'o Value> {
        *left_out = items.len().saturating_sub(MAX_ITEMS);
        if *left_out == 0 {
            return items;
        }
        self.repairs.note(RepairKind::Limit, format!("{left_out} items beyond the newest {MAX_ITEMS} were left out"));
        let told = |item: &Value| {
            let text = ["date_published", "date_modified"].iter().find_map(|key| item.get(key)?.as_str());
            text.and_then(|text| date::parse(text, self.policy.timezone))
        };
        let mut dated: Vec<(Option<Timestamp>, usize)> =
            items.iter().enumerate().map(|(place, item)| (told(item), place)).collect();
        dated.sort_by(|(one, _), (other, _)| other.cmp(one));
        let mut kept: Vec<usize> = dated.into_iter().take(MAX_ITEMS).map(|(_, place)| place).collect();
        kept.sort_unstable();
        kept.into_iter().map(|place| items[place]).collect()
    }

    fn item(&mut self, object: &Object) -> ParsedItem {
        let html = self.string(object, "content_html").map(|value| self.text(value, TextKind::Html));
        let text = self.string(object, "content_text").map(|value| self.text(value, TextKind::Plain));
        let mut item = ParsedItem {
            id: self.string(object, "id"),
            url: self.address(object, "url"),
            external_url: self.address(object, "external_url"),
            title: self.plain(object, "title"),
            summary: self.plain(object, "summary"),
            content: html.or(text),
            date_published: self.date(object, "date_published"),
            date_modified: self.date(object, "date_modified"),
            authors: self.people(object),
            image: self.address(object, "image"),
            banner_image: self.address(object, "banner_image"),
            language: self.string(object, "language"),
            tags: self.tags(object),
            ..ParsedItem::default()
        };
        for attachment in self.list(object, "attachments").into_iter().filter_map(Value::as_object) {
            if let Some(enclosure) = self.attachment(attachment) {
                push_within(&mut item.enclosures, enclosure, MAX_ATTACHMENTS, self.repairs, "attachments");
            }
        }
        self.item_extension(object, &mut item);
        item
    }

    fn tags(&mut self, object: &Object) -> Vec<String> {
        let mut tags: Vec<String> = Vec::new();
        for tag in self.list(object, "tags") {
            match tag.as_str().map(str::trim) {
                Some("") => {}
                Some(tag) if tags.iter().any(|known| known == tag) => {}
                Some(tag) => push_within(&mut tags, tag.to_owned(), MAX_PEOPLE_AND_TAGS, self.repairs, "tags"),
                None => self.wrong("tags", tag),
            }
        }
        tags
    }

    fn attachment(&mut self, object: &Object) -> Option<Enclosure> {
        Some(Enclosure {
            url: self.address(object, "url")?,
            media_type: self.string(object, "mime_type"),
            length: self.measure(object, "size_in_bytes", Value::as_u64),
            duration_seconds: self.measure(object, "duration_in_seconds", Value::as_f64),
            title: self.string(object, "title"),
            ..Enclosure::default()
        })
    }

    /// `authors` of 1.1, or `author` of 1.0.
    fn people(&mut self, object: &Object) -> Vec<Person> {
        let mut told = self.list(object, "authors");
        told.extend(object.get("author").filter(|_| told.is_empty()));
        let mut people = Vec::new();
        for value in told {
            let person = match value {
                Value::Object(object) => Person {
                    name: self.string(object, "name"),
                    url: self.address(object, "url"),
                    avatar: self.address(object, "avatar"),
                    ..Person::default()
                },
                Value::String(name) => {
                    self.repairs.note(RepairKind::Json, "authors: a string, read as a name");
                    Person { name: Some(name.clone()), ..Person::default() }
                }
                other => {
                    self.wrong("authors", other);
                    continue;
                }
            };
            if person != Person::default() {
                push_within(&mut people, person, MAX_PEOPLE_AND_TAGS, self.repairs, "people");
            }
        }
        people
    }

    fn string(&mut self, object: &Object, key: &str) -> Option<String> {
        match object.get(key)? {
            Value::String(text) => Some(text.trim().to_owned()).filter(|text| !text.is_empty()),
            // Ids and dates above all ("Items", `id`: coerce a number to a string).
            Value::Number(number) => {
                self.repairs.note(RepairKind::Json, format!("{key}: a number, read as a string"));
                Some(number.to_string())
            }
            Value::Null => None,
            other => {
                self.wrong(key, other);
                None
            }
        }
    }

    fn measure<N: FromStr>(&mut self, object: &Object, key: &str, own: fn(&Value) -> Option<N>) -> Option<N> {
        let value = object.get(key).filter(|value| !value.is_null())?;
        let told = value.as_str().and_then(|text| text.trim().parse().ok());
        if told.is_some() {
            self.repairs.note(RepairKind::Json, format!("{key}: a string, read as a number"));
        }
        let number = told.or_else(|| own(value));
        if number.is_none() {
            self.wrong(key, value);
        }
        number
    }

    fn list<'o>(&mut self, object: &'o Object, key: &str) -> Vec<&'o Value> {
        match object.get(key) {
            Some(Value::Array(list)) => list.iter().collect(),
            None | Some(Value::Null) => Vec::new(),
            Some(other) => {
                self.repairs.note(RepairKind::Json, format!("{key}: {}, read as a list of one", kind_of(other)));
                vec![other]
            }
        }
    }

    fn wrong(&mut self, key: &str, value: &Value) {
        self.repairs.note(RepairKind::Json, format!("{key}: {} stands where the format has none", kind_of(value)));
    }

    fn text(&self, value: String, kind: TextKind) -> Text {
        Text { value, kind, base: self.base.clone(), language: None }
    }

    fn plain(&mut self, object: &Object, key: &str) -> Option<Text> {
        let value = self.string(object, key)?;
        Some(self.text(value, TextKind::Plain))
    }

    fn address(&mut self, object: &Object, key: &str) -> Option<String> {
        let text = self.string(object, key)?;
        let resolved = match &self.base {
            Some(base) if Url::parse(&text).is_err() => base.join(&text).map_or(text, String::from),
            _ => text,
        };
        checked_address(resolved, self.repairs)
    }

    fn date(&mut self, object: &Object, key: &str) -> Option<Timestamp> {
        let text = self.string(object, key)?;
        let read = date::parse(&text, self.policy.timezone);
        if read.is_none() {
            self.repairs.note(RepairKind::Date, format!("{key}: {} is no date that can be read", quoted(&text)));
        }
        read
    }
}

/// What a value is, for people.
fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
