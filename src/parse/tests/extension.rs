//! `_warta` by anybody's hand.

use serde_json::{Value, json};

use super::*;
use crate::model::{MAX_ATTACHMENTS, MAX_PLACES, ParsedItem};

fn item_of(told: Value) -> ParsedItem {
    let feed = json!({"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [
        {"id": "1", "attachments": [{"url": "https://a.example/a.mp3", "mime_type": "audio/mpeg"}], "_warta": told}
    ]});
    feed_of(&feed.to_string()).items.swap_remove(0)
}

#[test]
fn what_is_told_of_a_file_is_added_to_it() {
    let item = item_of(json!({"media": [
        {"url": "https://a.example/a.mp3", "credit": "Sari", "group": 1},
        {"url": "https://a.example/b.mp4", "type": "video/mp4", "width": 640},
        {"player": "https://a.example/putar"},
    ]}));
    let [a, b] = item.enclosures.as_slice() else { panic!("{:?}", item.enclosures) };
    assert_eq!((a.media_type.as_deref(), a.credit.as_deref(), a.group), (Some("audio/mpeg"), Some("Sari"), Some(1)));
    assert_eq!((b.width, b.from_media), (Some(640), true));
    assert_eq!(item.player.as_deref(), Some("https://a.example/putar"));
}

#[test]
fn nonsense_is_left_out() {
    let plain = item_of(json!({}));
    let nonsense = [
        json!({"source": 1, "links": {}, "contributors": "x", "author_emails": [1], "rights": [], "created": "soon"}),
        json!({"comments_url": "javascript:alert(1)", "comments_count": -1, "explicit": "yes", "image_width": 1e99}),
        json!({"media": [1, {"url": {}}, {"url": "data:x"}], "podcast": [], "geo": [{"shape": "star", "positions": []}]}),
        json!({"geo": [{"shape": "point", "positions": [{"lat": 91, "lon": 0}]}, {"shape": "line", "positions": 7}]}),
        json!("x"),
        json!([]),
        Value::Null,
    ];
    for told in nonsense {
        assert_eq!(item_of(told.clone()), plain, "{told}");
    }
}

#[test]
fn what_is_told_is_bounded() {
    let many = |one: Value| Value::Array(vec![one; 300]);
    let item = item_of(json!({
        "links": many(json!({"rel": "related", "href": "https://a.example/"})),
        "contributors": many(json!({"name": "A"})),
        "author_emails": many(json!("a@a.example")),
        "geo": many(json!({"shape": "point", "positions": [{"lat": 1, "lon": 2}]})),
        "media": (0..300).map(|at| json!({"url": format!("https://a.example/{at}")})).collect::<Vec<_>>(),
        "podcast": {"transcripts": many(json!({"url": "https://a.example/"}))},
    }));
    assert_eq!(item.enclosures.len(), MAX_ATTACHMENTS);
    assert!(item.links.len() <= MAX_ATTACHMENTS && item.places.len() <= MAX_PLACES);
    assert!(item.podcast.unwrap().transcripts.len() <= MAX_ATTACHMENTS);
    assert!(item.contributors.len().max(item.authors.len()) <= MAX_ATTACHMENTS);
    let long = json!({"geo": [{"shape": "line", "positions": vec![json!({"lat": 1, "lon": 2}); 1_000]}]});
    assert!(item_of(long).places.is_empty());
}
