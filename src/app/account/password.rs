//! Passwords in files: a new file that only its owner can read, and one that must be such already.
//! Nothing here shows a password.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret, SecretString};

use crate::app::Failure;

/// Longest password that is read, in bytes.
const LONGEST: u64 = 1024;

/// A file that was not there before, and that only its owner can read.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    file: File,
}

impl NewFile {
    /// Makes the file. Where anything is at that place already, also a link that leads nowhere,
    /// it is refused.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;
            options.mode(0o600);
        }
        match options.open(path) {
            Ok(file) => Ok(Self {
                path: path.to_owned(),
                file,
            }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(Failure::Usage(format!(
                    "`{}` exists already and is left as it is: name a new file for the password",
                    path.display()
                )))
            }
            Err(error) => Err(Failure::file(path)(error)),
        }
    }

    /// A file that is open already.
    #[cfg(test)]
    pub(super) fn opened(path: PathBuf, file: File) -> Self {
        Self { path, file }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the password, a line of its own.
    pub(super) fn write(mut self, password: &SecretString) -> io::Result<()> {
        self.file.write_all(password.expose_secret().as_bytes())?;
        self.file.write_all(b"\n")?;
        self.file.sync_all()
    }

    /// Takes the empty file away again.
    pub(super) fn remove(self) {
        let Self { path, file } = self;
        drop(file);
        // What cannot be removed is empty.
        let _ = std::fs::remove_file(path);
    }
}

/// Reads a password from a file that only its owner can read.
///
/// # Errors
/// When others can read the file, or it does not hold one line.
pub(super) fn read(path: &Path) -> Result<SecretString, Failure> {
    let refuse = |why: &str| Failure::Usage(format!("`{}` {why}", path.display()));
    let file = File::open(path).map_err(Failure::file(path))?;
    let found = file.metadata().map_err(Failure::file(path))?;
    if !found.is_file() {
        return Err(refuse("is no file to read a password from"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            return Err(refuse(
                "can be read by others than its owner: `chmod 600` it, and choose another password if somebody may have read it",
            ));
        }
    }
    let mut text = String::new();
    file.take(LONGEST + 1)
        .read_to_string(&mut text)
        .map_err(Failure::file(path))?;
    let too_long = text.len() as u64 > LONGEST;
    let password = text.strip_suffix('\n').unwrap_or(&text);
    let password = password.strip_suffix('\r').unwrap_or(password);
    if too_long || password.is_empty() || password.contains(char::is_control) {
        return Err(refuse("does not hold one password, on one line"));
    }
    Ok(SecretString::from(password))
}
