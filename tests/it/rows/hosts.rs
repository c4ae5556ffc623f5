//! Rows 19 to 22: what a request looks like, how a host is spared, where warta never goes, and what it puts up with.

use super::*;

#[test]
fn row_19_a_check_is_one_get_that_says_who_asks_and_nothing_else() {
    let site = Site::with(
        "",
        [(
            "/a.xml",
            Answer::ok(rss("<image><url>/icon.png</url></image>", &["satu", "dua"]))
                .header("Set-Cookie", "id=1; Path=/")
                .header("Link", "</hub>; rel=\"hub\""),
        )],
    );
    site.poll();
    site.force();
    let seen = site.origin.requests();
    assert_eq!(seen.len(), 2, "no HEAD, no icon, no item, no robots.txt: {seen:?}");
    for request in &seen {
        assert_eq!((request.method.as_str(), request.target.as_str()), ("GET", "/a.xml"));
        let mut names: Vec<_> = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase()).collect();
        names.sort();
        assert_eq!(names, ["accept", "accept-encoding", "host", "user-agent"]);
        assert!(request.header("user-agent").unwrap().starts_with("warta/"));
        assert!(request.header("accept").unwrap().contains("application/rss+xml"));
        assert!(request.header("accept-encoding").unwrap().contains("gzip"));
    }
}

#[test]
fn row_19_the_contact_stands_in_the_user_agent_and_no_referer_follows_a_redirect() {
    let origin = Origin::start();
    origin.on("/a.xml", Answer::redirect(302, "/b.xml").header("Set-Cookie", "id=1"));
    origin.on("/b.xml", Answer::ok(one()));
    let world = World::new(&format!(
        "contact = \"https://warta.example/about\"\n[[feed]]\nurl = \"{}\"\n",
        origin.url("/a.xml")
    ));
    world.json(&["poll", "--json"]);
    let seen = origin.requests();
    assert_eq!(seen.len(), 2);
    for request in seen {
        assert!(request.header("user-agent").unwrap().ends_with(" (+https://warta.example/about)"));
        assert!(request.header("referer").is_none() && request.header("cookie").is_none());
    }
}

#[test]
fn row_20_a_host_gets_two_requests_at_once_whatever_others_get() {
    let slow = || Answer::ok(one()).drip(Duration::from_micros(300));
    let (one_host, other) = (Origin::start(), Origin::start_at("127.0.0.4"));
    let mut config = String::new();
    for n in 0..12 {
        for origin in [&one_host, &other] {
            let path = format!("/{n}.xml");
            origin.on(&path, slow());
            config.push_str(&format!("[[feed]]\nurl = \"{}\"\n", origin.url(&path)));
        }
    }
    let world = World::new(&config);
    assert_eq!(world.json(&["poll", "--json"])["feeds"]["fresh"], 24);
    assert!(one_host.most_at_once() <= 2 && other.most_at_once() <= 2);
}

#[test]
fn row_21_private_addresses_are_refused_on_every_hop() {
    let (open, inner) = (Origin::start(), Origin::start_at("127.0.0.9"));
    inner.on("/secret.xml", Answer::ok(one()));
    let port = inner.address().port();
    let targets = [
        inner.url("/secret.xml"),
        format!("http://2130706441:{port}/secret.xml"),
        format!("http://0x7f.9:{port}/secret.xml"),
        format!("http://[::ffff:7f00:9]:{port}/secret.xml"),
        format!("http://[::1]:{port}/secret.xml"),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
    ];
    let mut config = String::new();
    for (n, target) in targets.iter().enumerate() {
        open.on(&format!("/{n}.xml"), Answer::redirect(302, target));
        // Several spellings are one address, and no feed stands twice in the file.
        for url in [open.url(&format!("/{n}.xml")), format!("{target}?{n}")] {
            config.push_str(&format!("[[feed]]\nurl = \"{url}\"\n"));
        }
    }
    let world = World::new(&config);
    let mut poll = world.command(&["poll", "--json"]);
    let output = poll.env("WARTA_FETCH__ALLOW_NETWORKS", "[\"127.0.0.1\"]").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["feeds"]["failed"], 2 * targets.len(), "{told}");
    for failure in told["failures"].as_array().unwrap() {
        assert!(failure["error"].as_str().unwrap().contains("allow_networks"), "{failure}");
    }
    assert_eq!(inner.requests().len(), 0);
}

#[test]
fn row_22_every_answer_has_its_limit() {
    let long = || vec![b' '; 2 * 1024 * 1024];
    let many_lines = (0..2_000).fold(Answer::ok(one()), |answer, n| answer.header(&format!("X-{n}"), &"x".repeat(50)));
    let cases = [
        ("/long.xml", Answer::ok(long()), "max_body"),
        ("/chunks.xml", Answer::ok(long()).chunked(), "max_body"),
        ("/bomb.xml", Answer::gzip_bomb(64 * 1024 * 1024), "max_body"),
        ("/endless.xml", Answer::endless_headers(), ""),
        ("/lines.xml", many_lines, ""),
        ("/hang.xml", Answer::hang(), "longer than"),
        ("/drip.xml", Answer::ok(one()).drip(Duration::from_millis(50)), "longer than"),
        ("/forever.xml", Answer::redirect_forever(), "redirects"),
    ];
    let origin = Origin::start();
    let mut config = "timeout = \"1s\"\nmax_body = \"1MiB\"\nper_host_concurrency = 8\n".to_owned();
    for (path, answer, _) in &cases {
        origin.on(path, answer.clone());
        config.push_str(&format!("[[feed]]\nurl = \"{}\"\n", origin.url(path)));
    }
    let world = World::new(&config);
    let told = world.json(&["poll", "--json"]);
    assert_eq!(told["feeds"]["failed"], cases.len(), "{told}");
    for (path, _, words) in &cases {
        let failures = told["failures"].as_array().unwrap();
        let failure = failures.iter().find(|failure| failure["url"] == origin.url(path)).unwrap();
        assert!(failure["error"].as_str().unwrap().contains(words), "{failure}");
    }
    assert_eq!(origin.requests_of("/forever.xml").len(), 11);
}
