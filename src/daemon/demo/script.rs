//! The script of the samples' growth: which stories stand in a feed at a moment, and under which addresses.
//!
//! In come a feed, the start of the demo and the present; out comes a page of it, newest first, and its bytes. Pure:
//! the same moment gives the same bytes, so validators hold as long as nothing new has come.

use std::time::Duration;

use super::samples::{SampleFeed, Variant};
use super::shapes;
use crate::model::Timestamp;

/// Stories that a feed shows; older ones fall out at its end, as they do at real outlets.
const SHOWN: usize = 25;

/// A feed at one moment.
#[derive(Debug, Clone)]
pub(super) struct Page<'a> {
    /// The feed.
    pub(super) feed: &'a SampleFeed,
    /// Where it is served.
    pub(super) self_url: String,
    /// When its newest story came.
    pub(super) updated: Timestamp,
    /// Newest first.
    pub(super) stories: Vec<Told<'a>>,
}

/// A story as a feed tells it.
#[derive(Debug, Clone)]
pub(super) struct Told<'a> {
    /// Headline.
    pub(super) title: String,
    /// Address of its article.
    pub(super) link: String,
    /// Number at its outlet.
    pub(super) number: u64,
    /// When it came, with the outlet's offset.
    pub(super) date: Timestamp,
    /// Byline.
    pub(super) by: Option<&'a str>,
    /// Categories.
    pub(super) tags: &'a [String],
    /// Address of its picture.
    pub(super) picture: Option<String>,
    /// What the picture shows.
    pub(super) caption: Option<&'a str>,
    /// The text.
    pub(super) paragraphs: &'a [String],
}

/// What the address of `feed` holds at `now`, when the demo started at `started` and `base` (with no slash at its
/// end) is the address of its origin: the bytes, the media type, and when its newest story came.
#[must_use]
pub fn feed_at(
    feed: &SampleFeed,
    base: &str,
    started: Timestamp,
    now: Timestamp,
) -> (Vec<u8>, &'static str, Timestamp) {
    let page = page_at(feed, base, started, now);
    let (bytes, media_type) = shapes::write(&page);
    (bytes, media_type, page.updated)
}

/// How many stories have come at `now`, those of the stock included.
fn told(feed: &SampleFeed, started: Timestamp, now: Timestamp) -> usize {
    let come = feed.every.map_or(0, |every| now.since(started).as_millis() / every.as_millis().max(1));
    feed.stock.min(feed.stories.len()) + usize::try_from(come).unwrap_or(usize::MAX / 2)
}

/// The feed as it stands at `now`.
fn page_at<'a>(feed: &'a SampleFeed, base: &str, started: Timestamp, now: Timestamp) -> Page<'a> {
    let end = if feed.stories.is_empty() { 0 } else { told(feed, started, now) };
    let stories: Vec<Told<'_>> =
        (end.saturating_sub(SHOWN)..end).rev().filter_map(|index| tell(feed, base, started, index)).collect();
    let updated = stories.first().map_or(started, |newest| newest.date);
    Page { feed, self_url: format!("{base}/feeds/{}", feed.id), updated, stories }
}

/// The `index`-th story, counted from the oldest. When all have been told, the feed tells them anew as updates, under
/// numbers of their own, so that a demo that runs for hours keeps having news.
fn tell<'a>(feed: &'a SampleFeed, base: &str, started: Timestamp, index: usize) -> Option<Told<'a>> {
    let story = feed.stories.get(index.checked_rem(feed.stories.len())?)?;
    let number = feed.first.saturating_add(7 * index as u64);
    let title = match (index / feed.stories.len(), feed.language.as_str()) {
        (0, _) => story.title.clone(),
        (round, "en") => format!("{} (update {round})", story.title),
        (round, _) => format!("{} (pembaruan {round})", story.title),
    };
    let link = feed.link.replace("{n}", &number.to_string()).replace("{slug}", &slug(&title));
    Some(Told {
        link: vary(&link, feed.variants.get(index.checked_rem(feed.variants.len()).unwrap_or(0)).copied()),
        title,
        number,
        date: date(feed, started, index),
        by: story.by.as_deref(),
        tags: &story.tags,
        picture: story.picture.as_deref().map(|name| format!("{base}/pictures/{name}.svg")),
        caption: story.caption.as_deref(),
        paragraphs: &story.paragraphs,
    })
}

/// When the `index`-th story came: the stock lies before the start, a few hours deep; the others follow it.
fn date(feed: &SampleFeed, started: Timestamp, index: usize) -> Timestamp {
    // Feeds of one pace would tell all their stories in the same minute: the number spreads them.
    let spread = Duration::from_secs(60 * (feed.first % 17) + feed.first % 53);
    let times = |span: Duration, count: usize| span.saturating_mul(u32::try_from(count).unwrap_or(u32::MAX));
    let at = match index.checked_sub(feed.stock) {
        None => started.minus(times(feed.pace, feed.stock - index - 1) + spread),
        Some(later) => started.plus(times(feed.every.unwrap_or_default(), later + 1)),
    };
    let offset_hours = if feed.language == "en" { 0 } else { 7 };
    Timestamp::from_unix_millis_at(at.whole_seconds().unix_millis(), offset_hours * 3600)
}

/// The last part of an article's address: the title's letters and digits.
fn slug(title: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let text: String = title.chars().filter(|c| *c != '\'' && *c != '\u{2019}').map(plain).collect();
    text.split_whitespace().collect::<Vec<_>>().join("-")
}

/// An article's address as this feed writes it.
fn vary(link: &str, variant: Option<Variant>) -> String {
    match variant.unwrap_or(Variant::Plain) {
        Variant::Plain => link.to_owned(),
        Variant::Tracked => format!("{link}?utm_source=rss&utm_medium=feed&utm_campaign=terkini"),
        Variant::Mobile => link.replacen("://", "://m.", 1),
        Variant::Slash => format!("{link}/"),
        Variant::Http => link.replacen("https://", "http://", 1),
    }
}
