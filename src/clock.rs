//! The only reader of the wall clock. Everything else is handed `now`.

use std::path::PathBuf;

use chrono::Utc;

use crate::model::Timestamp;

/// Where "now" comes from: the machine, or what `WARTA_NOW` says.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's own clock.
    System,
    /// One instant for ever (`WARTA_NOW=2026-11-24T07:00:00+07:00`).
    Fixed(Timestamp),
    /// An instant in a file, read anew each time (`WARTA_NOW=@FILE`).
    File(PathBuf),
}

impl Clock {
    /// Reads the value of `WARTA_NOW`; absent means the machine's clock.
    ///
    /// # Errors
    /// A sentence for people when the value is neither RFC 3339 nor `@FILE`.
    pub fn from_setting(value: Option<&str>) -> Result<Self, String> {
        match value {
            None | Some("") => Ok(Self::System),
            Some(text) => match text.strip_prefix('@') {
                Some(path) => Ok(Self::File(PathBuf::from(path))),
                None => Timestamp::parse_rfc3339(text).map(Self::Fixed).ok_or_else(|| {
                    format!(
                        "WARTA_NOW is \"{text}\"; it takes an RFC 3339 time such as 2026-11-24T07:00:00+07:00, or @FILE"
                    )
                }),
            },
        }
    }

    /// The present instant, in UTC. A file that cannot be read just now gives the machine's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks the machine")]
    pub fn now(&self) -> Timestamp {
        match self {
            Self::System => Timestamp::from(Utc::now()),
            Self::Fixed(instant) => *instant,
            Self::File(path) => std::fs::read_to_string(path)
                .ok()
                .and_then(|text| Timestamp::parse_rfc3339(text.trim()))
                .unwrap_or_else(|| Timestamp::from(Utc::now())),
        }
    }
}
