//! Who git says is behind a change, where nobody else does.

use std::path::Path;
use std::process::Command;

use super::{granting, kinds};
use crate::support::{TODAY, beadle};

fn git(folder: &Path, who: &str, arguments: &[&str]) {
    let done = Command::new("git")
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .args(["-c", &format!("user.email={who}"), "-c", "user.name=N"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn planned(folder: &Path) -> Vec<String> {
    let mut command = beadle(folder);
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    command.args(["plan", "--today", TODAY, "--format", "json"]);
    kinds(&command.output().unwrap())
}

#[test]
fn the_last_commit_that_touched_the_project_and_what_has_changed_since() {
    let folder = granting("").folder();
    let root = folder.path();
    let none = Vec::<String>::new();
    assert_eq!(planned(root), none, "no repository");
    git(root, "p0@oakfield.example", &["init", "-q"]);
    assert_eq!(planned(root), none, "no commit");
    git(root, "p0@oakfield.example", &["add", "."]);
    git(root, "p1@oakfield.example", &["commit", "-qm", "own area"]);
    assert_eq!(
        planned(root),
        ["self-grant"],
        "the author of the last commit"
    );

    let commit = |who: &str, message: &str| {
        git(root, who, &["commit", "-q", "--allow-empty", "-m", message]);
    };
    commit("p0@oakfield.example", "elsewhere");
    assert_eq!(
        planned(root),
        ["self-grant"],
        "a commit that touches nothing here"
    );
    std::fs::write(root.join("NOTES"), "1").unwrap();
    git(root, "p0@oakfield.example", &["add", "."]);
    git(root, "p0@oakfield.example", &["commit", "-qm", "notes"]);
    assert_eq!(planned(root), none, "somebody else's commit");

    std::fs::write(root.join("NOTES"), "2").unwrap();
    assert_eq!(planned(root), none, "changed by nobody known");
    git(
        root,
        "x@y.example",
        &["config", "user.email", "p1@oakfield.example"],
    );
    assert_eq!(
        planned(root),
        ["self-grant"],
        "changed since, in p1's folder"
    );

    git(root, "p0@oakfield.example", &["add", "."]);
    let together = "notes\n\nCo-authored-by: N <p1@oakfield.example>";
    git(root, "p0@oakfield.example", &["commit", "-qm", together]);
    git(
        root,
        "x@y.example",
        &["config", "user.email", "p0@oakfield.example"],
    );
    assert_eq!(planned(root), ["self-grant"], "a co-author");
}
