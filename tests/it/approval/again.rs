//! A review is good for one doing: what was done under it and undone since is not done again.

use serde_json::Value;

use super::difference::{put, state};
use crate::support::{University, err, out};

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
