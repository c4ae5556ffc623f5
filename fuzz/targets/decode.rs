//! Bytes of any kind, read as characters under each label.
#![no_main]

#[path = "../../tests/it/laws.rs"]
mod laws;

libfuzzer_sys::fuzz_target!(|body: &[u8]| {
    let document = laws::chosen(body);
    laws::bytes(body, document.content_type.as_deref());
});
