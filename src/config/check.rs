//! What is written becomes what is meant: a function a table, defaults applied, values held against each other.
//!
//! In come sorted tables; out go a `Config` and every problem. It reads no file.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use super::keys::{PROXY, PUBLICATION};
use super::meant::{
    Config, DedupConfig, FetchConfig, LogConfig, LogFormat, ProxyConfig, PublishConfig, ServerConfig, SiteConfig,
    SitemapConfig, StorageConfig, WebsubConfig,
};
use super::reader::{Given, Mistake, Reader, Table};
use super::root::Root;
use super::values as read;
use super::{entries, rules};
use crate::model::{MAX_REDIRECTS, Publication};
use crate::notation::duration::format_duration;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(24 * 3_600);
/// How alike two long texts are that tell one event.
const STORY_SIMILARITY: f64 = 0.30;
/// How long a story waits for its next report.
const WINDOW: Duration = Duration::from_secs(72 * 3_600);
/// Stories that wait longer are no news, and the window is held in memory.
const MAX_WINDOW: Duration = Duration::from_secs(30 * 24 * 3_600);
const DEFAULT_KEEP: Duration = Duration::from_secs(90 * 24 * 3_600);

/// The longest time between two looks at a feed that can be asked for.
pub(super) const MAX_INTERVAL: Duration = Duration::from_secs(30 * 24 * 3_600);
/// The longest time over which a section can be asked to show everything.
pub(super) const MAX_ITEMS_FOR: Duration = Duration::from_secs(30 * 24 * 3_600);
/// Items that one section can be asked to show.
pub(super) const MAX_SHOWN: usize = 5_000;
/// Requests that can be open at the same time.
const MAX_CONCURRENCY: usize = 1_000;
/// Of these, to one host.
const MAX_PER_HOST: usize = 32;

/// What `check` needs from outside.
pub(super) struct Surroundings<'a> {
    /// The file as it was named.
    pub(super) path: &'a Path,
    /// The files that it includes.
    pub(super) included: Vec<PathBuf>,
    /// The shortest interval of a feed.
    pub(super) interval_floor: Duration,
    /// The text of a credential; `Ok(None)`: it is nowhere, an `Err` says why it cannot be read.
    pub(super) credential: &'a dyn Fn(&str) -> Result<Option<String>, String>,
}

/// Reads every table. The result is what was meant as far as it can be told, and counts only without mistakes.
pub(super) fn check<'a>(reader: &mut Reader<'a>, mut root: Root<'a>, around: &Surroundings<'_>) -> Config {
    let folder = around.path.parent().unwrap_or(Path::new(""));
    let server = server(reader, &root.take("server"));
    let site = site(reader, &root.take("site"), folder, server.listen);
    let mut config = Config {
        path: around.path.to_owned(),
        included: around.included.clone(),
        storage: storage(reader, &root.take("storage"), folder),
        publish: publish(reader, &root.take("publish"), folder),
        log: log(reader, &root.take("log")),
        fetch: fetch(reader, &root.take("fetch"), around),
        websub: websub(reader, &root.take("websub")),
        sitemap: sitemap(reader, &root.take("sitemap"), &site.base_url),
        dedup: dedup(reader, &root.take("dedup")),
        site,
        server,
        sections: Vec::new(),
        feeds: Vec::new(),
        rules: Vec::new(),
    };
    config.sections = entries::sections(reader, &root.sections, &config, around);
    config.feeds = entries::feeds(reader, &root.feeds, &config, around);
    config.rules = rules::rules(reader, &root.rules, &config);
    for table in &root.sections {
        rules::names(reader, table, &config.rules, true);
    }
    for table in &root.feeds {
        rules::names(reader, table, &config.rules, false);
    }
    rules::warn_of_unnamed(reader, &root.rules, &config);
    entries::warn_of_what_is_not_meant(reader, &root, &config);
    config
}

fn site<'a>(reader: &mut Reader<'a>, table: &Table<'a>, folder: &Path, listen: SocketAddr) -> SiteConfig {
    SiteConfig {
        title: reader.read(table, "title", read::text).unwrap_or_else(|| "warta".to_owned()),
        description: reader.read(table, "description", read::text).unwrap_or_default(),
        base_url: reader.read(table, "base_url", read::base_url).unwrap_or_else(|| address_of(listen)),
        tag: reader.read(table, "tag", read::tag_authority),
        language: reader.read(table, "language", read::language).unwrap_or_else(|| "id".to_owned()),
        timezone: reader.read(table, "timezone", read::zone).unwrap_or(super::DEFAULT_TIMEZONE),
        theme: reader.read(table, "theme", read::text).map(|theme| folder.join(theme)),
    }
}

/// The address under which the server's own listener is reachable, which is the site's until it has a better one.
fn address_of(listen: SocketAddr) -> Url {
    let host = match listen.ip() {
        any if any.is_unspecified() => "127.0.0.1".to_owned(),
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => format!("[{v6}]"),
    };
    Url::parse(&format!("http://{host}:{}/", listen.port()))
        .unwrap_or_else(|_| unreachable!("an IP address and a port"))
}

fn storage<'a>(reader: &mut Reader<'a>, table: &Table<'a>, folder: &Path) -> StorageConfig {
    StorageConfig {
        path: path(reader, table, "path", folder, "data/warta.db"),
        keep: reader.read(table, "keep", read::keep).unwrap_or(Some(DEFAULT_KEEP)),
    }
}

fn publish<'a>(reader: &mut Reader<'a>, table: &Table<'a>, folder: &Path) -> PublishConfig {
    let items = reader.read(table, "items", read::count(1..=MAX_SHOWN));
    let items_max = reader.read(table, "items_max", read::count(1..=MAX_SHOWN));
    let publish = PublishConfig {
        dir: path(reader, table, "dir", folder, "data/public"),
        items: items.unwrap_or(50),
        items_for: reader.read(table, "items_for", read::duration(Duration::ZERO..=MAX_ITEMS_FOR)).unwrap_or(DAY),
        items_max: items_max.unwrap_or(500),
        first_batch: reader.read(table, "first_batch", read::count(0..=1_000)).unwrap_or(10),
        archives: reader.read(table, "archives", read::boolean).unwrap_or(true),
        robots_extra: robots_extra(reader, table),
        sources: reader.read(table, "sources", read::boolean).unwrap_or(false),
        show_also: reader.read(table, "show_also", read::boolean).unwrap_or(false),
        statics: reader.read(table, "static", read::text).map(|statics| folder.join(statics)),
    };
    if let (Some(statics), Some(given)) = (&publish.statics, table.get("static"))
        && (statics.starts_with(&publish.dir) || publish.dir.starts_with(statics))
    {
        let dir = publish.dir.display();
        let message = format!("`static` and the published folder {dir} lie in one another");
        reader.mistake(given.at, message, "name two folders of which neither holds the other");
    }
    most_is_not_less(reader, table, ("items", publish.items), ("items_max", publish.items_max), number);
    publish
}

/// Lines for robots.txt: a text of several lines, or a list of lines.
fn robots_extra<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> Vec<String> {
    let is_text = table.get("robots_extra").is_some_and(|given| given.value.is_str());
    if is_text {
        let text = reader.read(table, "robots_extra", read::text).unwrap_or_default();
        text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect()
    } else {
        reader.list(table, "robots_extra", r#"["User-agent: GPTBot", "Disallow: /"]"#, read::line).unwrap_or_default()
    }
}

fn server<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> ServerConfig {
    let default = SocketAddr::from(([127, 0, 0, 1], 8080));
    ServerConfig { listen: reader.read(table, "listen", read::listen).unwrap_or(default) }
}

fn log<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> LogConfig {
    const FORMATS: [(&str, LogFormat); 4] = [
        ("auto", LogFormat::Auto),
        ("text", LogFormat::Text),
        ("json", LogFormat::Json),
        ("journal", LogFormat::Journal),
    ];
    LogConfig { format: reader.read(table, "format", read::word(&FORMATS, &[])).unwrap_or_default() }
}

fn fetch<'a>(reader: &mut Reader<'a>, table: &Table<'a>, around: &Surroundings<'_>) -> FetchConfig {
    let contact = reader.read(table, "contact", read::header_value);
    let intervals = || read::duration(MINUTE..=MAX_INTERVAL);
    let fetch = FetchConfig {
        user_agent: reader
            .read(table, "user_agent", read::header_value)
            .unwrap_or_else(|| user_agent(contact.as_deref())),
        contact,
        min_interval: reader.read(table, "min_interval", intervals()).unwrap_or(30 * MINUTE),
        max_interval: reader.read(table, "max_interval", intervals()).unwrap_or(6 * HOUR),
        timeout: reader.read(table, "timeout", read::duration(SECOND..=10 * MINUTE)).unwrap_or(30 * SECOND),
        max_body: reader.read(table, "max_body", read::size(1 << 10..=1 << 30)).unwrap_or(16 << 20),
        concurrency: reader.read(table, "concurrency", read::count(1..=MAX_CONCURRENCY)).unwrap_or(32),
        per_host_concurrency: reader.read(table, "per_host_concurrency", read::count(1..=MAX_PER_HOST)).unwrap_or(2),
        per_host_delay: reader.read(table, "per_host_delay", read::duration(Duration::ZERO..=HOUR)).unwrap_or(SECOND),
        redirects: reader.read(table, "redirects", read::count(0..=MAX_REDIRECTS)).unwrap_or(MAX_REDIRECTS),
        allow_private_networks: reader.read(table, "allow_private_networks", read::boolean).unwrap_or(false),
        allow_networks: reader.list(table, "allow_networks", r#"["192.0.2.0/24"]"#, read::network).unwrap_or_default(),
        proxy: proxy(reader, table, around),
    };
    let (least, most) = (fetch.min_interval, fetch.max_interval);
    most_is_not_less(reader, table, ("min_interval", least), ("max_interval", most), |value| {
        format!("\"{}\"", format_duration(value))
    });
    fetch
}

/// `proxy = "http://…"`, or `proxy = { url = "http://…", auth = { credential = "name" } }`.
fn proxy<'a>(reader: &mut Reader<'a>, table: &Table<'a>, around: &Surroundings<'_>) -> Option<ProxyConfig> {
    if table.get("proxy")?.value.as_table().is_none() {
        return reader.read(table, "proxy", read::proxy_address).map(|url| ProxyConfig { url, auth: None });
    }
    let inner = reader.inline(table, "proxy", &PROXY)?;
    let url = required(reader, &inner, "url", read::proxy_address);
    let auth = entries::auth(reader, &inner, around);
    url.map(|url| ProxyConfig { url, auth })
}

/// What warta calls itself where feeds.toml does not say.
fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("warta/", env!("CARGO_PKG_VERSION"));
    contact.map_or_else(|| name.to_owned(), |contact| format!("{name} (+{contact})"))
}

fn websub<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> WebsubConfig {
    let mut wanted = |key| reader.read(table, key, read::boolean).unwrap_or(true);
    WebsubConfig { hub: wanted("hub"), subscribe: wanted("subscribe") }
}

fn sitemap<'a>(reader: &mut Reader<'a>, table: &Table<'a>, base_url: &Url) -> SitemapConfig {
    let own = || base_url.host_str().map(str::to_owned).into_iter().collect();
    SitemapConfig {
        hosts: reader.list(table, "hosts", r#"["example.com"]"#, read::host_pattern).unwrap_or_else(own),
        publication: publication(reader, table),
    }
}

fn dedup<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> DedupConfig {
    // Until copies are found by their text, "off" is the one value that tells the truth.
    reader.read(table, "text", read::word(&[("off", ())], &["fold", "group"]));
    let stories = reader.read(table, "story", read::word(&[("group", true), ("off", false)], &[])).unwrap_or(true);
    let similarity = reader.read(table, "story_similarity", read::share).unwrap_or(STORY_SIMILARITY);
    let dedup = DedupConfig {
        story_similarity: stories.then_some(similarity),
        window: reader.read(table, "window", read::duration(HOUR..=MAX_WINDOW)).unwrap_or(WINDOW),
        never_group: reader.list(table, "never_group", r#"["cek fakta"]"#, read::line).unwrap_or_default(),
        keep_params: reader.list(table, "keep_params", r#"["id"]"#, read::parameter).unwrap_or_default(),
        strip_params: reader.list(table, "strip_params", r#"["ref"]"#, read::parameter).unwrap_or_default(),
    };
    let both = dedup.keep_params.iter().find(|name| dedup.strip_params.contains(name));
    if let (Some(name), Some(given)) = (both, table.get("strip_params")) {
        reader.mistake(given.at, format!("`{name}` is both kept and stripped"), "leave it in one of the two lists");
    }
    dedup
}

/// Name and language of a publication, both needed.
pub(super) fn publication<'a>(reader: &mut Reader<'a>, table: &Table<'a>) -> Option<Publication> {
    let inner = reader.inline(table, "publication", &PUBLICATION)?;
    let name = required(reader, &inner, "name", read::text);
    let language = required(reader, &inner, "language", read::publication_language);
    Some(Publication { name: name?, language: language? })
}

/// Reads a key without which its table means nothing.
pub(super) fn required<'a, T>(
    reader: &mut Reader<'a>,
    table: &Table<'a>,
    key: &str,
    read: impl FnOnce(&Given<'a>) -> Result<T, Mistake>,
) -> Option<T> {
    if table.get(key).is_none() {
        reader.mistake(table.at, format!("{} has no {key}", table.kind.name), format!("add {key} = \"..\""));
    }
    reader.read(table, key, read)
}

/// Notes it when the key that says how much at most is less than the one that says how much at least. One of the
/// two may be a default or come from another table.
pub(super) fn most_is_not_less<'a, T: PartialOrd + Copy>(
    reader: &mut Reader<'a>,
    table: &Table<'a>,
    (least_key, least): (&str, T),
    (most_key, most): (&str, T),
    shown: impl Fn(T) -> String,
) {
    let (lower, upper) = (table.get(least_key), table.get(most_key));
    let Some(given) = upper.or(lower).filter(|_| least > most) else { return };
    let written = |key: &str, value: T| format!("{key} = {}", shown(value));
    let message = format!("{} is more than {}", written(least_key, least), written(most_key, most));
    let right = match (lower, upper) {
        (Some(_), Some(_)) => format!("make {most_key} at least {}", shown(least)),
        (None, _) => format!("make it at least {}, or write a smaller {least_key} too", shown(least)),
        (_, None) => format!("make it at most {}, or write a larger {most_key} too", shown(most)),
    };
    reader.mistake(given.at, message, right);
}

/// A number as it is written.
pub(super) fn number(value: usize) -> String {
    value.to_string()
}

/// A path, from the folder of feeds.toml where it is relative.
fn path<'a>(reader: &mut Reader<'a>, table: &Table<'a>, key: &str, folder: &Path, default: &str) -> PathBuf {
    let written = reader.read(table, key, read::text);
    folder.join(written.as_deref().unwrap_or(default))
}
