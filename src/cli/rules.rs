//! `warta rules`: what the rules of feeds.toml would change in what is stored, and changing it.

use std::time::Duration;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, App, Difference, Reapplied};
use crate::notation::duration::parse_duration;

/// Arguments of `rules`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Tells what the rules would change in what is stored; changes nothing.
    Test(Since),
    /// Changes it, also what was dropped, and publishes.
    Apply(Since),
}

#[derive(Debug, clap::Args)]
struct Since {
    /// How far back: a duration such as 7d or 12h.
    #[arg(long, value_name = "DURATION", default_value = "7d", value_parser = duration)]
    since: Duration,
}

fn duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).ok_or_else(|| "write a number with w, d, h, m or s, such as 7d".to_owned())
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    match &options.what {
        What::Test(Since { since }) => test(global, *since),
        What::Apply(Since { since }) => apply(global, *since),
    }
}

fn test(global: &Global, since: Duration) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    let now = house::clock()?.now();
    let found = house::block_on(async { Ok(app::rules_look(&config, since, now).await?) })?;
    tell(&found)?;
    let (changed, judged) = (found.differences.len(), found.judged);
    output::remark(&match changed {
        0 => format!("the rules change nothing in what is stored (items: {judged})"),
        _ => format!("{changed} of {judged} items would change; `warta rules apply` changes them"),
    });
    Ok(Code::Ok)
}

fn apply(global: &Global, since: Duration) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    house::owner(&config.storage.path)?;
    let clock = house::clock()?;
    let applied = async |app: &App| {
        app.rules_apply(since).await?.map_err(|section| {
            let message = format!(
                "a rule names section `{section}`, which the running warta does not know yet; reload it (SIGHUP) first"
            );
            Failure::new(Code::TryAgain, message)
        })
    };
    let (found, published) = house::change_and_publish(config, clock, applied)?;
    tell(&found)?;
    output::remark(&format!("{} of {} items changed", found.differences.len(), found.judged));
    output::remark(&match published {
        None => "the running warta publishes it within seconds; it polls by these rules once it is reloaded".to_owned(),
        Some(published) => format!("{} files written, {} unchanged", published.written, published.unchanged),
    });
    Ok(Code::Ok)
}

/// Each item on a line, then what changes in it, then the rules that say so.
fn tell(found: &Reapplied) -> Result<(), Failure> {
    let told: String = found.differences.iter().map(one).collect();
    if !told.is_empty() {
        output::text(told.trim_end())?;
    }
    Ok(())
}

fn one(difference: &Difference) -> String {
    let Difference { url, title, changes, by } = difference;
    let changes: String = changes.iter().map(|change| format!("  {change}\n")).collect();
    let by = if by.is_empty() { "  by no rule any more\n".to_owned() } else { format!("  by {}\n", by.join(", ")) };
    format!("{url} ({title})\n{changes}{by}")
}
