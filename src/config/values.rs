//! Reads single values: each function takes one value as written and gives what it means, or what is wrong with it
//! and what would be right. Knows nothing of keys or tables.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::time::Duration;

use chrono::NaiveDate;
use chrono_tz::Tz;
use toml::de::DeValue;
use url::{Host, Url};

use super::RESERVED_IDS;
use super::keys;
use super::reader::{Given, Mistake};
use crate::model::MAX_URL_BYTES;
use crate::notation::cron::Cron;
use crate::notation::duration::{format_duration, format_size, parse_duration, parse_size};
use crate::notation::network::Network;
use crate::notation::page::Selector;

/// What reading one value gives.
pub(super) type Read<T> = Result<T, Mistake>;

/// Characters of one text; nothing that people read needs more.
const MAX_TEXT_CHARS: usize = 4_000;

/// The shortest time to keep; the news sitemap looks two days back.
const MIN_KEEP: Duration = Duration::from_secs(2 * 24 * 3600);
/// The longest one that is no "forever": a hundred years.
const MAX_KEEP: Duration = Duration::from_secs(36_500 * 24 * 3600);

fn wrong_type(given: &Given<'_>, right: &str) -> Mistake {
    let article = if matches!(given.value, DeValue::Integer(_) | DeValue::Array(_)) { "an" } else { "a" };
    Mistake::new(format!("is {article} {}", given.value.type_str()), right)
}

/// A string, in which `right` is expected.
pub(super) fn string<'a>(given: &Given<'a>, right: &str) -> Read<&'a str> {
    match (given.verbatim, given.value) {
        (_, DeValue::String(text)) => Ok(text.as_ref()),
        (Some(text), _) => Ok(text),
        _ => Err(wrong_type(given, right)),
    }
}

/// A text for people: not blank, without control characters.
pub(super) fn text(given: &Given<'_>) -> Read<String> {
    let right = "write a text in quotes";
    let text = string(given, right)?.trim();
    if text.is_empty() {
        return Err(Mistake::new("is empty", "write a text, or leave the key out"));
    }
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return Err(Mistake::new("holds control characters", "write plain text"));
    }
    if text.chars().count() > MAX_TEXT_CHARS {
        return Err(Mistake::new("is too long", format!("write at most {MAX_TEXT_CHARS} characters")));
    }
    Ok(text.to_owned())
}

/// One line of text.
pub(super) fn line(given: &Given<'_>) -> Read<String> {
    let line = text(given)?;
    if line.contains('\n') {
        return Err(Mistake::new("holds several lines", "write each line as an element of its own"));
    }
    Ok(line)
}

/// true or false.
pub(super) fn boolean(given: &Given<'_>) -> Read<bool> {
    given.value.as_bool().ok_or_else(|| wrong_type(given, "write true or false, without quotes"))
}

/// A whole number in a range.
pub(super) fn count(range: RangeInclusive<usize>) -> impl Fn(&Given<'_>) -> Read<usize> {
    move |given| {
        let right = format!("write a whole number from {} to {}", range.start(), range.end());
        let written = given.value.as_integer().ok_or_else(|| wrong_type(given, &right))?;
        let number = usize::from_str_radix(written.as_str(), written.radix()).ok();
        number.filter(|number| range.contains(number)).ok_or_else(|| Mistake::new("is out of range", right))
    }
}

/// A share of something.
pub(super) fn share(given: &Given<'_>) -> Read<f64> {
    let right = "write a number from 0.05 to 1, such as 0.30";
    let number = match given.value {
        DeValue::Float(written) => written.as_str().parse().ok(),
        DeValue::Integer(written) => written.as_str().parse().ok(),
        _ => return Err(wrong_type(given, right)),
    };
    number.filter(|share| (0.05..=1.0).contains(share)).ok_or_else(|| Mistake::new("is out of range", right))
}

/// A time to keep: a duration from two days on, or "forever".
pub(super) fn keep(given: &Given<'_>) -> Read<Option<Duration>> {
    if string(given, r#"write a duration such as "90d", or "forever""#)? == "forever" {
        return Ok(None);
    }
    duration(MIN_KEEP..=MAX_KEEP)(given).map(Some)
}

/// A duration in a range.
pub(super) fn duration(range: RangeInclusive<Duration>) -> impl Fn(&Given<'_>) -> Read<Duration> {
    move |given| {
        let right = r#"write a number with w, d, h, m or s, such as "30m" or "1h30m""#;
        let duration =
            parse_duration(string(given, right)?).ok_or_else(|| Mistake::new("is no duration", right.to_owned()))?;
        if range.contains(&duration) {
            return Ok(duration);
        }
        let (least, most) = (format_duration(*range.start()), format_duration(*range.end()));
        Err(Mistake::new("is out of range", format!("write a duration from \"{least}\" to \"{most}\"")))
    }
}

/// Times by the clocks of a zone.
pub(super) fn cron(zone: Tz) -> impl Fn(&Given<'_>) -> Read<Cron> {
    move |given| {
        let right = r#"write minute, hour, day of the month, month and day of the week, such as "0 6 * * *""#;
        Cron::parse(string(given, right)?, zone).map_err(|wrong| Mistake::new(wrong, right))
    }
}

/// A number of bytes in a range.
pub(super) fn size(range: RangeInclusive<u64>) -> impl Fn(&Given<'_>) -> Read<u64> {
    move |given| {
        let right = r#"write a number with KiB, MiB or GiB, such as "16MiB""#;
        let bytes = parse_size(string(given, right)?).ok_or_else(|| Mistake::new("is no size", right))?;
        if range.contains(&bytes) {
            return Ok(bytes);
        }
        let (least, most) = (format_size(*range.start()), format_size(*range.end()));
        Err(Mistake::new("is out of range", format!("write a size from \"{least}\" to \"{most}\"")))
    }
}

/// One of a few words, `later` being those that are promised and do nothing yet.
pub(super) fn word<T: Copy>(
    choices: &'static [(&'static str, T)],
    later: &'static [&'static str],
) -> impl Fn(&Given<'_>) -> Read<T> {
    move |given| {
        let list: Vec<String> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let right = format!("write {}", list.join(" or "));
        let written = string(given, &right)?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == written) {
            return Ok(*value);
        }
        if later.contains(&written) {
            return Err(Mistake::new("is not supported yet", right));
        }
        let right = match keys::nearest(written, choices.iter().map(|(name, _)| *name)) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => right,
        };
        Err(Mistake::new("is none of the known values", right))
    }
}

/// A language tag (RFC 5646): a code of two or three letters and what may follow it.
pub(super) fn language(given: &Given<'_>) -> Read<String> {
    let right = r#"write a language tag such as "id", "en" or "en-GB""#;
    let tag = string(given, right)?;
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    let letters = |part: &str, sizes: RangeInclusive<usize>| {
        sizes.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphabetic())
    };
    let rest = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if letters(primary, 2..=3) && parts.all(rest) && tag.len() <= 35 {
        return Ok(tag.to_owned());
    }
    Err(Mistake::new("is no language tag", right))
}

/// A language as Google News takes it: ISO 639 in two or three letters, or `zh-cn`, `zh-tw`.
pub(super) fn publication_language(given: &Given<'_>) -> Read<String> {
    let right = r#"write two or three letters such as "id" or "en" ("zh-cn" and "zh-tw" are taken too)"#;
    let code = string(given, right)?;
    let plain = (2..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_lowercase());
    if plain || matches!(code, "zh-cn" | "zh-tw") {
        return Ok(code.to_owned());
    }
    Err(Mistake::new("is no language of Google News", right))
}

/// A zone of the IANA data base.
pub(super) fn zone(given: &Given<'_>) -> Read<Tz> {
    let right = r#"write a zone of the IANA data base such as "Asia/Jakarta""#;
    let name = string(given, right)?;
    name.parse().map_err(|_| {
        let right = match keys::nearest(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => right.to_owned(),
        };
        Mistake::new("is no time zone", right)
    })
}

/// An address that can be asked: http or https, a host, neither user nor password.
pub(super) fn web_address(given: &Given<'_>) -> Read<Url> {
    let right = "write the whole address, such as \"https://example.com/rss.xml\"";
    let written = string(given, right)?;
    if written.len() > MAX_URL_BYTES {
        return Err(Mistake::new("is too long", format!("write an address of at most {MAX_URL_BYTES} bytes")));
    }
    let url = Url::parse(written).map_err(|error| Mistake::new(format!("is no address ({error})"), right))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Mistake::new("is neither http nor https", right));
    }
    if !url.username().is_empty() || url.password().is_some() {
        let right = "write auth = { credential = \"name\" } and keep the secret in that credential";
        return Err(Mistake::new("holds a user name or password", right));
    }
    Ok(url)
}

/// The address of the site: no path, no query.
pub(super) fn base_url(given: &Given<'_>) -> Read<Url> {
    let url = web_address(given)?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        let origin = url.origin().ascii_serialization();
        return Err(Mistake::new("has a path", format!("write \"{origin}\": warta publishes at the root of a host")));
    }
    Ok(url)
}

/// The address of a proxy: no path, no query.
pub(super) fn proxy_address(given: &Given<'_>) -> Read<Url> {
    let right = r#"write "http://proxy.example.com:3128", or { url = "…", auth = { credential = "name" } }"#;
    let url = web_address(given).map_err(|Mistake { wrong, .. }| Mistake::new(wrong, right))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(Mistake::new("has a path", right));
    }
    Ok(url)
}

/// An address to listen on.
pub(super) fn listen(given: &Given<'_>) -> Read<SocketAddr> {
    let right = r#"write an IP address and a port, such as "127.0.0.1:8080" or "[::]:8080""#;
    string(given, right)?.parse().map_err(|_| Mistake::new("is no address to listen on", right))
}

/// A network in CIDR notation.
pub(super) fn network(given: &Given<'_>) -> Read<Network> {
    let right = r#"write a network such as "192.0.2.0/24" or "fd00::/8""#;
    string(given, right)?.parse().map_err(|why| Mistake::new(format!("is no network: {why}"), right))
}

/// A host name without port, lower case and in ASCII, `*.` in front for sub-domains.
pub(super) fn host_pattern(given: &Given<'_>) -> Read<String> {
    let right = r#"write a host name alone, such as "example.com" or "*.example.com""#;
    let written = string(given, right)?.trim_end_matches('.');
    let (star, name) = written.strip_prefix("*.").map_or(("", written), |name| ("*.", name));
    let plain = !name.is_empty() && !name.contains(['*', '/', ':', '@', '?', '#', ' ']);
    match Host::parse(name) {
        Ok(host) if plain => Ok(format!("{star}{host}")),
        _ => Err(Mistake::new("is no host name", right)),
    }
}

/// The authority and date of a `tag:` IRI (RFC 4151, 2.1).
pub(super) fn tag_authority(given: &Given<'_>) -> Read<String> {
    let right = r#"write a domain or mail address that is yours and a date on which it was, such as "example.id,2026""#;
    let tag = string(given, right)?;
    let is_date = |date: &str| match date.len() {
        4 => date.bytes().all(|byte| byte.is_ascii_digit()),
        7 => NaiveDate::parse_from_str(&format!("{date}-01"), "%Y-%m-%d").is_ok(),
        10 => NaiveDate::parse_from_str(date, "%Y-%m-%d").is_ok(),
        _ => false,
    };
    let is_name = |name: &str| {
        let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-_@".contains(&byte);
        !name.is_empty() && name.bytes().all(known) && name.starts_with(|c: char| c.is_ascii_alphanumeric())
    };
    match tag.split_once(',') {
        Some((name, date)) if is_name(name) && is_date(date) => Ok(tag.to_owned()),
        _ => Err(Mistake::new("is no authority for ids", right)),
    }
}

/// A section's id.
pub(super) fn section_id(given: &Given<'_>) -> Read<String> {
    let right = "write 1 to 40 of the characters a-z, 0-9 and -";
    let id = string(given, right)?;
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if RESERVED_IDS.contains(&id) {
        let right = format!("choose another word; reserved are {}", RESERVED_IDS.join(", "));
        return Err(Mistake::new("is a word that warta needs itself", right));
    }
    if (1..=40).contains(&id.len()) && id.bytes().all(known) {
        return Ok(id.to_owned());
    }
    Err(Mistake::new("is no id of a section", right))
}

/// A text that can stand in a request header (RFC 9110, 5.5): visible ASCII and spaces.
pub(super) fn header_value(given: &Given<'_>) -> Read<String> {
    let right = "write visible ASCII characters and spaces";
    let value = string(given, right)?;
    let visible = value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if visible && !value.trim().is_empty() && value.len() <= MAX_TEXT_CHARS {
        return Ok(value.trim().to_owned());
    }
    Err(Mistake::new("cannot stand in a header", right))
}

/// Headers that belong to warta, lower case.
const OWN_HEADERS: [&str; 16] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Whether a feed may send this header of its own; else what is wrong and what would be right.
pub(super) fn header_name(name: &str) -> Read<()> {
    let lower = name.to_ascii_lowercase();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !name.bytes().all(token) {
        return Err(Mistake::new("is no name of a header", "write letters, digits and -"));
    }
    match lower.as_str() {
        "authorization" | "proxy-authorization" => Err(Mistake::new(
            "is a secret in a file",
            "write auth = { credential = \"name\" } and keep the secret in that credential",
        )),
        "user-agent" => Err(Mistake::new("has a key of its own", "write user_agent = \"..\"")),
        own if OWN_HEADERS.contains(&own) => Err(Mistake::new("is set by warta itself", "leave it out")),
        _ => Ok(()),
    }
}

/// The name of a credential, which is a file's name and a variable's.
pub(super) fn credential_name(given: &Given<'_>) -> Read<String> {
    let right = "write 1 to 64 of the characters a-z, 0-9, - and _";
    let name = string(given, right)?;
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    if (1..=64).contains(&name.len()) && name.bytes().all(known) {
        return Ok(name.to_owned());
    }
    Err(Mistake::new("is no name of a credential", right))
}

/// The name of a query parameter, in lower case: addresses are compared so.
pub(super) fn parameter(given: &Given<'_>) -> Read<String> {
    let right = r#"write the name of a query parameter, such as "ref""#;
    let name = string(given, right)?;
    let known = |c: char| !c.is_whitespace() && !c.is_control() && !"&=?#".contains(c);
    if !name.is_empty() && name.len() <= 64 && name.chars().all(known) {
        return Ok(name.to_lowercase());
    }
    Err(Mistake::new("is no name of a query parameter", right))
}

/// A CSS selector.
pub(super) fn selector(given: &Given<'_>) -> Read<String> {
    let right = r#"write a CSS selector, such as "article h2 a""#;
    let text = string(given, right)?.trim();
    Selector::parse(text).map(|_| text.to_owned()).map_err(|wrong| Mistake::new(wrong, right))
}
