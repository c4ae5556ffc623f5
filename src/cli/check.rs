//! `warta check`: the configuration in, everything that is wrong with it out, or what it means.

use std::io::{self, Write};
use std::path::Path;

use super::exit::Code;

use serde_json::{Value, json};

use crate::config::{self, Config, Environment, Error, Problem, Severity};
use crate::model::Trouble;

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
) -> io::Result<Code> {
    let path = match config::locate(named, environment) {
        Ok(path) => path,
        Err(error) => {
            writeln!(err, "warta: {error}")?;
            return Ok(Code::NoInput);
        }
    };
    let (config, problems, code) = match config::load(&path, environment) {
        Ok(loaded) => (Some(loaded.config), loaded.warnings, Code::Ok),
        Err(Error::Mistakes(problems)) => (None, problems.0, Code::Config),
        Err(error @ Error::NoInput { .. }) => {
            writeln!(err, "warta: {error}")?;
            return Ok(Code::NoInput);
        }
    };
    let mut problems = problems;
    problems.extend(config.iter().flat_map(crate::app::troubles).map(problem_of));
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

/// Trouble beside the configuration stops nothing.
fn problem_of(trouble: Trouble) -> Problem {
    let Trouble { file, line, message, hint } = trouble;
    let severity = Severity::Warning;
    Problem { file, line, column: None, message, hint, severity, picture: String::new() }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Exit code, standard output and standard error of a check of this text.
    fn check(text: &str, json: bool) -> (Code, String, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feeds.toml");
        std::fs::write(&path, text).unwrap();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let code = run(Some(&path), &Environment::default(), json, &mut out, &mut err).unwrap();
        let plain = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(path.to_str().unwrap(), "feeds.toml");
        (code, plain(out), plain(err))
    }

    #[test]
    fn mistakes_go_to_stderr_with_78() {
        let (code, out, err) = check("[log]\nformat = 1\n", false);
        assert_eq!((code, out.as_str()), (Code::Config, ""));
        assert!(err.starts_with("feeds.toml:2: format = 1 is an integer; write \"auto\""), "{err}");
    }

    #[test]
    fn warnings_do_not_fail() {
        let (code, out, err) = check("[site]\ntag = \"a.example,2026\"\n[[section]]\nid = \"a\"\n", false);
        let expected = "feeds.toml is fine: 1 section, 0 feeds\n  \
                        section a is noindex: none of its feeds lies on [sitemap] hosts (127.0.0.1)\n";
        assert_eq!((code, out.as_str()), (Code::Ok, expected));
        assert!(err.contains("feeds.toml:1: warning: there is no [[feed]]"), "{err}");
    }

    #[test]
    fn json_tells_everything_on_stdout() {
        let (code, out, err) = check("[log]\nformt = \"text\"\n", true);
        assert_eq!((code, err.as_str()), (Code::Config, ""));
        let expected = json!({
            "config": "feeds.toml",
            "ok": false,
            "problems": [{
                "file": "feeds.toml", "line": 2, "column": 1, "severity": "mistake",
                "message": "unknown key `formt` in [log]", "hint": "did you mean `format`?",
            }],
            "notes": [],
        });
        assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), expected);
    }

    #[test]
    fn a_file_that_is_not_there_is_no_input() {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let named: Environment = [("WARTA_CONFIG", "/nowhere/feeds.toml")].into_iter().collect();
        assert_eq!(run(None, &named, false, &mut out, &mut err).unwrap(), Code::NoInput);
        let said = String::from_utf8(err).unwrap();
        assert!(said.starts_with("warta: /nowhere/feeds.toml: there is no such file; "), "{said}");
    }
}
