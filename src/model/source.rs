//! Places in the files that people write: what an error, a reason and an explanation point at.

use std::sync::Arc;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One place in a YAML file. Lines and columns count from 1; a column counts characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Source {
    /// The file, as named from the project's folder, with `/` between folders.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl std::fmt::Display for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}:{}", self.file, self.line)
    }
}

/// A place in the YAML.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SourceDocument {
    /// The file, from the project's folder.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
}

impl SourceDocument {
    /// The document of a place.
    #[must_use]
    pub fn of(source: &Source) -> Self {
        let Source {
            file,
            line,
            column: _,
        } = source;
        Self {
            file: file.to_string(),
            line: *line,
        }
    }
}

/// Through which door of the YAML something came to be desired.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Via {
    /// `users.<key>` itself, or its own `areas`.
    User,
    /// The organisation's `areas` (the view from the area) .
    AreaView,
    /// The organisation's `admins`.
    AdminList,
    /// A bundle, named by the user.
    Bundle(Arc<str>),
    /// A line under `assignments`, perhaps through one of its bundles.
    Assignment(Option<Arc<str>>),
    /// No door of the YAML: a run took it on that day, and an undo gives it back.
    Undo(Date),
}

/// One reason for a desired thing: the door, and the place in the file. A thing may have several.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Provenance {
    /// The door.
    pub via: Via,
    /// The place.
    pub source: Source,
}
