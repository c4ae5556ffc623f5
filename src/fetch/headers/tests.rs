use super::*;

const NOW: &str = "2026-11-24T08:00:00Z";

fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

fn head(lines: &[(&str, &str)]) -> Head {
    Head::new(lines.iter().map(|(name, value)| (*name, value.as_bytes())))
}

#[test]
fn dates_are_read_in_all_shapes_of_http() {
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(http_date(text).map(Timestamp::to_rfc3339).as_deref(), expected, "{text}");
    };
    check("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z"));
    check("Sunday, 06-Nov-94 08:49:37 GMT", Some("1994-11-06T08:49:37Z"));
    check("Sun Nov  6 08:49:37 1994", Some("1994-11-06T08:49:37Z"));
    check("Sun, 06-Nov-1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z"));
    check("Sun, 06 Nov 1994 15:49:37 +0700", Some("1994-11-06T08:49:37Z"));
    check("Sun, 06 Nov 1994 08:49:37 UTC", Some("1994-11-06T08:49:37Z"));
    check("0", None);
    check("-1", None);
    check("", None);
    check("soon", None);
}

#[test]
fn freshness_is_what_the_server_still_promises() {
    let check = |lines: &[(&str, &str)], expected: Option<u64>| {
        assert_eq!(head(lines).hints(200, now()).fresh, expected.map(Duration::from_secs), "{lines:?}");
    };
    check(&[], None);
    check(&[("cache-control", "max-age=600")], Some(600));
    check(&[("cache-control", "public, MAX-AGE=600")], Some(600));
    check(&[("cache-control", "public"), ("cache-control", "max-age=\"600\"")], Some(600));
    check(&[("cache-control", "max-age=600"), ("age", "100")], Some(500));
    check(&[("cache-control", "max-age=600"), ("age", "601")], None);
    check(&[("cache-control", "max-age=600, no-cache")], None);
    check(&[("cache-control", "no-store, max-age=600")], None);
    check(&[("cache-control", "max-age=0"), ("expires", "Tue, 24 Nov 2026 09:00:00 GMT")], None);
    check(&[("cache-control", "s-maxage=600")], None);
    check(&[("cache-control", "stale-while-revalidate=600")], None);
    check(&[("cache-control", "max-age=soon")], None);
    check(&[("cache-control", "max-age=99999999999999999999999")], Some(u64::MAX));
    check(&[("expires", "Tue, 24 Nov 2026 09:00:00 GMT")], Some(3_600));
    check(&[("expires", "Tue, 24 Nov 2026 09:00:00 GMT"), ("date", "Tue, 24 Nov 2026 08:30:00 GMT")], Some(1_800));
    check(&[("expires", "0")], None);
    check(&[("expires", "Tue, 24 Nov 2020 09:00:00 GMT")], None);
}

#[test]
fn retry_after_is_seconds_or_a_date_and_capped() {
    let check = |status: u16, lines: &[(&str, &str)], expected: Option<&str>| {
        let at = head(lines).hints(status, now()).retry_at;
        assert_eq!(at.map(Timestamp::to_rfc3339).as_deref(), expected, "{lines:?}");
    };
    check(429, &[("retry-after", "120")], Some("2026-11-24T08:02:00Z"));
    check(503, &[("retry-after", "120")], Some("2026-11-24T08:02:00Z"));
    check(429, &[("retry-after", "1.5")], Some("2026-11-24T08:00:01Z"));
    check(429, &[("retry-after", "0")], Some(NOW));
    check(429, &[("retry-after", "Tue, 24 Nov 2026 10:00:00 GMT")], Some("2026-11-24T10:00:00Z"));
    check(429, &[("retry-after", "Tue, 24 Nov 2020 10:00:00 GMT")], Some(NOW));
    // The server's clock is an hour late: it means half an hour.
    let late = [("retry-after", "Tue, 24 Nov 2026 07:30:00 GMT"), ("date", "Tue, 24 Nov 2026 07:00:00 GMT")];
    check(503, &late, Some("2026-11-24T08:30:00Z"));
    check(429, &[("retry-after", "99999999")], Some("2026-12-01T08:00:00Z"));
    check(429, &[("retry-after", "99999999999999999999999")], Some("2026-12-01T08:00:00Z"));
    check(429, &[("retry-after", "-5")], None);
    check(429, &[("retry-after", "later")], None);
    check(429, &[], None);
    check(500, &[("retry-after", "120")], None);
    check(200, &[("retry-after", "120")], None);
}

#[test]
fn validators_are_kept_byte_for_byte() {
    let url = url::Url::parse("https://a.example/feed").unwrap();
    let check = |etag: &str, kept: Option<&str>| {
        let validators = head(&[("etag", etag)]).validators(&url);
        assert_eq!(validators.etag.as_deref(), kept, "{etag}");
        assert_eq!(validators.url.is_some(), kept.is_some());
    };
    check("\"abc\"", Some("\"abc\""));
    check("W/\"abc-gzip\"", Some("W/\"abc-gzip\""));
    check("unquoted", Some("unquoted"));
    check("", None);
    check(&"x".repeat(MAX_VALIDATOR_BYTES + 1), None);
    let bytes = Head::new([("etag", &b"\"\xe9\""[..])].into_iter()).validators(&url);
    assert_eq!(bytes.etag.as_deref(), Some("\"\u{e9}\""));
}

#[test]
fn a_304_renews_what_it_names() {
    let known = Validators { url: None, etag: Some("\"1\"".into()), last_modified: Some("yesterday".into()) };
    let check = |lines: &[(&str, &str)], expected: Option<(&str, &str)>| {
        let renewed = head(lines).renewed(&known).map(|v| (v.etag.unwrap(), v.last_modified.unwrap()));
        assert_eq!(renewed, expected.map(|(etag, date)| (etag.to_owned(), date.to_owned())), "{lines:?}");
    };
    check(&[], None);
    check(&[("etag", "\"2\"")], Some(("\"2\"", "yesterday")));
    check(&[("last-modified", "today")], Some(("\"1\"", "today")));
}
