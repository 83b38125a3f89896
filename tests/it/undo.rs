//! `beadle undo` through the program: what it gives back, what it leaves alone, what it refuses, and
//! where its files lie.

mod files;
mod giving;

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use serde_json::Value;

use crate::support::University;

/// Runs `beadle undo` for the day of the tests.
fn undo(university: &University, arguments: &[&str]) -> Output {
    let mut command = university.beadle();
    command.arg("undo").args(arguments).output().unwrap()
}

/// The undo files of the project.
fn kept(university: &University) -> Vec<PathBuf> {
    let folder = university.folder.path().join(".beadle/undo");
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn json(path: &PathBuf) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// What the next apply would take: what a plan's actions of these kinds say, without their reasons.
fn takings(university: &University) -> Vec<String> {
    let plan = university.plan();
    let actions = plan["units"].as_array().unwrap().iter();
    let actions = actions.flat_map(|unit| unit["actions"].as_array().unwrap());
    let takes = actions.filter(|action| {
        let kind = action["kind"].as_str().unwrap();
        ["demote", "revoke", "expire", "update"].contains(&kind)
    });
    let line = |action: &Value| {
        let text = |field: &str| action[field].to_string();
        let fields = ["kind", "account", "area", "before", "after"];
        fields.map(text).join(" ")
    };
    takes.map(line).collect()
}
