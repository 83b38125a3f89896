//! Finds keys that stand twice in one mapping.

use std::collections::HashMap;

use super::{Kind, NodeRef};
use crate::config::fold::Hashes;

/// Up to this many keys, comparing each with each is faster than a table.
const FEW: usize = 16;

/// Calls `found` with the first and the later key of each pair that are the same.
pub(super) fn find<'t>(mapping: NodeRef<'t>, mut found: impl FnMut(NodeRef<'t>, NodeRef<'t>)) {
    let keys = mapping
        .entries()
        .map(|(key, _)| key)
        .filter(|key| !matches!(key.kind(), Kind::Sequence | Kind::Mapping));
    if mapping.len() <= FEW {
        let mut seen: [Option<NodeRef<'t>>; FEW] = [None; FEW];
        for (key, free) in keys.zip(0..) {
            let same = |other: &NodeRef<'t>| other.characters() == key.characters();
            if let Some(first) = seen.iter().flatten().copied().find(same) {
                found(first, key);
            } else if let Some(slot) = seen.get_mut::<usize>(free) {
                *slot = Some(key);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, NodeRef<'t>, Hashes> = HashMap::default();
    seen.reserve(mapping.len());
    for key in keys {
        match seen.entry(key.characters()) {
            std::collections::hash_map::Entry::Occupied(first) => found(*first.get(), key),
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(key);
            }
        }
    }
}
