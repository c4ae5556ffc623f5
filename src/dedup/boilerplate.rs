//! What stands in a text and is none of it: the line that names city and agency, links to other news, who edited it.
//! Words of the language, nothing of a single outlet.

use crate::notation::aside::leads_elsewhere;

/// How a line begins that is no part of the text, beside those that lead elsewhere, in lower case.
const LINES: &[&str] = &[
    "editor :",
    "editor:",
    "follow us",
    "foto:",
    "ikuti",
    "klik di sini",
    "penulis :",
    "penulis:",
    "pewarta:",
    "pewarta :",
    "photo:",
    "reporter:",
    "reporter :",
    "sumber:",
];
/// Words of the longest dateline ("KOTA BANDUNG, JAWA BARAT (ANTARA) -").
const MAX_DATELINE_WORDS: usize = 7;
/// Characters of the longest one.
const MAX_DATELINE_CHARS: usize = 80;
/// Letters of the longest desk code ("(OL-4)").
const MAX_DESK_CODE: usize = 12;

/// The text without them.
pub(super) fn cut(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut kept = String::with_capacity(text.len());
    for line in lines.filter(|line| !is_foreign(line)) {
        let line = if kept.is_empty() { without_dateline(line) } else { line };
        kept.push_str(without_desk_code(line));
        kept.push('\n');
    }
    kept
}

fn is_foreign(line: &str) -> bool {
    let head: String = line.chars().take(24).flat_map(char::to_lowercase).collect();
    leads_elsewhere(&head) || LINES.iter().any(|start| head.starts_with(start))
}

/// "JAKARTA, KABAR.com - Hujan" is "Hujan": few words, with capitals or a host's name among them, before a dash.
fn without_dateline(line: &str) -> &str {
    let dashes = [" - ", " -- ", " – ", " — "];
    let end = dashes.iter().filter_map(|dash| Some((line.find(dash)?, dash.len()))).min();
    let Some((at, dash)) = end else { return line };
    let head = &line[..at];
    let short = head.chars().count() <= MAX_DATELINE_CHARS && head.split_whitespace().count() <= MAX_DATELINE_WORDS;
    let shouts =
        |word: &str| word.chars().filter(|c| c.is_uppercase()).count() >= 3 && !word.chars().any(char::is_lowercase);
    let is_place = head.split_whitespace().any(|word| shouts(word) || is_host(word));
    if short && is_place { &line[at + dash..] } else { line }
}

/// "kabar.com", "KABAR.CO.ID,"
fn is_host(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let ending = word.rsplit('.').next().unwrap_or_default();
    word.contains('.') && matches!(ending.len(), 2 | 3) && ending.chars().all(|c| c.is_ascii_alphabetic())
}

/// "… warga. (OL-4)" ends with the dot.
fn without_desk_code(line: &str) -> &str {
    let Some(at) = line.rfind('(').filter(|_| line.ends_with(')')) else { return line };
    let code = &line[at + 1..line.len() - 1];
    let is_code = code.len() <= MAX_DESK_CODE && code.chars().any(|c| c.is_uppercase() || c == '/');
    let is_code =
        is_code && code.chars().all(|c| c.is_uppercase() || c.is_ascii_digit() || matches!(c, '-' | '/' | '.'));
    if is_code || code.contains('/') && code.len() <= MAX_DESK_CODE { line[..at].trim_end() } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(cut(text).trim_end(), expected);
    }

    #[test]
    fn datelines_and_desk_codes_are_cut() {
        check("JAKARTA, KABAR.com - Hujan turun.", "Hujan turun.");
        check("Kabar6.com, Jakarta - Hujan turun.", "Hujan turun.");
        check("KOTA BANDUNG (ANTARA) -- Hujan turun. (OL-4)", "Hujan turun.");
        check("Hujan turun - dan banjir. (a/b)", "Hujan turun - dan banjir.");
        check("Hujan (deras) turun (Senin)", "Hujan (deras) turun (Senin)");
        check(
            "PRESIDEN berkata hujan turun dan sungai meluap hari ini - lagi",
            "PRESIDEN berkata hujan turun dan sungai meluap hari ini - lagi",
        );
    }

    #[test]
    fn lines_about_other_news_are_cut() {
        check("Hujan turun.\nBaca juga: Banjir surut\nWarga pulang.\nEditor : Siti", "Hujan turun.\nWarga pulang.");
        check("Pembaca juga senang.", "Pembaca juga senang.");
    }
}
