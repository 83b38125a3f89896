//! `beadle worklist`, as arguments.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::wait;
use crate::app::{self, Exit, Failure, Screen, Selection};
use crate::cli::planning::Redact;
use crate::cli::values::{day, duration};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct Worklist {
    #[command(subcommand)]
    act: Option<WorklistAct>,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How worklists are written.
    #[arg(long, value_enum, default_value_t = WorklistFormat::Text)]
    format: WorklistFormat,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    place: WorklistPlace,
}

#[derive(Debug, Subcommand)]
enum WorklistAct {
    /// Mark steps as done, and bring the snapshots up to date with what they changed.
    ///
    /// Of the project in the current folder (see -C). A step whose predecessors are not marked can
    /// be marked, with a note. All steps named are marked, or none: a step that does not fit the
    /// snapshot, because it has been changed since, is refused.
    Done(WorklistDone),
}

#[derive(Debug, Args)]
struct WorklistDone {
    /// Steps: numbers such as `3`, ranges such as `3-7`, or ids.
    #[arg(required_unless_present = "all", value_name = "STEP")]
    steps: Vec<String>,
    /// Every open step.
    #[arg(long, conflicts_with = "steps")]
    all: bool,
    /// Who says so; kept with the mark.
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// The day that the mark bears, as YYYY-MM-DD, instead of the current one.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    /// How long to wait while somebody else applies, such as `90s` or `5m`; by default not at all.
    #[arg(long, value_name = "DURATION", default_value = "0s", value_parser = duration)]
    lock_wait: Duration,
    #[command(flatten)]
    place: WorklistPlace,
}

/// Which worklists.
#[derive(Debug, Args)]
struct WorklistPlace {
    /// Only this organisation (its id in the project); may be repeated.
    #[arg(long = "org", value_name = "ID")]
    organisations: Vec<String>,
    /// Only this portal (its name in the project); may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    portals: Vec<String>,
    /// Folder of the worklists; by default `worklists` beside the project file.
    #[arg(long, value_name = "DIR")]
    worklists: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum WorklistFormat {
    /// The open steps, for people.
    Text,
    /// Every step, with tick boxes.
    Markdown,
    /// Every step, as a page to print.
    Html,
    /// Every step, as an array (see `beadle schema worklist`).
    Json,
}

impl Worklist {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            act,
            path,
            format,
            redact,
            place,
        } = self;
        if let Some(WorklistAct::Done(done)) = act {
            let WorklistDone {
                steps,
                all,
                by,
                today,
                lock_wait,
                place,
            } = done;
            let options = app::worklist::DoneOptions {
                place: place.options(PathBuf::from("."), today),
                steps,
                all,
                by,
                lock_wait,
            };
            return wait(app::worklist::done(&options, screen));
        }
        let options = app::worklist::Options {
            place: place.options(path, None),
            format: match format {
                WorklistFormat::Text => app::worklist::Format::Text,
                WorklistFormat::Markdown => app::worklist::Format::Markdown,
                WorklistFormat::Html => app::worklist::Format::Html,
                WorklistFormat::Json => app::worklist::Format::Json,
            },
            redact: redact.when(),
        };
        app::worklist::run(&options, screen)
    }
}

impl WorklistPlace {
    fn options(self, path: PathBuf, today: Option<Date>) -> app::worklist::Place {
        let Self {
            organisations,
            portals,
            worklists,
        } = self;
        app::worklist::Place {
            path,
            selection: Selection {
                organisations,
                portals,
                shard: None,
            },
            today,
            worklists,
        }
    }
}
