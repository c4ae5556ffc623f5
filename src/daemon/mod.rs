//! The long-running process: start, heartbeat, signals, orderly stop; and the demo.

pub mod demo;
pub mod heartbeat;
pub mod notify;
pub mod signals;
