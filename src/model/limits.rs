//! Every limit that bounds work on what comes from outside, with its name in one place (surface.md "Limits").

use std::time::Duration;

/// Feeds that a page offers which are asked until one is a feed.
pub const MAX_OFFERS_TRIED: usize = 8;
/// Redirects followed for one request.
pub const MAX_REDIRECTS: usize = 10;
/// Time for name look-up, TCP and TLS together.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// Time from the sent request to the first byte of the answer.
pub const FIRST_BYTE_TIMEOUT: Duration = Duration::from_secs(15);
/// Bytes of one answer's header section.
pub const MAX_HEADER_BYTES: usize = 64 * 1024;
/// How much a body may grow by decoding, once it is past [`GROWTH_FREE`] bytes.
pub const MAX_GROWTH: u64 = 100;
/// Decoded bytes up to which growth is not looked at.
pub const GROWTH_FREE: u64 = 1024 * 1024;
/// Content codings laid over one another that are undone.
pub const MAX_CODINGS: usize = 2;
/// Window of a zstd frame (RFC 9659 3).
pub const MAX_ZSTD_WINDOW: u64 = 8 * 1024 * 1024;
/// Bytes of an `ETag` or `Last-Modified` that is kept; a longer one counts as none.
pub const MAX_VALIDATOR_BYTES: usize = 4 * 1024;
/// Name look-ups under way at the same time, those included that nobody waits for any more.
pub const MAX_LOOKUPS: usize = 64;
/// Look-ups of callbacks' names at the same time: a name that hangs keeps its place, and none of a feed.
pub const MAX_CALLBACK_LOOKUPS: usize = 16;
/// Hosts whose last start is remembered, before those that are free again are forgotten.
pub const MAX_QUIET_HOSTS: usize = 1_024;
/// How long a host is left in peace after a 429 that does not say how long.
pub const TOO_MANY_HOLD: Duration = Duration::from_secs(3600);
/// Times of day that one look at a cron expression tries: each minute of a skipped day, and of the hours before it.
pub const MAX_CRON_STEPS: usize = 2 * 24 * 60;
/// The longest `Retry-After` that is believed.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(7 * 24 * 3600);

/// Nested XML elements (and JSON values) in a document.
pub const MAX_XML_DEPTH: usize = 128;
/// Attributes read of one element; the rest is a repair.
pub const MAX_ATTRIBUTES: usize = 256;
/// Bytes of the name of an element or attribute; the rest is cut.
pub const MAX_NAME_BYTES: usize = 256;
/// Entities that a document's own DTD may declare.
pub const MAX_ENTITIES: usize = 64;
/// Bytes that declared entities may put into a document altogether.
pub const MAX_ENTITY_BYTES: usize = 64 * 1024;
/// Values of one JSON document, an object counted as [`JSON_OBJECT_VALUES`]: bounds the memory of its tree to some
/// 40 MB.
pub const MAX_JSON_VALUES: usize = 500_000;
/// What an object of JSON counts: the memory of its smallest table beside that of a value.
pub const JSON_OBJECT_VALUES: usize = 16;
/// Items taken from one document, the newest.
pub const MAX_ITEMS: usize = 1_000;
/// Characters of a title.
pub const MAX_TITLE_CHARS: usize = 1_000;
/// Characters of a plain-text summary.
pub const MAX_SUMMARY_CHARS: usize = 2_000;
/// Bytes of one fragment of HTML, before and after cleaning.
pub const MAX_HTML_BYTES: usize = 256 * 1024;
/// Elements open at the same time in a fragment of HTML.
pub const MAX_HTML_OPEN: usize = 256;
/// Cost bound of a fragment: for each tag, end tags that are implied included, 1 plus the formatting elements open at it.
pub const MAX_HTML_COST: usize = 50_000;
/// Cost for each byte of a fragment that is always let pass, within [`MAX_HTML_COST`].
pub const HTML_COST_A_BYTE: usize = 4;
/// Cost beyond that which all fragments of one document share.
pub const MAX_DENSE_HTML_COST: usize = 1_000_000;
/// Attributes of one tag of HTML; what follows a tag with more is left out. Readers compare each attribute with all
/// before it, so this bounds a square.
pub const MAX_HTML_ATTRIBUTES: usize = 1_024;
/// Candidates read of one `srcset`.
pub const MAX_SRCSET_CANDIDATES: usize = 32;
/// Characters of a person's name.
pub const MAX_PERSON_CHARS: usize = 256;
/// Characters of a short word: a tag, a relation, a media type.
pub const MAX_WORD_CHARS: usize = 256;
/// Characters of an id as it is stored. A longer one still tells items apart, cut.
pub const MAX_ID_CHARS: usize = 4_096;
/// Bytes of the longest text that is looked at for a date.
pub const MAX_DATE_BYTES: usize = 200;
/// Links kept of a feed or an item.
pub const MAX_LINKS: usize = 64;
/// Repairs named of one document.
pub const MAX_REPAIRS: usize = 100;
/// Authors, contributors and tags of one item, each.
pub const MAX_PEOPLE_AND_TAGS: usize = 32;
/// Attachments of one item.
pub const MAX_ATTACHMENTS: usize = 64;
/// Places of one item.
pub const MAX_PLACES: usize = 16;
/// Positions of one place.
pub const MAX_POSITIONS: usize = 256;
/// Bytes of one address.
pub const MAX_URL_BYTES: usize = 2_048;
/// Bytes of an origin's id that may become the published id.
pub const MAX_ID_BYTES: usize = 1_024;
/// How far ahead of the fetch an item's date may lie before first-seen replaces it.
pub const MAX_FUTURE: Duration = Duration::from_secs(10 * 60);
/// How long an article is news for Google, from its own date to the moment of publishing.
pub const NEWS_FOR: Duration = Duration::from_secs(2 * 24 * 3600);
/// Articles in one file of the news sitemap.
pub const MAX_NEWS_A_FILE: usize = 1_000;
/// Addresses in one sitemap, and sitemaps in one index (sitemaps.org).
pub const MAX_SITEMAP_URLS: usize = 50_000;

/// Bytes of the edition file: some 400,000 published files.
pub const MAX_EDITION_BYTES: usize = 64 * 1024 * 1024;
/// Bytes of a published file's path.
pub const MAX_PUBLISHED_PATH_BYTES: usize = 1_024;
/// How long a publisher waits for another one's lock.
pub const PUBLISH_LOCK_WAIT: Duration = Duration::from_secs(30);

/// Bytes of published files that the server holds in memory; a new edition beside the old one may double them for as
/// long as answers of the old one are on their way.
pub const MAX_HOT_BYTES: u64 = 64 * 1024 * 1024;
/// Connections served at the same time. For one more the one that is idle longest is closed. Half of the file handles
/// that a process usually gets, since polling needs some too.
pub const MAX_CONNECTIONS: usize = 512;
/// How long a connection must have asked and taken nothing before it is closed to make room.
pub const MIN_IDLE: Duration = Duration::from_millis(250);
/// Connections that wait in a listener's queue to be taken (the system may allow fewer).
pub const MAX_WAITING_CONNECTIONS: i32 = 1_024;
/// Bytes buffered of one connection's request head. The bound is soft (hyper takes some more before it answers 431).
pub const MAX_REQUEST_HEAD_BYTES: usize = 16 * 1024;
/// Time for a request's head to come, and for a quiet connection to stay open.
pub const REQUEST_HEAD_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a reader may take nothing of an answer before its connection is closed.
pub const WRITE_STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// How long open answers may take to end once the server is asked to stop.
pub const SERVE_GRACE: Duration = Duration::from_secs(5);
/// How often the server looks whether there is a new edition.
pub const EDITION_LOOK_INTERVAL: Duration = Duration::from_millis(500);
/// The longest pause after a connection could not be taken (no file handles left, for instance).
pub const MAX_ACCEPT_PAUSE: Duration = Duration::from_secs(1);

/// How long a WebSub hub is asked to deliver.
pub const ASKED_LEASE: Duration = Duration::from_secs(10 * 24 * 3600);
/// The longest lease of a hub that is believed; it is renewed before.
pub const MAX_LEASE: Duration = Duration::from_secs(14 * 24 * 3600);
/// The shortest time between two requests to a hub for one feed, however short its leases are.
pub const MIN_LEASE_STEP: Duration = Duration::from_secs(30);
/// Hubs of one document that are tried, one after the other.
pub const MAX_HUBS: usize = 4;
/// Requests to hubs that one round sends; the rest waits for the next.
pub const MAX_PUSH_ROUND: usize = 64;
/// Requests to hubs under way at the same time.
pub const MAX_PUSH_REQUESTS: usize = 8;
/// Bytes of a hub's word on why it refuses or denies that are kept.
pub const MAX_HUB_WORDS: usize = 512;
/// Bytes of `hub.challenge` that are sent back.
pub const MAX_CHALLENGE_BYTES: usize = 4 * 1024;
/// Deliveries of hubs that are received at the same time; who comes next is asked to come again.
pub const MAX_DELIVERIES_AT_ONCE: usize = 8;
/// Time for a delivery's body to come.
pub const DELIVERY_TIMEOUT: Duration = Duration::from_secs(30);
/// Deliveries that wait to be read; what comes beyond makes its feed due instead.
pub const MAX_WAITING_DELIVERIES: usize = 64;
/// Bytes of all deliveries that wait to be read.
pub const MAX_WAITING_DELIVERY_BYTES: u64 = 64 * 1024 * 1024;
/// The lease that warta's own hub gives where a subscriber asks for none.
pub const GIVEN_LEASE: Duration = Duration::from_secs(10 * 24 * 3600);
/// The shortest lease that the hub gives.
pub const MIN_GIVEN_LEASE: Duration = Duration::from_secs(24 * 3600);
/// The longest lease that the hub gives.
pub const MAX_GIVEN_LEASE: Duration = Duration::from_secs(30 * 24 * 3600);
/// Subscriptions at the hub.
pub const MAX_SUBSCRIBERS: usize = 10_000;
/// Subscriptions at the hub whose callbacks lie on one host.
pub const MAX_SUBSCRIBERS_A_HOST: usize = 1_000;
/// Requests to the hub that wait for their verification; who comes next is asked to come again.
pub const MAX_INTENTS: usize = 512;
/// Of these, how many may name callbacks on one host.
pub const MAX_INTENTS_A_HOST: usize = 128;
/// How long a request to the hub waits for its verification, while the daemon does not run for instance.
pub const KEEP_INTENTS: Duration = Duration::from_secs(3600);
/// Bytes of one request to the hub.
pub const MAX_HUB_REQUEST_BYTES: usize = 16 * 1024;
/// Requests to the hub that are read at the same time; who comes next is asked to come again.
pub const MAX_HUB_REQUESTS_AT_ONCE: usize = 32;
/// Time for the body of a request to the hub to come.
pub const HUB_REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
/// Bytes of `hub.secret`, this one not included (WebSub 5.1: less than 200).
pub const SECRET_END_BYTES: usize = 200;
/// Bytes of a callback's answer to a verification that are read.
pub const MAX_CALLBACK_ANSWER_BYTES: usize = 1024;
/// Time for one exchange with a callback.
pub const CALLBACK_TIMEOUT: Duration = Duration::from_secs(10);
/// Exchanges with callbacks at the same time; polls have their own.
pub const MAX_CALLBACKS_AT_ONCE: usize = 32;
/// Of these, how many verify: verifications never take all.
pub const MAX_VERIFICATIONS_AT_ONCE: usize = 16;
/// The most time between the starts of two exchanges with callbacks on one host; `[fetch] per_host_delay` may ask for less.
pub const CALLBACK_SPACING: Duration = Duration::from_millis(100);
/// The first wait after a delivery that failed; doubled with each further one.
pub const FIRST_DELIVERY_WAIT: Duration = Duration::from_secs(10);
/// The longest wait between two deliveries that fail. It bounds them: some 140 in the longest lease.
pub const LONGEST_DELIVERY_WAIT: Duration = Duration::from_secs(6 * 3600);
/// Links read of one answer's `Link` header lines.
pub const MAX_HEADER_LINKS: usize = 64;

/// Files of the folder that is copied into the published one.
pub const MAX_STATIC_FILES: usize = 10_000;
/// Bytes of each of them.
pub const MAX_STATIC_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Bytes of all of them.
pub const MAX_STATIC_BYTES: u64 = 1024 * 1024 * 1024;
/// Folders inside one another.
pub const MAX_STATIC_DEPTH: usize = 16;
/// Templates of a theme, with its style sheet and its icon.
pub const MAX_THEME_FILES: usize = 64;
/// Bytes of each of them.
pub const MAX_THEME_FILE_BYTES: u64 = 256 * 1024;
/// Steps that filling a template of an operator may take, each byte that it writes counted as one: some seconds.
pub const MAX_TEMPLATE_FUEL: u64 = 20_000_000;

/// Bytes of one configuration file, and of one credential.
pub const MAX_CONFIG_BYTES: u64 = 16 * 1024 * 1024;
/// Files that one pattern of `include` may name.
pub const MAX_CONFIG_FILES: usize = 1_000;
/// The shortest fixed interval of a feed.
pub const MIN_FEED_INTERVAL: Duration = Duration::from_secs(60);

/// How often reading one document may end the process before its feed is quarantined.
pub const MAX_LOST_READINGS: u32 = 2;
/// Documents of which it is remembered that their reading has begun; far more than are read at one time.
pub const MAX_MARKED_READINGS: usize = 128;
/// Bytes of the file that remembers them.
pub const MAX_READINGS_BYTES: u64 = 1024 * 1024;
/// Writes that one transaction of the store takes along at most.
pub const MAX_GROUP: usize = 256;
/// Effects after which a transaction of the store takes no further write along, so that none holds the lock for long.
pub const MAX_GROUP_EFFECTS: usize = 4_000;
/// Writes that wait for the store's one writer; whoever comes next waits for a place.
pub const MAX_WAITING_WRITES: usize = 512;
/// Connections that read the store at the same time.
pub const MAX_READERS: usize = 4;
/// How long a lock of another process on the store is waited for.
pub const STORE_BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Reports that one key brings back; those of the asked feed first.
pub const MAX_KEY_HITS: usize = 64;
/// Trail lines of one report.
pub const MAX_TRAIL_LINES: i64 = 64;
/// Former titles kept of one report.
pub const MAX_REVISIONS: i64 = 20;
/// Entries read for the news sitemap (one sitemap index could name so many).
pub const MAX_NEWS_ENTRIES: usize = 50_000;
/// Reports named beside one entry's lead, the oldest.
pub const MAX_OTHERS: usize = 256;
/// Of them, those that tell the same story in an entry of their own: each of these names all others again.
pub const MAX_STORY_OTHERS: usize = 32;
/// How long requests are remembered.
pub const KEEP_REQUESTS: Duration = Duration::from_secs(7 * 24 * 3600);
/// How long events are remembered.
pub const KEEP_EVENTS: Duration = Duration::from_secs(90 * 24 * 3600);
/// How long what another process asked is remembered.
pub const KEEP_ASKS: Duration = Duration::from_secs(24 * 3600);
/// Characters of one document in bytes of UTF-8, beyond which it is cut; fetch refuses long before.
pub const MAX_DOCUMENT_BYTES: usize = 64 * 1024 * 1024;
/// Elements, texts and attributes of one document together: bounds the memory of its tree to some 50 MB.
pub const MAX_XML_NODES: usize = 1_000_000;
/// Namespace declarations in force at the same time.
pub const MAX_NAMESPACES: usize = 256;
/// Bytes of an HTML page that is read by selectors.
pub const MAX_PAGE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes of the page of an article.
pub const MAX_ARTICLE_BYTES: usize = 2 * 1024 * 1024;
/// Elements of the page of an article: to find the main text, each is looked at many times.
pub const MAX_ARTICLE_ELEMENTS: usize = 20_000;
/// Pages of articles that are read together.
pub const MAX_ARTICLES: usize = 100;
/// Bytes of one block of JSON-LD.
pub const MAX_LINKED_DATA_BYTES: usize = 256 * 1024;
/// Elements of a page inside one another.
pub const MAX_PAGE_DEPTH: usize = 512;
/// Steps that building a page's tree may take: some 150,000 nodes, or fewer that stand deeper.
pub const MAX_PAGE_COST: usize = 20_000_000;
/// Pairs of siblings in a page, which selectors compare: some 10,000 elements in one parent.
pub const MAX_PAGE_CROWD: usize = 100_000_000;
/// Characters of one CSS selector.
pub const MAX_SELECTOR_CHARS: usize = 500;
/// Entries of one archive document; a section that shows fewer has documents of that many.
pub const MAX_ARCHIVE_ENTRIES: usize = 100;
/// Entries that are laid into archives, and documents that are removed, in one step; the next follows at once.
pub const MAX_ARCHIVED_AT_ONCE: usize = 2_000;
/// Entries taken down that one feed tells of (RFC 6721), the last ones; an archive tells of all that stood in it.
pub const MAX_DELETED_ENTRIES: usize = 100;
/// How long a feed tells of them, before its newest arrival.
pub const DELETED_FOR: Duration = Duration::from_secs(30 * 24 * 3600);
/// Reports that one takedown by address finds; where there are more, it is asked for again.
pub const MAX_TOLD_REPORTS: usize = 10_000;
/// Stored reports that rules are asked about in one step.
pub const MAX_REPORTS_JUDGED_AT_ONCE: usize = 500;
/// Rules of one configuration.
pub const MAX_RULES: usize = 1_000;
/// Patterns, sections and tags in one list of a rule.
pub const MAX_RULE_WORDS: usize = 256;
/// Conditions of a rule inside one another.
pub const MAX_RULE_DEPTH: usize = 8;
/// Characters of one regular expression.
pub const MAX_PATTERN_CHARS: usize = 1_000;
/// Bytes of one compiled regular expression, and of what it remembers while it runs.
pub const MAX_PATTERN_BYTES: usize = 1 << 20;
/// Groups and repetitions of a regular expression inside one another.
pub const MAX_PATTERN_DEPTH: u32 = 50;
