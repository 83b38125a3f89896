//! `beadle snapshot`, as arguments.

use std::path::PathBuf;

use clap::Args;

use super::wait;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Planning;

#[derive(Debug, Args)]
pub(in crate::cli) struct Snapshot {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Folder to write to, as `<portal>/<organisation>.yaml`; by default `live` beside the project
    /// file.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    planning: Planning,
}

impl Snapshot {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            path,
            out,
            planning,
        } = self;
        let options = app::snapshot::Options {
            path,
            planning: planning.options(),
            out,
        };
        wait(app::snapshot::run(&options, screen))
    }
}
