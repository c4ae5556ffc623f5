//! The machine's clock goes wrong by a day and comes back: nobody is asked too early, nobody is forgotten.

use super::*;

/// Three feeds that are asked hourly, polled once.
fn hourly() -> Site {
    let good = || Answer::ok(one()).etag("\"1\"");
    let site = Site::with("interval = \"1h\"", [("/a.xml", good()), ("/b.xml", good()), ("/c.xml", good())]);
    assert_eq!(site.poll()["feeds"]["fresh"], 3);
    site
}

#[test]
fn a_clock_that_goes_back_a_day_asks_nobody_at_once_and_everybody_within_the_hour() {
    let mut site = hourly();
    site.later(10 * MINUTE);
    site.to(site.now.minus(DAY));
    assert_eq!(site.poll()["feeds"]["due"], 0, "no burst");
    site.later(30 * MINUTE);
    assert_eq!(site.poll()["feeds"]["due"], 0);
    site.later(40 * MINUTE);
    assert_eq!(site.poll()["feeds"]["not_modified"], 3, "and no day of silence");
    site.later(5 * MINUTE);
    assert_eq!(site.poll()["feeds"]["due"], 0);
}

#[test]
fn a_clock_that_goes_forth_a_day_and_back_asks_once_too_many_at_most() {
    let mut site = hourly();
    site.later(DAY + 5 * MINUTE);
    assert_eq!(site.poll()["feeds"]["not_modified"], 3, "a day may have passed");
    site.to(instant(START).plus(10 * MINUTE));
    for _ in 0..10 {
        assert_eq!(site.poll()["feeds"]["due"], 0);
        site.later(5 * MINUTE);
    }
    site.later(20 * MINUTE);
    assert_eq!(site.poll()["feeds"]["not_modified"], 3);
}

#[test]
fn a_hold_keeps_its_length_when_the_clock_goes_back() {
    let busy = Answer::status(429).header("Retry-After", "7200");
    let mut site = Site::with("interval = \"5m\"", [("/a.xml", busy), ("/b.xml", Answer::ok(one()))]);
    site.world.json(&["poll", "--json", &site.origin.url("/a.xml")]);
    site.to(site.now.minus(DAY));
    for _ in 0..11 {
        site.force();
        site.later(10 * MINUTE);
    }
    assert_eq!(site.origin.requests().len(), 1, "neither the feed nor its host");
    // Whichever of the two is asked first, the server is not busy any more.
    site.origin.on("/a.xml", Answer::ok(one()));
    site.later(15 * MINUTE);
    site.force();
    assert_eq!(site.origin.requests_of("/b.xml").len(), 1, "two hours are over");
}

#[test]
fn what_was_never_asked_does_not_wait_for_a_wrong_clocks_future() {
    let mut site = Site::of(Answer::ok(one()));
    site.world.json(&["poll", "--json", "http://127.0.0.1:1/other.xml"]);
    assert_eq!(site.origin.requests().len(), 0);
    site.to(site.now.minus(400 * DAY));
    assert_eq!(site.poll()["feeds"]["fresh"], 1);
}
