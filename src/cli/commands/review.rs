//! `beadle review`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::app::decisions::{self, Options};
use crate::app::{Exit, Failure, Screen};
use crate::cli::planning::Redact;
use crate::cli::values::day;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Review {
    /// Edit the YAML as a head teacher decided: `remove` ends access with the next apply, `shorten`
    /// sets a last day, `take_areas` takes single areas.
    ///
    /// Reads the CSV of `beadle report review` with its columns `decision`, `last_day` and
    /// `take_areas` filled in, as a spreadsheet saves it, or the file that the HTML page saves. A
    /// row whose person has changed since the review was made is refused, and so is one that
    /// cannot be read: every such row is named, and then nothing is written. What was decided of
    /// accounts that no file names is told, with who must do it.
    Apply(Apply),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Apply {
    /// The decisions, as CSV.
    #[arg(value_name = "DECISIONS")]
    file: PathBuf,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Show the diff and write nothing.
    #[arg(long, visible_alias = "diff")]
    dry_run: bool,
    /// Refuse, and write nothing, unless everybody in the file is decided of and every school has
    /// a `reviewer` and a day in `reviewed_on`.
    #[arg(long)]
    complete: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// The current day, as YYYY-MM-DD, instead of today in the project's time zone.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    #[command(flatten)]
    redact: Redact,
}

impl Review {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self::Apply(Apply {
            file,
            path,
            dry_run,
            complete,
            yes,
            today,
            redact,
        }) = self;
        let options = Options {
            file,
            path,
            today,
            dry_run,
            complete,
            yes,
            redact: redact.when(),
        };
        decisions::run(&options, screen)
    }
}
