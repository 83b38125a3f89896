//! Edited files to the disk: all of them are prepared beside their places before the first takes its
//! place, and none that has changed since it was read is overwritten.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::config::edit::EditedFile;

/// What some editors begin a UTF-8 file with.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// What became of the files.
#[derive(Debug)]
pub(super) enum Written {
    /// All are written.
    All,
    /// None is, and why.
    None(String),
    /// Some are: the disk failed in between.
    Some {
        /// Written.
        done: Vec<String>,
        /// As they were.
        left: Vec<String>,
        /// Why.
        why: String,
    },
}

/// A file beside the place that it is to take; removed when it is dropped before.
struct Ready<'f> {
    file: &'f EditedFile,
    beside: PathBuf,
}

impl Drop for Ready<'_> {
    fn drop(&mut self) {
        // Once it has taken its place, there is none.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Writes all of them, or says what was.
pub(super) fn write(files: &[EditedFile]) -> Written {
    write_with(files, place)
}

fn write_with(files: &[EditedFile], place: impl Fn(&Ready<'_>) -> Result<(), String>) -> Written {
    let mut ready = Vec::with_capacity(files.len());
    for file in files {
        match prepare(file) {
            Ok(one) => ready.push(one),
            Err(why) => return Written::None(why),
        }
    }
    // The last look before the first file is changed: nothing that others wrote may be lost.
    for file in files {
        if let Err(why) = unchanged(file) {
            return Written::None(why);
        }
    }
    for (at, one) in ready.iter().enumerate() {
        let placed = unchanged(one.file).and_then(|_| place(one));
        if let Err(why) = placed {
            let name = |file: &EditedFile| file.name.clone();
            let done: Vec<String> = files.iter().take(at).map(name).collect();
            if done.is_empty() {
                return Written::None(why);
            }
            let left = files.iter().skip(at).map(name).collect();
            return Written::Some { done, left, why };
        }
    }
    Written::All
}

fn failed(file: &EditedFile) -> impl Fn(io::Error) -> String {
    move |error| format!("`{}`: {error}", file.name)
}

/// Whether the file is what was read; its bytes and what the system knows of it.
fn unchanged(file: &EditedFile) -> Result<(Vec<u8>, Metadata), String> {
    let known = fs::symlink_metadata(&file.path).map_err(failed(file))?;
    if !known.is_file() {
        return Err(format!("`{}` is no plain file", file.name));
    }
    if known.permissions().readonly() {
        return Err(format!("`{}` may not be written to", file.name));
    }
    let bytes = fs::read(&file.path).map_err(failed(file))?;
    let digest: [u8; 32] = Sha256::digest(&bytes).into();
    if digest != file.digest {
        return Err(format!(
            "`{}` was changed by somebody else meanwhile",
            file.name
        ));
    }
    Ok((bytes, known))
}

/// Writes the new text beside the file, with its mode.
fn prepare(file: &EditedFile) -> Result<Ready<'_>, String> {
    let (bytes, known) = unchanged(file)?;
    let mut name = std::ffi::OsString::from(".");
    name.push(file.path.file_name().unwrap_or_default());
    name.push(".beadle-part");
    let beside = file.path.with_file_name(name);
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(file)(error)),
        _ => {}
    }
    let mark = if bytes.starts_with(BYTE_ORDER_MARK) {
        BYTE_ORDER_MARK
    } else {
        &[]
    };
    let ready = Ready { file, beside };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let written = options.open(&ready.beside).and_then(|mut new| {
        new.set_permissions(known.permissions())?;
        new.write_all(mark)?;
        new.write_all(file.after.as_bytes())?;
        new.sync_all()
    });
    written.map_err(failed(file))?;
    Ok(ready)
}

fn place(one: &Ready<'_>) -> Result<(), String> {
    fs::rename(&one.beside, &one.file.path).map_err(failed(one.file))?;
    let folder = one
        .file
        .path
        .parent()
        .filter(|it| !it.as_os_str().is_empty());
    // Some systems cannot sync a folder; the file itself is on the disk.
    let _ = File::open(folder.unwrap_or(Path::new("."))).and_then(|folder| folder.sync_all());
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        reason = "what a test is built with may fail it too"
    )]

    use super::*;

    fn edited(folder: &Path, name: &str) -> EditedFile {
        let path = folder.join(name);
        fs::write(&path, "before\n").unwrap();
        EditedFile {
            name: name.to_owned(),
            path,
            before: "before\n".to_owned(),
            after: "after\n".to_owned(),
            digest: Sha256::digest(b"before\n").into(),
        }
    }

    fn texts(folder: &Path) -> Vec<String> {
        let mut paths: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        paths
            .iter()
            .map(|path| fs::read_to_string(path).unwrap())
            .collect()
    }

    #[test]
    fn a_file_that_somebody_changed_meanwhile_keeps_all_of_them_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let files = [edited(folder.path(), "a"), edited(folder.path(), "b")];
        fs::write(folder.path().join("b"), "theirs\n").unwrap();
        let written = write(&files);
        assert!(
            matches!(&written, Written::None(why) if why.contains("`b` was changed")),
            "{written:?}"
        );
        assert_eq!(texts(folder.path()), ["before\n", "theirs\n"]);
    }

    #[test]
    fn a_disk_that_fails_half_way_is_told_file_by_file_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["a", "b", "c"].map(|name| edited(folder.path(), name));
        let written = write_with(&files, |one| match one.file.name.as_str() {
            "b" => Err("the disk is gone".to_owned()),
            _ => place(one),
        });
        let Written::Some { done, left, why } = written else {
            unreachable!("{written:?}")
        };
        assert_eq!(
            (done.join(" "), left.join(" ")),
            ("a".to_owned(), "b c".to_owned())
        );
        assert_eq!(why, "the disk is gone");
        assert_eq!(texts(folder.path()), ["after\n", "before\n", "before\n"]);
    }

    #[test]
    fn all_are_written() {
        let folder = tempfile::tempdir().unwrap();
        let files = [edited(folder.path(), "a"), edited(folder.path(), "b")];
        assert!(matches!(write(&files), Written::All));
        assert_eq!(texts(folder.path()), ["after\n", "after\n"]);
    }
}
