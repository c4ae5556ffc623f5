//! Two wartas on loopback: what one publishes the other shows, without a poll.

use std::time::{Duration, Instant};

use super::*;

/// The one that publishes, the one that subscribes to its section, and their daemons.
struct Pair {
    first: Site,
    second: Site,
    daemons: [Daemon; 2],
}

impl Pair {
    fn new() -> Self {
        let (first, second) = (Site::new(), Site::new());
        for site in [&first, &second] {
            site.configure("http://warta.localhost/", &format!("http://{}/", site.listen));
        }
        second.configure(&second.origin.url(FEED), &format!("http://{}/nasional/rss.xml", first.listen));
        let daemons = [first.run(), second.run()];
        wait("the subscription", || (first.subscribers() == 1).then_some(()));
        Self { first, second, daemons }
    }

    /// From the first one's publishing of the n-th item to the second one's.
    fn travel(&self, n: usize) -> Duration {
        let items: Vec<String> = (0..=n).map(|item| format!("Berita-{item}-selesai")).collect();
        self.first.tells(&items.iter().map(String::as_str).collect::<Vec<_>>());
        self.first.at(&format!("2026-11-24T{:02}:{:02}:00Z", 8 + n / 30, n % 30 * 2));
        let newest = items.last().unwrap();
        let shown = |site: &Site| site.published("rss.xml").contains(newest).then(Instant::now);
        let published = wait("the first one's edition", || shown(&self.first));
        wait("the second one's edition", || shown(&self.second)) - published
    }

    fn last_check(&self) -> serde_json::Value {
        self.second.world.json(&["status", "--json"])["feeds"][0]["last_check"].clone()
    }

    fn end(self) {
        for daemon in self.daemons {
            assert_eq!(daemon.end(), Some(0));
        }
    }
}

#[test]
fn an_item_goes_from_one_warta_to_the_next_without_a_poll() {
    let pair = Pair::new();
    let polled = pair.last_check();
    for n in 0..2 {
        assert!(pair.travel(n) < PATIENCE);
    }
    assert_eq!(pair.last_check(), polled, "it was pushed");
    pair.end();
}

/// `cargo test --release --test it hub::pair -- --ignored --nocapture` tells how long a push takes.
#[test]
#[ignore = "measures what the test above asserts; run by hand (docs/websub.md)"]
#[expect(clippy::print_stdout, reason = "a measurement is told")]
fn how_long_a_push_takes() {
    let pair = Pair::new();
    let mut times: Vec<Duration> = (0..10).map(|n| pair.travel(n)).collect();
    times.sort();
    println!("from one edition to the next: median {:?}, {:?} to {:?}", times[5], times[0], times[9]);
    pair.end();
}
