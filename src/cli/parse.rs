//! `warta parse`: one document in, the cleaned feed out as JSON Feed. No configuration, no store, no network.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use clap::Args;
use url::Url;

use super::exit::{Exit, Failure, print};
use crate::clock::Clock;
use crate::ingest::{self, ingest};
use crate::model::Document;
use crate::render::document;

/// Bytes of a document that is read.
const MAX_DOCUMENT_BYTES: u64 = 64 * 1024 * 1024;

/// What to read, and what a server would have said about it.
#[derive(Debug, Args)]
pub(super) struct Parse {
    /// The document; "-" or nothing reads standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// The address it came from, for relative links
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// The Content-Type it came with, for its encoding
    #[arg(long, value_name = "CT")]
    content_type: Option<String>,
}

/// Runs the command.
pub(super) fn run(parse: Parse, clock: &Clock) -> Result<(), Failure> {
    let body = read(parse.file)?;
    let document = Document { url: parse.url, content_type: parse.content_type, body };
    // Dates that name no zone are read as UTC: there is no configuration that would name another.
    let policy = ingest::Policy { timezone: chrono_tz::UTC, language: None };
    let feed = ingest(&document, &policy, clock.now()).map_err(|why| Failure::new(Exit::Failed, why.to_string()))?;
    let json = document::draw(&feed).map_err(|why| Failure::new(Exit::Failed, why.to_string()))?;
    print(&json)
}

fn read(file: Option<PathBuf>) -> Result<Vec<u8>, Failure> {
    let Some(path) = file.filter(|path| path.as_os_str() != "-") else {
        return take(io::stdin().lock(), "standard input");
    };
    let name = path.display().to_string();
    let opened = File::open(&path).map_err(|why| Failure::new(Exit::NoInput, format!("cannot open {name}: {why}")))?;
    take(opened, &name)
}

fn take(from: impl Read, name: &str) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = from.take(MAX_DOCUMENT_BYTES + 1).read_to_end(&mut body);
    read.map_err(|why| Failure::new(Exit::NoInput, format!("cannot read {name}: {why}")))?;
    if body.len() as u64 > MAX_DOCUMENT_BYTES {
        let limit = MAX_DOCUMENT_BYTES / 1024 / 1024;
        return Err(Failure::new(
            Exit::Failed,
            format!("{name} is over {limit} MiB; no feed is read that is so large"),
        ));
    }
    Ok(body)
}
