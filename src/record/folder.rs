//! A folder of records on this machine, or on a file system that several share. Private to its
//! owner, and durable: a file and the folder that names it are both on the disk before anybody is
//! told so.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use jiff::Timestamp;

use crate::model::records::is_key;

use super::store::{Created, Entry, LARGEST_OBJECT, MOST_OBJECTS, Store, StoreError};

/// Keeps records out of the repository, whatever else is ignored there.
const IGNORE: &str = "# Records of what was done name people and change at every run.\n*\n";

/// Names of files that are being written, which no listing shows.
const UNFINISHED: &str = ".part-";

/// Tells files apart that one process writes at the same time.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A folder.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The place; nothing is made until something is written.
    #[must_use]
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    async fn work<T: Send + 'static>(
        &self,
        key: &str,
        work: impl FnOnce(&Path, &Path) -> io::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let failed = |message: String| StoreError::Object {
            place: self.place(),
            key: key.to_owned(),
            message,
        };
        if !is_key(key.strip_suffix('/').unwrap_or(key)) {
            return Err(failed("is not a name for a record".to_owned()));
        }
        let (root, path) = (self.root.clone(), self.root.join(key));
        let done = tokio::task::spawn_blocking(move || work(&root, &path)).await;
        match done {
            Ok(done) => done.map_err(|error| failed(error.to_string())),
            Err(_) => Err(failed("was given up".to_owned())),
        }
    }
}

#[async_trait]
impl Store for Folder {
    async fn create(&self, key: &str, bytes: &[u8]) -> Result<Created, StoreError> {
        let bytes = bytes.to_vec();
        self.work(key, move |root, path| create(root, path, &bytes))
            .await
    }

    async fn read(&self, key: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.work(key, |_, path| read(path)).await
    }

    async fn list(&self, prefix: &str) -> Result<Vec<Entry>, StoreError> {
        self.work(prefix, |root, path| {
            let mut found = Vec::new();
            list(root, path, &mut found)?;
            found.sort();
            Ok(found)
        })
        .await
    }

    async fn delete(&self, key: &str) -> Result<(), StoreError> {
        // The folder of a run that was taken away goes with its last file. Others stay: somebody
        // may be about to write there.
        let of_a_run = key.starts_with("audit/");
        self.work(key, move |_, path| match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => {
                if let Some(parent) = path.parent().filter(|_| of_a_run) {
                    // One that is not empty stays.
                    let _ = fs::remove_dir(parent);
                }
                Ok(())
            }
        })
        .await
    }

    fn appends(&self) -> bool {
        true
    }

    async fn append(&self, key: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let bytes = bytes.to_vec();
        self.work(key, move |_, path| append(path, &bytes)).await
    }

    async fn cut(&self, key: &str, length: u64) -> Result<(), StoreError> {
        self.work(key, move |_, path| {
            is_file(path)?;
            let file = OpenOptions::new().write(true).open(path)?;
            file.set_len(length)?;
            file.sync_all()
        })
        .await
    }

    async fn tidy(&self, prefix: &str, before: Timestamp) -> Result<(), StoreError> {
        let everywhere = prefix.is_empty();
        let key = if everywhere { "audit/" } else { prefix };
        self.work(key, move |root, path| {
            tidy(if everywhere { root } else { path }, before)
        })
        .await
    }

    fn place(&self) -> String {
        format!("the folder `{}`", self.root.display())
    }
}

fn create(root: &Path, path: &Path, bytes: &[u8]) -> io::Result<Created> {
    let folder = folder_of(root, path)?;
    if path.symlink_metadata().is_ok() {
        return Ok(Created::Exists);
    }
    write_once(folder, path, bytes)
}

/// Written beside, brought to the disk, then named: the name is taken by one only, and never by
/// half a file.
fn write_once(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<Created> {
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let beside = folder.join(format!("{UNFINISHED}{}-{number}", std::process::id()));
    // Left by a process of the same number that was killed.
    let _ = fs::remove_file(&beside);
    let written = private_file()
        .write(true)
        .create_new(true)
        .open(&beside)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        })
        .and_then(|()| fs::hard_link(&beside, path));
    let _ = fs::remove_file(&beside);
    match written {
        Ok(()) => sync_folder(folder).map(|()| Created::Yes),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(Created::Exists),
        Err(error) => Err(error),
    }
}

/// Never makes the file: what was there and is gone must be missed.
fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    is_file(path)?;
    let mut file = OpenOptions::new().append(true).open(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match is_file(path).and_then(|()| File::open(path)) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut bytes = Vec::new();
    file.take(LARGEST_OBJECT + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_OBJECT {
        return Err(io::Error::other(format!(
            "is larger than {LARGEST_OBJECT} bytes"
        )));
    }
    Ok(Some(bytes))
}

/// Nothing else is opened: whoever opens a pipe waits for whoever writes to it, and a link leads to
/// what is no record.
fn is_file(path: &Path) -> io::Result<()> {
    if path.symlink_metadata()?.is_file() {
        Ok(())
    } else {
        Err(io::Error::other("is no file"))
    }
}

/// Removes unfinished files that are that old, and looks below.
fn tidy(folder: &Path, before: Timestamp) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        // What was removed while this was read is not there.
        let Ok(about) = path.symlink_metadata() else {
            continue;
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if about.is_dir() {
            tidy(&path, before)?;
        } else if name.starts_with(UNFINISHED)
            && Timestamp::try_from(about.modified()?).is_ok_and(|modified| modified < before)
        {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    Ok(())
}

fn list(root: &Path, folder: &Path, found: &mut Vec<Entry>) -> io::Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // What was deleted while this was read is not there.
        let Ok(about) = path.symlink_metadata() else {
            continue;
        };
        if name.starts_with('.') {
            continue;
        }
        if about.is_dir() {
            list(root, &path, found)?;
            continue;
        }
        if found.len() >= MOST_OBJECTS {
            return Err(io::Error::other("holds too many files"));
        }
        let below = path.strip_prefix(root).unwrap_or(&path);
        let names: Vec<_> = below
            .iter()
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        found.push(Entry {
            key: names.join("/"),
            size: about.len(),
            modified: Timestamp::try_from(about.modified()?).unwrap_or(Timestamp::UNIX_EPOCH),
        });
    }
    Ok(())
}

/// Makes the folder of a file, and every one above it up to the root.
fn folder_of<'p>(root: &Path, path: &'p Path) -> io::Result<&'p Path> {
    let folder = path.parent().unwrap_or(path);
    ignore(root)?;
    if folder.is_dir() {
        return Ok(folder);
    }
    make(folder)?;
    let mut made = Some(folder);
    while let Some(folder) = made {
        sync_folder(folder)?;
        made = folder.parent().filter(|_| folder != root);
    }
    Ok(folder)
}

/// Makes a folder that its owner alone may look into, and every one above it.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

/// Keeps records out of the repository, before the first of them is written. Whoever takes this
/// away later means it.
fn ignore(root: &Path) -> io::Result<()> {
    let path = root.join(".gitignore");
    if path.exists() {
        return Ok(());
    }
    let mut found = Vec::new();
    list(root, root, &mut found)?;
    if !found.is_empty() {
        return Ok(());
    }
    make(root)?;
    write_once(root, &path, IGNORE.as_bytes()).map(drop)
}

fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Brings the names in a folder to the disk.
fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()
    } else {
        Ok(())
    }
}
