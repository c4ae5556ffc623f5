//! Cron expressions: five fields in, the next instant out. Pure; it never asks the clock.
//!
//! The crate that reads the fields is asked about dates without a zone alone: what a change of the clocks means is
//! decided here, from the instant that is given and nothing else.

use std::fmt;
use std::str::FromStr;

use chrono::{LocalResult, NaiveDateTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::model::{MAX_CRON_STEPS, Timestamp};

/// No clock was set back by more since 1970: Casey in Antarctica went from +11 to +8.
const MOST_SET_BACK: TimeDelta = TimeDelta::hours(4);
/// None was set forward by more, in minutes: Samoa moved across the date line.
const MOST_SKIPPED: i64 = 24 * 60;

/// When something is done, by the clocks of a zone.
#[derive(Clone)]
pub struct Cron {
    text: String,
    fields: croner::Cron,
    /// True when minute and hour name times of day; false when one of them stands for "each" (`*`, `*/5`).
    fixed: bool,
    zone: Tz,
}

impl Cron {
    /// Reads minute, hour, day of the month, month and day of the week (0 or 7 is Sunday), by the clocks of `zone`. Where
    /// both days are given, one of them suffices.
    ///
    /// # Errors
    /// In words, what is wrong: no five fields, a value out of its range, a date that never comes.
    pub fn parse(text: &str, zone: Tz) -> Result<Self, String> {
        let parts: Vec<&str> = text.split_whitespace().collect();
        if parts.len() != 5 {
            return Err(format!("has {} fields", parts.len()));
        }
        let fields = croner::Cron::from_str(text)
            .map_err(|error| format!("cannot be read ({})", error.to_string().trim_end_matches('.')))?;
        let fixed = parts[..2].iter().all(|part| !part.contains('*'));
        let cron = Self { text: parts.join(" "), fields, fixed, zone };
        cron.next_after(Timestamp::epoch())
            .map(|_| cron.clone())
            .ok_or_else(|| "names a date that never comes".to_owned())
    }

    /// The first instant after `at` at which it is time.
    ///
    /// A time of day that the clocks skip is made up for in the first minute after it, and one that they show twice
    /// counts once. What is done each so many minutes or hours follows the clocks: nothing in skipped hours, twice in
    /// doubled ones. `None` when the calendar ends first.
    #[must_use]
    pub fn next_after(&self, at: Timestamp) -> Option<Timestamp> {
        let at = at.to_chrono().with_timezone(&self.zone);
        // Clocks that were set back show times again that lie before what they show now.
        let mut shown = (at.naive_local() - MOST_SET_BACK).with_nanosecond(0)?;
        let mut best = None;
        for _ in 0..MAX_CRON_STEPS {
            shown = self.fields.find_next_occurrence(&shown.and_utc(), false).ok()?.naive_utc();
            let Some((first, last)) = self.instants(shown) else { continue };
            if best.is_some_and(|best| first > best) {
                return best.map(Timestamp::from);
            }
            let later = [first, last].into_iter().find(|instant| *instant > at);
            best = best.into_iter().chain(later).min();
        }
        best.map(Timestamp::from)
    }

    /// The first and the last instant at which it is time while the clocks show `shown`; `None` where they never do and
    /// nothing has to be made up for.
    fn instants(&self, shown: NaiveDateTime) -> Option<(chrono::DateTime<Tz>, chrono::DateTime<Tz>)> {
        match self.zone.from_local_datetime(&shown) {
            LocalResult::Single(once) => Some((once, once)),
            LocalResult::Ambiguous(first, _) if self.fixed => Some((first, first)),
            LocalResult::Ambiguous(first, last) => Some((first, last)),
            LocalResult::None if self.fixed => {
                let after = |minutes| self.zone.from_local_datetime(&(shown + TimeDelta::minutes(minutes))).earliest();
                // The clocks are set in whole minutes; a skipped 02:30 is made up for at 03:00.
                let late = (1..=MOST_SKIPPED).find_map(after)?;
                let gap_ends = late - TimeDelta::seconds(i64::from(late.second()));
                Some((gap_ends, gap_ends))
            }
            LocalResult::None => None,
        }
    }
}

impl PartialEq for Cron {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.zone) == (&other.text, other.zone)
    }
}
impl Eq for Cron {}

impl fmt::Display for Cron {
    /// The five fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Cron {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cron({:?}, {})", self.text, self.zone)
    }
}

#[cfg(test)]
mod tests;
