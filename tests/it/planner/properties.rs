//! Random wishes and answers against all five models, through a portal that refuses what the real
//! one would. Each run shows the seed of what failed; `PROPTEST_CASES` sets how many there are for
//! each model and property.

use std::collections::{BTreeMap, BTreeSet};

use beadle::model::day::Presence;
use beadle::model::live::LiveAccount;
use beadle::model::name::LoginId;
use beadle::model::plan::{ActionKind, Plan, SaveIndex, Write};
use beadle::model::policy::Guardrail;
use beadle::model::rules::Rules;
use beadle::planner::{Part, assemble, lint, plan_unit};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use super::build::{DAY, plan};
use super::managed::managed;
use super::models;
use super::scenario::{Scenario, scenario};
use super::simulator::Portal;

type Outcome = Result<(), TestCaseError>;

/// As many cases as CI has time for, unless the environment asks for more.
pub(super) fn config() -> Config {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if asked {
        config
    } else {
        Config {
            cases: 128,
            ..config
        }
    }
}

fn for_all_models(property: impl Fn(&Rules, &Scenario) -> Outcome) {
    for rules in models::all() {
        let run = TestRunner::new(config()).run(&scenario(), |scenario| property(rules, &scenario));
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}

fn require(condition: bool, what: impl FnOnce() -> String) -> Outcome {
    if condition {
        Ok(())
    } else {
        Err(TestCaseError::fail(what()))
    }
}

/// The next of a stream of numbers; which allowed order of saves is taken hangs on it.
fn next(seed: &mut u64) -> usize {
    *seed = seed
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*seed >> 33).unwrap()
}

/// Carries a plan out in some order that its dependencies allow, with `look` after each save.
pub(super) fn apply(
    plan: &Plan,
    portals: &mut [Portal<'_>],
    mut seed: u64,
    mut look: impl FnMut(&[Portal<'_>]) -> Outcome,
) -> Outcome {
    let mut open: Vec<SaveIndex> = Vec::new();
    for (unit, saves) in (0..).zip(plan.units.iter().map(|unit| &unit.saves)) {
        open.extend((0..).zip(saves).map(|(save, _)| SaveIndex { unit, save }));
    }
    while !open.is_empty() {
        let ready = |index: &SaveIndex| {
            let save = plan.save(*index).unwrap();
            save.after.iter().all(|early| !open.contains(early))
        };
        let free: Vec<usize> = (0..open.len()).filter(|at| ready(&open[*at])).collect();
        require(!free.is_empty(), || "nothing can go on".to_owned())?;
        let index = open.remove(free[next(&mut seed) % free.len()]);
        let write = &plan.save(index).unwrap().write;
        let done = portals[index.unit as usize].write(write);
        done.map_err(|why| TestCaseError::fail(format!("{why}: {write:?}")))?;
        look(portals)?;
    }
    Ok(())
}

fn refused_for_admins(plan: &Plan) -> bool {
    plan.refusals
        .iter()
        .any(|refusal| refusal.guardrail == Guardrail::MinAdmins)
}

#[test]
fn applying_a_plan_leaves_nothing_to_do_and_is_safe_after_every_save() {
    for_all_models(|rules, scenario| {
        let desired = scenario.desired(rules, 0);
        let live = scenario.live(rules);
        let first = plan(&desired, &live, rules);
        require(first.problems().next().is_none(), || {
            format!("{:?}", first.units[0].problems)
        })?;
        if refused_for_admins(&first) {
            // Whoever waits for a person's step, or for one account of two, is listed all the same.
            let is_present = |login: &LoginId| {
                let user = desired.accounts.get(login);
                user.is_some_and(|user| user.presence == Presence::Present)
            };
            let listed = desired
                .admins
                .members
                .keys()
                .filter(|login| is_present(login))
                .count();
            let enough = listed >= desired.policy.min_admins as usize;
            return require(!enough, || {
                format!("{listed} are listed, and it is refused")
            });
        }
        let mut portals = [Portal::new(rules, &live)];
        let least = portals[0].admins().min(desired.policy.min_admins as usize);
        let own: Vec<LiveAccount> = {
            let accounts = live.accounts().values();
            let own = accounts.filter(|account| Some(&account.login) == desired.identity.as_ref());
            own.cloned().collect()
        };
        let managed = managed(&desired, &live, rules);
        apply(&first, &mut portals, scenario.seed, |portals| {
            let portal = &portals[0];
            require(portal.admins() >= least, || {
                format!("{} admins of {least}", portal.admins())
            })?;
            for account in &own {
                let now = portal.accounts.get(&account.id);
                let kept = now.is_some_and(|now| {
                    (now.admin || !account.admin) && (now.usable(DAY) || !account.usable(DAY))
                });
                require(kept, || "beadle lost its own account".to_owned())?;
            }
            for account in live
                .accounts()
                .values()
                .filter(|account| !managed[account.id.as_str()])
            {
                let now = portal.accounts.get(&account.id).cloned();
                let mut expected = account.clone();
                // Who is an administrator is ruled by `admins` alone.
                if let (Some(now), true) = (&now, desired.admins.exact) {
                    let listed = desired.admins.members.contains_key(&account.login);
                    expected.admin = now.admin && (account.admin || listed);
                }
                require(now.as_ref() == Some(&expected), || {
                    format!("unmanaged {:?} was written to", account.login)
                })?;
            }
            Ok(())
        })?;
        let again = plan(&desired, &portals[0].listing(), rules);
        require(again.is_empty(), || {
            format!("second plan: {:#?}", again.units[0].actions)
        })?;
        require(
            again.units[0].live.admins == first.units[0].live.admins_left,
            || format!("{:?} then {:?}", first.units[0].live, again.units[0].live),
        )
    });
}

#[test]
fn nothing_is_given_after_it_was_taken_and_nobody_is_mailed_twice() {
    for_all_models(|rules, scenario| {
        let desired = scenario.desired(rules, 0);
        let live = scenario.live(rules);
        let plan = plan(&desired, &live, rules);
        let mut mailed: BTreeMap<&LoginId, u32> = BTreeMap::new();
        for login in plan.units[0].saves.iter().flat_map(|save| &save.mails) {
            *mailed.entry(login).or_default() += 1;
        }
        require(mailed.values().all(|count| *count == 1), || {
            format!("{mailed:?}")
        })?;
        if refused_for_admins(&plan) {
            return Ok(());
        }
        // At each moment everybody has all of the old access or all of the new one.
        let access = |portal: &Portal<'_>| {
            let accounts = portal
                .accounts
                .values()
                .filter(|account| account.usable(DAY));
            let mut access: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
            for account in accounts {
                let mut areas: BTreeSet<String> =
                    account.areas.iter().map(ToString::to_string).collect();
                if account.admin {
                    areas.insert("admin".to_owned());
                }
                access.insert(account.id.to_string(), areas);
            }
            access
        };
        let mut portals = [Portal::new(rules, &live)];
        let before = access(&portals[0]);
        let mut done = [portals[0].clone()];
        apply(&plan, &mut done, scenario.seed, |_| Ok(()))?;
        let after = access(&done[0]);
        apply(&plan, &mut portals, scenario.seed, |portals| {
            let now = access(&portals[0]);
            let none = BTreeSet::new();
            for (id, old) in &before {
                let has = now.get(id).unwrap_or(&none);
                let new = after.get(id).unwrap_or(&none);
                require(has.is_superset(old) || has.is_superset(new), || {
                    format!("{id}: had {old:?}, has {has:?}, will have {new:?}")
                })?;
            }
            Ok(())
        })
    });
}

#[test]
fn an_account_is_deleted_only_by_name() {
    for_all_models(|rules, scenario| {
        let mut desired = scenario.desired(rules, 0);
        let live = scenario.live(rules);
        let named = plan(&desired, &live, rules);
        for save in &named.units[0].saves {
            if let Write::Delete { account } = &save.write {
                require(desired.delete.contains_key(&account.login), || {
                    format!("{account:?}")
                })?;
            }
        }
        desired.delete.clear();
        let unnamed = plan(&desired, &live, rules);
        let deletes = unnamed.summary().actions[&ActionKind::Delete];
        require(deletes == 0, || format!("{deletes} deletes"))
    });
}

#[test]
fn the_same_input_in_another_order_is_the_same_plan() {
    for_all_models(|rules, scenario| {
        let live = scenario.live(rules);
        let first = plan(&scenario.desired(rules, 0), &live, rules);
        let second = plan(&scenario.desired(rules, 3), &live, rules);
        require(first == second, || format!("{first:#?}\n{second:#?}"))
    });
}

#[test]
fn without_removals_nothing_is_taken_away() {
    for_all_models(|rules, scenario| {
        let mut desired = scenario.desired(rules, 0);
        let live = scenario.live(rules);
        let mut policy = (*desired.policy).clone();
        policy.removals = beadle::model::policy::Removals::None;
        desired.policy = std::sync::Arc::new(policy);
        let unit = plan_unit(&desired, &live, rules, DAY);
        let plan = assemble(
            vec![(unit, desired.policy.clone())],
            &desired.policy,
            String::new(),
            DAY,
            &Part::default(),
        );
        require(lint(&plan).is_empty(), || format!("{:?}", lint(&plan)))?;
        let removals = plan.units[0]
            .actions
            .iter()
            .filter(|action| action.kind.is_removal());
        require(removals.count() == 0, || format!("{plan:#?}"))?;
        require(plan.refusals.is_empty(), || format!("{:?}", plan.refusals))?;
        let mut portals = [Portal::new(rules, &live)];
        apply(&plan, &mut portals, scenario.seed, |_| Ok(()))?;
        for account in live.accounts().values() {
            let now = &portals[0].accounts[&account.id];
            let kept = now.areas.is_superset(&account.areas)
                && (now.admin || !account.admin)
                && (now.active || !account.active)
                && match (account.expires, now.expires) {
                    (_, None) => true,
                    (None, Some(_)) => false,
                    (Some(then), Some(now)) => now >= then,
                };
            require(kept, || format!("{:?} lost something", account.login))?;
        }
        Ok(())
    });
}
