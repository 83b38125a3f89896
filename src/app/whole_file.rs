//! Files written whole, and nowhere but where they are said to be: beside their place first, then moved
//! there, and below a project's folder through no link. A commit can hold a link to anywhere.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use super::Failure;

/// Who may read a file that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Readers {
    /// Whoever could read the file that was there, else whoever may read any new file.
    AsBefore,
    /// Its owner alone.
    Owner,
}

/// Writes beside the target and renames, so that a killed run leaves no half a file, and what was
/// there is replaced as a whole.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, text: &str, readers: Readers) -> Result<(), Failure> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let beside = path.with_file_name(name);
    // Of a killed run, or a link that would lead the text elsewhere.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            return Err(Failure::file(&beside)(error));
        }
        _ => {}
    }
    write_new(&beside, path, text, readers)
        .and_then(|()| fs::rename(&beside, path))
        .map_err(Failure::file(path))
}

/// Writes a file that is not there yet.
fn write_new(beside: &Path, path: &Path, text: &str, readers: Readers) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::Owner {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(beside)?;
    // Whom a file was kept from, it is kept from still.
    if readers == Readers::AsBefore
        && let Ok(found) = fs::metadata(path)
    {
        file.set_permissions(found.permissions())?;
    }
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

/// Refuses a path that a link below `root` leads elsewhere. What somebody names on the command line
/// is theirs to say: only what is below it is looked at.
///
/// # Errors
/// When there is a link, or the system does not say.
pub(super) fn refuse_links(root: &Path, path: &Path) -> Result<(), Failure> {
    let Ok(below) = path.strip_prefix(root) else {
        return Ok(());
    };
    let mut reached = root.to_owned();
    for step in below.components() {
        reached.push(step);
        match fs::symlink_metadata(&reached) {
            Ok(found) if found.is_symlink() => {
                return Err(Failure::Usage(format!(
                    "`{}` is a symbolic link, through which nothing is written: put the file or \
                     folder itself there",
                    reached.display()
                )));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(Failure::file(&reached)(error)),
            Ok(_) => {}
        }
    }
    Ok(())
}
