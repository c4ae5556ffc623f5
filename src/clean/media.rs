//! Files that go with an item in, attachments and the one picture to show out.

use url::Url;

use super::address;
use super::html::Shown;
use super::{line, text};
use crate::model::{Attachment, Enclosure, Format, Image, MAX_TITLE_CHARS, ParsedItem, ParsedPicture, TextKind};

/// A file of unknown type (RFC 2046 4.5.1).
const UNKNOWN: &str = "application/octet-stream";
/// The largest length that is believed: a tebibyte.
const MAX_BYTES: u64 = 1 << 40;
/// The longest duration that is believed: a year.
const MAX_SECONDS: f64 = 366.0 * 86_400.0;

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

/// All files of an item, those of enclosures before those of Media RSS, each address once: what is said twice of one
/// file is put together.
pub(super) fn attachments(enclosures: &[Enclosure], base: Option<&Url>) -> Vec<Attachment> {
    let mut kept: Vec<Attachment> = Vec::new();
    let (media, proper): (Vec<&Enclosure>, Vec<&Enclosure>) = enclosures.iter().partition(|file| file.from_media);
    for file in proper.into_iter().chain(media) {
        let Some(url) = address::resolve(&file.url, base) else { continue };
        let file = attachment(file, url);
        match kept.iter_mut().find(|other| other.url == file.url) {
            Some(known) => complete(known, file),
            None => kept.push(file),
        }
    }
    in_groups(kept)
}

/// The files of one group behind its first one, groups numbered from 1; one of a single file is none.
fn in_groups(files: Vec<Attachment>) -> Vec<Attachment> {
    let (mut ordered, mut groups): (Vec<Attachment>, Vec<u32>) = (Vec::with_capacity(files.len()), Vec::new());
    let mut number = 0;
    for file in &files {
        let Some(group) = file.group else {
            ordered.push(file.clone());
            continue;
        };
        if groups.contains(&group) {
            continue;
        }
        groups.push(group);
        let members: Vec<&Attachment> = files.iter().filter(|other| other.group == Some(group)).collect();
        let told = (members.len() > 1).then_some(number + 1);
        number = told.unwrap_or(number);
        ordered.extend(members.into_iter().map(|member| Attachment { group: told, ..member.clone() }));
    }
    ordered
}

/// Adds what another mention of the same file tells.
fn complete(known: &mut Attachment, other: Attachment) {
    fn fill<T>(slot: &mut Option<T>, value: Option<T>) {
        if slot.is_none() {
            *slot = value;
        }
    }
    if known.mime_type == UNKNOWN {
        known.mime_type = other.mime_type;
    }
    fill(&mut known.title, other.title);
    fill(&mut known.size_in_bytes, other.size_in_bytes);
    fill(&mut known.duration_in_seconds, other.duration_in_seconds);
    fill(&mut known.width, other.width);
    fill(&mut known.height, other.height);
    fill(&mut known.credit, other.credit);
    fill(&mut known.description, other.description);
    fill(&mut known.player, other.player);
    fill(&mut known.group, other.group);
}

fn attachment(file: &Enclosure, url: Url) -> Attachment {
    let told = |text: &Option<String>| text.as_deref().and_then(|text| line(text, MAX_TITLE_CHARS));
    Attachment {
        mime_type: media_type(file, &url),
        title: told(&file.title),
        size_in_bytes: file.length.filter(|length| (1..=MAX_BYTES).contains(length)),
        duration_in_seconds: file.duration_seconds.and_then(duration),
        width: file.width.filter(|pixels| *pixels > 0),
        height: file.height.filter(|pixels| *pixels > 0),
        credit: told(&file.credit),
        description: told(&file.description),
        player: file.player.as_deref().and_then(|player| address::resolve(player, Some(&url))),
        group: file.group,
        from_media: file.from_media,
        url,
    }
}

/// Seconds to the millisecond; `None` for what is no length of time.
pub(super) fn duration(seconds: f64) -> Option<f64> {
    let rounded = (seconds * 1_000.0).round() / 1_000.0;
    (rounded > 0.0 && rounded <= MAX_SECONDS).then_some(rounded)
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
    let by_address = by_address.filter(|its| file.medium.as_deref() != Some("image") || its.starts_with("image/"));
    let by_medium = match file.medium.as_deref() {
        Some("image") => "image/jpeg",
        // What an outlet shows by Media RSS without a word on its kind is the picture of the report.
        None if file.from_media && file.duration_seconds.is_none() => "image/jpeg",
        Some("video") => "video/mp4",
        Some("audio") => "audio/mpeg",
        _ => UNKNOWN,
    };
    by_address.unwrap_or(by_medium).to_owned()
}

/// The picture to show: what JSON Feed names so, else a picture among the files, the one that the document says is to
/// be shown or the widest where widths are told, else a thumbnail, else the picture of the podcast episode, else the
/// first that the text shows.
pub(super) fn image(
    item: &ParsedItem,
    format: Format,
    files: &[Attachment],
    shown: Option<&Shown>,
    base: Option<&Url>,
) -> Option<Image> {
    let resolve = |text: &Option<String>| text.as_deref().and_then(|text| address::resolve(text, base));
    let named = resolve(&item.image);
    let is_json = matches!(format, Format::Json10 | Format::Json11);
    let is_told = is_json || item.picture.is_some();
    let first = named.clone().filter(|_| is_told).map(|url| as_told(url, item.picture.as_ref()));
    let mut image = first
        .or_else(|| pointed_at(item, files, base))
        .or_else(|| widest(files))
        .or_else(|| resolve(&item.thumbnail).map(bare))
        .or_else(|| named.map(bare))
        .or_else(|| shown.map(from_text))?;
    if let Some(shown) = shown.filter(|shown| shown.url == image.url) {
        image.alt = image.alt.or_else(|| alt(shown));
    }
    if let Some(file) = files.iter().find(|file| file.url == image.url) {
        image.width = image.width.or(file.width);
        image.height = image.height.or(file.height);
        image.alt = image.alt.or_else(|| file.description.clone());
        image.credit = image.credit.or_else(|| file.credit.clone());
    } else if !is_json {
        let credit = files.iter().filter(|file| file.from_media).find_map(|file| file.credit.clone());
        image.credit = image.credit.or(credit);
    }
    Some(image)
}

/// The picture that the item itself names, with what is told of it (`_warta` in JSON Feed, the caption on a page).
fn as_told(url: Url, told: Option<&ParsedPicture>) -> Image {
    let Some(told) = told else { return bare(url) };
    let text = |text: &Option<String>| text.as_deref().and_then(|text| line(text, MAX_TITLE_CHARS));
    let pixels = |pixels: Option<u32>| pixels.filter(|pixels| *pixels > 0);
    Image {
        url,
        width: pixels(told.width),
        height: pixels(told.height),
        alt: text(&told.alt),
        credit: text(&told.credit),
    }
}

/// The picture among the files that the document calls the default one (Media RSS, `isDefault`).
fn pointed_at(item: &ParsedItem, files: &[Attachment], base: Option<&Url>) -> Option<Image> {
    item.enclosures.iter().filter(|file| file.is_default).find_map(|told| {
        let url = address::resolve(&told.url, base)?;
        let file = files.iter().find(|file| file.url == url)?;
        (file.mime_type.starts_with("image/") || told.medium.as_deref() == Some("image")).then(|| of_file(file))
    })
}

fn widest(files: &[Attachment]) -> Option<Image> {
    let pictures = files.iter().filter(|file| file.mime_type.starts_with("image/"));
    let pictures = pictures.filter(|file| file.width.is_none_or(|width| width > 1));
    // The first of equals, so that a document without widths gives its own first.
    let best = pictures.reduce(|best, file| if file.width > best.width { file } else { best })?;
    Some(of_file(best))
}

fn of_file(file: &Attachment) -> Image {
    Image { url: file.url.clone(), width: file.width, height: file.height, alt: None, credit: file.credit.clone() }
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
