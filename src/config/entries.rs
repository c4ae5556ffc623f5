//! Sections and feeds: each read by itself, then held against the others.

use std::collections::HashMap;
use std::time::Duration;

use super::check::{
    MAX_INTERVAL, MAX_ITEMS_FOR, MAX_SHOWN, Surroundings, most_is_not_less, number, publication, required,
};
use super::credential::{self, Credential};
use super::keys::{self, AUTH, SELECT};
use super::meant::{Config, FeedConfig, Place, SectionConfig};
use super::reader::{At, Given, Mistake, Reader, Table};
use super::root::Root;
use super::rules;
use super::values as read;
use crate::model::{HoldScope, IdentityRule, Republish, Robots, Select, Timestamp};
use crate::notation::address::masked;
use crate::notation::cron::Cron;
use crate::notation::duration::format_duration;

/// Times of a cron expression that are looked at to tell how close they lie.
const TIMES_LOOKED_AT: usize = 64;
/// Request headers that one feed can have of its own.
const MAX_HEADERS: usize = 32;

/// Reads every `[[section]]`; one without a usable id is left out.
pub(super) fn sections<'a>(
    reader: &mut Reader<'a>,
    tables: &[Table<'a>],
    config: &Config,
    around: &Surroundings<'_>,
) -> Vec<SectionConfig> {
    let mut seen = HashMap::new();
    let mut sections = Vec::new();
    for table in tables {
        let Some(section) = section(reader, table, config, around) else { continue };
        once(reader, table, "id", "section", &section.id, &mut seen);
        sections.push(section);
    }
    former_ids(reader, tables, &sections);
    sections
}

/// The addresses of an id lead to one section: a former id is no section's present one, and no other section's former
/// one.
fn former_ids<'a>(reader: &mut Reader<'a>, tables: &[Table<'a>], sections: &[SectionConfig]) {
    let mut owners: HashMap<&str, &SectionConfig> =
        sections.iter().map(|section| (section.id.as_str(), section)).collect();
    for section in sections.iter().filter(|section| !section.was.is_empty()) {
        let Some(given) = given_in(reader, tables, &section.place, "was") else { continue };
        for id in &section.was {
            let Some(owner) = owners.insert(id, section) else { continue };
            let Place { file, line } = &owner.place;
            let (message, right) = match owner.id == *id {
                true if section.id == *id => (format!("`{id}` in was is this section's own id"), "leave it out"),
                false if section.id == owner.id => (format!("`{id}` stands in was twice"), "name it once"),
                true => (
                    format!("`{id}` in was is the id of the section in {file}:{line}"),
                    "leave it out, or give that section another id; an address leads to one section",
                ),
                false => (
                    format!("`{id}` in was stands in the section in {file}:{line} already"),
                    "leave it in one of the two",
                ),
            };
            reader.mistake(given.at, message, right);
            owners.insert(id, owner);
        }
    }
}

/// What a key of the table that stands at this place was given.
fn given_in<'a>(reader: &Reader<'a>, tables: &[Table<'a>], at: &Place, key: &str) -> Option<Given<'a>> {
    tables.iter().find(|table| place(reader, table.at) == *at)?.get(key)
}

fn section<'a>(
    reader: &mut Reader<'a>,
    table: &Table<'a>,
    config: &Config,
    around: &Surroundings<'_>,
) -> Option<SectionConfig> {
    const ROBOTS: [(&str, Robots); 2] = [("index", Robots::Index), ("noindex", Robots::Noindex)];
    let id = required(reader, table, "id", read::section_id);
    let publish = &config.publish;
    let section = SectionConfig {
        title: reader.read(table, "title", read::text).or_else(|| id.clone()).unwrap_or_default(),
        id: id.clone().unwrap_or_default(),
        description: reader.read(table, "description", read::text).unwrap_or_default(),
        language: reader.read(table, "language", read::language).unwrap_or_else(|| config.site.language.clone()),
        items: reader.read(table, "items", read::count(1..=MAX_SHOWN)).unwrap_or(publish.items),
        items_for: reader
            .read(table, "items_for", read::duration(Duration::ZERO..=MAX_ITEMS_FOR))
            .unwrap_or(publish.items_for),
        items_max: reader.read(table, "items_max", read::count(1..=MAX_SHOWN)).unwrap_or(publish.items_max),
        interval: reader.read(table, "interval", read::duration(around.interval_floor..=MAX_INTERVAL)),
        cron: cron(reader, table, config),
        robots: reader.read(table, "robots", read::word(&ROBOTS, &[])),
        publication: publication(reader, table),
        in_all: reader.read(table, "in_all", read::boolean).unwrap_or(true),
        sitemap: reader.read(table, "sitemap", read::boolean).unwrap_or(true),
        was: reader.list(table, "was", r#"["old-id"]"#, read::section_id).unwrap_or_default(),
        rules: rules::named(reader, table),
        place: place(reader, table.at),
    };
    most_is_not_less(reader, table, ("items", section.items), ("items_max", section.items_max), number);
    id.map(|_| section)
}

/// Reads every `[[feed]]`; one without a usable address is left out.
pub(super) fn feeds<'a>(
    reader: &mut Reader<'a>,
    tables: &[Table<'a>],
    config: &Config,
    around: &Surroundings<'_>,
) -> Vec<FeedConfig> {
    let mut seen = HashMap::new();
    let mut feeds = Vec::new();
    for table in tables {
        let Some(feed) = feed(reader, table, config, around) else { continue };
        once(reader, table, "url", "feed", feed.url.as_str(), &mut seen);
        feeds.push(feed);
    }
    former_addresses(reader, tables, &feeds);
    feeds
}

/// What is stored under an address can become one feed's alone: a former address is nobody's present one, and no
/// other feed's former one.
fn former_addresses<'a>(reader: &mut Reader<'a>, tables: &[Table<'a>], feeds: &[FeedConfig]) {
    let mut owners: HashMap<&str, &Place> = feeds.iter().map(|feed| (feed.key.as_str(), &feed.place)).collect();
    for feed in feeds.iter().filter(|feed| !feed.was.is_empty()) {
        let Some(given) = given_in(reader, tables, &feed.place, "was") else { continue };
        for address in &feed.was {
            if let Some(owner) = owners.insert(address, &feed.place) {
                let shown = masked(address);
                let message = format!("`{shown}` in was belongs to the feed in {}:{} already", owner.file, owner.line);
                reader.mistake(given.at, message, "leave it in one of the two");
            }
        }
    }
}

fn feed<'a>(
    reader: &mut Reader<'a>,
    table: &Table<'a>,
    config: &Config,
    around: &Surroundings<'_>,
) -> Option<FeedConfig> {
    const REPUBLISH: [(&str, Republish); 3] =
        [("full", Republish::Full), ("summary", Republish::Summary), ("link", Republish::Link)];
    const IDENTITY: [(&str, IdentityRule); 4] = [
        ("auto", IdentityRule::Auto),
        ("guid", IdentityRule::Guid),
        ("link", IdentityRule::Link),
        ("content", IdentityRule::Content),
    ];
    const SCOPE: [(&str, HoldScope); 3] =
        [("host", HoldScope::Host), ("feed", HoldScope::Feed), ("domain", HoldScope::Domain)];
    let address = required(reader, table, "url", |given| Ok((key_of(given), read::web_address(given)?)));
    let sections = sections_of(reader, table, config);
    let title = reader.read(table, "title", read::text);
    let outlet = reader.read(table, "outlet", read::text);
    let language = reader.read(table, "language", read::language);
    let timezone = reader.read(table, "timezone", read::zone);
    let interval = reader.read(table, "interval", read::duration(around.interval_floor..=MAX_INTERVAL));
    let cron = cron(reader, table, config);
    let headers = headers(reader, table);
    let user_agent = reader.read(table, "user_agent", read::header_value);
    let auth = auth(reader, table, around);
    let paused = reader.read(table, "paused", read::boolean).unwrap_or(false);
    let http1_only = reader.read(table, "http1_only", read::boolean).unwrap_or(false);
    let republish = reader.read(table, "republish", read::word(&REPUBLISH, &[]));
    let publication = publication(reader, table);
    let identity = reader.read(table, "identity", read::word(&IDENTITY, &[])).unwrap_or_default();
    let scope = reader.read(table, "scope", read::word(&SCOPE, &[])).unwrap_or_default();
    let was = reader
        .list(table, "was", r#"["https://example.com/old.xml"]"#, |given| {
            read::web_address(given).map(|_| key_of(given))
        })
        .unwrap_or_default();
    let select = select(reader, table);
    let rules = rules::named(reader, table);
    let (key, url) = address?;
    Some(FeedConfig {
        key,
        url,
        sections,
        title,
        outlet,
        language,
        timezone,
        interval,
        cron,
        headers,
        user_agent,
        auth,
        paused,
        http1_only,
        republish,
        publication,
        identity,
        select,
        scope,
        was,
        rules,
        place: place(reader, table.at),
    })
}

/// The address as it is written.
fn key_of(given: &Given<'_>) -> String {
    given.value.as_str().unwrap_or_default().trim().to_owned()
}

/// `section = "id"` or a list of ids, each of them known.
fn sections_of<'a>(reader: &mut Reader<'a>, table: &Table<'a>, config: &Config) -> Vec<String> {
    let Some(given) = table.get("section") else { return Vec::new() };
    let known = |given: &Given<'a>| known_section(given, config);
    let ids = if given.value.is_array() {
        reader.list(table, "section", r#"["id"]"#, known).unwrap_or_default()
    } else {
        reader.read(table, "section", known).into_iter().collect()
    };
    let mut sections: Vec<String> = Vec::new();
    for id in ids {
        if sections.contains(&id) {
            reader.mistake(given.at, format!("section `{id}` stands twice in the list"), "name it once");
        } else {
            sections.push(id);
        }
    }
    sections
}

pub(super) fn known_section(given: &Given<'_>, config: &Config) -> Result<String, Mistake> {
    let id = read::string(given, r#"write the id of a section, or a list of ids"#)?;
    if config.section(id).is_some() {
        return Ok(id.to_owned());
    }
    let ids = || config.sections.iter().map(|section| section.id.as_str());
    if let Some(section) = config.sections.iter().find(|section| section.was.iter().any(|was| was == id)) {
        return Err(Mistake::new("names a section that has another id now", format!("write \"{}\"", section.id)));
    }
    let right = match keys::nearest(id, ids()) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None if config.sections.is_empty() => "write a [[section]] with that id".to_owned(),
        None => format!("write one of {}, or a [[section]] with that id", ids().collect::<Vec<_>>().join(", ")),
    };
    Err(Mistake::new("names no section", right))
}

/// `cron = "0 6 * * *"`, by the site's clocks, in place of an interval.
fn cron<'a>(reader: &mut Reader<'a>, table: &Table<'a>, config: &Config) -> Option<Cron> {
    let cron = reader.read(table, "cron", read::cron(config.site.timezone));
    if let (Some(given), Some(_)) = (table.get("cron"), table.get("interval")) {
        reader.mistake(given.at, "`cron` stands beside `interval`", "keep one of the two");
    }
    cron
}

/// `headers = { Name = "value" }`.
fn headers<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> Vec<(String, String)> {
    let Some(given) = table.get("headers") else { return Vec::new() };
    let Some(written) = given.value.as_table() else {
        let shown = reader.shown(&given);
        reader.mistake(given.at, format!("headers = {shown} is no table"), "write headers = { Name = \"value\" }");
        return Vec::new();
    };
    if written.len() > MAX_HEADERS {
        reader.mistake(given.at, format!("{} headers are too many", written.len()), format!("keep {MAX_HEADERS}"));
    }
    let mut headers = Vec::new();
    for (name, value) in written {
        if let Err(mistake) = read::header_name(name.get_ref()) {
            let at = At::new(given.at.source, name.span());
            reader.mistake(at, format!("header `{}` {}", name.get_ref().escape_debug(), mistake.wrong), mistake.right);
            continue;
        }
        let value = reader.element(&given, value);
        if let Some(value) = reader.judge(name.get_ref(), &value, read::header_value) {
            headers.push((name.get_ref().to_string(), value));
        }
    }
    headers
}

/// `select = { item = "..", .. }`, of which only the item has no default.
fn select<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> Option<Select> {
    let inner = reader.inline(table, "select", &SELECT)?;
    let item = required(reader, &inner, "item", read::selector);
    let mut part = |key: &str| reader.read(&inner, key, read::selector);
    let (title, link, date) = (part("title"), part("link"), part("date"));
    let (summary, image) = (part("summary"), part("image"));
    Some(Select { item: item?, title, link, date, summary, image })
}

/// `auth = { credential = "name" }`, with the credential itself.
pub(super) fn auth<'a>(reader: &mut Reader<'a>, table: &Table<'a>, around: &Surroundings<'_>) -> Option<Credential> {
    let inner = reader.inline(table, "auth", &AUTH)?;
    let name = required(reader, &inner, "credential", read::credential_name)?;
    let at = inner.get("credential")?.at;
    let variable = credential::variable(&name);
    let right = format!("put `user:password` or `Bearer TOKEN` in $CREDENTIALS_DIRECTORY/{name} or in {variable}");
    match (around.credential)(&name) {
        Ok(Some(text)) => match Credential::from_text(&name, &text) {
            Ok(credential) => return Some(credential),
            Err(wrong) => reader.mistake(at, format!("the credential `{name}` {wrong}"), right),
        },
        Ok(None) => reader.mistake(at, format!("the credential `{name}` is missing"), right),
        Err(why) => reader.mistake(at, format!("the credential `{name}` cannot be read ({why})"), right),
    }
    None
}

/// Notes it when a value that must be there once was seen before.
pub(super) fn once<'a>(
    reader: &mut Reader<'a>,
    table: &Table<'a>,
    key: &str,
    what: &str,
    value: &str,
    seen: &mut HashMap<String, At>,
) {
    let Some(given) = table.get(key) else { return };
    let Some(first) = seen.get(value) else {
        seen.insert(value.to_owned(), given.at);
        return;
    };
    let place = place(reader, *first);
    let message = format!("this {what} stands in {}:{} already", place.file, place.line);
    reader.mistake(given.at, message, format!("keep one of the two, or give this one another {key}"));
}

/// Warns of what is legal and most likely not meant.
pub(super) fn warn_of_what_is_not_meant<'a>(reader: &mut Reader<'a>, root: &Root<'a>, config: &Config) {
    if root.feeds.is_empty() {
        reader.warn(At::new(0, 0..0), "there is no [[feed]]", "add one, or run `warta add URL`");
    }
    for table in &root.sections {
        let Some(given) = table.get("id") else { continue };
        let Some(id) = given.value.as_str().filter(|id| config.section(id).is_some()) else { continue };
        if config.feeds_of(id).next().is_none() {
            reader.warn(given.at, format!("section `{id}` has no feed"), "name it in a [[feed]], or leave it out");
        }
    }
    for table in &root.feeds {
        if table.get("section").is_none() {
            let right = "add section = \"id\"";
            reader.warn(table.at, "this feed has no section, so its items are stored and shown nowhere", right);
        }
        warn_of_haste(reader, table, config);
    }
}

/// Warns of a feed that asks a stranger's server more often than `min_interval`.
fn warn_of_haste<'a>(reader: &mut Reader<'a>, table: &Table<'a>, config: &Config) {
    let (Some(url), Some(given)) = (table.get("url"), table.get("interval").or(table.get("cron"))) else { return };
    let Some(feed) = url.value.as_str().and_then(|url| config.feed(url.trim())) else { return };
    let floor = config.fetch.min_interval;
    let interval = feed.interval.or(feed.cron.as_ref().and_then(shortest_gap));
    if interval.is_some_and(|interval| interval < floor) && !config.is_own(&feed.url) {
        let host = feed.url.host_str().unwrap_or_default();
        let message = format!("{host} is asked more often than min_interval = \"{}\"", format_duration(floor));
        reader.warn(given.at, message, "do so with its owner's consent, or name it in [sitemap] hosts if it is yours");
    }
}

/// The shortest time between two of the first times that an expression names: those of some days or weeks.
fn shortest_gap(cron: &Cron) -> Option<Duration> {
    let times = std::iter::successors(Some(Timestamp::epoch()), |at| cron.next_after(*at));
    let times: Vec<Timestamp> = times.skip(1).take(TIMES_LOOKED_AT).collect();
    times.windows(2).map(|pair| pair[1].since(pair[0])).min()
}

pub(super) fn place(reader: &Reader<'_>, at: At) -> Place {
    Place { file: reader.source(at).name.clone(), line: reader.line(at) }
}
