//! The flow of one edition: changed sections from the store, drawn, written beside, renamed.

mod compress;
pub mod files;
