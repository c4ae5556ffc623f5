//! What besides the store decides about the bytes of outputs: one hash over it. A change of it draws everything anew.

use xxhash_rust::xxh3::xxh3_128;

use crate::config::{Config, FeedConfig};
use crate::fetch;
use crate::model::Theme;
use crate::render;

/// The hash, in hexadecimal. Settings that no output shows are not in it, so that a longer timeout redraws nothing.
pub(super) fn of(config: &Config, theme: &Theme) -> String {
    let shown = |feed: &FeedConfig| {
        let FeedConfig { key, sections, title, outlet, language, republish, publication, .. } = feed;
        format!(
            "{key:?} {sections:?} {title:?} {outlet:?} {language:?} {republish:?} {publication:?} {}",
            feed.auth.is_some()
        )
    };
    let feeds: Vec<String> = config.feeds.iter().map(shown).collect();
    let sections: Vec<String> = config
        .sections
        .iter()
        .map(|section| {
            let crate::config::SectionConfig {
                id,
                title,
                description,
                language,
                items,
                items_for,
                items_max,
                robots,
                publication,
                in_all,
                sitemap,
                was,
                ..
            } = section;
            format!(
                "{id:?} {title:?} {description:?} {language:?} {items} {items_for:?} {items_max} {robots:?} {publication:?} {in_all} {sitemap} {was:?}"
            )
        })
        .collect();
    let publish = &config.publish;
    let text = format!(
        "{} {:?} {theme:?} {} {:?} {:?} {:?} {:?} {:?} {} {:?} {} {} {:?} {:?} {sections:?} {feeds:?}",
        env!("CARGO_PKG_VERSION"),
        render::own_theme(),
        publish.show_also,
        config.site,
        fetch::own_hub(config).is_some(),
        config.sitemap,
        config.dedup,
        publish.items,
        publish.items_max,
        publish.items_for,
        publish.sources,
        publish.archives,
        publish.robots_extra,
        publish.first_batch,
    );
    format!("{:032x}", xxh3_128(text.as_bytes()))
}
