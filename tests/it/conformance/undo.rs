//! Undo at every driver, by API and by worklist: whatever an apply takes is live again afterwards,
//! but for what its plan marked, which is said instead.

use beadle::model::plan::ManualKind;
use beadle::model::rules::{AccountEnd, Delete, Rules};
use serde_json::{Value, json};

use super::place::{KEYED, Place, Someone, Way, login, someone};
use super::scenarios::{admins, everywhere, has_admins};
use crate::support::{TODAY, err, out};

/// Six ways in which something is taken, as far as the portal has them: the live account and what
/// the YAML says of it, none where it does not name it.
fn taken(rules: &Rules, way: u64, key: &str) -> (Someone, Option<Someone>) {
    let live = someone(key, &["finance", "library"]);
    let stays = || Some(someone(key, &["finance", "library"]));
    match way % 6 {
        0 => (live, Some(someone(key, &["library"]))),
        1 => (live, stays().map(|it| it.until("2026-10-31"))),
        2 if has_admins(rules) => (
            someone(key, &["library"]).admin(),
            Some(someone(key, &["library"])),
        ),
        3 if rules.account_end.value == AccountEnd::Date => (
            live.until("2027-03-31"),
            stays().map(|it| it.until("2026-12-31")),
        ),
        4 if rules.edit.value.name => (live.named("Former Name"), stays()),
        5 if rules.delete.value == Delete::Irreversible => (live, None),
        _ => (live, Some(someone(key, &[]))),
    }
}

/// Who stays an administrator: the first, whose account the token of a sandbox opens, and no portal
/// lets anybody demote their own.
const HEAD: &str = "aa.head";

fn head() -> Someone {
    someone(HEAD, &[]).admin()
}

/// What is taken beside each of the ways: `BEADLE_SEED` sets another choice than CI's.
fn seed() -> u64 {
    let given = std::env::var("BEADLE_SEED").ok();
    given.map_or(20_261_122, |text| text.parse().unwrap())
}

/// Live accounts by id, without what changes by itself and what says nothing.
fn accounts(live: &Value) -> Vec<Value> {
    let mut accounts = live["accounts"].as_array().unwrap().clone();
    for account in &mut accounts {
        let account = account.as_object_mut().unwrap();
        account.retain(|field, value| {
            let usual = match field.as_str() {
                "last_sign_in" => true,
                "active" => *value == json!(true),
                _ => value.is_null() || *value == json!(false) || *value == json!([]),
            };
            !usual
        });
    }
    accounts.sort_by_key(|account| account["id"].to_string());
    accounts
}

fn undo(place: &Place) -> (String, String) {
    let output = place.run(&["undo", "--yes"]);
    let (said, beside) = (out(&output), err(&output));
    assert!(output.status.success(), "{}\n{said}{beside}", place.what());
    if place.way == Way::Worklist && said.contains("for a person") {
        let done = place.run(&["worklist", "done", "--all", "--today", TODAY]);
        assert!(done.status.success(), "{}\n{}", place.what(), err(&done));
    }
    (said, beside)
}

#[test]
fn what_an_apply_takes_an_undo_gives_back() {
    everywhere(|rules, way| {
        // Each way once, and then as the seed has it.
        let kinds = (0..6).chain((0..3).map(|turn| seed() >> (turn * 3)));
        let keys = [
            "ray", "rob", "sam", "sue", "tia", "tom", "una", "val", "zoe",
        ];
        let people = keys.into_iter().zip(kinds);
        let people: Vec<_> = people.map(|(key, kind)| taken(rules, kind, key)).collect();
        // The token belongs to the first administrator by id, whom nobody demotes: the head.
        let mut live = vec![head()];
        live.extend(people.iter().map(|(live, _)| live.clone()));
        let by_key = rules
            .manual
            .iter()
            .any(|it| it.kind == ManualKind::AccessKey);
        let mut said: Vec<Someone> = people.iter().filter_map(|(_, said)| said.clone()).collect();
        said.push(head());
        if by_key {
            live.push(someone("key.holder", &[KEYED]));
            said.push(someone("key.holder", &[]));
        }
        let gone = people.iter().filter(|(_, said)| said.is_none());
        let gone: Vec<String> = gone.map(|(live, _)| login(rules, &live.key)).collect();
        let mut place = Place::with(rules, way, &live);
        let mut more = admins(rules, &[HEAD]);
        if !gone.is_empty() {
            more.push_str(&format!("\ndelete: [{}]", gone.join(", ")));
        }
        place.say(&said, &more);
        let before = accounts(&place.live());
        let plan = place.plan();
        let marked = plan.irreversible();
        assert_eq!(
            marked.len(),
            gone.len() + usize::from(by_key),
            "{}: {marked:?}",
            place.what()
        );
        place.apply();
        let taken = accounts(&place.live());
        assert_ne!(before, taken, "{}", place.what());

        let (shown, _) = undo(&place);
        let now = accounts(&place.live());
        let kept = before.iter().filter(|account| {
            let login = account["login"].as_str().unwrap();
            !marked.iter().any(|marked| marked == login)
        });
        let kept: Vec<&Value> = kept.collect();
        let back: Vec<&Value> = now
            .iter()
            .filter(|account| kept.iter().any(|kept| kept["id"] == account["id"]))
            .collect();
        assert_eq!(back, kept, "{}\n{shown}", place.what());
        for login in &gone {
            let line = format!("{login}, place at portal: the account was deleted");
            assert!(shown.contains(&line), "{}\n{shown}", place.what());
        }
        if by_key {
            assert!(shown.contains("key.holder"), "{}\n{shown}", place.what());
        }
        // By worklist nobody has done the steps yet when it is said.
        let files =
            shown.contains("The files still say otherwise") && shown.contains("beadle.yaml:");
        assert!(files || way == Way::Worklist, "{}\n{shown}", place.what());

        let calls = place.writes().len();
        undo(&place);
        assert_eq!(place.writes().len(), calls, "{}: twice", place.what());
    });
}
