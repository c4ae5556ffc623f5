//! Service columns: the same heading each day over other contents. They tell no event, so they join no story.

use super::words::words;

/// How the titles of columns begin or what they hold, in Indonesian and English, as folded words. What an outlet calls its
/// own columns is the operator's to say (`never_group`).
const PHRASES: &[&str] = &[
    "cek fakta",
    "crossword",
    "daily horoscope",
    "fact check",
    "harga emas",
    "harga pangan",
    "horoscope today",
    "jadwal bioskop",
    "jadwal imsakiyah",
    "jadwal kapal",
    "jadwal kereta",
    "jadwal live streaming",
    "jadwal pertandingan",
    "jadwal salat",
    "jadwal shalat",
    "jadwal sholat",
    "jadwal siaran",
    "jadwal sim keliling",
    "jadwal tayang",
    "jadwal tv",
    "kurs rupiah hari ini",
    "link live streaming",
    "live streaming",
    "lottery results",
    "prakiraan cuaca",
    "ramalan cuaca",
    "ramalan shio",
    "ramalan zodiak",
    "sim keliling",
    "tv schedule",
    "weather forecast",
    "zodiak hari ini",
];

/// Whether a title is that of a column: by the table, or by one of the operator's phrases (folded words in a row).
#[must_use]
pub fn is_column(title: &str, never_group: &[String]) -> bool {
    let title = spaced(title);
    let own = never_group.iter().map(|phrase| spaced(phrase));
    PHRASES.iter().any(|phrase| title.contains(&format!(" {phrase} ")))
        || own.filter(|phrase| !phrase.trim().is_empty()).any(|phrase| title.contains(&phrase))
}

fn spaced(text: &str) -> String {
    format!(" {} ", words(text).join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_told_by_words_in_a_row() {
        #[track_caller]
        fn check(title: &str, never_group: &[&str], expected: bool) {
            let own: Vec<String> = never_group.iter().map(|phrase| (*phrase).to_owned()).collect();
            assert_eq!(is_column(title, &own), expected, "{title}");
        }
        check("Prakiraan Cuaca Jakarta, Selasa 24 November", &[], true);
        check("[CEK FAKTA] Tidak Benar Vaksin Berisi Cip", &[], true);
        check("Cuaca buruk, prakiraan pun meleset", &[], false);
        check("Harga emas turun tajam", &[], true);
        check("Menteri buka live streaming-an", &[], true);
        check("Top 3: Banjir hingga gempa", &["top 3"], true);
        check("Stop 30 kapal", &["top 3"], false);
        check("Kabar biasa", &["", " "], false);
    }
}
