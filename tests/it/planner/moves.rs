//! Several units in one plan: moves between organisations, and the plan's own order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use beadle::model::desired::Desired;
use beadle::model::live::{Live, LiveAccount};
use beadle::model::policy::Guardrail;
use beadle::model::rules::{Rules, SaveUnit};
use beadle::planner::plan_unit;
use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::build::{DAY, account, after, dated, desired, finish, holding, live, saves, user, with};
use super::models::{self, HAMPSHIRE, HFL, OFS};
use super::properties::{apply, config};
use super::scenario::{Scenario, scenario};
use super::simulator::Portal;

fn at(organisation: &str, mut it: Desired) -> Desired {
    it.organisation = organisation.into();
    it
}

/// Somebody leaves the first school and joins the second.
fn move_plan(rules: &Rules) -> String {
    let leaves = at(
        "ashdown",
        desired([dated(user("kit"), None, Some(after(-1)))]),
    );
    let joins = at("birch", desired([with(user("kit"), &["finance"])]));
    let there = live(vec![holding(account("kit"), &["students"])]);
    let units = [(joins, live(vec![])), (leaves, there)];
    let plans = units.map(|(it, there)| (plan_unit(&it, &there, rules, DAY), it.policy));
    saves(&finish(plans.into(), &Default::default()))
}

#[test]
fn a_move_gives_the_new_before_it_takes_the_old() {
    assert_snapshot!(move_plan(&OFS), @"
    0.0 kit: edit 1 after 1.0 1.1
    0.1 kit: take students after 0 1.0 1.1
    1.0 kit: create
    1.1 kit: give finance after 0
    ");
    assert_snapshot!(move_plan(&HFL), @"
    0.0 students: give [] take [kit] after 1.0 1.1
    1.0 kit: create
    1.1 finance: give [kit] take [] after 0
    ");
}

#[test]
fn a_swap_in_two_schools_at_once_is_no_cycle() {
    let unit = |name: &str| {
        let it = at(name, desired([with(user("kit"), &["finance"])]));
        let there = live(vec![holding(account("kit"), &["students"])]);
        (plan_unit(&it, &there, &HAMPSHIRE, DAY), it.policy)
    };
    let plan = finish(vec![unit("birch"), unit("ashdown")], &Default::default());
    assert_snapshot!(saves(&plan), @r#"
    0.0 kit: set give ["finance"] take ["students"] admin None
    1.0 kit: set give ["finance"] take ["students"] admin None
    "#);
    let names: Vec<&str> = plan
        .units
        .iter()
        .map(|unit| unit.organisation.as_str())
        .collect();
    assert_eq!(names, ["ashdown", "birch"]);
}

/// The access, over all units, of everybody whom the YAML names, by user key.
fn access(units: &[(Desired, Live)], portals: &[Portal<'_>]) -> BTreeMap<String, BTreeSet<String>> {
    let mut all: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (unit, ((it, _), portal)) in units.iter().zip(portals).enumerate() {
        for user in it.accounts.values() {
            let mine = all.entry(user.person.to_string()).or_default();
            let is_mine = |account: &&LiveAccount| {
                let former = user.was.iter().any(|(was, _)| *was == account.login);
                account.usable(DAY) && (account.login == user.login || former)
            };
            for account in portal.accounts.values().filter(is_mine) {
                mine.extend(account.areas.iter().map(|area| format!("{unit} {area}")));
                if account.admin {
                    mine.insert(format!("{unit} admin"));
                }
            }
        }
    }
    all
}

fn no_gap(rules: &Rules, scenarios: &[Scenario; 3]) -> Result<(), TestCaseError> {
    let names = ["ashdown", "birch", "chalk"];
    let units: Vec<(Desired, Live)> = names
        .iter()
        .zip(scenarios)
        .map(|(name, scenario)| (at(name, scenario.desired(rules, 0)), scenario.live(rules)))
        .collect();
    let plans = units
        .iter()
        .map(|(it, there)| (plan_unit(it, there, rules, DAY), Arc::clone(&it.policy)));
    let plan = finish(plans.collect(), &units[0].0.policy);
    if plan
        .refusals
        .iter()
        .any(|refusal| refusal.guardrail == Guardrail::MinAdmins)
    {
        return Ok(());
    }
    let start: Vec<Portal<'_>> = units
        .iter()
        .map(|(_, there)| Portal::new(rules, there))
        .collect();
    let old = access(&units, &start);
    let mut done = start.clone();
    apply(&plan, &mut done, scenarios[0].seed, |_| Ok(()))?;
    let new = access(&units, &done);
    let mut portals = start;
    apply(&plan, &mut portals, scenarios[1].seed, |portals| {
        let now = access(&units, portals);
        let none = BTreeSet::new();
        for (person, had) in &old {
            let has = now.get(person).unwrap_or(&none);
            let will = new.get(person).unwrap_or(&none);
            let kept = if rules.save.value == SaveUnit::AccountSet {
                had.is_empty() || will.is_empty() || !has.is_empty()
            } else {
                has.is_superset(had) || has.is_superset(will)
            };
            prop_assert!(
                kept,
                "{person}: had {had:?}, has {has:?}, will have {will:?}"
            );
        }
        Ok(())
    })
}

#[test]
fn nobody_is_without_old_or_new_access_at_any_moment() {
    for rules in models::all() {
        let three = [scenario(), scenario(), scenario()];
        let run = TestRunner::new(config()).run(&three, |scenarios| no_gap(rules, &scenarios));
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}
