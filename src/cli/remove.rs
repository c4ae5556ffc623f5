//! `warta remove`: a feed out of feeds.toml. What the store holds of it stays published.

use super::editor::Editor;
use super::exit::{Code, Failure};
use super::{Global, output};
use crate::config::edit;
use crate::notation::address::masked;

/// Arguments of `remove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The feed, by its address in feeds.toml.
    #[arg(value_name = "URL")]
    url: String,
}

pub(crate) fn run(global: &Global, options: &Options) -> Result<Code, Failure> {
    let mut editor = Editor::open(global)?;
    let feed = editor.feed(&options.url)?;
    let (key, file) = (feed.key.clone(), editor.file_of(feed));
    editor.change(&file, |text| edit::remove_feed(text, &key))?;
    output::text(&format!("removed {}; its items stay", masked(&key)))?;
    editor.tell(global, &file);
    Ok(Code::Ok)
}
