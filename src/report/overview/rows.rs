//! One row for each organisation.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::{Meaning, Overview, identity};
use crate::model::plan::{Action, ActionIndex, ActionKind, Plan, UnitPlan};
use crate::model::review::{ActionAt, Review};

/// One organisation in numbers. People are counted once within it, at however many portals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'p> {
    /// The organisation's id in the project.
    pub organisation: &'p str,
    /// Its name in prose.
    pub name: &'p str,
    /// Its portals at which there is something to tell.
    pub portals: Vec<&'p str>,
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
    /// People who lose areas of an account that they keep.
    pub losing_areas: u64,
    /// People whose access lasts less long than it would have.
    pub ending_earlier: u64,
    /// People who get an account, areas, or more time.
    pub gaining: u64,
    /// People whose name or address changes, and nothing else.
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
    let mut units: Vec<(u32, &UnitPlan)> = (0_u32..).zip(&plan.units).collect();
    units.sort_by_key(|(_, unit)| &unit.organisation);
    let organisations =
        units.chunk_by(|(_, one), (_, other)| one.organisation == other.organisation);
    let rows =
        organisations.filter_map(|units| Some((units.first()?.0, row(units, plan, review)?)));
    let mut rows: Vec<(u32, Row<'p>)> = rows.filter(|(_, row)| !row.is_quiet()).collect();
    rows.sort_by_key(|(first, row)| {
        let serious = Reverse((
            row.refusals + row.faults > 0,
            row.irreversible,
            row.promoted + row.demoted,
            row.escalations,
            row.leaving,
            row.losing_areas,
            row.ending_earlier,
        ));
        (serious, *first)
    });
    rows.into_iter().map(|(_, row)| row).collect()
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

/// The row of an organisation, of its units; none of no unit.
fn row<'p>(units: &[(u32, &'p UnitPlan)], plan: &'p Plan, review: &Review) -> Option<Row<'p>> {
    let (_, first) = units.first()?;
    let actions = || {
        units.iter().flat_map(|(unit, it)| {
            let numbered = (0_u32..).zip(&it.actions);
            numbered.map(|(number, action)| (*unit, ActionIndex(number), action))
        })
    };
    let mut people: BTreeMap<Fate, BTreeSet<&'p str>> = BTreeMap::new();
    for (unit, action, it) in actions() {
        let ends_admin = review.ended_admins.contains(&ActionAt { unit, action });
        for fate in fates(it, Meaning::of(it, ends_admin, plan.day), ends_admin) {
            people
                .entry(fate)
                .or_default()
                .insert(identity(&it.account));
        }
    }
    let count = |fate| people.get(&fate).map_or(0, |set| set.len() as u64);
    let fares = people.iter().filter(|(fate, _)| **fate != Fate::Changes);
    let fares: BTreeSet<&str> = fares.flat_map(|(_, set)| set.iter().copied()).collect();
    let changed = people.get(&Fate::Changes).into_iter().flatten();
    let refusals = plan.refusals.iter().chain(&review.refusals);
    let own = refusals.filter(|it| it.organisation.as_ref() == Some(&first.organisation));
    let of_units = |unit: u32| units.iter().any(|(own, _)| *own == unit);
    let escalated = review.escalations.iter().filter(|one| of_units(one.unit));
    let escalated: BTreeSet<_> = escalated.map(|one| one.place()).collect();
    let sum = |of: fn(&UnitPlan) -> usize| units.iter().map(|(_, it)| of(it) as u64).sum();
    let mails = |it: &UnitPlan| it.saves.iter().map(|save| save.mails.len()).sum();
    Some(Row {
        organisation: first.organisation.as_str(),
        name: &first.organisation_name,
        portals: portals(units, plan, review),
        refusals: own.count() as u64,
        faults: sum(|it| it.problems.len()),
        escalations: escalated.len() as u64,
        irreversible: actions().filter(|(.., it)| !it.reversible).count() as u64,
        promoted: count(Fate::Rises),
        demoted: count(Fate::Falls),
        leaving: count(Fate::Leaves),
        losing_areas: count(Fate::LosesAreas),
        ending_earlier: count(Fate::EndsEarlier),
        gaining: count(Fate::Gains),
        changed: changed.filter(|who| !fares.contains(**who)).count() as u64,
        manual: sum(|it| it.manual.len()),
        held_back: sum(|it| it.held_back.len()),
        mails: sum(mails),
        actions: sum(|it| it.actions.len()),
    })
}

/// What becomes of somebody, as a row tells it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Rises,
    Falls,
    Leaves,
    LosesAreas,
    EndsEarlier,
    Gains,
    Changes,
}

/// What an action does to somebody: what ends an administrator's account does two things.
fn fates(action: &Action, meaning: Meaning, ends_admin: bool) -> Vec<Fate> {
    let fate = match (action.kind, meaning) {
        (_, Meaning::AccessEnds) => Fate::Leaves,
        (_, Meaning::EndsEarlier) => Fate::EndsEarlier,
        (ActionKind::Promote, _) => Fate::Rises,
        (ActionKind::Demote, _) => Fate::Falls,
        (ActionKind::Revoke, _) => Fate::LosesAreas,
        (ActionKind::Expire | ActionKind::Delete, _) => Fate::Leaves,
        (ActionKind::Create | ActionKind::Renew | ActionKind::Grant, _) => Fate::Gains,
        (ActionKind::Update, _) => Fate::Changes,
    };
    let falls = ends_admin.then_some(Fate::Falls);
    [fate].into_iter().chain(falls).collect()
}

/// The portals of an organisation at which there is something to tell.
fn portals<'p>(units: &[(u32, &'p UnitPlan)], plan: &Plan, review: &Review) -> Vec<&'p str> {
    let refused = |it: &UnitPlan| {
        let mut refusals = plan.refusals.iter().chain(&review.refusals);
        refusals.any(|refusal| {
            refusal.organisation.as_ref() == Some(&it.organisation) && refusal.portal == it.portal
        })
    };
    let tells = |it: &UnitPlan| {
        let quiet = it.actions.is_empty()
            && it.manual.is_empty()
            && it.held_back.is_empty()
            && it.problems.is_empty();
        !quiet || refused(it)
    };
    let units = units.iter().filter(|(_, it)| tells(it));
    units.map(|(_, it)| it.portal.as_str()).collect()
}

impl Overview<'_> {
    /// How many organisations have a row.
    #[must_use]
    pub fn organisations(&self) -> u64 {
        self.rows.len() as u64
    }
}
