//! The files: where they lie, who may read them, what is refused, and how they are forgotten.

use std::fs;

use serde_json::Value;

use super::{json, kept, undo};
use crate::record::rig::age;
use crate::support::{TODAY, University, beadle, copy, err, out, repository};

fn applied() -> University {
    let university = University::start();
    let applied = university.run("apply", &["--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
    university
}

#[test]
fn a_file_is_its_owners_alone_and_fits_its_schema() {
    let university = applied();
    let files = kept(&university);
    assert_eq!(files.len(), 1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&files[0]).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let schema = fs::read_to_string(repository().join("schema/undo.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let document = json(&files[0]);
    let faults: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert!(faults.is_empty(), "{faults:?}");
    assert_eq!(document["valid_until"], "2026-11-29");
    let token = university.sandbox.text("/portals/ofs/token");
    assert!(!document.to_string().contains(&token));

    // A run that takes nothing leaves none.
    assert!(university.run("apply", &["--yes"]).status.success());
    assert_eq!(kept(&university).len(), 1);
}

#[test]
fn an_expired_an_edited_and_anothers_file_are_refused_before_anybody_is_asked() {
    let university = applied();
    let file = kept(&university)[0].clone();
    let calls = university.sandbox.control("GET", "/calls", "");
    let refused = |file: &str, day: &str, why: &str| {
        let mut command = university.beadle();
        command.env("BEADLE_TODAY", day);
        let output = command.args(["undo", file, "--yes"]).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", err(&output));
        assert!(err(&output).contains(why), "{why}: {}", err(&output));
    };
    let path = file.to_str().unwrap().to_owned();
    refused(
        &path,
        "2026-11-30",
        "it was made on 2026-11-22 and could be used until 2026-11-29; today is 2026-11-30",
    );
    refused(&path, "2026-11-21", "today is 2026-11-21");
    let text = fs::read_to_string(&file).unwrap();
    let elsewhere = university.folder.path().join("elsewhere.json");
    let given = elsewhere.to_str().unwrap().to_owned();
    let edits = [
        ("m.fenwick@", "e.vil@", "its digest does not agree"),
        (
            "\"2026-11-29\"",
            "\"2027-11-29\"",
            "its digest does not agree",
        ),
        ("\"format\": 1", "\"format\": 2", "its format is 2"),
        ("\"format\": 1", "\"form\": 1", "it is not an undo file"),
    ];
    for (before, after, why) in edits {
        assert!(text.contains(before), "{before}");
        fs::write(&elsewhere, text.replacen(before, after, 1)).unwrap();
        refused(&given, TODAY, why);
    }
    fs::write(&elsewhere, &text).unwrap();
    university.edit("10009999", "10009998");
    refused(&given, TODAY, "it is of another project");
    university.edit("10009998", "10009999");
    university.edit("  northshire:\n", "  southshire:\n");
    university.edit("organisations: [northshire]", "organisations: [southshire]");
    refused(&given, TODAY, "it is of another project");
    assert_eq!(university.sandbox.control("GET", "/calls", ""), calls);

    let none = undo(&university, &["0000"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(err(&none).contains("beadle undo --list"), "{}", err(&none));
}

#[test]
fn a_file_is_forgotten_once_it_has_expired() {
    let university = applied();
    let mut command = university.beadle();
    command.env("BEADLE_TODAY", "2026-11-29");
    assert!(
        command
            .args(["apply", "--yes"])
            .output()
            .unwrap()
            .status
            .success()
    );
    assert_eq!(kept(&university).len(), 1);
    // The place of records must say so as well: it is a week since the file was written.
    age(&university.folder.path().join(".beadle/undo"), 7 * 86_400);
    let mut command = university.beadle();
    command.env("BEADLE_TODAY", "2026-11-30");
    assert!(
        command
            .args(["apply", "--yes"])
            .output()
            .unwrap()
            .status
            .success()
    );
    assert_eq!(kept(&university).len(), 0);
    assert!(out(&undo(&university, &["--list"])).contains("No run that could be undone."));
    let none = undo(&university, &["--yes"]);
    assert_eq!(none.status.code(), Some(1));
    assert!(
        err(&none).contains("no run of the last 7 days"),
        "{}",
        err(&none)
    );
}

#[test]
fn somebody_who_is_forgotten_is_in_no_undo_file() {
    let university = applied();
    let names = |file: &std::path::PathBuf| fs::read_to_string(file).unwrap();
    assert!(
        kept(&university)
            .iter()
            .any(|it| names(it).contains("m.fenwick"))
    );
    let mut command = university.beadle();
    let forget = ["audit", "forget", "m.fenwick@northshire.example"];
    let forgotten = command.args(forget).output().unwrap();
    assert!(forgotten.status.success(), "{}", err(&forgotten));
    let files = kept(&university);
    assert_eq!(files.len(), 1, "{files:?}");
    assert!(
        !names(&files[0]).contains("fenwick"),
        "{}",
        names(&files[0])
    );
    // What the others lost is given back all the same.
    let undone = undo(&university, &["--yes"]);
    let shown = out(&undone);
    assert!(undone.status.success(), "{shown}{}", err(&undone));
    assert!(shown.contains("s.shah@northshire.example"), "{shown}");
    assert!(
        !shown.contains("m.fenwick@northshire.example, northshire"),
        "{shown}"
    );
}

#[test]
fn what_cannot_be_read_is_not_taken_away_when_somebody_is_forgotten() {
    let university = applied();
    let folder = university.folder.path().join(".beadle/undo");
    let file = kept(&university).remove(0);
    let newer = fs::read_to_string(&file).unwrap();
    let newer = newer.replacen("\"format\": 1", "\"format\": 2", 1);
    assert!(newer.contains("\"format\": 2"), "{newer}");
    let others = ["20261122T100000000-aa.2026-11-29.json", "notes.json"];
    fs::write(folder.join(others[0]), newer).unwrap();
    fs::write(folder.join(others[1]), "{").unwrap();
    for who in ["nobody@northshire.example", "m.fenwick@northshire.example"] {
        let mut command = university.beadle();
        let forgotten = command.args(["audit", "forget", who]).output().unwrap();
        let said = err(&forgotten);
        assert_eq!(forgotten.status.code(), Some(1), "{said}");
        for other in others {
            assert!(folder.join(other).is_file(), "{other}");
            assert!(said.contains(other), "{said}");
        }
    }
    for file in kept(&university) {
        let other = others.iter().any(|other| file.ends_with(other));
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(
            text.contains("fenwick"),
            other && text.len() > 1,
            "{file:?}"
        );
    }
}

#[test]
fn embedded_portals_leave_none() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/university"), folder.path());
    let mut command = beadle(folder.path());
    command.args(["apply", "--sandbox", "--yes", "--today", TODAY]);
    let applied = command.output().unwrap();
    assert!(applied.status.success(), "{}", err(&applied));
    assert!(!err(&applied).contains("Undo:"), "{}", err(&applied));
    assert!(!folder.path().join(".beadle").exists());
}
