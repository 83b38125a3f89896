//! The saves of a plan as a graph: which wait for which, which have become free, and what a
//! failure takes with it. It knows no portal and makes no call.
//!
//! A set that is saved for several accounts goes on without those whose own save failed, so that
//! one bad record stops only itself. The set of the administrators does not: who leaves it waits for
//! everybody who joins.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::name::LoginId;
use crate::model::outcome::Outcome;
use crate::model::plan::{
    AccountRef, ActionIndex, ActionKind, Plan, Save, SaveIndex, UnitPlan, Write,
};

/// The number of a save over all units, in the plan's order.
pub(super) type Number = usize;

/// One save and what is known of it.
pub(super) struct Node<'p> {
    pub(super) index: SaveIndex,
    pub(super) unit: &'p UnitPlan,
    pub(super) save: &'p Save,
    /// What became of it; none while it waits or is in flight.
    pub(super) outcome: Option<Outcome>,
    /// The accounts that the save is made without, each with what became of it instead.
    left_out: BTreeMap<LoginId, Outcome>,
    waits_for: usize,
    dependents: Vec<Number>,
}

/// What a failure takes with it.
#[derive(Default)]
pub(super) struct Fallen {
    /// Saves that are not to be made, in the plan's order.
    pub(super) skipped: Vec<Number>,
    /// Saves that may begin now, without somebody, in the plan's order.
    pub(super) freed: Vec<Number>,
}

/// How much of a save does not happen.
enum Extent {
    /// All of it.
    Whole,
    /// What it was to do for these.
    For(BTreeSet<LoginId>),
}

impl Node<'_> {
    /// What is to be written, of a set without those who are left out.
    pub(super) fn write(&self) -> Write {
        let mut write = self.save.write.clone();
        write.keep(|account| !self.left_out.contains_key(&account.login));
        write
    }

    /// The actions that the save carried out or failed to, and those of each account that was left
    /// out.
    pub(super) fn actions(&self) -> Vec<(Vec<ActionIndex>, Outcome)> {
        let own = self.outcome.clone().unwrap_or(Outcome::Interrupted);
        let mut parts = vec![(Vec::new(), own)];
        let left_out = self.left_out.iter();
        parts.extend(left_out.map(|(_, outcome)| (Vec::new(), outcome.clone())));
        for index in &self.save.actions {
            let action = self.unit.actions.get(index.0 as usize);
            let place = action.and_then(|action| {
                let mut logins = self.left_out.keys();
                logins.position(|login| *login == action.account.login)
            });
            if let Some((actions, _)) = parts.get_mut(place.map_or(0, |place| place + 1)) {
                actions.push(*index);
            }
        }
        parts
    }

    /// The accounts of this save that are the same as those of another, or the same person's.
    fn shared_with(&self, other: &Self, extent: &Extent) -> BTreeSet<LoginId> {
        let meant = |account: &&AccountRef| match extent {
            Extent::Whole => true,
            Extent::For(logins) => logins.contains(&account.login),
        };
        let others: Vec<&AccountRef> = other.save.write.accounts();
        let (mut logins, mut persons) = (BTreeSet::new(), BTreeSet::new());
        for account in others.into_iter().filter(meant) {
            logins.insert(&account.login);
            persons.extend(account.person.as_deref());
        }
        let same = |account: &&AccountRef| {
            let person = account.person.as_deref();
            let login = self.unit.portal == other.unit.portal && logins.contains(&account.login);
            login || person.is_some_and(|person| persons.contains(person))
        };
        let own = self.save.write.accounts().into_iter().filter(same);
        own.map(|account| account.login.clone()).collect()
    }

    /// Whether something is left to be saved without these.
    fn can_spare(&self, logins: &BTreeSet<LoginId>) -> bool {
        let is_set = matches!(self.save.write, Write::AreaSet { .. });
        let mut actions = self.save.actions.iter();
        let of_admins = actions.any(|index| {
            let action = self.unit.actions.get(index.0 as usize);
            let kind = action.map(|action| action.kind);
            matches!(kind, Some(ActionKind::Promote | ActionKind::Demote))
        });
        let mut accounts = self.save.write.accounts().into_iter();
        let stays = |login| !logins.contains(login) && !self.left_out.contains_key(login);
        is_set && !of_admins && accounts.any(|account| stays(&account.login))
    }
}

/// Every save of a plan.
pub(super) struct Graph<'p> {
    nodes: Vec<Node<'p>>,
    /// The number of each unit's first save.
    first: Vec<Number>,
}

impl<'p> Graph<'p> {
    pub(super) fn of(plan: &'p Plan) -> Self {
        let mut nodes = Vec::new();
        let mut first = Vec::with_capacity(plan.units.len());
        for (unit_number, unit) in (0_u32..).zip(&plan.units) {
            first.push(nodes.len());
            let numbered = (0_u32..).zip(&unit.saves);
            nodes.extend(numbered.map(|(save_number, save)| Node {
                index: SaveIndex {
                    unit: unit_number,
                    save: save_number,
                },
                unit,
                save,
                outcome: None,
                left_out: BTreeMap::new(),
                waits_for: save.after.len(),
                dependents: Vec::new(),
            }));
        }
        let mut graph = Self { nodes, first };
        graph.connect();
        graph
    }

    /// A save that waits for one that is not in the plan is never freed, as in a circle.
    fn connect(&mut self) {
        let edges: Vec<(Number, Number)> = self
            .nodes
            .iter()
            .enumerate()
            .flat_map(|(number, node)| node.save.after.iter().map(move |after| (*after, number)))
            .filter_map(|(after, number)| Some((self.number(after)?, number)))
            .collect();
        for (earlier, later) in edges {
            if let Some(node) = self.nodes.get_mut(earlier) {
                node.dependents.push(later);
            }
        }
    }

    /// The number of a save; none where the plan has no such save.
    pub(super) fn number(&self, index: SaveIndex) -> Option<Number> {
        let number = self.first.get(index.unit as usize)? + index.save as usize;
        // Past the unit's last save stands another unit's.
        (self.nodes.get(number)?.index == index).then_some(number)
    }

    pub(super) fn node(&self, number: Number) -> Option<&Node<'p>> {
        self.nodes.get(number)
    }

    /// The saves that wait for nothing, in the plan's order.
    pub(super) fn free(&self) -> Vec<Number> {
        let numbered = self.nodes.iter().enumerate();
        numbered
            .filter(|(_, node)| node.waits_for == 0)
            .map(|(number, _)| number)
            .collect()
    }

    /// The saves without an outcome, in the plan's order.
    pub(super) fn unsettled(&self) -> Vec<Number> {
        let numbered = self.nodes.iter().enumerate();
        numbered
            .filter(|(_, node)| node.outcome.is_none())
            .map(|(number, _)| number)
            .collect()
    }

    /// Records what became of a save, once: a second outcome is ignored.
    pub(super) fn record(&mut self, number: Number, outcome: Outcome) {
        if let Some(node) = self.nodes.get_mut(number) {
            node.outcome.get_or_insert(outcome);
        }
    }

    /// A save is done: those that waited for nothing else, in the plan's order.
    pub(super) fn release(&mut self, number: Number) -> Vec<Number> {
        let mut freed = Vec::new();
        for dependent in self.dependents(number) {
            if let Some(node) = self.nodes.get_mut(dependent) {
                node.waits_for = node.waits_for.saturating_sub(1);
                if node.waits_for == 0 && node.outcome.is_none() {
                    freed.push(dependent);
                }
            }
        }
        freed.sort_unstable();
        freed
    }

    /// A save did not succeed: neither does what waits for it, however far away. Of a set that is
    /// saved for several accounts only that falls which is of the accounts that it waits for;
    /// `instead` is what became of it.
    pub(super) fn fall(&mut self, number: Number, instead: &Outcome) -> Fallen {
        let (mut skipped, mut freed) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![(number, Extent::Whole)];
        while let Some((failed, extent)) = open.pop() {
            for dependent in self.dependents(failed) {
                let (Some(node), Some(early)) = (self.node(dependent), self.node(failed)) else {
                    continue;
                };
                if node.outcome.is_some() || skipped.contains(&dependent) {
                    continue;
                }
                let shared = node.shared_with(early, &extent);
                let whole = matches!(extent, Extent::Whole);
                if shared.is_empty() && !whole {
                    continue;
                }
                if shared.is_empty() || !node.can_spare(&shared) {
                    skipped.insert(dependent);
                    freed.remove(&dependent);
                    open.push((dependent, Extent::Whole));
                    continue;
                }
                let (left_out, is_free) = self.leave_out(dependent, shared, instead, whole);
                if is_free {
                    freed.insert(dependent);
                }
                if !left_out.is_empty() {
                    open.push((dependent, Extent::For(left_out)));
                }
            }
        }
        Fallen {
            skipped: skipped.into_iter().collect(),
            freed: freed.into_iter().collect(),
        }
    }

    /// Leaves accounts out of a set; with `settled`, what it waited for will not be heard of again.
    /// Answers with those that were still in it, and whether the save may begin now.
    fn leave_out(
        &mut self,
        number: Number,
        logins: BTreeSet<LoginId>,
        instead: &Outcome,
        settled: bool,
    ) -> (BTreeSet<LoginId>, bool) {
        let Some(node) = self.nodes.get_mut(number) else {
            return (BTreeSet::new(), false);
        };
        let mut new = BTreeSet::new();
        for login in logins {
            if !node.left_out.contains_key(&login) {
                node.left_out.insert(login.clone(), instead.clone());
                new.insert(login);
            }
        }
        if settled {
            node.waits_for = node.waits_for.saturating_sub(1);
        }
        (new, settled && node.waits_for == 0)
    }

    fn dependents(&self, number: Number) -> Vec<Number> {
        self.node(number)
            .map(|node| node.dependents.clone())
            .unwrap_or_default()
    }

    pub(super) fn into_nodes(self) -> Vec<Node<'p>> {
        self.nodes
    }
}
