//! Pairs of addresses: one article or two.

use proptest::prelude::*;

use super::*;

fn key(text: &str) -> Option<String> {
    absolute(text, None).map(|url| canonical(&url, &Canonical::default()))
}

#[test]
fn the_table_of_pairs_is_told_apart() {
    let table = include_str!("../../../tests/fixtures/url-pairs.tsv");
    let rows: Vec<Vec<&str>> =
        table.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect()).collect();
    // Text that is no address has no key; it is compared as it stands.
    let key_or_text = |text: &str| key(text).unwrap_or_else(|| text.trim().to_lowercase());
    let wrong: Vec<_> =
        rows.iter().filter(|row| (key_or_text(row[1]) == key_or_text(row[2])) != (row[3] == "1")).collect();
    assert!(wrong.is_empty(), "{} of {} pairs are judged wrongly: {wrong:#?}", wrong.len(), rows.len());
}

#[test]
fn four_addresses_of_one_article_have_one_key() {
    fn check(text: &str) {
        assert_eq!(key(text).as_deref(), Some("kabar.example/politik/123/judul"), "{text}");
    }
    check("https://kabar.example/politik/123/judul");
    check("http://www.kabar.example/politik/123/judul?utm_source=rss&utm_medium=feed");
    check("https://m.kabar.example/politik/123/judul/");
    check("https://amp.kabar.example./politik/123/judul/amp#komentar");
}

#[test]
fn an_operator_keeps_and_strips_parameters() {
    let policy = Canonical { keep: vec!["source".into()], strip: vec!["sid".into()] };
    let url = absolute("https://a.example/x?source=rss&sid=7&id=1", None).unwrap();
    assert_eq!(canonical(&url, &policy), "a.example/x?id=1&source=rss");
}

#[test]
fn only_web_addresses_are_absolute() {
    let base = Url::parse("https://a.example/feed/rss.xml").unwrap();
    let check = |text: &str, expected: Option<&str>| {
        assert_eq!(absolute(text, Some(&base)).as_ref().map(Url::as_str), expected, "{text}");
    };
    check("berita/1", Some("https://a.example/feed/berita/1"));
    check(" //b.example/x ", Some("https://b.example/x"));
    check("javascript:alert(1)", None);
    check("mailto:a@b.example", None);
    check("", None);
    check(&format!("/{}", "a".repeat(MAX_URL_BYTES)), None);
    assert_eq!(absolute("berita/1", None), None);
}

#[test]
fn secrets_are_masked() {
    fn check(text: &str, expected: &str) {
        assert_eq!(masked(text), expected);
    }
    check("https://a.example/f?id=1&token=s3cret&x=%20", "https://a.example/f?id=1&token=***&x=%20");
    check("https://a.example/f?api_key=s3cret", "https://a.example/f?api_key=***");
    check("https://a.example/f?%74oken=s3cret&a%70i%2Dkey=1", "https://a.example/f?%74oken=***&a%70i%2Dkey=***");
    check("https://u:p@a.example/f", "https://***@a.example/f");
    check("https://a.example?keyword=solo", "https://a.example?keyword=solo");
    check("no address", "no address");
}

#[test]
fn a_bare_site_is_no_article() {
    assert!(is_front_page(&key("https://www.a.example/index.html?utm_source=x").unwrap()));
    assert!(!is_front_page(&key("https://a.example/?p=1").unwrap()));
    assert!(!is_front_page(&key("https://a.example/#!/berita/1").unwrap()));
}

#[test]
fn an_address_without_tracking_is_the_address_otherwise() {
    let check = |address: &str, expected: &str| {
        let url = Url::parse(address).unwrap();
        assert_eq!(without_tracking(&url, &Canonical::default()).as_str(), expected);
    };
    check("http://m.a.example/Berita/1/?utm_source=rss&id=7#top", "http://m.a.example/Berita/1/?id=7#top");
    check("https://a.example/1?utm_medium=rss", "https://a.example/1");
    check("https://a.example/?b=2&a=%7E", "https://a.example/?b=2&a=%7E");
}

proptest! {
    #[test]
    fn a_key_is_a_fixed_point(
        host in "(www\\.|m\\.|amp\\.|)(www\\.|)[a-z]{1,5}\\.(co\\.id|example)",
        path in "(/(amp|index\\.html|[a-zA-Z0-9%\\[\\]._~ -]{0,6})){0,5}/?",
        query in "(\\?([a-z_]{1,6}(=[a-z0-9+%' ]{0,4})?&?){0,3})?",
        fragment in "(#(!/|/|)[a-z]{0,3})?",
    ) {
        let Some(once) = key(&format!("http://{host}{path}{query}{fragment}")) else { return Ok(()) };
        prop_assert_eq!(key(&format!("https://{once}")), Some(once));
    }

    #[test]
    fn nothing_makes_it_panic(text in ".{0,60}") {
        let _ = key(&text);
        let _ = key(&format!("https://a.example/{text}"));
        let _ = masked(&format!("https://{text}"));
    }
}
