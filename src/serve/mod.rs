//! Serves the published folder over HTTP from its edition file.
