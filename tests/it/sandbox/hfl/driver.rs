//! The driver and the sandbox, written apart from the same contract, understand each other; and no
//! fault of a list is taken for the list.

use std::sync::Arc;
use std::time::Duration;

use super::{Bench, bench, click_ticks, get, mails, products_of, state};
use beadle::model::name::{PortalId, PortalOrganisation};
use beadle::model::plan::{AccountRef, Change, Write};
use beadle::portal::{Access, Act, PortalErrorKind, PortalWrite, driver};
use serde_json::{Value, json};

fn portal(bench: &Bench) -> Arc<dyn PortalWrite> {
    let ready = &bench.running.ready().portals["hfl"];
    let mut access = Access::new("hfl".into(), &ready.url, ready.token.as_str().into());
    access.first_pause = Duration::from_millis(1);
    driver("hfl").unwrap().open_write(access).unwrap()
}

fn whose() -> PortalOrganisation {
    "9999001".into()
}

fn account(login: &str, id: Option<&str>) -> AccountRef {
    AccountRef {
        login: login.into(),
        name: "Nia Osei".into(),
        id: id.map(Into::into),
        person: None,
    }
}

fn create(login: &str, notify: Option<bool>, terms: bool) -> Write {
    Write::Create {
        account: account(login, None),
        email: Some(format!("{login}@willowbrook.example").into()),
        expires: None,
        term: None,
        notify,
        terms_accepted_by: terms.then(|| "h.marsh@willowbrook.example".into()),
        assigned: false,
    }
}

fn save(area: &str, give: Vec<AccountRef>, take: Vec<AccountRef>) -> Write {
    Write::AreaSet {
        area: area.into(),
        give,
        take,
    }
}

/// The id of what is made.
async fn make(portal: &Arc<dyn PortalWrite>, create: &Write, key: &str) -> PortalId {
    let written = portal.write(&whose(), create, key).await.unwrap();
    written.id.unwrap()
}

/// What the portal was asked, oldest first.
async fn calls(bench: &Bench) -> Vec<String> {
    let calls = bench.ask("/calls").await;
    let line = |call: &Value| {
        let text = |field: &str| call[field].as_str().unwrap().to_owned();
        format!("{} {}", text("method"), text("path"))
    };
    calls.as_array().unwrap().iter().map(line).collect()
}

/// H5, H13, H16: two calls and one for each product, and the main account is no account.
#[tokio::test]
async fn a_listing_is_the_state_in_the_fewest_calls() {
    let bench = bench().await;
    let live = portal(&bench).list(&whose()).await.unwrap();
    assert_eq!(
        live.digest(),
        state(&bench).await.into_live().unwrap().digest()
    );
    assert_eq!(live.accounts().len(), 7);
    assert!(
        live.accounts()
            .values()
            .all(|it| it.login != "9999001".into())
    );
    assert_eq!(live.accounts()["s-0006"].email, None);
    let mut asked = calls(&bench).await;
    asked.sort();
    insta::assert_snapshot!(asked.join("\n"), @r"
    GET /schools/9999001/products
    GET /schools/9999001/products/assessment-toolkit/permissions
    GET /schools/9999001/products/dms-portal/permissions
    GET /schools/9999001/products/phonics-cards/permissions
    GET /schools/9999001/products/school-offer/permissions
    GET /schools/9999001/sub-accounts
    ");
}

/// H12, H14, H15: thirty new people get a product in one save, and those who had it keep it.
#[tokio::test]
async fn thirty_new_people_are_one_save_of_the_product() {
    let bench = bench().await;
    let portal = portal(&bench);
    let mut people = Vec::new();
    for number in 0..30 {
        let login = format!("new{number}");
        let id = make(&portal, &create(&login, Some(false), true), &login).await;
        people.push(account(&login, Some(id.as_str())));
    }
    assert!(mails(&bench).await.is_empty());
    let all = save("dms-portal", people, Vec::new());
    portal.write(&whose(), &all, "k").await.unwrap();
    let saves = |calls: &[String]| calls.iter().filter(|call| call.starts_with("PUT")).count();
    assert_eq!(saves(&calls(&bench).await), 1);
    let ticks = get(&bench, "/products/dms-portal/permissions").await.json();
    assert_eq!(ticks["total"], 33, "three had it before");
    // All of it is there: nothing is saved again.
    portal.write(&whose(), &all, "k").await.unwrap();
    assert_eq!(saves(&calls(&bench).await), 1);
}

/// H14, H15: a person's tick that the plan never heard of survives, even one that was made while
/// the save was under way.
#[tokio::test]
async fn an_unknown_tick_survives_a_save() {
    let bench = bench().await;
    // Somebody ticks Rosa and unticks Oscar after the plan was made.
    click_ticks(&bench, "dms-portal", &["s-0001", "s-0005", "s-0007"]).await;
    let give = vec![account("p.kowal@willowbrook.example", Some("s-0003"))];
    let take = vec![account("h.marsh@willowbrook.example", Some("s-0001"))];
    let write = save("dms-portal", give, take);
    portal(&bench).write(&whose(), &write, "k").await.unwrap();
    let ticks = get(&bench, "/products/dms-portal/permissions").await.json();
    assert_eq!(ticks["sub_accounts"], json!(["s-0003", "s-0005", "s-0007"]));
}

/// H7: one mail exactly where it was chosen, even when the answer is lost.
#[tokio::test]
async fn a_notice_is_mailed_once_though_the_answer_is_lost() {
    let bench = bench().await;
    bench
        .faults(json!([{
            "kind": "reset-after-commit", "match": {"method": "POST"}, "times": 1,
        }]))
        .await;
    let portal = portal(&bench);
    let id = make(&portal, &create("n.osei", Some(true), true), "k1").await;
    let mails = mails(&bench).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(mails[0].0, "n.osei@willowbrook.example");
    let seen = portal
        .observe(&whose(), &create("N.OSEI", Some(true), true))
        .await
        .unwrap();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].id, id);
    let twin = create("n.osei", Some(true), true);
    let taken = portal.write(&whose(), &twin, "k2").await;
    assert!(taken.unwrap_err().outcome_unknown());
}

/// H7, H8: neither the terms nor the notice is ever chosen by beadle.
#[tokio::test]
async fn without_terms_or_a_choice_of_notice_nothing_is_sent() {
    let bench = bench().await;
    let portal = portal(&bench);
    let mut told = String::new();
    for write in [
        create("n.osei", Some(true), false),
        create("n.osei", None, true),
    ] {
        let refused = portal.write(&whose(), &write, "k").await.unwrap_err();
        told += &format!("{refused}\n");
    }
    insta::assert_snapshot!(told, @r"
    portal `hfl`, organisation `9999001`, write: this portal has no such call: an account whose terms nobody accepts
    portal `hfl`, organisation `9999001`, write: this portal has no such call: an account without a choice of notice
    ");
    let no_act = portal
        .act(&whose(), &account("x", Some("s-0001")), &Act::Unlock)
        .await;
    insta::assert_snapshot!(no_act.unwrap_err(), @"portal `hfl`, organisation `9999001`, act: this portal has no such call: no help-desk act is known at this portal");
    assert!(calls(&bench).await.is_empty());
}

/// H11.
#[tokio::test]
async fn a_name_and_an_address_are_edited_if_nobody_else_did() {
    let bench = bench().await;
    let portal = portal(&bench);
    let edit = |before: &str, after: &str| Write::Edit {
        account: account("w.tran@willowbrook.example", Some("s-0006")),
        changes: vec![
            Change::Name {
                before: Some(before.into()),
                after: after.into(),
            },
            Change::Email {
                before: None,
                after: "w.tran@willowbrook.example".into(),
            },
        ],
    };
    let write = edit("Wen Tran", "Wen Tran-Lee");
    portal.write(&whose(), &write, "k").await.unwrap();
    portal.write(&whose(), &write, "k").await.unwrap();
    let patches = calls(&bench).await;
    let patches = patches.iter().filter(|call| call.starts_with("PATCH"));
    assert_eq!(patches.count(), 1);
    let live = portal.list(&whose()).await.unwrap();
    let account = &live.accounts()["s-0006"];
    assert_eq!(&*account.name, "Wen Tran-Lee");
    assert_eq!(account.email.as_deref(), Some("w.tran@willowbrook.example"));
    let late = portal.write(&whose(), &edit("Wen Tran", "Wen"), "k").await;
    let kind = late.unwrap_err().kind;
    assert_eq!(kind, PortalErrorKind::Changed { field: "name" });
}

/// H17, H18: the right account, its ticks with it; gone is gone.
#[tokio::test]
async fn a_deletion_is_of_the_account_that_is_meant() {
    let bench = bench().await;
    let portal = portal(&bench);
    let delete = |login: &str| Write::Delete {
        account: account(login, Some("s-0001")),
    };
    let wrong = portal.write(&whose(), &delete("h.marsh2"), "k").await;
    let kind = wrong.unwrap_err().kind;
    assert_eq!(kind, PortalErrorKind::Changed { field: "username" });
    assert_eq!(state(&bench).await.accounts.len(), 7);
    let right = delete("h.marsh@willowbrook.example");
    portal.write(&whose(), &right, "k").await.unwrap();
    let ticks = get(&bench, "/products/dms-portal/permissions").await.json();
    assert_eq!(ticks["sub_accounts"], json!(["s-0002", "s-0007"]));
    assert!(portal.observe(&whose(), &right).await.unwrap().is_empty());
    let twice = portal.write(&whose(), &right, "k").await.unwrap_err();
    assert_eq!(twice.kind, PortalErrorKind::NotFound);
}

/// H1, H13, H18: an account or a product that is gone is said to be.
#[tokio::test]
async fn what_is_gone_is_an_error_and_changes_nothing() {
    let bench = bench().await;
    let before = state(&bench).await;
    let gone = || vec![account("gone@willowbrook.example", Some("s-9999"))];
    let there = || vec![account("r.ives@willowbrook.example", Some("s-0005"))];
    let mut told = String::new();
    for write in [
        save("dms-portal", [gone(), there()].concat(), Vec::new()),
        save("dms-portal", there(), gone()),
        save("maths-plans", there(), Vec::new()),
        save("dms-portal", vec![account("r.ives", None)], Vec::new()),
    ] {
        let error = portal(&bench).write(&whose(), &write, "k").await;
        told += &format!("{}\n", error.unwrap_err());
    }
    insta::assert_snapshot!(told, @r"
    portal `hfl`, organisation `9999001`, PUT /schools/9999001/products/dms-portal/permissions: the account is not on the portal
    portal `hfl`, organisation `9999001`, PUT /schools/9999001/products/dms-portal/permissions: the account is not on the portal
    portal `hfl`, organisation `9999001`, GET /schools/9999001/products/maths-plans/permissions: the portal forbids it (403, `not-purchased`)
    portal `hfl`, organisation `9999001`, PUT /schools/9999001/products/dms-portal/permissions: the account is not on the portal
    ");
    assert_eq!(state(&bench).await, before);
}

#[tokio::test]
async fn no_faulty_list_is_taken_for_the_list() {
    let bench = bench().await;
    let portal = portal(&bench);
    for path in ["*/sub-accounts", "*/products", "*/permissions"] {
        for fault in [
            json!({"kind": "wrong-total", "by": 1}),
            json!({"kind": "wrong-total", "by": -1}),
            json!({"kind": "wrong-organisation"}),
            json!({"kind": "login-page"}),
            json!({"kind": "half-body"}),
            json!({"kind": "reset-before-commit"}),
            json!({"kind": "error", "status": 404}),
        ] {
            let mut fault = fault;
            fault["match"] = json!({"path": path});
            bench.faults(json!([fault])).await;
            let read = portal.list(&whose()).await;
            assert!(read.is_err(), "{fault}");
        }
    }
    bench.faults(json!([])).await;
    assert_eq!(portal.list(&whose()).await.unwrap().accounts().len(), 7);
}

/// A new account that the lists show late is neither made again nor unticked by a later save.
#[tokio::test]
async fn what_is_shown_late_is_not_lost() {
    let bench = bench().await;
    let late = json!([{"kind": "late-appearance", "match": {"method": "POST"}, "calls": 6}]);
    bench.faults(late).await;
    let portal = portal(&bench);
    let id = make(&portal, &create("n.osei", Some(false), true), "k1").await;
    let nia = vec![account("n.osei", Some(id.as_str()))];
    let give = save("dms-portal", nia, Vec::new());
    portal.write(&whose(), &give, "k").await.unwrap();
    assert_eq!(products_of(&bench, id.as_str()).await, ["dms-portal"]);
    let rosa = vec![account("r.ives@willowbrook.example", Some("s-0005"))];
    let other = save("dms-portal", rosa, Vec::new());
    // Refused, or done: but never at Nia's cost.
    let _ = portal.write(&whose(), &other, "k").await;
    assert_eq!(products_of(&bench, id.as_str()).await, ["dms-portal"]);
}
