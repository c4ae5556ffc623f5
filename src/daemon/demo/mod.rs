//! The demo: the whole daemon against sample feeds that it serves to itself on loopback.
//!
//! In come the texts of `samples/`, compiled in; out go feeds over HTTP, in the shapes that real outlets publish. It
//! never leaves loopback, and no outlet, person or event in it exists.

pub mod origin;
pub mod samples;
pub mod script;
mod shapes;

#[cfg(test)]
mod tests;
