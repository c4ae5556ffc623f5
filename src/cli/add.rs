//! `warta add`: a feed, or the feed that a page offers, into feeds.toml.

use std::path::PathBuf;

use url::Url;

use super::editor::Editor;
use super::exit::{Code, Failure};
use super::{Global, house, output};
use crate::app::{self, DiscoverError};
use crate::config::{Config, edit};
use crate::notation::address::masked;

/// Arguments of `add`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The address of a feed, or of a page that offers one.
    #[arg(value_name = "URL")]
    url: String,
    /// The section whose outputs show its items; where there is one section only, that.
    #[arg(long, value_name = "ID")]
    section: Option<String>,
    /// The file to write it into: feeds.toml, or one that it includes.
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let mut editor = Editor::open(global)?;
    let file = editor.file(options.file.as_deref())?;
    let section = section(&editor.config, options.section.as_deref())?;
    let asked = address(&options.url)?;
    unknown(&editor.config, &asked)?;
    let clock = house::clock()?;
    // feeds.toml may be root's and the store another user's: then nothing of root's is left in it.
    let may_write = house::owner(&editor.config.storage.path).is_ok();
    let found = house::block_on(async { Ok(app::discover(&editor.config, &asked, &clock, may_write).await?) })?;
    unknown(&editor.config, &found.url)?;
    editor.change(&file, |text| edit::add_feed(text, found.url.as_str(), section.as_deref()))?;
    let title = if found.title.is_empty() { String::new() } else { format!(" ({})", found.title) };
    output::text(&format!("added {}{title}", masked(found.url.as_str())))?;
    if global.verbosity() >= 0 {
        if section.is_none() {
            output::remark(
                "it has no section, so its items are stored and shown nowhere: write section = \"id\" below it",
            );
        }
        for other in &found.others {
            output::remark(&format!("the page offers {} too", masked(other.as_str())));
        }
    }
    editor.tell(global, &file);
    Ok(Code::Ok)
}

/// The address as it was typed; without a scheme it is https.
fn address(typed: &str) -> Result<Url, Failure> {
    let typed = typed.trim();
    let whole = if typed.contains("://") { typed.to_owned() } else { format!("https://{typed}") };
    let wrong = |why: &str| Failure::new(Code::Usage, format!("{} {why}", masked(typed)));
    let url = Url::parse(&whole).map_err(|error| wrong(&format!("is no address: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("holds a user name or password; write the feed into feeds.toml, with `auth`"));
    }
    Ok(url)
}

/// The section that is named, or the only one.
fn section(config: &Config, named: Option<&str>) -> Result<Option<String>, Failure> {
    let ids: Vec<&str> = config.sections.iter().map(|section| section.id.as_str()).collect();
    match (named, ids.as_slice()) {
        (None, [only]) => Ok(Some((*only).to_owned())),
        (None, _) => Ok(None),
        (Some(id), ids) if ids.contains(&id) => Ok(Some(id.to_owned())),
        (Some(id), []) => {
            Err(Failure::new(Code::Usage, format!("there is no section `{id}`; write a [[section]] with that id")))
        }
        (Some(id), ids) => {
            let message = format!("there is no section `{id}`; write one of {}", ids.join(", "));
            Err(Failure::new(Code::Usage, message))
        }
    }
}

/// Refuses an address that stands in the file already.
fn unknown(config: &Config, url: &Url) -> Result<(), Failure> {
    let Some(feed) = config.feed(url.as_str()) else { return Ok(()) };
    let message = format!("{} stands in {}:{} already", masked(&feed.key), feed.place.file, feed.place.line);
    Err(Failure::new(Code::Failed, message))
}

impl From<DiscoverError> for Failure {
    fn from(error: DiscoverError) -> Self {
        match error {
            DiscoverError::Store(error) => error.into(),
            DiscoverError::Setup(error) => Self::new(Code::Unavailable, error.to_string()),
            DiscoverError::NoFeed(message) => Self::new(Code::Failed, message),
        }
    }
}
