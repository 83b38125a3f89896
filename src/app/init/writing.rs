//! New files, all of them or none: nothing that is there is overwritten, no half a file is seen, and
//! what was written goes again when the rest cannot be.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::app::{Failure, whole_file};

/// Files that this run has written.
pub(super) struct NewFiles {
    root: PathBuf,
    /// Paths from the root, in the order in which they were written.
    names: Vec<String>,
    /// Folders that were not there, outermost first.
    folders: Vec<PathBuf>,
}

impl NewFiles {
    /// Writes files, given by path from the root and text, once none of them is there.
    ///
    /// # Errors
    /// When one is there, or cannot be written. Then none is.
    pub(super) fn begin(root: &Path, files: &[(String, String)]) -> Result<Self, Failure> {
        let is_there = |name: &str| fs::symlink_metadata(root.join(name)).is_ok();
        let there: Vec<String> = files
            .iter()
            .filter(|(name, _)| is_there(name))
            .map(|(name, _)| format!("`{}`", root.join(name).display()))
            .collect();
        if !there.is_empty() {
            let verb = if there.len() == 1 { "exists" } else { "exist" };
            return Err(Failure::Usage(format!(
                "{} {verb} already: nothing was written; name another folder, or move what is there away",
                there.join(", ")
            )));
        }
        let mut written = Self {
            root: root.to_owned(),
            names: Vec::new(),
            folders: Vec::new(),
        };
        for (name, text) in files {
            if let Err(failure) = written.add(name, text) {
                written.take_back();
                return Err(failure);
            }
        }
        Ok(written)
    }

    /// Writes one more.
    ///
    /// # Errors
    /// When it is there, a link leads elsewhere, or it cannot be written.
    pub(super) fn add(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        let path = self.root.join(name);
        let folder = path.parent().unwrap_or(&self.root).to_owned();
        whole_file::refuse_links(&self.root, &folder)?;
        self.make(&folder).map_err(Failure::file(&folder))?;
        place(&folder, &path, text).map_err(|error| {
            if error.kind() == io::ErrorKind::AlreadyExists {
                Failure::Exists(path.clone())
            } else {
                Failure::file(&path)(error)
            }
        })?;
        self.names.push(name.to_owned());
        Ok(())
    }

    /// Makes a folder, and remembers which of those above it were not there.
    fn make(&mut self, folder: &Path) -> io::Result<()> {
        let mut missing: Vec<&Path> = folder
            .ancestors()
            .take_while(|above| !above.as_os_str().is_empty() && !above.exists())
            .collect();
        missing.reverse();
        for one in missing {
            fs::create_dir(one)?;
            self.folders.push(one.to_owned());
        }
        Ok(())
    }

    /// Removes all of it again, and the folders that were made for it.
    pub(super) fn take_back(self) {
        let Self {
            root,
            names,
            folders,
        } = self;
        // What cannot be removed stays: the failure that led here is what is told.
        for name in names.iter().rev() {
            let _ = fs::remove_file(root.join(name));
        }
        for folder in folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }

    /// The paths that were written, from the root.
    pub(super) fn keep(self) -> Vec<String> {
        self.names
    }
}

/// Writes beside its place and moves there, unless something has come there meanwhile.
fn place(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any new file: what the user's mask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.prefix(".beadle-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}
