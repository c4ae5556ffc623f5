//! Files that go with an item in, attachments and the one picture to show out.

use url::Url;

use super::address;
use super::html::Shown;
use super::{line, text};
use crate::model::{Attachment, Enclosure, Format, Image, MAX_TITLE_CHARS, ParsedItem, TextKind};

/// A file of unknown type (RFC 2046 4.5.1).
const UNKNOWN: &str = "application/octet-stream";
/// The largest length that is believed: a tebibyte.
const MAX_BYTES: u64 = 1 << 40;

/// Types by the ending of an address, for files whose type nobody told.
const ENDINGS: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("ogg", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
];

/// All files of an item, those of enclosures before those of Media RSS, each address once.
pub(super) fn attachments(enclosures: &[Enclosure], base: Option<&Url>) -> Vec<Attachment> {
    let mut kept: Vec<Attachment> = Vec::new();
    let (media, proper): (Vec<&Enclosure>, Vec<&Enclosure>) = enclosures.iter().partition(|file| file.from_media);
    for file in proper.into_iter().chain(media) {
        let Some(url) = address::resolve(&file.url, base) else { continue };
        if !kept.iter().any(|other| other.url == url) {
            kept.push(attachment(file, url));
        }
    }
    kept
}

fn attachment(file: &Enclosure, url: Url) -> Attachment {
    Attachment {
        mime_type: media_type(file, &url),
        url,
        title: file.title.as_deref().and_then(|title| line(title, MAX_TITLE_CHARS)),
        size_in_bytes: file.length.filter(|length| (1..=MAX_BYTES).contains(length)),
        duration_in_seconds: file.duration_seconds.filter(|seconds| seconds.is_finite() && *seconds > 0.0),
        width: file.width.filter(|pixels| *pixels > 0),
        height: file.height.filter(|pixels| *pixels > 0),
        credit: file.credit.as_deref().and_then(|credit| line(credit, MAX_TITLE_CHARS)),
        from_media: file.from_media,
    }
}

/// The type as told, where it is one; else by the address, else by the medium.
fn media_type(file: &Enclosure, url: &Url) -> String {
    let told = file.media_type.as_deref().map(str::trim).unwrap_or_default();
    let is_type = told.split_once('/').is_some_and(|(kind, rest)| !kind.is_empty() && !rest.is_empty())
        && told.len() <= 100
        && told.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ');
    if is_type {
        return if told.eq_ignore_ascii_case("image/jpg") { "image/jpeg".to_owned() } else { told.to_owned() };
    }
    let ending = url.path().rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
    let by_address = ENDINGS.iter().find(|(known, _)| *known == ending).map(|(_, media_type)| *media_type);
    let by_medium = match file.medium.as_deref() {
        Some("image") => "image/jpeg",
        Some("video") => "video/mp4",
        Some("audio") => "audio/mpeg",
        _ => UNKNOWN,
    };
    by_address.unwrap_or(by_medium).to_owned()
}

/// The picture to show: what JSON Feed names so, else a picture among the files, the widest where widths are told, else
/// a thumbnail, else the picture of the podcast episode, else the first that the text shows.
pub(super) fn image(
    item: &ParsedItem,
    format: Format,
    files: &[Attachment],
    shown: Option<&Shown>,
    base: Option<&Url>,
) -> Option<Image> {
    let named = item.image.as_deref().and_then(|image| address::resolve(image, base));
    let thumbnail = item.thumbnail.as_deref().and_then(|image| address::resolve(image, base));
    let is_json = matches!(format, Format::Json10 | Format::Json11);
    let first = named.clone().filter(|_| is_json).map(bare);
    let mut image = first
        .or_else(|| widest(files))
        .or_else(|| thumbnail.map(bare))
        .or_else(|| named.map(bare))
        .or_else(|| shown.map(from_text))?;
    if let Some(shown) = shown.filter(|shown| shown.url == image.url) {
        image.alt = image.alt.or_else(|| alt(shown));
    }
    let told = item.enclosures.iter().find(|file| address::resolve(&file.url, base).as_ref() == Some(&image.url));
    if let Some(told) = told {
        image.alt = image.alt.or_else(|| told.description.as_deref().and_then(|text| line(text, MAX_TITLE_CHARS)));
    }
    let credit = told
        .and_then(|told| told.credit.clone())
        .or_else(|| item.enclosures.iter().find_map(|file| file.credit.clone().filter(|_| file.from_media)));
    image.credit = image.credit.or_else(|| credit.and_then(|credit| line(&credit, MAX_TITLE_CHARS)));
    Some(image)
}

fn widest(files: &[Attachment]) -> Option<Image> {
    let pictures = files.iter().filter(|file| file.mime_type.starts_with("image/"));
    let pictures = pictures.filter(|file| file.width.is_none_or(|width| width > 1));
    // The first of equals, so that a document without widths gives its own first.
    let best = pictures.reduce(|best, file| if file.width > best.width { file } else { best })?;
    Some(Image {
        url: best.url.clone(),
        width: best.width,
        height: best.height,
        alt: None,
        credit: best.credit.clone(),
    })
}

fn from_text(shown: &Shown) -> Image {
    Image { url: shown.url.clone(), width: shown.width, height: shown.height, alt: alt(shown), credit: None }
}

fn alt(shown: &Shown) -> Option<String> {
    let alt = text::plain(shown.alt.as_deref()?, TextKind::Plain);
    (!alt.is_empty()).then(|| text::shorten(alt, MAX_TITLE_CHARS).0)
}

fn bare(url: Url) -> Image {
    Image { url, width: None, height: None, alt: None, credit: None }
}
