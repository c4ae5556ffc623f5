//! What few items have: episodes, places; and the tombstones of a feed.

use url::Url;

use super::{address, id, language, media};
use crate::model::{
    Deleted, MAX_ATTACHMENTS, MAX_ITEMS, MAX_PLACES, MAX_WORD_CHARS, ParsedPodcast, Place, Podcast, Transcript,
};

/// The kinds of episodes there are (Apple, `itunes:episodeType`).
const EPISODE_TYPES: [&str; 3] = ["full", "trailer", "bonus"];

/// What makes an item an episode; `None` where nothing of it can be used.
pub(super) fn podcast(parsed: &ParsedPodcast, base: Option<&Url>) -> Option<Podcast> {
    let kind = parsed.episode_type.as_deref().map(|kind| kind.trim().to_ascii_lowercase());
    let podcast = Podcast {
        season: parsed.season.filter(|number| *number > 0),
        episode: parsed.episode.filter(|number| *number > 0),
        episode_type: kind.filter(|kind| EPISODE_TYPES.contains(&kind.as_str())),
        duration_in_seconds: parsed.duration_seconds.and_then(media::duration),
        chapters: parsed.chapters.as_deref().and_then(|chapters| address::resolve(chapters, base)),
        transcripts: transcripts(parsed, base),
    };
    (podcast != Podcast::default()).then_some(podcast)
}

fn transcripts(parsed: &ParsedPodcast, base: Option<&Url>) -> Vec<Transcript> {
    let read = parsed.transcripts.iter().take(MAX_ATTACHMENTS).filter_map(|link| {
        Some(Transcript {
            url: address::resolve(&link.href, base)?,
            media_type: id(link.media_type.as_deref(), MAX_WORD_CHARS),
            language: link.hreflang.as_deref().and_then(language),
        })
    });
    read.collect()
}

/// Places, each once.
pub(super) fn places(parsed: &[Place]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for place in parsed.iter().take(MAX_PLACES) {
        if !places.contains(place) {
            places.push(place.clone());
        }
    }
    places
}

/// Tombstones with an id.
pub(super) fn deleted(parsed: &[Deleted]) -> Vec<Deleted> {
    let told = parsed.iter().take(MAX_ITEMS);
    told.filter_map(|one| id(Some(&one.id), super::MAX_SUMMARY_CHARS).map(|id| Deleted { id, when: one.when }))
        .collect()
}
