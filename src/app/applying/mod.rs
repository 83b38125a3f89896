//! What `beadle apply` and `beadle undo` have in common, once it is settled what is to be planned:
//! the plan is shown, the gate of the use case may end it, then it is carried out under the run
//! lock, recorded, read again and compared. No option of a command is read here but how to show.
//!
//! ```text
//! means   what is worked with
//! counts  what the last run left for this one: how long each list was, keys of calls
//! ending  what became of it, and the exit
//! ```

pub(super) mod counts;
mod ending;
pub(super) mod means;

use std::collections::BTreeMap;
use std::sync::Mutex;

use async_trait::async_trait;

use super::interrupts::{Asked, Interrupts};
use super::planning::Prepared;
use super::planning::telling::{text_options, warn_unknown, warn_unread};
use super::project::{self, Opened};
use super::record::{Recorder, Recording};
use super::undo::leaving::leave;
use super::undo::telling::nothing;
use super::worklist::writing::{self, ByHandPlan};
use super::{Exit, Failure, Progress, Screen, world};
use crate::executor::{self, Observer, Settings, Stop, StopLevel};
use crate::model::call_keys::CallKeys;
use crate::model::outcome::{ApplyReport, Outcome};
use crate::model::plan::{Plan, SaveIndex, Write};
use crate::model::review::Review;
use crate::model::settings::{PortalSettings, Route};
use crate::record::audit::AuditError;
use crate::record::counts::Whose;
use crate::record::lock::Scope;
use crate::record::undo as kept;
use crate::report::{apply_json, counted, escape, plan_text};
use counts::LastCounts;
use ending::{finish, tell_records, unshown};
use means::{Format, Means, UnderLock};

/// Everything that can end a run before its first call: looks at what beadle would do itself, and
/// answers with the exit where nothing is to be done.
pub(super) type Gate<'a> = dyn Fn(&Plan, &mut dyn Screen) -> Result<Option<Exit>, Failure> + 'a;

/// What was planned, for the executor and for people.
struct Planned<'a> {
    prepared: &'a Prepared,
    by_api: &'a Plan,
    by_hand: &'a ByHandPlan,
}

/// Whether it is another day than today for which something would be done: says why that is
/// refused.
pub(super) fn is_another_day(
    opened: &Opened,
    sandbox: bool,
    screen: &mut dyn Screen,
) -> Result<bool, Failure> {
    if sandbox {
        return Ok(false);
    }
    // What a rehearsal finds is for another day: done now, access would begin or end too early.
    if let Some(days) = opened.rehearsal() {
        screen.warn(&format!(
            "refused: nothing is applied {days}; rehearse with `plan`, or with `--sandbox`, or leave `--today` out"
        ));
        return Ok(true);
    }
    // Nor by way of the variable that stands for the clock, which a CI setting may have left behind.
    if let Some(clock) = world::other_day(opened.project.time_zone())?
        && opened
            .asked_for()
            .filter_map(|unit| opened.project.portals().get(unit.portal()))
            .any(is_elsewhere)
    {
        let day = opened.day;
        screen.warn(&format!(
            "refused: `BEADLE_TODAY` says that it is {day}, and it is {clock}; nothing is applied for another day but to portals of this machine, such as `beadle sandbox`: unset it"
        ));
        return Ok(true);
    }
    Ok(false)
}

/// Whether a portal is asked, and over a network. One that is on this machine is tried out.
fn is_elsewhere(portal: &PortalSettings) -> bool {
    let url = portal.url.as_deref().filter(|_| portal.via == Route::Api);
    url.is_some_and(|url| !crate::portal::is_on_this_machine(url))
}

/// What the run locks: runs that have no organisation in common may go side by side.
pub(super) fn scope_of(opened: &Opened) -> Scope {
    opened.shard().map_or(Scope::Project, |shard| Scope::Shard {
        number: shard.index(),
        of: shard.count(),
    })
}

/// Shows what was prepared.
pub(super) async fn show(
    prepared: &Prepared,
    means: &Means<'_>,
    run: &UnderLock<'_>,
    screen: &mut dyn Screen,
) -> Result<(), Failure> {
    let Means {
        opened,
        portals,
        redact,
        format,
        ..
    } = means;
    // Nobody may use them any more, and they name people.
    let store = run.records.store.as_ref();
    let forgotten = kept::forget_expired(store, opened.day).await;
    forgotten.map_err(AuditError::from)?;
    let plan = &prepared.plan;
    let shows = *format == Format::Text && !prepared.read_nothing();
    let said = match means.undoing {
        Some(undoing) if shows => nothing(prepared, undoing, screen)?,
        _ => false,
    };
    if shows && !said {
        plan_text(
            &redact.shown(plan, &opened.project),
            &prepared.review,
            &text_options(prepared.digest(), portals),
            screen.out(),
        )?;
    }
    warn_unread(&prepared.unread, screen);
    warn_unknown(prepared, screen);
    let problems = project::as_diagnostics(plan.problems(), &opened.sources);
    project::show(&problems, &opened.sources, screen)?;
    Ok(())
}

/// Asks the gate, and does what was prepared.
pub(super) async fn ask_and_do(
    prepared: &Prepared,
    means: &Means<'_>,
    gate: &Gate<'_>,
    (run, last): (&UnderLock<'_>, &mut LastCounts),
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let Means {
        portals, format, ..
    } = means;
    let plan = &prepared.plan;
    let by_hand = writing::prepare(prepared, means)?;
    let by_api = writing::by_api(plan, portals);
    if let Some(exit) = gate(&by_api, screen)? {
        if exit == Exit::Done {
            if let Some(left) = leave(prepared, means, run).await? {
                left.tell(run, screen);
            }
            by_hand.write()?;
            let keys = BTreeMap::new();
            keep_counts(last, (prepared, &keys), means, run, screen).await;
        }
        if *format == Format::Json {
            let digest = prepared.digest();
            apply_json(&by_api, digest, &ApplyReport::default(), screen.out())?;
        }
        if exit == Exit::Done {
            by_hand.tell(*format == Format::Text, screen)?;
        }
        let whole = prepared.unread.is_empty();
        return Ok(if exit == Exit::Done && !whole {
            Exit::Failed
        } else {
            exit
        });
    }
    let planned = Planned {
        prepared,
        by_api: &by_api,
        by_hand: &by_hand,
    };
    carry_out(&planned, means, (run, last), screen).await
}

/// Makes the calls, records them, and looks again.
async fn carry_out(
    planned: &Planned<'_>,
    means: &Means<'_>,
    (run, last): (&UnderLock<'_>, &mut LastCounts),
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let Planned {
        prepared,
        by_api,
        by_hand,
    } = planned;
    let UnderLock {
        records,
        locked,
        stop,
    } = run;
    // What is about to be taken is on the disk before anything is.
    let left = leave(prepared, means, run).await?;
    by_hand.write()?;
    // Before the first call: whatever becomes of this run, the next one knows what it may miss.
    let name = &locked.holder.nonce;
    let unchanged = BTreeMap::new();
    let seen = (*prepared, &unchanged);
    last.keep(seen, means.opened, records, name).await?;
    let claims = (&means.opened.project, means.approved);
    let asked = Interrupts::listen()?;
    let recording = Recording::begin(records, locked, by_api, claims, screen).await?;
    let settings = Settings {
        concurrency: means.portals.concurrency(),
        ahead: recording.ahead(),
        keys: last.keys(),
        ..Settings::default()
    };
    locked.calls_begin();
    let watch = tokio::spawn(interrupts((*stop).clone(), asked));
    let watcher = Watcher {
        recorder: recording.recorder(),
        progress: Mutex::new(screen.progress(by_api.summary().calls)),
    };
    let done = executor::execute(by_api, means.writers, &settings, stop, &watcher).await;
    let recorder = watcher.end();
    // Whoever gave the calls in flight up does not wait for the portal to be read, either.
    let again = tokio::select! {
        biased;
        () = stop.reached(StopLevel::Now) => None,
        again = means.prepare_again() => Some(again),
    };
    watch.abort();
    let finished = finish(planned, done.clone(), again.as_ref(), means, screen);
    let lost = locked.lost();
    // What became of the calls is recorded, whatever became of showing it.
    let report = finished.as_ref().map_or(&done, |(_, seen)| seen);
    if lost.is_none() {
        let keys = last.keys_after(by_api, report, name);
        let seen = (again.as_ref().unwrap_or(prepared), &keys);
        keep_counts(last, seen, means, run, screen).await;
    }
    let ended = recording.end(recorder, report, lost.clone()).await;
    if let Some(left) = left {
        left.tell(run, screen);
    }
    let exit = match finished {
        Ok((exit, _)) => exit,
        Err(failure) => unshown(failure, &done, screen)?,
    };
    Ok(tell_records(exit, lost, ended, records, screen))
}

/// Asks whether the plan is to be carried out.
pub(super) fn agreed(
    plan: &Plan,
    review: &Review,
    screen: &mut dyn Screen,
) -> Result<bool, Failure> {
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

/// Keeps what was listed for the next run. What cannot be kept is said, and changes nothing.
async fn keep_counts(
    last: &mut LastCounts,
    seen: (&Prepared, &BTreeMap<Whose, CallKeys>),
    means: &Means<'_>,
    run: &UnderLock<'_>,
    screen: &mut dyn Screen,
) {
    let name = &run.locked.holder.nonce;
    let kept = last.keep(seen, means.opened, run.records, name);
    if let Err(failure) = kept.await {
        let why = failure.to_string();
        screen.warn(&format!(
            "how many accounts each list has could not be kept for the next run: {}",
            escape::terminal(&why)
        ));
    }
}

/// Ctrl-C or SIGTERM: calls in flight finish. Ctrl-C once more: at once.
async fn interrupts(stop: Stop, mut asked: Interrupts) {
    asked.next().await;
    stop.finish();
    while asked.next().await != Asked::Interrupt {}
    stop.now();
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
