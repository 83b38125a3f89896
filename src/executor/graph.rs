//! The saves of a plan as a graph: which wait for which, which have become free, and what a
//! failure takes with it. It knows no portal and makes no call.

use crate::model::outcome::Outcome;
use crate::model::plan::{Plan, Save, SaveIndex, UnitPlan};

/// The number of a save over all units, in the plan's order.
pub(super) type Number = usize;

/// One save and what is known of it.
pub(super) struct Node<'p> {
    pub(super) index: SaveIndex,
    pub(super) unit: &'p UnitPlan,
    pub(super) save: &'p Save,
    /// What became of it; none while it waits or is in flight.
    pub(super) outcome: Option<Outcome>,
    waits_for: usize,
    dependents: Vec<Number>,
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

    /// A save did not succeed: everything without an outcome that waits for it, however far away,
    /// in the plan's order.
    pub(super) fn downstream(&self, number: Number) -> Vec<Number> {
        let mut found = std::collections::BTreeSet::new();
        let mut open = self.dependents(number);
        while let Some(next) = open.pop() {
            let unsettled = self.node(next).is_some_and(|node| node.outcome.is_none());
            if unsettled && found.insert(next) {
                open.extend(self.dependents(next));
            }
        }
        found.into_iter().collect()
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
