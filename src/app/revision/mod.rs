//! The project as it stood at a revision of the git repository that it is kept in: names of
//! revisions to commits, commits to files in a private folder, files to a project.
//!
//! Only what such a project desires is used. Its addresses, tokens and snapshots never are: where
//! portals are and who asks them is the working tree's to say.

pub(super) mod authors;
pub(super) mod changed;
pub(super) mod compared;
mod error;
mod git;
mod past;
mod people;
mod tree;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use self::git::{Git, Said};

pub use self::error::RevisionError;
pub(super) use self::past::load;
pub(super) use self::people::current;
pub(super) use self::tree::Tree;

/// Most that git may print where one line is asked for, in bytes.
const LINE: u64 = 64 * 1024;
/// Most of a commit that is read, in bytes.
const COMMIT: u64 = 16 * 1024 * 1024;
/// Longest name of a revision, in bytes.
const NAME: usize = 1024;
/// Digits of a commit that are shown.
const SHOWN: usize = 10;

/// The repository of a project.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    git: Git,
    /// The project's folder, from the top of the working tree; empty at the top, else with `/` at
    /// its end.
    prefix: String,
    shallow: bool,
}

/// A commit, and what somebody called it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Commit {
    /// As given on the command line, or as found from that; fit to be shown.
    pub(super) name: String,
    /// In hexadecimal.
    pub(super) id: String,
}

impl Commit {
    /// The first digits of the commit.
    pub(super) fn short(&self) -> &str {
        self.id.get(..SHOWN).unwrap_or(&self.id)
    }
}

impl std::fmt::Display for Commit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({})", self.name, self.short())
    }
}

impl Repository {
    /// The repository whose working tree holds a folder.
    ///
    /// # Errors
    /// When there is none, or no git.
    pub(super) fn of(folder: &Path) -> Result<Self, RevisionError> {
        let folder = if folder.as_os_str().is_empty() {
            PathBuf::from(".")
        } else {
            folder.to_owned()
        };
        let git = Git::in_folder(&folder)?;
        let which = [
            "--is-inside-work-tree",
            "--is-shallow-repository",
            "--show-prefix",
        ];
        let said = git.run("rev-parse", &which, LINE)?;
        let text = String::from_utf8(said.out.clone()).map_err(|_| RevisionError::Git {
            command: "rev-parse",
            message: "the project's folder has a name that is not UTF-8".to_owned(),
        })?;
        let mut answers = text.splitn(3, '\n');
        if !said.success || answers.next() != Some("true") {
            return Err(not_found(&folder, &said));
        }
        let shallow = answers.next() == Some("true");
        let prefix = answers.next().unwrap_or_default();
        Ok(Self {
            git,
            prefix: prefix.strip_suffix('\n').unwrap_or(prefix).to_owned(),
            shallow,
        })
    }

    /// Whether part of the history is missing.
    pub(super) fn is_shallow(&self) -> bool {
        self.shallow
    }

    /// The commit that a name stands for.
    ///
    /// # Errors
    /// When it is no name, or nothing has it.
    pub(super) fn commit(&self, name: &str) -> Result<Commit, RevisionError> {
        let shown: String = name.escape_debug().take(80).collect();
        // What begins with a dash would be an option, with a caret the absence of a commit.
        let is_name = !name.is_empty()
            && name.len() <= NAME
            && !name.starts_with(['-', '^'])
            && !name.contains(char::is_control);
        if !is_name {
            return Err(RevisionError::NotAName(shown));
        }
        match self.verified(&format!("{name}^{{commit}}"))? {
            Some(id) => Ok(Commit { name: shown, id }),
            None => Err(RevisionError::Unknown {
                revision: shown,
                shallow: self.shallow,
            }),
        }
    }

    /// The newest commit that a revision and the working tree have in common: where a branch
    /// left the other.
    ///
    /// # Errors
    /// Those of [`Self::commit`]; when there is none.
    pub(super) fn merge_base(&self, name: &str) -> Result<Commit, RevisionError> {
        let commit = self.commit(name)?;
        let Some(head) = self.verified("HEAD^{commit}")? else {
            return Err(RevisionError::NoCommit);
        };
        let said = self.git.run("merge-base", &[&commit.id, &head], LINE)?;
        match line(&said).filter(|id| is_id(id)) {
            Some(id) => Ok(Commit {
                name: commit.name,
                id: id.to_owned(),
            }),
            None if said.complaint.trim().is_empty() => Err(RevisionError::NothingInCommon {
                revision: commit.name,
                shallow: self.shallow,
            }),
            None => Err(complaint("merge-base", &said)),
        }
    }

    /// The first parent of a commit; none for the first commit of all, or where history is cut off.
    ///
    /// # Errors
    /// When git cannot be run.
    pub(super) fn first_parent(&self, of: &Commit) -> Result<Option<Commit>, RevisionError> {
        let found = self.verified(&format!("{}^1^{{commit}}", of.id))?;
        Ok(found.map(|id| Commit {
            name: format!("the commit before {}", of.name),
            id,
        }))
    }

    /// The day on which a commit came to be (its committer's), in a time zone.
    ///
    /// # Errors
    /// When git does not say.
    pub(super) fn day(&self, of: &Commit, zone: &TimeZone) -> Result<Date, RevisionError> {
        let said = self.git.run("cat-file", &["commit", &of.id], COMMIT)?;
        day_of(&said.out, zone).ok_or_else(|| complaint("cat-file", &said))
    }

    /// Exactly one object, by its id.
    fn verified(&self, expression: &str) -> Result<Option<String>, RevisionError> {
        let arguments = ["--verify", "--quiet", "--end-of-options", expression];
        let said = self.git.run("rev-parse", &arguments, LINE)?;
        let id = line(&said).filter(|id| said.success && is_id(id));
        Ok(id.map(str::to_owned))
    }
}

/// The day on which a commit came to be, from what is in it.
fn day_of(commit: &[u8], zone: &TimeZone) -> Option<Date> {
    let text = String::from_utf8_lossy(commit);
    let mut head = text.lines().take_while(|line| !line.is_empty());
    // `committer Name <address> 1700000000 +0000`
    let second = head
        .find_map(|line| line.strip_prefix("committer "))
        .and_then(|line| line.rsplit(' ').nth(1))
        .and_then(|second| second.parse().ok())
        .and_then(|second| Timestamp::from_second(second).ok())?;
    Some(second.to_zoned(zone.clone()).date())
}

/// The one line of an answer.
fn line(said: &Said) -> Option<&str> {
    let text = std::str::from_utf8(&said.out).ok()?.lines().next()?;
    said.success.then_some(text)
}

fn is_id(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn complaint(command: &'static str, said: &Said) -> RevisionError {
    let first = said.complaint.lines().next().unwrap_or_default();
    let words = first.trim_start_matches("fatal: ").escape_debug();
    RevisionError::Git {
        command,
        message: words.to_string(),
    }
}

fn not_found(folder: &Path, said: &Said) -> RevisionError {
    let shown = folder.display().to_string();
    if said.complaint.contains("dubious ownership") {
        RevisionError::NotTrusted { folder: shown }
    } else if said.success || said.complaint.contains("not a git repository") {
        RevisionError::NotARepository { folder: shown }
    } else {
        complaint("rev-parse", said)
    }
}

/// Reads what git might answer, in every form that is asked of it. Whether any of them is one. For
/// fuzzing.
pub(super) fn is_answer(bytes: &[u8]) -> bool {
    let said = Said {
        success: true,
        out: bytes.to_vec(),
        complaint: String::new(),
    };
    let id = line(&said).is_some_and(is_id);
    let day = day_of(bytes, &TimeZone::UTC).is_some();
    let blob = git::Blob {
        id: "0123456789012345678901234567890123456789",
        size: 5,
        path: "beadle.yaml",
    };
    let mut answers = bytes;
    let blob = git::one_blob(&blob, &mut answers).is_ok();
    id || day || blob || tree::listed(bytes) > 0
}
