//! Portals that make login ids themselves (W1, W2), and organisations whose accounts come to be in
//! a way of their own (S2 to S4).

use beadle::model::live::LiveAccount;
use beadle::model::name::LoginId;
use beadle::model::plan::{ActionKind, HeldBackReason, ManualKind, UnitPlan, Write};
use beadle::model::rules::{Create, ManualText, Provisioning, Rules};

use super::build::{account, answer, desired, login, plan, source, user};
use super::models::{HAMPSHIRE, HWB};

const HER: &str = "a.morgan@northshire.example";

fn made(id: &str, email: &str) -> LiveAccount {
    LiveAccount {
        login: LoginId::new(format!("user{id}")),
        email: Some(email.into()),
        upstream: false,
        ..account(id)
    }
}

fn planned(rules: &Rules, it: beadle::model::desired::Desired, live: Vec<LiveAccount>) -> UnitPlan {
    let plan = plan(&it, &answer(live, Vec::new()), rules);
    plan.units.into_iter().next().unwrap()
}

/// W1
#[test]
fn an_account_whose_login_id_the_portal_made_is_found_by_its_address() {
    let mut her = user("a.morgan");
    her.name = "A. Morgan".into();
    let live = made("7", "A.Morgan@Northshire.example");
    let unit = planned(&HWB, desired([her]), vec![live]);
    assert!(
        unit.actions
            .iter()
            .all(|action| action.kind != ActionKind::Create)
    );
    assert_eq!(unit.manual, []);
}

/// W2
#[test]
fn a_new_account_is_made_with_an_address_and_without_a_login_id() {
    let unit = planned(&HWB, desired([user("a.morgan")]), vec![]);
    let [save] = unit.saves.as_slice() else {
        panic!("{:?}", unit.saves)
    };
    assert!(
        matches!(&save.write, Write::Create { assigned: true, email: Some(email), .. } if &**email == HER)
    );
}

/// W2, W15: until the portal has made the user name, no step claims to know it.
#[test]
fn a_step_for_a_new_account_does_not_take_the_address_for_its_login_id() {
    let rules = Rules {
        manual: &[ManualText {
            kind: ManualKind::SecondFactor,
            title: "{name} sets up a second factor",
            clicks: &["{name} signs in as {login}"],
            source: "the guide",
        }],
        ..HWB
    };
    let unit = planned(&rules, desired([user("a.morgan")]), vec![]);
    let clicks = &unit.manual.first().unwrap().clicks;
    assert_eq!(
        clicks,
        &["a.morgan signs in as the user name that the portal gives"]
    );
}

#[test]
fn two_live_accounts_of_one_address_are_held_back() {
    let live = vec![made("7", HER), made("8", HER)];
    let unit = planned(&HWB, desired([user("a.morgan")]), live);
    assert_eq!(unit.actions, []);
    let because = &unit.held_back.first().unwrap().because;
    assert_eq!(
        *because,
        HeldBackReason::LiveTwins(vec!["7".into(), "8".into()])
    );
}

#[test]
fn a_login_id_that_is_named_and_not_there_cannot_be_made() {
    let mut her = user("a.morgan");
    her.login = LoginId::new("morgana4");
    her.email = Some(HER.into());
    let unit = planned(&HWB, desired([her]), vec![]);
    assert_eq!(unit.actions, []);
    let problem = unit.problems.first().unwrap();
    assert_eq!(problem.code, "unknown-login");
}

/// W14
#[test]
fn another_address_is_a_step_for_a_person_and_no_second_account() {
    let mut her = user("a.rees");
    her.was = vec![(login("a.morgan"), source(11))];
    let unit = planned(&HWB, desired([her]), vec![made("7", HER)]);
    assert!(
        unit.actions
            .iter()
            .all(|action| action.kind != ActionKind::Create)
    );
}

static WAYS: &[Provisioning] = &[
    Provisioning {
        name: "sims",
        title: "SIMS AD provisioning",
        create: Create::Upstream,
        manual: &[ManualText {
            kind: ManualKind::CreateUpstream,
            title: "set {name} up in SIMS",
            clicks: &["SIMS"],
            source: "the guide",
        }],
    },
    Provisioning {
        name: "registered",
        title: "Register new user",
        create: Create::Direct,
        manual: &[],
    },
];

/// S2, S3, S4
#[test]
fn accounts_come_to_be_in_the_organisations_own_way() {
    let rules = Rules {
        provisioning: WAYS,
        ..HAMPSHIRE
    };
    let unit = planned(&rules, desired([user("a.morgan")]), vec![]);
    assert_eq!(unit.actions, []);
    assert_eq!(unit.manual.first().unwrap().clicks, ["SIMS"]);
    let mut it = desired([user("a.morgan")]);
    it.creation.provisioning = Some("registered".into());
    let unit = planned(&rules, it, vec![]);
    assert_eq!(unit.actions.first().unwrap().kind, ActionKind::Create);
}
