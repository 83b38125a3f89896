//! Rehearsals: a plan of another day says so beside itself, and is not applied for real.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::support::{TODAY, University, beadle, err, out, repository};

const LATER: &str = "2027-09-01";

fn plan(clock: &str, arguments: &[&str]) -> Output {
    let mut command = beadle(&repository());
    command.env("BEADLE_TODAY", clock);
    command.args(["plan", "examples/authority", "--sandbox"]);
    command.args(arguments).output().unwrap()
}

#[test]
fn a_plan_of_another_day_says_so_and_its_bytes_know_no_clock() {
    let rehearsal = plan(TODAY, &["--today", LATER]);
    let said = "a rehearsal: for 2027-09-01, and today is 2026-11-22";
    assert!(err(&rehearsal).contains(said), "{}", err(&rehearsal));
    let on_the_day = plan(LATER, &[]);
    assert!(!err(&on_the_day).contains("rehearsal"));
    assert_eq!(out(&rehearsal), out(&on_the_day));
    let json = |output: Output| -> Value { serde_json::from_slice(&output.stdout).unwrap() };
    let rehearsed = json(plan(TODAY, &["--today", LATER, "--format", "json"]));
    assert_eq!(rehearsed, json(plan(LATER, &["--format", "json"])));
    assert_eq!(rehearsed["day"], LATER);
    let same = plan(TODAY, &["--today", TODAY]);
    assert!(!err(&same).contains("rehearsal"));
}

#[test]
fn a_rehearsal_is_not_applied_for_real() {
    let university = University::start();
    for day in [LATER, "2026-11-21", "2026-11-23"] {
        let mut apply = university.beadle();
        let output = apply
            .args(["apply", "--yes", "--today", day])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", err(&output));
        assert!(err(&output).contains("refused: nothing is applied"));
        assert_eq!(out(&output), "");
    }
    assert!(university.sandbox.writes().is_empty());
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let mut apply = university.beadle();
    apply.args(["apply", "plan.json", "--yes", "--today", "2026-11-23"]);
    assert_eq!(apply.output().unwrap().status.code(), Some(3));
    assert!(university.sandbox.writes().is_empty());
    // The current day, written out, is no rehearsal.
    let today = university.run("apply", &["--yes"]);
    assert!(today.status.success(), "{}", err(&today));
    assert!(!university.sandbox.writes().is_empty());
}

#[test]
fn a_rehearsal_is_applied_in_the_sandbox() {
    let mut apply = beadle(&repository());
    apply.args(["apply", "examples/university", "--sandbox", "--yes"]);
    let output = apply.args(["--today", LATER]).output().unwrap();
    let said = err(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("a rehearsal: for 2027-09-01"), "{said}");
}

#[test]
fn a_day_that_is_none_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("beadle.yaml"), "version: 1\n").unwrap();
    let output = plan("soon", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("`BEADLE_TODAY` is no day"),
        "{}",
        err(&output)
    );
}

/// What stands for the clock in tests is no way round: a portal over a network is not written to on
/// a day that is not today.
#[test]
fn a_variable_that_says_another_day_applies_nothing_over_a_network() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("beadle.yaml"),
        "version: 1\nportals:\n  ofs: { driver: ofs, url: https://portal.example/api, token: { env: NO_SUCH_TOKEN } }\n\
         organisations:\n  north: { name: North, portals: { ofs: \"10009999\" }, users: { a@north.example: { name: Ann Lee } } }\n",
    )
    .unwrap();
    let mut command = beadle(folder.path());
    command.env("BEADLE_TODAY", "2001-02-03");
    let output = command.args(["apply", "--yes"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    let said = err(&output);
    assert!(
        said.contains("refused: `BEADLE_TODAY` says that it is 2001-02-03")
            && said.contains("unset it"),
        "{said}"
    );
    assert_eq!(out(&output), "");
}
