//! What an answer's header lines say: validators, freshness, when to come back.
//!
//! In: name and value as they came. Out: values of `model`. Nothing is sent from here.

use std::time::Duration;

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::model::{Hints, MAX_RETRY_AFTER, MAX_VALIDATOR_BYTES, Timestamp, Validators};

/// The header lines of one answer, as text in which each byte is one character, so that nothing is lost on the way
/// back (a validator is sent byte for byte).
#[derive(Debug, Clone, Default)]
pub(super) struct Head {
    lines: Vec<(String, String)>,
}

impl Head {
    /// Takes the lines in their order; names in lower case.
    pub(super) fn new<'a>(lines: impl Iterator<Item = (&'a str, &'a [u8])>) -> Self {
        let line = |(name, value): (&str, &[u8])| (name.to_owned(), value.iter().map(|b| char::from(*b)).collect());
        Self { lines: lines.map(line).collect() }
    }

    /// Bytes of all lines, with `: ` and the line's end.
    pub(super) fn size(&self) -> usize {
        self.lines.iter().map(|(name, value)| name.len() + value.chars().count() + 4).sum()
    }

    /// The first line of this name.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.lines.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All lines of this name.
    fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.lines.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// All lines of this name as one list (RFC 9110 5.3).
    pub(super) fn list(&self, name: &str) -> String {
        self.all(name).collect::<Vec<_>>().join(", ")
    }

    /// `ETag` and `Last-Modified`, one of which may be missing.
    fn validator(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty() && value.len() <= MAX_VALIDATOR_BYTES).map(str::to_owned)
    }

    /// The validators of a whole answer: they replace what was known, also by nothing.
    pub(super) fn validators(&self, url: &url::Url) -> Validators {
        let (etag, last_modified) = (self.validator("etag"), self.validator("last-modified"));
        let url = (etag.is_some() || last_modified.is_some()).then(|| url.clone());
        Validators { url, etag, last_modified }
    }

    /// The validators after a 304: a line that is there replaces the known one (RFC 9111 3.2). `None` when none is.
    pub(super) fn renewed(&self, known: &Validators) -> Option<Validators> {
        let (etag, last_modified) = (self.validator("etag"), self.validator("last-modified"));
        (etag.is_some() || last_modified.is_some()).then(|| Validators {
            url: known.url.clone(),
            etag: etag.or_else(|| known.etag.clone()),
            last_modified: last_modified.or_else(|| known.last_modified.clone()),
        })
    }

    /// What the lines ask of the next request. `now` is when the answer came.
    pub(super) fn hints(&self, status: u16, now: Timestamp) -> Hints {
        let whole = matches!(status, 200 | 203 | 226 | 304);
        let later = matches!(status, 429 | 503);
        Hints {
            fresh: if whole { self.fresh(now) } else { None },
            retry_at: if later { self.retry_at(now) } else { None },
            ..Hints::default()
        }
    }

    /// `max-age` minus `Age`, else `Expires` minus `Date` (RFC 9111 4.2). `None` where nothing is said, and where
    /// `no-cache` or `no-store` says nothing of how often to ask.
    fn fresh(&self, now: Timestamp) -> Option<Duration> {
        let control = self.list("cache-control").to_ascii_lowercase();
        let directives: Vec<_> = control.split(',').map(str::trim).collect();
        if directives.iter().any(|directive| matches!(*directive, "no-cache" | "no-store")) {
            return None;
        }
        let seconds = match directives.iter().find_map(|directive| directive.strip_prefix("max-age=")) {
            Some(age) => seconds(age)?.saturating_sub(self.get("age").and_then(seconds).unwrap_or(0)),
            None => {
                let expires = http_date(self.get("expires")?)?;
                expires.since(self.date().unwrap_or(now)).as_secs()
            }
        };
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// `Retry-After` in seconds or as a date (RFC 9110 10.2.3). A date is measured against the server's own `Date`, so
    /// that a clock that goes wrong there holds nobody for longer.
    fn retry_at(&self, now: Timestamp) -> Option<Timestamp> {
        let value = self.get("retry-after")?;
        let wait = match seconds(value) {
            Some(seconds) => Duration::from_secs(seconds),
            None => http_date(value)?.since(self.date().unwrap_or(now)),
        };
        Some(now.plus(wait.min(MAX_RETRY_AFTER)))
    }

    fn date(&self) -> Option<Timestamp> {
        http_date(self.get("date")?)
    }
}

/// Whole seconds, quoted or with a fraction as some servers write them; more than fits counts as the most that fits.
fn seconds(text: &str) -> Option<u64> {
    let text = text.trim().trim_matches('"');
    let digits = text.split_once('.').map_or(text, |(whole, _)| whole);
    let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// The three shapes of RFC 9110 5.6.7, and zones other than GMT, which some servers write.
fn http_date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let text = text.strip_suffix("UTC").map_or_else(|| text.to_owned(), |rest| format!("{rest}GMT"));
    let naive = |shape| NaiveDateTime::parse_from_str(&text, shape).ok().map(|at| at.and_utc());
    let asked: Option<DateTime<Utc>> = DateTime::parse_from_rfc2822(&text)
        .map(|at| at.with_timezone(&Utc))
        .ok()
        .or_else(|| naive("%A, %d-%b-%y %H:%M:%S GMT"))
        .or_else(|| naive("%a, %d-%b-%Y %H:%M:%S GMT"))
        .or_else(|| naive("%a %b %e %H:%M:%S %Y"));
    asked.map(Timestamp::from)
}

#[cfg(test)]
mod tests;
