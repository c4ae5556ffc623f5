//! Lines between the lines of an article that are none of it, by the words with which they begin. Words of Indonesian and
//! English, nothing of a single outlet.

/// How a line begins that leads to other news or to more of the same page, in lower case.
const BEGINNINGS: &[&str] = &[
    "advertisement",
    "baca :",
    "baca juga",
    "baca selengkapnya",
    "baca:",
    "berita terkait",
    "cek berita",
    "gambas",
    "halaman selanjutnya",
    "lihat juga",
    "read also",
    "read more",
    "related:",
    "saksikan video",
    "scroll to continue",
    "see also",
    "selanjutnya:",
    "selengkapnya",
    "simak juga",
    "simak video",
    "tonton juga",
    "[gambas:",
];

/// Whether a line, in lower case, leads to other news.
#[must_use]
pub fn leads_elsewhere(line: &str) -> bool {
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

#[cfg(test)]
mod tests {
    use super::leads_elsewhere;

    #[test]
    fn a_line_is_told_by_its_first_words() {
        assert!(leads_elsewhere("baca juga: banjir surut"));
        assert!(leads_elsewhere("read more"));
        assert!(!leads_elsewhere("pembaca juga senang"));
    }
}
