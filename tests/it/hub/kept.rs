//! What the hub keeps: what is owed through failures, kills and restarts; and where it does not act.

use super::{Site, wait};
use crate::origin::Answer;

#[test]
fn a_delivery_that_failed_is_tried_again_with_the_newest_bytes_alone() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.callbacks.sequence("POST /a", [Answer::status(500), Answer::status(500), Answer::status(204)]);
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.delivered("/a", 0);
    wait("the first failure", || (site.row::<i64>("tries") == Some(1)).then_some(()));
    assert_eq!(site.row::<String>("last_error").unwrap(), "it answered 500");
    // Something new comes before the next try is due: it does not hurry that, and takes the old one's place.
    site.publish_at_once(&["Satu", "Dua", "Tiga"]);
    wait("the hub's look at it", || site.is_announced().then_some(()));
    assert_eq!(site.row::<i64>("tries"), Some(1));
    assert_eq!(site.all("POST", "/a").len(), 1);
    site.at("2026-11-24T07:02:12Z");
    assert_eq!(site.delivered("/a", 1).body, site.published("rss.xml").into_bytes());
    wait("the second failure", || (site.row::<i64>("tries") == Some(2)).then_some(()));
    site.at("2026-11-24T07:02:40Z");
    assert_eq!(site.delivered("/a", 2).body, site.published("rss.xml").into_bytes());
    wait("the delivery", || (site.row::<i64>("tries") == Some(0)).then_some(()));
    assert_eq!(site.row::<Option<i64>>("next_try"), Some(None), "nothing is owed");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_callback_that_is_gone_is_dropped() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.subscribe("/b", "rss.xml", &[]);
    site.callbacks.on("POST /a", Answer::status(410));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    wait("the end of one", || (site.subscribers() == 1).then_some(()));
    site.publish("2026-11-24T07:04:00Z", &["Satu", "Dua", "Tiga"]);
    site.delivered("/b", 1);
    assert_eq!(site.all("POST", "/a").len(), 1);
    assert_eq!(site.world.json(&["status", "--json"])["subscribers"], 1);
    let told = site.world.run(&["status"]).stdout;
    assert!(String::from_utf8(told).unwrap().contains("1 subscriber at the hub"));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_callback_that_asks_for_quiet_gets_it() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.callbacks.sequence("POST /a", [Answer::status(429).header("Retry-After", "600"), Answer::status(200)]);
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    wait("the failure", || (site.row::<i64>("tries") == Some(1)).then_some(()));
    site.publish("2026-11-24T07:11:00Z", &["Satu", "Dua", "Tiga"]);
    assert_eq!(site.all("POST", "/a").len(), 1);
    site.at("2026-11-24T07:12:01Z");
    site.delivered("/a", 1);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_kill_in_the_middle_loses_no_request_and_no_delivery() {
    let site = Site::new();
    let daemon = site.run();
    site.callbacks.on("/a", Answer::hang());
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/a"), &[]).status, 202);
    site.asked("/a", 0);
    daemon.signal("-KILL");
    drop(daemon);
    site.callbacks.on("/a", Answer::confirm());
    let daemon = site.run();
    site.asked("/a", 1);
    wait("the subscription", || (site.subscribers() == 1).then_some(()));
    site.callbacks.on("POST /a", Answer::hang());
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.delivered("/a", 0);
    daemon.signal("-KILL");
    drop(daemon);
    site.callbacks.on("POST /a", Answer::status(200));
    let daemon = site.run();
    assert_eq!(site.delivered("/a", 1).body, site.published("rss.xml").into_bytes());
    wait("the delivery", || site.row::<Option<i64>>("next_try").filter(Option::is_none));
    assert_eq!(daemon.end(), Some(0));
    let daemon = site.run();
    site.publish("2026-11-24T07:04:00Z", &["Satu", "Dua", "Tiga"]);
    site.delivered("/a", 2);
    assert_eq!(site.all("POST", "/a").len(), 3, "a restart without news delivers nothing");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn what_commands_published_while_no_daemon_ran_is_delivered_by_the_next_one() {
    let mut site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    assert_eq!(daemon.end(), Some(0));
    site.tells(&["Satu", "Dua"]);
    site.world.at("2026-11-24T07:02:00Z");
    site.world.json(&["poll", "--json"]);
    assert!(site.published("rss.xml").contains("Dua"));
    assert!(site.all("POST", "/a").is_empty(), "a command calls nobody");
    site.at("2026-11-24T07:02:30Z");
    let daemon = site.run();
    assert_eq!(site.delivered("/a", 0).body, site.published("rss.xml").into_bytes());
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_hub_that_is_turned_off_is_named_nowhere_and_answers_404() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.configure("[server]", "[websub]\nhub = false\n[server]");
    daemon.signal("-HUP");
    let names = |file: &str| site.published(file).contains("/hub\"");
    wait("an edition without it", || (!names("rss.xml") && !names("atom.xml") && !names("feed.json")).then_some(()));
    wait("headers without it", || {
        let reply = site.ask("GET /nasional/rss.xml", &[], "");
        (reply.header("link") == Some("<http://warta.localhost/nasional/rss.xml>; rel=\"self\"")).then_some(())
    });
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/b"), &[]).status, 404);
    for method in ["GET", "OPTIONS", "PUT"] {
        assert_eq!(site.ask(&format!("{method} /hub"), &[], "").status, 404, "{method}");
    }
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.configure("hub = false", "hub = true");
    daemon.signal("-HUP");
    assert!(String::from_utf8(site.delivered("/a", 0).body).unwrap().contains("Dua"), "who subscribed is told again");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn who_subscribed_to_a_section_before_it_was_renamed_is_told_until_the_lease_ends() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.configure("id = \"nasional\"", "id = \"negeri\"\nwas = [\"nasional\"]");
    site.configure("section = \"nasional\"", "section = \"negeri\"");
    daemon.signal("-HUP");
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    let told = |seen: &crate::origin::Seen| String::from_utf8_lossy(&seen.body).contains("Dua");
    let delivery = wait("the item", || site.all("POST", "/a").into_iter().find(told));
    let links = "<http://warta.localhost/hub>; rel=\"hub\", <http://warta.localhost/nasional/rss.xml>; rel=\"self\"";
    assert_eq!(delivery.header("link"), Some(links));
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/b"), &[]).status, 404, "nobody new does");
    let goodbye = |path: &str| site.request("unsubscribe", "rss.xml", &site.callbacks.url(path), &[]).status;
    assert_eq!(goodbye("/b"), 404, "it never subscribed");
    assert_eq!(goodbye("/a"), 202, "who did can end it");
    wait("the end", || (site.subscribers() == 0).then_some(()));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_site_that_nobody_can_reach_has_no_hub() {
    for (base, open) in [
        ("http://warta.example/", false),
        ("https://10.0.0.1/", false),
        ("https://warta.local/", false),
        ("http://127.0.0.1:8080/", true),
    ] {
        let site = Site::new();
        site.configure("http://warta.localhost/", base);
        let daemon = site.run();
        assert_eq!(site.published("feed.json").contains("hubs"), open, "{base}");
        assert_eq!(site.ask("GET /hub", &[], "").status, if open { 405 } else { 404 }, "{base}");
        assert_eq!(daemon.end(), Some(0));
    }
}

#[test]
fn a_process_that_only_serves_says_where_the_hub_is() {
    let site = Site::new();
    assert_eq!(site.run().end(), Some(0));
    let daemon = site.start(&["serve"], "warta serves");
    let reply = site.request("subscribe", "rss.xml", &site.callbacks.url("/a"), &[]);
    assert_eq!(reply.status, 503);
    assert!(reply.body.contains("`warta run`"), "{}", reply.body);
    assert!(reply.header("retry-after").is_some());
    assert_eq!(daemon.end(), Some(0));
    site.configure("[server]", "[websub]\nhub = false\n[server]");
    let daemon = site.start(&["serve"], "warta serves");
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/a"), &[]).status, 404);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn what_subscribers_keep_secret_stands_in_no_log() {
    let site = Site::new();
    let now = format!("@{}", site.clock.display());
    let mut run = site.world.command(&["run"]);
    let daemon = crate::run::Daemon::start(run.env("WARTA_NOW", now).env("RUST_LOG", "trace"), "warta runs");
    wait("the first item", || site.published("rss.xml").contains("Satu").then_some(()));
    site.callbacks.on("/jalan-rahasia", Answer::confirm());
    site.callbacks.on("POST /jalan-rahasia", Answer::status(500));
    let url = site.callbacks.url("/jalan-rahasia");
    assert_eq!(site.request("subscribe", "rss.xml", &url, &[("hub.secret", "sandi-tanda")]).status, 202);
    assert_eq!(site.request("subscribe", "rss.xml", "http://127.0.0.9:9/pintu-tutup", &[]).status, 202);
    wait("the subscription", || (site.subscribers() == 1).then_some(()));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    wait("the failure", || (site.row::<i64>("tries") == Some(1)).then_some(()));
    let challenge = site.asked("/jalan-rahasia", 0).query("hub.challenge").unwrap();
    daemon.signal("-TERM");
    let log = daemon.rest();
    for word in ["a delivery failed", "was not confirmed", "TRACE"] {
        assert!(log.iter().any(|line| line.contains(word)), "{word}");
    }
    for secret in ["sandi-tanda", "jalan-rahasia", "pintu-tutup", &challenge] {
        let told = log.iter().find(|line| line.contains(secret));
        assert_eq!(told, None, "{secret} is told");
    }
}
