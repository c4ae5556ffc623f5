//! Results on stdout. Never `println!`, which panics when the pipe is closed.

use std::io::{Write, stdout};

use chrono_tz::Tz;
use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use super::exit::Failure;
use crate::model::Timestamp;

/// Prints text and a line end where it has none.
pub(crate) fn text(text: &str) -> Result<(), Failure> {
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(out.flush()?)
}

/// Prints a value as JSON, indented for people.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(value).map_err(std::io::Error::other)?;
    text(&json)
}

/// An empty table that fits the terminal.
pub(crate) fn table(head: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic).set_header(head);
    table
}

/// A moment for people, in the site's zone.
pub(crate) fn time(at: Timestamp, zone: Tz) -> String {
    at.to_chrono().with_timezone(&zone).format("%d %b %H:%M").to_string()
}

/// A remark on stderr: no result, no log line.
pub(crate) fn remark(line: &str) {
    // Nobody is left to hear it when stderr is gone.
    let _ = writeln!(std::io::stderr(), "warta: {line}");
}
