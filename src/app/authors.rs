//! Who is behind a change: as the command line or the environment says, else the authors of the last
//! commit that touched the project and whoever has changed it since, as git knows them.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{Failure, world};
use crate::model::name::is_email;

/// The variable that names authors: addresses between spaces, commas or line ends.
const AUTHORS: &str = "BEADLE_AUTHORS";

/// What git is told, so that neither the repository nor its configuration makes it run a program
/// or wait for somebody.
const CAREFUL: [&str; 9] = [
    "--no-pager",
    "--no-optional-locks",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "log.showSignature=false",
    "--literal-pathspecs",
];

/// Who says who wrote the change.
#[derive(Clone, Debug)]
pub(super) enum Behind {
    /// The command line, or the environment.
    Given(BTreeSet<String>),
    /// git, which is asked when it matters.
    Git,
}

impl Behind {
    /// Takes what was given.
    ///
    /// # Errors
    /// When it is no address.
    pub(super) fn of(given: &[String]) -> Result<Self, Failure> {
        if !given.is_empty() {
            return parsed(given.iter().map(String::as_str), "`--author`").map(Self::Given);
        }
        let Some(listed) = world::variable(AUTHORS) else {
            return Ok(Self::Git);
        };
        let words = listed.split(|letter: char| letter.is_whitespace() || letter == ',');
        let words = words.filter(|word| !word.is_empty());
        parsed(words, &format!("`{AUTHORS}`")).map(Self::Given)
    }

    /// The authors' addresses. Where nobody says and git does not know, there are none.
    pub(super) fn addresses(&self, root: &Path) -> BTreeSet<String> {
        match self {
            Self::Given(addresses) => addresses.clone(),
            Self::Git => of_git(root),
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

/// Author, committer and co-authors of the last commit that touched the folder; and, where files
/// in it have changed since, whoever works there. As the commit has them: a `.mailmap` is part of
/// what may have been changed.
fn of_git(root: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let format = "--format=%ae%n%ce%n%(trailers:key=Co-authored-by,valueonly)";
    let log = git(root, &["log", "-1", format, "--", "."]);
    for line in log.iter().flat_map(|text| text.lines()) {
        found.insert(address(line).to_owned());
    }
    let status = git(root, &["status", "--porcelain", "--", "."]);
    if status.is_some_and(|changed| !changed.trim().is_empty())
        && let Some(own) = git(root, &["config", "user.email"])
    {
        found.insert(own.trim().to_owned());
    }
    found.retain(|address| is_email(address));
    found
}

/// What git answers; nothing where there is no git, no repository or no answer.
fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(root)
        .args(CAREFUL)
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = output.status.success().then_some(output.stdout)?;
    Some(String::from_utf8_lossy(&text).into_owned())
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
