//! Who subscribes to warta's own feeds (WebSub, W3C Recommendation of 2018), as the hub remembers it.

use std::time::Duration;

use url::Url;

use super::{HubSecret, LeaseMode, Timestamp};

/// The files of a section that can be subscribed to; the addresses of all of them are the hub's topics. Archives are
/// none, for they hardly ever change.
pub const TOPIC_FILES: [&str; 3] = ["rss.xml", "atom.xml", "feed.json"];

/// The section of which the published `path` is a topic; `None` for every other path.
#[must_use]
pub fn topic_section(path: &str) -> Option<&str> {
    let (section, file) = path.split_once('/')?;
    TOPIC_FILES.contains(&file).then_some(section)
}

/// SHA-256 of a topic's published bytes.
pub type TopicVersion = [u8; 32];

/// A topic as it is published now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its absolute address.
    pub url: String,
    /// Its bytes.
    pub version: TopicVersion,
    /// Its media type with charset, as served.
    pub media_type: String,
}

/// What somebody asked the hub for (WebSub 5.1). Nothing of it holds before it is verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Row number in the store; 0 before it has one.
    pub id: i64,
    /// To subscribe or to unsubscribe.
    pub mode: LeaseMode,
    /// Absolute address of the feed.
    pub topic: String,
    /// Where it shall be delivered.
    pub callback: Url,
    /// Signs deliveries, where one was given.
    pub secret: Option<HubSecret>,
    /// How long the subscription will last, within the hub's bounds.
    pub lease: Duration,
    /// When it was asked for.
    pub at: Timestamp,
}

/// Somebody who is told of each change of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscriber {
    /// Row number in the store.
    pub id: i64,
    /// Absolute address of the feed.
    pub topic: String,
    /// Where it is delivered.
    pub callback: Url,
    /// Signs deliveries, where one was given.
    pub secret: Option<HubSecret>,
    /// When the subscription ends.
    pub until: Timestamp,
    /// What was delivered last, or stood there when it was asked for.
    pub delivered: Option<TopicVersion>,
    /// Deliveries in a row that failed.
    pub tries: u32,
}

/// How many have subscribed, or asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HubCount {
    /// Altogether.
    pub all: usize,
    /// With a callback on one host.
    pub of_host: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_the_feeds_of_sections_alone() {
        let check = |path: &str, expected: Option<&str>| assert_eq!(topic_section(path), expected, "{path}");
        check("nasional/rss.xml", Some("nasional"));
        check("all/atom.xml", Some("all"));
        check("nasional/feed.json", Some("nasional"));
        check("nasional/archive/1.xml", None);
        check("nasional/index.html", None);
        check("nasional/rss.xml.gz", None);
        check("rss.xml", None);
        check("feeds.opml", None);
    }
}
