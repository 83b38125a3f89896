//! Files that name people: written whole, and readable by their owner alone.

use std::io::{self, Write};
use std::path::Path;

use super::Failure;

/// Writes beside the target and renames, so that a killed run leaves no half a file, and neither
/// the mode nor the text of a file that was there stays.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let beside = path.with_file_name(name);
    match std::fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::file(&beside)(error));
        }
        _ => {}
    }
    write_new(&beside, text)
        .and_then(|()| std::fs::rename(&beside, path))
        .map_err(Failure::file(path))
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

/// Writes a file that is not there yet and that only its owner can read.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
