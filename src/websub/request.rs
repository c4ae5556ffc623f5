//! What a hub is sent (WebSub 5.1).

use url::form_urlencoded::Serializer;

use crate::model::{ASKED_LEASE, Lease, LeaseMode};

/// The form of a request for `lease`.
#[must_use]
pub fn form(lease: &Lease, mode: LeaseMode) -> String {
    let mut form = Serializer::new(String::new());
    form.append_pair("hub.mode", mode.name());
    form.append_pair("hub.topic", lease.offer.topic.as_str());
    form.append_pair("hub.callback", lease.callback.as_str());
    if mode == LeaseMode::Subscribe {
        form.append_pair("hub.lease_seconds", &ASKED_LEASE.as_secs().to_string());
        if let Some(secret) = &lease.secret {
            form.append_pair("hub.secret", &secret.0);
        }
    }
    form.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::websub::lease::tests::lease;

    #[test]
    fn a_request_says_what_where_and_for_how_long() {
        let check = |mode, expected: &str| assert_eq!(form(&lease(), mode), expected);
        let what =
            "hub.topic=https%3A%2F%2Fkabar.example%2Frss&hub.callback=https%3A%2F%2Fwarta.example%2Fwebsub%2Fabc";
        check(LeaseMode::Subscribe, &format!("hub.mode=subscribe&{what}&hub.lease_seconds=864000&hub.secret=s3cret"));
        check(LeaseMode::Unsubscribe, &format!("hub.mode=unsubscribe&{what}"));
    }
}
