//! `beadle plan`, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::merge::MergePlans;
use super::{wait, wait_alone};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Planning, Redact};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct Plan {
    #[command(subcommand)]
    act: Option<MergePlans>,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How the plan is written.
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    format: PlanFormat,
    /// Save the plan as JSON, for `apply FILE`. It names people: only its owner can read it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Plan against a snapshot, or a folder of them laid out as `<portal>/<organisation>.yaml`,
    /// instead of the portals.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "sandbox")]
    live: Option<PathBuf>,
    /// Exit with 2 when changes are pending.
    #[arg(long)]
    detailed_exitcode: bool,
    /// Take nothing away: hold removals back and list them.
    #[arg(long)]
    no_removals: bool,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PlanFormat {
    /// For people.
    Text,
    /// For programs (see `beadle schema plan`).
    Json,
    /// A unified diff between what is live and what is desired, both as YAML.
    Diff,
}

impl Plan {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        if let Some(MergePlans::Merge(merge)) = self.act {
            return merge.plans(screen);
        }
        let options = self.options();
        let embedded = options.planning.sandbox;
        let work = app::plan::run(&options, screen);
        if embedded {
            wait(work)
        } else {
            wait_alone(work)
        }
    }

    fn options(self) -> app::plan::Options {
        let Self {
            act: _,
            path,
            planning,
            format,
            out,
            live,
            detailed_exitcode,
            no_removals,
            redact,
        } = self;
        app::plan::Options {
            path,
            planning: planning.options(no_removals),
            format: match format {
                PlanFormat::Text => app::plan::Format::Text,
                PlanFormat::Json => app::plan::Format::Json,
                PlanFormat::Diff => app::plan::Format::Diff,
            },
            out,
            live,
            detailed_exitcode,
            redact: redact.when(),
        }
    }
}
