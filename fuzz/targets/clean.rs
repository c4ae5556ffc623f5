//! HTML of any kind, made fit to be published.
#![no_main]

#[path = "../../tests/it/laws.rs"]
#[expect(dead_code, reason = "each target holds what it reads to its own of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|html: &str| laws::fragment(html));
