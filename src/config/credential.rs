//! A secret's text in, an `Authorization` header out. Never shown: neither by Debug nor in a message.

use std::fmt;

/// What proves to a feed's server who asks.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    name: String,
    header: String,
}

impl Credential {
    /// Reads the text of the credential `name`: `user:password` (Basic, RFC 7617) or `Bearer TOKEN` (RFC 6750).
    ///
    /// # Errors
    /// What is wrong with the text and what would be right, without a letter of it.
    pub fn from_text(name: &str, text: &str) -> Result<Self, &'static str> {
        let text = text.trim_end_matches(['\r', '\n']);
        if text.chars().any(char::is_control) {
            return Err("holds control characters or several lines");
        }
        let header = match text.split_once(' ') {
            Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
                let token = token.trim();
                let visible = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic());
                visible.then(|| format!("Bearer {token}")).ok_or("has no usable token after `Bearer`")?
            }
            _ if text.contains(':') => format!("Basic {}", base64(text.as_bytes())),
            _ => return Err("is neither `user:password` nor `Bearer TOKEN`"),
        };
        Ok(Self { name: name.to_owned(), header })
    }

    /// Its name in feeds.toml.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The value of the `Authorization` header. For the request alone: it is the secret.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential").field("name", &self.name).field("header", &"***").finish()
    }
}

/// How the variables begin that hold credentials.
pub(super) const VARIABLE_PREFIX: &str = "WARTA_CREDENTIAL_";

/// The environment variable that may hold the credential `name`.
pub(super) fn variable(name: &str) -> String {
    format!("{VARIABLE_PREFIX}{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// Standard base64 with padding (RFC 4648, 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let sextet = (group >> (18 - 6 * place)) & 63;
            text.push(if place <= chunk.len() { char::from(ALPHABET[sextet as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &'static str>) {
        let header = Credential::from_text("x", text).map(|credential| credential.header);
        assert_eq!(header.as_deref().map_err(|wrong| *wrong), expected, "{text:?}");
    }

    #[test]
    fn a_text_becomes_a_header() {
        check("Aladdin:open sesame", Ok("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
        check("a:b\n", Ok("Basic YTpi"));
        check("a:bc", Ok("Basic YTpiYw=="));
        check("a:", Ok("Basic YTo="));
        check("bearer abc.def", Ok("Bearer abc.def"));
        check("Bearer  ", Err("has no usable token after `Bearer`"));
        check("secret", Err("is neither `user:password` nor `Bearer TOKEN`"));
        check("a:b\nc:d", Err("holds control characters or several lines"));
    }

    #[test]
    fn debug_shows_no_secret() {
        let credential = Credential::from_text("press", "user:hunter2").unwrap();
        assert_eq!(format!("{credential:?}"), r#"Credential { name: "press", header: "***" }"#);
    }
}
