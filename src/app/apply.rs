//! `beadle apply`: plans, shows, asks, does it, reads again and says what is seen to be done. Beside
//! `undo` the only use case that opens the writing side of a portal. What is planned for a portal
//! without an API becomes a worklist.

use std::path::PathBuf;
use std::time::Duration;

use super::applying;
use super::applying::counts::LastCounts;
use super::applying::means::{Means, UnderLock};
use super::approval::Claim;
use super::planning::{self, LiveReader, Prepared};
use super::portals::Portals;
use super::project::{self, Opened};
use super::record::{Locked, Records};
use super::{Exit, Failure, PlanningOptions, Redact, Screen, approval, saved_plan};
use crate::config::PROJECT_FILE;
use crate::executor::Stop;
use crate::model::plan::Plan;
use crate::model::plan_document::PlanDocument;

pub use super::applying::means::Format;

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

impl Options {
    /// What was reviewed, as far as the command line says so.
    fn claim(&self) -> Claim<'_> {
        Claim {
            path: &self.path,
            approved: self.approved.as_deref(),
            format: self.format,
            redact: self.redact,
        }
    }
}

/// Applies a project, or what is left of a saved plan.
///
/// # Errors
/// When the project has errors, nothing could be read, or nobody said yes. What a portal refused
/// is not an error but in the report, and in the exit.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let is_saved = saved_plan::is_one(&options.path);
    let path = if is_saved {
        &options.project
    } else {
        &options.path
    };
    if is_saved && !path.join(PROJECT_FILE).exists() {
        return Err(Failure::Usage(format!(
            "a saved plan is applied in its project's folder, and here is no `{PROJECT_FILE}`: \
             `beadle -C FOLDER apply`, and the plan as seen from there"
        )));
    }
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let opened = project::open_to_plan(path, &options.planning, screen)?;
    if applying::is_another_day(&opened, options.planning.sandbox, screen)? {
        return Ok(Exit::Refused);
    }
    opened.tell_rehearsal(screen);
    // Before any portal is asked: a plan that cannot be used ends the run at once.
    let claim = options.claim();
    let reviewed = is_saved.then(|| approval::saved(&opened, &claim));
    let reviewed = reviewed.transpose()?;
    if let Some(difference) = approval::other_file(reviewed.as_ref(), &claim) {
        return approval::refuse((opened.day, opened.shard()), &difference, &claim, screen);
    }
    let records = Records::open(&opened.project, options.planning.sandbox)?;
    let stop = Stop::new();
    let whose = (options.redact, opened.project.digest());
    let lock = Locked::take(
        &records,
        ("beadle apply", applying::scope_of(&opened)),
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

async fn read_and_apply(
    opened: &Opened,
    reviewed: Option<&PlanDocument>,
    options: &Options,
    run: &UnderLock<'_>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let portals = Portals::open(opened, &options.planning).await?;
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
    let claim = options.claim();
    let writers = portals.writers(run.stop)?;
    let reader = LiveReader::of_writers(portals, opened, &writers);
    let mut last = LastCounts::of(run.records).await?;
    let mut prepared = planning::prepare(opened, &reader, portals.any_by_hand()).await;
    last.judge(&mut prepared, opened, screen);
    let prepared = prepared;
    let means = Means {
        opened,
        portals,
        reader: &reader,
        writers: &writers,
        redact: options.redact,
        format: options.format,
        worklists: options.worklists.as_deref(),
        undoing: None,
        approved: approval::claimed(reviewed, &claim),
    };
    applying::show(&prepared, &means, run, screen).await?;
    // A plan that a guardrail refuses is refused for that.
    if !prepared.is_refused() || approval::judged_whole(&prepared, reviewed) {
        let of = (opened, &claim);
        let difference = approval::refusal(&prepared, reviewed, of, run.records).await?;
        if let Some(difference) = difference {
            let plan = &prepared.plan;
            return approval::refuse((plan.day, plan.shard), &difference, &claim, screen);
        }
    }
    let gate = |by_api: &Plan, screen: &mut dyn Screen| {
        before_applying(&prepared, by_api, reviewed, options, screen)
    };
    applying::ask_and_do(&prepared, &means, &gate, (run, &mut last), screen).await
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
    if !options.yes && !applying::agreed(by_api, &prepared.review, screen)? {
        screen.warn("nothing was changed");
        return Ok(Some(Exit::Failed));
    }
    Ok(None)
}
