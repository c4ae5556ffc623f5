//! warta's own WebSub hub: a feed and callbacks on loopback, the real daemon between them.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use warta::model::Timestamp;
use warta::store::Store;

use crate::origin::{Answer, Origin, Seen};
use crate::pushed::{PATIENCE, rss, wait};
use crate::run::Daemon;
use crate::world::World;

mod asked;
mod guarded;
mod kept;
mod pair;
mod rocks;

const FEED: &str = "/kabar.xml";
/// Where the section's feeds are read.
const BASE: &str = "http://warta.localhost/nasional/";
const HUB: &str = "http://warta.localhost/hub";

/// A feed, a section that shows it, and the callbacks of whoever subscribes to that.
struct Site {
    origin: Origin,
    callbacks: Origin,
    world: World,
    listen: SocketAddr,
    clock: PathBuf,
}

/// An answer of the daemon.
struct Reply {
    status: u16,
    head: String,
    body: String,
}

impl Reply {
    fn header(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}

impl Site {
    fn new() -> Self {
        Self::with("")
    }

    /// With these lines behind the head of feeds.toml, which ends in `[fetch]`.
    fn with(lines: &str) -> Self {
        let (origin, callbacks) = (Origin::start(), Origin::start_at("127.0.0.2"));
        let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let world = World::new(&format!(
            "{lines}\n[server]\nlisten = \"{listen}\"\n[[section]]\nid = \"nasional\"\n\
             [[feed]]\nurl = \"{}\"\nsection = \"nasional\"\ninterval = \"1m\"\n",
            origin.url(FEED)
        ));
        let clock = world.public().parent().unwrap().join("now");
        std::fs::create_dir_all(clock.parent().unwrap()).unwrap();
        let site = Self { origin, callbacks, world, listen, clock };
        // Callbacks may lie on loopback where the site does too.
        site.configure("https://warta.example/", "http://warta.localhost/");
        site.at("2026-11-24T07:00:00Z");
        site.tells(&["Satu"]);
        site
    }

    fn config(&self) -> PathBuf {
        self.clock.parent().unwrap().parent().unwrap().join("feeds.toml")
    }

    fn configure(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.config()).unwrap();
        assert!(text.contains(from), "{text}");
        std::fs::write(self.config(), text.replace(from, to)).unwrap();
    }

    fn tells(&self, items: &[&str]) {
        self.origin.on(FEED, Answer::ok(rss(items)));
    }

    fn at(&self, now: &str) {
        let beside = self.clock.with_extension("next");
        std::fs::write(&beside, now).unwrap();
        std::fs::rename(&beside, &self.clock).unwrap();
    }

    /// A daemon whose first edition stands.
    fn run(&self) -> Daemon {
        let daemon = self.start(&["run"], "warta runs");
        wait("the first edition", || (self.ask("GET /nasional/rss.xml", &[], "").status == 200).then_some(()));
        wait("the first item", || self.published("rss.xml").contains("Satu").then_some(()));
        let open = self.published("rss.xml").contains("rel=\"hub\"");
        wait("the hub's look at it", || (!open || self.is_announced()).then_some(()));
        daemon
    }

    /// Whether the hub has seen what is published.
    fn is_announced(&self) -> bool {
        let database = rusqlite::Connection::open(self.clock.with_file_name("warta.db")).unwrap();
        let seen = |file: &str| {
            let version = Sha256::digest(self.published(file)).to_vec();
            let sql = "SELECT 1 FROM topics WHERE topic LIKE '%/nasional/' || ?1 AND version = ?2";
            database.query_row(sql, rusqlite::params![file, version], |_| Ok(())).is_ok()
        };
        ["rss.xml", "atom.xml", "feed.json"].into_iter().all(seen)
    }

    fn start(&self, arguments: &[&str], word: &str) -> Daemon {
        let now = format!("@{}", self.clock.display());
        Daemon::start(self.world.command(arguments).env("WARTA_NOW", now), word)
    }

    /// What is published of the section.
    fn published(&self, file: &str) -> String {
        std::fs::read_to_string(self.world.public().join("nasional").join(file)).unwrap_or_default()
    }

    /// Has these items published at `now`, at least a minute after the last time.
    fn publish(&self, now: &str, items: &[&str]) {
        self.tells(items);
        self.at(now);
        self.wait_for(items);
    }

    /// Has these items published without a move of the clock.
    fn publish_at_once(&self, items: &[&str]) {
        self.tells(items);
        self.world.json(&["poll", "--json", &self.origin.url(FEED)]);
        self.wait_for(items);
    }

    fn wait_for(&self, items: &[&str]) {
        let newest = items.last().unwrap();
        wait("the next edition", || self.published("rss.xml").contains(newest).then_some(()));
    }

    /// One request to the daemon.
    fn ask(&self, head: &str, fields: &[(&str, &str)], body: &str) -> Reply {
        let mut stream = TcpStream::connect(self.listen).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let fields: String = fields.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let length = body.len();
        let request = format!("{head} HTTP/1.1\r\nHost: warta.example\r\nConnection: close\r\n");
        write!(stream, "{request}Content-Length: {length}\r\n{fields}\r\n{body}").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Reply { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A form to the hub.
    fn post(&self, fields: &[(&str, &str)]) -> Reply {
        let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.ask("POST /hub", &[("Content-Type", "application/x-www-form-urlencoded")], &body)
    }

    /// A request for the section's feed in `file`, with more fields.
    fn request(&self, mode: &str, file: &str, callback: &str, more: &[(&str, &str)]) -> Reply {
        self.request_of(&format!("{BASE}{file}"), mode, callback, more)
    }

    /// The same for any topic.
    fn request_of(&self, topic: &str, mode: &str, callback: &str, more: &[(&str, &str)]) -> Reply {
        let mut fields = vec![("hub.mode", mode), ("hub.topic", topic), ("hub.callback", callback)];
        fields.extend(more);
        self.post(&fields)
    }

    /// Subscribes a callback that confirms, and waits until it has.
    fn subscribe(&self, path: &str, file: &str, more: &[(&str, &str)]) -> Seen {
        let before = self.subscribers();
        self.callbacks.on(path, Answer::confirm());
        assert_eq!(self.request("subscribe", file, &self.callbacks.url(path), more).status, 202);
        let seen = self.asked(path, 0);
        wait("the subscription", || (self.subscribers() > before).then_some(()));
        seen
    }

    /// The n-th GET at a callback, once it came.
    fn asked(&self, path: &str, n: usize) -> Seen {
        self.nth("GET", path, n)
    }

    /// The n-th delivery at a callback, once it came.
    fn delivered(&self, path: &str, n: usize) -> Seen {
        self.nth("POST", path, n)
    }

    fn nth(&self, method: &str, path: &str, n: usize) -> Seen {
        wait(&format!("{method} {path} number {n}"), || self.all(method, path).into_iter().nth(n))
    }

    fn all(&self, method: &str, path: &str) -> Vec<Seen> {
        self.callbacks.requests_of(path).into_iter().filter(|seen| seen.method == method).collect()
    }

    /// How many leases hold, by the site's clock.
    fn subscribers(&self) -> u64 {
        let now = std::fs::read_to_string(&self.clock).unwrap();
        let now = Timestamp::parse_rfc3339(&now).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let database = self.clock.with_file_name("warta.db");
        runtime.block_on(async { Store::open_read_only(&database).unwrap().subscribers(now).await.unwrap() })
    }

    /// A column of the one subscriber's row.
    fn row<T: rusqlite::types::FromSql>(&self, column: &str) -> Option<T> {
        let database = rusqlite::Connection::open(self.clock.with_file_name("warta.db")).unwrap();
        database.query_row(&format!("SELECT {column} FROM subscribers"), [], |row| row.get(0)).ok()
    }
}

fn signature(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    let digits: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={digits}")
}
