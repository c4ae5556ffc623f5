//! The published folder over HTTP: one table of requests and what they must get, over a folder that publish wrote.
#![expect(clippy::unwrap_used, reason = "the helpers of a test fail with it")]

mod hostile;

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::oneshot;
use warta::model::{Edition, EditionSection, Gone, Redirect, Timestamp};
use warta::publish::files::{Folder, NewFile};
use warta::serve::{Doors, Options, serve};

const LAST_MODIFIED: &str = "Tue, 24 Nov 2026 07:00:00 GMT";
const GIVE_UP: Duration = Duration::from_secs(20);

/// A server over a folder of its own, stopped when it is dropped.
struct World {
    _dir: TempDir,
    folder: PathBuf,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl World {
    fn new(options: Options, ready: Result<(), String>) -> Self {
        let dir = TempDir::new().unwrap();
        let folder = dir.path().join("public");
        publish(&folder, "first", 0);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let doors = Doors { ready: Arc::new(move || ready.clone()), callback: None, hub: None };
        let (stop, stopped) = oneshot::channel();
        let served = folder.clone();
        let server = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            let end = async { stopped.await.unwrap_or_default() };
            runtime.block_on(serve(vec![listener], served, doors, options, end)).unwrap();
        });
        Self { _dir: dir, folder, address, stop: Some(stop), server: Some(server) }
    }

    fn default() -> Self {
        Self::new(Options::default(), Ok(()))
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(GIVE_UP)).unwrap();
        stream
    }

    /// One request on a connection of its own: `GET /path`, and header lines.
    fn ask(&self, request: &str, fields: &[&str]) -> Answer {
        let mut stream = self.connect();
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        write!(stream, "{request} HTTP/1.1\r\nHost: warta.example\r\nConnection: close\r\n{fields}\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::read(&bytes)
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(server) = self.server.take() {
            server.join().unwrap();
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        self.end();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: HashMap<String, String>,
    body: Vec<u8>,
}

impl Answer {
    fn read(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").expect("an end of the headers");
        let head = std::str::from_utf8(&bytes[..end]).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines.map(|line| line.split_once(": ").unwrap());
        let headers = headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

fn page(text: &str) -> String {
    format!("<!doctype html><title>{text}</title>{}", "words ".repeat(500))
}

fn publish(folder: &Path, text: &str, minutes: i64) {
    let file = |path: &str, media_type: &str, bytes: Vec<u8>| NewFile {
        path: path.into(),
        media_type: media_type.into(),
        bytes,
        noindex: path.starts_with("nasional"),
    };
    let drawn = vec![
        file("index.html", "text/html; charset=utf-8", page(text).into()),
        file("nasional/index.html", "text/html; charset=utf-8", page("nasional").into()),
        file("nasional/rss.xml", "application/rss+xml; charset=utf-8", "<rss/>".repeat(400).into()),
        file("nasional/archive/1.xml", "application/atom+xml; charset=utf-8", "<feed/>".into()),
        file("podcast/rss.xml", "application/rss+xml; charset=utf-8", "<rss/>".into()),
        file("style.css", "text/css; charset=utf-8", "p{}".into()),
        file("picture.png", "image/png", vec![7; 3_000]),
    ];
    let changed = Timestamp::epoch();
    let section = EditionSection { id: "nasional".into(), revision: 1, items: 1, changed, left_out: Vec::new() };
    let next = Edition {
        sections: vec![section],
        base_url: "https://warta.example/".into(),
        hub_url: "https://warta.example/hub".into(),
        redirects: vec![Redirect { from: "lama/".into(), to: "nasional/".into() }],
        gone: vec![Gone { path: "mati/".into(), up_to: None }],
        ..Edition::default()
    };
    let now = Timestamp::parse_rfc3339("2026-11-24T14:00:00+07:00").unwrap();
    let now = Timestamp::from_unix_millis(now.unix_millis() + minutes * 60_000);
    let mut folder = Folder::open(folder).unwrap();
    folder.stage(drawn, now).unwrap();
    folder.publish(|_| false, next).unwrap();
}

#[test]
fn every_path_answers_with_its_status() {
    let world = World::default();
    let check = |request: &str, status: u16, (name, value): (&str, &str)| {
        let answer = world.ask(request, &[]);
        assert_eq!((answer.status, answer.header(name)), (status, value), "{request}");
    };
    check("GET /", 200, ("content-type", "text/html; charset=utf-8"));
    check("GET /index.html", 200, ("content-type", "text/html; charset=utf-8"));
    check("GET /?utm_source=x", 200, ("content-type", "text/html; charset=utf-8"));
    check("GET http://warta.example/nasional/", 200, ("content-type", "text/html; charset=utf-8"));
    check("GET /nasional/", 200, ("x-robots-tag", "noindex, follow"));
    check("GET /nasional/rss.xml", 200, ("content-type", "application/rss+xml; charset=utf-8"));
    check("GET /%6Easional/rss%2exml", 200, ("content-type", "application/rss+xml; charset=utf-8"));
    check("GET /picture.png", 200, ("vary", ""));
    check("GET /nasional/rss.xml.gz", 200, ("content-type", "application/gzip"));
    check("GET /nasional/rss.xml.gz", 200, ("content-encoding", ""));
    check("GET /picture.png.gz", 404, ("content-encoding", ""));
    check("GET /nasional", 301, ("location", "/nasional/"));
    check("GET /lama/", 301, ("location", "/nasional/"));
    check("GET /lama", 301, ("location", "/nasional/"));
    check("GET /lama/rss.xml", 301, ("location", "/nasional/rss.xml"));
    check("GET /mati/rss.xml", 410, ("cache-control", "public, max-age=60"));
    check("GET /mati", 410, ("cache-control", "public, max-age=60"));
    check("GET /nasional/archive/1.xml", 200, ("cache-control", "public, max-age=3600, must-revalidate"));
    check("GET /nasional/rss", 404, ("content-type", "text/plain; charset=utf-8"));
    check("GET /.edition", 404, ("cache-control", "public, max-age=60"));
    check("GET /publish.lock", 404, ("location", ""));
    for traversal in ["/../Cargo.toml", "/..%2fCargo.toml", "/%2e%2e/Cargo.toml", "//etc/passwd", "/%5c..", "/.%00/"] {
        check(&format!("GET {traversal}"), 404, ("location", ""));
    }
    check("POST /", 405, ("allow", "GET, HEAD, OPTIONS"));
    check("DELETE /nothing", 405, ("allow", "GET, HEAD, OPTIONS"));
    check("OPTIONS /", 204, ("allow", "GET, HEAD, OPTIONS"));
    check("OPTIONS *", 204, ("allow", "GET, HEAD, OPTIONS"));
    check(&format!("GET /{}", "a".repeat(3_000)), 414, ("location", ""));
    check("GET /livez", 200, ("cache-control", "no-store"));
    check("GET /readyz", 200, ("cache-control", "no-store"));
}

#[test]
fn a_feed_a_page_and_an_error_have_their_headers() {
    let world = World::default();
    let check = |request: &str, expected: &[(&str, &str)]| {
        let answer = world.ask(request, &[]);
        for (name, value) in expected {
            assert_eq!(answer.header(name), *value, "{name} of {request}");
        }
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{request}");
    };
    let cache = "public, max-age=300, stale-while-revalidate=600, stale-if-error=86400";
    let policy = "default-src 'none'; img-src https: http:; media-src https: http:; style-src 'self'; font-src 'self'; \
                  base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    check(
        "GET /nasional/rss.xml",
        &[
            ("cache-control", cache),
            ("vary", "Accept-Encoding"),
            ("last-modified", LAST_MODIFIED),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "ETag, Link"),
            ("cross-origin-resource-policy", "cross-origin"),
            (
                "link",
                "<https://warta.example/hub>; rel=\"hub\", <https://warta.example/nasional/rss.xml>; rel=\"self\"",
            ),
            ("x-robots-tag", "noindex, follow"),
            ("accept-ranges", "bytes"),
            ("content-security-policy", ""),
        ],
    );
    check(
        "GET /",
        &[
            ("cache-control", cache),
            ("content-security-policy", policy),
            ("referrer-policy", "no-referrer"),
            ("x-frame-options", "DENY"),
            ("cross-origin-resource-policy", "same-origin"),
            ("access-control-allow-origin", ""),
            ("x-robots-tag", ""),
            ("link", ""),
        ],
    );
    // An operator's own feed is none of the hub's.
    check("GET /podcast/rss.xml", &[("link", "<https://warta.example/podcast/rss.xml>; rel=\"self\"")]);
    check("GET /nothing", &[("content-security-policy", policy), ("x-frame-options", "DENY")]);
    check("POST /", &[("content-security-policy", policy)]);
}

#[test]
fn each_coding_has_its_own_tag_and_unpacks_to_the_same_bytes() {
    let world = World::default();
    let plain = world.ask("GET /", &[]);
    assert_eq!(plain.body, page("first").as_bytes());
    let mut tags = vec![plain.header("etag").to_owned()];
    for coding in ["gzip", "br"] {
        let field = format!("Accept-Encoding: {coding}");
        let packed = world.ask("GET /", &[&field]);
        assert_eq!((packed.status, packed.header("content-encoding")), (200, coding));
        let mut bytes = Vec::new();
        match coding {
            "gzip" => flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut bytes).unwrap(),
            _ => brotli::Decompressor::new(&packed.body[..], 4_096).read_to_end(&mut bytes).unwrap(),
        };
        assert_eq!(bytes, plain.body);
        assert_eq!(packed.header("vary"), "Accept-Encoding");
        tags.push(packed.header("etag").to_owned());
        let head = world.ask("HEAD /", &[&field]);
        assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, packed.header("etag")));
        assert_eq!(head.header("content-length"), packed.body.len().to_string());
        let known = world.ask("GET /", &[&field, &format!("If-None-Match: {}", packed.header("etag"))]);
        assert_eq!((known.status, known.body.len(), known.header("content-encoding")), (304, 0, ""));
    }
    tags.dedup();
    assert_eq!(tags.len(), 3, "{tags:?}");
    assert!(tags[1].ends_with("-gz\"") && tags[2].ends_with("-br\""), "{tags:?}");
}

#[test]
fn conditions_and_ranges_are_answered() {
    let world = World::default();
    let full = world.ask("GET /nasional/rss.xml", &[]);
    let etag = full.header("etag").to_owned();
    let check = |fields: &[&str], status: u16, length: usize| {
        let fields: Vec<String> = fields.iter().map(|field| field.replace("ETAG", &etag)).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        let answer = world.ask("GET /nasional/rss.xml", &fields);
        assert_eq!((answer.status, answer.body.len()), (status, length), "{fields:?}");
        answer
    };
    let known = check(&["If-None-Match: ETAG"], 304, 0);
    for (name, value) in [("etag", etag.as_str()), ("vary", "Accept-Encoding"), ("access-control-allow-origin", "*")] {
        assert_eq!(known.header(name), value, "{name}");
    }
    assert!(known.header("cache-control").starts_with("public"), "{known:?}");
    assert!(["", "2400"].contains(&known.header("content-length")), "{known:?}");
    check(&["If-None-Match: W/ETAG"], 304, 0);
    check(&["If-None-Match: *"], 304, 0);
    check(&["If-None-Match: \"nope\"", &format!("If-Modified-Since: {LAST_MODIFIED}")], 200, 2_400);
    check(&[&format!("If-Modified-Since: {LAST_MODIFIED}")], 304, 0);
    check(&["If-Match: \"nope\""], 412, 24);
    let part = check(&["Range: bytes=6-11"], 206, 6);
    assert_eq!((part.header("content-range"), part.header("content-length")), ("bytes 6-11/2400", "6"));
    assert_eq!(part.body, b"<rss/>");
    check(&["Range: bytes=-6", "If-Range: ETAG"], 206, 6);
    check(&["Range: bytes=0-5", "If-Range: \"nope\""], 200, 2_400);
    check(&["Range: bytes=0-5,7-9"], 200, 2_400);
    let beyond = check(&["Range: bytes=2400-"], 416, 26);
    assert_eq!(beyond.header("content-range"), "bytes */2400");
}

#[test]
fn what_does_not_fit_into_memory_comes_from_the_disk() {
    let world = World::new(Options { max_hot_bytes: 0, ..Options::default() }, Ok(()));
    let all = world.ask("GET /", &[]);
    assert_eq!((all.status, all.body), (200, page("first").into_bytes()));
    let part = world.ask("GET /", &["Range: bytes=10-14"]);
    assert_eq!((part.status, &part.body[..]), (206, &page("first").as_bytes()[10..15]));
    assert_eq!(world.ask("HEAD /", &[]).header("content-length"), page("first").len().to_string());
    // Other bytes of the same length are not sent under the old tag.
    std::fs::remove_file(world.folder.join("index.html")).unwrap();
    std::fs::write(world.folder.join("index.html"), page("fraud")).unwrap();
    let other = world.ask("GET /", &[]);
    assert_eq!((other.status, other.header("retry-after"), other.header("cache-control")), (503, "1", "no-store"));
    std::fs::remove_file(world.folder.join("index.html")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", world.folder.join("index.html")).unwrap();
    assert_eq!(world.ask("GET /", &[]).status, 503);
}

#[test]
fn a_new_edition_is_taken_over_whole() {
    let world = World::new(Options { look_interval: Duration::from_millis(5), ..Options::default() }, Ok(()));
    let before = world.ask("GET /", &[]);
    let feed = world.ask("GET /nasional/rss.xml", &[]);
    publish(&world.folder, "second", 1);
    let begun = std::time::Instant::now();
    let after = loop {
        let answer = world.ask("GET /", &[]);
        assert_eq!(answer.status, 200);
        if answer.header("etag") != before.header("etag") {
            break answer;
        }
        assert!(begun.elapsed() < GIVE_UP, "the new edition was never taken over");
    };
    assert_eq!(after.body, page("second").as_bytes());
    let unchanged = world.ask("GET /nasional/rss.xml", &[]);
    assert_eq!(unchanged.header("etag"), feed.header("etag"));
    assert_eq!(unchanged.header("last-modified"), feed.header("last-modified"));
}

#[test]
fn the_old_edition_stays_up_when_its_folder_is_in_trouble() {
    let world = World::new(Options { look_interval: Duration::from_millis(1), ..Options::default() }, Ok(()));
    assert_eq!(world.ask("GET /", &[]).status, 200);
    std::fs::write(world.folder.join(".edition"), "half of").unwrap();
    std::fs::remove_file(world.folder.join("index.html")).unwrap();
    for _ in 0..50 {
        assert_eq!(world.ask("GET /", &[]).status, 200);
    }
}

#[test]
fn readiness_tells_every_reason() {
    let world = World::new(Options::default(), Err("the store is read-only".into()));
    let answer = world.ask("GET /readyz", &[]);
    assert_eq!((answer.status, &answer.body[..]), (503, &b"the store is read-only\n"[..]));
    assert_eq!(world.ask("GET /livez", &[]).status, 200);
    assert_eq!(world.ask("GET /", &[]).status, 200, "what is published stays up");
}

#[test]
fn before_the_first_edition_all_is_503() {
    let mut world = World::default();
    world.end();
    let dir = TempDir::new().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let doors = Doors { ready: Arc::new(|| Ok(())), callback: None, hub: None };
    let folder = dir.path().join("missing");
    let server = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let end = async { stopped.await.unwrap_or_default() };
        runtime.block_on(serve(vec![listener], folder, doors, Options::default(), end)).unwrap();
    });
    world.address = address;
    let answer = world.ask("GET /", &[]);
    assert_eq!((answer.status, answer.header("retry-after")), (503, "5"));
    let answer = world.ask("GET /readyz", &[]);
    assert!(answer.status == 503 && answer.body.starts_with(b"nothing is published in "), "{answer:?}");
    stop.send(()).unwrap();
    server.join().unwrap();
}

#[test]
fn a_request_without_a_host_or_with_two_is_refused() {
    let world = World::default();
    for fields in ["", "Host: a\r\nHost: b\r\n"] {
        let mut stream = world.connect();
        write!(stream, "GET / HTTP/1.1\r\nConnection: close\r\n{fields}\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        assert_eq!(Answer::read(&bytes).status, 400, "{fields:?}");
    }
}

#[test]
fn idle_connections_make_room_for_one_that_asks() {
    let world = World::new(Options { max_connections: 20, ..Options::default() }, Ok(()));
    let mut idle: Vec<TcpStream> = (0..300).map(|_| world.connect()).collect();
    assert_eq!(world.ask("GET /", &[]).status, 200);
    let first = idle.first_mut().unwrap();
    assert_eq!(first.read(&mut [0; 1]).unwrap(), 0, "whoever is idle longest goes first");
}

#[test]
fn a_silent_connection_is_closed_and_room_is_made_for_the_next() {
    let options = Options { max_connections: 1, request_head_timeout: Duration::from_millis(50), ..Options::default() };
    let world = World::new(options, Ok(()));
    let mut silent = world.connect();
    silent.write_all(b"GET / HTTP/1.1\r\nHost: ").unwrap();
    assert_eq!(world.ask("GET /", &[]).status, 200);
    let mut rest = Vec::new();
    // Closed, whether with a reset or without.
    let _ = silent.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP/1.1 200"), "{rest:?}");
}

#[test]
fn a_body_that_is_not_wanted_is_not_waited_for() {
    let world = World::default();
    let mut stream = world.connect();
    stream.write_all(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nfirst").unwrap();
    let mut answer = Vec::new();
    // The connection ends after the answer, though the rest of the body never comes.
    let _ = stream.read_to_end(&mut answer);
    assert_eq!(Answer::read(&answer).status, 405);
}

/// Bytes that no socket's buffers hold.
const BIG: usize = 48 * 1024 * 1024;

/// A server of one big file, and a connection that asked for it and reads nothing.
fn deaf_reader(options: Options) -> (World, TcpStream) {
    let options = Options { look_interval: Duration::from_millis(5), ..options };
    let world = World::new(options, Ok(()));
    let big = NewFile { path: "big.png".into(), media_type: "image/png".into(), bytes: vec![1; BIG], noindex: false };
    let mut folder = Folder::open(&world.folder).unwrap();
    folder.stage(vec![big], Timestamp::epoch()).unwrap();
    folder.publish(|_| true, Edition::default()).unwrap();
    drop(folder);
    let begun = std::time::Instant::now();
    while world.ask("HEAD /big.png", &[]).status != 200 {
        assert!(begun.elapsed() < GIVE_UP, "the big file was never served");
    }
    let mut stream = world.connect();
    stream.write_all(b"GET /big.png HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut first = [0; 15];
    stream.read_exact(&mut first).unwrap();
    (world, stream)
}

#[test]
fn a_reader_that_takes_nothing_is_let_go() {
    for max_hot_bytes in [0, BIG as u64 * 2] {
        let stall = Duration::from_millis(50);
        let (world, mut stream) = deaf_reader(Options {
            write_stall_timeout: stall,
            max_connections: 1,
            max_hot_bytes,
            ..Options::default()
        });
        assert_eq!(world.ask("GET /livez", &[]).status, 200, "its slot was given to the next one");
        let mut rest = Vec::new();
        let _ = stream.read_to_end(&mut rest);
        assert!(rest.len() < BIG, "it got all of it");
    }
}

#[test]
fn stopping_waits_for_readers_no_longer_than_the_grace() {
    let (mut world, mut stream) = deaf_reader(Options { grace: Duration::from_millis(50), ..Options::default() });
    world.end();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.len() < BIG, "it got all of it");
}

#[test]
fn stopping_ends_quiet_connections() {
    let mut world = World::default();
    let mut quiet = world.connect();
    quiet.write_all(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
    let mut first = [0; 15];
    quiet.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");
    world.end();
    assert!(TcpStream::connect(world.address).is_err(), "nobody listens any more");
}
