//! Decides which item is new, changed, known, or another copy of one that is there. Pure.
