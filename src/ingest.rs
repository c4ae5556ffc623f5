//! A document in, a cleaned feed out: `parse`, then `clean`.
