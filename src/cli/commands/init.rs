//! `beadle init`, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::app::{self, Exit, Failure, Screen};

#[derive(Debug, Args)]
pub(in crate::cli) struct Init {
    /// The folder to write the new project into; with --codeowners, the project's folder or file.
    #[arg(default_value = ".", value_name = "DIR")]
    path: PathBuf,
    #[command(flatten)]
    project: NewProject,
    #[command(flatten)]
    owners: Owners,
}

/// What a new project is to be.
#[derive(Debug, Args)]
#[command(next_help_heading = "A new project")]
struct NewProject {
    /// The name of the trust, school, university or authority.
    #[arg(long, conflicts_with = "codeowners")]
    name: Option<String>,
    /// A portal, by its driver, perhaps with the organisation's id there; may be repeated.
    #[arg(
        long = "portal",
        value_name = "DRIVER[=ID]",
        conflicts_with = "codeowners"
    )]
    portals: Vec<String>,
    /// The first organisation's id in the project; by default made of the name.
    #[arg(long, value_name = "ID", conflicts_with = "codeowners")]
    organisation: Option<String>,
    /// Where the repository is hosted: whose CI files are written.
    #[arg(long, value_enum, conflicts_with = "codeowners")]
    forge: Option<ForgeWord>,
    /// The action that installs beadle in workflows: beadle's repository and the commit of a
    /// release.
    #[arg(long, value_name = "OWNER/NAME@COMMIT", conflicts_with = "codeowners")]
    action: Option<String>,
    /// Ask nothing, and take the default of what is not given.
    #[arg(long, short, conflicts_with = "codeowners")]
    yes: bool,
}

/// Whom files belong to.
#[derive(Debug, Args)]
#[command(next_help_heading = "CODEOWNERS")]
struct Owners {
    /// Write CODEOWNERS for a project that is there: each organisation's file to its own owners
    /// (`owners` in the file), and everything else to the trust's (`owners` in the project file).
    /// Lines outside of beadle's own are kept.
    #[arg(long)]
    codeowners: bool,
    /// Owners of the files that name none, with `{organisation}` for the organisation's id, such as
    /// `@saltmarsh/{organisation}`.
    #[arg(long, value_name = "TEMPLATE", requires = "codeowners")]
    owners: Option<String>,
    /// Who owns the project file and everything else, in place of the project file's `owners`; in a
    /// new project, its `owners`. May be repeated.
    #[arg(long, value_name = "OWNER")]
    trust_owners: Vec<String>,
    /// The file to write. By default the one that is there (`.github/CODEOWNERS`, `CODEOWNERS`,
    /// `docs/CODEOWNERS`, `.gitlab/CODEOWNERS`), else the first of these, from the root of the git
    /// repository.
    #[arg(long, value_name = "FILE", requires = "codeowners")]
    out: Option<PathBuf>,
    /// Write nothing; exit with 1 where the file is out of date.
    #[arg(long, requires = "codeowners")]
    check: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ForgeWord {
    /// Workflows for GitHub.
    Github,
    /// A pipeline for GitLab.
    Gitlab,
    /// Nothing.
    None,
}

impl Init {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            path,
            project,
            owners,
        } = self;
        let Owners {
            codeowners,
            owners,
            trust_owners,
            out,
            check,
        } = owners;
        if codeowners {
            let options = app::init::codeowners::Options {
                path,
                owners,
                trust_owners,
                out,
                check,
            };
            return app::init::codeowners::run(&options, screen);
        }
        let NewProject {
            name,
            portals,
            organisation,
            forge,
            action,
            yes,
        } = project;
        let options = app::init::Options {
            path,
            name,
            portals,
            organisation,
            forge: forge.map(ForgeWord::forge),
            action,
            owners: trust_owners,
            yes,
        };
        app::init::run(&options, screen)
    }
}

impl ForgeWord {
    fn forge(self) -> app::init::Forge {
        match self {
            Self::Github => app::init::Forge::Github,
            Self::Gitlab => app::init::Forge::Gitlab,
            Self::None => app::init::Forge::None,
        }
    }
}
