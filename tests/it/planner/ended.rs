//! Tables of the planner's rules for the end of access: expired, unmanaged, deleted, held back.

use beadle::model::policy::{Removals, Unmanaged};
use insta::assert_snapshot;

use super::build::{
    account, admin, admins, after, dated, desired, expiring, holding, lines, live, login, plan,
    saves, source, user, with, with_policy,
};
use super::models::{HAMPSHIRE, HFL, HWB, OFS, SCIM};

#[test]
fn access_ends_in_each_models_own_way() {
    let it = desired([dated(
        with(user("kit"), &["finance"]),
        None,
        Some(after(-1)),
    )]);
    let there = || {
        vec![
            admin(holding(account("kit"), &["finance", "students"])),
            admin(account("x")),
        ]
    };
    let keep = |plan: beadle::model::plan::Plan| format!("{}\n{}", lines(&plan), saves(&plan));
    let it = with_policy(it, |policy| policy.min_admins = 1);
    assert_snapshot!(keep(plan(&it, &live(there()), &OFS)), @r#"
    demote kit [] the last day was 2026-11-21
    revoke kit finance [] the account's access has ended
    revoke kit students [] the account's access has ended
    expire kit [expires null → "2026-11-21"] the last day was 2026-11-21
    found: unmanaged x
    found: unverified
    0 kit: take user-administration
    1 kit: edit 1 after 0
    2 kit: take finance after 1
    3 kit: take students after 1
    "#);
    assert_snapshot!(keep(plan(&it, &live(there()), &HAMPSHIRE)), @r#"
    expire kit [] the last day was 2026-11-21
    found: unmanaged x
    0 kit: set give [] take ["finance", "students"] admin Some(false)
    "#);
    assert_snapshot!(keep(plan(&it, &live(there()), &SCIM)), @"
    demote kit [] the last day was 2026-11-21
    expire kit [active true → false] the last day was 2026-11-21
    found: unmanaged x
    0 user-administration: give [] take [kit]
    1 kit: active false after 0
    ");
    let plain = holding(account("kit"), &["finance", "students"]);
    assert_snapshot!(keep(plan(&it, &live(vec![plain]), &HFL)), @"
    expire kit [] the last day was 2026-11-21
    0 finance: give [] take [kit]
    1 students: give [] take [kit]
    ");
}

#[test]
fn an_account_that_ended_by_itself_loses_what_is_left_and_then_nothing_more() {
    let it = desired([dated(user("kit"), None, Some(after(-9)))]);
    let over = expiring(holding(account("kit"), &["finance"]), after(-9));
    assert_snapshot!(lines(&plan(&it, &live(vec![over]), &OFS)), @"
    revoke kit finance [] the account's access has ended
    found: unverified
    ");
    let empty = expiring(account("kit"), after(-9));
    assert!(plan(&it, &live(vec![empty]), &OFS).is_empty());
}

#[test]
fn access_before_its_first_day_is_ended() {
    let it = desired([dated(user("kit"), Some(after(3)), None)]);
    assert_snapshot!(lines(&plan(&it, &live(vec![account("kit")]), &OFS)), @r#"
    expire kit [expires null → "2026-11-21"] the first day is 2026-11-25
    found: unverified
    found: upcoming kit  2026-11-25
    "#);
}

#[test]
fn who_is_not_named_is_reported_or_ended_and_a_tombstone_is_silent() {
    let it = with_policy(desired([]), |policy| {
        policy.ignore = vec!["SVC-*".to_owned()]
    });
    let there = || {
        let mut upstream = account("mis");
        upstream.upstream = true;
        live(vec![
            account("stranger"),
            expiring(account("tombstone"), after(-1)),
            expiring(holding(account("leftover"), &["finance"]), after(-1)),
            account("svc-backup"),
            upstream,
        ])
    };
    assert_snapshot!(lines(&plan(&it, &there(), &OFS)), @"
    found: unmanaged leftover
    found: unmanaged mis
    found: unmanaged stranger
    ");
    let ends = with_policy(it.clone(), |policy| policy.unmanaged = Unmanaged::Expire);
    assert_snapshot!(lines(&plan(&ends, &there(), &OFS)), @r#"
    revoke leftover finance [] the account's access has ended
    expire stranger [expires null → "2026-11-21"] not in the YAML (`policy.unmanaged: expire`)
    held back: expire mis : another system keeps this account
    found: unverified
    "#);
    assert_snapshot!(lines(&plan(&ends, &there(), &HWB)), @"
    expire stranger [active true → false] not in the YAML (`policy.unmanaged: expire`)
    by hand: EndUpstream mis
    ");
    let mut unmanaged = ends;
    unmanaged.manages_accounts = false;
    assert_snapshot!(lines(&plan(&unmanaged, &there(), &OFS)), @"");
}

#[test]
fn without_removals_everything_that_takes_is_held_back() {
    let mut it = desired([
        dated(user("ann"), None, Some(after(9))),
        dated(user("bob"), None, Some(after(-9))),
        with(user("cyd"), &["finance"]),
    ]);
    it.admins = admins(&[]);
    let it = with_policy(it, |policy| policy.removals = Removals::None);
    let there = live(vec![
        account("ann"),
        holding(account("bob"), &["finance"]),
        admin(holding(account("cyd"), &["students"])),
    ]);
    assert_snapshot!(lines(&plan(&it, &there, &OFS)), @"
    held back: update ann : removals are switched off (`removals: none` or `--no-removals`)
    held back: revoke bob finance: removals are switched off (`removals: none` or `--no-removals`)
    held back: expire bob : removals are switched off (`removals: none` or `--no-removals`)
    held back: demote cyd : removals are switched off (`removals: none` or `--no-removals`)
    found: ending ann  2026-12-01
    ");
}

#[test]
fn only_a_name_under_delete_deletes_and_never_what_is_still_desired() {
    let mut it = desired([user("ann"), dated(user("bob"), None, Some(after(-1)))]);
    for key in ["ann", "bob", "old.clerk", "gone"] {
        it.delete.insert(login(key), source(40));
    }
    let there = || {
        live(vec![
            account("ann"),
            holding(account("bob"), &["finance"]),
            holding(account("old.clerk"), &["finance"]),
        ])
    };
    let deleted = plan(&it, &there(), &HFL);
    assert_snapshot!(lines(&deleted), @"
    delete bob [] named under `delete`
    delete old.clerk [] named under `delete`
    problem: listed-and-deleted `ann@northshire.example` is named under `delete`, and listed as a user whose access has not ended
    ");
    assert!(!deleted.units[0].actions[0].reversible);
    it.delete.remove(&login("ann"));
    assert_snapshot!(lines(&plan(&it, &there(), &OFS)), @"
    held back: delete bob : the portal never deletes an account
    held back: delete old.clerk : the portal never deletes an account
    ");
}
