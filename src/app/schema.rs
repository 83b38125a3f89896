//! `beadle schema`: the JSON schemas of the files that people and programs read and write.

use std::path::Path;

use super::{Exit, Failure, Screen, snapshots};
use crate::config;
use crate::record::audit::SealedLine;
use crate::report::{
    apply_schema, diagnostics_schema, explanation_schema, next_schema, plan_schema, report_schema,
    snapshot_schema, undo_schema, worklist_schema,
};

/// Every schema's name.
pub const NAMES: [&str; 16] = [
    "apply",
    "audit",
    "diagnostics",
    "explanation",
    "next",
    "organisation",
    "plan",
    "project",
    "report-access",
    "report-admins",
    "report-expiring",
    "report-person",
    "report-review",
    "snapshot",
    "undo",
    "worklist",
];

/// The text of the file `<name>.schema.json`.
fn schema(name: &str) -> Option<String> {
    match name {
        "apply" => Some(apply_schema()),
        "diagnostics" => Some(diagnostics_schema()),
        "next" => Some(next_schema()),
        "audit" => Some(audit_schema()),
        "explanation" => Some(explanation_schema()),
        "plan" => Some(plan_schema()),
        "snapshot" => Some(snapshot_schema()),
        "undo" => Some(undo_schema()),
        "worklist" => Some(worklist_schema()),
        other => report_schema(other)
            .or_else(|| config::schema(other).map(|schema| format!("{schema:#}\n"))),
    }
}

/// The schema of a line of the audit log.
fn audit_schema() -> String {
    let schema = schemars::schema_for!(SealedLine);
    format!("{:#}\n", schema.as_value())
}

/// Prints one schema, or the names of all; with `folder`, writes them there.
///
/// # Errors
/// When there is no such schema or a file cannot be written.
pub fn run(
    name: Option<&str>,
    folder: Option<&Path>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    match (name, folder) {
        (None, None) => writeln!(screen.out(), "{}", NAMES.join("\n"))?,
        (Some(name), None) => write!(screen.out(), "{}", known(name)?)?,
        (None, Some(folder)) => write(&NAMES, folder, folder)?,
        (Some(name), Some(folder)) => write(&[name], folder, folder)?,
    }
    Ok(Exit::Done)
}

/// Writes schemas to a folder, as `<name>.schema.json`; through no link below `root`.
///
/// # Errors
/// When there is no such schema or a file cannot be written.
pub(super) fn write(names: &[&str], root: &Path, folder: &Path) -> Result<(), Failure> {
    for name in names {
        let path = folder.join(format!("{name}.schema.json"));
        // As snapshots are: a killed run leaves no half a file.
        snapshots::write(root, &path, &known(name)?)?;
    }
    Ok(())
}

/// The text of a schema.
///
/// # Errors
/// When there is no such schema.
pub(super) fn known(name: &str) -> Result<String, Failure> {
    let unknown = || {
        let names = NAMES.join(", ");
        Failure::Usage(format!("there is no schema `{name}`; there are {names}"))
    };
    schema(name).ok_or_else(unknown)
}
