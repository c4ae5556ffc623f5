//! Bytes of any kind, read as characters under each label.
#![no_main]

#[path = "../../tests/it/laws.rs"]
#[expect(dead_code, reason = "each target holds what it reads to its own of the laws")]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let document = laws::chosen(body);
    laws::bytes(body, document.content_type.as_deref());
});
