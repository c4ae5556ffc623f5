//! Values to columns and back: times, hashes, addresses, and the JSON of items.

use rusqlite::types::Type;
use rusqlite::{Result, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use crate::model::{CleanHtml, Item, Timestamp};

/// A time as a column holds it.
pub(super) fn millis(at: Timestamp) -> i64 {
    at.unix_millis()
}

/// A time that may be missing, as a column holds it.
pub(super) fn opt_millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(millis)
}

/// The time in a column, told in UTC.
pub(super) fn time(row: &Row<'_>, column: &str) -> Result<Timestamp> {
    row.get(column).map(Timestamp::from_unix_millis)
}

/// The time in a column that may be null, told in UTC.
pub(super) fn opt_time(row: &Row<'_>, column: &str) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<i64>>(column)?.map(Timestamp::from_unix_millis))
}

/// The time in a column with the offset in another.
pub(super) fn time_east(row: &Row<'_>, column: &str, east: &str) -> Result<Option<Timestamp>> {
    let east: i32 = row.get(east)?;
    Ok(row.get::<_, Option<i64>>(column)?.map(|at| Timestamp::from_unix_millis_at(at, east)))
}

/// An address in a column. What is no address reads as none: rows are written from [`Url`]s.
pub(super) fn opt_url(row: &Row<'_>, column: &str) -> Result<Option<Url>> {
    Ok(row.get::<_, Option<String>>(column)?.and_then(|text| Url::parse(&text).ok()))
}

/// A 64-bit hash in a column of signed integers.
pub(super) fn hash(row: &Row<'_>, column: &str) -> Result<u64> {
    row.get(column).map(i64::cast_unsigned)
}

/// A value as JSON without its nulls, which read back as what is missing.
pub(super) fn to_json(value: &impl Serialize) -> Result<String> {
    let failed = |error| rusqlite::Error::ToSqlConversionFailure(Box::new(error));
    let mut value = serde_json::to_value(value).map_err(failed)?;
    drop_nulls(&mut value);
    serde_json::to_string(&value).map_err(failed)
}

/// A value from the JSON of a column.
pub(super) fn from_json<T: DeserializeOwned>(row: &Row<'_>, column: &str) -> Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(error)))
}

/// Some thirty fields of an item are mostly empty: their names would weigh more than what is said. Empty lists and
/// texts go at the top only, where `Item` and `ParsedItem` have defaults.
fn drop_nulls(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, value| match value {
            Value::Array(list) => !list.is_empty(),
            Value::String(text) => !text.is_empty(),
            other => !other.is_null(),
        });
        // Two levels below is as deep as the model nests; no recursion over what came from outside.
        for value in fields.values_mut() {
            drop_nulls_of(value);
            match value {
                Value::Object(fields) => fields.values_mut().for_each(drop_nulls_of),
                Value::Array(list) => list.iter_mut().for_each(drop_nulls_of),
                _ => {}
            }
        }
    }
}

fn drop_nulls_of(value: &mut Value) {
    if let Value::Object(fields) = value {
        fields.retain(|_, value| !value.is_null());
    }
}

/// The item of a row of `bodies` joined with `reports`: with contents where `whole`, else without.
/// Dates come from the narrow row: they hold the milliseconds and what was frozen.
pub(super) fn item(row: &Row<'_>, whole: bool) -> Result<Item> {
    let mut item: Item = from_json(row, "item")?;
    item.date_published = time_east(row, "published", "published_east")?;
    item.date_modified = time_east(row, "modified", "modified_east")?;
    item.has_own_date = row.get("own_date")?;
    if whole {
        item.content_html = row.get::<_, Option<String>>("content_html")?.map(CleanHtml::vouch);
        item.summary_html = row.get::<_, Option<String>>("summary_html")?.map(CleanHtml::vouch);
        item.content_text = row.get("content_text")?;
    }
    Ok(item)
}

/// Seconds east of UTC, 0 where there is no time.
pub(super) fn east(at: Option<Timestamp>) -> i32 {
    at.map_or(0, Timestamp::offset_seconds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Attachment, Image, ParsedItem, Text};

    #[test]
    fn items_come_back_from_their_json_and_say_nothing_twice() {
        let url = |text: &str| Url::parse(text).unwrap();
        let image =
            Image { url: url("https://a.example/i.png"), width: Some(1), height: None, alt: None, credit: None };
        let item = Item {
            origin_id: "1".into(),
            url: Some(url("https://a.example/1")),
            title: "Satu".into(),
            tags: vec!["a".into()],
            image: Some(image),
            attachments: vec![Attachment {
                url: url("https://a.example/a.mp3"),
                mime_type: "audio/mpeg".into(),
                title: None,
                size_in_bytes: Some(7),
                duration_in_seconds: None,
                width: None,
                height: None,
                credit: None,
                description: None,
                player: None,
                group: None,
                from_media: false,
            }],
            ..Item::default()
        };
        let json = to_json(&item).unwrap();
        assert!(!json.contains("null") && !json.contains("summary"), "{json}");
        assert_eq!(serde_json::from_str::<Item>(&json).unwrap(), item);
        let raw = ParsedItem { title: Some(Text { value: "Satu".into(), ..Text::default() }), ..ParsedItem::default() };
        assert_eq!(serde_json::from_str::<ParsedItem>(&to_json(&raw).unwrap()).unwrap(), raw);
    }
}
