//! What a subscriber asks the hub with a POST (WebSub 5.1).

use std::borrow::Cow;
use std::time::Duration;

use url::{Url, form_urlencoded};

use crate::model::{
    GIVEN_LEASE, HubSecret, LeaseMode, MAX_GIVEN_LEASE, MAX_URL_BYTES, MIN_GIVEN_LEASE, SECRET_END_BYTES,
};

/// Parameters that are read of one form.
const MAX_PARAMETERS: usize = 64;

/// A request that may be verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// To subscribe or to unsubscribe.
    pub mode: LeaseMode,
    /// Absolute address of the feed, one of the hub's topics.
    pub topic: String,
    /// Where it shall be delivered.
    pub callback: Url,
    /// Signs deliveries, where one was given.
    pub secret: Option<HubSecret>,
    /// How long the subscription will last, within the hub's bounds.
    pub lease: Duration,
}

/// What is wrong with a request, in constant words: nothing of what was sent is sent back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// No mode.
    #[error("hub.mode is missing; send subscribe or unsubscribe")]
    NoMode,
    /// Another mode.
    #[error("hub.mode is neither subscribe nor unsubscribe; this hub knows by itself when its feeds change")]
    Mode,
    /// No topic.
    #[error("hub.topic is missing; send the address that a feed of this site names with rel=self")]
    NoTopic,
    /// A topic that is not the hub's.
    #[error("hub.topic is no feed of this site; send an address that a feed of this site names with rel=self")]
    Topic,
    /// No callback.
    #[error("hub.callback is missing; send the address where you want to be told")]
    NoCallback,
    /// A callback that is no absolute address, or too long.
    #[error("hub.callback is no absolute address of at most {MAX_URL_BYTES} bytes")]
    Callback,
    /// A callback that cannot be called.
    #[error("hub.callback is neither http nor https")]
    Scheme,
    /// A callback with a user name or password.
    #[error("hub.callback has a user name or password in it; put what must be secret into its path or query")]
    Credentials,
    /// A callback with a fragment.
    #[error("hub.callback has a fragment, which no request carries")]
    Fragment,
    /// A lease that is no number.
    #[error("hub.lease_seconds is no number of seconds; write digits, or leave it out")]
    Lease,
    /// A secret that is too long.
    #[error("hub.secret is too long; send less than {SECRET_END_BYTES} bytes")]
    Secret,
}

/// Reads the body of a POST. Parameters that the Recommendation does not know are ignored; of one that stands twice the
/// first counts. A lease is brought within [`MIN_GIVEN_LEASE`] and [`MAX_GIVEN_LEASE`].
///
/// # Errors
/// [`BadRequest`], the first that is found.
pub fn read_request(body: &[u8], is_topic: impl Fn(&str) -> bool) -> Result<Asked, BadRequest> {
    let parameters: Vec<(Cow<'_, str>, Cow<'_, str>)> = form_urlencoded::parse(body).take(MAX_PARAMETERS).collect();
    let get = |name: &str| {
        let value = parameters.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_ref());
        value.filter(|value| !value.is_empty())
    };
    let mode = LeaseMode::from_name(get("hub.mode").ok_or(BadRequest::NoMode)?).ok_or(BadRequest::Mode)?;
    let callback = callback(get("hub.callback").ok_or(BadRequest::NoCallback)?)?;
    let topic = get("hub.topic").ok_or(BadRequest::NoTopic)?;
    let topic = is_topic(topic).then(|| topic.to_owned()).ok_or(BadRequest::Topic)?;
    let secret = get("hub.secret");
    if secret.is_some_and(|secret| secret.len() >= SECRET_END_BYTES) {
        return Err(BadRequest::Secret);
    }
    let lease = get("hub.lease_seconds").map(seconds).transpose()?.unwrap_or(GIVEN_LEASE);
    Ok(Asked {
        mode,
        topic,
        callback,
        secret: secret.map(|secret| HubSecret(secret.to_owned())),
        lease: lease.clamp(MIN_GIVEN_LEASE, MAX_GIVEN_LEASE),
    })
}

fn callback(text: &str) -> Result<Url, BadRequest> {
    let url = Url::parse(text).map_err(|_| BadRequest::Callback)?;
    if url.as_str().len() > MAX_URL_BYTES {
        return Err(BadRequest::Callback);
    }
    if !matches!(url.scheme(), "http" | "https") {
        return Err(BadRequest::Scheme);
    }
    // An empty user name ("https://@host/") is dropped by the reader of addresses, so the text is looked at too.
    let authority = text.split("//").nth(1).and_then(|rest| rest.split(['/', '?', '#', '\\']).next());
    if !url.username().is_empty() || url.password().is_some() || authority.is_some_and(|text| text.contains('@')) {
        return Err(BadRequest::Credentials);
    }
    if url.fragment().is_some() {
        return Err(BadRequest::Fragment);
    }
    Ok(url)
}

/// Digits; more than a number can hold are the longest lease.
fn seconds(text: &str) -> Result<Duration, BadRequest> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(BadRequest::Lease);
    }
    Ok(text.parse().map_or(MAX_GIVEN_LEASE, Duration::from_secs))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOPIC: &str = "https://warta.example/nasional/rss.xml";
    const FINE: [(&str, &str); 3] =
        [("hub.mode", "subscribe"), ("hub.topic", TOPIC), ("hub.callback", "https://pembaca.example/terima?id=7")];

    /// The usual request with these parameters in place of its own, or beside them; an empty value leaves one out.
    fn ask(changes: &[(&str, &str)]) -> Result<Asked, BadRequest> {
        let is_changed = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(FINE.iter().filter(|(name, _)| !is_changed(name)));
        form.extend_pairs(changes.iter().filter(|(_, value)| !value.is_empty()));
        read_request(form.finish().as_bytes(), |topic| topic == TOPIC)
    }

    #[test]
    fn a_request_is_read_and_what_is_unknown_is_ignored() {
        let asked = ask(&[("hub.secret", "rahasia"), ("hub.lease_seconds", "864001"), ("foo", "bar")]).unwrap();
        assert_eq!(asked.mode, LeaseMode::Subscribe);
        assert_eq!(asked.topic, TOPIC);
        assert_eq!(asked.callback.as_str(), "https://pembaca.example/terima?id=7");
        assert_eq!(asked.secret, Some(HubSecret("rahasia".to_owned())));
        assert_eq!(asked.lease, Duration::from_secs(864_001));
        assert_eq!(ask(&[("hub.mode", "unsubscribe")]).unwrap().mode, LeaseMode::Unsubscribe);
        assert_eq!(ask(&[]).unwrap().secret, None);
    }

    #[test]
    fn a_lease_is_given_within_bounds() {
        let check = |seconds: &str, days: u64| {
            let lease = ask(&[("hub.lease_seconds", seconds)]).unwrap().lease;
            assert_eq!(lease, Duration::from_secs(days * 24 * 3600), "{seconds}");
        };
        check("", 10);
        check("0", 1);
        check("60", 1);
        check("86400", 1);
        check("31536000", 30);
        check("99999999999999999999999999", 30);
    }

    #[test]
    fn each_mistake_has_its_own_reason() {
        let check =
            |name: &str, value: &str, expected| assert_eq!(ask(&[(name, value)]), Err(expected), "{name}={value}");
        check("hub.mode", "", BadRequest::NoMode);
        check("hub.mode", "publish", BadRequest::Mode);
        check("hub.mode", "Subscribe", BadRequest::Mode);
        check("hub.topic", "", BadRequest::NoTopic);
        check("hub.topic", "https://korban.example/rss.xml", BadRequest::Topic);
        check("hub.topic", "/nasional/rss.xml", BadRequest::Topic);
        check("hub.callback", "", BadRequest::NoCallback);
        check("hub.callback", "/terima", BadRequest::Callback);
        check("hub.callback", "pembaca.example/terima", BadRequest::Callback);
        check("hub.callback", "//pembaca.example/terima", BadRequest::Callback);
        check("hub.callback", &format!("https://pembaca.example/{}", "x".repeat(MAX_URL_BYTES)), BadRequest::Callback);
        check("hub.callback", "javascript:alert(1)", BadRequest::Scheme);
        check("hub.callback", "file:///etc/passwd", BadRequest::Scheme);
        check("hub.callback", "ftp://pembaca.example/", BadRequest::Scheme);
        check("hub.callback", "https://a:b@pembaca.example/", BadRequest::Credentials);
        check("hub.callback", "https://a@pembaca.example/", BadRequest::Credentials);
        check("hub.callback", "https://@pembaca.example/", BadRequest::Credentials);
        check("hub.callback", "https://pembaca.example/#x", BadRequest::Fragment);
        check("hub.callback", "https://pembaca.example/#", BadRequest::Fragment);
        check("hub.lease_seconds", "-1", BadRequest::Lease);
        check("hub.lease_seconds", "1e3", BadRequest::Lease);
        check("hub.secret", &"x".repeat(SECRET_END_BYTES), BadRequest::Secret);
        assert!(ask(&[("hub.secret", &"x".repeat(SECRET_END_BYTES - 1))]).is_ok());
        assert!(ask(&[("hub.callback", "https://pembaca.example/?mail=a@b")]).is_ok());
        assert_eq!(read_request(b"%%%=&&\xff", |_| true), Err(BadRequest::NoMode));
    }

    proptest! {
        #[test]
        fn no_form_breaks_its_reader(
            mode in "subscribe|unsubscribe|\\PC{0,9}",
            callback in "https?://\\PC{0,60}|\\PC{0,60}",
            lease in "[0-9]{0,30}|\\PC{0,9}",
            rest in any::<Vec<u8>>(),
        ) {
            let pairs = [("hub.mode", &*mode), ("hub.topic", TOPIC), ("hub.callback", &callback), ("hub.lease_seconds", &lease)];
            let mut form = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes();
            form.push(b'&');
            form.extend(rest);
            if let Ok(asked) = read_request(&form, |topic| topic == TOPIC) {
                prop_assert!(matches!(asked.callback.scheme(), "http" | "https"));
                prop_assert!(asked.callback.host().is_some() && asked.callback.fragment().is_none());
                prop_assert!(asked.callback.username().is_empty() && asked.callback.password().is_none());
                prop_assert!((MIN_GIVEN_LEASE..=MAX_GIVEN_LEASE).contains(&asked.lease));
            }
        }
    }
}
