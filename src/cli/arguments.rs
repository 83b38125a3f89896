//! The arguments of every command. Their help texts are the reference that people read first.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::civil::Date;

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
    /// Write the YAML for what is live; planning right after finds nothing to do.
    ///
    /// Users are keyed by email address. An account without one is keyed by its login id, which is
    /// named under its `accounts` as well; everybody else without an address is a mistake to
    /// `validate`.
    Import(Import),
    /// Save live state to files, with the evidence that it is complete.
    Snapshot(Snapshot),
    /// For portals without an API: show the steps that wait for a person, and mark them as done.
    Worklist(Worklist),
    /// Do a help-desk act on one account: these are not state, and no plan holds them.
    #[command(subcommand)]
    Account(Account),
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
    /// The day to plan for, as YYYY-MM-DD, instead of the current one.
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<Date>,
    /// Swap every portal for an embedded one that holds the snapshots
    /// `live/<portal>/<organisation>.yaml` beside the project file.
    #[arg(long)]
    pub(super) sandbox: bool,
}

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// The day for checks that depend on one.
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<Date>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = ValidateFormat::Text)]
    pub(super) format: ValidateFormat,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ValidateFormat {
    /// Lines with carets, on stderr.
    Text,
    /// JSON, on stdout.
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Plan {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// How the plan is written.
    #[arg(long, value_enum, default_value_t = PlanFormat::Text)]
    pub(super) format: PlanFormat,
    /// Save the plan as JSON, for `apply FILE`. It names people: only its owner can read it.
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Plan against a snapshot, or a folder of them laid out as `<portal>/<organisation>.yaml`,
    /// instead of the portals.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "sandbox")]
    pub(super) live: Option<PathBuf>,
    /// Exit with 2 when changes are pending.
    #[arg(long)]
    pub(super) detailed_exitcode: bool,
    /// Take nothing away: hold removals back and list them.
    #[arg(long)]
    pub(super) no_removals: bool,
    #[command(flatten)]
    pub(super) redact: Redact,
    #[command(flatten)]
    pub(super) planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum PlanFormat {
    /// For people.
    Text,
    /// For programs (see `beadle schema plan`).
    Json,
    /// A unified diff between what is live and what is desired, both as YAML.
    Diff,
}

#[derive(Debug, Args)]
pub(super) struct Redact {
    /// Keep names and addresses out, behind stable pseudonyms: `auto` does so in CI.
    #[arg(long = "redact", value_enum, value_name = "WHEN", num_args = 0..=1, require_equals = true,
          default_value_t = RedactWhen::Auto, default_missing_value = "always")]
    pub(super) when: RedactWhen,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum RedactWhen {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The project's folder or file, or a plan saved by `plan --out`, for the project in the
    /// current folder.
    #[arg(default_value = ".", value_name = "PATH|PLAN.json")]
    pub(super) path: PathBuf,
    /// How the result is written.
    #[arg(long, value_enum, default_value_t = ApplyFormat::Text)]
    pub(super) format: ApplyFormat,
    /// Do not ask.
    #[arg(long, short)]
    pub(super) yes: bool,
    /// Take nothing away: hold removals back and list them.
    #[arg(long)]
    pub(super) no_removals: bool,
    /// Apply only the plan with this digest (printed by `plan --format json`).
    #[arg(long, value_name = "DIGEST")]
    pub(super) approved: Option<String>,
    /// Folder for the worklists of portals without an API, as `<portal>/<organisation>.html`,
    /// `.md` and `.json`; by default `worklists` beside the project file. They name people: only
    /// their owner can read them.
    #[arg(long, value_name = "DIR")]
    pub(super) worklists: Option<PathBuf>,
    #[command(flatten)]
    pub(super) redact: Redact,
    #[command(flatten)]
    pub(super) planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ApplyFormat {
    /// For people: the plan, then what became of it.
    Text,
    /// For programs: what became of it.
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The folder for a new project (with --driver or --snapshot), or a project that is there.
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// A new project: the portal's driver.
    #[arg(long, value_name = "DRIVER")]
    pub(super) driver: Option<String>,
    /// A new project: the portal's base URL.
    #[arg(long, value_name = "URL")]
    pub(super) url: Option<String>,
    /// A new project: the environment variable that holds the token.
    #[arg(long, value_name = "VARIABLE")]
    pub(super) token_env: Option<String>,
    /// A new project: the organisation's id at the portal, such as a UKPRN.
    #[arg(long, value_name = "ID")]
    pub(super) portal_organisation: Option<String>,
    /// A new project: the organisation's name.
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// A new project: read this snapshot instead of the portal.
    #[arg(long, value_name = "FILE")]
    pub(super) snapshot: Option<PathBuf>,
    /// A new project, for a portal that asks for it: who has accepted its terms for new accounts.
    #[arg(long, value_name = "NAME")]
    pub(super) terms_accepted_by: Option<String>,
    /// Import the organisations below as well, such as an authority's schools, each to a file of
    /// its own (`schools/<id>.yaml`). Files that are there stay.
    #[arg(long, conflicts_with_all = ["snapshot", "table"])]
    pub(super) below: bool,
    #[command(flatten)]
    pub(super) tables: ImportTables,
    #[command(flatten)]
    pub(super) planning: Planning,
}

/// For a portal without an API: what its pages show.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tables, for a portal without an API")]
pub(super) struct ImportTables {
    /// A list of users, saved as HTML or copied from the portal's page, or a CSV of staff, in
    /// place of the portal; may be repeated, and the lists add up. Columns are known by their
    /// headings: Name (or Forename and Surname), Email, Username, Areas (separated by `;`),
    /// Administrator, Expires (2027-08-31 or 31/08/2027), Active. Phone numbers are dropped. In a
    /// folder without a project it needs --driver and --portal-organisation and writes one; in a
    /// project it brings the kept snapshot up to date and leaves the YAML as it is.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["snapshot", "url", "sandbox"])]
    pub(super) table: Vec<PathBuf>,
    /// An area by its title or name, and the page on which its accounts are ticked; may be
    /// repeated. Save that page as HTML: copied text loses its ticks, unless `[x]` or `[ ]` stands
    /// before each name.
    #[arg(long, value_name = "NAME[=FILE]", requires = "table")]
    pub(super) area: Vec<String>,
    /// An account of the list (by login id, address or name), and the page on which its areas are
    /// ticked; may be repeated.
    #[arg(long, value_name = "LOGIN=FILE", requires = "table")]
    pub(super) account: Vec<String>,
    /// The page that lists the administrators: by `Demote` beside them, or all who are on it.
    #[arg(long, value_name = "FILE", requires = "table")]
    pub(super) admins: Vec<PathBuf>,
    /// Whence a login id comes where no column shows it. `habit`: from the last snapshot, or from
    /// the email address where that is this portal's habit, else the row is an error. `email`: from
    /// the address everywhere. `name`: and from the name as it stands where the address is blank.
    #[arg(long, value_enum, value_name = "WHENCE", default_value_t = LoginFrom::Habit, requires = "table")]
    pub(super) login_from: LoginFrom,
    /// Leave wrong rows out and list them, instead of writing nothing.
    #[arg(long, requires = "table")]
    pub(super) skip_bad_rows: bool,
    /// Fail where there is no project whose snapshot could be brought up to date.
    #[arg(long, requires = "table")]
    pub(super) snapshot_only: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum LoginFrom {
    Habit,
    Email,
    Name,
}

#[derive(Debug, Args)]
pub(super) struct Snapshot {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Folder to write to, as `<portal>/<organisation>.yaml`; by default `live` beside the project
    /// file.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) planning: Planning,
}

#[derive(Debug, Subcommand)]
pub(super) enum Account {
    /// Unlock an account that was locked after wrong passwords.
    Unlock(OneAccount),
    /// Give an account a new password, made by the portal or chosen. It goes to a file that only
    /// its owner can read, and is never shown.
    ResetPassword {
        #[command(flatten)]
        account: OneAccount,
        /// Where the password goes that the portal makes: a new file, readable by its owner alone.
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        /// Read the new password from this file, which only its owner may be able to read.
        #[arg(long, value_name = "FILE", conflicts_with = "password_file")]
        choose_from: Option<PathBuf>,
    },
    /// Forget the number that sign-in codes are sent to, so that a new one is asked for.
    ResetOtp(OneAccount),
}

#[derive(Debug, Args)]
pub(super) struct OneAccount {
    /// The account's login id, or the user's key in the YAML.
    pub(super) user: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// Do not ask.
    #[arg(long, short)]
    pub(super) yes: bool,
    #[command(flatten)]
    pub(super) planning: Planning,
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct Worklist {
    #[command(subcommand)]
    pub(super) act: Option<WorklistAct>,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    pub(super) path: PathBuf,
    /// How worklists are written.
    #[arg(long, value_enum, default_value_t = WorklistFormat::Text)]
    pub(super) format: WorklistFormat,
    #[command(flatten)]
    pub(super) redact: Redact,
    #[command(flatten)]
    pub(super) place: WorklistPlace,
}

#[derive(Debug, Subcommand)]
pub(super) enum WorklistAct {
    /// Mark steps as done, and bring the snapshots up to date with what they changed.
    ///
    /// Of the project in the current folder (see -C). A step whose predecessors are not marked can
    /// be marked, with a note. All steps named are marked, or none: a step that does not fit the
    /// snapshot, because it has been changed since, is refused.
    Done(WorklistDone),
}

#[derive(Debug, Args)]
pub(super) struct WorklistDone {
    /// Steps: numbers such as `3`, ranges such as `3-7`, or ids.
    #[arg(required_unless_present = "all", value_name = "STEP")]
    pub(super) steps: Vec<String>,
    /// Every open step.
    #[arg(long, conflicts_with = "steps")]
    pub(super) all: bool,
    /// Who says so; kept with the mark.
    #[arg(long, value_name = "NAME")]
    pub(super) by: Option<String>,
    /// The day that the mark bears, as YYYY-MM-DD, instead of the current one.
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<Date>,
    #[command(flatten)]
    pub(super) place: WorklistPlace,
}

/// Which worklists.
#[derive(Debug, Args)]
pub(super) struct WorklistPlace {
    /// Only this organisation (its id in the project); may be repeated.
    #[arg(long = "org", value_name = "ID")]
    pub(super) organisations: Vec<String>,
    /// Only this portal (its name in the project); may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    pub(super) portals: Vec<String>,
    /// Folder of the worklists; by default `worklists` beside the project file.
    #[arg(long, value_name = "DIR")]
    pub(super) worklists: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum WorklistFormat {
    /// The open steps, for people.
    Text,
    /// Every step, with tick boxes.
    Markdown,
    /// Every step, as a page to print.
    Html,
    /// Every step, as an array (see `beadle schema worklist`).
    Json,
}

#[derive(Debug, Args)]
pub(super) struct Schema {
    /// Which schema: organisation, plan, project, snapshot, worklist.
    pub(super) name: Option<String>,
    /// Write to this folder, as `<name>.schema.json`.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[cfg(feature = "sandbox")]
pub(super) struct Sandbox {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    pub(super) listen: std::net::SocketAddr,
    /// Keep the portals' state in this file; in memory by default.
    #[arg(long, value_name = "FILE")]
    pub(super) db: Option<PathBuf>,
    /// Begin with the snapshots of this folder, laid out as `<portal>/<organisation>.yaml`.
    #[arg(long, value_name = "DIR")]
    pub(super) seed: Option<PathBuf>,
    /// Serve only this portal; may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    pub(super) portals: Vec<String>,
    /// The day that the sandbox's clock shows, instead of the current one.
    #[arg(long, value_name = "DATE")]
    pub(super) today: Option<Date>,
}
