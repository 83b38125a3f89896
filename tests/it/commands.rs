//! The commands beside the main job, through the program: what each prints, and how it ends.

use std::fs;

use serde_json::Value;

use crate::support::{TODAY, beadle, copy, err, out, repository};

fn run(arguments: &[&str]) -> std::process::Output {
    beadle(&repository()).args(arguments).output().unwrap()
}

#[test]
fn completions_are_there_for_every_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let output = run(&["completions", shell]);
        assert!(output.status.success(), "{}", err(&output));
        assert!(out(&output).contains("validate"), "{shell}");
    }
}

#[test]
fn there_is_a_manual_page_for_every_command() {
    assert!(out(&run(&["man"])).contains(".TH beadle 1"));
    let folder = tempfile::tempdir().unwrap();
    let written = beadle(folder.path())
        .args(["man", "--out", "pages"])
        .output()
        .unwrap();
    assert!(written.status.success(), "{}", err(&written));
    for page in [
        "beadle.1",
        "beadle-plan.1",
        "beadle-apply.1",
        "beadle-sandbox.1",
    ] {
        assert!(folder.path().join("pages").join(page).exists(), "{page}");
    }
}

#[test]
fn schemas_are_printed_as_they_are_committed() {
    let names = out(&run(&["schema"]));
    assert_eq!(
        names,
        "apply\naudit\ndiagnostics\nexplanation\nnext\norganisation\nplan\nproject\nreport-access\nreport-admins\nreport-expiring\nreport-person\nreport-review\nsnapshot\nundo\nworklist\n"
    );
    for name in names.lines() {
        let committed = repository()
            .join("schema")
            .join(format!("{name}.schema.json"));
        assert_eq!(
            out(&run(&["schema", name])),
            fs::read_to_string(committed).unwrap()
        );
    }
    let unknown = run(&["schema", "plans"]);
    assert_eq!(unknown.status.code(), Some(1));
    insta::assert_snapshot!(err(&unknown), @"error: there is no schema `plans`; there are apply, audit, diagnostics, explanation, next, organisation, plan, project, report-access, report-admins, report-expiring, report-person, report-review, snapshot, undo, worklist");
}

#[test]
fn validate_says_what_it_checked_and_fails_on_an_error() {
    let good = run(&["validate", "examples/university", "--today", TODAY]);
    assert!(good.status.success());
    insta::assert_snapshot!(out(&good), @"1 file checked: 1 organisation, 26 accounts, no errors");
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("beadle.yaml"),
        "version: 1\nportals: {}\norganisatons: []\n",
    )
    .unwrap();
    let bad = beadle(folder.path())
        .args(["validate", "--format", "json"])
        .output()
        .unwrap();
    assert_eq!(bad.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&bad.stdout).unwrap();
    let codes: Vec<&str> = found["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["code"].as_str().unwrap())
        .collect();
    assert!(codes.contains(&"unknown-key"), "{codes:?}");
}

#[test]
fn names_that_the_project_does_not_have_are_answered_with_those_that_it_has() {
    let university = ["plan", "examples/university", "--sandbox", "--today", TODAY];
    let organisation = run(&[&university[..], &["--org", "southshire"]].concat());
    assert_eq!(organisation.status.code(), Some(1));
    insta::assert_snapshot!(err(&organisation), @"error: there is no organisation `southshire` in this project; it has `northshire`");
    let portal = run(&[&university[..], &["--portal", "hfl"]].concat());
    insta::assert_snapshot!(err(&portal), @"error: there is no portal `hfl` in this project; it has `ofs`");
}

#[test]
fn the_sandbox_plans_what_a_snapshot_plans() {
    let sandbox = run(&["plan", "examples/university", "--sandbox", "--today", TODAY]);
    let live = "examples/university/live";
    let folder = run(&[
        "plan",
        "examples/university",
        "--live",
        live,
        "--today",
        TODAY,
    ]);
    let file = format!("{live}/ofs/northshire.yaml");
    let file = run(&[
        "plan",
        "examples/university",
        "--live",
        &file,
        "--today",
        TODAY,
    ]);
    assert!(sandbox.status.success(), "{}", err(&sandbox));
    assert_eq!(out(&sandbox), out(&folder));
    assert_eq!(out(&sandbox), out(&file));
}

#[test]
fn a_snapshot_that_is_not_complete_plans_nothing() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let path = folder.path().join("live/ofs/northshire.yaml");
    let text = fs::read_to_string(&path).unwrap();
    let last = text.rfind("\n  - id: ").unwrap();
    fs::write(&path, &text[..=last]).unwrap();
    let output = beadle(folder.path())
        .args(["plan", "--live", "live"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("the portal says there are 27 accounts, but sent 26"),
        "{}",
        err(&output)
    );
    assert!(!out(&output).contains("expire"), "{}", out(&output));
}

#[test]
fn a_snapshot_with_a_mistake_is_named_with_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("live.yaml");
    fs::write(
        &path,
        "format: 1\ndriver: ofs\norganization: \"10009999\"\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let output = run(&[
        "plan",
        "examples/university",
        "--live",
        path,
        "--today",
        TODAY,
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("line 3"), "{}", err(&output));
}

#[test]
fn a_portal_without_an_api_that_is_as_it_should_be_needs_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = repository().join("examples/university/live/ofs/northshire.yaml");
    let snapshot = snapshot.to_str().unwrap();
    let imported = beadle(folder.path())
        .args(["import", "new", "--snapshot", snapshot])
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", err(&imported));
    let planned = beadle(folder.path())
        .args(["plan", "new", "--detailed-exitcode"])
        .output()
        .unwrap();
    assert_eq!(
        planned.status.code(),
        Some(0),
        "{}{}",
        out(&planned),
        err(&planned)
    );
    let applied = beadle(folder.path())
        .args(["apply", "new", "--yes"])
        .output()
        .unwrap();
    assert_eq!(applied.status.code(), Some(0), "{}", err(&applied));
    assert!(!folder.path().join("new/worklists").exists());
}

#[test]
fn another_folder_is_worked_in_when_asked() {
    let output = run(&["-C", "examples", "validate", "university", "--today", TODAY]);
    assert!(output.status.success(), "{}", err(&output));
}

#[test]
fn colours_are_for_terminals_or_on_demand() {
    let plan = ["plan", "examples/university", "--sandbox", "--today", TODAY];
    assert!(!out(&run(&plan)).contains('\u{1b}'));
    let colour = out(&run(&[&plan[..], &["--color", "always"]].concat()));
    assert!(colour.contains('\u{1b}'));
}

#[test]
fn a_reader_that_stops_reading_is_no_error() {
    use std::process::Stdio;
    let mut plan = beadle(&repository());
    plan.args(["plan", "examples/university", "--sandbox", "--today", TODAY]);
    let mut child = plan
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(err(&output), "");
}
