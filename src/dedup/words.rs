//! Texts as words, the same for all scripts: case and diacritics folded, numbers and scores whole, no stop words.

use std::borrow::Cow;

use icu_normalizer::DecomposingNormalizerBorrowed;

use super::stop_words::is_stop_word;

/// Every word of a text, folded, in its order.
pub(super) fn words(text: &str) -> Vec<String> {
    first_words(text, usize::MAX)
}

/// The first words of a text; what stands behind them is not looked at.
pub(super) fn first_words(text: &str, most: usize) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut characters = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = characters.next() {
        if words.len() >= most {
            return words;
        }
        let joins = matches!(c, '.' | ',' | '-' | ':') && before.is_ascii_digit();
        let in_number = joins && characters.peek().is_some_and(char::is_ascii_digit);
        if is_ideograph(c) {
            finish(&mut words, &mut word);
            // Where no space parts words, two characters beside each other stand for one.
            let pair: String =
                std::iter::once(c).chain(characters.peek().copied().filter(|c| is_ideograph(*c))).collect();
            let is_last = pair.chars().count() == 1;
            if !is_last || !is_ideograph(before) {
                words.push(pair);
            }
        } else if c.is_alphanumeric() || in_number || is_mark(c) {
            word.push(c);
        } else {
            finish(&mut words, &mut word);
        }
        before = c;
    }
    finish(&mut words, &mut word);
    words
}

/// The words that tell what a text is about: neither stop words nor single letters.
pub(super) fn telling(words: &[String]) -> impl Iterator<Item = &str> {
    let tells = |word: &&str| {
        let letters = word.chars().nth(1).is_some() || word.starts_with(|c: char| c.is_ascii_digit());
        letters && !is_stop_word(word)
    };
    words.iter().map(String::as_str).filter(tells)
}

fn finish(words: &mut Vec<String>, word: &mut String) {
    if word.is_empty() {
        return;
    }
    let folded = fold(word);
    if !folded.is_empty() {
        words.push(folded);
    }
    word.clear();
}

/// Lower case without diacritics: "Café" is "cafe", and vowel signs and forms of alif make no other word.
fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let normalizer = const { DecomposingNormalizerBorrowed::new_nfkd() };
    let decomposed: Cow<'_, str> = normalizer.normalize(word);
    let lower = decomposed.chars().filter(|c| !is_mark(*c)).flat_map(char::to_lowercase);
    lower
        .map(|c| {
            if c == 'ى' {
                'ي'
            } else if c == 'ة' {
                'ه'
            } else {
                c
            }
        })
        .collect()
}

/// Diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic, and the Arabic stretch. Those of other scripts are vowels.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{610}'..='\u{61a}' | '\u{640}' | '\u{64b}'..='\u{65f}' | '\u{670}')
}

/// Chinese and Japanese characters, which stand without spaces.
fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(words(text), expected);
    }

    #[test]
    fn words_are_folded_in_every_script() {
        check("Café ÉLÉGANT cafe\u{301}", &["cafe", "elegant", "cafe"]);
        check("أَخْبَار الأخبار إلى الى", &["اخبار", "الاخبار", "الي", "الي"]);
        check("הַיּוֹם היום", &["היום", "היום"]);
        check("ΑΘΉΝΑ Αθήνα", &["αθηνα", "αθηνα"]);
        check("ﬁlm", &["film"]);
    }

    #[test]
    fn numbers_and_scores_are_words() {
        check(
            "Menang 2-0, rugi Rp1.000,50; pukul 14:30-15:30.",
            &["menang", "2-0", "rugi", "rp1.000,50", "pukul", "14:30-15:30"],
        );
        check("Bank Dunia: -5 %", &["bank", "dunia", "5"]);
    }

    #[test]
    fn ideographs_are_words_in_pairs() {
        check("日本語の見出し", &["日本", "本語", "語の", "の見", "見出", "出し"]);
        check("GDP 增长 5%, 中", &["gdp", "增长", "5", "中"]);
    }

    #[test]
    fn stop_words_of_both_languages_tell_nothing() {
        let all = words("Presiden akan bertemu dengan the President of a 7 negara");
        assert_eq!(telling(&all).collect::<Vec<_>>(), ["presiden", "bertemu", "president", "7", "negara"]);
    }
}
