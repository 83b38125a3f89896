//! Tables of the planner's rules for accounts: matching, creation, edits, dates, terms, returns.

use beadle::model::live::LiveAccount;
use beadle::model::name::LoginId;
use beadle::model::plan::{Change, Write};
use beadle::model::rules::{AccountEnd, Edit, Rule, Rules};
use insta::assert_snapshot;

use super::build::{
    DAY, account, after, dated, desired, expiring, holding, lines, live, login, plan, saves,
    source, user, with, with_policy,
};
use super::models::{HAMPSHIRE, HFL, HWB, OFS, SCIM};

#[test]
fn a_missing_account_is_created_in_each_models_own_way() {
    let it = desired([dated(
        with(user("kit"), &["finance"]),
        None,
        Some(after(300)),
    )]);
    assert_snapshot!(lines(&plan(&it, &live(vec![]), &OFS)), @r#"
    create kit [name "kit", email "kit@northshire.example", expires null → "2027-09-18"] listed for this user
    grant kit finance [] listed for this user
    found: unverified
    "#);
    assert_snapshot!(lines(&plan(&it, &live(vec![]), &HAMPSHIRE)), @"
    by hand: CreateUpstream kit
    held back: grant kit finance: it waits for a step that only a person can do
    ");
    let it = desired([dated(user("kit"), None, Some(after(100)))]);
    assert_snapshot!(lines(&plan(&it, &live(vec![]), &HWB)), @r#"
    create kit [name "kit", email "kit@northshire.example", term "3 months"] listed for this user
    by hand: SecondFactor kit
    "#);
    assert_snapshot!(saves(&plan(&it, &live(vec![]), &HWB)), @"0 kit: create");
}

#[test]
fn terms_must_be_accepted_and_a_login_handed_over_if_nobody_is_mailed() {
    let mut it = desired([user("kit")]);
    let mailed = plan(&it, &live(vec![]), &HFL);
    assert_snapshot!(lines(&mailed), @r#"create kit [name "kit", email "kit@northshire.example"] listed for this user"#);
    assert_eq!(mailed.units[0].saves[0].mails, [login("kit")]);
    it.creation.notify = Some(false);
    it.creation.terms_accepted_by = None;
    let unmailed = plan(&it, &live(vec![]), &HFL);
    assert_snapshot!(lines(&unmailed), @r#"
    create kit [name "kit", email "kit@northshire.example"] listed for this user
    by hand: HandOver kit
    problem: terms-not-accepted nobody has accepted the terms of `portal` for new accounts
    "#);
    assert!(unmailed.units[0].saves[0].mails.is_empty());
    let Write::Create { notify, .. } = &unmailed.units[0].saves[0].write else {
        panic!("not a creation");
    };
    assert_eq!(*notify, Some(false));
    // H7: whether anybody is mailed is chosen by a person, never left to a default.
    it.creation.notify = None;
    it.creation.terms_accepted_by = Some("kit".into());
    let unchosen = plan(&it, &live(vec![]), &HFL);
    assert_snapshot!(lines(&unchosen), @r#"
    create kit [name "kit", email "kit@northshire.example"] listed for this user
    by hand: HandOver kit
    problem: notice-not-chosen nobody has chosen whether `portal` mails the users of new accounts
    "#);
}

#[test]
fn accounts_are_matched_whatever_the_case_and_names_after_trimming() {
    let mut there = account("kit");
    there.login = "KIT@Northshire.Example ".into();
    there.name = " kit ".into();
    assert!(plan(&desired([user("kit")]), &live(vec![there]), &OFS).is_empty());
}

#[test]
fn the_key_that_an_import_writes_for_a_nameless_account_is_nobodys_name() {
    let mut there = account("kit");
    there.name = "".into();
    let mut imported = user("kit");
    imported.name = imported.person.clone();
    assert!(
        plan(
            &desired([imported.clone()]),
            &live(vec![there.clone()]),
            &OFS
        )
        .is_empty()
    );
    imported.name = "Kit Osei".into();
    assert!(!plan(&desired([imported]), &live(vec![there]), &OFS).is_empty());
}

fn renamed() -> beadle::model::desired::Desired {
    let mut joined = user("r.patel");
    joined.was = vec![(login("r.shah"), source(12))];
    desired([joined])
}

#[test]
fn a_rename_is_an_update_or_a_step_and_never_a_delete_and_a_create() {
    let it = renamed();
    let there = || live(vec![account("r.shah")]);
    assert_snapshot!(lines(&plan(&it, &there(), &OFS)), @r#"
    update r.shah [email "r.shah@northshire.example" → "r.patel@northshire.example", name "r.shah" → "r.patel"] renamed (`was`)
    found: unverified
    "#);
    assert_snapshot!(lines(&plan(&it, &there(), &SCIM)), @r#"update r.shah [login "r.shah@northshire.example" → "r.patel@northshire.example", name "r.shah" → "r.patel", email "r.shah@northshire.example" → "r.patel@northshire.example"] renamed (`was`)"#);
    assert_snapshot!(lines(&plan(&it, &there(), &HFL)), @r#"
    update r.shah [name "r.shah" → "r.patel", email "r.shah@northshire.example" → "r.patel@northshire.example"] renamed (`was`)
    by hand: Rename r.shah
    "#);
    assert_snapshot!(lines(&plan(&it, &there(), &HWB)), @"
    held back: update r.shah : the portal does not do it for beadle, and no step for a person is known
    held back: update r.shah : the portal does not do it for beadle, and no step for a person is known
    ");
}

#[test]
fn a_former_login_that_is_live_as_well_is_left_alone() {
    let mut it = renamed();
    let mut policy = (*it.policy).clone();
    policy.unmanaged = beadle::model::policy::Unmanaged::Expire;
    it.policy = policy.into();
    let both = live(vec![
        account("r.shah"),
        holding(account("r.patel"), &["finance"]),
    ]);
    assert_snapshot!(lines(&plan(&it, &both, &SCIM)), @"
    revoke r.patel finance [] not listed any more
    found: former-login-live r.patel
    ");
}

#[test]
fn live_twins_hold_everything_back_and_both_are_named() {
    let mut twin = account("twin");
    twin.login = login("KIT");
    let it = desired([with(user("kit"), &["finance"])]);
    assert_snapshot!(lines(&plan(&it, &live(vec![account("kit"), twin]), &OFS)), @"held back: update kit : the portal has 2 accounts with this login id (kit, twin)");
}

/// A row: what is live, what the YAML wants, what is done.
fn end_row(there: LiveAccount, until: Option<i64>, rules: &Rules) -> String {
    let it = desired([dated(user("kit"), None, until.map(after))]);
    let plan = plan(&it, &live(vec![there]), rules);
    let actions = plan.units[0].actions.iter();
    let rows: Vec<String> = actions
        .map(|action| {
            let changes: Vec<String> = action
                .changes
                .iter()
                .map(|change| match change {
                    Change::Expires { after, .. } => format!("{after:?}"),
                    other => format!("{other:?}"),
                })
                .collect();
            format!("{} {}", action.kind.as_str(), changes.join(" "))
        })
        .collect();
    rows.join(", ")
}

#[test]
fn a_later_end_renews_and_an_earlier_one_updates() {
    let on = |days| expiring(account("kit"), after(days));
    assert_eq!(end_row(on(50), Some(50), &OFS), "");
    assert_eq!(end_row(on(50), Some(90), &OFS), "renew Some(2027-02-20)");
    assert_eq!(end_row(on(50), None, &OFS), "renew None");
    assert_eq!(end_row(on(50), Some(40), &OFS), "update Some(2027-01-01)");
    assert_eq!(
        end_row(account("kit"), Some(40), &OFS),
        "update Some(2027-01-01)"
    );
    assert_eq!(end_row(on(-50), Some(40), &OFS), "renew Some(2027-01-01)");
    assert_eq!(end_row(on(-50), None, &OFS), "renew None");
    assert_eq!(end_row(account("kit"), Some(40), &SCIM), "");
}

#[test]
fn terms_are_renewed_and_the_deactivated_return_unless_they_are_dormant() {
    let on = |days| expiring(account("kit"), after(days));
    let off = |mut account: LiveAccount| {
        account.active = false;
        account
    };
    let back = "Active { before: false, after: true }";
    let year = "Term { after: AcademicYear }";
    assert_eq!(end_row(on(57), None, &HWB), "");
    assert_eq!(end_row(on(56), None, &HWB), format!("renew {year}"));
    assert_eq!(end_row(on(20), Some(10), &HWB), "");
    assert_eq!(end_row(off(on(100)), None, &HWB), format!("renew {back}"));
    assert_eq!(
        end_row(off(on(-3)), None, &HWB),
        format!("renew {back} {year}")
    );
    assert_eq!(
        end_row(off(account("kit")), None, &SCIM),
        format!("renew {back}")
    );
    let seen = |days: i64| {
        let mut account = off(on(100));
        account.last_sign_in = Some(after(-days));
        account
    };
    assert_eq!(end_row(seen(90), None, &HWB), format!("renew {back}"));
    assert_eq!(end_row(seen(91), None, &HWB), "");
    let quiet = plan(&desired([user("kit")]), &live(vec![seen(91)]), &HWB);
    assert_snapshot!(lines(&quiet), @"found: dormant kit");
}

#[test]
fn a_return_is_activated_before_its_term_is_kept() {
    let mut there = expiring(account("kit"), after(-3));
    there.active = false;
    let plan = plan(&desired([user("kit")]), &live(vec![there]), &HWB);
    assert_snapshot!(saves(&plan), @"
    0 kit: active true
    1 kit: keep academic year after 0
    ");
}

#[test]
fn what_another_system_keeps_is_neither_edited_nor_brought_back() {
    let mut there = account("kit");
    there.upstream = true;
    there.active = false;
    there.name = "Kit Osei".into();
    let it = desired([user("kit")]);
    assert_snapshot!(lines(&plan(&it, &live(vec![there]), &HWB)), @"
    held back: update kit : the portal does not do it for beadle, and no step for a person is known
    held back: renew kit : another system keeps this account
    ");
}

#[test]
fn names_addresses_and_dates_of_one_account_are_one_save() {
    let rules = Rules {
        login: SCIM.login,
        edit: Rule::stated(
            Edit {
                name: true,
                email: true,
                login: true,
            },
            "the guide",
        ),
        account_end: Rule::stated(AccountEnd::Date, "the guide"),
        ..OFS
    };
    let mut there = expiring(account("r.shah"), after(2));
    there.email = Some("rs@northshire.example".into());
    let mut it = renamed();
    let user = it.accounts.get_mut(&login("r.patel")).unwrap();
    user.window.until = Some(after(200));
    let plan = plan(&it, &live(vec![there]), &rules);
    assert_snapshot!(lines(&plan), @r#"
    update r.shah [login "r.shah@northshire.example" → "r.patel@northshire.example", name "r.shah" → "r.patel", email "rs@northshire.example" → "r.patel@northshire.example"] renamed (`was`)
    renew r.shah [expires "2026-11-24" → "2027-06-10"] listed for this user
    "#);
    assert_snapshot!(saves(&plan), @"0 r.shah: edit 4");
}

/// S7, S10: an address that the portal shows and nobody can edit is a step, one that it does not
/// show asks for nothing.
#[test]
fn another_address_where_none_can_be_edited_is_a_step_for_a_person() {
    let mut her = user("kit");
    her.login = LoginId::new("KITOSEI1");
    her.email = Some("k.osei@northshire.example".into());
    let there = LiveAccount {
        login: LoginId::new("KITOSEI1"),
        upstream: true,
        email: Some("kit@northshire.example".into()),
        ..account("kit")
    };
    let planned = plan(
        &desired([her.clone()]),
        &live(vec![there.clone()]),
        &HAMPSHIRE,
    );
    assert_snapshot!(lines(&planned), @"by hand: Rename KITOSEI1");
    assert_eq!(
        planned.units[0].manual[0].change,
        Some(Change::Email {
            before: Some("kit@northshire.example".into()),
            after: "k.osei@northshire.example".into(),
        })
    );
    let hidden = LiveAccount {
        email: None,
        ..there.clone()
    };
    let same = LiveAccount {
        email: Some("K.Osei@northshire.example".into()),
        ..there
    };
    for quiet in [hidden, same] {
        let plan = plan(&desired([her.clone()]), &live(vec![quiet]), &HAMPSHIRE);
        assert_eq!(plan.units[0].manual, []);
        assert_eq!(plan.units[0].held_back, []);
    }
}

#[test]
fn what_begins_and_what_ends_soon_is_said_once() {
    let soon = dated(with(user("ann"), &["finance"]), None, Some(after(30)));
    let later = dated(user("bob"), None, Some(after(31)));
    let upcoming = dated(user("cyd"), Some(after(1)), None);
    let mut it = desired([soon, later, upcoming]);
    let bob = it.accounts.get_mut(&login("bob")).unwrap();
    for (area, from, until) in [
        ("prevent", Some(after(9)), None),
        ("students", None, Some(DAY)),
    ] {
        let window = beadle::model::day::Window { from, until };
        let (area, grant) = super::build::grant(bob, area, window);
        bob.grants.insert(area, grant);
    }
    let mut locked = holding(account("ann"), &["finance"]);
    locked.locked = true;
    let there = live(vec![locked, holding(account("bob"), &["students"])]);
    assert_snapshot!(lines(&plan(&it, &there, &SCIM)), @"
    found: ending ann  2026-12-22
    found: ending bob students 2026-11-22
    found: locked ann
    found: upcoming bob prevent 2026-12-01
    found: upcoming cyd  2026-11-23
    ");
}

#[test]
fn assumptions_that_nobody_has_tried_are_said_once_when_something_is_done() {
    assert_snapshot!(lines(&plan(&desired([user("kit")]), &live(vec![]), &OFS)), @r#"
    create kit [name "kit", email "kit@northshire.example"] listed for this user
    found: unverified
    "#);
    let quiet = plan(&desired([user("kit")]), &live(vec![account("kit")]), &OFS);
    assert_snapshot!(lines(&quiet), @"");
}

#[test]
fn a_shared_account_is_warned_about_and_its_password_changed_when_somebody_left() {
    let mut office = user("office");
    office.shared = Some(beadle::model::desired::Shared {
        custodian: "kit".into(),
        members: vec![("kit".into(), None), ("ann".into(), Some(after(-5)))],
        password_changed: Some(after(-5)),
    });
    let mut it = desired([office]);
    let there = live(vec![account("office")]);
    let step = plan(&it, &there, &HFL);
    assert_snapshot!(lines(&step), @"
    by hand: ChangePassword office
    found: shared-account office
    ");
    assert_snapshot!(step.units[0].manual[0].title, @"change the password of office@northshire.example");
    let office = it.accounts.get_mut(&login("office")).unwrap();
    office.shared.as_mut().unwrap().password_changed = Some(after(-4));
    assert_snapshot!(lines(&plan(&it, &there, &HFL)), @"found: shared-account office");
}

/// An account that no file names may be theirs: nobody gets a second one, and it is left alone.
#[test]
fn nobody_is_given_an_account_beside_one_that_has_their_address() {
    let mut kit = with(user("kit"), &["finance"]);
    kit.login = kit.email.as_deref().unwrap().into();
    let mut there = holding(account("kit"), &["prevent"]);
    there.login = "k.smith".into();
    let there = live(vec![there]);
    assert_snapshot!(lines(&plan(&desired([kit.clone()]), &there, &HFL)), @"held back: create kit : the account `k.smith` has this address: name `k.smith` under `accounts` if it is this person's");
    // What is ignored, or is to go, is in nobody's way.
    let ignoring = with_policy(desired([kit.clone()]), |policy| {
        policy.ignore = vec!["k.*".into()];
    });
    assert_snapshot!(lines(&plan(&ignoring, &there, &HFL)), @r#"
    create kit [name "kit", email "kit@northshire.example"] listed for this user
    grant kit finance [] listed for this user
    "#);
    // Who asks for a login id by name gets that one.
    kit.login = login("kit2");
    assert_snapshot!(lines(&plan(&desired([kit]), &there, &HFL)), @r#"
    create kit2 [name "kit", email "kit@northshire.example"] listed for this user
    grant kit2 finance [] listed for this user
    found: unmanaged k.smith
    "#);
}
