//! The long-running process: start, heartbeat, signals, orderly stop; and the demo.
//!
//! In: an [`App`], listening sockets, and a way to read feeds.toml again. Out: an exit after SIGTERM, everything open
//! finished. What is due, decided or drawn is decided in other rooms.

pub mod demo;
mod asks;
mod editions;
mod heartbeat;
mod hub;
mod notify;
mod pushes;
mod readiness;
mod signals;
mod watch;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::task::JoinSet;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::asks::Asks;
pub use self::asks::{Answer, POLL, PollAsk};
use self::editions::Editions;
use self::heartbeat::{Beat, Heartbeat};
use self::hub::Hub;
use self::pushes::Pushes;
use self::readiness::Readiness;
use self::signals::{Intention, Signals};
use self::watch::Watch;
use crate::app::{self, App, Due, MAX_WAITING, PublishError, Published, Pump, Refreshed, StoreError, refresh};
use crate::config::Config;
use crate::model::MAX_WAITING_CONNECTIONS;
use crate::serve;

/// How long a stopping daemon waits for the edition that is being written, open connections and the store.
const STOP_PATIENCE: Duration = Duration::from_secs(8);
/// Ticks between two STATUS lines.
const STATUS_EVERY: u32 = 30;
/// How long a store that cannot be written is left alone at first.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// And at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Why the daemon ended by itself.
#[derive(Debug, Error)]
pub enum Error {
    /// The store broke.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something of the house.
    #[error(transparent)]
    App(#[from] app::Error),
    /// Nobody listens to HTTP requests any more.
    #[error("serving ended: {0}")]
    Serve(String),
    /// The scheduler or the signal handlers could not be set up.
    #[error("{0}")]
    Start(String),
}

/// Reads feeds.toml again; the error is the whole text for people.
pub type Reload = Box<dyn Fn() -> Result<Config, String> + Send + Sync>;

/// What the daemon is handed.
pub struct Setup {
    /// Sockets that listen already: bound by the command or passed by systemd.
    pub listeners: Vec<TcpListener>,
    /// For SIGHUP.
    pub reload: Reload,
    /// Ends by itself after so long.
    pub stop_after: Option<Duration>,
}

/// Runs until SIGTERM, SIGINT or the end of `stop_after`.
///
/// # Errors
/// [`enum@Error`] when it cannot start or go on.
pub async fn run(app: Arc<App>, setup: Setup) -> Result<(), Error> {
    let mut signals = Signals::listen().map_err(|error| Error::Start(format!("no signal handlers: {error}")))?;
    let mut heartbeat = Heartbeat::start().await.map_err(Error::Start)?;
    let readiness = Arc::new(Readiness::new());
    let shutdown = CancellationToken::new();
    let (pushes, callback) = Pushes::new(app.clone());
    let (hub, door) = Hub::new(app.clone());
    let doors = doors(&readiness, callback, door);
    let mut serving = serve_in_background(&app, setup.listeners, doors, &shutdown);
    let mut daemon = Daemon::new(app, pushes, hub, readiness, setup.reload).await?;
    if let Some(every) = notify::watchdog() {
        tracing::debug!(watchdog_s = every.as_secs(), "the service manager watches");
    }
    notify::ready("starting");
    tracing::info!(feeds = daemon.app.config().feeds.len(), base_url = %daemon.app.config().site.base_url, "warta runs");
    let end = setup.stop_after.map(|after| Instant::now() + after);
    let outcome = loop {
        tokio::select! {
            beat = heartbeat.next() => {
                if let Err(error) = daemon.beat(beat).await { break Err(error) }
            }
            intention = signals.next() => match intention {
                Intention::Stop => break Ok(()),
                Intention::Reload => daemon.reload().await,
            },
            Some(refreshed) = daemon.pump.next() => {
                if let Err(error) = daemon.refreshed(refreshed) { break Err(error) }
            }
            Some(pushed) = daemon.pushes.next() => {
                if let Err(error) = daemon.pushed(pushed) { break Err(error) }
            }
            error = daemon.hub.next() => {
                if let Err(error) = daemon.weather(Err(error)) { break Err(error) }
            }
            Some(published) = daemon.editions.next() => daemon.published(published).await,
            Some(ended) = serving.join_next() => break Err(serving_ended(ended)),
            () = until(end) => break Ok(()),
        }
    };
    notify::stopping();
    tracing::info!("warta stops");
    // Everything ends side by side: SIGTERM promises an end within ten seconds.
    shutdown.cancel();
    let stop = async {
        tokio::join!(heartbeat.stop(), daemon.stop(), async { while serving.join_next().await.is_some() {} });
    };
    if tokio::time::timeout(STOP_PATIENCE, stop).await.is_err() {
        tracing::warn!("not everything ended in time; what is left is cut, the next start puts it right");
    }
    outcome
}

/// Serves the published folder alone until SIGTERM or SIGINT: no polling, no database.
///
/// # Errors
/// When nothing can be served.
pub async fn serve_only(config: &Config, listeners: Vec<TcpListener>) -> Result<(), Error> {
    let mut signals = Signals::listen().map_err(|error| Error::Start(format!("no signal handlers: {error}")))?;
    let dir = config.publish.dir.clone();
    let hub = Some(hub::closed_door(config));
    let doors = serve::Doors { ready: Arc::new(|| Ok(())), callback: None, hub };
    let stop = CancellationToken::new();
    let addresses: Vec<String> = listeners.iter().filter_map(|one| Some(one.local_addr().ok()?.to_string())).collect();
    let mut serving = JoinSet::new();
    serving.spawn(serve::serve(listeners, dir, doors, serve::Options::default(), stop.clone().cancelled_owned()));
    notify::ready("serving");
    tracing::info!(folder = %config.publish.dir.display(), listen = %addresses.join(","), "warta serves");
    loop {
        tokio::select! {
            intention = signals.next() => match intention {
                Intention::Stop => break,
                Intention::Reload => tracing::info!("nothing to reload: a new edition is taken over by itself"),
            },
            Some(ended) = serving.join_next() => return Err(serving_ended(ended)),
        }
    }
    notify::stopping();
    stop.cancel();
    while serving.join_next().await.is_some() {}
    Ok(())
}

fn serving_ended(ended: Result<Result<(), serve::Error>, tokio::task::JoinError>) -> Error {
    Error::Serve(match ended {
        Ok(Ok(())) => "without a reason".to_owned(),
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    })
}

/// The sockets that systemd passed, else one on `listen`.
///
/// # Errors
/// When a passed socket is no TCP listener, or the address cannot be had.
pub fn listeners(listen: SocketAddr) -> Result<Vec<TcpListener>, Error> {
    let mut passed = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for index in 0..passed.len() {
        let no_listener =
            |error| Error::Start(format!("the passed socket is no TCP listener: {error}; mend warta.socket"));
        listeners.extend(passed.take_tcp_listener(index).map_err(no_listener)?);
    }
    if listeners.is_empty() {
        let taken = |error| Error::Start(format!("cannot listen on {listen}: {error}; choose another server.listen"));
        let listener = TcpListener::bind(listen).map_err(taken)?;
        // The queue of the standard library holds 128, which one burst of readers fills.
        socket2::SockRef::from(&listener).listen(MAX_WAITING_CONNECTIONS).map_err(taken)?;
        listeners.push(listener);
    }
    Ok(listeners)
}

/// Waits for ever where there is no end.
async fn until(end: Option<Instant>) {
    match end {
        Some(end) => tokio::time::sleep_until(end).await,
        None => std::future::pending().await,
    }
}

fn doors(readiness: &Arc<Readiness>, callback: serve::Callback, hub: serve::Hub) -> serve::Doors {
    let readiness = readiness.clone();
    serve::Doors { ready: Arc::new(move || readiness.ready()), callback: Some(callback), hub: Some(hub) }
}

fn serve_in_background(
    app: &Arc<App>,
    listeners: Vec<TcpListener>,
    doors: serve::Doors,
    shutdown: &CancellationToken,
) -> JoinSet<Result<(), serve::Error>> {
    let dir = app.config().publish.dir.clone();
    let mut serving = JoinSet::new();
    serving.spawn(serve::serve(listeners, dir, doors, serve::Options::default(), shutdown.clone().cancelled_owned()));
    serving
}

/// Everything between two events.
struct Daemon {
    app: Arc<App>,
    pump: Pump<Due, Result<Refreshed, StoreError>>,
    editions: Editions,
    watch: Watch,
    pushes: Pushes,
    hub: Hub,
    asks: Asks,
    readiness: Arc<Readiness>,
    reload: Reload,
    /// What `changed_elsewhere` last said: another process wrote when it says something else.
    seen: i64,
    ticks: u32,
    /// The store cannot be written just now (a full disk, a lock of another program): when it is tried again.
    retry_at: Option<Instant>,
    /// How long the last pause was. Zero again only when a refresh was stored: a little may fit where a feed does not.
    pause: Duration,
}

impl Daemon {
    async fn new(
        app: Arc<App>,
        pushes: Pushes,
        hub: Hub,
        readiness: Arc<Readiness>,
        reload: Reload,
    ) -> Result<Self, Error> {
        let seen = app.store().changed_elsewhere().await?;
        let editions = Editions::new(app.clone());
        let watch = Watch::new(app.clone());
        Ok(Self {
            app,
            pump: Pump::default(),
            editions,
            watch,
            pushes,
            hub,
            asks: Asks::default(),
            readiness,
            reload,
            seen,
            ticks: 0,
            retry_at: None,
            pause: Duration::ZERO,
        })
    }

    async fn beat(&mut self, beat: Beat) -> Result<(), Error> {
        if self.retry_at.is_some_and(|at| at > Instant::now()) {
            // Alive, and waiting: a restart would mend nothing and take the site down.
            self.readiness.ticked();
            notify::alive();
            return Ok(());
        }
        let worked = match beat {
            Beat::Tick => self.tick().await,
            Beat::Tidy => self.app.store().tidy(self.app.now()).await,
        };
        self.weather(worked)
    }

    /// A store that is damaged or not ours ends the daemon. One that cannot be written just now is waited for: what is
    /// published stays up, nobody is asked for what could not be stored, and the pause grows.
    fn weather(&mut self, worked: Result<(), StoreError>) -> Result<(), Error> {
        match worked {
            Ok(()) => Ok(()),
            Err(error) if error.is_lasting() => Err(error.into()),
            Err(error) => {
                if self.retry_at.is_some_and(|at| at > Instant::now()) {
                    // One of the refreshes that were under way: the trouble is known.
                    return Ok(());
                }
                if self.pause.is_zero() {
                    tracing::error!(%error, "the store cannot be written; polling waits, what is published stays up");
                }
                self.readiness.store(Some(error.to_string()));
                self.pause = (self.pause * 2).clamp(FIRST_PAUSE, LONGEST_PAUSE);
                self.retry_at = Some(Instant::now() + self.pause);
                Ok(())
            }
        }
    }

    /// Once a second: what others asked, who is due, whether something has to be published.
    async fn tick(&mut self) -> Result<(), StoreError> {
        let now = self.app.now();
        if self.retry_at.is_some() {
            self.app.store().probe(now).await?;
            self.retry_at = None;
        }
        for ask in self.app.store().take_asks(self.asks.room()).await? {
            self.asks.take(&self.app, ask, now).await?;
        }
        self.asks.offer(&mut self.pump);
        let room = MAX_WAITING.saturating_sub(self.pump.len());
        for due in self.app.due(now, room).await? {
            let host = due.host().to_owned();
            self.pump.offer(due.state.id, &host, due);
        }
        self.start();
        self.pushes.tick();
        self.hub.tick();
        let seen = self.app.store().changed_elsewhere().await?;
        if seen != std::mem::replace(&mut self.seen, seen) {
            self.editions.changed();
            self.app.heed_hosts(now).await?;
        }
        if self.watch.tick() {
            self.editions.changed();
        }
        self.editions.tick(now);
        self.answer_asks().await?;
        self.readiness.ticked();
        self.ticks = self.ticks.wrapping_add(1);
        if self.ticks % STATUS_EVERY == 1 {
            notify::status(&self.status_line().await?);
        }
        notify::alive();
        Ok(())
    }

    fn start(&mut self) {
        if self.retry_at.is_some() {
            return;
        }
        let world = self.app.world();
        self.pump.start(|due| refresh(world.clone(), due));
    }

    fn refreshed(&mut self, refreshed: Result<Refreshed, StoreError>) -> Result<(), Error> {
        let refreshed = match refreshed {
            Ok(refreshed) => refreshed,
            Err(error) => return self.weather(Err(error)),
        };
        if self.retry_at.is_none() && !std::mem::take(&mut self.pause).is_zero() {
            self.readiness.store(None);
            tracing::info!("the store can be written again");
        }
        if let crate::model::Outcome::Fresh { .. } = refreshed.outcome {
            self.editions.changed();
        }
        self.asks.refreshed(&refreshed, self.editions.due());
        self.start();
        Ok(())
    }

    /// A delivery was read, or a round with the hubs is over.
    fn pushed(&mut self, pushed: Result<Option<Refreshed>, StoreError>) -> Result<(), Error> {
        match pushed {
            Ok(Some(Refreshed { outcome: crate::model::Outcome::Fresh { .. }, .. })) => self.editions.changed(),
            Ok(_) => {}
            Err(error) => return self.weather(Err(error)),
        }
        Ok(())
    }

    async fn published(&mut self, published: Result<Published, PublishError>) {
        let published = published.map_err(|error| error.to_string());
        match &published {
            Ok(published) => {
                if published.written > 0 {
                    tracing::info!(
                        files.written = published.written,
                        files.unchanged = published.unchanged,
                        "published"
                    );
                }
                self.readiness.published(None);
                if published.written > 0 {
                    self.hub.published();
                }
                self.editions.ages_at(published.ages_at);
            }
            Err(error) => {
                tracing::error!(%error, "publishing failed; the old edition stands");
                self.readiness.published(Some(error.clone()));
                self.editions.failed();
            }
        }
        self.asks.published(self.editions.last(), &published);
        if let Err(error) = self.answer_asks().await {
            tracing::warn!(%error, "an ask could not be answered");
        }
    }

    async fn answer_asks(&mut self) -> Result<(), StoreError> {
        for (id, answer) in self.asks.finished(self.editions.due(), self.editions.last()) {
            self.app.store().answer_ask(id, &answer).await?;
        }
        Ok(())
    }

    /// SIGHUP: a new configuration, or the old one and the reason why.
    async fn reload(&mut self) {
        notify::reloading();
        let listen = self.app.config().server.listen;
        match (self.reload)() {
            Err(mistakes) => {
                tracing::error!("feeds.toml was not loaded, the old configuration stays: {mistakes}");
                notify::ready("feeds.toml has mistakes; the old configuration stays");
            }
            Ok(mut config) => {
                self.keep_places(&mut config);
                if config.server.listen != listen {
                    tracing::warn!(%listen, "server.listen changes with a restart only");
                }
                match self.app.reconfigure(config).await {
                    Ok(changes) => {
                        tracing::info!(
                            feeds.new = changes.new_feeds,
                            feeds.removed = changes.removed_feeds,
                            feeds.moved = changes.moved_feeds,
                            feeds.renamed = changes.renamed_feeds.len(),
                            "feeds.toml is loaded"
                        );
                        self.editions.changed();
                        notify::ready("feeds.toml is loaded");
                    }
                    Err(error) => {
                        tracing::error!(%error, "the new configuration could not be taken, the old one stays");
                        notify::ready("the old configuration stays");
                    }
                }
            }
        }
    }

    /// The store and the published folder are held open by this process: new places are taken with a restart only, else
    /// one half of the daemon would work where the other does not look.
    fn keep_places(&self, config: &mut Config) {
        let now = self.app.config();
        if config.storage.path != now.storage.path {
            tracing::warn!(path = %config.storage.path.display(), "storage.path changes with a restart only");
            config.storage.path.clone_from(&now.storage.path);
        }
        if config.publish.dir != now.publish.dir {
            tracing::warn!(dir = %config.publish.dir.display(), "publish.dir changes with a restart only");
            config.publish.dir.clone_from(&now.publish.dir);
        }
    }

    async fn status_line(&self) -> Result<String, StoreError> {
        let now = self.app.now();
        let feeds = self.app.feeds().await?;
        let failing = feeds.iter().filter(|feed| feed.failures > 0).count();
        let next = feeds.iter().map(|feed| feed.next_check).min().map_or(0, |at| at.since(now).as_secs());
        Ok(format!("{} feeds, {failing} failing, next in {next} s", feeds.len()))
    }

    /// Drops what waits and what is being fetched; a write that has begun is finished by the store.
    async fn stop(&mut self) {
        self.pump.stop().await;
        self.pushes.stop().await;
        self.hub.stop().await;
        self.editions.finish().await;
        if let Err(error) = self.app.store().tidy(self.app.now()).await {
            tracing::warn!(%error, "the store was not tidied at the end; the next start does it");
        }
    }
}
