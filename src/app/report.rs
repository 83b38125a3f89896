//! `beadle report`: who has what, what ends, who governs, the review pack, what is held about one
//! person. Reads the portals, the files and the records once, and writes nothing but the report.

mod access;
mod admins;
mod expiring;
mod history;
mod kept;
mod leavers;
mod others;
mod person;
mod reading;
pub(super) mod review;

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use super::planning::telling::warn_unread;
use super::planning::{self, LiveReader};
use super::portals::Portals;
use super::project;
use super::{Exit, Failure, PlanningOptions, Redact, Screen, private_file, snapshots};
use crate::report::sheets::review::ReviewReport;
use crate::report::{Report, counted, write_report};

use reading::Reading;

pub use super::next::Horizon;
pub use crate::report::Form;

/// What is asked.
#[derive(Clone, Debug)]
pub enum Question {
    /// Who has what, now and after the plan.
    Access,
    /// What ends until when.
    Expiring(Horizon),
    /// Who administers what, who left and how fast access ended.
    Admins {
        /// Who left since this day; the last 365 days by default.
        since: Option<Date>,
    },
    /// What a head teacher looks through and signs.
    Review,
    /// What is held about one person: a user's key, an address, a login id or a part of a name.
    Person(String),
}

/// Options of `beadle report`.
#[derive(Clone, Debug)]
pub struct Options {
    /// What is asked.
    pub question: Question,
    /// The project's folder or file.
    pub path: PathBuf,
    /// Where, and for which day.
    pub planning: PlanningOptions,
    /// Look at a snapshot, or a folder of them, instead of the portals.
    pub live: Option<PathBuf>,
    /// How it is written; by default as the name of the file says, else as text.
    pub form: Option<Form>,
    /// Write it to this file.
    pub out: Option<PathBuf>,
    /// Write a file for each school into this folder: of a review alone.
    pub out_dir: Option<PathBuf>,
    /// Keep names and addresses out.
    pub redact: Redact,
}

/// Makes a report.
///
/// # Errors
/// When the project has errors, nothing could be read, or nobody or several people are meant.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open(&options.path, &options.planning, screen)?;
    opened.tell_rehearsal(screen);
    if let Question::Expiring(horizon) = options.question {
        super::next::last_day(horizon, opened.day)?;
    }
    let portals = Portals::open(&opened, &options.planning).await?;
    let reader = match &options.live {
        Some(given) => LiveReader::of_snapshots(&portals, &opened, given),
        None => LiveReader::of_portals(&portals, &opened)?,
    };
    let prepared = planning::prepare(&opened, &reader, true).await;
    drop(reader);
    let reading = Reading {
        opened: &opened,
        portals: &portals,
        prepared: &prepared,
        planning: &options.planning,
    };
    let answer = answer(options, &reading, screen).await;
    warn_unread(&prepared.unread, screen);
    portals.close().await?;
    let exit = answer?;
    Ok(if prepared.unread.is_empty() {
        exit
    } else {
        Exit::Failed
    })
}

async fn answer(
    options: &Options,
    reading: &Reading<'_>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    // The files know what ends, and of whom they speak, whatever the portals say.
    let needs_live = match options.question {
        Question::Access | Question::Admins { .. } | Question::Review => true,
        Question::Expiring(_) | Question::Person(_) => false,
    };
    if needs_live && reading.prepared.read_nothing() {
        return Ok(Exit::Failed);
    }
    match &options.question {
        Question::Access => emit(&access::report(reading), options, reading, screen)?,
        Question::Expiring(horizon) => {
            emit(
                &expiring::report(reading, *horizon)?,
                options,
                reading,
                screen,
            )?;
        }
        Question::Admins { since } => {
            let report = admins::report(reading, *since).await?;
            emit(&report, options, reading, screen)?;
        }
        Question::Review => emit_review(&review::report(reading), options, reading, screen)?,
        Question::Person(who) => {
            let (report, whole) = person::report(reading, who, options.redact).await?;
            emit(&report, options, reading, screen)?;
            if !whole {
                return Ok(Exit::Failed);
            }
        }
    }
    Ok(Exit::Done)
}

/// Writes a report where it is to go, as it may be shown.
fn emit(
    report: &impl Report,
    options: &Options,
    reading: &Reading<'_>,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let form = options.form.unwrap_or_else(|| form_of(options));
    let redacted = options.redact.redaction(&reading.opened.project);
    let redacted = redacted.map(|redaction| report.redacted(&redaction));
    let report = redacted.as_ref().unwrap_or(report);
    let Some(path) = &options.out else {
        write_report(report, form, false, screen.out())?;
        return Ok(());
    };
    write_file(report, form, path)?;
    screen.say(&format!("wrote `{}`", path.display()));
    Ok(())
}

/// Writes a review: as one document, or a file for each school, because a head teacher is to see the
/// staff of their own school and no other.
fn emit_review(
    report: &ReviewReport,
    options: &Options,
    reading: &Reading<'_>,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let Some(folder) = &options.out_dir else {
        let form = options.form.unwrap_or_else(|| form_of(options));
        if form == Form::Html && report.schools.len() > 1 {
            screen.warn(&format!(
                "one page holds {} schools: `--out-dir DIR` writes a page for each, to be handed out",
                report.schools.len()
            ));
        }
        return emit(report, options, reading, screen);
    };
    let redaction = options.redact.redaction(&reading.opened.project);
    let form = options.form.unwrap_or(Form::Html);
    std::fs::create_dir_all(folder).map_err(Failure::file(folder))?;
    for (organisation, report) in report.by_school() {
        let name = snapshots::one_step(organisation)?;
        let path = folder.join(format!("{name}.{}", ending_of(form)));
        let redacted = redaction.as_ref().map(|it| report.redacted(it));
        write_file(redacted.as_ref().unwrap_or(&report), form, &path)?;
    }
    screen.say(&format!(
        "wrote {} into `{}`",
        counted(report.schools.len() as u64, "review", "reviews"),
        folder.display()
    ));
    Ok(())
}

/// Writes a report to a file that only its owner can read.
fn write_file(report: &impl Report, form: Form, path: &Path) -> Result<(), Failure> {
    let mut bytes = Vec::new();
    write_report(report, form, true, &mut bytes)?;
    let text =
        String::from_utf8(bytes).map_err(|error| Failure::Output(std::io::Error::other(error)))?;
    private_file::write(path, &text)
}

/// How the name of a file ends.
fn ending_of(form: Form) -> &'static str {
    match form {
        Form::Text => "txt",
        Form::Markdown => "md",
        Form::Html => "html",
        Form::Csv => "csv",
        Form::Json => "json",
    }
}

/// As the name of the file says.
fn form_of(options: &Options) -> Form {
    let ending = options.out.as_ref().and_then(|path| path.extension());
    let ending = ending.and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("html" | "htm") => Form::Html,
        Some("md" | "markdown") => Form::Markdown,
        Some("csv") => Form::Csv,
        Some("json") => Form::Json,
        _ => Form::Text,
    }
}
