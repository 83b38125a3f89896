//! `beadle apply`: plans, shows, asks, does it, reads again and says what is seen to be done. The
//! only use case that opens the writing side of a portal. What is planned for a portal without an
//! API becomes a worklist.

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;

use super::plan::{is_saved_plan, open_portals, text_options, warn_unknown, warn_unread};
use super::planning::{self, LiveReader, Prepared};
use super::portals::Portals;
use super::project::{self, Opened};
use super::record::{Locked, Recorder, Recording, Records};
use super::worklist::writing::{self, ByHandPlan};
use super::{Exit, Failure, PlanningOptions, Progress, Redact, Screen, approval, world};
use crate::executor::{self, Observer, Settings, Stop};
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{Plan, SaveIndex, Write};
use crate::model::plan_document::PlanDocument;
use crate::model::review::Review;
use crate::model::settings::{PortalSettings, Route};
use crate::record::lock::{Head, Scope};
use crate::report::{TextOptions, apply_json, apply_text, counted, escape, plan_text};

/// How the result is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: the plan, then what became of it.
    Text,
    /// For programs: what became of it, as one JSON document.
    Json,
}

/// Options of `beadle apply`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The project's folder or file, or a saved plan (`*.json`).
    pub path: PathBuf,
    /// The project's folder, for a saved plan.
    pub project: PathBuf,
    /// What to plan.
    pub planning: PlanningOptions,
    /// How to write the result.
    pub format: Format,
    /// Do not ask.
    pub yes: bool,
    /// The digest that was approved: nothing else is applied.
    pub approved: Option<String>,
    /// Keep names and addresses out.
    pub redact: Redact,
    /// How long to wait for the lock.
    pub lock_wait: Duration,
    /// Folder for the worklists of portals without an API; by default `worklists` beside the
    /// project file.
    pub worklists: Option<PathBuf>,
}

/// Applies a project, or what is left of a saved plan.
///
/// # Errors
/// When the project has errors, nothing could be read, or nobody said yes. What a portal refused
/// is not an error but in the report, and in the exit.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let is_saved = is_saved_plan(&options.path);
    let path = if is_saved {
        &options.project
    } else {
        &options.path
    };
    let mut guarded = options.redact.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open(path, &options.planning, screen)?;
    // What a rehearsal finds is for another day: done now, access would begin or end too early.
    if let Some(days) = opened.rehearsal().filter(|_| !options.planning.sandbox) {
        screen.warn(&format!(
            "refused: nothing is applied {days}; rehearse with `plan`, or with `--sandbox`, or leave `--today` out"
        ));
        return Ok(Exit::Refused);
    }
    // Nor by way of the variable that stands for the clock, which a CI setting may have left behind.
    if let Some(clock) = world::other_day(opened.project.time_zone())?
        && !options.planning.sandbox
        && opened
            .asked_for()
            .filter_map(|unit| opened.project.portals().get(unit.portal()))
            .any(is_elsewhere)
    {
        let day = opened.day;
        screen.warn(&format!(
            "refused: `BEADLE_TODAY` says that it is {day}, and it is {clock}; nothing is applied for another day but to portals of this machine, such as `beadle sandbox`: unset it"
        ));
        return Ok(Exit::Refused);
    }
    opened.tell_rehearsal(screen);
    // Before any portal is asked: a plan that cannot be used ends the run at once.
    let reviewed = is_saved
        .then(|| approval::saved(&opened, options))
        .transpose()?;
    if let Some(difference) = approval::other_file(reviewed.as_ref(), options) {
        return approval::refuse((opened.day, opened.shard()), &difference, options, screen);
    }
    let records = Records::open(&opened.project, options.planning.sandbox)?;
    let stop = Stop::new();
    let whose = (options.redact, &opened.project);
    let lock = Locked::take(
        &records,
        scope_of(&opened),
        options.lock_wait,
        &stop,
        screen,
        whose,
    );
    let Some(locked) = lock.await? else {
        return Ok(Exit::Refused);
    };
    let run = UnderLock {
        records: &records,
        locked: &locked,
        stop: &stop,
    };
    let result = read_and_apply(&opened, reviewed.as_ref(), options, &run, screen).await;
    locked.release(screen).await;
    result
}

/// Whether a portal is asked, and over a network. One that is on this machine is tried out.
fn is_elsewhere(portal: &PortalSettings) -> bool {
    let url = portal.url.as_deref().filter(|_| portal.via == Route::Api);
    url.is_some_and(|url| !crate::portal::is_on_this_machine(url))
}

/// What an apply holds while it works.
struct UnderLock<'a> {
    records: &'a Records,
    locked: &'a Locked,
    /// Raised by Ctrl-C, and when the lock is lost.
    stop: &'a Stop,
}

async fn read_and_apply(
    opened: &Opened,
    reviewed: Option<&PlanDocument>,
    options: &Options,
    run: &UnderLock<'_>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let portals = open_portals(opened, &options.planning).await?;
    let result = apply(opened, &portals, reviewed, options, run, screen).await;
    portals.close().await?;
    result
}

async fn apply(
    opened: &Opened,
    portals: &Portals,
    reviewed: Option<&PlanDocument>,
    options: &Options,
    run: &UnderLock<'_>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let writers = portals.writers()?;
    let reader = LiveReader::of_writers(portals, opened, &writers);
    let prepared = planning::prepare(opened, &reader, portals.any_by_hand()).await;
    let plan = &prepared.plan;
    if options.format == Format::Text && !prepared.read_nothing() {
        plan_text(
            &options.redact.shown(plan, &opened.project),
            &prepared.review,
            &text_options(prepared.digest(), portals),
            screen.out(),
        )?;
    }
    warn_unread(&prepared.unread, screen);
    warn_unknown(&prepared, screen);
    let problems = project::as_diagnostics(plan.problems(), &opened.sources);
    project::show(&problems, &opened.sources, screen)?;
    let folder = options.worklists.as_deref();
    let by_hand = writing::prepare(&prepared, opened, portals, folder)?;
    let by_api = writing::by_api(plan, portals);
    // A plan that a guardrail refuses is refused for that.
    if !prepared.is_refused() || approval::judged_whole(&prepared, reviewed) {
        let of = (opened, options);
        let difference = approval::refusal(&prepared, reviewed, of, run.records).await?;
        if let Some(difference) = difference {
            return approval::refuse((plan.day, plan.shard), &difference, options, screen);
        }
    }
    if let Some(exit) = before_applying(&prepared, &by_api, reviewed, options, screen)? {
        if exit == Exit::Done {
            by_hand.write()?;
        }
        if options.format == Format::Json {
            let digest = prepared.digest();
            apply_json(&by_api, digest, &ApplyReport::default(), screen.out())?;
        }
        if exit == Exit::Done {
            by_hand.tell(options.format == Format::Text, screen)?;
        }
        let whole = prepared.unread.is_empty();
        return Ok(if exit == Exit::Done && !whole {
            Exit::Failed
        } else {
            exit
        });
    }
    by_hand.write()?;
    let UnderLock {
        records,
        locked,
        stop,
    } = run;
    let claims = (&opened.project, approval::claimed(reviewed, options));
    let recording = Recording::begin(records, locked, &by_api, claims, screen).await?;
    let settings = Settings {
        concurrency: portals.concurrency(),
        ahead: recording.ahead(),
        ..Settings::default()
    };
    locked.calls_begin();
    let watch = tokio::spawn(interrupts((*stop).clone()));
    let watcher = Watcher {
        recorder: recording.recorder(),
        progress: Mutex::new(screen.progress(by_api.summary().calls)),
    };
    let done = executor::execute(&by_api, &writers, &settings, stop, &watcher).await;
    watch.abort();
    let recorder = watcher.end();
    let applied = Applied {
        prepared: &prepared,
        by_api: &by_api,
        by_hand: &by_hand,
        portals,
    };
    let finished = finish(&applied, done.clone(), opened, &reader, options, screen).await;
    let lost = locked.lost();
    // What became of the calls is recorded, whatever became of showing it.
    let seen = finished.as_ref().map_or(&done, |(_, seen)| seen);
    let ended = recording.end(recorder, seen, lost.clone()).await;
    let (exit, _) = finished?;
    Ok(tell_records(exit, lost, ended, records, screen))
}

/// Says where the record of it ends, and what went wrong with records or lock.
fn tell_records(
    exit: Exit,
    lost: Option<String>,
    ended: Result<Head, String>,
    records: &Records,
    screen: &mut dyn Screen,
) -> Exit {
    let mut exit = exit;
    if let Some(why) = lost {
        screen.warn(&format!("stopped: {}", escape::terminal(&why)));
        exit = Exit::Partial;
    }
    match ended {
        Ok(head) if !records.store.is_fleeting() => {
            screen.say(&format!(
                "Audit log: {} ends with {}",
                head.segment, head.digest
            ));
        }
        Ok(_) => {}
        Err(why) => {
            let why = escape::terminal(&why);
            screen.warn(&format!("not every outcome could be recorded: {why}"));
            exit = match exit {
                Exit::Done | Exit::Partial => Exit::Partial,
                Exit::Failed | Exit::Changes | Exit::Refused => Exit::Failed,
            };
        }
    }
    exit
}

/// What was planned, for the executor and for people.
struct Applied<'a> {
    prepared: &'a Prepared,
    by_api: &'a Plan,
    by_hand: &'a ByHandPlan,
    portals: &'a Portals,
}

/// Everything that can end an apply before its first call. Worklists are no calls: nobody is asked
/// before they are written.
fn before_applying(
    prepared: &Prepared,
    by_api: &Plan,
    reviewed: Option<&PlanDocument>,
    options: &Options,
    screen: &mut dyn Screen,
) -> Result<Option<Exit>, Failure> {
    if prepared.is_refused() && !approval::judged_whole(prepared, reviewed) {
        screen.warn("refused: nothing was changed");
        return Ok(Some(Exit::Refused));
    }
    if by_api.is_empty() {
        return Ok(Some(Exit::Done));
    }
    if !options.yes && !agreed(by_api, &prepared.review, screen)? {
        screen.warn("nothing was changed");
        return Ok(Some(Exit::Failed));
    }
    Ok(None)
}

/// What the run locks: runs that have no organisation in common may go side by side.
fn scope_of(opened: &Opened) -> Scope {
    opened.shard().map_or(Scope::Project, |shard| Scope::Shard {
        number: shard.index(),
        of: shard.count(),
    })
}

fn agreed(plan: &Plan, review: &Review, screen: &mut dyn Screen) -> Result<bool, Failure> {
    let summary = plan.summary();
    let actions = counted(summary.actions.values().sum(), "action", "actions");
    let calls = counted(summary.calls, "call", "calls");
    let escalated = match review.escalated() {
        0 => String::new(),
        many => format!(", with {}", counted(many, "escalation", "escalations")),
    };
    let question = format!("Apply {actions} in {calls}{escalated}? Only `yes` applies: ");
    screen.confirm(&question)?.ok_or(Failure::NeedsYes)
}

/// Reads live again, compares it with what was reported, shows the outcome and plans once more.
async fn finish(
    applied: &Applied<'_>,
    done: ApplyReport,
    opened: &Opened,
    reader: &LiveReader<'_>,
    options: &Options,
    screen: &mut dyn Screen,
) -> Result<(Exit, ApplyReport), Failure> {
    let Applied {
        prepared,
        by_api: plan,
        by_hand,
        portals,
    } = applied;
    let again = planning::prepare(opened, reader, true).await;
    let done = executor::verify(plan, done, &again.lives);
    let shown = options.redact.shown(plan, &opened.project);
    let told = match options.redact.redaction(&opened.project) {
        Some(redaction) => redaction.report(plan, &done),
        None => done.clone(),
    };
    match options.format {
        Format::Text => {
            let text = text_options(prepared.digest(), portals);
            apply_text(&shown, &told, &text, screen.out())?;
        }
        Format::Json => apply_json(&shown, prepared.digest(), &told, screen.out())?,
    }
    for unread in &again.unread {
        let (organisation, portal) = (&unread.organisation, &unread.portal);
        screen.warn(&format!(
            "`{organisation}` at `{portal}` could not be read again: {}",
            unread.failure
        ));
    }
    let whole = done.actions_left() == 0 && again.unread.is_empty() && prepared.unread.is_empty();
    let left = writing::by_api(&again.plan, portals);
    if whole && options.format == Format::Text {
        let for_people = left.summary().manual + by_hand.open_count();
        let text = text_options(&PlanDocument::of(&left).digest, portals);
        second_plan(&left, for_people, opened, (options, &text), screen)?;
    }
    by_hand.tell(options.format == Format::Text, screen)?;
    Ok((exit(&done, whole, left.is_empty(), screen), done))
}

/// The proof: planning again finds nothing to do, for beadle at least.
fn second_plan(
    again: &Plan,
    for_people: u64,
    opened: &Opened,
    (options, text): (&Options, &TextOptions),
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    if again.is_empty() && for_people == 0 {
        writeln!(screen.out(), "Planned again: nothing to do.")?;
    } else if again.is_empty() {
        let wait = if for_people == 1 { "waits" } else { "wait" };
        let steps = counted(for_people, "step", "steps");
        writeln!(
            screen.out(),
            "Planned again: nothing left for beadle to do; {steps} {wait} for a person."
        )?;
    } else {
        writeln!(screen.out(), "Planned again: this is left to do.")?;
        plan_text(
            &options.redact.shown(again, &opened.project),
            &Review::default(),
            text,
            screen.out(),
        )?;
    }
    Ok(())
}

fn exit(done: &ApplyReport, whole: bool, nothing_left: bool, screen: &mut dyn Screen) -> Exit {
    if whole && nothing_left {
        return Exit::Done;
    }
    screen.warn("not everything is done; run `beadle apply` again, it goes on from here");
    if done.actions_done() > 0 {
        Exit::Partial
    } else {
        Exit::Failed
    }
}

/// Ctrl-C once: calls in flight finish. Twice: at once.
async fn interrupts(stop: Stop) {
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.finish();
    }
    if tokio::signal::ctrl_c().await.is_ok() {
        stop.now();
    }
}

/// Turns what the executor does into a record and into progress.
struct Watcher<'p> {
    recorder: Recorder<'p>,
    progress: Mutex<Box<dyn Progress>>,
}

impl<'p> Watcher<'p> {
    fn end(self) -> Recorder<'p> {
        if let Ok(progress) = self.progress.lock() {
            progress.end();
        }
        self.recorder
    }
}

#[async_trait]
impl Observer for Watcher<'_> {
    async fn before(&self, save: SaveIndex, write: &Write) -> Result<(), String> {
        self.recorder.before(save, write).await
    }

    fn after(&self, save: SaveIndex, outcome: &Outcome) {
        self.recorder.after(save, outcome);
        if let Ok(progress) = self.progress.lock() {
            progress.step();
        }
    }
}
