//! Several machines for one project, through the program: what they plan together is what one run
//! plans, and nobody who moves between them is without access.

use std::fs;
use std::process::Output;

use serde_json::Value;

use crate::support::{Sandbox, TODAY, beadle, copy, err, out, repository};

mod judged;
mod many;
mod merging;

/// A copy of `examples/trust` whose Hampshire portal is a running sandbox.
struct Trust {
    folder: tempfile::TempDir,
    sandbox: Sandbox,
}

impl Trust {
    fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        copy(&repository().join("examples/trust"), folder.path());
        let sandbox = Sandbox::start(&folder.path().join("live"), None);
        let project = folder.path().join("beadle.yaml");
        let text = fs::read_to_string(&project).unwrap();
        let url = sandbox.text("/portals/hants/url");
        fs::write(&project, text.replace("https://portal.example/hants", &url)).unwrap();
        Self { folder, sandbox }
    }

    /// Runs a command on the Hampshire portal.
    fn run(&self, arguments: &[&str]) -> Output {
        beadle(self.folder.path())
            .env("HANTS_TOKEN", self.sandbox.text("/portals/hants/token"))
            .env(
                "HANTS_READ_TOKEN",
                self.sandbox.text("/portals/hants/read_token"),
            )
            .args(arguments)
            .args(["--today", TODAY])
            .output()
            .unwrap()
    }

    fn apply(&self, arguments: &[&str]) -> (Option<i32>, Value) {
        let mut all = vec!["apply", "--yes", "--format", "json", "--portal", "hants"];
        all.extend(arguments);
        let output = self.run(&all);
        let report = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}{}", out(&output), err(&output)));
        (output.status.code(), report)
    }
}

/// What became of the actions on Leila Haddow, who moves from Birchmoor to Chalkdown.
fn outcomes(report: &Value) -> Vec<String> {
    let actions = report["actions"].as_array().unwrap().iter();
    let of_her = actions.filter(|action| action["account"] == "LHADDOW3");
    let mut found: Vec<String> = of_her
        .map(|action| {
            let text = |key: &str| action[key].as_str().unwrap().to_owned();
            format!(
                "{} {} {}",
                text("organisation"),
                text("kind"),
                text("outcome")
            )
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

#[test]
fn who_moves_to_a_school_of_another_run_keeps_the_old_access_until_the_new_is_there() {
    // Birchmoor is in the fifth of eight shards, Chalkdown in the last.
    for (leaving, joining) in [
        (["--org", "birchmoor"], ["--org", "chalkdown"]),
        (["--shard", "5/8"], ["--shard", "8/8"]),
    ] {
        let trust = Trust::start();
        let (code, report) = trust.apply(&leaving);
        assert_eq!(code, Some(4), "{report:#}");
        assert_eq!(outcomes(&report), ["birchmoor expire waits"]);
        let message = report["actions"]
            .as_array()
            .unwrap()
            .iter()
            .find_map(|action| {
                (action["outcome"] == "waits").then(|| action["message"].as_str().unwrap())
            });
        insta::allow_duplicates! {
            insta::assert_snapshot!(message.unwrap(), @"access in `chalkdown` is given first, which is not in this run; run again after it");
        }

        let (code, report) = trust.apply(&joining);
        assert_eq!(code, Some(0), "{report:#}");
        assert_eq!(outcomes(&report), ["chalkdown grant done"]);

        let (code, report) = trust.apply(&leaving);
        assert_eq!(code, Some(0), "{report:#}");
        assert_eq!(outcomes(&report), ["birchmoor expire done"]);
    }
}

#[test]
fn what_waits_for_another_run_is_said_before_it_is_applied() {
    let trust = Trust::start();
    let plan = trust.run(&["plan", "--org", "birchmoor", "--portal", "hants"]);
    assert!(
        out(&plan).contains("waits for `chalkdown`"),
        "{}",
        out(&plan)
    );
    let whole = trust.run(&["plan", "--portal", "hants"]);
    assert!(
        !out(&whole).contains("gain access first"),
        "{}",
        out(&whole)
    );
}
