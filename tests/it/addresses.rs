//! Where warta never goes: listeners on this machine's forbidden addresses count, and nobody connects.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use url::Url;
use warta::clock::Clock;
use warta::fetch::{Fetcher, Policy, Request, user_agent};
use warta::model::{FailureKind, Timestamp};

use crate::origin::{Answer, Origin};

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
        open.on(&hop, Answer::redirect(302, &target));
        open.on(&hops, Answer::redirect(301, &hop));
        open.on(&relative, Answer::redirect(307, target.trim_start_matches("http:")));
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
