//! Whether a subscriber meant it (WebSub 5.3), and the word that the hub will not deliver (5.2).

use url::Url;

use crate::model::{Intent, LeaseMode};

/// The address at which the callback is asked whether it meant it: its own with parameters behind its query.
#[must_use]
pub fn verification(intent: &Intent, challenge: &str) -> Url {
    let mut url = intent.callback.clone();
    {
        let mut query = url.query_pairs_mut();
        query.append_pair("hub.mode", intent.mode.name());
        query.append_pair("hub.topic", &intent.topic);
        query.append_pair("hub.challenge", challenge);
        if intent.mode == LeaseMode::Subscribe {
            query.append_pair("hub.lease_seconds", &intent.lease.as_secs().to_string());
        }
    }
    url
}

/// The address at which the callback is told that the hub will not deliver.
#[must_use]
pub fn denial(intent: &Intent, reason: &str) -> Url {
    let mut url = intent.callback.clone();
    url.query_pairs_mut()
        .append_pair("hub.mode", "denied")
        .append_pair("hub.topic", &intent.topic)
        .append_pair("hub.reason", reason);
    url
}

/// True when the callback meant it: 2xx with the challenge as its whole body.
#[must_use]
pub fn is_confirmed(status: u16, body: &[u8], challenge: &str) -> bool {
    (200..300).contains(&status) && body == challenge.as_bytes()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::Timestamp;

    fn intent(mode: LeaseMode, callback: &str) -> Intent {
        Intent {
            id: 1,
            mode,
            topic: "https://warta.example/nasional/rss.xml".to_owned(),
            callback: Url::parse(callback).unwrap(),
            secret: None,
            lease: Duration::from_secs(864_000),
            at: Timestamp::epoch(),
        }
    }

    #[test]
    fn the_callbacks_own_query_is_kept() {
        let topic = "hub.topic=https%3A%2F%2Fwarta.example%2Fnasional%2Frss.xml";
        let check = |mode, callback: &str, expected: &str| {
            assert_eq!(verification(&intent(mode, callback), "c").as_str(), expected);
        };
        let more = format!("hub.mode=subscribe&{topic}&hub.challenge=c&hub.lease_seconds=864000");
        check(LeaseMode::Subscribe, "https://a.example/x", &format!("https://a.example/x?{more}"));
        check(LeaseMode::Subscribe, "https://a.example/x?", &format!("https://a.example/x?{more}"));
        check(
            LeaseMode::Subscribe,
            "https://a.example/x?id=7&a%20b=c+d",
            &format!("https://a.example/x?id=7&a%20b=c+d&{more}"),
        );
        let goodbye = format!("https://a.example/x?id=7&hub.mode=unsubscribe&{topic}&hub.challenge=c");
        check(LeaseMode::Unsubscribe, "https://a.example/x?id=7", &goodbye);
        let denied = denial(&intent(LeaseMode::Subscribe, "https://a.example/x?id=7"), "no room");
        assert_eq!(denied.as_str(), format!("https://a.example/x?id=7&hub.mode=denied&{topic}&hub.reason=no+room"));
    }

    #[test]
    fn only_the_challenge_itself_with_2xx_confirms() {
        let check = |status, body: &str, expected: bool| {
            assert_eq!(is_confirmed(status, body.as_bytes(), "kata"), expected, "{status} {body}");
        };
        check(200, "kata", true);
        check(204, "kata", true);
        check(299, "kata", true);
        check(200, "", false);
        check(200, "kata\n", false);
        check(200, "kata kata", false);
        check(200, "Kata", false);
        check(301, "kata", false);
        check(404, "kata", false);
        check(500, "kata", false);
        check(100, "kata", false);
    }
}
