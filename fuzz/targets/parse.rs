//! Documents of any kind, read and cleaned.
#![no_main]

#[path = "../../tests/it/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    laws::document(&laws::chosen(body));
});
