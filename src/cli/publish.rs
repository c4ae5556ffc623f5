//! `warta publish`: all outputs from the store, nothing fetched.

use std::time::Instant;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, App, Lock};

/// Arguments of `publish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The result as JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    let clock = house::clock()?;
    house::owner(&config.storage.path)?;
    let started = Instant::now();
    // Where a daemon runs, the rows follow the feeds.toml that it read, not the one that lies there now.
    let lock = Lock::poller(&config.storage.path).ok();
    // An edition that draws nothing anew finds nothing wrong either.
    let troubles = app::troubles(&config);
    let published = house::block_on(async {
        let app = match lock {
            Some(_) => App::open(config, clock).await?,
            None => App::open_beside(config, clock).await?,
        };
        let published = app.publish().await?;
        app.close().await;
        Ok::<_, Failure>(published)
    })?;
    for trouble in troubles.iter().filter(|trouble| !published.troubles.contains(trouble)) {
        output::remark(&trouble.to_string());
    }
    if options.json {
        output::json(&published)?;
    } else {
        let took = started.elapsed().as_millis();
        output::text(&format!("{} files written, {} unchanged, {took} ms", published.written, published.unchanged))?;
        for left_out in &published.left_out {
            output::text(&format!("  {}: {} left out ({})", left_out.output, left_out.items, left_out.reason))?;
        }
    }
    Ok(Code::Ok)
}
