//! `warta run`: the daemon beside other commands, and its end.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use crate::origin::{Answer, Origin};
use crate::world::World;

const DOCUMENT: &str = "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title>\
    <link>https://kabar.example/</link><description>Kabar</description><item><title>Satu</title>\
    <link>https://kabar.example/1</link><guid>https://kabar.example/1</guid>\
    <pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate></item></channel></rss>";

/// A child that is killed when a test fails before its end.
struct Daemon(Child);

impl Daemon {
    /// Starts it and reads its log until a line holds `word`.
    fn start(command: &mut Command, word: &str) -> Self {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let told = log.by_ref().map_while(Result::ok).find(|line| line.contains(word));
        assert!(told.is_some(), "the daemon ended before it said {word:?}");
        // The pipe is read to its end, so that the daemon never waits for a reader.
        std::thread::spawn(move || log.map_while(Result::ok).for_each(drop));
        Self(child)
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([name, &self.0.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    fn end(mut self) -> Option<i32> {
        self.signal("-TERM");
        self.0.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
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
    assert!(said.contains(&daemon.0.id().to_string()), "it names the owner's process: {said}");
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
