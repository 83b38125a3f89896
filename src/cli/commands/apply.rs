//! `beadle apply`, as arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::merge::MergeReports;
use super::wait_for_listings;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Change, Planning, Redact};
use crate::cli::values::duration;

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
    /// Apply only the plan with this digest (printed under every plan).
    #[arg(long, value_name = "DIGEST")]
    approved: Option<String>,
    /// How long to wait while somebody else applies, such as `90s` or `5m`; by default not at all.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    lock_wait: Duration,
    /// Folder for the worklists of portals without an API, as `<portal>/<organisation>.html`,
    /// `.md` and `.json`; by default `worklists` beside the project file. They name people: only
    /// their owner can read them.
    #[arg(long, value_name = "DIR")]
    worklists: Option<PathBuf>,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
    #[command(flatten)]
    change: Change,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ApplyFormat {
    /// For people: the plan, then what became of it.
    Text,
    /// For programs: what became of it.
    Json,
}

impl ApplyFormat {
    pub(super) fn format(self) -> app::apply::Format {
        match self {
            Self::Text => app::apply::Format::Text,
            Self::Json => app::apply::Format::Json,
        }
    }
}

impl Apply {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        if let Some(MergeReports::Merge(merge)) = self.act {
            return merge.reports(screen);
        }
        let options = self.options();
        let embedded = options.planning.sandbox;
        wait_for_listings(embedded, app::apply::run(&options, screen))
    }

    fn options(self) -> app::apply::Options {
        let Self {
            act: _,
            path,
            planning,
            format,
            yes,
            approved,
            lock_wait,
            worklists,
            redact,
            change,
        } = self;
        app::apply::Options {
            path,
            project: PathBuf::from("."),
            planning: change.options(planning),
            format: format.format(),
            yes,
            approved,
            redact: redact.when(),
            lock_wait,
            worklists,
        }
    }
}
