//! A form sent to a hub, by the same guard, pace and limits as every other request.
//!
//! Followed are 307 and 308 alone, which keep method and body (RFC 9110 15.4.8, 15.4.9), and never from https to http:
//! the form may hold a secret.

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use tokio::time::{Instant, timeout};
use url::Url;

use super::headers::Head;
use super::trip::Trip;
use super::{Error, FIRST_BYTE_TIMEOUT, Fetcher, Request, TOO_MANY_HOLD, Trouble, client};
use crate::clock::Clock;
use crate::model::{MAX_HEADER_BYTES, MAX_HUB_WORDS};

/// How a form was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// HTTP status, none of a redirect.
    pub status: u16,
    /// The beginning of the answer's body as one line, where it is no success: its words on what is wrong.
    pub words: String,
}

impl Posted {
    /// True for 2xx.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

impl Fetcher {
    /// Sends a form (`application/x-www-form-urlencoded`) and follows where it leads. Waits for the turn of each host
    /// on the way.
    ///
    /// # Errors
    /// When no answer came, or one that leads nowhere.
    pub async fn post(&self, url: &Url, form: &str, clock: &Clock) -> Result<Posted, Error> {
        let request = Request::new(url.clone());
        let mut trip = Trip::new(&request);
        loop {
            match self.post_hop(&mut trip, form, clock).await {
                Ok(None) => {}
                Ok(Some(posted)) => return Ok(posted),
                Err(trouble) => return Err(trip.fail(trouble)),
            }
        }
    }

    /// One exchange with the trip's present address. `None` when it was a redirect.
    async fn post_hop(&self, trip: &mut Trip<'_>, form: &str, clock: &Clock) -> Result<Option<Posted>, Trouble> {
        if !matches!(trip.url.scheme(), "http" | "https") {
            return Err(Trouble::Scheme(trip.url.scheme().to_owned()));
        }
        self.guard.judge_literal(&trip.url)?;
        let visit = self.enter(trip, clock).await?;
        let began = Instant::now();
        let left = self.policy.timeout.saturating_sub(trip.took);
        let answer = timeout(left, self.exchange_form(trip, form)).await;
        trip.took += began.elapsed();
        let whole = Trouble::Timeout { what: "the whole answer", after: self.policy.timeout };
        let (posted, head) = answer.unwrap_or(Err(whole))?;
        let now = clock.now();
        trip.hints = head.hints(posted.status, now);
        match posted.status {
            status @ (307 | 308) => {
                let from = trip.url.scheme().to_owned();
                trip.follow(status, head.get("location"), self.policy.redirects)?;
                let downgraded = from == "https" && trip.url.scheme() != "https";
                let why = "a redirect from https to http, where a form is not sent";
                if downgraded { Err(Trouble::Redirect { status, why }) } else { Ok(None) }
            }
            status @ 301..=303 => {
                Err(Trouble::Redirect { status, why: "a redirect that forms do not follow; it takes 307 or 308" })
            }
            429 => {
                // At once, before the visit ends and the next in line starts.
                self.too_many(trip, trip.hints.retry_at.unwrap_or_else(|| now.plus(TOO_MANY_HOLD)));
                drop(visit);
                Ok(Some(posted))
            }
            _ => Ok(Some(posted)),
        }
    }

    async fn exchange_form(&self, trip: &Trip<'_>, form: &str) -> Result<(Posted, Head), Trouble> {
        self.clients.judge_name(&trip.url).await?;
        let mut request = reqwest::Request::new(reqwest::Method::POST, trip.url.clone());
        *request.headers_mut() = trip.headers(&self.policy.user_agent)?;
        let form_type = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, form_type);
        *request.body_mut() = Some(form.to_owned().into());
        let late = Trouble::Timeout { what: "the first byte of the answer", after: FIRST_BYTE_TIMEOUT };
        let response = match timeout(FIRST_BYTE_TIMEOUT, self.clients.any.execute(request)).await {
            Err(_) => return Err(late),
            Ok(Err(error)) => return Err(client::trouble(&error)),
            Ok(Ok(response)) => response,
        };
        let status = response.status().as_u16();
        let head = Head::new(response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        if head.size() > MAX_HEADER_BYTES {
            return Err(Trouble::HeadersTooLarge(MAX_HEADER_BYTES));
        }
        let words = if (200..400).contains(&status) { String::new() } else { words(response).await };
        Ok((Posted { status, words }, head))
    }
}

/// The first bytes of a body as one line. What does not come is not waited for a second time.
async fn words(mut response: reqwest::Response) -> String {
    let Ok(Some(chunk)) = response.chunk().await else { return String::new() };
    let text = String::from_utf8_lossy(&chunk[..chunk.len().min(MAX_HUB_WORDS)]).into_owned();
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|letter| !letter.is_control()).collect()
}
