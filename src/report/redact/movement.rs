//! Moves without names: who moves is a pseudonym, and organisations, days and places stay.

use std::sync::Arc;

use super::Redaction;
use crate::model::movement::{Half, Move};

impl Redaction {
    /// A redacted copy of a move.
    pub(super) fn movement(&self, it: &Move) -> Move {
        let Move {
            leaves,
            joins,
            days,
        } = it;
        Move {
            leaves: leaves.iter().map(|half| self.half(half)).collect(),
            joins: joins.iter().map(|half| self.half(half)).collect(),
            days: *days,
        }
    }

    fn half(&self, half: &Half) -> Half {
        let Half {
            organisation,
            organisation_name,
            portal,
            account,
            day,
            state,
            source,
            actions,
        } = half;
        Half {
            organisation: organisation.clone(),
            organisation_name: Arc::clone(organisation_name),
            portal: portal.clone(),
            account: self.account(account),
            day: *day,
            state: *state,
            source: source.clone(),
            actions: actions.clone(),
        }
    }
}
