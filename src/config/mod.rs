//! feeds.toml: as written, checked, and as meant.
