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

/// The canary of the address as some server may want it written: percent-encoded, its name too.
const WRITTEN: &str = "%74oken=%6Benari-rahasia-%64ua";

/// Asserts that neither canary stands in what a command wrote, nor their Base64 form.
fn check_output(arguments: &[&str], output: &Output) {
    for text in [&output.stdout, &output.stderr] {
        check_text(&format!("{arguments:?}"), &String::from_utf8_lossy(text));
    }
}

fn check_text(place: &str, text: &str) {
    let text = text.to_ascii_lowercase();
    for secret in forms() {
        assert!(!text.contains(&secret), "{place} tells {secret}: {text}");
    }
}

/// Both canaries in every form in which they could be told, lower case.
fn forms() -> Vec<String> {
    // Base64 of "warta:kenari-rahasia-satu", then of the address's canary at each of the three places in a group.
    let base64 = [
        "d2FydGE6a2VuYXJpLXJhaGFzaWEtc2F0dQ",
        "a2VuYXJpLXJhaGFzaWEtZHVh",
        "tlbmFyaS1yYWhhc2lhLWR1Y",
        "rZW5hcmktcmFoYXNpYS1kdW",
        // The password by itself.
        "a2VuYXJpLXJhaGFzaWEtc2F0dQ",
    ];
    let encoded = |text: &str, hex: fn(u8) -> String| text.bytes().map(hex).collect::<String>();
    let mut forms: Vec<String> = base64.map(str::to_owned).into();
    for secret in [PASSWORD, TOKEN] {
        let bytes = format!("{:?}", secret.as_bytes());
        forms.extend([secret.to_owned(), secret.replace('-', "%2d"), bytes.trim_matches(['[', ']']).to_owned()]);
        forms.push(encoded(secret, |byte| format!("%{byte:02x}")));
        forms.push(encoded(secret, |byte| format!("{byte:02x}")));
    }
    let value = WRITTEN.split_once('=').map(|(_, value)| value.to_owned()).unwrap();
    forms.extend([value.replace('%', "%25"), value]);
    forms.into_iter().map(|form| form.to_ascii_lowercase()).collect()
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
    own.on("/written.xml", Answer::ok(document("https://ditulis.example")));
    urls.push(own.url(&format!("/written.xml?{WRITTEN}&page=2")));
    own.on(
        "/offers",
        Answer::status(200).header("Content-Type", "text/html").body(format!(
            "<html><head><link rel=alternate type=application/rss+xml href=\"/none.xml?token={TOKEN}\"></head></html>"
        )),
    );
    let page = own.url(&format!("/offers?token={TOKEN}"));
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
        &["poll", "--refetch", &urls[0]],
        &["moved"],
        &["resume", &urls[4]],
        &["resume", &urls[0]],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    for url in &urls {
        assert_eq!(run(&["audit", url]).status.code(), Some(0), "{url}");
    }
    for arguments in
        [&["add", &page][..], &["add", &urls[0]], &["add", &urls[6]], &["remove", &page], &["audit", &page]]
    {
        assert_eq!(run(arguments).status.code(), Some(1), "{arguments:?}");
    }
    check_tree(&world.public());
    let outlines = ["feeds.opml", "sources.opml"].map(|name| world.published(name));
    assert!(outlines.iter().all(|text| text.contains("<opml")), "both were looked at");
    let first = &own.requests_of("/good.xml")[0];
    assert!(first.target.contains(TOKEN) && first.header("authorization").is_some(), "its own server hears both");
    assert!(own.requests_of("/written.xml")[0].target.contains(WRITTEN), "as it was written");
    assert!(!other.requests().is_empty());
    for request in other.requests() {
        assert!(request.header("authorization").is_none());
        check_text("a request to another host", &format!("{request:?}"));
    }
    assert!(world.published("nasional/rss.xml").contains("Satu"));
    assert!(!world.published("sources.opml").contains("good.xml"), "an address with a secret is published nowhere");
}
