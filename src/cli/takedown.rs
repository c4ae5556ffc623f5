//! `warta takedown`: takes an item, or all of a feed, out of every output and keeps it out; takes that back.

use std::io::{BufRead, IsTerminal, Read, Write};

use chrono_tz::Tz;
use serde::Serialize;
use url::Url;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, App, Subject, Told};
use crate::clock::Clock;
use crate::config::Config;
use crate::model::{FeedState, MAX_TOLD_REPORTS, Takedown, TakedownKind, ToldReport};
use crate::notation::address::masked;

/// Bytes read of the answer to a question.
const MAX_ANSWER_BYTES: u64 = 1024;

/// Arguments of `takedown`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// An item's address (that of any copy) or published id, or a feed's address.
    #[arg(value_name = "URL", required_unless_present = "list", conflicts_with = "list")]
    url: Option<String>,
    /// Do not ask before all of a feed is taken down.
    #[arg(long, conflicts_with_all = ["undo", "list"])]
    yes: bool,
    /// Take the takedown of URL back: it is published again, under the old id.
    #[arg(long, conflicts_with = "list")]
    undo: bool,
    /// List what is taken down.
    #[arg(long)]
    list: bool,
    /// The list as JSON.
    #[arg(long, requires = "list")]
    json: bool,
}

/// A takedown as `--list --json` prints it.
#[derive(Debug, Serialize)]
struct Row {
    kind: TakedownKind,
    url: Option<String>,
    id: Option<String>,
    title: Option<String>,
    feed: String,
    taken_down: String,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let config = house::config(global, "warn")?;
    let Some(url) = options.url.as_deref().map(str::trim) else { return list(&config, options.json) };
    house::owner(&config.storage.path)?;
    let url = Url::parse(url)
        .map_err(|error| Failure::new(Code::Usage, format!("{} is no address: {error}", masked(url))))?;
    let clock = house::clock()?;
    let now = clock.now();
    let subject = house::block_on(async { Ok(app::named(&config, &url, now).await?) })?;
    match (subject, options.undo) {
        (Subject::Unknown, _) => Err(unknown(&url)),
        (Subject::Feed(row), false) => take_feed(config, clock, &row, options.yes),
        (Subject::Feed(row), true) => restore_feed(config, clock, &row),
        (Subject::Reports(told), false) => take_reports(config, clock, &told),
        (Subject::Reports(told), true) => restore_reports(config, clock, &told),
    }
}

fn unknown(url: &Url) -> Failure {
    let message = format!(
        "nothing stored stands at {}: name an item by its link (where it has none, by its published id), or a feed by its address; `warta status` lists the feeds",
        masked(url.as_str())
    );
    Failure::new(Code::Failed, message)
}

fn take_reports(config: Config, clock: Clock, told: &Told) -> Result<Code, Failure> {
    let meant = told.meant();
    let is_down = |row: &&&ToldReport| row.taken_down.is_some_and(|down| down.root.is_some());
    for row in meant.iter().filter(is_down) {
        output::remark(&format!("{} is taken down already", in_words(row)));
    }
    let new: Vec<&&ToldReport> = meant.iter().filter(|row| !is_down(row)).collect();
    if !new.is_empty() {
        let lines: Vec<String> = new.iter().map(|row| format!("{} is taken down\n", in_words(row))).collect();
        change(config, clock, &lines.concat(), async |app| Ok(app.take_down(told).await?))?;
    }
    for other in told.others() {
        output::remark(&format!(
            "the same is told by {}, and stays; take that down too if it is meant",
            in_words(other)
        ));
    }
    if meant.len() >= MAX_TOLD_REPORTS {
        output::remark(&format!("only the first {MAX_TOLD_REPORTS} were taken down; run this again"));
    }
    Ok(Code::Ok)
}

fn restore_reports(config: Config, clock: Clock, told: &Told) -> Result<Code, Failure> {
    let down = told.meant_and_down();
    if down.is_empty() {
        let with_feed = told.meant().into_iter().find(|row| row.taken_down.is_some());
        let message = match with_feed {
            Some(row) => format!(
                "{} is down with all of its feed; `warta takedown --undo {}` takes that back",
                in_words(row),
                masked(&row.feed)
            ),
            None => "this is not taken down; `warta takedown --list` tells what is".to_owned(),
        };
        return Err(Failure::new(Code::Failed, message));
    }
    let lines: Vec<String> = down.iter().map(|row| format!("{} is taken down no longer\n", in_words(row))).collect();
    change(config, clock, &lines.concat(), async |app| Ok(app.restore(told).await?))?;
    Ok(Code::Ok)
}

fn take_feed(config: Config, clock: Clock, row: &FeedState, yes: bool) -> Result<Code, Failure> {
    let shown = masked(&row.url);
    if row.taken_down.is_some() {
        output::remark(&format!("all of {shown} is taken down already"));
        return Ok(Code::Ok);
    }
    if !yes
        && !agrees(&format!("{shown} is a feed: take down all of it (items: {}), and what it will bring?", row.items))?
    {
        return Err(Failure::new(Code::Failed, "nothing is taken down".to_owned()));
    }
    let told = format!("all of {shown} is taken down (items: {}), and what it will bring\n", row.items);
    change(config, clock, &told, async |app| Ok(app.take_down_feed(row).await?))?;
    output::remark("it is polled as before; `warta remove` ends that");
    Ok(Code::Ok)
}

fn restore_feed(config: Config, clock: Clock, row: &FeedState) -> Result<Code, Failure> {
    let shown = masked(&row.url);
    if row.taken_down.is_none() {
        let message = format!("{shown} is a feed and not taken down; `warta takedown --list` tells what is");
        return Err(Failure::new(Code::Failed, message));
    }
    let told = format!("{shown} is taken down no longer\n");
    change(config, clock, &told, async |app| Ok(app.restore_feed(row).await?))?;
    Ok(Code::Ok)
}

/// Asks on the terminal. Where there is none, the command line has to say it.
fn agrees(question: &str) -> Result<bool, Failure> {
    let (input, mut out) = (std::io::stdin(), std::io::stderr());
    if !input.is_terminal() {
        return Err(Failure::new(Code::Usage, format!("{question} Nobody can be asked here: say --yes")));
    }
    write!(out, "warta: {question} [y/N] ")?;
    out.flush()?;
    let mut answer = String::new();
    input.lock().take(MAX_ANSWER_BYTES).read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// Changes the store, says so, and publishes, unless a daemon runs, which does that.
fn change(
    config: Config,
    clock: Clock,
    told: &str,
    change: impl AsyncFnOnce(&App) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let told = async |app: &App| {
        change(app).await?;
        output::text(told)
    };
    match house::change_and_publish(config, clock, told)?.1 {
        None => output::remark("the running warta publishes it within seconds"),
        Some(published) => {
            output::text(&format!("{} files written, {} unchanged", published.written, published.unchanged))?;
        }
    }
    Ok(())
}

fn list(config: &Config, json: bool) -> Result<Code, Failure> {
    let rows = house::block_on(async { Ok(app::takedowns(config).await?) })?;
    if json {
        output::json(&rows.iter().map(row).collect::<Vec<_>>())?;
    } else if rows.is_empty() {
        output::remark("nothing is taken down");
    } else {
        let mut table = output::table(&["SINCE", "WHAT", "URL", "TITLE"]);
        for one in &rows {
            table.add_row(cells(one, config.site.timezone));
        }
        output::text(&table.to_string())?;
    }
    Ok(Code::Ok)
}

fn row(takedown: &Takedown) -> Row {
    let Takedown { kind, at, url, id, title, feed } = takedown.clone();
    Row { kind, url: url.map(|url| masked(&url)), id, title, feed: masked(&feed), taken_down: at.to_rfc3339() }
}

fn cells(takedown: &Takedown, zone: Tz) -> [String; 4] {
    let what = match takedown.kind {
        TakedownKind::Item => "item",
        TakedownKind::Feed => "feed",
    };
    let url = takedown.url.as_ref().or(takedown.id.as_ref()).map_or_else(String::new, |url| masked(url));
    [output::time(takedown.at, zone), what.to_owned(), url, takedown.title.clone().unwrap_or_default()]
}

/// "address (title)"
fn in_words(row: &ToldReport) -> String {
    let address = row.url.as_ref().map_or_else(|| row.id.clone(), |url| masked(url.as_str()));
    format!("{address} ({}, from {})", row.title, masked(&row.feed))
}
