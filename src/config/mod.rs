//! feeds.toml: as written, checked, and as meant.
//!
//! In comes a file with what it includes and the environment; out goes a [`Config`] with every default applied, or
//! every mistake at once, each with its file, line and a picture. `load` alone reads files and the environment; what
//! a room needs is handed to it as its own small struct, never as a whole `Config`.

mod check;
mod credential;
pub mod edit;
mod entries;
mod keys;
mod load;
mod meant;
mod notes;
mod problem;
mod reader;
mod root;
mod rules;
mod syntax;
mod values;

pub use credential::Credential;
pub use keys::RESERVED_IDS;
pub use load::{Edited, Environment, Error, Loaded, load, load_edited, load_with_floor, locate};
pub use meant::{
    Config, DEFAULT_TIMEZONE, DedupConfig, FeedConfig, FetchConfig, LogConfig, LogFormat, Place, ProxyConfig,
    PublishConfig, SectionConfig, ServerConfig, SiteConfig, SitemapConfig, StorageConfig, WebsubConfig,
};
pub use notes::notes;
pub use problem::{Problem, Problems, Severity};

/// What `warta init` writes: a short feeds.toml with comments.
pub const INIT: &str = include_str!("init.toml");

#[cfg(test)]
mod tests;
