//! The driver and the sandbox, written apart from the same contract, understand each other; no
//! fault of a list is taken for the list, and no lost answer makes a second mail.

use std::sync::Arc;
use std::time::Duration;

use super::{Portal, SCHOOL, USERS, school, trust};
use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Write};
use beadle::portal::{Access, Act, PortalError, PortalWrite, driver};
use serde_json::{Value, json};

fn opened(portal: &Portal) -> Arc<dyn PortalWrite> {
    let ready = &portal.bench.running.ready().portals["hampshire"];
    let mut access = Access::new("services".into(), &ready.url, ready.token.as_str().into());
    access.first_pause = Duration::from_millis(1);
    driver("hampshire").unwrap().open_write(access).unwrap()
}

fn account(login: &str, id: Option<&str>) -> AccountRef {
    AccountRef {
        login: login.into(),
        name: "Ada Byron".into(),
        id: id.map(Into::into),
        person: None,
    }
}

fn set(id: &str, give: &[&str], take: &[&str], admin: Option<bool>) -> Write {
    Write::AccountSet {
        account: account(id, Some(id)),
        give: give.iter().map(|name| (*name).into()).collect(),
        take: take.iter().map(|name| (*name).into()).collect(),
        admin,
    }
}

fn register(email: &str) -> Write {
    Write::Create {
        account: account(email, None),
        email: Some(email.into()),
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    }
}

async fn write(portal: &Portal, write: &Write) -> Result<(), PortalError> {
    let written = opened(portal).write(&SCHOOL.into(), write, "k").await;
    written.map(|_| ())
}

async fn fault(portal: &Portal, fault: Value) {
    portal.bench.faults(json!([fault])).await;
}

#[tokio::test]
async fn a_listing_is_the_state_that_the_sandbox_holds() {
    let portal = Portal::seeded(vec![school(250), trust()]).await;
    for (organisation, accounts, pages) in [("9990002", 250, 4), ("9990003", 2, 2)] {
        let whose: PortalOrganisation = organisation.into();
        let live = opened(&portal).list(&whose).await.unwrap();
        let state = portal.state(organisation).await.into_live().unwrap();
        assert_eq!(live.accounts().len(), accounts);
        assert_eq!(live.digest(), state.digest());
        assert_eq!(live.evidence().pages, pages);
    }
}

/// S7: the portal's phones, zeros here, are in nothing that comes back.
#[tokio::test]
async fn no_phone_is_in_what_is_read() {
    let portal = Portal::new().await;
    assert!(portal.get(USERS).await.text.contains("0000000000"));
    let live = opened(&portal).list(&SCHOOL.into()).await.unwrap();
    assert!(!format!("{live:?}").contains("0000000000"));
}

/// S10, S12, S13.
#[tokio::test]
async fn five_changes_of_one_user_are_one_call_and_one_mail_and_other_ticks_stay() {
    let portal = Portal::new().await;
    let changes = set(
        "BOKONKW2",
        &["music", "trailblazer", "governors"],
        &["finance", "property"],
        None,
    );
    write(&portal, &changes).await.unwrap();
    let okonkwo = portal.user("BOKONKW2").await;
    assert!(okonkwo.admin, "the admin tick was not named");
    let areas = ["governors", "music", "schools-intranet", "trailblazer"];
    assert_eq!(okonkwo.areas, areas);
    let put = format!("PUT {USERS}/BOKONKW2/roles");
    assert_eq!(portal.writes().await, [put]);
    assert_eq!(portal.mailed().await, ["ben.okonkwo@willowford.example"]);
    write(&portal, &changes).await.unwrap();
    assert_eq!(portal.writes().await.len(), 1, "done already: no call");
    assert_eq!(portal.mailed().await.len(), 1, "and no mail");
}

/// S11, S12.
#[tokio::test]
async fn ending_unticks_everything_and_leaves_the_account() {
    let portal = Portal::new().await;
    let take = ["finance", "property", "schools-intranet"];
    let end = set("BOKONKW2", &[], &take, Some(false));
    write(&portal, &end).await.unwrap();
    let okonkwo = portal.user("BOKONKW2").await;
    assert!(!okonkwo.admin && okonkwo.areas.is_empty());
    assert_eq!(portal.mailed().await.len(), 1);
}

/// S13: the answer was lost after the save; it is read, not saved again.
#[tokio::test]
async fn a_lost_answer_of_a_save_is_neither_repeated_nor_mailed_twice() {
    let portal = Portal::new().await;
    for kind in ["reset-after-commit", "half-body"] {
        portal
            .bench
            .tell(reqwest::Method::POST, "/reset", &json!({}))
            .await;
        fault(&portal, json!({"kind": kind, "match": {"method": "PUT"}})).await;
        let give = set("DRAO4", &["music"], &[], None);
        let lost = write(&portal, &give).await.unwrap_err();
        assert!(lost.outcome_unknown(), "{lost}");
        assert_eq!(portal.writes().await.len(), 1);
        portal.bench.faults(json!([])).await;
        let seen = opened(&portal).observe(&SCHOOL.into(), &give).await;
        assert!(seen.unwrap()[0].areas.contains("music"));
        write(&portal, &give).await.unwrap();
        assert_eq!(portal.mailed().await.len(), 1, "{kind}");
    }
}

/// S13: nothing was carried out, but that cannot be known.
#[tokio::test]
async fn a_save_that_may_have_been_made_is_not_made_again_by_the_client() {
    let portal = Portal::new().await;
    for kind in [
        json!({"kind": "reset-before-commit", "match": {"method": "PUT"}}),
        json!({"kind": "error", "status": 503, "match": {"method": "PUT"}}),
    ] {
        portal
            .bench
            .tell(reqwest::Method::POST, "/reset", &json!({}))
            .await;
        fault(&portal, kind).await;
        let error = write(&portal, &set("DRAO4", &["music"], &[], None)).await;
        assert!(error.unwrap_err().outcome_unknown());
        assert_eq!(portal.writes().await.len(), 1);
        assert!(portal.mailed().await.is_empty());
    }
}

/// S8, S20.
#[tokio::test]
async fn deleting_is_one_call_and_never_of_the_own_account() {
    let portal = Portal::new().await;
    let gone = Write::Delete {
        account: account("GSILVA", Some("GSILVA")),
    };
    write(&portal, &gone).await.unwrap();
    assert_eq!(portal.state(SCHOOL).await.accounts.len(), 8);
    let left = opened(&portal).observe(&SCHOOL.into(), &gone).await;
    assert_eq!(left.unwrap(), []);
    let own = Write::Delete {
        account: account("AHASSAN", Some("AHASSAN")),
    };
    let error = write(&portal, &own).await.unwrap_err();
    assert!(!error.outcome_unknown());
    insta::assert_snapshot!(error, @"portal `services`, organisation `9990001`, DELETE /organisations/9990001/users/*: the portal refuses it (409, `own-account`): the token belongs to this account, and nobody can delete their own; another Organisation Administrator deletes it");
}

/// S2, S3.
#[tokio::test]
async fn registering_school_staff_says_where_they_come_from() {
    let portal = Portal::new().await;
    let error = write(&portal, &register("ada@willowford.example")).await;
    let error = error.unwrap_err();
    assert!(!error.outcome_unknown());
    insta::assert_snapshot!(error, @"portal `services`, organisation `9990001`, POST /organisations/9990001/users: the portal refuses it (403, `managed-upstream`): this organisation's staff come from SIMS or EAMW and cannot be registered here; set the account up there, or give the organisation `provisioning: registered` only if it registers its users itself");
}

/// S6.
#[tokio::test]
async fn without_a_registered_number_it_is_said_what_to_do() {
    let portal = Portal::new().await;
    portal.without_numbers().await;
    let error = opened(&portal).list(&SCHOOL.into()).await.unwrap_err();
    insta::assert_snapshot!(error.kind, @"the portal refuses it (403, `secure-number-required`): the administrator to whom the token belongs has no mobile number registered; that person signs in to the Services Portal, opens `Organisation Admin`, registers a number with the code that is sent to it, and then beadle can run again");
    let save = write(&portal, &set("DRAO4", &["music"], &[], None)).await;
    assert!(!save.unwrap_err().outcome_unknown());
}

/// S4, S5.
#[tokio::test]
async fn a_user_of_another_organisation_is_registered_once_and_given_services() {
    let portal = Portal::seeded(vec![trust()]).await;
    let whose: PortalOrganisation = "9990003".into();
    let driver = opened(&portal);
    let create = register("ada@meonwater.example");
    let made = driver.write(&whose, &create, "k1").await.unwrap();
    let id = made.id.unwrap();
    assert_eq!(id.as_str(), "r-0002");
    let again = driver.write(&whose, &create, "k1").await.unwrap();
    assert_eq!(again.id.as_ref(), Some(&id));
    let seen = driver.observe(&whose, &create).await.unwrap();
    assert_eq!(seen[0].id, id);
    assert!(!seen[0].upstream && seen[0].login == "ADA@meonwater.example".into());
    let give = set(id.as_str(), &["trailblazer"], &[], Some(true));
    driver.write(&whose, &give, "k2").await.unwrap();
    let live = driver.list(&whose).await.unwrap();
    assert!(live.accounts()[&id].admin);
    assert_eq!(portal.mailed().await.len(), 2);
}

/// S6, S7.
#[tokio::test]
async fn a_sign_in_number_is_deleted_and_twice_is_as_good_as_once() {
    let portal = Portal::new().await;
    let driver = opened(&portal);
    let okonkwo = account("BOKONKW2", Some("BOKONKW2"));
    for _ in 0..2 {
        let done = driver.act(&SCHOOL.into(), &okonkwo, &Act::ResetOtp).await;
        assert!(done.unwrap().is_none());
    }
    let page = portal.get(&format!("{USERS}?search=BOKONKW2")).await.json();
    assert_eq!(page["users"][0]["otp_registered"], false);
    assert!(portal.mailed().await.is_empty());
    let password = Act::ResetPassword(None);
    assert!(
        driver
            .act(&SCHOOL.into(), &okonkwo, &password)
            .await
            .is_err()
    );
}

#[tokio::test]
async fn no_faulty_list_is_taken_for_the_list() {
    let portal = Portal::seeded(vec![school(250)]).await;
    let whose: PortalOrganisation = "9990002".into();
    let driver = opened(&portal);
    for kind in [
        json!({"kind": "wrong-total", "by": 1}),
        json!({"kind": "wrong-total", "by": -100}),
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
    ] {
        fault(&portal, kind.clone()).await;
        assert!(driver.list(&whose).await.is_err(), "{kind}");
    }
    portal.bench.faults(json!([])).await;
    assert_eq!(driver.list(&whose).await.unwrap().accounts().len(), 250);
}
