//! Pictures and files of an entry in the words of Media RSS (rssboard.org/media-rss), for RSS and Atom alike.

use crate::model::{Attachment, Image};

use super::shown::Shown;
use super::text::one_line;

/// The namespace of Media RSS.
pub(super) const NAMESPACE: &str = "http://search.yahoo.com/mrss/";

/// One `media:content`: attributes and child elements by name, in order.
#[derive(Debug, Default)]
pub(super) struct Media {
    /// Attributes.
    pub(super) attributes: Vec<(&'static str, String)>,
    /// Children: qualified name and plain text.
    pub(super) children: Vec<(&'static str, String)>,
}

/// The picture of an entry.
pub(super) fn picture(shown: &Shown<'_>) -> Option<Media> {
    shown.image.map(of_image)
}

/// The files of an entry but for the one that stands as RSS `enclosure` and the picture, which stands by itself.
pub(super) fn files(shown: &Shown<'_>, enclosure: Option<&Attachment>) -> Vec<Media> {
    let picture = shown.image.map(|image| &image.url);
    let told = enclosure.map(|file| &file.url);
    let files = shown.attachments.iter().filter(|file| Some(&file.url) != picture && Some(&file.url) != told);
    files.map(of_attachment).collect()
}

fn of_image(image: &Image) -> Media {
    let mut media = Media::default();
    media.attribute("url", Some(&image.url));
    media.attribute("medium", Some("image"));
    media.attribute("width", image.width);
    media.attribute("height", image.height);
    media.child("media:description", image.alt.as_deref());
    media.child("media:credit", image.credit.as_deref());
    media
}

fn of_attachment(file: &Attachment) -> Media {
    let mut media = Media::default();
    media.attribute("url", Some(&file.url));
    media.attribute("type", Some(&file.mime_type));
    media.attribute("medium", medium(&file.mime_type));
    media.attribute("fileSize", file.size_in_bytes);
    media.attribute("duration", whole_seconds(file.duration_in_seconds));
    media.attribute("width", file.width);
    media.attribute("height", file.height);
    media.child("media:title", file.title.as_deref());
    media.child("media:credit", file.credit.as_deref());
    media
}

impl Media {
    fn attribute(&mut self, name: &'static str, value: Option<impl ToString>) {
        self.attributes.extend(value.map(|value| (name, value.to_string())));
    }

    fn child(&mut self, name: &'static str, text: Option<&str>) {
        self.children.extend(text.map(one_line).filter(|text| !text.is_empty()).map(|text| (name, text)));
    }
}

fn medium(mime_type: &str) -> Option<&'static str> {
    ["image", "audio", "video"].into_iter().find(|kind| mime_type.split('/').next() == Some(kind))
}

fn whole_seconds(seconds: Option<f64>) -> Option<String> {
    seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0).map(|seconds| format!("{seconds:.0}"))
}
