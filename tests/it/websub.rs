//! Feeds that are pushed: a hub and an origin on loopback, the real daemon between them.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use warta::model::Lease;
use warta::store::Store;

use crate::origin::{Answer, Origin, Seen};
use crate::pushed::{PATIENCE, rss, wait};
use crate::run::Daemon;
use crate::world::World;

mod logs;

/// Path of the feed at the origin, and of the hub's door.
const FEED: &str = "/kabar.xml";
const HUB: &str = "/hub";

/// A feed that names a hub, the daemon that reads it, and what the hub does.
struct Site {
    origin: Origin,
    hub: Origin,
    world: World,
    listen: SocketAddr,
    clock: PathBuf,
}

impl Site {
    /// With one feed. Its hub takes every request.
    fn new() -> Self {
        Self::with("")
    }

    /// The same, with these lines in `[fetch]`.
    fn with(fetch: &str) -> Self {
        let (origin, hub) = (Origin::start(), Origin::start_at("127.0.0.2"));
        hub.on(HUB, Answer::status(202));
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let section = "[[section]]\nid = \"nasional\"\n";
        let world = World::new(&format!(
            "{fetch}[server]\nlisten = \"{listen}\"\n{section}[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
            origin.url(FEED)
        ));
        let clock = world.public().parent().unwrap().join("now");
        std::fs::create_dir_all(clock.parent().unwrap()).unwrap();
        let site = Self { origin, hub, world, listen, clock };
        site.at("2026-11-24T07:00:00Z");
        site.tells(&["Satu"]);
        site
    }

    /// What the origin tells from now on, with the hub in its header lines.
    fn tells(&self, items: &[&str]) {
        let link = format!("<{}>; rel=\"hub\", <{}>; rel=\"self\"", self.hub.url(HUB), self.origin.url(FEED));
        self.origin.on(FEED, Answer::ok(rss(items)).header("Link", &link));
    }

    fn at(&self, now: &str) {
        let beside = self.clock.with_extension("next");
        std::fs::write(&beside, now).unwrap();
        std::fs::rename(&beside, &self.clock).unwrap();
    }

    fn config(&self) -> PathBuf {
        self.clock.parent().unwrap().parent().unwrap().join("feeds.toml")
    }

    fn run(&self) -> Daemon {
        let now = format!("@{}", self.clock.display());
        Daemon::start(self.world.command(&["run"]).env("WARTA_NOW", now), "warta runs")
    }

    /// The n-th request to the hub, once it came.
    fn asked(&self, n: usize) -> HashMap<String, String> {
        self.asked_at(HUB, n)
    }

    /// The same for another path of the hub.
    fn asked_at(&self, path: &str, n: usize) -> HashMap<String, String> {
        let requests = wait("a request to the hub", || Some(self.hub.requests_of(path)).filter(|all| all.len() > n));
        form(&requests[n])
    }

    /// One request to the daemon: status and body.
    fn send(&self, head: &str, fields: &[(&str, &str)], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(self.listen).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let request = format!("{head} HTTP/1.1\r\nHost: warta.example\r\nConnection: close\r\n");
        write!(stream, "{request}Content-Length: {length}\r\n{fields}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
    }

    /// What the hub asks at the callback.
    fn verify(&self, asked: &HashMap<String, String>, mode: &str, topic: &str, more: &str) -> (u16, String) {
        let query: String = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("hub.mode", mode)
            .append_pair("hub.topic", topic)
            .finish();
        self.send(&format!("GET {}?{query}{more}", path(asked)), &[], "")
    }

    /// Subscribes: the hub verifies the n-th request.
    fn subscribe(&self, n: usize) -> HashMap<String, String> {
        let asked = self.asked(n);
        let more = "&hub.challenge=kata-sandi&hub.lease_seconds=864000";
        let answer = self.verify(&asked, "subscribe", &asked["hub.topic"], more);
        assert_eq!(answer, (200, "kata-sandi".to_owned()));
        asked
    }

    fn deliver(&self, asked: &HashMap<String, String>, document: &str, signature: Option<&str>) -> u16 {
        let mut fields = vec![("Content-Type", "application/rss+xml; charset=utf-8")];
        fields.extend(signature.map(|signature| ("X-Hub-Signature", signature)));
        self.send(&format!("POST {}", path(asked)), &fields, document).0
    }

    fn lease(&self, asked: &HashMap<String, String>) -> Option<Lease> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let token = path(asked).rsplit('/').next().unwrap().to_owned();
        let database = self.clock.with_file_name("warta.db");
        runtime.block_on(async { Store::open_read_only(&database).unwrap().lease(&token).await.unwrap() })
    }

    /// The subscription of the feed, at whichever hub.
    fn lease_of_feed(&self) -> Option<Lease> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = self.clock.with_file_name("warta.db");
        let url = self.origin.url(FEED);
        runtime.block_on(async { Store::open_read_only(&database).unwrap().lease_of(&url).await.unwrap() })
    }

    fn titles(&self) -> Vec<String> {
        let Ok(text) = std::fs::read_to_string(self.world.public().join("nasional/feed.json")) else { return vec![] };
        let feed: Value = serde_json::from_str(&text).unwrap();
        let mut titles: Vec<String> =
            feed["items"].as_array().unwrap().iter().map(|item| item["title"].as_str().unwrap().to_owned()).collect();
        titles.sort();
        titles
    }

    fn why(&self) -> String {
        let status = self.world.json(&["status", "--json"]);
        status["feeds"][0]["next_check_why"].as_str().unwrap().to_owned()
    }

    fn polls(&self) -> usize {
        self.origin.requests_of(FEED).len()
    }
}

fn form(request: &Seen) -> HashMap<String, String> {
    assert_eq!(request.method, "POST");
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    url::form_urlencoded::parse(&request.body).into_owned().collect()
}

fn path(asked: &HashMap<String, String>) -> &str {
    asked["hub.callback"].strip_prefix("https://warta.example").unwrap()
}

fn signed(asked: &HashMap<String, String>, document: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(asked["hub.secret"].as_bytes()).unwrap();
    mac.update(document.as_bytes());
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}

#[test]
fn row_27_what_a_hub_delivers_is_published_without_a_poll_and_a_forgery_is_not() {
    let site = Site::new();
    let daemon = site.run();
    let asked = site.asked(0);
    assert_eq!(asked["hub.mode"], "subscribe");
    assert_eq!(asked["hub.topic"], site.origin.url(FEED));
    assert_eq!(asked["hub.lease_seconds"], "864000");
    assert!(path(&asked).starts_with("/websub/") && path(&asked).len() == "/websub/".len() + 32, "{asked:?}");
    let more = "&hub.challenge=kata-sandi&hub.lease_seconds=864000";
    let topic = asked["hub.topic"].clone();
    assert_eq!(site.verify(&asked, "subscribe", "https://korban.example/rss", more).0, 404, "another topic");
    assert_eq!(site.verify(&asked, "unsubscribe", &topic, more).0, 404, "nobody asked for that");
    site.subscribe(0);
    assert_eq!(site.verify(&asked, "subscribe", &topic, more).0, 404, "nothing is awaited any more");
    wait("the first edition", || (site.titles() == ["Satu"]).then_some(()));

    let forged = rss(&["Palsu"]);
    assert_eq!(site.deliver(&asked, &forged, None), 202);
    assert_eq!(site.deliver(&asked, &forged, Some("sha256=00")), 202);
    assert_eq!(site.deliver(&asked, &forged, Some(&signed(&asked, "another body"))), 202);
    let document = rss(&["Dua"]);
    assert_eq!(site.deliver(&asked, &document, Some(&signed(&asked, &document))), 202);
    wait("the pushed item", || (site.titles() == ["Dua", "Satu"]).then_some(()));
    assert_eq!(site.polls(), 1, "nobody was asked for it");
    let lease = site.lease(&asked).unwrap();
    assert_eq!((lease.deliveries, lease.forged, lease.pending), (1, 3, None));

    let unknown =
        HashMap::from([("hub.callback".to_owned(), format!("https://warta.example/websub/{}", "0".repeat(32)))]);
    assert_eq!(site.deliver(&unknown, &document, None), 410);
    assert_eq!(site.verify(&unknown, "subscribe", &topic, more).0, 404);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_restart_in_the_middle_loses_no_subscription() {
    let site = Site::new();
    let daemon = site.run();
    site.asked(0);
    daemon.signal("-KILL");
    drop(daemon);
    let daemon = site.run();
    let asked = site.subscribe(0);
    daemon.signal("-KILL");
    drop(daemon);
    let daemon = site.run();
    let document = rss(&["Dua"]);
    assert_eq!(site.deliver(&asked, &document, Some(&signed(&asked, &document))), 202);
    wait("the pushed item", || (site.titles() == ["Dua", "Satu"]).then_some(()));
    assert_eq!(site.hub.requests_of(HUB).len(), 1, "nothing was asked for twice");
    assert_eq!(site.polls(), 1);
    site.at("2026-12-01T07:00:00Z");
    let renewal = site.asked(1);
    assert_eq!(renewal, asked, "the same subscription, before its end");
    site.subscribe(1);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_denied_subscription_is_left_alone_for_a_day() {
    let site = Site::new();
    let daemon = site.run();
    let asked = site.asked(0);
    let topic = asked["hub.topic"].clone();
    assert_eq!(site.verify(&asked, "denied", "https://korban.example/rss", "").0, 404);
    assert_eq!(site.verify(&asked, "denied", &topic, "&hub.reason=tidak+boleh").0, 200);
    let lease = site.lease(&asked).unwrap();
    assert_eq!(lease.last_error.as_deref(), Some("the hub denied it: tidak boleh"));
    assert_eq!(lease.next_try.to_rfc3339(), "2026-11-25T07:00:00Z");
    let more = "&hub.challenge=kata-sandi";
    assert_eq!(site.verify(&asked, "subscribe", &topic, more).0, 404, "it is not awaited any more");
    assert_eq!(site.hub.requests_of(HUB).len(), 1);
    site.at("2026-11-25T07:00:01Z");
    site.subscribe(1);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_feed_that_leaves_feeds_toml_is_unsubscribed_from() {
    let site = Site::new();
    let daemon = site.run();
    let asked = site.subscribe(0);
    let text = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(site.config(), text.split("[[feed]]").next().unwrap()).unwrap();
    daemon.signal("-HUP");
    let goodbye = site.asked(1);
    assert_eq!(goodbye["hub.mode"], "unsubscribe");
    assert_eq!((&goodbye["hub.topic"], &goodbye["hub.callback"]), (&asked["hub.topic"], &asked["hub.callback"]));
    let document = rss(&["Dua"]);
    assert_eq!(site.deliver(&asked, &document, Some(&signed(&asked, &document))), 410);
    let more = "&hub.challenge=selamat-tinggal";
    assert_eq!(site.verify(&asked, "unsubscribe", &asked["hub.topic"], more), (200, "selamat-tinggal".to_owned()));
    assert_eq!(site.lease(&asked), None);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn polls_are_rare_beside_a_hub_and_usual_again_beside_one_that_never_delivers() {
    let site = Site::new();
    let daemon = site.run();
    let asked = site.subscribe(0);
    let poll = |at: &str, items: &[&str]| {
        let polls = site.polls();
        site.tells(items);
        site.at(at);
        wait("a poll", || (site.polls() > polls).then_some(()));
        wait("its items", || (site.titles().len() == items.len()).then_some(()));
    };
    poll("2026-11-24T15:00:00Z", &["Satu", "Dua"]);
    wait("the rare pace", || Some(site.why()).filter(|why| why.contains("its hub pushes what is new")));
    assert_eq!(site.lease(&asked).unwrap().missed, 1, "one may be on its way");
    poll("2026-11-26T15:00:00Z", &["Satu", "Dua", "Tiga"]);
    wait("the usual pace", || Some(site.why()).filter(|why| why.contains("new in 7 days")));
    let document = rss(&["Empat"]);
    site.deliver(&asked, &document, Some(&signed(&asked, &document)));
    wait("the pushed item", || (site.titles().len() == 4).then_some(()));
    poll("2026-11-28T15:00:00Z", &["Satu", "Dua", "Tiga", "Empat"]);
    wait("the rare pace again", || Some(site.why()).filter(|why| why.contains("its hub pushes what is new")));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn hubs_are_found_in_every_format_and_each_is_asked_for_its_own_topic() {
    let site = Site::new();
    let hub = |path: &str| site.hub.url(path);
    let feed = |path: &str| site.origin.url(path);
    let links = |own: &str, hub: &str| {
        format!(
            "<link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"self\" href=\"{own}\"/><link xmlns=\"http://www.w3.org/2005/Atom\" rel=\"hub\" href=\"{hub}\"/>"
        )
    };
    let channel =
        rss(&["A"]).replace("<description>", &format!("{}<description>", links(&feed("/a.xml?rss"), &hub("/a"))));
    site.origin.on("/a.xml", Answer::ok(channel));
    let atom = format!(
        "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>B</title><id>urn:b</id>\
         <updated>2026-11-24T06:00:00Z</updated>{}<entry><title>B</title><id>urn:b:1</id>\
         <updated>2026-11-24T06:00:00Z</updated></entry></feed>",
        links(&feed("/b.xml?atom"), &hub("/b"))
    );
    site.origin.on("/b.xml", Answer::ok(atom));
    let hubs = [("rssCloud", hub("/cloud")), ("WebSub", hub("/c"))]
        .map(|(kind, url)| serde_json::json!({"type": kind, "url": url}));
    let json = serde_json::json!({
        "version": "https://jsonfeed.org/version/1.1", "title": "C", "feed_url": feed("/c.json?json"), "hubs": hubs,
        "items": [{"id": "c", "content_text": "C"}]
    });
    site.origin.on("/c.json", Answer::ok(json.to_string()).header("Content-Type", "application/feed+json"));
    let text = std::fs::read_to_string(site.config()).unwrap();
    let feeds: String = ["/a.xml", "/b.xml", "/c.json"]
        .map(|path| format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", feed(path)))
        .concat();
    std::fs::write(site.config(), format!("{text}{feeds}")).unwrap();
    for path in ["/a", "/b", "/c"] {
        site.hub.on(path, Answer::status(202));
    }
    let daemon = site.run();
    for (path, topic) in [("/a", "/a.xml?rss"), ("/b", "/b.xml?atom"), ("/c", "/c.json?json"), (HUB, FEED)] {
        assert_eq!(site.asked_at(path, 0)["hub.topic"], feed(topic));
    }
    assert!(site.hub.requests_of("/cloud").is_empty());
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_hub_may_move_with_307_and_308_alone_and_is_asked_again_later_when_it_fails() {
    let site = Site::new();
    site.hub.sequence(
        HUB,
        [
            Answer::redirect(302, &site.hub.url("/elsewhere")),
            Answer::status(500).body("Sedang\n rusak"),
            Answer::redirect(307, &site.hub.url("/second")),
        ],
    );
    site.hub.on("/second", Answer::redirect(308, "/third"));
    site.hub.on("/third", Answer::status(202));
    let daemon = site.run();
    let asked = site.asked(0);
    let failed = |word: &str| {
        wait("the failure", || {
            site.lease(&asked).and_then(|lease| lease.last_error).filter(|error| error.contains(word))
        })
    };
    failed("307");
    site.at("2026-11-24T07:05:01Z");
    failed("500 Sedang rusak");
    assert!(site.hub.requests_of("/elsewhere").is_empty());
    site.at("2026-11-24T07:15:02Z");
    assert_eq!(site.asked_at("/third", 0), asked, "method and form are kept");
    wait("the answer", || site.lease(&asked).filter(|lease| lease.last_error.is_none()));
    site.subscribe(0);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_hub_at_a_forbidden_address_is_never_connected_to() {
    let site = Site::new();
    let trap = TcpListener::bind("127.0.0.9:0").unwrap();
    trap.set_nonblocking(true).unwrap();
    let text = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(site.config(), text.replace("127.0.0.0/8", "127.0.0.0/29")).unwrap();
    let link = format!("<http://{}/>; rel=\"hub\"", trap.local_addr().unwrap());
    site.origin.on(FEED, Answer::ok(rss(&["Satu"])).header("Link", &link));
    let daemon = site.run();
    assert!(daemon.says("a hub did not take a request"));
    assert_eq!(trap.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_delivery_is_bounded_and_one_without_a_feed_makes_the_feed_due() {
    let site = Site::with("max_body = \"2KiB\"\n");
    let daemon = site.run();
    let asked = site.subscribe(0);
    let large = "x".repeat(3_000);
    assert_eq!(site.deliver(&asked, &large, Some(&signed(&asked, &large))), 413);
    let chunks = format!("bb8\r\n{large}\r\n0\r\n\r\n");
    let mut stream = TcpStream::connect(site.listen).unwrap();
    write!(stream, "POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}", path(&asked)).unwrap();
    let mut head = [0; 12];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(&head, b"HTTP/1.1 413");
    assert_eq!(site.send("POST /nasional/rss.xml", &[], "").0, 405);
    assert_eq!(site.send(&format!("HEAD {}", path(&asked)), &[], "").0, 404);
    assert_eq!(site.send("GET /websub/", &[], "").0, 404);
    assert_eq!(site.send(&format!("POST /websub/{}", "a".repeat(200)), &[], "").0, 404);

    site.tells(&["Satu", "Dua"]);
    site.at("2026-11-24T07:02:00Z");
    assert_eq!(site.deliver(&asked, "", Some(&signed(&asked, ""))), 202);
    wait("the item that the ping told of", || (site.titles() == ["Dua", "Satu"]).then_some(()));
    assert_eq!(site.polls(), 2);
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn the_second_hub_is_asked_when_the_first_refuses_denies_or_never_verifies() {
    let site = Site::new();
    let (first, second) = (site.hub.url("/first"), site.hub.url("/second"));
    let link = format!("<{first}>; rel=hub, <{second}>; rel=hub, <{}>; rel=self", site.origin.url(FEED));
    site.origin.on(FEED, Answer::ok(rss(&["Satu"])).header("Link", &link));
    site.hub.sequence("/first", [Answer::status(403).body("Tidak"), Answer::status(202)]);
    site.hub.on("/second", Answer::status(202));
    let daemon = site.run();
    let refused = site.asked_at("/first", 0);
    let denied = site.asked_at("/second", 0);
    assert_eq!(refused["hub.topic"], denied["hub.topic"]);
    assert!(refused["hub.callback"] != denied["hub.callback"] && refused["hub.secret"] != denied["hub.secret"]);
    assert_eq!(site.lease(&refused), None, "nothing of the first is left");
    let topic = denied["hub.topic"].clone();
    let more = "&hub.challenge=kata-sandi&hub.lease_seconds=864000";
    assert_eq!(site.verify(&refused, "subscribe", &topic, more).0, 404, "the first comes too late");
    assert_eq!(site.verify(&denied, "denied", &topic, "").0, 200);
    // Each was asked once, and one denied it: both are left alone for a day.
    site.at("2026-11-24T23:00:00Z");
    wait("the poll beside it", || (site.polls() > 1).then_some(()));
    assert_eq!((site.hub.requests_of("/first").len(), site.hub.requests_of("/second").len()), (1, 1));
    site.at("2026-11-25T07:00:01Z");
    site.asked_at("/first", 1);
    // It takes the request and never verifies it.
    site.at("2026-11-26T07:00:02Z");
    wait("the turn", || (site.lease_of_feed()?.offer.hub.as_str() == second).then_some(()));
    site.at("2026-11-29T07:00:03Z");
    let asked = site.asked_at("/second", 1);
    assert_eq!(site.verify(&asked, "subscribe", &topic, more).0, 200);
    let document = rss(&["Dua"]);
    assert_eq!(site.deliver(&asked, &document, Some(&signed(&asked, &document))), 202);
    wait("the pushed item", || (site.titles() == ["Dua", "Satu"]).then_some(()));
    assert_eq!(site.lease_of_feed().unwrap().offer.hub.as_str(), second, "a poll does not turn back");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_page_that_is_read_by_selectors_is_pushed_by_the_hub_in_its_head() {
    let site = Site::new();
    let page = |items: &[&str]| {
        let items: String = items.iter().map(|item| format!("<li><a href=\"/{item}\">{item}</a></li>")).collect();
        let (hub, own) = (site.hub.url("/page-hub"), site.origin.url("/kota"));
        format!(
            "<!doctype html><html><head><title>Kota</title><link rel=\"hub\" href=\"{hub}\">\
             <link rel=\"self\" href=\"{own}\"></head><body><ul>{items}</ul></body></html>"
        )
    };
    site.hub.on("/page-hub", Answer::status(202));
    let html = |body: String| Answer::status(200).header("Content-Type", "text/html").body(body);
    site.origin.on("/halaman", html(page(&["Tiga"])));
    let feed = format!(
        "[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\nselect = {{ item = \"li\" }}\n",
        site.origin.url("/halaman")
    );
    let text = std::fs::read_to_string(site.config()).unwrap();
    std::fs::write(site.config(), format!("{text}{feed}")).unwrap();
    let daemon = site.run();
    let asked = site.asked_at("/page-hub", 0);
    assert_eq!(asked["hub.topic"], site.origin.url("/kota"));
    let more = "&hub.challenge=kata-sandi";
    assert_eq!(site.verify(&asked, "subscribe", &asked["hub.topic"], more).0, 200);
    let document = page(&["Empat", "Tiga"]);
    assert_eq!(site.deliver(&asked, &document, Some(&signed(&asked, &document))), 202);
    wait("the pushed item", || site.titles().contains(&"Empat".to_owned()).then_some(()));
    assert_eq!(site.origin.requests_of("/halaman").len(), 1);
    assert_eq!(daemon.end(), Some(0));
}
