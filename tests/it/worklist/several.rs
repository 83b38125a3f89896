//! Several at once: people who mark at the same time, and organisations that wait for each other.

use std::collections::BTreeSet;
use std::fs;
use std::process::Stdio;

use super::{ByHand, JSON, SNAPSHOT, beadle, copy, err, ok, out, repository, steps};
use crate::support::TODAY;

#[test]
fn marks_made_at_the_same_time_are_all_kept() {
    let it = ByHand::new();
    ok(&it.apply());
    let free: BTreeSet<String> = steps(&it.list())
        .iter()
        .filter(|step| step.get("after").is_none())
        .map(|step| step["number"].to_string())
        .take(8)
        .collect();
    assert_eq!(free.len(), 8);
    let open = it.open();
    let runs: Vec<_> = free
        .iter()
        .map(|number| {
            beadle(it.folder.path())
                .args(["worklist", "done", "--today", TODAY, number])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap()
        })
        .collect();
    for run in runs {
        ok(&run.wait_with_output().unwrap());
    }
    assert_eq!(it.open(), open - 8);
    let planned = it.planned();
    ok(&it.done(&["--all"]));
    assert!(it.planned() < planned);
}

#[test]
fn a_number_is_digits_alone() {
    let it = ByHand::new();
    ok(&it.apply());
    let before = it.files();
    for text in ["+1", "1-+2", "-", "1-", ""] {
        let output = it.done(&["--", text]);
        assert_eq!(output.status.code(), Some(1), "`{text}`");
        assert!(
            err(&output).contains("there is no step"),
            "{}",
            err(&output)
        );
    }
    assert_eq!(it.files(), before);
}

#[test]
fn a_list_made_for_another_id_at_the_portal_is_not_marked() {
    let it = ByHand::new();
    ok(&it.apply());
    it.edit("beadle.yaml", "10009999", "10009998");
    it.edit(SNAPSHOT, "10009999", "10009998");
    let before = it.text(JSON);
    let output = it.done(&["2"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("made for `10009999`"),
        "{}",
        err(&output)
    );
    assert_eq!(it.text(JSON), before);
}

/// H7, H9, H13: whoever reads the list needs neither the YAML nor to guess with which account.
/// A mover's access is taken at one school after it is given at the other.
#[test]
fn in_a_trust_each_step_says_all_and_another_school_is_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    copy(&repository().join("examples/trust"), folder.path());
    let run = |arguments: &[&str]| {
        let today = ["--today", TODAY];
        let portal = ["--portal", "hfl"];
        let arguments = [arguments, &today, &portal].concat();
        beadle(folder.path()).args(arguments).output().unwrap()
    };
    ok(&run(&["apply"]));
    let read = |school: &str| {
        let path = format!("worklists/hfl/{school}.json");
        fs::read_to_string(folder.path().join(path)).unwrap()
    };
    let chalkdown = read("chalkdown");
    for words in [
        "\"Notify user of new account: tick\"",
        "\"Sign in with the main account of Chalkdown Primary School\"",
    ] {
        assert!(chalkdown.contains(words), "{words}: {chalkdown}");
    }
    assert!(!chalkdown.contains("notify: true"), "{chalkdown}");
    let list: serde_json::Value = serde_json::from_str(&read("birchmoor")).unwrap();
    let waits = |step: &&serde_json::Value| {
        let after = step["after"].as_array();
        after.is_some_and(|after| after.iter().any(|early| early.get("title").is_some()))
    };
    let steps = steps(&list);
    let number = steps.iter().find(waits).unwrap()["number"].to_string();
    let early = run(&["worklist", "done", "--org", "birchmoor", &number]);
    ok(&early);
    let said = err(&early);
    let words = "what comes before it at Chalkdown Primary School is not seen to be done";
    assert!(said.contains(words), "{said}{}", out(&early));
}
