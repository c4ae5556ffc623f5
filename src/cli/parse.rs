//! `warta parse`: one document in, the cleaned feed out. No runtime, no configuration, no store.

use std::io::Read;
use std::path::PathBuf;

use chrono_tz::Tz;
use url::Url;

use super::exit::{Code, Failure};
use super::{house, output};
use crate::ingest::{self, Policy};
use crate::model::{Document, MAX_DOCUMENT_BYTES};
use crate::render;

/// Arguments of `parse`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The document; `-` or nothing reads standard input.
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
    /// Its address, for relative links.
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
    /// Its Content-Type, as a server would send it.
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
}

pub(crate) fn run(options: &Options) -> Result<Code, Failure> {
    let now = house::clock()?.now();
    let body = read(options.file.as_ref())?;
    let document = Document { url: options.url.clone(), content_type: options.content_type.clone(), body };
    let policy = Policy { timezone: Tz::UTC, language: None, select: None };
    let feed =
        ingest::ingest(&document, &policy, now).map_err(|error| Failure::new(Code::Failed, error.to_string()))?;
    let json = render::document::draw(&feed).map_err(|error| Failure::new(Code::Failed, error.to_string()))?;
    output::text(&String::from_utf8_lossy(&json))?;
    Ok(Code::Ok)
}

/// Reads the document, bounded.
fn read(file: Option<&PathBuf>) -> Result<Vec<u8>, Failure> {
    let limit = MAX_DOCUMENT_BYTES as u64 + 1;
    let mut body = Vec::new();
    match file.filter(|file| file.as_os_str() != "-") {
        None => {
            let failed = |error| Failure::new(Code::NoInput, format!("standard input: {error}"));
            std::io::stdin().lock().take(limit).read_to_end(&mut body).map_err(failed)?;
        }
        Some(path) => {
            let failed = |error| Failure::new(Code::NoInput, format!("{}: {error}", path.display()));
            std::fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut body)).map_err(failed)?;
        }
    }
    if body.len() > MAX_DOCUMENT_BYTES {
        return Err(Failure::new(Code::Failed, format!("the document is over {} MiB", MAX_DOCUMENT_BYTES >> 20)));
    }
    Ok(body)
}
