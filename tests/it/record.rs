//! The run lock and the audit log: places, interleavings, tampering, kills.

mod audit;
mod journey;
mod lock;
mod places;
pub(crate) mod rig;
