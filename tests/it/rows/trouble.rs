//! Rows 14 to 18: holds, failures, ends and moves.

use super::*;

#[test]
fn row_14_a_429_holds_the_host_also_against_those_who_ask_by_hand() {
    for retry_after in ["7200", "Tue, 24 Nov 2026 09:00:00 GMT"] {
        let busy = Answer::status(429).header("Retry-After", retry_after);
        let mut site = Site::with("interval = \"5m\"", [("/a.xml", busy), ("/b.xml", Answer::ok(one()))]);
        site.world.json(&["poll", "--json", &site.origin.url("/a.xml")]);
        assert_eq!(site.row("/a.xml")["hold_until"], "2026-11-24T09:00:00Z");
        let other = site.origin.url("/b.xml");
        for arguments in [
            vec!["poll", "--json"],
            vec!["poll", "--json", "--force"],
            vec!["poll", "--json", other.as_str()],
            vec!["poll", "--json", "--refetch", other.as_str()],
        ] {
            site.later(MINUTE);
            site.world.json(&arguments);
            assert_eq!(site.origin.requests().len(), 1, "{arguments:?} with Retry-After: {retry_after}");
        }
        assert!(site.next_check("/b.xml") >= instant("2026-11-24T09:00:00Z"));
        // Whichever of the two is asked first, the server is not busy any more.
        site.origin.on("/a.xml", Answer::ok(one()));
        site.to(instant("2026-11-24T09:00:01Z"));
        site.poll();
        assert_eq!(site.origin.requests_of("/b.xml").len(), 1, "the hold is over");
    }
}

#[test]
fn row_14_a_429_that_says_nothing_holds_for_an_hour_and_no_hold_is_longer_than_a_week() {
    let site = Site::of(Answer::status(429));
    site.poll();
    assert_eq!(site.row("/a.xml")["hold_until"], "2026-11-24T08:00:00Z");
    let site = Site::of(Answer::status(429).header("Retry-After", "99999999"));
    site.poll();
    assert_eq!(site.row("/a.xml")["hold_until"], "2026-12-01T07:00:00Z");
    let site = Site::of(Answer::status(429).header("Retry-After", "Fri, 24 Nov 2079 07:00:00 GMT"));
    site.poll();
    assert_eq!(site.row("/a.xml")["hold_until"], "2026-12-01T07:00:00Z");
}

#[test]
fn row_14_a_429_holds_the_feed_alone_where_its_scope_says_so() {
    let busy = Answer::status(429).header("Retry-After", "7200");
    let mut site = Site::with("interval = \"5m\"\nscope = \"feed\"", [("/a.xml", busy), ("/b.xml", Answer::ok(one()))]);
    for _ in 0..4 {
        site.force();
        site.later(10 * MINUTE);
    }
    assert_eq!(site.origin.requests_of("/a.xml").len(), 1);
    assert_eq!(site.origin.requests_of("/b.xml").len(), 4);
}

#[test]
fn row_14_a_429_behind_a_redirect_holds_the_host_that_gave_it_also_after_a_restart() {
    let busy = Origin::start_at("127.0.0.5");
    busy.on("/a.xml", Answer::status(429).header("Retry-After", "7200"));
    busy.on("/b.xml", Answer::ok(one()));
    let calm = Origin::start_at("127.0.0.6");
    calm.on("/a.xml", Answer::redirect(302, &busy.url("/a.xml")));
    calm.on("/b.xml", Answer::ok(one()));
    let urls = [calm.url("/a.xml"), busy.url("/b.xml"), calm.url("/b.xml")];
    let world = World::new(&urls.each_ref().map(|url| format!("[[feed]]\nurl = \"{url}\"\n")).concat());
    for url in &urls {
        world.json(&["poll", "--json", url]);
    }
    assert_eq!((busy.requests().len(), calm.requests().len()), (1, 2));
}

#[test]
fn row_14_a_503_holds_its_feed_alone() {
    let closed = Answer::status(503).header("Retry-After", "7200");
    let mut site = Site::with("interval = \"5m\"", [("/a.xml", closed), ("/b.xml", Answer::ok(one()))]);
    site.poll();
    for _ in 0..3 {
        site.later(10 * MINUTE);
        site.force();
    }
    assert_eq!(site.origin.requests_of("/a.xml").len(), 1);
    assert_eq!(site.origin.requests_of("/b.xml").len(), 4);
    assert_eq!((&site.row("/a.xml")["state"], &site.row("/b.xml")["state"]), (&"held".into(), &"active".into()));
}

#[test]
fn row_15_failures_back_off_by_doubling_to_a_day_then_a_week_and_are_never_given_up() {
    let mut site = Site::of(Answer::status(500));
    site.poll();
    let mut waits = Vec::new();
    for _ in 0..14 {
        waits.push(site.poll_when_due("/a.xml"));
    }
    // The first distance is that of a feed without news. Which check is the first after a week of failures depends on how
    // much later than these distances the ones before it came.
    let mut failing = Duration::ZERO;
    for (n, wait) in waits.iter().enumerate() {
        let ladder = [6, 12].get(n).map_or(DAY, |hours| *hours * HOUR);
        let length = if failing >= 7 * DAY { 7 * DAY } else { ladder };
        assert!(*wait + SECOND >= length && *wait <= length * 11 / 10, "{n}: {waits:?}");
        failing += *wait + SECOND;
    }
    assert!(failing > 35 * DAY, "five of fourteen at least are a week apart: {waits:?}");
    assert_eq!(site.origin.requests().len(), 15);
    let row = site.row("/a.xml");
    assert_eq!((&row["state"], &row["failures"]), (&"backing_off".into(), &15.into()));
    site.origin.on("/a.xml", Answer::ok(one()).etag("\"1\""));
    site.poll_when_due("/a.xml");
    let row = site.row("/a.xml");
    assert_eq!((&row["state"], &row["failures"], &row["last_error"]), (&"active".into(), &0.into(), &Value::Null));
    assert_eq!(site.titles(), ["Berita satu"]);
}

#[test]
fn row_15_feeds_of_a_host_that_fail_together_do_not_come_back_together() {
    let paths: Vec<String> = (0..20).map(|n| format!("/{n}.xml")).collect();
    let site = Site::with("", paths.iter().map(|path| (path.as_str(), Answer::status(502))));
    assert_eq!(site.poll()["feeds"]["failed"], 20);
    let mut next: Vec<Timestamp> = paths.iter().map(|path| site.next_check(path)).collect();
    next.sort();
    next.dedup();
    assert!(next.len() > 15, "{next:?}");
}

#[test]
fn row_15_each_kind_of_failure_is_told_in_words() {
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/a.xml", listener.local_addr().unwrap())
    };
    let origin = Origin::start();
    origin.on("/404.xml", Answer::status(404));
    let cases = [
        (origin.url("/404.xml"), "check the address"),
        (closed, "cannot connect"),
        ("http://no-such-name.invalid/a.xml".to_owned(), "cannot connect"),
    ];
    let feeds: String = cases.iter().map(|(url, _)| format!("[[feed]]\nurl = \"{url}\"\n")).collect();
    let world = World::new(&feeds);
    let told = world.json(&["poll", "--json"]);
    assert_eq!(told["feeds"]["failed"], cases.len());
    for (url, words) in cases {
        let failures = told["failures"].as_array().unwrap();
        let failure = failures.iter().find(|failure| failure["url"] == *url).unwrap();
        assert!(failure["error"].as_str().unwrap().contains(words), "{failure}");
    }
}

#[test]
fn row_16_what_is_gone_is_never_asked_again_and_its_items_stay() {
    let mut site = Site::telling([Answer::ok(one()), Answer::status(410)]);
    site.poll();
    assert_eq!(site.force()["feeds"]["gone"], 1);
    let row = site.row("/a.xml");
    assert_eq!((&row["state"], &row["last_status"]), (&"gone".into(), &410.into()));
    assert!(row["next_check_why"].as_str().unwrap().contains("410"), "{row}");
    let url = site.origin.url("/a.xml");
    for _ in 0..3 {
        site.later(400 * DAY);
        site.poll();
        site.force();
        site.world.json(&["poll", "--json", &url]);
    }
    assert_eq!(site.origin.requests().len(), 2);
    assert_eq!(site.titles(), ["Berita satu"]);
}

#[test]
fn row_17_a_permanent_move_is_adopted_when_it_was_seen_over_days() {
    for status in [301, 308] {
        let mut site = Site::of(Answer::redirect(status, "/new.xml"));
        site.origin.on("/new.xml", Answer::ok(one()).etag("\"1\""));
        let mut old = Vec::new();
        for _ in 0..11 {
            site.poll();
            old.push(site.origin.requests_of("/a.xml").len());
            site.later(DAY);
        }
        assert_eq!(old, [1, 2, 3, 4, 5, 6, 7, 8, 8, 8, 8], "asked at its old address for a week");
        assert_eq!(site.origin.requests_of("/new.xml").len(), 11);
        let row = site.row("/a.xml");
        assert_eq!(
            (&row["current_url"], &row["url"]),
            (&site.origin.url("/new.xml").into(), &site.origin.url("/a.xml").into())
        );
    }
}

#[test]
fn row_17_a_move_is_adopted_at_once_when_the_old_address_ends() {
    for status in [404, 410] {
        let mut site = Site::telling([Answer::redirect(301, "/new.xml"), Answer::status(status)]);
        site.origin.on("/new.xml", Answer::ok(one()).etag("\"1\""));
        site.poll();
        assert_eq!(site.row("/a.xml")["redirect_to"], site.origin.url("/new.xml"));
        site.poll_when_due("/a.xml");
        assert_eq!(site.row("/a.xml")["current_url"], site.origin.url("/new.xml"), "{status}");
        site.poll_when_due("/a.xml");
        assert_eq!(site.row("/a.xml")["state"], "active", "{status}");
        assert_eq!(site.origin.requests_of("/a.xml").len(), 2);
    }
}

#[test]
fn row_17_what_is_not_permanent_on_every_hop_or_ends_at_no_feed_is_not_adopted() {
    let page = || Answer::status(200).header("Content-Type", "text/html").body("<html><title>Halo</title></html>");
    let check = |middle: Answer, end: Answer| {
        let mut site = Site::of(Answer::redirect(301, "/middle.xml"));
        site.origin.on("/middle.xml", middle);
        site.origin.on("/end.xml", end);
        for _ in 0..12 {
            site.force();
            site.later(DAY);
        }
        assert_eq!(site.origin.requests_of("/a.xml").len(), 12);
        assert_eq!(site.row("/a.xml")["current_url"], Value::Null);
    };
    check(Answer::redirect(302, "/end.xml"), Answer::ok(one()));
    check(Answer::redirect(301, "/end.xml"), page());
    check(Answer::redirect(301, "/end.xml"), Answer::status(404));
}

#[test]
fn row_18_a_temporary_redirect_is_followed_and_never_kept() {
    for status in [302, 303, 307] {
        let mut site = Site::of(Answer::redirect(status, "/new.xml"));
        site.origin.on("/new.xml", Answer::ok(one()).etag("\"1\""));
        for _ in 0..12 {
            site.poll();
            site.later(DAY);
        }
        assert_eq!(site.origin.requests_of("/a.xml").len(), 12, "{status}");
        assert_eq!(site.row("/a.xml")["redirect_to"], Value::Null);
        assert_eq!(site.titles(), ["Berita satu"]);
    }
}
