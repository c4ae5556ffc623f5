//! Answers that are no published file.

use std::panic::AssertUnwindSafe;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, REFERRER_POLICY, RETRY_AFTER,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Version};
use axum::middleware::Next;
use axum::response::Response;
use futures_util::FutureExt;

use super::callback::CALLBACKS;
use super::hub;
use crate::model::MAX_URL_BYTES;

/// All that may be done with what is published.
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");
/// What a page may load: pictures and sound from anywhere, its own style sheets and fonts, nothing that runs.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; img-src https: http:; media-src https: http:; style-src 'self'; font-src 'self'; base-uri 'none'; \
     form-action 'none'; frame-ancestors 'none'",
);
/// For what tells the present moment.
pub(super) const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
/// For what may soon be otherwise: an address that is not there yet, or not any more.
const SHORT: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// Turns a panic into a 500.
pub(super) async fn guard(request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(_) => {
            tracing::error!(path, "answering panicked");
            broken()
        }
    }
}

/// 500: what is wrong with us is told to the log alone.
pub(super) fn broken() -> Response {
    with(page(StatusCode::INTERNAL_SERVER_ERROR), [(CACHE_CONTROL, NO_STORE)])
}

/// The answer to what no handler is there for.
pub(super) fn refuse<B>(request: &axum::http::Request<B>) -> Option<Response> {
    // RFC 9112 3.2: exactly one Host, whatever it is.
    let hosts = request.headers().get_all(HOST).iter().count();
    if hosts > 1 || (hosts == 0 && request.version() == Version::HTTP_11) {
        return Some(page(StatusCode::BAD_REQUEST));
    }
    if request.uri().path_and_query().is_some_and(|asked| asked.as_str().len() > MAX_URL_BYTES) {
        return Some(page(StatusCode::URI_TOO_LONG));
    }
    match *request.method() {
        // It knows by itself what may be done with it.
        _ if request.uri().path() == hub::PATH => None,
        Method::GET | Method::HEAD => None,
        Method::OPTIONS => Some(options()),
        Method::POST if request.uri().path().starts_with(CALLBACKS) => None,
        Method::POST | Method::PUT | Method::DELETE | Method::PATCH | Method::TRACE | Method::CONNECT => {
            Some(with(page(StatusCode::METHOD_NOT_ALLOWED), [(ALLOW, METHODS)]))
        }
        // RFC 9110 9.1: a method that nobody knows.
        _ => Some(with(page(StatusCode::NOT_IMPLEMENTED), [(ALLOW, METHODS)])),
    }
}

/// Lets a script of another site ask conditionally; what it may read is told by the answer to its GET.
fn options() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    with(
        response,
        [
            (ALLOW, METHODS),
            (ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")),
            (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
            (ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("If-None-Match, If-Modified-Since, Range")),
            (ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400")),
        ],
    )
}

/// The headers of everything that a browser shows as a page.
pub(super) fn protect_page(headers: &mut HeaderMap) {
    headers.insert(CONTENT_SECURITY_POLICY, PAGE_POLICY);
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
}

/// A plain page that says the status, and nothing of what was asked.
pub(super) fn page(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("");
    let mut response = text(status, format!("{} {reason}\n", status.as_u16()));
    response.headers_mut().insert(CACHE_CONTROL, SHORT);
    response
}

/// A page of plain text.
pub(super) fn text(status: StatusCode, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    protect_page(headers);
    response
}

/// 503: what was asked for will be there in a moment.
pub(super) fn soon(seconds: u32) -> Response {
    let response = page(StatusCode::SERVICE_UNAVAILABLE);
    with(response, [(CACHE_CONTROL, NO_STORE), (RETRY_AFTER, HeaderValue::from(seconds))])
}

/// A header of a request as text; none where it is none.
pub(super) fn field(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

/// The response with these headers.
pub(super) fn with<const N: usize>(mut response: Response, headers: [(HeaderName, HeaderValue); N]) -> Response {
    response.headers_mut().extend(headers);
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::middleware::from_fn;
    use axum::routing::any;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn a_panic_is_a_500_that_tells_nothing_of_it() {
        async fn panics() -> Response {
            panic!("a secret")
        }
        let router = Router::new().route("/", any(panics)).layer(from_fn(guard));
        let request = Request::builder().uri("/").header(HOST, "a").body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
        assert_eq!(&body[..], b"500 Internal Server Error\n");
    }
}
