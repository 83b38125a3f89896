//! The flag that ends writing. Who raises it, and why, is not a portal's to know: the run lock was
//! lost, or somebody interrupted the run.

use async_trait::async_trait;

/// Says when no further writing request may be sent. What is on its way is seen to its end; what
/// still waits for its turn, or for a pause that the portal asked for, is not sent any more.
/// Reading goes on, so that what became of the rest can be found out.
#[async_trait]
pub trait Halt: Send + Sync {
    /// Waits until it is raised, for ever if it never is. It is never lowered.
    async fn raised(&self);
}
