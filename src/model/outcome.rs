//! What became of a plan: the outcome of each action, and of the whole run.

use std::collections::BTreeMap;
use std::fmt;

use super::name::OrganisationId;
use super::plan::{ActionIndex, SaveIndex};

/// What became of one save, and so of the actions folded into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The portal said yes.
    Done,
    /// The portal's answer was lost or unclear; reading showed that it is done.
    FoundDone,
    /// The portal said no, or could not be asked.
    Failed(Failure),
    /// Not tried, because something it waits for did not happen.
    Skipped {
        /// The save that failed first.
        because: SaveIndex,
    },
    /// Not tried, because somebody gains access in these organisations first, which another run
    /// plans.
    Waits(Vec<OrganisationId>),
    /// Not tried, because the run was interrupted.
    Interrupted,
    /// The portal accepted it and said that it would show later, and it does not show yet.
    Accepted,
    /// The portal said yes and the listing afterwards does not show it.
    NotSeen,
}

impl Outcome {
    /// How much of the wish it leaves open; the outcome of an action that needs several saves is
    /// the gravest of theirs.
    fn gravity(&self) -> u8 {
        match self {
            Self::Done => 0,
            Self::FoundDone => 1,
            Self::Accepted => 2,
            Self::Waits(_) => 3,
            Self::Interrupted => 4,
            Self::Skipped { because: _ } => 5,
            Self::NotSeen => 6,
            Self::Failed(_) => 7,
        }
    }

    /// Whether the wish is fulfilled.
    #[must_use]
    pub fn is_done(&self) -> bool {
        match self {
            Self::Done | Self::FoundDone => true,
            Self::Failed(_)
            | Self::Skipped { .. }
            | Self::Waits(_)
            | Self::Interrupted
            | Self::Accepted
            | Self::NotSeen => false,
        }
    }

    /// Whether the portal may be another than before, be the wish fulfilled or not.
    #[must_use]
    pub fn may_have_changed_something(&self) -> bool {
        match self {
            Self::Done | Self::FoundDone | Self::Accepted | Self::NotSeen => true,
            Self::Failed(failure) => failure.verdict == Verdict::Unclear,
            Self::Skipped { .. } | Self::Waits(_) | Self::Interrupted => false,
        }
    }
}

/// Why a call failed, ready to be shown: no token, no body, no more about people than the reader
/// already has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// One sentence naming portal, organisation and call.
    pub message: String,
    /// Whether the portal could not be reached at all, so that every other call would fail too.
    pub unreachable: bool,
    /// What the portal made of it.
    pub verdict: Verdict,
}

/// What a portal made of a call that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It was not asked, or asked for another time: nothing was done.
    NotAsked,
    /// It said no: nothing was done.
    Refused,
    /// It did not say, and reading did not either: it may have been done.
    Unclear,
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// The outcome of every save of a plan, in the plan's order. A set that was saved without somebody
/// is there once more for each who was left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplyReport {
    /// One entry for each save of each unit, with the actions that it carried out; after it one for
    /// each account that was left out of it, with that account's actions.
    pub saves: Vec<(SaveIndex, Vec<ActionIndex>, Outcome)>,
}

/// What became of one action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfAction<'a> {
    /// Index of its unit in the plan.
    pub unit: u32,
    /// Which action of that unit.
    pub action: ActionIndex,
    /// Done only if all of its saves are; otherwise the gravest of their outcomes.
    pub outcome: &'a Outcome,
}

impl ApplyReport {
    /// Every action once, in the order of their first saves; one action may need several.
    #[must_use]
    pub fn by_action(&self) -> Vec<OfAction<'_>> {
        let mut found: Vec<OfAction<'_>> = Vec::new();
        let mut places: BTreeMap<(u32, ActionIndex), usize> = BTreeMap::new();
        for (save, actions, outcome) in &self.saves {
            for action in actions {
                let place = *places.entry((save.unit, *action)).or_insert(found.len());
                match found.get_mut(place) {
                    Some(of) if of.outcome.gravity() < outcome.gravity() => of.outcome = outcome,
                    Some(_) => {}
                    None => found.push(OfAction {
                        unit: save.unit,
                        action: *action,
                        outcome,
                    }),
                }
            }
        }
        found
    }

    /// How many actions are done: those with every save of theirs done.
    #[must_use]
    pub fn actions_done(&self) -> usize {
        self.actions(true)
    }

    /// How many actions are not.
    #[must_use]
    pub fn actions_left(&self) -> usize {
        self.actions(false)
    }

    /// Whether any save may have changed something.
    #[must_use]
    pub fn may_have_changed_something(&self) -> bool {
        let mut outcomes = self.saves.iter().map(|(_, _, outcome)| outcome);
        outcomes.any(Outcome::may_have_changed_something)
    }

    fn actions(&self, done: bool) -> usize {
        let actions = self.by_action().into_iter();
        actions.filter(|of| of.outcome.is_done() == done).count()
    }
}
