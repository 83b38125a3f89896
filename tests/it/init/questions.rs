//! The questions of `beadle init`, on a terminal that util-linux's `script` stands for.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::TODAY;

/// Types the lines at `beadle init new`, and says what the terminal showed and how it ended. `None`
/// where there is no `script` that could stand for a terminal.
fn typed(folder: &Path, more: &str, lines: &str) -> Option<(Option<i32>, String)> {
    let there = Command::new("script").arg("--version").output();
    if !there.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("util-linux")) {
        let line =
            b"\nNOT TESTED: the questions of `beadle init`: there is no `script` of util-linux\n";
        std::io::stderr().write_all(line).unwrap();
        return None;
    }
    let program = env!("CARGO_BIN_EXE_beadle");
    let mut child = Command::new("script")
        .args(["--quiet", "--return", "--command"])
        .arg(format!("'{program}' init new {more}"))
        .arg("/dev/null")
        .current_dir(folder)
        .env_remove("CI")
        .env("BEADLE_TODAY", TODAY)
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(lines.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stdout).replace('\r', "");
    Some((output.status.code(), shown))
}

#[test]
fn a_few_questions_make_a_project() {
    let folder = tempfile::tempdir().unwrap();
    let lines = "Saltmarsh Trust\nhlf\nhfl, hampshire\n85\n8502001\n\ngitlab\n";
    let Some((code, shown)) = typed(folder.path(), "", lines) else {
        return;
    };
    assert_eq!(code, Some(0), "{shown}");
    for asked in [
        "called? [new]",
        "hampshire  Hampshire Services Portal",
        "there is no driver `hlf`",
        "Its DfE number at HFL Education? (empty: later)",
        "that has 7 digits",
        "github, gitlab or none? [github]",
    ] {
        assert!(shown.contains(asked), "{asked}: {shown}");
    }
    let new = folder.path().join("new");
    let text = std::fs::read_to_string(new.join("organisations/saltmarsh-trust.yaml")).unwrap();
    assert!(text.contains("hfl: \"8502001\" # the DfE number"), "{text}");
    assert!(
        text.contains("hampshire: \"0000000\" # its DfE number there"),
        "{text}"
    );
    assert!(new.join(".gitlab-ci.yml").exists());
}

#[test]
fn enter_takes_the_default_and_whoever_goes_gets_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let Some((code, shown)) = typed(folder.path(), "--portal hfl", "\n\n") else {
        return;
    };
    assert_eq!(code, Some(0), "{shown}");
    let new = folder.path().join("new");
    assert!(new.join("organisations/new.yaml").exists());
    assert!(new.join(".github/workflows/beadle-plan.yml").exists());

    let folder = tempfile::tempdir().unwrap();
    let (code, shown) = typed(folder.path(), "", "Saltmarsh Trust\n").unwrap();
    assert_eq!(code, Some(1), "{shown}");
    assert!(!folder.path().join("new").exists());
}
