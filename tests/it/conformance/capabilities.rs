//! The table of what each portal can do, cell by cell: one test a row, five cells a test, each held
//! here as a literal and compared with what is seen when the program meets the embedded portal over
//! HTTP. What can be seen is not taken from a driver's rules: those are looked at beside it.

mod access;

use std::collections::BTreeMap;

use beadle::model::rules::Rules;
use serde_json::Value;

use super::place::{Place, Someone, Way, address, someone};
use super::planned::Planned;
use super::scenarios::{admins, head};
use crate::support::{TODAY, err, out};

/// The cells of one row, in the order of the table's columns.
fn row<T>(ofs: T, hfl: T, hampshire: T, hwb: T, scim: T) -> BTreeMap<&'static str, T> {
    BTreeMap::from([
        ("ofs", ofs),
        ("hfl", hfl),
        ("hampshire", hampshire),
        ("hwb", hwb),
        ("scim", scim),
    ])
}

/// Compares each cell with what is seen there. A driver without a cell fails.
fn check<T>(cells: BTreeMap<&'static str, T>, look: impl Fn(&'static Rules, T)) {
    let drivers = beadle::portal::drivers();
    assert_eq!(drivers.len(), cells.len(), "a driver has no cell");
    for (name, cell) in cells {
        let driver = beadle::portal::driver(name).unwrap();
        look(driver.rules, cell);
    }
}

fn at(rules: &'static Rules, live: &[Someone]) -> Place {
    Place::with(rules, Way::Api, live)
}

/// Plans and applies what is said, and answers with the plan and the writing calls.
fn played(place: &Place) -> (Planned, Vec<String>) {
    let before = place.writes().len();
    let plan = place.settle();
    let calls = place.writes();
    let made = calls.iter().skip(before);
    (plan, made.map(line).collect())
}

/// Method and path of a call, from the organisation on, without ids that the portal made.
fn line(call: &Value) -> String {
    let path = call["path"].as_str().unwrap();
    let path = path.split_once("/portal/").map_or(path, |(_, rest)| rest);
    format!("{} {path}", call["method"].as_str().unwrap())
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.sort();
    lines
}

/// What `validate` says against the files; nothing where they are sound.
fn faults(place: &Place) -> String {
    let output = place.run(&["validate"]);
    if output.status.success() {
        String::new()
    } else {
        out(&output) + &err(&output)
    }
}

#[test]
fn organisation_id() {
    let cells = row(
        ("providers/85020010/users", "is no UKPRN: it has 8 digits"),
        (
            "schools/8502001/sub-accounts",
            "is no DfE number: it has 7 digits",
        ),
        (
            "organisations/8502001/users",
            "is no DfE number: it has 7 digits",
        ),
        ("authorities/699/users", ""),
        ("699/v2/Users", ""),
    );
    check(cells, |rules, (path, wrong)| {
        let mut place = at(rules, &[head()]);
        place.say(&[head()], "");
        place.plan();
        let calls = place.calls();
        assert!(
            calls.iter().any(|call| call.ends_with(path)),
            "{}: {calls:?}",
            place.what()
        );
        // One digit less.
        let id = super::place::organisation(rules);
        place.edit(&format!("\"{id}\""), &format!("\"{}\"", &id[1..]));
        let said = faults(&place);
        assert_eq!(
            said.is_empty(),
            wrong.is_empty(),
            "{}: {said}",
            place.what()
        );
        assert!(said.contains(wrong), "{}: {said}", place.what());
    });
}

#[test]
fn login_id() {
    let user_id = "wants a user id such as `JSMITH12`";
    let cells = row(
        (
            "JSMITH12",
            "wants an email address",
            "ada.cole@place.example",
        ),
        (
            "J SMITH",
            "wants text without spaces",
            "ada.cole@place.example",
        ),
        ("J SMITH", user_id, "ADACOLE"),
        ("J SMITH", "wants text without spaces", ""),
        (
            "J SMITH",
            "wants text without spaces",
            "ada.cole@place.example",
        ),
    );
    check(cells, |rules, (wrong, said, login)| {
        let upstream = rules.driver == "hampshire";
        let ada = if upstream {
            someone("ada.cole", &[])
        } else {
            someone("ada.cole", &[]).not_live()
        };
        let live = if upstream {
            vec![head(), ada.clone()]
        } else {
            vec![head()]
        };
        let mut place = at(rules, &live);
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        place.settle();
        let made = place.account("ada.cole").unwrap()["login"].clone();
        let made = made.as_str().unwrap();
        if login.is_empty() {
            // The portal makes it.
            assert!(!made.is_empty() && !made.contains('@'), "{made}");
        } else {
            assert_eq!(made, login, "{}", place.what());
        }
        let bo =
            format!("bo.lee@place.example: {{ name: Bo Lee, accounts: {{ portal: {wrong} }} }}");
        place.edit("    users:\n", &format!("    users:\n      {bo}\n"));
        let faults = faults(&place);
        assert!(
            faults.contains(&format!("`{wrong}` is no login id")),
            "{}: {faults}",
            place.what()
        );
        assert!(faults.contains(said), "{}: {faults}", place.what());
    });
}

#[test]
fn create() {
    let cells = row(
        "POST 85020010/users",
        "POST 8502001/sub-accounts",
        "",
        "POST 699/users",
        "POST 699/v2/Users",
    );
    check(cells, |rules, call| {
        let mut place = at(rules, &[head()]);
        let ada = someone("ada.cole", &[]).not_live();
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        if call.is_empty() {
            // A school's staff come from SIMS or EAMW; another organisation's are registered.
            let plan = place.plan();
            assert_eq!(
                (plan.count("create"), plan.manual()),
                (0, vec!["create-upstream".to_owned()])
            );
            place.apply();
            assert!(place.writes().is_empty());
            return;
        }
        if rules.driver == "hfl" {
            place.edit(", terms_accepted_by: Morgan Jones", "");
            let said = place.problems();
            assert!(said.contains("terms"), "{said}");
            place.edit(
                "notify: true",
                "notify: true, terms_accepted_by: Morgan Jones",
            );
        }
        let (plan, calls) = played(&place);
        assert_eq!(plan.count("create"), 1, "{}", place.what());
        assert!(tails(&calls, &[call]), "{}: {calls:?}", place.what());
        if rules.driver == "hwb" {
            assert_eq!(place.account("ada.cole").unwrap()["expires"], "2027-08-31");
            // An account of the MIS is named by its user name, and cannot be made here.
            let mis = someone("cy.mis", &[]);
            place.say(&[head(), mis], &admins(rules, &["pat.head"]));
            assert!(
                place.problems().contains("unknown-login"),
                "{}",
                place.what()
            );
        }
    });
}

/// Whether each call ends as is expected, in any order.
fn tails(calls: &[String], expected: &[&str]) -> bool {
    let one = |call: &String, tail: &str| {
        let Some((method, path)) = tail.split_once(' ') else {
            return false;
        };
        call.starts_with(method) && call.ends_with(path)
    };
    let (calls, mut wanted) = (sorted(calls.to_vec()), expected.to_vec());
    wanted.sort_unstable();
    calls.len() == wanted.len() && calls.iter().zip(wanted).all(|(call, tail)| one(call, tail))
}

#[test]
fn update() {
    // By an action: the name, the email address, the login id.
    let cells = row(
        (true, true, true),
        (true, true, false),
        (false, false, false),
        (false, false, false),
        (true, true, true),
    );
    check(cells, |rules, (name, email, login)| {
        let live = [head(), someone("ada.cole", &[])];
        let mut place = at(rules, &live);
        let ada = someone("ada.boyd", &[]).named("Ada Boyd").was("ada.cole");
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let plan = place.settle();
        let edited = [name, email, login].contains(&true);
        assert_eq!(plan.count("update") > 0, edited, "{}", place.what());
        let by_hand = plan.manual().iter().any(|kind| kind == "rename");
        assert_eq!(by_hand, !(name && email && login), "{}", place.what());
        let account = place
            .account("ada.boyd")
            .or_else(|| place.account("ada.cole"));
        let account = account.unwrap();
        assert_eq!(account["name"] == "Ada Boyd", name, "{}", place.what());
        let moved = account["email"] == address("ada.boyd");
        assert_eq!(moved, email, "{}", place.what());
        let login_id = super::place::login(rules, "ada.boyd");
        assert_eq!(account["login"] == login_id, login, "{}", place.what());
    });
}

#[test]
fn expire() {
    // Whether the account's own date has passed, its areas are gone, it is active, and the calls.
    let cells = row(
        (true, true, true, 3),
        (false, true, true, 2),
        (false, true, true, 1),
        (false, true, false, 1),
        (false, false, false, 1),
    );
    check(cells, |rules, (dated, emptied, active, calls)| {
        let live = [head(), someone("ada.cole", &["finance", "library"])];
        let mut place = at(rules, &live);
        let ada = someone("ada.cole", &[]).until("2026-10-31");
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        let (plan, made) = played(&place);
        assert_eq!(plan.count("expire"), 1, "{}", place.what());
        assert_eq!(made.len(), calls, "{}: {made:?}", place.what());
        let account = place.account("ada.cole").unwrap();
        let past = account["expires"].as_str().is_some_and(|day| day < TODAY);
        assert_eq!(past, dated, "{}", place.what());
        assert_eq!(
            place.areas("ada.cole").is_empty(),
            emptied,
            "{}",
            place.what()
        );
        assert_eq!(account["active"] != false, active, "{}", place.what());
        // It can be undone: the same account comes back.
        place.say(&live, &admins(rules, &["pat.head"]));
        let back = place.settle();
        assert_eq!(back.count("create"), 0, "{}", place.what());
    });
}

#[test]
fn delete() {
    let cells = row(
        "",
        "DELETE 8502001/sub-accounts/id-ada-cole",
        "DELETE 8502001/users/ADACOLE",
        "",
        "",
    );
    check(cells, |rules, call| {
        let mut place = at(rules, &[head(), someone("ada.cole", &["library"])]);
        let login = super::place::login(rules, "ada.cole");
        let says = format!("delete: [{login}]\n{}", admins(rules, &["pat.head"]));
        place.say(&[head()], &says);
        if call.is_empty() {
            assert!(place.problems().contains("delete"), "{}", place.what());
            assert!(place.writes().is_empty(), "{}", place.what());
            return;
        }
        assert!(!place.plan().reversible("delete"), "{}", place.what());
        let (_, made) = played(&place);
        assert!(tails(&made, &[call]), "{}: {made:?}", place.what());
    });
}

#[test]
fn account_ends_by_date() {
    // The end that the portal keeps of an account whose last day is 30 April.
    let cells = row(Some("2027-04-30"), None, None, Some("2027-02-22"), None);
    check(cells, |rules, end| {
        let upstream = rules.driver == "hampshire";
        let mut ada = someone("ada.cole", &[]).until("2027-04-30");
        let mut live = vec![head()];
        if upstream {
            live.push(someone("ada.cole", &[]));
        } else {
            ada = ada.not_live();
        }
        let mut place = at(rules, &live);
        place.say(&[head(), ada], &admins(rules, &["pat.head"]));
        place.settle();
        let account = place.account("ada.cole").unwrap();
        assert_eq!(account["expires"].as_str(), end, "{}", place.what());
        if end.is_some() {
            // A term, or a date, that would end before access does is renewed.
            let bo = someone("bo.lee", &[]);
            let mut place = at(rules, &[head(), bo.clone().until("2026-12-20")]);
            place.say(&[head(), bo], &admins(rules, &["pat.head"]));
            assert_eq!(place.plan().count("renew"), 1, "{}", place.what());
        }
    });
}
