//! Worklists in files: where they are, how they are read and written. The JSON is the truth; the
//! Markdown and the HTML are made from it.

use std::io::ErrorKind;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::app::{Failure, private_file, snapshots, whole_file};
use crate::model::name::{OrganisationId, PortalName};
use crate::model::worklist::{WORKLIST_BYTES, Worklist};
use crate::report::{worklist_json, worklists_html, worklists_markdown};

/// The folder beside the project file in which worklists are kept, unless another is named.
const FOLDER: &str = "worklists";

/// The file in the folder of worklists that one run at a time holds while it writes.
const LOCK: &str = ".lock";

/// Waits until no other run writes worklists of this folder, and keeps others out until the answer
/// is dropped. None where there is no folder, and so no worklist, or where the file system knows
/// no locks.
///
/// # Errors
/// When the lock cannot be had.
pub(super) fn lock(root: &Path, folder: Option<&Path>) -> Result<Option<std::fs::File>, Failure> {
    let own = root.join(FOLDER);
    let (root, folder) = folder.map_or((root, own.as_path()), |given| (given, given));
    if !folder.is_dir() {
        return Ok(None);
    }
    let path = folder.join(LOCK);
    whole_file::refuse_links(root, &path)?;
    let file = private_file::open(&path).map_err(Failure::file(&path))?;
    match file.lock() {
        Ok(()) => Ok(Some(file)),
        Err(error) if error.kind() == ErrorKind::Unsupported => Ok(None),
        Err(error) => Err(Failure::file(&path)(error)),
    }
}

/// The three files of one worklist.
pub(super) struct Files {
    /// What no link below may lead out of.
    root: PathBuf,
    lock: PathBuf,
    pub(super) json: PathBuf,
    pub(super) markdown: PathBuf,
    pub(super) html: PathBuf,
}

impl Files {
    /// `worklists/<portal>/<organisation>.json` beside the project file, or in another folder; the
    /// others beside it.
    ///
    /// # Errors
    /// When a name would lead out of the folder.
    pub(super) fn of(
        root: &Path,
        folder: Option<&Path>,
        portal: &PortalName,
        organisation: &OrganisationId,
    ) -> Result<Self, Failure> {
        let own = root.join(FOLDER);
        let (root, all) = folder.map_or((root, own.as_path()), |given| (given, given));
        let folder = all.join(snapshots::one_step(portal.as_str())?);
        let stem = snapshots::one_step(organisation.as_str())?;
        let file = |ending: &str| folder.join(format!("{stem}.{ending}"));
        Ok(Self {
            root: root.to_owned(),
            lock: all.join(LOCK),
            json: file("json"),
            markdown: file("md"),
            html: file("html"),
        })
    }

    /// Refuses to be led elsewhere, also where it is only read as yet: a run that could not write it
    /// is to end before it changes anything.
    fn refuse_links(&self) -> Result<(), Failure> {
        let Self {
            root,
            lock,
            json,
            markdown,
            html,
        } = self;
        let mut paths = [lock, json, markdown, html].into_iter();
        paths.try_for_each(|path| whole_file::refuse_links(root, path))
    }

    /// Reads the worklist; none where there is none.
    ///
    /// # Errors
    /// When a link leads elsewhere, the file cannot be read, or is not a worklist of that organisation at that portal.
    pub(super) fn read(
        &self,
        portal: &PortalName,
        organisation: &OrganisationId,
    ) -> Result<Option<Worklist>, Failure> {
        self.refuse_links()?;
        let found = match std::fs::metadata(&self.json) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            found => found.map_err(Failure::file(&self.json))?,
        };
        let failure = |message: String| Failure::Worklist {
            path: self.json.clone(),
            message,
        };
        if !found.is_file() {
            return Err(failure("it is no file".to_owned()));
        }
        let file = std::fs::File::open(&self.json).map_err(Failure::file(&self.json))?;
        let mut bytes = Vec::new();
        file.take(WORKLIST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(Failure::file(&self.json))?;
        let worklist = Worklist::read(&bytes, portal.as_str(), organisation.as_str());
        worklist
            .map(Some)
            .map_err(|error| failure(error.to_string()))
    }

    /// Writes all three, the one with the marks last: whoever is killed before is run again, marks
    /// again, and so makes the others again as well.
    ///
    /// # Errors
    /// When a file cannot be written, or the worklist is larger than what is read.
    pub(super) fn write(&self, list: &Worklist) -> Result<(), Failure> {
        let json = worklist_json(list)?;
        if json.len() as u64 > WORKLIST_BYTES {
            return Err(Failure::Worklist {
                path: self.json.clone(),
                message: "it would be larger than 8 MiB: too many steps for people to make"
                    .to_owned(),
            });
        }
        self.refuse_links()?;
        if let Some(folder) = self.json.parent() {
            std::fs::create_dir_all(folder).map_err(Failure::file(folder))?;
        }
        private_file::write(&self.html, &worklists_html(&[list]))?;
        private_file::write(&self.markdown, &worklists_markdown(&[list]))?;
        private_file::write(&self.json, &json)
    }

    /// Removes all three, the one with the marks last.
    ///
    /// # Errors
    /// When a file that is there cannot be removed.
    pub(super) fn remove(&self) -> Result<(), Failure> {
        self.refuse_links()?;
        for path in [&self.html, &self.markdown, &self.json] {
            match std::fs::remove_file(path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::file(path)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
