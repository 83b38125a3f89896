//! Plans and reports of several parts, put together or refused.

use std::fs;
use std::path::Path;

use serde_json::Value;

use super::Trust;
use crate::support::{TODAY, beadle, copy, err, out, repository};

/// A copy of `examples/trust` and the plans of three shards of it, with the plan of one run.
struct Planned(tempfile::TempDir);

impl Planned {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/trust"), folder.path());
        let planned = Self(folder);
        planned.plan(&[], "whole.json");
        for shard in ["1/3", "2/3", "3/3"] {
            planned.plan(&["--shard", shard], &format!("{}.json", &shard[..1]));
        }
        planned
    }

    fn folder(&self) -> &Path {
        self.0.path()
    }

    fn plan(&self, arguments: &[&str], to: &str) {
        let mut command = beadle(self.folder());
        command.args(["plan", "--live", "live", "--today", TODAY, "--out", to]);
        let output = command.args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", err(&output));
    }

    /// Exit code, results and what was said beside them.
    fn merge(&self, files: &[&str]) -> (Option<i32>, String, String) {
        let mut command = beadle(self.folder());
        command.args(["plan", "merge", "--today", TODAY, "--out", "merged.json"]);
        let output = command.args(files).output().unwrap();
        (output.status.code(), out(&output), err(&output))
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name)).unwrap()
    }

    /// A saved plan without the time at which it was saved, and the seal over that.
    fn plan_of(&self, name: &str) -> String {
        let mut plan: Value = serde_json::from_str(&self.text(name)).unwrap();
        for field in ["at", "until", "seal"] {
            assert!(plan["saved"][field].take().is_string(), "{name}: {field}");
        }
        format!("{plan:#}")
    }

    /// The error.
    fn refused(&self, files: &[&str]) -> String {
        let (code, _, said) = self.merge(files);
        assert!(!self.folder().join("merged.json").exists());
        let error = said.lines().find(|line| line.starts_with("error: "));
        let error = error.unwrap().to_owned();
        // A file that cannot be used is refused; parts that are no whole are a mistake.
        let unusable = error.starts_with("error: saved plan ");
        assert_eq!(code, Some(if unusable { 3 } else { 1 }), "{said}");
        error
    }
}

#[test]
fn the_plans_of_all_shards_are_the_plan_of_one_run_byte_for_byte() {
    let planned = Planned::new();
    let (code, said, warned) = planned.merge(&["3.json", "1.json", "2.json"]);
    assert_eq!(code, Some(0), "{warned}");
    assert_eq!(
        planned.plan_of("merged.json"),
        planned.plan_of("whole.json")
    );
    let digest: Value = serde_json::from_str(&planned.text("whole.json")).unwrap();
    let said = said.replace(digest["digest"].as_str().unwrap(), "(of the one run)");
    insta::assert_snapshot!(said, @r"
    Plan for 2026-11-22: + 5 to create, ~ 1 to update, + 24 to grant, ▲ 2 to promote, ▼ 1 to demote, − 4 to revoke, × 4 to expire, ✗ 1 to delete
      3 parts · 16 organisations, 12 with changes
      25 calls · 14 mails · 4 steps for people · 4 held back
      digest (of the one run)
    ");
}

#[cfg(unix)]
#[test]
fn a_merged_plan_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let planned = Planned::new();
    assert_eq!(planned.merge(&["1.json", "2.json", "3.json"]).0, Some(0));
    let mode = fs::metadata(planned.folder().join("merged.json")).unwrap();
    assert_eq!(mode.permissions().mode() & 0o777, 0o600);
}

#[test]
fn what_is_not_the_whole_is_not_merged() {
    let planned = Planned::new();
    insta::assert_snapshot!(planned.refused(&["1.json", "3.json"]), @"error: the plans are not those of one whole: a part is missing: 2/3");
    insta::assert_snapshot!(planned.refused(&["1.json", "2.json", "3.json", "2.json"]), @"error: the plans are not those of one whole: `2.json` and `2.json` are both of shard 2/3");
    insta::assert_snapshot!(planned.refused(&["whole.json"]), @"error: the plans are not those of one whole: `whole.json` is of no shard: it was made without `--shard`");
    let tampered = planned
        .text("2.json")
        .replacen("\"create\": 0", "\"create\": 1", 1);
    assert_ne!(tampered, planned.text("2.json"));
    fs::write(planned.folder().join("2.json"), tampered).unwrap();
    let said = planned.refused(&["1.json", "2.json", "3.json"]);
    assert!(
        said.contains("`2.json`: it has been changed since it was saved"),
        "{said}"
    );
}

#[test]
fn plans_of_another_configuration_are_not_merged() {
    let planned = Planned::new();
    let project = planned.text("beadle.yaml");
    fs::write(
        planned.folder().join("beadle.yaml"),
        format!("{project}# later\n"),
    )
    .unwrap();
    let said = planned.refused(&["1.json", "2.json", "3.json"]);
    assert!(said.contains("another configuration"), "{said}");
}

#[test]
fn reports_of_all_shards_are_one_report() {
    let trust = Trust::start();
    let folder = trust.folder.path();
    // Twice: whoever moves between shards is finished by the second round.
    for round in 1..=2 {
        for index in 1..=8 {
            let (_, report) = trust.apply(&["--shard", &format!("{index}/8")]);
            fs::write(
                folder.join(format!("{round}-{index}.json")),
                report.to_string(),
            )
            .unwrap();
        }
    }
    let merge = |round: u32| {
        let files: Vec<String> = (1..=8)
            .map(|index| format!("{round}-{index}.json"))
            .collect();
        let mut command = beadle(folder);
        command
            .args(["apply", "merge", "--out", "merged.json"])
            .args(files);
        let output = command.output().unwrap();
        let merged = fs::read_to_string(folder.join("merged.json")).unwrap();
        let merged: Value = serde_json::from_str(&merged).unwrap();
        (output.status.code(), out(&output), merged)
    };
    let (code, said, first) = merge(1);
    assert_eq!(code, Some(4), "{said}");
    insta::assert_snapshot!(said, @r"
    birchmoor on hants: 1 action waits
    Applied in part: 19 of 20 actions done, 1 waiting for another run.
    Running the same command again goes on from here.
    ");
    assert_eq!(first["plans"].as_array().unwrap().len(), 8);
    let (code, said, _) = merge(2);
    assert_eq!(code, Some(0), "{said}");
    let left = trust.run(&["plan", "--portal", "hants", "--detailed-exitcode"]);
    assert_eq!(left.status.code(), Some(0), "{}", out(&left));
}

/// What was not read looks like what is as it should be: no part with a hole is saved or merged.
#[test]
fn a_plan_of_which_something_could_not_be_read_is_not_saved() {
    let planned = Planned::new();
    let live = planned.folder().join("live");
    let portal = fs::read_dir(&live).unwrap().next().unwrap().unwrap().path();
    let snapshot = fs::read_dir(portal)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::remove_file(snapshot).unwrap();
    let mut command = beadle(planned.folder());
    command.args([
        "plan",
        "--live",
        "live",
        "--today",
        TODAY,
        "--out",
        "hole.json",
    ]);
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = err(&output);
    assert!(
        said.contains("not saved as `hole.json`: 1 organisation could not be read"),
        "{said}"
    );
    assert!(!planned.folder().join("hole.json").exists());
}
