//! A proxy between warta and every server: named in feeds.toml, told its own credential, asked for public addresses alone.

use crate::origin::{Answer, Origin};
use crate::world::World;

const DOCUMENT: &str = "<rss version=\"2.0\"><channel><title>Kabar</title><link>https://kabar.example/</link><item>\
    <title>Satu</title><link>https://kabar.example/1</link><guid>https://kabar.example/1</guid></item></channel></rss>";

/// A canary, and its Base64 form behind "warta:".
const PASSWORD: &str = "kenari-rahasia-perantara";
const BASIC: &str = "d2FydGE6a2VuYXJpLXJhaGFzaWEtcGVyYW50YXJh";

fn feed(url: &str, more: &str) -> String {
    format!("[[feed]]\nurl = \"{url}\"\nsection = \"nasional\"\n{more}")
}

#[test]
fn every_request_goes_through_the_proxy_and_its_credential_to_it_alone() {
    let (proxy, trap) = (Origin::start_at("127.0.0.5"), Origin::start_at("127.0.0.6"));
    // Nothing listens at these: who connects to them by himself finds nobody.
    let (plain, named, tunnelled) =
        ("http://127.0.0.9:9/a.xml", "http://localhost:9/b.xml", "https://127.0.0.9:9/c.xml");
    proxy.on(plain, Answer::ok(DOCUMENT));
    proxy.on(named, Answer::redirect(302, "http://127.0.0.9:9/moved.xml"));
    proxy.on("http://127.0.0.9:9/moved.xml", Answer::ok(DOCUMENT.replace("/1<", "/2<")));
    let auth = "auth = { credential = \"press\" }\n";
    let feeds = [feed(plain, auth), feed(named, ""), feed(tunnelled, auth)].concat();
    let settings = format!("proxy = {{ url = \"{}\", auth = {{ credential = \"proxy\" }} }}\n", proxy.url(""));
    let world = World::new(&format!("{settings}[[section]]\nid = \"nasional\"\n{feeds}"));
    let run = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env("WARTA_CREDENTIAL_PROXY", format!("warta:{PASSWORD}")).env("WARTA_CREDENTIAL_PRESS", "a:b");
        for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
            command.env(name, trap.url("/"));
        }
        let output = command.env("RUST_LOG", "trace").output().unwrap();
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        assert!(!text.contains(PASSWORD) && !text.contains(BASIC), "{arguments:?} tells the secret: {text}");
        assert_eq!(output.status.code(), Some(0), "{text}");
        text
    };
    run(&["check"]);
    run(&["poll"]);
    assert!(run(&["audit", tunnelled]).contains("127.0.0.9"));
    assert!(trap.requests().is_empty(), "the environment's proxy counts for nothing");
    let requests = proxy.requests();
    let basic = format!("Basic {BASIC}");
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for request in &requests {
        assert_eq!(request.header("proxy-authorization"), Some(basic.as_str()), "{request:?}");
        seen.push((&request.method, &request.target));
        // A feed's own credential goes to its own origin: through the proxy in the clear where the feed is, never with
        // the request for a tunnel.
        assert_eq!(request.header("authorization").is_some(), request.target == plain, "{request:?}");
    }
    seen.sort_unstable();
    let expected =
        [("CONNECT", "127.0.0.9:9"), ("GET", plain), ("GET", "http://127.0.0.9:9/moved.xml"), ("GET", named)];
    assert_eq!(seen, expected);
    assert!(world.published("nasional/rss.xml").contains("https://kabar.example/2"));
}

#[test]
fn a_proxy_is_not_asked_for_what_warta_would_not_ask() {
    let proxy = Origin::start_at("127.0.0.5");
    let urls =
        ["http://10.0.0.1/", "https://10.0.0.2/", "http://localhost:9/", "https://localhost:9/", "http://0x7f.1:9/"];
    let unknown = "http://tidak-ada.invalid/";
    let feeds: String = urls.iter().chain([&unknown]).map(|url| feed(url, "")).collect();
    let setting = format!("proxy = \"{}\"\n", proxy.url("/"));
    let world = World::new(&format!("{setting}[[section]]\nid = \"nasional\"\n{feeds}"));
    let file = world.public().ancestors().nth(2).unwrap().join("feeds.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("127.0.0.0/8", "192.0.2.0/24")).unwrap();
    let report = world.json(&["poll", "--json"]);
    let failures = report["failures"].as_array().unwrap();
    assert_eq!(failures.len(), urls.len() + 1, "{report}");
    for failure in failures {
        let word = if failure["url"] == unknown { "is not handed to the proxy" } else { "which warta does not ask" };
        assert!(failure["error"].as_str().unwrap().contains(word), "{failure}");
    }
    assert!(proxy.requests().is_empty());

    // Where the operator opened everything, the proxy judges.
    std::fs::write(&file, text.replace("allow_networks = [\"127.0.0.0/8\"]", "allow_private_networks = true")).unwrap();
    proxy.on(unknown, Answer::ok(DOCUMENT));
    let report = world.json(&["poll", "--json", unknown]);
    assert_eq!(report["feeds"]["fresh"], 1, "{report}");
}

#[test]
fn a_proxy_that_is_not_there_or_refuses_is_named() {
    let proxy = Origin::start_at("127.0.0.5");
    let url = "http://127.0.0.9:9/a.xml";
    proxy.on(url, Answer::status(407));
    let world = World::new(&format!(
        "proxy = \"{}\"\n{}",
        proxy.url(""),
        feed(url, "").replace("section = \"nasional\"\n", "")
    ));
    let report = world.json(&["poll", "--json"]);
    let error = report["failures"][0]["error"].as_str().unwrap();
    assert!(error.contains("the proxy wants other credentials"), "{error}");
}

/// A 429 to the first feed, and what became of a feed on a second host of its registrable domain.
fn second_host_after_429(scope: &str) -> (u64, Origin) {
    // Names that exist nowhere lead to the origin through the proxy, which is told all of them.
    let proxy = Origin::start_at("127.0.0.5");
    let urls = ["http://satu.kabar.co.id/a.xml", "http://dua.kabar.co.id/b.xml", "http://koran.co.id/c.xml"];
    let quiet = Answer::status(429).header("Retry-After", "3600");
    proxy.sequence(urls[0], [quiet, Answer::ok(DOCUMENT.replace("/1<", "/0<"))]);
    proxy.on(urls[1], Answer::ok(DOCUMENT));
    proxy.on(urls[2], Answer::ok(DOCUMENT.replace("/1<", "/3<")));
    let feeds: String = urls.iter().map(|url| feed(url, &format!("scope = \"{scope}\"\n"))).collect();
    let setting = format!("proxy = \"{}\"\n", proxy.url("/"));
    let mut world = World::new(&format!("{setting}[[section]]\nid = \"nasional\"\n{feeds}"));
    let file = world.public().ancestors().nth(2).unwrap().join("feeds.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("allow_networks = [\"127.0.0.0/8\"]", "allow_private_networks = true")).unwrap();
    assert_eq!(world.json(&["poll", "--json", urls[0]])["feeds"]["failed"], 1);
    let report = world.json(&["poll", "--json", urls[1], urls[2]]);
    let held = report["feeds"]["held"].as_u64().unwrap();
    assert_eq!(report["feeds"]["fresh"].as_u64(), Some(2 - held), "{report}");
    assert_eq!(proxy.requests_of(urls[2]).len(), 1, "koran.co.id is another's: co.id is a public suffix");
    assert_eq!(proxy.requests_of(urls[1]).len() as u64, 1 - held);
    // Not by force either; and when the hold is over both are asked.
    world.json(&["poll", "--json", "--force"]);
    assert_eq!(proxy.requests_of(urls[0]).len(), 1);
    world.at("2026-11-24T08:00:01Z");
    world.json(&["poll", "--json", "--force"]);
    assert_eq!(proxy.requests_of(urls[0]).len(), 2);
    (held, proxy)
}

#[test]
fn a_429_holds_all_hosts_of_the_registrable_domain_where_scope_says_so() {
    let (held, proxy) = second_host_after_429("domain");
    assert_eq!(held, 1);
    assert_eq!(proxy.requests_of("http://dua.kabar.co.id/b.xml").len(), 1, "after the hold");
    assert_eq!(second_host_after_429("host").0, 0);
    assert_eq!(second_host_after_429("feed").0, 0);
}
