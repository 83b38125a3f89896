//! `beadle report`, as arguments.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;

use super::wait_for_listings;
use crate::app::report::{Form, Horizon, Options, Question};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Planning, Redact};
use crate::cli::values::{day, horizon};

#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Report {
    /// Who has what now, and after the pending plan.
    Access(Access),
    /// What ends when, and what happens by itself then; overdue ends come first.
    Expiring(Expiring),
    /// For governors: who administers what, who left and how fast access ended, what is overdue,
    /// which logins are shared, who changes their own rights.
    Admins(Admins),
    /// For a head teacher: everybody who may use something in the school, with a place to decide
    /// (keep, remove, shorten) and to sign, a school a sheet.
    ///
    /// What was decided comes back into the YAML by `beadle review apply`: fill in the columns
    /// `decision`, `last_day` and `take_areas` of the CSV, or save the decisions of the HTML page.
    Review(Review),
    /// Everything that is held about one person: files, portals, records, and for how long.
    Person(Person),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Access {
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Expiring {
    #[command(flatten)]
    of: Of,
    /// How far to look: days (`90d`), weeks (`12w`), or a last day as YYYY-MM-DD.
    #[arg(long, value_name = "TIME", default_value = "90d", value_parser = horizon)]
    within: Horizon,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Admins {
    #[command(flatten)]
    of: Of,
    /// Tell who left since this day; without it, in the last 365 days. Who still has access is told
    /// whenever they left.
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Date>,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Review {
    #[command(flatten)]
    of: Of,
    /// Write a file for each school into this folder, named by its id, which only its owner can
    /// read: as HTML, or as --format says.
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    out_dir: Option<PathBuf>,
    #[command(flatten)]
    manner: Manner,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Person {
    /// Whom: the user's key in the YAML, an address, a login id, or a part of a name that only one
    /// person has.
    #[arg(value_name = "PERSON")]
    who: String,
    #[command(flatten)]
    of: Of,
    #[command(flatten)]
    manner: Manner,
}

/// Of which project.
#[derive(Debug, Args)]
struct Of {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
}

/// What every report takes.
#[derive(Debug, Args)]
struct Manner {
    /// How it is written. Without it, as the name of the file after --out says, else as text.
    #[arg(long, value_enum)]
    format: Option<ReportFormat>,
    /// Write it to this file, which only its owner can read. A CSV begins with the mark by which
    /// Excel knows UTF-8.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Look at a snapshot, or a folder of them laid out as `<portal>/<organisation>.yaml`, instead
    /// of the portals.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with = "sandbox")]
    live: Option<PathBuf>,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ReportFormat {
    /// For a terminal.
    Text,
    /// For a wiki, or a comment.
    Markdown,
    /// One page that needs no network: to read, to print, to fill in.
    Html,
    /// For a spreadsheet.
    Csv,
    /// For programs (see `beadle schema report-access` and so on).
    Json,
}

impl Report {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let mut out_dir = None;
        let (question, of, manner) = match self {
            Self::Access(Access { of, manner }) => (Question::Access, of, manner),
            Self::Expiring(Expiring { of, within, manner }) => {
                (Question::Expiring(within), of, manner)
            }
            Self::Admins(Admins { of, since, manner }) => (Question::Admins { since }, of, manner),
            Self::Review(review) => {
                out_dir = review.out_dir;
                (Question::Review, review.of, review.manner)
            }
            Self::Person(Person { who, of, manner }) => (Question::Person(who), of, manner),
        };
        let Manner {
            format,
            out,
            live,
            redact,
            planning,
        } = manner;
        let options = Options {
            question,
            path: of.path,
            planning: planning.options(),
            live,
            form: format.map(|format| match format {
                ReportFormat::Text => Form::Text,
                ReportFormat::Markdown => Form::Markdown,
                ReportFormat::Html => Form::Html,
                ReportFormat::Csv => Form::Csv,
                ReportFormat::Json => Form::Json,
            }),
            out,
            out_dir,
            redact: redact.when(),
        };
        let embedded = options.planning.sandbox;
        wait_for_listings(embedded, app::report::run(&options, screen))
    }
}
