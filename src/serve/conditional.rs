//! Conditions and ranges of a request (RFC 9110 13 and 14): its headers and what is there in, what to send out.
//! Pure: a wrong or unknown form of a field is ignored, as HTTP asks.

use std::ops::Range;

use axum::http::HeaderMap;
use axum::http::header::{
    HeaderName, IF_MATCH, IF_MODIFIED_SINCE, IF_NONE_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE,
};

use super::http_date;
use crate::model::Timestamp;

/// What is known of the representation that was chosen.
#[derive(Debug, Clone, Copy)]
pub(super) struct Validators<'a> {
    /// Strong, with its quotes.
    pub(super) etag: &'a str,
    /// Whole seconds.
    pub(super) last_modified: Timestamp,
}

/// What the conditions of a GET or HEAD come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// They hold.
    Send,
    /// 304: the reader has it.
    NotModified,
    /// 412: the reader wanted another one.
    Failed,
}

/// In the order of RFC 9110 13.2.2: a condition on tags beats the one on dates.
pub(super) fn judge(headers: &HeaderMap, there: Validators<'_>) -> Verdict {
    let date = |name: HeaderName| headers.get(name)?.to_str().ok().and_then(http_date::parse);
    let fails = if headers.contains_key(IF_MATCH) {
        !names(headers, IF_MATCH, |weak, tag| !weak && tag == there.etag)
    } else {
        date(IF_UNMODIFIED_SINCE).is_some_and(|since| there.last_modified > since)
    };
    if fails {
        return Verdict::Failed;
    }
    let is_known = if headers.contains_key(IF_NONE_MATCH) {
        names(headers, IF_NONE_MATCH, |_, tag| tag == there.etag)
    } else {
        date(IF_MODIFIED_SINCE).is_some_and(|since| there.last_modified <= since)
    };
    if is_known { Verdict::NotModified } else { Verdict::Send }
}

/// How much of the bytes to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    /// 200: all.
    Whole,
    /// 206: these.
    Part(Range<u64>),
    /// 416: it asks for what is not there.
    Unsatisfiable,
}

/// What `Range` and `If-Range` come to for `length` bytes. Several ranges at once are answered with the whole.
pub(super) fn span(headers: &HeaderMap, there: Validators<'_>, length: u64) -> Span {
    let field = |name: HeaderName| headers.get(name)?.to_str().ok();
    let Some(range) = field(RANGE).and_then(read_range) else { return Span::Whole };
    if headers.contains_key(IF_RANGE) && !field(IF_RANGE).is_some_and(|condition| is_current(condition, there)) {
        return Span::Whole;
    }
    let part = match range {
        Asked::From(first) => first..length,
        Asked::Between(first, last) => first..last.saturating_add(1).min(length),
        Asked::Last(count) => length.saturating_sub(count)..length,
    };
    if part.is_empty() { Span::Unsatisfiable } else { Span::Part(part) }
}

/// A weak tag never allows a part, nor does a date (RFC 9110 13.1.5): all codings have the same one, and two editions of
/// one second too.
fn is_current(condition: &str, there: Validators<'_>) -> bool {
    condition.trim() == there.etag
}

enum Asked {
    From(u64),
    Between(u64, u64),
    Last(u64),
}

fn read_range(field: &str) -> Option<Asked> {
    let (unit, range) = field.split_once('=')?;
    let (first, last) = range.trim().split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes"))?;
    match (read_number(first), read_number(last)) {
        (Some(first), None) if last.is_empty() => Some(Asked::From(first)),
        (None, Some(count)) if first.is_empty() => Some(Asked::Last(count)),
        (Some(first), Some(last)) if first <= last => Some(Asked::Between(first, last)),
        _ => None,
    }
}

/// Digits alone; more of them than fit stand for "further than anything is long".
fn read_number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

/// Whether a list of entity tags is `*` or has one for which `matches(weak, tag)` holds.
fn names(headers: &HeaderMap, field: HeaderName, matches: impl Fn(bool, &str) -> bool) -> bool {
    headers
        .get_all(field)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|list| list.trim() == "*" || tags(list).any(|(weak, tag)| matches(weak, tag)))
}

/// The tags of a list, each with whether it is weak, quotes included; a comma may stand inside of a tag. Ends where
/// something else than a tag stands.
fn tags(list: &str) -> impl Iterator<Item = (bool, &str)> {
    let mut rest = list;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let weak = rest.starts_with("W/");
        let tag = if weak { &rest[2..] } else { rest };
        let end = tag.strip_prefix('"')?.find('"')? + 2;
        rest = &tag[end..];
        Some((weak, &tag[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: &str = "Tue, 24 Nov 2026 07:00:00 GMT";
    const BEFORE: &str = "Tue, 24 Nov 2026 06:59:59 GMT";

    fn headers(fields: &[(&'static str, &str)]) -> HeaderMap {
        fields.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    fn there() -> Validators<'static> {
        Validators { etag: "\"ab-gz\"", last_modified: http_date::parse(AT).unwrap() }
    }

    #[test]
    fn conditions_are_judged_in_their_order() {
        let check = |fields: &[(&'static str, &str)], expected| {
            assert_eq!(judge(&headers(fields), there()), expected, "{fields:?}");
        };
        check(&[], Verdict::Send);
        check(&[("if-none-match", "\"ab-gz\"")], Verdict::NotModified);
        check(&[("if-none-match", "W/\"ab-gz\"")], Verdict::NotModified);
        check(&[("if-none-match", "\"x,y\", W/\"z\" ,\"ab-gz\"")], Verdict::NotModified);
        check(&[("if-none-match", "*")], Verdict::NotModified);
        check(&[("if-none-match", "\"ab\"")], Verdict::Send);
        check(&[("if-none-match", "ab-gz")], Verdict::Send);
        check(&[("if-none-match", "\"ab-gz")], Verdict::Send);
        check(&[("if-none-match", "\"no\""), ("if-modified-since", AT)], Verdict::Send);
        check(&[("if-modified-since", AT)], Verdict::NotModified);
        check(&[("if-modified-since", BEFORE)], Verdict::Send);
        check(&[("if-modified-since", "yesterday")], Verdict::Send);
        check(&[("if-match", "\"ab-gz\"")], Verdict::Send);
        check(&[("if-match", "*")], Verdict::Send);
        check(&[("if-match", "W/\"ab-gz\"")], Verdict::Failed);
        check(&[("if-match", "\"ab-gz\""), ("if-none-match", "\"ab-gz\"")], Verdict::NotModified);
        check(&[("if-match", "\"ab-gz\""), ("if-unmodified-since", BEFORE)], Verdict::Send);
        check(&[("if-unmodified-since", BEFORE)], Verdict::Failed);
        check(&[("if-unmodified-since", AT)], Verdict::Send);
    }

    #[test]
    fn a_list_over_several_lines_is_one_list() {
        let mut fields = headers(&[("if-none-match", "\"x\"")]);
        fields.append(IF_NONE_MATCH, "\"ab-gz\"".parse().unwrap());
        assert_eq!(judge(&fields, there()), Verdict::NotModified);
    }

    #[test]
    fn ranges_are_parts_of_what_is_there() {
        let check = |range: &str, expected| {
            assert_eq!(span(&headers(&[("range", range)]), there(), 100), expected, "{range}");
        };
        check("bytes=0-9", Span::Part(0..10));
        check("Bytes = 0-9", Span::Part(0..10));
        check("bytes=0-0", Span::Part(0..1));
        check("bytes=90-", Span::Part(90..100));
        check("bytes=-10", Span::Part(90..100));
        check("bytes=-1000", Span::Part(0..100));
        check("bytes=99-99999999999999999999999", Span::Part(99..100));
        check("bytes=100-", Span::Unsatisfiable);
        check("bytes=99999999999999999999999-", Span::Unsatisfiable);
        check("bytes=-0", Span::Unsatisfiable);
        for whole in ["bytes=9-0", "bytes=0-1,5-9", "bytes=-", "bytes=a-b", "bytes=+1-2", "items=0-9", "0-9", ""] {
            check(whole, Span::Whole);
        }
    }

    #[test]
    fn a_part_is_sent_only_of_what_the_reader_has() {
        let check = |condition: &str, expected| {
            let fields = headers(&[("range", "bytes=0-9"), ("if-range", condition)]);
            assert_eq!(span(&fields, there(), 100), expected, "{condition}");
        };
        check("\"ab-gz\"", Span::Part(0..10));
        check(AT, Span::Whole);
        check("W/\"ab-gz\"", Span::Whole);
        check("\"ab\"", Span::Whole);
        check(BEFORE, Span::Whole);
        check("*", Span::Whole);
    }
}
