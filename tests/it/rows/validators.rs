//! Rows 1 to 8: conditional requests (RFC 9110 13, RFC 9111 4.3).

use super::*;

const MONDAY: &str = "Mon, 23 Nov 2026 06:00:00 GMT";

fn pair(etag: Option<&str>, date: Option<&str>) -> (Option<String>, Option<String>) {
    (etag.map(str::to_owned), date.map(str::to_owned))
}

#[test]
fn row_01_an_etag_comes_back_byte_for_byte() {
    let etags =
        ["\"x\"", "W/\"x\"", "\"x-gzip\"", "unquoted", "\"\"", "\"a\\\"b\"", "W/\"\u{e9}\u{fc}\"", "w/'odd' one,two"];
    let paths: Vec<String> = (0..etags.len()).map(|n| format!("/{n}.xml")).collect();
    let answers = paths.iter().zip(etags).map(|(path, etag)| (path.as_str(), Answer::ok(one()).etag(etag)));
    let site = Site::with("", answers);
    site.poll();
    assert_eq!(site.force()["feeds"]["not_modified"], etags.len());
    for (path, etag) in paths.iter().zip(etags) {
        assert_eq!(site.validators_sent(path), [pair(None, None), pair(Some(etag), None)]);
    }
}

#[test]
fn row_02_a_date_comes_back_byte_for_byte_and_is_never_read() {
    let dates = [
        MONDAY,
        "Monday, 23-Nov-26 06:00:00 GMT",
        "Mon Nov 23 06:00:00 2026",
        "mon, 23 nov 2026 6:00:00 +0700",
        "2026-11-23T06:00:00Z",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "yesterday",
        "0",
    ];
    let paths: Vec<String> = (0..dates.len()).map(|n| format!("/{n}.xml")).collect();
    let answers = paths.iter().zip(dates).map(|(path, date)| (path.as_str(), Answer::ok(one()).last_modified(date)));
    let site = Site::with("", answers);
    site.poll();
    assert_eq!(site.force()["feeds"]["not_modified"], dates.len());
    for (path, date) in paths.iter().zip(dates) {
        assert_eq!(site.validators_sent(path), [pair(None, None), pair(None, Some(date))]);
    }
}

#[test]
fn row_03_both_are_sent_when_both_were_given() {
    let site = Site::of(Answer::ok(one()).etag("\"1\"").last_modified(MONDAY));
    site.poll();
    site.force();
    assert_eq!(site.validators_sent("/a.xml")[1], pair(Some("\"1\""), Some(MONDAY)));
}

#[test]
fn row_04_each_200_replaces_both_also_by_nothing_and_when_the_body_is_the_same() {
    let site = Site::telling([
        Answer::ok(one()).etag("\"1\"").last_modified(MONDAY),
        Answer::ok(one()).etag("\"2\""),
        Answer::ok(one()).last_modified("later"),
        Answer::ok(one()),
        Answer::ok(rss("", &["dua"])),
    ]);
    for _ in 0..5 {
        assert_eq!(site.force()["feeds"]["fresh"], 1);
    }
    let expected = [
        pair(None, None),
        pair(Some("\"1\""), Some(MONDAY)),
        pair(Some("\"2\""), None),
        pair(None, Some("later")),
        pair(None, None),
    ];
    assert_eq!(site.validators_sent("/a.xml"), expected);
}

#[test]
fn row_05_a_304_renews_validators_and_keeps_items_and_what_the_body_asked() {
    let mut site = Site::telling([
        Answer::ok(rss("<ttl>480</ttl>", &["satu"])).etag("\"1\"").last_modified(MONDAY),
        Answer::status(304).etag("\"2\""),
        Answer::status(304),
    ]);
    site.poll();
    for _ in 0..2 {
        assert!(site.poll_when_due("/a.xml") >= 8 * HOUR);
        assert_eq!(site.row("/a.xml")["last_status"], 304);
        site.check_wait("/a.xml", 8 * HOUR);
        assert_eq!(site.titles(), ["Berita satu"]);
    }
    site.force();
    let renewed = pair(Some("\"2\""), Some(MONDAY));
    assert_eq!(
        site.validators_sent("/a.xml")[1..],
        [pair(Some("\"1\""), Some(MONDAY)), renewed.clone(), renewed],
        "a line that the 304 has replaces the known one, one that it lacks stays (RFC 9111 3.2)"
    );
}

#[test]
fn row_06_validators_come_from_whole_readable_documents_alone() {
    let html = || Answer::status(200).header("Content-Type", "text/html").body("<html><title>Sebentar</title></html>");
    let bad = |etag: &str, answer: Answer| answer.etag(etag).last_modified(etag);
    let site = Site::telling([
        bad("\"empty\"", Answer::ok("")),
        Answer::ok(one()).etag("\"good\""),
        bad("\"cut\"", Answer::ok(one()).truncated()),
        bad("\"page\"", html()),
        bad("\"empty\"", Answer::ok("")),
        bad("\"error\"", Answer::status(500).body(one())),
        bad("\"coding\"", Answer::ok("\u{1f}\u{8b}nonsense").header("Content-Encoding", "gzip")),
        bad("\"blank\"", Answer::ok("  \n ")),
        Answer::ok(one()).etag("\"good\""),
    ]);
    for _ in 0..9 {
        site.force();
    }
    let good = pair(Some("\"good\""), None);
    let mut expected = vec![pair(None, None), pair(None, None)];
    expected.resize(9, good);
    assert_eq!(site.validators_sent("/a.xml"), expected);
    assert_eq!(site.row("/a.xml")["state"], "active", "the repair was seen: {}", site.row("/a.xml"));
}

#[test]
fn row_07_validators_go_to_the_address_that_gave_them_alone() {
    let site = Site::of(Answer::redirect(302, "/b.xml").etag("\"a\""));
    site.origin.on("/b.xml", Answer::ok(one()).etag("\"b\""));
    site.poll();
    assert_eq!(site.force()["feeds"]["not_modified"], 1);
    site.origin.on("/a.xml", Answer::redirect(302, "/c.xml"));
    site.origin.on("/c.xml", Answer::ok(one()).etag("\"b\""));
    assert_eq!(site.force()["feeds"]["fresh"], 1, "the other address is asked as if for the first time");
    site.origin.on("/a.xml", Answer::ok(one()).etag("\"a\""));
    site.force();
    assert_eq!(site.validators_sent("/a.xml"), vec![pair(None, None); 4]);
    assert_eq!(site.validators_sent("/b.xml"), [pair(None, None), pair(Some("\"b\""), None)]);
    assert_eq!(site.validators_sent("/c.xml"), [pair(None, None)]);
}

#[test]
fn row_08_a_server_that_says_304_for_ever_is_asked_without_conditions_after_eight_days() {
    let mut site = Site::telling([Answer::ok(one()).etag("\"1\""), Answer::status(304)]);
    site.poll();
    for _ in 0..9 {
        site.later(DAY);
        site.poll();
    }
    let conditional: Vec<bool> = site.origin.requests().iter().map(|seen| seen.is_conditional()).collect();
    let mut expected = vec![true; 10];
    (expected[0], expected[9]) = (false, false);
    assert_eq!(conditional, expected, "the ninth day's answer to the eighth day of nothing but 304");
    site.origin.on("/a.xml", Answer::ok(rss("", &["dua"])).etag("\"2\""));
    site.later(DAY);
    site.poll();
    site.later(DAY);
    site.poll();
    assert_eq!(site.validators_sent("/a.xml").last().unwrap(), &pair(Some("\"2\""), None));
    assert_eq!(site.titles(), ["Berita dua", "Berita satu"]);
}
