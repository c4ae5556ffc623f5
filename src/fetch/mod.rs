//! The one guarded HTTP client: conditional requests within limits, to allowed addresses alone.
//!
//! In: an address with what is known of it. Out: a document, "not modified", or what went wrong. Redirects are followed
//! here, hop by hop, each one guarded and paced; bodies are decoded here, within the caps. It never retries, never
//! reads a document, and decides nothing about when to ask again: it passes on what the server said of that.

mod callback;
mod client;
mod decode;
mod error;
mod guard;
mod headers;
mod hosts;
mod post;
mod reach;
mod trip;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout};
use url::Url;

use crate::clock::Clock;
use crate::config::ProxyConfig;
use crate::model::{
    Document, FIRST_BYTE_TIMEOUT, Hints, HoldScope, Hop, HostHold, MAX_HEADER_BYTES, MAX_LOOKUPS, Repair,
    TOO_MANY_HOLD, Timestamp, Validators,
};
use crate::notation::network::Network;
use client::Clients;
use decode::Broken;
use guard::Guard;
use headers::Head;
use hosts::{Hosts, Visit};
use trip::Trip;

use callback::Callbacks;
pub use callback::{Heard, Parcel, Turn};
pub use error::{Error, Trouble};
pub use guard::{Refusal, is_public};
pub use hosts::{Worker, host_of};
pub use post::Posted;
pub use reach::{callback_networks, is_open, own_hub};

/// Bodies up to this many wire bytes are decoded where they are; growth is bounded, so that takes a few milliseconds.
const DECODED_IN_PLACE: usize = 32 * 1024;
/// Bytes set aside for a body before any of it came, whatever its length is said to be.
const FIRST_RESERVE: u64 = 256 * 1024;

/// What the operator set for all requests.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Sent with each request that has none of its own; see [`user_agent`].
    pub user_agent: String,
    /// For one request with all its redirects, waiting for turns not counted.
    pub timeout: Duration,
    /// Bytes of a body, on the wire and decoded.
    pub max_body: u64,
    /// Requests at the same time.
    pub concurrency: usize,
    /// Requests to one host at the same time.
    pub per_host_concurrency: usize,
    /// Between the starts of two requests to one host.
    pub per_host_delay: Duration,
    /// Redirects followed.
    pub redirects: usize,
    /// Whether private and special addresses are asked, all of them.
    pub allow_private_networks: bool,
    /// Private and special addresses that are asked.
    pub allow_networks: Vec<Network>,
    /// Of these, the ones where callbacks of strangers may lie: see [`callback_networks`].
    pub callback_networks: Vec<Network>,
    /// What every request goes through. The environment's proxies never count.
    pub proxy: Option<ProxyConfig>,
}

/// warta's own name: `warta/VERSION`, with a contact where the operator named one.
#[must_use]
pub fn user_agent(contact: Option<&str>) -> String {
    let version = env!("CARGO_PKG_VERSION");
    contact.map_or_else(|| format!("warta/{version}"), |contact| format!("warta/{version} (+{contact})"))
}

/// One GET.
#[derive(Clone)]
pub struct Request {
    /// The address to ask.
    pub url: Url,
    /// The address as configured, whose origin alone gets headers and credentials, where a move was adopted since;
    /// `None` means that it is `url`.
    pub home: Option<Url>,
    /// Sent only to the address that gave them.
    pub validators: Validators,
    /// Lines of the operator; they replace warta's own of the same name.
    pub headers: Vec<(String, String)>,
    /// In place of the policy's.
    pub user_agent: Option<String>,
    /// The whole value of the `Authorization` header.
    pub authorization: Option<String>,
    /// HTTP/1.1 alone.
    pub http1_only: bool,
    /// Whom a 429 holds.
    pub scope: HoldScope,
}

impl Request {
    /// An unconditional request with nothing of its own.
    #[must_use]
    pub fn new(url: Url) -> Self {
        Self {
            url,
            home: None,
            validators: Validators::default(),
            headers: Vec::new(),
            user_agent: None,
            authorization: None,
            http1_only: false,
            scope: HoldScope::Host,
        }
    }

    /// True when the first hop will be conditional.
    #[must_use]
    pub fn is_conditional(&self) -> bool {
        Trip::new(self).is_conditional()
    }
}

impl fmt::Debug for Request {
    /// Without what the operator keeps secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("Request")
            .field("url", &crate::notation::address::masked(self.url.as_str()))
            .field("validators", &(&self.validators.etag, &self.validators.last_modified))
            .field("headers", &names)
            .field("user_agent", &self.user_agent)
            .field("authorization", &self.authorization.as_ref().map(|_| "***"))
            .field("http1_only", &self.http1_only)
            .finish_non_exhaustive()
    }
}

/// What came.
#[derive(Debug, Clone)]
pub enum Fetched {
    /// A body, whatever it is: whether it is a feed is for `parse` to say.
    Document {
        /// The body, with the address that gave it.
        document: Document,
        /// Its validators, to be kept only when the document turns out whole and readable.
        validators: Validators,
        /// What its header lines ask.
        hints: Hints,
        /// The redirects before it.
        hops: Vec<Hop>,
        /// 200 or 203; 226 where the body holds the new items alone (RFC 3229).
        status: u16,
        /// Bytes of the body as it crossed the wire.
        wire_bytes: u64,
        /// Its `Link` header lines as one list (RFC 8288).
        link: Box<str>,
        /// Where header lines and body disagree.
        repairs: Vec<Repair>,
        /// Time spent in exchanges, without waiting for a turn.
        took: Duration,
        /// To be dropped when the body is: see [`Worker`].
        worker: Worker,
    },
    /// 304 to a conditional request.
    NotModified {
        /// The validators from now on, where the answer named any.
        validators: Option<Validators>,
        /// What its header lines ask.
        hints: Hints,
        /// The redirects before it.
        hops: Vec<Hop>,
        /// Time spent in exchanges, without waiting for a turn.
        took: Duration,
    },
}

/// The client cannot be set up: no TLS on this machine.
#[derive(Debug, thiserror::Error)]
#[error("the HTTP client cannot be set up: {0}")]
pub struct SetupError(String);

/// The client. One for the whole process: it knows who was asked when.
#[derive(Debug)]
pub struct Fetcher {
    policy: Policy,
    guard: Arc<Guard>,
    clients: Clients,
    hosts: Hosts,
    /// What calls the callbacks of our own subscribers.
    callbacks: Callbacks,
}

/// One answer, its body still in its coding.
struct Answer {
    status: u16,
    head: Head,
    body: Result<Vec<u8>, Trouble>,
}

impl Fetcher {
    /// Sets the client up; asks nobody.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(policy: Policy) -> Result<Self, SetupError> {
        let guard = Guard { allow_private: policy.allow_private_networks, allowed: policy.allow_networks.clone() };
        let guard = Arc::new(guard);
        let clients = Clients::new(&policy, &guard, MAX_LOOKUPS)?;
        let hosts = Hosts::new(policy.concurrency, policy.per_host_concurrency, policy.per_host_delay);
        let callbacks = Callbacks::new(&policy)?;
        Ok(Self { policy, guard, clients, hosts, callbacks })
    }

    /// The client under another policy. Who was asked when is known to both, so that a reload asks nobody too early.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn renewed(&self, policy: Policy) -> Result<Self, SetupError> {
        let hosts = self.hosts.renewed(policy.concurrency, policy.per_host_concurrency, policy.per_host_delay);
        let callbacks = self.callbacks.renewed(&policy)?;
        Ok(Self { hosts, callbacks, ..Self::new(policy)? })
    }

    /// Sends one request and follows where it leads. Waits for the turn of each host on the way. `clock` is asked when
    /// answers arrive. Dropping the future ends the exchange.
    ///
    /// # Errors
    /// Everything that is not a body or a 304; see [`Error::outcome`].
    pub async fn send(&self, request: &Request, clock: &Clock) -> Result<Fetched, Error> {
        let mut trip = Trip::new(request);
        loop {
            match self.hop(&mut trip, clock).await {
                Ok(None) => {}
                Ok(Some(fetched)) => return Ok(fetched),
                Err(trouble) => return Err(trip.fail(trouble)),
            }
        }
    }

    /// Nobody asks this host (as [`host_of`] names it) before `until`; a longer hold stays.
    pub fn hold(&self, host: &str, until: Timestamp) {
        self.hosts.hold(host, until);
    }

    /// Until when a host or its domain is held; `None` when it may be asked.
    #[must_use]
    pub fn held(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        self.hosts.held(host, now)
    }

    /// What has to survive a restart, of one host (as [`host_of`] names it) and its domain; nothing when it may be
    /// asked at once.
    #[must_use]
    pub fn host_rows(&self, host: &str, now: Timestamp) -> Vec<HostHold> {
        self.hosts.rows(host, now)
    }

    /// What has to survive a restart: who may not be asked yet, by host name. Holds by 429 are among them.
    #[must_use]
    pub fn host_snapshot(&self, now: Timestamp) -> Vec<HostHold> {
        self.hosts.snapshot(now)
    }

    /// Takes over what an earlier process left.
    pub fn restore(&self, hosts: &[HostHold], now: Timestamp) {
        self.hosts.restore(hosts, now);
    }

    /// Takes the holds of these rows for what is true, also shorter ones: the clock was set back, and they with it.
    pub fn set_back(&self, hosts: &[HostHold]) {
        self.hosts.set_back(hosts);
    }

    /// One exchange with the trip's present address. `None` when it was a redirect.
    async fn hop(&self, trip: &mut Trip<'_>, clock: &Clock) -> Result<Option<Fetched>, Trouble> {
        if !matches!(trip.url.scheme(), "http" | "https") {
            return Err(Trouble::Scheme(trip.url.scheme().to_owned()));
        }
        self.guard.judge_literal(&trip.url)?;
        let lines = trip.headers(&self.policy.user_agent)?;
        let visit = self.enter(trip, clock).await?;
        let began = Instant::now();
        let left = self.policy.timeout.saturating_sub(trip.took);
        let answer = timeout(left, self.exchange(trip, lines)).await;
        trip.took += began.elapsed();
        let whole = Trouble::Timeout { what: "the whole answer", after: self.policy.timeout };
        let Answer { status, head, body } = answer.unwrap_or(Err(whole))?;
        let now = clock.now();
        trip.status = Some(status);
        trip.hints = head.hints(status, now);
        match status {
            301 | 302 | 303 | 307 | 308 => {
                trip.follow(status, head.get("location"), self.policy.redirects)?;
                trip.status = None;
                Ok(None)
            }
            304 if trip.is_conditional() => Ok(Some(Fetched::NotModified {
                validators: head.renewed(&trip.request.validators),
                hints: std::mem::take(&mut trip.hints),
                hops: std::mem::take(&mut trip.hops),
                took: trip.took,
            })),
            304 => Err(Trouble::Unasked304),
            226 if !trip.accepts_parts() => Err(Trouble::Unasked226),
            200 | 203 | 226 => self.document(trip, head, status, body?, visit).await.map(Some),
            429 => {
                // At once, before the visit ends and the next in line starts.
                let until = trip.hints.retry_at.unwrap_or_else(|| now.plus(TOO_MANY_HOLD));
                trip.hints.retry_at = Some(until);
                self.too_many(trip, until);
                drop(visit);
                Err(Trouble::Status { status })
            }
            _ => Err(Trouble::Status { status }),
        }
    }

    /// Holds whom a 429 of the present host is meant for; a feed by itself is held by its own row.
    fn too_many(&self, trip: &Trip<'_>, until: Timestamp) {
        match trip.request.scope {
            HoldScope::Host => self.hosts.hold(host_of(&trip.url), until),
            HoldScope::Domain => self.hosts.hold_domain(host_of(&trip.url), until),
            HoldScope::Feed => {}
        }
    }

    /// Waits for a turn at the present host.
    async fn enter(&self, trip: &mut Trip<'_>, clock: &Clock) -> Result<Visit, Trouble> {
        let host = host_of(&trip.url);
        match self.hosts.enter(host, clock).await {
            Ok(visit) => Ok(visit),
            Err(until) => {
                trip.hints = Hints { retry_at: Some(until), ..Hints::default() };
                Err(Trouble::Held { host: host.to_owned(), until })
            }
        }
    }

    /// Sends the request and reads the answer's head, and its body where it is a document's.
    async fn exchange(&self, trip: &Trip<'_>, lines: reqwest::header::HeaderMap) -> Result<Answer, Trouble> {
        let client = if trip.request.http1_only { &self.clients.http1 } else { &self.clients.any };
        self.clients.judge_name(&trip.url).await?;
        let mut request = reqwest::Request::new(reqwest::Method::GET, trip.url.clone());
        *request.headers_mut() = lines;
        let late = Trouble::Timeout { what: "the first byte of the answer", after: FIRST_BYTE_TIMEOUT };
        let response = match timeout(FIRST_BYTE_TIMEOUT, client.execute(request)).await {
            Err(_) => return Err(late),
            Ok(Err(error)) => return Err(client::trouble(&error)),
            Ok(Ok(response)) => response,
        };
        let status = response.status().as_u16();
        let head = Head::new(response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        if head.size() > MAX_HEADER_BYTES {
            return Err(Trouble::HeadersTooLarge(MAX_HEADER_BYTES));
        }
        let body = if matches!(status, 200 | 203 | 226) { self.read(response).await } else { Ok(Vec::new()) };
        Ok(Answer { status, head, body })
    }

    /// Reads a body as it crosses the wire, up to the cap.
    async fn read(&self, mut response: reqwest::Response) -> Result<Vec<u8>, Trouble> {
        let cap = self.policy.max_body;
        let length = response.content_length().unwrap_or(0);
        if length > cap {
            return Err(Trouble::TooLarge(cap));
        }
        let mut body = Vec::with_capacity(usize::try_from(length.min(FIRST_RESERVE)).unwrap_or(0));
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if (body.len() + chunk.len()) as u64 > cap => return Err(Trouble::TooLarge(cap)),
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => return Err(Trouble::CutOff(client::cause(&error))),
            }
        }
    }

    /// Decodes the body. The visit lasts until that is done, so that bodies in memory stay as many as workers.
    async fn document(
        &self,
        trip: &mut Trip<'_>,
        head: Head,
        status: u16,
        wire: Vec<u8>,
        visit: Visit,
    ) -> Result<Fetched, Trouble> {
        let wire_bytes = wire.len() as u64;
        let (labels, cap) = (head.list("content-encoding"), self.policy.max_body);
        let undecodable = Trouble::Undecodable(labels.clone());
        let decoded = if wire.len() <= DECODED_IN_PLACE {
            decode::decode(wire, &labels, cap)
        } else {
            let work = tokio::task::spawn_blocking(move || decode::decode(wire, &labels, cap));
            work.await.unwrap_or(Err(Broken::Undecodable))
        };
        let worker = visit.into_worker();
        let (body, repairs) = decoded.map_err(|broken| match broken {
            Broken::TooLarge(cap) => Trouble::TooLarge(cap),
            Broken::CutOff => Trouble::CutOff("its content coding is not complete".to_owned()),
            Broken::Undecodable => undecodable,
        })?;
        let hints = Hints { body_bytes: Some(body.len() as u64), ..std::mem::take(&mut trip.hints) };
        let content_type = head.get("content-type").map(str::to_owned);
        Ok(Fetched::Document {
            document: Document { url: Some(trip.url.clone()), content_type, body },
            validators: head.validators(&trip.url),
            hints,
            hops: std::mem::take(&mut trip.hops),
            status,
            wire_bytes,
            link: head.list("link").into_boxed_str(),
            repairs,
            took: trip.took,
            worker,
        })
    }
}
