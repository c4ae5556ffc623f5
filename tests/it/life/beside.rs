//! What an edit of feeds.toml leaves to the poll and the daemon beside it.

use super::*;

#[test]
fn a_poll_after_add_knows_whom_add_asked_and_what_they_want() {
    let origin = Origin::start();
    origin.on("/feed", Answer::ok(rss(1, "a")));
    origin.on("/new", Answer::ok(rss(1, "b")));
    let feed = format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", origin.url("/feed"));
    let world = World::new(&format!("{SECTION}{feed}"));
    world.json(&["poll", "--json"]);
    std::fs::write(toml_of(&world), toml(&world).replace("per_host_delay = \"0ms\"", "per_host_delay = \"30s\""))
        .unwrap();
    check(&world, &["add", &origin.url("/new"), "--section", "nasional"], 0, "changed");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let database = world.public().with_file_name("warta.db");
    let hosts = || runtime.block_on(async { Store::open_read_only(&database).unwrap().hosts().await.unwrap() });
    let next = hosts()[0].next_at.unwrap().to_rfc3339();
    assert!(("2026-11-24T07:00:01".."2026-11-24T07:00:31").contains(&next.as_str()), "{next}");

    std::fs::write(toml_of(&world), toml(&world).replace("\"30s\"", "\"0ms\"")).unwrap();
    origin.on("/busy", Answer::status(429).header("Retry-After", "3600"));
    check(&world, &["add", &origin.url("/busy")], 1, "429");
    origin.forget_requests();
    let report = world.json(&["poll", "--json", "--force"]);
    assert_eq!(report["feeds"]["held"], 2, "{report}");
    assert!(origin.requests().is_empty(), "who was told to be quiet is");
}

#[test]
fn a_reload_names_the_feeds_that_have_a_new_address() {
    let origin = Origin::start();
    origin.on("/old", Answer::ok(rss(1, "a")));
    origin.on("/new", Answer::ok(rss(1, "a")));
    let (old, new) = (origin.url("/old?token=rahasia"), origin.url("/new"));
    let feed = format!("[[feed]]\nurl = \"{old}\"\nsection = \"nasional\"\n");
    let world = World::new(&format!("[server]\nlisten = \"127.0.0.1:0\"\n{SECTION}{feed}"));
    let daemon = Daemon::start(&mut world.command(&["run"]), "feed has news");
    check(&world, &["moved", &old, &new], 0, "follows");
    daemon.signal("-HUP");
    assert!(daemon.says("/old?token=***"), "the former address is named, without its secret");
    assert!(daemon.says("feeds.toml is loaded"));
    assert_eq!(daemon.end(), Some(0));
}
