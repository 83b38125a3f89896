//! What can stop a use case as a whole. Hints and exit codes are chosen at the edge.

use std::io;
use std::path::PathBuf;

use super::revision::RevisionError;
use crate::portal::{OpenError, PortalError};
use crate::record::audit::AuditError;
use crate::record::lock::LockError;

/// What stopped a use case.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The files have errors, which have been shown.
    #[error("the project has {0}")]
    Project(String),
    /// A name on the command line that the project does not have.
    #[error("there is no {what} `{name}` in this project; it has {known}")]
    UnknownName {
        /// `organisation` or `portal`.
        what: &'static str,
        /// As given.
        name: String,
        /// What there is.
        known: String,
    },
    /// A token is not where the project says.
    #[error("portal `{portal}`: {message}")]
    Token {
        /// The portal.
        portal: String,
        /// What is missing, and where.
        message: String,
    },
    /// A portal that cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A portal that could not be read.
    #[error(transparent)]
    Portal(#[from] PortalError),
    /// A revision of the files that cannot be used.
    #[error(transparent)]
    Revision(#[from] RevisionError),
    /// A worklist that cannot be used.
    #[error("worklist `{}`: {message}", .path.display())]
    Worklist {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// A step that cannot be marked.
    #[error("{0}; nothing was marked")]
    Step(String),
    /// A snapshot that cannot be used.
    #[error("snapshot `{}`: {message}", .path.display())]
    Snapshot {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// No snapshot for an organisation.
    #[error("there is no snapshot of organisation `{organisation}` at portal `{portal}`: `{}` does not exist", .path.display())]
    NoSnapshot {
        /// The organisation's id in the project.
        organisation: String,
        /// The portal.
        portal: String,
        /// Where it was looked for.
        path: PathBuf,
    },
    /// A saved plan that cannot be used.
    #[error("saved plan `{}`: {message}", .path.display())]
    SavedPlan {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// What a run took cannot be found.
    #[error("{0}")]
    Undo(String),
    /// A report of an apply that cannot be used.
    #[error("report `{}`: {message}", .path.display())]
    Report {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
    /// Nobody is there to say yes.
    #[error("applying needs a yes: there is no terminal to ask on, so add `--yes`")]
    NeedsYes,
    /// A file or folder.
    #[error("`{}`: {error}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A file that is there already and is not overwritten.
    #[error("`{}` exists already and is left as it is", .0.display())]
    Exists(PathBuf),
    /// Something asked for on the command line that cannot be.
    #[error("{0}")]
    Usage(String),
    /// Writing results failed.
    #[error("writing the results: {0}")]
    Output(#[from] io::Error),
    /// The run lock.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The audit log.
    #[error(transparent)]
    Audit(#[from] AuditError),
    /// Where records are kept.
    #[error("records: {0}")]
    Records(String),
    /// The embedded portals.
    #[cfg(feature = "sandbox")]
    #[error("the sandbox: {0}")]
    Sandbox(#[from] crate::sandbox::SandboxError),
}

impl Failure {
    /// A failure of one file.
    pub(crate) fn file(path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |error| Self::File { path, error }
    }
}
