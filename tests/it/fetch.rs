//! The client against a scripted origin: what it sends, what it reads, and what it puts up with.

use std::net::TcpListener;
use std::time::Duration;

use url::Url;
use warta::clock::Clock;
use warta::fetch::{Error, Fetched, Fetcher, Policy, Request, Trouble, user_agent};
use warta::model::{FailureKind, Hop, Outcome, Timestamp, Validators};

use crate::origin::{Answer, Origin, Seen};

const FEED: &str = "<rss version=\"2.0\"><channel><title>Kabar</title></channel></rss>";
const NOW: &str = "2026-11-24T08:00:00Z";

fn policy() -> Policy {
    Policy {
        user_agent: user_agent(Some("https://warta.example/about")),
        timeout: Duration::from_secs(30),
        max_body: 1024 * 1024,
        concurrency: 32,
        per_host_concurrency: 2,
        per_host_delay: Duration::ZERO,
        redirects: 10,
        allow_private_networks: false,
        allow_networks: vec!["127.0.0.0/8".parse().unwrap()],
        callback_networks: Vec::new(),
        proxy: None,
    }
}

fn fetcher() -> Fetcher {
    Fetcher::new(policy()).unwrap()
}

fn clock() -> Clock {
    Clock::Fixed(now())
}

fn now() -> Timestamp {
    Timestamp::parse_rfc3339(NOW).unwrap()
}

fn request(address: &str) -> Request {
    Request::new(Url::parse(address).unwrap())
}

async fn get(address: &str) -> Result<Fetched, Error> {
    fetcher().send(&request(address), &clock()).await
}

async fn error(address: &str) -> Error {
    get(address).await.expect_err(address)
}

/// Body, validators and repairs of what must be a document.
fn document(fetched: Fetched) -> (String, Validators, usize) {
    match fetched {
        Fetched::Document { document, validators, repairs, .. } => {
            (String::from_utf8(document.body).unwrap(), validators, repairs.len())
        }
        Fetched::NotModified { .. } => panic!("not modified"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut encoder, bytes).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn one_get_with_feed_types_codings_and_a_contact() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::ok(FEED).etag("\"1\"").header("Cache-Control", "max-age=600"));
    let fetched = get(&origin.url("/a.xml")).await.unwrap();
    let Fetched::Document { document, validators, hints, hops, status, wire_bytes, repairs, .. } = fetched else {
        panic!("no document")
    };
    assert_eq!(document.body, FEED.as_bytes());
    assert_eq!(document.url.unwrap().as_str(), origin.url("/a.xml"));
    assert_eq!(document.content_type.as_deref(), Some("application/rss+xml; charset=utf-8"));
    assert_eq!(validators.etag.as_deref(), Some("\"1\""));
    assert_eq!((hints.fresh, hints.body_bytes), (Some(Duration::from_secs(600)), Some(FEED.len() as u64)));
    assert_eq!((hops.len(), status, wire_bytes, repairs.len()), (0, 200, FEED.len() as u64, 0));
    let seen = &origin.requests()[..];
    let [Seen { method, headers, .. }] = seen else { panic!("{seen:?}") };
    assert_eq!(method, "GET");
    let mut names: Vec<_> = headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"], "no cookie, no referer, nothing else");
    let agent = format!("warta/{} (+https://warta.example/about)", env!("CARGO_PKG_VERSION"));
    assert_eq!(seen[0].header("user-agent"), Some(agent.as_str()));
    assert!(seen[0].header("accept").unwrap().starts_with("application/atom+xml, application/rss+xml"));
    assert_eq!(seen[0].header("accept-encoding"), Some("gzip, deflate, br, zstd"));
}

#[tokio::test]
async fn validators_come_back_byte_for_byte_and_a_304_is_no_body() {
    let origin = Origin::start();
    let (etag, date) = ("W/\"\u{e9}-gzip\"", "Tue, 24 Nov 2026 07:00:00 +0000 (late)");
    origin.on(
        "/a.xml",
        Answer::ok(FEED).etag(etag).last_modified(date).header("Expires", "Tue, 24 Nov 2026 09:00:00 GMT"),
    );
    let (_, validators, _) = document(get(&origin.url("/a.xml")).await.unwrap());
    let again = Request { validators, ..request(&origin.url("/a.xml")) };
    assert!(again.is_conditional());
    let Fetched::NotModified { validators, hints, .. } = fetcher().send(&again, &clock()).await.unwrap() else {
        panic!("a document")
    };
    assert_eq!(validators.unwrap().etag.as_deref(), Some(etag));
    assert_eq!(hints.fresh, Some(Duration::from_secs(3_600)));
    let second = &origin.requests()[1];
    assert_eq!((second.header("if-none-match"), second.header("if-modified-since")), (Some(etag), Some(date)));
}

#[tokio::test]
async fn a_304_that_nobody_asked_for_is_an_error() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::status(304));
    let error = error(&origin.url("/a.xml")).await;
    assert_eq!(error.trouble(), &Trouble::Unasked304);
    assert_eq!(error.failure().kind, FailureKind::Status);
}

#[tokio::test]
async fn redirects_are_followed_and_told() {
    let (here, there) = (Origin::start(), Origin::start_at("127.0.0.2"));
    here.on("/old", Answer::redirect(301, "/new").etag("\"old\""));
    here.on("/new", Answer::redirect(307, &there.url("/feed#top")));
    there.on("/feed", Answer::ok(FEED).etag("\"1\""));
    let mut request = request(&here.url("/old"));
    request.authorization = Some("Bearer letmein".to_owned());
    request.headers = vec![("X-Key".to_owned(), "letmein".to_owned())];
    request.validators = Validators { url: Some(request.url.clone()), etag: Some("\"x\"".into()), last_modified: None };
    let fetched = fetcher().send(&request, &clock()).await.unwrap();
    let Fetched::Document { document, validators, hops, .. } = fetched else { panic!("no document") };
    let url = |text: String| Url::parse(&text).unwrap();
    let expected = [
        Hop { status: 301, from: url(here.url("/old")), to: url(here.url("/new")) },
        Hop { status: 307, from: url(here.url("/new")), to: url(there.url("/feed")) },
    ];
    assert_eq!(hops, expected);
    assert_eq!((document.url.clone(), validators.url), (Some(url(there.url("/feed"))), document.url));
    let secrets = |seen: &Seen| ["authorization", "x-key", "if-none-match"].map(|name| seen.header(name).is_some());
    assert_eq!(here.requests().iter().map(secrets).collect::<Vec<_>>(), [[true; 3], [true, true, false]]);
    assert_eq!(there.requests().iter().map(secrets).collect::<Vec<_>>(), [[false; 3]]);
    assert!(there.requests()[0].header("referer").is_none());
}

#[tokio::test]
async fn redirects_for_ever_end_after_ten() {
    let origin = Origin::start();
    origin.on("/r", Answer::redirect_forever());
    let error = error(&origin.url("/r")).await;
    assert_eq!(error.trouble(), &Trouble::TooManyRedirects(10));
    assert_eq!((error.failure().kind, error.hops().len(), origin.requests().len()), (FailureKind::Refused, 10, 11));
}

#[tokio::test]
async fn private_addresses_are_refused_on_the_first_hop_by_name_and_behind_redirects() {
    let (open, inner) = (Origin::start(), Origin::start_at("127.0.0.9"));
    inner.on("/secret", Answer::ok("secret"));
    let strict = Fetcher::new(Policy { allow_networks: vec!["127.0.0.1".parse().unwrap()], ..policy() }).unwrap();
    let port = inner.address().port();
    let targets = [
        format!("http://127.0.0.9:{port}/secret"),
        format!("http://2130706441:{port}/secret"),
        format!("http://[::ffff:127.0.0.9]:{port}/secret"),
        format!("http://[::1]:{port}/secret"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1/".to_owned(),
    ];
    for target in &targets {
        open.on("/r", Answer::redirect(302, target));
        let error = strict.send(&request(&open.url("/r")), &clock()).await.expect_err(target);
        assert_eq!(error.failure().kind, FailureKind::Refused, "{error}");
        let direct = strict.send(&request(target), &clock()).await.expect_err(target);
        assert_eq!(direct.failure().kind, FailureKind::Refused, "{direct}");
    }
    assert_eq!(inner.requests().len(), 0);
    // A name never shows its address: the resolver is what refuses it.
    let closed = Fetcher::new(Policy { allow_networks: Vec::new(), ..policy() }).unwrap();
    let name = format!("http://localhost:{}/a.xml", open.address().port());
    open.forget_requests();
    let error = closed.send(&request(&name), &clock()).await.unwrap_err();
    assert!(matches!(error.trouble(), Trouble::Refused(_)), "{error}");
    assert!(error.to_string().contains("loopback address"), "{error}");
    assert_eq!(open.requests().len(), 0);
}

#[tokio::test]
async fn statuses_say_what_to_do() {
    let origin = Origin::start();
    let check = async |status: u16, kind: FailureKind, words: &str| {
        origin.on("/a.xml", Answer::status(status).body("sorry"));
        let error = error(&origin.url("/a.xml")).await;
        assert_eq!((error.status(), error.failure().kind), (Some(status), kind), "{status}");
        assert!(error.to_string().starts_with(&format!("{}: the server answered {status}", origin.url("/a.xml"))));
        assert!(error.to_string().contains(words), "{error}");
    };
    check(204, FailureKind::Status, "No Content").await;
    check(401, FailureKind::Status, "auth").await;
    check(403, FailureKind::Status, "refuses").await;
    check(404, FailureKind::Status, "check the address").await;
    check(410, FailureKind::Status, "ended").await;
    check(418, FailureKind::Status, "no document").await;
    check(500, FailureKind::Status, "Internal Server Error").await;
    check(503, FailureKind::Unavailable, "Unavailable").await;
    check(301, FailureKind::Refused, "names no address").await;
    check(206, FailureKind::Status, "no document").await;
}

#[tokio::test]
async fn gone_is_gone_only_by_its_own_word() {
    let origin = Origin::start();
    origin.on("/gone", Answer::status(410));
    origin.on("/moved", Answer::redirect(301, "/gone"));
    origin.on("/elsewhere", Answer::redirect(302, "/gone"));
    assert_eq!(error(&origin.url("/gone")).await.outcome(), Outcome::Gone);
    assert_eq!(error(&origin.url("/moved")).await.outcome(), Outcome::Gone);
    assert!(matches!(error(&origin.url("/elsewhere")).await.outcome(), Outcome::Failed(_)));
}

#[tokio::test]
async fn a_429_holds_the_host_at_once() {
    let (busy, other) = (Origin::start(), Origin::start_at("127.0.0.3"));
    busy.on("/a.xml", Answer::status(429).header("Retry-After", "120"));
    other.on("/a.xml", Answer::ok(FEED));
    let fetcher = Fetcher::new(Policy { per_host_concurrency: 1, ..policy() }).unwrap();
    let (clock, ask) = (clock(), request(&busy.url("/a.xml")));
    let outcomes = futures_util::future::join_all((0..12).map(|_| fetcher.send(&ask, &clock))).await;
    assert_eq!(busy.requests().len(), 1);
    let errors: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap_err()).collect();
    let held = errors.iter().filter(|error| error.outcome() == Outcome::Held).count();
    assert_eq!(held, 11);
    let until = now().plus(Duration::from_secs(120));
    assert!(errors.iter().all(|error| error.hints().retry_at == Some(until)));
    assert!(fetcher.send(&request(&other.url("/a.xml")), &clock).await.is_ok());
    let rows = fetcher.host_snapshot(now());
    assert_eq!((rows[0].host.as_str(), rows[0].hold_until), ("127.0.0.1", Some(until)));
}

#[tokio::test]
async fn codings_are_undone_and_mislabelled_ones_repaired() {
    let origin = Origin::start();
    let check = async |answer: Answer, repairs: usize| {
        origin.on("/a.xml", answer);
        let (body, _, mended) = document(get(&origin.url("/a.xml")).await.unwrap());
        assert_eq!((body.as_str(), mended), (FEED, repairs));
    };
    check(Answer::ok(gzip(FEED.as_bytes())).header("Content-Encoding", "gzip"), 0).await;
    check(Answer::ok(gzip(FEED.as_bytes())).header("Content-Encoding", "gzip").chunked(), 0).await;
    check(Answer::ok(FEED).header("Content-Encoding", "gzip"), 1).await;
    check(Answer::ok(gzip(FEED.as_bytes())), 1).await;
}

#[tokio::test]
async fn bodies_stop_at_the_cap() {
    let origin = Origin::start();
    origin.on("/bomb", Answer::gzip_bomb(256 * 1024 * 1024));
    origin.on("/long", Answer::ok(vec![b' '; 2 * 1024 * 1024]));
    origin.on("/chunks", Answer::ok(vec![b' '; 2 * 1024 * 1024]).chunked());
    for path in ["/bomb", "/long", "/chunks"] {
        let error = error(&origin.url(path)).await;
        assert!(matches!(error.trouble(), Trouble::TooLarge(_)), "{path}: {error}");
        assert_eq!((error.failure().kind, error.status()), (FailureKind::Body, Some(200)), "{path}");
    }
}

#[tokio::test]
async fn cut_bodies_are_errors() {
    let origin = Origin::start();
    let zipped = gzip(FEED.as_bytes());
    origin.on("/plain", Answer::ok(FEED).truncated());
    origin.on("/gzip", Answer::ok(&zipped[..zipped.len() - 12]).header("Content-Encoding", "gzip"));
    for path in ["/plain", "/gzip"] {
        let error = error(&origin.url(path)).await;
        assert!(matches!(error.trouble(), Trouble::CutOff(_)), "{path}: {error}");
    }
}

#[tokio::test]
async fn silence_drips_and_endless_headers_end() {
    let origin = Origin::start();
    origin.on("/hang", Answer::hang());
    origin.on("/drip", Answer::ok(FEED.repeat(1_000)).drip(Duration::from_millis(20)));
    origin.on("/head", Answer::endless_headers());
    let fetcher = Fetcher::new(Policy { timeout: Duration::from_millis(300), ..policy() }).unwrap();
    for path in ["/hang", "/drip"] {
        let error = fetcher.send(&request(&origin.url(path)), &clock()).await.expect_err(path);
        assert_eq!(error.failure().kind, FailureKind::Timeout, "{path}: {error}");
    }
    assert_eq!(error(&origin.url("/head")).await.failure().kind, FailureKind::Body);
}

#[tokio::test]
async fn connections_that_fail_say_so() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/a.xml?token=letmein", listener.local_addr().unwrap())
    };
    let failed = error(&closed).await;
    assert_eq!(failed.failure().kind, FailureKind::Connect);
    assert!(failed.to_string().contains("cannot connect: "), "{failed}");
    assert!(!failed.to_string().contains("letmein"), "{failed}");
}

#[tokio::test]
async fn no_more_at_once_than_a_host_may_get() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::ok(FEED).drip(Duration::from_millis(1)));
    let (fetcher, clock, ask) = (fetcher(), clock(), request(&origin.url("/a.xml")));
    let all = futures_util::future::join_all((0..8).map(|_| fetcher.send(&ask, &clock))).await;
    assert!(all.iter().all(Result::is_ok));
    assert_eq!((origin.requests().len(), origin.most_at_once()), (8, 2));
}
