//! The long-running process: start, heartbeat, signals, orderly stop; and the demo.
