//! Random plans as worklists, for all five models: each save is there once and after what it waits
//! for, and a person who does everything, step by step, leaves nothing to do.

use std::collections::{BTreeMap, BTreeSet};

use beadle::model::desired::Desired;
use beadle::model::live::Live;
use beadle::model::plan::{ManualKind, Plan, SaveIndex, Write};
use beadle::model::rules::Rules;
use beadle::model::snapshot::Snapshot;
use beadle::model::snapshot_changes::{SnapshotChange, Whose};
use beadle::model::worklist::{Step, WorkKind, Worklist};
use beadle::portal::worklist::{ByHand, worklists};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::build::{DAY, plan};
use super::models;
use super::properties::config;
use super::scenario::{Scenario, scenario};

type Outcome = Result<(), TestCaseError>;

fn for_all_models(property: impl Fn(&'static Rules, &Scenario) -> Outcome) {
    for rules in models::all() {
        let run = TestRunner::new(config()).run(&scenario(), |scenario| property(rules, &scenario));
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}

fn fail(what: String) -> TestCaseError {
    TestCaseError::fail(what)
}

fn by_hand(plan: &Plan, desired: &Desired, live: &Live, rules: &'static Rules) -> Worklist {
    let unit = ByHand {
        number: 0,
        plan: &plan.units[0],
        rules,
        desired,
        live,
    };
    worklists(&[unit], DAY).remove(0)
}

fn whose(step: &Step) -> Whose<'_> {
    Whose {
        id: step.account.as_deref(),
        login: &step.login,
    }
}

/// How many steps a save is.
fn ticks(write: &Write) -> usize {
    match write {
        Write::Edit { changes, .. } => changes.len(),
        Write::AccountSet {
            give, take, admin, ..
        } => give.len() + take.len() + usize::from(admin.is_some()),
        Write::AreaSet { give, take, .. } => give.len() + take.len(),
        _ => 1,
    }
}

#[test]
fn every_save_is_there_once_after_what_it_waits_for() {
    for_all_models(|rules, scenario| {
        let (desired, live) = (scenario.desired(rules, 0), scenario.live(rules));
        let plan = plan(&desired, &live, rules);
        let unit = &plan.units[0];
        let list = by_hand(&plan, &desired, &live, rules);
        let wanted: usize = unit.saves.iter().map(|save| ticks(&save.write)).sum();
        prop_assert_eq!(list.steps().count(), wanted + unit.manual.len());
        let ids: BTreeSet<&str> = list.steps().map(|step| step.id.as_str()).collect();
        prop_assert_eq!(ids.len(), list.steps().count());
        for (number, step) in (1..).zip(list.steps()) {
            prop_assert_eq!(step.number, number);
            prop_assert!(!step.title.is_empty() && !step.clicks.is_empty() && !step.why.is_empty());
            for early in &step.after {
                prop_assert!(list.number_of(&early.id).unwrap() < number, "{:?}", step);
            }
        }
        for pair in list.pages.windows(2) {
            prop_assert_ne!(&pair[0].title, &pair[1].title);
        }
        let again = by_hand(&plan, &desired, &live, rules);
        prop_assert_eq!(&again, &list);
        let json = serde_json::to_vec(&list).unwrap();
        let read = Worklist::read(&json, &list.portal, &list.organisation);
        prop_assert_eq!(read.unwrap(), list);
        Ok(())
    });
}

/// The place of each save's steps in a list, by what they are about.
fn places(list: &Worklist) -> BTreeMap<(WorkKind, String, Option<String>), u32> {
    let key = |step: &Step| {
        let login = step.account.clone().unwrap_or_else(|| step.login.clone());
        (step.kind, login, step.area.clone())
    };
    list.steps().map(|step| (key(step), step.number)).collect()
}

#[test]
fn no_step_comes_before_the_saves_that_its_own_waits_for() {
    for_all_models(|rules, scenario| {
        let (desired, live) = (scenario.desired(rules, 0), scenario.live(rules));
        let plan = plan(&desired, &live, rules);
        let list = by_hand(&plan, &desired, &live, rules);
        let places = places(&list);
        let of_save = |index: SaveIndex| -> Vec<u32> {
            let Some(save) = plan.save(index) else {
                return Vec::new();
            };
            keys(&save.write)
                .into_iter()
                .map(|key| places[&key])
                .collect()
        };
        for (save, index) in plan.units[0].saves.iter().zip(0..) {
            let own = of_save(SaveIndex {
                unit: 0,
                save: index,
            });
            for early in &save.after {
                let early = of_save(*early);
                prop_assert!(early.iter().max() < own.iter().min(), "{:?}", save);
            }
        }
        Ok(())
    });
}

/// What the steps of a write are about.
fn keys(write: &Write) -> Vec<(WorkKind, String, Option<String>)> {
    use beadle::model::plan::{AccountRef, Change};
    let key = |kind, account: &AccountRef, area: Option<&str>| {
        let id = account.id.as_ref().map(|id| id.as_str().to_owned());
        let id = id.unwrap_or_else(|| account.login.as_str().to_owned());
        (kind, id, area.map(str::to_owned))
    };
    let tick = |give| if give { WorkKind::Give } else { WorkKind::Take };
    let admin = |promote| {
        if promote {
            WorkKind::Promote
        } else {
            WorkKind::Demote
        }
    };
    match write {
        Write::Create { account, .. } => vec![key(WorkKind::Create, account, None)],
        Write::Edit { account, changes } => changes
            .iter()
            .map(|change| {
                let kind = match change {
                    Change::Name { .. } => WorkKind::EditName,
                    Change::Email { .. } => WorkKind::EditEmail,
                    Change::Login { .. } => WorkKind::EditLogin,
                    _ => WorkKind::EditExpires,
                };
                key(kind, account, None)
            })
            .collect(),
        Write::Grant {
            account,
            area,
            give,
        } => vec![key(tick(*give), account, Some(area.as_str()))],
        Write::AccountSet {
            account,
            give,
            take,
            admin: wanted,
        } => {
            let given = give
                .iter()
                .map(|area| key(WorkKind::Give, account, Some(area.as_str())));
            let taken = take
                .iter()
                .map(|area| key(WorkKind::Take, account, Some(area.as_str())));
            let admin = wanted.map(|wanted| key(admin(wanted), account, None));
            given.chain(taken).chain(admin).collect()
        }
        Write::AreaSet { area, give, take } => {
            let area = Some(area.as_str());
            let given = give
                .iter()
                .map(|account| key(WorkKind::Give, account, area));
            given
                .chain(
                    take.iter()
                        .map(|account| key(WorkKind::Take, account, area)),
                )
                .collect()
        }
        Write::Admin { account, promote } => vec![key(admin(*promote), account, None)],
        Write::Active { account, active } => {
            let kind = if *active {
                WorkKind::Activate
            } else {
                WorkKind::Deactivate
            };
            vec![key(kind, account, None)]
        }
        Write::Keep { account, .. } => vec![key(WorkKind::Keep, account, None)],
        Write::Delete { account } => vec![key(WorkKind::Delete, account, None)],
    }
}

/// Steps that nothing in a snapshot shows are asked for as long as the YAML does.
fn shows_nowhere(kind: ManualKind) -> bool {
    matches!(
        kind,
        ManualKind::ChangePassword | ManualKind::HandOver | ManualKind::SecondFactor
    )
}

#[test]
fn a_person_who_does_every_step_leaves_nothing_to_do() {
    for_all_models(|rules, scenario| {
        let desired = scenario.desired(rules, 0);
        let mut snapshot = Snapshot::of(&scenario.live(rules), rules.driver, None, DAY);
        for _round in 0..4 {
            let live = snapshot.clone().into_live().unwrap();
            let plan = plan(&desired, &live, rules);
            if !plan.refusals.is_empty() {
                return Ok(());
            }
            let unit = &plan.units[0];
            if plan.is_empty() && unit.manual.iter().all(|step| shows_nowhere(step.kind)) {
                return Ok(());
            }
            for step in by_hand(&plan, &desired, &live, rules).steps() {
                if let Some(change) = &step.change {
                    let done = snapshot.change(whose(step), change);
                    done.map_err(|why| fail(format!("{why}: {step:?}")))?;
                    let live = snapshot.clone().into_live();
                    live.map_err(|why| fail(format!("{why}: {step:?}")))?;
                }
            }
        }
        Err(fail(format!("there is always more to do: {snapshot:?}")))
    });
}

#[test]
fn somebody_who_stops_anywhere_is_asked_for_what_is_left_and_no_more() {
    for_all_models(|rules, scenario| {
        let desired = scenario.desired(rules, 0);
        let live = scenario.live(rules);
        let first = plan(&desired, &live, rules);
        if !first.refusals.is_empty() {
            return Ok(());
        }
        let list = by_hand(&first, &desired, &live, rules);
        let count = list.steps().count();
        let stop = usize::try_from(scenario.seed).unwrap_or(0) % (count + 1);
        let mut snapshot = Snapshot::of(&live, rules.driver, None, DAY);
        let mut done = BTreeSet::new();
        for step in list.steps().take(stop) {
            if let Some(change) = &step.change {
                done.insert(step.id.clone());
                snapshot.change(whose(step), change).unwrap();
            }
        }
        let live = snapshot.into_live().unwrap();
        let second = plan(&desired, &live, rules);
        for step in by_hand(&second, &desired, &live, rules).steps() {
            prop_assert!(!done.contains(&step.id), "again: {:?}", step);
        }
        Ok(())
    });
}

#[test]
fn marking_a_step_again_changes_nothing() {
    for_all_models(|rules, scenario| {
        let (desired, live) = (scenario.desired(rules, 0), scenario.live(rules));
        let plan = plan(&desired, &live, rules);
        let mut snapshot = Snapshot::of(&live, rules.driver, None, DAY);
        for step in by_hand(&plan, &desired, &live, rules).steps() {
            let Some(change) = &step.change else { continue };
            let mut once = snapshot.clone();
            once.change(whose(step), change).unwrap();
            let mut twice = once.clone();
            // A login id that was changed is found under the new one.
            let login = match change {
                SnapshotChange::Login { after, .. } => after,
                SnapshotChange::Email {
                    after, login: true, ..
                } => after,
                _ => &step.login,
            };
            let id = step.account.as_deref();
            twice.change(Whose { id, login }, change).unwrap();
            prop_assert_eq!(&once, &twice);
            snapshot = once;
        }
        Ok(())
    });
}
