//! Documents of any kind, read and cleaned.
#![no_main]

#[path = "../../tests/it/laws.rs"]
#[expect(dead_code, reason = "each target holds what it reads to its own of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    laws::document(&laws::chosen(body));
});
