use proptest::prelude::*;

use super::*;

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

fn cron(text: &str, zone: &str) -> Cron {
    Cron::parse(text, zone.parse().expect(zone)).expect(text)
}

/// The next instants after `at`, told in the zone.
fn check(text: &str, zone: &str, at: &str, expected: &[&str]) {
    let cron = cron(text, zone);
    let mut now = instant(at);
    let mut found = Vec::new();
    for _ in expected {
        now = cron.next_after(now).expect("a next one");
        found.push(now.to_rfc3339());
    }
    assert_eq!(found, expected, "{text} in {zone} after {at}");
}

#[test]
fn times_of_day_are_those_of_the_zone() {
    let six = "0 6 * * *";
    check(six, "UTC", "2026-11-24T05:59:59Z", &["2026-11-24T06:00:00Z", "2026-11-25T06:00:00Z"]);
    check(six, "UTC", "2026-11-24T06:00:00Z", &["2026-11-25T06:00:00Z"]);
    check(six, "Asia/Jakarta", "2026-11-24T00:00:00Z", &["2026-11-25T06:00:00+07:00"]);
    check(six, "Asia/Kolkata", "2026-11-24T00:00:00Z", &["2026-11-24T06:00:00+05:30", "2026-11-25T06:00:00+05:30"]);
    check(six, "Asia/Kathmandu", "2026-11-24T00:00:00Z", &["2026-11-24T06:00:00+05:45"]);
    check("*/30 * * * *", "Asia/Kolkata", "2026-11-24T00:00:00Z", &["2026-11-24T06:00:00+05:30"]);
    check("15 */6 * * *", "Asia/Kolkata", "2026-11-24T00:50:00Z", &["2026-11-24T12:15:00+05:30"]);
}

#[test]
fn days_and_months_are_read_as_cron_does() {
    let after = "2026-11-24T08:00:00Z";
    check("0 6 1 * *", "UTC", after, &["2026-12-01T06:00:00Z", "2027-01-01T06:00:00Z"]);
    check("30 7 * * 1-5", "UTC", "2026-11-27T08:00:00Z", &["2026-11-30T07:30:00Z"]);
    check("0 0 * * 7", "UTC", after, &["2026-11-29T00:00:00Z"]);
    check("0 0 * * SUN", "UTC", after, &["2026-11-29T00:00:00Z"]);
    check("0 0 13 * 5", "UTC", after, &["2026-11-27T00:00:00Z", "2026-12-04T00:00:00Z"]);
    check("0 12 29 2 *", "UTC", after, &["2028-02-29T12:00:00Z", "2032-02-29T12:00:00Z"]);
    check("0,45 5-6 * * *", "UTC", "2026-11-24T05:00:00Z", &["2026-11-24T05:45:00Z", "2026-11-24T06:00:00Z"]);
}

#[test]
fn a_time_of_day_that_the_clocks_skip_is_made_up_for_once() {
    // New York: 2026-03-08 02:00 -> 03:00.
    let night = "2026-03-07T12:00:00-05:00";
    let expected = ["2026-03-08T03:00:00-04:00", "2026-03-09T02:30:00-04:00"];
    check("30 2 * * *", "America/New_York", night, &expected);
    check("0,30 2 * * *", "America/New_York", night, &["2026-03-08T03:00:00-04:00", "2026-03-09T02:00:00-04:00"]);
    check("30 2,3 * * *", "America/New_York", night, &["2026-03-08T03:00:00-04:00", "2026-03-08T03:30:00-04:00"]);
    // Lord Howe: 2026-10-04 02:00 -> 02:30.
    let expected = ["2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"];
    check("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00:00+10:30", &expected);
    // Samoa had no 30 December 2011.
    check("0 6 30 12 *", "Pacific/Apia", "2011-12-29T12:00:00-10:00", &["2011-12-31T00:00:00+14:00"]);
}

#[test]
fn a_time_of_day_that_the_clocks_show_twice_counts_once() {
    // New York: 2026-11-01 02:00 -> 01:00.
    let expected = ["2026-11-01T01:30:00-04:00", "2026-11-02T01:30:00-05:00"];
    check("30 1 * * *", "America/New_York", "2026-10-31T12:00:00-04:00", &expected);
    check("30 1 * * *", "America/New_York", "2026-11-01T01:10:00-05:00", &["2026-11-02T01:30:00-05:00"]);
    // Lord Howe: 2026-04-05 02:00 -> 01:30.
    let expected = ["2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"];
    check("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00+11:00", &expected);
}

#[test]
fn what_is_done_each_so_often_follows_the_clocks() {
    let expected = ["2026-03-08T01:45:00-05:00", "2026-03-08T03:00:00-04:00", "2026-03-08T03:15:00-04:00"];
    check("*/15 * * * *", "America/New_York", "2026-03-08T01:30:00-05:00", &expected);
    let expected = [
        "2026-11-01T01:30:00-04:00",
        "2026-11-01T01:00:00-05:00",
        "2026-11-01T01:30:00-05:00",
        "2026-11-01T02:00:00-05:00",
    ];
    check("*/30 * * * *", "America/New_York", "2026-11-01T01:00:00-04:00", &expected);
    let expected = ["2026-04-05T01:50:00+11:00", "2026-04-05T01:30:00+10:30", "2026-04-05T01:40:00+10:30"];
    check("*/10 * * * *", "Australia/Lord_Howe", "2026-04-05T01:40:00+11:00", &expected);
    check("0 2 * * *", "Australia/Lord_Howe", "2026-04-05T01:50:00+11:00", &["2026-04-05T02:00:00+10:30"]);
}

#[test]
fn what_is_no_cron_expression_is_told_in_words() {
    let check = |text: &str, words: &str| {
        let wrong = Cron::parse(text, Tz::UTC).expect_err(text);
        assert!(wrong.contains(words), "{text}: {wrong}");
    };
    check("", "0 fields");
    check("0 6 * *", "4 fields");
    check("0 0 6 * * *", "6 fields");
    check("@daily", "1 fields");
    check("61 6 * * *", "cannot be read");
    check("0 24 * * *", "cannot be read");
    check("a b c d e", "cannot be read");
    check("*/0 * * * *", "cannot be read");
    check("0 6 30 2 *", "never comes");
    assert_eq!(cron(" 0  6 * * * ", "UTC").to_string(), "0 6 * * *");
}

fn zones() -> impl Strategy<Value = Tz> {
    prop_oneof![
        Just(Tz::UTC),
        Just(chrono_tz::Asia::Jakarta),
        Just(chrono_tz::Asia::Kolkata),
        Just(chrono_tz::America::New_York),
        Just(chrono_tz::Australia::Lord_Howe),
        Just(chrono_tz::Pacific::Apia),
    ]
}

fn expressions() -> impl Strategy<Value = String> {
    let minute = prop_oneof![Just("*".to_owned()), Just("*/7".to_owned()), (0..60_u8).prop_map(|n| n.to_string())];
    let hour = prop_oneof![Just("*".to_owned()), Just("*/5".to_owned()), (0..24_u8).prop_map(|n| n.to_string())];
    let day = prop_oneof![4 => Just("*".to_owned()), 1 => (1..29_u8).prop_map(|n| n.to_string())];
    (minute, hour, day).prop_map(|(minute, hour, day)| format!("{minute} {hour} {day} * *"))
}

proptest! {
    /// The laws of a schedule, over years with all their changes of the clocks: time goes on, nothing lies between two
    /// steps, and the clocks show what was asked for, or the end of a gap.
    #[test]
    fn time_goes_on_and_nothing_is_left_out(
        text in expressions(), zone in zones(), start in 1_300_000_000_i64..1_900_000_000, into in 0.0..1.0_f64,
    ) {
        let cron = Cron::parse(&text, zone).unwrap();
        let at = Timestamp::from_unix_millis(start * 1_000);
        let next = cron.next_after(at).unwrap();
        prop_assert!(next > at);
        prop_assert!(next.since(at) <= std::time::Duration::from_secs(33 * 24 * 3_600), "{next}");
        let between = at.plus(next.since(at).mul_f64(into * 0.999));
        prop_assert_eq!(cron.next_after(between), Some(next), "asked at {}", between);
        let shown = next.to_chrono().with_timezone(&zone).naive_local();
        let minute_before = zone.from_local_datetime(&(shown - TimeDelta::minutes(1)));
        let matches = cron.fields.is_time_matching(&shown.and_utc()).unwrap();
        prop_assert!(matches || matches!(minute_before, LocalResult::None), "{next}");
    }
}
