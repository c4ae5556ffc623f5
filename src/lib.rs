//! warta reads many feeds and writes a few: it polls what `feeds.toml` names, tells one item once,
//! keeps every report in `SQLite`, and publishes merged feeds, pages and a news sitemap.
//!
//! The map, in the order in which data flows. A room imports rooms of lower floors only
//! (ARCHITECTURE.md has the floors, `tests/it/house.rs` checks them).

pub mod clock;
pub mod model;
pub mod notation;

pub mod config;
pub mod schedule;

pub mod fetch;
pub mod parse;
pub mod clean;
pub mod article;
pub mod ingest;
pub mod rules;
pub mod dedup;
pub mod store;
pub mod render;
pub mod serve;
pub mod websub;

pub mod poll;
pub mod group;
pub mod publish;
pub mod push;
pub mod app;
pub mod daemon;
pub mod cli;
