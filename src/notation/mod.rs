//! Small notations read once, for all: dates, charsets, addresses, domains. Pure; knows `model` alone.

pub mod address;
pub mod charset;
pub mod date;
pub mod domain;
pub mod duration;
pub mod link;
pub mod network;
