//! `beadle worklist done`: marks steps. First all marks are made in memory, then they are recorded
//! in the audit log, then files are written, each snapshot before its worklist: a run that is killed
//! in between is run again, and finds the change made already.

use std::collections::BTreeSet;
use std::time::Duration;

use super::marked::{Marked, apply, open_before, open_snapshot, refused};
use super::recorded;
use super::{OnFile, Place, files};
use crate::app::portals::Portals;
use crate::app::record::{Desk, Records};
use crate::app::{Exit, Failure, Redact, Screen, snapshots};
use crate::model::snapshot::Snapshot;
use crate::model::worklist::Worklist;
use crate::report::{escape, snapshot_yaml};

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

/// Ids of the steps of all lists that are done, or are marked now.
fn seen_done(lists: &[OnFile], wanted: &[BTreeSet<u32>]) -> BTreeSet<String> {
    let lists = lists.iter().zip(wanted);
    let done = lists.flat_map(|(on_file, numbers)| {
        let steps = on_file.list.steps();
        steps.filter(|step| step.done.is_some() || numbers.contains(&step.number))
    });
    done.map(|step| step.id.clone()).collect()
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
