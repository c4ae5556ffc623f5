//! The story that an entry belongs to, and who else tells it.

use serde::Serialize;
use url::Url;

use crate::model::{Also, Entry, StoryRef, Timestamp, Why};
use crate::render::text::one_line;

/// `_warta.story`.
#[derive(Serialize, PartialEq)]
pub(super) struct Story<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outlets: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<Other<'a>>,
}

#[derive(Serialize, PartialEq)]
struct Other<'a> {
    title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a Url>,
    outlet: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<Timestamp>,
    why: Why,
}

pub(super) fn story(entry: &Entry) -> Option<Story<'_>> {
    let told: Option<&StoryRef> = entry.story.as_ref();
    if told.is_none() && entry.also.is_empty() {
        return None;
    }
    Some(Story {
        id: told.map(|story| story.id.as_str()),
        url: told.and_then(|story| story.url.as_ref()),
        outlets: told.map(|story| story.outlets),
        also: entry.also.iter().map(other).collect(),
    })
}

fn other(also: &Also) -> Other<'_> {
    Other {
        title: one_line(&also.title),
        url: also.url.as_ref(),
        outlet: one_line(&also.outlet),
        date_published: also.date_published,
        why: also.why,
    }
}
