//! A machine that sleeps for days and wakes: every feed is overdue at once, and no host feels it.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

const HOSTS: usize = 4;
const FEEDS_A_HOST: usize = 60;
/// Between the starts of two requests to one host.
const SPACING: Duration = Duration::from_millis(20);
/// How long the daemon may take for a round: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(60);

const DOCUMENT: &str = "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
    <item><title>Satu</title><link>https://kabar.example/1</link><guid>https://kabar.example/1</guid></item>\
    </channel></rss>";

/// Waits until so many requests came in all, and gives for each host when each of them came.
fn wait_for(hosts: &[Origin], requests: usize) -> Vec<Vec<Instant>> {
    let began = Instant::now();
    loop {
        let seen: Vec<Vec<Instant>> =
            hosts.iter().map(|host| host.requests().iter().map(|request| request.at).collect()).collect();
        if seen.iter().map(Vec::len).sum::<usize>() >= requests {
            return seen;
        }
        assert!(began.elapsed() < PATIENCE, "{:?}", seen.iter().map(Vec::len).collect::<Vec<_>>());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until the store holds every answer: one that is still on its way would count for the next wake.
fn wait_until_settled(world: &World, now: &str) {
    let began = Instant::now();
    loop {
        let status = world.json(&["status", "--json"]);
        let rows = status["feeds"].as_array().unwrap();
        if rows.iter().all(|row| row["next_check"].as_str().unwrap() > now) {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{status}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_machine_that_wakes_after_days_asks_each_feed_once_at_the_pace_of_its_host() {
    let hosts: Vec<Origin> = (1..=HOSTS).map(|host| Origin::start_at(&format!("127.0.14.{host}"))).collect();
    let mut list = String::new();
    for host in &hosts {
        for feed in 0..FEEDS_A_HOST {
            host.on(&format!("/{feed}"), Answer::ok(DOCUMENT).etag("\"1\""));
            list += &format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", host.url(&format!("/{feed}")));
        }
    }
    let world = World::paced(
        SPACING,
        &format!("max_interval = \"1h\"\n[server]\nlisten = \"127.0.0.1:0\"\n[[section]]\nid = \"nasional\"\n{list}"),
    );
    let all = HOSTS * FEEDS_A_HOST;
    assert_eq!(world.json(&["poll", "--json"])["feeds"]["fresh"], all);
    hosts.iter().for_each(Origin::forget_requests);

    let clock = world.public().parent().unwrap().parent().unwrap().join("now");
    let set = |now: &str| {
        std::fs::write(clock.with_extension("next"), now).unwrap();
        std::fs::rename(clock.with_extension("next"), &clock).unwrap();
    };
    set("2026-11-24T07:01:00Z");
    let mut command = world.command(&["run"]);
    let daemon = Daemon::start(command.env("WARTA_NOW", format!("@{}", clock.display())), "warta runs");
    for now in ["2026-11-29T22:00:00Z", "2026-12-03T06:00:00Z"] {
        let woken = Instant::now();
        set(now);
        let seen = wait_for(&hosts, all);
        for (host, seen) in hosts.iter().zip(&seen) {
            let paths: BTreeSet<String> = host.requests().into_iter().map(|request| request.target).collect();
            assert_eq!(
                (seen.len(), paths.len()),
                (FEEDS_A_HOST, FEEDS_A_HOST),
                "each feed once, however long it slept"
            );
            assert!(host.requests().iter().all(|request| request.header("if-none-match") == Some("\"1\"")));
            // The n-th request came after n spacings at the earliest: one that came late excuses no other.
            for (n, at) in (0..).zip(seen) {
                assert!(*at >= woken + SPACING * n, "request {n} came {:?} after the wake", *at - woken);
            }
        }
        // The hosts take turns: none is kept waiting until another is through.
        let first_through = seen.iter().map(|seen| seen[FEEDS_A_HOST - 1]).min();
        assert!(seen.iter().all(|seen| Some(seen[0]) < first_through));
        wait_until_settled(&world, now);
        hosts.iter().for_each(Origin::forget_requests);
    }
    assert_eq!(daemon.end(), Some(0));
    assert!(
        hosts.iter().all(|host| host.requests().is_empty()),
        "nobody is asked again for what the machine slept over"
    );
    // What came due together does not come due together again.
    let status = world.json(&["status", "--json"]);
    let next: BTreeSet<&str> =
        status["feeds"].as_array().unwrap().iter().map(|row| row["next_check"].as_str().unwrap()).collect();
    assert!(next.len() > all / 2, "{} moments for {all} feeds", next.len());
}
