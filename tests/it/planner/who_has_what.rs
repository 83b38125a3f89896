//! Who may use what: what is foretold for after a plan is what is there once the plan has been
//! carried out, on all five models.

use std::collections::BTreeMap;

use beadle::model::access::{Held, UnitAccess};
use beadle::model::name::PortalId;
use beadle::planner::access;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::build::{DAY, account, catalogue, desired, holding, lines, live, plan, user, with};
use super::models::{self, OFS};
use super::properties::{apply, config};
use super::scenario::scenario;
use super::simulator::Portal;

/// What one account has: whether it is usable, an administrator, and its areas.
type Has = (bool, bool, Vec<String>);

fn by_id(access: &UnitAccess, held: impl Fn(Held) -> bool) -> BTreeMap<PortalId, Has> {
    let accounts = access.accounts.iter();
    let known = accounts.filter_map(|account| {
        let areas = account.areas.iter().filter(|(_, grant)| held(grant.held));
        let areas = areas.map(|(area, _)| area.to_string()).collect();
        let id = account.account.id.clone()?;
        Some((id, (held(account.access), held(account.admin), areas)))
    });
    known.collect()
}

#[test]
fn what_is_foretold_is_there_afterwards() {
    for rules in models::all() {
        let run = TestRunner::new(config()).run(&scenario(), |scenario| {
            let (desired, live) = (scenario.desired(rules, 0), scenario.live(rules));
            let plan = plan(&desired, &live, rules);
            let foretold = access(&desired, &live, rules, DAY, &plan.units[0]);
            let mut portals = [Portal::new(rules, &live)];
            apply(&plan, &mut portals, scenario.seed, |_| Ok(()))?;
            let after = portals[0].listing();
            let second = super::build::plan(&desired, &after, rules);
            let seen = access(&desired, &after, rules, DAY, &second.units[0]);
            let (foretold, seen) = (by_id(&foretold, Held::after), by_id(&seen, Held::before));
            for (id, has) in &foretold {
                let there = seen.get(id).cloned().unwrap_or_default();
                if *has != there {
                    let why = format!("{id}: foretold {has:?}, seen {there:?}: {}", lines(&plan));
                    return Err(TestCaseError::fail(why));
                }
            }
            Ok(())
        });
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}

#[test]
fn what_changes_is_told_from_what_stays() {
    let joiner = with(user("new"), &["finance"]);
    let stays = with(user("stays"), &["finance", "students"]);
    let there = holding(account("stays"), &["finance", "prevent"]);
    let wanted = desired([joiner, stays]);
    let live = live(vec![there, holding(account("stranger"), &["prevent"])]);
    let plan = plan(&wanted, &live, &OFS);
    let access = access(&wanted, &live, &OFS, DAY, &plan.units[0]);
    let told: Vec<String> = access
        .accounts
        .iter()
        .map(|one| {
            let areas = one.areas.iter();
            let areas: Vec<String> = areas
                .map(|(area, it)| format!("{area} {:?}", it.held))
                .collect();
            format!(
                "{}: {:?}, admin {:?}, {}",
                one.account.login,
                one.access,
                one.admin,
                areas.join(", ")
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            "new@northshire.example: Given, admin No, finance Given",
            "stays@northshire.example: Kept, admin No, finance Kept, prevent Taken, students Given",
            "stranger@northshire.example: Kept, admin No, prevent Kept",
        ]
    );
    assert!(catalogue(false).len() > access.areas.len());
}
