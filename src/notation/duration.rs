//! Durations ("30m", "1h30m", "7d") and sizes ("16MiB") as feeds.toml writes them, and back.

use std::time::Duration;

/// Units of a duration, largest first, in milliseconds.
const TIMES: [(&str, u64); 6] =
    [("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

/// Units of a size, in bytes.
const SIZES: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

/// Reads a duration: numbers with units `w d h m s ms`, largest unit first, each once ("1h30m"). `None` for
/// anything else, also for what is longer than 500 million years.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text;
    let mut millis = 0u64;
    let mut units = TIMES.as_slice();
    while !rest.is_empty() {
        let (number, unit, tail) = split_quantity(rest)?;
        let index = units.iter().position(|(name, _)| *name == unit)?;
        millis = millis.checked_add(number.checked_mul(units[index].1)?)?;
        units = &units[index + 1..];
        rest = tail;
    }
    (!text.is_empty()).then(|| Duration::from_millis(millis))
}

/// Reads a size: one number with a unit `B kB MB GB KiB MiB GiB`. `None` for anything else.
#[must_use]
pub fn parse_size(text: &str) -> Option<u64> {
    let (number, unit, rest) = split_quantity(text)?;
    let factor = SIZES.iter().find(|(name, _)| *name == unit)?.1;
    if rest.is_empty() { number.checked_mul(factor) } else { None }
}

/// Writes a duration as [`parse_duration`] reads it, in the largest units, cut to milliseconds.
#[must_use]
pub fn format_duration(duration: Duration) -> String {
    let mut left = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if left == 0 {
        return "0s".to_owned();
    }
    let mut text = String::new();
    // Nobody says "1w3d" of a poll; days are the largest unit that is written.
    for (name, factor) in &TIMES[1..] {
        if left >= *factor {
            text.push_str(&format!("{}{name}", left / factor));
            left %= factor;
        }
    }
    text
}

/// Writes a size as [`parse_size`] reads it, in the largest unit that leaves nothing over.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    let fits = |(_, factor): &&(&str, u64)| bytes >= *factor && bytes.is_multiple_of(*factor);
    let (name, factor) = SIZES.iter().find(fits).unwrap_or(&("B", 1));
    format!("{}{name}", bytes / factor)
}

/// Number and unit at the head of a text, and what follows.
fn split_quantity(text: &str) -> Option<(u64, &str, &str)> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, rest) = text.split_at(digits);
    let end = rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len());
    let (unit, tail) = rest.split_at(end);
    Some((number.parse().ok()?, unit, tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(parse_duration(text), expected.map(Duration::from_millis), "{text:?}");
    }

    #[test]
    fn durations_are_read() {
        check("30m", Some(1_800_000));
        check("1h30m", Some(5_400_000));
        check("500ms", Some(500));
        check("1s500ms", Some(1_500));
        check("2w", Some(1_209_600_000));
        check("0s", Some(0));
        for wrong in ["", "30", "m", "30 m", "1m1h", "1m1m", "-1m", "1.5h", "1M", "1y", "99999999999999999999s"] {
            check(wrong, None);
        }
        check("18446744073709551615w", None);
    }

    #[test]
    fn sizes_are_read() {
        for (text, expected) in [
            ("16MiB", Some(16 << 20)),
            ("1kB", Some(1_000)),
            ("0B", Some(0)),
            ("16", None),
            ("16 MiB", None),
            ("1MiB1B", None),
            ("99999999999GiB", None),
        ] {
            assert_eq!(parse_size(text), expected, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(millis in 0u64..=u64::MAX / 1_000, bytes: u64) {
            let duration = Duration::from_millis(millis);
            prop_assert_eq!(parse_duration(&format_duration(duration)), Some(duration));
            prop_assert_eq!(parse_size(&format_size(bytes)), Some(bytes));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = parse_duration(&text);
            let _ = parse_size(&text);
        }
    }
}
