//! `beadle undo`, as arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::apply::ApplyFormat;
use super::wait_for_listings;
use crate::app::{self, Exit, Failure, PlanningOptions, Screen, Selection};
use crate::cli::planning::Redact;
use crate::cli::values::duration;

#[derive(Debug, Args)]
pub(in crate::cli) struct Undo {
    /// The run, as `apply` named it when it ended, or an undo file. By default the last run that
    /// took something and was no undo itself.
    #[arg(value_name = "RUN|FILE")]
    which: Option<String>,
    /// The project's folder or file.
    #[arg(long = "project", default_value = ".", value_name = "PATH")]
    path: PathBuf,
    /// Show which runs can be undone, and do nothing.
    #[arg(long)]
    list: bool,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t = ApplyFormat::Text)]
    format: ApplyFormat,
    /// Do not ask.
    #[arg(long, short)]
    yes: bool,
    /// Give back only what the plan with this digest does.
    #[arg(long, value_name = "DIGEST")]
    approved: Option<String>,
    /// How long to wait while somebody else applies, such as `90s` or `5m`; by default not at all.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    lock_wait: Duration,
    /// Folder for the worklists of portals without an API; by default `worklists` beside the project
    /// file.
    #[arg(long, value_name = "DIR")]
    worklists: Option<PathBuf>,
    /// Give back in this organisation only (its id in the project); may be repeated.
    #[arg(long = "org", value_name = "ID")]
    organisations: Vec<String>,
    /// Give back at this portal only (its name in the project); may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    portals: Vec<String>,
    /// Who asks for it, by email address; may be repeated. What gives them rights is an escalation.
    /// Without it: as for `apply`.
    #[arg(long = "author", value_name = "ADDRESS")]
    authors: Vec<String>,
    #[command(flatten)]
    redact: Redact,
}

impl Undo {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let options = self.options();
        wait_for_listings(false, app::undo::run(&options, screen))
    }

    fn options(self) -> app::undo::Options {
        let Self {
            which,
            path,
            list,
            format,
            yes,
            approved,
            lock_wait,
            worklists,
            organisations,
            portals,
            authors,
            redact,
        } = self;
        app::undo::Options {
            which,
            path,
            planning: PlanningOptions {
                selection: Selection {
                    organisations,
                    portals,
                    shard: None,
                },
                authors,
                ..PlanningOptions::default()
            },
            list,
            format: format.format(),
            yes,
            approved,
            redact: redact.when(),
            lock_wait,
            worklists,
        }
    }
}
