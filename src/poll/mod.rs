//! The flow of one poll: due feeds, bounded fan-out, each refreshed through fetch, ingest, dedup, schedule and store.
