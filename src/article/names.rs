//! Bylines in, names out.

use crate::model::{MAX_PERSON_CHARS, Person};

/// Words of the longest name.
const MAX_WORDS: usize = 7;
/// Words of names that are written small.
const PARTICLES: &[&str] = &["al", "bin", "binti", "da", "de", "den", "der", "dos", "el", "ibn", "la", "van", "von"];

/// The names of a byline, several parted by `,`, `&`, `;`, "dan" and "and"; what stands behind a bar or a dash is a desk.
pub(super) fn split(byline: &str) -> Vec<String> {
    let byline = byline.split('|').next().unwrap_or_default();
    let byline = [" - ", " – ", " — ", " -"].iter().find_map(|dash| Some(byline.split_once(dash)?.0)).unwrap_or(byline);
    let byline = byline.replace([';', '&', '/'], ",").replace(" dan ", ",").replace(" and ", ",");
    let names = byline.split(',').map(str::trim).filter(|name| !name.is_empty());
    names.map(|name| name.chars().take(MAX_PERSON_CHARS).collect()).collect()
}

/// True for what can be a person's name and little else: a few words with capitals, without digits.
pub(super) fn is_name(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let fits = |word: &&str| {
        let begins = word.trim_start_matches('(').chars().next().is_some_and(char::is_uppercase);
        let plain = word.chars().all(|letter| letter.is_alphabetic() || "'’.-()".contains(letter));
        plain && (begins || PARTICLES.contains(word))
    };
    (1..=MAX_WORDS).contains(&words.len()) && words.iter().all(fits) && !text.contains(".c")
}

/// Somebody of whom only the name and the part is known.
pub(super) fn person(name: &str, role: Option<&str>) -> Person {
    Person { name: Some(name.to_owned()), role: role.map(str::to_owned), ..Person::default() }
}
