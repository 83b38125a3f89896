//! Files that name people: written whole, and readable by their owner alone.

use std::io;
use std::path::Path;

use super::Failure;
use super::whole_file::{self, Readers};

/// Writes the file whole. Neither the mode nor the text of one that was there stays.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    whole_file::write(path, text, Readers::Owner)
}

/// Opens a file for writing as it is, and makes an empty one that only its owner can read where
/// there is none.
pub(super) fn open(path: &Path) -> io::Result<std::fs::File> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}
