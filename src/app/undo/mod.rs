//! `beadle undo`: gives back what one run took, as far as live is still as that run left it. It
//! plans, shows, asks and applies as `beadle apply` does: what is wished is made of live and the
//! run's undo file, in place of the files of the project.

pub(super) mod leaving;
pub(super) mod telling;
pub(super) mod undoing;

use std::path::PathBuf;
use std::time::Duration;

use super::applying;
use super::applying::counts::LastCounts;
use super::applying::means::{Format, Means, UnderLock};
use super::planning::{self, LiveReader, Prepared};
use super::portals::Portals;
use super::project::{self, Opened};
use super::record::{Locked, Records};
use super::{Exit, Failure, PlanningOptions, Redact, Screen};
use crate::executor::Stop;
use crate::model::plan::Plan;
use crate::record::audit::AuditError;
use crate::record::undo as kept;
use crate::report::{counted, escape};

use undoing::Undoing;

/// Options of `beadle undo`.
#[derive(Clone, Debug)]
pub struct Options {
    /// The run, or an undo file; by default the last run that took something.
    pub which: Option<String>,
    /// The project's folder or file.
    pub path: PathBuf,
    /// Where to give back, and who asks.
    pub planning: PlanningOptions,
    /// Only show which runs can be undone.
    pub list: bool,
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
    /// Folder for the worklists of portals without an API.
    pub worklists: Option<PathBuf>,
}

/// Gives back what a run took.
///
/// # Errors
/// When the project has errors, nothing could be read, there is no such run, or nobody said yes.
pub async fn run(options: &Options, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let mut guarded = options.redact.keyed(screen)?;
    let screen: &mut dyn Screen = &mut guarded;
    let mut opened = project::open_to_plan(&options.path, &options.planning, screen)?;
    let records = Records::open(&opened.project, false)?;
    if options.list {
        return list(&records, &opened, screen).await;
    }
    if applying::is_another_day(&opened, false, screen)? {
        return Ok(Exit::Refused);
    }
    // Before any portal is asked: a file that cannot be used ends the run at once.
    let found = undoing::find(options.which.as_deref(), records.store.as_ref()).await?;
    let undoing = match found.check(&opened) {
        Ok(undoing) => undoing,
        Err(why) => return Ok(undoing::refuse(&found, &why, screen)),
    };
    for unit in undoing.gone(&opened) {
        screen.warn(&format!(
            "left alone: `{}` at `{}` is not in this project any more",
            unit.organisation, unit.portal
        ));
    }
    opened.narrow(undoing.narrowed());
    let stop = Stop::new();
    let whose = (options.redact, opened.project.digest());
    let scope = ("beadle undo", applying::scope_of(&opened));
    let lock = Locked::take(&records, scope, options.lock_wait, &stop, screen, whose);
    let Some(locked) = lock.await? else {
        return Ok(Exit::Refused);
    };
    let under = UnderLock {
        records: &records,
        locked: &locked,
        stop: &stop,
    };
    let result = give_back(&opened, &undoing, options, &under, screen).await;
    locked.release(screen).await;
    result
}

async fn give_back(
    opened: &Opened,
    undoing: &Undoing,
    options: &Options,
    run: &UnderLock<'_>,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let portals = Portals::open(opened, &options.planning).await?;
    let writers = portals.writers(run.stop)?;
    let reader = LiveReader::of_writers(&portals, opened, &writers);
    let means = Means {
        opened,
        portals: &portals,
        reader: &reader,
        writers: &writers,
        redact: options.redact,
        format: options.format,
        worklists: options.worklists.as_deref(),
        undoing: Some(undoing),
        approved: options.approved.as_deref(),
    };
    let day = undoing.taken_on();
    screen.say(&format!(
        "giving back what run {} of {day} took, as far as it is still as that run left it",
        escape::terminal(leaving::short(undoing.run()))
    ));
    let mut last = LastCounts::of(run.records).await?;
    let mut prepared = planning::prepare_undo(opened, &reader, undoing).await;
    last.judge(&mut prepared, opened, screen);
    let prepared = prepared;
    let gate = |by_api: &Plan, screen: &mut dyn Screen| {
        telling::not_given_back(&prepared, &means, undoing, screen)?;
        before_giving(&prepared, by_api, options, screen)
    };
    applying::show(&prepared, &means, run, screen).await?;
    let result = applying::ask_and_do(&prepared, &means, &gate, (run, &mut last), screen).await;
    drop(reader);
    drop(writers);
    portals.close().await?;
    result
}

/// Everything that can end an undo before its first call.
fn before_giving(
    prepared: &Prepared,
    by_api: &Plan,
    options: &Options,
    screen: &mut dyn Screen,
) -> Result<Option<Exit>, Failure> {
    if prepared.is_refused() {
        screen.warn("refused: nothing was changed");
        return Ok(Some(Exit::Refused));
    }
    let fresh = prepared.digest();
    if let Some(approved) = options.approved.as_ref().filter(|it| *it != fresh) {
        let approved = escape::terminal(approved);
        screen.warn(&format!(
            "the plan is not the one that was approved: its digest is {fresh}, not {approved}"
        ));
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

/// Says which runs can be undone, the last one first. Nobody is named.
async fn list(
    records: &Records,
    opened: &Opened,
    screen: &mut dyn Screen,
) -> Result<Exit, Failure> {
    let store = records.store.as_ref();
    let all = kept::list(store).await.map_err(AuditError::from)?;
    let mut none = true;
    for kept in all.iter().rev().filter(|it| it.valid_until >= opened.day) {
        let found = undoing::read(kept, store).await?;
        let (run, until) = (
            escape::terminal(leaving::short(&kept.run)),
            kept.valid_until,
        );
        none = false;
        match found.check(opened) {
            Ok(undoing) => {
                let document = &undoing.document;
                let things = counted(document.count(), "thing", "things");
                let of = document.undoes.as_deref();
                let of = of.map(|of| format!(", and undid {}", leaving::short(of)));
                let of = of.unwrap_or_default();
                let day = document.day;
                let line = format!("{run}  {day}  {things} taken, until {until}{of}");
                writeln!(screen.out(), "{}", escape::terminal(&line))?;
            }
            Err(why) => {
                let why = escape::terminal(&why).into_owned();
                writeln!(screen.out(), "{run}  cannot be used: {why}")?;
            }
        }
    }
    if none {
        writeln!(screen.out(), "No run that could be undone.")?;
    }
    Ok(Exit::Done)
}
