//! What the log says was done under a review. Reads only.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::line::{ActionEntry, CallEntry, Entry, Start};
use super::segment::{Segment, lines, segments, whole_lines};
use super::{AuditError, parse_line};
use crate::record::store::Store;

/// How far back runs under a review can lie: longer than any plan holds, and than clocks are wrong.
pub(super) const BACK: SignedDuration = SignedDuration::from_hours(48);

/// An action of a plan, as the log has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
}

/// A review that a run is held to.
#[derive(Clone, Copy, Debug)]
pub struct Review<'a> {
    /// The digest of the plan that was reviewed.
    pub digest: &'a str,
    /// When that plan was saved, where it was: what other runs have done since, the reviewer did not
    /// know either. So a part of a divided plan and the whole of it are told to be done.
    pub saved: Option<Timestamp>,
}

impl Review<'_> {
    /// Whether something came after the plan was saved. Plans are saved at whole seconds.
    pub(super) fn is_before(&self, time: Timestamp) -> bool {
        let since = |saved: Timestamp| saved.as_second() < time.as_second();
        self.saved.is_some_and(since)
    }
}

/// What runs have done under a review.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnderReview {
    /// Every action that was done, and seen to be done.
    pub done: BTreeSet<DoneAction>,
    /// Every other that a run began: nobody knows what became of it, or it failed.
    pub unclear: BTreeSet<DoneAction>,
    /// Whether somebody was forgotten whom such a run touched: what was done to them nobody can find
    /// any more.
    pub forgotten: bool,
}

/// What was done under a review, as far as the log says; `now` is the time of this machine. Lines that
/// are not sound are for [`super::verify`] to tell of.
pub(super) async fn in_log(
    store: &dyn Store,
    review: Review<'_>,
    now: Timestamp,
) -> Result<UnderReview, AuditError> {
    let mut found = UnderReview::default();
    for segment in recent(segments(store).await?, now) {
        let approved = approved(store, &segment).await?;
        let ours = approved.is_some_and(|approved| approved == review.digest);
        if ours || review.saved.is_some() {
            let mut under = done_in(store, &segment, |time| ours || review.is_before(time)).await?;
            found.done.append(&mut under.done);
            if ours {
                found.unclear.append(&mut under.unclear);
            }
        }
    }
    Ok(found)
}

/// The segments that a review can still be about: by the place's own clock, since a machine's own may
/// have been wrong when it wrote its lines. Where this machine's is behind, more is read.
pub(super) fn recent(all: Vec<Segment>, now: Timestamp) -> impl Iterator<Item = Segment> {
    let last = all.iter().filter_map(|segment| segment.modified).max();
    let late = last.map_or(now, |last| last.min(now));
    let since = late.checked_sub(BACK).unwrap_or(Timestamp::MIN);
    let recent = move |segment: &Segment| segment.modified.is_some_and(|written| written >= since);
    all.into_iter().filter(recent)
}

/// Whether one of the last so many runs ran a command.
///
/// # Errors
/// When the log cannot be read.
pub async fn any_of(store: &dyn Store, command: &str, most: usize) -> Result<bool, AuditError> {
    for segment in segments(store).await?.iter().rev().take(most) {
        let start = begun(store, segment).await?;
        if start.is_some_and(|start| start.command == command) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Under which review a segment was written.
pub(super) async fn approved(
    store: &dyn Store,
    segment: &Segment,
) -> Result<Option<String>, AuditError> {
    Ok(begun(store, segment)
        .await?
        .and_then(|start| start.approved))
}

/// How a segment began, where that can be read.
async fn begun(store: &dyn Store, segment: &Segment) -> Result<Option<Start>, AuditError> {
    let Some(key) = segment.parts.values().next() else {
        return Ok(None);
    };
    let bytes = store.read(key).await?.unwrap_or_default();
    let line = whole_lines(&bytes).0.next().map(parse_line);
    let entry = line.and_then(Result::ok).map(|sealed| sealed.line.entry);
    Ok(match entry {
        Some(Entry::Start(start)) => Some(start),
        _ => None,
    })
}

/// The calls of a segment; `counts` says of the time of an outcome whether it does.
async fn done_in(
    store: &dyn Store,
    segment: &Segment,
    counts: impl Fn(Timestamp) -> bool,
) -> Result<UnderReview, AuditError> {
    let mut calls: BTreeMap<u64, (CallEntry, bool)> = BTreeMap::new();
    for sealed in lines(store, segment).await?.0.into_iter().flatten() {
        let time = sealed.line.time;
        match sealed.line.entry {
            Entry::Call(call) => {
                calls.insert(call.call, (call, false));
            }
            Entry::Outcome(outcome) => {
                if let Some((_, done)) = calls.get_mut(&outcome.call) {
                    // The last word counts: `not-seen` comes after `done`.
                    let is_done = matches!(outcome.outcome.as_str(), "done" | "found-done");
                    *done = is_done && counts(time);
                }
            }
            Entry::Start(_) | Entry::Mark(_) | Entry::End(_) => {}
        }
    }
    let mut found = UnderReview::default();
    for (call, done) in calls.into_values() {
        let to = if done {
            &mut found.done
        } else {
            &mut found.unclear
        };
        to.extend(actions_of(call));
    }
    Ok(found)
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
