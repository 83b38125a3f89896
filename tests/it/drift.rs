//! What was changed outside git is named, with the day on which an apply last listed it.

use std::process::Command;

use serde_json::Value;

use crate::support::{University, err, out};

fn git(university: &University, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(university.folder.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args([
            "-c",
            "user.email=it@northshire.example",
            "-c",
            "user.name=N",
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", err(&done));
}

fn compared(university: &University, format: &str) -> String {
    let arguments = [
        "--compare-with",
        "HEAD",
        "--applied",
        "HEAD",
        "--format",
        format,
    ];
    let output = university.run("plan", &arguments);
    assert!(output.status.success(), "{}", err(&output));
    out(&output)
}

#[test]
fn drift_is_told_with_the_day_on_which_it_was_last_listed() {
    let university = University::start();
    git(&university, &["init", "-q"]);
    git(&university, &["add", "beadle.yaml", "live"]);
    git(&university, &["commit", "-qm", "as it should be"]);
    let line = "drift was changed outside git; an apply last listed it on ";
    // Nobody has applied yet: no day is known, and none is made up.
    assert!(!compared(&university, "text").contains(line));
    assert!(university.run("apply", &["--yes"]).status.success());
    let settled = compared(&university, "text");
    assert!(!settled.contains(line), "{settled}");

    // Somebody puts everything back by hand.
    university.sandbox.control("POST", "/reset", "");
    let text = compared(&university, "text");
    let day: jiff::civil::Date = text.split(line).nth(1).unwrap()[..10].parse().unwrap();
    let today = jiff::Zoned::now().date();
    assert!((today - day).get_days().abs() <= 1, "{day}");
    let json: Value = serde_json::from_str(&compared(&university, "json")).unwrap();
    assert_eq!(json["review"]["compared"]["last_listed"], day.to_string());
    assert_eq!(json["review"]["causes"][0]["cause"], "drift");
}

/// The portal knows each call by its key for a day and answers from memory what it knows. What
/// somebody has undone since is done again all the same, on the same day and from the same files.
#[test]
fn what_was_undone_at_the_portal_is_done_again_on_the_same_day() {
    let university = University::start();
    let path = "/state?portal=ofs&organisation=10009999";
    let before = university.sandbox.control("GET", path, "").to_string();
    for _ in 0..3 {
        let applied = university.run("apply", &["--yes"]);
        assert!(
            applied.status.success(),
            "{}{}",
            out(&applied),
            err(&applied)
        );
        assert_eq!(university.plan()["summary"]["calls"], 0);
        university.sandbox.control("PUT", path, &before);
        assert_ne!(university.plan()["summary"]["calls"], 0);
    }
}
