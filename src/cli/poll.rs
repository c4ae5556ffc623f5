//! `warta poll`: one cycle. Beside a running daemon, named feeds are handed to it.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{App, Feeds, Lock, Published, Report, Selection};
use crate::clock::Clock;
use crate::config::Config;
use crate::daemon::{Answer, POLL, PollAsk};

/// How often the answer of a daemon is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long it is waited for: all redirects of a slow feed, its turn at its host, and the edition after it.
const ANSWER_PATIENCE: Duration = Duration::from_secs(600);

/// Arguments of `poll`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Ask every feed, over warta's own schedule; holds of servers stand.
    #[arg(long)]
    force: bool,
    /// Ask this feed without its validators, once.
    #[arg(long, value_name = "URL")]
    refetch: Vec<String>,
    /// The result as JSON.
    #[arg(long)]
    json: bool,
    /// Only these feeds, due or not, by their address in feeds.toml.
    #[arg(value_name = "URL")]
    urls: Vec<String>,
}

/// What `poll --json` prints.
#[derive(Debug, Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    report: &'a Report,
    published: &'a Published,
    duration_ms: u64,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    let clock = house::clock()?;
    let selection = Selection { force: options.force, urls: options.urls.clone(), refetch: options.refetch.clone() };
    let started = Instant::now();
    let answer = match house::lock(&config) {
        Ok(lock) => here(lock, config, clock, &selection, global.verbosity() >= 0)?,
        Err(failure) if failure.is_try_again() && selection.names_feeds() && takes_asks(&config) => {
            beside(config, clock, &selection)?
        }
        Err(failure) => return Err(failure),
    };
    let duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    for remark in &answer.remarks {
        output::remark(remark);
    }
    if options.json {
        output::json(&Told { report: &answer.report, published: &answer.published, duration_ms })?;
    } else {
        output::text(&summary(&answer, duration_ms))?;
    }
    Ok(Code::Ok)
}

/// Polls in this process, which holds the lock.
fn here(_lock: Lock, config: Config, clock: Clock, selection: &Selection, bar: bool) -> Result<Answer, Failure> {
    house::block_on(async {
        let app = App::open(config, clock).await?;
        let selected = app.select(selection, app.now()).await?;
        let bar = progress(selected.due.len(), bar);
        let report = app.refresh_all(selected.due, |_| bar.inc(1)).await?;
        bar.finish_and_clear();
        let published = app.publish().await?;
        app.close().await;
        Ok(Answer { report, published, remarks: selected.remarks })
    })
}

/// True when a daemon holds the lock; another poll or publish answers nobody.
fn takes_asks(config: &Config) -> bool {
    Lock::is_held_by_taker(&config.storage.path)
}

/// Leaves word for the daemon that holds the lock and waits for its answer.
fn beside(config: Config, clock: Clock, selection: &Selection) -> Result<Answer, Failure> {
    let ask = PollAsk { urls: selection.urls.clone(), refetch: selection.refetch.clone(), force: selection.force };
    let body = serde_json::to_string(&ask).map_err(std::io::Error::other)?;
    let database = config.storage.path.clone();
    let answer = house::block_on(async {
        let app = App::open_beside(config, clock).await?;
        let id = app.store().post_ask(POLL, &body, app.now()).await?;
        let waited = Instant::now();
        while waited.elapsed() < ANSWER_PATIENCE {
            if let Some(answer) = app.store().ask_answer(id).await? {
                return Ok(Some(answer));
            }
            if !Lock::is_held(&database) {
                break;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        // Nobody shall work on it when nobody waits any more.
        app.store().answer_ask(id, "{}").await?;
        Ok::<_, Failure>(None)
    })?;
    let late = || {
        Failure::new(Code::TryAgain, "the running warta did not answer in time; `warta status` tells whether it lives")
    };
    let answer = answer.ok_or_else(late)?;
    serde_json::from_str(&answer).map_err(|_| {
        Failure::new(Code::TryAgain, "the running warta could not take this; it may be of another version")
    })
}

/// A bar on a terminal, nothing elsewhere.
fn progress(feeds: usize, wanted: bool) -> ProgressBar {
    if !wanted || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(Some(feeds as u64), ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:32} {pos}/{len} feeds, {elapsed} {msg}") {
        bar.set_style(style);
    }
    bar
}

/// The result for people.
fn summary(answer: &Answer, duration_ms: u64) -> String {
    let Report { feeds, items, failures } = &answer.report;
    let Feeds { due, fresh, not_modified, failed, held, gone } = feeds;
    let mut text = format!(
        "{due} feeds due: {fresh} fresh, {not_modified} not modified, {failed} failed, {held} held, {gone} gone\n\
         {} new items, {} changed, {} told before by others\n\
         {} files written, {} unchanged, {duration_ms} ms\n",
        items.new, items.changed, items.duplicates, answer.published.written, answer.published.unchanged
    );
    for failure in failures {
        text.push_str(&format!("  {}\n    {}\n", failure.url, failure.error));
    }
    text
}
