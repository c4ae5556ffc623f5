//! Whatever comes is read within its limits, and nothing panics.

use chrono_tz::Tz;
use proptest::prelude::*;

use super::*;

const PAGE: &str = r#"<html lang="id"><head><title>Jembatan - Kabar</title><script type="application/ld+json">
{"@type":["NewsArticle"],"headline":"Jembatan","author":{"name":"Rina, Tono"},"datePublished":"2020-12-17"}</script>
<meta property="og:image" content="/a.jpg"><link rel=canonical href=/a></head><body><h1>Jembatan</h1><div>Rina | Daerah</div>
<div>17/12/2020 11:35</div><figure><img src=/a.jpg><figcaption>Warga (Ist)</figcaption></figure><div><p>Warga berjalan, lalu
pulang ke rumah masing-masing, dan hujan pun turun.</p><p>Baca juga: <a href=/b>Pasar</a></p><p>Hujan reda, warga kembali
bekerja, dan jembatan dibuka lagi oleh panitia pada sore hari, kata ketuanya. (OL-4)</p></div><h3>Opini</h3></body></html>"#;

fn read_all(pages: &[String]) -> Vec<Result<ParsedItem, NotAnArticle>> {
    let documents = pages.iter().map(|page| Document { body: page.clone().into_bytes(), ..Document::default() });
    read(&documents.collect::<Vec<_>>(), Policy { timezone: Tz::Asia__Jakarta })
}

/// The page with pieces moved, doubled and left out.
fn mutated(edits: &[(usize, usize, usize)]) -> String {
    let mut letters: Vec<char> = PAGE.chars().collect();
    for (from, length, to) in edits {
        let from = from % letters.len();
        let piece: Vec<char> = letters[from..(from + length).min(letters.len())].to_vec();
        if to % 3 == 0 && piece.len() < letters.len() {
            letters.drain(from..from + piece.len());
        } else {
            let at = to % letters.len();
            letters.splice(at..at, piece);
        }
    }
    letters.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_broken_page_is_read_or_refused(edits in prop::collection::vec((0..2_000_usize, 1..200_usize, 0..2_000_usize), 0..12)) {
        let page = mutated(&edits);
        prop_assert_eq!(read_all(std::slice::from_ref(&page)), read_all(std::slice::from_ref(&page)));
    }

    #[test]
    fn any_markup_is_read_or_refused(parts in prop::collection::vec("<(p|h1|a href=/b|img src=c|br|/p|table|li|!--)>|[a-z (),:.0-9|]{0,30}", 0..80)) {
        prop_assert_eq!(read_all(&[format!("<title>a</title>{}", parts.concat())]).len(), 1);
    }
}

#[test]
fn the_page_that_is_broken_above_is_read_whole() {
    let read = read_all(&[PAGE.to_owned()]).remove(0).unwrap_or_default();
    assert_eq!(read.authors.len(), 2);
    assert!(read.content.is_some_and(|content| content.value.ends_with("kata ketuanya.</p></div></div>")));
}

#[test]
fn deep_and_large_pages_are_refused() {
    let deep = format!("<title>a</title>{}", "<div><p>a".repeat(10_000));
    let crowd = format!("<title>a</title>{}", "<p>a b c, d</p>".repeat(60_000));
    let large = "a".repeat(MAX_ARTICLE_BYTES + 1);
    assert!(read_all(&[deep, crowd, large]).iter().all(Result::is_err));
}
