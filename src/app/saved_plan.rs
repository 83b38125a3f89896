//! Saved plans as files: written by `plan --out` and `plan merge`, read by `apply`. Whether what is
//! left to do was reviewed is judged in `approval`.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use super::planning::Prepared;
use super::{Failure, private_file};
use crate::model::day::days_between;
use crate::model::plan_document::{PlanDocument, SavedDocument, SeenDocument};
use crate::model::snapshot::SnapshotAccount;

/// Largest saved plan that is read, in bytes.
const PLAN_BYTES: u64 = 256 * 1024 * 1024;

/// How long a saved plan can be applied.
const HOLDS: SignedDuration = SignedDuration::from_hours(24);

/// How far the clocks of two machines, one that plans and one that applies, may be apart.
const CLOCKS_APART: SignedDuration = SignedDuration::from_mins(5);

/// Whether a path names a saved plan and not a project.
pub(super) fn is_one(path: &Path) -> bool {
    path.extension()
        .is_some_and(|extension| extension == "json")
}

/// The plan as it is saved at `now`.
pub(super) fn of(prepared: &Prepared, now: Timestamp) -> PlanDocument {
    // Whole seconds are enough for people, and the rest says nothing.
    let at = Timestamp::from_second(now.as_second()).unwrap_or(now);
    let until = at.checked_add(HOLDS).unwrap_or(Timestamp::MAX);
    let units = prepared.seen.iter();
    let accounts = units.flat_map(|((organisation, portal), accounts)| {
        accounts.values().map(|account| SeenDocument {
            organisation: organisation.to_string(),
            portal: portal.to_string(),
            account: SnapshotAccount::of(account),
        })
    });
    PlanDocument::of(&prepared.plan).saved(at, until, accounts.collect())
}

/// Writes a plan so that only its owner can read it: it names people. A file that is there is
/// replaced as a whole, so that neither its mode nor half of a plan stays.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(path: &Path, document: &PlanDocument) -> Result<(), Failure> {
    let text = document.to_saved().map_err(|error| Failure::SavedPlan {
        path: path.to_owned(),
        message: error.to_string(),
    })?;
    // A terminal or pipe (`/dev/stdout`) is written to, not replaced.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return std::fs::write(path, text).map_err(Failure::file(path));
    }
    private_file::write(path, &text)
}

/// Reads a saved plan and checks that it is whole, of this format and version, and still holds.
///
/// # Errors
/// When it is not, and what to do.
pub(super) fn read(path: &Path, today: Date, now: Timestamp) -> Result<PlanDocument, Failure> {
    let failure = |message: String| Failure::SavedPlan {
        path: path.to_owned(),
        message,
    };
    let found = std::fs::metadata(path).map_err(Failure::file(path))?;
    if found.is_dir() {
        return Err(failure("it is a folder".to_owned()));
    }
    // To open a pipe is to wait for whoever writes to it.
    if !found.is_file() {
        return Err(failure("it is a pipe or a device, and no file".to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(PLAN_BYTES + 1).read_to_end(&mut bytes))
        .map_err(Failure::file(path))?;
    if bytes.len() as u64 > PLAN_BYTES {
        return Err(failure(format!("it is larger than {PLAN_BYTES} bytes")));
    }
    parse(&bytes, today, now).map_err(failure)
}

/// The same of what was read. In words what is wrong with it.
pub(super) fn parse(bytes: &[u8], today: Date, now: Timestamp) -> Result<PlanDocument, String> {
    let document = PlanDocument::from_saved(bytes).map_err(|error| error.to_string())?;
    still_holds(&document, today, now)?;
    Ok(document)
}

/// A plan holds for a day's length, and for its own day and the next: the second is covered by the
/// digest that was approved, whatever is written beside it.
fn still_holds(document: &PlanDocument, today: Date, now: Timestamp) -> Result<(), String> {
    let Some(SavedDocument { at, until, .. }) = &document.saved else {
        return Err("it does not say until when it holds".to_owned());
    };
    let clock = |time: Timestamp| time.strftime("%F %T UTC").to_string();
    if until.duration_since(*at) > HOLDS {
        return Err(format!(
            "it says that it holds until {}, longer than any saved plan does",
            clock(*until)
        ));
    }
    if at.duration_since(now) > CLOCKS_APART {
        return Err(format!(
            "it was saved at {}, and here it is {}: one of the two clocks is wrong",
            clock(*at),
            clock(now)
        ));
    }
    if now >= *until {
        return Err(format!(
            "it held until {}, and it is {}: plan again, and have that reviewed",
            clock(*until),
            clock(now)
        ));
    }
    let age = days_between(document.day, today);
    if (0..=1).contains(&age) {
        Ok(())
    } else {
        Err(format!(
            "it was made for {}, and today is {today}: plan again, and have that reviewed",
            document.day
        ))
    }
}
