//! The saves of a whole plan as one graph. What is given and what is taken in one area's set
//! becomes one save again, unless something between the two must be done in between.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use crate::model::name::{AreaName, OrganisationId};
use crate::model::plan::{Save, SaveIndex, UnitPlan, Write};

struct Node {
    unit: usize,
    save: Save,
    after: Vec<usize>,
    /// The node that has taken this one in.
    joined: Option<usize>,
}

/// Every save of every unit.
pub(super) struct Graph {
    nodes: Vec<Node>,
}

impl Graph {
    /// Takes the saves out of the units.
    pub(super) fn take<'a>(units: impl Iterator<Item = &'a mut UnitPlan>) -> Self {
        let mut nodes = Vec::new();
        for (unit, plan) in units.enumerate() {
            let first = nodes.len();
            for mut save in std::mem::take(&mut plan.saves) {
                let after = std::mem::take(&mut save.after);
                let after = after.iter().map(|index| first + index.save as usize);
                nodes.push(Node {
                    unit,
                    after: after.collect(),
                    save,
                    joined: None,
                });
            }
        }
        Self { nodes }
    }

    /// Every save with its unit.
    pub(super) fn saves(&self) -> impl Iterator<Item = (usize, &Save)> {
        self.nodes.iter().map(|node| (node.unit, &node.save))
    }

    /// Lets one save wait for another.
    pub(super) fn wait(&mut self, late: usize, early: usize) {
        if let Some(node) = self.nodes.get_mut(late) {
            node.after.push(early);
        }
    }

    /// Lets a save wait for what other runs do in those organisations.
    pub(super) fn wait_elsewhere(
        &mut self,
        late: usize,
        organisations: Option<&BTreeSet<OrganisationId>>,
    ) {
        let node = self.nodes.get_mut(late);
        if let (Some(node), Some(organisations)) = (node, organisations) {
            node.save.elsewhere.extend(organisations.iter().cloned());
            node.save.elsewhere.sort_unstable();
            node.save.elsewhere.dedup();
        }
    }

    /// Joins the two parts of each area's set where nothing stands between them.
    pub(super) fn join(&mut self) {
        let mut seen = vec![0_usize; self.nodes.len()];
        for (turn, (gives, takes)) in self.pairs().into_iter().enumerate() {
            if !self.is_between(gives, takes, turn + 1, &mut seen) {
                self.join_pair(gives, takes);
            }
        }
    }

    fn pairs(&self) -> Vec<(usize, usize)> {
        let mut given: BTreeMap<(usize, &AreaName), usize> = BTreeMap::new();
        let mut pairs = Vec::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let Write::AreaSet { area, give, take } = &node.save.write else {
                continue;
            };
            let key = (node.unit, area);
            if take.is_empty() {
                given.insert(key, index);
            } else if let (true, Some(first)) = (give.is_empty(), given.get(&key))
                // What is given never waits for another run, or two runs could wait for each
                // other for ever.
                && node.save.elsewhere.is_empty()
            {
                pairs.push((*first, index));
            }
        }
        pairs
    }

    fn root(&self, mut index: usize) -> usize {
        while let Some(next) = self.nodes.get(index).and_then(|node| node.joined) {
            index = next;
        }
        index
    }

    /// Whether `takes` waits for something that waits for `gives`. `seen` marks what this turn
    /// has looked at.
    fn is_between(&self, gives: usize, takes: usize, turn: usize, seen: &mut [usize]) -> bool {
        let mut open: Vec<usize> = self
            .earlier(takes)
            .filter(|early| *early != gives)
            .collect();
        while let Some(index) = open.pop() {
            match seen.get_mut(index) {
                Some(mark) if *mark != turn => *mark = turn,
                _ => continue,
            }
            for early in self.earlier(index) {
                if early == gives {
                    return true;
                }
                open.push(early);
            }
        }
        false
    }

    fn earlier(&self, index: usize) -> impl Iterator<Item = usize> {
        let node = self.nodes.get(index);
        let after = node.into_iter().flat_map(|node| &node.after);
        after.map(|early| self.root(*early))
    }

    fn join_pair(&mut self, gives: usize, takes: usize) {
        let earlier: Vec<usize> = self
            .earlier(takes)
            .filter(|early| *early != gives)
            .collect();
        let Some(taking) = self.nodes.get_mut(takes) else {
            return;
        };
        taking.joined = Some(gives);
        taking.after = Vec::new();
        let actions = std::mem::take(&mut taking.save.actions);
        let mails = std::mem::take(&mut taking.save.mails);
        let taken = match &mut taking.save.write {
            Write::AreaSet { take, .. } => std::mem::take(take),
            _ => Vec::new(),
        };
        let Some(giving) = self.nodes.get_mut(gives) else {
            return;
        };
        giving.after.extend(earlier);
        giving.save.actions.extend(actions);
        giving.save.actions.sort_unstable();
        giving.save.actions.dedup();
        giving.save.mails.extend(mails);
        giving.save.mails.sort_unstable();
        giving.save.mails.dedup();
        if let Write::AreaSet { take, .. } = &mut giving.save.write {
            *take = taken;
        }
    }

    /// Gives the saves back to their units, each after what it waits for.
    pub(super) fn give_back(self, units: &mut [&mut UnitPlan]) {
        let order = self.sorted();
        let mut places = vec![None; self.nodes.len()];
        let mut counts = vec![0_u32; units.len()];
        for index in &order {
            let unit = self.nodes.get(*index).map(|node| node.unit);
            let count = unit.and_then(|unit| counts.get_mut(unit));
            if let (Some(unit), Some(count), Some(place)) = (unit, count, places.get_mut(*index)) {
                *place = Some(SaveIndex {
                    unit: u32::try_from(unit).unwrap_or(u32::MAX),
                    save: *count,
                });
                *count += 1;
            }
        }
        let after: Vec<Vec<SaveIndex>> = order
            .iter()
            .map(|index| {
                let early = self.earlier(*index);
                let mut after: Vec<SaveIndex> = early
                    .filter_map(|early| places.get(early).copied().flatten())
                    .collect();
                after.sort_unstable();
                after.dedup();
                after
            })
            .collect();
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        for (index, after) in order.into_iter().zip(after) {
            if let Some(mut node) = nodes.get_mut(index).and_then(Option::take) {
                node.save.after = after;
                if let Some(unit) = units.get_mut(node.unit) {
                    unit.saves.push(node.save);
                }
            }
        }
    }

    /// Saves that have not been taken in, each after what it waits for, and otherwise as they
    /// came.
    fn sorted(&self) -> Vec<usize> {
        let mut waiting = vec![0_usize; self.nodes.len()];
        let mut later: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for index in 0..self.nodes.len() {
            for early in self.earlier(index) {
                if let (Some(list), Some(count)) = (later.get_mut(early), waiting.get_mut(index)) {
                    list.push(index);
                    *count += 1;
                }
            }
        }
        let free = |index: &usize| waiting.get(*index) == Some(&0);
        let mut ready: BinaryHeap<Reverse<usize>> =
            (0..self.nodes.len()).filter(free).map(Reverse).collect();
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(Reverse(index)) = ready.pop() {
            if self
                .nodes
                .get(index)
                .is_some_and(|node| node.joined.is_none())
            {
                order.push(index);
            }
            for next in later.get(index).into_iter().flatten() {
                if let Some(count) = waiting.get_mut(*next) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(Reverse(*next));
                    }
                }
            }
        }
        order
    }
}
