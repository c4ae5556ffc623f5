//! All integration tests, in one binary: linking is what one waits for.

mod check;
mod crash;
mod fetch;
mod hostile;
mod house;
mod origin;
mod parse;
mod poll;
mod publish;
mod run;
mod serve;
mod store;
mod world;
