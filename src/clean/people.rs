//! Persons as documents write them in, names and mail addresses apart out.

use url::Url;

use super::address;
use super::text;
use crate::model::{Author, Contributor, MAX_PERSON_CHARS, Person, TextKind};

/// A person with everything that was told apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Told {
    pub(super) name: Option<String>,
    pub(super) email: Option<String>,
}

/// Authors for show, and the mail addresses that were told of them.
pub(super) fn authors(people: &[Person], base: Option<&Url>) -> (Vec<Author>, Vec<String>) {
    let (mut authors, mut emails) = (Vec::new(), Vec::new());
    for person in people {
        let told = tell_apart(person);
        let author = Author {
            name: told.name,
            url: person.url.as_deref().and_then(|url| address::resolve(url, base)),
            avatar: person.avatar.as_deref().and_then(|avatar| address::resolve(avatar, base)),
        };
        if author != Author::default() && !authors.contains(&author) {
            authors.push(author);
        }
        emails.extend(told.email.filter(|email| !emails.contains(email)));
    }
    (authors, emails)
}

/// Others with their parts.
pub(super) fn contributors(people: &[Person], base: Option<&Url>) -> Vec<Contributor> {
    let mut contributors = Vec::new();
    for person in people {
        let told = tell_apart(person);
        let contributor = Contributor {
            name: told.name,
            email: told.email,
            url: person.url.as_deref().and_then(|url| address::resolve(url, base)),
            role: person.role.as_deref().and_then(|role| super::line(role, MAX_PERSON_CHARS)),
        };
        let is_someone = contributor.name.is_some() || contributor.email.is_some() || contributor.url.is_some();
        if is_someone && !contributors.contains(&contributor) {
            contributors.push(contributor);
        }
    }
    contributors
}

/// "name (mail)", "mail (name)", "name `<mail>`" and a mail alone, told apart (RSS 2.0 `author`).
pub(super) fn tell_apart(person: &Person) -> Told {
    let email = person.email.as_deref().and_then(mail);
    let Some(written) = person.name.as_deref() else { return Told { name: None, email } };
    // Reading this as markup would lose "<mail>".
    let written = match written.split_once('<') {
        Some((name, rest)) if mail(rest.trim_end_matches(['>', ' ', '\n'])).is_some() => {
            format!("{name} ({})", rest.trim_end_matches(['>', ' ', '\n']))
        }
        _ => text::plain(written, TextKind::Unknown),
    };
    let written = text::collapse(&written);
    let Some(found) = written.split([' ', '(', ')', '<', '>', ',', '"']).find(|word| mail(word).is_some()) else {
        return Told { name: name(&written), email };
    };
    let rest = written.replacen(found, "", 1).replace("()", "").replace("<>", "");
    let rest = rest.trim();
    let inner = rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(rest);
    Told { name: name(inner), email: email.or_else(|| mail(found)) }
}

fn name(text: &str) -> Option<String> {
    // Both at once, so that what is left of quotation marks around blanks is read the same a second time.
    let text = text.trim_matches(|letter: char| letter == '"' || letter.is_whitespace());
    (!text.is_empty()).then(|| text::shorten(text.to_owned(), MAX_PERSON_CHARS).0)
}

fn mail(text: &str) -> Option<String> {
    let text = text.trim();
    let text = text.strip_prefix("mailto:").unwrap_or(text);
    let (user, host) = text.split_once('@')?;
    let fits = |part: &str| {
        !part.is_empty() && !part.contains(|letter: char| letter.is_whitespace() || "()<>,;:\"@[]\\".contains(letter))
    };
    let sane = fits(user) && fits(host) && text.len() <= 254 && !text.chars().any(char::is_control);
    sane.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(written: &str, name: &str, email: &str) {
        let told = tell_apart(&Person { name: Some(written.to_owned()), ..Person::default() });
        assert_eq!(told.name.as_deref().unwrap_or_default(), name, "{written}");
        assert_eq!(told.email.as_deref().unwrap_or_default(), email, "{written}");
    }

    #[test]
    fn names_and_mails_are_told_apart() {
        check("Budi Santoso", "Budi Santoso", "");
        check("budi@a.example", "", "budi@a.example");
        check("budi@a.example (Budi Santoso)", "Budi Santoso", "budi@a.example");
        check("Budi Santoso (budi@a.example)", "Budi Santoso", "budi@a.example");
        check("Budi Santoso <budi@a.example>", "Budi Santoso", "budi@a.example");
        check("\"Budi\" <budi@a.example>", "Budi", "budi@a.example");
        check("Budi budi@a.example", "Budi", "budi@a.example");
        check("  Siti \n Aminah ", "Siti Aminah", "");
        check("<b>Siti</b>", "Siti", "");
        check("Siti &amp; Budi", "Siti & Budi", "");
        check("", "", "");
        check("@warta", "@warta", "");
        check("\" \" \"", "", "");
        check("\" \"Budi\" \"", "Budi", "");
    }
}
