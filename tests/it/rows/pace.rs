//! Rows 9 to 13: how often a feed is asked, by its own pace and by what its server and document say.

use super::*;

/// Polls feeds with these answers once, each with an interval of five minutes, and checks how long each waits then.
fn check_waits(cases: Vec<(&str, Answer, Duration)>) {
    let feeds = cases.iter().map(|(path, answer, _)| (*path, answer.clone()));
    let site = Site::with("interval = \"5m\"", feeds);
    assert_eq!(site.poll()["feeds"]["fresh"], cases.len());
    for (path, _, length) in cases {
        site.check_wait(path, length);
    }
}

fn good() -> Answer {
    Answer::ok(one()).etag("\"1\"")
}

#[test]
fn row_09_a_large_document_without_validators_is_read_hourly_at_most() {
    let heavy = || rss(&format!("<!--{}-->", "x".repeat(300 * 1024)), &["satu"]);
    check_waits(vec![
        ("/heavy.xml", Answer::ok(heavy()), HOUR),
        ("/spared.xml", Answer::ok(heavy()).etag("\"1\""), 5 * MINUTE),
        ("/light.xml", Answer::ok(one()), 5 * MINUTE),
    ]);
    let site = Site::of(Answer::ok(rss("", &[])));
    site.poll();
    assert!(site.next_check("/a.xml").since(site.now) >= 30 * MINUTE, "the floor of what nobody set otherwise");
}

#[test]
fn row_10_a_feed_is_asked_as_often_as_it_had_news_in_a_week() {
    let items = |many: usize| {
        let names: Vec<String> = (0..many).map(|n| n.to_string()).collect();
        Answer::ok(rss("", &names.iter().map(String::as_str).collect::<Vec<_>>())).etag("\"1\"")
    };
    let check = |many: usize, length: Duration| {
        let site = Site::of(items(many));
        site.poll();
        site.check_wait("/a.xml", length);
    };
    check(0, 6 * HOUR);
    check(42, 4 * HOUR);
    check(168, HOUR);
    check(900, 30 * MINUTE);
}

#[test]
fn row_11_freshness_is_a_lower_bound_of_a_day_at_most() {
    let date = "Tue, 24 Nov 2026 07:00:00 GMT";
    let control = |value: &str| good().header("Cache-Control", value);
    check_waits(vec![
        ("/plain.xml", control("public, max-age=7200"), 2 * HOUR),
        ("/age.xml", control("max-age=7200").header("Age", "3600"), HOUR),
        ("/quoted.xml", control("MAX-AGE=\"7200\""), 2 * HOUR),
        ("/expires.xml", good().header("Date", date).header("Expires", "Tue, 24 Nov 2026 10:00:00 GMT"), 3 * HOUR),
        // Both clocks of a server that lives in another year agree with one another.
        (
            "/wrong-clock.xml",
            good().header("Date", "Tue, 24 Nov 2020 07:00:00 GMT").header("Expires", "Tue, 24 Nov 2020 10:00:00 GMT"),
            3 * HOUR,
        ),
        ("/both.xml", control("max-age=7200").header("Expires", "Tue, 24 Nov 2026 23:00:00 GMT"), 2 * HOUR),
        ("/year.xml", control("max-age=31536000"), DAY),
        ("/endless.xml", control("max-age=99999999999999999999999"), DAY),
        ("/shared.xml", control("s-maxage=7200"), 5 * MINUTE),
        ("/short.xml", control("max-age=10"), 5 * MINUTE),
        ("/old.xml", control("max-age=7200").header("Age", "9999"), 5 * MINUTE),
        ("/rubbish.xml", control("max-age=soon"), 5 * MINUTE),
    ]);
}

#[test]
fn row_12_ttl_and_update_period_are_lower_bounds() {
    let says = |head: &str| Answer::ok(rss(head, &["satu"])).etag("\"1\"");
    check_waits(vec![
        ("/ttl.xml", says("<ttl>60</ttl>"), HOUR),
        ("/short.xml", says("<ttl>1</ttl>"), 5 * MINUTE),
        ("/year.xml", says("<ttl>525600</ttl>"), DAY),
        ("/rubbish.xml", says("<ttl>soon</ttl>"), 5 * MINUTE),
        (
            "/twice-an-hour.xml",
            says("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"),
            30 * MINUTE,
        ),
        ("/daily.xml", says("<sy:updatePeriod>daily</sy:updatePeriod>"), DAY),
        ("/longest.xml", says("<ttl>60</ttl><sy:updatePeriod>hourly</sy:updatePeriod><ttl>180</ttl>"), HOUR),
    ]);
}

#[test]
fn row_12_skipped_hours_and_days_are_left_out_also_after_a_failure() {
    let skipping = rss("<skipHours><hour>7</hour><hour>8</hour></skipHours>", &["satu"]);
    let mut site = Site::with("interval = \"5m\"", [("/a.xml", Answer::ok(skipping).etag("\"1\""))]);
    site.poll();
    assert_eq!(site.next_check("/a.xml"), instant("2026-11-24T09:00:00Z"));
    site.to(instant("2026-11-25T06:58:00Z"));
    site.origin.on("/a.xml", Answer::status(500));
    site.poll();
    assert_eq!(site.next_check("/a.xml"), instant("2026-11-25T09:00:00Z"), "a failure changes nothing of that");

    let weekend = "<skipDays><day>Tuesday</day><day>Wednesday</day></skipDays>";
    let site = Site::with("interval = \"5m\"", [("/a.xml", Answer::ok(rss(weekend, &["satu"])).etag("\"1\""))]);
    site.poll();
    assert_eq!(site.next_check("/a.xml"), instant("2026-11-26T00:00:00Z"));
    assert_eq!(site.force()["feeds"]["due"], 1, "by hand it may be asked all the same");
}

#[test]
fn a_cron_is_kept_by_the_sites_clocks_through_the_night_in_which_they_change() {
    let origin = Origin::start();
    origin.on(
        "/a.xml",
        Answer::ok(rss("<ttl>1440</ttl>", &["satu"])).etag("\"1\"").header("Cache-Control", "max-age=86400"),
    );
    let feed = format!(
        "[[section]]\nid = \"nasional\"\ncron = \"30 2 * * *\"\n[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
        origin.url("/a.xml")
    );
    let world = World::zoned("America/New_York", &feed);
    let mut site = Site { origin, world, now: instant("2026-03-07T12:00:00Z") };
    site.later(Duration::ZERO);
    site.poll();
    // The clocks go from 02:00 to 03:00 on 8 March.
    for next in ["2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z", "2026-03-10T06:30:00Z"] {
        assert_eq!(site.next_check("/a.xml"), instant(next));
        site.to(instant(next).minus(SECOND));
        assert_eq!(site.poll()["feeds"]["due"], 0);
        site.to(instant(next));
        assert_eq!(site.poll()["feeds"]["not_modified"], 1);
    }
    site.poll();
    assert_eq!(site.origin.requests().len(), 4);
}

#[test]
fn row_13_what_says_nothing_of_how_often_changes_nothing() {
    let control = |value: &str| good().header("Cache-Control", value);
    check_waits(vec![
        ("/no-cache.xml", control("no-cache"), 5 * MINUTE),
        ("/no-cache-fresh.xml", control("no-cache, max-age=7200"), 5 * MINUTE),
        ("/no-store.xml", control("no-store, max-age=7200"), 5 * MINUTE),
        ("/zero.xml", control("max-age=0, must-revalidate"), 5 * MINUTE),
        ("/expires.xml", good().header("Expires", "0"), 5 * MINUTE),
        ("/past.xml", good().header("Expires", "Tue, 24 Nov 2020 07:00:00 GMT"), 5 * MINUTE),
        ("/stale.xml", control("max-age=0, stale-while-revalidate=86400, stale-if-error=604800"), 5 * MINUTE),
        ("/pragma.xml", good().header("Pragma", "no-cache"), 5 * MINUTE),
    ]);
}
