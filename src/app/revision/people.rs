//! Who git says wrote what: addresses of authors, committers and co-authors. Whose addresses these
//! are, and whether anybody was honest about them, is not for git to say.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Commit, LINE, Repository, Tree, complaint, line};
use crate::app::revision::RevisionError;

/// Most that the people of a change may take, in bytes.
const PEOPLE: u64 = 64 * 1024 * 1024;

/// Author, committer and co-authors, each on a line of its own. As the commit has them: a
/// `.mailmap` is part of what may have been changed.
const FORMAT: &str =
    "--format=%ae%n%ce%n%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0A)";

/// The commit that a folder's working tree is at; none without git, a repository or a commit.
pub(in crate::app) fn current(folder: &Path) -> Option<String> {
    let head = Repository::of(folder).ok()?.head().ok()?;
    head.map(|head| head.id)
}

impl Repository {
    /// Lines that name whoever wrote the commits from `base`, which is not among them, to HEAD;
    /// all of them, whatever they touched. Empty where there are none.
    ///
    /// # Errors
    /// When git cannot list them.
    pub(in crate::app) fn people_since(
        &self,
        base: &Commit,
    ) -> Result<BTreeSet<String>, RevisionError> {
        self.people(&["--end-of-options", &format!("{}..HEAD", base.id), "--"])
    }

    /// The same of the last commit that touched the project's folder.
    ///
    /// # Errors
    /// When git cannot list them.
    pub(in crate::app) fn people_of_last(&self) -> Result<BTreeSet<String>, RevisionError> {
        if self.head()?.is_none() {
            return Ok(BTreeSet::new());
        }
        self.people(&["--max-count=1", "--end-of-options", "HEAD", "--", "."])
    }

    /// Whoever works in the project's folder (`user.email`), where it holds what is in no commit.
    ///
    /// # Errors
    /// When git cannot tell.
    pub(in crate::app) fn own_address(&self, root: &Path) -> Result<Option<String>, RevisionError> {
        if self.is_as_committed(root)? {
            return Ok(None);
        }
        let said = self.git.run("config", &["--get", "user.email"], LINE)?;
        Ok(line(&said).map(str::to_owned))
    }

    /// Whether a folder, which is the project's, holds what the last commit holds there, and nothing
    /// else that git would keep.
    fn is_as_committed(&self, root: &Path) -> Result<bool, RevisionError> {
        let kept = self.kept()?;
        match self.head()? {
            Some(head) => Tree::of(self, &head)?.stands_in(root, &kept),
            None => Ok(kept.is_empty()),
        }
    }

    /// The commit that the working tree is at; none before the first.
    pub(super) fn head(&self) -> Result<Option<Commit>, RevisionError> {
        let found = self.verified("HEAD^{commit}")?;
        let name = "HEAD".to_owned();
        Ok(found.map(|id| Commit { name, id }))
    }

    fn people(&self, which: &[&str]) -> Result<BTreeSet<String>, RevisionError> {
        let how = [
            "--no-patch",
            "--no-color",
            "--no-notes",
            "--encoding=UTF-8",
            FORMAT,
        ];
        let arguments: Vec<&str> = how.iter().chain(which).copied().collect();
        let said = self.git.run("log", &arguments, PEOPLE)?;
        if !said.success {
            return Err(complaint("log", &said));
        }
        let text = String::from_utf8_lossy(&said.out);
        Ok(text
            .lines()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect())
    }
}
