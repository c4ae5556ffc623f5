//! Whether anything is left in what is published that a browser would run, frame or follow into a script.

use std::collections::BTreeSet;

use dom_query::Document;
use serde_json::Value;
use url::Url;

/// Elements that no page and no content has.
const FORBIDDEN: &[&str] = &[
    "iframe",
    "frame",
    "frameset",
    "object",
    "embed",
    "applet",
    "portal",
    "fencedframe",
    "base",
    "svg",
    "math",
    "style",
    "template",
    "form",
    "button",
    "input",
    "textarea",
    "select",
    "keygen",
    "noscript",
    "xmp",
    "plaintext",
    "dialog",
];
/// Schemes that an address in an attribute may have.
const SCHEMES: &[&str] = &["http", "https", "mailto", "tel"];
/// Attributes that hold words, which may look like an address.
const WORDS: &[&str] = &["alt", "property", "title", "content", "lang", "class", "id", "name", "datetime"];

/// Asserts that a whole page, or a piece of content, is harmless.
#[track_caller]
pub(super) fn assert_harmless(html: &str, whose: &str) {
    let document = Document::from(html);
    for node in document.root().descendants_it().filter(|node| node.is_element()) {
        let name = node.node_name().unwrap_or_default().to_lowercase();
        let data = name == "script" && node.attr("type").as_deref() == Some("application/ld+json");
        if data {
            serde_json::from_str::<Value>(&node.text()).unwrap_or_else(|why| panic!("{why} in the JSON of {whose}"));
        }
        assert!(data || name != "script", "<script> in {whose}: {}", node.html());
        assert!(!FORBIDDEN.contains(&name.as_str()), "<{name}> in {whose}: {}", node.html());
        assert!(name != "meta" || !node.has_attr("http-equiv"), "{} in {whose}", node.html());
        assert!(name != "link" || whose.ends_with(".html"), "{} in {whose}", node.html());
        for attribute in node.attrs() {
            let attribute_name = attribute.name.local.to_lowercase();
            assert!(!attribute_name.starts_with("on"), "{attribute_name} in {whose}: {}", node.html());
            assert!(!["style", "srcdoc", "ping"].contains(&attribute_name.as_str()), "{} in {whose}", node.html());
            if !WORDS.contains(&attribute_name.as_str()) {
                assert_address(&attribute.value, whose);
            }
        }
    }
}

/// Asserts that a text is no address, or one of a scheme that runs nothing. A browser leaves out blanks and controls.
#[track_caller]
pub(super) fn assert_address(text: &str, whose: &str) {
    let read: String = text.chars().filter(|c| !c.is_ascii_control()).collect();
    if let Ok(url) = Url::parse(read.trim()) {
        assert!(SCHEMES.contains(&url.scheme()), "{text} in {whose}");
    }
}

/// Judges a JSON Feed, and gathers its pieces of HTML.
pub(super) fn json_feed(text: &str, whose: &str, pieces: &mut BTreeSet<String>) {
    fn look(value: &Value, key: &str, whose: &str, pieces: &mut BTreeSet<String>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| look(value, key, whose, pieces)),
            Value::Object(fields) => fields.iter().for_each(|(key, value)| look(value, key, whose, pieces)),
            Value::String(text) if key.ends_with("_html") => {
                assert_harmless(text, whose);
                pieces.insert(text.clone());
            }
            Value::String(text) if key.ends_with("url") || ["href", "icon", "image", "avatar"].contains(&key) => {
                assert_address(text, whose);
                assert!(Url::parse(text).is_ok(), "{key} {text} in {whose}");
            }
            _ => {}
        }
    }
    let feed: Value = serde_json::from_str(text).unwrap();
    assert!(feed["items"].as_array().is_some_and(|items| !items.is_empty()), "{whose} is empty");
    look(&feed, "", whose, pieces);
}

/// The same of an RSS feed.
pub(super) fn rss(text: &str, whose: &str, pieces: &mut BTreeSet<String>) {
    let channel = rss::Channel::read_from(text.as_bytes()).unwrap();
    for item in channel.items() {
        for html in [item.description(), item.content()].into_iter().flatten() {
            assert_harmless(html, whose);
            pieces.insert(html.to_owned());
        }
        let addresses = [
            item.link(),
            item.comments(),
            item.enclosure().map(rss::Enclosure::url),
            item.source().map(rss::Source::url),
        ];
        addresses.into_iter().flatten().for_each(|address| assert_address(address, whose));
        for values in item.extensions().values().flat_map(|names| names.values()).flatten() {
            let addresses = values.attrs().iter().filter(|(name, _)| ["url", "href"].contains(&name.as_str()));
            addresses.for_each(|(_, address)| {
                assert_address(address, whose);
                assert!(Url::parse(address).is_ok(), "{address} in {whose}");
            });
        }
    }
}

/// The same of an Atom feed.
pub(super) fn atom(text: &str, whose: &str, pieces: &mut BTreeSet<String>) {
    use atom_syndication::{Feed, TextType};
    let feed = Feed::read_from(text.as_bytes()).unwrap();
    let mut html = |text: &str| {
        assert_harmless(text, whose);
        pieces.insert(text.to_owned());
    };
    for entry in feed.entries() {
        let content = entry.content().filter(|content| content.content_type() != Some("text"));
        content.and_then(|content| content.value()).into_iter().for_each(&mut html);
        for text in [Some(entry.title()), entry.summary(), entry.rights()].into_iter().flatten() {
            if text.r#type != TextType::Text {
                html(&text.value);
            }
        }
        let people = entry.authors().iter().chain(entry.contributors()).filter_map(|person| person.uri());
        let links = entry.links().iter().map(|link| link.href());
        links.chain(people).for_each(|address| assert_address(address, whose));
    }
}
