//! What beadle shows: plans, outcomes, organisation files, snapshots and schemas, as text, JSON,
//! YAML or a diff, to any writer.
//!
//! Nothing here decides, reads a file, a clock or the environment, or writes to stdout. Styles are
//! written when asked for; whoever owns the terminal strips them where they do not belong.

pub mod diff;
pub mod escape;
pub mod json;
pub mod organisation_file;
pub mod project_file;
pub mod redact;
pub mod schema;
pub mod snapshot_file;
pub mod text;
mod words;
mod yaml;
