//! One row for each organisation at each portal.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::{Overview, identity};
use crate::model::plan::{Action, ActionIndex, ActionKind, Plan, UnitPlan};
use crate::model::review::{ActionAt, Review};

/// One organisation at one portal, in numbers. People are counted once within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'p> {
    /// Index of the unit in the plan.
    pub unit: u32,
    /// The organisation's id in the project.
    pub organisation: &'p str,
    /// Its name in prose.
    pub name: &'p str,
    /// The portal's name in the project.
    pub portal: &'p str,
    /// Guardrails of this organisation that refuse the plan; those of a whole portal are in none.
    pub refusals: u64,
    /// Faults of the files that the live answer shows.
    pub faults: u64,
    /// Actions and steps that are escalations.
    pub escalations: u64,
    /// Actions that cannot be undone.
    pub irreversible: u64,
    /// People who become administrators.
    pub promoted: u64,
    /// People who cease to be administrators, also because their account ends.
    pub demoted: u64,
    /// People whose access ends.
    pub leaving: u64,
    /// People who lose areas, and not the account.
    pub losing_areas: u64,
    /// People who get an account, areas, or more time.
    pub gaining: u64,
    /// People whose name, address or last day changes, and nothing else.
    pub changed: u64,
    /// Steps that wait for a person.
    pub manual: u64,
    /// What was left out.
    pub held_back: u64,
    /// Mails that the portal sends.
    pub mails: u64,
    /// Actions in all.
    pub actions: u64,
}

/// The rows of a plan, most serious first, and in the plan's order where that is the same.
pub(super) fn rows<'p>(plan: &'p Plan, review: &Review) -> Vec<Row<'p>> {
    let units = (0_u32..).zip(&plan.units);
    let rows = units.map(|(unit, it)| row(unit, it, plan, review));
    let mut rows: Vec<Row<'p>> = rows.filter(|row| !row.is_quiet()).collect();
    rows.sort_by_key(|row| {
        Reverse((
            row.refusals + row.faults > 0,
            row.escalations,
            row.irreversible,
            row.promoted + row.demoted,
            row.leaving,
            row.losing_areas,
        ))
    });
    rows
}

/// How many organisations have no row.
pub(super) fn quiet(plan: &Plan, rows: &[Row<'_>]) -> u64 {
    let all = plan.units.iter().map(|unit| unit.organisation.as_str());
    let mut all: BTreeSet<&str> = all.collect();
    for row in rows {
        all.remove(row.organisation);
    }
    all.len() as u64
}

impl Row<'_> {
    fn is_quiet(&self) -> bool {
        self.actions + self.manual + self.held_back + self.faults + self.refusals == 0
    }
}

fn row<'p>(unit: u32, it: &'p UnitPlan, plan: &Plan, review: &Review) -> Row<'p> {
    let people = |kinds: &[ActionKind]| -> BTreeSet<&'p str> {
        let of_kind = it.actions.iter().filter(|one| kinds.contains(&one.kind));
        of_kind.map(|one| identity(&one.account)).collect()
    };
    let ended = |(number, _): &(u32, &Action)| {
        let action = ActionIndex(*number);
        review.ended_admins.contains(&ActionAt { unit, action })
    };
    let ended = (0_u32..).zip(&it.actions).filter(ended);
    let mut demoted = people(&[ActionKind::Demote]);
    demoted.extend(ended.map(|(_, action)| identity(&action.account)));
    let leaving = people(&[ActionKind::Expire, ActionKind::Delete]);
    let losing = people(&[ActionKind::Revoke]);
    let gaining = people(&[ActionKind::Create, ActionKind::Renew, ActionKind::Grant]);
    let promoted = people(&[ActionKind::Promote]);
    let changed = people(&[ActionKind::Update]);
    let others = [&demoted, &leaving, &losing, &gaining, &promoted];
    let alone = |who: &&&str| !others.iter().any(|set| set.contains(**who));
    let refusals = plan.refusals.iter().chain(&review.refusals);
    let own = refusals.filter(|refusal| {
        refusal.organisation.as_ref() == Some(&it.organisation) && refusal.portal == it.portal
    });
    let escalated = review.escalations.iter().filter(|one| one.unit == unit);
    let escalated: BTreeSet<_> = escalated.map(|one| one.place()).collect();
    Row {
        unit,
        organisation: it.organisation.as_str(),
        name: &it.organisation_name,
        portal: it.portal.as_str(),
        refusals: own.count() as u64,
        faults: it.problems.len() as u64,
        escalations: escalated.len() as u64,
        irreversible: it.actions.iter().filter(|one| !one.reversible).count() as u64,
        promoted: promoted.len() as u64,
        demoted: demoted.len() as u64,
        losing_areas: losing.difference(&leaving).count() as u64,
        leaving: leaving.len() as u64,
        gaining: gaining.len() as u64,
        changed: changed.iter().filter(alone).count() as u64,
        manual: it.manual.len() as u64,
        held_back: it.held_back.len() as u64,
        mails: it.saves.iter().map(|save| save.mails.len() as u64).sum(),
        actions: it.actions.len() as u64,
    }
}

impl Overview<'_> {
    /// How many organisations have a row: one with several portals once.
    #[must_use]
    pub fn organisations(&self) -> u64 {
        let names: BTreeSet<&str> = self.rows.iter().map(|row| row.organisation).collect();
        names.len() as u64
    }
}
