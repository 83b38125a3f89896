//! beadle: access as code for education.
//!
//! The YAML says who has an account on each portal, who administers it and which areas each person
//! may use; beadle compares that with what the portals answer, prints a plan and applies it.
//!
//! Floors; imports only point down, and `tests/it/floors.rs` forbids the rest:
//!
//! ```text
//! main → cli → app → { config, planner, portal, executor, report, sandbox, record } → model
//! ```
//!
//! `fuzzing` stands beside `main`: doors to what reads bytes from outside, for tests alone.

pub mod app;
pub mod cli;
pub mod config;
pub mod executor;
#[doc(hidden)]
pub mod fuzzing;
pub mod model;
pub mod planner;
pub mod portal;
pub mod record;
pub mod report;
#[cfg(feature = "sandbox")]
pub mod sandbox;
