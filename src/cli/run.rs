//! `warta run`: the daemon.

use std::net::TcpListener;
use std::sync::Arc;

use super::exit::{Code, Failure};
use super::{Global, house};
use crate::app::App;
use crate::config::{self, Config, Environment};
use crate::daemon::{self, Reload, Setup};

pub(crate) fn run(global: &Global) -> Result<Code, Failure> {
    let config = house::config(global, "info")?;
    let clock = house::clock()?;
    let _lock = house::lock(&config)?;
    let listeners = listeners(&config)?;
    let reload = reload(&config);
    house::runtime()?.block_on(async {
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

/// The sockets that systemd passed, else one on `server.listen`.
pub(crate) fn listeners(config: &Config) -> Result<Vec<TcpListener>, Failure> {
    let listen = config.server.listen;
    let mut passed = listenfd::ListenFd::from_env();
    let mut listeners = Vec::new();
    for index in 0..passed.len() {
        match passed.take_tcp_listener(index) {
            Ok(Some(listener)) => listeners.push(listener),
            Ok(None) => {}
            Err(error) => {
                let message = format!("the socket that was passed is no TCP listener: {error}; mend warta.socket");
                return Err(Failure::new(Code::Unavailable, message));
            }
        }
    }
    if listeners.is_empty() {
        listeners.push(TcpListener::bind(listen).map_err(|error| {
            let message = format!("cannot listen on {listen}: {error}; choose another server.listen");
            Failure::new(Code::Unavailable, message)
        })?);
    }
    Ok(listeners)
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
