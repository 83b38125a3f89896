//! The README keeps its word: its first command and its tour do what they say, and `.ci/run` runs
//! the second.

use std::fs;
use std::path::Path;

use crate::support::{copy, repository};
use assert_cmd::Command;

fn readme() -> String {
    fs::read_to_string(repository().join("README.md")).unwrap()
}

/// The lines of every `sh` block of a text.
fn commands(text: &str) -> Vec<String> {
    let blocks = text.split("```sh\n").skip(1);
    let lines = blocks.flat_map(|block| block.split("```").next().unwrap().lines());
    lines.map(str::to_owned).collect()
}

fn beadle(folder: &Path, arguments: &str) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_beadle"));
    command
        .current_dir(folder)
        .env_remove("CI")
        .args(arguments.split_whitespace())
        .assert()
}

/// A temporary folder that holds a copy of the examples, as a clone would.
fn clone() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(
        &repository().join("examples"),
        &folder.path().join("examples"),
    );
    folder
}

#[test]
fn the_first_command_shows_plan_apply_and_an_empty_second_plan() {
    let first = commands(&readme()).remove(0);
    let arguments = first
        .strip_prefix("cargo run -- ")
        .expect("the first command runs the program");
    let done = beadle(clone().path(), arguments).success();
    let text = String::from_utf8(done.get_output().stdout.clone()).unwrap();
    assert!(text.contains("University of Northshire"), "{text}");
    let last = text.trim_end().lines().last().unwrap();
    assert_eq!(
        last,
        "Planned again: nothing left for beadle to do; 2 steps wait for a person."
    );
}

#[test]
fn the_second_command_is_what_ci_runs_last() {
    let second = commands(&readme()).remove(1);
    let ci = fs::read_to_string(repository().join(".ci/run")).unwrap();
    assert_eq!(ci.trim_end().lines().last().unwrap(), second);
}

#[test]
fn every_command_of_the_tour_works() {
    let folder = clone();
    let tour: Vec<String> = commands(&readme())
        .into_iter()
        .filter(|line| line.starts_with("beadle "))
        .collect();
    assert!(tour.len() >= 6, "{tour:?}");
    for line in tour {
        if line.starts_with("beadle sandbox") {
            // It serves until it is stopped: `tests/it/journey.rs` starts and stops it.
            continue;
        }
        beadle(folder.path(), line.strip_prefix("beadle ").unwrap()).success();
    }
}

#[test]
fn every_file_that_it_links_to_is_there() {
    let text = readme();
    let links = text
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    for link in links.filter(|link| !link.starts_with("http")) {
        assert!(
            repository().join(link).exists(),
            "README links to `{link}`, which is not there"
        );
    }
}

#[test]
fn its_exit_codes_are_those_of_the_help() {
    let help = beadle(&repository(), "--help").success();
    let help = String::from_utf8(help.get_output().stdout.clone()).unwrap();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(help.contains(
        "Exit codes: 0 done or nothing to do, 1 failed, 2 changes are pending (plan \
         --detailed-exitcode), 3 refused, 4 applied in part."
    ));
}
