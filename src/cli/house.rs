//! What commands need before they can work: the configuration, the clock, a runtime, the right owner.

use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::Duration;

use super::exit::{Code, Failure};
use super::{Global, output};
use crate::app::{App, Lock, LockError, Published};
use crate::clock::Clock;
use crate::config::{self, Config, Environment, FeedConfig};
use crate::notation::address::masked;

/// Loads the configuration that the command line names and starts logging as it says.
pub(crate) fn config(global: &Global, default_level: &str) -> Result<Config, Failure> {
    let environment = Environment::of_process();
    let path = config::locate(global.config.as_deref(), &environment)?;
    let loaded = config::load(&path, &environment)?;
    global.log(loaded.config.log.format, default_level);
    if global.verbosity() >= 0 {
        for warning in &loaded.warnings {
            output::remark(warning.to_string().trim_end());
        }
    }
    Ok(loaded.config)
}

/// The feed that is configured under an address.
pub(crate) fn feed<'a>(config: &'a Config, url: &str) -> Result<&'a FeedConfig, Failure> {
    config.feed(url.trim()).ok_or_else(|| {
        let message = format!("{} is no feed of {}; `warta status` lists them", masked(url), config.path.display());
        Failure::new(Code::Failed, message)
    })
}

/// The clock that `WARTA_NOW` sets.
pub(crate) fn clock() -> Result<Clock, Failure> {
    let setting = std::env::var("WARTA_NOW").ok();
    Clock::from_setting(setting.as_deref()).map_err(|message| Failure::new(Code::Usage, message))
}

/// How long the end of the process waits for threads that cannot be told to end: a name look-up, a lock of a folder.
const THREAD_PATIENCE: Duration = Duration::from_secs(1);

/// Runs a command that fetches, stores or serves to its end.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(Code::Unavailable, format!("no runtime: {error}")))?;
    let result = runtime.block_on(work);
    runtime.shutdown_timeout(THREAD_PATIENCE);
    result
}

/// Opens the store, changes it, and publishes what follows from that. `None` beside what was changed where a process runs
/// that publishes it by itself.
pub(crate) fn change_and_publish<T>(
    config: Config,
    clock: Clock,
    change: impl AsyncFnOnce(&App) -> Result<T, Failure>,
) -> Result<(T, Option<Published>), Failure> {
    // Where a daemon runs, the rows follow the feeds.toml that it read, not the one that lies there now.
    let lock = Lock::poller(&config.storage.path).ok();
    let has_publisher = lock.is_none() && Lock::is_held_by_taker(&config.storage.path);
    block_on(async {
        let app = match lock {
            Some(_) => App::open(config, clock).await?,
            None => App::open_beside(config, clock).await?,
        };
        let changed = change(&app).await?;
        let published = if has_publisher { None } else { Some(app.publish().await?) };
        app.close().await;
        Ok((changed, published))
    })
}

/// The one lock that everything that polls holds. Busy: exit 75, naming the owner's process.
pub(crate) fn lock(config: &Config) -> Result<Lock, Failure> {
    owner(&config.storage.path)?;
    Lock::poller(&config.storage.path).map_err(|error| {
        let code = if matches!(error, LockError::Busy { .. }) { Code::TryAgain } else { Code::CannotCreate };
        Failure::new(code, error.to_string())
    })
}

/// Root's files in another user's store would lock its owner out: root is sent to the owner instead. Where there is no
/// store yet, the folder that waits for it tells whose it will be.
pub(crate) fn owner(database: &Path) -> Result<(), Failure> {
    let store = std::fs::metadata(database)
        .or_else(|_| database.parent().map_or_else(|| std::fs::metadata("."), std::fs::metadata));
    let (Ok(me), Ok(store)) = (std::fs::metadata("/proc/self"), store) else { return Ok(()) };
    if me.uid() != 0 || store.uid() == 0 {
        return Ok(());
    }
    let owner = user_name(store.uid()).unwrap_or_else(|| format!("'#{}'", store.uid()));
    let message =
        format!("{} belongs to {owner}: run this as its owner, with `sudo -u {owner} warta ..`", database.display());
    Err(Failure::new(Code::CannotCreate, message))
}

/// The name of a user, by passwd(5).
pub(crate) fn user_name(uid: u32) -> Option<String> {
    let passwd = std::fs::read_to_string("/etc/passwd").ok()?;
    passwd.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(uid)).then(|| name.to_owned())
    })
}
