//! `beadle plan merge` and `beadle apply merge`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::app::{self, Exit, Failure, Screen};
use crate::cli::values::day;

/// What else there is to do with plans.
#[derive(Debug, Subcommand)]
pub(super) enum MergePlans {
    /// Put the saved plans of all shards together, for the project in the current folder (see -C).
    ///
    /// The whole is the plan that one run would have made: the limits for whole portals are judged
    /// over all of it, and `apply --shard K/N FILE` applies one part of it.
    Merge(Merge),
}

/// What else there is to do with reports.
#[derive(Debug, Subcommand)]
pub(super) enum MergeReports {
    /// Put the reports of all shards together, as `apply --format json` prints them. Ends with 4
    /// where not everything is done.
    Merge(Merge),
}

#[derive(Debug, Args)]
pub(super) struct Merge {
    /// One file for each shard.
    #[arg(required = true, value_name = "FILE")]
    parts: Vec<PathBuf>,
    /// Save the whole as JSON. It names people: only its owner can read it.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The day on which plans must be good, as YYYY-MM-DD, instead of the current one.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
}

impl Merge {
    pub(super) fn plans(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        app::merge::plans(&self.options(), screen)
    }

    pub(super) fn reports(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        app::merge::reports(&self.options(), screen)
    }

    fn options(self) -> app::merge::Options {
        let Self { parts, out, today } = self;
        app::merge::Options { parts, out, today }
    }
}
