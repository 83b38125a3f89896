//! `beadle plan`: what would change. It reads and never writes.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::applying::counts::LastCounts;
use super::planning::telling::{text_options, warn_unknown, warn_unread};
use super::planning::{self, LiveReader, Prepared};
use super::portals::Portals;
use super::project::{self, Opened};
use super::revision::changed::{self, SnapshotsRead};
use super::revision::compared::Comparison;
use super::{Exit, Failure, PlanningOptions, Redact, Screen, page, saved_plan, world};
use crate::report::{
    DiffPair, MarkdownOptions, OrganisationFile, TextOptions, counted, plan_diff, plan_json,
    plan_markdown, plan_text,
};

/// How the plan is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: `schema/plan.schema.json`.
    Json,
    /// A comment for a pull request.
    Markdown,
    /// A unified diff of organisation files.
    Diff,
    /// For whoever answers for it: one page that needs nothing beside itself.
    Html,
}

/// Options of `beadle plan`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file.
    pub path: PathBuf,
    /// What to plan.
    pub planning: PlanningOptions,
    /// How to write it.
    pub format: Format,
    /// Where to save it for `apply`.
    pub out: Option<PathBuf>,
    /// Plan against a snapshot, or a folder of them, instead of the portals.
    pub live: Option<PathBuf>,
    /// End in [`Exit::Changes`] when changes are pending.
    pub detailed_exitcode: bool,
    /// Keep names and addresses out.
    pub redact: Redact,
    /// Plan only what the change since a revision can affect.
    pub changed_since: Option<String>,
    /// Say of each action whether the change since a revision asks for it.
    pub compare_with: Option<String>,
    /// The revision that was applied in full.
    pub applied: Option<String>,
}

impl Options {
    /// A comment is read by more people than a terminal is, wherever it was written.
    fn redaction(&self) -> Redact {
        match (self.format, self.redact) {
            (Format::Markdown, Redact::Auto) => Redact::Always,
            (_, redact) => redact,
        }
    }
}

/// Plans and shows the plan.
///
/// # Errors
/// When the project has errors or nothing could be read.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let redact = options.redaction();
    let mut guarded = redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let mut opened = project::open_to_plan(&options.path, &options.planning, screen)?;
    opened.tell_rehearsal(screen);
    if let Some(name) = &options.changed_since {
        let read = SnapshotsRead {
            given: options.live.as_deref(),
            sandbox: options.planning.sandbox,
        };
        changed::narrow(&mut opened, &options.path, name, read, screen)?;
    }
    let applied = options.applied.as_deref();
    let compared = options
        .compare_with
        .as_ref()
        .map(|with| Comparison::new(&opened, &options.path, with, applied, screen));
    let compared = compared.transpose()?;
    if let Some(compared) = &compared {
        opened.authors.since(compared.base());
    }
    let portals = if opened.units().next().is_some() {
        Portals::open(&opened, &options.planning).await?
    } else {
        // None is needed, embedded or not.
        Portals::of_project(&opened)?
    };
    // What is saved is meant to be applied.
    let portals = portals.comparing(options.out.is_some());
    let reader = match &options.live {
        Some(given) => LiveReader::of_snapshots(&portals, &opened, given),
        None => LiveReader::of_portals(&portals, &opened)?,
    };
    let keep = matches!(options.format, Format::Diff | Format::Html);
    let reading = planning::prepare_compared(&opened, &reader, keep, compared.as_ref());
    let (mut prepared, last) = match &options.live {
        // What was saved another day has no list that could have become shorter.
        Some(_) => (reading.await, LastCounts::default()),
        None => tokio::join!(
            reading,
            LastCounts::for_plan(&opened, options.planning.sandbox)
        ),
    };
    last.judge(&mut prepared, &opened, screen);
    last.date_drift(&mut prepared, &opened);
    changed::leave_totals_open(&mut prepared, &opened, screen);
    let saved = options.out.as_ref();
    let saved = saved.map(|path| save(&prepared, path, screen));
    let until = saved.transpose()?.flatten();
    show(&prepared, &opened, &portals, options, until, screen)?;
    portals.close().await?;
    warn_unread(&prepared.unread, screen);
    warn_unknown(&prepared, screen);
    let problems = project::as_diagnostics(prepared.plan.problems(), &opened.sources);
    project::show(&problems, &opened.sources, screen)?;
    Ok(exit(&prepared, options))
}

/// Saves the plan for `apply` and `plan merge`, unless something is missing in it: a saved plan
/// stands for all that was asked for, and what was not read could not be told from what is as it
/// should be. Answers with the instant until which it can be applied.
fn save(
    prepared: &Prepared,
    path: &Path,
    screen: &mut dyn Screen,
) -> Result<Option<Timestamp>, Failure> {
    let path_shown = path.display();
    if let count @ 1.. = prepared.unread.len() {
        let units = counted(count as u64, "organisation", "organisations");
        screen.warn(&format!(
            "not saved as `{path_shown}`: {units} could not be read, and a saved plan stands for all \
             that was asked for; plan again, or ask for the others alone with `--org` and `--portal`"
        ));
        return Ok(None);
    }
    let document = saved_plan::of(prepared, world::now());
    saved_plan::write(path, &document)?;
    screen.say(&format!("saved the plan as `{path_shown}`"));
    Ok(document.saved.map(|saved| saved.until))
}

fn show(
    prepared: &Prepared,
    opened: &Opened,
    portals: &Portals,
    options: &Options,
    until: Option<Timestamp>,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let shown = options.redaction().shown(&prepared.plan, &opened.project);
    match options.format {
        // Of what could not be read, nothing can be said: not that it is as it should be, either.
        Format::Text if prepared.read_nothing() => {}
        Format::Text => {
            let text = text_options(prepared.digest(), portals);
            let mut out = io::BufWriter::new(screen.out());
            plan_text(&shown, &prepared.review, &text, &mut out)?;
            out.flush()?;
        }
        Format::Json => plan_json(&shown, &prepared.review, screen.out())?,
        Format::Markdown => {
            let options = markdown_options(prepared, portals, options);
            let text = plan_markdown(&shown, &prepared.review, &options);
            screen.out().write_all(text.as_bytes())?;
        }
        Format::Diff => show_diff(prepared, opened, portals, options, screen)?,
        Format::Html => {
            let page = page::of(prepared, opened, portals, (options.redact, until));
            screen.out().write_all(page.as_bytes())?;
        }
    }
    Ok(())
}

/// What a comment says beside the plan: whoever reads it does not see what went to the log.
fn markdown_options(prepared: &Prepared, portals: &Portals, options: &Options) -> MarkdownOptions {
    let unread = prepared.unread.iter();
    let unread = unread.map(|unread| (unread.organisation.clone(), unread.portal.clone()));
    let mut notes = Vec::new();
    if options.changed_since.is_some() {
        notes.push("Only what this change can affect is planned".to_owned());
    }
    if prepared.authors_unknown.is_some() {
        notes.push(
            "Who wrote the change is not known, so nobody can tell who changes their own rights"
                .to_owned(),
        );
    }
    MarkdownOptions {
        digest: prepared.digest().to_owned(),
        redacted: options.redaction().is_wanted(),
        by_hand: portals.by_hand(),
        unread: unread.collect(),
        notes,
    }
}

fn show_diff(
    prepared: &Prepared,
    opened: &Opened,
    portals: &Portals,
    options: &Options,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let redaction = options.redact.redaction(&opened.project);
    let shown = |file: OrganisationFile| match &redaction {
        Some(redaction) => redaction.organisation_file(&file),
        None => file,
    };
    let pairs: Vec<DiffPair> = opened
        .units()
        .filter_map(|unit| {
            let unit = &opened.desired(&unit);
            let live = prepared
                .lives
                .get(&(unit.organisation.clone(), unit.portal.clone()))?;
            let rules = portals.rules(&unit.portal)?;
            let (portal, organisation, name) =
                (&unit.portal, &unit.organisation, &unit.organisation_name);
            Some(DiffPair {
                live: shown(OrganisationFile::from_live(
                    live,
                    portal,
                    organisation,
                    name,
                    opened.day,
                )),
                desired: shown(OrganisationFile::from_desired(
                    unit, live, rules, opened.day,
                )),
            })
        })
        .collect();
    Ok(plan_diff(&pairs, &TextOptions::default(), screen.out())?)
}

fn exit(prepared: &Prepared, options: &Options) -> Exit {
    if !prepared.unread.is_empty() {
        Exit::Failed
    } else if prepared.is_refused() {
        Exit::Refused
    } else if options.detailed_exitcode && !prepared.plan.is_empty() {
        Exit::Changes
    } else {
        Exit::Done
    }
}
