//! One exchange with a subscriber's callback: asked whether it meant it, or brought what is new. With a guard, a client,
//! look-ups and turns of its own, so that no callback keeps a feed waiting or reaches what only feeds may. No redirect is
//! followed, and no answer holds a host: it is one subscriber's, and others may call the same host theirs.

use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, LINK, USER_AGENT};
use tokio::time::timeout;
use url::Url;

use super::client::Clients;
use super::guard::Guard;
use super::headers::Head;
use super::hosts::{Hosts, Visit, host_of};
use super::trip::Trip;
use super::{Error, Fetcher, Policy, Request, SetupError, Trouble, client};
use crate::clock::Clock;
use crate::model::{
    CALLBACK_SPACING, CALLBACK_TIMEOUT, MAX_CALLBACK_ANSWER_BYTES, MAX_CALLBACK_LOOKUPS, MAX_CALLBACKS_AT_ONCE,
    MAX_HEADER_BYTES, Timestamp,
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

/// What callbacks are called with: nothing of it is shared with feeds, so that no stranger's callback keeps one waiting.
#[derive(Debug)]
pub(super) struct Callbacks {
    guard: Arc<Guard>,
    clients: Clients,
    turns: Hosts,
}

impl Callbacks {
    pub(super) fn new(policy: &Policy) -> Result<Self, SetupError> {
        let (per_host, delay) = pace(policy);
        Self::with(policy, Hosts::new(MAX_CALLBACKS_AT_ONCE, per_host, delay))
    }

    /// Under another policy; who was called when is known to both.
    pub(super) fn renewed(&self, policy: &Policy) -> Result<Self, SetupError> {
        let (per_host, delay) = pace(policy);
        Self::with(policy, self.turns.renewed(MAX_CALLBACKS_AT_ONCE, per_host, delay))
    }

    /// What the operator opened for feeds is no word about callbacks, which anybody can name.
    fn with(policy: &Policy, turns: Hosts) -> Result<Self, SetupError> {
        let guard = Arc::new(Guard { allow_private: false, allowed: policy.callback_networks.clone() });
        let clients = Clients::new(policy, &guard, MAX_CALLBACK_LOOKUPS)?;
        Ok(Self { guard, clients, turns })
    }
}

/// Calls of one host at the same time, and the distance between two.
fn pace(policy: &Policy) -> (usize, Duration) {
    (policy.per_host_concurrency, policy.per_host_delay.min(CALLBACK_SPACING))
}

/// The turn of one call at a callback. What is brought is read when it has come, not before.
pub struct Turn<'a> {
    fetcher: &'a Fetcher,
    request: Request,
    /// Others wait until it ends.
    _visit: Visit,
}

impl Turn<'_> {
    /// Calls the callback: a GET, or a POST where there is something to bring.
    ///
    /// # Errors
    /// When no answer came.
    pub async fn call(self, parcel: Option<Parcel<'_>>, clock: &Clock) -> Result<Heard, Error> {
        let trip = Trip::new(&self.request);
        let whole = Trouble::Timeout { what: "the whole answer", after: CALLBACK_TIMEOUT };
        let exchange = self.fetcher.exchange_call(&trip, parcel, clock);
        timeout(CALLBACK_TIMEOUT, exchange).await.unwrap_or(Err(whole)).map_err(|trouble| trip.fail(trouble))
    }
}

impl Fetcher {
    /// Whether a callback that stands in a URL as digits may be called; names are judged when they are looked up.
    ///
    /// # Errors
    /// Why it may not.
    pub fn judge_callback(&self, url: &Url) -> Result<(), super::Refusal> {
        self.callbacks.guard.judge_literal(url)
    }

    /// Waits for the turn of a callback's host.
    ///
    /// # Errors
    /// When it may not be called.
    pub async fn turn(&self, url: &Url, clock: &Clock) -> Result<Turn<'_>, Error> {
        let request = Request::new(url.clone());
        let trip = Trip::new(&request);
        self.callbacks.guard.judge_literal(url).map_err(|refusal| trip.fail(refusal.into()))?;
        let host = host_of(url).to_owned();
        let held = |until| Trip::new(&request).fail(Trouble::Held { host: host.clone(), until });
        let visit = self.callbacks.turns.enter(&host, clock).await.map_err(held)?;
        Ok(Turn { fetcher: self, request, _visit: visit })
    }

    /// Waits for its turn and calls a callback that is asked something.
    ///
    /// # Errors
    /// When no answer came, or nothing was sent.
    pub async fn call(&self, url: &Url, clock: &Clock) -> Result<Heard, Error> {
        self.turn(url, clock).await?.call(None, clock).await
    }

    async fn exchange_call(
        &self,
        trip: &Trip<'_>,
        parcel: Option<Parcel<'_>>,
        clock: &Clock,
    ) -> Result<Heard, Trouble> {
        self.callbacks.clients.judge_name(&trip.url).await?;
        let method = if parcel.is_some() { Method::POST } else { Method::GET };
        let mut request = reqwest::Request::new(method, trip.url.clone());
        *request.headers_mut() = self.lines(parcel)?;
        *request.body_mut() = parcel.map(|parcel| parcel.body.to_vec().into());
        let mut response =
            self.callbacks.clients.any.execute(request).await.map_err(|error| client::trouble(&error))?;
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
