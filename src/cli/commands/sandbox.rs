//! `beadle sandbox`, as arguments.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::wait;
use crate::app::{self, Exit, Failure, Screen};
use crate::cli::values::day;

#[derive(Debug, Args)]
pub(in crate::cli) struct Sandbox {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: std::net::SocketAddr,
    /// Keep the portals' state in this file; in memory by default.
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// Begin with the snapshots of this folder, laid out as `<portal>/<organisation>.yaml`.
    #[arg(long, value_name = "DIR")]
    seed: Option<PathBuf>,
    /// Serve only this portal; may be repeated.
    #[arg(long = "portal", value_name = "NAME")]
    portals: Vec<String>,
    /// The day that the sandbox's clock shows, instead of the current one.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
}

impl Sandbox {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            listen,
            db,
            seed,
            portals,
            today,
        } = self;
        let options = app::sandbox::Options {
            listen,
            database: db,
            seed,
            portals,
            today,
        };
        wait(app::sandbox::run(&options, screen))
    }
}
