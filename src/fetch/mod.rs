//! The one guarded HTTP client: conditional requests within limits, to allowed addresses alone.
