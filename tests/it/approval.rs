//! What was reviewed is what is applied: saved plans and approved digests, through the program.

mod again;
mod difference;
mod files;

use std::fs;

use serde_json::Value;

use crate::support::{University, err, out};

#[test]
fn a_saved_plan_is_applied_as_long_as_nothing_new_has_come_in() {
    let university = University::start();
    assert!(
        university
            .run("plan", &["--out", "plan.json"])
            .status
            .success()
    );
    let applied = university.run("apply", &["plan.json", "--yes"]);
    assert!(
        applied.status.success(),
        "{}{}",
        out(&applied),
        err(&applied)
    );
}

#[test]
fn a_saved_plan_is_refused_when_something_new_has_come_in() {
    let university = University::start();
    assert!(
        university
            .run("plan", &["--out", "plan.json"])
            .status
            .success()
    );
    university.edit(
        "    users:\n",
        "    users:\n      n.ew@northshire.example: { name: Nell Ew }\n",
    );
    let refused = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(
        refused.status.code(),
        Some(3),
        "{}{}",
        out(&refused),
        err(&refused)
    );
    assert!(
        err(&refused).contains("northshire/ofs: create n.ew@northshire.example"),
        "{}",
        err(&refused)
    );
    assert!(university.sandbox.writes().is_empty());
}

#[test]
fn a_saved_plan_that_was_changed_or_is_old_is_not_used() {
    let university = University::start();
    assert!(
        university
            .run("plan", &["--out", "plan.json"])
            .status
            .success()
    );
    let path = university.folder.path().join("plan.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(
        &path,
        text.replacen("\"kind\": \"expire\"", "\"kind\": \"delete\"", 1),
    )
    .unwrap();
    let changed = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(changed.status.code(), Some(3));
    assert!(
        err(&changed).contains("its digest does not agree"),
        "{}",
        err(&changed)
    );
    fs::write(&path, text).unwrap();
    let mut late = university.beadle();
    late.env("BEADLE_TODAY", "2026-11-24");
    late.args(["apply", "plan.json", "--yes"]);
    let late = late.output().unwrap();
    assert_eq!(late.status.code(), Some(3));
    assert!(err(&late).contains("plan again"), "{}", err(&late));
    assert!(university.sandbox.writes().is_empty());
}

#[test]
fn only_the_approved_digest_is_applied() {
    let university = University::start();
    let digest = university.plan()["digest"].as_str().unwrap().to_owned();
    let refused = university.run(
        "apply",
        &["--yes", "--approved", "0000", "--format", "json"],
    );
    assert_eq!(refused.status.code(), Some(3));
    let report: Value = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(
        report["plans"][0],
        digest.as_str(),
        "also a refusal is reported"
    );
    assert!(university.sandbox.writes().is_empty());
    assert!(
        university
            .run("apply", &["--yes", "--approved", &digest])
            .status
            .success()
    );
}
