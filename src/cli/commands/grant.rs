//! `beadle grant`, as arguments.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use crate::app::edit::{Edit, Terms};
use crate::app::{Exit, Failure, Screen};
use crate::cli::editing::{self, Manner, Organisations};
use crate::cli::values::day;

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct Grant {
    /// The user's key: the work email address.
    address: String,
    /// The areas; with the portal before a colon where the user has several.
    #[arg(required = true, value_name = "[PORTAL:]AREA")]
    areas: Vec<String>,
    #[command(flatten)]
    organisations: Organisations,
    /// Last day of the grants.
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<Date>,
    /// Why the user needs them.
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// The project's folder or file.
    #[arg(long = "project", value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    manner: Manner,
}

impl Grant {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            address,
            areas,
            organisations,
            until,
            reason,
            path,
            manner,
        } = self;
        let edit = Edit::Grant {
            address,
            areas: editing::areas(&areas),
            terms: Terms {
                from: None,
                until,
                reason,
            },
        };
        manner.run(path, edit, organisations.which(), screen)
    }
}
