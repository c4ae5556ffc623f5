use super::*;
use crate::model::Validators;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn request(address: &str) -> Request {
    let mut request = Request::new(url(address));
    request.headers = vec![("X-Key".into(), "letmein".into())];
    request.authorization = Some("Bearer letmein".into());
    request.validators =
        Validators { url: Some(url(address)), etag: Some("\"\u{e9}\"".into()), last_modified: Some("y".into()) };
    request
}

/// Which of custom header, credential and validator is sent after these redirects.
fn sent(address: &str, hops: &[&str]) -> [bool; 3] {
    let request = request(address);
    let mut trip = Trip::new(&request);
    for hop in hops {
        trip.follow(302, Some(hop), 10).unwrap();
    }
    let lines = trip.headers("warta/1").unwrap();
    assert_eq!(lines.contains_key(IF_NONE_MATCH), lines.contains_key(IF_MODIFIED_SINCE));
    ["x-key", "authorization", "if-none-match"].map(|name| lines.contains_key(name))
}

#[test]
fn secrets_stay_at_home_and_validators_with_their_address() {
    let check = |address, hops: &[&str], expected| assert_eq!(sent(address, hops), expected, "{hops:?}");
    check("https://a.example/feed", &[], [true, true, true]);
    check("https://a.example/feed", &["/new"], [true, true, false]);
    check("https://a.example/feed", &["https://a.example:443/new"], [true, true, false]);
    check("https://a.example/feed", &["https://a.example:8443/feed"], [false, false, false]);
    check("https://a.example/feed", &["http://a.example/feed"], [false, false, false]);
    check("https://a.example/feed", &["//b.example/feed"], [false, false, false]);
    check("https://a.example/feed", &["https://b.example/feed", "https://a.example/feed"], [false, false, true]);
    check("http://a.example/feed", &["https://a.example/feed"], [false, false, false]);
}

#[test]
fn an_adopted_move_takes_no_secret_along() {
    let moved = |home: &str| {
        let request = Request { home: Some(url(home)), ..request("https://b.example/feed") };
        Trip::new(&request).headers("warta/1").unwrap().contains_key(AUTHORIZATION)
    };
    assert!(!moved("https://a.example/feed"));
    assert!(moved("https://b.example/old"));
}

#[test]
fn validators_go_back_byte_for_byte() {
    let request = request("https://a.example/feed");
    let lines = Trip::new(&request).headers("warta/1").unwrap();
    assert_eq!(lines[IF_NONE_MATCH].as_bytes(), b"\"\xe9\"");
    assert!(lines[AUTHORIZATION].is_sensitive());
}

#[test]
fn the_operators_lines_replace_wartas() {
    let mut request = request("https://a.example/feed");
    request.headers = vec![("accept".into(), "text/xml".into())];
    request.user_agent = Some("kabar/2".into());
    let lines = Trip::new(&request).headers("warta/1").unwrap();
    assert_eq!((&lines[ACCEPT], &lines[USER_AGENT]), (&"text/xml".parse().unwrap(), &"kabar/2".parse().unwrap()));
    assert_eq!(lines.get_all(ACCEPT).iter().count(), 1);
    for (name, text) in [("no spaces", "x"), ("X-Fine", "two\nlines"), ("", "x")] {
        request.headers = vec![(name.into(), text.into())];
        assert!(matches!(Trip::new(&request).headers("warta/1"), Err(Trouble::Header(_))), "{name}");
    }
}

#[test]
fn redirects_are_resolved_and_cleaned() {
    let check = |target: &str, expected: &str| {
        let request = request("https://a.example/dir/feed?x=1");
        let mut trip = Trip::new(&request);
        trip.follow(301, Some(target), 10).unwrap();
        assert_eq!(trip.url.as_str(), expected, "{target}");
    };
    check("new", "https://a.example/dir/new");
    check("/new#top", "https://a.example/new");
    check("?x=2", "https://a.example/dir/feed?x=2");
    check("//b.example", "https://b.example/");
    check("https://user:secret@b.example/x", "https://b.example/x");
    check("/kabar-\u{c3}\u{a9}", "https://a.example/kabar-%C3%A9");
    check("file:///etc/passwd", "file:///etc/passwd");
}

#[test]
fn redirects_to_nowhere_are_errors() {
    let long = format!("/{}", "x".repeat(MAX_URL_BYTES));
    for target in [None, Some(""), Some("http://"), Some("http://[::1"), Some("https://a b/"), Some(long.as_str())] {
        let request = request("https://a.example/feed");
        assert!(matches!(Trip::new(&request).follow(301, target, 10), Err(Trouble::Redirect { .. })), "{target:?}");
    }
}

#[test]
fn redirects_end() {
    let request = request("https://a.example/feed");
    let mut trip = Trip::new(&request);
    for _ in 0..10 {
        trip.follow(302, Some("/again"), 10).unwrap();
    }
    assert_eq!(trip.follow(302, Some("/again"), 10), Err(Trouble::TooManyRedirects(10)));
    assert_eq!(trip.hops.len(), 10);
}
