//! IP networks as people write them (`192.0.2.0/24`, `fd00::/8`), and whether an address lies in one.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// A block of addresses: those whose first `prefix` bits are those of `address` (RFC 4632 3.1, RFC 4291 2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Whether an address lies in it. An IPv4 address written as IPv6 (`::ffff:a.b.c.d`) counts as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.address.is_ipv4() == address.is_ipv4() && masked(address, self.prefix) == masked(self.address, self.prefix)
    }
}

impl FromStr for Network {
    type Err = &'static str;

    /// `ADDRESS/PREFIX`, or an address alone for itself.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| "no IP address stands before the slash")?;
        let longest = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            None => longest,
            Some(digits) => digits.parse().ok().filter(|prefix| *prefix <= longest).ok_or("the prefix is too long")?,
        };
        if masked(address, prefix) != bits(address) {
            return Err("the address has bits beyond the prefix");
        }
        Ok(Self { address, prefix })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// The address in the upper bits.
fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => Ipv6Addr::to_bits(v6),
    }
}

fn masked(address: IpAddr, prefix: u8) -> u128 {
    let mask = u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0);
    bits(address) & mask
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, address: &str, expected: Result<bool, &'static str>) {
        let address = address.parse().unwrap();
        assert_eq!(network.parse().map(|network: Network| network.contains(address)), expected, "{network} {address}");
    }

    #[test]
    fn an_address_lies_in_a_network() {
        check("192.0.2.0/24", "192.0.2.255", Ok(true));
        check("192.0.2.0/24", "192.0.3.0", Ok(false));
        check("127.0.0.1", "127.0.0.1", Ok(true));
        check("127.0.0.1", "127.0.0.2", Ok(false));
        check("0.0.0.0/0", "203.0.113.9", Ok(true));
        check("0.0.0.0/0", "2001:db8::1", Ok(false));
        check("10.0.0.0/8", "::ffff:10.1.2.3", Ok(true));
        check("fd00::/8", "fd12::1", Ok(true));
        check("::/0", "fd12::1", Ok(true));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        check("10.0.0.1/8", "10.0.0.1", Err("the address has bits beyond the prefix"));
        check("10.0.0.0/33", "10.0.0.1", Err("the prefix is too long"));
        check("10.0.0.0/", "10.0.0.1", Err("the prefix is too long"));
        check("localhost/8", "10.0.0.1", Err("no IP address stands before the slash"));
    }
}
