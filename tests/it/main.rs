//! The one test binary: everything that a user would notice, through the program and the sandbox.

mod config;
mod executor;
mod planner;
mod portal;
mod report;
mod sandbox;
