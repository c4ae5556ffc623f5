//! An instant and the offset it was told in.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, FixedOffset, SecondsFormat, TimeDelta, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An instant together with the offset it was told in ("14.35 WIB" stays +07:00).
/// Compared, ordered and hashed by the instant alone. Resolution is a millisecond.
#[derive(Debug, Clone, Copy)]
pub struct Timestamp(DateTime<FixedOffset>);

impl Timestamp {
    /// 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn epoch() -> Self {
        Self(DateTime::UNIX_EPOCH.fixed_offset())
    }

    /// Reads RFC 3339; `None` for anything else. Lenient readers are in `notation::date`.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(Self::from)
    }

    /// The instant `millis` after the epoch, told in UTC; out of range gives the epoch.
    #[must_use]
    pub fn from_unix_millis(millis: i64) -> Self {
        DateTime::from_timestamp_millis(millis).map_or_else(Self::epoch, |utc| Self(utc.fixed_offset()))
    }

    /// The same, told with an offset of so many seconds east of UTC; an impossible offset gives UTC.
    #[must_use]
    pub fn from_unix_millis_at(millis: i64, offset_seconds: i32) -> Self {
        let at = Self::from_unix_millis(millis);
        FixedOffset::east_opt(offset_seconds).map_or(at, |offset| Self(at.0.with_timezone(&offset)))
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub fn unix_millis(self) -> i64 {
        self.0.timestamp_millis()
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn unix_seconds(self) -> i64 {
        self.0.timestamp()
    }

    /// Seconds east of UTC of the offset it was told in.
    #[must_use]
    pub fn offset_seconds(self) -> i32 {
        self.0.offset().local_minus_utc()
    }

    /// The instant for calendar work.
    #[must_use]
    pub fn to_chrono(self) -> DateTime<FixedOffset> {
        self.0
    }

    /// RFC 3339 in whole seconds with the offset it was told in; UTC is written `Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        self.0.to_rfc3339_opts(SecondsFormat::Secs, true)
    }

    /// RFC 822 with a four-digit year, as RSS wants it.
    #[must_use]
    pub fn to_rfc2822(self) -> String {
        self.0.to_rfc2822()
    }

    /// The same instant without fractions of a second.
    #[must_use]
    pub fn whole_seconds(self) -> Self {
        Self(self.0.with_nanosecond(0).unwrap_or(self.0))
    }

    /// The same instant told in UTC.
    #[must_use]
    pub fn utc(self) -> Self {
        Self(self.0.with_timezone(&Utc).fixed_offset())
    }

    /// Later by `by`; stays where it is where the calendar ends.
    #[must_use]
    pub fn plus(self, by: Duration) -> Self {
        TimeDelta::from_std(by).ok().and_then(|delta| self.0.checked_add_signed(delta)).map_or(self, Self)
    }

    /// Earlier by `by`; stays where it is where the calendar begins.
    #[must_use]
    pub fn minus(self, by: Duration) -> Self {
        TimeDelta::from_std(by).ok().and_then(|delta| self.0.checked_sub_signed(delta)).map_or(self, Self)
    }

    /// How long after `earlier` this is; zero when it is not after it.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        (self.0 - earlier.0).to_std().unwrap_or(Duration::ZERO)
    }
}

impl<Zone: chrono::TimeZone> From<DateTime<Zone>> for Timestamp {
    /// Keeps the offset; cuts what is finer than a millisecond.
    fn from(at: DateTime<Zone>) -> Self {
        let at = at.fixed_offset();
        let millis = at.timestamp_subsec_millis().min(999);
        Self(at.with_nanosecond(millis * 1_000_000).unwrap_or(at))
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl Eq for Timestamp {}
impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl std::hash::Hash for Timestamp {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.unix_millis().hash(state);
    }
}
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_rfc3339())
    }
}
impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_rfc3339())
    }
}
impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse_rfc3339(&text).ok_or_else(|| serde::de::Error::custom("not an RFC 3339 time"))
    }
}
