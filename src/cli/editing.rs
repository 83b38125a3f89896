//! Arguments that the commands which edit the YAML share.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::planning::Redact;
use crate::app::edit::{AreaAt, Edit, Options, Which};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::values::day;

/// What every such command's help ends with.
pub(super) const AFTER_HELP: &str = "The files are written and what changed is shown as a diff, \
which names people. Comments and layout stay as they are, and so does every line that is not meant. \
The whole project is checked first with the change made: where it would not be in order, or was not \
before, or a file cannot be edited safely, nothing is written (exit code 3). Asks before it writes \
several files that were not named (--all, patterns, tags, no --org), unless --yes is given.";

/// Which organisations.
#[derive(Debug, Args)]
pub(super) struct Organisations {
    /// This organisation (its id in the project), those of a pattern such as `north-*`, or of a
    /// tag, as `tag:primary`; may be repeated.
    #[arg(long = "org", value_name = "ID")]
    organisations: Vec<String>,
    /// Every organisation.
    #[arg(long, conflicts_with = "organisations")]
    all: bool,
}

/// How it is done.
#[derive(Debug, Args)]
#[command(next_help_heading = "Editing")]
pub(super) struct Manner {
    /// Show the diff and write nothing.
    #[arg(long, visible_alias = "diff")]
    dry_run: bool,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// The current day, as YYYY-MM-DD, instead of today in the project's time zone.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    #[command(flatten)]
    redact: Redact,
}

impl Organisations {
    /// Those that are asked for; without any, those where the user is.
    pub(super) fn which(self) -> Which {
        let Self { organisations, all } = self;
        match (all, organisations.is_empty()) {
            (true, _) => Which::All,
            (false, true) => Which::OfUser,
            (false, false) => Which::Selected(organisations),
        }
    }

    /// As [`Organisations::which`], where somebody is who does not have to be there yet.
    pub(super) fn named(self) -> Result<Which, Failure> {
        match self.which() {
            Which::OfUser => Err(Failure::Usage(
                "say where: `--org ID`, which may be repeated, or `--all`".to_owned(),
            )),
            which => Ok(which),
        }
    }
}

impl Manner {
    /// Edits the project at `path`.
    pub(super) fn run(
        self,
        path: PathBuf,
        edit: Edit,
        which: Which,
        screen: &mut dyn Screen,
    ) -> Result<Exit, Failure> {
        let Self {
            dry_run,
            yes,
            today,
            redact,
        } = self;
        let options = Options {
            path,
            edit,
            which,
            today,
            dry_run,
            yes,
            redact: redact.when(),
        };
        app::edit::run(&options, screen)
    }
}

/// Areas as they were typed.
pub(super) fn areas(typed: &[String]) -> Vec<AreaAt> {
    typed.iter().map(|area| AreaAt::typed(area)).collect()
}
