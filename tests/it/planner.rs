//! The planner: tables of its rules, and random wishes and answers against all five models.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails should stop there and say so"
)]

mod access;
mod accounts;
mod assigned;
pub(crate) mod build;
mod coming;
mod ended;
mod giving_back;
mod guardrails;
pub(crate) mod managed;
mod models;
mod moves;
mod moving;
mod properties;
pub(crate) mod scenario;
mod shrink;
mod simulator;
mod who_has_what;
mod worklist;
mod worklist_words;
