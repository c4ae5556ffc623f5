//! Texts of any kind, read as dates.
#![no_main]

#[path = "../../tests/it/laws.rs"]
#[expect(dead_code, reason = "each target holds what it reads to its own of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|told: &str| laws::day(told));
