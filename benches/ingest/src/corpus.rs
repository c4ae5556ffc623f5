//! A seed in, news feeds out: RSS 2.0 and Atom 1.0 as outlets write them, well-formed, with bodies of HTML in Indonesian
//! and English. The same seed gives the same bytes on every machine.

mod atom;
mod prose;
mod rss;

use fastrand::Rng;

/// Bytes that a document is aimed at, at least and at most.
const SIZES: std::ops::RangeInclusive<usize> = 8_000..=260_000;

/// Which crates can read a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
}

impl Kind {
    /// Both, in the order of their numbers.
    pub const ALL: [Self; 2] = [Self::Rss, Self::Atom];
}

/// One document of the corpus.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its format.
    pub kind: Kind,
    /// The address that it would have been fetched from.
    pub url: String,
    /// Its bytes, UTF-8.
    pub body: Vec<u8>,
}

/// Writes `count` documents. Of each four, two are RSS with whole articles, one is RSS with escaped descriptions, one
/// is Atom.
pub fn generate(seed: u64, count: usize) -> Vec<Document> {
    (0..count)
        .map(|at| {
            let mut rng = Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(at as u64));
            // Short documents are the common ones: the smaller of two draws.
            let size = rng.usize(SIZES).min(rng.usize(SIZES)) + SIZES.start() / 2;
            let outlet = prose::Outlet::draw(&mut rng);
            let (kind, text) = match at % 4 {
                0 | 1 => (Kind::Rss, rss::write(&mut rng, &outlet, size, rss::Body::Whole)),
                2 => (Kind::Rss, rss::write(&mut rng, &outlet, size, rss::Body::Escaped)),
                _ => (Kind::Atom, atom::write(&mut rng, &outlet, size)),
            };
            Document { kind, url: format!("https://{}/feed/", outlet.host), body: text.into_bytes() }
        })
        .collect()
}

/// Text as XML has it.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_bytes() {
        let bodies = |seed| generate(seed, 4).into_iter().map(|document| document.body).collect::<Vec<_>>();
        assert_eq!(bodies(1), bodies(1));
        assert_ne!(bodies(1), bodies(2));
    }

    #[test]
    fn every_contender_reads_every_document() {
        for document in generate(7, 16) {
            let items = feed_rs::parser::parse(document.body.as_slice()).expect("feed-rs reads it").entries.len();
            let theirs = match document.kind {
                Kind::Rss => ::rss::Channel::read_from(document.body.as_slice()).expect("rss reads it").items().len(),
                Kind::Atom => {
                    let feed = atom_syndication::Feed::read_from(document.body.as_slice());
                    feed.expect("atom_syndication reads it").entries().len()
                }
            };
            assert!(items > 0);
            assert_eq!(items, theirs);
        }
    }
}
