//! `beadle review apply`: the decisions of an access review, brought into the YAML. Every row must
//! be of somebody as they were when the review was made; all rows are done, or none.

mod rows;
mod table;
mod telling;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::edit::{self, Manner};
use super::report::review::Written;
use super::{Exit, Failure, Redact, Screen, world};
use crate::config::edit::{Asked, prepare_all};
use crate::model::diagnostic::{Diagnostic, Severity, Sources};
use crate::portal;
use crate::portal::table as sheet;
use rows::Judge;

/// Largest file of decisions, in bytes; one more is read, and refused.
const MOST_BYTES: u64 = 8 * 1024 * 1024;

/// What is decided, and how it is written.
#[derive(Clone, Debug)]
pub struct Options {
    /// The decisions, as CSV.
    pub file: PathBuf,
    /// The project's folder or file.
    pub path: PathBuf,
    /// The day; the current one by default.
    pub today: Option<Date>,
    /// Show what would change, and write nothing.
    pub dry_run: bool,
    /// Refuse unless everybody is decided of, and every school has signed.
    pub complete: bool,
    /// Do not ask.
    pub yes: bool,
    /// Whether people are named.
    pub redact: Redact,
}

/// What is wrong with one row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Fault {
    /// The line of the file, from 1; none for the file as a whole.
    row: Option<u32>,
    message: String,
    /// The way out.
    help: String,
}

/// Edits the project's files as it was decided.
///
/// # Errors
/// When the project has errors, a file cannot be read or written, or nobody is there to say yes.
/// Rows that cannot be done are shown, all of them, and end in [`Exit::Refused`].
pub fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let rules = portal::rules_by_driver();
    let project = edit::load(&options.path, &rules, screen)?;
    let day = match options.today {
        Some(day) => day,
        None => world::today(project.time_zone())?,
    };
    let text = match sheet::characters(&read(&options.file)?) {
        Ok(text) => text,
        Err(why) => {
            let path = options.file.display();
            return Err(Failure::Usage(format!("`{path}`: {why}")));
        }
    };
    let hides = options.redact.is_wanted();
    let rows = match table::rows(&text) {
        Ok(rows) => rows,
        Err(fault) => return Ok(refuse(&[fault], &options.file, screen)),
    };
    let mut schools: BTreeMap<&str, Written> = BTreeMap::new();
    for organisation in project.organisations() {
        if rows.iter().any(|row| row.is_of(organisation.as_str())) {
            let written = Written::on(&project, organisation, day);
            schools.insert(organisation.as_str(), written);
        }
    }
    let mut judge = Judge::new(&schools, day, hides);
    for row in &rows {
        judge.take(row);
    }
    let Judge {
        asked,
        mut faults,
        counts,
        ..
    } = judge;
    let schools: Vec<&str> = schools.keys().copied().collect();
    if options.complete {
        faults.extend(telling::gaps(&counts, &schools, hides));
    }
    let edits: Vec<Asked> = asked.iter().map(|(_, asked)| asked.clone()).collect();
    let prepared = match prepare_all(&options.path, &project, &rules, (&edits, day)) {
        Ok(prepared) if faults.is_empty() => prepared,
        Ok(_) => return Ok(refuse(&faults, &options.file, screen)),
        Err(rejected) => {
            for (number, found) in rejected.edits {
                let row = asked.get(number).map(|(row, _)| *row);
                let place = found.span.as_ref().map(|span| project.place(span));
                let place = place.map(|place| format!(" ({place})"));
                faults.push(Fault {
                    row,
                    message: format!("{}{}", found.message, place.unwrap_or_default()),
                    help: found.help.unwrap_or_default(),
                });
            }
            match rejected.together {
                Some(refused) if faults.is_empty() => return Ok(edit::refuse(&refused, screen)),
                _ => {
                    faults.sort_by_key(|fault| fault.row);
                    return Ok(refuse(&faults, &options.file, screen));
                }
            }
        }
    };
    telling::tell(&counts, &schools, hides, screen);
    let manner = Manner {
        dry_run: options.dry_run,
        asks: !options.yes && prepared.files.len() > 1,
        hides,
    };
    edit::settle(&prepared, manner, screen)
}

/// Whether bytes are a file of decisions, and each of its rows can be looked at: for fuzzing.
pub(super) fn is_readable(bytes: &[u8]) -> bool {
    let Ok(rows) = sheet::characters(bytes).map(|text| table::rows(&text)) else {
        return false;
    };
    let schools = BTreeMap::new();
    let mut judge = Judge::new(&schools, Date::constant(2026, 11, 22), false);
    for row in rows.iter().flatten() {
        judge.take(row);
        let _ = sheet::day(&row.last_day);
    }
    rows.is_ok()
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    use std::io::Read as _;
    let file = std::fs::File::open(path).map_err(Failure::file(path))?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(Failure::file(path))?;
    Ok(bytes)
}

/// Shows every fault.
fn refuse(faults: &[Fault], file: &Path, screen: &mut dyn Screen) -> Exit {
    let file = file.display();
    let found = faults.iter().map(|fault| {
        let Fault { row, message, help } = fault;
        let place = row.map_or_else(|| format!("`{file}`"), |row| format!("`{file}`, row {row}"));
        Diagnostic {
            code: "decision",
            severity: Severity::Error,
            message: format!("{place}: {message}"),
            span: None,
            label: String::new(),
            related: Vec::new(),
            help: (!help.is_empty()).then(|| help.clone()),
        }
    });
    let found: Vec<Diagnostic> = found.collect();
    screen.diagnostics(&found, &Sources::default());
    screen.warn("nothing was written");
    Exit::Refused
}
