use chrono_tz::Tz;

use super::{parse, patiently};
use crate::model::Timestamp;

fn check_in(zone: Tz, text: &str, expected: &str) {
    let read = parse(text, zone);
    let expected = Timestamp::parse_rfc3339(expected);
    assert_eq!(read, expected, "{text:?}");
    let offsets = |at: Option<Timestamp>| at.map(Timestamp::offset_seconds);
    assert_eq!(offsets(read), offsets(expected), "{text:?}");
}

fn check(text: &str, expected: &str) {
    check_in(Tz::UTC, text, expected);
}

#[test]
fn lines_of_indonesian_outlets() {
    let check = |text, expected| check_in(Tz::Asia__Jakarta, text, expected);
    check("Rabu, 30 Des 2015 19:54 WIB", "2015-12-30T19:54:00+07:00");
    check("Kamis, 14 Jan 2016 15:21 WIB", "2016-01-14T15:21:00+07:00");
    check("Rabu, 18 Jun 2025 07:30 WIB", "2025-06-18T07:30:00+07:00");
    check("Sabtu, 31 Mei  2025 12:03 WIB", "2025-05-31T12:03:00+07:00");
    check("Kompas.com- 18/06/2025, 21:35 WIB", "2025-06-18T21:35:00+07:00");
    check("Kompas.com- Diperbarui 19/06/2025, 10:25 WIB", "2025-06-19T10:25:00+07:00");
    check("Diperbarui 22 Apr 2025, 15:55 WIB", "2025-04-22T15:55:00+07:00");
    check("Diperbarui 20 Des 2024, 19:59 WIB", "2024-12-20T19:59:00+07:00");
    check("Diperbarui 11 Feb 2025, 16:37 WIB", "2025-02-11T16:37:00+07:00");
    check("Diperbarui 27 Jan 2025, 19:46 WIB", "2025-01-27T19:46:00+07:00");
    check("Diperbarui 18 Jun 2025, 14:05 WIB", "2025-06-18T14:05:00+07:00");
    check("Diperbarui 05 Mar 2025, 14:00 WIB", "2025-03-05T14:00:00+07:00");
    check("Diperbarui 30 Mei 2025, 15:55 WIB", "2025-05-30T15:55:00+07:00");
    check(", Jurnalis-Senin, 16 Juni 2025 |15:20 WIB", "2025-06-16T15:20:00+07:00");
    check("Rabu   18 Jun 2025  22:02 WIB", "2025-06-18T22:02:00+07:00");
    check("2 April 2018 | 12.07 WIB", "2018-04-02T12:07:00+07:00");
    check("5 Juni 2025 | 13.00 WIB", "2025-06-05T13:00:00+07:00");
    check("7 Maret 2018 | 08.55 WIB", "2018-03-07T08:55:00+07:00");
    check("5 Mei 2018 | 15.06 WIB", "2018-05-05T15:06:00+07:00");
    check("28 April 2025 | 13.00 WIB", "2025-04-28T13:00:00+07:00");
    check("22 Februari 2018 | 09.19 WIB", "2018-02-22T09:19:00+07:00");
    check("18 Juni 2025 | 20.04 WIB", "2025-06-18T20:04:00+07:00");
    check("21 Maret 2018 | 17.08 WIB", "2018-03-21T17:08:00+07:00");
    check("13 Mei 2025 | 19.34 WIB", "2025-05-13T19:34:00+07:00");
    check("17/12/2020 11:35", "2020-12-17T11:35:00+07:00");
    check("Kamis, 17 Desember 2020 11:35 WIB", "2020-12-17T11:35:00+07:00");
    check("Kamis, 17 Desember 2020 13:35 WITA", "2020-12-17T13:35:00+08:00");
    check("Kamis, 17 Desember 2020 | 14.35 WIT", "2020-12-17T14:35:00+09:00");
    check("Jum'at, 18 Des 2020 09:05 WIB", "2020-12-18T09:05:00+07:00");
    check("Minggu, 07 Agustus 2022 00:00 WIB", "2022-08-07T00:00:00+07:00");
    check("12 Mei 2021 | 23.59 WIB", "2021-05-12T23:59:00+07:00");
    check("Sabtu, 1 Nopember 2014 08:00 WIB", "2014-11-01T08:00:00+07:00");
    check("Senin, 29 Pebruari 2016 08:00 WIB", "2016-02-29T08:00:00+07:00");
}

#[test]
fn rfc_822_and_what_is_made_of_it() {
    check("Sun, 15 Mar 2020 18:34:46 +0700", "2020-03-15T18:34:46+07:00");
    check("Sun, 15 Mar 2020 18:34:46 +0700 WIB", "2020-03-15T18:34:46+07:00");
    check("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z");
    check("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21Z");
    check("Thu,  5 Apr 2012 10:00:00 GMT", "2012-04-05T10:00:00Z");
    check("01 Jan 99 19:48 EST", "1999-01-01T19:48:00-05:00");
    check("Wed, 19 Aug 2009 18:28:00 Etc/GMT", "2009-08-19T18:28:00Z");
    check("Wed, 19 Aug 2009 18:28:00 America/New_York", "2009-08-19T18:28:00-04:00");
    check("Wed, 19 Feb 2012 22:40:00 GMT-01:01", "2012-02-19T22:40:00-01:01");
    check("Wed, 19 Feb 2012 22:40:00 GMT+7", "2012-02-19T22:40:00+07:00");
    check("Wed, 19 Feb 2012 22:40:00 -01:01", "2012-02-19T22:40:00-01:01");
    check("Mon, 13 Feb, 2012 06:28:00 UTC", "2012-02-13T06:28:00Z");
    check("Thu, 01 Jan 2004 00:00 GMT", "2004-01-01T00:00:00Z");
    check("Thu, 01 Jan 2004", "2004-01-01T00:00:00Z");
    check("Mon, 26 January 2004 16:31:00 ET", "2004-01-26T16:31:00-05:00");
    check("Thu, 30 Apr 2015 08:57:00 MEST", "2015-04-30T08:57:00+02:00");
    check("Thu Aug 30 2012 17:26:16 +0200", "2012-08-30T17:26:16+02:00");
    check("Thu, 01 Jan 2004 23:59:60 GMT", "2004-01-01T23:59:59Z");
    check("Thu, 01 Jan 2004 24:00:00 GMT", "2004-01-02T00:00:00Z");
}

#[test]
fn asctime_and_iso_8601() {
    check("Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z");
    check("Sun Jan  4 16:29:06 PST 2004", "2004-01-04T16:29:06-08:00");
    check("Sun Jul 15 01:16:00 +0000 2012", "2012-07-15T01:16:00Z");
    check("2003-12-31T10:14:55.1234Z", "2003-12-31T10:14:55.123Z");
    check("2003-12-31T10:14:55-08:00", "2003-12-31T10:14:55-08:00");
    check("2003-12-31T10:14:55-08", "2003-12-31T10:14:55-08:00");
    check("2003-12-31T10:14Z", "2003-12-31T10:14:00Z");
    check("2003-012-31T10:14:55+00:00", "2003-12-31T10:14:55Z");
    check("2004-07-08 23:56:58 -00:20", "2004-07-08T23:56:58-00:20");
    check("2004-07-08 23:56:58.0", "2004-07-08T23:56:58Z");
    check("2003-12-31", "2003-12-31T00:00:00Z");
    check("2003-12", "2003-12-01T00:00:00Z");
    check("2003", "2003-01-01T00:00:00Z");
    check("2003-335", "2003-12-01T00:00:00Z");
    check("20031231", "2003-12-31T00:00:00Z");
    check("20031231T10:14:55Z", "2003-12-31T10:14:55Z");
    check("20031231T101455Z", "2003-12-31T10:14:55Z");
    check("20031231101455", "2003-12-31T10:14:55Z");
    check("03-12-31", "2003-12-31T00:00:00Z");
    check("1072865695", "2003-12-31T10:14:55Z");
    check("1072865695000", "2003-12-31T10:14:55Z");
}

#[test]
fn other_tongues_and_habits() {
    check("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T12:00:00-05:00");
    check("2004-július-13T9:15-05:00", "2004-07-13T09:15:00-05:00");
    check("2004-05-25 오후 11:23:17", "2004-05-25T23:23:17+09:00");
    check("2004년 05월 28일  01:31:15", "2004-05-28T01:31:15+09:00");
    check("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T08:19:53-04:00");
    check("5. März 2020, 14:35 Uhr", "2020-03-05T14:35:00Z");
    check("le 14 juillet 2021 à 9h05", "2021-07-14T09:05:00Z");
    check("July 4th, 2021 at 5:06 PM EDT", "2021-07-04T17:06:00-04:00");
    check("July 4, 2021 12:06 am", "2021-07-04T00:06:00Z");
    check("17.12.2020 11.35", "2020-12-17T11:35:00Z");
    check("12/17/2020 11:35", "2020-12-17T11:35:00Z");
    check("Thursday, 05/06/2021", "2021-05-06T00:00:00Z");
    check("05/06/2021", "2021-06-05T00:00:00Z");
    check_in(Tz::Europe__Berlin, "2021-03-28 02:30", "2021-03-28T03:30:00+02:00");
    check_in(Tz::Asia__Jakarta, "17 Agustus 1899 08:00", "1899-08-17T08:00:00+07:07");
    check_in(Tz::Asia__Makassar, "2021-03-28 02:30", "2021-03-28T02:30:00+08:00");
}

#[test]
fn months_and_times_in_the_words_of_many_languages() {
    check("Lun, 23 nov. 2026 08:00:00 +0100", "2026-11-23T08:00:00+01:00");
    check("mar., 24 nov. 2026 08:00:00 +0100", "2026-11-24T08:00:00+01:00");
    check("mar 24 marzo 2026 14:30", "2026-03-24T14:30:00Z");
    check("le 1er août 2026 à 9 h 05", "2026-08-01T09:05:00Z");
    check("lundi 23 novembre 2026 14h", "2026-11-23T14:00:00Z");
    check("Montag, 23. Dezember 2026, 8 Uhr", "2026-12-23T08:00:00Z");
    check("23. Oktober 2026 um 8 Uhr 15", "2026-10-23T08:15:00Z");
    check("lunes, 23 de noviembre de 2026, 2:35 p. m.", "2026-11-23T14:35:00Z");
    check("23 de fevereiro de 2026 às 14h30", "2026-02-23T14:30:00Z");
    check("lunedì 23 febbraio 2026 - 14.30", "2026-02-23T14:30:00Z");
    check("maandag 23 maart 2026 14.30 uur", "2026-03-23T14:30:00Z");
    check("23 ноября 2026, 14:30", "2026-11-23T14:30:00Z");
    check("23 лютого 2026 14:30", "2026-02-23T14:30:00Z");
    check("Isnin, 23 Ogos 2026 2:30 PM MYT", "2026-08-23T14:30:00+08:00");
    check("mån, 23 maj 2026 14.30", "2026-05-23T14:30:00Z");
    check("måndag 23. mars 2026 kl. 14.30", "2026-03-23T14:30:00Z");
    check("23 Ağustos 2026 14:30", "2026-08-23T14:30:00Z");
    check("2026. november 23. 14:30", "2026-11-23T14:30:00Z");
    check("2026年11月23日 14時35分", "2026-11-23T14:35:00Z");
    check("2026年11月23日(月) 午後2時5分9秒", "2026-11-23T14:05:09Z");
    check("2026年11月23日 下午2:35", "2026-11-23T14:35:00Z");
    check("2026. 11. 23. 오후 2:05", "2026-11-23T14:05:00+09:00");
    check("2026년 11월 23일 14시 35분", "2026-11-23T14:35:00+09:00");
    check("November 23, 2026, 2:35 p.m. ET", "2026-11-23T14:35:00-05:00");
    check("Pukul 14.35 WIB, 23 November 2026", "2026-11-23T14:35:00+07:00");
}

#[test]
fn zones_by_name_and_by_number() {
    for (zone, offset) in [
        ("GMT-07:00", "-07:00"),
        ("UTC+7", "+07:00"),
        ("(UTC +07:00)", "+07:00"),
        ("CET", "+01:00"),
        ("CEST", "+02:00"),
        ("EET", "+02:00"),
        ("MSK", "+03:00"),
        ("JST", "+09:00"),
        ("AEST", "+10:00"),
        ("AEDT", "+11:00"),
        ("WIB", "+07:00"),
        ("WITA", "+08:00"),
        ("WIT", "+09:00"),
        ("EDT", "-04:00"),
        ("PST", "-08:00"),
        ("+07.00", "+07:00"),
        ("+0530 (IST)", "+05:30"),
        ("Asia/Makassar", "+08:00"),
        ("-0000", "+00:00"),
        ("COT", "-05:00"),
        ("-7", "-07:00"),
        ("ET", "-05:00"),
        ("AET", "+11:00"),
    ] {
        check(&format!("Mon, 23 Nov 2026 08:00:00 {zone}"), &format!("2026-11-23T08:00:00{offset}"));
    }
}

#[test]
fn weeks_and_days_of_the_year() {
    check("2026-W48-1", "2026-11-23T00:00:00Z");
    check("2026W482T08:30:00Z", "2026-11-24T08:30:00Z");
    check("2026-W48", "2026-11-23T00:00:00Z");
    check("2026-327", "2026-11-23T00:00:00Z");
}

#[test]
fn zones_that_do_not_tell_whether_it_is_summer_are_asked_on_the_day() {
    check("Wed, 17 Jun 2020 11:35:00 ET", "2020-06-17T11:35:00-04:00");
    check("Wed, 17 Jun 2020 11:35:00 EST", "2020-06-17T11:35:00-05:00");
    check("June 17, 2020 at 3:30 PM PT", "2020-06-17T15:30:00-07:00");
}

#[test]
fn words_behind_a_time_that_are_no_zones_do_not_matter() {
    check("KAMIS, 17 DESEMBER 2020 11:35 OLEH BUDI", "2020-12-17T11:35:00Z");
    check("11:35 DEC 17 2020", "2020-12-17T11:35:00Z");
    check("17 DEC 2020 11:35 HRS", "2020-12-17T11:35:00Z");
    check("17 Dec 2020 11:35 Jakarta", "2020-12-17T11:35:00Z");
}

#[test]
fn numbers_that_belong_to_no_date_are_left_alone() {
    check("Berita 4512 - 18 Juni 2025, 07:30", "2025-06-18T07:30:00Z");
    check("ID 1234, 18 Juni 2025", "2025-06-18T00:00:00Z");
    check("05/06/2021 2:05 PM", "2021-06-05T14:05:00Z");
}

#[test]
fn what_cannot_be_read_is_no_date() {
    for text in [
        "",
        "yesterday",
        "Sun, 16 Dec 2012 1:2:3:4 GMT",
        "Sun, 16 zzz 2012 11:47:32 GMT",
        "Sun, Dec x 2012 11:47:32 GMT",
        "Sun, 16 Dec zz 11:47:32 GMT",
        "Sun, 16 Dec 2012 11:47:32 +zz:00",
        "Sun, 16 Dec 2012 11:47:32 +00:zz",
        "Sun, 99 Jun 2009 12:00:00 GMT",
        "31 Feb 2020 12:00:00 GMT",
        "9999-12-31T23:59:59-99:99",
        "2003-12-31T25:14:55Z",
        "2003-12-31T10:61:55Z",
        "2003-12-31T10:14:61Z",
        "22013",
        "令和8年11月23日",
        "18 Juni 2025 sampai 20 Juli 2025",
        "18 Juni, 14:05 WIB",
        "2 jam lalu",
        "2026-W60-1",
        "2026-W48-9",
        "013",
        "2013-01-27-01",
        "2013-01-28T11:30:00-06:00Textra",
        "2013-xx-27",
        "2013-01-28T09:xx:00Z",
        "2013-01-28T09:00:00+00:xx",
        "99999999999999999999",
        "Sun, 15 Mar +0700",
        "Thu, 17 Dec 2020 11:35:00 XYZ",
        "Thu, 17 Dec 2020 11:35:00 (XYZT)",
        "Thu Dec 17 11:35:00 XYZ 2020",
        "Thu, 17 Dec 2020 11:35:00 +0790",
        "2020-12-17T11:35:00+07:75",
    ] {
        assert_eq!(parse(text, Tz::UTC), None, "{text:?}");
    }
    assert_eq!(parse(&"1".repeat(100_000), Tz::UTC), None);
}

proptest::proptest! {
    #[test]
    fn what_we_write_we_read(millis in -30_000_000_000_000_i64..250_000_000_000_000, offset in -14 * 60..=14 * 60) {
        let at = Timestamp::from_unix_millis_at(millis, offset * 60).whole_seconds();
        proptest::prop_assert_eq!(parse(&at.to_rfc3339(), Tz::UTC), Some(at));
        proptest::prop_assert_eq!(parse(&at.to_rfc2822(), Tz::UTC), Some(at));
    }

    /// The common form is read at once, and as the patient reader would.
    #[test]
    fn the_common_form_is_no_exception(
        text in "((Mon|Tue|Sun|May), )?[0-3]?[0-9] (Jan|Feb|May|Sep|Dec|jun) (19|20|99)?[0-9]{2} [0-2][0-9]:[0-6][0-9](:[0-6][0-9])? (GMT|UT|Z|EST|[+-][01][0-9]{1,4})",
    ) {
        if let Some(read) = parse(&text, Tz::Asia__Jakarta) {
            let slowly = patiently(&text, Tz::Asia__Jakarta);
            proptest::prop_assert_eq!(slowly.map(|at| (at, at.offset_seconds())), Some((read, read.offset_seconds())));
        }
    }

    #[test]
    fn no_style_of_writing_moves_a_date(seconds in 86_400_i64..4_000_000_000, offset in -14 * 4..=14 * 4) {
        let at = Timestamp::from_unix_millis_at(seconds * 1_000, offset * 15 * 60);
        let told = at.to_chrono();
        for style in [
            "%a, %d %b %Y %H:%M:%S %z", "%A, %d %B %Y %H:%M:%S %:z", "%d %b %Y %H:%M:%S %z", "%a %b %e %H:%M:%S %z %Y",
            "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %:z", "%Y%m%dT%H%M%S%z", "%G-W%V-%uT%H:%M:%S%:z",
            "%Y-%jT%H:%M:%S%:z", "%d/%m/%Y %H:%M:%S %z", "%d.%m.%Y %H:%M:%S %z", "%B %d, %Y at %I:%M:%S %p %z",
            "%d %B %Y | %H:%M:%S GMT%:z", "%Y/%m/%d %H:%M:%S UTC%:z",
        ] {
            let written = told.format(style).to_string();
            proptest::prop_assert_eq!(parse(&written, Tz::Asia__Jakarta), Some(at), "{}", written);
        }
        let months = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
            "November", "Desember"];
        let local = told.naive_local();
        let month = months[chrono::Datelike::month0(&local) as usize];
        let line = format!("Diperbarui {} WIB", local.format(&format!("%d {month} %Y | %H.%M")));
        let minute = local.format("%Y-%m-%dT%H:%M:00+07:00").to_string();
        proptest::prop_assert_eq!(parse(&line, Tz::UTC), Timestamp::parse_rfc3339(&minute), "{}", line);
        if seconds >= 2_100_000_000 {
            proptest::prop_assert_eq!(parse(&seconds.to_string(), Tz::Asia__Jakarta), Some(at.utc()));
        }
    }

    #[test]
    fn a_date_that_is_read_was_written(text in "[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}( [0-9]{1,2}[:.][0-9]{2})?") {
        if let Some(at) = parse(&text, Tz::UTC) {
            let numbers: Vec<u32> = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect();
            let told = at.to_chrono();
            let year = u32::try_from(chrono::Datelike::year(&told)).unwrap_or(0);
            for part in [chrono::Datelike::day(&told), chrono::Datelike::month(&told)] {
                proptest::prop_assert!(numbers.contains(&part), "{} read as {}", text, told);
            }
            let near = numbers.iter().any(|number| *number == year || *number < 100 && *number == year % 100);
            proptest::prop_assert!(near, "{} read as {}", text, told);
        }
    }

    #[test]
    fn nothing_panics(text in "\\PC{0,60}") {
        let _ = parse(&text, Tz::Asia__Jakarta);
    }
}
