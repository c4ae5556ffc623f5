//! What a page lists, for search engines: a schema.org `ItemList` in JSON-LD. Its items lead to the outlets, and say
//! nothing that the page does not show.

use serde::Serialize;

use super::card::Card;

/// Items that a list names; a page may show more.
const MAX_LISTED: usize = 50;

/// A schema.org `ItemList`.
#[derive(Debug, Serialize)]
pub(super) struct ItemList<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@type")]
    kind: &'static str,
    name: String,
    url: String,
    #[serde(rename = "numberOfItems")]
    count: usize,
    #[serde(rename = "itemListElement")]
    items: Vec<ListItem<'a>>,
}

#[derive(Debug, Serialize)]
struct ListItem<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    position: usize,
    name: &'a str,
    url: &'a str,
}

/// The list of these cards on the page at `url`; none where no card leads anywhere. A card that stands there twice is
/// listed once.
pub(super) fn list<'a>(cards: impl Iterator<Item = &'a Card>, name: &str, url: &str) -> Option<ItemList<'a>> {
    let mut items: Vec<ListItem<'_>> = Vec::new();
    for card in cards {
        let Some(url) = card.url.as_deref().filter(|&url| items.iter().all(|item| item.url != url)) else { continue };
        items.push(ListItem { kind: "ListItem", position: items.len() + 1, name: &card.title, url });
        if items.len() == MAX_LISTED {
            break;
        }
    }
    (!items.is_empty()).then(|| ItemList {
        context: "https://schema.org",
        kind: "ItemList",
        name: name.to_owned(),
        url: url.to_owned(),
        count: items.len(),
        items,
    })
}
