//! Snapshots in files: where they are kept and how they are read.

use std::path::{Path, PathBuf};

use super::Failure;
use super::whole_file::{self, Readers};
use crate::config;
use crate::model::live::Live;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::snapshot::Snapshot;

/// The folder beside the project file in which snapshots are kept, unless a portal says otherwise.
pub(super) const FOLDER: &str = "live";

/// Where a snapshot in that folder finds its schema.
pub(super) const SCHEMA: &str = "../../schema/snapshot.schema.json";

/// Where the snapshot of one organisation is kept: `live/<portal>/<organisation>.yaml`, or in the
/// portal's own `snapshots` folder.
///
/// # Errors
/// When a name would lead out of the folder.
pub(super) fn path(
    root: &Path,
    own_folder: Option<&Path>,
    portal: &PortalName,
    organisation: &OrganisationId,
) -> Result<PathBuf, Failure> {
    match own_folder {
        Some(own) => Ok(root.join(own).join(file_name(organisation)?)),
        None => path_in(&root.join(FOLDER), portal, organisation),
    }
}

/// Where the snapshot of one organisation is in a folder laid out as
/// `<portal>/<organisation>.yaml`.
///
/// # Errors
/// When a name would lead out of the folder.
pub(super) fn path_in(
    folder: &Path,
    portal: &PortalName,
    organisation: &OrganisationId,
) -> Result<PathBuf, Failure> {
    let portal = one_step(portal.as_str())?;
    Ok(folder.join(portal).join(file_name(organisation)?))
}

fn file_name(organisation: &OrganisationId) -> Result<String, Failure> {
    Ok(format!("{}.yaml", one_step(organisation.as_str())?))
}

/// The name as one step of a path. Ids come from files that others may propose: one such as
/// `../../x` or `/x` would have a snapshot written anywhere.
pub(super) fn one_step(name: &str) -> Result<&str, Failure> {
    let mut steps = Path::new(name).components();
    let is_one = matches!(
        (steps.next(), steps.next()),
        (Some(std::path::Component::Normal(step)), None) if step == name
    );
    if is_one && !name.contains(['\\', '\0']) {
        Ok(name)
    } else {
        Err(Failure::Usage(format!(
            "`{}` cannot be the name of a file or folder",
            name.escape_debug()
        )))
    }
}

/// Reads one snapshot.
///
/// # Errors
/// When the file cannot be read or is not a snapshot.
pub(super) fn read(path: &Path) -> Result<Snapshot, Failure> {
    let failure = |message: String| Failure::Snapshot {
        path: path.to_owned(),
        message,
    };
    let snapshot = config::read_snapshot(path).map_err(failure)?;
    if snapshot.format != 1 {
        return Err(failure(format!(
            "its format is {}; this version reads format 1",
            snapshot.format
        )));
    }
    Ok(snapshot)
}

/// Turns a snapshot into live state, with the checks that a portal's own answer would get.
///
/// # Errors
/// When it is of another driver, or not complete.
pub(super) fn live(path: &Path, snapshot: Snapshot, driver: &str) -> Result<Live, Failure> {
    let failure = |message: String| Failure::Snapshot {
        path: path.to_owned(),
        message,
    };
    if snapshot.driver != driver {
        return Err(failure(format!(
            "it was taken of driver `{}`, not `{driver}`",
            snapshot.driver
        )));
    }
    snapshot
        .into_live()
        .map_err(|incomplete| failure(incomplete.to_string()))
}

/// Writes a file of a project, whole and in the project.
///
/// # Errors
/// When a link leads out of `root` on the way, or the file cannot be written.
pub(super) fn write(root: &Path, path: &Path, text: &str) -> Result<(), Failure> {
    whole_file::refuse_links(root, path)?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    }
    whole_file::write(path, text, Readers::AsBefore)
}

/// Every snapshot of a folder laid out as `<portal>/<organisation>.yaml`, by portal.
///
/// # Errors
/// When the folder or a file cannot be read.
#[cfg(feature = "sandbox")]
pub(super) fn read_folder(
    folder: &Path,
) -> Result<std::collections::BTreeMap<String, Vec<Snapshot>>, Failure> {
    let mut found = std::collections::BTreeMap::new();
    for portal in entries(folder)? {
        if !portal.is_dir() {
            continue;
        }
        let name = portal
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut snapshots = Vec::new();
        for file in entries(&portal)? {
            if file
                .extension()
                .is_some_and(|extension| extension == "yaml" || extension == "yml")
            {
                snapshots.push(read(&file)?);
            }
        }
        found.insert(name, snapshots);
    }
    Ok(found)
}

#[cfg(feature = "sandbox")]
fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(Failure::file(folder))? {
        found.push(entry.map_err(Failure::file(folder))?.path());
    }
    found.sort();
    Ok(found)
}
