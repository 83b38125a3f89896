//! The files of one commit below the project's folder: listed by git, and those that a project is
//! made of written into a private folder. Only YAML in ordinary files; links stay links, to be
//! refused as everywhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::TempDir;

use super::error::RevisionError;
use super::git::Blob;
use super::{Commit, Repository, complaint};

/// Most that the list of a commit's files may take, in bytes.
const LIST: u64 = 128 * 1024 * 1024;
/// Most files of a project at a revision.
const FILES: usize = 200_000;
/// Most bytes of them together.
const BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// Files above this are not read: no project file or organisation file may be so large.
const LARGEST: u64 = 8 * 1024 * 1024;

/// What stands at a path.
#[derive(Clone, Debug)]
struct Entry {
    kind: EntryKind,
    id: String,
    size: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EntryKind {
    File,
    Link,
    Submodule,
}

/// The files of one commit below the project's folder.
pub(in crate::app) struct Tree {
    repository: Repository,
    commit: Commit,
    /// By path from the project's folder, with `/` between folders.
    entries: BTreeMap<String, Entry>,
}

impl Tree {
    /// Lists a commit. A folder that was not there has no files.
    ///
    /// # Errors
    /// When git cannot list it.
    pub(in crate::app) fn of(
        repository: &Repository,
        commit: &Commit,
    ) -> Result<Self, RevisionError> {
        let folder = repository.prefix.trim_end_matches('/');
        let name = format!("{}:{folder}", commit.id);
        let mut entries = BTreeMap::new();
        if repository.verified(&name)?.is_some() {
            let arguments = ["-r", "-z", "-l", "--full-tree", &name];
            let said = repository.git.run("ls-tree", &arguments, LIST)?;
            if !said.success {
                return Err(complaint("ls-tree", &said));
            }
            entries = self::entries(&said.out);
        }
        Ok(Self {
            repository: repository.clone(),
            commit: commit.clone(),
            entries,
        })
    }

    /// Whether there is an ordinary file.
    pub(super) fn has(&self, path: &str) -> bool {
        let found = self.entries.get(path);
        found.is_some_and(|entry| entry.kind == EntryKind::File)
    }

    /// The submodule that a path is in.
    pub(super) fn submodule(&self, path: &str) -> Option<&str> {
        let mut ends = path.match_indices('/').map(|(end, _)| end);
        ends.find_map(|end| {
            let folder = path.get(..end)?;
            let (name, entry) = self.entries.get_key_value(folder)?;
            (entry.kind == EntryKind::Submodule).then_some(name.as_str())
        })
    }

    /// Writes the YAML into a private folder, which goes when it is dropped; what is below one of
    /// `without` is left out.
    ///
    /// # Errors
    /// When there is too much of it, a blob is missing, or it cannot be written.
    pub(super) fn materialise(&self, without: &[String]) -> Result<TempDir, RevisionError> {
        let folder = tempfile::Builder::new().prefix("beadle-").tempdir()?;
        let mut wanted = Vec::new();
        let mut bytes = 0_u64;
        for (path, entry) in &self.entries {
            let below = |name: &String| {
                path.strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with('/'))
            };
            if without.iter().any(below) {
                continue;
            }
            match entry.kind {
                EntryKind::File if is_yaml(path) => {
                    bytes = bytes.saturating_add(entry.size.min(LARGEST));
                    wanted.push((self.target(folder.path(), path)?, path, entry));
                }
                EntryKind::Link => link(&self.target(folder.path(), path)?)?,
                EntryKind::File | EntryKind::Submodule => {}
            }
        }
        self.within_limits(wanted.len(), bytes)?;
        let (small, large): (Vec<_>, Vec<_>) = wanted
            .into_iter()
            .partition(|(_, _, entry)| entry.size <= LARGEST);
        for (target, _, _) in large {
            // As large as the file was, so that it is refused for that; nothing in it is read.
            create(&target)?.set_len(LARGEST + 1)?;
        }
        let blobs: Vec<Blob<'_>> = small
            .iter()
            .map(|(_, path, entry)| Blob {
                id: &entry.id,
                size: entry.size,
                path,
            })
            .collect();
        self.repository.git.blobs(&blobs, &mut |index, content| {
            if let Some((target, _, _)) = small.get(index) {
                create(target)?.write_all(&content)?;
            }
            Ok(())
        })?;
        Ok(folder)
    }

    /// Which of these files differ from the commit, by path from the project's folder: changed,
    /// new or gone. What git is told to ignore is not its to compare.
    ///
    /// # Errors
    /// When git or a file cannot be read.
    pub(in crate::app) fn differing(
        &self,
        root: &Path,
        paths: &[String],
    ) -> Result<Vec<String>, RevisionError> {
        let (mut differing, mut alike, mut fresh) = (Vec::new(), Vec::new(), Vec::new());
        for path in paths {
            let size = fs::symlink_metadata(root.join(path)).map(|found| found.len());
            match (self.entries.get(path), size) {
                (Some(entry), Ok(size)) if entry.size == size => alike.push((path, entry)),
                (Some(_), _) => differing.push(path.clone()),
                (None, Ok(_)) => fresh.push(path.clone()),
                (None, Err(_)) => {}
            }
        }
        let blobs: Vec<Blob<'_>> = alike
            .iter()
            .map(|(path, entry)| Blob {
                id: &entry.id,
                size: entry.size,
                path,
            })
            .collect();
        if !blobs.is_empty() {
            self.repository.git.blobs(&blobs, &mut |index, content| {
                if let Some((path, _)) = alike.get(index)
                    && fs::read(root.join(path))? != content
                {
                    differing.push((*path).clone());
                }
                Ok(())
            })?;
        }
        if !fresh.is_empty() {
            let kept = self.repository.kept()?;
            differing.extend(fresh.into_iter().filter(|path| kept.contains(path)));
        }
        differing.sort();
        Ok(differing)
    }

    /// Whether a folder holds these files and no other of `kept`, as they were committed but for the
    /// ends of lines, which git may change on its way to some systems.
    ///
    /// `git status` would say so too. It also runs the filters that the attributes among the files
    /// name, and asks submodules under a configuration of their own. What a filter makes of a file
    /// is therefore a change here, as is whatever lies in a submodule.
    ///
    /// # Errors
    /// When git or a file cannot be read.
    pub(super) fn stands_in(
        &self,
        root: &Path,
        kept: &BTreeSet<String>,
    ) -> Result<bool, RevisionError> {
        if kept.iter().any(|path| !self.entries.contains_key(path)) {
            return Ok(false);
        }
        let mut files = Vec::new();
        for (path, entry) in &self.entries {
            let full = root.join(path);
            let Ok(found) = fs::symlink_metadata(&full) else {
                return Ok(false);
            };
            match entry.kind {
                EntryKind::Link if found.is_symlink() => {}
                EntryKind::File if found.is_file() && found.len() >= entry.size => {
                    // Larger ones are never read: nothing depends on them.
                    if entry.size <= LARGEST {
                        files.push((full, path, entry));
                    }
                }
                EntryKind::Link | EntryKind::File | EntryKind::Submodule => return Ok(false),
            }
        }
        let blobs: Vec<Blob<'_>> = files
            .iter()
            .map(|(_, path, entry)| Blob {
                id: &entry.id,
                size: entry.size,
                path,
            })
            .collect();
        let mut alike = true;
        self.repository.git.blobs(&blobs, &mut |index, content| {
            if let Some((full, _, _)) = files.get(index).filter(|_| alike) {
                let mut found = Vec::new();
                let most = 2 * LARGEST;
                fs::File::open(full)?.take(most).read_to_end(&mut found)?;
                alike = found == content || with_plain_ends(&found) == content;
            }
            Ok(())
        })?;
        Ok(alike)
    }

    fn within_limits(&self, files: usize, bytes: u64) -> Result<(), RevisionError> {
        let what = if files > FILES {
            format!("{files} YAML files, more than {FILES}")
        } else if bytes > BYTES {
            format!("{bytes} bytes of YAML, more than {BYTES}")
        } else {
            return Ok(());
        };
        Err(RevisionError::TooLarge {
            revision: self.commit.to_string(),
            what,
        })
    }

    /// Where a path of the commit is written: below the folder, whatever the path says.
    fn target(&self, folder: &Path, path: &str) -> Result<PathBuf, RevisionError> {
        let safe = !path.contains(['\\', '\0'])
            && Path::new(path)
                .components()
                .all(|step| matches!(step, Component::Normal(_)));
        if safe {
            Ok(folder.join(path))
        } else {
            Err(RevisionError::Path {
                revision: self.commit.to_string(),
                path: path.escape_debug().to_string(),
            })
        }
    }
}

impl Repository {
    /// The files below the project's folder that git keeps or would add: all but the ignored.
    pub(super) fn kept(&self) -> Result<BTreeSet<String>, RevisionError> {
        let arguments = ["-z", "--cached", "--others", "--exclude-standard"];
        let said = self.git.run("ls-files", &arguments, LIST)?;
        if !said.success {
            return Err(complaint("ls-files", &said));
        }
        let names = said.out.split(|byte| *byte == 0);
        Ok(names
            .filter(|name| !name.is_empty())
            .filter_map(|name| String::from_utf8(name.to_vec()).ok())
            .collect())
    }
}

/// A text whose lines end as git keeps them.
fn with_plain_ends(text: &[u8]) -> Vec<u8> {
    let ends = |at: usize| text.get(at..at + 2) == Some(b"\r\n");
    let kept = text.iter().enumerate().filter(|(at, _)| !ends(*at));
    kept.map(|(_, byte)| *byte).collect()
}

/// What git lists. A name that is not UTF-8 is none of the project's: patterns do not meet it.
fn entries(listed: &[u8]) -> BTreeMap<String, Entry> {
    let lines = listed.split(|byte| *byte == 0);
    lines
        .filter_map(|line| entry(std::str::from_utf8(line).ok()?))
        .collect()
}

/// How many entries git lists, for fuzzing.
pub(super) fn listed(listed: &[u8]) -> usize {
    entries(listed).len()
}

/// `<mode> <type> <id> <size>\t<path>`.
fn entry(line: &str) -> Option<(String, Entry)> {
    let (head, path) = line.split_once('\t')?;
    let mut words = head.split_ascii_whitespace();
    let (mode, _, id) = (words.next()?, words.next()?, words.next()?);
    let kind = match mode {
        "120000" => EntryKind::Link,
        "160000" => EntryKind::Submodule,
        _ => EntryKind::File,
    };
    // A submodule has none.
    let size = words.next()?.parse().unwrap_or_default();
    let id = id.to_owned();
    Some((path.to_owned(), Entry { kind, id, size }))
}

fn is_yaml(path: &str) -> bool {
    let extension = Path::new(path).extension();
    extension.is_some_and(|it| it.eq_ignore_ascii_case("yaml") || it.eq_ignore_ascii_case("yml"))
}

fn create(target: &Path) -> Result<fs::File, RevisionError> {
    folder_of(target)?;
    Ok(fs::File::create_new(target)?)
}

fn folder_of(target: &Path) -> Result<(), RevisionError> {
    match target.parent() {
        Some(folder) => Ok(fs::create_dir_all(folder)?),
        None => Ok(()),
    }
}

/// A link that leads nowhere, for the loader to refuse where a pattern meets it. Where the link of
/// the commit led is nobody's business.
#[cfg(unix)]
fn link(target: &Path) -> Result<(), RevisionError> {
    folder_of(target)?;
    Ok(std::os::unix::fs::symlink("nowhere", target)?)
}

#[cfg(not(unix))]
fn link(_target: &Path) -> Result<(), RevisionError> {
    Ok(())
}
