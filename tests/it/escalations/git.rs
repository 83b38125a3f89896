//! Who git says is behind a change, where nobody else does.

use std::path::Path;
use std::process::Command;

use super::{granting, kinds};
use crate::support::{TODAY, beadle, err};

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

/// With a revision, nobody hides behind a last commit of somebody else's.
#[test]
fn every_commit_since_the_revision_that_is_named() {
    let folder = granting("").folder();
    let root = folder.path();
    let commit = |who: &str, message: &str| {
        git(root, who, &["commit", "-q", "--allow-empty", "-m", message]);
    };
    let note = |who: &str, text: &str, message: &str| {
        std::fs::write(root.join("NOTES"), text).unwrap();
        git(root, who, &["add", "."]);
        commit(who, message);
    };
    let since = |option: &str, revision: &str| {
        let mut command = beadle(folder.path());
        command
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.args([
            "plan", "--today", TODAY, "--format", "json", option, revision,
        ]);
        kinds(&command.output().unwrap())
    };
    let school = root.join("schools/oakfield.yaml");
    let after = std::fs::read_to_string(&school).unwrap();
    let before = after.replace("schools-intranet, property", "schools-intranet");
    assert_ne!(after, before);
    std::fs::write(&school, before).unwrap();
    git(root, "p0@oakfield.example", &["init", "-q", "-b", "main"]);
    note("p0@oakfield.example", "0", "the school");
    git(
        root,
        "p0@oakfield.example",
        &["checkout", "-q", "-b", "own"],
    );
    std::fs::write(&school, &after).unwrap();
    note("p1@oakfield.example", "1", "own area");
    note("p0@oakfield.example", "2", "notes");
    assert_eq!(planned(root), Vec::<String>::new(), "the last commit alone");
    for option in ["--changed-since", "--compare-with"] {
        assert_eq!(since(option, "main"), ["self-grant"], "{option}");
        assert_eq!(
            since(option, "HEAD~1"),
            Vec::<String>::new(),
            "{option}: p1's commit was before"
        );
    }

    git(
        root,
        "p0@oakfield.example",
        &["reset", "-q", "--hard", "main"],
    );
    std::fs::write(&school, &after).unwrap();
    let together = "area\n\nCo-Authored-By: N <p1@oakfield.example>";
    note("p0@oakfield.example", "3", together);
    commit("p0@oakfield.example", "a commit that touches nothing");
    assert_eq!(
        since("--compare-with", "main"),
        ["self-grant"],
        "a co-author"
    );

    git(
        root,
        "p0@oakfield.example",
        &["reset", "-q", "--hard", "main"],
    );
    std::fs::write(&school, &after).unwrap();
    let own = ["config", "user.email", "p1@oakfield.example"];
    git(root, "x@y.example", &own);
    assert_eq!(
        since("--changed-since", "main"),
        ["self-grant"],
        "in no commit"
    );
    git(
        root,
        "x@y.example",
        &["config", "user.email", "p0@oakfield.example"],
    );
    let others = Vec::<String>::new();
    assert_eq!(since("--changed-since", "main"), others, "in p0's folder");
}

/// Nobody is not the same as not known: what git keeps to itself is said aloud.
#[test]
fn a_repository_that_git_cannot_read_is_said_aloud() {
    let folder = granting("").folder();
    let root = folder.path();
    git(root, "p1@oakfield.example", &["init", "-q"]);
    git(root, "p1@oakfield.example", &["add", "."]);
    git(root, "p1@oakfield.example", &["commit", "-qm", "own area"]);
    let index = root.join(".git/index");
    std::fs::write(&index, "no index").unwrap();
    let mut command = beadle(root);
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    let planned = command.args(["plan", "--today", TODAY]).output().unwrap();
    let said = err(&planned);
    assert!(
        said.contains("who wrote the change is not known")
            && said.contains("`--author` names them"),
        "{said}"
    );
}
