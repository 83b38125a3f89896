//! `beadle lock`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::wait;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Redact;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Lock {
    /// Show who holds a lock.
    Show(Show),
    /// End a lock whose holder is dead for certain. A holder that lives notices within 20 seconds, and
    /// begins no call after that.
    Release(Release),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The project's folder or file.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    redact: Redact,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Release {
    /// Which, as the refusal and `lock show` name it.
    nonce: String,
    /// The project's folder or file.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    redact: Redact,
}

impl Lock {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let options = match self {
            Self::Show(Show { path, redact }) => app::lock::Options {
                path,
                question: app::lock::Question::Show,
                redact: redact.when(),
            },
            Self::Release(Release {
                nonce,
                path,
                redact,
            }) => app::lock::Options {
                path,
                question: app::lock::Question::Release(nonce),
                redact: redact.when(),
            },
        };
        wait(app::lock::run(&options, screen))
    }
}
