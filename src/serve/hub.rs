//! `/hub`, where others subscribe to our own feeds (WebSub 5.1). What is asked, and what becomes of it, is for whoever
//! opened the door to say.

use std::fmt;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, RETRY_AFTER,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use tokio::time::timeout;

use super::answer::{NO_STORE, page, soon, text, with};
use super::callback::{Busy, Later};
use super::{Site, answer};
use crate::model::{HUB_REQUEST_TIMEOUT, MAX_HUB_REQUEST_BYTES};

/// Where the hub is.
pub(super) const PATH: &str = "/hub";
/// All that may be done with it.
const METHODS: HeaderValue = HeaderValue::from_static("POST, OPTIONS");
/// What it takes (W3C LDP 7.1, the header's origin; RFC 9110 15.5.16 asks for a word on it).
const ACCEPT_POST: HeaderName = HeaderName::from_static("accept-post");
const FORM: &str = "application/x-www-form-urlencoded";
/// Seconds after which to come again when there was no room.
const ROOM_SOON: u32 = 10;

/// The door of the hub.
#[derive(Clone)]
pub struct Hub {
    /// Whether there is a hub just now; else its address answers 404.
    pub acts: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Answers the body of a POST.
    pub take: Arc<dyn Fn(Vec<u8>) -> Later<Reply> + Send + Sync>,
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hub")
    }
}

/// The answer to a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Plain text for people, nothing of the request in it.
    pub text: String,
    /// Seconds after which to come again.
    pub retry_after: Option<u32>,
}

/// Answers a subscriber.
pub(super) async fn answer(State(site): State<Arc<Site>>, request: Request) -> Response {
    let Some(hub) = site.doors.hub.as_ref().filter(|hub| (hub.acts)()) else {
        return page(StatusCode::NOT_FOUND);
    };
    let response = match *request.method() {
        Method::POST => take(&site, hub, request).await,
        Method::OPTIONS => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NO_CONTENT;
            with(response, [(ALLOW, METHODS)])
        }
        _ => {
            let words = "this is a WebSub hub; subscribers send it a form with POST (www.w3.org/TR/websub)\n";
            with(text(StatusCode::METHOD_NOT_ALLOWED, words.to_owned()), [(ALLOW, METHODS)])
        }
    };
    with(response, [(CACHE_CONTROL, NO_STORE)])
}

/// Reads a form within its bounds and hands it over.
async fn take(site: &Site, hub: &Hub, request: Request) -> Response {
    let (head, body) = request.into_parts();
    if !is_form(&head.headers) {
        let words = format!("send the request as {FORM}\n");
        let form = (ACCEPT_POST, HeaderValue::from_static(FORM));
        return with(text(StatusCode::UNSUPPORTED_MEDIA_TYPE, words), [form]);
    }
    let too_large = || {
        let words = format!("a request to this hub has at most {MAX_HUB_REQUEST_BYTES} bytes\n");
        text(StatusCode::PAYLOAD_TOO_LARGE, words)
    };
    let told = answer::field(&head.headers, &CONTENT_LENGTH).and_then(|length| length.parse::<usize>().ok());
    if told.is_some_and(|length| length > MAX_HUB_REQUEST_BYTES) {
        return too_large();
    }
    let body = match timeout(HUB_REQUEST_TIMEOUT, to_bytes(body, MAX_HUB_REQUEST_BYTES)).await {
        Err(_) => return page(StatusCode::REQUEST_TIMEOUT),
        Ok(Err(_)) => return too_large(),
        Ok(Ok(body)) => body,
    };
    // Only what came whole takes a place: a form that never ends keeps nobody out.
    let Ok(_slot) = site.hub_requests.try_acquire() else { return soon(ROOM_SOON) };
    match (hub.take)(body.into()).await {
        Err(Busy) => soon(ROOM_SOON),
        Ok(reply) => {
            let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = text(status, format!("{}\n", reply.text));
            if let Some(seconds) = reply.retry_after {
                response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
            }
            response
        }
    }
}

/// True for an uncoded form, whatever its charset is said to be.
fn is_form(headers: &HeaderMap) -> bool {
    let kind = answer::field(headers, &CONTENT_TYPE).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case(FORM) && !headers.contains_key(CONTENT_ENCODING)
}
