//! `X-Hub-Signature` over the raw body of a delivery (WebSub 7.1, RFC 2104): whether one is the hub's, and our own.

use std::fmt::Write as _;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};

/// True when `header` (`sha256=HEX`) is the signature of `body` by `secret`. Compared in constant time. `sha1` counts
/// too: the Recommendation names it, hubs in use send it, and no attack on HMAC-SHA1 is known.
#[must_use]
pub fn is_signed(secret: &str, header: &str, body: &[u8]) -> bool {
    let Some((method, digits)) = header.trim().split_once('=') else { return false };
    let Some(signature) = from_hex(digits.trim()) else { return false };
    let secret = secret.as_bytes();
    match method.trim().to_ascii_lowercase().as_str() {
        "sha1" => Hmac::<Sha1>::new_from_slice(secret).is_ok_and(|mac| signs(mac, body, &signature)),
        "sha256" => Hmac::<Sha256>::new_from_slice(secret).is_ok_and(|mac| signs(mac, body, &signature)),
        "sha384" => Hmac::<Sha384>::new_from_slice(secret).is_ok_and(|mac| signs(mac, body, &signature)),
        "sha512" => Hmac::<Sha512>::new_from_slice(secret).is_ok_and(|mac| signs(mac, body, &signature)),
        _ => false,
    }
}

/// The value of `X-Hub-Signature` for `body`: `sha256=HEX`. `None` for a secret that no key can be made of; there is none.
#[must_use]
pub fn sign(secret: &str, body: &[u8]) -> Option<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(body);
    let mut header = "sha256=".to_owned();
    for byte in mac.finalize().into_bytes() {
        // Writing to a String cannot fail.
        let _ = write!(header, "{byte:02x}");
    }
    Some(header)
}

fn signs(mut mac: impl Mac, body: &[u8], signature: &[u8]) -> bool {
    mac.update(body);
    mac.verify_slice(signature).is_ok()
}

/// Bytes of hexadecimal digits; `None` for anything else, and for more than the longest signature has.
fn from_hex(digits: &str) -> Option<Vec<u8>> {
    const LONGEST: usize = 128;
    if !digits.len().is_multiple_of(2) || digits.len() > LONGEST {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.as_bytes().chunks_exact(2).map(|pair| Some(digit(pair[0])? * 16 + digit(pair[1])?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 2202 and RFC 4231, test case 2.
    const BODY: &[u8] = b"what do ya want for nothing?";
    const SHA1: &str = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";
    const SHA256: &str = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    const SHA384: &str =
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649";
    const SHA512: &str = "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6\
                          fdcaeab1a34d4a6b4b636e070a38bce737";

    #[test]
    fn signatures_of_the_rfcs_are_right_and_others_are_not() {
        let check = |header: &str, expected: bool| assert_eq!(is_signed("Jefe", header, BODY), expected, "{header}");
        check(&format!("sha1={SHA1}"), true);
        check(&format!("sha256={SHA256}"), true);
        check(&format!("sha384={SHA384}"), true);
        check(&format!("sha512={SHA512}"), true);
        check(&format!(" SHA256={} ", SHA256.to_uppercase()), true);
        check(&format!("sha512={SHA256}"), false);
        check(&format!("sha256={}", &SHA256[..62]), false);
        check(&format!("sha256={SHA256}00"), false);
        check(&format!("md5={SHA1}"), false);
        check("sha256=", false);
        check("sha256=zz", false);
        check("sha256", false);
        check("", false);
        check(&format!("sha256=é{SHA256}"), false);
        assert!(!is_signed("jefe", &format!("sha256={SHA256}"), BODY));
        assert!(!is_signed("Jefe", &format!("sha256={SHA256}"), b"what do ya want for nothing!"));
    }
    #[test]
    fn own_signatures_are_those_of_the_rfc() {
        assert_eq!(sign("Jefe", BODY), Some(format!("sha256={SHA256}")));
        assert!(is_signed("rahasia", &sign("rahasia", BODY).unwrap(), BODY));
    }
}
