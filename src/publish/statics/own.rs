//! Which paths of the published folder are warta's own, whether or not anything is published there just now: so that a
//! file of the operator's never has to give way later. Pure.

use std::collections::HashSet;

use crate::config::Config;
use crate::publish::view::ALL;

/// Names at the root, beside the sitemaps.
const ROOT: [&str; 6] = ["index.html", "feeds.opml", "sources.opml", "robots.txt", "style.css", "favicon.svg"];
/// Folders and addresses that are warta's with all that lies in them.
const WHOLE: [&str; 5] = ["story", "hub", "websub", "livez", "readyz"];
/// Names in a section's folder, beside its archives.
const SECTION: [&str; 5] = ["index.html", "rss.xml", "atom.xml", "feed.json", "archive"];

/// Knows the sections.
#[derive(Debug, Default)]
pub(in crate::publish) struct Own {
    sections: HashSet<String>,
    /// Their former ids, of which every address leads elsewhere.
    former: HashSet<String>,
    /// Those that left feeds.toml: their pages and feeds must go, whatever becomes of the operator's files.
    removed: HashSet<String>,
}

impl Own {
    pub(in crate::publish) fn new(
        config: &Config,
        former: impl IntoIterator<Item = String>,
        removed: impl IntoIterator<Item = String>,
    ) -> Self {
        let sections = config.sections.iter().map(|section| section.id.clone());
        let named = config.sections.iter().flat_map(|section| section.was.clone());
        Self {
            sections: sections.chain([ALL.to_owned()]).collect(),
            former: named.chain(former).collect(),
            removed: removed.into_iter().collect(),
        }
    }

    /// Whether a file of this path would lie where one of warta's folders has to be.
    pub(in crate::publish) fn is_folder(&self, path: &str) -> bool {
        let (first, rest) = path.split_once('/').map_or((path, None), |(first, rest)| (first, Some(rest)));
        (self.sections.contains(first) || self.former.contains(first)) && matches!(rest, None | Some("archive"))
    }

    /// Whether a plain path, or the packed form that it may look like, is warta's.
    pub(in crate::publish) fn is_own(&self, path: &str) -> bool {
        let plain = path.strip_suffix(".gz").or_else(|| path.strip_suffix(".br")).unwrap_or(path);
        let (first, rest) = plain.split_once('/').map_or((plain, None), |(first, rest)| (first, Some(rest)));
        if WHOLE.contains(&first) || self.former.contains(first) {
            return true;
        }
        match rest {
            None => ROOT.contains(&first) || is_sitemap(first) || self.sections.contains(first),
            Some(rest) => {
                let name = rest.split('/').next().unwrap_or_default();
                let is_section = self.sections.contains(first) || self.removed.contains(first);
                is_section && (SECTION.contains(&rest) || name == "archive")
            }
        }
    }
}

/// `sitemap.xml`, `sitemap-pages.xml`, `sitemap-news.xml`, `sitemap-news-2.xml` and so on.
fn is_sitemap(name: &str) -> bool {
    let Some(kind) = name.strip_prefix("sitemap").and_then(|rest| rest.strip_suffix(".xml")) else { return false };
    let number = kind.strip_prefix("-news-").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()));
    number || ["", "-pages", "-news"].contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own() -> Own {
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Own { sections: names(&["all", "nasional"]), former: names(&["berita"]), removed: names(&["usang"]) }
    }

    #[test]
    fn what_warta_publishes_or_might_publish_is_its_own() {
        let mine = "index.html robots.txt style.css sources.opml sitemap.xml sitemap-news.xml sitemap-news-17.xml \
                    sitemap-pages.xml all/index.html nasional/rss.xml nasional/archive/99.json nasional/archive \
                    nasional nasional/feed.json.gz usang/rss.xml usang/archive/1.xml.br index.html.br story/1-x/index.html hub readyz berita berita/x.png";
        let theirs = "usang usang/foto.png about.html foto/index.html sitemap-foto.xml sitemap-news-x.xml nasional/foto.png nasional/a/rss.xml \
                      feeds.html archive/2019.html .well-known/security.txt google123.html data.gz";
        for path in mine.split_whitespace() {
            assert!(own().is_own(path), "{path}");
        }
        for path in theirs.split_whitespace() {
            assert!(!own().is_own(path), "{path}");
        }
    }
}
