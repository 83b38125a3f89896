//! What `beadle apply` does for portals without an API: it makes worklists of what was planned for
//! them, and leaves the rest of the plan for the executor.

use std::path::{Path, PathBuf};

use super::files::{Files, lock};
use crate::app::applying::means::Means;
use crate::app::planning::Prepared;
use crate::app::portals::Portals;
use crate::app::{Failure, Screen};
use crate::model::desired::Desired;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{Plan, UnitPlan};
use crate::model::worklist::{Merged, Worklist};
use crate::portal::worklist::{ByHand, worklists};
use crate::report::{counted, escape};

/// The worklists of a plan, made and not yet written.
pub(in crate::app) struct ByHandPlan {
    lists: Vec<Planned>,
    root: PathBuf,
    folder: Option<PathBuf>,
}

/// One worklist: what was on file when it was planned, and what is to be.
struct Planned {
    files: Files,
    portal: PortalName,
    organisation: OrganisationId,
    before: Option<Worklist>,
    merged: Merged,
}

/// Makes the worklists, and reads those that are there, so that one that cannot be read stops the
/// run before anything is changed.
///
/// # Errors
/// When a worklist that is there cannot be read.
pub(in crate::app) fn prepare(
    prepared: &Prepared,
    means: &Means<'_>,
) -> Result<ByHandPlan, Failure> {
    let (opened, portals, folder) = (means.opened, means.portals, means.worklists);
    let desired = opened.units().map(|unit| {
        let desired = opened.desired(&unit);
        let key = (desired.organisation.clone(), desired.portal.clone());
        let live = prepared.lives.get(&key).zip(portals.rules(&key.1));
        match (means.undoing, live) {
            (Some(undoing), Some((live, rules))) => {
                let back = undoing.given_back(&desired, live, rules, opened.day);
                back.desired
            }
            (_, _) => desired,
        }
    });
    let desired: Vec<Desired> = desired.collect();
    // An undo that has nothing to ask of an organisation leaves the list that is there.
    let is_asked = |plan: &UnitPlan| {
        let asks = !plan.actions.is_empty() || !plan.manual.is_empty();
        asks || means.undoing.is_none()
    };
    let units = (0..).zip(&prepared.plan.units);
    let units: Vec<ByHand<'_>> = units
        .filter(|(_, plan)| portals.is_by_hand(&plan.portal) && is_asked(plan))
        .filter_map(|(number, plan)| {
            let key = (plan.organisation.clone(), plan.portal.clone());
            let is_this = |desired: &&Desired| {
                desired.organisation == plan.organisation && desired.portal == plan.portal
            };
            Some(ByHand {
                number,
                plan,
                rules: portals.rules(&plan.portal)?,
                desired: desired.iter().find(is_this)?,
                live: prepared.lives.get(&key)?,
            })
        })
        .collect();
    let mut lists = Vec::with_capacity(units.len());
    for (unit, list) in units.iter().zip(worklists(&units, prepared.plan.day)) {
        let UnitPlan {
            portal,
            organisation,
            ..
        } = unit.plan;
        let files = Files::of(opened.project.root(), folder, portal, organisation)?;
        let before = files.read(portal, organisation)?;
        lists.push(Planned {
            files,
            portal: portal.clone(),
            organisation: organisation.clone(),
            before: before.clone(),
            merged: list.merged(before),
        });
    }
    Ok(ByHandPlan {
        lists,
        root: opened.project.root().to_owned(),
        folder: folder.map(Path::to_owned),
    })
}

/// The plan without what people do. Units keep their numbers, by which saves name each other.
pub(in crate::app) fn by_api(plan: &Plan, portals: &Portals) -> Plan {
    let mut plan = plan.clone();
    for unit in &mut plan.units {
        if portals.is_by_hand(&unit.portal) {
            unit.actions.clear();
            unit.saves.clear();
            // These steps are in the worklist, too.
            unit.manual.clear();
        }
    }
    plan
}

impl ByHandPlan {
    /// Writes every worklist, and removes those that nobody needs any more.
    ///
    /// # Errors
    /// When a file cannot be written, or somebody has marked steps since the plan was made: their
    /// marks stay, and nothing is written.
    pub(in crate::app) fn write(&self) -> Result<(), Failure> {
        let _alone = lock(&self.root, self.folder.as_deref())?;
        for planned in &self.lists {
            planned.check_still()?;
        }
        for Planned { files, merged, .. } in &self.lists {
            match merged {
                Merged::AsBefore(list) | Merged::New(list) => files.write(list)?,
                Merged::Nothing => files.remove()?,
            }
        }
        Ok(())
    }

    /// How many steps are left for people to do.
    pub(in crate::app) fn open_count(&self) -> u64 {
        let lists = self.lists.iter().map(|planned| match &planned.merged {
            Merged::AsBefore(list) | Merged::New(list) => list.open_count(),
            Merged::Nothing => 0,
        });
        lists.sum()
    }

    /// What is there, and how to go on; empty where nothing is left for people to do.
    pub(in crate::app) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let mut open = 0;
        for Planned { files, merged, .. } in &self.lists {
            let (list, again) = match merged {
                Merged::AsBefore(list) => (list, true),
                Merged::New(list) => (list, false),
                Merged::Nothing => continue,
            };
            if list.open_count() > 0 {
                open += list.open_count();
                lines.push(line(files, list, again));
            }
        }
        if open > 0 {
            let wait = if open == 1 { "waits" } else { "wait" };
            let steps = counted(open, "step", "steps");
            lines.push(format!(
                "{steps} {wait} for a person: `beadle worklist` shows what is open, `beadle worklist done` marks it."
            ));
        }
        lines
    }

    /// Says it, as a result or, where the results are for programs, beside them.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(in crate::app) fn tell(
        &self,
        as_result: bool,
        screen: &mut dyn Screen,
    ) -> Result<(), Failure> {
        for line in self.lines() {
            if as_result {
                writeln!(screen.out(), "{line}")?;
            } else {
                screen.say(&line);
            }
        }
        Ok(())
    }
}

impl Planned {
    /// Whether what is on file is what the plan was made with.
    fn check_still(&self) -> Result<(), Failure> {
        let now = self.files.read(&self.portal, &self.organisation)?;
        if now == self.before {
            return Ok(());
        }
        Err(Failure::Usage(format!(
            "steps of `{}` at `{}` have been marked since the plan was made; run `beadle apply` again",
            self.organisation, self.portal
        )))
    }
}

fn line(files: &Files, list: &Worklist, again: bool) -> String {
    let steps = counted(list.open_count(), "step", "steps");
    let as_before = if again { ", as before" } else { "" };
    let shown = format!(
        "{} at {}: {steps}{as_before}; to print: {}, to tick: {}",
        list.organisation,
        list.portal,
        plain(&files.html),
        plain(&files.markdown)
    );
    escape::terminal(&shown).into_owned()
}

/// A path as people write it.
fn plain(path: &Path) -> std::path::Display<'_> {
    path.strip_prefix(".").unwrap_or(path).display()
}
