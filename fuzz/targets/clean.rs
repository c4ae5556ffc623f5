//! HTML of any kind, made fit to be published.
#![no_main]

#[path = "../../tests/it/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|html: &str| laws::fragment(html));
