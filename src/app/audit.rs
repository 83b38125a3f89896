//! `beadle audit`: whether the log is as it was written, what it says, forgetting somebody, and
//! taking old runs out.

mod csv;
mod show;
mod shown;

use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;

use super::record::{Desk, Records};
use super::{Exit, Failure, Redact, Screen, project, world};
use crate::record::audit::{self, AuditError, End, KEY_BYTES, Names, People};
use crate::record::{Store, undo};
use crate::report::{counted, escape};

/// How what was done is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// The lines as they are.
    Json,
    /// One row an action, with what became of it, for a spreadsheet.
    Csv,
}

/// What is shown of the log; nothing given shows everything.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// What touched a person: a user key, a login id or a pseudonym.
    pub person: Option<String>,
    /// From a day on, in UTC.
    pub since: Option<Date>,
    /// Up to a day, in UTC, that day included.
    pub until: Option<Date>,
    /// One run, or all whose name begins so.
    pub run: Option<String>,
    /// What concerns these organisations, by id in the project; none for all.
    pub organisations: Vec<String>,
    /// What concerns these portals, by name in the project; none for all.
    pub portals: Vec<String>,
}

/// What is asked.
#[derive(Clone, Debug)]
pub enum Question {
    /// Whether it is as it was written.
    Verify {
        /// A digest that it must hold.
        expect_head: Option<String>,
    },
    /// What it says.
    Show {
        /// Of what.
        which: Which,
        /// How.
        format: Format,
    },
    /// Take old runs out, as `keep_days` of the project does with each run.
    Prune {
        /// Runs that ended longer ago than so many days; by default those of the project.
        keep_days: Option<u32>,
        /// Do not ask.
        yes: bool,
        /// How long to wait for the run lock.
        lock_wait: Duration,
    },
    /// Forget a person.
    Forget {
        /// Whom: a user key or a login id.
        person: String,
    },
}

/// Options of `beadle audit`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// What is asked.
    pub question: Question,
    /// Keep names and addresses out.
    pub redact: Redact,
}

/// Answers from a project's audit log.
///
/// # Errors
/// When the project has errors or the log cannot be read.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let (project, _) = project::load(&options.path, screen)?;
    let records = Records::open(&project, false)?;
    let store = records.store.as_ref();
    match &options.question {
        Question::Verify { expect_head } => verify(store, expect_head.as_deref(), screen).await,
        Question::Show { which, format } => {
            let people = People::read(store).await?;
            let named = *format != Format::Json && !options.redact.is_wanted();
            let shown = shown::Shown::of(which, people, named, options.redact.is_wanted());
            show::show(store, &shown, *format, screen).await
        }
        Question::Prune {
            keep_days,
            yes,
            lock_wait,
        } => {
            let given = keep_days.or(project.records().keep_days);
            let Some(days) = given else {
                return Err(Failure::Usage(
                    "the project keeps every run: say how long with `--keep-days DAYS`, or with `keep_days` under `records` of the project file".to_owned(),
                ));
            };
            let day = world::today(project.time_zone())?;
            let mut desk = Desk::of_project(&project, day, "beadle audit prune", *lock_wait);
            desk.keep_days = Some(days);
            desk.redact = options.redact;
            prune(&records, &desk, *yes, screen).await
        }
        Question::Forget { person } => forget(&records, person, screen).await,
    }
}

/// Forgets a person under every name by which the records know them.
async fn forget(records: &Records, person: &str, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let (store, now) = (records.store.as_ref(), records.clock.now());
    let fresh = world::random::<KEY_BYTES>()?;
    let mut names = Names::new(person);
    let learnt = undo::learn(store, &mut names).await;
    learnt.map_err(AuditError::from)?;
    let people = People::read(store).await?;
    people.learn(&mut names);
    // Before nobody can tell any more what was done to them.
    audit::keep_forgotten(store, &people, &names, now).await?;
    // Files that an undo reads name people as well. They come first: as long as a note names
    // somebody, asking again does what is left.
    let in_undo = undo::forget(store, &names)
        .await
        .map_err(AuditError::from)?;
    let noted = People::forget(store, &names, &fresh).await?;
    for file in &in_undo.unreadable {
        screen.warn(&format!(
            "`{}` in {} is no undo file that this beadle can read; it is left as it is and may still \
             name them: look at it, and take it away",
            escape::terminal(file),
            escape::terminal(&store.place())
        ));
    }
    let named = noted.saturating_add(in_undo.named);
    if named == 0 {
        screen.warn("nobody by that name is noted; nothing was changed");
        return Ok(Exit::Failed);
    }
    let notes = counted(named, "note", "notes");
    writeln!(
        screen.out(),
        "Forgotten, in {notes}; the log itself is unchanged, and has a new key."
    )?;
    Ok(if in_undo.unreadable.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    })
}

async fn verify(
    store: &dyn Store,
    expected: Option<&str>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let found = audit::verify(store, expected).await?;
    if found.records == 0 && found.faults.is_empty() {
        screen.warn(&format!(
            "nothing is recorded in {}: where something was applied with these records, the log is gone",
            escape::terminal(&store.place())
        ));
    }
    for note in &found.notes {
        screen.warn(&escape::terminal(note));
    }
    let out = screen.out();
    for fault in &found.faults {
        let (place, message) = (
            escape::terminal(&fault.place),
            escape::terminal(&fault.message),
        );
        writeln!(out, "{place}: {message}")?;
    }
    let lines = counted(found.records, "line", "lines");
    let runs = counted(found.segments, "run", "runs");
    if !found.faults.is_empty() {
        let faults = counted(found.faults.len() as u64, "fault", "faults");
        writeln!(
            out,
            "The audit log is not as it was written: {faults} in {lines} of {runs}."
        )?;
        return Ok(Exit::Failed);
    }
    writeln!(
        out,
        "The audit log is as it was written: {lines} of {runs}."
    )?;
    for head in &found.heads {
        let segment = escape::terminal(&head.segment);
        writeln!(
            out,
            "{segment} ends with {}",
            escape::terminal(&head.digest)
        )?;
    }
    Ok(Exit::Done)
}

/// Takes runs out that ended too long ago. The run that does so says which.
async fn prune(
    records: &Records,
    desk: &Desk,
    yes: bool,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let days = desk.keep_days.unwrap_or(u32::MAX);
    if !yes {
        let question = format!(
            "Take every run out of the audit log that ended more than {days} days ago? Only `yes` does it: "
        );
        let nobody = || {
            Failure::Usage(
                "taking runs out needs a yes: there is no terminal to ask on, so add `--yes`"
                    .to_owned(),
            )
        };
        if !screen.confirm(&question)?.ok_or_else(nobody)? {
            screen.warn("nothing was changed");
            return Ok(Exit::Failed);
        }
    }
    let Some(at_desk) = desk.begin(records, 0, &[], screen).await? else {
        return Ok(Exit::Refused);
    };
    let taken = at_desk.forgotten().len() as u64;
    let exit = at_desk.end(End::default(), Exit::Done, screen).await;
    let line = match taken {
        0 => format!("No run ended more than {days} days ago."),
        many => format!("Taken out: {}.", counted(many, "run", "runs")),
    };
    writeln!(screen.out(), "{line}")?;
    Ok(exit)
}
