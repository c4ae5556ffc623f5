//! Small notations read once, for all: dates, charsets, addresses. Pure; knows `model` alone.

pub mod address;
pub mod charset;
pub mod date;
pub mod duration;
pub mod network;
