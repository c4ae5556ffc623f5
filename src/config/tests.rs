use std::fs;
use std::time::Duration;

use super::*;
use crate::model::{Republish, Robots};

/// Loads a text as feeds.toml of an empty folder.
fn load_text(text: &str, variables: &[(&str, &str)]) -> Result<Loaded, Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feeds.toml");
    fs::write(&path, text).unwrap();
    load(&path, &variables.iter().copied().collect())
}

/// The configuration that a text means.
fn meant(text: &str) -> Config {
    load_text(text, &[]).unwrap_or_else(|error| panic!("{error}")).config
}

/// Messages and hints of everything that is wrong with a text.
fn mistakes(text: &str, variables: &[(&str, &str)]) -> Vec<String> {
    match load_text(text, variables) {
        Err(Error::Mistakes(Problems(problems))) => {
            problems.into_iter().map(|problem| format!("{}; {}", problem.message, problem.hint)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_empty_file_means_the_defaults() {
    let loaded = load_text("", &[]).unwrap();
    let config = loaded.config;
    assert_eq!(config.site.base_url.as_str(), "http://127.0.0.1:8080/");
    assert_eq!(config.sitemap.hosts, ["127.0.0.1"]);
    assert_eq!(config.fetch.user_agent, concat!("warta/", env!("CARGO_PKG_VERSION")));
    assert_eq!(config.fetch.min_interval, Duration::from_secs(1_800));
    assert_eq!(config.publish.items_max, 500);
    assert!(config.storage.path.ends_with("data/warta.db"));
    assert_eq!(loaded.warnings.len(), 1, "no feed");
}

#[test]
fn what_protects_holds_by_default() {
    let config = meant(
        r#"
        [sitemap]
        hosts = ["Warta.example", "*.warta.example"]
        [[section]]
        id = "own"
        [[section]]
        id = "other"
        interval = "1h"
        [[section]]
        id = "open"
        robots = "index"
        [[feed]]
        url = "https://www.warta.example/rss"
        section = "own"
        [[feed]]
        url = "https://antara.example/rss"
        section = ["other", "open"]
        "#,
    );
    let (own, other) = (&config.feeds[0], &config.feeds[1]);
    for (host, expected) in [
        ("warta.example", true),
        ("WARTA.example", true),
        ("a.b.warta.example", true),
        ("xwarta.example", false),
        (".warta.example", false),
        ("warta.example.net", false),
    ] {
        assert_eq!(config.is_own_host(host), expected, "{host}");
    }
    assert_eq!(config.republish_for(own, Some("warta.example")), Republish::Full);
    assert_eq!(config.republish_for(own, Some("elsewhere.example")), Republish::Summary);
    assert_eq!(config.republish_for(own, None), Republish::Summary);
    let robots = config.sections.iter().map(|section| config.robots_for(section));
    assert_eq!(robots.collect::<Vec<_>>(), [Robots::Index, Robots::Noindex, Robots::Index]);
    assert_eq!(config.interval_for(own), None);
    assert_eq!(config.interval_for(other), Some(Duration::from_secs(3_600)));
    assert_eq!(config.feed("https://antara.example/rss").map(|feed| feed.place.line), Some(15));
}

#[test]
fn variables_override_the_file() {
    let variables = [
        ("WARTA_SITE__TITLE", "2026"),
        ("WARTA_FETCH__CONCURRENCY", "4"),
        ("WARTA_FETCH__TIMEOUT", "10s"),
        ("WARTA_SITEMAP__HOSTS", r#"["a.example"]"#),
        ("WARTA_NOW", "2026-11-24T00:00:00Z"),
        ("WARTA_CREDENTIAL_A__B", "a:b"),
    ];
    let config = load_text("[site]\ntitle = 3\n[fetch]\ntimeout = \"1s\"\n", &variables).unwrap().config;
    assert_eq!(config.site.title, "2026");
    assert_eq!(config.fetch.concurrency, 4);
    assert_eq!(config.fetch.timeout, Duration::from_secs(10));
    assert_eq!(config.sitemap.hosts, ["a.example"]);
}

#[test]
fn a_wrong_variable_is_named() {
    let variables = [("WARTA_FETCH__TIMEOUT", "soon"), ("WARTA_FECH__TIMEOUT", "1s"), ("WARTA_LOG__FROMAT", "text")];
    let Err(Error::Mistakes(Problems(problems))) = load_text("", &variables) else { panic!("accepted") };
    let heads: Vec<_> = problems.iter().map(|problem| problem.to_string().lines().next().unwrap().to_owned()).collect();
    assert_eq!(
        heads,
        [
            "WARTA_FECH__TIMEOUT: no table `fech` that a variable could override; did you mean `fetch`?",
            "WARTA_FETCH__TIMEOUT: timeout = \"soon\" is no duration; write a number with w, d, h, m or s, such as \
             \"30m\" or \"1h30m\"",
            "WARTA_LOG__FROMAT: unknown key `fromat` in [log]; did you mean `format`?",
        ]
    );
}

#[test]
fn a_credential_comes_from_its_file_or_its_variable_and_is_never_shown() {
    let text = "[[feed]]\nurl = \"https://a.example/rss\"\nauth = { credential = \"press-a\" }\n";
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("press-a"), "Bearer from-file\n").unwrap();
    let variable = ("WARTA_CREDENTIAL_PRESS_A", "user:hunter2");
    let loaded = load_text(text, &[variable]).unwrap();
    assert_eq!(loaded.config.feeds[0].auth.as_ref().unwrap().header(), "Basic dXNlcjpodW50ZXIy");
    assert!(!format!("{loaded:?}").contains("hunter2"));
    let directory = ("CREDENTIALS_DIRECTORY", folder.path().to_str().unwrap());
    let loaded = load_text(text, &[variable, directory]).unwrap();
    assert_eq!(loaded.config.feeds[0].auth.as_ref().unwrap().header(), "Bearer from-file");
    assert_eq!(
        mistakes(text, &[]),
        ["the credential `press-a` is missing; put `user:password` or `Bearer TOKEN` in \
          $CREDENTIALS_DIRECTORY/press-a or in WARTA_CREDENTIAL_PRESS_A"]
    );
}

#[test]
fn included_files_add_sections_and_feeds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feeds.toml");
    fs::create_dir(folder.path().join("feeds.d")).unwrap();
    fs::write(&path, "include = [\"feeds.d/*.toml\"]\n[[section]]\nid = \"a\"\n").unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join("feeds.d").join(name), text).unwrap();
    write("2.toml", "[[feed]]\nurl = \"https://two.example/\"\nsection = \"b\"\n");
    write("1.toml", "[[section]]\nid = \"b\"\n[[feed]]\nurl = \"https://one.example/\"\nsection = \"a\"\n");
    write("3.txt", "not read");
    let config = load(&path, &Environment::default()).unwrap().config;
    let hosts: Vec<_> = config.feeds.iter().filter_map(|feed| feed.url.host_str()).collect();
    assert_eq!(hosts, ["one.example", "two.example"]);
    assert_eq!(config.included.len(), 2);
    write("4.toml", "[site]\ntitle = \"x\"\n[[feed]]\nurl = \"https://one.example/\"\nsection = \"c\"\n");
    let Err(Error::Mistakes(Problems(problems))) = load(&path, &Environment::default()) else { panic!("accepted") };
    assert!(problems.iter().all(|problem| problem.file.ends_with("feeds.d/4.toml")), "{problems:?}");
    assert_eq!(problems.iter().map(|problem| problem.line).collect::<Vec<_>>(), [Some(1), Some(4), Some(5)]);
}

#[test]
fn the_demo_may_poll_faster() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feeds.toml");
    fs::write(&path, "[[feed]]\nurl = \"http://127.0.0.2:1/\"\ninterval = \"5s\"\n").unwrap();
    assert!(load(&path, &Environment::default()).is_err());
    assert!(load_with_floor(&path, &Environment::default(), Duration::from_secs(5)).is_ok());
}

#[test]
fn what_init_writes_is_right() {
    let loaded = load_text(INIT, &[]).unwrap_or_else(|error| panic!("{error}"));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    assert_eq!((loaded.config.sections.len(), loaded.config.feeds.len()), (2, 2));
}

#[test]
fn the_example_is_right_and_so_are_its_commented_lines() {
    let example = include_str!("../../feeds.toml");
    let loaded = load_text(example, &[]).unwrap_or_else(|error| panic!("{error}"));
    assert!(loaded.warnings.is_empty(), "{:?}", loaded.warnings);
    assert_eq!(loaded.config.sections.len(), 6);
    // What a reader wakes by taking the `# ` away must be taken as well.
    let is_setting = |line: &str| {
        let is_header = line.starts_with("# [[") && line.ends_with("]]");
        let is_key = line.strip_prefix("# ").and_then(|rest| rest.split_once(" = ")).is_some_and(|(key, _)| {
            !key.is_empty()
                && key.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit())
        });
        is_header || is_key
    };
    let awake: Vec<&str> = example.lines().map(|line| if is_setting(line) { &line[2..] } else { line }).collect();
    assert!(awake.len() > 100 && awake.iter().any(|line| line.starts_with("per_host_delay")));
    let text = awake.join("\n").replace("include = [\"feeds.d/*.toml\"]", "");
    let loaded = load_text(&text, &[]).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(loaded.config.rules.len(), 2);
}

#[test]
fn notes_tell_what_the_defaults_decide() {
    let config = meant(
        "[sitemap]\nhosts = [\"a.example\"]\n[[section]]\nid = \"a\"\n[[section]]\nid = \"b\"\n[[section]]\nid = \"c\"\n\
         robots = \"noindex\"\n[[feed]]\nurl = \"https://a.example/rss\"\nsection = [\"a\", \"c\"]\n",
    );
    assert_eq!(
        notes(&config),
        [
            "ids are provisional: http://127.0.0.1:8080/ is loopback and [site] tag is not set; set one of the two \
             before others read them",
            "section a is index: it reads a.example, which is yours",
            "section b is noindex: none of its feeds lies on [sitemap] hosts (a.example)",
            "section c is noindex: robots says so",
        ]
    );
}

#[test]
fn numbers_are_read_in_all_spellings_of_toml() {
    let items = |text: &str| meant(&format!("[publish]\nitems = {text}\nitems_max = 5_000")).publish.items;
    assert_eq!(["1_000", "+7", "0x10", "0b11", "0o17"].map(items), [1_000, 7, 16, 3, 15]);
}

#[test]
fn all_that_is_given_is_meant() {
    let config = meant(
        r#"
        [publish]
        dir = "/srv/public"
        robots_extra = """
        User-agent: GPTBot
        Disallow: /
        """
        [fetch]
        contact = "editor@warta.example"
        allow_networks = ["127.0.0.0/8"]
        [dedup]
        text = "off"
        story = "off"
        strip_params = ["Src"]
        [[section]]
        id = "a"
        publication = { name = "A", language = "en" }
        [[feed]]
        url = " https://A.example/Rss "
        section = ["a"]
        timezone = "Asia/Makassar"
        headers = { Accept-Language = "id" }
        identity = "link"
        republish = "link"
        paused = true
        "#,
    );
    assert_eq!(config.publish.dir.to_str(), Some("/srv/public"));
    assert_eq!(config.publish.robots_extra, ["User-agent: GPTBot", "Disallow: /"]);
    assert!(config.fetch.user_agent.ends_with(" (+editor@warta.example)"), "{}", config.fetch.user_agent);
    assert!(config.fetch.allow_networks[0].contains([127, 0, 0, 9].into()));
    assert_eq!(config.dedup.strip_params, ["src"]);
    let feed = &config.feeds[0];
    assert_eq!((feed.key.as_str(), feed.url.as_str()), ("https://A.example/Rss", "https://a.example/Rss"));
    assert_eq!(feed.headers, [("Accept-Language".to_owned(), "id".to_owned())]);
    assert_eq!(config.republish_for(feed, Some("127.0.0.1")), Republish::Link);
    assert_eq!(config.publication_for(feed).map(|publication| publication.name.as_str()), Some("A"));
    assert!(feed.paused);
}

#[test]
fn haste_and_lost_items_are_warned_of() {
    let text = "[sitemap]\nhosts = [\"a.example\"]\n[[section]]\nid = \"a\"\n[[section]]\nid = \"empty\"\n\
                [[feed]]\nurl = \"https://a.example/\"\nsection = \"a\"\ninterval = \"1m\"\n\
                [[feed]]\nurl = \"https://b.example/\"\ninterval = \"1m\"\n\
                [[feed]]\nurl = \"https://c.example/\"\nsection = \"a\"\ncron = \"*/5 6-7 * * *\"\n\
                [[feed]]\nurl = \"https://d.example/\"\nsection = \"a\"\ncron = \"0 6,18 * * *\"\n";
    let warnings = load_text(text, &[]).unwrap().warnings;
    let said: Vec<_> = warnings.iter().map(|problem| (problem.line.unwrap(), problem.message.as_str())).collect();
    assert_eq!(
        said,
        [
            (6, "section `empty` has no feed"),
            (11, "this feed has no section, so its items are stored and shown nowhere"),
            (13, "b.example is asked more often than min_interval = \"30m\""),
            (17, "c.example is asked more often than min_interval = \"30m\""),
        ]
    );
    assert!(warnings[0].to_string().contains(":6: warning: section"), "{}", warnings[0]);
}

proptest::proptest! {
    #[test]
    fn no_text_panics(text in "[\\[\\]a-z_\"'={}\\n.,#0-9 é:/@?&]{0,200}") {
        let _ = load_text(&text, &[]);
    }

    #[test]
    fn no_mangled_example_panics(from in 0usize..9_000, length in 0usize..400, put in "[\\[\\]\"'={}\\n#é]{0,3}") {
        let example = include_str!("../../feeds.toml");
        let edge = |at: usize| (at.min(example.len())..).find(|at| example.is_char_boundary(*at)).unwrap();
        let text = format!("{}{put}{}", &example[..edge(from)], &example[edge(from + length)..]);
        let _ = load_text(&text, &[]);
    }
}

#[test]
fn a_proxy_is_an_address_or_one_with_a_credential() {
    let check = |proxy: &str, expected: &str| {
        let text = format!("[fetch]\nproxy = {proxy}\n");
        let variables = [("WARTA_CREDENTIAL_PRESS", "warta:rahasia")];
        match load_text(&text, &variables) {
            Ok(loaded) => {
                assert_eq!(format!("{:?}", loaded.config.fetch.proxy.map(|p| (p.url.to_string(), p.auth))), expected)
            }
            Err(_) => {
                assert!(mistakes(&text, &variables).concat().contains(expected), "{:?}", mistakes(&text, &variables))
            }
        }
    };
    check(r#""http://10.0.0.1:3128""#, "Some((\"http://10.0.0.1:3128/\", None))");
    check(
        r#"{ url = "https://proxy.example", auth = { credential = "press" } }"#,
        "Some((\"https://proxy.example/\", Some(Credential { name: \"press\", header: \"***\" })))",
    );
    check(
        r#""http://me:pw@proxy.example""#,
        "holds a user name or password; write \"http://proxy.example.com:3128\", or {",
    );
    check(r#""http://proxy.example/x""#, "has a path");
    check(r#""socks5://proxy.example""#, "is neither http nor https");
    check(r#"{ url = "http://a.example", auth = { credential = "other" } }"#, "the credential `other` is missing");
    check(r#"{ auth = { credential = "press" } }"#, "url");
    check(r#"{ url = "http://a.example", port = 1 }"#, "proxy takes url, auth");
    check("1", "write \"http://proxy.example.com:3128\"");
}
