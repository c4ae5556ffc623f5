//! A request for a published file in, its answer out: found, negotiated, judged by its conditions, sent.

use std::borrow::Cow;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_RANGE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use url::Url;

use super::Site;
use super::answer::{NO_STORE, page, soon, with};
use super::conditional::{Span, Verdict, judge, span};
use super::edition::Found;
use super::resource::{Resource, Stored, Variant};
use super::sent::Sent;
use super::stored::Cold;
use super::{negotiate, stored};

/// Seconds after which a file that is just being replaced is there again.
const REPLACED_SOON: u32 = 1;
/// Seconds after which a first edition may be there.
const PUBLISHED_SOON: u32 = 5;

/// The answer for a published file that lies in memory; `None` for everything else, and then the request is as it was.
pub(super) fn at_once<B>(site: &Site, request: &mut Request<B>) -> Option<Response<Sent>> {
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return None;
    }
    let current = site.shelf.current_for_now();
    let path = published_path(request.uri().path())?;
    let Found::Resource(resource) = current.as_ref()?.find(&path) else { return None };
    if !resource.is_hot() {
        return None;
    }
    let headers = std::mem::take(request.headers_mut());
    match answer_with(resource, request.method(), headers) {
        Answer::Whole(response) => Some(response),
        Answer::OfDisk(..) => None,
    }
}

/// Answers GET and HEAD for everything that is published.
pub(super) async fn answer(State(site): State<Arc<Site>>, request: axum::extract::Request) -> Response<Body> {
    let (request, _) = request.into_parts();
    let Some(served) = site.shelf.current() else { return soon(PUBLISHED_SOON) };
    let Some(path) = published_path(request.uri.path()) else { return page(StatusCode::NOT_FOUND) };
    match served.find(&path) {
        Found::Resource(resource) => match answer_with(resource, &request.method, request.headers) {
            Answer::Whole(response) => response.map(Body::from),
            Answer::OfDisk(head, cold, range) => of_disk(head, cold, range).await,
        },
        Found::Moved(to) => moved(&to, &request.uri),
        Found::Gone => page(StatusCode::GONE),
        Found::Nothing => page(StatusCode::NOT_FOUND),
    }
}

/// An answer whose headers are right.
enum Answer {
    /// All of it is there.
    Whole(Response<Sent>),
    /// Its bytes are yet to be read.
    OfDisk(Response<Sent>, Arc<Cold>, Range<u64>),
}

/// The map of the request's headers becomes that of the answer's, which spares an allocation for each.
fn answer_with(resource: &Resource, method: &Method, mut headers: HeaderMap) -> Answer {
    let other = |response: Response<Body>| Answer::Whole(response.map(Sent::Pieces));
    let coding = negotiate::choose(&headers, resource.codings());
    let Some(variant) = resource.variant(coding) else { return other(soon(REPLACED_SOON)) };
    let there = resource.validators(variant);
    let verdict = judge(&headers, there);
    let span = if method == Method::HEAD { Span::Whole } else { span(&headers, there, variant.length) };
    headers.clear();
    match verdict {
        Verdict::Failed => {
            return other(with(page(StatusCode::PRECONDITION_FAILED), [(CACHE_CONTROL, NO_STORE)]));
        }
        Verdict::NotModified => {
            resource.tell_unchanged(variant, &mut headers);
            return Answer::Whole(bare(StatusCode::NOT_MODIFIED, headers));
        }
        Verdict::Send => resource.tell(variant, &mut headers),
    }
    match span {
        Span::Whole if method == Method::HEAD => Answer::Whole(bare(StatusCode::OK, headers)),
        Span::Whole => fill(bare(StatusCode::OK, headers), variant, 0..variant.length),
        Span::Part(range) => fill(part(headers, &range, variant.length), variant, range),
        Span::Unsatisfiable => {
            let all = content_range(&format!("*/{}", variant.length));
            other(with(page(StatusCode::RANGE_NOT_SATISFIABLE), [(CACHE_CONTROL, NO_STORE), (CONTENT_RANGE, all)]))
        }
    }
}

fn bare(status: StatusCode, headers: HeaderMap) -> Response<Sent> {
    let mut response = Response::new(Sent::nothing());
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}

fn part(headers: HeaderMap, range: &Range<u64>, length: u64) -> Response<Sent> {
    let what = content_range(&format!("{}-{}/{length}", range.start, range.end - 1));
    let mut response = bare(StatusCode::PARTIAL_CONTENT, headers);
    response.headers_mut().insert(CONTENT_RANGE, what);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    response
}

fn content_range(what: &str) -> HeaderValue {
    HeaderValue::from_str(&format!("bytes {what}")).unwrap_or(HeaderValue::from_static("bytes */*"))
}

/// Puts the bytes into a response whose headers are there.
fn fill(mut response: Response<Sent>, variant: &Variant, range: Range<u64>) -> Answer {
    match &variant.bytes {
        Stored::Hot(bytes) => {
            *response.body_mut() = Sent::Bytes(bytes.slice(in_memory(&range)));
            Answer::Whole(response)
        }
        Stored::Cold(cold) => Answer::OfDisk(response, Arc::clone(cold), range),
    }
}

/// Reads the bytes of a response whose headers are there. A file that has other bytes than its edition says is being
/// replaced: it is not sent under the wrong tag.
async fn of_disk(head: Response<Sent>, cold: Arc<Cold>, range: Range<u64>) -> Response<Body> {
    match send_cold(cold, range).await {
        Ok(Some(body)) => head.map(|_| body),
        Ok(None) => soon(REPLACED_SOON),
        Err(error) => {
            tracing::warn!(%error, "a published file cannot be read");
            soon(REPLACED_SOON)
        }
    }
}

async fn send_cold(cold: Arc<Cold>, range: Range<u64>) -> io::Result<Option<Body>> {
    match stored::blocking(move || cold.open()).await? {
        Some(file) => stored::send(file, range).await.map(Some),
        None => Ok(None),
    }
}

/// What is in memory is not longer than memory is.
fn in_memory(range: &Range<u64>) -> Range<usize> {
    let index = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
    index(range.start)..index(range.end)
}

/// 301, with the query that came.
fn moved(to: &str, asked: &Uri) -> Response<Body> {
    // The host does not matter: only path and query of it are told, encoded as a header needs them.
    let own = Url::parse("http://localhost/").and_then(|host| host.join(to));
    let Ok(mut target) = own else { return page(StatusCode::NOT_FOUND) };
    target.set_query(asked.query());
    let target = &target[url::Position::BeforePath..];
    match HeaderValue::from_str(target) {
        Ok(target) => with(page(StatusCode::MOVED_PERMANENTLY), [(LOCATION, target)]),
        Err(_) => page(StatusCode::NOT_FOUND),
    }
}

/// The path of a request as published paths are written: without the first `/`, percent-encoding undone. `None` for
/// one that no published file can have. It is only looked up, never joined to a folder.
fn published_path(raw: &str) -> Option<Cow<'_, str>> {
    let raw = raw.strip_prefix('/')?;
    if !raw.contains('%') {
        return Some(Cow::Borrowed(raw));
    }
    let mut bytes = Vec::with_capacity(raw.len());
    let mut rest = raw.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
            let byte = u8::try_from(digit(0)? * 16 + digit(1)?).ok()?;
            // An encoded slash is no delimiter of parts (RFC 3986 2.2), and none of our names has one.
            bytes.push(Some(byte).filter(|byte| *byte != b'/')?);
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok().map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_decoded_once_and_an_encoded_slash_is_none() {
        let check = |raw: &str, expected: Option<&str>| assert_eq!(published_path(raw).as_deref(), expected, "{raw}");
        check("/", Some(""));
        check("/nasional/rss.xml", Some("nasional/rss.xml"));
        check("/%6easional/rss%2Exml", Some("nasional/rss.xml"));
        check("/%252e%252e/x", Some("%2e%2e/x"));
        check("/..%2ffeeds.toml", None);
        check("/%zz", None);
        check("/%f", None);
        check("/%+f", None);
        check("/%ff", None);
        check("/%é", None);
        check("*", None);
    }

    #[test]
    fn a_redirect_stays_on_this_host_and_keeps_the_query() {
        let check = |to: &str, asked: &'static str, expected: &str| {
            let response = moved(to, &Uri::from_static(asked));
            assert_eq!(response.headers()[LOCATION], expected, "{to}");
        };
        check("/nasional/", "/nasional", "/nasional/");
        check("/nasional/", "/nasional?a=b", "/nasional/?a=b");
        check("/é/", "/x", "/%C3%A9/");
    }
}
