//! What few items have and the common fields have no place for: places, episodes, tombstones. Plain values, the same
//! before and after cleaning where there is nothing to clean.

use serde::{Deserialize, Serialize};
use url::Url;

use super::{Timestamp, WebLink};

/// What the positions of a [`Place`] outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// One position.
    Point,
    /// Two positions or more, in order.
    Line,
    /// Four positions or more, the last one the first.
    Polygon,
    /// Two positions: the south-western corner and the north-eastern one.
    Box,
}

/// A position on Earth (WGS 84).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Position {
    /// Degrees north, -90 to 90.
    pub lat: f64,
    /// Degrees east, -180 to 180.
    pub lon: f64,
}

impl Position {
    /// Steps of a degree that are kept: a centimetre.
    const STEPS: f64 = 1e7;

    /// A position, rounded to a centimetre; `None` where the numbers are no degrees.
    #[must_use]
    pub fn new(lat: f64, lon: f64) -> Option<Self> {
        // Adding nothing makes a negative zero a plain one.
        let round = |degrees: f64| (degrees * Self::STEPS).round() / Self::STEPS + 0.0;
        let is_on_earth = (-90.0..=90.0).contains(&lat) && (-180.0..=180.0).contains(&lon);
        is_on_earth.then(|| Self { lat: round(lat), lon: round(lon) })
    }
}

/// Where an item happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// What the positions outline.
    pub shape: Shape,
    /// As many as the shape asks for, at most [`super::MAX_POSITIONS`].
    pub positions: Vec<Position>,
}

impl Place {
    /// A place; `None` where the positions are not as many as the shape asks for, or too many.
    #[must_use]
    pub fn new(shape: Shape, positions: Vec<Position>) -> Option<Self> {
        let fits = match shape {
            Shape::Point => positions.len() == 1,
            Shape::Line => positions.len() >= 2,
            Shape::Polygon => positions.len() >= 4 && positions.first() == positions.last(),
            Shape::Box => matches!(positions.as_slice(), [corner, other] if corner.lat <= other.lat),
        };
        (fits && positions.len() <= super::MAX_POSITIONS).then_some(Self { shape, positions })
    }
}

/// What is told of the picture beside its address. Only `_warta` of a JSON Feed tells it apart from the files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParsedPicture {
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// What it shows.
    pub alt: Option<String>,
    /// Who made it.
    pub credit: Option<String>,
}

/// What makes an item an episode (Apple's podcast elements, Podcasting 2.0).
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ParsedPodcast {
    /// `podcast:season`, `itunes:season`.
    pub season: Option<u32>,
    /// `podcast:episode`, `itunes:episode`.
    pub episode: Option<u32>,
    /// `itunes:episodeType` as written.
    pub episode_type: Option<String>,
    /// `itunes:duration` of an item without a file, seconds.
    pub duration_seconds: Option<f64>,
    /// `podcast:chapters`, resolved.
    pub chapters: Option<String>,
    /// `podcast:transcript`: address, media type and language.
    pub transcripts: Vec<WebLink>,
}

/// What makes an item an episode, cleaned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Podcast {
    /// Number of the season.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub season: Option<u32>,
    /// Number of the episode.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode: Option<u32>,
    /// "full", "trailer" or "bonus".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub episode_type: Option<String>,
    /// Seconds, of an item without a file that has a duration of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_in_seconds: Option<f64>,
    /// Its chapters, a JSON document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chapters: Option<Url>,
    /// What is said in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub transcripts: Vec<Transcript>,
}

/// What is said in an episode, as a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// Address.
    pub url: Url,
    /// Media type, where told.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Language tag, where told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// An entry that a feed says is gone (RFC 6721 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// The entry's id.
    #[serde(rename = "ref")]
    pub id: String,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<Timestamp>,
}
