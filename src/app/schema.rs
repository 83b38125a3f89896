//! `beadle schema`: the JSON schemas of the files that people and programs read and write.

use std::path::Path;

use super::{Exit, Failure, Screen};
use crate::config;
use crate::report::{plan_schema, snapshot_schema};

/// Every schema's name.
pub const NAMES: [&str; 4] = ["organisation", "plan", "project", "snapshot"];

/// The text of the file `<name>.schema.json`.
fn schema(name: &str) -> Option<String> {
    match name {
        "plan" => Some(plan_schema()),
        "snapshot" => Some(snapshot_schema()),
        other => config::schema(other).map(|schema| format!("{schema:#}\n")),
    }
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
    let wanted: Vec<&str> = match name {
        Some(name) => vec![name],
        None => NAMES.to_vec(),
    };
    for name in &wanted {
        let unknown = || {
            Failure::Usage(format!(
                "there is no schema `{name}`; there are {}",
                NAMES.join(", ")
            ))
        };
        let schema = schema(name).ok_or_else(unknown)?;
        if let Some(folder) = folder {
            std::fs::create_dir_all(folder).map_err(Failure::file(folder))?;
            let path = folder.join(format!("{name}.schema.json"));
            std::fs::write(&path, schema).map_err(Failure::file(&path))?;
        } else if wanted.len() == 1 {
            write!(screen.out(), "{schema}")?;
        } else {
            writeln!(screen.out(), "{name}")?;
        }
    }
    Ok(Exit::Done)
}
