//! What each save waits for, within one unit. For one account: create → edit → areas given →
//! promote → demote → areas taken → end → delete, but a last day that is set comes before areas
//! are taken. For the unit: nobody leaves the admin set before all who join it have joined.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::name::AreaName;
use crate::model::plan::{Save, SaveIndex, Write};

use super::fold::{Part, save_index};

/// Turns parts, which come in the order of their phases, into saves that know what they wait for.
pub(super) fn order(parts: Vec<Part>) -> Vec<Save> {
    let mut after: Vec<BTreeSet<SaveIndex>> = vec![BTreeSet::new(); parts.len()];
    by_account(&parts, &mut after);
    by_admin_set(&parts, &mut after);
    by_area(&parts, &mut after);
    let saves = parts.into_iter().zip(after);
    let saves = saves.map(|(part, after)| Save {
        write: part.write,
        actions: part.actions,
        after: after.into_iter().collect(),
        elsewhere: Vec::new(),
        mails: part.mails,
    });
    saves.collect()
}

/// Each save of an account waits for all of the account's saves in the phase before.
fn by_account(parts: &[Part], after: &mut [BTreeSet<SaveIndex>]) {
    let mut of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        for subject in &part.subjects {
            of.entry(*subject).or_default().push(index);
        }
    }
    let phase = |index: &usize| parts.get(*index).map(|part| part.phase);
    for saves in of.values() {
        let mut before: &[usize] = &[];
        for group in saves.chunk_by(|left, right| phase(left) == phase(right)) {
            for save in group {
                let earlier = before.iter().map(|index| save_index(*index));
                after
                    .get_mut(*save)
                    .into_iter()
                    .for_each(|set| set.extend(earlier.clone()));
            }
            before = group;
        }
    }
}

fn by_admin_set(parts: &[Part], after: &mut [BTreeSet<SaveIndex>]) {
    let gains = parts.iter().enumerate().filter(|(_, part)| part.gains);
    let gains: Vec<SaveIndex> = gains.map(|(index, _)| save_index(index)).collect();
    for (part, set) in parts.iter().zip(after) {
        if part.loses && !part.gains {
            set.extend(gains.iter().copied());
        }
    }
}

/// What is taken from an area's set comes after what is given in it.
fn by_area(parts: &[Part], after: &mut [BTreeSet<SaveIndex>]) {
    let mut given: BTreeMap<&AreaName, usize> = BTreeMap::new();
    for (index, part) in parts.iter().enumerate() {
        let Write::AreaSet { area, give, take } = &part.write else {
            continue;
        };
        if !give.is_empty() {
            given.insert(area, index);
        } else if let (false, Some(first)) = (take.is_empty(), given.get(area)) {
            let first = save_index(*first);
            after.get_mut(index).into_iter().for_each(|set| {
                set.insert(first);
            });
        }
    }
}
