//! The run lock and the audit log: places, interleavings, tampering, kills.

mod lock;
mod places;
pub(crate) mod rig;
