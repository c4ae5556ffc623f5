//! Pictures and files of an entry in the words of Media RSS (rssboard.org/media-rss).

use url::Url;

use crate::model::{Attachment, Image, Item};
use crate::render::shown::Shown;

use super::{Element, Host};

/// The elements of an entry: its picture, its files, what is told of both together.
pub(super) fn elements(shown: &Shown<'_>, host: Host, enclosed: Option<&Attachment>) -> Vec<Element> {
    let picture = shown.image.filter(|image| shown.attachments.iter().all(|file| file.url != image.url));
    let mut elements: Vec<Element> = picture.map(of_image).into_iter().collect();
    let told = |file: &Attachment| host == Host::Atom || enclosed.is_some_and(|enclosed| enclosed.url == file.url);
    let is_picture = |file: &Attachment| shown.image.is_some_and(|image| image.url == file.url);
    let listed = shown.attachments.iter().filter(|file| !told(file) || is_picture(file) || tells_more(file, host));
    let mut waiting = listed.peekable();
    while let Some(file) = waiting.next() {
        let mut content = vec![of_file(file, shown.image)];
        while let Some(other) = waiting.next_if(|other| file.group.is_some() && other.group == file.group) {
            content.push(of_file(other, shown.image));
        }
        // A group of one is none (Media RSS, `media:group`).
        match content.len() {
            1 => elements.append(&mut content),
            _ => elements.push(Element { children: content, ..Element::new("media:group") }),
        }
    }
    elements.extend(shown.whole.map(of_item).into_iter().flatten());
    elements
}

/// What the format's own element for a file has no place for.
fn tells_more(file: &Attachment, host: Host) -> bool {
    file.duration_in_seconds.is_some()
        || file.width.is_some()
        || file.height.is_some()
        || file.credit.is_some()
        || file.description.is_some()
        || file.player.is_some()
        || file.group.is_some()
        || host == Host::Rss && file.title.is_some()
}

fn of_item(item: &Item) -> Vec<Element> {
    let rating = item.explicit.map(|explicit| if explicit { "adult" } else { "nonadult" });
    let rating = rating.map(|rating| Element::text("media:rating", rating).with("scheme", Some("urn:simple")));
    let thumbnail = item.thumbnail.as_ref().map(|url| Element::new("media:thumbnail").with("url", Some(url)));
    rating.into_iter().chain(thumbnail).chain(item.player.as_ref().map(player)).collect()
}

fn player(url: &Url) -> Element {
    Element::new("media:player").with("url", Some(url))
}

fn of_image(image: &Image) -> Element {
    Element::new("media:content")
        .with("url", Some(&image.url))
        .with("medium", Some("image"))
        .with("isDefault", Some(true))
        .with("width", image.width)
        .with("height", image.height)
        .holding("media:description", image.alt.as_deref())
        .holding("media:credit", image.credit.as_deref())
}

/// A file. The picture to show is the default one, and what is told of it as a picture wins.
fn of_file(file: &Attachment, picture: Option<&Image>) -> Element {
    let picture = picture.filter(|image| image.url == file.url);
    let description = picture.and_then(|image| image.alt.as_deref()).or(file.description.as_deref());
    let credit = picture.and_then(|image| image.credit.as_deref()).or(file.credit.as_deref());
    let mut content = Element::new("media:content")
        .with("url", Some(&file.url))
        .with("type", Some(&file.mime_type))
        .with("medium", picture.map(|_| "image").or_else(|| medium(&file.mime_type)))
        .with("isDefault", picture.map(|_| true))
        .with("fileSize", file.size_in_bytes)
        .with("duration", file.duration_in_seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0))
        .with("width", picture.and_then(|image| image.width).or(file.width))
        .with("height", picture.and_then(|image| image.height).or(file.height))
        .holding("media:title", file.title.as_deref())
        .holding("media:description", description)
        .holding("media:credit", credit);
    content.children.extend(file.player.as_ref().map(player));
    content
}

fn medium(mime_type: &str) -> Option<&'static str> {
    ["image", "audio", "video"].into_iter().find(|kind| mime_type.split('/').next() == Some(kind))
}
