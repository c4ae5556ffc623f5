//! `warta article`: pages of articles in, their facts out. No runtime, no store; feeds.toml only for its time zone.

use std::io::Read;
use std::path::Path;

use chrono_tz::Tz;
use url::Url;

use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::config::{self, Environment};
use crate::ingest::{self, Policy};
use crate::model::{Document, Item, MAX_ARTICLE_BYTES, MAX_ARTICLES};
use crate::render;

/// Arguments of `article`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Saved pages; `-` or nothing reads standard input.
    #[arg(value_name = "FILE")]
    pages: Vec<String>,
    /// The address of the one page that is read, for relative links and where the page does not name its own.
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let standard = ["-".to_owned()];
    let pages: &[String] = if options.pages.is_empty() { &standard } else { &options.pages };
    check(pages, options.url.is_some())?;
    let now = house::clock()?.now();
    let policy = Policy { timezone: timezone(global)?, language: None, select: None };
    let documents = pages.iter().map(|page| read(page, options.url.as_ref())).collect::<Result<Vec<_>, _>>()?;
    let read = ingest::articles(&documents, &policy, now);
    let items: Vec<&Item> = read.iter().flatten().flat_map(|feed| &feed.items).collect();
    for (page, read) in pages.iter().zip(&read) {
        match read {
            Err(refused) => output::remark(&format!("{}: no article: {refused}", named(page))),
            Ok(feed) if global.verbosity() >= 0 => {
                for repair in &feed.repairs {
                    output::remark(&format!("{}: {}", named(page), repair.detail));
                }
            }
            Ok(_) => {}
        }
    }
    if !items.is_empty() {
        let failed = |error: render::Error| Failure::new(Code::Failed, error.to_string());
        let json = render::document::draw_items(&items, pages.len() == 1).map_err(failed)?;
        output::text(&String::from_utf8_lossy(&json))?;
    }
    Ok(if items.len() == pages.len() { Code::Ok } else { Code::Failed })
}

/// Refuses what cannot be read together.
fn check(pages: &[String], has_address: bool) -> Result<(), Failure> {
    let wrong = |message: String| Err(Failure::new(Code::Usage, message));
    if let Some(address) = pages.iter().find(|page| page.starts_with("http://") || page.starts_with("https://")) {
        return wrong(format!("{address}: article fetches nothing; save the page and name the file, with --url"));
    }
    if pages.len() > MAX_ARTICLES {
        return wrong(format!("{} pages are named; at most {MAX_ARTICLES} are read together", pages.len()));
    }
    if pages.iter().filter(|page| *page == "-").count() > 1 {
        return wrong("standard input can be read once; name `-` once".to_owned());
    }
    if has_address && pages.len() > 1 {
        return wrong(format!("--url is the address of one page, and {} are named", pages.len()));
    }
    Ok(())
}

/// The zone of dates that name none: that of the site, and without a feeds.toml the one that a site has by default. What
/// else the file should hold is no matter of this command.
fn timezone(global: &Global) -> Result<Tz, Failure> {
    let environment = Environment::of_process();
    match config::locate(global.config.as_deref(), &environment) {
        Err(config::Error::NoInput { .. }) if global.config.is_none() => Ok(config::DEFAULT_TIMEZONE),
        path => Ok(config::load(&path?, &environment)?.config.site.timezone),
    }
}

fn named(page: &str) -> &str {
    if page == "-" { "standard input" } else { page }
}

/// Reads a page, bounded: one that is longer is refused by who reads it.
fn read(page: &str, url: Option<&Url>) -> Result<Document, Failure> {
    let limit = MAX_ARTICLE_BYTES as u64 + 1;
    let body = match page {
        "-" => bounded(std::io::stdin().lock(), limit),
        path => std::fs::File::open(Path::new(path)).and_then(|file| bounded(file, limit)),
    };
    let body = body.map_err(|error| Failure::new(Code::NoInput, format!("{}: {error}", named(page))))?;
    Ok(Document { url: url.cloned(), content_type: None, body })
}

fn bounded(from: impl Read, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut body = Vec::new();
    from.take(limit).read_to_end(&mut body)?;
    Ok(body)
}
