//! `/websub/TOKEN`, where hubs verify subscriptions and deliver (WebSub 5.2, 7). Which tokens there are, and what becomes
//! of a delivery, is for whoever opened the door to say.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::to_bytes;
use axum::extract::{Path, RawQuery, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, HeaderName};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tokio::time::timeout;

use super::Site;
use super::answer::{NO_STORE, field, page, soon, text, with};
use crate::model::DELIVERY_TIMEOUT;

/// Where the callbacks lie.
pub(super) const CALLBACKS: &str = "/websub/";
/// Signature of a delivery (WebSub 7.1).
const SIGNATURE: HeaderName = HeaderName::from_static("x-hub-signature");
/// Seconds after which a hub may come again when there was no room for its delivery.
const ROOM_SOON: u32 = 10;
/// Characters of a token; a longer one is none of ours.
const MAX_TOKEN: usize = 64;

/// What a door gives in a moment, where it can be told.
pub type Later<T> = Pin<Box<dyn Future<Output = Result<T, Busy>> + Send>>;

/// Nothing can be told just now: the hub is asked to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Busy;

/// The doors that hubs knock at.
#[derive(Clone)]
pub struct Callback {
    /// What a GET with this token and query is answered with; `None`: 404.
    pub answer: Arc<dyn Fn(String, String) -> Later<Option<String>> + Send + Sync>,
    /// How many bytes a delivery with this token may have; `None`: 410, there is no such subscription.
    pub room: Arc<dyn Fn(String) -> Later<Option<u64>> + Send + Sync>,
    /// Takes a delivery. Returns at once.
    pub take: Arc<dyn Fn(Delivery) + Send + Sync>,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Callback")
    }
}

/// A delivery as it came, nothing checked but its size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// Last part of the callback's path.
    pub token: String,
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `X-Hub-Signature`.
    pub signature: Option<String>,
    /// The raw body.
    pub body: Vec<u8>,
}

/// Answers a hub.
pub(super) async fn answer(
    State(site): State<Arc<Site>>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let Some(callback) = site.doors.callback.as_ref().filter(|_| token.len() <= MAX_TOKEN) else {
        return page(StatusCode::NOT_FOUND);
    };
    let response = match *request.method() {
        Method::POST => deliver(&site, callback, token, request).await,
        // To verify changes something, which HEAD must not.
        Method::HEAD => page(StatusCode::NOT_FOUND),
        _ => match (callback.answer)(token, query.unwrap_or_default()).await {
            Ok(Some(challenge)) => text(StatusCode::OK, challenge),
            Ok(None) => page(StatusCode::NOT_FOUND),
            Err(Busy) => soon(ROOM_SOON),
        },
    };
    with(response, [(CACHE_CONTROL, NO_STORE)])
}

/// Reads a delivery within its bounds, hands it over and thanks for it. Whether its signature is right is told nobody.
async fn deliver(site: &Site, callback: &Callback, token: String, request: Request) -> Response {
    let Ok(_slot) = site.deliveries.try_acquire() else { return soon(ROOM_SOON) };
    let most = match (callback.room)(token.clone()).await {
        Ok(Some(most)) => most,
        Ok(None) => return page(StatusCode::GONE),
        Err(Busy) => return soon(ROOM_SOON),
    };
    let (head, body) = request.into_parts();
    let told = field(&head.headers, &CONTENT_LENGTH).and_then(|length| length.parse::<u64>().ok());
    if told.is_some_and(|length| length > most) {
        return page(StatusCode::PAYLOAD_TOO_LARGE);
    }
    match timeout(DELIVERY_TIMEOUT, to_bytes(body, usize::try_from(most).unwrap_or(usize::MAX))).await {
        Err(_) => page(StatusCode::REQUEST_TIMEOUT),
        Ok(Err(_)) => page(StatusCode::PAYLOAD_TOO_LARGE),
        Ok(Ok(body)) => {
            (callback.take)(Delivery {
                token,
                content_type: field(&head.headers, &CONTENT_TYPE),
                signature: field(&head.headers, &SIGNATURE),
                body: body.into(),
            });
            text(StatusCode::ACCEPTED, String::new())
        }
    }
}
