//! `beadle worklist done`: marks steps. First all marks are made in memory, then they are recorded
//! in the audit log, then files are written, each snapshot before its worklist: a run that is killed in between is run again, and
//! finds the change made already.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::Duration;

use jiff::civil::Date;

use super::recorded::{self, Of};
use super::{OnFile, Place, files};
use crate::app::portals::Portals;
use crate::app::project::Opened;
use crate::app::record::{Desk, Records};
use crate::app::{Exit, Failure, Redact, Screen, snapshots};
use crate::model::snapshot::Snapshot;
use crate::model::snapshot_changes::{DoesNotFit, Whose};
use crate::model::worklist::{Mark, Step, WorkKind, Worklist};
use crate::report::{counted, escape, snapshot_yaml};

/// Options of `beadle worklist done`.
#[derive(Clone, Debug)]
pub struct DoneOptions {
    /// Where to look.
    pub place: Place,
    /// Numbers (`3`), ranges (`3-7`) or ids of steps, whole or their beginnings.
    pub steps: Vec<String>,
    /// Every open step.
    pub all: bool,
    /// Who says so.
    pub by: Option<String>,
    /// How long to wait for the run lock, which is held while the marks are recorded and written.
    pub lock_wait: Duration,
}

/// Longest name of who says so, in characters.
const NAME_LENGTH: usize = 200;

/// Fewest characters of an id's beginning.
const BEGINNING: usize = 5;

/// One worklist in memory, with the snapshot that its marks change.
pub(super) struct Marked {
    on_file: OnFile,
    path: PathBuf,
    snapshot: Snapshot,
    driver: String,
    changed: bool,
    /// Numbers of the steps that are marked now.
    newly: BTreeSet<u32>,
}

/// Marks steps as done and brings the snapshots up to date.
///
/// # Errors
/// When a step is not there or does not fit its snapshot, or the marks cannot be recorded: then
/// nothing is marked at all.
pub async fn done(options: &DoneOptions, screen: &mut dyn Screen) -> Result<Exit, Failure> {
    let by = name(options.by.as_deref())?;
    let mut guarded = Redact::Auto.guard(screen);
    let screen: &mut dyn Screen = &mut guarded;
    let opened = super::open(&options.place, screen)?;
    let portals = Portals::of_project(&opened)?;
    let folder = options.place.worklists.as_deref();
    let _alone = files::lock(opened.project.root(), folder)?;
    let lists = super::read(&opened, &options.place)?;
    let wanted = wanted(&lists, options)?;
    let seen = seen_done(&lists, &wanted);
    let mut marked = Vec::new();
    for (on_file, numbers) in lists.into_iter().zip(wanted) {
        if !numbers.is_empty() {
            let mut one = open_snapshot(on_file, &opened, &portals)?;
            one.mark(&numbers, by.as_deref(), &seen, opened.day, screen)?;
            marked.push(one);
        }
    }
    let mut exit = Exit::Done;
    if marked.iter().any(|one| !one.newly.is_empty()) {
        let desk = Desk::of(&opened, "beadle worklist done", options.lock_wait);
        let records = Records::open(&opened.project, false)?;
        let begun = recorded::begin(&desk, &records, &marked, screen).await?;
        let Some(recorded) = begun else {
            return Ok(Exit::Refused);
        };
        let written = marked.iter().try_for_each(Marked::write);
        exit = recorded.end(written.is_ok(), screen).await;
        written?;
    }
    if marked.is_empty() {
        writeln!(screen.out(), "No step waits for a person.")?;
    }
    for one in &marked {
        one.tell(screen)?;
    }
    Ok(exit)
}

fn name(by: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(by) = by.map(str::trim).filter(|by| !by.is_empty()) else {
        return Ok(None);
    };
    if by.chars().count() > NAME_LENGTH || by.chars().any(escape::is_hidden) {
        let message = "`--by` is a name on one line, of at most 200 characters";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(Some(by.to_owned()))
}

/// The numbers of the steps that were asked for, list by list.
fn wanted(lists: &[OnFile], options: &DoneOptions) -> Result<Vec<BTreeSet<u32>>, Failure> {
    let mut wanted = vec![BTreeSet::new(); lists.len()];
    if options.all {
        for (on_file, numbers) in lists.iter().zip(&mut wanted) {
            numbers.extend(on_file.list.open().map(|step| step.number));
        }
        return Ok(wanted);
    }
    for text in &options.steps {
        let (list, numbers) = find(lists, text)?;
        if let Some(found) = wanted.get_mut(list) {
            found.extend(numbers);
        }
    }
    Ok(wanted)
}

/// The one list that has the step or steps, and their numbers.
fn find(lists: &[OnFile], text: &str) -> Result<(usize, Vec<u32>), Failure> {
    let shown = escape::terminal(text);
    let mut found = Vec::new();
    for (index, on_file) in lists.iter().enumerate() {
        let numbers = in_list(&on_file.list, text);
        if !numbers.is_empty() {
            found.push((index, numbers));
        }
    }
    let many = found.len();
    match (found.pop(), many) {
        (Some((_, numbers)), 1) if numbers.len() > 1 && range(text).is_none() => Err(
            Failure::Step(format!("`{shown}` is the beginning of several ids")),
        ),
        (Some(one), 1) => Ok(one),
        (None, _) => Err(Failure::Step(format!(
            "there is no step `{shown}`; `beadle worklist` shows what there is"
        ))),
        (Some(_), many) => Err(Failure::Step(format!(
            "{many} worklists have a step `{shown}`: name the organisation with `--org` and the portal with `--portal`, or give the step's id"
        ))),
    }
}

/// Numbers of the steps of a list that a text names: all of a range or none.
fn in_list(list: &Worklist, text: &str) -> Vec<u32> {
    if let Some((first, last)) = range(text) {
        let numbers: Vec<u32> = list
            .steps()
            .map(|step| step.number)
            .filter(|number| (first..=last).contains(number))
            .collect();
        let whole = u64::from(last.saturating_sub(first)) + 1 == numbers.len() as u64;
        return if whole && first <= last {
            numbers
        } else {
            Vec::new()
        };
    }
    if text.len() < BEGINNING {
        return Vec::new();
    }
    let named = list.steps().filter(|step| step.id.starts_with(text));
    named.map(|step| step.number).collect()
}

/// `3` as 3 to 3, `3-7` as 3 to 7; ids begin with a letter.
fn range(text: &str) -> Option<(u32, u32)> {
    let number = |text: &str| {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    match text.split_once('-') {
        Some((first, last)) => Some((number(first)?, number(last)?)),
        None => {
            let number = number(text)?;
            Some((number, number))
        }
    }
}

fn open_snapshot(on_file: OnFile, opened: &Opened, portals: &Portals) -> Result<Marked, Failure> {
    let unit = &on_file.unit;
    let made_for = &on_file.list.portal_organisation;
    if *made_for != unit.portal_organisation.as_str() {
        return Err(Failure::Step(format!(
            "the worklist of `{}` at `{}` was made for `{}` there, and the YAML says `{}`: `beadle apply` writes it anew",
            unit.organisation,
            unit.portal,
            escape::terminal(made_for),
            unit.portal_organisation
        )));
    }
    let own = portals.route(&unit.portal).and_then(|(_, folder)| folder);
    let root = opened.project.root();
    let path = snapshots::path(root, own, &unit.portal, &unit.organisation)?;
    let driver = portals.rules(&unit.portal).map_or("", |rules| rules.driver);
    let snapshot = snapshots::read(&path)?;
    // The same checks as before planning: marks go into a snapshot that holds.
    snapshots::live(&path, snapshot.clone(), driver)?;
    if snapshot.organisation != unit.portal_organisation.as_str() {
        return Err(Failure::Snapshot {
            path,
            message: format!(
                "it is of organisation `{}`, not `{}`",
                snapshot.organisation, unit.portal_organisation
            ),
        });
    }
    Ok(Marked {
        on_file,
        path,
        snapshot,
        driver: driver.to_owned(),
        changed: false,
        newly: BTreeSet::new(),
    })
}

impl Marked {
    /// Marks in memory, in the order of the list whatever order was asked for.
    fn mark(
        &mut self,
        numbers: &BTreeSet<u32>,
        by: Option<&str>,
        seen: &BTreeSet<String>,
        day: Date,
        screen: &mut dyn Screen,
    ) -> Result<(), Failure> {
        let before = self.digest()?;
        let moved = before != self.on_file.list.listing;
        for number in numbers {
            let list = &self.on_file.list;
            let Some(step) = list.steps().find(|step| step.number == *number) else {
                continue;
            };
            if step.done.is_some() {
                screen.say(&format!("step {number} was marked before"));
                continue;
            }
            let early = open_before(list, step);
            let fits = apply(&mut self.snapshot, step);
            self.changed |= fits.map_err(|why| refused(step, &why, &early, moved))?;
            if !early.is_empty() {
                let early: Vec<String> = early.iter().map(u32::to_string).collect();
                screen.warn(&format!(
                    "step {number} is marked, and what comes before it is not: {}",
                    early.join(", ")
                ));
            }
            for organisation in open_elsewhere(step, seen) {
                let organisation = escape::terminal(organisation);
                screen.warn(&format!(
                    "step {number} is marked, and what comes before it at {organisation} is not seen to be done"
                ));
            }
            if step.kind == WorkKind::ChangePassword {
                screen.say(&format!(
                    "step {number}: write `password_changed: {}` into the YAML, or the plan keeps asking for it",
                    day
                ));
            }
            let mark = Mark {
                on: day,
                by: by.map(str::to_owned),
            };
            let mut steps = self.on_file.list.steps_mut();
            if let Some(step) = steps.find(|step| step.number == *number) {
                step.done = Some(mark);
            }
            self.newly.insert(*number);
        }
        self.on_file.list.listing = self.digest()?;
        Ok(())
    }

    /// The steps that are marked now.
    pub(super) fn new_marks(&self) -> impl Iterator<Item = (Of<'_>, &Step)> {
        let OnFile { list, unit, .. } = &self.on_file;
        let new = list
            .steps()
            .filter(|step| self.newly.contains(&step.number));
        new.map(move |step| {
            let key = recorded::key_of(unit, &step.login);
            (Of { list, key }, step)
        })
    }

    fn digest(&self) -> Result<String, Failure> {
        let live = snapshots::live(&self.path, self.snapshot.clone(), &self.driver)?;
        Ok(live.digest())
    }

    /// Writes what has changed: the snapshot first.
    fn write(&self) -> Result<(), Failure> {
        if self.changed {
            let text = snapshot_yaml(&self.snapshot, snapshots::SCHEMA);
            snapshots::write(&self.path, &text)?;
        }
        if !self.newly.is_empty() {
            self.on_file.files.write(&self.on_file.list)?;
        }
        Ok(())
    }

    fn tell(&self, screen: &mut dyn Screen) -> Result<(), Failure> {
        let list = &self.on_file.list;
        let marked = counted(self.newly.len() as u64, "step is", "steps are");
        let left = match list.open_count() {
            0 => "none is left; `beadle plan` says whether anything is".to_owned(),
            left => format!("{left} left"),
        };
        let place = format!("{} at {}", list.organisation, list.portal);
        let place = escape::terminal(&place);
        writeln!(screen.out(), "{place}: {marked} marked as done, {left}")?;
        Ok(())
    }
}

/// Whether the snapshot has changed.
fn apply(snapshot: &mut Snapshot, step: &Step) -> Result<bool, DoesNotFit> {
    let Some(change) = &step.change else {
        return Ok(false);
    };
    let whose = Whose {
        id: step.account.as_deref(),
        login: &step.login,
    };
    let effect = snapshot.change(whose, change)?;
    Ok(effect == crate::model::snapshot_changes::Effect::Changed)
}

/// Steps of the same list that ought to have been done before, and are not marked.
fn open_before(list: &Worklist, step: &Step) -> Vec<u32> {
    let early = |id: &str| list.open().find(|open| open.id == id);
    let early = step.after.iter().filter_map(|earlier| early(&earlier.id));
    early.map(|open| open.number).collect()
}

/// Ids of the steps of all lists that are done, or are marked now.
fn seen_done(lists: &[OnFile], wanted: &[BTreeSet<u32>]) -> BTreeSet<String> {
    let lists = lists.iter().zip(wanted);
    let done = lists.flat_map(|(on_file, numbers)| {
        let steps = on_file.list.steps();
        steps.filter(|step| step.done.is_some() || numbers.contains(&step.number))
    });
    done.map(|step| step.id.clone()).collect()
}

/// Other organisations in which something ought to have been done before, and is not marked in any
/// list that was read.
fn open_elsewhere<'a>(step: &'a Step, seen: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let open = step.after.iter().filter(|early| !seen.contains(&early.id));
    open.filter_map(|early| early.organisation.as_deref())
        .collect()
}

fn refused(step: &Step, why: &DoesNotFit, early: &[u32], moved: bool) -> Failure {
    let why = escape::terminal(&why.to_string()).into_owned();
    let number = step.number;
    let way_out = match (early, moved) {
        ([_, ..], _) => {
            let early: Vec<String> = early.iter().map(u32::to_string).collect();
            format!("; mark what comes before it as well: {}", early.join(", "))
        }
        ([], true) => {
            "; the snapshot has been changed since the worklist was made: `beadle apply` writes it anew".to_owned()
        }
        ([], false) => String::new(),
    };
    Failure::Step(format!("step {number} cannot be marked: {why}{way_out}"))
}

/// Makes of a snapshot what the named steps of a list make of it. Whether any of them fits. For
/// fuzzing.
pub(in crate::app) fn is_marked(list: &Worklist, mut snapshot: Snapshot, named: &str) -> bool {
    let mut fits = false;
    for text in named.split_ascii_whitespace() {
        let numbers = in_list(list, text);
        for step in list.steps().filter(|step| numbers.contains(&step.number)) {
            let early = open_before(list, step);
            match apply(&mut snapshot, step) {
                Ok(_) => fits = true,
                Err(why) => drop(refused(step, &why, &early, true)),
            }
        }
    }
    let _ = snapshot_yaml(&snapshot, snapshots::SCHEMA);
    snapshot.into_live().is_ok() && fits
}
