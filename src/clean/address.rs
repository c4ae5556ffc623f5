//! Addresses as documents write them in, absolute http(s) addresses out: blanks cut, credentials removed, nothing
//! longer than [`MAX_URL_BYTES`], and never a scheme that does something.

use url::Url;

use crate::model::MAX_URL_BYTES;

/// An absolute http or https address, relative ones against `base`; `None` where there is none to be had.
#[must_use]
pub fn resolve(text: &str, base: Option<&Url>) -> Option<Url> {
    read(text, base).filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// An absolute address of any scheme, for the callers that know which they take.
pub(super) fn read(text: &str, base: Option<&Url>) -> Option<Url> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_URL_BYTES {
        return None;
    }
    let mut url = match base {
        Some(base) => base.join(text),
        None => Url::parse(text),
    }
    .ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        // Neither fails on an address that has a host, and only such an address has credentials.
        let _ = url.set_username("");
        let _ = url.set_password(None);
    }
    (url.as_str().len() <= MAX_URL_BYTES).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let base = Url::parse("https://kabar.example/berita/1?x=1").ok();
        assert_eq!(resolve(text, base.as_ref()).as_ref().map(Url::as_str), expected, "{text}");
    }

    #[test]
    fn addresses_become_absolute_http() {
        check(" \n https://a.example/x \t", Some("https://a.example/x"));
        check("/foto.jpg", Some("https://kabar.example/foto.jpg"));
        check("2", Some("https://kabar.example/berita/2"));
        check("//cdn.example/a.png", Some("https://cdn.example/a.png"));
        check("https://user:secret@a.example/", Some("https://a.example/"));
        check("javascript:alert(1)", None);
        check("java\tscript:alert(1)", None);
        check("data:image/png;base64,AAAA", None);
        check("ftp://a.example/", None);
        check("", None);
        check("http://", None);
        check(&format!("https://a.example/{}", "x".repeat(2_100)), None);
    }

    #[test]
    fn without_a_base_relative_addresses_are_none() {
        assert_eq!(resolve("/foto.jpg", None), None);
    }
}
