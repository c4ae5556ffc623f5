//! Every spelling of an address that somebody might write into a feed's address, a redirect or a DNS answer.

use super::*;

/// Hosts as they may stand in a URL, none of which may be asked; blanks between them.
const REFUSED: &[&str] = &[
    // This host.
    "0.0.0.0 0 0x0 00 0.0 0.0.0 0.255.255.255 0.1.2.3 [::] [0:0:0:0:0:0:0:0]",
    // Loopback, in all its spellings.
    "127.0.0.1 127.0.0.1. 127.0.0.2 127.1 127.0.1 127.255.255.255 2130706433 0x7f000001 0x7f.1 0x7F.0.0.1",
    "017700000001 0177.0.0.1 0177.0.0.01 0177.1 127.0x1 127.0.0.0x1 １２７.0.0.1 127。0。0。1 %31%32%37.0.0.1",
    "127.0.0.%31 [::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [::127.0.0.1]",
    "[::7f00:1]",
    // Private networks.
    "10.0.0.0 10.0.0.1 10.255.255.255 10.1 0xa.1 012.0.0.1 167772161 172.16.0.1 172.31.255.255 172.20.1",
    "192.168.0.1 192.168.255.255 192.168.1 0xc0a80001 3232235521 0300.0250.0.1 [fc00::1] [fd00::1]",
    "[fd12:3456:789a:1::1] [fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    // Link-local, with the metadata service of the clouds.
    "169.254.0.1 169.254.169.254 169.254.170.2 169.254.255.255 2852039166 0xa9fea9fe 0251.0376.0251.0376",
    "[fe80::1] [febf:ffff::1] [::ffff:169.254.169.254] [fd00:ec2::254]",
    // Carriers, protocols, documentation, benchmarks.
    "100.64.0.1 100.127.255.255 100.100.100.200 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1",
    "198.19.255.255 198.51.100.1 203.0.113.1 [100::1] [2001::1] [2001:1::1] [2001:10::1] [2001:1ff:ffff::1]",
    "[2001:db8::1] [3fff::1] [3fff:fff::1] [fec0::1] [feff::1]",
    // Multicast, reserved, broadcast.
    "224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 4294967295 [ff02::1] [ff0e::1]",
    // IPv4 inside IPv6.
    "[::ffff:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:127.0.0.1] [::ffff:10.0.0.1] [::ffff:0.0.0.0]",
    "[::ffff:192.168.1.1] [64:ff9b::127.0.0.1] [64:ff9b::a00:1] [64:ff9b::a9fe:a9fe] [64:ff9b:1::1]",
    "[64:ff9b:1:ffff::8.8.8.8] [2002:7f00:1::] [2002:a00:1::1] [2002:c0a8:101::] [::8.8.8.8] [::10.0.0.1]",
    "[::fffe:1.2.3.4] [::ffff:0:127.0.0.1]",
    // Teredo, segment routing, what nobody was given.
    "[2001:0:7f00:1::] [5f00::1] [4000::1] [8000::1] [1::1] [200::1] [e000::1]",
];

/// Hosts that lie just beside the ranges, or inside of none.
const ASKED: &[&str] = &[
    "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 134744072",
    "0x08080808 169.253.255.255 169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.88.98.255",
    "192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 198.51.99.255 198.51.101.0",
    "203.0.112.255 203.0.114.0 223.255.255.255 [2001:200::1] [2001:4860:4860::8888] [2001:db7:ffff::1]",
    "[2001:db9::1] [2606:4700::1111] [3ffe:ffff::1] [::ffff:8.8.8.8] [64:ff9b::8.8.8.8] [2002:808:808::1]",
    "feeds.example localhost.example",
];

fn hosts(table: &'static [&'static str]) -> impl Iterator<Item = &'static str> {
    table.iter().flat_map(|row| row.split(' '))
}

fn judge(guard: &Guard, host: &str) -> Result<(), Refusal> {
    guard.judge_literal(&Url::parse(&format!("http://{host}/feed.xml")).expect(host))
}

#[test]
fn special_addresses_are_refused_in_every_spelling() {
    assert!(hosts(REFUSED).count() >= 100);
    let let_through: Vec<_> = hosts(REFUSED).filter(|host| judge(&Guard::default(), host).is_ok()).collect();
    assert!(let_through.is_empty(), "let through: {let_through:?}");
}

#[test]
fn public_addresses_and_names_are_asked() {
    let refused: Vec<_> = hosts(ASKED).filter(|host| judge(&Guard::default(), host).is_err()).collect();
    assert!(refused.is_empty(), "refused: {refused:?}");
}

#[test]
fn allow_private_networks_opens_all() {
    let guard = Guard { allow_private: true, allowed: Vec::new() };
    assert!(hosts(REFUSED).all(|host| judge(&guard, host).is_ok()));
}

#[test]
fn allow_networks_opens_its_own_only() {
    let guard =
        Guard { allow_private: false, allowed: vec!["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()] };
    let check = |host: &str, open: bool| assert_eq!(judge(&guard, host).is_ok(), open, "{host}");
    check("127.0.0.1", true);
    check("127.200.0.1", true);
    check("[::ffff:127.0.0.1]", true);
    check("[fd12::1]", true);
    check("[fc00::1]", false);
    check("[::1]", false);
    check("10.0.0.1", false);
    check("[::ffff:10.0.0.1]", false);
}

#[test]
fn one_refused_answer_refuses_the_name() {
    let answers = |list: &[&str]| Guard::default().judge_all(list.iter().map(|text| text.parse().unwrap()));
    assert!(answers(&["93.184.216.34", "2606:2800:220:1::1"]).is_ok());
    assert!(answers(&["93.184.216.34", "10.0.0.7"]).is_err());
    assert!(answers(&["::1", "93.184.216.34"]).is_err());
}

#[test]
fn a_refusal_names_address_rule_and_switch() {
    let refusal = judge(&Guard::default(), "0177.1").unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "127.0.0.1 is a loopback address (RFC 1122), which warta does not ask; \
         to allow it put \"127.0.0.1\" in [fetch] allow_networks"
    );
}
