//! Dates as feeds and pages write them: text and a zone in, an instant out. RFC 822 and its misreadings, RFC 3339,
//! W3C-DTF, ISO 8601, asctime, the lines under Indonesian headlines. Never a wrong date for a right one: what cannot
//! be read without a guess gives `None`.

mod names;
mod rfc822;
mod token;

use chrono::{
    DateTime, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
};
use chrono_tz::Tz;

use crate::model::{MAX_DATE_BYTES, Timestamp};
use names::Zone;
use token::{Token, tokens};

/// Reads a date. `zone` is where a time without a zone was told. A date without a time is its first moment there.
#[must_use]
pub fn parse(text: &str, zone: Tz) -> Option<Timestamp> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_DATE_BYTES {
        return None;
    }
    if let Some(exact) = Timestamp::parse_rfc3339(text) {
        return Some(exact);
    }
    if let Some((local, offset)) = rfc822::parse(text) {
        return offset.from_local_datetime(&local).single().map(Timestamp::from);
    }
    patiently(text, zone)
}

/// Reads what has none of the two common forms.
fn patiently(text: &str, zone: Tz) -> Option<Timestamp> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return digits_alone(text, zone);
    }
    let named = region(text);
    let lower = plain(text);
    let tokens = tokens(&lower);
    let clock = Clock::find(&tokens);
    let (told, end) = match &clock {
        Some(clock) => offset_after(text, &tokens, clock.end)?,
        None => (None, 0),
    };
    let used = |index: usize| clock.as_ref().is_some_and(|clock| (clock.start..end.max(clock.end)).contains(&index));
    // A colon that belongs to no time means that the time was misread.
    if (0..tokens.len()).any(|index| tokens[index].is(":") && !used(index)) {
        return None;
    }
    let rest: Vec<Token> = (0..tokens.len()).filter(|&index| !used(index)).map(|index| tokens[index]).collect();
    let date = calendar(&rest)?;
    let (time, next_day) = match clock {
        Some(clock) => clock.time(meridiem(&tokens))?,
        None => (NaiveTime::MIN, false),
    };
    let local = date.and_time(time).checked_add_signed(TimeDelta::days(i64::from(next_day)))?;
    let korean = ["년", "오전", "오후", "시"].iter().any(|mark| lower.contains(mark));
    let zone = named.unwrap_or(if korean { Tz::Asia__Seoul } else { zone });
    match told {
        Some(Zone::East(minutes)) => at_offset(local, minutes),
        Some(Zone::Of(zone)) => at_zone(local, zone),
        None => at_zone(local, zone),
    }
}

/// Lower case without what only confuses: apostrophes, the dots and blanks of "p. m.".
fn plain(text: &str) -> String {
    let mut plain = text.to_lowercase().replace(['\'', '\u{2019}'], "");
    for (dotted, short) in
        [("a.m.", "am"), ("p.m.", "pm"), ("a. m.", "am"), ("p. m.", "pm"), ("a.m", "am"), ("p.m", "pm")]
    {
        if plain.contains(dotted) {
            plain = plain.replace(dotted, short);
        }
    }
    plain
}

/// Texts of digits alone: a year, a compact date and time (ISO 8601), or unix seconds and milliseconds.
fn digits_alone(text: &str, zone: Tz) -> Option<Timestamp> {
    let number = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
    let looks_like_year = text.starts_with("19") || text.starts_with("20");
    match text.len() {
        4 if looks_like_year => at_zone(NaiveDate::from_ymd_opt(text.parse().ok()?, 1, 1)?.into(), zone),
        8 | 12 | 14 if looks_like_year => {
            let date = NaiveDate::from_ymd_opt(text[..4].parse().ok()?, number(4..6)?, number(6..8)?)?;
            let time = match text.len() {
                8 => NaiveTime::MIN,
                _ => NaiveTime::from_hms_opt(number(8..10)?, number(10..12)?, number(12..14).unwrap_or(0))?,
            };
            at_zone(date.and_time(time), zone)
        }
        9 | 10 => text.parse::<i64>().ok().map(|seconds| Timestamp::from_unix_millis(seconds * 1_000)),
        13 => text.parse().ok().map(Timestamp::from_unix_millis),
        _ => None,
    }
}

fn at_offset(local: NaiveDateTime, minutes: i32) -> Option<Timestamp> {
    let offset = FixedOffset::east_opt(minutes * 60)?;
    offset.from_local_datetime(&local).single().map(Timestamp::from)
}

/// The moment a clock in `zone` shows `local`: the first of two, and the one after the gap where there is none.
fn at_zone(local: NaiveDateTime, zone: Tz) -> Option<Timestamp> {
    let at: DateTime<Tz> = match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => at,
        MappedLocalTime::None => {
            zone.from_local_datetime(&local.checked_add_signed(TimeDelta::hours(1))?).earliest()?
        }
    };
    // Before standard time zones were off by seconds too, which no notation of dates can write.
    at_offset(at.naive_local(), at.offset().fix().local_minus_utc() / 60)
}

/// A zone by region (`America/New_York`), as the IANA database names it.
fn region(text: &str) -> Option<Tz> {
    let words = text.split_whitespace().map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric()));
    words.filter(|word| word.contains('/')).find_map(|word| word.parse().ok())
}

/// A time of day and the tokens it stands in.
struct Clock {
    start: usize,
    end: usize,
    hour: u32,
    minute: u32,
    second: u32,
    millis: u32,
}

impl Clock {
    /// The first time with colons; else one with words between its numbers; else one with a dot; else the digits
    /// behind a `T`; else an hour with "am", "pm" or a word.
    fn find(tokens: &[Token]) -> Option<Self> {
        let at = |read: fn(&[Token], usize) -> Option<Self>| (0..tokens.len()).find_map(|start| read(tokens, start));
        let words = at(Self::colons).or_else(|| at(Self::words)).or_else(|| at(Self::dots));
        words.or_else(|| at(Self::compact)).or_else(|| at(Self::hour_alone))
    }

    fn colons(tokens: &[Token], start: usize) -> Option<Self> {
        let (hour, minute) = (short(tokens, start)?, pair_after(tokens, start + 1, ":")?);
        let mut clock = Self { start, end: start + 3, hour, minute, second: 0, millis: 0 };
        if let Some(second) = pair_after(tokens, clock.end, ":") {
            clock.second = second;
            clock.end += 2;
            let point = tokens.get(clock.end).is_some_and(|token| token.glued && (token.is(".") || token.is(",")));
            let fraction = tokens.get(clock.end + 1).filter(|token| point && token.glued && token.number.is_some());
            if let Some(fraction) = fraction {
                let digits: String = fraction.text.chars().chain("000".chars()).take(3).collect();
                clock.millis = digits.parse().unwrap_or(0);
                clock.end += 2;
            }
        }
        Some(clock)
    }

    /// `20h04`, `20 Uhr 04`, `20時04分30秒`.
    fn words(tokens: &[Token], start: usize) -> Option<Self> {
        let mark = tokens.get(start + 1).filter(|token| names::is_hour(token.text))?;
        let (hour, minute) = (short(tokens, start)?, short(tokens, start + 2)?);
        let written = if mark.is_ideograph() { 1..=2 } else { 2..=2 };
        if hour > 24 || !written.contains(&tokens[start + 2].text.len()) {
            return None;
        }
        let minutes = tokens.get(start + 3).is_some_and(|token| matches!(token.text, "分" | "분" | "min"));
        let mut clock = Self { start, end: start + 3 + usize::from(minutes), hour, minute, second: 0, millis: 0 };
        let seconds = tokens.get(clock.end + 1).is_some_and(|token| matches!(token.text, "秒" | "초"));
        if let Some(second) = short(tokens, clock.end).filter(|_| seconds) {
            clock.second = second;
            clock.end += 2;
        }
        Some(clock)
    }

    /// `20.04`: not the beginning, middle or end of a dotted date.
    fn dots(tokens: &[Token], start: usize) -> Option<Self> {
        let dot = |index: usize| tokens.get(index).is_some_and(|token| token.is(".") && token.glued);
        let follows = |index: usize| tokens.get(index).is_some_and(|token| token.number.is_some() && token.glued);
        let preceded = start > 0 && tokens[start - 1].is(".") && tokens[start].glued;
        let (hour, minute) = (short(tokens, start)?, pair_after(tokens, start + 1, ".")?);
        let longer = dot(start + 3) && follows(start + 4);
        (!preceded && !longer && hour < 24).then_some(Self {
            start,
            end: start + 3,
            hour,
            minute,
            second: 0,
            millis: 0,
        })
    }

    /// `20031231T101455`.
    fn compact(tokens: &[Token], start: usize) -> Option<Self> {
        let token = tokens.get(start)?;
        let behind_t = start > 1 && tokens[start - 1].is("t") && tokens[start - 1].glued && token.glued;
        let number = token.number.filter(|_| behind_t && matches!(token.text.len(), 4 | 6))?;
        let number = if token.text.len() == 4 { number * 100 } else { number };
        let (hour, minute, second) = (number / 10_000, number / 100 % 100, number % 100);
        Some(Self { start, end: start + 1, hour, minute, second, millis: 0 })
    }

    fn hour_alone(tokens: &[Token], start: usize) -> Option<Self> {
        let hour = short(tokens, start)?;
        let half = |token: &Token| matches!(token.text, "am" | "pm") || names::is_hour(token.text);
        (tokens.get(start + 1).is_some_and(half) && hour <= 24).then_some(Self {
            start,
            end: start + 2,
            hour,
            minute: 0,
            second: 0,
            millis: 0,
        })
    }

    /// The time of day, and whether it is the midnight that ends the day (`24:00`).
    fn time(&self, afternoon: Option<bool>) -> Option<(NaiveTime, bool)> {
        let hour = match afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        if (hour, self.minute, self.second) == (24, 0, 0) {
            return Some((NaiveTime::MIN, true));
        }
        // A leap second is told as the last one before it.
        let second = if self.second == 60 { 59 } else { self.second };
        NaiveTime::from_hms_milli_opt(hour, self.minute, second, self.millis).map(|time| (time, false))
    }
}

/// A number of one or two digits.
fn short(tokens: &[Token], index: usize) -> Option<u32> {
    tokens.get(index).filter(|token| token.text.len() <= 2).and_then(|token| token.number)
}

/// The number of exactly two digits behind `separator`, all of them glued together.
fn pair_after(tokens: &[Token], index: usize, separator: &str) -> Option<u32> {
    let (mark, number) = (tokens.get(index)?, tokens.get(index + 1)?);
    (mark.is(separator) && mark.glued && number.glued && number.text.len() == 2).then_some(number.number).flatten()
}

/// "pm" or its like anywhere: true; "am": false.
fn meridiem(tokens: &[Token]) -> Option<bool> {
    tokens.iter().find_map(|token| match token.text {
        "pm" | "오후" | "下午" | "午後" | "μμ" => Some(true),
        "am" | "오전" | "上午" | "午前" | "πμ" => Some(false),
        _ => None,
    })
}

/// The zone that stands behind the time, and the index behind it. The outer `None`: something stands there that looks
/// like a zone and is none that anybody knows.
fn offset_after(text: &str, tokens: &[Token], clock_end: usize) -> Option<(Option<Zone>, usize)> {
    let mut index = clock_end;
    while tokens.get(index).is_some_and(|token| matches!(token.text, "am" | "pm" | "(" | "[")) {
        index += 1;
    }
    let named = tokens.get(index).and_then(|token| names::zone(token.text));
    let signed_at = if named.is_some() { index + 1 } else { index };
    let zone = match signed(tokens, signed_at) {
        Some((minutes, end)) => {
            index = end;
            Some(Zone::East(minutes))
        }
        None if named.is_none() && is_unknown_zone(text, &tokens[index..]) => return None,
        None => {
            index = if named.is_some() { signed_at } else { clock_end };
            named
        }
    };
    let glued_word = tokens.get(index).is_some_and(|token| token.glued && token.is_word());
    if zone.is_some() && glued_word && tokens[index - 1].number.is_some() {
        return None;
    }
    Some((zone, index))
}

/// True where `behind`, what follows a time in `text`, begins with a word in capitals and ends with it, but for the year
/// of asctime: a zone, though nobody knows which.
fn is_unknown_zone(text: &str, behind: &[Token]) -> bool {
    let Some((word, rest)) = behind.split_first().filter(|(word, _)| names::may_be_zone(word.text)) else {
        return false;
    };
    let ends =
        rest.iter().all(|token| token.is(")") || token.is("]") || token.text.len() == 4 && token.number.is_some());
    let capitals = word.text.to_ascii_uppercase();
    ends && text.split(|c: char| !c.is_alphanumeric()).any(|written| written == capitals)
}

/// Stands for an offset that is none, such as `+0790`: more than a day.
const NO_OFFSET: i32 = 24 * 60;

/// `+0700`, `+07:00`, `+7`, `-700`.
fn signed(tokens: &[Token], index: usize) -> Option<(i32, usize)> {
    let (sign, number) = (tokens.get(index)?, tokens.get(index + 1)?);
    if !(sign.is("+") || sign.is("-")) || !number.glued {
        return None;
    }
    let value = i32::try_from(number.number?).ok()?;
    let colon = pair_after(tokens, index + 2, ":").and_then(|minutes| i32::try_from(minutes).ok());
    let (hours, minutes, end) = match (number.text.len(), colon) {
        (1 | 2, Some(minutes)) => (value, minutes, index + 4),
        // "21:35 -18 Juni" has a dash, "21:35-07" and a last "-7" are offsets.
        (1 | 2, None) if sign.glued || sign.is("+") || tokens.len() == index + 2 => (value, 0, index + 2),
        (3 | 4, None) => (value / 100, value % 100, index + 2),
        _ => return None,
    };
    let total = if minutes < 60 { hours * 60 + minutes } else { NO_OFFSET };
    Some((if sign.is("-") { -total } else { total }, end))
}

/// The day that the tokens beside the time name.
fn calendar(tokens: &[Token]) -> Option<NaiveDate> {
    let named = |index: usize| names::month(tokens[index].text).map(|month| (index, month));
    let mut months: Vec<(usize, u32)> = (0..tokens.len()).filter_map(named).collect();
    if months.len() > 1 {
        months.retain(|(index, _)| !names::is_weekday_too(tokens[*index].text));
    }
    match months.as_slice() {
        [] => week(tokens).or_else(|| numeric(tokens)),
        // Two months are two dates, or a word that only looks like one.
        [(_, one), rest @ ..] if rest.iter().any(|(_, other)| other != one) => None,
        [(at, month), ..] => with_month_name(tokens, *at, *month),
    }
}

/// `2026-W48-2`, `2026W482`, `2026-W48` (ISO 8601 week dates).
fn week(tokens: &[Token]) -> Option<NaiveDate> {
    let at = (1..tokens.len()).find(|&index| tokens[index].is("w") && tokens[index].glued)?;
    let year_at = if tokens[at - 1].is("-") { at.checked_sub(2)? } else { at - 1 };
    let number = tokens.get(at + 1).filter(|token| token.glued)?;
    let day = |index: usize| short(tokens, index).filter(|_| tokens[index - 1].is("-"));
    let (week, day) = match number.text.len() {
        2 => (number.number?, day(at + 3).unwrap_or(1)),
        3 => (number.number? / 10, number.number? % 10),
        _ => return None,
    };
    let day = u8::try_from(day.checked_sub(1)?).ok().filter(|day| *day < 7)?;
    let year = year(&tokens[year_at]).filter(|_| tokens[year_at].text.len() == 4)?;
    NaiveDate::from_isoywd_opt(year, week, chrono::Weekday::try_from(day).ok()?)
}

fn with_month_name(tokens: &[Token], at: usize, month: u32) -> Option<NaiveDate> {
    let numbers: Vec<usize> = (0..tokens.len()).filter(|&index| tokens[index].number.is_some()).collect();
    let is_day = |index: &usize| short(tokens, *index).is_some_and(|day| (1..=31).contains(&day));
    let before = numbers.iter().rev().find(|&&index| index < at).copied().filter(|index| is_day(index));
    let day_at = before.or_else(|| numbers.iter().find(|&&index| index > at).copied().filter(|index| is_day(index)))?;
    let others = || numbers.iter().copied().filter(|&index| index != day_at);
    let is_year = |index: &usize| tokens[*index].text.len() == 4;
    let four = others().find(|index| *index > at && is_year(index)).or_else(|| others().find(is_year));
    let year_at = four.or_else(|| others().find(|&index| index > at && tokens[index].text.len() == 2))?;
    NaiveDate::from_ymd_opt(year(&tokens[year_at])?, month, tokens[day_at].number?)
}

/// Two digits are of this century up to 68, as POSIX and RFC 2822 readers do; four stand as they are, but for those
/// that are an offset in the wrong place.
fn year(token: &Token) -> Option<i32> {
    let value = i32::try_from(token.number?).ok()?;
    match token.text.len() {
        2 if value < 69 => Some(2000 + value),
        2 => Some(1900 + value),
        _ => Some(value).filter(|year| *year >= 1_000),
    }
}

/// `2020-12-17`, `17/12/2020`, `2003-335`, `2003-12`, `20031231`.
fn numeric(tokens: &[Token]) -> Option<NaiveDate> {
    let start = (0..tokens.len()).find(|&index| tokens[index].number.is_some())?;
    let mut run = vec![&tokens[start]];
    let mut end = start + 1;
    let first_mark = tokens.get(end).map_or("", |token| token.text);
    while let (Some(mark), Some(number)) = (tokens.get(end), tokens.get(end + 1)) {
        // "2026. 11. 23." is the Korean and Hungarian way.
        let spaced = mark.is(".") && tokens[start].text.len() == 4;
        let same =
            mark.glued && (number.glued || spaced) && mark.is(first_mark) && matches!(mark.text, "-" | "/" | ".");
        if number.number.is_none() || !(same || mark.is_cjk_mark()) {
            break;
        }
        run.push(number);
        end += 2;
    }
    let value = |index: usize| run[index].number.unwrap_or(0);
    let digits = |index: usize| run[index].text.len();
    match run.len() {
        // A year of two digits before its ideograph is one of an era.
        _ if digits(0) != 4 && tokens.get(start + 1).is_some_and(Token::is_cjk_mark) => None,
        1 if digits(0) == 8 => {
            NaiveDate::from_ymd_opt((value(0) / 10_000).try_into().ok()?, value(0) / 100 % 100, value(0) % 100)
        }
        2 if digits(0) == 4 && digits(1) == 3 => NaiveDate::from_yo_opt(year(run[0])?, value(1)),
        2 if digits(0) == 4 && first_mark == "-" && tokens[end..].iter().all(|token| token.number.is_none()) => {
            NaiveDate::from_ymd_opt(year(run[0])?, value(1), 1)
        }
        3 if digits(0) == 4 => NaiveDate::from_ymd_opt(year(run[0])?, value(1), value(2)),
        3 if digits(2) == 4 => by_weekday(tokens, year(run[2])?, value(0), value(1)),
        3 if first_mark == "-" && (0..3).all(|index| digits(index) == 2) => {
            NaiveDate::from_ymd_opt(year(run[0])?, value(1), value(2))
        }
        3 if digits(2) == 2 => by_weekday(tokens, year(run[2])?, value(0), value(1)),
        _ => None,
    }
}

/// Day first, as most of the world writes; month first where only that is a date or only that falls on the weekday
/// that is named.
fn by_weekday(tokens: &[Token], year: i32, first: u32, second: u32) -> Option<NaiveDate> {
    let day_first = NaiveDate::from_ymd_opt(year, second, first);
    let month_first = NaiveDate::from_ymd_opt(year, first, second);
    let named = tokens.iter().find_map(|token| names::weekday(token.text));
    let falls = |date: Option<NaiveDate>| {
        use chrono::Datelike;
        date.filter(|date| Some(date.weekday().num_days_from_monday()) == named)
    };
    falls(day_first).or(falls(month_first)).or(day_first).or(month_first)
}

#[cfg(test)]
mod tests;
