//! Saved plans: written by `plan --out`, read by `apply`, which goes on only if what is left to do
//! is a part of what was reviewed.

use std::collections::BTreeSet;
use std::path::Path;

use jiff::civil::Date;

use super::{Failure, private_file};
use crate::model::day::days_between;
use crate::model::plan_document::{ActionDocument, PlanDocument, UnitDocument};
use crate::report::escape;

/// Largest saved plan that is read, in bytes.
const PLAN_BYTES: u64 = 256 * 1024 * 1024;

/// Writes a plan so that only its owner can read it: it names people. A file that is there is
/// replaced as a whole, so that neither its mode nor half of a plan stays.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, document: &PlanDocument) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(document).map_err(|error| Failure::SavedPlan {
        path: path.to_owned(),
        message: error.to_string(),
    })?;
    // People look at it too, and it may be a terminal.
    let text = format!("{}\n", escape::json(&text));
    // A terminal or pipe (`/dev/stdout`) is written to, not replaced.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, text).map_err(Failure::file(path));
    }
    private_file::write(path, &text)
}

/// Reads a saved plan and checks that it is whole, of this format, and not old.
///
/// # Errors
/// When it is not.
pub(super) fn read(path: &Path, today: Date) -> Result<PlanDocument, Failure> {
    let failure = |message: String| Failure::SavedPlan {
        path: path.to_owned(),
        message,
    };
    let size = std::fs::metadata(path).map_err(Failure::file(path))?.len();
    if size > PLAN_BYTES {
        return Err(failure(format!("it is larger than {PLAN_BYTES} bytes")));
    }
    let bytes = std::fs::read(path).map_err(Failure::file(path))?;
    let document: PlanDocument = serde_json::from_slice(&bytes)
        .map_err(|error| failure(format!("it is not a plan: {error}")))?;
    if document.format != 1 {
        return Err(failure(format!(
            "its format is {}; this version reads format 1",
            document.format
        )));
    }
    if document.review.is_some() {
        return Err(failure(
            "it is a plan as `--format json` prints it; `--out` saves one to apply".to_owned(),
        ));
    }
    if document.computed_digest() != document.digest {
        return Err(failure(
            "it has been changed since it was saved: its digest does not agree".to_owned(),
        ));
    }
    let age = days_between(document.day, today);
    if !(0..=1).contains(&age) {
        return Err(failure(format!(
            "it was made for {} and is good for that day and the next; plan again",
            document.day
        )));
    }
    Ok(document)
}

/// What `fresh` would do that was not reviewed, a line each; empty where all of it was. The lines
/// are those of `shown`: the same plan, redacted where that is wanted.
pub(super) fn not_reviewed(
    fresh: &PlanDocument,
    shown: &PlanDocument,
    reviewed: &PlanDocument,
) -> Vec<String> {
    let known: BTreeSet<String> = keys(reviewed).map(|(key, _)| key).collect();
    keys(fresh)
        .zip(keys(shown))
        .filter(|((key, _), _)| !known.contains(key))
        .map(|(_, (_, line))| line)
        .collect()
}

/// Every action as a key that holds all that it does, and as a line to show.
fn keys(document: &PlanDocument) -> impl Iterator<Item = (String, String)> {
    document.units.iter().flat_map(|unit| {
        unit.actions
            .iter()
            .map(move |action| (key(unit, action), line(unit, action)))
    })
}

fn key(unit: &UnitDocument, action: &ActionDocument) -> String {
    let ActionDocument {
        kind,
        account,
        name: _,
        area,
        reason: _,
        source: _,
        reversible,
        sensitive: _,
        before,
        after,
    } = action;
    let place = (&unit.organisation, &unit.portal, &unit.portal_organisation);
    serde_json::json!([place, kind, account, area, reversible, before, after]).to_string()
}

fn line(unit: &UnitDocument, action: &ActionDocument) -> String {
    let area = action
        .area
        .as_deref()
        .map(|area| format!(" {area}"))
        .unwrap_or_default();
    format!(
        "{}/{}: {} {}{area}",
        unit.organisation,
        unit.portal,
        action.kind.as_str(),
        action.account
    )
}
