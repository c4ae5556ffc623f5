//! Decides when a feed is asked again. Pure.
