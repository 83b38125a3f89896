//! `beadle apply`, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::merge::MergeReports;
use super::{wait, wait_alone};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Planning, Redact};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct Apply {
    #[command(subcommand)]
    act: Option<MergeReports>,
    /// The project's folder or file, or a plan saved by `plan --out`, for the project in the
    /// current folder.
    #[arg(default_value = ".", value_name = "PATH|PLAN.json")]
    path: PathBuf,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t = ApplyFormat::Text)]
    format: ApplyFormat,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Take nothing away: hold removals back and list them.
    #[arg(long)]
    no_removals: bool,
    /// Apply only the plan with this digest (printed by `plan --format json`).
    #[arg(long, value_name = "DIGEST")]
    approved: Option<String>,
    /// Folder for the worklists of portals without an API, as `<portal>/<organisation>.html`,
    /// `.md` and `.json`; by default `worklists` beside the project file. They name people: only
    /// their owner can read them.
    #[arg(long, value_name = "DIR")]
    worklists: Option<PathBuf>,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ApplyFormat {
    /// For people: the plan, then what became of it.
    Text,
    /// For programs: what became of it.
    Json,
}

impl Apply {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        if let Some(MergeReports::Merge(merge)) = self.act {
            return merge.reports(screen);
        }
        let options = self.options();
        let embedded = options.planning.sandbox;
        let work = app::apply::run(&options, screen);
        if embedded {
            wait(work)
        } else {
            wait_alone(work)
        }
    }

    fn options(self) -> app::apply::Options {
        let Self {
            act: _,
            path,
            planning,
            format,
            yes,
            no_removals,
            approved,
            worklists,
            redact,
        } = self;
        app::apply::Options {
            path,
            project: PathBuf::from("."),
            planning: planning.options(no_removals),
            format: match format {
                ApplyFormat::Text => app::apply::Format::Text,
                ApplyFormat::Json => app::apply::Format::Json,
            },
            yes,
            approved,
            redact: redact.when(),
            worklists,
        }
    }
}
