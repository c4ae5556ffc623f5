//! The hub's tests of websub.rocks, by their numbers (100 to 106). Topics are warta's own feeds, so 105, "plain text" there,
//! is any type that is delivered as it is published.

use super::{BASE, HUB, Site, signature, wait};

/// What a delivery must be: the very bytes that are published, with their type and links.
fn check_delivery(site: &Site, path: &str, n: usize, file: &str, media_type: &str) {
    let delivery = site.delivered(path, n);
    assert_eq!(String::from_utf8(delivery.body.clone()).unwrap(), site.published(file));
    assert_eq!(delivery.header("content-type"), Some(media_type));
    assert_eq!(delivery.header("content-encoding"), None);
    let links = format!("<{HUB}>; rel=\"hub\", <{BASE}{file}>; rel=\"self\"");
    assert_eq!(delivery.header("link"), Some(links.as_str()));
    assert!(delivery.header("user-agent").unwrap().starts_with("warta/"));
}

#[test]
fn row_100_a_typical_request_is_verified_and_delivered() {
    let site = Site::new();
    let daemon = site.run();
    let asked = site.subscribe("/a", "rss.xml", &[]);
    assert_eq!(asked.query("hub.mode").as_deref(), Some("subscribe"));
    assert_eq!(asked.query("hub.topic"), Some(format!("{BASE}rss.xml")));
    assert_eq!(asked.query("hub.lease_seconds").as_deref(), Some("864000"));
    assert!(asked.header("user-agent").unwrap().starts_with("warta/"));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    check_delivery(&site, "/a", 0, "rss.xml", "application/rss+xml; charset=utf-8");
    assert_eq!(site.delivered("/a", 0).header("x-hub-signature"), None, "no secret, no signature");
    wait("the end of the delivery", || site.row::<Option<i64>>("next_try").filter(Option::is_none));
    site.publish("2026-11-24T07:04:00Z", &["Satu", "Dua", "Tiga"]);
    check_delivery(&site, "/a", 1, "rss.xml", "application/rss+xml; charset=utf-8");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn row_101_a_secret_signs_every_delivery() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[("hub.secret", "rahasia umum")]);
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    let delivery = site.delivered("/a", 0);
    assert_eq!(delivery.header("x-hub-signature"), Some(signature("rahasia umum", &delivery.body).as_str()));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn row_102_unknown_parameters_are_ignored() {
    let site = Site::new();
    let daemon = site.run();
    let asked = site.subscribe("/a", "rss.xml", &[("hub.verify", "sync"), ("foo", "bar"), ("hub.foo", "")]);
    assert_eq!((asked.query("foo"), asked.query("hub.verify")), (None, None));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    check_delivery(&site, "/a", 0, "rss.xml", "application/rss+xml; charset=utf-8");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn row_103_a_subscription_is_renewed_before_it_ends() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[("hub.secret", "lama"), ("hub.lease_seconds", "86400")]);
    let until = site.row::<i64>("until").unwrap();
    let renewal = [("hub.secret", "baru"), ("hub.lease_seconds", "172800")];
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/a"), &renewal).status, 202);
    let second = site.asked("/a", 1);
    assert_eq!(second.query("hub.lease_seconds").as_deref(), Some("172800"));
    assert_ne!(second.query("hub.challenge"), site.asked("/a", 0).query("hub.challenge"));
    wait("the renewal", || site.row::<i64>("until").filter(|renewed| *renewed == until + 86_400_000));
    assert_eq!(site.subscribers(), 1, "it replaces");
    site.publish("2026-11-25T08:00:00Z", &["Satu", "Dua"]);
    let delivery = site.delivered("/a", 0);
    assert_eq!(delivery.header("x-hub-signature"), Some(signature("baru", &delivery.body).as_str()));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn row_104_an_unsubscription_is_verified_and_ends_the_deliveries() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.subscribe("/b", "rss.xml", &[]);
    assert_eq!(site.request("unsubscribe", "rss.xml", &site.callbacks.url("/a"), &[]).status, 202);
    let asked = site.asked("/a", 1);
    assert_eq!(asked.query("hub.mode").as_deref(), Some("unsubscribe"));
    assert_eq!(asked.query("hub.topic"), Some(format!("{BASE}rss.xml")));
    wait("the end", || (site.subscribers() == 1).then_some(()));
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    check_delivery(&site, "/b", 0, "rss.xml", "application/rss+xml; charset=utf-8");
    site.publish("2026-11-24T07:04:00Z", &["Satu", "Dua", "Tiga"]);
    site.delivered("/b", 1);
    assert_eq!(site.all("POST", "/a").len(), 0);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn row_105_and_106_each_format_is_delivered_byte_for_byte_as_its_own_type() {
    let site = Site::new();
    let daemon = site.run();
    let formats = [
        ("/atom", "atom.xml", "application/atom+xml; charset=utf-8"),
        ("/rss", "rss.xml", "application/rss+xml; charset=utf-8"),
        ("/json", "feed.json", "application/feed+json; charset=utf-8"),
    ];
    for (path, file, _) in formats {
        site.subscribe(path, file, &[]);
    }
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Kopi “teh” \u{1F375}"]);
    for (path, file, media_type) in formats {
        check_delivery(&site, path, 0, file, media_type);
    }
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn feeds_and_their_headers_name_the_hub_and_archives_do_not() {
    let site = Site::with("[publish]\nitems = 1\nitems_for = \"1m\"\nitems_max = 1\nfirst_batch = 3\n");
    site.tells(&["Satu", "Dua", "Tiga"]);
    let daemon = site.run();
    for (file, hub) in [
        ("rss.xml", "href=\"http://warta.localhost/hub\" rel=\"hub\""),
        ("atom.xml", "href=\"http://warta.localhost/hub\" rel=\"hub\""),
        ("feed.json", "\"hubs\":[{\"type\":\"WebSub\",\"url\":\"http://warta.localhost/hub\"}]"),
    ] {
        assert_eq!(site.published(file).matches(hub).count(), 1, "{}", site.published(file));
        let links = format!("<{HUB}>; rel=\"hub\", <{BASE}{file}>; rel=\"self\"");
        for method in ["GET", "HEAD"] {
            let reply = site.ask(&format!("{method} /nasional/{file}"), &[], "");
            assert_eq!(reply.header("link"), Some(links.as_str()));
        }
    }
    wait("an archive", || site.world.public().join("nasional/archive/1.xml").exists().then_some(()));
    assert!(!site.published("archive/1.xml").contains("rel=\"hub\""));
    assert!(!site.published("archive/1.json").contains("hubs"));
    let archive = || Some(site.ask("GET /nasional/archive/1.xml", &[], "")).filter(|reply| reply.status == 200);
    let archive = wait("the archive to be served", archive);
    assert_eq!(archive.header("link"), Some("<http://warta.localhost/nasional/archive/1.xml>; rel=\"self\""));
    assert_eq!(daemon.end(), Some(0));
}
