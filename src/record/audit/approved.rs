//! What was done under a review, for whoever asks whether it has been done already. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::line::{ActionEntry, CallEntry, Entry};
use super::segment::{Segment, lines, segments, whole_lines};
use super::{AuditError, parse_line};
use crate::record::store::Store;

/// An action that was done.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DoneAction {
    /// The organisation's id in the project.
    pub organisation: String,
    /// The portal's name in the project.
    pub portal: String,
    /// `grant`, `revoke` and so on.
    pub action: String,
    /// To whom, behind a pseudonym.
    pub person: String,
    /// Which area.
    pub area: Option<String>,
}

/// Every action that runs since then have done, and seen to be done, under the review of this
/// digest.
///
/// # Errors
/// When the log cannot be read. Lines that are not sound are for [`super::verify`] to tell of.
pub async fn done_under(
    store: &dyn Store,
    digest: &str,
    since: Timestamp,
) -> Result<BTreeSet<DoneAction>, AuditError> {
    let mut found = BTreeSet::new();
    for segment in segments(store).await?.iter().rev() {
        match first(store, segment).await? {
            Some((time, _)) if time < since => break,
            Some((_, Some(approved))) if approved == digest => {
                found.extend(done_in(store, segment).await?);
            }
            _ => {}
        }
    }
    Ok(found)
}

/// When a segment began, and under which review.
async fn first(
    store: &dyn Store,
    segment: &Segment,
) -> Result<Option<(Timestamp, Option<String>)>, AuditError> {
    let Some(key) = segment.parts.values().next() else {
        return Ok(None);
    };
    let bytes = store.read(key).await?.unwrap_or_default();
    let line = whole_lines(&bytes).0.next().map(parse_line);
    Ok(line.and_then(Result::ok).map(|sealed| {
        let approved = match sealed.line.entry {
            Entry::Start(start) => start.approved,
            _ => None,
        };
        (sealed.line.time, approved)
    }))
}

async fn done_in(store: &dyn Store, segment: &Segment) -> Result<Vec<DoneAction>, AuditError> {
    let mut calls: BTreeMap<u64, (CallEntry, bool)> = BTreeMap::new();
    for sealed in lines(store, segment).await?.0.into_iter().flatten() {
        match sealed.line.entry {
            Entry::Call(call) => {
                calls.insert(call.call, (call, false));
            }
            Entry::Outcome(outcome) => {
                if let Some((_, done)) = calls.get_mut(&outcome.call) {
                    // The last word counts: `not-seen` comes after `done`.
                    *done = matches!(outcome.outcome.as_str(), "done" | "found-done");
                }
            }
            Entry::Start(_) | Entry::Mark(_) | Entry::End(_) => {}
        }
    }
    let done = calls.into_values().filter(|(_, done)| *done);
    Ok(done.flat_map(|(call, _)| actions_of(call)).collect())
}

fn actions_of(call: CallEntry) -> impl Iterator<Item = DoneAction> {
    let CallEntry {
        call: _,
        organisation,
        portal,
        portal_organisation: _,
        save: _,
        people: _,
        actions,
    } = call;
    actions.into_iter().map(move |entry| {
        let ActionEntry {
            action,
            person,
            area,
            reason: _,
            place: _,
            until: _,
        } = entry;
        DoneAction {
            organisation: organisation.clone(),
            portal: portal.clone(),
            action,
            person,
            area,
        }
    })
}
