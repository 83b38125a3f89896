//! The rows about what accounts may use: areas, saves, administrators, mails, and what is no state.

use super::super::place::{KEYED, address, login, someone};
use super::super::scenarios::{admins, head};
use super::{at, check, faults, played, row, sorted, tails};
use crate::support::{TODAY, err, out};

#[test]
fn areas() {
    let cells = row(
        Some("area"),
        Some("product"),
        Some("service"),
        None,
        Some("group"),
    );
    check(cells, |rules, called| {
        let live = [head(), someone("ada.cole", &["library"])];
        let mut place = at(rules, &live);
        place.say(&live, &admins(rules, &["pat.head"]));
        let held = place.areas("ada.cole");
        let Some(called) = called else {
            assert_eq!(held, Vec::<String>::new());
            let name = "        name: ada cole\n";
            place.edit(name, &format!("{name}        areas: [library]\n"));
            assert!(faults(&place).contains("area"), "{}", place.what());
            return;
        };
        assert_eq!(held, ["library"], "{}", place.what());
        let give = rules.step(beadle::model::steps::StepKind::Give).unwrap();
        assert!(
            give.title.contains(&format!("the {called} {{area}}")),
            "{}",
            give.title
        );
    });
}

#[test]
fn one_save_writes() {
    // Three accounts, each of which gets the same two areas; where there are none, two ends.
    let cells = row(
        vec!["PUT", "PUT", "PUT", "PUT", "PUT", "PUT"],
        vec!["PUT permissions", "PUT permissions"],
        vec!["PUT roles", "PUT roles", "PUT roles"],
        vec!["POST deactivate", "POST deactivate", "POST deactivate"],
        vec!["PATCH finance", "PATCH library"],
    );
    check(cells, |rules, expected| {
        let keys = ["ada.cole", "bo.lee", "cy.dean"];
        let mut live = vec![head()];
        live.extend(keys.map(|key| someone(key, &[])));
        let mut place = at(rules, &live);
        let mut users = vec![head()];
        users.extend(keys.map(|key| {
            let user = someone(key, &["finance", "library"]);
            if rules.has_areas.value {
                user
            } else {
                user.until("2026-10-31")
            }
        }));
        place.say(&users, &admins(rules, &["pat.head"]));
        let (_, calls) = played(&place);
        let short = |call: &String, like: &str| {
            let last = call.rsplit('/').next().unwrap_or_default();
            match like.split_once(' ') {
                Some((method, tail)) => call.starts_with(method) && last.ends_with(tail),
                None => call.starts_with(like),
            }
        };
        assert_eq!(calls.len(), expected.len(), "{}: {calls:?}", place.what());
        let fits = sorted(calls.clone())
            .iter()
            .zip(&expected)
            .all(|(call, like)| short(call, like));
        assert!(fits, "{}: {calls:?}", place.what());
    });
}

#[test]
fn grants_only_a_person_can_make() {
    let cells = row("access-key", "unknown-area", "unknown-area", "", "unknown");
    check(cells, |rules, answer| {
        let live = [head(), someone("ada.cole", &[])];
        let mut place = at(rules, &live);
        let ada = someone("ada.cole", &[KEYED]);
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        match answer {
            // Posted to the head of provider, activated by the user.
            "access-key" => {
                let plan = place.plan();
                assert_eq!(
                    (plan.count("grant"), plan.manual()),
                    (0, vec![answer.to_owned()])
                );
                place.apply();
                assert!(place.writes().is_empty(), "{}", place.what());
            }
            // There are no areas, so nothing is said of any.
            "" => assert_eq!(place.plan().actions(), Vec::<String>::new()),
            // What was not bought, subscribed to or named cannot be given by anybody.
            _ => assert!(
                place.problems().contains(answer),
                "{}: {}",
                place.what(),
                place.problems()
            ),
        }
    });
}

#[test]
fn admin_set() {
    let cells = row(
        vec![
            "DELETE 85020010/users/id-pat-head/areas/administration",
            "PUT 85020010/users/id-ada-cole/areas/administration",
        ],
        vec![],
        vec![
            "PUT 8502001/users/ADACOLE/roles",
            "PUT 8502001/users/PATHEAD/roles",
        ],
        vec![
            "POST 699/users/id-ada-cole/promote",
            "POST 699/users/id-pat-head/demote",
        ],
        vec!["PATCH 699/v2/Groups/administration"],
    );
    check(cells, |rules, expected| {
        // The token is of an administrator who stays.
        let live = [
            someone("al.keeper", &[]).admin(),
            head(),
            someone("ada.cole", &[]),
        ];
        let mut place = at(rules, &live);
        let says = format!(
            "admins: [{}, {}]",
            address("al.keeper"),
            address("ada.cole")
        );
        place.say(&live, &says);
        if expected.is_empty() {
            assert!(place.problems().contains("admin"), "{}", place.what());
            assert!(place.writes().is_empty());
            return;
        }
        let (plan, calls) = played(&place);
        assert_eq!(
            (plan.count("promote"), plan.count("demote")),
            (1, 1),
            "{}",
            place.what()
        );
        assert!(tails(&calls, &expected), "{}: {calls:?}", place.what());
    });
}

#[test]
fn administrators_see() {
    // Whether an area that is listed for an administrator is still to be granted.
    let cells = row(false, true, true, false, true);
    check(cells, |rules, granted| {
        let mut place = at(rules, &[head()]);
        let mut pat = head();
        pat.areas = vec!["finance"];
        place.say(&[pat], &admins(rules, &["pat.head"]));
        let plan = place.settle();
        assert_eq!(plan.count("grant"), u64::from(granted), "{}", place.what());
        assert_eq!(rules.admin_sees_all.value, !granted, "{}", place.what());
    });
}

#[test]
fn mails() {
    // Who is mailed when Ada joins and Bo, who is there, gets two areas more.
    let cells = row(vec![], vec!["ada.cole"], vec!["bo.lee"], vec![], vec![]);
    check(cells, |rules, expected| {
        let mut place = at(rules, &[head(), someone("bo.lee", &[])]);
        let ada = someone("ada.cole", &["library"]).not_live();
        let bo = someone("bo.lee", &["finance", "library"]);
        place.say(&[head(), ada, bo], &admins(rules, &["pat.head"]));
        place.settle();
        let mails = place.mails();
        let to: Vec<&str> = mails
            .iter()
            .map(|mail| mail["to"].as_str().unwrap())
            .collect();
        let expected: Vec<String> = expected.into_iter().map(address).collect();
        assert_eq!(to, expected, "{}", place.what());
    });
}

#[test]
fn not_state_so_never_planned() {
    // By an API, by clicks, or not at all: unlock, reset-password, reset-otp.
    let none = "no act";
    let cells = row(
        ["is unlocked", none, none],
        [none, none, none],
        [none, "EAMW", "sign-in"],
        [none, "password", none],
        [none, none, none],
    );
    check(cells, |rules, expected| {
        let live = [head(), someone("ada.cole", &[])];
        let mut place = at(rules, &live);
        place.say(&live, &admins(rules, &["pat.head"]));
        let login = login(rules, "ada.cole");
        for (act, answer) in ["unlock", "reset-password", "reset-otp"]
            .into_iter()
            .zip(expected)
        {
            let mut words = vec!["account", act, &login, "--yes"];
            if act == "reset-password" {
                words.extend(["--password-file", "new"]);
            }
            let output = place.run(&words);
            let said = out(&output) + &err(&output);
            assert!(said.contains(answer), "{}: {act}: {said}", place.what());
            assert_eq!(
                output.status.success(),
                answer != none,
                "{}: {act}: {said}",
                place.what()
            );
        }
        // None of it is anything that a plan sees.
        assert_eq!(
            place.plan().actions(),
            Vec::<String>::new(),
            "{}",
            place.what()
        );
        assert!(place.mails().is_empty(), "{}", place.what());
    });
}

#[test]
fn schools_below() {
    let cells = row(false, false, false, true, false);
    check(cells, |rules, below| {
        let mut place = at(rules, &[head()]);
        place.say(&[head()], "");
        let before = place.calls().len();
        let output = place.run(&["import", "--below", "--today", TODAY]);
        assert!(
            output.status.success(),
            "{}: {}",
            place.what(),
            err(&output)
        );
        let calls = place.calls();
        let asked = calls
            .iter()
            .skip(before)
            .any(|call| call.ends_with("/authorities/699/schools"));
        assert_eq!(asked, below, "{}: {calls:?}", place.what());
    });
}
