use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::JoinSet;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u64) -> Timestamp {
    Timestamp::epoch().plus(Duration::from_secs(seconds))
}

fn clock() -> Clock {
    Clock::Fixed(at(0))
}

/// Asks each host in turn, each exchange taking `exchange`; the second at which each began (the clock is tokio's).
async fn starts(hosts: Hosts, names: &[&str], exchange: Duration) -> Vec<(String, u64)> {
    let (hosts, began) = (Arc::new(hosts), Instant::now());
    let mut tasks = JoinSet::new();
    for name in names {
        let (hosts, name) = (Arc::clone(&hosts), (*name).to_owned());
        tasks.spawn(async move {
            let visit = hosts.enter(&name, &clock()).await.unwrap();
            let start = began.elapsed().as_secs();
            tokio::time::sleep(exchange).await;
            drop(visit);
            (name, start)
        });
    }
    let mut starts = tasks.join_all().await;
    starts.sort_by_key(|(name, start)| (*start, name.clone()));
    starts
}

fn seconds(starts: &[(String, u64)], name: &str) -> Vec<u64> {
    starts.iter().filter(|(n, _)| n == name).map(|(_, start)| *start).collect()
}

#[tokio::test(start_paused = true)]
async fn starts_at_one_host_lie_apart() {
    let starts = starts(Hosts::new(32, 2, SECOND), &["a", "a", "a", "a", "b"], Duration::ZERO).await;
    assert_eq!(seconds(&starts, "a"), [0, 1, 2, 3]);
    assert_eq!(seconds(&starts, "b"), [0]);
}

#[tokio::test(start_paused = true)]
async fn a_host_gets_so_many_at_once() {
    let starts = starts(Hosts::new(32, 2, Duration::ZERO), &["a"; 6], 10 * SECOND).await;
    assert_eq!(seconds(&starts, "a"), [0, 0, 10, 10, 20, 20]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_host_keeps_no_worker_from_others() {
    // Two workers; "slow" has five waiting, of which one may be under way.
    let names = ["slow", "slow", "slow", "slow", "slow", "a", "b", "c"];
    let starts = starts(Hosts::new(2, 1, Duration::ZERO), &names, 10 * SECOND).await;
    assert_eq!(seconds(&starts, "slow").first(), Some(&0));
    let others: Vec<_> = ["a", "b", "c"].iter().flat_map(|name| seconds(&starts, name)).collect();
    assert_eq!(others, [0, 10, 10]);
}

#[tokio::test(start_paused = true)]
async fn spacing_holds_when_workers_are_short() {
    let starts = starts(Hosts::new(1, 2, SECOND), &["b", "a", "a", "a"], 3 * SECOND).await;
    let a = seconds(&starts, "a");
    assert!(a.windows(2).all(|pair| pair[1] > pair[0]), "{a:?}");
}

#[tokio::test(start_paused = true)]
async fn a_hold_turns_away_those_that_wait() {
    let (hosts, clock, asked) = (Arc::new(Hosts::new(8, 1, SECOND)), clock(), Arc::new(AtomicUsize::new(0)));
    let mut tasks = JoinSet::new();
    for _ in 0..12 {
        let (hosts, clock, asked) = (Arc::clone(&hosts), clock.clone(), Arc::clone(&asked));
        tasks.spawn(async move {
            let visit = hosts.enter("a", &clock).await?;
            asked.fetch_add(1, Ordering::SeqCst);
            hosts.hold("a", at(3_600));
            drop(visit);
            Ok::<_, Timestamp>(())
        });
    }
    let held = tasks.join_all().await.into_iter().filter(|outcome| *outcome == Err(at(3_600))).count();
    assert_eq!((asked.load(Ordering::SeqCst), held), (1, 11));
    assert_eq!(hosts.held("a", at(3_599)), Some(at(3_600)));
    assert_eq!(hosts.held("a", at(3_600)), None);
    assert_eq!(hosts.held("b", at(0)), None);
    hosts.hold("a", at(10));
    assert_eq!(hosts.held("a", at(20)), Some(at(3_600)), "a longer hold stays");
}

#[tokio::test(start_paused = true)]
async fn a_held_domain_holds_all_its_hosts_and_no_others() {
    let hosts = Hosts::new(8, 1, SECOND);
    hosts.hold_domain("rss.kompas.co.id", at(100));
    let check = |host: &str, until| assert_eq!(hosts.held(host, at(0)), until, "{host}");
    check("rss.kompas.co.id", Some(at(100)));
    check("kompas.co.id", Some(at(100)));
    check("tekno.kompas.co.id", Some(at(100)));
    check("notkompas.co.id", None);
    check("co.id", None);
    assert!(hosts.enter("tekno.kompas.co.id", &clock()).await.is_err());
    hosts.hold("tekno.kompas.co.id", at(200));
    check("tekno.kompas.co.id", Some(at(200)));
    check("rss.kompas.co.id", Some(at(100)));
    let rows = hosts.rows("tekno.kompas.co.id", at(0));
    let names: Vec<_> = rows.iter().map(|row| row.host.as_str()).collect();
    assert_eq!(names, ["tekno.kompas.co.id", "*.kompas.co.id"]);
    let new = Hosts::new(8, 1, SECOND);
    new.restore(&rows, at(0));
    assert_eq!(new.held("kompas.co.id", at(0)), Some(at(100)), "through a restart");
}

#[tokio::test(start_paused = true)]
async fn a_known_host_gets_as_many_at_once_as_a_reload_says() {
    let old = Hosts::new(8, 1, Duration::ZERO);
    let first = old.enter("a", &clock()).await.unwrap();
    let more = old.renewed(8, 3, Duration::ZERO);
    let second = more.enter("a", &clock()).await.unwrap();
    let third = more.enter("a", &clock()).await.unwrap();
    let waits = |hosts: Hosts| async move { tokio::time::timeout(SECOND, hosts.enter("a", &clock())).await.is_err() };
    assert!(waits(more.renewed(8, 3, Duration::ZERO)).await, "three are under way, one of them under the old limit");
    drop((first, second));
    assert!(waits(more.renewed(8, 1, Duration::ZERO)).await, "one is left, and one is as many as it may get now");
    drop(third);
    assert!(!waits(more.renewed(8, 1, Duration::ZERO)).await);
}

#[tokio::test(start_paused = true)]
async fn one_who_gives_up_waiting_keeps_nobody_else_waiting() {
    let hosts = Arc::new(Hosts::new(8, 1, Duration::ZERO));
    let first = hosts.enter("a", &clock()).await.unwrap();
    for _ in 0..3 {
        assert!(tokio::time::timeout(SECOND, hosts.enter("a", &clock())).await.is_err());
    }
    drop(first);
    drop(tokio::time::timeout(SECOND, hosts.enter("a", &clock())).await.unwrap().unwrap());
}

#[tokio::test(start_paused = true)]
async fn pacing_survives_a_restart() {
    let old = Hosts::new(8, 2, 5 * SECOND);
    drop(old.enter("a", &clock()).await.unwrap());
    old.hold("b", at(100));
    drop(old.enter("c", &clock()).await.unwrap());
    tokio::time::advance(5 * SECOND).await;
    drop(old.enter("a", &clock()).await.unwrap());
    let rows = old.snapshot(at(5));
    assert_eq!(
        rows,
        [
            HostHold { host: "a".into(), next_at: Some(at(10)), hold_until: None },
            HostHold { host: "b".into(), next_at: None, hold_until: Some(at(100)) },
        ]
    );
    let new = Hosts::new(8, 2, 5 * SECOND);
    new.restore(&rows, at(7));
    let began = Instant::now();
    drop(new.enter("a", &clock()).await.unwrap());
    assert_eq!(began.elapsed(), 3 * SECOND);
    assert_eq!(new.held("b", at(7)), Some(at(100)));
    // The clock went back a day meanwhile: nobody waits for a day.
    let back = Hosts::new(8, 2, 5 * SECOND);
    back.restore(&[HostHold { host: "a".into(), next_at: Some(at(86_400)), hold_until: None }], at(0));
    let began = Instant::now();
    drop(back.enter("a", &clock()).await.unwrap());
    assert_eq!(began.elapsed(), 5 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn quiet_hosts_are_forgotten() {
    let hosts = Hosts::new(8, 2, SECOND);
    hosts.hold("held", at(100));
    for n in 0..3 * MAX_QUIET_HOSTS {
        drop(hosts.enter(&n.to_string(), &clock()).await.unwrap());
        tokio::time::advance(SECOND).await;
    }
    assert!(hosts.known().hosts.len() <= MAX_QUIET_HOSTS);
    assert_eq!(hosts.held("held", at(0)), Some(at(100)));
}

#[test]
fn hosts_are_named_without_port_and_dot() {
    let check = |url: &str, host: &str| assert_eq!(host_of(&Url::parse(url).unwrap()), host);
    check("https://Feeds.Example:8443/x", "feeds.example");
    check("https://feeds.example./x", "feeds.example");
    check("http://127.0.0.2:80/", "127.0.0.2");
    check("http://[::1]:80/", "[::1]");
}
