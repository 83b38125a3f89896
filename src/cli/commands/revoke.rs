//! `beadle revoke`, as arguments.

use std::path::PathBuf;

use clap::Args;

use crate::app::edit::Edit;
use crate::app::{Exit, Failure, Screen};
use crate::cli::editing::{self, Manner, Organisations};

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct Revoke {
    /// The user's key: the work email address.
    address: String,
    /// The areas; with the portal before a colon where the user has one of that name at several.
    /// What comes by a bundle or an assignment is refused, with the line that gives it.
    #[arg(required = true, value_name = "[PORTAL:]AREA")]
    areas: Vec<String>,
    #[command(flatten)]
    organisations: Organisations,
    /// The project's folder or file.
    #[arg(long = "project", value_name = "PATH", default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    manner: Manner,
}

impl Revoke {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            address,
            areas,
            organisations,
            path,
            manner,
        } = self;
        let edit = Edit::Revoke {
            address,
            areas: editing::areas(&areas),
        };
        manner.run(path, edit, organisations.which(), screen)
    }
}
