//! The shapes that outlets publish in, faults included. In comes a page, out go bytes and their media type.

mod atom;
mod json;
mod rss;

use super::samples::Shape;
use super::script::{Page, Told};

/// The page in its feed's shape, and the media type that the outlet sends with it.
pub(super) fn write(page: &Page<'_>) -> (Vec<u8>, &'static str) {
    let rss = "application/rss+xml; charset=utf-8";
    match page.feed.shape {
        Shape::CdataImage => (rss::cdata_image(page).into_bytes(), rss),
        Shape::EscapedImage => (rss::escaped_image(page).into_bytes(), "text/xml"),
        Shape::MediaContent => (rss::media_content(page).into_bytes(), "text/xml; charset=UTF-8"),
        Shape::MediaTyped => (rss::media_typed(page).into_bytes(), "application/xml"),
        Shape::Node => (rss::node(page).into_bytes(), rss),
        Shape::BareAmpersand => (rss::bare_ampersand(page).into_bytes(), "text/html; charset=utf-8"),
        Shape::Windows1252 => (windows_1252(&rss::undeclared(page)), "application/rss+xml"),
        Shape::Rdf => (rss::rdf(page).into_bytes(), "application/rdf+xml"),
        Shape::AtomXhtml => (atom::xhtml(page).into_bytes(), "application/atom+xml; charset=utf-8"),
        Shape::AtomHtml => (atom::html_escaped(page).into_bytes(), "application/atom+xml"),
        Shape::JsonFeed => (json::json_feed(page).into_bytes(), "application/feed+json"),
    }
}

/// Text as it stands in XML, in an attribute too.
fn esc(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// The text as paragraphs of HTML.
fn html(told: &Told<'_>) -> String {
    told.paragraphs.iter().map(|paragraph| format!("<p>{}</p>", esc(paragraph))).collect::<Vec<_>>().join("\n")
}

/// The first paragraph: what outlets put into a description.
fn lead<'a>(told: &Told<'a>) -> &'a str {
    told.paragraphs.first().map_or("", String::as_str)
}

/// Each story through `one`, one after the other.
fn each(page: &Page<'_>, one: impl Fn(&Told<'_>) -> String) -> String {
    page.stories.iter().map(one).collect()
}

/// The text in windows-1252; what that code page lacks becomes a character reference.
fn windows_1252(text: &str) -> Vec<u8> {
    const HIGH: [(char, u8); 8] = [
        ('\u{20ac}', 0x80),
        ('\u{2026}', 0x85),
        ('\u{2018}', 0x91),
        ('\u{2019}', 0x92),
        ('\u{201c}', 0x93),
        ('\u{201d}', 0x94),
        ('\u{2013}', 0x96),
        ('\u{2014}', 0x97),
    ];
    let mut bytes = Vec::with_capacity(text.len());
    for c in text.chars() {
        match (u8::try_from(u32::from(c)), HIGH.iter().find(|(known, _)| *known == c)) {
            (_, Some((_, byte))) => bytes.push(*byte),
            (Ok(byte), None) if !(0x80..0xa0).contains(&byte) => bytes.push(byte),
            _ => bytes.extend_from_slice(format!("&#{};", u32::from(c)).as_bytes()),
        }
    }
    bytes
}
