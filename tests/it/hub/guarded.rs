//! Whom the hub never calls, and how many it takes.

use std::io::{ErrorKind, Write};
use std::net::{TcpListener, TcpStream};

use super::{BASE, Site, wait};
use crate::origin::Answer;

#[test]
fn private_addresses_are_never_connected_to_however_they_are_written() {
    let site = Site::new();
    // The site's own host, which is the feed's and the callbacks' too, is allowed, and nothing else.
    site.configure("127.0.0.0/8", "127.0.0.2/32");
    site.configure("http://warta.localhost/", "http://127.0.0.2/");
    let topic = "http://127.0.0.2/nasional/rss.xml";
    let feed = crate::origin::Origin::start_at("127.0.0.2");
    feed.on(super::FEED, Answer::ok(super::rss(&["Satu"])));
    site.configure(&site.origin.url(super::FEED), &feed.url(super::FEED));
    let trap = TcpListener::bind("0.0.0.0:0").unwrap();
    let six = TcpListener::bind(("::1", trap.local_addr().unwrap().port())).ok();
    trap.set_nonblocking(true).unwrap();
    let port = trap.local_addr().unwrap().port();
    let daemon = site.run();
    let literal = [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f.0.0.1",
        "0177.0.0.1",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "[::1]",
        "[::]",
        "127.0.0.1.",
        "10.0.0.1",
        "192.168.0.1",
        "169.254.169.254",
        "[fd00::1]",
        "[64:ff9b::127.0.0.1]",
    ];
    for host in literal {
        let reply = site.request_of(topic, "subscribe", &format!("http://{host}:{port}/"), &[]);
        assert_eq!(reply.status, 400, "{host}: {}", reply.body);
        assert!(reply.body.contains("network that this hub does not call"), "{host}: {}", reply.body);
    }
    for name in ["localhost", "LOCALHOST.", "app.localhost"] {
        let reply = site.request_of(topic, "subscribe", &format!("http://{name}:{port}/"), &[]);
        assert_eq!(reply.status, 202, "{name} is looked up when it is called");
        assert!(daemon.says("was not confirmed"), "{name}");
    }
    // Redirects into the private network, by a verification and by a delivery.
    let inside = format!("http://127.0.0.1:{port}/");
    site.callbacks.on("/pindah", Answer::redirect(302, &inside));
    assert_eq!(site.request_of(topic, "subscribe", &site.callbacks.url("/pindah"), &[]).status, 202);
    assert!(daemon.says("was not confirmed"));
    site.callbacks.on("/a", Answer::confirm());
    assert_eq!(site.request_of(topic, "subscribe", &site.callbacks.url("/a"), &[]).status, 202);
    wait("the subscription", || (site.subscribers() == 1).then_some(()));
    site.callbacks.on("POST /a", Answer::redirect(307, &inside));
    feed.on(super::FEED, Answer::ok(super::rss(&["Satu", "Dua"])));
    site.at("2026-11-24T07:02:00Z");
    site.delivered("/a", 0);
    assert!(daemon.says("a delivery failed"));
    assert_eq!(daemon.end(), Some(0));
    for trap in [Some(trap), six].into_iter().flatten() {
        trap.set_nonblocking(true).unwrap();
        assert_eq!(trap.accept().unwrap_err().kind(), ErrorKind::WouldBlock, "nobody connected");
    }
}

#[test]
fn what_is_open_to_the_operators_feeds_is_closed_to_strangers_callbacks() {
    for (from, to) in [
        ("127.0.0.0/8\"]", "127.0.0.0/8\"]\nallow_private_networks = false"),
        ("allow_networks = [\"127.0.0.0/8\"]", "allow_private_networks = true"),
    ] {
        let site = Site::new();
        site.configure("http://warta.localhost/", "https://warta.example/");
        site.configure(from, to);
        let daemon = site.run();
        let topic = "https://warta.example/nasional/rss.xml";
        site.callbacks.on("/dalam", Answer::confirm());
        let reply = site.request_of(topic, "subscribe", &site.callbacks.url("/dalam"), &[]);
        assert_eq!(reply.status, 400, "{to}: {}", reply.body);
        let named = site.callbacks.url("/dalam").replace("127.0.0.2", "localhost");
        assert_eq!(site.request_of(topic, "subscribe", &named, &[]).status, 202, "it is looked up when it is called");
        assert!(daemon.says("was not confirmed"), "{to}");
        assert_eq!(site.callbacks.requests_of("/dalam").len(), 0, "{to}");
        assert_eq!(daemon.end(), Some(0));
    }
}

#[test]
fn a_strangers_callback_that_wants_quiet_silences_nobody_else_on_its_host() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/a", "rss.xml", &[]);
    site.callbacks.on("/asing", Answer::status(429).header("Retry-After", "604800"));
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/asing"), &[]).status, 202);
    assert!(daemon.says("was not confirmed"));
    site.subscribe("/b", "rss.xml", &[]);
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.delivered("/a", 0);
    site.delivered("/b", 0);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn forms_that_never_end_keep_nobody_out() {
    let site = Site::new();
    let daemon = site.run();
    let begun: Vec<TcpStream> = (0..64)
        .map(|_| {
            let mut stream = TcpStream::connect(site.listen).unwrap();
            let head = "POST /hub HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
            write!(stream, "{head}Content-Length: 100\r\n\r\nhub.mode=").unwrap();
            stream
        })
        .collect();
    site.subscribe("/a", "rss.xml", &[]);
    drop(begun);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_host_has_so_many_requests_that_wait_and_is_then_asked_to_come_later() {
    let site = Site::new();
    let daemon = site.run();
    site.callbacks.on("/diam", Answer::hang());
    let ask = |n: usize| site.request("subscribe", "rss.xml", &format!("{}?{n}", site.callbacks.url("/diam")), &[]);
    for n in 0..warta::model::MAX_INTENTS_A_HOST {
        assert_eq!(ask(n).status, 202, "{n}");
    }
    let reply = ask(1_000);
    assert_eq!(reply.status, 429, "{}", reply.body);
    assert!(reply.header("retry-after").unwrap().parse::<u32>().unwrap() > 0);
    // Those of another host are taken, and verified beside the ones that hang.
    let other = crate::origin::Origin::start_at("127.0.0.3");
    other.on("/b", Answer::confirm());
    assert_eq!(site.request("subscribe", "rss.xml", &other.url("/b"), &[]).status, 202);
    wait("the other one's subscription", || (site.subscribers() == 1).then_some(()));
    assert_eq!(daemon.end(), Some(0));
}

/// Fills the hub's rows, as if `n` callbacks had subscribed.
fn crowd(site: &Site, host: &str, n: usize) {
    let mut database = rusqlite::Connection::open(site.clock.with_file_name("warta.db")).unwrap();
    let transaction = database.transaction().unwrap();
    let sql = "INSERT INTO subscribers (topic, callback, host, until, tries)
               SELECT ?1, 'http://' || ?2 || '/' || ?3, ?2, unixepoch('2026-12-01') * 1000, 0";
    for n in 0..n {
        transaction.execute(sql, rusqlite::params![format!("{BASE}rss.xml"), host, n.to_string()]).unwrap();
    }
    transaction.commit().unwrap();
}

#[test]
fn a_host_with_too_many_subscriptions_is_denied_more_and_may_renew_its_own() {
    let site = Site::new();
    let daemon = site.run();
    site.subscribe("/lama", "rss.xml", &[]);
    crowd(&site, "127.0.0.2", warta::model::MAX_SUBSCRIBERS_A_HOST - 1);
    site.callbacks.on("/baru", Answer::confirm());
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/baru?x=1"), &[]).status, 202);
    let denied = site.asked("/baru", 0);
    assert_eq!(denied.query("hub.mode").as_deref(), Some("denied"));
    assert_eq!(denied.query("hub.topic"), Some(format!("{BASE}rss.xml")));
    assert_eq!(denied.query("hub.reason").unwrap(), "this hub has as many subscribers on this host as it takes");
    assert_eq!((denied.query("x").as_deref(), denied.query("hub.challenge")), (Some("1"), None));
    assert_eq!(site.request("subscribe", "rss.xml", &site.callbacks.url("/lama"), &[]).status, 202);
    assert_eq!(site.asked("/lama", 1).query("hub.mode").as_deref(), Some("subscribe"), "its own it may renew");
    crowd(&site, "lain.example", warta::model::MAX_SUBSCRIBERS - warta::model::MAX_SUBSCRIBERS_A_HOST);
    let other = crate::origin::Origin::start_at("127.0.0.3");
    other.on("/c", Answer::confirm());
    assert_eq!(site.request("subscribe", "rss.xml", &other.url("/c"), &[]).status, 202);
    let denied = wait("the denial", || other.requests_of("/c").into_iter().next());
    assert_eq!(denied.query("hub.reason").unwrap(), "this hub has as many subscribers as it takes");
    assert_eq!(site.subscribers(), warta::model::MAX_SUBSCRIBERS as u64);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn callbacks_that_hang_hold_up_nobody_else() {
    let site = Site::new();
    let daemon = site.run();
    let slow = crate::origin::Origin::start_at("127.0.0.3");
    slow.on("/diam", Answer::confirm());
    slow.on("POST /diam", Answer::hang());
    // More than there are workers, and asked first.
    for n in 0..40 {
        assert_eq!(site.request("subscribe", "rss.xml", &slow.url(&format!("/diam?{n}")), &[]).status, 202);
    }
    wait("the slow ones", || (site.subscribers() == 40).then_some(()));
    site.subscribe("/cepat", "rss.xml", &[]);
    site.publish("2026-11-24T07:02:00Z", &["Satu", "Dua"]);
    site.delivered("/cepat", 0);
    assert!(slow.most_at_once() <= 2, "two at once, as [fetch] per_host_concurrency says");
    assert_eq!(daemon.end(), Some(0));
}
