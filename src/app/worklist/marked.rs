//! One worklist whose steps are being marked, in memory, with the snapshot that its marks change.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::OnFile;
use crate::app::portals::Portals;
use crate::app::project::Opened;
use crate::app::{Failure, Screen, snapshots};
use crate::model::desired::Desired;
use crate::model::name::LoginId;
use crate::model::snapshot::Snapshot;
use crate::model::snapshot_changes::{DoesNotFit, Effect, Whose};
use crate::model::worklist::{Mark, Step, WorkKind, Worklist};
use crate::report::{counted, escape, snapshot_yaml};

/// One worklist in memory, with the snapshot that its marks change.
pub(super) struct Marked {
    on_file: OnFile,
    root: PathBuf,
    path: PathBuf,
    snapshot: Snapshot,
    driver: String,
    changed: bool,
    /// Numbers of the steps that are marked now.
    pub(super) newly: BTreeSet<u32>,
}

/// The snapshot that the marks of a list change, held to what it is to be.
pub(super) fn open_snapshot(
    on_file: OnFile,
    opened: &Opened,
    portals: &Portals,
) -> Result<Marked, Failure> {
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
        root: root.to_owned(),
        path,
        snapshot,
        driver: driver.to_owned(),
        changed: false,
        newly: BTreeSet::new(),
    })
}

impl Marked {
    /// Marks in memory, in the order of the list whatever order was asked for.
    pub(super) fn mark(
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
            let key = key_of(unit, &step.login);
            (Of { list, key }, step)
        })
    }

    fn digest(&self) -> Result<String, Failure> {
        let live = snapshots::live(&self.path, self.snapshot.clone(), &self.driver)?;
        Ok(live.digest())
    }

    /// Writes what has changed: the snapshot first.
    pub(super) fn write(&self) -> Result<(), Failure> {
        if self.changed {
            let text = snapshot_yaml(&self.snapshot, snapshots::SCHEMA);
            snapshots::write(&self.root, &self.path, &text)?;
        }
        if !self.newly.is_empty() {
            self.on_file.files.write(&self.on_file.list)?;
        }
        Ok(())
    }

    /// Says how many steps are marked, and what is left.
    pub(super) fn tell(&self, screen: &mut dyn Screen) -> Result<(), Failure> {
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
pub(super) fn apply(snapshot: &mut Snapshot, step: &Step) -> Result<bool, DoesNotFit> {
    let Some(change) = &step.change else {
        return Ok(false);
    };
    let whose = Whose {
        id: step.account.as_deref(),
        login: &step.login,
    };
    let effect = snapshot.change(whose, change)?;
    Ok(effect == Effect::Changed)
}

/// Steps of the same list that ought to have been done before, and are not marked.
pub(super) fn open_before(list: &Worklist, step: &Step) -> Vec<u32> {
    let early = |id: &str| list.open().find(|open| open.id == id);
    let early = step.after.iter().filter_map(|earlier| early(&earlier.id));
    early.map(|open| open.number).collect()
}

/// Other organisations in which something ought to have been done before, and is not marked in any
/// list that was read.
fn open_elsewhere<'a>(step: &'a Step, seen: &BTreeSet<String>) -> BTreeSet<&'a str> {
    let open = step.after.iter().filter(|early| !seen.contains(&early.id));
    open.filter_map(|early| early.organisation.as_deref())
        .collect()
}

/// Why a step cannot be marked, with the way out.
pub(super) fn refused(step: &Step, why: &DoesNotFit, early: &[u32], moved: bool) -> Failure {
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

/// A list, and the user key of whom one of its steps touches.
#[derive(Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) list: &'a Worklist,
    pub(super) key: &'a str,
}

/// The user key of whom a login id belongs to, or the login id itself.
fn key_of<'a>(unit: &'a Desired, login: &'a str) -> &'a str {
    let id = LoginId::new(login);
    let mut accounts = unit.accounts.values();
    let known = accounts.find(|account| account.login == id);
    known.map_or(login, |account| &account.person)
}
