//! Two canaries, one in a credential and one in an address: the feed's own server hears them, and nobody else.

use std::path::Path;
use std::process::Output;

use crate::origin::{Answer, Origin};
use crate::world::World;

const PASSWORD: &str = "kenari-rahasia-satu";
const TOKEN: &str = "kenari-rahasia-dua";

fn document(base: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link>\
         <description>Kabar</description><item><title>Satu</title><link>https://kabar.example/1</link>\
         <guid>{base}/1</guid><pubDate>Tue, 24 Nov 2026 13:00:00 +0700</pubDate></item></channel></rss>"
    )
}

/// Asserts that neither canary stands in what a command wrote, nor their Base64 form.
fn check_output(arguments: &[&str], output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        check_text(&format!("{arguments:?}"), &String::from_utf8_lossy(text));
    }
}

fn check_text(place: &str, text: &str) {
    // Base64 of "warta:kenari-rahasia-satu".
    for secret in [PASSWORD, TOKEN, "d2FydGE6a2VuYXJpLXJhaGFzaWEtc2F0dQ"] {
        assert!(!text.contains(secret), "{place} tells {secret}: {text}");
    }
}

fn check_tree(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            check_tree(&path);
        } else {
            check_text(&path.display().to_string(), &String::from_utf8_lossy(&std::fs::read(&path).unwrap()));
        }
    }
}

#[test]
fn neither_a_credential_nor_a_token_is_told_to_anybody_but_the_feeds_own_server() {
    let (own, other) = (Origin::start(), Origin::start_at("127.0.0.8"));
    let closed = {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/closed.xml?token={TOKEN}", listener.local_addr().unwrap())
    };
    own.on("/good.xml", Answer::ok(document("https://kabar.example")).etag("\"1\""));
    own.on(
        "/page.xml",
        Answer::status(200).header("Content-Type", "text/html").body("<html><title>Halo</title></html>"),
    );
    own.on("/broken.xml", Answer::status(500));
    own.on("/busy.xml", Answer::status(503).header("Retry-After", "60"));
    own.on("/gone.xml", Answer::status(410));
    own.on("/moved.xml", Answer::redirect(301, &other.url("/feed.xml")));
    other.on("/feed.xml", Answer::ok(document("https://lain.example")));
    let paths = ["/good.xml", "/page.xml", "/broken.xml", "/busy.xml", "/gone.xml", "/moved.xml"];
    let mut urls: Vec<String> = paths.iter().map(|path| own.url(&format!("{path}?token={TOKEN}&page=2"))).collect();
    urls.push(closed);
    let feeds: String = urls
        .iter()
        .map(|url| format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\nauth = {{ credential = \"press\" }}\n"))
        .collect();
    let world = World::new(&format!("[publish]\nsources = true\n[[section]]\nid = \"nasional\"\n{feeds}"));
    let run = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        let credential = format!("warta:{PASSWORD}");
        let output = command.env("WARTA_CREDENTIAL_PRESS", credential).env("RUST_LOG", "trace").output().unwrap();
        check_output(arguments, &output);
        output
    };
    for arguments in [
        &["poll", "-v"][..],
        &["poll", "--force", "--json", "--log-format", "json"],
        &["poll", &urls[0]],
        &["poll", &urls[4]],
        &["status"],
        &["status", "--json"],
        &["check"],
        &["check", "--json"],
        &["publish", "-v"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    check_tree(&world.public());
    let first = &own.requests_of("/good.xml")[0];
    assert!(first.target.contains(TOKEN) && first.header("authorization").is_some(), "its own server hears both");
    assert!(!other.requests().is_empty());
    for request in other.requests() {
        assert!(request.header("authorization").is_none());
        check_text("a request to another host", &format!("{request:?}"));
    }
    assert!(world.published("nasional/rss.xml").contains("Satu"));
    assert!(!world.published("sources.opml").contains("good.xml"), "an address with a secret is published nowhere");
}
