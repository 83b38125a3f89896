//! A review is good for one doing: what was done under it and undone since is not done again.

use std::fs;
use std::sync::Arc;

use beadle::record::Folder;
use beadle::record::audit::{Entry, Line, SealedLine, parse_line};
use beadle::record::lock::Scope;
use jiff::SignedDuration;
use serde_json::Value;

use super::difference::{account, put, state};
use super::files::saved_at;
use crate::record::rig::Hand;
use crate::record::written::{Log, runtime, sealed};
use crate::support::{TODAY, University, err, out};

/// Who gains a sensitive area by the plan.
const GAINS: &str = "v.costa@northshire.example";

/// The university with its plan saved and applied, and what was live before.
fn applied() -> (University, Value) {
    let university = University::start();
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let before = state(&university);
    assert_eq!(apply(&university, "plan.json").0, Some(0));
    (university, before)
}

/// The exit of an apply, and what was said.
fn apply(university: &University, plan: &str) -> (Option<i32>, String) {
    let output = university.run("apply", &[plan, "--yes"]);
    let said = format!("{}{}", out(&output), err(&output));
    (output.status.code(), said)
}

/// Somebody takes back what the plan gave one person.
fn take_back(university: &University, before: &Value) {
    let mut live = state(university);
    let areas = account(&mut before.clone(), GAINS)["areas"].clone();
    let now = &mut account(&mut live, GAINS)["areas"];
    assert_ne!(*now, areas, "she has gained none");
    *now = areas;
    put(university, &live);
}

/// Applied once more under the same review, nothing is done, and that is said.
fn refused(university: &University, plan: &str, why: &str) {
    let written = university.sandbox.writes().len();
    let (code, said) = apply(university, plan);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains(why), "{said}");
    assert_eq!(university.sandbox.writes().len(), written);
}

const DONE: &str = "done under this review, and undone since:";

/// Makes the log that of a run that was killed before it heard what became of any call.
fn kill_before_any_outcome(university: &University) {
    let runs = fs::read_dir(university.folder.path().join(".beadle/audit")).unwrap();
    let mut runs: Vec<_> = runs.map(|run| run.unwrap().path()).collect();
    runs.sort();
    let part = runs.last().unwrap().join("000001.jsonl");
    let (mut text, mut previous) = (String::new(), None);
    let all = fs::read(&part).unwrap();
    let lines = all
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let begun = lines.map(|line| parse_line(line).unwrap());
    let begun =
        begun.filter(|sealed| matches!(sealed.line.entry, Entry::Start(_) | Entry::Call(_)));
    for (sequence, SealedLine { line, digest: _ }) in (1..).zip(begun) {
        let (whole, digest) = sealed(&Line {
            sequence,
            previous,
            ..line
        });
        text.push_str(&whole);
        previous = Some(digest);
    }
    fs::write(&part, text).unwrap();
}

fn accounts(state: &Value) -> Vec<Value> {
    state["accounts"].as_array().unwrap().clone()
}

#[test]
fn what_was_done_under_a_review_is_not_done_under_it_again() {
    let university = University::start();
    let digest = university.plan()["digest"].as_str().unwrap().to_owned();
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let before = state(&university);
    let applied = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(applied.status.code(), Some(0), "{}", err(&applied));
    // Nothing is left to do: that is no fault.
    let again = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(again.status.code(), Some(0), "{}", err(&again));
    // Somebody undoes all of it.
    let after = state(&university);
    put(&university, &before);
    let written = university.sandbox.writes().len();
    for arguments in [
        ["plan.json", "--yes"].as_slice(),
        &["--approved", &digest, "--yes"],
    ] {
        let refused = university.run("apply", arguments);
        let said = err(&refused);
        assert_eq!(refused.status.code(), Some(3), "{}{said}", out(&refused));
        assert!(
            said.contains("done under this review, and undone since:"),
            "{said}"
        );
    }
    assert_eq!(university.sandbox.writes().len(), written);
    // The portal remembers whom it has created.
    let mut undone = before.clone();
    let login = |account: &Value| account["login"].clone();
    let known: Vec<Value> = accounts(&before).iter().map(login).collect();
    let was = ["s.patel@northshire.example"];
    for account in accounts(&after) {
        let renamed = was.iter().any(|was| account["login"] == *was);
        if !known.contains(&login(&account)) && !renamed {
            undone["accounts"].as_array_mut().unwrap().push(account);
        }
    }
    undone["evidence"]["accounts"] = accounts(&undone).len().into();
    put(&university, &undone);
    // Without a review to go by, the files are what is wanted.
    let plainly = university.run("apply", &["--yes"]);
    assert_eq!(plainly.status.code(), Some(0), "{}", err(&plainly));
    assert!(university.sandbox.writes().len() > written);
}

#[test]
fn what_could_not_be_done_may_be_tried_again_under_the_same_review() {
    let university = University::start();
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let fault = serde_json::json!([{
        "match": { "portal": "ofs", "method": "DELETE" }, "kind": "error", "status": 403,
    }]);
    university
        .sandbox
        .control("PUT", "/faults", &fault.to_string());
    let part = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(part.status.code(), Some(4), "{}{}", out(&part), err(&part));
    university.sandbox.control("DELETE", "/faults", "");
    let rest = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(rest.status.code(), Some(0), "{}{}", out(&rest), err(&rest));
}

#[test]
fn what_a_killed_run_did_and_the_next_one_found_is_not_done_again() {
    let (university, before) = applied();
    kill_before_any_outcome(&university);
    let (code, said) = apply(&university, "plan.json");
    assert_eq!(code, Some(0), "{said}");
    take_back(&university, &before);
    refused(&university, "plan.json", DONE);
}

#[test]
fn what_a_killed_run_had_not_done_yet_is_done_by_the_next_under_the_same_review() {
    let (university, before) = applied();
    kill_before_any_outcome(&university);
    // Her call was recorded and never made.
    take_back(&university, &before);
    let written = university.sandbox.writes().len();
    // Whoever does not plan removals, or asks for another portal, finds nothing to be done.
    let less = university.run("apply", &["plan.json", "--yes", "--no-removals"]);
    assert_eq!(less.status.code(), Some(0), "{}{}", out(&less), err(&less));
    assert_eq!(university.sandbox.writes().len(), written + 1);
    let (code, said) = apply(&university, "plan.json");
    assert_eq!(code, Some(0), "{said}");
    take_back(&university, &before);
    refused(&university, "plan.json", DONE);
}

#[test]
fn a_run_of_a_machine_whose_clock_is_behind_hides_nothing_that_was_done() {
    let (university, before) = applied();
    let hand = Hand::new();
    hand.pass(-20 * 365 * 86_400);
    let records = Folder::new(university.folder.path().join(".beadle"));
    let log = Log::at(&hand, Arc::new(records));
    runtime().block_on(log.run(Scope::Project, "c", 1));
    take_back(&university, &before);
    refused(&university, "plan.json", DONE);
}

#[test]
fn forgetting_somebody_lets_nothing_be_done_to_them_again() {
    let (university, before) = applied();
    let mut command = university.beadle();
    let forgotten = command.args(["audit", "forget", GAINS]).output().unwrap();
    assert!(forgotten.status.success(), "{}", err(&forgotten));
    // Nothing is left to do: that is no fault.
    assert_eq!(apply(&university, "plan.json").0, Some(0));
    take_back(&university, &before);
    refused(&university, "plan.json", "was forgotten since");
    for entry in fs::read_dir(university.folder.path().join(".beadle/reviews")).unwrap() {
        let folder = entry.unwrap().path();
        for file in fs::read_dir(&folder).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            assert!(
                !text.contains("costa") && !text.contains("person-"),
                "{text}"
            );
        }
    }
    // A review from now on may want it.
    let saved = university.run("plan", &["--out", "new.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let (code, said) = apply(&university, "new.json");
    assert_eq!(code, Some(0), "{said}");
}

#[test]
fn what_was_done_under_the_merged_plan_is_not_done_again_under_a_part_of_it() {
    let university = University::start();
    for (shard, file) in [("1/2", "1.json"), ("2/2", "2.json")] {
        let saved = university.run("plan", &["--shard", shard, "--out", file]);
        assert!(saved.status.success(), "{}", err(&saved));
    }
    let mut command = university.beadle();
    command.args(["plan", "merge", "1.json", "2.json"]);
    command.args(["--today", TODAY, "--out", "whole.json"]);
    let merged = command.output().unwrap();
    assert!(merged.status.success(), "{}", err(&merged));
    // Times of plans are whole seconds: in another second than what is done now.
    for file in ["1.json", "2.json", "whole.json"] {
        let path = university.folder.path().join(file);
        let (minute, day) = (SignedDuration::from_mins(1), SignedDuration::from_hours(24));
        let earlier = saved_at(&fs::read(&path).unwrap(), minute, day);
        fs::write(&path, earlier).unwrap();
    }
    let before = state(&university);
    let (code, said) = apply(&university, "whole.json");
    assert_eq!(code, Some(0), "{said}");
    take_back(&university, &before);
    let written = university.sandbox.writes().len();
    let codes = [("1/2", "1.json"), ("2/2", "2.json")].map(|(shard, file)| {
        let part = university.run("apply", &[file, "--shard", shard, "--yes"]);
        part.status.code()
    });
    assert!(codes.contains(&Some(3)), "{codes:?}");
    assert_eq!(university.sandbox.writes().len(), written);
}
