//! `warta check`: the configuration in, everything that is wrong with it out, or what it means.

use std::io::{self, Write};
use std::path::Path;

use serde_json::{Value, json};

use crate::config::{self, Config, Environment, Error, Problem};

/// A file that was named is not there (`EX_NOINPUT` of sysexits).
const NO_INPUT: u8 = 66;
/// The configuration is wrong (`EX_CONFIG`).
const CONFIG: u8 = 78;

/// Checks the configuration that is named, or the one in use, and gives the exit code. Mistakes and warnings go to
/// `err`, what holds to `out`; as JSON everything goes to `out`.
///
/// # Errors
/// Only where `out` or `err` cannot be written.
pub(crate) fn run(
    named: Option<&Path>,
    environment: &Environment,
    json: bool,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> io::Result<u8> {
    let path = match config::locate(named, environment) {
        Ok(path) => path,
        Err(error) => {
            writeln!(err, "warta: {error}")?;
            return Ok(NO_INPUT);
        }
    };
    let (config, problems, code) = match config::load(&path, environment) {
        Ok(loaded) => (Some(loaded.config), loaded.warnings, 0),
        Err(Error::Mistakes(problems)) => (None, problems.0, CONFIG),
        Err(error @ Error::NoInput { .. }) => {
            writeln!(err, "warta: {error}")?;
            return Ok(NO_INPUT);
        }
    };
    let notes = config.as_ref().map(config::notes).unwrap_or_default();
    if json {
        let report = json!({
            "config": path.display().to_string(),
            "ok": config.is_some(),
            "problems": problems.iter().map(problem_json).collect::<Vec<_>>(),
            "notes": notes,
        });
        writeln!(out, "{report:#}")?;
        return Ok(code);
    }
    for problem in &problems {
        writeln!(err, "{problem}")?;
    }
    if let Some(config) = &config {
        writeln!(out, "{} is fine: {}", path.display(), summary(config))?;
        for note in notes {
            writeln!(out, "  {note}")?;
        }
    }
    Ok(code)
}

fn problem_json(problem: &Problem) -> Value {
    json!({
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "message": problem.message,
        "hint": problem.hint,
        "severity": problem.severity.name(),
    })
}

/// How much there is, in a few words.
fn summary(config: &Config) -> String {
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let mut words = vec![count(config.sections.len(), "section"), count(config.feeds.len(), "feed")];
    match config.feeds.iter().filter(|feed| feed.paused).count() {
        0 => {}
        paused => words.push(format!("{paused} of them paused")),
    }
    words.join(", ")
}
