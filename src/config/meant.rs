//! feeds.toml as meant: every default applied, every value checked. Plain data; made by `check` alone.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use super::Credential;
use crate::model::{FeedState, HoldScope, IdentityRule, Publication, Republish, Robots, Rule, Select};
use crate::notation::cron::Cron;
use crate::notation::domain;
use crate::notation::network::Network;

/// The zone of a site that names none.
pub const DEFAULT_TIMEZONE: Tz = Tz::Asia__Jakarta;

/// Everything that the operator asked for.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from, as it was named.
    pub path: PathBuf,
    /// The files named by `include`, in the order in which they were read.
    pub included: Vec<PathBuf>,
    /// `[site]`
    pub site: SiteConfig,
    /// `[storage]`
    pub storage: StorageConfig,
    /// `[publish]`
    pub publish: PublishConfig,
    /// `[server]`
    pub server: ServerConfig,
    /// `[log]`
    pub log: LogConfig,
    /// `[fetch]`
    pub fetch: FetchConfig,
    /// `[websub]`
    pub websub: WebsubConfig,
    /// `[sitemap]`
    pub sitemap: SitemapConfig,
    /// `[dedup]`
    pub dedup: DedupConfig,
    /// `[[section]]`, in file order.
    pub sections: Vec<SectionConfig>,
    /// `[[feed]]`, in file order.
    pub feeds: Vec<FeedConfig>,
    /// `[[rule]]`, in file order.
    pub rules: Vec<Rule>,
}

/// Who publishes.
#[derive(Debug, Clone)]
pub struct SiteConfig {
    /// Title of the whole site. Default: "warta".
    pub title: String,
    /// Plain text. Default: empty.
    pub description: String,
    /// Where the published files are reachable; no path, ends with a slash. Default: `http://` and `server.listen`.
    pub base_url: Url,
    /// Authority and date of every id that warta makes (RFC 4151), such as "example.id,2026". Default: none, then
    /// the first `base_url` that is not loopback decides.
    pub tag: Option<String>,
    /// Language tag (RFC 5646). Default: "id".
    pub language: String,
    /// The zone in which pages tell times. Default: `Asia/Jakarta`.
    pub timezone: Tz,
    /// A folder with templates, style sheet and icon that replace those of warta's own theme. Default: none.
    pub theme: Option<PathBuf>,
}

/// Where reports are kept.
#[derive(Debug, Clone)]
pub struct StorageConfig {
    /// The database. Default: `data/warta.db` beside feeds.toml.
    pub path: PathBuf,
    /// How long an item is published after it arrived; archives of which every item is older go. None is for ever.
    /// Default: 90 days.
    pub keep: Option<Duration>,
}

/// What is published, and how much of it.
#[derive(Debug, Clone)]
pub struct PublishConfig {
    /// The published folder. Default: `data/public` beside feeds.toml.
    pub dir: PathBuf,
    /// Items that a section shows at least, the newest by arrival. Default: 50.
    pub items: usize,
    /// Everything that arrived within this time of the section's newest arrival is shown too. Default: 24 h.
    pub items_for: Duration,
    /// Items that a section shows at most. Default: 500.
    pub items_max: usize,
    /// Items of a feed's first document that are published. Default: 10.
    pub first_batch: usize,
    /// Whether what a section no longer shows is published in archives (RFC 5005). Default: true.
    pub archives: bool,
    /// Lines added to robots.txt. Default: none.
    pub robots_extra: Vec<String>,
    /// Whether an entry of an RSS feed closes with a line of the other outlets that tell it. Default: false.
    pub show_also: bool,
    /// A folder whose files are published too, at the paths that they have in it. Default: none.
    pub statics: Option<PathBuf>,
    /// Whether sources.opml lists the feeds that are read. Default: false.
    pub sources: bool,
}

/// Where HTTP is served.
#[derive(Debug, Clone)]
pub struct ServerConfig {
    /// Default: 127.0.0.1:8080.
    pub listen: SocketAddr,
}

/// How logs are written.
#[derive(Debug, Clone)]
pub struct LogConfig {
    /// Default: auto.
    pub format: LogFormat,
}

/// Form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// Text on a terminal, the journal's own form under systemd.
    #[default]
    Auto,
    /// Lines for people.
    Text,
    /// An object a line.
    Json,
    /// The journal's own protocol, with fields.
    Journal,
}

/// How feeds are asked for.
#[derive(Debug, Clone)]
pub struct FetchConfig {
    /// An address or a page where the operator can be reached; part of the default user agent. Default: none.
    pub contact: Option<String>,
    /// `User-Agent` of every request. Default: `warta/VERSION`, with ` (+CONTACT)` where there is one.
    pub user_agent: String,
    /// The shortest time between two looks at a feed that has no interval of its own. Default: 30 min.
    pub min_interval: Duration,
    /// The longest. Default: 6 h.
    pub max_interval: Duration,
    /// Time for one answer with all its redirects. Default: 30 s.
    pub timeout: Duration,
    /// Bytes of one body, as it came and decoded. Default: 16 MiB.
    pub max_body: u64,
    /// Requests open at the same time. Default: 32.
    pub concurrency: usize,
    /// Of these, to one host. Default: 2.
    pub per_host_concurrency: usize,
    /// Time between the starts of two requests to one host. Default: 1 s.
    pub per_host_delay: Duration,
    /// Redirects followed. Default: 10, which is also the most.
    pub redirects: usize,
    /// Whether private and special addresses are asked. Default: false.
    pub allow_private_networks: bool,
    /// Networks that are asked although they are private. Default: none.
    pub allow_networks: Vec<Network>,
    /// What every request goes through. Default: none, whatever the environment says.
    pub proxy: Option<ProxyConfig>,
}

/// An HTTP proxy.
#[derive(Debug, Clone)]
pub struct ProxyConfig {
    /// Its address, http or https, without a path. It may lie in a private network.
    pub url: Url,
    /// Sent to it alone, as `Proxy-Authorization`. Default: none.
    pub auth: Option<Credential>,
}

/// Push, to warta by the hubs of others and from warta by its own.
#[derive(Debug, Clone)]
pub struct WebsubConfig {
    /// Whether others may subscribe to warta's own feeds at `/hub`, where they can reach `base_url`. Default: true.
    pub hub: bool,
    /// Whether feeds that name a hub are subscribed to, where hubs can reach `base_url`. Default: true.
    pub subscribe: bool,
}

/// What the news sitemap lists.
#[derive(Debug, Clone)]
pub struct SitemapConfig {
    /// The operator's own hosts, lower case, without port; `*.` in front means sub-domains.
    /// Default: the host of `base_url`.
    pub hosts: Vec<String>,
    /// Name and language of articles whose feed and section name none. Default: none.
    pub publication: Option<Publication>,
}

/// How copies are recognised. `text` and `story` can only be "off" today, so they have no field.
#[derive(Debug, Clone, Default)]
pub struct DedupConfig {
    /// Query parameters that tell articles apart although they look like tracking. Default: none.
    pub keep_params: Vec<String>,
    /// Query parameters that never tell articles apart, beside the known ones. Default: none.
    pub strip_params: Vec<String>,
    /// How alike a long text must be to join a story, 0 to 1; none where `story = "off"`. Default: 0.30.
    pub story_similarity: Option<f64>,
    /// How long a story waits for its next report. Default: 72 hours.
    pub window: Duration,
    /// Words in a row of titles that never join a story, beside the columns that are known. Default: none.
    pub never_group: Vec<String>,
}

/// One section.
#[derive(Debug, Clone)]
pub struct SectionConfig {
    /// `[a-z0-9-]{1,40}`, and none of the words in [`super::RESERVED_IDS`].
    pub id: String,
    /// Default: the id.
    pub title: String,
    /// Plain text. Default: empty.
    pub description: String,
    /// Language tag. Default: the site's.
    pub language: String,
    /// See [`PublishConfig::items`]. Default: that.
    pub items: usize,
    /// See [`PublishConfig::items_for`]. Default: that.
    pub items_for: Duration,
    /// See [`PublishConfig::items_max`]. Default: that.
    pub items_max: usize,
    /// Interval of its feeds that have none of their own. Default: none, the schedule adapts.
    pub interval: Option<Duration>,
    /// Times, by the site's clocks, at which its feeds are asked that say nothing of their own. Default: none.
    pub cron: Option<Cron>,
    /// As written; [`Config::robots_for`] tells what holds. Default: none.
    pub robots: Option<Robots>,
    /// Name and language in the news sitemap. Default: `[sitemap]`'s.
    pub publication: Option<Publication>,
    /// Whether its items stand in "all" too. Default: true.
    pub in_all: bool,
    /// Whether its items may stand in the news sitemap. Default: true.
    pub sitemap: bool,
    /// Ids that it had before: their addresses lead to it, and what the store holds of one becomes this section's. Default:
    /// none.
    pub was: Vec<String>,
    /// Names of the listed rules that work in it. Default: none.
    pub rules: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// One feed.
#[derive(Debug, Clone)]
pub struct FeedConfig {
    /// The address as written: the key of the feed in the store, and what people are shown.
    pub key: String,
    /// The address that is asked.
    pub url: Url,
    /// Ids of the sections that its items go to, in the order written. Default: none; its items are stored and shown nowhere.
    pub sections: Vec<String>,
    /// Name in lists. Default: none, then the document's title.
    pub title: Option<String>,
    /// Name of the outlet, shown beside items. Default: none, then the feed's title.
    pub outlet: Option<String>,
    /// Language tag; goes before what the document says. Default: none.
    pub language: Option<String>,
    /// Zone of dates that name none. Default: none, then UTC as the formats say.
    pub timezone: Option<Tz>,
    /// Fixed interval, at least one minute. Default: the section's, else none: the schedule adapts.
    pub interval: Option<Duration>,
    /// Times, by the site's clocks, at which it is asked; in place of an interval. Default: the section's.
    pub cron: Option<Cron>,
    /// Request headers of its own, sent to its own origin alone.
    pub headers: Vec<(String, String)>,
    /// `User-Agent` of its own. Default: none, then [`FetchConfig::user_agent`].
    pub user_agent: Option<String>,
    /// Credential, sent to its own origin alone. Default: none.
    pub auth: Option<Credential>,
    /// Never asked, its items stay. Default: false.
    pub paused: bool,
    /// Never HTTP/2. Default: false.
    pub http1_only: bool,
    /// As written; [`Config::republish_for`] tells what holds for an item. Default: none.
    pub republish: Option<Republish>,
    /// Name and language in the news sitemap. Default: the section's.
    pub publication: Option<Publication>,
    /// By what its items are told apart. Default: auto.
    pub identity: IdentityRule,
    /// Where the items of a page stand that is read as a feed. Default: none; the document is a feed.
    pub select: Option<Select>,
    /// Whom a 429 to it holds. Default: host.
    pub scope: HoldScope,
    /// Addresses under which it stood here before, as they were written: what the store holds of one of them becomes
    /// this feed's. Default: none.
    pub was: Vec<String>,
    /// Names of the listed rules that work for its items. Default: none.
    pub rules: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// A place in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file as messages name it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
}

impl FeedConfig {
    /// The name of the outlet that speaks in a feed: as configured, else its document's title, else its host; `None` where
    /// nothing of that is known. A feed that left feeds.toml has a row and no settings.
    #[must_use]
    pub fn outlet_name(settings: Option<&Self>, row: &FeedState) -> Option<String> {
        let configured = settings.and_then(|settings| settings.outlet.clone().or_else(|| settings.title.clone()));
        let host = || Url::parse(&row.url).ok()?.host_str().map(str::to_owned);
        configured.or_else(|| row.title.clone()).or_else(host)
    }
}

impl Config {
    /// The feed that is configured under this address, as written or as read.
    #[must_use]
    pub fn feed(&self, url: &str) -> Option<&FeedConfig> {
        self.feeds.iter().find(|feed| feed.key == url || feed.url.as_str() == url)
    }

    /// The section with this id.
    #[must_use]
    pub fn section(&self, id: &str) -> Option<&SectionConfig> {
        self.sections.iter().find(|section| section.id == id)
    }

    /// Whether a host (without port) belongs to the operator: `[sitemap] hosts` names it exactly, or `*.` its
    /// sub-domains.
    #[must_use]
    pub fn is_own_host(&self, host: &str) -> bool {
        domain::is_among(host, &self.sitemap.hosts)
    }

    /// Whether an address lies on a host of the operator.
    #[must_use]
    pub fn is_own(&self, url: &Url) -> bool {
        url.host_str().is_some_and(|host| self.is_own_host(host))
    }

    /// How much of an item may be shown whose link lies on `link_host`: what the feed says, else everything on own
    /// hosts and a summary elsewhere.
    #[must_use]
    pub fn republish_for(&self, feed: &FeedConfig, link_host: Option<&str>) -> Republish {
        feed.republish.unwrap_or(match link_host {
            Some(host) if self.is_own_host(host) => Republish::Full,
            _ => Republish::Summary,
        })
    }

    /// What search engines may do with a section's pages: what it says, else "index" if one of its feeds lies on
    /// an own host.
    #[must_use]
    pub fn robots_for(&self, section: &SectionConfig) -> Robots {
        section.robots.unwrap_or_else(|| {
            let own = self.feeds_of(&section.id).any(|feed| self.is_own(&feed.url));
            if own { Robots::Index } else { Robots::Noindex }
        })
    }

    /// The feeds of a section, in file order.
    pub fn feeds_of(&self, section: &str) -> impl Iterator<Item = &FeedConfig> {
        self.feeds.iter().filter(move |feed| feed.sections.iter().any(|id| id == section))
    }

    /// The fixed interval of a feed: its own, else the shortest of its sections'. None where it has times of its own.
    #[must_use]
    pub fn interval_for(&self, feed: &FeedConfig) -> Option<Duration> {
        let of_sections = || feed.sections.iter().filter_map(|id| self.section(id)?.interval).min();
        feed.interval.or_else(|| if feed.cron.is_none() { of_sections() } else { None })
    }

    /// The times at which a feed is asked: its own, else those of its first section that has some. None where it has
    /// an interval.
    #[must_use]
    pub fn cron_for<'a>(&'a self, feed: &'a FeedConfig) -> Option<&'a Cron> {
        let of_sections = || feed.sections.iter().find_map(|id| self.section(id)?.cron.as_ref());
        feed.cron.as_ref().or_else(|| if self.interval_for(feed).is_none() { of_sections() } else { None })
    }

    /// The publication of an article: the feed's, else its first section's that has one, else `[sitemap]`'s.
    #[must_use]
    pub fn publication_for<'a>(&'a self, feed: &'a FeedConfig) -> Option<&'a Publication> {
        let of_sections = || feed.sections.iter().find_map(|id| self.section(id)?.publication.as_ref());
        feed.publication.as_ref().or_else(of_sections).or(self.sitemap.publication.as_ref())
    }
}
