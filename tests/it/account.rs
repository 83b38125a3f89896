//! `beadle account`, through the program and the sandbox: what it does, what it refuses, and what it
//! leaves to a person.

use std::fs;

use crate::support::{TODAY, University, beadle, err, out, repository};

const LOCKED: &str = "k.ellis@northshire.example";

fn act(university: &University, arguments: &[&str]) -> std::process::Output {
    let mut command = university.beadle();
    command.arg("account").args(arguments);
    command.args(["--today", TODAY]).output().unwrap()
}

fn is_locked(university: &University) -> bool {
    let saved = university.run("snapshot", &["--out", "now"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let path = university.folder.path().join("now/ofs/northshire.yaml");
    fs::read_to_string(path).unwrap().contains("locked: true")
}

/// O10
#[test]
fn a_locked_account_is_unlocked_once_somebody_says_yes() {
    let university = University::start();
    let unasked = act(&university, &["unlock", LOCKED]);
    assert_eq!(unasked.status.code(), Some(1));
    insta::assert_snapshot!(err(&unasked), @"error: `unlock` needs a yes: there is no terminal to ask on, so add `--yes`");
    assert!(university.sandbox.writes().is_empty() && is_locked(&university));

    let done = act(
        &university,
        &["unlock", " K.Ellis@northshire.example", "--yes"],
    );
    assert!(done.status.success(), "{}", err(&done));
    insta::assert_snapshot!(out(&done), @"`k.ellis@northshire.example` is unlocked");
    assert!(!is_locked(&university));
}

#[test]
fn what_the_portal_does_not_have_and_whom_it_does_not_know_is_said() {
    let university = University::start();
    let unknown = act(
        &university,
        &["unlock", "nobody@northshire.example", "--yes"],
    );
    insta::assert_snapshot!(err(&unknown), @"error: there is no account `nobody@northshire.example` of `northshire` at `ofs`: name its login id, or the user's key in the YAML");
    let arguments = ["reset-password", LOCKED, "--yes", "--password-file", "new"];
    let absent = act(&university, &arguments);
    assert_eq!(absent.status.code(), Some(1));
    insta::assert_snapshot!(err(&absent), @"error: portal `ofs` (OfS portal) has no act `reset-password`; it has `unlock`");
    assert!(!university.folder.path().join("new").exists());
    let otp = act(&university, &["reset-otp", LOCKED, "--yes"]);
    assert!(err(&otp).contains("no act `reset-otp`"), "{}", err(&otp));
    assert!(university.sandbox.writes().is_empty());
}

#[test]
fn it_works_on_an_embedded_portal_too() {
    let output = beadle(&repository())
        .args(["account", "unlock", LOCKED, "examples/university", "--yes"])
        .args(["--sandbox", "--org", "northshire", "--portal", "ofs"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", err(&output));
    assert!(out(&output).contains("is unlocked"));
}

#[test]
fn without_an_api_the_clicks_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = repository().join("examples/university/live/ofs/northshire.yaml");
    let imported = beadle(folder.path())
        .args(["import", "--snapshot"])
        .arg(snapshot)
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", err(&imported));
    let shown = beadle(folder.path())
        .args(["account", "unlock", LOCKED])
        .output()
        .unwrap();
    assert!(shown.status.success(), "{}", err(&shown));
    assert!(err(&shown).contains("nothing was changed"));
    insta::assert_snapshot!(out(&shown), @r"
    unlock at the OfS portal:
      1. User administration
      2. Search for k.ellis@northshire.example
      3. Kim Ellis: View/edit
      4. Edit
      5. Unlock account
      6. Save
    ");
}
