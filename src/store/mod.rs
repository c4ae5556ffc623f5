//! SQLite: one writer thread, read-only readers. The only room that knows SQL.
