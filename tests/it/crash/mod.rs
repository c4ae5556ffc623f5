//! A kill at any moment: nothing that was stored is lost or told twice, no file is half, and the next start goes on.

mod dies;
mod points;
mod reading;

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;

use crate::origin::{Answer, Origin};
use crate::world::World;

/// Kills of one run where `WARTA_TEST_KILLS` names no other number. Each is a process start, a poll cut short, and a
/// look at everything that is published.
const KILLS: u64 = 40;
/// The latest moment of a kill after the start, in milliseconds: a whole poll with its edition takes less.
const LATEST_MS: u64 = 160;
const FEEDS: usize = 6;

/// A document whose newest items are those up to `n`, each of a feed of its own.
fn document(feed: usize, n: u64) -> String {
    let items: String = (n.saturating_sub(8)..=n)
        .map(|item| {
            format!(
                "<item><title>Berita {feed} {item}</title><link>https://kabar.example/{feed}/{item}</link>\
                 <guid>https://kabar.example/{feed}/{item}</guid><pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate>\
                 <description>Isi {item}</description></item>"
            )
        })
        .collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar {feed}</title>\
         <link>https://kabar.example/</link><description>Kabar</description>{items}</channel></rss>"
    )
}

/// Numbers without a pattern that are the same in every run (a 64-bit linear congruential generator).
fn next(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

/// The ids that the section's feed holds; every published document that is there has to be whole.
fn published_ids(world: &World) -> BTreeSet<String> {
    let Ok(text) = std::fs::read_to_string(world.public().join("nasional/feed.json")) else { return BTreeSet::new() };
    let feed: Value = serde_json::from_str(&text).expect("a whole document");
    for (path, end) in
        [("nasional/rss.xml", "</rss>"), ("nasional/atom.xml", "</feed>"), ("sitemap-news.xml", "</urlset>")]
    {
        // A first edition may not have come so far.
        let text = std::fs::read_to_string(world.public().join(path)).unwrap_or_else(|_| end.to_owned());
        assert!(text.trim_end().ends_with(end), "{path} is half");
    }
    let mut next = feed["next_url"].as_str().map(str::to_owned);
    while let Some(url) = next {
        let path = url.strip_prefix("https://warta.example/").expect("an address of the site");
        let archive: Value = serde_json::from_str(&world.published(path)).expect("a whole archive");
        assert!(world.published(&path.replace(".json", ".xml")).trim_end().ends_with("</feed>"), "{path} is half");
        next = archive["next_url"].as_str().map(str::to_owned);
    }
    let items = feed["items"].as_array().expect("items");
    let ids: Vec<String> = items.iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect();
    let all: BTreeSet<String> = ids.iter().cloned().collect();
    assert_eq!(all.len(), ids.len(), "an item is told twice");
    all
}

#[test]
fn a_kill_loses_nothing_tells_nothing_twice_and_leaves_no_half_file() {
    let origin = Origin::start();
    let feeds: String = (0..FEEDS)
        .map(|feed| format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", origin.url(&format!("/{feed}.xml"))))
        .collect();
    let world = World::new(&format!(
        "[publish]\nitems = 5000\nitems_max = 5000\nfirst_batch = 1000\n[[section]]\nid = \"nasional\"\n{feeds}"
    ));
    let mut seed = 20_261_124;
    let mut known = BTreeSet::new();
    let kills = std::env::var("WARTA_TEST_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    for round in 0..kills {
        for feed in 0..FEEDS {
            origin.on(&format!("/{feed}.xml"), Answer::ok(document(feed, round)));
        }
        let mut child = world.command(&["poll", "--force"]).spawn().unwrap();
        // The moment of the kill is the experiment itself; nothing below depends on how far the poll had come.
        std::thread::sleep(Duration::from_millis(next(&mut seed) % LATEST_MS));
        let _ = child.kill();
        child.wait().unwrap();
        let now = published_ids(&world);
        assert!(known.is_subset(&now), "what was published is gone after kill {round}");
        known = now;
    }
    let told = world.json(&["poll", "--force", "--json"]);
    assert_eq!(told["feeds"]["fresh"], FEEDS as u64, "the next start polls on: {told}");
    let all = published_ids(&world);
    assert!(known.is_subset(&all));
    let status = world.json(&["status", "--json"]);
    let stored: u64 = status["feeds"].as_array().unwrap().iter().map(|feed| feed["items"].as_u64().unwrap()).sum();
    assert_eq!(stored, all.len() as u64, "each report is stored once");
    assert_eq!(world.json(&["poll", "--force", "--json"])["items"]["new"], 0);
}
