//! The dates of HTTP (RFC 9110 5.6.7), to and from text.

use chrono::NaiveDateTime;

use crate::model::Timestamp;

/// The form that is written.
const IMF_FIXDATE: &str = "%a, %d %b %Y %H:%M:%S GMT";
/// All that are read: that one, the one of RFC 850 and that of asctime.
const FORMS: [&str; 3] = [IMF_FIXDATE, "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"];

/// `Tue, 24 Nov 2026 07:00:00 GMT`.
pub(super) fn format(at: Timestamp) -> String {
    at.utc().to_chrono().format(IMF_FIXDATE).to_string()
}

/// Reads any of the three forms; `None` for anything else, which HTTP has ignored.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let read = |form: &&str| NaiveDateTime::parse_from_str(text.trim(), form).ok();
    FORMS.iter().find_map(read).map(|naive| Timestamp::from(naive.and_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_forms_are_read_and_nothing_else() {
        let check = |text: &str, seconds: Option<i64>| {
            assert_eq!(parse(text).map(Timestamp::unix_seconds), seconds, "{text}");
        };
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some(784_111_777));
        check("Sunday, 06-Nov-94 08:49:37 GMT", Some(784_111_777));
        check("Sun Nov  6 08:49:37 1994", Some(784_111_777));
        check("Mon, 06 Nov 1994 08:49:37 GMT", None);
        check("Sun, 06 Nov 1994 08:49:37 +0700", None);
        check("1994-11-06T08:49:37Z", None);
        check("yesterday", None);
        check("", None);
    }

    #[test]
    fn what_is_written_is_read_back() {
        let at = Timestamp::from_unix_millis_at(1_795_503_600_000, 7 * 3600);
        assert_eq!(format(at), "Tue, 24 Nov 2026 07:00:00 GMT");
        assert_eq!(parse(&format(at)), Some(at));
    }
}
