//! Opening what people wrote: one file, whole, as text, from inside the project's folder. Links,
//! devices and giants are refused; nothing is parsed.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::findings::Finding;
use crate::model::diagnostic::Reread;

/// Largest file that is read.
const LARGEST: u64 = 8 * 1024 * 1024;

/// What some editors put before the first character.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Name of a project file that is not named.
pub const PROJECT_FILE: &str = "beadle.yaml";

/// Where a project is.
pub(super) struct Layout {
    /// The project's folder.
    pub(super) root: PathBuf,
    /// The name of the project file in it.
    pub(super) file: String,
}

impl Layout {
    /// The project in a folder, or of a project file.
    pub(super) fn of(path: &Path) -> Self {
        let is_folder = path.is_dir();
        let name = path.file_name().filter(|_| !is_folder);
        match name {
            Some(name) => {
                let parent = path
                    .parent()
                    .filter(|parent| !parent.as_os_str().is_empty());
                Self {
                    root: parent.unwrap_or(Path::new(".")).to_path_buf(),
                    file: name.to_string_lossy().into_owned(),
                }
            }
            None => Self {
                root: path.to_path_buf(),
                file: PROJECT_FILE.to_owned(),
            },
        }
    }
}

/// A file's text, and a digest of the bytes that it was read from.
pub(super) struct Opened {
    /// Without a byte-order mark.
    pub(super) text: String,
    pub(super) digest: [u8; 32],
}

/// Texts that stand for those of files, by name from the project's folder.
pub(super) type Texts = BTreeMap<String, Arc<str>>;

/// The project's folder, to read a file in it, and perhaps once more.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) root: PathBuf,
    pub(super) texts: Texts,
}

impl Folder {
    /// A file's text: the one that stands for it, else what it holds.
    pub(super) fn open(&self, name: &str) -> Result<Opened, Finding> {
        match self.texts.get(name) {
            Some(text) => Ok(Opened {
                text: text.to_string(),
                digest: Sha256::digest(text.as_bytes()).into(),
            }),
            None => open(&self.root, name),
        }
    }
}

impl Reread for Folder {
    fn reread(&self, name: &str, digest: &[u8; 32]) -> Option<Arc<str>> {
        let opened = self.open(name).ok()?;
        (opened.digest == *digest).then(|| opened.text.into())
    }
}

/// Reads one file below `root`.
pub(super) fn open(root: &Path, name: &str) -> Result<Opened, Finding> {
    let path = name
        .split('/')
        .fold(root.to_path_buf(), |path, part| path.join(part));
    let cannot = |error: &std::io::Error| {
        let message = format!("cannot read `{name}`: {}", plain(error));
        let finding = Finding::without_place("unreadable", message);
        if error.kind() == std::io::ErrorKind::NotFound && name == PROJECT_FILE {
            finding.help(
                "name the project's folder, or begin one with `beadle init` or `beadle import`",
            )
        } else {
            finding
        }
    };
    let found = fs::symlink_metadata(&path).map_err(|error| cannot(&error))?;
    if found.is_symlink() {
        let message = format!("`{name}` is a symbolic link");
        return Err(Finding::without_place("symbolic-link", message)
            .help("put the file itself into the project's folder"));
    }
    if !found.is_file() {
        let message = format!("`{name}` is no file");
        return Err(Finding::without_place("unreadable", message));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(found.len().min(LARGEST)).unwrap_or(0) + 1);
    let file = fs::File::open(&path).map_err(|error| cannot(&error))?;
    file.take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| cannot(&error))?;
    if bytes.len() as u64 > LARGEST {
        let message = format!("`{name}` is larger than 8 MiB");
        return Err(Finding::without_place("too-large", message)
            .help("split it: one file for each organisation"));
    }
    let digest = Sha256::digest(&bytes).into();
    let text = text_of(bytes, name)?;
    Ok(Opened { text, digest })
}

/// What is said of a path at which there is neither a project's folder nor its file.
pub(super) fn nothing_at(path: &Path) -> Finding {
    let message = format!(
        "cannot read `{}`: there is no such folder or file",
        path.display()
    );
    Finding::without_place("unreadable", message)
        .help("name the project's folder, or begin one with `beadle init`")
}

/// An error without the number that the system adds.
fn plain(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        kind => kind.to_string(),
    }
}

fn text_of(bytes: Vec<u8>, name: &str) -> Result<String, Finding> {
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let before = error.as_bytes().get(..valid).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let message = format!("`{name}` is not UTF-8 text: line {line} holds other bytes");
        Finding::without_place("encoding", message).help("save the file as UTF-8")
    })?;
    if text.starts_with(BYTE_ORDER_MARK) {
        text.drain(..BYTE_ORDER_MARK.len_utf8());
    }
    Ok(text)
}
