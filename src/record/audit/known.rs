//! Which runs of the log the run lock bears out: those whose end it carries or who have held it, and
//! whatever these have pinned. Anybody who can write to the log can write a whole run into it; what
//! such a run says of others is not believed.

use std::collections::{BTreeMap, BTreeSet};

use super::line::Start;
use super::segment::Segment;
use crate::record::lock::Standing;

/// A run, and how it began where that can be read.
pub(super) type Begun<'s> = (&'s Segment, Option<&'s Start>);

/// Whether a run lock itself bears a segment out.
pub(super) fn is_by_lock(segment: &Segment, locks: &[Standing]) -> bool {
    let mut turns = locks.iter().map(|lock| &lock.turn);
    turns.any(|turn| turn.bears_out(&segment.name, &segment.run))
}

/// The names of the segments that are borne out.
pub(super) fn borne_out<'s>(
    runs: impl Iterator<Item = Begun<'s>>,
    locks: &[Standing],
) -> BTreeSet<&'s str> {
    let runs: BTreeMap<&str, Begun<'_>> = runs.map(|run| (run.0.name.as_str(), run)).collect();
    let by_lock = runs.values().filter(|(run, _)| is_by_lock(run, locks));
    let mut waiting: Vec<Begun<'_>> = by_lock.copied().collect();
    let mut found = BTreeSet::new();
    while let Some((segment, start)) = waiting.pop() {
        if found.insert(segment.name.as_str()) {
            let pins = start.into_iter().flat_map(|start| &start.after);
            waiting.extend(pins.filter_map(|pin| runs.get(pin.segment.as_str()).copied()));
        }
    }
    found
}
