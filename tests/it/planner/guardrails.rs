//! Guardrails: each boundary, waivers, and what a refusal says.

use std::sync::Arc;

use beadle::model::desired::Desired;
use beadle::model::name::LoginId;
use beadle::model::plan::Plan;
use beadle::model::policy::{Guardrail, Policy, RemovalLimit, Waiver};
use beadle::planner::plan_unit;
use insta::assert_snapshot;

use super::build::{
    DAY, account, admin, admins, after, dated, desired, finish, holding, lines, live, login, plan,
    user,
};
use super::models::{HFL, OFS, SCIM};

/// `count` of `all` people have left; nobody else changes.
fn leavers(all: usize, count: usize, policy: &Policy) -> Plan {
    let users = (0..all).map(|index| {
        let user = user(&format!("p{index}"));
        if index < count {
            dated(user, None, Some(after(-1)))
        } else {
            user
        }
    });
    let mut it = desired(users);
    it.policy = Arc::new(policy.clone());
    let there = (0..all).map(|index| holding(account(&format!("p{index}")), &["finance"]));
    let mut it_with_grants = it.clone();
    for user in it_with_grants.accounts.values_mut() {
        let (area, grant) = super::build::grant(user, "finance", Default::default());
        user.grants.insert(area, grant);
    }
    plan(&it_with_grants, &live(there.collect()), &OFS)
}

fn is_refused(plan: &Plan, guardrail: Guardrail) -> bool {
    plan.refusals
        .iter()
        .any(|refusal| refusal.guardrail == guardrail)
}

#[test]
fn removals_are_refused_over_both_numbers_for_every_size() {
    let policy = Policy {
        max_removals_total: RemovalLimit {
            percent: 100,
            count: 1000,
        },
        ..Policy::default()
    };
    for all in 0..=200_usize {
        // The most that is allowed: two, or a fifth, whichever is more.
        let line = (all / 5).max(2);
        for count in [line.saturating_sub(1), line, line + 1] {
            let count = count.min(all);
            let refused = is_refused(&leavers(all, count, &policy), Guardrail::MaxRemovals);
            assert_eq!(refused, count > line, "{count} of {all}");
        }
    }
}

#[test]
fn a_whole_portal_has_a_limit_of_its_own() {
    let unit = |name: &str, gone: usize| {
        let users = (0..10).map(|index| {
            let user = user(&format!("{name}{index}"));
            if index < gone {
                dated(user, None, Some(after(-1)))
            } else {
                user
            }
        });
        let mut it = desired(users);
        it.organisation = name.into();
        let there = (0..10)
            .map(|index| account(&format!("{name}{index}")))
            .collect();
        (
            plan_unit(&it, &live(there), &OFS, DAY),
            Arc::clone(&it.policy),
        )
    };
    let ten = (0..10)
        .map(|school| unit(&format!("school{school}"), 1))
        .collect();
    assert!(finish(ten, &Policy::default()).refusals.is_empty());
    let mut eleven: Vec<_> = (0..9)
        .map(|school| unit(&format!("school{school}"), 1))
        .collect();
    eleven.push(unit("school9", 2));
    let plan = finish(eleven, &Policy::default());
    assert_snapshot!(plan.refusals[0].message, @"11 of 100 accounts would be expired (11 %); `max_removals_total` allows 10, or 10 %");
    assert_snapshot!(plan.refusals[0].waiver, @"
    - portal: portal
      guardrail: max_removals_total
      limit: 11
      reason: say here why this is right
      until: 2026-11-29
    ");
    assert_eq!(plan.refusals.len(), 1);
}

fn waived(guardrail: Guardrail, limit: u32, until: i64) -> Policy {
    Policy {
        waivers: vec![Waiver {
            organisation: Some("northshire".into()),
            portal: "portal".into(),
            guardrail,
            limit,
            reason: "the summer's leavers".to_owned(),
            until: after(until),
        }],
        ..Policy::default()
    }
}

#[test]
fn a_waiver_raises_the_limit_until_its_last_day() {
    let refused = |policy: &Policy| is_refused(&leavers(10, 5, policy), Guardrail::MaxRemovals);
    assert!(refused(&Policy::default()));
    assert!(!refused(&waived(Guardrail::MaxRemovals, 5, 0)));
    assert!(refused(&waived(Guardrail::MaxRemovals, 4, 0)));
    assert!(refused(&waived(Guardrail::MaxRemovals, 5, -1)));
    assert!(refused(&waived(Guardrail::MinAdmins, 5, 0)));
    let mut elsewhere = waived(Guardrail::MaxRemovals, 5, 0);
    elsewhere.waivers[0].organisation = Some("oakfield".into());
    assert!(refused(&elsewhere));
    let plan = leavers(10, 5, &waived(Guardrail::MaxRemovals, 4, 0));
    assert_snapshot!(plan.refusals[0].message, @"5 of 10 accounts would be expired (50 %); `max_removals` allows 2, or 20 %, and the waiver allows 4");
    assert_snapshot!(plan.refusals[0].waiver, @"
    - organisation: northshire
      portal: portal
      guardrail: max_removals
      limit: 5
      reason: say here why this is right
      until: 2026-11-29
    ");
}

#[test]
fn each_kind_is_counted_by_itself_and_what_follows_an_end_is_not_counted_again() {
    // Two leavers with three areas each: six revokes follow two expires.
    let areas = ["finance", "prevent", "students"];
    let users = ["a", "b"].map(|key| dated(user(key), None, Some(after(-1))));
    let there = ["a", "b"].map(|key| holding(account(key), &areas)).to_vec();
    let plan_of = |it: &Desired, there| plan(it, &live(there), &OFS);
    assert!(plan_of(&desired(users), there).refusals.is_empty());
    // Three revokes of four grants of people who stay are over both numbers.
    let users = ["a", "b"].map(user);
    let there = vec![holding(account("a"), &areas), account("b")];
    assert_snapshot!(lines(&plan_of(&desired(users), there)), @"
    revoke a finance [] not listed any more
    revoke a prevent [] not listed any more
    revoke a students [] not listed any more
    found: unverified
    refused: 3 of 3 grants would be revoked (100 %); `max_removals` allows 2, or 20 %
    ");
}

#[test]
fn deletes_are_counted_too() {
    let mut it = desired([]);
    let keys = ["a", "b", "c"];
    for key in keys {
        it.delete.insert(login(key), super::build::source(40));
    }
    let there = keys.map(account).to_vec();
    let refused = plan(&it, &live(there), &HFL);
    assert_eq!(refused.refusals.len(), 1);
    assert_snapshot!(refused.refusals[0].message, @"3 of 3 accounts would be deleted (100 %); `max_removals` allows 2, or 20 %");
}

fn administrators(before: usize, after: usize, policy: Policy) -> Plan {
    let keys: Vec<String> = (0..before).map(|index| format!("p{index}")).collect();
    let mut it = desired(keys.iter().map(|key| user(key)));
    let stay: Vec<&str> = keys.iter().take(after).map(String::as_str).collect();
    it.admins = admins(&stay);
    it.policy = Arc::new(Policy {
        max_removals: RemovalLimit {
            percent: 100,
            count: 100,
        },
        ..policy
    });
    let there = keys.iter().map(|key| admin(account(key))).collect();
    plan(&it, &live(there), &SCIM)
}

#[test]
fn fewer_administrators_than_must_be_are_refused_unless_there_were_no_more() {
    for before in 0..6 {
        for left in 0..=before {
            let plan = administrators(before, left, Policy::default());
            let refused = is_refused(&plan, Guardrail::MinAdmins);
            assert_eq!(refused, left < 2 && left < before, "{left} of {before}");
        }
    }
    let one = administrators(3, 1, waived(Guardrail::MinAdmins, 1, 0));
    assert!(one.refusals.is_empty());
    let none = administrators(3, 0, waived(Guardrail::MinAdmins, 1, 0));
    assert!(is_refused(&none, Guardrail::MinAdmins));
}

#[test]
fn administrators_who_must_stay_are_not_demoted() {
    let required = |key: &str| Policy {
        require_admins: vec![LoginId::new(format!(
            "{}@northshire.example",
            key.to_uppercase()
        ))],
        ..Policy::default()
    };
    assert!(administrators(4, 3, required("p0")).refusals.is_empty());
    let refused = administrators(4, 3, required("p3"));
    assert_snapshot!(lines(&refused), @"
    demote p3 [] not listed any more
    refused: 1 of the 1 administrators that `require_admins` names would lose that right
    ");
    assert_snapshot!(refused.refusals[0].waiver, @"
    - organisation: northshire
      portal: portal
      guardrail: require_admins
      limit: 1
      reason: say here why this is right
      until: 2026-11-29
    ");
    let mut waived = waived(Guardrail::RequireAdmins, 1, 0);
    waived.require_admins = required("p3").require_admins;
    assert!(administrators(4, 3, waived).refusals.is_empty());
}
