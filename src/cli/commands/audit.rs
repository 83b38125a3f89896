//! `beadle audit`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::wait;
use crate::app::audit::{Format, Options, Question, Which};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Redact;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Audit {
    /// Check that the audit log is as it was written; what is not is named, and exit 1.
    Verify(Verify),
    /// Show what was done.
    Show(Show),
    /// Forget one person: the log stays whole, and nobody can tell any more who they were.
    Forget(Forget),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    /// The project's folder or file.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// A digest that `apply` printed once: the log must still have that line.
    #[arg(long, value_name = "DIGEST")]
    expect_head: Option<String>,
    #[command(flatten)]
    redact: Redact,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The project's folder or file.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// Only what touched this person: a user key, a login id or a pseudonym.
    #[arg(long, value_name = "PERSON")]
    person: Option<String>,
    /// Only from this day on (UTC).
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<Date>,
    /// Only this run.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
    format: ShowFormat,
    #[command(flatten)]
    redact: Redact,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ShowFormat {
    /// For people: one line a call.
    Text,
    /// For programs: the lines of the log as they are, without names.
    Json,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Forget {
    /// Whom: a user key or a login id.
    person: String,
    /// The project's folder or file.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    #[command(flatten)]
    redact: Redact,
}

impl Audit {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let (path, redact, question) = match self {
            Self::Verify(Verify {
                path,
                expect_head,
                redact,
            }) => (path, redact, Question::Verify { expect_head }),
            Self::Show(Show {
                path,
                person,
                since,
                run,
                format,
                redact,
            }) => {
                let format = match format {
                    ShowFormat::Text => Format::Text,
                    ShowFormat::Json => Format::Json,
                };
                let which = Which { person, since, run };
                (path, redact, Question::Show { which, format })
            }
            Self::Forget(Forget {
                person,
                path,
                redact,
            }) => (path, redact, Question::Forget { person }),
        };
        let options = Options {
            path,
            question,
            redact: redact.when(),
        };
        wait(app::audit::run(&options, screen))
    }
}
