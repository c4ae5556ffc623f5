//! What an answer's headers tell about the next request.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Timestamp;

/// The validators of one answer, byte for byte as they came (RFC 9110 8.8), and the address that gave them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Validators {
    /// The address whose answer carried them; they are sent to no other.
    pub url: Option<Url>,
    /// `ETag`, quotes and `W/` included.
    pub etag: Option<String>,
    /// `Last-Modified`, never parsed.
    pub last_modified: Option<String>,
}

impl Validators {
    /// True when there is nothing to send.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// When the answer's headers and the document ask to be looked at again. All are lower bounds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hints {
    /// `Cache-Control: max-age` minus `Age`, else `Expires` minus `Date` (RFC 9111 4.2.1).
    pub fresh: Option<Duration>,
    /// `Retry-After` of a 429 or 503, as an instant (RFC 9110 10.2.3), at most [`super::MAX_RETRY_AFTER`] ahead.
    pub retry_at: Option<Timestamp>,
    /// RSS `ttl`.
    pub ttl: Option<Duration>,
    /// `sy:updatePeriod` over `sy:updateFrequency`.
    pub update_period: Option<Duration>,
    /// RSS `skipHours`, 0 to 23, GMT.
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`, 0 is Monday, GMT.
    pub skip_days: Vec<u8>,
    /// Decoded bytes of the body, where there was one.
    pub body_bytes: Option<u64>,
}

/// Whom a 429 (RFC 6585 4) keeps from being asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HoldScope {
    /// Every feed of the host that gave it.
    #[default]
    Host,
    /// The feed that got it alone: a host that serves feeds of many (a bridge) limits each by itself.
    Feed,
    /// Every feed of the registrable domain: a server that goes by many names.
    Domain,
}

/// One redirect of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hop {
    /// 301, 302, 303, 307 or 308.
    pub status: u16,
    /// Where it led from.
    pub from: Url,
    /// Where it led to.
    pub to: Url,
}

impl Hop {
    /// True for 301 and 308 (RFC 9110 15.4.2, 15.4.9).
    #[must_use]
    pub fn is_permanent(&self) -> bool {
        matches!(self.status, 301 | 308)
    }
}
