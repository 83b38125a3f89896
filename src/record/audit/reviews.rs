//! What the log itself does not say of a review, `reviews/<digest>/<number>.json`: that somebody was
//! forgotten whom a run under it touched, and which of its actions were seen to be done after a run
//! that could not say so any more. Names nobody. Without it, what was done once may be done again
//! under a review that is a day old at most.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::approved::{DoneAction, Review, UnderReview, approved, in_log, recent};
use super::segment::segments;
use super::{AuditError, Names, People};
use crate::record::store::{Created, Store};

/// Where the notes are.
const PREFIX: &str = "reviews/";

/// The digest under which it is noted that somebody was forgotten whom a run without a review touched.
const NONE: &str = "none";

/// After this long, by the place's own clock, no plan holds that a note could be about.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// One note.
#[derive(Debug, Serialize, Deserialize)]
struct Note {
    format: u32,
    /// Actions that were seen to be done.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    found_done: BTreeSet<DoneAction>,
    /// When somebody was forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    forgotten: Option<Timestamp>,
}

/// What was done under a review, for whoever asks whether it has been done already; `now` is the time
/// of this machine.
///
/// # Errors
/// When the log or what is noted cannot be read.
pub async fn done_under(
    store: &dyn Store,
    review: Review<'_>,
    now: Timestamp,
) -> Result<UnderReview, AuditError> {
    let mut found = in_log(store, review, now).await?;
    add(store, review, &mut found).await?;
    let UnderReview { done, unclear, .. } = &mut found;
    unclear.retain(|action| !done.contains(action));
    Ok(found)
}

/// Keeps that actions of a review were seen to be done, of which no run could say so.
///
/// # Errors
/// When it is not certain to be kept.
pub async fn keep_found_done(
    store: &dyn Store,
    digest: &str,
    found_done: BTreeSet<DoneAction>,
) -> Result<(), AuditError> {
    let note = Note {
        format: 1,
        found_done,
        forgotten: None,
    };
    keep(store, digest, &note).await
}

/// Keeps of every recent review that somebody is forgotten whom a run under it has touched. Before
/// they are: afterwards nobody can tell.
///
/// # Errors
/// When it is not certain to be kept.
pub async fn keep_forgotten(
    store: &dyn Store,
    people: &People,
    names: &Names,
    now: Timestamp,
) -> Result<(), AuditError> {
    let touching = people.segments_of(names);
    let mut digests = BTreeSet::new();
    for segment in recent(segments(store).await?, now) {
        if touching.contains(segment.name.as_str()) {
            let digest = approved(store, &segment).await?;
            digests.insert(digest.unwrap_or_else(|| NONE.to_owned()));
        }
    }
    let note = Note {
        format: 1,
        found_done: BTreeSet::new(),
        forgotten: Some(now),
    };
    for digest in digests {
        keep(store, &digest, &note).await?;
    }
    Ok(())
}

/// Adds what is noted of a review, and of others since its plan was saved.
async fn add(
    store: &dyn Store,
    review: Review<'_>,
    found: &mut UnderReview,
) -> Result<(), AuditError> {
    let ours = format!("{PREFIX}{}/", review.digest);
    for entry in store.list(PREFIX).await? {
        let Some(bytes) = store.read(&entry.key).await? else {
            continue;
        };
        let unreadable = |message: String| AuditError::Unreadable {
            place: store.place(),
            key: entry.key.clone(),
            message,
        };
        let note: Note =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        if note.format != 1 {
            let format = note.format;
            return Err(unreadable(format!(
                "it has format {format}, and 1 is known"
            )));
        }
        let ours = entry.key.starts_with(&ours);
        let forgotten = note.forgotten;
        found.forgotten |= forgotten.is_some_and(|time| ours || review.is_before(time));
        if ours {
            found.done.extend(note.found_done);
        }
    }
    Ok(())
}

/// Writes a note under the next free number, and takes away what no plan can be about any more.
async fn keep(store: &dyn Store, digest: &str, note: &Note) -> Result<(), AuditError> {
    let bytes =
        serde_json::to_vec(note).map_err(|error| AuditError::Unwritten(error.to_string()))?;
    let mut number = 1_u64;
    let key = loop {
        let key = format!("{PREFIX}{digest}/{number}.json");
        if store.create(&key, &bytes).await? == Created::Yes {
            break key;
        }
        number = number.saturating_add(1);
    };
    let listed = store.list(PREFIX).await?;
    let written = listed.iter().find(|entry| entry.key == key);
    let old = written.and_then(|entry| entry.modified.checked_sub(KEPT).ok());
    for entry in &listed {
        if old.is_some_and(|old| entry.modified < old) {
            store.delete(&entry.key).await?;
        }
    }
    Ok(())
}
