//! Moves between organisations as the plan names them: who, from where to where, and how the days
//! meet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use beadle::model::desired::{Desired, DesiredAccount};
use beadle::model::live::{Live, LiveAccount};
use beadle::model::movement::HalfState;
use beadle::model::plan::Plan;
use beadle::model::plan_document::PlanDocument;
use beadle::model::policy::Unmanaged;
use beadle::model::rules::{Create, LoginForm, Rules};
use beadle::planner::plan_unit;
use insta::assert_snapshot;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

use super::build::{
    DAY, account, after, dated, desired, finish, holding, live, login, user, with, with_policy,
};
use super::models::{self, HAMPSHIRE, HFL, HWB, OFS, SCIM};
use super::properties::{apply, config};
use super::simulator::Portal;

/// One organisation: its id, its wishes and its accounts.
type Place<'a> = (&'a str, Vec<DesiredAccount>, Vec<LiveAccount>);

fn unit(organisation: &str, portal: &str, wishes: Vec<DesiredAccount>) -> Desired {
    let mut it = desired(wishes);
    it.organisation = organisation.into();
    it.organisation_name = organisation.into();
    it.portal = portal.into();
    it
}

fn units(rules: &Rules, places: Vec<Place<'_>>) -> Vec<(Desired, Live)> {
    let areas = |mut account: LiveAccount| {
        if !rules.has_areas.value {
            account.areas.clear();
        }
        account
    };
    let wishes = |mut account: DesiredAccount| {
        if !rules.has_areas.value {
            account.grants.clear();
        }
        account
    };
    places
        .into_iter()
        .map(|(organisation, wished, there)| {
            let wished = wished.into_iter().map(wishes).collect();
            let there = there.into_iter().map(areas).collect();
            (unit(organisation, "portal", wished), live(there))
        })
        .collect()
}

fn planned(rules: &Rules, units: &[(Desired, Live)]) -> Plan {
    let plans = units
        .iter()
        .map(|(it, there)| (plan_unit(it, there, rules, DAY), Arc::clone(&it.policy)));
    finish(plans.collect(), &Default::default())
}

/// Each move: whose, between where, what it says, and the actions that it consists of.
fn shown(plan: &Plan) -> String {
    let lines = plan.moves.iter().map(|it| {
        let half = |half: &beadle::model::movement::Half| {
            let actions: Vec<&str> = half
                .actions
                .iter()
                .map(|at| {
                    let unit = &plan.units[at.unit as usize];
                    assert_eq!(unit.organisation, half.organisation);
                    let action = &unit.actions[at.action.0 as usize];
                    assert_eq!(action.account, half.account);
                    action.kind.as_str()
                })
                .collect();
            format!("{}[{}]", half.organisation, actions.join(" "))
        };
        let side = |halves: &[beadle::model::movement::Half]| {
            halves.iter().map(half).collect::<Vec<_>>().join(" ")
        };
        let whose = &it.account().unwrap().name;
        format!(
            "{whose}: {} → {}: {}",
            side(&it.leaves),
            side(&it.joins),
            it.sentence()
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn kit(from: Option<i64>, until: Option<i64>) -> DesiredAccount {
    with(
        dated(user("kit"), from.map(after), until.map(after)),
        &["finance"],
    )
}

fn there() -> LiveAccount {
    holding(account("kit"), &["finance"])
}

/// Kit is live in the first organisation and not in the second.
fn kit_moves(rules: &Rules, until: Option<i64>, from: Option<i64>) -> String {
    let places = vec![
        ("ashdown", vec![kit(None, until)], vec![there()]),
        ("birch", vec![kit(from, None)], vec![]),
    ];
    shown(&planned(rules, &units(rules, places)))
}

#[test]
fn every_portal_has_one_move_in_its_own_actions() {
    let moves = |rules| kit_moves(rules, Some(-1), Some(-5));
    assert_snapshot!(moves(&OFS), @"kit: ashdown[revoke expire] → birch[create grant]: has both from 2026-11-17 to 2026-11-21");
    assert_snapshot!(moves(&HFL), @"kit: ashdown[expire] → birch[create grant]: has both from 2026-11-17 to 2026-11-21");
    assert_snapshot!(moves(&HAMPSHIRE), @"kit: ashdown[expire] → birch[]: has both from 2026-11-17 to 2026-11-21; the new waits for a step by hand");
    assert_snapshot!(moves(&HWB), @"kit: ashdown[expire] → birch[create]: has both from 2026-11-17 to 2026-11-21");
    assert_snapshot!(moves(&SCIM), @"kit: ashdown[expire] → birch[create grant]: has both from 2026-11-17 to 2026-11-21");
}

#[test]
fn the_days_meet_in_four_ways() {
    assert_snapshot!(kit_moves(&HFL, Some(-1), Some(-1)), @"kit: ashdown[expire] → birch[create grant]: has both on 2026-11-21");
    assert_snapshot!(kit_moves(&HFL, Some(-1), Some(0)), @"kit: ashdown[expire] → birch[create grant]: without a day between, new from 2026-11-22");
    assert_snapshot!(kit_moves(&HFL, Some(-1), None), @"kit: ashdown[expire] → birch[create grant]: the new is given before the old is taken");
    assert_snapshot!(kit_moves(&HFL, Some(-3), Some(0)), @"kit: ashdown[expire] → birch[create grant]: 2 days without access, 2026-11-20 to 2026-11-21");
}

#[test]
fn the_half_of_another_day_is_announced() {
    // Joins today and leaves in a week; leaves today and joins in three days.
    assert_snapshot!(kit_moves(&HFL, Some(7), Some(0)), @"kit: ashdown[] → birch[create grant]: has both from 2026-11-22 to 2026-11-29; the old is taken after 2026-11-29");
    assert_snapshot!(kit_moves(&HFL, Some(-1), Some(3)), @"kit: ashdown[expire] → birch[]: 3 days without access, 2026-11-22 to 2026-11-24; the new is given on 2026-11-25");
    // Neither is due: only a gap is worth a line.
    assert_snapshot!(kit_moves(&HFL, Some(5), Some(4)), @"");
    assert_snapshot!(kit_moves(&HFL, Some(5), Some(8)), @"kit: ashdown[] → birch[]: 2 days without access, 2026-11-28 to 2026-11-29; the old is taken after 2026-11-27; the new is given on 2026-11-30");
    // Further away than ends are announced: not a move yet.
    assert_snapshot!(kit_moves(&HFL, Some(31), Some(0)), @"");
    assert_snapshot!(kit_moves(&HFL, Some(30), Some(0)), @"kit: ashdown[] → birch[create grant]: has both from 2026-11-22 to 2026-12-22; the old is taken after 2026-12-22");
}

#[test]
fn what_has_been_done_already_is_said() {
    let places = vec![
        ("ashdown", vec![kit(None, Some(-1))], vec![there()]),
        ("birch", vec![kit(Some(-8), None)], vec![there()]),
    ];
    assert_snapshot!(shown(&planned(&HFL, &units(&HFL, places))), @"kit: ashdown[expire] → birch[]: has both from 2026-11-14 to 2026-11-21; the new is there already");
    let places = vec![
        ("ashdown", vec![kit(None, Some(-4))], vec![account("kit")]),
        ("birch", vec![kit(Some(-3), None)], vec![]),
    ];
    assert_snapshot!(shown(&planned(&HFL, &units(&HFL, places))), @"kit: ashdown[] → birch[create grant]: without a day between, new from 2026-11-19; the old is gone already");
}

#[test]
fn a_leaver_a_joiner_and_a_second_post_are_no_moves() {
    let lee = |until| with(dated(user("lee"), None, until), &["finance"]);
    let other = holding(account("lee"), &["finance"]);
    // Somebody leaves and somebody else joins.
    let places = vec![
        ("ashdown", vec![lee(Some(after(-1)))], vec![other.clone()]),
        ("birch", vec![kit(Some(0), None)], vec![]),
    ];
    assert_eq!(shown(&planned(&HFL, &units(&HFL, places))), "");
    // Kit has two posts for years, and leaves one of them.
    let places = vec![
        ("ashdown", vec![kit(None, Some(-1))], vec![there()]),
        ("birch", vec![kit(None, None)], vec![there()]),
    ];
    assert_eq!(shown(&planned(&HFL, &units(&HFL, places))), "");
    // Kit gets a second post, and leaves none.
    let places = vec![
        ("ashdown", vec![kit(None, None)], vec![there()]),
        ("birch", vec![kit(Some(0), None)], vec![]),
    ];
    assert_eq!(shown(&planned(&HFL, &units(&HFL, places))), "");
}

#[test]
fn who_is_taken_out_of_one_file_and_put_into_another_moves() {
    let places = vec![
        ("ashdown", vec![user("lee")], vec![account("lee"), there()]),
        ("birch", vec![kit(None, None)], vec![]),
    ];
    let mut units = units(&HFL, places);
    assert_eq!(shown(&planned(&HFL, &units)), "", "reported, not ended");
    units[0].0 = with_policy(units[0].0.clone(), |policy| {
        policy.unmanaged = Unmanaged::Expire;
    });
    assert_snapshot!(shown(&planned(&HFL, &units)), @"kit: ashdown[expire] → birch[create grant]: the new is given before the old is taken");
}

#[test]
fn a_half_that_a_person_must_do_or_that_is_held_back_is_said() {
    assert_snapshot!(kit_moves(&HAMPSHIRE, Some(-1), Some(0)), @"kit: ashdown[expire] → birch[]: without a day between, new from 2026-11-22; the new waits for a step by hand");
    let places = vec![
        ("ashdown", vec![kit(None, Some(-1))], vec![there()]),
        ("birch", vec![kit(Some(0), None)], vec![]),
    ];
    let mut units = units(&HFL, places);
    units[0].0 = with_policy(units[0].0.clone(), |policy| {
        policy.removals = beadle::model::policy::Removals::None;
    });
    assert_snapshot!(shown(&planned(&HFL, &units)), @"kit: ashdown[] → birch[create grant]: without a day between, new from 2026-11-22; the old is held back");
}

#[test]
fn two_portals_make_one_line_with_the_worse_of_both() {
    let halves = |portal: &str, until, from| {
        [
            (
                unit("ashdown", portal, vec![kit(None, Some(until))]),
                live(vec![there()]),
            ),
            (
                unit("birch", portal, vec![kit(Some(from), None)]),
                live(vec![]),
            ),
        ]
    };
    let all = [halves("one", -1, -5), halves("two", -1, 4)].concat();
    let plan = planned(&HFL, &all);
    assert_snapshot!(shown(&plan), @"kit: ashdown[expire] ashdown[expire] → birch[create grant] birch[]: 4 days without access, 2026-11-22 to 2026-11-25; the new is given on 2026-11-26");
    let document = PlanDocument::of(&plan);
    assert_eq!(document.moves.len(), 1);
    assert_eq!(document.moves[0].days.without, 4);
    let kinds = &document.summary.actions;
    assert_eq!(
        (kinds.create, kinds.expire),
        (1, 2),
        "each action counts once"
    );
}

#[test]
fn moves_are_part_of_what_is_approved() {
    let places = vec![
        ("ashdown", vec![kit(None, Some(-1))], vec![there()]),
        ("birch", vec![kit(Some(0), None)], vec![]),
    ];
    let mut plan = planned(&HFL, &units(&HFL, places));
    let digest = PlanDocument::of(&plan).digest;
    plan.moves.clear();
    assert_ne!(PlanDocument::of(&plan).digest, digest);
}

/// How Kit moves: the last day there, the first day here, and what is given and had.
#[derive(Clone, Debug)]
struct Case {
    until: i64,
    from: i64,
    /// An account without areas is there already.
    waits_here: bool,
    old: BTreeSet<&'static str>,
    new: BTreeSet<&'static str>,
    seed: u64,
}

fn case() -> impl Strategy<Value = Case> {
    let areas = || {
        let all = vec!["finance", "prevent", "students"];
        prop::sample::subsequence(all, 1..=3).prop_map(BTreeSet::from_iter)
    };
    (
        -10..0_i64,
        0..10_i64,
        any::<bool>(),
        areas(),
        areas(),
        any::<u64>(),
    )
        .prop_map(|(until, before, waits_here, old, new, seed)| Case {
            until,
            // The days overlap, or meet.
            from: until + 1 - before,
            waits_here,
            old,
            new,
            seed,
        })
}

fn access(portals: &[Portal<'_>], has_areas: bool) -> Vec<BTreeSet<String>> {
    let of = |portal: &Portal<'_>| {
        let mine = portal.accounts.values();
        // Where the portal makes login ids, Kit's address is what finds her.
        let mine = mine.filter(|it| {
            it.login == login("kit") || it.email.as_deref() == Some(login("kit").as_str())
        });
        let mine = mine.filter(|it| it.usable(DAY));
        mine.flat_map(|it| {
            let areas = it.areas.iter().map(ToString::to_string);
            areas.chain((!has_areas).then(|| "the account".to_owned()))
        })
        .collect()
    };
    portals.iter().map(of).collect()
}

/// Promise 3, and no second account, at every moment of any legal order.
fn moves_without_a_gap(rules: &Rules, case: &Case) -> Result<(), TestCaseError> {
    let old: Vec<&str> = case.old.iter().copied().collect();
    let new: Vec<&str> = case.new.iter().copied().collect();
    let leaves = with(dated(user("kit"), None, Some(after(case.until))), &old);
    let joins = with(dated(user("kit"), Some(after(case.from)), None), &new);
    // Only another system makes accounts there: it has.
    let here = case.waits_here || rules.create.value == Create::Upstream;
    let here = here && rules.has_areas.value && rules.login.value != LoginForm::Assigned;
    let here: Vec<LiveAccount> = here.then(|| account("kit")).into_iter().collect();
    let places = vec![
        ("ashdown", vec![leaves], vec![holding(account("kit"), &old)]),
        ("birch", vec![joins], here),
    ];
    let units = units(rules, places);
    let plan = planned(rules, &units);
    let due = rules.create.value != Create::Upstream || case.waits_here;
    if due {
        prop_assert_eq!(plan.moves.len(), 1, "{:#?}", plan);
        prop_assert!(!plan.moves[0].has_gap());
    }
    let start: Vec<Portal<'_>> = units
        .iter()
        .map(|(_, live)| Portal::new(rules, live))
        .collect();
    let has_areas = rules.has_areas.value;
    let mut done = start.clone();
    apply(&plan, &mut done, case.seed, |_| Ok(()))?;
    let (before, will) = (access(&start, has_areas), access(&done, has_areas));
    let mut portals = start;
    apply(&plan, &mut portals, case.seed.rotate_left(7), |portals| {
        let now = access(portals, has_areas);
        let keeps_old = now[0].is_superset(&before[0]);
        let has_new = now[1].is_superset(&will[1]) && !will[1].is_empty();
        let waits = plan.moves.iter().any(|it| {
            let by_hand = |half: &beadle::model::movement::Half| half.state == HalfState::ByHand;
            it.halves().any(by_hand)
        });
        prop_assert!(keeps_old || has_new || waits, "{:?} then {:?}", before, now);
        for portal in portals {
            let mut logins: BTreeMap<&str, u32> = BTreeMap::new();
            for account in portal.accounts.values() {
                *logins.entry(account.login.canonical()).or_default() += 1;
                prop_assert!(logins[account.login.canonical()] == 1, "two accounts");
            }
        }
        Ok(())
    })
}

#[test]
fn nobody_who_moves_is_without_access_or_has_two_accounts_in_one_organisation() {
    for rules in models::all() {
        let run = TestRunner::new(config()).run(&case(), |case| moves_without_a_gap(rules, &case));
        if let Err(failure) = run {
            panic!("{}: {failure}", rules.driver);
        }
    }
}

/// Ashdown's account is taken from whoever is dropped from its file, and `joiner` gains access in
/// Birch: every save of Ashdown waits for every save of Birch.
fn taking_waits(rules: &Rules, left: LiveAccount, joiner: DesiredAccount) {
    let mut units = units(
        rules,
        vec![
            ("ashdown", vec![], vec![left]),
            ("birch", vec![joiner], vec![]),
        ],
    );
    let leaves = units.remove(0);
    let expire = |policy: &mut beadle::model::policy::Policy| policy.unmanaged = Unmanaged::Expire;
    units.insert(0, (with_policy(leaves.0, expire), leaves.1));
    let plan = planned(rules, &units);
    let (ashdown, birch) = (&plan.units[0], &plan.units[1]);
    let gives = u32::try_from(birch.saves.len()).unwrap();
    assert!(gives > 0 && !ashdown.saves.is_empty());
    for save in &ashdown.saves {
        let waits: BTreeSet<u32> = save
            .after
            .iter()
            .filter(|it| it.unit == 1)
            .map(|it| it.save)
            .collect();
        assert_eq!(waits, (0..gives).collect(), "{:?}", save.write);
    }
    assert_eq!(plan.moves.len(), 1, "{:?}", plan.moves);
}

/// A login id that the new organisation's file names is that person's in the old one as well, where
/// no file names it any more: taking still waits for giving.
#[test]
fn who_is_dropped_from_the_old_file_loses_nothing_before_the_new_access_is_there() {
    let mut left = there();
    left.login = "KIT7".into();
    let mut joiner = kit(None, None);
    joiner.login = "KIT7".into();
    taking_waits(&OFS, left, joiner);
}

/// Nor does somebody whose old account goes by a login id that the new file has as a former one.
#[test]
fn a_former_login_id_is_the_same_person_in_another_organisation() {
    let mut left = there();
    left.login = "kit.smith".into();
    left.email = None;
    let mut joiner = kit(None, None);
    joiner.was = vec![("Kit.Smith".into(), super::build::source(7))];
    for rules in [&OFS, &HFL, &SCIM] {
        taking_waits(rules, left.clone(), joiner.clone());
    }
}

/// Where the portal makes login ids, the address alone tells whose the old account is.
#[test]
fn an_address_is_the_same_person_in_another_organisation() {
    let mut left = there();
    left.login = "h-4711".into();
    let mut joiner = kit(None, None);
    joiner.login = joiner.email.as_deref().unwrap().into();
    for rules in [&HWB, &HFL] {
        taking_waits(rules, left.clone(), joiner.clone());
    }
}
