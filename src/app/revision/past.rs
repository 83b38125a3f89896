//! A project as it stood at a commit: loaded and checked as every project is, from a private folder
//! that is gone before anybody uses the result.

use std::path::Path;

use super::error::RevisionError;
use super::{Commit, Tree};
use crate::app::{project, snapshots};
use crate::config::{self, Project};
use crate::model::diagnostic::{Severity, Sources};
use crate::portal;

/// Name of a project file that is not named.
const PROJECT_FILE: &str = "beadle.yaml";

/// A project of the past.
pub(in crate::app) struct Past {
    pub(in crate::app) project: Project,
    pub(in crate::app) sources: Sources,
}

/// Loads the project that is at `path` in the working tree, as it stood at a commit.
///
/// `present` is the same project today: what only it tells is where snapshots are, which no
/// project is made of.
///
/// # Errors
/// When there was none, or it had errors, or part of it is another repository's.
pub(in crate::app) fn load(
    tree: &Tree,
    commit: &Commit,
    path: &Path,
    present: (&Project, &Sources),
) -> Result<Past, RevisionError> {
    let (project, sources) = present;
    let file = path.file_name().filter(|_| !path.is_dir());
    let file = file.map_or(PROJECT_FILE.into(), |name| name.to_string_lossy());
    for source in sources.files() {
        if let Some(submodule) = tree.submodule(&source.name) {
            return Err(RevisionError::Submodule {
                file: source.name.to_string(),
                submodule: submodule.escape_debug().to_string(),
            });
        }
    }
    if !tree.has(&file) {
        return Err(RevisionError::NoProject {
            revision: commit.to_string(),
            file: format!("`{file}`"),
        });
    }
    let folder = tree.materialise(&snapshot_folders(project))?;
    let loaded = config::load(&folder.path().join(&*file), &portal::rules_by_driver());
    folder.close()?;
    match loaded.project {
        Some(project) => Ok(Past {
            project,
            sources: loaded.sources,
        }),
        None => {
            let errors = project::errors(&loaded.diagnostics);
            let first = loaded
                .diagnostics
                .iter()
                .find(|found| found.severity == Severity::Error);
            let place = first.and_then(|found| {
                let place = loaded.sources.place(found.span.as_ref()?);
                Some(format!(", the first [{}] at {place}", found.code))
            });
            let count = if errors == 1 { "error" } else { "errors" };
            Err(RevisionError::Invalid {
                revision: commit.to_string(),
                errors: format!("{errors} {count}{}", place.unwrap_or_default()),
            })
        }
    }
}

/// Folders of snapshots, from the project's folder.
fn snapshot_folders(project: &Project) -> Vec<String> {
    let own = project.portals().values();
    let own = own.filter_map(|portal| portal.snapshots.as_ref()?.to_str().map(str::to_owned));
    own.map(|folder| {
        folder
            .trim_start_matches("./")
            .trim_end_matches('/')
            .to_owned()
    })
    .filter(|folder| !folder.is_empty() && folder != ".")
    .chain([snapshots::FOLDER.to_owned()])
    .collect()
}
