//! `Link` header lines (RFC 8288), and which links offer a feed. Text in, text out; what is broken is passed over.

use crate::model::MAX_HEADER_LINKS;

/// Media types of feeds, or their parts; parameters may follow.
const FEED_TYPES: [&str; 4] = ["rss+xml", "atom+xml", "feed+json", "rdf+xml"];
/// What names a feed of comments in its address or title, in languages of the web.
const COMMENTS: [&str; 5] = ["comment", "komentar", "kommentar", "comentari", "commenti"];

/// One link of a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Where it leads, as written: it may be relative.
    pub target: String,
    /// Its relation types, separated by blanks.
    pub rel: String,
    /// Its media type.
    pub media_type: String,
    /// Its title.
    pub title: String,
}

impl Link {
    /// Whether it offers the same as a feed.
    #[must_use]
    pub fn is_feed(&self) -> bool {
        is_feed(&self.rel, &self.media_type)
    }
}

/// Whether a link with this `rel` and `type` offers a feed.
#[must_use]
pub fn is_feed(rel: &str, media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    rel.split_ascii_whitespace().any(|rel| rel.eq_ignore_ascii_case("alternate"))
        && FEED_TYPES.iter().any(|known| media_type.contains(known))
}

/// Whether a feed is about what readers say of articles, by its address and title: nobody means it who names a page.
#[must_use]
pub fn is_of_comments(address: &str, title: &str) -> bool {
    let text = format!("{address}\n{title}").to_lowercase();
    COMMENTS.iter().any(|word| text.contains(word))
}

/// The links of a header, all its lines as one list. One that speaks of another document (`anchor`) is left out.
#[must_use]
pub fn links(header: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = header;
    while links.len() < MAX_HEADER_LINKS {
        let Some((_, after)) = rest.split_once('<') else { break };
        let Some((target, after)) = after.split_once('>') else { break };
        let mut is_of_another = false;
        let mut link = Link { target: target.trim().to_owned(), ..Link::default() };
        rest = parameters(after, |name, value| match name.to_ascii_lowercase().as_str() {
            // The first of a name counts (RFC 8288 3).
            "rel" if link.rel.is_empty() => link.rel = value,
            "type" if link.media_type.is_empty() => link.media_type = value,
            "title" if link.title.is_empty() => link.title = value,
            "anchor" => is_of_another = true,
            _ => {}
        });
        if !is_of_another {
            links.push(link);
        }
    }
    links
}

/// Reads `; name="value"` until a comma that stands outside of quotes; gives what follows it.
fn parameters(text: &str, mut each: impl FnMut(&str, String)) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';');
        let end = rest.find(['=', ';', ',']).unwrap_or(rest.len());
        let name = rest[..end].trim();
        rest = &rest[end..];
        if let Some(value) = rest.strip_prefix('=') {
            let (value, after) = value_of(value.trim_start());
            each(name, value);
            rest = after;
        }
        if rest.is_empty() || rest.starts_with(',') {
            return rest.strip_prefix(',').unwrap_or(rest);
        }
    }
}

/// A value, in quotes or bare, and what follows it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in quoted.char_indices() {
        match c {
            _ if std::mem::take(&mut escaped) => value.push(c),
            '\\' => escaped = true,
            '"' => {
                let rest = &quoted[at + 1..];
                return (value, &rest[rest.find([';', ',']).unwrap_or(rest.len())..]);
            }
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(header: &str, expected: &[(&str, &str, &str, &str)]) {
        let links = links(header);
        let found: Vec<_> = links
            .iter()
            .map(|link| (link.target.as_str(), link.rel.as_str(), link.media_type.as_str(), link.title.as_str()))
            .collect();
        assert_eq!(found, expected, "{header}");
    }

    #[test]
    fn links_are_read_in_every_spelling() {
        check("", &[]);
        check("</a>", &[("/a", "", "", "")]);
        check(
            "<https://a.example/feed>; rel=\"alternate\"; type=\"application/rss+xml\"; title=\"A, B; \\\"C\\\"\", </b>;rel=next",
            &[("https://a.example/feed", "alternate", "application/rss+xml", "A, B; \"C\""), ("/b", "next", "", "")],
        );
        check(
            "< /a > ; REL = alternate ; flag ; rel=other , <b,c>",
            &[("/a", "alternate", "", ""), ("b,c", "", "", "")],
        );
        check("</a>; title=\"never ends, <b>", &[("/a", "", "", "never ends, <b>")]);
        check("nonsense, <also", &[]);
        check("</a>; anchor=\"/b\"; rel=next, </c>", &[("/c", "", "", "")]);
        assert_eq!(links(&"<a>,".repeat(1_000)).len(), MAX_HEADER_LINKS);
    }

    #[test]
    fn feeds_are_told_from_other_links() {
        let feed = |rel: &str, media_type: &str| is_feed(rel, media_type);
        assert!(feed("alternate", "application/rss+xml"));
        assert!(feed("home ALTERNATE", "Application/Atom+XML; charset=utf-8"));
        assert!(feed("alternate", "application/feed+json"));
        assert!(!feed("stylesheet alternate-x", "application/rss+xml"));
        assert!(!feed("alternate", "application/json+oembed"));
        assert!(is_of_comments("https://a.example/comments/feed/", ""));
        assert!(is_of_comments("https://a.example/2", "Kabar » Umpan Komentar"));
        assert!(!is_of_comments("https://a.example/feed/", "Kabar » Feed"));
    }

    proptest! {
        #[test]
        fn no_header_panics(header in "[<>;,=\"\\\\ a-cé]{0,60}") {
            let _ = links(&header);
        }
    }
}
