//! Commands: arguments in, exit codes out. A file a command.
//!
//! Results go to stdout, everything else to stderr. Commands share nothing but [`App`](crate::app::App) and what is in
//! `house.rs`; only those that fetch, store or serve get a runtime.

mod add;
mod article;
mod audit;
mod check;
mod completions;
mod demo;
mod editor;
mod exit;
mod house;
mod init;
mod logging;
mod man;
mod moved;
mod output;
mod parse;
mod poll;
mod publish;
mod remove;
mod resume;
mod rules;
mod run;
mod serve;
mod status;
mod takedown;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgAction, Args, CommandFactory, Parser, Subcommand, ValueEnum};

use self::exit::{Code, Failure};
use crate::config::LogFormat;

/// News feed aggregator: polls RSS, Atom and JSON Feed, tells one item once, republishes merged feeds, pages and a
/// Google News sitemap.
#[derive(Debug, Parser)]
#[command(name = "warta", version = version(), max_term_width = 100, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options that every command takes.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The configuration; else `WARTA_CONFIG`, ./feeds.toml, /etc/warta/feeds.toml.
    #[arg(long, value_name = "FILE", global = true)]
    config: Option<PathBuf>,
    /// Say less (twice: nothing).
    #[arg(short, long, action = ArgAction::Count, global = true, conflicts_with = "verbose")]
    quiet: u8,
    /// Say more (twice: everything).
    #[arg(short, long, action = ArgAction::Count, global = true)]
    verbose: u8,
    /// Colours on the terminal; `NO_COLOR` turns them off too.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true)]
    color: Color,
    /// The form of log lines; else `log.format` of the configuration.
    #[arg(long, value_name = "FORMAT", global = true)]
    log_format: Option<LogForm>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogForm {
    Auto,
    Text,
    Json,
    Journal,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The daemon: polls on schedule, publishes and serves until SIGTERM; SIGHUP reloads feeds.toml.
    Run,
    /// One cycle: every due feed, or the named ones; stores and publishes.
    Poll(poll::Options),
    /// Draws all outputs from the store.
    Publish(publish::Options),
    /// Serves the published folder only: no polling, no database.
    Serve,
    /// Reads one document and prints the cleaned feed as JSON Feed 1.1.
    Parse(parse::Options),
    /// Reads pages of articles and prints their facts as JSON Feed items: one object, for several pages an array.
    ///
    /// Several pages of one site, three at least, teach what that site repeats. Reads files and standard input; it
    /// fetches nothing. Exit code 1 where a page is no article.
    Article(article::Options),
    /// A row a feed, then a row an output.
    Status(status::Options),
    /// Looks feeds.toml over and names every mistake with its line.
    Check(CheckOptions),
    /// Puts a feed, or the feed that a page offers, into feeds.toml.
    Add(add::Options),
    /// Takes a feed out of feeds.toml; its items stay.
    Remove(remove::Options),
    /// Lists feeds that moved for good; writes their new addresses into feeds.toml; moves one by hand.
    Moved(moved::Options),
    /// Takes an item, or all of a feed, out of every output and keeps it out; takes that back.
    Takedown(takedown::Options),
    /// What the rules of feeds.toml would change in what is stored; changing it.
    Rules(rules::Options),
    /// Wakes a feed that is gone or quarantined.
    Resume(resume::Options),
    /// What a feed's server saw of warta in the last 7 days.
    Audit(audit::Options),
    /// The whole daemon against sample feeds of its own, on loopback, in a temporary folder.
    Demo(demo::Options),
    /// Writes a commented feeds.toml.
    Init,
    /// Completions for a shell.
    Completions(completions::Options),
    /// The manual page.
    Man,
}

/// Arguments of `check`.
#[derive(Debug, Args)]
struct CheckOptions {
    /// The result as JSON.
    #[arg(long)]
    json: bool,
}

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    run(std::env::args_os())
}

/// Runs a command line whose first word is the name of the program.
#[must_use]
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are results; a closed pipe is no reason to complain.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli) {
        Ok(code) => code.into(),
        Err(failure) => failure.report(),
    }
}

fn dispatch(Cli { global, command }: Cli) -> Result<Code, Failure> {
    match command {
        Command::Run => run::run(&global),
        Command::Poll(options) => poll::run(&global, &options),
        Command::Publish(options) => publish::run(&global, &options),
        Command::Serve => serve::run(&global),
        Command::Parse(options) => parse::run(&options),
        Command::Article(options) => article::run(&global, &options),
        Command::Status(options) => status::run(&global, &options),
        Command::Check(options) => {
            let environment = crate::config::Environment::of_process();
            let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
            Ok(check::run(global.config.as_deref(), &environment, options.json, &mut out, &mut err)?)
        }
        Command::Add(options) => add::run(&global, &options),
        Command::Remove(options) => remove::run(&global, &options),
        Command::Moved(options) => moved::run(&global, &options),
        Command::Rules(options) => rules::run(&global, &options),
        Command::Takedown(options) => takedown::run(&global, &options),
        Command::Resume(options) => resume::run(&global, &options),
        Command::Audit(options) => audit::run(&global, &options),
        Command::Demo(options) => demo::run(&global, &options),
        Command::Init => {
            let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
            Ok(init::run(global.config.as_deref(), &mut out, &mut err)?)
        }
        Command::Completions(options) => completions::run(&options, Cli::command()),
        Command::Man => man::run(Cli::command()),
    }
}

/// The version with that of the bundled SQLite, which is ours to keep current.
fn version() -> &'static str {
    static VERSION: std::sync::LazyLock<String> =
        std::sync::LazyLock::new(|| format!("{} (SQLite {})", env!("CARGO_PKG_VERSION"), crate::app::sqlite_version()));
    &VERSION
}

impl Global {
    /// How many more (or fewer) lines are asked for.
    fn verbosity(&self) -> i8 {
        let count = |n: u8| i8::try_from(n).unwrap_or(i8::MAX);
        count(self.verbose) - count(self.quiet)
    }

    /// Whether stderr takes colours.
    fn colors(&self) -> bool {
        use std::io::IsTerminal;
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => wanted && std::io::stderr().is_terminal(),
        }
    }

    /// Starts logging; `configured` is the form that feeds.toml names.
    fn log(&self, configured: LogFormat, default_level: &str) {
        let format = match self.log_format {
            None => configured,
            Some(LogForm::Auto) => LogFormat::Auto,
            Some(LogForm::Text) => LogFormat::Text,
            Some(LogForm::Json) => LogFormat::Json,
            Some(LogForm::Journal) => LogFormat::Journal,
        };
        logging::start(format, self.verbosity(), self.colors(), default_level);
    }
}
