//! `beadle next`, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::wait;
use crate::app::next::{Format, Horizon, Options};
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::{Planning, Redact};
use crate::cli::values::{day, horizon};

#[derive(Debug, Args)]
pub(in crate::cli) struct Next {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// How far to look ahead: days (`90d`), weeks (`12w`), or a last day.
    #[arg(long, value_name = "TIME", default_value = "90d", conflicts_with = "until",
          value_parser = horizon)]
    within: Horizon,
    /// The last day to look at, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<Date>,
    /// How it is written.
    #[arg(long, value_enum, default_value_t = NextFormat::Text)]
    format: NextFormat,
    /// For schedulers: print the days alone, one a line, and nothing where there is none.
    #[arg(long, conflicts_with = "format")]
    days: bool,
    /// Look at a snapshot as well, or a folder of them laid out as `<portal>/<organisation>.yaml`:
    /// what depends on live, such as the end of an account's term.
    #[arg(long, value_name = "SNAPSHOT", conflicts_with_all = ["sandbox", "ask"])]
    live: Option<PathBuf>,
    /// Ask the portals as well, for what depends on live. Needs their tokens.
    #[arg(long)]
    ask: bool,
    #[command(flatten)]
    redact: Redact,
    #[command(flatten)]
    planning: Planning,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum NextFormat {
    /// For people.
    Text,
    /// For programs (see `beadle schema next`).
    Json,
}

impl Next {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        wait(app::next::run(&self.options(), screen))
    }

    fn options(self) -> Options {
        let Self {
            path,
            within,
            until,
            format,
            days,
            live,
            ask,
            redact,
            planning,
        } = self;
        Options {
            path,
            planning: planning.options(),
            horizon: until.map_or(within, Horizon::Until),
            live,
            ask,
            format: match (days, format) {
                (true, _) => Format::Days,
                (false, NextFormat::Text) => Format::Text,
                (false, NextFormat::Json) => Format::Json,
            },
            redact: redact.when(),
        }
    }
}
