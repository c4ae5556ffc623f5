//! The flow of one poll: due feeds, bounded fan-out, each refreshed through fetch, ingest, dedup, schedule and store.
//!
//! In: a [`World`] and the feeds that are due. Out: their outcomes, stored. It never decides when a feed is due and
//! never draws anything.

mod delivery;
mod judging;
mod network;
mod pump;
mod reading;
mod reapply;
mod refresh;
mod replan;
mod report;
mod world;

pub use delivery::{Pushed, ask_instead, take};
pub use pump::{MAX_WAITING, Pump};
pub use reapply::{Difference, Reapplied, apply, look};
pub use refresh::{Due, Refreshed, refresh};
pub use replan::replan;
pub use report::{Failed, Feeds, Items, Report};
pub use world::{World, fetch_policy};
