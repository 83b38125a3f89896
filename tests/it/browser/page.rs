//! The page of a plan in a real browser: it is read, filtered, walked by keyboard, printed, and
//! looked at by axe-core, in light and dark; it asks for nothing and complains of nothing, and what
//! came from the files is nowhere obeyed.

mod audit;
mod filters;
mod hostile;
mod large;
mod paper;
mod schools;
mod speed;
mod ways;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::support::{beadle, err, repository};

/// Where pages and pictures of them are kept, to be looked at.
fn kept() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("plan-page");
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// What a command prints as a page, kept under a name.
fn page(mut command: Command, name: &str) -> PathBuf {
    let output = command.args(["--format", "html"]).output().unwrap();
    assert!(
        output.stdout.starts_with(b"<!DOCTYPE html>"),
        "{}",
        err(&output)
    );
    let path = kept().join(format!("{name}.html"));
    fs::write(&path, output.stdout).unwrap();
    path
}

/// The page of the example of eight schools.
fn trust(name: &str) -> PathBuf {
    let mut command = beadle(&repository());
    command.args(["plan", "examples/trust", "--sandbox"]);
    page(command, name)
}

/// What a script of the test finds, as a text.
fn said(browser: &super::driver::Browser, script: &str) -> String {
    let found = browser.run(script, &json!([]));
    match found {
        Value::String(text) => text,
        other => other.to_string(),
    }
}
