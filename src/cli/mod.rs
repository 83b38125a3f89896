//! To be filled.

pub mod diagnostics;
