//! The one test binary: everything that a user would notice, through the program and the sandbox.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test says what went wrong by panicking"
)]

mod acceptance;
mod account;
mod applying;
mod approval;
mod book;
mod browser;
mod commands;
mod config;
mod conformance;
mod conformance_testers;
mod deploy;
mod drift;
mod edit;
mod escalations;
mod examples;
mod executor;
mod explain;
mod floors;
mod import;
mod init;
mod journey;
mod misuse;
mod moves;
mod named_tests;
mod next;
mod planner;
mod policy;
mod portal;
mod portals_table;
mod promises;
mod pull_request;
mod readme;
mod record;
mod report;
mod reports;
mod sandbox;
mod shards;
mod support;
mod threats;
mod token_origins;
mod undo;
mod validate;
mod worklist;
