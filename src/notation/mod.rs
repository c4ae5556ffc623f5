//! Small notations read once, for all: dates, cron expressions, charsets, addresses, domains, pages. Pure; knows
//! `model` alone.

pub mod address;
pub mod aside;
pub mod charset;
pub mod cron;
pub mod date;
pub mod domain;
pub mod duration;
pub mod link;
pub mod network;
pub mod page;
pub mod pattern;
