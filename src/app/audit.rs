//! `beadle audit`: whether the log is as it was written, what it says, and forgetting somebody.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::record::Records;
use super::{Exit, Failure, Redact, Screen, project, world};
use crate::record::audit::{
    self, AuditError, CallEntry, Entry, KEY_BYTES, Line, OutcomeEntry, People, SealedLine, Start,
};
use crate::record::{Store, undo};
use crate::report::{counted, escape};

/// How what was done is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// The lines as they are.
    Json,
}

/// What is shown of the log; nothing given shows everything.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// What touched a person: a user key, a login id or a pseudonym.
    pub person: Option<String>,
    /// From a day on, in UTC.
    pub since: Option<Date>,
    /// One run.
    pub run: Option<String>,
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
    let mut guarded = options.redact.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let (project, _) = project::load(&options.path, screen)?;
    let records = Records::open(&project, false)?;
    let store = records.store.as_ref();
    match &options.question {
        Question::Verify { expect_head } => verify(store, expect_head.as_deref(), screen).await,
        Question::Show { which, format } => {
            let people = People::read(store).await?;
            let named = *format == Format::Text && !options.redact.is_wanted();
            let shown = Shown::of(which, people, named);
            show(store, &shown, *format, screen).await
        }
        Question::Forget { person } => {
            let fresh = world::random::<KEY_BYTES>()?;
            // Files that an undo reads name people as well. They come first: as long as a note
            // names somebody, asking again does what is left.
            let in_undo = undo::forget(store, person)
                .await
                .map_err(AuditError::from)?;
            let named = People::forget(store, person, &fresh)
                .await?
                .saturating_add(in_undo);
            if named == 0 {
                screen.warn("nobody by that name is noted; nothing was changed");
                return Ok(Exit::Failed);
            }
            let notes = counted(named, "note", "notes");
            writeln!(
                screen.out(),
                "Forgotten, in {notes}; the log itself is unchanged, and has a new key."
            )?;
            Ok(Exit::Done)
        }
    }
}

async fn verify(
    store: &dyn Store,
    expected: Option<&str>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let found = audit::verify(store, expected).await?;
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

/// What is to be shown, and who is who.
struct Shown<'w> {
    which: &'w Which,
    /// The pseudonyms of the person asked for.
    wanted: BTreeSet<String>,
    /// Names by pseudonym; empty where nobody is to be named.
    names: BTreeMap<String, String>,
}

impl<'w> Shown<'w> {
    fn of(which: &'w Which, people: People, named: bool) -> Self {
        let mut wanted = BTreeSet::new();
        if let Some(person) = &which.person {
            wanted.insert(person.clone());
            wanted.extend(people.pseudonyms(person).into_iter().map(str::to_owned));
        }
        let all = people.all().filter(|_| named);
        let names = all.map(|person| {
            let name = format!("{} <{}>", person.name, person.key);
            (person.pseudonym.clone(), name)
        });
        Self {
            which,
            wanted,
            names: names.collect(),
        }
    }

    fn has(&self, line: &Line) -> bool {
        let day = line.time.to_zoned(TimeZone::UTC).date();
        self.which.since.is_none_or(|since| day >= since)
            && self.which.run.as_ref().is_none_or(|run| *run == line.run)
    }

    /// Whether a line is about the person asked for; `open` holds the calls that are.
    fn touches(&self, line: &Line, open: &mut BTreeSet<u64>) -> bool {
        if self.which.person.is_none() {
            return true;
        }
        match &line.entry {
            Entry::Call(call) => {
                let about = call.people.iter().any(|one| self.wanted.contains(one));
                if about {
                    open.insert(call.call);
                }
                about
            }
            Entry::Outcome(outcome) => open.contains(&outcome.call),
            Entry::Start(_) | Entry::End(_) => false,
        }
    }

    fn name<'n>(&'n self, pseudonym: &'n str) -> &'n str {
        self.names.get(pseudonym).map_or(pseudonym, String::as_str)
    }

    fn text(&self, line: &Line) -> String {
        let time = line.time.strftime("%F %T UTC");
        let said = match &line.entry {
            Entry::Start(start) => text_of_start(start, &line.run, self.names.is_empty()),
            Entry::Call(call) => self.text_of_call(call),
            Entry::Outcome(OutcomeEntry {
                call,
                outcome,
                message,
            }) => {
                let because = message.as_ref().map(|why| format!(": {why}"));
                format!("call {call} {outcome}{}", because.unwrap_or_default())
            }
            Entry::End(end) => {
                let why = end.stopped.as_ref().map(|why| format!("; stopped: {why}"));
                let (done, left) = (end.done, end.left);
                format!("end: {done} done, {left} left{}", why.unwrap_or_default())
            }
        };
        format!("{time}  {}", escape::terminal(&said))
    }

    fn text_of_call(&self, call: &CallEntry) -> String {
        let actions = call.actions.iter().map(|action| {
            let area = action.area.as_ref().map(|area| format!(" {area}"));
            let place = action.place.as_ref().map(|place| format!(", {place}"));
            format!(
                "{}{} {} ({}{})",
                action.action,
                area.unwrap_or_default(),
                self.name(&action.person),
                action.reason,
                place.unwrap_or_default()
            )
        });
        let actions: Vec<String> = actions.collect();
        format!(
            "call {} {} at {} for {}: {}",
            call.call,
            call.save,
            call.portal,
            call.organisation,
            actions.join("; ")
        )
    }
}

fn text_of_start(start: &Start, run: &str, covered: bool) -> String {
    let actor = match start.actor.rsplit_once('@') {
        Some((_, machine)) if covered && !start.actor.contains("://") => {
            format!("somebody@{machine}")
        }
        _ => start.actor.clone(),
    };
    let commit = start.commit.as_ref().map(|commit| format!(" at {commit}"));
    format!(
        "run {run}: {} by {actor}{}, plan {}, {} calls",
        start.command,
        commit.unwrap_or_default(),
        start.plan,
        start.calls
    )
}

async fn show(
    store: &dyn Store,
    shown: &Shown<'_>,
    format: Format,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let mut unsound = 0_u64;
    for segment in audit::segments(store).await? {
        let (lines, _) = audit::lines(store, &segment).await?;
        let mut open = BTreeSet::new();
        for line in lines {
            let Ok(sealed) = line else {
                unsound = unsound.saturating_add(1);
                continue;
            };
            if !shown.has(&sealed.line) || !shown.touches(&sealed.line, &mut open) {
                continue;
            }
            match format {
                Format::Text => writeln!(screen.out(), "{}", shown.text(&sealed.line))?,
                Format::Json => writeln!(screen.out(), "{}", as_written(&sealed)?)?,
            }
        }
    }
    if unsound > 0 {
        let lines = counted(unsound, "line", "lines");
        screen.warn(&format!(
            "{lines} cannot be read; `beadle audit verify` says which"
        ));
        return Ok(Exit::Failed);
    }
    Ok(Exit::Done)
}

fn as_written(line: &SealedLine) -> Result<String, Failure> {
    serde_json::to_string(line).map_err(|error| Failure::Output(error.into()))
}
