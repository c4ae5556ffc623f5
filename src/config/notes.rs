//! What `check` tells of a configuration that is right: which defaults hold, and why.

use super::meant::{Config, SectionConfig};
use crate::model::Robots;

/// Sentences for people about what the defaults decided, in the order of the file.
#[must_use]
pub fn notes(config: &Config) -> Vec<String> {
    let mut notes = Vec::new();
    let host = config.site.base_url.host_str().unwrap_or_default();
    let loopback = matches!(host, "localhost" | "[::1]") || host.starts_with("127.");
    if config.site.tag.is_none() && loopback {
        notes.push(format!(
            "ids are provisional: {} is loopback and [site] tag is not set; set one of the two before others read them",
            config.site.base_url
        ));
    }
    notes.extend(config.sections.iter().map(|section| robots_note(config, section)));
    notes
}

/// Whether search engines may show a section, and why.
fn robots_note(config: &Config, section: &SectionConfig) -> String {
    let (id, hosts) = (&section.id, config.sitemap.hosts.join(", "));
    let own = config.feeds_of(id).find(|feed| config.is_own(&feed.url));
    match (section.robots, own.and_then(|feed| feed.url.host_str())) {
        (Some(Robots::Index), _) => format!("section {id} is index: robots says so"),
        (Some(Robots::Noindex), _) => format!("section {id} is noindex: robots says so"),
        (None, Some(host)) => format!("section {id} is index: it reads {host}, which is yours"),
        (None, None) => format!("section {id} is noindex: none of its feeds lies on [sitemap] hosts ({hosts})"),
    }
}
