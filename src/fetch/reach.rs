//! Whether others can reach an address: where WebSub acts, and to whom a secret may be sent.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use super::is_public;
use crate::config::Config;
use crate::notation::network::Network;

/// Ends of names that are known on one network alone (RFC 6761, 6762, 8375, ICANN's `.internal`).
const LOCAL_NAMES: &[&str] = &["local", "internal", "home.arpa", "onion"];

/// Where warta's own hub is, for whoever reads its feeds; `None` where it does not act: the operator does not want it,
/// or nobody could reach it.
#[must_use]
pub fn own_hub(config: &Config) -> Option<Url> {
    let base = &config.site.base_url;
    if config.websub.hub && is_open(base, config) { base.join("hub").ok() } else { None }
}

/// Private networks in which callbacks of subscribers may lie. Anybody can name one, so what the operator opened for
/// feeds is open to them only where the whole site lies there too: on a machine or a network of its own.
#[must_use]
pub fn callback_networks(config: &Config) -> Vec<Network> {
    if is_inner(&config.site.base_url, config) { config.fetch.allow_networks.clone() } else { Vec::new() }
}

/// True for https on the public internet, and for what the operator named in `allow_networks`; `allow_private_networks`
/// does not count.
#[must_use]
pub fn is_open(url: &Url, config: &Config) -> bool {
    let is_public = match url.host() {
        Some(Host::Ipv4(address)) => is_public(address.into()),
        Some(Host::Ipv6(address)) => is_public(address.into()),
        Some(Host::Domain(name)) => {
            !ends_in(name, "localhost") && !LOCAL_NAMES.iter().any(|local| ends_in(name, local))
        }
        None => false,
    };
    is_inner(url, config) || (is_public && url.scheme() == "https")
}

/// Whether an address lies in a network that the operator named in `allow_networks`.
fn is_inner(url: &Url, config: &Config) -> bool {
    let allowed = |address: IpAddr| config.fetch.allow_networks.iter().any(|network| network.contains(address));
    match url.host() {
        Some(Host::Ipv4(address)) => allowed(address.into()),
        Some(Host::Ipv6(address)) => allowed(address.into()),
        Some(Host::Domain(name)) if ends_in(name, "localhost") => {
            allowed(Ipv4Addr::LOCALHOST.into()) || allowed(Ipv6Addr::LOCALHOST.into())
        }
        Some(Host::Domain(_)) | None => false,
    }
}

fn ends_in(name: &str, end: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == end || name.strip_suffix(end).is_some_and(|rest| rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, load};

    fn check(base_url: &str, fetch: &str, expected: bool) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, format!("[site]\nbase_url = \"{base_url}\"\n[fetch]\n{fetch}\n")).unwrap();
        let config = load(&path, &Environment::default()).unwrap().config;
        assert_eq!(is_open(&config.site.base_url, &config), expected, "{base_url} {fetch}");
        let hub = own_hub(&config).map(|hub| hub.to_string());
        assert_eq!(hub, expected.then(|| format!("{base_url}hub")), "{base_url} {fetch}");
    }

    #[test]
    fn hubs_reach_what_is_https_and_public_or_allowed_by_name() {
        const LOOPBACK: &str = "allow_networks = [\"127.0.0.0/8\"]";
        check("https://warta.example/", "", true);
        check("http://warta.example/", "", false);
        check("http://127.0.0.1:8080/", "", false);
        check("https://127.0.0.1/", "", false);
        check("http://127.0.0.1:8080/", "allow_private_networks = true", false);
        check("http://127.0.0.1:8080/", LOOPBACK, true);
        check("http://localhost:8080/", LOOPBACK, true);
        check("https://localhost/", "", false);
        check("http://10.1.2.3/", LOOPBACK, false);
        check("https://8.8.8.8/", "", true);
        check("http://8.8.8.8/", "", false);
        check("https://[fd00::1]/", "", false);
        check("https://[fd00::1]/", "allow_networks = [\"fd00::/8\"]", true);
        check("https://warta.local/", "", false);
        check("https://warta.internal/", "", false);
    }
}
