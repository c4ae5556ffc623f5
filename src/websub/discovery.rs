//! Where a document says that it is pushed from (WebSub 4, RFC 8288).

use url::Url;

use crate::model::{MAX_HUBS, MAX_URL_BYTES, PushOffer};
use crate::notation::address::has_secret;
use crate::notation::domain::registrable_domain;
use crate::notation::link::{Link, links};

/// The hubs, each with the one topic, of a document that `from` gave with these `Link` header lines (as one list) and
/// these hubs and this `rel=self` in its body: in the document's order, what header lines say before the body, at most
/// [`MAX_HUBS`]. A publisher may name several (WebSub 4), and one of them is enough.
///
/// A topic lies on the document's own site: a feed does not speak for another one's. An address with a secret in it is
/// told to no hub of another origin.
#[must_use]
pub fn discover(link: &str, hubs: &[Url], own: Option<&Url>, from: &Url) -> Vec<PushOffer> {
    let links = links(link);
    let mut topic = leading(&links, "self", from).next().or_else(|| own.cloned()).unwrap_or_else(|| from.clone());
    topic.set_fragment(None);
    let fits = is_web(&topic) && is_same_site(&topic, from);
    let leaks = |hub: &Url| has_secret(&topic) && hub.origin() != topic.origin();
    let mut offers: Vec<PushOffer> = Vec::new();
    for hub in leading(&links, "hub", from).chain(hubs.iter().cloned()).filter(|hub| fits && is_web(hub) && !leaks(hub))
    {
        if offers.len() < MAX_HUBS && offers.iter().all(|offer| offer.hub != hub) {
            offers.push(PushOffer { hub, topic: topic.clone() });
        }
    }
    offers
}

/// The offer to follow, and the other hubs in the order in which they are tried after it: the one in use while it is
/// offered, else the first.
#[must_use]
pub fn choose(used: Option<&PushOffer>, offers: &[PushOffer]) -> (Option<PushOffer>, Vec<Url>) {
    let at = used.and_then(|used| offers.iter().position(|offer| offer == used)).unwrap_or(0);
    let (before, after) = offers.split_at(at);
    let mut round = after.iter().chain(before);
    (round.next().cloned(), round.map(|offer| offer.hub.clone()).collect())
}

fn is_web(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
        && url.as_str().len() <= MAX_URL_BYTES
}

/// Two hosts of one registrable domain (`feeds.kabar.co.id`, `www.kabar.co.id`), or the same address.
fn is_same_site(one: &Url, other: &Url) -> bool {
    let site = |url: &Url| registrable_domain(url.host_str().unwrap_or_default()).to_owned();
    site(one) == site(other)
}

/// Where the links with this relation lead, resolved against the document's address.
fn leading<'a>(links: &'a [Link], rel: &'a str, base: &'a Url) -> impl Iterator<Item = Url> {
    let is_of = |link: &&Link| link.rel.split_ascii_whitespace().any(|one| one.eq_ignore_ascii_case(rel));
    links.iter().filter(is_of).filter_map(|link| base.join(&link.target).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FROM: &str = "https://kabar.example/rss";

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    /// Header lines, hubs of the body, self of the body; hub and topic.
    fn check(link: &str, hubs: &[&str], own: Option<&str>, expected: Option<(&str, &str)>) {
        let hubs: Vec<Url> = hubs.iter().map(|hub| url(hub)).collect();
        let found = discover(link, &hubs, own.map(url).as_ref(), &url(FROM));
        let found = found.first().map(|offer| (offer.hub.as_str(), offer.topic.as_str()));
        assert_eq!(found, expected, "{link} {hubs:?} {own:?}");
    }

    const HUB: &str = "https://hub.example/";
    const OTHER: &str = "https://other.example/";

    #[test]
    fn hub_and_topic_come_from_header_lines_then_from_the_document() {
        check("", &[], None, None);
        check("", &[HUB, OTHER], Some("https://kabar.example/feed"), Some((HUB, "https://kabar.example/feed")));
        check("", &[HUB], None, Some((HUB, FROM)));
        let header = "<https://hub.example/>; rel=\"hub\", </feed>; rel=self";
        check(header, &[OTHER], Some("https://kabar.example/other"), Some((HUB, "https://kabar.example/feed")));
        check("<https://hub.example/>; rel=hub", &[], Some("/x").map(|_| FROM), Some((HUB, FROM)));
        check("<https://hub.example/>;rel=\"HUB other\"", &[], None, Some((HUB, FROM)));
        check("<https://hub.example/>; title=\"a, b; c\\\" rel=x\"; rel=hub", &[], None, Some((HUB, FROM)));
        check("<https://a.example/>; rel=next, <https://hub.example/>; rel=hub", &[], None, Some((HUB, FROM)));
        check("<https://hub.example/>; rel=hub; anchor=\"/x\"", &[], None, None);
        check("<https://hub.example/", &[], None, None);
        check("https://hub.example/; rel=hub", &[], None, None);
    }

    #[test]
    fn each_hub_is_offered_once_and_the_one_in_use_stays() {
        let hubs: Vec<Url> =
            [HUB, OTHER, HUB, "https://a.example/", "https://b.example/", "https://c.example/"].map(url).into();
        let offers = discover("<https://other.example/>; rel=hub", &hubs, None, &url(FROM));
        let check = |used: Option<&PushOffer>, expected: &[&str]| {
            let (chosen, others) = choose(used, &offers);
            let round: Vec<Url> = chosen.into_iter().map(|offer| offer.hub).chain(others).collect();
            assert_eq!(round.iter().map(Url::as_str).collect::<Vec<_>>(), expected, "{used:?}");
        };
        check(None, &[OTHER, HUB, "https://a.example/", "https://b.example/"]);
        check(offers.get(1), &[HUB, "https://a.example/", "https://b.example/", OTHER]);
        let moved = PushOffer { hub: url(HUB), topic: url(OTHER) };
        check(Some(&moved), &[OTHER, HUB, "https://a.example/", "https://b.example/"]);
        assert_eq!(choose(Some(&moved), &[]), (None, Vec::new()));
    }

    #[test]
    fn what_is_no_hub_for_us_is_passed_over() {
        check("", &["ftp://hub.example/", HUB], None, Some((HUB, FROM)));
        check("", &["https://user:pass@hub.example/"], None, None);
        check("", &[&format!("https://hub.example/{}", "x".repeat(MAX_URL_BYTES))], None, None);
    }

    #[test]
    fn a_feed_speaks_for_its_own_site_alone_and_no_secret_is_told() {
        check("", &[HUB], Some("http://www.kabar.example/rss#top"), Some((HUB, "http://www.kabar.example/rss")));
        check("", &[HUB], Some("https://feeds.kabar.example/rss"), Some((HUB, "https://feeds.kabar.example/rss")));
        check("", &[HUB], Some("https://korban.example/rss"), None);
        check("", &[HUB], Some("https://notkabar.example/rss"), None);
        check("", &[HUB], Some("https://example/rss"), None);
        check("", &[HUB], Some("https://kabar.example/rss?token=abc"), None);
        let own = ("https://kabar.example/hub", "https://kabar.example/rss?token=abc");
        check("", &[own.0], Some(own.1), Some(own));
    }

    #[test]
    fn a_site_is_a_registrable_domain_or_an_address() {
        let check = |one: &str, other: &str, expected: bool| {
            assert_eq!(is_same_site(&url(one), &url(other)), expected, "{one} {other}");
        };
        check("https://feeds.kabar.co.id/", "http://www.kabar.co.id./", true);
        check("https://kabar.co.id/", "https://koran.co.id/", false);
        check("https://satu.github.io/", "https://dua.github.io/", false);
        check("http://127.0.0.1:1/", "http://127.0.0.1:2/", true);
        check("http://127.0.0.1/", "http://10.0.0.1/", false);
        check("http://[::1]/", "http://[::1]:8080/", true);
        check("http://[::1]/", "http://[::2]/", false);
    }
}
