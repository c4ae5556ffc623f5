//! Views in, files out: one row of `OUTPUTS` an output format. Pure: the same view gives the same bytes.
