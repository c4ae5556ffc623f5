//! `warta status`: a row a feed, then a row an output. Reads only, beside a running daemon too.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, Overview};
use crate::config::Config;
use crate::model::{FeedState, Timestamp};
use crate::notation::address::masked;

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The result as JSON.
    #[arg(long)]
    json: bool,
}

/// What `status --json` prints.
#[derive(Debug, Serialize)]
struct Told {
    config: String,
    config_newer: bool,
    tag: Option<String>,
    feeds: Vec<FeedRow>,
    outputs: Vec<OutputRow>,
    subscribers: u64,
}

#[derive(Debug, Serialize)]
struct FeedRow {
    url: String,
    current_url: Option<String>,
    redirect_to: Option<String>,
    section: Vec<String>,
    state: &'static str,
    last_check: Option<Timestamp>,
    last_ok: Option<Timestamp>,
    last_new: Option<Timestamp>,
    last_status: Option<u16>,
    last_error: Option<String>,
    failing_since: Option<Timestamp>,
    failures: u32,
    stale: bool,
    repairs: u32,
    items: u64,
    new_7d: u32,
    next_check: Option<Timestamp>,
    next_check_why: String,
    hold_until: Option<Timestamp>,
}

#[derive(Debug, Serialize)]
struct OutputRow {
    output: String,
    items: u64,
    last_changed: Option<Timestamp>,
    left_out: Vec<Reason>,
}

#[derive(Debug, Serialize)]
struct Reason {
    reason: String,
    items: u64,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    let now = house::clock()?.now();
    let overview = house::block_on(async { Ok(app::overview(&config, now).await?) })?;
    let told = told(&config, overview, now);
    if options.json {
        output::json(&told)?;
    } else {
        output::text(&tables(&told, &config))?;
    }
    Ok(Code::Ok)
}

fn told(config: &Config, overview: Overview, now: Timestamp) -> Told {
    let Overview { feeds, edition, tag, running_since, subscribers } = overview;
    let row_of = |url: &str| feeds.iter().find(|row| row.url == url);
    let feeds = config.feeds.iter().map(|feed| {
        let unknown = FeedState::new(&feed.key, now);
        feed_row(row_of(&feed.key).unwrap_or(&unknown), feed.sections.clone(), feed.paused, now)
    });
    let outputs = edition.iter().flat_map(|edition| &edition.sections).map(|row| OutputRow {
        output: row.id.clone(),
        items: row.items,
        last_changed: (row.changed > Timestamp::epoch()).then_some(row.changed),
        left_out: row.left_out.iter().map(|(reason, items)| Reason { reason: reason.clone(), items: *items }).collect(),
    });
    let changed_at = |file: &PathBuf| std::fs::metadata(file).and_then(|file| file.modified()).ok();
    let changed = std::iter::once(&config.path).chain(&config.included).filter_map(changed_at).max();
    let changed = changed.map(|at| Timestamp::from(DateTime::<Utc>::from(at)));
    Told {
        config: config.path.display().to_string(),
        config_newer: changed.zip(running_since).is_some_and(|(file, running)| file > running),
        tag,
        feeds: feeds.collect(),
        outputs: outputs.collect(),
        subscribers,
    }
}

fn feed_row(row: &FeedState, section: Vec<String>, paused: bool, now: Timestamp) -> FeedRow {
    let state = row.seen_at(now, paused);
    let asked =
        !matches!(state, crate::model::State::Gone | crate::model::State::Paused | crate::model::State::Quarantined);
    FeedRow {
        url: masked(&row.url),
        current_url: row.current_url.as_ref().map(|url| masked(url.as_str())),
        redirect_to: row.redirect_to.as_ref().map(|url| masked(url.as_str())),
        section,
        state: state.name(),
        last_check: row.last_check,
        last_ok: row.last_ok,
        last_new: row.last_new,
        last_status: row.last_status,
        last_error: row.last_error.clone(),
        failing_since: row.failing_since,
        failures: row.failures,
        stale: row.is_stale(now),
        repairs: row.repairs,
        items: row.items,
        new_7d: row.new_7d,
        next_check: asked.then_some(row.next_check),
        next_check_why: row.next_check_why.clone(),
        hold_until: row.hold_until.filter(|until| *until > now),
    }
}

/// The last answer: its status, "none" where a request brought none.
fn answer(feed: &FeedRow) -> String {
    match (feed.last_status, feed.last_check) {
        (Some(status), _) => status.to_string(),
        (None, Some(_)) => "none".to_owned(),
        (None, None) => "-".to_owned(),
    }
}

/// What is wrong with a feed, where it leads, and why its next check is then.
fn remark(feed: &FeedRow) -> String {
    let mut remarks: Vec<String> = feed.last_error.iter().cloned().collect();
    remarks.extend(feed.redirect_to.as_ref().map(|to| format!("moves to {to}")));
    remarks.extend(feed.current_url.as_ref().map(|to| format!("asked at {to}: see `warta moved`")));
    if feed.stale {
        remarks.push("stale: no news for 30 days".to_owned());
    }
    if feed.repairs > 0 {
        let plural = if feed.repairs == 1 { "" } else { "s" };
        remarks.push(format!("{} repair{plural}: see `warta parse`", feed.repairs));
    }
    remarks.push(feed.next_check_why.clone());
    remarks.join("; ")
}

/// Two tables that fit the terminal.
fn tables(told: &Told, config: &Config) -> String {
    let time = |at: &Option<Timestamp>| at.map_or_else(|| "-".to_owned(), |at| output::time(at, config.site.timezone));
    let mut feeds =
        output::table(&["FEED", "SECTION", "STATE", "ITEMS", "7D", "CHECKED", "ANSWER", "LAST OK", "NEXT", "REMARK"]);
    for feed in &told.feeds {
        feeds.add_row([
            feed.url.clone(),
            feed.section.join(" "),
            feed.state.to_owned(),
            feed.items.to_string(),
            feed.new_7d.to_string(),
            time(&feed.last_check),
            answer(feed),
            time(&feed.last_ok),
            time(&feed.next_check),
            remark(feed),
        ]);
    }
    let mut outputs = output::table(&["OUTPUT", "ITEMS", "CHANGED", "LEFT OUT"]);
    for output in &told.outputs {
        let left_out: Vec<String> =
            output.left_out.iter().map(|reason| format!("{} {}", reason.items, reason.reason)).collect();
        outputs.add_row([
            output.output.clone(),
            output.items.to_string(),
            time(&output.last_changed),
            left_out.join(", "),
        ]);
    }
    let newer = if told.config_newer { " (newer than what runs: reload)" } else { "" };
    let tag = told.tag.as_deref().unwrap_or("none yet, ids are provisional");
    let subscribers = match told.subscribers {
        0 => String::new(),
        1 => ", 1 subscriber at the hub".to_owned(),
        many => format!(", {many} subscribers at the hub"),
    };
    format!("{}{newer}, tag {tag}{subscribers}\n\n{feeds}\n\n{outputs}\n", told.config)
}
