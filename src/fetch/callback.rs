//! One exchange with a subscriber's callback: asked whether it meant it, or brought what is new. By the same guard as
//! every other request; with turns and workers of its own, so that no callback keeps a feed waiting. No redirect is followed.

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LINK, USER_AGENT};
use tokio::time::timeout;
use url::Url;

use super::headers::Head;
use super::hosts::{Hosts, host_of};
use super::trip::Trip;
use super::{Error, Fetcher, Policy, Request, TOO_MANY_HOLD, Trouble, client};
use crate::clock::Clock;
use crate::model::{
    CALLBACK_SPACING, CALLBACK_TIMEOUT, MAX_CALLBACK_ANSWER_BYTES, MAX_CALLBACKS_AT_ONCE, MAX_HEADER_BYTES, Timestamp,
};

const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");

/// What is brought to a callback.
#[derive(Debug, Clone, Copy)]
pub struct Parcel<'a> {
    /// `Content-Type`.
    pub content_type: &'a str,
    /// `Link`.
    pub link: &'a str,
    /// `X-Hub-Signature`, where there is a secret.
    pub signature: Option<&'a str>,
    /// The body.
    pub body: &'a [u8],
}

/// How a callback answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// HTTP status; a redirect is one like others.
    pub status: u16,
    /// What the body of a 2xx begins with: a byte more than [`MAX_CALLBACK_ANSWER_BYTES`] where it is longer.
    pub body: Vec<u8>,
    /// When it wants to be called again.
    pub retry_at: Option<Timestamp>,
}

/// Turns at callbacks; those of an older policy go on.
pub(super) fn turns(policy: &Policy, old: Option<&Hosts>) -> Hosts {
    let (per_host, delay) = (policy.per_host_concurrency, policy.per_host_delay.min(CALLBACK_SPACING));
    match old {
        Some(old) => old.renewed(MAX_CALLBACKS_AT_ONCE, per_host, delay),
        None => Hosts::new(MAX_CALLBACKS_AT_ONCE, per_host, delay),
    }
}

impl Fetcher {
    /// Whether an address that stands in a URL as digits may be asked; names are judged when they are looked up.
    ///
    /// # Errors
    /// Why it may not.
    pub fn judge(&self, url: &Url) -> Result<(), super::Refusal> {
        self.guard.judge_literal(url)
    }

    /// Calls a callback: a GET, or a POST where there is something to bring. Waits for the turn of its host.
    ///
    /// # Errors
    /// When no answer came, or nothing was sent.
    pub async fn call(&self, url: &Url, parcel: Option<Parcel<'_>>, clock: &Clock) -> Result<Heard, Error> {
        let request = Request::new(url.clone());
        let mut trip = Trip::new(&request);
        let heard = self.call_once(&mut trip, parcel, clock).await;
        heard.map_err(|trouble| trip.fail(trouble))
    }

    async fn call_once(
        &self,
        trip: &mut Trip<'_>,
        parcel: Option<Parcel<'_>>,
        clock: &Clock,
    ) -> Result<Heard, Trouble> {
        self.guard.judge_literal(&trip.url)?;
        let host = host_of(&trip.url).to_owned();
        let held = |until| Trouble::Held { host: host.clone(), until };
        let visit = self.callbacks.enter(&host, clock).await.map_err(held)?;
        let whole = Trouble::Timeout { what: "the whole answer", after: CALLBACK_TIMEOUT };
        let heard = timeout(CALLBACK_TIMEOUT, self.exchange_call(trip, parcel, clock)).await.unwrap_or(Err(whole))?;
        if heard.status == 429 {
            // At once, before the visit ends and the next in line starts.
            self.callbacks.hold(&host, heard.retry_at.unwrap_or_else(|| clock.now().plus(TOO_MANY_HOLD)));
        }
        drop(visit);
        Ok(heard)
    }

    async fn exchange_call(
        &self,
        trip: &Trip<'_>,
        parcel: Option<Parcel<'_>>,
        clock: &Clock,
    ) -> Result<Heard, Trouble> {
        self.clients.judge_name(&trip.url).await?;
        let method = if parcel.is_some() { Method::POST } else { Method::GET };
        let mut request = reqwest::Request::new(method, trip.url.clone());
        *request.headers_mut() = self.lines(parcel)?;
        *request.body_mut() = parcel.map(|parcel| parcel.body.to_vec().into());
        let mut response = self.clients.any.execute(request).await.map_err(|error| client::trouble(&error))?;
        let status = response.status().as_u16();
        let head = Head::new(response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        if head.size() > MAX_HEADER_BYTES {
            return Err(Trouble::HeadersTooLarge(MAX_HEADER_BYTES));
        }
        let retry_at = head.hints(status, clock.now()).retry_at;
        let mut body = Vec::new();
        // Only who was asked something is listened to.
        while parcel.is_none() && (200..300).contains(&status) && body.len() <= MAX_CALLBACK_ANSWER_BYTES {
            match response.chunk().await {
                Ok(Some(chunk)) => {
                    let room = MAX_CALLBACK_ANSWER_BYTES + 1 - body.len();
                    body.extend_from_slice(&chunk[..chunk.len().min(room)]);
                }
                Ok(None) => break,
                Err(error) => return Err(Trouble::CutOff(client::cause(&error))),
            }
        }
        Ok(Heard { status, body, retry_at })
    }

    fn lines(&self, parcel: Option<Parcel<'_>>) -> Result<HeaderMap, Trouble> {
        let mut lines = HeaderMap::new();
        let mut set = |name: HeaderName, text: &str| {
            let value = HeaderValue::from_str(text).map_err(|_| Trouble::Header(name.to_string()))?;
            lines.insert(name, value);
            Ok::<(), Trouble>(())
        };
        set(ACCEPT, "*/*")?;
        set(USER_AGENT, &self.policy.user_agent)?;
        if let Some(parcel) = parcel {
            set(CONTENT_TYPE, parcel.content_type)?;
            set(LINK, parcel.link)?;
            parcel.signature.map(|signature| set(SIGNATURE, signature)).transpose()?;
        }
        Ok(lines)
    }
}
