//! Texts of any kind, read as dates.
#![no_main]

#[path = "../../tests/it/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|told: &str| laws::day(told));
