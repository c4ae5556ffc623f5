//! Where log lines go: text for people, JSON for machines, fields for the journal. Always stderr, never stdout.

use std::io::IsTerminal;

use tracing_subscriber::filter::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, fmt};

use crate::config::LogFormat;

/// Starts logging for this process. `verbosity` counts `-v` minus `-q`; `RUST_LOG` wins over it.
/// `quiet_default` is the level of commands whose results are their output ("warn"); the daemon says "info".
pub(crate) fn start(format: LogFormat, verbosity: i8, color: bool, default: &str) {
    let level = match verbosity {
        ..=-2 => "off",
        -1 => "error",
        0 => default,
        1 => "debug",
        _ => "trace",
    };
    // Crates below us are of interest only to somebody who asked twice.
    let plan = if verbosity >= 2 { level.to_owned() } else { format!("warn,warta={level}") };
    let filter = match std::env::var("RUST_LOG") {
        Ok(spec) if !spec.is_empty() => EnvFilter::try_new(&spec).unwrap_or_else(|_| EnvFilter::new(&plan)),
        _ => EnvFilter::new(if level == "off" { "off" } else { &plan }),
    };
    let layer = match format {
        LogFormat::Json => json(),
        LogFormat::Journal => journal().unwrap_or_else(|| text(color)),
        LogFormat::Text => text(color),
        // systemd sets JOURNAL_STREAM for what it starts; a terminal is never the journal.
        LogFormat::Auto if std::env::var_os("JOURNAL_STREAM").is_some() && !std::io::stderr().is_terminal() => {
            journal().unwrap_or_else(|| text(false))
        }
        LogFormat::Auto => text(color),
    };
    // A second start in one process (a test) keeps the first.
    let _ = tracing_subscriber::registry().with(layer).with(filter).try_init();
}

type BoxedLayer = Box<dyn Layer<tracing_subscriber::Registry> + Send + Sync>;

fn text(color: bool) -> BoxedLayer {
    fmt::layer().with_writer(std::io::stderr).with_ansi(color).with_target(false).boxed()
}

fn json() -> BoxedLayer {
    fmt::layer().json().flatten_event(true).with_writer(std::io::stderr).boxed()
}

/// Fields of their own in the journal (`FEED_URL=`); none where no journal listens.
fn journal() -> Option<BoxedLayer> {
    tracing_journald::layer().ok().map(Layer::boxed)
}
