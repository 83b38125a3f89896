//! `--compare-with`: whence each action comes. Live state is read once and planned for up to three
//! configurations: the working tree's, the revision's, and the one that was last applied in full.
//! Decides by comparing plans, and plans nothing of its own.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::civil::Date;

use super::changed;
use crate::app::project::Opened;
use crate::app::revision::{self, Commit, Repository, RevisionError, Tree};
use crate::app::{Failure, Screen};
use crate::config;
use crate::model::desired::Desired;
use crate::model::live::Live;
use crate::model::name::{AreaName, LoginId, OrganisationId, PortalId, PortalName};
use crate::model::plan::{Action, ActionIndex, ActionKind, Change, Plan, UnitPlan};
use crate::model::review::{ActionAt, Cause, Compared, Review, Revision};
use crate::model::rules::Rules;
use crate::planner;

/// What a plan is compared with.
pub(in crate::app) struct Comparison {
    with: Commit,
    before: Opened,
    applied: Option<Applied>,
}

/// The configuration to which everything had been brought.
struct Applied {
    commit: Commit,
    /// On the day of the commit: what dates have changed since is no drift.
    opened: Opened,
    /// Nobody said so.
    assumed: bool,
}

/// Whence the actions of one unit come, in their order.
#[derive(Default)]
pub(in crate::app) struct UnitCauses {
    causes: Vec<Cause>,
    /// Actions of the revision's plan that are planned no more.
    dropped: u64,
}

/// The causes of every unit.
pub(in crate::app) type AllCauses = BTreeMap<(OrganisationId, PortalName), UnitCauses>;

impl Comparison {
    /// Where the working tree left what it is compared with.
    pub(in crate::app) fn base(&self) -> &Commit {
        &self.with
    }

    /// Loads what the plan is compared with: the project where the working tree left `with`, and
    /// the one that was applied.
    ///
    /// # Errors
    /// When a revision cannot be had, or its project has errors.
    pub(in crate::app) fn new(
        opened: &Opened,
        path: &Path,
        with: &str,
        applied: Option<&str>,
        screen: &mut dyn Screen,
    ) -> Result<Self, Failure> {
        let repository = Repository::of(opened.project.root())?;
        let with = repository.merge_base(with)?;
        let before = opened_at(&repository, &with, (path, opened.day), opened)?;
        let gone = config::affected(&before.project, &opened.project, opened.day).gone;
        changed::tell_gone(&gone, opened, screen);
        let applied = last_applied(&repository, &with, applied, (path, opened), screen)?;
        Ok(Self {
            with,
            before,
            applied,
        })
    }

    /// Whence each action of a unit comes.
    ///
    /// An action that the revision's plan has not is the change's. Of the others, those that the
    /// applied configuration asks for as well, on its own day, are drift: it had been brought to
    /// an empty plan, so that live has been changed since. The rest is pending.
    pub(in crate::app) fn unit(
        &self,
        planned: &UnitPlan,
        desired: &Desired,
        live: &Live,
        rules: &Rules,
        present: &Opened,
    ) -> UnitCauses {
        let plan = |past: &Opened| plan_of(past, present, desired, live, rules);
        let before = plan(&self.before)
            .map(|unit| unit.actions)
            .unwrap_or_default();
        let applied = self
            .applied
            .as_ref()
            .and_then(|applied| plan(&applied.opened));
        let applied = applied.map(|unit| unit.actions).unwrap_or_default();
        let (before_at, applied_at) = (by_subject(&before), by_subject(&applied));
        let cause = |action: &Action| {
            let same = |other: &&Action| other.changes == action.changes;
            if !has(&before_at, action, same) {
                Cause::Change
            } else if has(&applied_at, action, |other| same_wish(action, other)) {
                Cause::Drift
            } else {
                Cause::Pending
            }
        };
        let planned_at = by_subject(&planned.actions);
        let dropped = before
            .iter()
            .filter(|action| !planned_at.contains_key(&subject(action)));
        UnitCauses {
            causes: planned.actions.iter().map(cause).collect(),
            dropped: dropped.count() as u64,
        }
    }

    /// Puts the causes of all units beside the finished plan.
    pub(in crate::app) fn fill(&self, review: &mut Review, plan: &Plan, of_units: &AllCauses) {
        for (unit, planned) in (0_u32..).zip(&plan.units) {
            let key = (planned.organisation.clone(), planned.portal.clone());
            let causes = of_units.get(&key).map(|of_unit| of_unit.causes.as_slice());
            for (action, cause) in (0_u32..).zip(causes.unwrap_or_default()) {
                let action = ActionIndex(action);
                review.causes.insert(ActionAt { unit, action }, *cause);
            }
        }
        let applied = self.applied.as_ref();
        review.compared = Some(Compared {
            with: shown(&self.with),
            applied: applied.map(|applied| shown(&applied.commit)),
            applied_assumed: applied.is_some_and(|applied| applied.assumed),
            no_longer_planned: of_units.values().map(|of_unit| of_unit.dropped).sum(),
            last_listed: None,
        });
    }
}

/// The configuration that was last applied in full, so that what it asks for and live lacks is
/// drift.
///
/// Here a better source than git takes its place: a record of what was applied names the commit.
/// Until then it is the one that the caller names, or else the first parent of the revision: the
/// revision itself may be on its way still, the one before is taken as applied.
fn last_applied(
    repository: &Repository,
    with: &Commit,
    named: Option<&str>,
    (path, opened): (&Path, &Opened),
    screen: &mut dyn Screen,
) -> Result<Option<Applied>, Failure> {
    let commit = match named {
        Some(name) => Some(repository.commit(name)?),
        None => repository.first_parent(with)?,
    };
    let Some(commit) = commit else {
        let why = if repository.is_shallow() {
            "the clone is shallow and ends there"
        } else {
            "it is the first of all"
        };
        screen.say(&format!(
            "no commit before {with} ({why}): what it asks for counts as pending, none of it as drift; `--applied` names the commit that was applied"
        ));
        return Ok(None);
    };
    let zone = opened.project.time_zone();
    let day = repository.day(&commit, zone)?.min(opened.day);
    let past = match opened_at(repository, &commit, (path, day), opened) {
        Ok(past) => past,
        Err(error) if named.is_none() => {
            screen.warn(&format!(
                "what is there already counts as pending, none of it as drift, for {error}"
            ));
            return Ok(None);
        }
        Err(error) => return Err(error.into()),
    };
    Ok(Some(Applied {
        opened: past,
        commit,
        assumed: named.is_none(),
    }))
}

fn opened_at(
    repository: &Repository,
    commit: &Commit,
    (path, day): (&Path, Date),
    opened: &Opened,
) -> Result<Opened, RevisionError> {
    let tree = Tree::of(repository, commit)?;
    let past = revision::load(&tree, commit, path, (&opened.project, &opened.sources))?;
    Ok(opened.likewise(past.project, past.sources, day))
}

/// The plan of a past configuration for the same listing; none where it did not hold the same
/// organisation of the same portal.
fn plan_of(
    past: &Opened,
    present: &Opened,
    desired: &Desired,
    live: &Live,
    rules: &Rules,
) -> Option<UnitPlan> {
    let (organisation, portal) = (&desired.organisation, &desired.portal);
    let driver = |opened: &Opened| {
        let settings = opened.project.portals().get(portal)?;
        Some(settings.driver.clone())
    };
    let unit = past.project.unit(organisation, portal, past.day)?;
    let wanted = past.desired(&unit);
    let same = wanted.portal_organisation == desired.portal_organisation
        && driver(past) == driver(present);
    same.then(|| planner::plan_unit(&wanted, live, rules, past.day))
}

/// Whose account, and which area of it.
type Subject<'a> = (
    ActionKind,
    Option<&'a PortalId>,
    &'a LoginId,
    Option<&'a AreaName>,
);

fn subject(action: &Action) -> Subject<'_> {
    let account = &action.account;
    (
        action.kind,
        account.id.as_ref(),
        &account.login,
        action.area.as_ref(),
    )
}

fn by_subject(actions: &[Action]) -> BTreeMap<Subject<'_>, Vec<&Action>> {
    let mut found = BTreeMap::new();
    for action in actions {
        let same: &mut Vec<&Action> = found.entry(subject(action)).or_default();
        same.push(action);
    }
    found
}

fn has(
    actions: &BTreeMap<Subject<'_>, Vec<&Action>>,
    action: &Action,
    is_it: impl Fn(&&Action) -> bool,
) -> bool {
    let found = actions.get(&subject(action));
    found.is_some_and(|found| found.iter().any(is_it))
}

/// Whether two actions of one kind on one subject, planned for two days, ask for the same. What
/// ends access ends it whatever the day; the length of a term is counted from the day.
fn same_wish(one: &Action, other: &Action) -> bool {
    let counts = |change: &&Change| !matches!(change, Change::Term { after: _ });
    one.kind.is_removal()
        || one
            .changes
            .iter()
            .filter(counts)
            .eq(other.changes.iter().filter(counts))
}

fn shown(commit: &Commit) -> Revision {
    let Commit { name, id } = commit;
    Revision {
        name: name.clone(),
        commit: id.clone(),
    }
}
