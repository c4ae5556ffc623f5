//! Commands: arguments in, exit codes out. A file a command; results go to stdout, everything else to stderr.

mod check;
mod exit;
mod init;
mod parse;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgAction, Parser, Subcommand, ValueEnum};

use self::exit::{Exit, Failure};
use crate::clock::Clock;

/// Polls RSS, Atom and JSON Feed, tells one story once, and republishes merged feeds.
#[derive(Debug, Parser)]
#[command(name = "warta", version, propagate_version = true)]
struct Arguments {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, clap::Args)]
struct Globals {
    /// The configuration [default: ./feeds.toml, else /etc/warta/feeds.toml]
    #[arg(long, global = true, value_name = "FILE", env = "WARTA_CONFIG")]
    config: Option<PathBuf>,
    /// Say errors only
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Say more; twice, everything
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
    /// Colours on stderr
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t = Color::Auto)]
    color: Color,
    /// How log lines are written
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = LogFormat::Auto)]
    log_format: LogFormat,
}

/// When colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// The journal where there is one, else text.
    Auto,
    /// Lines for people.
    Text,
    /// An object a line.
    Json,
    /// The systemd journal.
    Journal,
}

/// One variant a command.
#[derive(Debug, Subcommand)]
enum Command {
    /// Read one document and show the cleaned feed as JSON Feed 1.1
    Parse(parse::Parse),
}

/// The whole program. Wrong arguments end with 2, as clap does by itself.
#[must_use]
pub fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => Exit::Fine.into(),
        Err(failure) => failure.tell(),
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let setting = std::env::var("WARTA_NOW").ok();
    let clock = Clock::from_setting(setting.as_deref()).map_err(|why| Failure::new(Exit::Usage, why))?;
    match arguments.command {
        Command::Parse(parse) => parse::run(parse, &clock),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
