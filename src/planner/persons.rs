//! Giving before taking across organisations: a person who gains something in one organisation of
//! a portal loses nothing in another before that is done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{AccountRef, ActionKind, UnitPlan, Write};

use super::join::Graph;

/// Who still gains something in an organisation of another run, by portal and person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere(BTreeMap<(PortalName, Arc<str>), BTreeSet<OrganisationId>>);

impl Elsewhere {
    /// Adds what `persons` gain by another run's plan of a unit.
    pub fn add(&mut self, unit: &UnitPlan, persons: &BTreeSet<Arc<str>>) {
        for person in gaining(unit).intersection(persons) {
            self.insert(&unit.portal, person, &unit.organisation);
        }
    }

    /// Adds somebody who may gain something there: it could not be found out.
    pub fn insert(&mut self, portal: &PortalName, person: &Arc<str>, there: &OrganisationId) {
        let at = self.0.entry((portal.clone(), Arc::clone(person)));
        at.or_default().insert(there.clone());
    }

    fn of(&self, portal: &PortalName, person: &str) -> Option<&BTreeSet<OrganisationId>> {
        self.0.get(&(portal.clone(), person.into()))
    }
}

/// Everybody from whom a unit's plan takes something.
#[must_use]
pub fn losing(unit: &UnitPlan) -> BTreeSet<Arc<str>> {
    touched(unit, Direction::Loss)
}

fn gaining(unit: &UnitPlan) -> BTreeSet<Arc<str>> {
    touched(unit, Direction::Gain)
}

fn touched(unit: &UnitPlan, towards: Direction) -> BTreeSet<Arc<str>> {
    let actions = unit.actions.iter();
    let there = actions.filter(|action| direction(action.kind) == towards);
    there.map(|action| key(&action.account).into()).collect()
}

/// Whom the YAML does not name there is known by login id, which mostly is the key.
fn key(account: &AccountRef) -> &str {
    let AccountRef { login, person, .. } = account;
    person.as_deref().unwrap_or(login.canonical())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Gain,
    Loss,
    Neither,
}

fn direction(kind: ActionKind) -> Direction {
    match kind {
        ActionKind::Create | ActionKind::Renew | ActionKind::Grant | ActionKind::Promote => {
            Direction::Gain
        }
        ActionKind::Demote | ActionKind::Revoke | ActionKind::Expire | ActionKind::Delete => {
            Direction::Loss
        }
        ActionKind::Update => Direction::Neither,
    }
}

/// One save that touches a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Touch {
    unit: usize,
    node: usize,
    mixed: bool,
}

#[derive(Default)]
struct Person {
    gains: BTreeSet<Touch>,
    losses: BTreeSet<Touch>,
}

/// Lets each loss wait for the same person's gains in the portal's other units. Two whole sets of
/// one account that both give and take cannot wait for each other: those stay as they are, for
/// each of them leaves the person with access.
///
/// What somebody gains in an organisation of another run cannot be waited for: a save that takes
/// something from them names that organisation, and is not made in this run.
pub(super) fn link<'a>(
    units: impl Iterator<Item = &'a UnitPlan> + Clone,
    graph: &mut Graph,
    elsewhere: &Elsewhere,
) {
    let mut persons: BTreeMap<(&PortalName, &str), Person> = BTreeMap::new();
    let units: Vec<&UnitPlan> = units.collect();
    for (node, (unit, save)) in graph.saves().enumerate() {
        let Some(plan) = units.get(unit) else {
            continue;
        };
        let touch = Touch {
            unit,
            node,
            mixed: is_mixed(&save.write),
        };
        let actions = save.actions.iter();
        for action in actions.filter_map(|index| plan.actions.get(index.0 as usize)) {
            let person = key(&action.account);
            let person = persons.entry((&plan.portal, person)).or_default();
            match direction(action.kind) {
                Direction::Gain => person.gains.insert(touch),
                Direction::Loss => person.losses.insert(touch),
                Direction::Neither => false,
            };
        }
    }
    for ((portal, person), Person { gains, losses }) in &persons {
        let elsewhere = elsewhere.of(portal, person);
        for loss in losses {
            if !loss.mixed {
                graph.wait_elsewhere(loss.node, elsewhere);
            }
            for gain in gains {
                if gain.unit != loss.unit && !(gain.mixed && loss.mixed) {
                    graph.wait(loss.node, gain.node);
                }
            }
        }
    }
}

/// Whether one save of an account both gives and takes.
fn is_mixed(write: &Write) -> bool {
    match write {
        Write::AccountSet {
            account: _,
            give,
            take,
            admin,
        } => {
            let gives = !give.is_empty() || *admin == Some(true);
            gives && (!take.is_empty() || *admin == Some(false))
        }
        _ => false,
    }
}
