use proptest::prelude::*;

use super::next::{after, backoff, regular, skip, words};
use super::*;
use crate::model::{Failure, FailureKind};

const NOW: &str = "2026-11-24T08:00:00Z";
const FEED: &str = "https://a.example/feed";

fn now() -> Timestamp {
    instant(NOW)
}

fn instant(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

fn policy() -> Policy {
    Policy { min_interval: 30 * MINUTE, max_interval: 6 * HOUR, interval: None, pushed: false, cron: None }
}

fn report(outcome: Outcome) -> Report {
    let status = match &outcome {
        Outcome::Fresh { .. } => Some(200),
        Outcome::NotModified => Some(304),
        Outcome::Gone => Some(410),
        Outcome::Failed(failure) => failure.status,
        Outcome::Held => None,
    };
    let full = matches!(outcome, Outcome::Fresh { .. });
    Report { outcome, status, validators: None, hints: Hints::default(), hops: vec![], final_url: None, full }
}

fn fresh(new: u32) -> Report {
    report(Outcome::Fresh { new, changed: 0, duplicates: 0, dropped: 0 })
}

fn failed(kind: FailureKind, status: Option<u16>) -> Report {
    report(Outcome::Failed(Failure { kind, status, message: "it broke".to_owned() }))
}

fn moved(status: u16, from: &str, to: &str, read: Report) -> Report {
    let hop = Hop { status, from: Url::parse(from).unwrap(), to: Url::parse(to).unwrap() };
    Report { hops: vec![hop], ..read }
}

fn validators(etag: &str) -> Validators {
    Validators { url: Url::parse(FEED).ok(), etag: Some(etag.to_owned()), last_modified: None }
}

fn feed() -> FeedState {
    FeedState { validators: validators("\"1\""), ..FeedState::new(FEED, now()) }
}

fn settled(state: &FeedState, report: &Report) -> FeedState {
    settle(state, report, &policy(), now())
}

/// Minutes from now to the next check, jitter cut off (it is under a tenth).
fn check_minutes(next: &FeedState, minutes: u32, why: &str) {
    let wait = next.next_check.since(now());
    let (least, most) = (minutes * MINUTE, minutes * MINUTE * 11 / 10);
    assert!(wait >= least && wait <= most, "{wait:?} is not about {minutes} min: {}", next.next_check_why);
    assert_eq!(next.next_check_why, why);
}

#[test]
fn a_feed_is_asked_as_often_as_it_has_news() {
    let check = |new_7d: u32, new: u32, minutes: u32, why: &str| {
        check_minutes(&settled(&FeedState { new_7d, ..feed() }, &fresh(new)), minutes, why);
    };
    check(0, 0, 360, "every 6 h: 0 new in 7 days, max_interval");
    check(40, 2, 240, "every 4 h: 42 new in 7 days");
    check(168, 0, 60, "every 1 h: 168 new in 7 days");
    check(5_000, 100, 30, "every 30 min: 5100 new in 7 days, min_interval");
}

#[test]
fn what_is_asked_for_is_a_lower_bound() {
    let hour = Some(HOUR);
    let check = |hints: Hints, minutes: u32, why: &str| {
        let state = FeedState { new_7d: 1_000, ..feed() };
        let read = Report { hints, validators: Some(validators("\"1\"")), ..fresh(0) };
        check_minutes(&settled(&state, &read), minutes, why);
    };
    let none = Hints::default;
    check(Hints { ttl: hour, ..none() }, 60, "every 1 h: the feed's ttl asks for it");
    check(Hints { ttl: Some(MINUTE), ..none() }, 30, "every 30 min: 1000 new in 7 days, min_interval");
    check(Hints { update_period: hour, ..none() }, 60, "every 1 h: the feed's update period asks for it");
    check(
        Hints { fresh: hour, ttl: Some(MINUTE), ..none() },
        60,
        "every 1 h: the server's Cache-Control or Expires asks for it",
    );
    check(
        Hints { fresh: Some(365 * DAY), ..none() },
        1_440,
        "every 1 d: the server's Cache-Control or Expires asks for it",
    );
    check(Hints { body_bytes: Some(1 << 20), ..none() }, 30, "every 30 min: 1000 new in 7 days, min_interval");
}

#[test]
fn a_large_document_without_validators_is_read_hourly_at_most() {
    let read = Report { hints: Hints { body_bytes: Some(1 << 20), ..Hints::default() }, ..fresh(1_000) };
    let why = "every 1 h: the document is large and its server gives no validators";
    check_minutes(&settled(&feed(), &read), 60, why);
}

#[test]
fn a_fixed_interval_replaces_the_pace_and_not_the_servers_word() {
    let fixed = Policy { interval: Some(5 * MINUTE), ..policy() };
    let next = settle(&feed(), &fresh(0), &fixed, now());
    check_minutes(&next, 5, "every 5 min: the interval set in feeds.toml");
    let slow = Report { hints: Hints { fresh: Some(HOUR), ..Hints::default() }, ..fresh(0) };
    let next = settle(&feed(), &slow, &fixed, now());
    check_minutes(&next, 60, "every 1 h: the server's Cache-Control or Expires asks for it");
}

#[test]
fn a_feed_whose_hub_delivers_is_asked_a_quarter_as_often_and_six_hourly_at_most() {
    let check = |policy: Policy, read: &Report, minutes, why: &str| {
        check_minutes(&settle(&feed(), read, &Policy { pushed: true, ..policy }, now()), minutes, why);
    };
    let interval = |minutes: u32| Policy { interval: Some(minutes * MINUTE), ..policy() };
    check(interval(5), &fresh(0), 360, "every 6 h: its hub pushes what is new");
    check(interval(120), &fresh(0), 480, "every 8 h: its hub pushes what is new");
    check(policy(), &fresh(1_000), 360, "every 6 h: its hub pushes what is new");
    let slow = Report { hints: Hints { fresh: Some(10 * HOUR), ..Hints::default() }, ..fresh(0) };
    check(interval(5), &slow, 600, "every 10 h: the server's Cache-Control or Expires asks for it");
    let failure = failed(FailureKind::Status, Some(500));
    check(interval(5), &failure, 5, "failed once: tried again after 5 min");
}

#[test]
fn a_look_that_cannot_wait_still_waits_for_what_the_server_asked() {
    let row = |hints: Hints, ago: Duration| FeedState {
        hints,
        last_check: Some(now().minus(ago)),
        next_check: now().plus(6 * HOUR),
        ..feed()
    };
    let check = |row: &FeedState, later: Duration| {
        assert_eq!(look_soon(row, "because", now()).next_check, now().plus(later), "{row:?}");
    };
    check(&row(Hints::default(), HOUR), Duration::ZERO);
    check(&row(Hints::default(), Duration::from_secs(20)), Duration::from_secs(40));
    check(&row(Hints { fresh: Some(2 * HOUR), ..Hints::default() }, HOUR), HOUR);
    check(&FeedState { hold_until: Some(now().plus(3 * HOUR)), ..row(Hints::default(), HOUR) }, 3 * HOUR);
    check(&row(Hints { ttl: Some(9 * HOUR), ..Hints::default() }, HOUR), 6 * HOUR);
    check(&FeedState { state: State::BackingOff, ..row(Hints::default(), HOUR) }, 6 * HOUR);
}

#[test]
fn skipped_hours_and_days_are_left_out() {
    let check = |hours: &[u8], days: &[u8], at: &str, expected: &str| {
        let hints = Hints { skip_hours: hours.to_vec(), skip_days: days.to_vec(), ..Hints::default() };
        assert_eq!(skip(instant(at), &hints).to_rfc3339(), instant(expected).to_rfc3339(), "{hours:?} {days:?}");
    };
    // 24 November 2026 is a Tuesday.
    check(&[], &[], "2026-11-24T08:10:20Z", "2026-11-24T08:10:20Z");
    check(&[9], &[], "2026-11-24T08:10:20Z", "2026-11-24T08:10:20Z");
    check(&[8], &[], "2026-11-24T08:10:20Z", "2026-11-24T09:00:00Z");
    check(&[8, 9, 10], &[], "2026-11-24T15:10:20+07:00", "2026-11-24T11:00:00Z");
    check(&[23, 0, 1], &[], "2026-11-24T23:10:20Z", "2026-11-25T02:00:00Z");
    check(&[], &[1], "2026-11-24T08:10:20Z", "2026-11-25T00:00:00Z");
    check(&[0], &[1, 2], "2026-11-24T08:10:20Z", "2026-11-26T01:00:00Z");
    check(&[], &[0, 1, 2, 3, 4, 5, 6], "2026-11-24T08:10:20Z", "2026-11-24T08:10:20Z");
    check(&(0..24).collect::<Vec<_>>(), &[], "2026-11-24T08:10:20Z", "2026-11-24T08:10:20Z");
}

fn at_six() -> Policy {
    // Six o'clock in Jakarta is 23:00 GMT.
    Policy { cron: Some(Cron::parse("0 6 * * *", chrono_tz::Asia::Jakarta).unwrap()), ..policy() }
}

#[test]
fn a_cron_names_the_moment_and_nothing_but_a_hold_moves_it() {
    let check = |report: Report, next_check: &str, why: &str| {
        let next = settle(&feed(), &report, &at_six(), now());
        assert_eq!((next.next_check, next.next_check_why.as_str()), (instant(next_check), why));
    };
    let slow = Hints { ttl: Some(DAY), fresh: Some(DAY), skip_hours: vec![23], ..Hints::default() };
    let plain = "at \"0 6 * * *\", as feeds.toml says";
    check(fresh(0), "2026-11-24T23:00:00Z", plain);
    check(Report { hints: slow, ..fresh(5) }, "2026-11-24T23:00:00Z", plain);
    let failed_once = "failed once: tried again after 30 min, at the next time of its cron";
    check(failed(FailureKind::Status, Some(500)), "2026-11-24T23:00:00Z", failed_once);
    let hints = Hints { retry_at: Some(now().plus(15 * HOUR + MINUTE)), ..Hints::default() };
    let busy = Report { hints, ..failed(FailureKind::TooMany, Some(429)) };
    check(busy, "2026-11-25T23:00:00Z", "its server wants no request for 15 h 1 min, at the next time of its cron");
    let often = Policy { cron: Some(Cron::parse("* * * * *", chrono_tz::UTC).unwrap()), ..policy() };
    let next = settle(&feed(), &failed(FailureKind::Status, Some(500)), &often, now());
    assert!(next.next_check >= now().plus(30 * MINUTE), "a failing feed is spared all the same");
}

#[test]
fn other_settings_make_other_plans_and_the_same_ones_none() {
    let fixed = |interval| Policy { interval: Some(interval), ..policy() };
    let slow = Report { hints: Hints { fresh: Some(2 * HOUR), ..Hints::default() }, ..fresh(3) };
    for policy in [policy(), fixed(DAY), at_six()] {
        for report in [fresh(0), fresh(400), slow.clone(), report(Outcome::NotModified)] {
            let row = settle(&feed(), &report, &policy, now());
            assert_eq!(replan(&row, &policy), None, "{policy:?}");
        }
    }
    let minutes = |row: FeedState, policy: &Policy| replan(&row, policy).map(|row| row.next_check.since(now()) / 60);
    let row = |policy: &Policy| settle(&feed(), &fresh(0), policy, now());
    assert!(minutes(row(&fixed(DAY)), &fixed(5 * MINUTE)).is_some_and(|wait| wait <= 6 * Duration::from_secs(1)));
    assert!(minutes(row(&fixed(5 * MINUTE)), &fixed(DAY)).is_some_and(|wait| wait >= 1_440 * Duration::from_secs(1)));
    assert!(minutes(row(&fixed(DAY)), &policy()).is_some_and(|wait| wait <= 396 * Duration::from_secs(1)));
    assert_eq!(minutes(row(&fixed(5 * MINUTE)), &policy()), None, "adapting, it is never put off");
    assert_eq!(replan(&row(&policy()), &at_six()).unwrap().next_check, instant("2026-11-24T23:00:00Z"));
    let asked = settle(&feed(), &slow, &fixed(DAY), now());
    assert!(replan(&asked, &fixed(MINUTE)).unwrap().next_check >= now().plus(2 * HOUR), "freshness stands");
    let held = FeedState { hold_until: Some(now().plus(DAY)), ..row(&policy()) };
    assert!(replan(&held, &fixed(MINUTE)).unwrap().next_check >= now().plus(DAY), "a hold stands");
    assert_eq!(replan(&feed(), &at_six()), None, "what was never asked is due at once");
    let failing = settle(&feed(), &failed(FailureKind::Status, Some(500)), &policy(), now());
    assert_eq!(replan(&failing, &fixed(MINUTE)), None, "what fails is spared");
}

#[test]
fn failures_back_off_and_a_success_forgets_them() {
    let broken = failed(FailureKind::Status, Some(500));
    let one = settled(&feed(), &broken);
    assert_eq!((one.state, one.failures, one.failing_since), (State::BackingOff, 1, Some(now())));
    assert_eq!((one.last_error.as_deref(), one.last_status), (Some("it broke"), Some(500)));
    assert_eq!((one.last_ok, &one.validators), (None, &validators("\"1\"")));
    check_minutes(&one, 360, "failed once: tried again after 6 h");
    let two = settled(&one, &broken);
    check_minutes(&two, 720, "failed 2 times in a row: tried again after 12 h");
    let well = settled(&two, &report(Outcome::NotModified));
    assert_eq!((well.state, well.failures, well.failing_since, well.last_error), (State::Active, 0, None, None));
    assert_eq!((well.last_ok, well.last_status), (Some(now()), Some(304)));
}

#[test]
fn backing_off_doubles_up_to_a_day_and_after_a_week_to_a_week() {
    let hours =
        |failures, failing_for| backoff(30 * MINUTE, failures, failing_for, &policy()).length.as_secs_f32() / 3_600.0;
    assert_eq!([1, 2, 3, 4, 5, 6, 7, 99].map(|n| hours(n, DAY)), [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 24.0, 24.0]);
    assert_eq!([7, 9, 10, u32::MAX].map(|n| hours(n, WEEK)), [32.0, 128.0, 168.0, 168.0]);
    let fast = Policy { interval: Some(MINUTE), ..policy() };
    assert_eq!(backoff(MINUTE, 2, MINUTE, &fast).length, 2 * MINUTE);
    assert_eq!(backoff(MINUTE, 2, MINUTE, &policy()).length, HOUR);
}

#[test]
fn retry_after_outranks_the_rest() {
    let at = |seconds| Some(now().plus(Duration::from_secs(seconds)));
    let check = |kind, status, retry_at: Option<Timestamp>, hold: Option<Timestamp>| {
        let asked = Report { hints: Hints { retry_at, ..Hints::default() }, ..failed(kind, Some(status)) };
        let next = settle(&feed(), &asked, &Policy { interval: Some(MINUTE), ..policy() }, now());
        assert_eq!(next.hold_until, hold, "{status}");
        assert!(hold.is_none_or(|until| next.next_check >= until));
        assert!(next.next_check >= now().plus(MINUTE));
    };
    check(FailureKind::TooMany, 429, at(7_200), at(7_200));
    check(FailureKind::TooMany, 429, None, at(3_600));
    check(FailureKind::TooMany, 429, at(30 * 86_400), at(7 * 86_400));
    check(FailureKind::Unavailable, 503, at(7_200), at(7_200));
    check(FailureKind::Unavailable, 503, None, None);
    check(FailureKind::Status, 500, at(7_200), None);
}

#[test]
fn a_held_host_moves_its_feeds_and_counts_no_check() {
    let until = now().plus(2 * HOUR);
    let held = Report { hints: Hints { retry_at: Some(until), ..Hints::default() }, ..report(Outcome::Held) };
    let next = settled(&feed(), &held);
    assert_eq!((next.hold_until, next.next_check, next.last_check, next.failures), (Some(until), until, None, 0));
    assert!(!is_due(&next, now()) && is_due(&next, until));
    let later = FeedState { next_check: now().plus(3 * HOUR), ..feed() };
    assert_eq!(settled(&later, &held).next_check, later.next_check);
}

#[test]
fn gone_is_never_asked_again() {
    let next = settled(&feed(), &report(Outcome::Gone));
    assert_eq!((next.state, next.last_status, next.validators.clone()), (State::Gone, Some(410), validators("\"1\"")));
    assert!(!is_due(&next, now().plus(1_000 * DAY)));
}

#[test]
fn validators_and_hints_follow_the_last_answer() {
    let known = Hints { ttl: Some(HOUR), skip_days: vec![6], fresh: Some(HOUR), ..Hints::default() };
    let state = FeedState { hints: known.clone(), ..feed() };
    // A document replaces both, also by nothing.
    let read = settled(&state, &fresh(1));
    assert_eq!((read.validators, read.hints), (Validators::default(), Hints::default()));
    assert_eq!((read.last_new, read.last_full, read.first_document), (Some(now()), Some(now()), Some(now())));
    // A 304 keeps what the body said, and takes what it names itself.
    let same = settled(&state, &report(Outcome::NotModified));
    assert_eq!((&same.validators, &same.hints, same.last_full), (&state.validators, &known, None));
    let lines = Hints { fresh: Some(2 * HOUR), ..Hints::default() };
    let renewed = Report { validators: Some(validators("\"2\"")), hints: lines, ..report(Outcome::NotModified) };
    let next = settled(&state, &renewed);
    assert_eq!((next.validators, next.hints.fresh, next.hints.ttl), (validators("\"2\""), Some(2 * HOUR), Some(HOUR)));
    // A failure changes neither.
    let next =
        settled(&state, &Report { validators: Some(validators("\"3\"")), ..failed(FailureKind::NotAFeed, Some(200)) });
    assert_eq!((next.validators, next.hints), (state.validators, known));
}

#[test]
fn after_eight_days_of_304_the_document_is_asked_for_once() {
    let unread = |days: u32| FeedState { last_full: Some(now().minus(days * DAY)), ..feed() };
    let keeps = |days| !settled(&unread(days), &report(Outcome::NotModified)).validators.is_empty();
    assert!(keeps(7) && !keeps(8));
}

#[test]
fn a_permanent_move_is_adopted_after_three_sightings_in_a_week() {
    let to = "https://b.example/feed";
    let seen = moved(301, FEED, to, fresh(0));
    let one = settled(&feed(), &seen);
    assert_eq!((one.redirect_to.as_ref().map(Url::as_str), one.redirect_count, &one.current_url), (Some(to), 1, &None));
    let two = settle(&one, &moved(308, FEED, to, report(Outcome::NotModified)), &policy(), now().plus(3 * DAY));
    assert_eq!((two.redirect_count, &two.current_url), (2, &None));
    let early = settle(&two, &seen, &policy(), now().plus(6 * DAY));
    assert_eq!((early.redirect_count, &early.current_url), (3, &None));
    let late = settle(&two, &seen, &policy(), now().plus(7 * DAY));
    assert_eq!(
        (late.current_url.as_ref().map(Url::as_str), &late.redirect_to, late.redirect_count),
        (Some(to), &None, 0)
    );
    assert_eq!(late.url, FEED, "the configured address stays the key");
}

#[test]
fn other_answers_clear_the_record_of_a_move() {
    let one = settled(&feed(), &moved(301, FEED, "https://b.example/feed", fresh(0)));
    let count = |report: Report| settled(&one, &report).redirect_count;
    assert_eq!(count(fresh(0)), 0);
    assert_eq!(count(moved(302, FEED, "https://b.example/feed", fresh(0))), 0);
    assert_eq!(count(moved(301, FEED, "https://c.example/feed", fresh(0))), 1);
    assert_eq!(count(failed(FailureKind::Status, Some(500))), 0);
    assert_eq!(count(failed(FailureKind::Connect, None)), 1);
    assert_eq!(count(moved(301, FEED, "https://b.example/feed", failed(FailureKind::NotAFeed, Some(200)))), 1);
    assert_eq!(count(moved(301, FEED, "https://b.example/feed", fresh(0))), 2);
}

#[test]
fn an_upgrade_to_https_is_adopted_at_once() {
    let adopted = |from: &str, to: &str| settled(&feed(), &moved(301, from, to, fresh(0))).current_url.is_some();
    assert!(adopted("http://a.example/feed?x=1", "https://a.example/feed?x=1"));
    assert!(!adopted("http://a.example/feed?x=1", "https://a.example/feed"));
    assert!(!adopted("http://a.example/feed", "https://www.a.example/feed"));
    assert!(!adopted("http://a.example:8080/feed", "https://a.example/feed"));
    assert!(!adopted("https://a.example/feed", "http://a.example/feed"));
    let later = moved(302, "http://a.example/feed", "https://a.example/feed", fresh(0));
    assert!(settled(&feed(), &later).current_url.is_none());
}

#[test]
fn an_ended_address_sends_to_the_recorded_move_and_back() {
    let to = Url::parse("https://b.example/feed").ok();
    let one = settled(&feed(), &moved(301, FEED, "https://b.example/feed", fresh(0)));
    for ended in [failed(FailureKind::Status, Some(404)), report(Outcome::Gone)] {
        let next = settled(&one, &ended);
        assert_eq!((next.state, &next.current_url, &next.redirect_to), (State::BackingOff, &to, &None));
        let back = settled(&next, &ended);
        assert_eq!((back.state, &back.current_url), (State::BackingOff, &None));
        let over = settled(&back, &report(Outcome::Gone));
        assert_eq!(over.state, State::Gone);
    }
}

#[test]
fn a_dead_network_is_told_from_dead_feeds() {
    let check = |requests, failed, down| assert_eq!(is_network_down(requests, failed), down, "{failed} of {requests}");
    check(20, 17, true);
    check(20, 16, false);
    check(19, 19, false);
    check(0, 0, false);
    let next = postpone(&FeedState { failures: 3, ..feed() }, now());
    assert_eq!((next.failures, next.next_check), (3, now().plus(5 * MINUTE)));
}

#[test]
fn distances_are_told_in_two_units() {
    let check = |seconds, expected: &str| assert_eq!(words(Duration::from_secs(seconds)), expected);
    check(5, "5 s");
    check(90, "1 min 30 s");
    check(1_800, "30 min");
    check(9_000, "2 h 30 min");
    check(86_400, "1 d");
    check(90_061, "1 d 1 h");
}

fn hints() -> impl Strategy<Value = Hints> {
    let length = || proptest::option::of((0..u64::MAX).prop_map(Duration::from_secs));
    let skipped = |most| proptest::collection::vec(0..most, 0..30_usize);
    (length(), length(), length(), proptest::option::of(-1_000_000..1_000_000_i64), skipped(26_u8), skipped(9_u8))
        .prop_map(|(fresh, ttl, update_period, retry, skip_hours, skip_days)| Hints {
            fresh,
            ttl,
            update_period,
            retry_at: retry.map(|seconds| Timestamp::from_unix_millis(now().unix_millis() + seconds * 1_000)),
            skip_hours,
            skip_days,
            body_bytes: None,
        })
}

fn outcome() -> impl Strategy<Value = Report> {
    prop_oneof![
        (0..500_u32).prop_map(fresh),
        Just(report(Outcome::NotModified)),
        Just(report(Outcome::Gone)),
        Just(failed(FailureKind::Status, Some(500))),
        Just(failed(FailureKind::Status, Some(404))),
        Just(failed(FailureKind::TooMany, Some(429))),
        Just(failed(FailureKind::Unavailable, Some(503))),
        Just(failed(FailureKind::Connect, None)),
        Just(moved(301, FEED, "https://b.example/feed", fresh(1))),
    ]
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let second = Duration::from_secs(1);
    (60..86_400_u32, 1..10_u32, proptest::option::of(5..86_400_u32)).prop_map(move |(least, times, fixed)| Policy {
        min_interval: least * second,
        max_interval: least * second * times,
        interval: fixed.map(|seconds| seconds * second),
        pushed: false,
        cron: None,
    })
}

proptest! {
    #[test]
    fn no_history_makes_a_feed_asked_too_early(
        policy in any_policy(),
        history in proptest::collection::vec((outcome(), hints(), 0..20_000_000_u64), 1..20),
    ) {
        let (mut state, mut at) = (feed(), now());
        for (report, hints, later) in history {
            at = at.plus(Duration::from_millis(later));
            let report = Report { hints, ..report };
            let next = settle(&state, &report, &policy, at);
            prop_assert_eq!(&next, &settle(&state, &report, &policy, at), "the same in, the same out");
            prop_assert!(next.hold_until.is_none_or(|until| next.next_check >= until));
            prop_assert!(next.hold_until.is_none_or(|until| until <= at.plus(8 * DAY)));
            prop_assert!(next.next_check >= at.plus(policy.interval.unwrap_or(policy.min_interval)));
            let asked = next.state == State::Gone || next.next_check <= at.plus(16 * DAY);
            prop_assert!(asked, "never given up silently: {}", next.next_check_why);
            prop_assert!(!next.next_check_why.is_empty());
            prop_assert!(next.state == State::Gone || skip(next.next_check, &next.hints) == next.next_check);
            state = next;
        }
    }

    #[test]
    fn backing_off_never_gets_shorter(first in 1..200_000_u64, failures in 1..200_u32, hours in 0..1_000_u32) {
        let (first, failing) = (Duration::from_secs(first), hours * HOUR);
        let now = backoff(first, failures, failing, &policy()).length;
        let then = backoff(first, failures + 1, failing + HOUR, &policy()).length;
        prop_assert!(then >= now && now >= first && then <= first.max(WEEK));
    }

    #[test]
    fn jitter_is_later_by_a_tenth_at_most(gap in 0..1_000_000_u64, url: String, failures: u32) {
        let gap = Duration::from_secs(gap);
        let at = after(now(), gap, &url, failures);
        prop_assert!(at >= now().plus(gap) && at <= now().plus(gap + gap / 10));
        prop_assert_eq!(at, after(now(), gap, &url, failures));
    }

    #[test]
    fn skipping_ends_in_an_hour_that_is_not_skipped(hints in hints(), seconds in 0..10_000_000_u64) {
        let at = now().plus(Duration::from_secs(seconds));
        let then = skip(at, &hints);
        prop_assert!(then >= at && then <= at.plus(8 * DAY));
        prop_assert_eq!(skip(then, &hints), then);
    }

    #[test]
    fn the_regular_distance_keeps_to_its_bounds(hints in hints(), new_7d: u32, policy in any_policy()) {
        let gap = regular(&FeedState { hints, ..feed() }, new_7d, &policy).length;
        let least = policy.interval.unwrap_or(policy.min_interval);
        prop_assert!(gap >= least && gap <= least.max(policy.max_interval).max(DAY));
    }
}

#[test]
fn a_feed_that_comes_up_late_in_a_skipped_hour_waits_for_its_end() {
    let hints = Hints { skip_hours: vec![0, 1], ..Hints::default() };
    let at = |text: &str| Timestamp::parse_rfc3339(text).unwrap();
    assert_eq!(skipped(&hints, at("2026-11-24T00:00:00Z")), Some(at("2026-11-24T02:00:00Z")));
    assert_eq!(skipped(&hints, at("2026-11-24T23:59:59Z")), None);
    assert_eq!(skipped(&hints, at("2026-11-24T02:00:00Z")), None);
}

#[test]
fn a_document_that_ended_the_process_quarantines_its_feed() {
    let next = settled(&feed(), &failed(FailureKind::Deadly, Some(200)));
    assert_eq!((next.state, next.last_error.as_deref()), (State::Quarantined, Some("it broke")));
    assert!(!is_due(&next, now().plus(365 * DAY)));
    let woken = wake(&next, now()).unwrap();
    assert_eq!((woken.state, woken.failures, woken.last_error.as_deref()), (State::Active, 0, None));
    assert!(is_due(&woken, now()));
}

#[test]
fn waking_keeps_a_hold_and_wakes_no_feed_that_is_awake() {
    let until = Some(now().plus(HOUR));
    let gone = FeedState { state: State::Gone, hold_until: until, ..feed() };
    assert_eq!(wake(&gone, now()).map(|row| row.next_check), until);
    assert_eq!(wake(&feed(), now()), None);
    assert_eq!(wake(&FeedState { state: State::BackingOff, ..feed() }, now()), None);
}

#[test]
fn what_answers_promised_is_told_apart_from_what_is_planned() {
    let check = |state: FeedState, expected: Option<Timestamp>| assert_eq!(promised(&state), expected);
    let hints = Hints { fresh: Some(HOUR), ttl: Some(2 * HOUR), ..Hints::default() };
    check(feed(), None);
    check(FeedState { hints: hints.clone(), ..feed() }, None);
    check(FeedState { hints: hints.clone(), last_ok: Some(now()), ..feed() }, Some(now().plus(2 * HOUR)));
    let held = FeedState { hints, last_ok: Some(now()), hold_until: Some(now().plus(DAY)), ..feed() };
    check(held, Some(now().plus(DAY)));
}
