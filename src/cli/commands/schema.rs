//! `beadle schema`, as arguments.

use std::path::PathBuf;

use clap::Args;

use crate::app::{self, Exit, Failure, Screen};

#[derive(Debug, Args)]
pub(in crate::cli) struct Schema {
    /// Which schema; without it, the names of all.
    name: Option<String>,
    /// Write to this folder, as `<name>.schema.json`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl Schema {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self { name, out } = self;
        app::schema::run(name.as_deref(), out.as_deref(), screen)
    }
}
