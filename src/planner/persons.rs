//! Giving before taking across organisations: a person who gains something in one organisation of
//! a portal loses nothing in another before that is done.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::movement::Alias;
use crate::model::name::{OrganisationId, PortalName};
use crate::model::plan::{AccountRef, ActionKind, UnitPlan, Write};

use super::join::Graph;

/// Who still gains something in an organisation of another run, by portal and holder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Elsewhere(BTreeMap<(PortalName, Arc<str>), BTreeSet<OrganisationId>>);

impl Elsewhere {
    /// Adds what another run's plan of a unit gives: to `people`, each the holder who loses
    /// something here, and the person's key there.
    pub fn add(&mut self, unit: &UnitPlan, people: &BTreeSet<(Arc<str>, Arc<str>)>) {
        let actions = unit.actions.iter();
        let gains = actions.filter(|action| direction(action.kind) == Direction::Gain);
        let gaining: BTreeSet<&str> = gains
            .filter_map(|action| action.account.person.as_deref())
            .collect();
        for (holder, person) in people {
            if gaining.contains(&**person) {
                self.insert(&unit.portal, holder, &unit.organisation);
            }
        }
    }

    /// Adds somebody who may gain something there: it could not be found out.
    pub fn insert(&mut self, portal: &PortalName, holder: &Arc<str>, there: &OrganisationId) {
        let at = self.0.entry((portal.clone(), Arc::clone(holder)));
        at.or_default().insert(there.clone());
    }

    fn of(&self, portal: &PortalName, holder: &str) -> Option<&BTreeSet<OrganisationId>> {
        self.0.get(&(portal.clone(), holder.into()))
    }
}

/// Whose accounts are whose, over the organisations of a plan: by login id or another name, the
/// user's key or again a name.
pub(super) struct Holders<'a>(BTreeMap<(&'a PortalName, &'a str), &'a str>);

/// From a login id to an address, from an address to a key that was changed since, and to its user.
const LONGEST_WAY: usize = 4;

impl<'a> Holders<'a> {
    /// Takes accounts, each with its portal: those that the YAML names say whose login id it is.
    pub(super) fn of(
        accounts: impl Iterator<Item = (&'a PortalName, &'a AccountRef)>,
        units: impl Iterator<Item = &'a UnitPlan>,
    ) -> Self {
        let aliases = units.flat_map(|unit| {
            let aliases = unit.aliases.iter();
            aliases
                .map(|Alias { name, means }| ((&unit.portal, name.canonical()), means.canonical()))
        });
        let mut holders: BTreeMap<_, &str> = aliases.collect();
        holders.extend(accounts.filter_map(|(portal, account)| {
            let AccountRef { login, person, .. } = account;
            let person = &**person.as_ref()?;
            (login.canonical() != person).then_some(((portal, login.canonical()), person))
        }));
        Self(holders)
    }

    fn of_units(units: impl Iterator<Item = &'a UnitPlan> + Clone) -> Self {
        let accounts = units.clone().flat_map(|unit| {
            let actions = unit.actions.iter();
            actions.map(|action| (&unit.portal, &action.account))
        });
        Self::of(accounts, units)
    }

    /// The person's key. An account that the YAML does not name is its holder's elsewhere on the
    /// portal, else known by login id, which mostly is the user's key.
    pub(super) fn holder<'s>(&'s self, portal: &'s PortalName, account: &'s AccountRef) -> &'s str {
        let AccountRef { login, person, .. } = account;
        let mut name = person.as_deref().unwrap_or_else(|| login.canonical());
        for _ in 0..LONGEST_WAY {
            match self.0.get(&(portal, name)) {
                Some(further) => name = further,
                None => break,
            }
        }
        name
    }
}

/// Everybody from whom the units' plans take something, by portal.
pub fn losing<'u>(
    units: impl Iterator<Item = &'u UnitPlan> + Clone,
) -> BTreeMap<PortalName, BTreeSet<Arc<str>>> {
    let holders = Holders::of_units(units.clone());
    let mut losing: BTreeMap<PortalName, BTreeSet<Arc<str>>> = BTreeMap::new();
    for unit in units {
        let actions = unit.actions.iter();
        for action in actions.filter(|action| direction(action.kind) == Direction::Loss) {
            let holder = holders.holder(&unit.portal, &action.account);
            let there = losing.entry(unit.portal.clone()).or_default();
            there.insert(holder.into());
        }
    }
    losing
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

/// One save that touches an account of a person.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Touch<'a> {
    unit: usize,
    login: &'a str,
    node: usize,
    mixed: bool,
}

#[derive(Default)]
struct Person<'a> {
    gains: BTreeSet<Touch<'a>>,
    losses: BTreeSet<Touch<'a>>,
}

/// Lets each loss wait for what the same person gains by other accounts, mostly in other units of
/// the portal. What one account gives and takes has its order already. Two whole sets of one account that both give and take cannot wait for each other: those stay as they are, for
/// each of them leaves the person with access.
///
/// What somebody gains in an organisation of another run cannot be waited for: a save that takes
/// something from them names that organisation, and is not made in this run.
pub(super) fn link<'a>(
    units: impl Iterator<Item = &'a UnitPlan> + Clone,
    graph: &mut Graph,
    elsewhere: &Elsewhere,
) {
    let units: Vec<&UnitPlan> = units.collect();
    let holders = Holders::of_units(units.iter().copied());
    let mut persons: BTreeMap<(&PortalName, &str), Person<'_>> = BTreeMap::new();
    for (node, (unit, save)) in graph.saves().enumerate() {
        let Some(plan) = units.get(unit) else {
            continue;
        };
        let mixed = is_mixed(&save.write);
        let actions = save.actions.iter();
        for action in actions.filter_map(|index| plan.actions.get(index.0 as usize)) {
            let person = holders.holder(&plan.portal, &action.account);
            let person = persons.entry((&plan.portal, person)).or_default();
            let login = action.account.login.canonical();
            let touch = Touch {
                unit,
                login,
                node,
                mixed,
            };
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
                let other = (gain.unit, gain.login) != (loss.unit, loss.login);
                if other && gain.node != loss.node && !(gain.mixed && loss.mixed) {
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
