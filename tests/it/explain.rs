//! `beadle explain`: why somebody has or lacks access, through the program.

mod complete;
mod others;
mod trust;
mod who;
mod why_not;

use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{TODAY, beadle, err, out, repository};

/// Explains on the day of the tests, in a folder.
fn explain_in(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = beadle(folder);
    command.args(["explain", "--today", TODAY]).args(arguments);
    command.output().unwrap()
}

/// Explains in an example's embedded portals, or from its snapshots where `--live` is given.
fn explain(example: &str, arguments: &[&str]) -> Output {
    let folder = repository().join("examples").join(example);
    explain_in(&folder, arguments)
}

/// The text of an answer that could be given in full.
fn told(example: &str, arguments: &[&str]) -> String {
    let output = explain(example, &[&["--sandbox"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    out(&output)
}

/// The same as JSON, from the example's snapshots.
fn json(example: &str, arguments: &[&str]) -> Value {
    let output = explain(
        example,
        &[&["--live", "live", "--format", "json"], arguments].concat(),
    );
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    serde_json::from_slice(&output.stdout).unwrap()
}
