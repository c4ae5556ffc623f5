//! The house put together once: configuration, store, fetcher and clock.
