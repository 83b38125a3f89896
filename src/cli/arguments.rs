//! What every command line has: the commands, and the options that all of them take. Their help
//! texts are the reference that people read first; each command's own stand in its file.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[cfg(feature = "sandbox")]
use super::commands::Sandbox;
use super::commands::{
    Account, Apply, Audit, CopyAreas, Explain, Grant, Import, Init, Lock, Next, Plan, Report,
    Review, Revoke, Schema, Snapshot, Undo, User, Validate, Worklist,
};

/// Access as code for education: who has an account on each portal, who administers it and which
/// areas each person may use, in YAML, reviewed and applied.
#[derive(Debug, Parser)]
#[command(
    name = "beadle",
    version,
    propagate_version = true,
    max_term_width = 100
)]
#[command(
    after_help = "Exit codes: 0 done or nothing to do, 1 failed, 2 changes are pending \
(plan --detailed-exitcode), 3 refused, 4 applied in part."
)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) global: Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Work in this folder instead of the current one.
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(super) directory: Option<PathBuf>,
    /// Colours: `auto` uses them on a terminal, unless NO_COLOR is set.
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    pub(super) color: Color,
    /// Say only what must be said.
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Log to stderr: -v what is done, -vv each call, -vvv everything. Never a token.
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub(super) verbose: u8,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check everything that can be checked without a portal.
    Validate(Validate),
    /// Show what would change. Reads, and never writes.
    Plan(Plan),
    /// Plan, ask, do it, read again and say what is seen to be done.
    Apply(Apply),
    /// Give back what a run of the last 7 days took: plan, ask, do it, read again.
    ///
    /// Only what that run took, and only where live is still as that run left it: what somebody has
    /// changed since is left alone and named. Afterwards the files still say otherwise.
    Undo(Undo),
    /// Say on which days something will change by itself, and what.
    ///
    /// What changes today is the plan's matter: this begins tomorrow. It is worked out from the
    /// files alone, and no portal is asked, unless --live or --ask says so.
    Next(Next),
    /// Write the YAML for what is live; planning right after finds nothing to do.
    ///
    /// Users are keyed by email address. An account without one is keyed by its login id, which is
    /// named under its `accounts` as well; everybody else without an address is a mistake to
    /// `validate`.
    Import(Import),
    /// Write a new project that validates, with the files that GitHub or GitLab runs.
    ///
    /// Asks for what is not given, where there is a terminal. Nothing that is there is overwritten:
    /// either all files are written or none. With --codeowners, writes down who is asked before which
    /// file of a project changes.
    Init(Init),
    /// Save live state to files, with the evidence that it is complete.
    Snapshot(Snapshot),
    /// For portals without an API: show the steps that wait for a person, and mark them as done.
    Worklist(Worklist),
    /// Say why somebody has or lacks access: the lines of YAML, bundles, assignments and dates, beside
    /// what is live, what the next plan does, and what is missing. Reads, and never writes.
    Explain(Explain),
    /// Show who has what, what ends, who governs, what a head signs, what is held about one person.
    ///
    /// As text, Markdown, HTML, CSV or JSON. Reads, and never writes but the report.
    #[command(subcommand)]
    Report(Report),
    /// Do a help-desk act on one account: these are not state, and no plan holds them.
    #[command(subcommand)]
    Account(Account),
    /// Edit the YAML: somebody joins, leaves, moves, or stays longer.
    #[command(subcommand)]
    User(User),
    /// Edit the YAML: give somebody areas, in one organisation or in many.
    Grant(Grant),
    /// Edit the YAML: take areas away from somebody, in one organisation or in many.
    Revoke(Revoke),
    /// Edit the YAML: give one user the areas of another, written out one by one for the review.
    CopyAreas(CopyAreas),
    /// Bring what was decided in an access review into the YAML.
    #[command(subcommand)]
    Review(Review),
    /// The record of what was done: check it, show it, forget a person.
    #[command(subcommand)]
    Audit(Audit),
    /// Who may apply now.
    #[command(subcommand)]
    Lock(Lock),
    /// Print a JSON schema, or the names of all.
    Schema(Schema),
    /// Serve embedded portals to try things on.
    #[cfg(feature = "sandbox")]
    Sandbox(Sandbox),
    /// Print completions for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page, or write one for each command.
    Man {
        /// Folder to write `beadle.1`, `beadle-plan.1` … to.
        #[arg(long, value_name = "DIR")]
        out: Option<PathBuf>,
    },
}
