//! To whom a host belongs: the part of its name that somebody can register. Pure; the list is compiled in.

use std::net::IpAddr;

/// The registrable domain of a host: one label more than the longest public suffix that it ends in (publicsuffix.org,
/// private suffixes such as `github.io` included). A host that has none stands for itself: an IP address, a name of one
/// label, a public suffix.
#[must_use]
pub fn registrable_domain(host: &str) -> &str {
    let host = host.strip_suffix('.').unwrap_or(host);
    let is_address = host.starts_with('[') || host.parse::<IpAddr>().is_ok();
    if is_address { host } else { psl::domain_str(host).unwrap_or(host) }
}

/// Whether a host (without port) is among `names`: each names one host exactly, or with `*.` its sub-domains.
#[must_use]
pub fn is_among(host: &str, names: &[String]) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    names.iter().any(|name| match name.strip_prefix("*.") {
        Some(domain) => host.strip_suffix(domain).is_some_and(|sub| sub.len() > 1 && sub.ends_with('.')),
        None => *name == host,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_belongs_to_the_domain_that_was_registered() {
        let check = |host: &str, domain: &str| assert_eq!(registrable_domain(host), domain, "{host}");
        check("example.com", "example.com");
        check("feeds.news.example.com", "example.com");
        check("rss.kompas.co.id", "kompas.co.id");
        check("kabar.go.id.", "kabar.go.id");
        check("feeds.bbci.co.uk", "bbci.co.uk");
        check("one.github.io", "one.github.io");
        check("a.b.one.github.io", "one.github.io");
        check("www.xn--85x722f.com.cn", "xn--85x722f.com.cn");
        check("co.id", "co.id");
        check("localhost", "localhost");
        check("127.0.0.1", "127.0.0.1");
        check("[2001:db8::1]", "[2001:db8::1]");
        check("", "");
    }
}
