//! Which addresses are asked at all.
//!
//! In: a URL's literal host, or what the system resolved a name to. Out: nothing, or why it is refused. Every hop of
//! every request passes here; the connection goes only to an address that was judged, so a name cannot answer one
//! thing to the guard and another to the connection.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::notation::network::Network;

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{address} is {rule}, which warta does not ask; to allow it put \"{address}\" in [fetch] allow_networks")]
pub struct Refusal {
    /// The address as it was resolved or written.
    pub address: IpAddr,
    /// What kind of address it is, with its article.
    pub rule: &'static str,
}

/// The operator's word on special addresses.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    /// Opens all of them.
    pub(super) allow_private: bool,
    /// Opens these.
    pub(super) allowed: Vec<Network>,
}

impl Guard {
    /// Judges one address.
    pub(super) fn judge(&self, address: IpAddr) -> Result<(), Refusal> {
        let Some(rule) = special(address) else { return Ok(()) };
        let allowed = |address| self.allowed.iter().any(|network| network.contains(address));
        if self.allow_private || allowed(address) || embedded_v4(address).is_some_and(|v4| allowed(IpAddr::V4(v4))) {
            return Ok(());
        }
        Err(Refusal { address, rule })
    }

    /// Judges the host of a URL when it is an address: such a host never reaches the resolver. WHATWG parsing has
    /// turned the odd spellings (2130706433, 0177.1, 127.1) into addresses by now.
    pub(super) fn judge_literal(&self, url: &Url) -> Result<(), Refusal> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.judge(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => self.judge(IpAddr::V6(address)),
            Some(Host::Domain(_)) | None => Ok(()),
        }
    }

    /// Judges all that a name resolved to: one refused address refuses them all, for a name that mixes public and
    /// private answers is an attack or a mistake.
    pub(super) fn judge_all(&self, addresses: impl IntoIterator<Item = IpAddr>) -> Result<(), Refusal> {
        addresses.into_iter().try_for_each(|address| self.judge(address))
    }
}

/// True for an address of the public internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    special(address).is_none()
}

/// What is special about an address; `None` for one of the public internet.
fn special(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(v4) => special_v4(v4),
        IpAddr::V6(v6) => special_v6(v6),
    }
}

/// IANA's special-purpose registry for IPv4, and what is no unicast. First row that fits.
const SPECIAL_V4: &[(Ipv4Addr, u8, &str)] = &[
    (Ipv4Addr::new(0, 0, 0, 0), 8, "an address of this host (RFC 1122)"),
    (Ipv4Addr::new(10, 0, 0, 0), 8, "an address of a private network (RFC 1918)"),
    (Ipv4Addr::new(100, 64, 0, 0), 10, "an address of a carrier's inner network (RFC 6598)"),
    (Ipv4Addr::new(127, 0, 0, 0), 8, "a loopback address (RFC 1122)"),
    (Ipv4Addr::new(169, 254, 0, 0), 16, "a link-local address (RFC 3927)"),
    (Ipv4Addr::new(172, 16, 0, 0), 12, "an address of a private network (RFC 1918)"),
    (Ipv4Addr::new(192, 0, 0, 0), 24, "an address for protocols (RFC 6890)"),
    (Ipv4Addr::new(192, 0, 2, 0), 24, "an address for documentation (RFC 5737)"),
    (Ipv4Addr::new(192, 88, 99, 0), 24, "an address of 6to4 relays (RFC 7526)"),
    (Ipv4Addr::new(192, 168, 0, 0), 16, "an address of a private network (RFC 1918)"),
    (Ipv4Addr::new(198, 18, 0, 0), 15, "an address for benchmarks (RFC 2544)"),
    (Ipv4Addr::new(198, 51, 100, 0), 24, "an address for documentation (RFC 5737)"),
    (Ipv4Addr::new(203, 0, 113, 0), 24, "an address for documentation (RFC 5737)"),
    (Ipv4Addr::new(224, 0, 0, 0), 4, "a multicast address (RFC 5771)"),
    (Ipv4Addr::new(240, 0, 0, 0), 4, "a reserved address (RFC 1112)"),
];

/// The same for IPv6. What embeds an IPv4 address is judged by that before this table is asked.
const SPECIAL_V6: &[(Ipv6Addr, u8, &str)] = &[
    (Ipv6Addr::UNSPECIFIED, 128, "an address of this host (RFC 4291)"),
    (Ipv6Addr::LOCALHOST, 128, "a loopback address (RFC 4291)"),
    (Ipv6Addr::UNSPECIFIED, 96, "an IPv4-compatible address (RFC 4291)"),
    (Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, 0, 0), 48, "an address of a local translator (RFC 8215)"),
    (Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 0), 64, "a discard-only address (RFC 6666)"),
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23, "an address for protocols (RFC 2928)"),
    (Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0), 32, "an address for documentation (RFC 3849)"),
    (Ipv6Addr::new(0x3fff, 0, 0, 0, 0, 0, 0, 0), 20, "an address for documentation (RFC 9637)"),
    (Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7, "an address of a private network (RFC 4193)"),
    (Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10, "a link-local address (RFC 4291)"),
    (Ipv6Addr::new(0xfec0, 0, 0, 0, 0, 0, 0, 0), 10, "a site-local address (RFC 3879)"),
    (Ipv6Addr::new(0xff00, 0, 0, 0, 0, 0, 0, 0), 8, "a multicast address (RFC 4291)"),
];

/// Global unicast, all of it that IANA has given out (RFC 4291 2.4).
const GLOBAL_V6: (Ipv6Addr, u8) = (Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3);

/// Compares the first `prefix` of 128 bits.
const fn same_prefix(one: u128, other: u128, prefix: u8) -> bool {
    prefix == 0 || (one ^ other) >> (128 - prefix as u32) == 0
}

fn special_v4(address: Ipv4Addr) -> Option<&'static str> {
    let within = |net: Ipv4Addr, prefix: u8| {
        same_prefix(u128::from(net.to_bits()) << 96, u128::from(address.to_bits()) << 96, prefix)
    };
    SPECIAL_V4.iter().find(|(net, prefix, _)| within(*net, *prefix)).map(|(_, _, rule)| *rule)
}

fn special_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(inner) = embedded_v4(IpAddr::V6(address)) {
        return special_v4(inner);
    }
    let within = |net: Ipv6Addr, prefix: u8| same_prefix(net.to_bits(), address.to_bits(), prefix);
    let listed = SPECIAL_V6.iter().find(|(net, prefix, _)| within(*net, *prefix)).map(|(_, _, rule)| *rule);
    let (net, prefix) = GLOBAL_V6;
    listed.or_else(|| (!within(net, prefix)).then_some("outside of the global unicast addresses (RFC 4291)"))
}

/// The IPv4 address at which an IPv6 address ends up: mapped (RFC 4291 2.5.5.2), translated (RFC 6052), 6to4 (RFC 3056).
fn embedded_v4(address: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = address else { return None };
    match v6.segments() {
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] | [0x2002, high, low, ..] => {
            Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
