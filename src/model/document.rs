//! What came: bytes and what was said about them.

use url::Url;

/// One answer's decoded body with its address and declared type: all that `parse` gets to know.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The address that gave it, after redirects; the last resort for resolving relative links.
    pub url: Option<Url>,
    /// The `Content-Type` header as sent, with its charset.
    pub content_type: Option<String>,
    /// The body after content decoding, before character decoding.
    pub body: Vec<u8>,
}
