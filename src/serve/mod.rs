//! Serves the published folder over HTTP from its edition file alone: knows no store, no feeds and no drawing, so it
//! answers while polling or the database is in trouble.
//!
//! In come listeners, the folder and a few doors; out go answers, until the shutdown future ends.

mod accept;
mod answer;
mod callback;
mod conditional;
mod crowd;
mod edition;
mod files;
mod front;
mod health;
mod http_date;
mod hub;
mod negotiate;
mod resource;
mod sent;
mod stored;
mod stream;

use std::future::Future;
use std::io;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn;
use axum::routing::any;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

pub use self::callback::{Busy, Callback, Delivery, Later};
use self::crowd::Crowd;
use self::edition::Shelf;
use self::front::Front;
pub use self::hub::{Hub, Reply};
use crate::clock::Clock;
use crate::model::{
    EDITION_LOOK_INTERVAL, MAX_CONNECTIONS, MAX_DELIVERIES_AT_ONCE, MAX_HOT_BYTES, MAX_HUB_REQUESTS_AT_ONCE,
    MAX_REQUEST_HEAD_BYTES, REQUEST_HEAD_TIMEOUT, SERVE_GRACE, WRITE_STALL_TIMEOUT,
};

/// What the server asks of the rest of the house. Published files wait for none of it.
#[derive(Clone)]
pub struct Doors {
    /// Whether the daemon does its work; else the reasons, a line each, for `/readyz`. Answers at once.
    pub ready: Arc<dyn Fn() -> Result<(), String> + Send + Sync>,
    /// Where WebSub hubs knock; `None` where nobody subscribes.
    pub callback: Option<Callback>,
    /// Where those knock who subscribe to our own feeds; `None` where there is no hub.
    pub hub: Option<Hub>,
}

/// What the server bounds; the default is what a public server should have.
#[derive(Debug, Clone)]
pub struct Options {
    /// See [`MAX_CONNECTIONS`].
    pub max_connections: usize,
    /// See [`MAX_REQUEST_HEAD_BYTES`].
    pub max_request_head_bytes: usize,
    /// See [`REQUEST_HEAD_TIMEOUT`].
    pub request_head_timeout: Duration,
    /// See [`WRITE_STALL_TIMEOUT`].
    pub write_stall_timeout: Duration,
    /// See [`SERVE_GRACE`].
    pub grace: Duration,
    /// See [`EDITION_LOOK_INTERVAL`].
    pub look_interval: Duration,
    /// See [`MAX_HOT_BYTES`].
    pub max_hot_bytes: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            max_connections: MAX_CONNECTIONS,
            max_request_head_bytes: MAX_REQUEST_HEAD_BYTES,
            request_head_timeout: REQUEST_HEAD_TIMEOUT,
            write_stall_timeout: WRITE_STALL_TIMEOUT,
            grace: SERVE_GRACE,
            look_interval: EDITION_LOOK_INTERVAL,
            max_hot_bytes: MAX_HOT_BYTES,
        }
    }
}

/// Why nothing could be served.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A listener that the runtime does not take.
    #[error("cannot listen: {0}")]
    Listener(#[source] io::Error),
}

/// What every handler has at hand.
struct Site {
    shelf: Shelf,
    doors: Doors,
    /// Deliveries that may be read at the same time.
    deliveries: Semaphore,
    /// Requests to the hub that may be read at the same time.
    hub_requests: Semaphore,
}

/// Serves `folder` on all `listeners` until `shutdown` ends; answers on their way then have [`Options::grace`] to end.
/// A folder that is missing or has no edition yet is answered with 503 until it has one.
///
/// # Errors
/// [`Error::Listener`] before anything is served.
pub async fn serve(
    listeners: Vec<TcpListener>,
    folder: PathBuf,
    doors: Doors,
    options: Options,
    shutdown: impl Future<Output = ()>,
) -> Result<(), Error> {
    let listeners =
        listeners.into_iter().map(of_the_runtime).collect::<Result<Vec<_>, _>>().map_err(Error::Listener)?;
    let site = Arc::new(Site {
        shelf: Shelf::new(folder, options.max_hot_bytes),
        doors,
        deliveries: Semaphore::new(MAX_DELIVERIES_AT_ONCE),
        hub_requests: Semaphore::new(MAX_HUB_REQUESTS_AT_ONCE),
    });
    look(&site).await;
    let stop = CancellationToken::new();
    let crowd = Crowd::new(options.max_connections);
    let front = Front::new(Arc::clone(&site), router(&site));
    let mut tasks = JoinSet::new();
    for listener in listeners {
        tasks.spawn(accept::accept(listener, front.clone(), options.clone(), Arc::clone(&crowd), stop.clone()));
    }
    tasks.spawn(keep_looking(site, options.look_interval, stop.clone()));
    shutdown.await;
    stop.cancel();
    while let Some(ended) = tasks.join_next().await {
        if let Err(error) = ended {
            tracing::error!(%error, "a task of the server ended early");
        }
    }
    Ok(())
}

fn of_the_runtime(listener: TcpListener) -> io::Result<tokio::net::TcpListener> {
    listener.set_nonblocking(true)?;
    tokio::net::TcpListener::from_std(listener)
}

fn router(site: &Arc<Site>) -> Router {
    Router::new()
        .route("/livez", any(health::live))
        .route("/readyz", any(health::ready))
        .route("/websub/{token}", any(callback::answer))
        .route(hub::PATH, any(hub::answer))
        .fallback(files::answer)
        .layer(from_fn(answer::guard))
        .with_state(Arc::clone(site))
}

async fn keep_looking(site: Arc<Site>, every: Duration, stop: CancellationToken) {
    let mut ticks = tokio::time::interval(every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = ticks.tick() => look(&site).await,
            () = stop.cancelled() => return,
        }
    }
}

/// Takes over a new edition, away from the threads that answer.
async fn look(site: &Arc<Site>) {
    let site = Arc::clone(site);
    if let Err(error) = tokio::task::spawn_blocking(move || site.shelf.look(Clock::System.now())).await {
        tracing::error!(%error, "looking for a new edition failed");
    }
}
