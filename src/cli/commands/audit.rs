//! `beadle audit`, as arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::wait;
use crate::app::audit::{Format, Options, Question, Which};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Redact;
use crate::cli::values::duration;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Audit {
    /// Check that the audit log is as it was written; what is not is named, and exit 1.
    Verify(Verify),
    /// Show what was done.
    Show(Show),
    /// Take runs out that ended too long ago, as `keep_days` of the project does with each apply.
    ///
    /// The run that takes them out stays in the log and says which they were, so that the rest
    /// still verifies; whom only they touched is forgotten with them.
    Prune(Prune),
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
    /// Only up to this day, and that day too (UTC).
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<Date>,
    /// Only this run, or every run whose name begins so.
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// Only what concerns this organisation (its id in the project); may be repeated.
    #[arg(long = "org", value_name = "ID")]
    organisations: Vec<String>,
    /// Only what concerns this portal (its name in the project); may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    portals: Vec<String>,
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
    /// For a spreadsheet: one row an action, with what became of it.
    Csv,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Prune {
    /// The project's folder or file.
    #[arg(default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// Keep the runs that ended in the last so many days; by default `keep_days` of the project.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..))]
    keep_days: Option<u32>,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// How long to wait while somebody else applies, such as `90s` or `5m`; by default not at all.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    lock_wait: Duration,
    #[command(flatten)]
    redact: Redact,
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
                until,
                run,
                organisations,
                portals,
                format,
                redact,
            }) => {
                let format = match format {
                    ShowFormat::Text => Format::Text,
                    ShowFormat::Json => Format::Json,
                    ShowFormat::Csv => Format::Csv,
                };
                let which = Which {
                    person,
                    since,
                    until,
                    run,
                    organisations,
                    portals,
                };
                (path, redact, Question::Show { which, format })
            }
            Self::Prune(Prune {
                path,
                keep_days,
                yes,
                lock_wait,
                redact,
            }) => {
                let question = Question::Prune {
                    keep_days,
                    yes,
                    lock_wait,
                };
                (path, redact, question)
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
