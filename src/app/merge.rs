//! `beadle plan merge` and `beadle apply merge`: what the parts of a divided project planned or
//! did, put together.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::{
    Exit, Failure, PlanningOptions, Redact, Screen, private_file, project, saved_plan, world,
};
use crate::model::plan_document::PlanDocument;
use crate::planner;
use crate::report::{ApplyDocument, TextOptions, merged_apply_text, merged_plan_text};

/// Largest report that is read, in bytes.
const REPORT_BYTES: u64 = 256 * 1024 * 1024;

/// Options of both.
#[derive(Clone, Debug)]
pub struct Options {
    /// The saved plans, or reports, of all parts.
    pub parts: Vec<PathBuf>,
    /// Where the whole goes.
    pub out: Option<PathBuf>,
    /// The day on which the plans must be good, instead of the current one.
    pub today: Option<Date>,
}

/// Puts the saved plans of all parts together, for the project in the current folder: the limits
/// for whole portals are judged over all of them.
///
/// # Errors
/// When the plans are not the parts of one plan, or not of this project as it is.
pub fn plans(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let planning = PlanningOptions {
        today: options.today,
        ..PlanningOptions::default()
    };
    let opened = {
        let mut guarded = Redact::Auto.guard(screen);
        project::open(Path::new("."), &planning, &mut guarded)?
    };
    let mut parts = Vec::with_capacity(options.parts.len());
    for path in &options.parts {
        let plan = saved_plan::read(path, opened.day, world::now())?;
        if plan.configuration != opened.project.digest() {
            return Err(Failure::SavedPlan {
                path: path.clone(),
                message: "it was made from another configuration than the project in this folder"
                    .to_owned(),
            });
        }
        parts.push((path.display().to_string(), plan));
    }
    let day = parts.first().map_or(opened.day, |(_, plan)| plan.day);
    let count = parts.len();
    let judge =
        |removals: &[_]| planner::portal_refusals(removals, opened.project.policy(), day, 1);
    let whole = PlanDocument::merge(parts, judge).map_err(|error| {
        Failure::Usage(format!("the plans are not those of one whole: {error}"))
    })?;
    if let Some(out) = &options.out {
        saved_plan::write(out, &whole)?;
        screen.say(&format!("saved the plan as `{}`", out.display()));
    }
    merged_plan_text(&whole, count, &TextOptions::default(), screen.out())?;
    Ok(if whole.refusals.is_empty() {
        Exit::Done
    } else {
        Exit::Refused
    })
}

/// Puts the reports of all parts together (`apply --format json`).
///
/// # Errors
/// When the reports are not the parts of one apply.
pub fn reports(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut parts = Vec::with_capacity(options.parts.len());
    for path in &options.parts {
        parts.push((path.display().to_string(), report(path)?));
    }
    let whole = ApplyDocument::merge(parts).map_err(|error| {
        Failure::Usage(format!("the reports are not those of one whole: {error}"))
    })?;
    if let Some(out) = &options.out {
        let text = serde_json::to_string_pretty(&whole)
            .map_err(|error| Failure::Usage(error.to_string()))?;
        private_file::write(out, &format!("{text}\n"))?;
        screen.say(&format!("saved the report as `{}`", out.display()));
    }
    merged_apply_text(&whole, &TextOptions::default(), screen.out())?;
    Ok(match (whole.counts.left(), whole.counts.done) {
        (0, _) => Exit::Done,
        (_, 0) => Exit::Failed,
        (_, _) => Exit::Partial,
    })
}

fn report(path: &Path) -> Result<ApplyDocument, Failure> {
    let failure = |message: String| Failure::Report {
        path: path.to_owned(),
        message,
    };
    let file = File::open(path).map_err(Failure::file(path))?;
    let mut bytes = Vec::new();
    file.take(REPORT_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(Failure::file(path))?;
    if bytes.len() as u64 > REPORT_BYTES {
        return Err(failure(format!("it is larger than {REPORT_BYTES} bytes")));
    }
    parse_report(&bytes).map_err(failure)
}

/// The same of what was read. In words what is wrong with it.
pub(super) fn parse_report(bytes: &[u8]) -> Result<ApplyDocument, String> {
    let document: ApplyDocument = serde_json::from_slice(bytes)
        .map_err(|error| format!("it is not the report of an apply: {error}"))?;
    if document.format == 1 {
        Ok(document)
    } else {
        let format = document.format;
        Err(format!(
            "its format is {format}; this version reads format 1"
        ))
    }
}
