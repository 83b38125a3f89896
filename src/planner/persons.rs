//! Giving before taking across organisations: a person who gains something in one organisation of
//! a portal loses nothing in another before that is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::name::PortalName;
use crate::model::plan::{AccountRef, ActionKind, UnitPlan, Write};

use super::join::Graph;

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
pub(super) fn link<'a>(units: impl Iterator<Item = &'a UnitPlan> + Clone, graph: &mut Graph) {
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
            let AccountRef { login, person, .. } = &action.account;
            // Whom the YAML does not name there is known by login id, which mostly is the key.
            let person = person.as_deref().unwrap_or(login.canonical());
            let person = persons.entry((&plan.portal, person)).or_default();
            match action.kind {
                ActionKind::Create
                | ActionKind::Renew
                | ActionKind::Grant
                | ActionKind::Promote => person.gains.insert(touch),
                ActionKind::Demote
                | ActionKind::Revoke
                | ActionKind::Expire
                | ActionKind::Delete => person.losses.insert(touch),
                ActionKind::Update => false,
            };
        }
    }
    for Person { gains, losses } in persons.values() {
        for loss in losses {
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
