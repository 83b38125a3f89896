//! `beadle import`, as arguments.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::wait;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Planning;

#[derive(Debug, Args)]
pub(in crate::cli) struct Import {
    /// The folder for a new project (with --driver or --snapshot), or a project that is there.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// A new project: the portal's driver.
    #[arg(long, value_name = "DRIVER")]
    driver: Option<String>,
    /// A new project: the portal's base URL.
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// A new project: the environment variable that holds the token.
    #[arg(long, value_name = "VARIABLE")]
    token_env: Option<String>,
    /// A new project: the organisation's id at the portal, such as a UKPRN.
    #[arg(long, value_name = "ID")]
    portal_organisation: Option<String>,
    /// A new project: the organisation's name.
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A new project: read this snapshot instead of the portal.
    #[arg(long, value_name = "FILE")]
    snapshot: Option<PathBuf>,
    /// A new project, for a portal that asks for it: who has accepted its terms for new accounts.
    #[arg(long, value_name = "NAME")]
    terms_accepted_by: Option<String>,
    /// Import the organisations below as well, such as an authority's schools, each to a file of
    /// its own (`schools/<id>.yaml`). Files that are there stay.
    #[arg(long, conflicts_with_all = ["snapshot", "table"])]
    below: bool,
    #[command(flatten)]
    tables: ImportTables,
    #[command(flatten)]
    planning: Planning,
}

/// For a portal without an API: what its pages show.
#[derive(Debug, Args)]
#[command(next_help_heading = "Tables, for a portal without an API")]
struct ImportTables {
    /// A list of users, saved as HTML or copied from the portal's page, or a CSV of staff, in
    /// place of the portal; may be repeated, and the lists add up. Columns are known by their
    /// headings: Name (or Forename and Surname), Email, Username, Areas (separated by `;`),
    /// Administrator, Expires (2027-08-31 or 31/08/2027), Active. Phone numbers are dropped. In a
    /// folder without a project it needs --driver and --portal-organisation and writes one; in a
    /// project it brings the kept snapshot up to date and leaves the YAML as it is.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["snapshot", "url", "sandbox"])]
    table: Vec<PathBuf>,
    /// An area by its title or name, and the page on which its accounts are ticked; may be
    /// repeated. Save that page as HTML: copied text loses its ticks, unless `[x]` or `[ ]` stands
    /// before each name.
    #[arg(long, value_name = "NAME[=FILE]", requires = "table")]
    area: Vec<String>,
    /// An account of the list (by login id, address or name), and the page on which its areas are
    /// ticked; may be repeated.
    #[arg(long, value_name = "LOGIN=FILE", requires = "table")]
    account: Vec<String>,
    /// The page that lists the administrators: by `Demote` beside them, or all who are on it.
    #[arg(long, value_name = "FILE", requires = "table")]
    admins: Vec<PathBuf>,
    /// Whence a login id comes where no column shows it. `habit`: from the last snapshot, or from
    /// the email address where that is this portal's habit, else the row is an error. `email`: from
    /// the address everywhere. `name`: and from the name as it stands where the address is blank.
    #[arg(long, value_enum, value_name = "WHENCE", default_value_t = LoginFrom::Habit, requires = "table")]
    login_from: LoginFrom,
    /// Leave wrong rows out and list them, instead of writing nothing.
    #[arg(long, requires = "table")]
    skip_bad_rows: bool,
    /// Fail where there is no project whose snapshot could be brought up to date.
    #[arg(long, requires = "table")]
    snapshot_only: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum LoginFrom {
    Habit,
    Email,
    Name,
}

impl Import {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        wait(app::import::run(&self.options(), screen))
    }

    fn options(self) -> app::import::Options {
        let Self {
            path,
            planning,
            driver,
            url,
            token_env,
            portal_organisation,
            name,
            snapshot,
            terms_accepted_by,
            below,
            tables,
        } = self;
        let tables = tables.options();
        let there = Path::new(&path).join("beadle.yaml").exists() || path.is_file();
        // Tables bring a project that is there up to date.
        let new = !there || (tables.is_none() && (driver.is_some() || snapshot.is_some()));
        let origin = new.then(|| app::import::Origin {
            portal: planning.portals.first().cloned(),
            driver,
            url,
            token_variable: token_env,
            portal_organisation,
            organisation: planning.organisations.first().cloned(),
            name,
            snapshot,
            terms_accepted_by,
        });
        app::import::Options {
            path,
            planning: planning.options(),
            origin,
            tables,
            below,
        }
    }
}

impl ImportTables {
    fn options(self) -> Option<app::import::Tables> {
        let Self {
            table,
            area,
            account,
            admins,
            login_from,
            skip_bad_rows,
            snapshot_only,
        } = self;
        let there = !table.is_empty();
        let tables = app::import::Tables {
            lists: table,
            areas: area,
            accounts: account,
            admins,
            login_from: match login_from {
                LoginFrom::Habit => app::import::LoginFrom::Habit,
                LoginFrom::Email => app::import::LoginFrom::Email,
                LoginFrom::Name => app::import::LoginFrom::Name,
            },
            skip_bad_rows,
            snapshot_only,
        };
        there.then_some(tables)
    }
}
