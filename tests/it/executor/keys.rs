//! Which key a save has, run after run: the same as long as it is not known what became of it.

use std::collections::BTreeSet;

use beadle::executor::{idempotency_key, keys_after};
use beadle::model::call_keys::CallKeys;
use beadle::model::outcome::{ApplyReport, Failure, Outcome, Verdict};
use beadle::model::plan::{AccountRef, Plan, SaveIndex, Write};

use super::plans::{create, empty_plan, newcomer, save, unit};

fn plan_of(users: &[&str]) -> Plan {
    let mut plan = empty_plan();
    let north = unit(&mut plan, "north", "portal");
    for login in users {
        save(&mut plan, north, create(login), &[]);
    }
    plan
}

fn report(outcomes: &[Outcome]) -> ApplyReport {
    let saves = (0..).zip(outcomes);
    let saves = saves.map(|(save, outcome)| (SaveIndex { unit: 0, save }, vec![], outcome.clone()));
    ApplyReport {
        saves: saves.collect(),
    }
}

fn keys_of(plan: &Plan, keys: &CallKeys) -> Vec<String> {
    let saves = 0..u32::try_from(plan.units[0].saves.len()).unwrap();
    let key = |save| idempotency_key(plan, SaveIndex { unit: 0, save }, keys).unwrap();
    saves.map(key).collect()
}

fn failed() -> Outcome {
    failing(Verdict::Unclear)
}

fn failing(verdict: Verdict) -> Outcome {
    Outcome::Failed(Failure {
        message: "no answer".to_owned(),
        unreachable: false,
        verdict,
    })
}

/// Whether the second save of two, the first of which was done, has its key again in the next run.
#[track_caller]
fn again(outcome: Outcome) -> bool {
    let plan = plan_of(&["ada", "ben"]);
    let before = CallKeys::default();
    let report = report(&[Outcome::Done, outcome]);
    let after = keys_after(&before, (&plan, 0), &report, "one");
    let (then, now) = (keys_of(&plan, &before), keys_of(&plan, &after));
    assert_ne!(
        then[0], now[0],
        "what is done is done again where it was undone"
    );
    then[1] == now[1]
}

#[test]
fn what_has_come_to_its_end_gets_another_key_and_what_has_not_the_same() {
    let index = SaveIndex { unit: 0, save: 0 };
    assert!(again(failed()));
    assert!(again(failing(Verdict::NotAsked)));
    assert!(!again(failing(Verdict::Refused)));
    assert!(again(Outcome::Accepted));
    assert!(again(Outcome::NotSeen));
    assert!(!again(Outcome::Done));
    assert!(!again(Outcome::FoundDone));
    assert!(!again(Outcome::Interrupted));
    assert!(!again(Outcome::Waits(vec!["south".into()])));
    assert!(!again(Outcome::Skipped { because: index }));
}

#[test]
fn a_run_in_which_nothing_was_done_changes_no_key() {
    let plan = plan_of(&["ada", "ben"]);
    let before = CallKeys {
        since: Some("zero".to_owned()),
        ..CallKeys::default()
    };
    for outcomes in [[failed(), failed()], [Outcome::Interrupted, failed()]] {
        let after = keys_after(&before, (&plan, 0), &report(&outcomes), "one");
        assert_eq!(after, before);
    }
}

/// Half of a set was saved: it may be called again, by the same name.
#[test]
fn a_save_of_which_a_part_is_unclear_is_unclear() {
    let plan = plan_of(&["ada", "ben"]);
    let mut report = report(&[Outcome::Done, Outcome::Done]);
    report
        .saves
        .push((SaveIndex { unit: 0, save: 0 }, vec![], failed()));
    let before = CallKeys::default();
    let after = keys_after(&before, (&plan, 0), &report, "one");
    assert_eq!(keys_of(&plan, &before)[0], keys_of(&plan, &after)[0]);
}

#[test]
fn an_unclear_save_keeps_its_key_over_runs_until_it_is_done() {
    let plan = plan_of(&["ada", "ben"]);
    let mut keys = CallKeys::default();
    let mut seen = vec![keys_of(&plan, &keys)];
    let runs = [
        [Outcome::Done, Outcome::Accepted],
        [Outcome::Done, failed()],
        [Outcome::Done, Outcome::Interrupted],
        [Outcome::Done, Outcome::Done],
    ];
    for (number, outcomes) in runs.iter().enumerate() {
        let run = format!("run {number}");
        keys = keys_after(&keys, (&plan, 0), &report(outcomes), &run);
        seen.push(keys_of(&plan, &keys));
    }
    let first: BTreeSet<&String> = seen.iter().map(|keys| &keys[0]).collect();
    assert_eq!(first.len(), 5, "done, and undone, each time");
    let second: Vec<bool> = seen.iter().map(|keys| keys[1] == seen[0][1]).collect();
    assert_eq!(second, [true, true, true, true, false]);
    assert!(keys.again.is_empty());
}

/// A portal that fails for everybody leaves no long list behind; nor does yesterday.
#[test]
fn what_is_kept_has_an_end() {
    let names: Vec<String> = (0..1_002).map(|number| format!("user{number}")).collect();
    let logins: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut plan = plan_of(&logins);
    let mut outcomes = vec![failed(); 1_002];
    outcomes[0] = Outcome::Done;
    let before = CallKeys::default();
    let after = keys_after(&before, (&plan, 0), &report(&outcomes), "one");
    assert_eq!(after, before);

    outcomes[1] = Outcome::Done;
    let after = keys_after(&before, (&plan, 0), &report(&outcomes), "one");
    assert_eq!(after.again.len(), 1_000);
    plan.day = plan.day.tomorrow().unwrap();
    outcomes.fill(Outcome::Interrupted);
    outcomes[0] = Outcome::Done;
    let after = keys_after(&after, (&plan, 0), &report(&outcomes), "two");
    assert_eq!(after.again.len(), 0);
}

fn key_of(plan: &Plan) -> String {
    keys_of(plan, &CallKeys::default()).remove(0)
}

/// As soon as anything else is done, the listing is another and the save has another number.
#[test]
fn a_key_is_of_whom_and_what_and_not_of_where_it_stands_in_which_plan() {
    let plan = plan_of(&["ada"]);
    let key = key_of(&plan);
    let mut later = plan_of(&["zoe", "ada"]);
    later.units[0].listing_digest = "another listing".to_owned();
    later.configuration_digest = "other files".to_owned();
    assert_eq!(keys_of(&later, &CallKeys::default())[1], key);
    assert_ne!(key_of(&plan_of(&["ben"])), key);

    let mut renamed = plan.clone();
    for account in renamed.units[0].saves[0].write.accounts_mut() {
        account.name = "Another Name".into();
    }
    assert_ne!(key_of(&renamed), key, "the call has another body");
    let mut tomorrow = plan.clone();
    tomorrow.day = tomorrow.day.tomorrow().unwrap();
    assert_ne!(key_of(&tomorrow), key);
    let mut elsewhere = plan;
    elsewhere.units[0].organisation = "south".into();
    assert_ne!(key_of(&elsewhere), key);
}

/// The same set is the same call, in whatever order it stands and whoever's ids are known.
#[test]
fn a_set_is_the_same_call_where_it_holds_the_same() {
    let of = |give: &[&str], take: &[&str], known: bool| {
        let account = |login: &&str| AccountRef {
            id: known.then(|| (*login).into()),
            ..newcomer(login)
        };
        let mut plan = empty_plan();
        let north = unit(&mut plan, "north", "portal");
        let write = Write::AreaSet {
            area: "returns".into(),
            give: give.iter().map(account).collect(),
            take: take.iter().map(account).collect(),
        };
        save(&mut plan, north, write, &[]);
        key_of(&plan)
    };
    let set = of(&["ada", "ben"], &["cal"], false);
    assert_eq!(of(&["ben", "ada"], &["cal"], true), set);
    assert_ne!(of(&["ada"], &["ben", "cal"], false), set);
    assert_ne!(of(&["ada", "ben", "cal"], &[], false), set);
    let areas = |give: &[&str], take: &[&str]| {
        let mut plan = empty_plan();
        let north = unit(&mut plan, "north", "portal");
        let areas = |names: &[&str]| names.iter().map(|name| (*name).into()).collect();
        let write = Write::AccountSet {
            account: newcomer("ada"),
            give: areas(give),
            take: areas(take),
            admin: None,
        };
        save(&mut plan, north, write, &[]);
        key_of(&plan)
    };
    assert_eq!(areas(&["a", "b"], &[]), areas(&["b", "a"], &[]));
    assert_ne!(areas(&["a"], &["b"]), areas(&["b"], &["a"]));
}
