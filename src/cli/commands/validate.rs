//! `beadle validate`, as arguments.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use crate::app::{self, Exit, Failure, Screen};
use crate::cli::planning::Redact;
use crate::cli::values::day;

#[derive(Debug, Args)]
pub(in crate::cli) struct Validate {
    /// The project's folder or file.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// The day for checks that depend on one.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    /// How findings are written.
    #[arg(long, value_enum, default_value_t = ValidateFormat::Text)]
    format: ValidateFormat,
    #[command(flatten)]
    redact: Redact,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ValidateFormat {
    /// Lines with carets, on stderr.
    Text,
    /// JSON, on stdout (see `beadle schema diagnostics`).
    Json,
    /// SARIF 2.1.0, on stdout, for code hosts and editors.
    Sarif,
    /// Annotations for GitHub Actions, on stdout.
    Github,
}

impl Validate {
    pub(in crate::cli) fn run(self, screen: &mut dyn Screen) -> Result<Exit, Failure> {
        let Self {
            path,
            today,
            format,
            redact,
        } = self;
        let format = match format {
            ValidateFormat::Text => app::validate::Format::Text,
            ValidateFormat::Json => app::validate::Format::Json,
            ValidateFormat::Sarif => app::validate::Format::Sarif,
            ValidateFormat::Github => app::validate::Format::Github,
        };
        app::validate::run(&path, today, format, redact.when(), screen)
    }
}
