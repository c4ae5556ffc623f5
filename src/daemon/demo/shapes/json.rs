//! JSON Feed 1.1 as outlets write it.

use serde_json::{Value, json};

use super::{html, lead};
use crate::daemon::demo::script::{Page, Told};

/// The whole feed.
pub(super) fn json_feed(page: &Page<'_>) -> String {
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": page.feed.title,
        "description": page.feed.about,
        "home_page_url": format!("https://{}/", page.feed.host),
        "feed_url": page.self_url,
        "language": page.feed.language,
        "authors": [{ "name": page.feed.title, "url": format!("https://{}/redaksi", page.feed.host) }],
        "items": page.stories.iter().map(item).collect::<Vec<_>>(),
    });
    format!("{feed:#}\n")
}

/// One item; a key without a value is left out.
fn item(told: &Told<'_>) -> Value {
    let mut item = json!({
        // Numbers for ids are common, though the specification asks for strings.
        "id": told.number,
        "url": told.link,
        "title": told.title,
        "summary": lead(told),
        "content_html": html(told),
        "date_published": told.date.to_rfc3339(),
        "authors": told.by.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "tags": told.tags,
    });
    if let (Some(picture), Some(fields)) = (&told.picture, item.as_object_mut()) {
        fields.insert("image".to_owned(), json!(picture));
    }
    item
}
