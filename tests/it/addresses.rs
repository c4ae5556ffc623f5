//! Where warta never goes: listeners on this machine's forbidden addresses count, and nobody connects.

use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use url::Url;
use warta::clock::Clock;
use warta::fetch::{Fetcher, Policy, Request, user_agent};
use warta::model::{FailureKind, Timestamp};
use warta::store::Store;

use crate::origin::{Answer, Origin};
use crate::run::Daemon;
use crate::world::World;

/// Spellings of addresses that lead to this machine, to private networks, to the metadata of clouds, or to nothing that
/// serves feeds; blanks between them. Each is tried as a feed and as the target of redirects.
const FORBIDDEN: &[&str] = &[
    // This machine: decimal, octal, hexadecimal, short, percent-encoded, in full-width digits, with a dot behind.
    "127.0.0.1 127.0.0.1. 127.0.0.2 127.1 127.0.1 127.255.255.254 2130706433 0x7f000001 0x7f.1 0x7F.0.0.1 0177.0.0.1",
    "017700000001 0177.1 127.0x1 127.0.0.0x1 %31%32%37.0.0.1 127.0.0.%31 １２７.0.0.1 127。0。0。1 ①②⑦.0.0.1",
    "0.0.0.0 0 0x0 00 0.0 0.0.0 0.1.2.3 localhost LOCALHOST lOcAlHoSt %6cocalhost",
    "[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::] [::127.0.0.1] [::7f00:1]",
    "[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::FFFF:127.0.0.1] [::ffff:0.0.0.0]",
    "[::ffff:0:127.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::127.0.0.1] [2002:7f00:1::]",
    "[2001:0:7f00:1::1] [::fffe:127.0.0.1]",
    // Private networks and carriers.
    "10.0.0.1 10.1 0xa.1 012.0.0.1 167772161 172.16.0.1 172.31.255.254 192.168.0.1 192.168.1 0xc0a80001 3232235521",
    "0300.0250.0.1 100.64.0.1 100.127.255.254 198.18.0.1 [fc00::1] [fd00::1] [::ffff:10.0.0.1] [64:ff9b::a00:1]",
    "[2002:a00:1::1] [2002:c0a8:101::] [::10.0.0.1]",
    // Link-local, with the metadata of clouds.
    "169.254.169.254 2852039166 0xa9fea9fe 0251.0376.0251.0376 169.254.170.2 169.254.0.1 [fe80::1] [febf::1]",
    "[::ffff:169.254.169.254] [64:ff9b::a9fe:a9fe] [fd00:ec2::254] 100.100.100.200 192.0.0.192",
    // Protocols, documentation, multicast, broadcast, what nobody was given.
    "192.0.0.1 192.0.2.1 198.51.100.1 203.0.113.1 192.88.99.1 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255",
    "4294967295 [2001:db8::1] [3fff::1] [100::1] [fec0::1] [ff02::1] [ff0e::1] [5f00::1] [4000::1] [1::1]",
];

/// Counts the connections that reach any address of this machine on one port.
struct Trap {
    port: u16,
    reached: Arc<AtomicUsize>,
}

impl Trap {
    fn set() -> Self {
        let any = TcpListener::bind("0.0.0.0:0").unwrap();
        let port = any.local_addr().unwrap().port();
        let reached = Arc::new(AtomicUsize::new(0));
        // Where this machine has no IPv6 there is nothing to reach.
        let six = TcpListener::bind(SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, port))).ok();
        for listener in std::iter::once(any).chain(six) {
            let reached = Arc::clone(&reached);
            std::thread::spawn(move || {
                listener.incoming().for_each(|_| {
                    reached.fetch_add(1, Ordering::SeqCst);
                });
            });
        }
        Self { port, reached }
    }
}

/// Every spelling that a URL can hold, with a port of this machine and a path of its own.
fn targets(trap: &Trap) -> Vec<String> {
    let hosts = FORBIDDEN.iter().flat_map(|row| row.split(' ')).enumerate();
    let targets = hosts.map(|(n, host)| format!("http://{host}:{}/{n}.xml", trap.port));
    targets.filter(|target| Url::parse(target).is_ok()).collect()
}

/// An address as a header line can hold it: what is not ASCII as the percent-encoded bytes of its UTF-8.
fn in_header(target: &str) -> String {
    let byte = |byte: u8| if byte.is_ascii() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    target.bytes().map(byte).collect()
}

/// The one address that a world of [`guarded`] may ask.
const OPEN: &str = "127.0.0.77";
/// What every refusal says.
const REFUSED: &str = "which warta does not ask";
/// How long the daemon may take over all of them: far longer than it ever does.
const PATIENCE: Duration = Duration::from_secs(180);

/// A world in which one address of this machine may be asked, with these lines at the end of its feeds.toml.
fn guarded(lines: &str) -> World {
    let world = World::new(lines);
    let text = std::fs::read_to_string(toml_of(&world)).unwrap().replace("127.0.0.0/8", OPEN);
    std::fs::write(toml_of(&world), text).unwrap();
    world
}

fn toml_of(world: &World) -> PathBuf {
    world.public().ancestors().nth(2).unwrap().join("feeds.toml")
}

fn feed(url: &str) -> String {
    format!("[[feed]]\nurl = \"{url}\"\n")
}

/// A feed without items whose channel holds this.
fn rss(inside: &str) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:a=\"http://www.w3.org/2005/Atom\"><channel><title>Kabar</title>\
         <link>https://kabar.example/</link>{inside}</channel></rss>"
    )
}

/// Runs a command that has to end with this code; what it told.
fn told(world: &World, arguments: &[&str], code: i32) -> String {
    let output = world.run(arguments);
    let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

fn fetcher(allowed: &str) -> Fetcher {
    Fetcher::new(Policy {
        user_agent: user_agent(None),
        timeout: Duration::from_secs(5),
        max_body: 1024,
        concurrency: 32,
        per_host_concurrency: 32,
        per_host_delay: Duration::ZERO,
        redirects: 10,
        allow_private_networks: false,
        allow_networks: vec![allowed.parse().unwrap()],
        callback_networks: Vec::new(),
        proxy: None,
    })
    .unwrap()
}

#[tokio::test]
async fn no_spelling_and_no_route_reaches_a_forbidden_address() {
    let trap = Trap::set();
    // The one address that is allowed redirects to all the others.
    let open = Origin::start_at("127.0.0.77");
    let fetcher = fetcher("127.0.0.77");
    let clock = Clock::Fixed(Timestamp::epoch());
    let hosts: Vec<&str> = FORBIDDEN.iter().flat_map(|row| row.split(' ')).collect();
    let mut routes = 0;
    for (n, host) in hosts.iter().enumerate() {
        let target = format!("http://{host}:{}/feed.xml", trap.port);
        let (hop, hops, relative) = (format!("/{n}"), format!("/far/{n}"), format!("/relative/{n}"));
        let sent = in_header(&target);
        open.on(&hop, Answer::redirect(302, &sent));
        open.on(&hops, Answer::redirect(301, &hop));
        open.on(&relative, Answer::redirect(307, sent.trim_start_matches("http:")));
        let ways = [target.clone(), open.url(&hop), open.url(&hops), open.url(&relative)];
        for way in ways {
            // What is no address at all leads nowhere either.
            let Ok(url) = Url::parse(&way) else { continue };
            let error = fetcher.send(&Request::new(url), &clock).await.expect_err(&target);
            assert_eq!(error.failure().kind, FailureKind::Refused, "{way}: {error}");
            routes += 1;
        }
    }
    assert!(hosts.len() >= 100 && routes >= 400, "{} spellings, {routes} routes", hosts.len());
    // The trap works: an allowed client reaches it.
    assert_eq!(trap.reached.load(Ordering::SeqCst), 0);
    let url = Url::parse(&format!("http://127.0.0.1:{}/feed.xml", trap.port)).unwrap();
    assert!(self::fetcher("127.0.0.0/8").send(&Request::new(url), &clock).await.is_err());
    assert_ne!(trap.reached.load(Ordering::SeqCst), 0);
}

#[test]
fn neither_a_feed_nor_its_hub_nor_its_topic_leads_the_daemon_to_a_forbidden_address() {
    let trap = Trap::set();
    let (open, hub) = (Origin::start_at(OPEN), Origin::start_at(OPEN));
    let targets = targets(&trap);
    let own = hub.url("/told");
    // Where a refusal is told: in the feed's row, or in its subscription's.
    let (mut feeds, mut subscriptions, mut topics) = (Vec::new(), Vec::new(), Vec::new());
    for (n, target) in targets.iter().enumerate() {
        let path = |route: &str| format!("/{route}/{n}.xml");
        let on = |route: &str, answer: Answer| {
            open.on(&path(route), answer);
            open.url(&path(route))
        };
        let sent = in_header(target);
        feeds.push(target.clone());
        feeds.push(on("moved", Answer::redirect(301, &sent)));
        let header = format!("<{sent}>; rel=hub");
        subscriptions.push(on("header", Answer::ok(rss("")).header("Link", &header)));
        let body = format!("<a:link rel=\"hub\" href=\"{target}\"/>");
        subscriptions.push(on("body", Answer::ok(rss(&body))));
        hub.on(&path("hub"), Answer::redirect(if n % 2 == 0 { 307 } else { 308 }, &sent));
        let sent_on = format!("<{}>; rel=hub", hub.url(&path("hub")));
        subscriptions.push(on("sent-on", Answer::ok(rss("")).header("Link", &sent_on)));
        let topic = format!("<{own}>; rel=hub, <{sent}>; rel=self");
        topics.push(on("topic", Answer::ok(rss("")).header("Link", &topic)));
    }
    let all = feeds.iter().chain(&subscriptions).chain(&topics);
    let feeds_toml: String = all.map(|url| feed(url)).collect();
    let listen = "[server]\nlisten = \"127.0.0.1:0\"\n";
    let world = guarded(&format!("{listen}{feeds_toml}"));
    let daemon = Daemon::start(&mut world.command(&["run"]), "warta runs");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let now = Timestamp::parse_rfc3339("2026-11-24T07:00:00Z").unwrap();
    let refused = |error: Option<String>| error.is_some_and(|error| error.contains(REFUSED));
    let database = world.public().with_file_name("warta.db");
    let is_done = || async {
        let store = Store::open_read_only(&database).unwrap();
        let rows = store.feeds(now).await.unwrap();
        let row = |url: &String| rows.iter().find(|row| row.url == *url).unwrap();
        let read = rows.iter().filter(|row| row.last_check.is_some()).count();
        let mut open: Vec<&String> = feeds.iter().filter(|url| !refused(row(url).last_error.clone())).collect();
        for url in &subscriptions {
            let lease = store.lease_of(url).await.unwrap();
            open.extend(lease.is_none_or(|lease| !refused(lease.last_error)).then_some(url));
        }
        (read == rows.len() && open.is_empty(), format!("{read} of {} were read, not refused is {open:?}", rows.len()))
    };
    let began = Instant::now();
    while let (false, progress) = runtime.block_on(is_done()) {
        assert!(began.elapsed() < PATIENCE, "{progress}");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert!(hub.requests_of("/told").is_empty(), "no hub hears of a topic that is not the feed's own");
    assert!(told(&world, &["audit", &feeds[1]], 0).contains(REFUSED));
    assert!(told(&world, &["audit", &subscriptions[0]], 0).contains(REFUSED));
    assert_eq!(daemon.end(), Some(0));
    assert!(told(&world, &["moved"], 0).contains("no feed has moved"), "a refused address is no new home");
    let routes = feeds.len() + subscriptions.len() + topics.len();
    assert!(targets.len() >= 100 && routes >= 600, "{} spellings, {routes} routes", targets.len());
    assert_eq!(trap.reached.load(Ordering::SeqCst), 0);
}

#[test]
fn no_page_and_no_hand_leads_a_command_to_a_forbidden_address() {
    /// Feeds of one page that `add` looks at.
    const OFFERS: usize = 8;
    let trap = Trap::set();
    let open = Origin::start_at(OPEN);
    let targets = targets(&trap);
    let world = guarded("");
    let before = std::fs::read_to_string(toml_of(&world)).unwrap();
    let mut routes = 0;
    for (n, some) in targets.chunks(OFFERS).enumerate() {
        let (by_page, by_header) = (format!("/page/{n}"), format!("/header/{n}"));
        let page = |links: &str| {
            let html = format!("<!doctype html><html><head><title>Kabar</title>{links}</head></html>");
            Answer::status(200).header("Content-Type", "text/html").body(html)
        };
        let link = |target: &String| {
            // The scheme of the page stands in.
            let relative = target.trim_start_matches("http:");
            format!("<link rel=\"alternate\" type=\"application/rss+xml\" href=\"{relative}\">")
        };
        open.on(&by_page, page(&some.iter().map(link).collect::<String>()));
        let line = |target: &String| format!("<{}>; rel=alternate; type=\"application/atom+xml\"", in_header(target));
        let lines: Vec<String> = some.iter().map(line).collect();
        open.on(&by_header, page("").header("Link", &lines.join(", ")));
        for path in [by_page, by_header] {
            let text = told(&world, &["add", &open.url(&path)], 1);
            assert_eq!(text.matches(REFUSED).count(), some.len(), "{some:?}: {text}");
            routes += some.len();
        }
    }
    for target in &targets {
        assert!(told(&world, &["add", target], 1).contains(REFUSED), "{target}");
        routes += 1;
    }
    assert_eq!(std::fs::read_to_string(toml_of(&world)).unwrap(), before, "nothing was added");

    // What the operator moves by hand stands in feeds.toml, and is refused when it is asked.
    let by_hand: Vec<&String> = targets.iter().step_by(6).collect();
    let old = |n: usize| open.url(&format!("/old/{n}.xml"));
    let feeds: String = (0..by_hand.len()).map(|n| feed(&old(n))).collect();
    let world = guarded(&feeds);
    for (n, target) in by_hand.iter().enumerate() {
        told(&world, &["moved", &old(n), target], 0);
        routes += 1;
    }
    let report = world.json(&["poll", "--json"]);
    let failures = report["failures"].as_array().unwrap();
    assert_eq!(failures.len(), by_hand.len(), "{report}");
    assert!(failures.iter().all(|failure| failure["error"].as_str().unwrap().contains(REFUSED)), "{report}");
    assert!(targets.len() >= 100 && routes >= 300, "{} spellings, {routes} routes", targets.len());
    assert_eq!(trap.reached.load(Ordering::SeqCst), 0);
}
