//! Use cases: one file is one subcommand. They wire the floors below and decide nothing of their
//! own. What they say goes through a [`Screen`]; what they read of the environment and the clock
//! comes from `world` alone.

pub mod account;
pub mod apply;
mod applying;
mod approval;
pub mod audit;
pub mod decisions;
pub mod edit;
pub mod explain;
pub mod failure;
#[doc(hidden)]
pub mod fuzzing;
pub mod import;
pub mod init;
mod interrupts;
pub mod lock;
pub mod merge;
pub mod next;
mod origins;
mod page;
pub mod plan;
mod planning;
mod portals;
mod private_file;
mod project;
mod record;
mod redaction;
pub mod report;
mod repository;
mod revision;
#[cfg(feature = "sandbox")]
pub mod sandbox;
mod saved_plan;
pub mod schema;
mod screen;
pub mod snapshot;
mod snapshots;
pub mod undo;
pub mod validate;
mod whole_file;
pub mod worklist;
mod world;

pub use failure::Failure;
pub use project::{PlanningOptions, Selection};
pub use redaction::Redact;
pub use revision::RevisionError;
pub use screen::{Exit, Progress, Screen, harmless, is_hidden};
