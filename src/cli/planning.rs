//! Arguments that several commands share: what is planned, and what is kept out of sight.

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::app::{self, PlanningOptions, Selection};
use crate::cli::values::day;
use crate::model::shard::Shard;

/// What planning depends on beside the files.
#[derive(Debug, Args)]
#[command(next_help_heading = "Planning")]
pub(super) struct Planning {
    /// Only this organisation (its id in the project); may be repeated.
    #[arg(long = "org", value_name = "ID")]
    pub(super) organisations: Vec<String>,
    /// Only this portal (its name in the project); may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    pub(super) portals: Vec<String>,
    /// Only one part of the organisations: `3/8` is the third of eight. Which organisation belongs
    /// to which part depends on its id alone. Plans of all parts are put together by
    /// `beadle plan merge`.
    #[arg(long, value_name = "K/N")]
    pub(super) shard: Option<Shard>,
    /// The day to plan for, as YYYY-MM-DD, instead of the current one: a rehearsal. Nothing is
    /// applied for another day except with --sandbox.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub(super) today: Option<Date>,
    /// Swap every portal for an embedded one that holds the snapshots
    /// `live/<portal>/<organisation>.yaml` beside the project file.
    #[arg(long)]
    pub(super) sandbox: bool,
}

/// What is wanted of a change that is planned, and who is behind it.
#[derive(Debug, Args)]
#[command(next_help_heading = "Planning")]
pub(super) struct Change {
    /// Take nothing away: hold removals back and list them.
    #[arg(long)]
    no_removals: bool,
    /// Who wrote the change, by email address; may be repeated. What gives them rights is an
    /// escalation and stands first. Without it: BEADLE_AUTHORS, else git's authors, committers and
    /// co-authors of every commit since the revision of `--changed-since` or `--compare-with`, or
    /// of the last commit that touched the project; and, where files have changed since, git's
    /// `user.email`. What git says anybody may have written: in CI, name who asks.
    #[arg(long = "author", value_name = "ADDRESS")]
    authors: Vec<String>,
}

#[derive(Debug, Args)]
pub(super) struct Redact {
    /// Keep names and addresses out, behind stable pseudonyms: `auto` does so in CI.
    #[arg(long = "redact", value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true,
          default_value_t = RedactWhen::Auto, default_missing_value = "always")]
    when: RedactWhen,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RedactWhen {
    Auto,
    Always,
    Never,
}

impl Planning {
    pub(super) fn options(self) -> PlanningOptions {
        let Self {
            organisations,
            portals,
            shard,
            today,
            sandbox,
        } = self;
        PlanningOptions {
            selection: Selection {
                organisations,
                portals,
                shard,
            },
            today,
            no_removals: false,
            sandbox,
            authors: Vec::new(),
        }
    }
}

impl Change {
    pub(super) fn options(self, planning: Planning) -> PlanningOptions {
        PlanningOptions {
            no_removals: self.no_removals,
            authors: self.authors,
            ..planning.options()
        }
    }
}

impl Redact {
    pub(super) fn when(&self) -> app::Redact {
        match self.when {
            RedactWhen::Auto => app::Redact::Auto,
            RedactWhen::Always => app::Redact::Always,
            RedactWhen::Never => app::Redact::Never,
        }
    }
}
