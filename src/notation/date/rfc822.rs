//! The one shape that most dates of RSS have, read without looking for it: `Thu, 17 Dec 2020 11:35:00 +0700`. Whatever
//! differs by a character is `None` and left to the patient reader beside this.

use chrono::{FixedOffset, NaiveDate, NaiveDateTime};

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Local time and offset of a date in the form of RFC 822 with a year of four digits (RFC 1123 5.2.14).
pub(super) fn parse(text: &str) -> Option<(NaiveDateTime, FixedOffset)> {
    let text = match text.split_once(", ") {
        Some((weekday, rest)) if WEEKDAYS.contains(&weekday) => rest,
        Some(_) => return None,
        None => text,
    };
    let mut words = text.split(' ');
    let mut next = || words.next();
    let (day, month, year, time, zone) = (next()?, next()?, next()?, next()?, next()?);
    if next().is_some() || !matches!(day.len(), 1 | 2) || year.len() != 4 || !matches!(time.len(), 5 | 8) {
        return None;
    }
    let month = MONTHS.iter().position(|name| *name == month).and_then(|index| u32::try_from(index + 1).ok())?;
    let year = i32::try_from(number(year)?).ok().filter(|year| *year >= 1_000)?;
    let date = NaiveDate::from_ymd_opt(year, month, number(day)?)?;
    let mut parts = time.split(':').map(|part| number(part).filter(|_| part.len() == 2));
    let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    Some((date.and_hms_opt(hour, minute, second)?, offset(zone)?))
}

fn number(digits: &str) -> Option<u32> {
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}

fn offset(zone: &str) -> Option<FixedOffset> {
    if matches!(zone, "GMT" | "UTC" | "UT" | "Z") {
        return FixedOffset::east_opt(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let digits = zone.strip_prefix(['+', '-']).filter(|digits| digits.len() == 4)?;
    let value = i32::try_from(number(digits)?).ok().filter(|value| value % 100 < 60)?;
    FixedOffset::east_opt(sign * (value / 100 * 3_600 + value % 100 * 60))
}
