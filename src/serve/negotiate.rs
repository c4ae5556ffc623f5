//! Which coding a reader gets: its `Accept-Encoding` and the codings there are in, one of them out.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;

use crate::model::Coding;

/// Thousandths, as fine as HTTP weighs (RFC 9110 12.4.2).
type Weight = u16;
const FULL: Weight = 1_000;
/// An unnamed identity is acceptable, but less welcome than anything that was asked for.
const UNNAMED_IDENTITY: Weight = 0;

/// The most welcome of the `available` codings, the smaller one among equals; the plain one where none is welcome
/// (RFC 9110 12.5.3 lets a server disregard the field rather than fail). A request without the field gets it plain.
pub(super) fn choose(headers: &HeaderMap, available: impl Iterator<Item = Coding>) -> Coding {
    let welcome = Welcome::read(headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok()));
    available
        .filter_map(|coding| Some((welcome.weight(coding)?, preference(coding), coding)))
        .max_by_key(|(weight, preference, _)| (*weight, *preference))
        .map_or(Coding::Identity, |(_, _, coding)| coding)
}

/// Among equally welcome ones, the one that is smaller on the wire.
fn preference(coding: Coding) -> u8 {
    match coding {
        Coding::Identity => 0,
        Coding::Gzip => 1,
        Coding::Brotli => 2,
    }
}

/// The weights that a request names.
#[derive(Default)]
struct Welcome {
    named: [Option<Weight>; Coding::ALL.len()],
    /// Of `*`.
    any: Option<Weight>,
}

impl Welcome {
    fn read<'a>(fields: impl Iterator<Item = &'a str>) -> Self {
        let mut welcome = Self::default();
        for (name, weight) in fields.flat_map(|field| field.split(',')).filter_map(read_member) {
            if name == "*" {
                welcome.any = Some(weight);
            } else if let Some(index) = Coding::ALL.into_iter().position(|coding| is(coding, name)) {
                welcome.named[index] = Some(weight);
            }
        }
        welcome
    }

    /// How welcome a coding is; `None` when it must not be sent.
    fn weight(&self, coding: Coding) -> Option<Weight> {
        let named = Coding::ALL.into_iter().zip(self.named).find(|(known, _)| *known == coding);
        match (named.and_then(|(_, weight)| weight).or(self.any), coding) {
            (Some(0), _) => None,
            (Some(weight), _) => Some(weight),
            (None, Coding::Identity) => Some(UNNAMED_IDENTITY),
            (None, _) => None,
        }
    }
}

/// `x-gzip` is an old name of gzip (RFC 9110 8.4.1.3).
fn is(coding: Coding, name: &str) -> bool {
    name.eq_ignore_ascii_case(coding.token()) || (coding == Coding::Gzip && name.eq_ignore_ascii_case("x-gzip"))
}

/// Name and weight of `gzip;q=0.5`; `None` for one whose weight says nothing.
fn read_member(member: &str) -> Option<(&str, Weight)> {
    let mut parts = member.split(';').map(str::trim);
    let name = parts.next().filter(|name| !name.is_empty())?;
    let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    Some((name, weight.map_or(Some(FULL), read_weight)?))
}

fn read_weight(text: &str) -> Option<Weight> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let thousandths: Weight = format!("{fraction:0<3}").parse().ok()?;
    match whole {
        "0" => Some(thousandths),
        "1" if thousandths == 0 => Some(FULL),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_welcome_coding_is_sent() {
        let check = |field: &str, expected: Coding| {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, field.parse().unwrap())]);
            assert_eq!(choose(&headers, Coding::ALL.into_iter()), expected, "{field}");
        };
        check("gzip, deflate, br, zstd", Coding::Brotli);
        check("gzip", Coding::Gzip);
        check("GZIP", Coding::Gzip);
        check("x-gzip", Coding::Gzip);
        check("br;q=0.5, gzip;q=0.8", Coding::Gzip);
        check("br; q=0.001", Coding::Brotli);
        check("gzip;q=0", Coding::Identity);
        check("gzip;q=0.000, br", Coding::Brotli);
        check("identity;q=1, gzip;q=0.5", Coding::Identity);
        check("*", Coding::Brotli);
        check("*;q=0, identity", Coding::Identity);
        check("br;q=0, *", Coding::Gzip);
        check("gzip;q=0, br;q=0, zstd;q=0", Coding::Identity);
        check("identity;q=0", Coding::Identity);
        check("identity;q=0, gzip", Coding::Gzip);
        check("deflate, zstd", Coding::Identity);
        check("", Coding::Identity);
        check("gzip;q=2", Coding::Identity);
        check("gzip;q=0.12345", Coding::Identity);
        check(",;,gzip;;", Coding::Gzip);
    }

    #[test]
    fn no_field_gets_it_plain_and_two_fields_count_as_one() {
        assert_eq!(choose(&HeaderMap::new(), Coding::ALL.into_iter()), Coding::Identity);
        let two = HeaderMap::from_iter([(ACCEPT_ENCODING, "gzip;q=0.1".parse().unwrap())]);
        let mut two = two;
        two.append(ACCEPT_ENCODING, "br".parse().unwrap());
        assert_eq!(choose(&two, Coding::ALL.into_iter()), Coding::Brotli);
    }

    #[test]
    fn what_is_not_there_is_not_sent() {
        let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, "br".parse().unwrap())]);
        assert_eq!(choose(&headers, [Coding::Identity].into_iter()), Coding::Identity);
    }
}
