//! Who git says wrote what: addresses of authors, committers and co-authors. Whose addresses these
//! are, and whether anybody was honest about them, is not for git to say.

use std::collections::BTreeSet;
use std::path::Path;

use super::{Commit, LINE, Repository, complaint, line};
use crate::app::revision::RevisionError;

/// Most that the people of a change may take, in bytes.
const PEOPLE: u64 = 64 * 1024 * 1024;

/// Author, committer and co-authors, each on a line of its own. As the commit has them: a
/// `.mailmap` is part of what may have been changed.
const FORMAT: &str =
    "--format=%ae%n%ce%n%(trailers:key=Co-authored-by,valueonly,unfold,separator=%x0A)";

/// The commit that a folder's working tree is at; none without git, a repository or a commit.
pub(in crate::app) fn current(folder: &Path) -> Option<String> {
    Repository::of(folder)
        .ok()?
        .verified("HEAD^{commit}")
        .ok()?
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
        if self.verified("HEAD^{commit}")?.is_none() {
            return Ok(BTreeSet::new());
        }
        self.people(&["--max-count=1", "--end-of-options", "HEAD", "--", "."])
    }

    /// Whoever works in the project's folder (`user.email`), where it holds what is in no commit.
    ///
    /// # Errors
    /// When git cannot tell.
    pub(in crate::app) fn own_address(&self) -> Result<Option<String>, RevisionError> {
        let status = ["--porcelain", "--no-renames", "--", "."];
        // More than is taken is more than nothing.
        let unchanged = match self.git.run("status", &status, PEOPLE) {
            Ok(said) if said.success => said.out.is_empty(),
            Ok(said) => return Err(complaint("status", &said)),
            Err(RevisionError::Git { .. }) => false,
            Err(error) => return Err(error),
        };
        if unchanged {
            return Ok(None);
        }
        let said = self.git.run("config", &["--get", "user.email"], LINE)?;
        Ok(line(&said).map(str::to_owned))
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
