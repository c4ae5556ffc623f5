//! `warta run`: the daemon beside other commands, and its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use crate::origin::{Answer, Origin};
use crate::world::World;

const DOCUMENT: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title>\
    <link>https://kabar.example/</link><description>Kabar</description><item><title>Satu</title>\
    <link>https://kabar.example/1</link><guid>https://kabar.example/1</guid>\
    <pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate></item></channel></rss>";

/// How long the daemon may take to say something: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(60);

/// A child that is killed when a test fails before its end, and the lines of its log.
pub(crate) struct Daemon {
    child: Child,
    log: Receiver<String>,
}

impl Daemon {
    /// Starts it and waits until a line of its log holds `word`.
    pub(crate) fn start(command: &mut Command, word: &str) -> Self {
        Self::starting(command, word).0
    }

    /// The same, with that line.
    pub(crate) fn starting(command: &mut Command, word: &str) -> (Self, String) {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let (send, log) = channel();
        // The pipe is read to its end, so that the daemon never waits for a reader.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| drop(send.send(line))));
        let daemon = Self { child, log };
        let said = daemon.said(word).unwrap_or_else(|| panic!("the daemon never said {word:?}"));
        (daemon, said)
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Reads on until a line holds `word`; false when none comes.
    pub(crate) fn says(&self, word: &str) -> bool {
        self.said(word).is_some()
    }

    fn said(&self, word: &str) -> Option<String> {
        std::iter::from_fn(|| self.log.recv_timeout(PATIENCE).ok()).find(|line| line.contains(word))
    }

    /// Everything that it says until it has ended.
    pub(crate) fn rest(&self) -> Vec<String> {
        std::iter::from_fn(|| self.log.recv_timeout(PATIENCE).ok()).collect()
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn end(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.child.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn commands_beside_a_daemon_wait_are_refused_or_are_handed_over() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::ok(DOCUMENT).etag("\"1\""));
    let url = origin.url("/a.xml");
    let world = World::new(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[[section]]\nid = \"nasional\"\n[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n"
    ));
    let daemon = Daemon::start(&mut world.command(&["run"]), "feed has news");
    let refused = world.run(&["poll"]);
    assert_eq!(refused.status.code(), Some(75));
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(said.contains(&daemon.child.id().to_string()), "it names the owner's process: {said}");
    let handed = world.json(&["poll", "--json", &url]);
    assert_eq!(handed["feeds"]["not_modified"], 1, "{handed}");
    assert_eq!(origin.requests_of("/a.xml").len(), 2);
    assert_eq!(world.run(&["publish"]).status.code(), Some(0));
    assert_eq!(world.json(&["status", "--json"])["feeds"][0]["state"], "active");
    assert_eq!(daemon.end(), Some(0));
    assert!(world.published("nasional/rss.xml").contains("https://kabar.example/1"));
}

#[test]
fn the_demo_ends_by_itself_with_0() {
    let output = Command::new(env!("CARGO_BIN_EXE_warta")).args(["demo", "--for", "2s"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let first = String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned();
    assert!(first.starts_with("http://127.0.0.1:") && first.ends_with('/'), "{first}");
}

#[test]
fn the_daemon_drops_old_news_from_the_sitemap_by_itself() {
    let origin = Origin::start();
    let document = DOCUMENT.replace("https://kabar.example/1", "https://warta.example/1");
    origin.on("/a.xml", Answer::ok(document).etag("\"1\""));
    let world = World::new(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[[section]]\nid = \"nasional\"\n[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n",
        origin.url("/a.xml")
    ));
    let clock = world.public().parent().unwrap().parent().unwrap().join("now");
    std::fs::write(&clock, "2026-11-24T07:00:00Z").unwrap();
    world.json(&["poll", "--json"]);
    let has_news = || world.published("sitemap-news.xml").contains("<news:title>Satu</news:title>");
    assert!(has_news());
    let daemon = Daemon::start(world.command(&["run"]).env("WARTA_NOW", format!("@{}", clock.display())), "warta runs");
    let beside = clock.with_extension("next");
    std::fs::write(&beside, "2026-11-26T08:00:00Z").unwrap();
    std::fs::rename(&beside, &clock).unwrap();
    let began = std::time::Instant::now();
    while has_news() {
        assert!(began.elapsed() < std::time::Duration::from_secs(60), "the sitemap still holds news of two days ago");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_daemon_whose_clock_goes_back_a_day_asks_nobody_at_once_and_goes_on() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::ok(DOCUMENT).etag("\"1\""));
    let world = World::new(&format!(
        "[server]\nlisten = \"127.0.0.1:0\"\n[[feed]]\nurl = \"{}\"\ninterval = \"1h\"\n",
        origin.url("/a.xml")
    ));
    let clock = world.public().parent().unwrap().parent().unwrap().join("now");
    let set = |now: &str| {
        std::fs::write(clock.with_extension("next"), now).unwrap();
        std::fs::rename(clock.with_extension("next"), &clock).unwrap();
    };
    set("2026-11-24T07:00:00Z");
    let mut command = world.command(&["run"]);
    let daemon = Daemon::start(command.env("WARTA_NOW", format!("@{}", clock.display())), "feed has news");
    set("2026-11-23T07:00:00Z");
    assert!(daemon.says("the clock was set back"));
    assert_eq!(origin.requests().len(), 1);
    set("2026-11-23T08:10:00Z");
    let began = std::time::Instant::now();
    while origin.requests().len() < 2 {
        assert!(began.elapsed() < PATIENCE, "it waits for the old time");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(origin.requests().len(), 2);
}

#[test]
fn a_reload_takes_a_right_configuration_and_refuses_a_wrong_one() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::ok(DOCUMENT).etag("\"1\""));
    origin.on("/b.xml", Answer::ok(DOCUMENT.replace("/1", "/2")).etag("\"2\""));
    let feed = |path: &str| format!("[[feed]]\nurl = \"{}\"\nsection = \"nasional\"\n", origin.url(path));
    let head = "[server]\nlisten = \"127.0.0.1:0\"\n[[section]]\nid = \"nasional\"\n";
    let world = World::new(&format!("{head}{}", feed("/a.xml")));
    let daemon = Daemon::start(&mut world.command(&["run"]), "feed has news");
    let file = world.public().parent().unwrap().parent().unwrap().join("feeds.toml");
    let right = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, format!("{right}[[feed]]\nulr = \"x\"\n")).unwrap();
    daemon.signal("-HUP");
    assert!(daemon.says("the old configuration stays"));
    assert!(origin.requests_of("/b.xml").is_empty());
    std::fs::write(&file, format!("{right}{}", feed("/b.xml"))).unwrap();
    daemon.signal("-HUP");
    assert!(daemon.says("feeds.toml is loaded"));
    assert!(daemon.says("feed has news"), "the new feed is asked");
    assert_eq!(origin.requests_of("/b.xml").len(), 1);
    assert_eq!(origin.requests_of("/a.xml").len(), 1, "the old one is not due again");
    assert_eq!(daemon.end(), Some(0));
}
