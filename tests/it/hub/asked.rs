//! What the Recommendation asks of a hub beside websub.rocks' tests: refusals with a reason, verification of intent, denial.

use super::{BASE, Site, wait};
use crate::origin::Answer;

#[test]
fn bad_requests_are_refused_with_a_reason_and_nobody_is_called() {
    let site = Site::new();
    let daemon = site.run();
    let callback = site.callbacks.url("/a");
    let topic = format!("{BASE}rss.xml");
    let long = "x".repeat(200);
    let check = |fields: &[(&str, &str)], status: u16, word: &str| {
        let reply = site.post(fields);
        assert_eq!(reply.status, status, "{fields:?}: {}", reply.body);
        assert!(reply.body.contains(word), "{fields:?}: {}", reply.body);
        assert_eq!(reply.header("content-type"), Some("text/plain; charset=utf-8"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert!(fields.iter().all(|(_, value)| value.len() < 20 || !reply.body.contains(value)), "it is not sent back");
    };
    let (mode, topics, callbacks) = (("hub.mode", "subscribe"), ("hub.topic", &*topic), ("hub.callback", &*callback));
    check(&[], 400, "hub.mode is missing");
    check(&[("hub.mode", "publish"), topics, callbacks], 400, "hub.mode");
    check(&[mode, callbacks], 400, "hub.topic is missing");
    check(&[mode, ("hub.topic", "https://korban.example/rss.xml"), callbacks], 404, "no feed of this site");
    check(&[mode, ("hub.topic", "http://warta.localhost/lain/rss.xml"), callbacks], 404, "no feed of this site");
    check(&[mode, ("hub.topic", "http://warta.localhost/nasional/"), callbacks], 404, "no feed of this site");
    check(&[mode, ("hub.topic", "http://warta.localhost/nasional/rss.xml?x"), callbacks], 404, "no feed of this site");
    check(&[mode, topics], 400, "hub.callback is missing");
    check(&[mode, topics, ("hub.callback", "/relatif")], 400, "no absolute address");
    check(&[mode, topics, ("hub.callback", "javascript:alert(1)")], 400, "neither http nor https");
    check(&[mode, topics, ("hub.callback", "file:///etc/passwd")], 400, "neither http nor https");
    check(&[mode, topics, ("hub.callback", "http://a:b@pembaca.example/")], 400, "user name or password");
    check(&[mode, topics, ("hub.callback", "http://pembaca.example/#x")], 400, "fragment");
    check(&[mode, topics, callbacks, ("hub.secret", &long)], 400, "less than 200 bytes");
    check(&[mode, topics, callbacks, ("hub.lease_seconds", "sebentar")], 400, "hub.lease_seconds");
    check(&[("hub.x", &"x".repeat(16 * 1024))], 413, "16384 bytes");
    assert!(site.callbacks.requests().is_empty());
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn other_methods_and_types_are_refused_by_their_headers() {
    let site = Site::new();
    let daemon = site.run();
    for method in ["GET", "HEAD", "PUT", "DELETE", "PATCH"] {
        let reply = site.ask(&format!("{method} /hub?hub.mode=subscribe"), &[], "");
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST, OPTIONS")), "{method}");
    }
    let reply = site.ask("OPTIONS /hub", &[], "");
    assert_eq!((reply.status, reply.header("allow")), (204, Some("POST, OPTIONS")));
    for kind in ["application/json", "multipart/form-data; boundary=x", "text/plain", ""] {
        let reply = site.ask("POST /hub", &[("Content-Type", kind)], "{}");
        assert_eq!(reply.status, 415, "{kind}");
        assert_eq!(reply.header("accept-post"), Some("application/x-www-form-urlencoded"));
    }
    assert_eq!(site.ask("POST /hub", &[], "hub.mode=subscribe").status, 415);
    let coded = [("Content-Type", "application/x-www-form-urlencoded"), ("Content-Encoding", "gzip")];
    assert_eq!(site.ask("POST /hub", &coded, "x").status, 415);
    let charset = [("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=UTF-8")];
    assert_eq!(site.ask("POST /hub", &charset, "").status, 400, "it is read");
    assert_eq!(site.ask("POST /hub/", &charset, "").status, 405, "the hub has one address");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_request_is_taken_whatever_its_callback_does() {
    let site = Site::new();
    let daemon = site.run();
    site.callbacks.on("/diam", Answer::hang());
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/diam"), &[]).status, 202);
    assert_eq!(site.request("subscribe", "rss.xml", "http://127.0.0.3:9/tutup", &[]).status, 202);
    assert_eq!(site.request("unsubscribe", "rss.xml", &site.callbacks.url("/tak-ada"), &[]).status, 202);
    site.asked("/diam", 0);
    site.asked("/tak-ada", 0);
    assert_eq!(site.subscribers(), 0);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn the_callbacks_query_is_kept_and_each_challenge_is_another_one() {
    let site = Site::new();
    let daemon = site.run();
    let mut challenges = Vec::new();
    for n in 0..5 {
        let callback = format!("{}?id={n}&a%20b=c+d", site.callbacks.url("/a"));
        site.callbacks.on("/a", Answer::confirm());
        assert_eq!(site.request("subscribe", "rss.xml", &callback, &[]).status, 202);
        let asked = site.asked("/a", n);
        assert!(asked.target.starts_with(&format!("/a?id={n}&a%20b=c+d&hub.mode=subscribe&")), "{}", asked.target);
        challenges.push(asked.query("hub.challenge").unwrap());
    }
    assert!(challenges.iter().all(|challenge| challenge.len() >= 32), "128 bits at least: {challenges:?}");
    challenges.sort();
    challenges.dedup();
    assert_eq!(challenges.len(), 5);
    wait("five subscriptions", || (site.subscribers() == 5).then_some(()));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.delivered("/a", 4);
    let mut ids: Vec<_> = site.all("POST", "/a").iter().map(|seen| seen.target.clone()).collect();
    ids.sort();
    assert_eq!(ids[3], "/a?id=3&a%20b=c+d", "a delivery has the callback's own query alone");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn every_lease_is_given_and_has_an_end() {
    let site = Site::new();
    let daemon = site.run();
    for (n, (wished, given)) in
        [("", "864000"), ("1", "86400"), ("90000", "90000"), ("99999999999", "2592000")].into_iter().enumerate()
    {
        let asked = site.subscribe(&format!("/{n}"), "rss.xml", &[("hub.lease_seconds", wished)]);
        assert_eq!(asked.query("hub.lease_seconds").as_deref(), Some(given), "{wished}");
    }
    assert_eq!(site.subscribers(), 4);
    site.publish("2026-11-25T07:30:00Z", &["Satu", "Dua"]);
    for path in ["/0", "/2", "/3"] {
        site.delivered(path, 0);
    }
    site.publish("2026-11-25T09:00:00Z", &["Satu", "Dua", "Tiga"]);
    for path in ["/0", "/3"] {
        site.delivered(path, 1);
    }
    assert_eq!((site.all("POST", "/1").len(), site.all("POST", "/2").len()), (0, 1), "their leases are over");
    assert_eq!(site.subscribers(), 2);
    assert_eq!(daemon.end(), Some(0));
    let rows: Option<i64> = site.row("count(*)");
    assert_eq!(rows, Some(2), "and their rows are gone");
}

#[test]
fn nothing_but_the_challenge_with_2xx_confirms() {
    let site = Site::new();
    let daemon = site.run();
    let elsewhere = site.callbacks.url("/lain");
    site.callbacks.on("/lain", Answer::confirm());
    let answers = [
        ("/kosong", Answer::status(200)),
        ("/salah", Answer::status(200).body("bukan itu")),
        ("/panjang", Answer::status(200).body("x".repeat(100_000))),
        ("/moved", Answer::redirect(302, &elsewhere)),
        ("/moved-307", Answer::redirect(307, &elsewhere)),
        ("/forbidden", Answer::status(403)),
        ("/broken", Answer::status(500)),
    ];
    for (path, answer) in answers.clone() {
        site.callbacks.on(path, answer);
        assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url(path), &[]).status, 202);
        site.asked(path, 0);
    }
    site.subscribe("/benar", "rss.xml", &[]);
    for (path, _) in answers {
        assert!(daemon.says("was not confirmed"), "{path}");
    }
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.delivered("/benar", 0);
    assert_eq!(site.subscribers(), 1);
    assert!(site.callbacks.requests_of("/lain").is_empty(), "redirects are not followed");
    let deliveries = site.callbacks.requests().into_iter().filter(|seen| seen.method == "POST").count();
    assert_eq!(deliveries, 1);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn nothing_changes_before_a_request_is_confirmed() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[("hub.secret", "milik sendiri")]);
    // Somebody else asks in its name; it confirms nothing of that.
    site.callbacks.on("GET /a", Answer::status(404));
    let url = site.callbacks.url("/a");
    assert_eq!(site.request("subscribe", "rss.xml", &url, &[("hub.secret", "palsu")]).status, 202);
    assert!(daemon.says("was not confirmed"));
    assert_eq!(site.request("unsubscribe", "rss.xml", &url, &[]).status, 202);
    assert!(daemon.says("was not confirmed"));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    let delivery = site.delivered("/a", 0);
    let own = super::signature("milik sendiri", &delivery.body);
    assert_eq!(delivery.header("x-hub-signature"), Some(own.as_str()));
    assert_eq!(daemon.end(), Some(0));
}
