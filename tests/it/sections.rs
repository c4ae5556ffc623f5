//! The life of sections through the binary: another id, gone, back, and feeds that move between them; over HTTP and as
//! plain files.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::oneshot;
use warta::serve::{Doors, Options, serve};

use crate::origin::{Answer, Origin};
use crate::world::World;

const GIVE_UP: Duration = Duration::from_secs(20);

/// A server over a world's published folder, stopped when it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let doors = Doors { ready: Arc::new(|| Ok(())), callback: None, hub: None };
        let (stop, stopped) = oneshot::channel();
        let folder = world.public();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let end = async { stopped.await.unwrap_or_default() };
            runtime.block_on(serve(vec![listener], folder, doors, Options::default(), end)).unwrap();
        });
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    /// The head of the answer to a GET, and its body.
    pub(crate) fn get(&self, path: &str, fields: &str) -> (String, Vec<u8>) {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(GIVE_UP)).unwrap();
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: warta.example\r\nConnection: close\r\n{fields}\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        (String::from_utf8(bytes[..end].to_vec()).unwrap(), bytes[end + 4..].to_vec())
    }

    /// "200", "410", or "301 /where".
    pub(crate) fn told(&self, path: &str) -> String {
        let (head, _) = self.get(path, "");
        let status = head.split(' ').nth(1).unwrap().to_owned();
        match head.lines().find_map(|line| line.strip_prefix("location: ")) {
            Some(location) => format!("{status} {location}"),
            None => status,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What each path is answered with.
#[track_caller]
fn check(world: &World, answers: &[(&str, &str)]) {
    let server = Server::start(world);
    for (path, expected) in answers {
        assert_eq!(server.told(path), *expected, "/{path}");
    }
}

/// A document with the items of these numbers, the newest first.
fn rss(items: std::ops::Range<usize>) -> String {
    let items: String = items
        .rev()
        .map(|n| {
            format!(
                "<item><title>Berita {n}</title><link>https://kabar.example/{n}</link>\
                 <guid>https://kabar.example/{n}</guid></item>"
            )
        })
        .collect();
    format!(
        "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
         <description>Kabar</description>{items}</channel></rss>"
    )
}

/// A world with small archives and these sections, of which the first has the feed.
struct Site {
    world: World,
    origin: Origin,
    head: String,
}

impl Site {
    fn new(sections: &str, feed_in: &str) -> Self {
        let origin = Origin::start();
        origin.on("/a.xml", Answer::ok(rss(0..12)));
        let world = World::new("");
        let head = std::fs::read_to_string(world.file("feeds.toml")).unwrap();
        let site = Self { world, origin, head };
        site.write(sections, feed_in);
        site.world.json(&["poll", "--json"]);
        site
    }

    fn write(&self, sections: &str, feed_in: &str) {
        let feed = format!("[[feed]]\nurl = \"{}\"\nsection = \"{feed_in}\"\n", self.origin.url("/a.xml"));
        let publish = "[publish]\nfirst_batch = 1000\nitems = 5\nitems_for = \"0s\"\n[storage]\nkeep = \"10d\"\n";
        std::fs::write(self.world.file("feeds.toml"), format!("{}{publish}{sections}{feed}", self.head)).unwrap();
    }

    fn publish(&self, sections: &str, feed_in: &str) {
        self.write(sections, feed_in);
        self.world.json(&["publish", "--json"]);
        assert_eq!(self.world.json(&["publish", "--json"])["written"], 0, "nothing changed in between");
    }

    /// The id of a feed and those of its items.
    fn ids(&self, section: &str) -> (String, Vec<String>) {
        let feed: serde_json::Value =
            serde_json::from_str(&self.world.published(&format!("{section}/feed.json"))).unwrap();
        let items = feed["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        (feed["_warta"]["id"].as_str().unwrap().to_owned(), items.collect())
    }
}

#[test]
fn a_renamed_section_leads_there_from_all_its_old_addresses() {
    let site = Site::new("[[section]]\nid = \"berita\"\ntitle = \"Berita\"\n", "berita");
    let before = site.ids("berita");
    let archive = site.world.published("berita/archive/1.json");
    site.publish("[[section]]\nid = \"nasional\"\ntitle = \"Berita\"\nwas = [\"berita\"]\n", "nasional");
    assert_eq!(site.ids("nasional"), before, "nobody who reads it sees another feed");
    assert_eq!(site.world.published("nasional/archive/1.json"), archive.replace("/berita/", "/nasional/"));
    check(
        &site.world,
        &[
            ("berita/", "301 /nasional/"),
            ("berita", "301 /nasional/"),
            ("berita/index.html?a=b", "301 /nasional/index.html?a=b"),
            ("berita/rss.xml", "301 /nasional/rss.xml"),
            ("berita/archive/1.xml", "301 /nasional/archive/1.xml"),
            ("berita/archive/9.xml", "301 /nasional/archive/9.xml"),
            ("nasional/archive/1.xml", "200"),
            ("nasional/archive/9.xml", "404"),
            ("nasional/", "200"),
        ],
    );
    let page = site.world.published("berita/index.html");
    assert!(page.contains("<link rel=\"canonical\" href=\"https://warta.example/nasional/\">"), "{page}");
    assert!(page.contains("content=\"0; url=../nasional/\"") && page.contains("noindex"), "{page}");
    for feed in ["rss.xml", "atom.xml", "feed.json"] {
        assert_eq!(site.world.published(&format!("berita/{feed}")), site.world.published(&format!("nasional/{feed}")));
    }
    assert!(!site.world.public().join("berita/archive").exists());
    let news = |world: &World| world.published("sitemap-pages.xml") + &world.published("feeds.opml");
    assert!(!news(&site.world).contains("berita/"), "{}", news(&site.world));

    // What comes later comes to both, and to nothing else that lies there.
    site.origin.on("/a.xml", Answer::ok(rss(0..14)));
    site.world.json(&["poll", "--force", "--json"]);
    assert!(site.world.published("berita/rss.xml").contains("Berita 13"));

    // A chain, of which feeds.toml names the last step, and the way back.
    site.publish("[[section]]\nid = \"indonesia\"\ntitle = \"Berita\"\nwas = [\"nasional\"]\n", "indonesia");
    check(&site.world, &[("berita/rss.xml", "301 /indonesia/rss.xml"), ("nasional", "301 /indonesia/")]);
    site.publish("[[section]]\nid = \"berita\"\ntitle = \"Berita\"\nwas = [\"indonesia\"]\n", "berita");
    check(&site.world, &[("berita/rss.xml", "200"), ("nasional/", "301 /berita/"), ("indonesia", "301 /berita/")]);
    assert_eq!(site.ids("berita").0, before.0);
}

#[test]
fn two_sections_become_one_and_their_addresses_lead_there() {
    let both = "[[section]]\nid = \"dunia\"\n[[section]]\nid = \"asia\"\n";
    let site = Site::new(both, "asia");
    site.publish("[[section]]\nid = \"dunia\"\nwas = [\"asia\", \"eropa\"]\n", "dunia");
    assert_eq!(site.ids("dunia").1.len(), 12, "what the feed told moved along");
    check(
        &site.world,
        &[
            ("asia/", "301 /dunia/"),
            ("asia/rss.xml", "301 /dunia/rss.xml"),
            ("asia/archive/1.xml", "410"),
            ("eropa/feed.json", "301 /dunia/feed.json"),
        ],
    );
}

#[test]
fn a_removed_section_is_gone_and_served_again_when_it_comes_back() {
    let both = "[[section]]\nid = \"berita\"\n[[section]]\nid = \"lain\"\n";
    let site = Site::new(both, "berita");
    let before = site.ids("berita");
    site.publish("[[section]]\nid = \"lain\"\n", "lain");
    let paths = ["berita", "berita/", "berita/rss.xml", "berita/archive/1.xml", "berita/archive/77.json", "berita/x"];
    check(&site.world, &paths.map(|path| (path, "410")));
    assert!(!site.world.public().join("berita").exists());
    site.publish(both, "berita");
    check(&site.world, &[("berita", "301 /berita/"), ("berita/rss.xml", "200"), ("berita/archive/1.xml", "200")]);
    assert_eq!(site.ids("berita"), before);
    // It goes for good with the ids that it had before.
    site.publish("[[section]]\nid = \"kabar\"\nwas = [\"berita\"]\n", "kabar");
    site.publish("[[section]]\nid = \"lain\"\n", "lain");
    check(&site.world, &[("berita/rss.xml", "410"), ("kabar/rss.xml", "410"), ("lain/rss.xml", "200")]);
}

#[test]
fn an_archive_that_keep_took_is_gone_and_one_that_never_was_is_not_there() {
    let mut site = Site::new("[[section]]\nid = \"berita\"\n", "berita");
    check(
        &site.world,
        &[("berita/archive/1.xml", "200"), ("berita/archive/2.json", "200"), ("berita/archive/3.xml", "404")],
    );
    site.world.at("2026-12-05T07:00:00Z");
    site.origin.on("/a.xml", Answer::ok(rss(0..18)));
    site.world.json(&["poll", "--force", "--json"]);
    let answers = ["1.xml 410", "1.json 410", "1.xml.gz 410", "2.xml 410", "3.xml 200", "4.xml 404", "x.xml 404"];
    let answers: Vec<(String, &str)> = answers
        .iter()
        .map(|row| row.split_once(' ').unwrap())
        .map(|(name, status)| (format!("berita/archive/{name}"), status))
        .collect();
    let answers: Vec<(&str, &str)> = answers.iter().map(|(path, status)| (path.as_str(), *status)).collect();
    check(&site.world, &answers);
}

#[test]
fn a_feed_that_moves_falls_in_by_arrival_and_floods_nobody() {
    let two = "[[section]]\nid = \"berita\"\n[[section]]\nid = \"lain\"\n";
    let mut site = Site::new(two, "berita");
    let empty = site.ids("lain");
    assert!(empty.1.is_empty(), "a section without items is published");
    assert!(site.world.published("lain/rss.xml").contains("<channel>"));
    assert!(site.world.published("lain/atom.xml").contains("<updated>"));
    // Another feed tells newer news there; what arrived before it stands behind it.
    site.world.at("2026-11-24T08:00:00Z");
    site.origin.on("/b.xml", Answer::ok(rss(100..105)));
    let second = format!("[[feed]]\nurl = \"{}\"\nsection = \"lain\"\n", site.origin.url("/b.xml"));
    site.write(&format!("{two}{second}"), "berita");
    site.world.json(&["poll", "--force", "--json"]);
    let shown = site.ids("lain");
    assert_eq!(shown.1.len(), 5);
    site.publish(&format!("{two}{second}"), "lain");
    assert_eq!(site.ids("lain"), shown, "no reader is told anything as new");
    assert!(site.ids("berita").1.is_empty());
    let archived: String = (1..=4).map(|n| site.world.published(&format!("lain/archive/{n}.json"))).collect();
    assert!((0..12).all(|n| archived.contains(&format!("\"https://kabar.example/{n}\""))), "all of it is kept there");
}
