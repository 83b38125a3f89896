//! `beadle plan`, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::merge::MergePlans;
use super::wait_for_listings;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Change, Planning, Redact};

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
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    revisions: Revisions,
}

/// With what the plan is compared.
#[derive(Debug, Args)]
#[command(next_help_heading = "Revisions")]
struct Revisions {
    /// Plan only what the change since this git revision can affect.
    ///
    /// The change is that between the merge base of REV and HEAD (where the branch left REV) and
    /// the working tree, with what is not committed yet. What is desired for the day is compared,
    /// with policy, portal settings and the snapshots that are read: a comment or another order
    /// selects nothing, a bundle those who use it. Where the project at REV has errors, all is
    /// planned. `max_removals_total` is a share of a whole portal and is left open where only a
    /// part of the portal is planned; every other limit holds.
    #[arg(long, value_name = "REV")]
    changed_since: Option<String>,
    /// Mark each action as caused by the change since this git revision, pending already, or
    /// drift.
    ///
    /// The same listing is planned for the files as they were where the branch left REV. An action
    /// that those files would not have planned is the change's (`change`). Of the others, `drift`
    /// is what the configuration that was last applied in full (`--applied`) asks for too, seen on
    /// the day of its commit: that had been brought about once, so live was changed since.
    /// `pending` is the rest: asked for later, or come about by a date, and not applied yet.
    /// Tokens and addresses are the working tree's, never those of REV.
    #[arg(long, value_name = "REV")]
    compare_with: Option<String>,
    /// The git revision that was last applied in full, to tell drift from what is pending; by
    /// default the first parent of the commit that is compared with.
    #[arg(long, value_name = "REV", requires = "compare_with")]
    applied: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum PlanFormat {
    /// For people.
    Text,
    /// For programs (see `beadle schema plan`).
    Json,
    /// A comment for a pull request, under 60,000 characters at any size. It names nobody, unless
    /// `--redact=never` is given.
    Markdown,
    /// A unified diff between what is live and what is desired, both as YAML.
    Diff,
    /// One page for whoever answers for it, to keep as a file: what matters first, filters, who has
    /// what before and after, what ends when. It needs no network.
    Html,
}

impl Plan {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        if let Some(MergePlans::Merge(merge)) = self.act {
            return merge.plans(screen);
        }
        let options = self.options();
        let embedded = options.planning.sandbox;
        wait_for_listings(embedded, app::plan::run(&options, screen))
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
            redact,
            revisions,
            change,
        } = self;
        let Revisions {
            changed_since,
            compare_with,
            applied,
        } = revisions;
        app::plan::Options {
            path,
            planning: change.options(planning),
            format: match format {
                PlanFormat::Text => app::plan::Format::Text,
                PlanFormat::Json => app::plan::Format::Json,
                PlanFormat::Markdown => app::plan::Format::Markdown,
                PlanFormat::Diff => app::plan::Format::Diff,
                PlanFormat::Html => app::plan::Format::Html,
            },
            out,
            live,
            detailed_exitcode,
            redact: redact.when(),
            changed_since,
            compare_with,
            applied,
        }
    }
}
