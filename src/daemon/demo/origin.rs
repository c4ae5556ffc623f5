//! The samples' own origin: one HTTP server an outlet, on loopback addresses of its own.
//!
//! In come requests, out go feeds as they stand at that moment (conditional, moved, down: as the sample says) and
//! pictures. It listens on loopback only, on free ports, and ends when its [`Origin`] is dropped.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::samples::{self, Answer, SampleFeed};
use super::script::feed_at;
use crate::model::Timestamp;

/// Why the samples cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum OriginError {
    /// Not even 127.0.0.1 gives a port.
    #[error("cannot listen on 127.0.0.1 for the sample feeds: {0}")]
    Listen(#[from] std::io::Error),
    /// A sample cannot be understood.
    #[error("{0}")]
    Sample(String),
}

/// The running origin. Dropping it ends its servers.
#[derive(Debug)]
pub struct Origin {
    /// The feeds it serves, each with its configured address, in the order of the configuration.
    pub feeds: Vec<(SampleFeed, String)>,
    /// False where the machine has 127.0.0.1 alone, so that all outlets share a host and differ in port.
    pub own_addresses: bool,
    servers: JoinSet<()>,
}

/// Starts a server for each outlet. `now` is the moment at which the demo's clock starts; from there on the feeds
/// grow with the monotonic clock.
///
/// # Errors
/// When no port of 127.0.0.1 is to be had.
pub async fn start(now: Timestamp) -> Result<Origin, OriginError> {
    let mut outlets: Vec<(String, Vec<SampleFeed>)> = Vec::new();
    for feed in samples::all().map_err(OriginError::Sample)? {
        match outlets.iter_mut().find(|(host, _)| *host == feed.host) {
            Some((_, feeds)) => feeds.push(feed),
            None => outlets.push((feed.host.clone(), vec![feed])),
        }
    }
    let started = Instant::now();
    let mut origin = Origin { feeds: Vec::new(), own_addresses: true, servers: JoinSet::new() };
    for (number, (_, feeds)) in (2_u8..).zip(outlets) {
        let (listener, own) = listen(Ipv4Addr::new(127, 0, 0, number)).await?;
        origin.own_addresses &= own;
        let base = format!("http://{}", listener.local_addr()?);
        origin.feeds.extend(feeds.iter().map(|feed| (feed.clone(), configured(&base, feed))));
        let router = router(Outlet { base, feeds, now, started });
        origin.servers.spawn(async move {
            // Ends with the process or with the set it sits in; an error of accepting is retried by axum itself.
            let _never = axum::serve(listener, router).await;
        });
    }
    Ok(origin)
}

impl Origin {
    /// A whole feeds.toml for the demo: its site, served at `listen`, with all sample feeds in their sections. Paths
    /// keep their defaults, beside the file.
    #[must_use]
    pub fn config_toml(&self, listen: SocketAddr) -> String {
        let mut text = format!(
            "{SITE}\n[publish]\nfirst_batch = 25\n\n[server]\nlisten = \"{listen}\"\n\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n{}{SECTIONS}",
            // Outlets that share a host would wait for each other's turn, a second each.
            if self.own_addresses { "" } else { "per_host_delay = \"0s\"\n" },
        );
        for (feed, url) in &self.feeds {
            text.push_str(&format!(
                "\n[[feed]]\nurl = \"{url}\"\nsection = \"{}\"\noutlet = \"{}\"\nlanguage = \"{}\"\ninterval = \"5s\"\n",
                feed.section,
                feed.outlet(),
                feed.language,
            ));
        }
        text
    }

    /// How many servers run: one an outlet.
    #[must_use]
    pub fn outlets(&self) -> usize {
        self.servers.len()
    }
}

/// The demo's site. Articles of `khatulistiwa.example` are its own, so that the news sitemap has what to show.
const SITE: &str = "\
[site]
title = \"Khatulistiwa\"
description = \"Berita dari empat belas redaksi contoh, satu kali setiap berita\"
tag = \"khatulistiwa.example,2026\"
language = \"id\"
timezone = \"Asia/Jakarta\"

[sitemap]
hosts = [\"khatulistiwa.example\"]
publication = { name = \"Harian Khatulistiwa\", language = \"id\" }
";

/// The demo's sections.
const SECTIONS: &str = "
[[section]]
id = \"nasional\"
title = \"Nasional\"
description = \"Peristiwa dari Sabang sampai Merauke\"
robots = \"index\"

[[section]]
id = \"ekonomi\"
title = \"Ekonomi\"
description = \"Pasar, harga, usaha dan kerja\"
robots = \"index\"

[[section]]
id = \"olahraga\"
title = \"Olahraga\"
description = \"Lapangan, gelanggang dan lintasan\"

[[section]]
id = \"world\"
title = \"World\"
description = \"News from elsewhere, in English\"
language = \"en\"
";

/// What one server knows.
struct Outlet {
    base: String,
    feeds: Vec<SampleFeed>,
    now: Timestamp,
    started: Instant,
}

/// The address that stands in the configuration: the old one of a feed that has moved.
fn configured(base: &str, feed: &SampleFeed) -> String {
    let folder = if feed.answer == Answer::Moved { "rss" } else { "feeds" };
    format!("{base}/{folder}/{}", feed.id)
}

/// A listener on a free port of `address`, and true; where the machine lacks that address, one of 127.0.0.1.
async fn listen(address: Ipv4Addr) -> std::io::Result<(TcpListener, bool)> {
    match TcpListener::bind((address, 0)).await {
        Ok(listener) => Ok((listener, true)),
        Err(_) => Ok((TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?, false)),
    }
}

/// The addresses of one outlet.
fn router(outlet: Outlet) -> Router {
    Router::new()
        .route("/feeds/{id}", get(feed))
        .route("/rss/{id}", get(moved))
        .route("/pictures/{name}", get(picture))
        .with_state(Arc::new(outlet))
}

/// A feed as it stands now, or 304 to whoever has just that.
async fn feed(State(outlet): State<Arc<Outlet>>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let Some(feed) = outlet.feeds.iter().find(|feed| feed.id == id) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    if feed.answer == Answer::Down {
        return (StatusCode::INTERNAL_SERVER_ERROR, "the sample that is down\n").into_response();
    }
    let now = outlet.now.plus(outlet.started.elapsed());
    let (body, media_type, updated) = feed_at(feed, &outlet.base, outlet.now, now);
    let etag = format!("\"{:016x}\"", xxhash_rust::xxh3::xxh3_64(&body));
    let modified = updated.utc().to_rfc2822().replace("+0000", "GMT");
    let sent = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    // If-None-Match decides alone where it is sent (RFC 9110 13.2.2).
    let known = match sent(header::IF_NONE_MATCH) {
        Some(tag) => tag == etag,
        None => sent(header::IF_MODIFIED_SINCE) == Some(modified.as_str()),
    };
    let validators = [(header::ETAG, etag), (header::LAST_MODIFIED, modified)];
    match known {
        true => (StatusCode::NOT_MODIFIED, validators).into_response(),
        false => (validators, [(header::CONTENT_TYPE, media_type)], body).into_response(),
    }
}

/// The old address of a feed that has moved for good.
async fn moved(State(outlet): State<Arc<Outlet>>, Path(id): Path<String>) -> Response {
    match outlet.feeds.iter().any(|feed| feed.id == id && feed.answer == Answer::Moved) {
        true => (StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, format!("/feeds/{id}"))]).into_response(),
        false => StatusCode::NOT_FOUND.into_response(),
    }
}

/// A picture.
async fn picture(Path(name): Path<String>) -> Response {
    match name.strip_suffix(".svg").and_then(samples::picture) {
        Some(svg) => {
            let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=3600")];
            (headers, svg).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
