//! `beadle user`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::civil::Date;

use crate::app::edit::{AreaAt, Edit, NewUser, Terms, Which};
use crate::app::{Exit, Failure, Screen};
use crate::cli::editing::{self, Manner, Organisations};
use crate::cli::values::day;

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum User {
    /// Add somebody to an organisation.
    Add(Add),
    /// Write somebody's last day, and take them out of `admins`.
    Leave(Leave),
    /// Move somebody to another organisation: two memberships with dates, and no day without
    /// access.
    Move(Move),
    /// Put off the end of a membership, or of a grant.
    Extend(Extend),
}

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct Add {
    /// The work email address, which is the user's key.
    address: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    organisations: Organisations,
    /// The name. Not needed for somebody listed under `people`.
    #[arg(long)]
    name: Option<String>,
    /// An account at this portal only; may be repeated. Without it, at all of the organisation's.
    #[arg(long = "portal", value_name = "NAME")]
    portals: Vec<String>,
    /// A job role; may be repeated.
    #[arg(long = "bundle", value_name = "NAME")]
    bundles: Vec<String>,
    /// An area, with the portal before a colon where there are several; may be repeated.
    #[arg(long = "area", value_name = "[PORTAL:]AREA")]
    areas: Vec<String>,
    /// Why the user needs the areas.
    #[arg(long, value_name = "TEXT", requires = "areas")]
    reason: Option<String>,
    /// First day of access.
    #[arg(long, value_name = "DATE", value_parser = day)]
    from: Option<Date>,
    /// Last day of access.
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<Date>,
    /// A login id that is not the address; may be repeated.
    #[arg(long = "login", value_name = "PORTAL=LOGIN", value_parser = login)]
    logins: Vec<(String, String)>,
    /// An administrator at this portal; may be repeated.
    #[arg(long = "admin", value_name = "PORTAL")]
    admin: Vec<String>,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct Leave {
    /// The user's key: the work email address.
    address: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    #[command(flatten)]
    organisations: Organisations,
    /// The last day of access. Without it, today.
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<Date>,
    /// Take the entry out instead, with every place that names it.
    #[arg(long, conflicts_with = "on")]
    remove: bool,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct Move {
    /// The user's key: the work email address.
    address: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The organisation that the user leaves.
    #[arg(long, value_name = "ID")]
    from: String,
    /// The organisation to which the user goes.
    #[arg(long, value_name = "ID")]
    to: String,
    /// First day at the new organisation; the day before is the last at the old one. Without it,
    /// today.
    #[arg(long, value_name = "DATE", value_parser = day)]
    on: Option<Date>,
    /// Days from then on that the user keeps access to the old organisation as well.
    #[arg(long, value_name = "DAYS", default_value_t = 0)]
    overlap: u16,
    /// Copy the user's own areas too, at the portals that both have. Without it, job roles alone.
    #[arg(long)]
    keep_areas: bool,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
#[command(after_help = editing::AFTER_HELP)]
pub(in crate::cli) struct Extend {
    /// The user's key: the work email address.
    address: String,
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The new last day.
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Date,
    #[command(flatten)]
    organisations: Organisations,
    /// Only of this area, and not of the membership.
    #[arg(long, value_name = "[PORTAL:]AREA")]
    area: Option<String>,
    #[command(flatten)]
    manner: Manner,
}

fn login(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((portal, login)) if !portal.is_empty() && !login.is_empty() => {
            Ok((portal.to_owned(), login.to_owned()))
        }
        _ => Err("write PORTAL=LOGIN"),
    }
}

impl User {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        match self {
            Self::Add(add) => add.run(screen),
            Self::Leave(leave) => leave.run(screen),
            Self::Move(moving) => moving.run(screen),
            Self::Extend(extend) => extend.run(screen),
        }
    }
}

impl Add {
    fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            address,
            path,
            organisations,
            name,
            portals,
            bundles,
            areas,
            reason,
            from,
            until,
            logins,
            admin,
            manner,
        } = self;
        let terms = Terms {
            from: None,
            until: None,
            reason,
        };
        let areas = areas.iter();
        let edit = Edit::Add(NewUser {
            address,
            name,
            email: None,
            portals,
            logins,
            from,
            until,
            bundles,
            areas: areas
                .map(|area| (AreaAt::typed(area), terms.clone()))
                .collect(),
            admin,
        });
        manner.run(path, edit, organisations.named()?, screen)
    }
}

impl Leave {
    fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            address,
            path,
            organisations,
            on,
            remove,
            manner,
        } = self;
        let edit = Edit::Leave {
            address,
            on,
            remove,
        };
        manner.run(path, edit, organisations.which(), screen)
    }
}

impl Move {
    fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            address,
            path,
            from,
            to,
            on,
            overlap,
            keep_areas,
            manner,
        } = self;
        let edit = Edit::Move {
            address,
            on,
            overlap,
            keep_areas,
        };
        manner.run(path, edit, Which::Selected(vec![from, to]), screen)
    }
}

impl Extend {
    fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            address,
            path,
            until,
            organisations,
            area,
            manner,
        } = self;
        let edit = Edit::Extend {
            address,
            until,
            area: area.as_deref().map(AreaAt::typed),
        };
        manner.run(path, edit, organisations.which(), screen)
    }
}
