//! `beadle init`, as arguments.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::app::{self, Exit, Failure, Screen};

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("what").required(true).args(["codeowners"]))]
pub(in crate::cli) struct Init {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Write CODEOWNERS: each organisation's file to its own owners (`owners` in the file), and
    /// everything else to the trust's (`owners` in the project file). Lines outside of beadle's own
    /// are kept.
    #[arg(long)]
    codeowners: bool,
    /// Owners of the files that name none, with `{organisation}` for the organisation's id, such as
    /// `@saltmarsh/{organisation}`.
    #[arg(long, value_name = "TEMPLATE")]
    owners: Option<String>,
    /// Who owns the project file and everything else, in place of the project file's `owners`; may
    /// be repeated.
    #[arg(long, value_name = "OWNER")]
    trust_owners: Vec<String>,
    /// The file to write. By default the one that is there (`.github/CODEOWNERS`, `CODEOWNERS`,
    /// `docs/CODEOWNERS`, `.gitlab/CODEOWNERS`), else the first of these, from the root of the git
    /// repository.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write nothing; exit with 1 where the file is out of date.
    #[arg(long)]
    check: bool,
}

impl Init {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            path,
            // The only thing to begin with; the arguments' group asks for it.
            codeowners: _,
            owners,
            trust_owners,
            out,
            check,
        } = self;
        let options = app::init::Options {
            path,
            owners,
            trust_owners,
            out,
            check,
        };
        app::init::run(&options, screen)
    }
}
