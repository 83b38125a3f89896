//! `beadle validate`: all that can be checked without a portal.

use std::path::Path;

use jiff::civil::Date;

use super::{Exit, Failure, Redact, Screen, project, repository, world};
use crate::config;
use crate::portal;
use crate::report::{counted, diagnostics_json, github_annotations, sarif};

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lines with carets, on stderr.
    Text,
    /// JSON, on stdout.
    Json,
    /// SARIF 2.1.0, on stdout.
    Sarif,
    /// Workflow commands of GitHub Actions, on stdout.
    Github,
}

/// Checks every file of the project at `path`.
///
/// # Errors
/// When results cannot be written; errors in the files are shown and end in [`Exit::Failed`].
pub fn run(
    path: &Path,
    today: Option<Date>,
    format: Format,
    redact: Redact,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let mut guarded = redact.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let loaded = config::load(path, &portal::rules_by_driver());
    let mut found = loaded.diagnostics;
    let mut counts = None;
    if let Some(project) = &loaded.project {
        let day = today.map_or_else(|| world::today(project.time_zone()), Ok)?;
        found.extend(project.on_day(day));
        let accounts: usize = project.units(day).map(|unit| unit.accounts()).sum();
        counts = Some((project.organisations().count(), accounts));
    }
    match format {
        Format::Json => {
            let found = redact.findings(&found);
            diagnostics_json(&found, &loaded.sources, screen.out())?;
        }
        Format::Sarif => {
            let found = redact.findings(&found);
            let below = repository::below_root(path);
            sarif(&found, &loaded.sources, &below, screen.out())?;
        }
        Format::Github => {
            let found = redact.findings(&found);
            let below = repository::below_root(path);
            github_annotations(&found, &loaded.sources, &below, screen.out())?;
        }
        Format::Text => {
            if !found.is_empty() {
                screen.diagnostics(&found, &loaded.sources);
            }
        }
    }
    let errors = project::errors(&found);
    if errors > 0 {
        screen.warn(&format!(
            "{}, nothing was contacted",
            counted(errors as u64, "error", "errors")
        ));
        return Ok(Exit::Failed);
    }
    if let (Some((organisations, accounts)), Format::Text) = (counts, format) {
        let files = counted(loaded.sources.files().len() as u64, "file", "files");
        let organisations = counted(organisations as u64, "organisation", "organisations");
        let accounts = counted(accounts as u64, "account", "accounts");
        writeln!(
            screen.out(),
            "{files} checked: {organisations}, {accounts}, no errors"
        )?;
    }
    Ok(Exit::Done)
}
