//! The files that people write, read and checked: file → tree → JSON schema → typed documents →
//! checks → what is desired on a day. Knows nothing of portals but their rules tables, and of
//! live state nothing at all.

mod affected;
mod checks;
mod context;
mod dated;
mod desired;
mod documents;
pub mod edit;
mod explain;
mod files;
mod findings;
mod fold;
#[doc(hidden)]
pub mod fuzzing;
mod globs;
mod grants;
mod load;
mod next;
mod organisation;
mod owners;
mod policy;
mod project;
mod review;
mod schema;
mod scope;
mod secrets;
mod settings;
mod snapshot;
mod spanned;
#[doc(hidden)]
pub mod steps;
mod suggest;
mod tree;
mod typed;

pub use affected::{Affected, Gone, What, affected};
pub use checks::descriptions as checks;
pub use desired::UnitOnDay;
pub use files::PROJECT_FILE;
pub use load::load;
pub use owners::OwnedFile;
pub use project::{Loaded, Project};
pub use snapshot::read_snapshot;

/// The JSON schema of a kind of file: `project` or `organisation`.
#[must_use]
pub fn schema(name: &str) -> Option<serde_json::Value> {
    match name {
        "project" => Some(documents::schema(documents::FileKind::Project)),
        "organisation" => Some(documents::schema(documents::FileKind::Organisation)),
        _ => None,
    }
}
