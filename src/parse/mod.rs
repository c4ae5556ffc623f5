//! A document in, what it said out. Tolerant, namespace-aware, bounded, never recursing over its input.
