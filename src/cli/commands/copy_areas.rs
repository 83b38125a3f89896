//! `beadle copy-areas`, as arguments.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::app::edit::{Edit, Terms};
use crate::app::{Exit, Failure, Screen};
use crate::cli::editing::{self, Manner, Organisations};
use crate::cli::values::day;

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct CopyAreas {
    /// The user whose areas are copied, also those by bundles and assignments.
    from: String,
    /// The user who gets them, and keeps what is there.
    to: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    organisations: Organisations,
    /// Only at this portal (its name in the project); may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    portals: Vec<String>,
    /// Last day of the copies. Without it, that of each grant that has one of its own.
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<Date>,
    /// Why the user needs them. Sensitive areas are left out without this and `--until`.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    manner: Manner,
}

impl CopyAreas {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            from,
            to,
            path,
            organisations,
            portals,
            until,
            reason,
            manner,
        } = self;
        let edit = Edit::CopyAreas {
            from,
            to,
            portals,
            terms: Terms {
                from: None,
                until,
                reason,
            },
        };
        manner.run(path, edit, organisations.which(), screen)
    }
}
