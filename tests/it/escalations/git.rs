//! Who git says is behind a change, where nobody else does.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{granting, kinds};
use crate::support::{TODAY, beadle, copy, err};

/// The program, with nothing of this machine's configuration.
fn program(folder: &Path) -> Command {
    let mut git = Command::new("git");
    git.current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    git
}

fn git(folder: &Path, who: &str, arguments: &[&str]) {
    let done = program(folder)
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

/// The project in the folder `access` of a repository whose last commit is p1's, who gains by it.
fn in_a_subfolder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("access");
    copy(granting("").folder().path(), &project);
    git(folder.path(), "p0@oakfield.example", &["init", "-q"]);
    (folder, project)
}

fn committed(root: &Path, who: &str) {
    git(root, who, &["add", "."]);
    git(root, who, &["commit", "-qm", "own area"]);
}

/// Puts what git takes for a repository without a working tree among the project's files.
fn embed(project: &Path, config: &str) {
    for folder in ["objects/info", "refs"] {
        fs::create_dir_all(project.join(folder)).unwrap();
        fs::write(project.join(folder).join("keep"), "").unwrap();
    }
    fs::write(project.join("HEAD"), "ref: refs/heads/main\n").unwrap();
    let config = format!("[core]\n\trepositoryformatversion = 0\n{config}");
    fs::write(project.join("config"), config).unwrap();
}

/// Whoever could have the project's own files taken for its repository would be the author of
/// nothing.
#[test]
fn the_files_of_a_project_are_never_its_repository() {
    let without = "\tbare = true\n";
    let with = "\tbare = false\n\tworktree = ./\n[user]\n\temail = nobody@evil.example\n";
    for config in [without, with] {
        let (folder, project) = in_a_subfolder();
        embed(&project, config);
        committed(folder.path(), "p1@oakfield.example");
        assert_eq!(planned(&project), ["self-grant"], "{config}");
        // Nor is the folder above the project one.
        let (folder, project) = in_a_subfolder();
        let deeper = project.join("deeper");
        copy(granting("").folder().path(), &deeper);
        embed(&project, config);
        committed(folder.path(), "p1@oakfield.example");
        assert_eq!(planned(&deeper), ["self-grant"], "{config}");
    }
}

/// A program that git could be told to run: it leaves a mark, and hands on what it is given.
fn trap(folder: &Path) -> (PathBuf, String) {
    let mark = folder.join("ran");
    let program = format!("touch {}; cat", mark.display());
    (mark, program)
}

/// Makes git believe that a file may have changed, so that it looks into it.
fn touched(path: &Path) {
    let file = fs::File::options().append(true).open(path).unwrap();
    file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000))
        .unwrap();
}

#[test]
fn no_program_that_the_files_of_a_project_name_is_run() {
    let elsewhere = tempfile::tempdir().unwrap();
    let (mark, program_of_theirs) = trap(elsewhere.path());
    let (folder, project) = in_a_subfolder();
    let config = format!(
        "\tbare = false\n\tworktree = ./\n[filter \"x\"]\n\tclean = \"{program_of_theirs}\"\n"
    );
    embed(&project, &config);
    let added = program(&project)
        .env("GIT_DIR", ".")
        .args(["add", "beadle.yaml"])
        .output()
        .unwrap();
    assert!(added.status.success(), "{}", err(&added));
    fs::write(project.join(".gitattributes"), "beadle.yaml filter=x\n").unwrap();
    committed(folder.path(), "p1@oakfield.example");
    touched(&project.join("beadle.yaml"));

    assert_eq!(planned(&project), ["self-grant"]);
    assert!(!mark.exists(), "beadle ran a filter of the project");
    let status = ["-c", "safe.bareRepository=all", "status", "--porcelain"];
    program(&project).args(status).output().unwrap();
    assert!(mark.exists(), "git would have run it");
}

/// Attributes lie among the project's files, and say which of the programs of whoever runs beadle
/// git starts.
#[test]
fn no_program_that_the_configuration_of_git_names_is_run() {
    for (name, asks) in [
        ("filter.x.clean", "beadle.yaml filter=x"),
        ("filter.x.process", "beadle.yaml filter=x"),
        ("core.fsmonitor", ""),
        ("diff.external", ""),
        ("diff.x.command", "beadle.yaml diff=x"),
        ("diff.x.textconv", "beadle.yaml diff=x"),
    ] {
        let elsewhere = tempfile::tempdir().unwrap();
        let (mark, program_of_theirs) = trap(elsewhere.path());
        let (folder, project) = in_a_subfolder();
        fs::write(project.join(".gitattributes"), format!("{asks}\n")).unwrap();
        committed(folder.path(), "p1@oakfield.example");
        let own = ["config", name, &program_of_theirs];
        git(folder.path(), "x@y.example", &own);
        touched(&project.join("beadle.yaml"));
        assert_eq!(planned(&project), ["self-grant"], "{name}");
        assert!(!mark.exists(), "beadle ran `{name}`");
    }
}

/// What a checkout does to the ends of lines is no change of anybody's.
#[test]
fn line_ends_of_another_system_are_no_change() {
    let (folder, project) = in_a_subfolder();
    let root = folder.path();
    committed(root, "p0@oakfield.example");
    git(
        root,
        "x@y.example",
        &["config", "user.email", "p1@oakfield.example"],
    );
    git(root, "x@y.example", &["config", "core.autocrlf", "true"]);
    let school = project.join("schools/oakfield.yaml");
    let text = fs::read_to_string(&school).unwrap();
    fs::remove_file(&school).unwrap();
    git(&project, "x@y.example", &["checkout", "--", "."]);
    let checked_out = fs::read_to_string(&school).unwrap();
    assert_eq!(checked_out, text.replace('\n', "\r\n"));
    assert_eq!(planned(&project), Vec::<String>::new());
    fs::write(&school, format!("{checked_out}# mine\r\n")).unwrap();
    assert_eq!(planned(&project), ["self-grant"]);
    fs::remove_file(&school).unwrap();
    fs::write(project.join("schools/other.yaml"), text).unwrap();
    assert_eq!(planned(&project), ["self-grant"], "under another name");
}

/// No commit and no address in the configuration: nobody is known, which is said. So it is where
/// `.git` is broken and the project's files would do in its place.
#[test]
fn a_repository_without_a_commit_is_said_aloud() {
    let (_folder, project) = in_a_subfolder();
    let mut command = beadle(&project);
    command
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null");
    let planned = command.args(["plan", "--today", TODAY]).output().unwrap();
    let said = err(&planned);
    assert!(
        said.contains("who wrote the change is not known") && said.contains("no commit yet"),
        "{said}"
    );
    embed(&project, "");
    fs::create_dir(project.join(".git")).unwrap();
    let said = err(&command.output().unwrap());
    assert!(said.contains("who wrote the change is not known"), "{said}");
}
