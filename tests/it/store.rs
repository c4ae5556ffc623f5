//! The store through its doors, on a real database in a temporary folder.
