//! What went wrong with one request, in words for people and in kinds for callers.

use std::fmt;
use std::time::Duration;

use url::Url;

use super::guard::Refusal;
use crate::model::{Failure, FailureKind, Hints, Hop, Outcome, Timestamp};
use crate::notation::address::masked;

/// A request that brought no document. Its text is one line: the address that failed (secrets masked), what happened,
/// and what to do where that is known.
#[derive(Debug)]
pub struct Error {
    trouble: Trouble,
    context: Box<Context>,
}

/// Where on its way a request failed.
#[derive(Debug)]
pub(super) struct Context {
    /// The address that was asked last.
    pub(super) url: Url,
    /// Status of the last answer, where one came.
    pub(super) status: Option<u16>,
    /// What its header lines ask.
    pub(super) hints: Hints,
    /// The redirects before it.
    pub(super) hops: Vec<Hop>,
    /// Time spent in exchanges, without waiting for a turn.
    pub(super) took: Duration,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Trouble {
    /// The address is one that warta does not ask.
    #[error("{0}")]
    Refused(#[from] Refusal),
    /// Neither http nor https.
    #[error("\"{0}:\" is not http or https, and warta asks nothing else")]
    Scheme(String),
    /// A configured header cannot be sent.
    #[error("the header {0:?} cannot be sent; names are letters and dashes, values one line")]
    Header(String),
    /// A redirect that leads nowhere.
    #[error("the server answered {status} with {why}")]
    Redirect {
        /// Its status.
        status: u16,
        /// What is wrong with its target.
        why: &'static str,
    },
    /// Redirects without an end.
    #[error("more than {0} redirects in a row; open the address in a browser to see where they lead")]
    TooManyRedirects(usize),
    /// The host wants quiet; nothing was sent.
    #[error("not asked: {host} wants no request before {until}")]
    Held {
        /// Which host.
        host: String,
        /// Until when.
        until: Timestamp,
    },
    /// Name look-up, TCP or TLS failed.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// A name that is not known here, where a proxy would be asked for it.
    #[error(
        "{0} is not handed to the proxy, for its addresses cannot be checked here ({1}); mend the name look-up of this \
         machine, or set [fetch] allow_private_networks = true and let the proxy refuse private addresses"
    )]
    Unchecked(String, String),
    /// A time limit ran out.
    #[error("{what} took longer than {} s", .after.as_secs_f32())]
    Timeout {
        /// What was waited for.
        what: &'static str,
        /// How long.
        after: Duration,
    },
    /// The answer is no HTTP, or the connection ended before it.
    #[error("no proper answer: {0}")]
    Protocol(String),
    /// A status that is no success.
    #[error("the server answered {status}{}", advice(*.status))]
    Status {
        /// The status.
        status: u16,
    },
    /// 304 to a request that had no validators.
    #[error("the server answered 304 Not Modified to a request without conditions; it has no document for warta")]
    Unasked304,
    /// 226 to a request that asked for no part of a feed.
    #[error("the server answered 226 IM Used to a request that did not ask for a part; it has no document for warta")]
    Unasked226,
    /// A header section over the limit.
    #[error("the header lines are longer than {0} bytes")]
    HeadersTooLarge(usize),
    /// A body over the limit, as sent or decoded.
    #[error("the body is larger than {0} bytes as sent or decoded; [fetch] max_body is the limit")]
    TooLarge(u64),
    /// A body that ends in the middle.
    #[error("the body ends in the middle: {0}")]
    CutOff(String),
    /// A body in a coding that it does not name.
    #[error("the body cannot be decoded as {0:?}, which its Content-Encoding names")]
    Undecodable(String),
}

impl Error {
    pub(super) fn new(trouble: Trouble, context: Context) -> Self {
        Self { trouble, context: Box::new(context) }
    }

    /// What happened, for callers that look closer.
    #[must_use]
    pub fn trouble(&self) -> &Trouble {
        &self.trouble
    }

    /// The address that was asked last, secrets and all: not for showing.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.context.url
    }

    /// Status of the last answer, where one came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.context.status
    }

    /// What the last answer asks: `Retry-After` of a 429 or 503; for a held host, until when.
    #[must_use]
    pub fn hints(&self) -> &Hints {
        &self.context.hints
    }

    /// The redirects before it.
    #[must_use]
    pub fn hops(&self) -> &[Hop] {
        &self.context.hops
    }

    /// Time spent in exchanges, without waiting for a turn.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.context.took
    }

    /// The failure as the store and `status` know it.
    #[must_use]
    pub fn failure(&self) -> Failure {
        Failure { kind: self.trouble.kind(), status: self.status(), message: self.to_string() }
    }

    /// How the refresh ended: `Held` where nothing was sent, `Gone` for 410 (behind permanent redirects alone: an
    /// address that a temporary one names says nothing about the feed), `Failed` else.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        match self.trouble {
            Trouble::Held { .. } => Outcome::Held,
            Trouble::Status { status: 410 } if self.hops().iter().all(Hop::is_permanent) => Outcome::Gone,
            _ => Outcome::Failed(self.failure()),
        }
    }
}

impl Trouble {
    fn kind(&self) -> FailureKind {
        match self {
            Self::Refused(_) | Self::Scheme(_) | Self::Header(_) => FailureKind::Refused,
            Self::Redirect { .. } | Self::TooManyRedirects(_) => FailureKind::Refused,
            Self::Held { .. } | Self::Status { status: 429 } => FailureKind::TooMany,
            Self::Connect(_) | Self::Unchecked(..) => FailureKind::Connect,
            Self::Timeout { .. } => FailureKind::Timeout,
            Self::Status { status: 503 } => FailureKind::Unavailable,
            Self::Status { .. } | Self::Unasked304 | Self::Unasked226 => FailureKind::Status,
            Self::Protocol(_) | Self::HeadersTooLarge(_) | Self::TooLarge(_) => FailureKind::Body,
            Self::CutOff(_) | Self::Undecodable(_) => FailureKind::Body,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", masked(self.context.url.as_str()), self.trouble)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.trouble.source()
    }
}

/// Name of a status and what its reader can do about it.
fn advice(status: u16) -> &'static str {
    match status {
        400 => " Bad Request",
        401 => " Unauthorized: it wants a login; see `auth` in feeds.toml",
        402 => " Payment Required",
        403 => " Forbidden: it refuses warta; ask its operators, or set `user_agent` or `auth`",
        404 => " Not Found: check the address",
        406 => " Not Acceptable",
        407 => " Proxy Authentication Required: the proxy wants other credentials; see `auth` of [fetch] proxy",
        408 => " Request Timeout",
        410 => " Gone: the feed has ended; it is asked no more",
        429 => " Too Many Requests: it is left in peace for a while",
        451 => " Unavailable For Legal Reasons",
        500 => " Internal Server Error",
        502 => " Bad Gateway",
        503 => " Service Unavailable",
        504 => " Gateway Timeout",
        204 => " No Content",
        _ => ", which is no document",
    }
}
