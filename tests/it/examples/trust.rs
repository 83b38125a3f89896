//! The trust: eight schools at Hampshire and HFL.

use beadle::model::snapshot::Snapshot;
use serde_json::Value;

use super::{Example, Portal};
use crate::support::{TODAY, err};

const PORTALS: &[Portal] = &[
    Portal {
        name: "hants",
        before: "https://portal.example/hants",
        after: "URL",
        token: "HANTS_TOKEN",
        read_token: Some("HANTS_READ_TOKEN"),
    },
    Portal {
        name: "hfl",
        before: "via: worklist # no API: a person carries the plan out, step by step\n    snapshots: live/hfl\n",
        after: "url: URL\n    token: { env: HFL_TOKEN }\n",
        token: "HFL_TOKEN",
        read_token: None,
    },
];

/// Where among the calls, in the order in which they came, those of a method are whose path ends so.
fn places(writes: &[Value], method: &str, end: &str) -> Vec<usize> {
    let is =
        |call: &Value| call["method"] == method && call["path"].as_str().unwrap().ends_with(end);
    let all = writes.iter().enumerate();
    all.filter(|(_, call)| is(call)).map(|(at, _)| at).collect()
}

#[test]
fn the_files_are_valid_and_the_one_warning_is_of_the_shared_login() {
    super::validates("trust", &["shared-account"]);
}

#[test]
fn the_plan_is_what_the_readme_says() {
    let plan = Example::start("trust", PORTALS).plan();
    insta::assert_snapshot!(super::counts(&plan), @r"
    create: 5
    update: 1
    renew: 0
    grant: 24
    promote: 2
    demote: 1
    revoke: 4
    expire: 4
    delete: 1
    manual: 4
    held_back: 4
    calls: 25
    mails: 14
    ");
    super::story::holds("trust", &plan, true);
}

/// S10, S13 (five changes, one save, one mail), H14 and H15 (six people, one save), and giving
/// before taking over two schools.
#[test]
fn it_costs_what_was_forecast_and_each_set_is_saved_once() {
    let example = Example::start("trust", PORTALS);
    let (writes, mails) = super::costs_what_was_forecast(&example);
    assert_eq!(
        places(&writes, "PUT", "8504001/users/PRAMAN5/roles").len(),
        1
    );
    let to_priya = mails
        .iter()
        .filter(|mail| mail["to"].as_str().unwrap().contains("p.raman"));
    assert_eq!(to_priya.count(), 1, "{mails:#?}");
    let phonics = "8502001/products/phonics-toolkit/permissions";
    assert_eq!(places(&writes, "PUT", phonics).len(), 1);

    // Leila Haddow: Chalkdown (8502003) before Birchmoor (8502002), at both portals.
    let gain = places(&writes, "PUT", "8502003/users/LHADDOW3/roles");
    let loss = places(&writes, "PUT", "8502002/users/LHADDOW3/roles");
    assert!(
        gain.len() == 1 && loss.len() == 1 && gain < loss,
        "{writes:#?}"
    );
    let gain = places(
        &writes,
        "PUT",
        "8502003/products/assessment-tracker/permissions",
    );
    let loss = places(
        &writes,
        "PUT",
        "8502002/products/assessment-tracker/permissions",
    );
    assert!(
        gain.len() == 1 && loss.len() == 1 && gain < loss,
        "{writes:#?}"
    );
}

/// An unmanaged tick survives a save of the whole set, an ignored account and the officer of the
/// council are untouched, and what waits for a person stays in the plan until it is done.
#[test]
fn what_nobody_manages_stays_and_the_steps_for_people_are_left() {
    let example = Example::start("trust", PORTALS);
    let steps = example.plan()["summary"]["manual"].clone();
    example.apply();
    assert_eq!(example.plan()["summary"]["manual"], steps);
    let untouched = [
        (
            "hfl",
            "alderbrook",
            "reading.volunteer@alderbrook.example",
            "phonics-toolkit",
        ),
        ("hfl", "hazelcroft", "training-hazelcroft", "dms-portal"),
        (
            "hants",
            "fernhaven",
            "r.aldous@county-council.example",
            "inspection-advisory",
        ),
    ];
    let after = example.run("snapshot", &["--out", "after"]);
    assert!(after.status.success(), "{}", err(&after));
    for (portal, school, login, area) in untouched {
        let path = example
            .folder
            .path()
            .join(format!("after/{portal}/{school}.yaml"));
        let text = std::fs::read_to_string(path).unwrap();
        let snapshot: Snapshot = serde_yaml::from_str(&text).unwrap();
        let account = snapshot
            .accounts
            .iter()
            .find(|account| account.login == login);
        assert_eq!(account.unwrap().areas, [area], "{login}");
    }
}

/// Without an API, live state is the snapshot: nothing has to run, and no token is needed.
#[test]
fn hfl_is_planned_from_its_snapshots_alone() {
    let arguments = ["--portal", "hfl", "--today", TODAY, "--format", "json"];
    let output = super::run("plan", "trust", &arguments);
    assert!(output.status.success(), "{}", err(&output));
    let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
    let embedded = super::run("plan", "trust", &[&arguments[..], &["--sandbox"]].concat());
    let embedded: Value = serde_json::from_slice(&embedded.stdout).unwrap();
    assert_eq!(plan["summary"], embedded["summary"]);
    assert_eq!(plan["summary"]["actions"]["delete"], 1);
}

#[test]
fn it_applies_in_embedded_portals_today_and_years_later() {
    super::applies_in_embedded_portals("trust");
}
