//! Peers that mean no good, or do not know better, against the program itself: each gets the answer that HTTP has for
//! it, and nobody else waits for it.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use crate::run::Daemon;
use crate::world::World;

use super::{Answer, GIVE_UP, page, publish};

/// `warta serve` over a published folder.
struct Server {
    _world: World,
    daemon: Daemon,
    address: SocketAddr,
}

impl Server {
    fn start() -> Self {
        let world = World::new("[server]\nlisten = \"127.0.0.1:0\"\n");
        publish(&world.public(), "first", 0);
        let (daemon, line) = Daemon::starting(&mut world.command(&["serve"]), "warta serves");
        let address = line.split("listen=").nth(1).unwrap().split_whitespace().next().unwrap().parse().unwrap();
        Self { _world: world, daemon, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(GIVE_UP)).unwrap();
        stream
    }

    /// All that comes back for these bytes until the server has ended the connection.
    fn say(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // A server that has heard enough may have closed already.
        let _ = stream.write_all(bytes);
        let mut told = Vec::new();
        let mut piece = [0; 4_096];
        loop {
            match stream.read(&mut piece) {
                Ok(0) => return told,
                Ok(count) => told.extend_from_slice(&piece[..count]),
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return told,
                Err(error) => panic!("{error} after {:?}", String::from_utf8_lossy(&told)),
            }
        }
    }

    fn is_well(&self) {
        let answer = Answer::read(&self.say(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        assert_eq!((answer.status, answer.body), (200, page("first").into_bytes()));
    }

    fn resident_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.daemon.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

#[test]
fn every_request_gets_the_answer_that_http_has_for_it() {
    let server = Server::start();
    let check = |request: &str, status: u16| {
        let told = server.say(request.as_bytes());
        let shown = request.chars().take(80).collect::<String>();
        let answer = Answer::read(&told);
        assert_eq!(answer.status, status, "{shown:?}: {answer:?}");
        if status >= 400 && !answer.body.is_empty() {
            let text = String::from_utf8(answer.body.clone()).unwrap();
            assert!(text.starts_with(&format!("{status} ")) && text.lines().count() == 1, "{shown:?}: {text:?}");
            assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{shown:?}");
            assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8", "{shown:?}");
        }
    };
    let closing = |line: &str, fields: &str| format!("{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{fields}\r\n");
    // Too much.
    check(&closing("GET /", &format!("X: {}\r\n", "a".repeat(70_000))), 431);
    check(&closing("GET /", &"X: a\r\n".repeat(200)), 431);
    check(&closing(&format!("GET /{}", "a".repeat(3_000)), ""), 414);
    check(&closing(&format!("GET /?{}", "a".repeat(3_000)), ""), 414);
    check(&closing(&format!("GET /{}", "a".repeat(70_000)), ""), 431);
    // Methods.
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE"] {
        check(&closing(&format!("{method} /"), ""), 405);
    }
    check(&closing("CONNECT warta.example:443", ""), 405);
    for method in ["BREW", "get", "GETT", "PROPFIND", "M-SEARCH"] {
        check(&closing(&format!("{method} /"), ""), 501);
    }
    check(&closing("POST /livez", ""), 405);
    check(&closing("POST /websub/x", ""), 404);
    // What is no HTTP.
    for no_http in [
        "G@T / HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/3.0\r\nHost: a\r\n\r\n",
        "GET nasional/ HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / x HTTP/1.1\r\nHost: a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n folded\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\r\n\r\n",
    ] {
        check(no_http, 400);
    }
    // Ways out of the folder.
    for path in [
        "/../feeds.toml",
        "/..",
        "/nasional/../../feeds.toml",
        "/%2e%2e/feeds.toml",
        "/%2e%2e%2ffeeds.toml",
        "/..%2ffeeds.toml",
        "/..%5cfeeds.toml",
        "/%252e%252e%252ffeeds.toml",
        "/%c0%ae%c0%ae/feeds.toml",
        "/....//feeds.toml",
        "/..;/feeds.toml",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/./index.html",
        "/nasional/./rss.xml",
        "/index.html%00.png",
        "/%00",
        "/nasional//rss.xml",
        "/C:/feeds.toml",
        "/.edition",
        "/%2eedition",
        "/publish.lock",
        "http://a/../feeds.toml",
        "http://a/..%2ffeeds.toml",
    ] {
        check(&closing(&format!("GET {path}"), ""), 404);
    }
    check(&closing("GET http://elsewhere.example/nasional/", ""), 200);
    check(&closing("GET http://elsewhere.example", ""), 200);
    check("GET / HTTP/1.0\r\n\r\n", 200);
    server.is_well();
}

#[test]
fn a_body_that_nobody_asked_for_ends_the_connection_behind_its_answer() {
    let server = Server::start();
    let hidden = "GET /hidden HTTP/1.1\r\nHost: a\r\n\r\n";
    let check = |fields: &str, body: &str, status: u16| {
        let told = server.say(format!("{fields}\r\n\r\n{body}{hidden}").as_bytes());
        let answer = Answer::read(&told);
        assert_eq!((answer.status, answer.header("connection")), (status, "close"), "{fields:?}");
        let length: usize = answer.header("content-length").parse().unwrap();
        assert_eq!(answer.body.len(), length, "nothing is answered behind {fields:?}");
    };
    let get = "GET / HTTP/1.1\r\nHost: a\r\n";
    check(&format!("{get}Content-Length: 5"), "hello", 200);
    check(&format!("{get}Transfer-Encoding: chunked"), "5\r\nhello\r\n0\r\n\r\n", 200);
    check(&format!("{get}Content-Length: 100000000"), "", 200);
    // Two ends of one body: a proxy may believe the other one.
    check(&format!("{get}Content-Length: 4\r\nTransfer-Encoding: chunked"), "0\r\n\r\n", 200);
    check(&format!("{get}Transfer-Encoding: chunked\r\nContent-Length: 4"), "0\r\n\r\n", 200);
    check(&format!("{get}Expect: 100-continue\r\nContent-Length: 5"), "", 200);
    check("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 100000000", "", 405);
    server.is_well();
}

#[test]
fn one_connection_serves_request_after_request() {
    let server = Server::start();
    let first = "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n";
    let head = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n";
    let last = "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let told = String::from_utf8(server.say(format!("{first}{head}{last}").as_bytes())).unwrap();
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("HTTP/1.1 ")).collect();
    assert_eq!(lines, ["HTTP/1.1 200 OK", "HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found"]);
    assert!(told.ends_with("\r\n\r\n404 Not Found\n") && !told.contains("<!doctype"), "{told}");
    // HTTP/1.0 keeps a connection only where it says so.
    let old = "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /livez HTTP/1.0\r\n\r\n";
    let told = String::from_utf8(server.say(old.as_bytes())).unwrap();
    assert_eq!(told.matches("HTTP/1.0 200 OK").count(), 2, "{told}");
    assert_eq!(told.to_lowercase().matches("connection: keep-alive").count(), 1, "{told}");
}

#[test]
fn slow_and_idle_connections_keep_nobody_out() {
    let server = Server::start();
    server.is_well();
    let before = server.resident_kib();
    let mut slow: Vec<TcpStream> = (0..200).map(|_| server.connect()).collect();
    let mut head = b"GET / HTTP/1.1\r\nHost: a\r\nX: ".iter().chain(std::iter::repeat(&b'a'));
    let mut drip = || {
        let byte = [*head.next().unwrap()];
        for stream in &mut slow {
            stream.set_write_timeout(Some(Duration::from_secs(1))).unwrap();
            let _ = stream.write_all(&byte);
        }
    };
    let mut idle = Vec::new();
    for _ in 0..40 {
        drip();
        idle.extend((0..10).map(|_| server.connect()));
        server.is_well();
    }
    assert!(server.daemon.says("no room for more connections"), "600 are more than it takes");
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB for 600 connections");
    // What asks is served also while all room is taken by those.
    for _ in 0..20 {
        drip();
        server.is_well();
    }
    assert_eq!(server.daemon.end(), Some(0));
}
