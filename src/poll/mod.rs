//! The flow of one poll: due feeds, bounded fan-out, each refreshed through fetch, ingest, dedup, schedule and store.

mod pump;
mod report;

pub use pump::{MAX_WAITING, Pump};
pub use report::{Failed, Feeds, Items, Report};
