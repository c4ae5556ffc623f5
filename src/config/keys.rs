//! The names that feeds.toml knows: what is read today, what is promised for later, and the nearest name to a wrong
//! one. A new setting is a row here, a field in `meant` and a line in `check`.

/// Words that a section cannot be called, because the published folder or the server has them.
pub const RESERVED_IDS: [&str; 7] = ["all", "story", "hub", "websub", "livez", "readyz", "archive"];

/// A kind of table: its name as messages write it, and its keys.
pub(super) struct Kind {
    /// Such as `[site]` or `[[feed]]`.
    pub(super) name: &'static str,
    /// Keys that are read.
    pub(super) now: &'static [&'static str],
    /// Keys that surface.md names and no room uses yet.
    pub(super) later: &'static [&'static str],
}

/// What stands before the first table, and the tables themselves.
pub(super) const ROOT: Kind = Kind {
    name: "feeds.toml",
    now: &[
        "include", "site", "storage", "publish", "server", "log", "fetch", "websub", "sitemap", "dedup", "section",
        "feed", "rule",
    ],
    later: &[],
};

/// Tables that stand once; the environment may override their keys.
pub(super) const TABLES: [(&str, &Kind); 9] = [
    ("site", &SITE),
    ("storage", &STORAGE),
    ("publish", &PUBLISH),
    ("server", &SERVER),
    ("log", &LOG),
    ("fetch", &FETCH),
    ("websub", &WEBSUB),
    ("sitemap", &SITEMAP),
    ("dedup", &DEDUP),
];

pub(super) const SITE: Kind = Kind {
    name: "[site]",
    now: &["title", "description", "base_url", "tag", "language", "timezone", "theme"],
    later: &[],
};

pub(super) const STORAGE: Kind = Kind {
    name: "[storage]",
    now: &["path", "keep"],
    later: &["feed_items", "backup_dir", "backup_at", "backup_keep"],
};

pub(super) const PUBLISH: Kind = Kind {
    name: "[publish]",
    now: &[
        "dir",
        "items",
        "items_for",
        "items_max",
        "first_batch",
        "archives",
        "robots_extra",
        "sources",
        "show_also",
        "static",
    ],
    later: &[],
};

pub(super) const SERVER: Kind = Kind { name: "[server]", now: &["listen"], later: &["admin_listen"] };

pub(super) const LOG: Kind = Kind { name: "[log]", now: &["format"], later: &[] };

pub(super) const FETCH: Kind = Kind {
    name: "[fetch]",
    now: &[
        "contact",
        "user_agent",
        "min_interval",
        "max_interval",
        "timeout",
        "max_body",
        "concurrency",
        "per_host_concurrency",
        "per_host_delay",
        "redirects",
        "allow_private_networks",
        "allow_networks",
        "proxy",
    ],
    later: &[],
};

pub(super) const WEBSUB: Kind = Kind { name: "[websub]", now: &["hub", "subscribe"], later: &[] };

pub(super) const SITEMAP: Kind = Kind { name: "[sitemap]", now: &["hosts", "publication"], later: &["stories"] };

pub(super) const DEDUP: Kind = Kind {
    name: "[dedup]",
    now: &["keep_params", "strip_params", "text", "story", "story_similarity", "window", "never_group"],
    later: &["text_overlap"],
};

pub(super) const SECTION: Kind = Kind {
    name: "[[section]]",
    now: &[
        "id",
        "title",
        "description",
        "language",
        "items",
        "items_for",
        "items_max",
        "interval",
        "cron",
        "robots",
        "publication",
        "in_all",
        "sitemap",
        "was",
        "rules",
    ],
    later: &[],
};

pub(super) const FEED: Kind = Kind {
    name: "[[feed]]",
    now: &[
        "url",
        "section",
        "title",
        "outlet",
        "language",
        "timezone",
        "interval",
        "cron",
        "headers",
        "user_agent",
        "auth",
        "paused",
        "http1_only",
        "republish",
        "publication",
        "identity",
        "select",
        "scope",
        "was",
        "rules",
    ],
    later: &["full_text", "title_suffix", "drop_lines", "max_items"],
};

pub(super) const RULE: Kind = Kind { name: "[[rule]]", now: &["name", "when", "then", "scope"], later: &[] };

pub(super) const WHEN: Kind = Kind {
    name: "when",
    now: &["title", "text", "url", "author", "tag", "feed", "language", "older_than", "missing", "any", "not"],
    later: &[],
};

pub(super) const THEN: Kind =
    Kind { name: "then", now: &["tag", "add_to", "move_to", "leave_out", "rewrite"], later: &[] };

pub(super) const REWRITE: Kind = Kind { name: "rewrite", now: &["field", "find", "with"], later: &[] };

pub(super) const PUBLICATION: Kind = Kind { name: "publication", now: &["name", "language"], later: &[] };

pub(super) const SELECT: Kind =
    Kind { name: "select", now: &["item", "title", "link", "date", "summary", "image"], later: &[] };

pub(super) const PROXY: Kind = Kind { name: "proxy", now: &["url", "auth"], later: &[] };

pub(super) const AUTH: Kind = Kind { name: "auth", now: &["credential"], later: &[] };

/// What would be right instead of the unknown `key` of a table of this kind.
pub(super) fn hint_for_unknown(kind: &Kind, key: &str) -> String {
    if let Some(near) = nearest(key, kind.now.iter().copied()) {
        return format!("did you mean `{near}`?");
    }
    if let Some(homes) = homes_of(key) {
        return format!("`{key}` stands in {homes}");
    }
    format!("{} takes {}", kind.name, kind.now.join(", "))
}

/// The tables in which a key stands, where there are any.
pub(super) fn homes_of(key: &str) -> Option<String> {
    let tables = TABLES.iter().map(|(_, kind)| *kind).chain([&SECTION, &FEED, &RULE]);
    let homes: Vec<&str> = tables.filter(|kind| kind.now.contains(&key)).map(|kind| kind.name).collect();
    let (last, others) = homes.split_last()?;
    Some(if others.is_empty() { (*last).to_owned() } else { format!("{} and {last}", others.join(", ")) })
}

/// The candidate that is nearest to a name, where one is near: at most a third of its letters changed.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase().replace('-', "_");
    let allowed = (name.chars().count() / 3).clamp(1, 3);
    candidates
        .map(|candidate| (distance(&name, &candidate.replace('-', "_")), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Longest name that is compared; a longer one is near to nothing.
const MAX_NAME: usize = 64;

/// How many letters must be added, dropped, replaced, or swapped with their neighbour (optimal string alignment).
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    if one.len().max(other.len()) > MAX_NAME {
        return usize::MAX;
    }
    let mut rows = vec![(0..=other.len()).collect::<Vec<usize>>()];
    for i in 1..=one.len() {
        let mut row = vec![i];
        for j in 1..=other.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(one[i - 1] != other[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[one.len()][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(nearest(name, FETCH.now.iter().copied()), expected, "{name}");
    }

    #[test]
    fn a_slip_of_the_keys_finds_its_name() {
        check("tiemout", Some("timeout"));
        check("min-interval", Some("min_interval"));
        check("Timeout", Some("timeout"));
        check("max_intervall", Some("max_interval"));
        check("allow_network", Some("allow_networks"));
        check("colour", None);
        check(&"x".repeat(10_000), None);
    }

    #[test]
    fn a_key_of_another_table_is_sent_home() {
        assert_eq!(hint_for_unknown(&SITE, "listen"), "`listen` stands in [server]");
        assert_eq!(hint_for_unknown(&LOG, "colour"), "[log] takes format");
    }
}
