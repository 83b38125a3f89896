//! The subset rule: what was not reviewed is not done, and the refusal says what it is.

use std::fs;

use serde_json::Value;

use crate::support::{University, err, out};

/// The state of the university's portal, to be changed and put back.
pub(super) fn state(university: &University) -> Value {
    university.sandbox.control("GET", STATE, "")
}

pub(super) fn put(university: &University, state: &Value) {
    university.sandbox.control("PUT", STATE, &state.to_string());
}

const STATE: &str = "/state?portal=ofs&organisation=10009999";

/// The live account of a login id.
pub(super) fn account<'v>(state: &'v mut Value, login: &str) -> &'v mut Value {
    let accounts = state["accounts"].as_array_mut().unwrap();
    let found = accounts
        .iter_mut()
        .find(|account| account["login"] == login);
    found.unwrap_or_else(|| panic!("{login}"))
}

fn save(university: &University) -> Value {
    let saved = university.run("plan", &["--out", "plan.json"]);
    assert!(saved.status.success(), "{}", err(&saved));
    let text = fs::read_to_string(university.folder.path().join("plan.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// What was said, without the plan's digests.
fn refused(university: &University, arguments: &[&str]) -> String {
    let refused = university.run("apply", arguments);
    assert_eq!(
        refused.status.code(),
        Some(3),
        "{}{}",
        out(&refused),
        err(&refused)
    );
    assert!(university.sandbox.writes().is_empty());
    err(&refused)
}

/// Somebody renames one who is to be renamed, prolongs one whose end is to move, ticks an area of
/// one who leaves, and takes away what was to be taken.
fn meddle(university: &University) {
    let mut live = state(university);
    account(&mut live, "d.oconnor@northshire.example")["name"] = "Donal O'Conor".into();
    account(&mut live, "e.marsh@northshire.example")["expires"] = "2040-01-01".into();
    account(&mut live, "p.novak@northshire.example")["areas"] = serde_json::json!([]);
    account(&mut live, "g.walsh@northshire.example")["name"] = "Somebody Else".into();
    put(university, &live);
    university.edit(
        "    users:\n",
        "    users:\n      n.ew@northshire.example: { name: Nell Ew }\n",
    );
}

#[test]
fn the_refusal_says_what_is_new_changed_and_gone() {
    let university = University::start();
    save(&university);
    meddle(&university);
    insta::assert_snapshot!(refused(&university, &["plan.json", "--yes"]), @r"
    note: refused: the plan is not the one that was reviewed; plan and review again
      2 actions are new:
        northshire/ofs: update e.marsh@northshire.example: expires `2040-01-01` → `2033-01-31`
        northshire/ofs: create n.ew@northshire.example: email `n.ew@northshire.example`, name `Nell Ew`
      1 action is not as it was reviewed:
        northshire/ofs: update d.oconnor@northshire.example: name `Donal O'Conor` → `Dónal O’Connor`; reviewed as name `Donal O'Connor` → `Dónal O’Connor`
      2 accounts that the plan touches were changed by somebody since:
        northshire/ofs: d.oconnor@northshire.example: name is `Donal O'Conor`, was `Donal O'Connor`
        northshire/ofs: g.walsh@northshire.example: name is `Somebody Else`, was `Gráinne Walsh`
      3 actions are not needed any more:
        northshire/ofs: renew e.marsh@northshire.example: expires `2031-01-31` → `2033-01-31`
        northshire/ofs: revoke p.novak@northshire.example access-and-participation
        northshire/ofs: revoke p.novak@northshire.example prevent-monitoring
      the portal answers otherwise than for the review:
        northshire/ofs
      the project's files are others than those of the review
    ");
}

#[test]
fn the_refusal_names_nobody_where_names_stay_out() {
    let university = University::start();
    save(&university);
    meddle(&university);
    let said = refused(&university, &["plan.json", "--yes", "--redact=always"]);
    for name in ["northshire.example", "Conor", "Somebody", "Nell"] {
        assert!(!said.contains(name), "{said}");
    }
    assert!(said.contains("northshire/ofs: create person-"), "{said}");
    assert!(said.contains("name is `name-"), "{said}");
}

#[test]
fn the_refusal_is_there_for_programs_as_well() {
    let university = University::start();
    let saved = save(&university);
    meddle(&university);
    let arguments = ["plan.json", "--yes", "--format", "json"];
    let output = university.run("apply", &arguments);
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let refused = &report["refused"];
    assert_eq!(refused["reviewed"], saved["digest"]);
    assert_eq!(refused["configuration"], true);
    assert_eq!(refused["counts"]["new"].as_u64(), Some(2));
    assert_eq!(refused["new"][1]["account"], "n.ew@northshire.example");
    assert_eq!(refused["listings"][0]["organisation"], "northshire");
    let changed = refused["changed"].as_array().unwrap();
    let name = changed
        .iter()
        .find(|one| one["account"] == "d.oconnor@northshire.example");
    assert_eq!(name.unwrap()["now"]["before"]["name"], "Donal O'Conor");
    assert_eq!(report["actions"].as_array().unwrap().len(), 0);
}

#[test]
fn a_long_difference_is_cut_and_counted() {
    let university = University::start();
    save(&university);
    let many: String = (0..150)
        .map(|number| format!("      new{number}@northshire.example: {{ name: New {number} }}\n"))
        .collect();
    university.edit("    users:\n", &format!("    users:\n{many}"));
    let said = refused(&university, &["plan.json", "--yes"]);
    assert!(said.contains("150 actions are new:"), "{said}");
    assert!(said.contains("\n    and 130 more\n"), "{said}");
    assert_eq!(said.matches("create new").count(), 20, "{said}");
    let output = university.run("apply", &["plan.json", "--yes", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["refused"]["counts"]["new"].as_u64(), Some(150));
    assert_eq!(report["refused"]["new"].as_array().unwrap().len(), 100);
}

/// Of a plan of which a part was carried out, the rest is: also of accounts that were created or
/// renamed on the way.
#[test]
fn the_rest_of_a_plan_is_applied_under_the_same_review() {
    let university = University::start();
    save(&university);
    let part = university.run("apply", &["plan.json", "--no-removals", "--yes"]);
    assert_eq!(part.status.code(), Some(0), "{}{}", out(&part), err(&part));
    let written = university.sandbox.writes().len();
    let rest = university.run("apply", &["plan.json", "--yes"]);
    assert_eq!(rest.status.code(), Some(0), "{}{}", out(&rest), err(&rest));
    assert!(university.sandbox.writes().len() > written);
}

#[test]
fn an_account_that_the_plan_does_not_touch_may_change() {
    let university = University::start();
    let digest = save(&university)["digest"].as_str().unwrap().to_owned();
    let mut live = state(&university);
    account(&mut live, "k.ellis@northshire.example")["expires"] = Value::Null;
    account(&mut live, "svc-hesa-upload@northshire.example")["name"] = "Another service".into();
    put(&university, &live);
    // What was read is a part of what a digest stands for.
    let said = refused(&university, &["--approved", &digest, "--yes"]);
    assert!(
        said.contains("A digest alone does not say what is different"),
        "{said}"
    );
    let arguments = ["plan.json", "--approved", &digest, "--yes"];
    let applied = university.run("apply", &arguments);
    assert_eq!(applied.status.code(), Some(0), "{}", err(&applied));
}

#[test]
fn a_saved_plan_that_is_not_the_approved_one_is_refused_before_anything_is_asked() {
    let university = University::start();
    let saved = save(&university);
    let called = university.sandbox.control("GET", "/calls", "");
    for approved in ["", "0000", &"f".repeat(64)] {
        let arguments = [
            "plan.json",
            "--yes",
            "--approved",
            approved,
            "--format",
            "json",
        ];
        let output = university.run("apply", &arguments);
        assert_eq!(output.status.code(), Some(3), "{}", err(&output));
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["refused"]["found"], saved["digest"]);
        assert_eq!(report["refused"]["reviewed"], approved);
    }
    assert_eq!(university.sandbox.control("GET", "/calls", ""), called);
    // A variable that a job forgot to set approves nothing.
    let output = university.run("apply", &["--yes", "--approved", ""]);
    assert_eq!(output.status.code(), Some(3), "{}", err(&output));
    assert!(university.sandbox.writes().is_empty());
}
