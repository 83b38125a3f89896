//! Who is behind a change: as the command line or the environment says, else as git knows them: the
//! authors of the commits since the revision that was named, without one those of the last commit
//! that touched the project, and whoever has changed it since.

use std::collections::BTreeSet;
use std::path::Path;

use crate::app::revision::{Commit, Repository, RevisionError};
use crate::app::{Failure, world};
use crate::model::name::is_email;

/// The variable that names authors: addresses between spaces, commas or line ends.
const AUTHORS: &str = "BEADLE_AUTHORS";

/// Who says who wrote the change.
#[derive(Clone, Debug)]
pub(in crate::app) enum Behind {
    /// The command line, or the environment.
    Given(BTreeSet<String>),
    /// git, which is asked when it matters: of the commits since these.
    Git(Vec<Commit>),
}

impl Behind {
    /// Takes what was given.
    ///
    /// # Errors
    /// When it is no address.
    pub(in crate::app) fn of(given: &[String]) -> Result<Self, Failure> {
        if !given.is_empty() {
            return parsed(given.iter().map(String::as_str), "`--author`").map(Self::Given);
        }
        let Some(listed) = world::variable(AUTHORS) else {
            return Ok(Self::Git(Vec::new()));
        };
        let words = listed.split(|letter: char| letter.is_whitespace() || letter == ',');
        let words = words.filter(|word| !word.is_empty());
        parsed(words, &format!("`{AUTHORS}`")).map(Self::Given)
    }

    /// Makes the change one since a commit, where git is to say whose it is.
    pub(in crate::app) fn since(&mut self, base: &Commit) {
        if let Self::Git(bases) = self
            && !bases.contains(base)
        {
            bases.push(base.clone());
        }
    }

    /// The authors' addresses. Without git or a repository there are none.
    ///
    /// # Errors
    /// When there is a repository and git does not say: then nobody knows, which is not nobody.
    pub(in crate::app) fn addresses(&self, root: &Path) -> Result<BTreeSet<String>, RevisionError> {
        match self {
            Self::Given(addresses) => Ok(addresses.clone()),
            Self::Git(bases) => match of_git(root, bases) {
                Err(RevisionError::NoGit(_) | RevisionError::NotARepository { .. }) => {
                    Ok(BTreeSet::new())
                }
                found => found,
            },
        }
    }
}

fn parsed<'g>(
    given: impl Iterator<Item = &'g str>,
    whence: &str,
) -> Result<BTreeSet<String>, Failure> {
    given
        .map(|text| {
            let address = address(text);
            if is_email(address) {
                Ok(address.to_owned())
            } else {
                Err(Failure::Usage(format!(
                    "{whence}: `{text}` is no email address"
                )))
            }
        })
        .collect()
}

/// The address of `Name <address>`, or the text itself.
fn address(text: &str) -> &str {
    let within = text
        .rsplit_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    within.map_or(text, |(address, _)| address).trim()
}

/// Author, committer and co-authors of every commit since each of `bases`, whatever it touched;
/// without any such commit, of the last one that touched the folder. Where files in it have changed
/// since, whoever works there as well.
fn of_git(root: &Path, bases: &[Commit]) -> Result<BTreeSet<String>, RevisionError> {
    let repository = Repository::of(root)?;
    let mut lines = BTreeSet::new();
    for base in bases {
        lines.extend(repository.people_since(base)?);
    }
    if lines.is_empty() {
        lines = repository.people_of_last()?;
    }
    lines.extend(repository.own_address(root)?);
    if lines.is_empty() && repository.head()?.is_none() {
        return Err(RevisionError::NoCommit);
    }
    let addresses = lines.iter().map(|line| address(line).to_owned());
    Ok(addresses.filter(|address| is_email(address)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_may_stand_beside_a_name() {
        assert_eq!(
            address("Kit Osei <k.osei@oakfield.example>"),
            "k.osei@oakfield.example"
        );
        assert_eq!(
            address(" k.osei@oakfield.example "),
            "k.osei@oakfield.example"
        );
        assert_eq!(address("<broken"), "<broken");
    }
}
