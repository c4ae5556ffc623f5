//! The words of the pages, by language: one table. A language that is not here gets English.

use chrono::{DateTime, Datelike, Timelike};
use chrono_tz::Tz;
use serde::Serialize;

use crate::model::Timestamp;

/// What a page says in one language.
#[derive(Debug, Serialize)]
pub(super) struct Phrases {
    /// Language tag of these words.
    pub(super) language: &'static str,
    /// Open Graph's locale.
    pub(super) locale: &'static str,
    /// Link that jumps over the navigation.
    pub(super) skip: &'static str,
    /// Name of the navigation.
    pub(super) sections: &'static str,
    /// Name of the list of all sections at the foot.
    pub(super) all_sections: &'static str,
    /// Link to the top of the page.
    pub(super) back: &'static str,
    /// The section of everything.
    pub(super) all: &'static str,
    /// Before the time of the last change.
    pub(super) updated: &'static str,
    /// Heading of the three or four entries at the top.
    pub(super) top: &'static str,
    /// Heading of the river.
    pub(super) latest: &'static str,
    /// Heading of the headlines behind the river.
    pub(super) earlier: &'static str,
    /// Heading of the links to the feeds.
    pub(super) subscribe: &'static str,
    /// The list of all feeds.
    pub(super) all_feeds: &'static str,
    /// The list of all outlets.
    pub(super) all_sources: &'static str,
    /// Heading of the outlets on the page.
    pub(super) sources: &'static str,
    /// A section without entries.
    pub(super) empty: &'static str,
    /// Who wrote it: before the names.
    pub(super) by: &'static str,
    /// Before a picture's maker.
    pub(super) photo: &'static str,
    /// Before the present address of a section that has another one now.
    pub(super) moved: &'static str,
    /// What the site is, at the foot.
    pub(super) about: &'static str,
    /// Before the outlets that tell an entry too.
    #[serde(skip)]
    pub(super) also_at: &'static str,
    #[serde(skip)]
    also: (&'static str, &'static str),
    #[serde(skip)]
    entries: (&'static str, &'static str),
    #[serde(skip)]
    others: &'static str,
    #[serde(skip)]
    clock: char,
    #[serde(skip)]
    weekdays: [&'static str; 7],
    #[serde(skip)]
    months: [&'static str; 12],
}

const INDONESIAN: Phrases = Phrases {
    language: "id",
    locale: "id_ID",
    skip: "Langsung ke isi",
    sections: "Rubrik",
    all_sections: "Semua rubrik",
    back: "Kembali ke atas",
    all: "Semua berita",
    updated: "Diperbarui",
    top: "Berita utama",
    latest: "Terbaru",
    earlier: "Sebelumnya",
    subscribe: "Berlangganan",
    all_feeds: "Semua umpan (OPML)",
    all_sources: "Semua sumber (OPML)",
    sources: "Sumber di halaman ini",
    empty: "Belum ada berita di rubrik ini.",
    by: "Oleh",
    photo: "Foto:",
    moved: "Rubrik ini pindah ke",
    about: "Setiap judul membuka berita di situs medianya. Hak cipta ada pada masing-masing media.",
    also_at: "Juga di:",
    also: ("Juga diberitakan 1 media", "Juga diberitakan {} media"),
    entries: ("1 berita", "{} berita"),
    others: "dan {} media lain",
    clock: '.',
    weekdays: ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"],
    months: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
};

const ENGLISH: Phrases = Phrases {
    language: "en",
    locale: "en_GB",
    skip: "Skip to content",
    sections: "Sections",
    all_sections: "All sections",
    back: "Back to top",
    all: "All news",
    updated: "Updated",
    top: "Top stories",
    latest: "Latest",
    earlier: "Earlier",
    subscribe: "Subscribe",
    all_feeds: "All feeds (OPML)",
    all_sources: "All sources (OPML)",
    sources: "Sources on this page",
    empty: "Nothing has been reported in this section yet.",
    by: "By",
    photo: "Photo:",
    moved: "This section has moved to",
    about: "Every headline opens the article at its own outlet. Copyright remains with the outlets.",
    also_at: "Also at:",
    also: ("Also reported by 1 outlet", "Also reported by {} outlets"),
    entries: ("1 item", "{} items"),
    others: "and {} more",
    clock: ':',
    weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    months: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};

/// The words for a language tag, by its primary subtag (RFC 5646 2.2.1). `in` is the old code of Indonesian; Malay is
/// nearer to it than English is.
pub(super) fn phrases(language: &str) -> &'static Phrases {
    let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    match primary.as_str() {
        "id" | "in" | "ms" | "jv" | "su" => &INDONESIAN,
        _ => &ENGLISH,
    }
}

impl Phrases {
    /// How many other outlets report the same.
    pub(super) fn also(&self, outlets: usize) -> String {
        counted(self.also, outlets)
    }

    /// How many entries an outlet has on the page.
    pub(super) fn entries(&self, entries: usize) -> String {
        counted(self.entries, entries)
    }

    /// Those that are not named.
    pub(super) fn others(&self, outlets: usize) -> String {
        self.others.replace("{}", &outlets.to_string())
    }

    /// An absolute time with the name of its zone: "Selasa, 24 Nov 2026, 14.35 WIB".
    pub(super) fn time(&self, at: Timestamp, zone: Tz) -> String {
        let at = at.to_chrono().with_timezone(&zone);
        let weekday = self.weekdays[at.weekday().num_days_from_monday() as usize % 7];
        let month = self.months[at.month0() as usize % 12];
        let (day, year, hour, minute) = (at.day(), at.year(), at.hour(), at.minute());
        let (clock, zone) = (self.clock, zone_name(&at));
        format!("{weekday}, {day} {month} {year}, {hour:02}{clock}{minute:02} {zone}")
    }
}

/// The words for one, or those for another number.
fn counted((one, many): (&str, &str), count: usize) -> String {
    if count == 1 { one.to_owned() } else { many.replace("{}", &count.to_string()) }
}

/// "WIB", or "UTC+03" where the zone has no letters of its own.
fn zone_name(at: &DateTime<Tz>) -> String {
    let name = at.format("%Z").to_string();
    if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name }
}

/// Writing direction of a language, by its primary subtag.
pub(super) fn direction(language: &str) -> &'static str {
    const RIGHT_TO_LEFT: &[&str] = &["ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"];
    let primary = language.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    if RIGHT_TO_LEFT.contains(&primary.as_str()) { "rtl" } else { "ltr" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_in_the_sites_zone_and_the_sections_language() {
        fn check(language: &str, zone: Tz, expected: &str) {
            let at = Timestamp::parse_rfc3339("2026-11-24T07:35:00Z").unwrap();
            assert_eq!(phrases(language).time(at, zone), expected);
        }
        check("id", chrono_tz::Asia::Jakarta, "Selasa, 24 Nov 2026, 14.35 WIB");
        check("id-ID", chrono_tz::Asia::Makassar, "Selasa, 24 Nov 2026, 15.35 WITA");
        check("en", chrono_tz::Asia::Jayapura, "Tuesday, 24 Nov 2026, 16:35 WIT");
        check("fr", chrono_tz::Asia::Riyadh, "Tuesday, 24 Nov 2026, 10:35 UTC+03");
        check("en-GB", chrono_tz::UTC, "Tuesday, 24 Nov 2026, 07:35 UTC");
    }

    #[test]
    fn outlets_are_counted_in_words() {
        assert_eq!(phrases("id").also(1), "Juga diberitakan 1 media");
        assert_eq!(phrases("id").also(3), "Juga diberitakan 3 media");
        assert_eq!(phrases("en").also(1), "Also reported by 1 outlet");
        assert_eq!(phrases("en").entries(1), "1 item");
        assert_eq!(phrases("en").others(2), "and 2 more");
    }
}
