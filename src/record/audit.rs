//! The audit log: what was done, by whom, why, and what came of it. Two lines a call: one that is
//! on the disk before the call is made, one with its outcome.
//!
//! Each run writes a segment of its own, `audit/<number>-<run>/<part>.jsonl`; its parts are one
//! file of lines. Each line carries the digest of the line before and its own. The first line pins
//! the ends of the segments that were there: so runs that go on side by side fan out from the same
//! ends, and the next run joins them. The ends are also carried by the run lock, which shows when
//! the last lines are gone.
//!
//! Nobody is named in it: people stand behind pseudonyms, and who they are lies apart, under
//! `people/`, where one person can be forgotten.

mod approved;
mod journal;
mod known;
mod line;
mod people;
mod reviews;
mod segment;
mod start;
mod verify;

pub use approved::{DoneAction, Review, UnderReview, any_of};
pub use journal::Journal;
pub use line::{
    ActionEntry, CallEntry, End, Entry, Line, MarkEntry, OutcomeEntry, Pin, SealedLine, Start,
    parse_line,
};
pub use people::{KEY_BYTES, Names, People, Person};
pub use reviews::{done_under, keep_forgotten, keep_found_done};
pub use segment::{Segment, lines, segments};
pub(super) use start::past;
pub use start::{Begun, Run, begin};
pub use verify::{Fault, Verified, verify};

/// Why the log cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AuditError {
    /// The place of records.
    #[error(transparent)]
    Store(#[from] super::StoreError),
    /// The run lock, which carries the ends of the log.
    #[error(transparent)]
    Lock(#[from] super::lock::LockError),
    /// A line, or the key or the names of people.
    #[error("`{key}` in {place} cannot be read: {message}; `beadle audit verify` says more")]
    Unreadable {
        /// Where.
        place: String,
        /// Which object.
        key: String,
        /// What is wrong.
        message: String,
    },
    /// No line could be written.
    #[error("the audit log cannot be written: {0}")]
    Unwritten(String),
}
