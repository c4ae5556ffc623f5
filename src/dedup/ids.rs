//! Under which id an entry is published: the origin's where it is one, else a path of ours.

use url::Url;
use xxhash_rust::xxh3::xxh3_64;

use crate::model::{Item, ItemIdentity, MAX_ID_BYTES};

/// The origin's id where it is an absolute IRI (RFC 3987) that can stand in every format: with a scheme, without blanks
/// and control characters, at most [`MAX_ID_BYTES`] long, and with a host where it is a web address.
pub(super) fn own_id(item: &Item) -> Option<&str> {
    Some(item.origin_id.as_str()).filter(|id| is_absolute_iri(id))
}

fn is_absolute_iri(id: &str) -> bool {
    let Some((scheme, rest)) = id.split_once(':') else { return false };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    // A single letter is a drive, and names before a port look like schemes: the rest decides.
    let is_plain = !id.chars().any(|c| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c));
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let has_host = || rest.starts_with("//") && Url::parse(id).is_ok_and(|url| url.has_host());
    id.len() <= MAX_ID_BYTES && scheme.len() > 1 && is_scheme && is_plain && !rest.is_empty() && (!is_web || has_host())
}

/// A path of ours, the same for the same item of the same feed.
pub(super) fn made(feed_url: &str, identity: &ItemIdentity) -> String {
    let name = [feed_url, identity.matcher, &identity.value].join("\0");
    format!("item/{:016x}", xxh3_64(name.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absolute_iri_may_be_published() {
        fn check(id: &str, expected: bool) {
            assert_eq!(is_absolute_iri(id), expected, "{id}");
        }
        check("https://a.example/1?id=ü", true);
        check("tag:a.example,2026:1", true);
        check("urn:uuid:1225c695-cfb8-4ebb-aaaa-80da344efa6a", true);
        check("1234", false);
        check("/berita/1", false);
        check("https:berita", false);
        check("https://", false);
        check("a title: with blanks", false);
        check("https://a.example/a b", false);
        check("https://a.example/<b>", false);
        check("1a:b", false);
        check(":b", false);
        check("tag:", false);
        check(&format!("https://a.example/{}", "x".repeat(MAX_ID_BYTES)), false);
    }
}
