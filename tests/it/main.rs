//! All integration tests, in one binary: linking is what one waits for.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on panics")]

mod addresses;
mod archives;
mod check;
mod crash;
mod fetch;
mod fixtures;
mod hostile;
mod house;
mod hub;
mod life;
mod laws;
mod limits;
mod mutate;
mod origin;
mod parse;
mod poll;
mod proxy;
mod publish;
mod round_trip;
mod rows;
mod run;
mod secrets;
mod sections;
mod serve;
mod sources;
mod statics;
mod store;
mod stories;
mod suspend;
mod takedown;
mod tricky;
mod week;
mod themes;
mod websub;
mod world;
