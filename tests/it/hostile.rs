//! Documents made to hurt, given to the real program: it answers with a feed or with one line, and never dies.

use crate::parse::parse;

/// Enough to overflow a stack or to show a square of the length, little enough for a debug build.
const MANY: usize = 30_000;

/// A folder into which each document is written too, for `benches/hostile.sh`.
const KEEP_IN: &str = "WARTA_TEST_HOSTILE";

fn check(body: &[u8]) {
    if let Some(folder) = std::env::var_os(KEEP_IN) {
        let name = format!("{:016x}.xml", xxhash_rust::xxh3::xxh3_64(body));
        std::fs::write(std::path::Path::new(&folder).join(name), body).unwrap();
    }
    let start = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
    let output = parse(body);
    let error = String::from_utf8_lossy(&output.stderr);
    match output.status.code() {
        Some(0) => assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).is_ok(), "{start}"),
        Some(1) => assert_eq!(error.lines().count(), 1, "{start}: {error}"),
        code => panic!("{start}: ended with {code:?}: {error}"),
    }
}

fn rss(inside: &str) -> Vec<u8> {
    format!("<rss version='2.0'><channel><title>t</title><item><title>i</title>{inside}</item></channel></rss>")
        .into_bytes()
}

#[test]
fn depth_does_not_reach_the_stack() {
    check("<a>".repeat(MANY * 3).as_bytes());
    check(&rss(&"<x:y>".repeat(MANY * 3)));
    check(&rss(&format!("<description>{}</description>", "<div>".repeat(MANY))));
    check(&rss(&format!("<description>{}</description>", "&lt;div>".repeat(MANY))));
    check(&rss(&format!("<description>{}</description>", "&lt;b>&lt;i>&lt;p>".repeat(MANY))));
    check("[".repeat(MANY * 3).as_bytes());
    check(format!("{{\"items\":{}", "[".repeat(MANY * 3)).as_bytes());
}

#[test]
fn numbers_are_bounded() {
    check(format!("<rss {}/>", "a='b' ".repeat(MANY * 10)).as_bytes());
    check(&rss(&"<category>x</category>".repeat(MANY)));
    check(&rss(&"<enclosure url='http://e.example/1'/>".repeat(MANY)));
    check(&rss(&"<author>a@b.example (A)</author>".repeat(MANY)));
    check(format!("<rss><channel>{}", "<item><title>x".repeat(MANY / 10)).as_bytes());
    check(
        format!("<rss {}><channel/></rss>", (0..MANY).map(|n| format!("xmlns:n{n}='u' ")).collect::<String>())
            .as_bytes(),
    );
}

#[test]
fn what_has_no_end_ends() {
    for piece in ["<![CDATA[", "<!--", "<?", "<!DOCTYPE [", "</", "<", "<a x='", "<a \">", "&", "&#", "<a <"] {
        check(&rss(&piece.repeat(MANY)));
        check(piece.repeat(MANY).as_bytes());
    }
    check(&rss(&format!("<title>{}", "x".repeat(MANY * 10))));
}

#[test]
fn entities_do_not_explode() {
    let levels: String = (1..20).map(|n| format!("<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10))).collect();
    check(
        format!("<!DOCTYPE rss [<!ENTITY e0 'lol'>{levels}]><rss><channel><title>&e19;</title></channel></rss>")
            .as_bytes(),
    );
    check(
        b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><rss><channel><title>&x;</title></channel></rss>",
    );
    let long = "a".repeat(MANY);
    check(
        format!(
            "<!DOCTYPE rss [<!ENTITY a '{long}'>]><rss><channel>{}</channel></rss>",
            "<item><title>&a;</title></item>".repeat(200)
        )
        .as_bytes(),
    );
}

#[test]
fn bytes_of_any_kind_are_read() {
    check(b"");
    check(b"\xEF\xBB\xBF");
    check(b"\xFF\xFE<");
    check(&vec![0; MANY]);
    check(&vec![0xFF; MANY]);
    check("<rss><channel><title>é</title>".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>().as_slice());
    check(b"<?xml version='1.0' encoding='utf-16'?><rss><channel><title>\xE9</title></channel></rss>");
    check(b"<?xml version='1.0' encoding='utf-8'?><rss><channel><title>caf\xC3</title></channel></rss>");
    check("\u{FEFF}\u{FEFF}\u{0}\u{1}<rss><channel/></rss>".as_bytes());
}
