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
mod build;
mod coming;
mod ended;
mod guardrails;
mod managed;
mod models;
mod moves;
mod moving;
mod properties;
mod scenario;
mod shrink;
mod simulator;
mod worklist;
mod worklist_words;
