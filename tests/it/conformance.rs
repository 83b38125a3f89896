//! Conformance: every driver × every scenario × every way (its API, a worklist), over real HTTP to
//! the sandbox. The drivers are those of the registry; one without a dialect fails here. What each
//! portal is expected to do is read from its rules, so that a rule that says one thing and a portal
//! that does another cannot both pass.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop there and say so"
)]

mod capabilities;
pub(crate) mod place;
mod planned;
mod rows;
pub(crate) mod scenarios;
mod undo;
