//! The run lock and the audit log: places, interleavings, tampering, kills.

mod audit;
#[cfg(feature = "cloud")]
mod bucket;
mod clocks;
mod counts;
mod forged;
mod forget;
mod journey;
mod lock;
mod places;
pub(crate) mod rig;
pub(crate) mod written;
