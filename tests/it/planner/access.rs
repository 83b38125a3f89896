//! Tables of the planner's rules for access: grants, administrators, and the saves that carry them.

use beadle::model::day::Window;
use beadle::model::live::LiveAccount;
use beadle::model::name::LoginId;
use beadle::model::plan::{ActionKind, Finding, Plan};
use beadle::model::policy::{SensitiveArea, Unmanaged};
use insta::assert_snapshot;

use super::build::{
    account, admin, admins, after, answer, catalogue, desired, grant, holding, lines, live, login,
    plan, saves, source, user, with, with_policy,
};
use super::models::{HAMPSHIRE, HFL, HWB, OFS, SCIM};

#[test]
fn a_listed_users_grants_are_exactly_those_listed() {
    let mut kit = with(user("kit"), &["finance", "sealed"]);
    for (area, window) in [
        (
            "prevent",
            Window {
                from: None,
                until: Some(after(-1)),
            },
        ),
        (
            "students",
            Window {
                from: Some(after(1)),
                until: None,
            },
        ),
    ] {
        let (area, grant) = grant(&kit, area, window);
        kit.grants.insert(area, grant);
    }
    let there = live(vec![holding(account("kit"), &["prevent", "students"])]);
    let it = desired([kit]);
    assert_snapshot!(lines(&plan(&it, &there, &SCIM)), @"
    revoke kit prevent [] the last day was 2026-11-21
    revoke kit students [] the first day is 2026-11-23
    grant kit finance [] listed for this user
    held back: grant kit sealed: the portal does not do it for beadle, and no step for a person is known
    found: upcoming kit students 2026-11-23
    ");
    let there = live(vec![holding(account("kit"), &["finance", "sealed"])]);
    let it = desired([user("kit")]);
    assert_snapshot!(lines(&plan(&it, &there, &OFS)), @"
    revoke kit sealed [] not listed any more
    revoke kit finance [] not listed any more
    found: unverified
    ");
}

#[test]
fn an_area_with_a_key_is_a_step_until_the_person_has_it() {
    let it = desired([with(user("kit"), &["sealed"])]);
    let step = plan(&it, &live(vec![account("kit")]), &OFS);
    assert_snapshot!(lines(&step), @"by hand: AccessKey kit sealed");
    assert_snapshot!(step.units[0].manual[0].title, @"kit joins The sealed area with its key");
    let joined = live(vec![holding(account("kit"), &["sealed"])]);
    assert_snapshot!(lines(&plan(&it, &joined, &OFS)), @"");
    assert_snapshot!(lines(&plan(&it, &live(vec![account("kit")]), &HFL)), @"held back: grant kit sealed: the portal does not do it for beadle, and no step for a person is known");
}

#[test]
fn what_only_a_posted_key_gives_back_is_not_called_reversible() {
    let it = desired([with(user("kit"), &[])]);
    let there = live(vec![holding(account("kit"), &["finance", "sealed"])]);
    let plan = plan(&it, &there, &OFS);
    let taken = plan.units[0].actions.iter();
    let taken: Vec<_> = taken
        .map(|action| (action.area.as_ref().unwrap().as_str(), action.reversible))
        .collect();
    assert_eq!(taken, [("sealed", false), ("finance", true)]);
}

#[test]
fn an_unknown_area_is_a_problem_with_the_nearest_name() {
    let it = desired([with(
        user("kit"),
        &["finanse", "payroll", "user-administration"],
    )]);
    let plan = plan(&it, &live(vec![account("kit")]), &OFS);
    let problems: Vec<String> = plan
        .problems()
        .map(|problem| {
            let place = problem.source.as_ref().unwrap();
            format!(
                "{} {place} {}: {}",
                problem.code,
                problem.message,
                problem.help.as_ref().unwrap()
            )
        })
        .collect();
    assert_snapshot!(problems.join("\n"), @"
    administration-area beadle.yaml:20 `user-administration` is the area of the administrators, and is not granted as others are: list the user under `admins` instead
    unknown-area beadle.yaml:20 `portal` has no area `finanse` for `northshire`: did you mean `finance`?
    unknown-area beadle.yaml:20 `portal` has no area `payroll` for `northshire`: there are `finance`, `prevent`, `sealed`, `students`
    ");
    assert!(plan.is_empty());
}

#[test]
fn sensitive_areas_come_before_the_rest_and_removals_before_them() {
    let it = desired([
        with(user("ann"), &["finance"]),
        with(user("kit"), &["students"]),
    ]);
    let it = with_policy(it, |policy| {
        let areas = [("students".into(), SensitiveArea::default())];
        policy.sensitive_areas = [("portal".into(), areas.into())].into();
    });
    let there = live(vec![account("ann"), holding(account("kit"), &["prevent"])]);
    assert_snapshot!(lines(&plan(&it, &there, &SCIM)), @"
    revoke kit prevent [] not listed any more
    grant kit students [] listed for this user
    grant ann finance [] listed for this user
    ");
}

#[test]
fn an_administrator_who_sees_all_is_neither_granted_nor_revoked_anything() {
    let mut it = desired([with(user("ann"), &["finance", "sealed"]), user("bob")]);
    it.admins = admins(&["ann", "bob"]);
    let there = || {
        live(vec![
            admin(holding(account("ann"), &["students"])),
            admin(account("bob")),
        ])
    };
    assert_snapshot!(lines(&plan(&it, &there(), &OFS)), @"");
    // Whoever is demoted gets what is listed first.
    it.admins = admins(&["bob"]);
    let it = with_policy(it, |policy| policy.min_admins = 1);
    let demoted = plan(&it, &there(), &OFS);
    assert_snapshot!(lines(&demoted), @"
    demote ann [] not listed any more
    revoke ann students [] not listed any more
    grant ann finance [] listed for this user
    by hand: AccessKey ann sealed
    found: unverified
    ");
    assert_snapshot!(saves(&demoted), @"
    0 ann: give finance
    1 ann: take user-administration after 0
    2 ann: take students after 1
    ");
}

#[test]
fn the_admin_set_is_changed_in_each_models_own_way() {
    let mut it = desired([user("ann"), user("bob"), user("cyd")]);
    it.admins = admins(&["ann", "cyd"]);
    let mut all = live(vec![
        admin(account("ann")),
        admin(account("bob")),
        account("cyd"),
    ]);
    for rules in [&OFS, &SCIM, &HAMPSHIRE, &HWB] {
        let plan = plan(&it, &all, rules);
        let text = format!("{}\n{}", rules.driver, saves(&plan));
        match rules.driver {
            "ofs" => assert_snapshot!(text, @"
            ofs
            0 cyd: give user-administration
            1 bob: take user-administration after 0
            "),
            "scim" => assert_snapshot!(text, @"
            scim
            0 user-administration: give [cyd] take [bob]
            "),
            "hampshire" => assert_snapshot!(text, @"
            hampshire
            0 cyd: set give [] take [] admin Some(true)
            1 bob: set give [] take [] admin Some(false) after 0
            "),
            _ => assert_snapshot!(text, @"
            hwb
            0 cyd: admin true
            1 bob: admin false after 0
            "),
        }
    }
    // With a posted key, a person must join first, and nobody leaves before.
    all = answer(all.accounts().values().cloned().collect(), catalogue(true));
    assert_snapshot!(lines(&plan(&it, &all, &OFS)), @"
    by hand: AdminKey cyd user-administration
    held back: demote bob : it would leave 1 administrators, and at least 2 must stay
    ");
}

#[test]
fn without_an_admins_key_administrators_are_added_and_nobody_is_demoted() {
    let mut it = desired([user("ann"), user("bob")]);
    it.admins = admins(&["ann"]);
    it.admins.exact = false;
    let there = live(vec![account("ann"), admin(account("bob"))]);
    assert_snapshot!(lines(&plan(&it, &there, &SCIM)), @"promote ann [] listed for this user");
}

#[test]
fn a_new_administrator_is_created_first_and_one_who_is_not_there_is_held_back() {
    let mut it = desired([with(user("ann"), &["finance"])]);
    it.admins = admins(&["ann", "nobody"]);
    let plan = plan(&it, &live(vec![]), &OFS);
    assert_snapshot!(lines(&plan), @r#"
    promote ann [] listed for this user
    create ann [name "ann", email "ann@northshire.example"] listed for this user
    grant ann finance [] listed for this user
    held back: promote nobody : `users` does not name it, and no single live account has this login id
    found: unverified
    "#);
    assert_snapshot!(saves(&plan), @"
    0 ann: create
    1 ann: give finance after 0
    2 ann: give user-administration after 1
    ");
}

#[test]
fn an_admin_set_that_is_not_there_is_a_problem() {
    let mut it = desired([user("ann")]);
    it.admins = admins(&["ann"]);
    assert_snapshot!(lines(&plan(&it, &live(vec![account("ann")]), &HFL)), @"problem: no-admin-set `portal` has no admin set to manage");
}

#[test]
fn the_yaml_that_lists_too_few_administrators_is_refused() {
    let mut it = desired([user("ann"), user("bob"), user("cyd")]);
    it.admins = admins(&["ann"]);
    let keys = ["ann", "bob", "cyd"];
    let there = live(keys.map(|key| admin(account(key))).to_vec());
    let refused = plan(&it, &there, &SCIM);
    assert_snapshot!(lines(&refused), @"
    demote bob [] not listed any more
    demote cyd [] not listed any more
    refused: 1 of 3 administrators would be left; `min_admins` is 2
    ");
    assert_snapshot!(refused.refusals[0].waiver, @"
    - organisation: northshire
      portal: portal
      guardrail: min_admins
      limit: 1
      reason: say here why this is right
      until: 2026-11-29
    ");
}

#[test]
fn beadles_own_account_is_never_demoted_ended_or_deleted() {
    let mut it = desired([user("ann")]);
    it.identity = Some(LoginId::new("BOT@northshire.example"));
    it.admins = admins(&["ann"]);
    let it = with_policy(it, |policy| policy.unmanaged = Unmanaged::Expire);
    let bot = admin(holding(account("bot"), &["finance"]));
    assert_snapshot!(lines(&plan(&it, &live(vec![account("ann"), bot.clone()]), &SCIM)), @"
    promote ann [] listed for this user
    held back: expire bot : it is the account that beadle itself uses
    ");
    let mut it = desired([]);
    it.identity = Some(login("bot"));
    it.delete.insert(login("bot"), source(40));
    assert_snapshot!(lines(&plan(&it, &live(vec![bot.clone()]), &HAMPSHIRE)), @"held back: delete bot : it is the account that beadle itself uses");
    let mut it = desired([with(user("bot"), &["finance"])]);
    it.identity = Some(login("bot"));
    it.admins = admins(&[]);
    assert_snapshot!(lines(&plan(&it, &live(vec![bot]), &OFS)), @"held back: demote bot : it is the account that beadle itself uses");
}

#[test]
fn one_product_is_one_save_unless_somebody_would_lose_before_gaining() {
    let it = desired([with(user("ann"), &["finance"]), user("bob")]);
    let there = live(vec![account("ann"), holding(account("bob"), &["finance"])]);
    assert_snapshot!(saves(&plan(&it, &there, &HFL)), @"0 finance: give [ann] take [bob]");
    // Two persons swap two products: each must have the new one first.
    let it = desired([
        with(user("ann"), &["finance"]),
        with(user("bob"), &["students"]),
    ]);
    let there = live(vec![
        holding(account("ann"), &["students"]),
        holding(account("bob"), &["finance"]),
    ]);
    assert_snapshot!(saves(&plan(&it, &there, &HFL)), @"
    0 students: give [bob] take []
    1 finance: give [ann] take [bob] after 0
    2 students: give [] take [ann] after 0 1
    ");
}

#[test]
fn one_person_is_one_save_and_one_mail_where_the_whole_set_is_saved() {
    let mut it = desired([with(user("ann"), &["finance", "students"])]);
    it.admins = admins(&["ann"]);
    let there = live(vec![holding(account("ann"), &["prevent", "finance"])]);
    let plan = plan(&it, &there, &HAMPSHIRE);
    assert_snapshot!(saves(&plan), @r#"0 ann: set give ["students"] take ["prevent"] admin Some(true)"#);
    assert_eq!(plan.units[0].saves[0].mails, [login("ann")]);
    assert_eq!(plan.summary().mails, 1);
}

/// H18: rows that look alike.
#[test]
fn who_looks_nearly_like_somebody_that_is_deleted_is_pointed_at() {
    let mut it = desired([]);
    it.delete.insert(login("old.clerk"), source(9));
    let named = |key: &str, name: &str| LiveAccount {
        name: name.into(),
        ..account(key)
    };
    let there = vec![
        named("old.clerk", "Ola Clerk"),
        named("old.clerks", "The Clerks"),
        named("o.clerk", "Ola Clark"),
        named("kit", "Kit Osei"),
    ];
    let planned = plan(&it, &live(there.clone()), &HFL);
    let alike = |plan: &Plan| -> Vec<(String, String)> {
        let findings = plan.units[0].findings.iter();
        let alike = findings.filter_map(|finding| match finding {
            Finding::LookAlike { account, other } => {
                Some((account.login.to_string(), other.login.to_string()))
            }
            _ => None,
        });
        alike.collect()
    };
    let pair = |other: &str| {
        let of = |key: &str| format!("{key}@northshire.example");
        (of("old.clerk"), of(other))
    };
    assert_eq!(alike(&planned), [pair("o.clerk"), pair("old.clerks")]);
    assert_eq!(planned.summary().actions[&ActionKind::Delete], 1);

    // Whoever is deleted as well cannot be the wrong one.
    it.delete.insert(login("old.clerks"), source(10));
    assert_eq!(alike(&plan(&it, &live(there), &HFL)), [pair("o.clerk")]);
}
