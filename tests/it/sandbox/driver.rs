//! The driver and the sandbox, written apart from the same contract, understand each other; and no
//! fault of a list is taken for the list.

use std::sync::Arc;
use std::time::Duration;

use super::{Bench, provider};
use beadle::model::name::PortalOrganisation;
use beadle::model::plan::{AccountRef, Change, Write};
use beadle::portal::{Access, PortalWrite, driver};
use jiff::civil::date;
use serde_json::json;

fn portal(bench: &Bench) -> Arc<dyn PortalWrite> {
    let ready = &bench.running.ready().portals["ofs"];
    let mut access = Access::new("ofs".into(), &ready.url, ready.token.as_str().into());
    access.first_pause = Duration::from_millis(1);
    access.cross_check = true;
    driver("ofs").unwrap().open_write(access).unwrap()
}

fn whose() -> PortalOrganisation {
    "10009999".into()
}

fn account(login: &str, id: Option<&str>) -> AccountRef {
    AccountRef {
        login: login.into(),
        name: "Ada Byron".into(),
        id: id.map(Into::into),
        person: None,
    }
}

#[tokio::test]
async fn a_listing_of_several_pages_is_the_state_that_the_sandbox_holds() {
    let bench = Bench::seeded(vec![provider("10009999", 450)]).await;
    let live = portal(&bench).list(&whose()).await.unwrap();
    let state = bench.state("10009999").await.into_live().unwrap();
    assert_eq!(live.accounts().len(), 450);
    assert_eq!(live.digest(), state.digest());
}

#[tokio::test]
async fn every_write_of_the_driver_is_carried_out() {
    let bench = Bench::seeded(vec![provider("10009999", 3)]).await;
    let portal = portal(&bench);
    let create = Write::Create {
        account: account("ada@northshire.example", None),
        email: None,
        expires: Some(date(2027, 7, 31)),
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    };
    let id = portal
        .write(&whose(), &create, "k1")
        .await
        .unwrap()
        .id
        .unwrap();
    let again = portal.write(&whose(), &create, "k1").await.unwrap();
    assert_eq!(again.id.as_ref(), Some(&id));
    let taken = portal.write(&whose(), &create, "k2").await;
    assert!(taken.is_err());
    let ada = account("ada@northshire.example", Some(id.as_str()));
    let grant = |area: &str, give| Write::Grant {
        account: ada.clone(),
        area: area.into(),
        give,
    };
    for (write, key) in [
        (grant("returns", true), "k3"),
        (grant("returns", false), "k4"),
        (grant("returns", true), "k5"),
        (
            Write::Edit {
                account: ada.clone(),
                changes: vec![
                    Change::Name {
                        before: Some("Ada Byron".into()),
                        after: "Ada King".into(),
                    },
                    Change::Expires {
                        before: Some(date(2027, 7, 31)),
                        after: None,
                    },
                ],
            },
            "k6",
        ),
    ] {
        portal.write(&whose(), &write, key).await.unwrap();
    }
    let key = portal.write(&whose(), &grant("vault", true), "k7").await;
    assert!(key.is_err());
    let live = portal.list(&whose()).await.unwrap();
    let ada = &live.accounts()[&id];
    assert_eq!(&*ada.name, "Ada King");
    assert_eq!(ada.expires, None);
    assert_eq!(
        ada.areas
            .iter()
            .map(|area| area.as_str())
            .collect::<Vec<_>>(),
        ["returns"]
    );
}

#[tokio::test]
async fn no_faulty_list_is_taken_for_the_list() {
    let bench = Bench::seeded(vec![provider("10009999", 450)]).await;
    let portal = portal(&bench);
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
        json!({"kind": "too-many-requests", "retry_after": 1_000_000_000}),
    ] {
        bench.faults(json!([fault])).await;
        let read = portal.list(&whose()).await;
        assert!(read.is_err(), "{fault}");
    }
    bench.faults(json!([])).await;
    assert_eq!(portal.list(&whose()).await.unwrap().accounts().len(), 450);
}

#[tokio::test]
async fn lost_answers_leave_the_outcome_unknown_and_create_once() {
    let bench = Bench::seeded(vec![provider("10009999", 3)]).await;
    bench
        .faults(json!([{"kind": "reset-after-commit", "match": {"method": "POST"}}]))
        .await;
    let create = Write::Create {
        account: account("ada@northshire.example", None),
        email: None,
        expires: None,
        term: None,
        notify: None,
        terms_accepted_by: None,
        assigned: false,
    };
    let lost = portal(&bench).write(&whose(), &create, "k1").await;
    assert!(lost.unwrap_err().outcome_unknown());
    assert_eq!(bench.state("10009999").await.accounts.len(), 4);
}
