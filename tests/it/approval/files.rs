//! Files that are no saved plan of this project, or not any more: each is refused with what is wrong
//! with it, before a portal is asked.

use std::fs;
use std::path::PathBuf;

use beadle::model::plan_document::{PlanDocument, SavedDocument};
use jiff::{SignedDuration, Timestamp};

use crate::support::{University, err, out};

/// A university with its plan saved as `plan.json`.
fn planned() -> (University, Vec<u8>) {
    let university = University::start();
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let bytes = fs::read(path(&university)).unwrap();
    (university, bytes)
}

fn path(university: &University) -> PathBuf {
    university.folder.path().join("plan.json")
}

/// The error that `apply plan.json` ends with, which asks no portal for anything.
fn refused(university: &University) -> String {
    let called = university.sandbox.control("GET", "/calls", "");
    let output = university.run("apply", &["plan.json", "--yes"]);
    let said = err(&output);
    assert_eq!(output.status.code(), Some(3), "{}{said}", out(&output));
    assert_eq!(out(&output), "");
    assert_eq!(university.sandbox.control("GET", "/calls", ""), called);
    let error = said.lines().find(|line| line.starts_with("error: "));
    error.unwrap_or(&said).to_owned()
}

/// The plan as it would have been saved at another time.
pub(super) fn saved_at(bytes: &[u8], ago: SignedDuration, holds: SignedDuration) -> String {
    let document = PlanDocument::from_saved(bytes).unwrap();
    let Some(SavedDocument { accounts, .. }) = document.saved.clone() else {
        panic!("not saved");
    };
    let at = Timestamp::now().checked_sub(ago).unwrap();
    let at = Timestamp::from_second(at.as_second()).unwrap();
    let document = document.saved(at, at.checked_add(holds).unwrap(), accounts);
    document.to_saved().unwrap()
}

#[test]
fn what_is_no_saved_plan_is_named_for_what_it_is() {
    let (university, sound) = planned();
    let text = String::from_utf8(sound.clone()).unwrap();
    let printed = university.run("plan", &["--format", "json"]).stdout;
    let utf16 = text.encode_utf16().flat_map(u16::to_le_bytes);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    let changed = text.replacen("\"kind\": \"expire\"", "\"kind\": \"delete\"", 1);
    let other = text.replacen("\"beadle\": \"", "\"beadle\": \"9.", 1);
    let later =
        "{ \"format\": 2, \"beadle\": \"9.0.0\", \"what\": \"k.ellis@northshire.example\" }";
    let broken = text.replacen(
        "\"kind\": \"expire\"",
        "\"kind\": \"k.ellis@northshire.example\"",
        1,
    );
    let cases: [(&str, Vec<u8>, &str); 13] = [
        ("empty", Vec::new(), "it is empty"),
        (
            "a mark",
            [b"\xef\xbb\xbf", &*sound].concat(),
            "it begins with a byte order mark",
        ),
        (
            "UTF-16",
            [0xff, 0xfe].into_iter().chain(utf16).collect(),
            "it begins with a byte order mark",
        ),
        (
            "line ends",
            text.replace('\n', "\r\n").into(),
            "its line ends were changed on the way",
        ),
        (
            "YAML",
            b"version: 1\n".to_vec(),
            "it is not a plan: line 1, column 1 is not",
        ),
        (
            "another JSON",
            b"{}".to_vec(),
            "it is not a plan: line 1, column 2 is not",
        ),
        (
            "cut",
            sound[..sound.len() / 2].to_vec(),
            "it is not whole: it ends within line",
        ),
        (
            "printed",
            printed,
            "it is a plan as `--format json` prints it",
        ),
        (
            "format 2",
            later.into(),
            "its format is 2; this version reads format 1",
        ),
        (
            "version",
            other.into(),
            "it was made by another version of beadle, and this is",
        ),
        ("changed", changed.into(), "its digest does not agree"),
        ("no kind", broken.into(), "it is not a plan: line"),
        (
            "packed",
            serde_json::to_vec(&value).unwrap(),
            "it says the same in other bytes",
        ),
    ];
    for (name, bytes, wrong) in cases {
        fs::write(path(&university), bytes).unwrap();
        let said = refused(&university);
        assert!(
            said.starts_with("error: saved plan `plan.json`: "),
            "{name}: {said}"
        );
        assert!(said.contains(wrong), "{name}: {said}");
        assert!(!said.contains("k.ellis"), "{name}: {said}");
    }
    fs::remove_file(path(&university)).unwrap();
    let missing = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("`plan.json`: No such file"));
    fs::create_dir(path(&university)).unwrap();
    assert!(refused(&university).contains("saved plan `plan.json`: it is a folder"));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_not_waited_for() {
    let (university, _) = planned();
    fs::remove_file(path(&university)).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(path(&university))
        .status();
    assert!(made.unwrap().success());
    assert!(refused(&university).contains("it is a pipe or a device, and no file"));
}

#[test]
fn a_file_of_any_size_ends_at_once() {
    let (university, _) = planned();
    // Without a byte on the disk.
    let file = fs::File::create(path(&university)).unwrap();
    file.set_len(1 << 40).unwrap();
    assert!(refused(&university).contains("it is larger than 268435456 bytes"));
}

#[test]
fn a_plan_holds_for_a_day_and_not_a_second_longer() {
    let (university, sound) = planned();
    let day = SignedDuration::from_hours(24);
    let minutes = SignedDuration::from_mins;
    let write = |ago, holds| fs::write(path(&university), saved_at(&sound, ago, holds)).unwrap();
    write(day, day);
    let said = refused(&university);
    assert!(
        said.contains("it held until 20") && said.contains("UTC, and it is 20"),
        "{said}"
    );
    write(minutes(10), minutes(9));
    assert!(refused(&university).contains("it held until"));
    write(minutes(10), day + minutes(1));
    assert!(refused(&university).contains("longer than any saved plan does"));
    write(minutes(-6), day);
    assert!(refused(&university).contains("one of the two clocks is wrong"));
    write(day - minutes(1), day);
    let applied = university.run("apply", &["plan.json", "--yes"]);
    assert!(applied.status.success(), "{}", err(&applied));
}

#[test]
fn the_same_plan_has_the_same_digest_whenever_it_is_saved() {
    let (university, sound) = planned();
    let again = saved_at(
        &sound,
        SignedDuration::from_hours(1),
        SignedDuration::from_hours(24),
    );
    let (one, other) = (
        PlanDocument::from_saved(&sound).unwrap(),
        PlanDocument::from_saved(again.as_bytes()).unwrap(),
    );
    assert_eq!(one.digest, other.digest);
    assert_ne!(one.saved, other.saved);
    assert_eq!(university.plan()["digest"], one.digest.as_str());
}

#[test]
fn a_plan_of_another_project_is_not_taken_for_one_that_is_done() {
    let (university, _) = planned();
    university.edit("  northshire:\n", "  southshire:\n");
    university.edit("organisations: [northshire]", "organisations: [southshire]");
    let said = refused(&university);
    assert!(
        said.contains(
            "it is about `northshire` as `10009999` at `ofs`, which this project does not have"
        ),
        "{said}"
    );
}

#[test]
fn a_plan_is_not_done_at_another_portal_than_the_reviewed_one() {
    let (university, sound) = planned();
    let reviewed = PlanDocument::from_saved(&sound).unwrap();
    let there = reviewed.portals[0].url.clone().unwrap();
    let other = University::start();
    university.edit(&there, &other.sandbox.text("/portals/ofs/url"));
    let said = refused(&university);
    assert!(
        said.contains(&format!(
            "it was reviewed for the portal `ofs` at {there}, and here that portal is another"
        )),
        "{said}"
    );
}
