//! What can go wrong between a name of a revision and the project that stood there. Says what is
//! missing and the way out; decides nothing.

use std::io;

/// Why a revision cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// The program is missing.
    #[error("`git` cannot be run: {0}")]
    NoGit(io::Error),
    /// The project is in no repository with a working tree.
    #[error("`{folder}` is not in the working tree of a git repository")]
    NotARepository {
        /// The project's folder, as given.
        folder: String,
    },
    /// Git does not trust the repository's owner.
    #[error("git refuses the repository of `{folder}`: it belongs to somebody else")]
    NotTrusted {
        /// The project's folder, as given.
        folder: String,
    },
    /// No name of a revision at all.
    #[error("`{0}` is no name of a revision")]
    NotAName(String),
    /// Nothing in the repository has that name.
    #[error("there is no revision `{revision}` in this {}", kind(*.shallow))]
    Unknown {
        /// As given.
        revision: String,
        /// Whether part of the history is missing.
        shallow: bool,
    },
    /// No commit yet, so nothing to compare.
    #[error("the repository has no commit yet")]
    NoCommit,
    /// Two histories that never met, as far as they are there.
    #[error("`{revision}` and the working tree have no commit in common in this {}", kind(*.shallow))]
    NothingInCommon {
        /// As given.
        revision: String,
        /// Whether part of the history is missing.
        shallow: bool,
    },
    /// A file of the history that was not fetched.
    #[error("the repository is a partial clone: `{0}` of that revision was not fetched")]
    NotFetched(String),
    /// More than is read.
    #[error("the project's folder at `{revision}` holds {what}")]
    TooLarge {
        /// As given.
        revision: String,
        /// How much, and the limit.
        what: String,
    },
    /// A file whose path cannot be written here.
    #[error(
        "the project's folder at `{revision}` holds `{path}`, which is no path that can be read here"
    )]
    Path {
        /// As given.
        revision: String,
        /// The path.
        path: String,
    },
    /// Some of the project is a repository of its own, of which only a commit's name is known.
    #[error(
        "`{file}` is in the submodule `{submodule}`: the project must be in one repository to be compared"
    )]
    Submodule {
        /// A file of the project.
        file: String,
        /// The submodule's path in the project's folder.
        submodule: String,
    },
    /// The project file did not exist.
    #[error("there is no project at `{revision}`: {file} is newer")]
    NoProject {
        /// As given.
        revision: String,
        /// The project file, in backticks.
        file: String,
    },
    /// The project had errors.
    #[error("the project at `{revision}` has {errors}")]
    Invalid {
        /// As given, with the commit.
        revision: String,
        /// How many, and where the first is. No word of the files.
        errors: String,
    },
    /// Git said no in a way that is not foreseen.
    #[error("git {command}: {message}")]
    Git {
        /// The subcommand.
        command: &'static str,
        /// Git's own words, the first line of them.
        message: String,
    },
    /// Files of the private folder.
    #[error("reading the project at a revision: {0}")]
    File(#[from] io::Error),
}

fn kind(shallow: bool) -> &'static str {
    if shallow {
        "shallow clone"
    } else {
        "repository"
    }
}

impl RevisionError {
    /// What to do about it.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::NoGit(_) => Some("install git, or leave out the options that name a revision"),
            Self::NotARepository { .. } => {
                Some("keep the project in git: `git init`, `git add`, `git commit`")
            }
            Self::NotTrusted { .. } => {
                Some("`git config --global --add safe.directory FOLDER` says that you trust it")
            }
            Self::Unknown { shallow: true, .. } | Self::NothingInCommon { shallow: true, .. } => {
                Some(
                    "fetch the whole history: `git fetch --unshallow`, or `fetch-depth: 0` where CI checks out",
                )
            }
            Self::Unknown { shallow: false, .. } => Some(
                "fetch it first; a branch that was never checked out is `origin/BRANCH`. In CI, `fetch-depth: 0` brings all branches",
            ),
            Self::NotFetched(_) => {
                Some("fetch without a filter: `git fetch --refetch --no-filter`")
            }
            Self::Invalid { .. } => Some("name a revision whose files `beadle validate` accepts"),
            Self::NotAName(_) => Some("name a commit, a branch or a tag, such as `origin/main`"),
            Self::NoCommit
            | Self::NothingInCommon { shallow: false, .. }
            | Self::TooLarge { .. }
            | Self::Path { .. }
            | Self::Submodule { .. }
            | Self::NoProject { .. }
            | Self::Git { .. }
            | Self::File(_) => None,
        }
    }
}
