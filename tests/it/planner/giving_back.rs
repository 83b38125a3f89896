//! What any plan of any model takes, an undo gives back, but for what the plan marked before; it
//! takes nothing itself, and a second one finds nothing to do.

use std::collections::BTreeSet;

use beadle::model::live::{Live, LiveAccount};
use beadle::model::plan::Plan;
use beadle::model::rules::Rules;
use beadle::model::undo::{Taken, UndoAccount};
use beadle::planner::{GiveBack, GivenBack, give_back, plan_unit, taken};
use proptest::test_runner::{TestCaseError, TestRunner};

use super::build::{DAY, plan, source};
use super::models;
use super::properties::{apply, config};
use super::scenario::{Scenario, scenario};
use super::simulator::Portal;

fn fail(what: impl Into<String>) -> TestCaseError {
    TestCaseError::fail(what.into())
}

fn given_back(
    accounts: &[UndoAccount],
    (scenario, rules): (&Scenario, &Rules),
    live: &Live,
) -> GivenBack {
    let sources: Vec<_> = accounts.iter().map(|it| (it, source(7))).collect();
    give_back(&GiveBack {
        desired: &scenario.desired(rules, 0),
        live,
        rules,
        day: DAY,
        taken_on: DAY,
        accounts: &sources,
    })
}

/// The account as it must be once everything is back that can be: what the run gave stays.
fn restored(
    before: &LiveAccount,
    after: &LiveAccount,
    (rules, live): (&Rules, &Live),
) -> LiveAccount {
    let keyed = |area: &_| live.catalogue()[area].access_key_required;
    let mut catalogue = live.catalogue().values();
    let admin_area = catalogue.find(|area| area.administration);
    let by_area = rules.admin.value == beadle::model::rules::AdminSet::Area;
    let key = by_area && admin_area.is_some_and(|area| area.access_key_required);
    let mut wanted = after.clone();
    wanted.admin |= before.admin && !key;
    // Who has become an administrator sees every area where that is so, ticked or not.
    if !(rules.admin_sees_all.value && after.admin) {
        let back = before.areas.iter().filter(|area| !keyed(*area));
        wanted.areas.extend(back.cloned());
    }
    wanted.active |= before.active;
    let earlier = match (before.expires, after.expires) {
        (Some(before), Some(after)) => after < before,
        (None, Some(_)) => !matches!(
            rules.account_end.value,
            beadle::model::rules::AccountEnd::Terms(_)
        ),
        (_, None) => false,
    };
    if earlier {
        wanted.expires = before.expires;
    }
    wanted.login = before.login.clone();
    wanted.name = before.name.clone();
    wanted.email = before.email.clone();
    wanted
}

/// What is marked in the plan is what nothing gives back, and the other way round.
fn check_marks(plan: &Plan, accounts: &[UndoAccount]) -> Result<(), TestCaseError> {
    let actions = plan.units[0].actions.iter();
    let marked: BTreeSet<_> = actions
        .filter(|action| !action.reversible)
        .filter_map(|action| action.account.id.clone())
        .collect();
    let lost: BTreeSet<_> = accounts
        .iter()
        .filter(|account| !account.taken.iter().all(Taken::is_reversible))
        .map(|account| account.id.clone())
        .collect();
    if marked == lost {
        Ok(())
    } else {
        Err(fail(format!("marked {marked:?}, lost {lost:?}")))
    }
}

fn undone(rules: &Rules, scenario: &Scenario) -> Result<usize, TestCaseError> {
    let desired = scenario.desired(rules, 0);
    let live = scenario.live(rules);
    let first = plan(&desired, &live, rules);
    if !first.refusals.is_empty() {
        return Ok(0);
    }
    let unit = plan_unit(&desired, &live, rules, DAY);
    let accounts = taken(&unit, &live);
    check_marks(&first, &accounts)?;
    let mut portals = [Portal::new(rules, &live)];
    apply(&first, &mut portals, scenario.seed, |_| Ok(()))?;
    let after = portals[0].clone();
    let back = given_back(&accounts, (scenario, rules), &after.listing());
    if !back.left.is_empty() {
        return Err(fail(format!("left alone: {:?}", back.left)));
    }
    let undo = plan(&back.desired, &back.live, rules);
    let removals = undo.units[0].actions.iter();
    if let Some(action) = removals.into_iter().find(|it| it.kind.is_removal()) {
        return Err(fail(format!("an undo takes: {action:?}")));
    }
    if !undo.refusals.is_empty() || undo.problems().next().is_some() {
        return Err(fail(format!("{undo:#?}")));
    }
    apply(&undo, &mut portals, scenario.seed, |_| Ok(()))?;
    let now = &portals[0];
    for (id, before) in live.accounts() {
        match (after.accounts.get(id), now.accounts.get(id)) {
            (Some(after), Some(now)) => {
                let wanted = restored(before, after, (rules, &live));
                if *now != wanted {
                    return Err(fail(format!("{now:#?}\nis not\n{wanted:#?}")));
                }
            }
            (None, None) => {
                let said = back.lost.iter().any(|lost| lost.login == before.login);
                if !said {
                    return Err(fail(format!("{before:?} is gone, and nobody says so")));
                }
            }
            (_, _) => return Err(fail(format!("{before:?} went or came"))),
        }
    }
    let made = after.accounts.keys().len();
    if now.accounts.len() != made {
        return Err(fail("an undo made an account"));
    }
    let again = given_back(&accounts, (scenario, rules), &now.listing());
    let second = plan(&again.desired, &again.live, rules);
    if !second.is_empty() {
        return Err(fail(format!("a second undo: {:#?}", second.units[0])));
    }
    Ok(accounts.iter().map(|account| account.taken.len()).sum())
}

#[test]
fn an_undo_gives_back_whatever_was_taken_and_not_marked() {
    for rules in models::all() {
        let things = std::cell::Cell::new(0);
        let run = TestRunner::new(config()).run(&scenario(), |scenario| {
            things.set(things.get() + undone(rules, &scenario)?);
            Ok(())
        });
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
        assert!(things.get() > 50, "{}: {}", rules.driver, things.get());
    }
}

#[test]
fn half_a_run_is_given_back_as_far_as_it_went() {
    for rules in models::all() {
        let run = TestRunner::new(config()).run(&scenario(), |scenario| {
            let desired = scenario.desired(rules, 0);
            let live = scenario.live(rules);
            let first = plan(&desired, &live, rules);
            if !first.refusals.is_empty() {
                return Ok(());
            }
            let accounts = taken(&plan_unit(&desired, &live, rules, DAY), &live);
            let mut portals = [Portal::new(rules, &live)];
            // A kill after some calls, in an order that the plan allows.
            let calls = first.units[0].saves.len();
            let until = usize::try_from(scenario.seed % 64).unwrap() * calls / 63;
            for save in first.units[0].saves.iter().take(until) {
                portals[0].write(&save.write).map_err(fail)?;
            }
            let after = portals[0].clone();
            let back = given_back(&accounts, (&scenario, rules), &after.listing());
            // Killed between the edit of an account and its activation: to edit it once more would
            // be to activate it, so it is left as it is, and named.
            let waits = |before: &LiveAccount, after: &LiveAccount| {
                let asleep = !before.active && !after.active;
                asleep && back.left.iter().any(|left| left.login == before.login)
            };
            let explained = back.left.iter().all(|left| {
                let mut all = live.accounts().iter();
                all.any(|(id, before)| {
                    let after = after.accounts.get(id);
                    left.login == before.login && after.is_some_and(|after| waits(before, after))
                })
            });
            if !explained {
                return Err(fail(format!("left alone: {:?}", back.left)));
            }
            let undo = plan(&back.desired, &back.live, rules);
            apply(&undo, &mut portals, scenario.seed, |_| Ok(()))?;
            for (id, before) in live.accounts() {
                let (Some(after), Some(now)) =
                    (after.accounts.get(id), portals[0].accounts.get(id))
                else {
                    continue;
                };
                let wanted = match waits(before, after) {
                    true => after.clone(),
                    false => restored(before, after, (rules, &live)),
                };
                if *now != wanted {
                    return Err(fail(format!("{now:#?}\nis not\n{wanted:#?}")));
                }
            }
            Ok(())
        });
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}
