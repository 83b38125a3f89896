//! The doors through which fuzzing tries what the sandbox reads. Nothing else uses them.

use super::dialects;
use super::faults::FaultDocument;

/// Reads what a directory is sent, or a fault as it is asked for. Whether it is taken.
#[must_use]
pub fn is_taken(input: &str) -> bool {
    let fault = serde_json::from_str::<FaultDocument>(input);
    let armed = fault.is_ok_and(|fault| fault.arm().is_ok());
    armed || dialects::fuzzing::is_taken(input)
}
