//! `warta run`: the daemon.

use std::sync::Arc;

use super::exit::{Code, Failure};
use super::{Global, house};
use crate::app::App;
use crate::config::{self, Config, Environment};
use crate::daemon::{self, Reload, Setup};

pub(crate) fn run(global: &Global) -> Result<Code, Failure> {
    let config = house::config(global, "info")?;
    let clock = house::clock()?;
    let mut lock = house::lock(&config)?;
    // Asks are taken from the first tick on; whoever asks before waits for it.
    lock.takes_asks()?;
    let listeners = daemon::listeners(config.server.listen)?;
    let reload = reload(&config);
    house::block_on(async {
        let app = Arc::new(App::open(config, clock).await?);
        if app.authority().await?.is_none() {
            tracing::warn!(
                "ids are provisional: set site.tag, or a site.base_url that is not loopback, before others subscribe"
            );
        }
        daemon::run(app, Setup { listeners, reload, stop_after: None }).await?;
        Ok(Code::Ok)
    })
}

/// Reads the same file again, all mistakes in one text.
fn reload(config: &Config) -> Reload {
    let path = config.path.clone();
    Box::new(move || {
        let loaded = config::load(&path, &Environment::of_process()).map_err(|error| error.to_string())?;
        for warning in &loaded.warnings {
            tracing::warn!("{}", warning.to_string().trim_end());
        }
        Ok(loaded.config)
    })
}
