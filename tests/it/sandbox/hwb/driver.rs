//! The driver and the sandbox, written apart from the same contract, understand each other; and no
//! fault of a list is taken for the list.

use std::sync::Arc;
use std::time::Duration;

use beadle::model::live::LiveAccount;
use beadle::model::name::{PortalId, PortalOrganisation};
use beadle::model::plan::{AccountRef, Term, Write};
use beadle::portal::{Access, Act, PortalErrorKind, PortalWrite, Written, driver};
use jiff::civil::date;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{Hwb, snapshot};

fn portal(hwb: &Hwb) -> Arc<dyn PortalWrite> {
    let ready = &hwb.0.running.ready().portals["hwb"];
    let mut access = Access::new("hwb".into(), &ready.url, ready.token.as_str().into());
    access.first_pause = Duration::from_millis(1);
    driver("hwb").unwrap().open_write(access).unwrap()
}

fn authority() -> PortalOrganisation {
    "690".into()
}

fn account(login: &str, id: Option<&str>) -> AccountRef {
    AccountRef {
        login: login.into(),
        name: "Ada Byron".into(),
        id: id.map(Into::into),
        person: None,
    }
}

fn create(term: Term) -> Write {
    Write::Create {
        account: account("ada@dyffryn.example", None),
        email: Some("Ada@dyffryn.example".into()),
        expires: None,
        term: Some(term),
        notify: None,
        terms_accepted_by: None,
        assigned: true,
    }
}

async fn observed(portal: &Arc<dyn PortalWrite>, write: &Write) -> Vec<LiveAccount> {
    portal.observe(&authority(), write).await.unwrap()
}

#[tokio::test]
async fn a_listing_of_several_pages_is_the_state_that_the_sandbox_holds() {
    for organisation in ["690", "6909001", "W 06/0?9"] {
        let hwb = Hwb::with(vec![snapshot(organisation, 1_250)]).await;
        let live = portal(&hwb).list(&organisation.into()).await.unwrap();
        assert_eq!((live.accounts().len(), live.evidence().pages), (1_250, 4));
        let mut url = reqwest::Url::parse(&hwb.0.url("/control/state")).unwrap();
        url.query_pairs_mut()
            .extend_pairs([("portal", "hwb"), ("organisation", organisation)]);
        let state = super::send(hwb.0.client.get(url)).await;
        let state: beadle::model::snapshot::Snapshot = serde_json::from_str(&state.text).unwrap();
        assert_eq!(live.digest(), state.into_live().unwrap().digest());
    }
}

/// W2: seen by nobody at first, found by address later, made once.
#[tokio::test]
async fn a_late_creation_is_found_by_its_address_once_it_shows() {
    let hwb = Hwb::area().await;
    let portal = portal(&hwb);
    let write = create(Term::AcademicYear);
    let written = portal.write(&authority(), &write, "k1").await.unwrap();
    let id = written.id.clone().unwrap();
    assert_eq!(written, Written::later(Some(id.clone())));
    let again = portal.write(&authority(), &write, "k1").await.unwrap();
    assert_eq!(again, written);
    let pending = portal.write(&authority(), &write, "k2").await.unwrap_err();
    insta::assert_snapshot!(pending, @"portal `hwb`, organisation `690`, POST /authorities/690/users: the portal is still making it (409, `user-pending`): it is not made a second time, and running again later will find it");
    assert!(pending.outcome_unknown());
    assert_eq!(observed(&portal, &write).await, []);
    let found = observed(&portal, &write).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].id, id);
    assert_eq!(found[0].login, "abyron1".into());
    assert_eq!(found[0].expires, Some(date(2027, 8, 31)));
    let exists = portal.write(&authority(), &write, "k3").await.unwrap_err();
    insta::assert_snapshot!(exists, @"portal `hwb`, organisation `690`, POST /authorities/690/users: it conflicts with what is live (409, `user-exists`)");
    assert_eq!(hwb.state("690").await.accounts.len(), 4);
}

#[tokio::test]
async fn a_lost_answer_leaves_the_outcome_unknown_and_makes_one_account() {
    let hwb = Hwb::area().await;
    hwb.0
        .faults(json!([{"kind": "reset-after-commit", "match": {"method": "POST"}}]))
        .await;
    let lost = portal(&hwb)
        .write(&authority(), &create(Term::Months(3)), "k1")
        .await;
    assert!(lost.unwrap_err().outcome_unknown());
    assert_eq!(hwb.state("690").await.accounts.len(), 4);
}

/// W4, W6, W7, W9: every act, and what the portal shows of it.
#[tokio::test]
async fn every_act_of_the_driver_is_carried_out() {
    let hwb = Hwb::area().await;
    let portal = portal(&hwb);
    let whose = || account("person1of690", Some("h-001"));
    let active = |active| Write::Active {
        account: whose(),
        active,
    };
    let admin = |promote| Write::Admin {
        account: whose(),
        promote,
    };
    for (number, write, later) in [
        (1, active(false), false),
        (2, active(true), true),
        (3, admin(true), false),
        (4, admin(false), false),
    ] {
        let key = format!("k{number}");
        let written = portal.write(&authority(), &write, &key).await.unwrap();
        assert_eq!(written, Written { id: None, later }, "{write:?}");
    }
    assert!(!observed(&portal, &active(true)).await[0].active);
    assert!(observed(&portal, &active(true)).await[0].active);
    hwb.day("2027-08-01").await;
    for (number, term, end) in [
        (5, Term::Months(3), date(2027, 11, 1)),
        (6, Term::Months(6), date(2028, 2, 1)),
    ] {
        hwb.day(if number == 5 {
            "2027-08-01"
        } else {
            "2027-09-30"
        })
        .await;
        let keep = Write::Keep {
            account: whose(),
            term,
        };
        let key = format!("k{number}");
        portal.write(&authority(), &keep, &key).await.unwrap();
        let expires = observed(&portal, &keep).await[0].expires;
        let wanted = if number == 5 { end } else { date(2028, 3, 30) };
        assert_eq!(expires, Some(wanted));
    }
}

/// W1, W10, and what cannot be written there.
#[tokio::test]
async fn what_the_portal_refuses_is_told_by_its_code() {
    let hwb = Hwb::area().await;
    let portal = portal(&hwb);
    let mut table = String::new();
    for write in [
        Write::Active {
            account: account("person2of690", Some("h-002")),
            active: false,
        },
        Write::Admin {
            account: account("person0of690", Some("h-000")),
            promote: false,
        },
        Write::Keep {
            account: account("person1of690", Some("h-001")),
            term: Term::AcademicYear,
        },
        Write::Admin {
            account: account("person9of690", Some("h-009")),
            promote: true,
        },
        Write::Admin {
            account: account("person9of690", None),
            promote: true,
        },
        create(Term::Months(2)),
        Write::Delete {
            account: account("person1of690", Some("h-001")),
        },
    ] {
        let key = format!("k{}", table.len());
        let error = portal.write(&authority(), &write, &key).await.unwrap_err();
        table += &format!("{}: {}\n", error.call, error.kind);
    }
    insta::assert_snapshot!(table, @r"
    POST /authorities/690/users/h-002/deactivate: the portal refuses it (409, `managed-by-mis`): the school's management information system keeps that account; change it there
    POST /authorities/690/users/h-000/demote: the portal refuses it (409, `own-account`): nobody can demote the account that beadle itself uses; another administrator can
    POST /authorities/690/users/h-001/keep: the portal refuses it (409, `not-expiring`): an account is kept within 8 weeks of its end, for a term that ends later; plan again
    POST /authorities/690/users/h-009/promote: the portal does not know it (404)
    POST /authorities/690/users (promote): the account is not on the portal
    write: this portal has no such call: a term of so many months
    write: this portal has no such call: deletion
    ");
}

/// W8
#[tokio::test]
async fn a_password_is_chosen_within_the_policy_or_made_by_the_portal() {
    let hwb = Hwb::area().await;
    let portal = portal(&hwb);
    let who = account("person1of690", Some("h-001"));
    let act = async |act: Act| portal.act(&authority(), &who, &act).await;
    let made = act(Act::ResetPassword(None)).await.unwrap().unwrap();
    assert!(made.expose_secret().len() >= 8);
    let chosen = Act::ResetPassword(Some("Canary7password".into()));
    assert!(act(chosen).await.unwrap().is_none());
    let calls = hwb.0.ask("/calls").await.as_array().unwrap().len();
    let weak = act(Act::ResetPassword(Some("canary7password".into())));
    let weak = weak.await.unwrap_err();
    insta::assert_snapshot!(weak, @"portal `hwb`, organisation `690`, POST /authorities/690/users/h-001/password: the portal would not take that password: it wants at least 8 characters, with upper-case letters, lower-case letters and numbers");
    for none in [Act::Unlock, Act::ResetOtp] {
        let error = act(none).await.unwrap_err();
        assert!(matches!(error.kind, PortalErrorKind::Unsupported(_)));
    }
    let after = hwb.0.ask("/calls").await;
    assert_eq!(after.as_array().unwrap().len(), calls, "nothing was sent");
    assert!(!after.to_string().contains(made.expose_secret()));
}

/// W11
#[tokio::test]
async fn an_authority_has_schools_below_it_and_a_school_has_none() {
    let hwb = Hwb::area().await;
    let portal = portal(&hwb);
    let below = portal.below(&authority()).await.unwrap();
    let ids: Vec<&str> = below.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["6909001", "6909002"]);
    assert_eq!(below[0].1, "Organisation 6909001");
    assert_eq!(portal.below(&"6909001".into()).await.unwrap(), []);
    let school = portal.list(&"6909001".into()).await.unwrap();
    assert_eq!(school.accounts().len(), 3);
    let promote = Write::Admin {
        account: account("person1of6909001", Some("h-001")),
        promote: true,
    };
    portal
        .write(&"6909001".into(), &promote, "k1")
        .await
        .unwrap();
    let school = portal.list(&"6909001".into()).await.unwrap();
    assert!(school.accounts()[&PortalId::from("h-001")].admin);
}

#[tokio::test]
async fn no_faulty_list_is_taken_for_the_list() {
    let hwb = Hwb::with(vec![snapshot("690", 1_250)]).await;
    let portal = portal(&hwb);
    for fault in [
        json!({"kind": "wrong-total", "by": 1}),
        json!({"kind": "wrong-total", "by": -200}),
        json!({"kind": "shifting-pages", "by": 1}),
        json!({"kind": "shifting-pages", "by": -1}),
        json!({"kind": "duplicate-page"}),
        json!({"kind": "wrong-organisation"}),
        json!({"kind": "login-page"}),
        json!({"kind": "redirect"}),
        json!({"kind": "half-body"}),
        json!({"kind": "huge-body"}),
        json!({"kind": "reset-before-commit"}),
        json!({"kind": "error", "status": 500}),
        json!({"kind": "error", "status": 404}),
    ] {
        hwb.0.faults(json!([fault])).await;
        let read = portal.list(&authority()).await;
        assert!(read.is_err(), "{fault}");
    }
    hwb.0.faults(json!([])).await;
    assert_eq!(
        portal.list(&authority()).await.unwrap().accounts().len(),
        1_250
    );
}

/// A fault makes it later still.
#[tokio::test]
async fn a_creation_that_a_fault_delays_is_not_made_twice() {
    let hwb = Hwb::area().await;
    let late = json!([{"kind": "late-appearance", "calls": 4, "match": {"method": "POST"}}]);
    hwb.0.faults(late).await;
    let portal = portal(&hwb);
    let write = create(Term::AcademicYear);
    portal.write(&authority(), &write, "k1").await.unwrap();
    let mut reads = 0;
    while observed(&portal, &write).await.is_empty() {
        reads += 1;
        assert!(reads < 10);
    }
    assert_eq!(reads, 4);
    assert_eq!(hwb.state("690").await.accounts.len(), 4);
}
