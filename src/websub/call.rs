//! What a hub asks at the callback with a GET (WebSub 5.2, 5.3).

use std::borrow::Cow;
use std::time::Duration;

use url::{Url, form_urlencoded};

use crate::model::{LeaseMode, MAX_CHALLENGE_BYTES, MAX_HUB_WORDS};

/// Parameters that are read of one query.
const MAX_PARAMETERS: usize = 64;

/// A hub's question or word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// Whether we meant it.
    Verify {
        /// What the hub was asked for.
        mode: LeaseMode,
        /// To which feed.
        topic: Url,
        /// To be sent back byte for byte.
        challenge: String,
        /// How long the hub will deliver, where it says so.
        lease: Option<Duration>,
    },
    /// It will not deliver.
    Denied {
        /// Which feed.
        topic: Url,
        /// Why, in the hub's words; empty where it says nothing.
        reason: String,
    },
}

/// Reads the query of a GET; `None` where it is neither.
#[must_use]
pub fn read_call(query: &str) -> Option<Call> {
    let parameters: Vec<(Cow<'_, str>, Cow<'_, str>)> =
        form_urlencoded::parse(query.as_bytes()).take(MAX_PARAMETERS).collect();
    let get = |name: &str| parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
    let topic = Url::parse(get("hub.topic")?).ok()?;
    let mode = get("hub.mode")?;
    if mode == "denied" {
        let reason = get("hub.reason").unwrap_or_default();
        let reason = reason.chars().filter(|letter| !letter.is_control()).take(MAX_HUB_WORDS).collect();
        return Some(Call::Denied { topic, reason });
    }
    let challenge = get("hub.challenge").filter(|text| !text.is_empty() && text.len() <= MAX_CHALLENGE_BYTES)?;
    let lease = get("hub.lease_seconds").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    Some(Call::Verify { mode: LeaseMode::from_name(mode)?, topic, challenge: challenge.to_owned(), lease })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: Option<&str>) {
        let read = read_call(query).map(|call| match call {
            Call::Verify { mode, topic, challenge, lease } => {
                format!("{} {topic} {challenge} {:?}", mode.name(), lease.map(|lease| lease.as_secs()))
            }
            Call::Denied { topic, reason } => format!("denied {topic} {reason}"),
        });
        assert_eq!(read.as_deref(), expected, "{query}");
    }

    #[test]
    fn questions_and_denials_are_told_from_nonsense() {
        let topic = "hub.topic=https%3A%2F%2Fa.example%2Frss%3Fx%3D1%26y";
        check(
            &format!("hub.mode=subscribe&{topic}&hub.challenge=c%2B+%26&hub.lease_seconds=60&more=1"),
            Some("subscribe https://a.example/rss?x=1&y c+ & Some(60)"),
        );
        check(
            &format!("{topic}&hub.mode=unsubscribe&hub.challenge=c"),
            Some("unsubscribe https://a.example/rss?x=1&y c None"),
        );
        check(
            &format!("hub.mode=denied&{topic}&hub.reason=no%0Athanks"),
            Some("denied https://a.example/rss?x=1&y nothanks"),
        );
        check(&format!("hub.mode=denied&{topic}"), Some("denied https://a.example/rss?x=1&y "));
        check(
            &format!("hub.mode=subscribe&{topic}&hub.challenge=c&hub.lease_seconds=-1"),
            Some("subscribe https://a.example/rss?x=1&y c None"),
        );
        check(&format!("hub.mode=subscribe&{topic}"), None);
        check(&format!("hub.mode=subscribe&{topic}&hub.challenge={}", "x".repeat(5_000)), None);
        check(&format!("hub.mode=publish&{topic}&hub.challenge=c"), None);
        check("hub.mode=subscribe&hub.topic=rss&hub.challenge=c", None);
        check("", None);
        check("%%%=&&&", None);
    }
}
