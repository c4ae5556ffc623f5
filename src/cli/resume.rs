//! `warta resume`: wakes a feed that is gone or quarantined. A running daemon sees it at its next tick.

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::App;
use crate::model::State;
use crate::notation::address::masked;

/// Arguments of `resume`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The feed, by its address in feeds.toml.
    #[arg(value_name = "URL")]
    url: String,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    house::owner(&config.storage.path)?;
    let feed = house::feed(&config, &options.url)?;
    let (key, paused) = (feed.key.clone(), feed.paused);
    let clock = house::clock()?;
    let (now, shown) = (clock.now(), masked(&key));
    let before = house::block_on(async {
        let app = App::open_beside(config, clock).await?;
        let before = app.resume(&key).await?;
        app.close().await;
        Ok(before)
    })?;
    let Some(before) = before else {
        output::remark(&format!("{shown} was never asked yet; `warta run` or `warta poll` asks it"));
        return Ok(Code::Ok);
    };
    match before.seen_at(now, paused) {
        state @ (State::Gone | State::Quarantined) => {
            output::text(&format!("{shown} was {} and is asked again", state.name()))?;
            if paused {
                output::remark("it is paused in feeds.toml, so it waits for that to be taken out");
            }
        }
        State::Paused => output::remark(&format!("{shown} is paused in feeds.toml: take `paused` out there")),
        state => output::remark(&format!(
            "{shown} needs no waking, it is {}: next check {}, {}",
            state.name(),
            before.next_check,
            before.next_check_why
        )),
    }
    Ok(Code::Ok)
}
