//! One request on its way from address to address: what is sent at each hop, and where a redirect leads.
//!
//! In: the request and the answers' redirects. Out: header lines and the next address. It sends nothing itself.

use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use reqwest::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT};
use url::Url;

use super::Request;
use super::error::{Context, Error, Trouble};
use crate::model::{Hints, Hop, MAX_URL_BYTES};

/// Feeds first, then what feeds are often sent as.
const ACCEPTED: &str = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
     application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, text/html;q=0.3, */*;q=0.1";
/// Manipulations of an answer that are understood (RFC 3229 10.5.3; "feed" as Bob Wyman proposed it).
const A_IM: HeaderName = HeaderName::from_static("a-im");
/// What `decode` undoes.
const CODINGS: &str = "gzip, deflate, br, zstd";

/// A request under way.
#[derive(Debug)]
pub(super) struct Trip<'a> {
    pub(super) request: &'a Request,
    /// The address to ask next, without user, password and fragment.
    pub(super) url: Url,
    pub(super) hops: Vec<Hop>,
    /// Time spent in exchanges so far.
    pub(super) took: Duration,
    /// Status and hints of the answer just read.
    pub(super) status: Option<u16>,
    pub(super) hints: Hints,
    /// True until the trip leaves the feed's own origin; it never comes back, for another host must not choose which
    /// address gets the credentials.
    at_home: bool,
}

impl<'a> Trip<'a> {
    pub(super) fn new(request: &'a Request) -> Self {
        let home = request.home.as_ref().unwrap_or(&request.url);
        Self {
            request,
            url: bare(request.url.clone()),
            hops: Vec::new(),
            took: Duration::ZERO,
            status: None,
            hints: Hints::default(),
            at_home: home.origin() == request.url.origin(),
        }
    }

    /// True when the validators are this address's own.
    pub(super) fn is_conditional(&self) -> bool {
        let validators = &self.request.validators;
        !validators.is_empty() && validators.url.clone().map(bare).as_ref() == Some(&self.url)
    }

    /// True when the server may answer with the items that are new since the known `ETag` (RFC 3229 10.5.3).
    pub(super) fn accepts_parts(&self) -> bool {
        self.is_conditional() && self.request.validators.etag.is_some()
    }

    /// The header lines for the present address.
    pub(super) fn headers(&self, user_agent: &str) -> Result<HeaderMap, Trouble> {
        let mut lines = HeaderMap::new();
        let mut set = |name: HeaderName, text: &str| {
            value(text).map(|value| lines.insert(name.clone(), value)).ok_or(Trouble::Header(name.to_string()))
        };
        set(ACCEPT, ACCEPTED)?;
        set(ACCEPT_ENCODING, CODINGS)?;
        set(USER_AGENT, self.request.user_agent.as_deref().unwrap_or(user_agent))?;
        if self.at_home {
            for (name, text) in &self.request.headers {
                let name: HeaderName = name.parse().map_err(|_| Trouble::Header(name.clone()))?;
                set(name, text)?;
            }
            if let Some(credential) = &self.request.authorization {
                set(AUTHORIZATION, credential)?;
            }
        }
        if self.is_conditional() {
            let validators = &self.request.validators;
            let known = [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)];
            for (name, text) in known {
                text.as_deref().map(|text| set(name, text)).transpose()?;
            }
            if self.accepts_parts() {
                set(A_IM, "feed")?;
            }
        }
        if let Some(secret) = lines.get_mut(AUTHORIZATION) {
            secret.set_sensitive(true);
        }
        Ok(lines)
    }

    /// Follows a redirect of this status to its `Location`, each byte of which is one character of `target`.
    pub(super) fn follow(&mut self, status: u16, target: Option<&str>, most: usize) -> Result<(), Trouble> {
        let broken = |why| Trouble::Redirect { status, why };
        if self.hops.len() >= most {
            return Err(Trouble::TooManyRedirects(most));
        }
        let target = target.filter(|target| !target.is_empty()).ok_or(broken("a redirect that names no address"))?;
        if target.len() > MAX_URL_BYTES {
            return Err(broken("a redirect to an address that is too long"));
        }
        let bytes: Vec<u8> = target.chars().filter_map(|c| u8::try_from(c).ok()).collect();
        let to = self.url.join(&String::from_utf8_lossy(&bytes));
        let to = bare(to.map_err(|_| broken("a redirect to something that is no address"))?);
        self.at_home &= to.origin() == self.url.origin();
        self.hops.push(Hop { status, from: self.url.clone(), to: to.clone() });
        self.url = to;
        Ok(())
    }

    /// Ends the trip with an error that knows how far it came.
    pub(super) fn fail(self, trouble: Trouble) -> Error {
        let Self { url, status, hints, hops, took, .. } = self;
        Error::new(trouble, Context { url, status, hints, hops, took })
    }
}

/// An address as it is asked: the client would make credentials of user and password, and a fragment is never sent.
fn bare(mut url: Url) -> Url {
    url.set_fragment(None);
    // These fail only for addresses that can have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// Text in which a character up to U+00FF is that byte, as `headers` reads it; other characters go as UTF-8.
fn value(text: &str) -> Option<HeaderValue> {
    let bytes: Option<Vec<u8>> = text.chars().map(|c| u8::try_from(c).ok()).collect();
    HeaderValue::from_bytes(&bytes.unwrap_or_else(|| text.as_bytes().to_vec())).ok()
}

#[cfg(test)]
mod tests;
